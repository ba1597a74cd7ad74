//! Made-up accounts. Each has a name, and credentials in the shape of real ones that follow from the name.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::options::{
    AmazonAccount, BackMarketAccount, EbayAccount, GrouponAccount, Options, Repeats,
    UntilGoneAccount, WishAccount,
};

/// The name of the account that every marketplace has.
pub const DEMO_ACCOUNT: &str = "demo";

/// The supplier id of every made-up account at Groupon. The accounts differ by their tokens.
pub const GROUPON_SUPPLIER: &str = "1042";

/// Smallest length of a webhook's secret. Unit: bytes. Source: the Standard Webhooks specification.
const WEBHOOK_SECRET_MIN: usize = 24;

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

impl BackMarketAccount {
    /// The made-up account with this name.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), token: STANDARD.encode(format!("{name}:{name}")) }
    }
}

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

impl UntilGoneAccount {
    /// The made-up account with this name. Its receiver drops repeats, as our contract demands.
    pub fn named(name: &str) -> Self {
        let key: Vec<u8> = name.bytes().cycle().take(WEBHOOK_SECRET_MIN.max(name.len())).collect();
        let secret = format!("whsec_{}", STANDARD.encode(key));
        Self { name: name.to_owned(), secret, repeats: Repeats::Drop }
    }
}

/// The content of a partner's secret for the made-up account with this name. Null if `channel` is unknown.
pub fn credentials(channel: &str, name: &str) -> Value {
    match channel {
        "amazon" => {
            let account = AmazonAccount::named(name);
            json!({ "client_id": account.client_id, "client_secret": account.client_secret,
                "refresh_token": account.refresh_token })
        }
        "ebay" => {
            let account = EbayAccount::named(name);
            json!({ "client_id": account.client_id, "client_secret": account.client_secret,
                "refresh_token": account.refresh_token })
        }
        "wish" => {
            let account = WishAccount::named(name);
            json!({ "client_id": account.client_id, "client_secret": account.client_secret,
                "refresh_token": account.refresh_token })
        }
        "back_market" => json!({ "token": BackMarketAccount::named(name).token }),
        "groupon" => json!({ "token": GrouponAccount::named(name).token }),
        "until_gone" => json!({ "secret": UntilGoneAccount::named(name).secret }),
        _ => Value::Null,
    }
}

impl Options {
    /// Adds the made-up account with this name at a channel. An unknown channel changes nothing.
    #[must_use]
    pub fn with_account(mut self, channel: &str, name: &str) -> Self {
        match channel {
            "amazon" => self.amazon.accounts.push(AmazonAccount::named(name)),
            "ebay" => self.ebay.accounts.push(EbayAccount::named(name)),
            "wish" => self.wish.accounts.push(WishAccount::named(name)),
            "back_market" => self.back_market.accounts.push(BackMarketAccount::named(name)),
            "groupon" => self.groupon.accounts.push(GrouponAccount::named(name)),
            "until_gone" => self.until_gone.accounts.push(UntilGoneAccount::named(name)),
            _ => {}
        }
        self
    }
}
