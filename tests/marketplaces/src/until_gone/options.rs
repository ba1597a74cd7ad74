//! What the fake of the receiver of webhooks is started with: its accounts, made up by their names, and its limits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::fakes::{DEMO_ACCOUNT, Setup};
use crate::rate::Rate;

/// The accounts and limits of a receiver of webhooks.
#[derive(Clone, Debug)]
pub struct UntilGoneOptions {
    /// Whose webhooks are taken. All accounts see all orders.
    pub accounts: Vec<UntilGoneAccount>,
    /// All webhooks, per account.
    pub rate: Rate,
}

/// One seller's webhooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntilGoneAccount {
    /// What submissions are shown under.
    pub name: String,
    /// `whsec_` and the base64 of 24 to 64 bytes. No two accounts have the same.
    pub secret: String,
    /// What becomes of a webhook that comes again.
    pub repeats: Repeats,
}

/// What a receiver does with a webhook whose id it has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    /// It keeps our contract: 409, and nothing is done.
    Drop,
    /// It does not look: what the webhook tells is applied once more.
    Apply,
}

/// How often a receiver of webhooks may be called: a guess, since none says so.
const UNTIL_GONE_RATE: Rate = Rate { per_1000_s: 5_000, burst: 10 };

/// Bytes of a webhook's secret at least. Source: the Standard Webhooks specification.
const WEBHOOK_SECRET_MIN: usize = 24;

impl UntilGoneAccount {
    /// The account of a name: a receiver that keeps our contract.
    pub fn named(name: &str) -> Self {
        let key: Vec<u8> = name.bytes().cycle().take(WEBHOOK_SECRET_MIN.max(name.len())).collect();
        let secret = format!("whsec_{}", STANDARD.encode(key));
        Self { name: name.to_owned(), secret, repeats: Repeats::Drop }
    }
}

impl Setup for UntilGoneOptions {
    const WRONG_LOGIN: &'static str = "webhook-signature";

    fn demo() -> Self {
        Self { accounts: vec![UntilGoneAccount::named(DEMO_ACCOUNT)], rate: UNTIL_GONE_RATE }
    }

    fn add_account(&mut self, name: &str) {
        self.accounts.push(UntilGoneAccount::named(name));
    }

    fn lift_limits(&mut self) {
        self.rate = Rate::UNLIMITED;
    }

    fn nth(n: u32) -> (String, String) {
        (format!("UG-{n}"), format!("UG-{n}-1"))
    }

    fn credentials(name: &str) -> Value {
        json!({ "secret": UntilGoneAccount::named(name).secret })
    }
}
