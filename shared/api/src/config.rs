//! What the settings API must know of where it runs.

/// The configuration of the settings API.
#[derive(Clone, Debug)]
pub struct Config {
    /// Secrets are named `<prefix>/<channel>/<seller>/<partner>`.
    pub secret_prefix: String,
    /// The IMEI window, which is said to who chooses a timing.
    pub imei_window_minutes: u32,
    /// Where people sign in; none where they bring a token.
    pub sign_in: Option<SignIn>,
}

/// Where people sign in: an issuer's endpoints for the authorization code with PKCE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Where a person is sent to.
    pub authorize_url: String,
    /// Where the code is exchanged.
    pub token_url: String,
    /// Who the console is, there.
    pub client_id: String,
}
