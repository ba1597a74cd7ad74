//! The configuration of `settings-api`.

/// The configuration of `settings-api`.
#[derive(Clone, Debug)]
pub struct SettingsConfig {
    /// Secrets are named `<prefix>/<channel>/<seller>/<partner>`.
    pub secret_prefix: String,
    /// The IMEI window. Whoever chooses a timing is told of it.
    pub imei_window_minutes: u32,
    /// The claim of a token that names its seller. The seller's people must not be able to write it.
    pub seller_claim: String,
    /// Where people sign in. `None` where they bring a token.
    pub sign_in: Option<SignIn>,
}

/// Where people sign in: the endpoints of an issuer, for the authorization code with PKCE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The address that a person is sent to.
    pub authorize_url: String,
    /// The address where the code is exchanged for tokens.
    pub token_url: String,
    /// The id of the console at the issuer.
    pub client_id: String,
}
