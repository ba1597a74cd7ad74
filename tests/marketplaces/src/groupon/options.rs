//! What the fake of Groupon is started with: its accounts, made up by their names, and its limits.

use serde_json::{Value, json};

use crate::fakes::{DEMO_ACCOUNT, Setup};
use crate::rate::Rate;

/// Groupon's accounts and limits.
#[derive(Clone, Debug)]
pub struct GrouponOptions {
    /// Who may call. All accounts see all orders.
    pub accounts: Vec<GrouponAccount>,
    /// All requests, per account.
    pub rate: Rate,
    /// Orders on a page of `get_orders`.
    pub page_size: usize,
}

/// One supplier's access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrouponAccount {
    /// What submissions are shown under.
    pub name: String,
    /// The supplier's id.
    pub supplier_id: String,
    /// Its token.
    pub token: String,
}

/// The supplier of every made-up account at Groupon: one supplier may have several tokens.
pub const GROUPON_SUPPLIER: &str = "1042";

/// How often Groupon may be called: a guess, since no limit is published.
const GROUPON_RATE: Rate = Rate { per_1000_s: 5_000, burst: 10 };

/// How many orders Groupon shows at once: made up.
const GROUPON_PAGE_SIZE: usize = 50;

impl GrouponAccount {
    /// The account of a name.
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
