//! The configuration of `settings-api`.

use crate::door::DoorConfig;

/// The configuration of `settings-api`.
#[derive(Clone, Debug)]
pub struct SettingsConfig {
    /// Secrets are named `<prefix>/<channel>/<seller>/<partner>`.
    pub secret_prefix: String,
    /// The IMEI window. Whoever chooses a timing is told of it.
    pub imei_window_minutes: u32,
    /// Who is let in.
    pub door: DoorConfig,
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
    /// The address where a person signs out at the issuer. `None` where the issuer has none.
    pub logout_url: Option<String>,
}
