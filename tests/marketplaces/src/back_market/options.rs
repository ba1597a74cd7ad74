//! What the fake of Back Market is started with: its accounts, made up by their names, and its limits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::fakes::{DEMO_ACCOUNT, Setup};
use crate::rate::WindowRate;

/// Back Market's accounts and limits.
#[derive(Clone, Debug)]
pub struct BackMarketOptions {
    /// The accounts that may call. Every account sees all orders.
    pub accounts: Vec<BackMarketAccount>,
    /// Limit of all requests for each account.
    pub rate: WindowRate,
    /// What Back Market does with an IMEI in an update of an order of several pieces.
    pub imei_of_several: ImeiOfSeveral,
}

/// What Back Market does with an IMEI or a serial number in an update of an order of several pieces, which is every
/// order except one with a single line of one piece. The vendor's description says "only if the order has only one
/// orderline with a quantity of 1". These words allow both readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImeiOfSeveral {
    /// It refuses the update with 400.
    Refuse,
    /// It applies the update without the IMEI. The answer is the order, in which the IMEI is missing.
    Ignore,
}

/// 200 requests in 10 s. A caller who passes this limit is blocked for 10 s. Source: the vendor's rate limits.
const BACK_MARKET_RATE: WindowRate =
    WindowRate { limit: 200, window_ms: 10_000, blocked_ms: 10_000 };

/// One seller's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackMarketAccount {
    /// The account's name, which its submissions carry.
    pub name: String,
    /// The text after `Basic ` in the `Authorization` header. A caller must send exactly this text.
    pub token: String,
}

impl BackMarketAccount {
    /// The made-up account with this name.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), token: STANDARD.encode(format!("{name}:{name}")) }
    }
}

impl Setup for BackMarketOptions {
    const WRONG_LOGIN: &'static str = "Invalid authentication";

    fn demo() -> Self {
        Self {
            accounts: vec![BackMarketAccount::named(DEMO_ACCOUNT)],
            rate: BACK_MARKET_RATE,
            imei_of_several: ImeiOfSeveral::Refuse,
        }
    }

    fn add_account(&mut self, name: &str) {
        self.accounts.push(BackMarketAccount::named(name));
    }

    fn lift_limits(&mut self) {
        self.rate = WindowRate::UNLIMITED;
    }

    fn nth(n: u32) -> (String, String) {
        (format!("49{n:06}"), format!("595{n:06}"))
    }

    fn credentials(name: &str) -> Value {
        json!({ "token": BackMarketAccount::named(name).token })
    }
}
