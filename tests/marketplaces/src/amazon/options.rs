//! What the fake of Amazon is started with: its accounts, made up by their names, and its limits.

use serde_json::{Value, json};

use crate::fakes::{DEMO_ACCOUNT, Setup};
use crate::rate::Rate;

/// Amazon's accounts and limits.
#[derive(Clone, Debug)]
pub struct AmazonOptions {
    /// The accounts that may call. Every account sees all orders.
    pub accounts: Vec<AmazonAccount>,
    /// Lifetime of an access token. Unit: seconds.
    pub token_life_s: u32,
    /// Limit of `confirmShipment` requests for each account.
    pub confirm_rate: Rate,
    /// Limit of `getOrder` requests for each account.
    pub read_rate: Rate,
    /// Limit of each request about notifications.
    pub notifications_rate: Rate,
}

/// One seller's account, as one application may use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmazonAccount {
    /// The account's name, which its submissions carry.
    pub name: String,
    /// The application's client identifier at Login with Amazon.
    pub client_id: String,
    /// The application's client secret at Login with Amazon.
    pub client_secret: String,
    /// The seller's refresh token.
    pub refresh_token: String,
}

/// Lifetime of Amazon's access tokens: one hour. Source: developer-docs.amazon.com, "Connect to the SP-API".
const AMAZON_TOKEN_LIFE_S: u32 = 3_600;

/// `confirmShipment`: 2 per second, burst 10. Source: ordersV0.json.
const CONFIRM_RATE: Rate = Rate { per_1000_s: 2_000, burst: 10 };

/// `getOrder`: 0.5 per second, burst 30. Source: `orders_2026-01-01.json`.
const READ_RATE: Rate = Rate { per_1000_s: 500, burst: 30 };

/// Notifications: 1 per second, burst 5, for each operation. Source: notifications.json.
const NOTIFICATIONS_RATE: Rate = Rate { per_1000_s: 1_000, burst: 5 };

impl AmazonAccount {
    /// The made-up account with this name.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            client_id: "amzn1.application-oa2-client.demo".to_owned(),
            client_secret: "amzn1.oa2-cs.v1.demo".to_owned(),
            refresh_token: format!("Atzr|{name}"),
        }
    }
}

impl Setup for AmazonOptions {
    const WRONG_LOGIN: &'static str = "refresh_token";

    fn demo() -> Self {
        Self {
            accounts: vec![AmazonAccount::named(DEMO_ACCOUNT)],
            token_life_s: AMAZON_TOKEN_LIFE_S,
            confirm_rate: CONFIRM_RATE,
            read_rate: READ_RATE,
            notifications_rate: NOTIFICATIONS_RATE,
        }
    }

    fn add_account(&mut self, name: &str) {
        self.accounts.push(AmazonAccount::named(name));
    }

    fn lift_limits(&mut self) {
        self.confirm_rate = Rate::UNLIMITED;
        self.read_rate = Rate::UNLIMITED;
        self.notifications_rate = Rate::UNLIMITED;
    }

    fn nth(n: u32) -> (String, String) {
        (format!("903-{n:07}-{n:07}"), format!("5298{n:010}"))
    }

    fn credentials(name: &str) -> Value {
        let account = AmazonAccount::named(name);
        json!({ "client_id": account.client_id, "client_secret": account.client_secret,
            "refresh_token": account.refresh_token })
    }
}
