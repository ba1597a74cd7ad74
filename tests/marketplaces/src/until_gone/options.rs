//! What the fake of the receiver of webhooks is started with: its accounts, made up by their names, and its limits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::fakes::{DEMO_ACCOUNT, Setup};
use crate::rate::Rate;

/// The accounts and limits of `UntilGone`, a receiver of webhooks.
#[derive(Clone, Debug)]
pub struct UntilGoneOptions {
    /// The accounts whose webhooks it accepts. Every account sees all orders.
    pub accounts: Vec<UntilGoneAccount>,
    /// Limit of all webhooks for each account.
    pub rate: Rate,
}

/// One seller's account at a receiver of webhooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntilGoneAccount {
    /// The account's name, which its submissions carry.
    pub name: String,
    /// The secret that signs the account's webhooks: `whsec_` and the base64 of 24 to 64 bytes. Each account needs a
    /// secret of its own.
    pub secret: String,
    /// What the receiver does with a repeated webhook.
    pub repeats: Repeats,
}

/// What a receiver does with a webhook whose id it has accepted before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    /// It answers 409 and applies nothing, as our contract demands.
    Drop,
    /// It does not check the id, and applies the webhook once more.
    Apply,
}

/// Limit of webhooks at a receiver. We guess this figure, because no receiver names one.
const UNTIL_GONE_RATE: Rate = Rate { per_1000_s: 5_000, burst: 10 };

/// Smallest length of a webhook's secret. Unit: bytes. Source: the Standard Webhooks specification.
const WEBHOOK_SECRET_MIN: usize = 24;

impl UntilGoneAccount {
    /// The made-up account with this name. Its receiver drops repeats, as our contract demands.
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
