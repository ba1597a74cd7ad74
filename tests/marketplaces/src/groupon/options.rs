//! What the fake of Groupon is started with: its accounts, made up by their names, and its limits.

use serde_json::{Value, json};

use crate::fakes::{DEMO_ACCOUNT, Setup};
use crate::rate::Rate;

/// Groupon's accounts and limits.
#[derive(Clone, Debug)]
pub struct GrouponOptions {
    /// The accounts that may call. Every account sees all orders.
    pub accounts: Vec<GrouponAccount>,
    /// Limit of all requests for each account.
    pub rate: Rate,
    /// How many orders are on one page of `get_orders`.
    pub page_size: usize,
}

/// One supplier's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrouponAccount {
    /// The account's name, which its submissions carry.
    pub name: String,
    /// The supplier's id.
    pub supplier_id: String,
    /// The supplier's token.
    pub token: String,
}

/// The supplier id of every made-up account at Groupon. The accounts differ by their tokens.
pub const GROUPON_SUPPLIER: &str = "1042";

/// Limit of requests at Groupon. We guess this figure, because Groupon publishes none.
const GROUPON_RATE: Rate = Rate { per_1000_s: 5_000, burst: 10 };

/// How many orders are on one page. We made this figure up.
const GROUPON_PAGE_SIZE: usize = 50;

impl GrouponAccount {
    /// The made-up account with this name.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            supplier_id: GROUPON_SUPPLIER.to_owned(),
            token: format!("dEmOdEmO-{name}"),
        }
    }
}

impl Setup for GrouponOptions {
    const WRONG_LOGIN: &'static str = "speaks of a token";

    fn demo() -> Self {
        Self {
            accounts: vec![GrouponAccount::named(DEMO_ACCOUNT)],
            rate: GROUPON_RATE,
            page_size: GROUPON_PAGE_SIZE,
        }
    }

    fn add_account(&mut self, name: &str) {
        self.accounts.push(GrouponAccount::named(name));
    }

    fn lift_limits(&mut self) {
        self.rate = Rate::UNLIMITED;
    }

    fn nth(n: u32) -> (String, String) {
        (format!("FG-{n:08}"), format!("545{n:06}"))
    }

    fn credentials(name: &str) -> Value {
        json!({ "token": GrouponAccount::named(name).token })
    }
}
