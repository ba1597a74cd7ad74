//! The options that a set of fake marketplaces starts with.

use serde::{Deserialize, Serialize};

use crate::accounts::DEMO_ACCOUNT;
use crate::rate::{Rate, WindowRate};

/// The options of all marketplaces.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1. With 0 the system chooses a free port.
    pub port: u16,
    /// What every marketplace does with an order that no test added.
    pub unknown_orders: UnknownOrders,
    /// Amazon's accounts and limits.
    pub amazon: AmazonOptions,
    /// eBay's accounts and limits.
    pub ebay: EbayOptions,
    /// Wish's accounts and limits.
    pub wish: WishOptions,
    /// Back Market's accounts and limits.
    pub back_market: BackMarketOptions,
    /// Groupon's accounts and limits.
    pub groupon: GrouponOptions,
    /// `UntilGone`'s accounts and limits.
    pub until_gone: UntilGoneOptions,
}

/// What a marketplace does with a well-formed order id that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownOrders {
    /// It refuses the request, as the real marketplace does.
    Refuse,
    /// It creates the order from the first submission that names it. Use this to try things out, not in a test: such a
    /// marketplace cannot notice a wrong order id. Only Wish creates the order from a read too.
    Accept,
}

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

/// One seller's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackMarketAccount {
    /// The account's name, which its submissions carry.
    pub name: String,
    /// The text after `Basic ` in the `Authorization` header. A caller must send exactly this text.
    pub token: String,
}

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

/// Wish's accounts and limits.
#[derive(Clone, Debug)]
pub struct WishOptions {
    /// The accounts that may call. Every account sees all orders.
    pub accounts: Vec<WishAccount>,
    /// Lifetime of an access token. Unit: seconds.
    pub token_life_s: u32,
    /// What Wish does with a refresh token that was used.
    pub rotation: Rotation,
    /// Limit of all requests for each account.
    pub rate: Rate,
    /// How long after a PUT its number shows. With 0 it shows at once. Unit: milliseconds.
    pub processing_ms: u32,
}

/// One seller's account, as one application may use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishAccount {
    /// The account's name, which its submissions carry.
    pub name: String,
    /// The application's client id.
    pub client_id: String,
    /// The application's client secret.
    pub client_secret: String,
    /// The seller's first refresh token.
    pub refresh_token: String,
}

/// What Wish does with a refresh token that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Wish issues another refresh token, and refuses the used one from then on.
    EachTime,
    /// Wish goes on accepting it.
    Never,
}

/// Lifetime of Wish's access tokens: 30 days. Source: the vendor's `OpenAPI` 3.0.65, `oauth/access_token`.
const WISH_TOKEN_LIFE_S: u32 = 30 * 24 * 3_600;

/// Limit of requests at Wish. We guess this figure, because we found none.
const WISH_RATE: Rate = Rate { per_1000_s: 5_000, burst: 10 };

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

/// Limit of requests at Groupon. We guess this figure, because Groupon publishes none.
const GROUPON_RATE: Rate = Rate { per_1000_s: 5_000, burst: 10 };

/// How many orders are on one page. We made this figure up.
const GROUPON_PAGE_SIZE: usize = 50;

/// Lifetime of Amazon's access tokens: one hour. Source: developer-docs.amazon.com, "Connect to the SP-API".
const AMAZON_TOKEN_LIFE_S: u32 = 3_600;

impl Options {
    /// The usual options: a free port, a refusal of every unknown order, the real limits where we know them, and one
    /// account at each marketplace, named [`DEMO_ACCOUNT`].
    pub fn demo() -> Self {
        Self {
            port: 0,
            unknown_orders: UnknownOrders::Refuse,
            amazon: AmazonOptions {
                accounts: vec![AmazonAccount::named(DEMO_ACCOUNT)],
                token_life_s: AMAZON_TOKEN_LIFE_S,
                confirm_rate: Rate::AMAZON_CONFIRM,
                read_rate: Rate::AMAZON_READ,
            },
            back_market: BackMarketOptions {
                accounts: vec![BackMarketAccount::named(DEMO_ACCOUNT)],
                rate: WindowRate::BACK_MARKET,
                imei_of_several: ImeiOfSeveral::Refuse,
            },
            until_gone: UntilGoneOptions {
                accounts: vec![UntilGoneAccount::named(DEMO_ACCOUNT)],
                rate: UNTIL_GONE_RATE,
            },
            wish: WishOptions {
                accounts: vec![WishAccount::named(DEMO_ACCOUNT)],
                token_life_s: WISH_TOKEN_LIFE_S,
                rotation: Rotation::EachTime,
                rate: WISH_RATE,
                processing_ms: 0,
            },
            ebay: EbayOptions {
                accounts: vec![EbayAccount::named(DEMO_ACCOUNT)],
                token_life_s: EBAY_TOKEN_LIFE_S,
                rate: Rate::EBAY,
            },
            groupon: GrouponOptions {
                accounts: vec![GrouponAccount::named(DEMO_ACCOUNT)],
                rate: GROUPON_RATE,
                page_size: GROUPON_PAGE_SIZE,
            },
        }
    }
}
