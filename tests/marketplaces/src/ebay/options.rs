//! What the fake of eBay is started with: its accounts, made up by their names, and its limits.

use serde_json::{Value, json};

use crate::fakes::{DEMO_ACCOUNT, Setup};
use crate::rate::Rate;

/// eBay's accounts and limits.
#[derive(Clone, Debug)]
pub struct EbayOptions {
    /// The accounts that may call. Every account sees all orders.
    pub accounts: Vec<EbayAccount>,
    /// Lifetime of an access token. Unit: seconds.
    pub token_life_s: u32,
    /// Limit of fulfilments and reads together, for each account.
    pub rate: Rate,
}

/// One seller's account, as one application may use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EbayAccount {
    /// The account's name, which its submissions carry.
    pub name: String,
    /// The application's client id.
    pub client_id: String,
    /// The application's client secret.
    pub client_secret: String,
    /// The seller's refresh token.
    pub refresh_token: String,
}

/// Lifetime of eBay's access tokens: two hours. Source: hendt/ebay-api, a third party.
const EBAY_TOKEN_LIFE_S: u32 = 7_200;

/// 5 per second, burst 10. Inferred: eBay names no figure for this API.
const EBAY_RATE: Rate = Rate { per_1000_s: 5_000, burst: 10 };

impl EbayAccount {
    /// The made-up account with this name.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            client_id: "Demo-Shipconf-PRD-demo".to_owned(),
            client_secret: "PRD-demo".to_owned(),
            refresh_token: format!("v^1.1#{name}"),
        }
    }
}

impl Setup for EbayOptions {
    const WRONG_LOGIN: &'static str = "refresh token";

    fn demo() -> Self {
        Self {
            accounts: vec![EbayAccount::named(DEMO_ACCOUNT)],
            token_life_s: EBAY_TOKEN_LIFE_S,
            rate: EBAY_RATE,
        }
    }

    fn add_account(&mut self, name: &str) {
        self.accounts.push(EbayAccount::named(name));
    }

    fn lift_limits(&mut self) {
        self.rate = Rate::UNLIMITED;
    }

    fn nth(n: u32) -> (String, String) {
        (format!("20-{n:05}-{n:05}"), format!("100{n:09}"))
    }

    fn credentials(name: &str) -> Value {
        let account = EbayAccount::named(name);
        json!({ "client_id": account.client_id, "client_secret": account.client_secret,
            "refresh_token": account.refresh_token })
    }
}
