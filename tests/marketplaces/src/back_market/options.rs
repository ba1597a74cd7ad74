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
    /// Who may call. All accounts see all orders.
    pub accounts: Vec<BackMarketAccount>,
    /// All requests, per account.
    pub rate: WindowRate,
    /// What becomes of an IMEI in an update of an order of several pieces.
    pub imei_of_several: ImeiOfSeveral,
}

/// What Back Market does with an IMEI, or a serial number, in an update of an order that has not exactly one line of one
/// piece. The vendor's description says of it "only if the order has only one orderline with a quantity of 1", which can be
/// read both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImeiOfSeveral {
    /// The update is refused with 400.
    Refuse,
    /// The update is applied without it, and answered with the order, which does not have it.
    Ignore,
}

/// One seller's access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackMarketAccount {
    /// What submissions are shown under.
    pub name: String,
    /// What comes after `Basic `, compared as it is.
    pub token: String,
}

impl BackMarketAccount {
    /// The account of a name.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), token: STANDARD.encode(format!("{name}:{name}")) }
    }
}

impl Setup for BackMarketOptions {
    const WRONG_LOGIN: &'static str = "Invalid authentication";

    fn demo() -> Self {
        Self {
            accounts: vec![BackMarketAccount::named(DEMO_ACCOUNT)],
            rate: WindowRate::BACK_MARKET,
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
