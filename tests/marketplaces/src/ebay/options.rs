//! What the fake of eBay is started with: its accounts, made up by their names, and its limits.

use serde_json::{Value, json};

use crate::fakes::{DEMO_ACCOUNT, Setup};
use crate::rate::Rate;

/// eBay's accounts and limits.
#[derive(Clone, Debug)]
pub struct EbayOptions {
    /// Who may call. All accounts see all orders.
    pub accounts: Vec<EbayAccount>,
    /// How long an access token lives. Unit: seconds.
    pub token_life_s: u32,
    /// Fulfilments and readings together, per account.
    pub rate: Rate,
}

/// One seller's authorisation of one application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EbayAccount {
    /// What submissions are shown under.
    pub name: String,
    /// The application's client id.
    pub client_id: String,
    /// The application's client secret.
    pub client_secret: String,
    /// The seller's refresh token.
    pub refresh_token: String,
}

/// How long eBay's access tokens live: two hours. Source: hendt/ebay-api, a third party.
const EBAY_TOKEN_LIFE_S: u32 = 7_200;

impl EbayAccount {
    /// The account of a name.
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
            rate: Rate::EBAY,
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
