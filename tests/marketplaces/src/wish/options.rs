//! What the fake of Wish is started with: its accounts, made up by their names, and its limits.

use serde_json::{Value, json};

use crate::fakes::{DEMO_ACCOUNT, Setup};
use crate::rate::Rate;

/// Wish's accounts and limits.
#[derive(Clone, Debug)]
pub struct WishOptions {
    /// Who may call. All accounts see all orders.
    pub accounts: Vec<WishAccount>,
    /// How long an access token lives. Unit: seconds.
    pub token_life_s: u32,
    /// What becomes of the refresh token when it is used.
    pub rotation: Rotation,
    /// All requests, per account.
    pub rate: Rate,
    /// How long a PUT is worked at before its number shows; 0 for at once. Unit: milliseconds.
    pub processing_ms: u32,
}

/// One seller's authorisation of one application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishAccount {
    /// What submissions are shown under.
    pub name: String,
    /// The application's client id.
    pub client_id: String,
    /// The application's client secret.
    pub client_secret: String,
    /// The seller's first refresh token.
    pub refresh_token: String,
}

/// What becomes of a refresh token when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Another one takes its place, and it is good for nothing any more.
    EachTime,
    /// It stays.
    Never,
}

/// How long Wish's access tokens live: 30 days. Source: the vendor's `OpenAPI` 3.0.65, `oauth/access_token`.
const WISH_TOKEN_LIFE_S: u32 = 30 * 24 * 3_600;

/// How often Wish may be called: a guess, since no figure was found.
const WISH_RATE: Rate = Rate { per_1000_s: 5_000, burst: 10 };

impl WishAccount {
    /// The account of a name.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            client_id: "5e0000000000000000000001".to_owned(),
            client_secret: "wish-demo".to_owned(),
            refresh_token: format!("refresh-{name}"),
        }
    }
}

impl Setup for WishOptions {
    const WRONG_LOGIN: &'static str = "refused to renew the access token (10001)";

    fn demo() -> Self {
        Self {
            accounts: vec![WishAccount::named(DEMO_ACCOUNT)],
            token_life_s: WISH_TOKEN_LIFE_S,
            rotation: Rotation::EachTime,
            rate: WISH_RATE,
            processing_ms: 0,
        }
    }

    fn add_account(&mut self, name: &str) {
        self.accounts.push(WishAccount::named(name));
    }

    fn lift_limits(&mut self) {
        self.rate = Rate::UNLIMITED;
    }

    fn nth(n: u32) -> (String, String) {
        (format!("5f{n:022x}"), format!("6f{n:022x}"))
    }

    fn credentials(name: &str) -> Value {
        let account = WishAccount::named(name);
        json!({ "client_id": account.client_id, "client_secret": account.client_secret,
            "refresh_token": account.refresh_token })
    }
}
