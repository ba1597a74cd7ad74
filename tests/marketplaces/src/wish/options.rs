//! What the fake of Wish is started with: its accounts, made up by their names, and its limits.

use serde_json::{Value, json};

use crate::fakes::{DEMO_ACCOUNT, Setup};
use crate::rate::Rate;

/// Wish's accounts and limits.
#[derive(Clone, Debug)]
pub struct WishOptions {
    /// The accounts that may call. Every account sees all orders.
    pub accounts: Vec<WishAccount>,
    /// Lifetime of an access token. Unit: seconds.
    pub token_life_s: u32,
    /// What Wish does with a refresh token that was used.
    pub rotation: Rotation,
    /// Limit of all requests for each account.
    pub rate: Rate,
    /// How long after a PUT its number shows. With 0 it shows at once. Unit: milliseconds.
    pub processing_ms: u32,
}

/// One seller's account, as one application may use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishAccount {
    /// The account's name, which its submissions carry.
    pub name: String,
    /// The application's client id.
    pub client_id: String,
    /// The application's client secret.
    pub client_secret: String,
    /// The seller's first refresh token.
    pub refresh_token: String,
}

/// What Wish does with a refresh token that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Wish issues another refresh token, and refuses the used one from then on.
    EachTime,
    /// Wish goes on accepting it.
    Never,
}

/// Lifetime of Wish's access tokens: 30 days. Source: the vendor's `OpenAPI` 3.0.65, `oauth/access_token`.
const WISH_TOKEN_LIFE_S: u32 = 30 * 24 * 3_600;

/// Limit of requests at Wish. We guess this figure, because we found none.
const WISH_RATE: Rate = Rate { per_1000_s: 5_000, burst: 10 };

impl WishAccount {
    /// The made-up account with this name.
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
