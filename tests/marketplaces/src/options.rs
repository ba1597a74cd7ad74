//! What a set of fake marketplaces is started with.

use serde::{Deserialize, Serialize};

use crate::accounts::DEMO_ACCOUNT;
use crate::rate::{Rate, WindowRate};

/// How the marketplaces are set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What to do with an order nobody added.
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
    /// The accounts and limits of a receiver of webhooks.
    pub until_gone: UntilGoneOptions,
}

/// What a marketplace does with a well-formed order number that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownOrders {
    /// As the real one: 404.
    Refuse,
    /// The first submission makes the order, with what the request mentions. For playing around: a marketplace that
    /// believes every order cannot notice a wrong one. A reading alone makes nothing.
    Accept,
}

/// Amazon's accounts and limits.
#[derive(Clone, Debug)]
pub struct AmazonOptions {
    /// Who may call. All accounts see all orders.
    pub accounts: Vec<AmazonAccount>,
    /// How long an access token lives. Unit: seconds.
    pub token_life_s: u32,
    /// `confirmShipment`, per account.
    pub confirm_rate: Rate,
    /// `getOrder`, per account.
    pub read_rate: Rate,
}

/// One seller's authorisation of one application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmazonAccount {
    /// What submissions are shown under.
    pub name: String,
    /// Login with Amazon client identifier of the application.
    pub client_id: String,
    /// Login with Amazon client secret of the application.
    pub client_secret: String,
    /// The seller's refresh token.
    pub refresh_token: String,
}

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

/// Wish's accounts and limits.
#[derive(Clone, Debug)]
pub struct WishOptions {
    /// Who may call. All accounts see all orders.
    pub accounts: Vec<WishAccount>,
    /// How long an access token lives. Unit: seconds.
    pub token_life_s: u32,
    /// What becomes of the refresh token when it is used.
    pub rotation: Rotation,
    /// All requests, per account.
    pub rate: Rate,
    /// How long a PUT is worked at before its number shows; 0 for at once. Unit: milliseconds.
    pub processing_ms: u32,
}

/// One seller's authorisation of one application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishAccount {
    /// What submissions are shown under.
    pub name: String,
    /// The application's client id.
    pub client_id: String,
    /// The application's client secret.
    pub client_secret: String,
    /// The seller's first refresh token.
    pub refresh_token: String,
}

/// What becomes of a refresh token when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Another one takes its place, and it is good for nothing any more.
    EachTime,
    /// It stays.
    Never,
}

/// How long Wish's access tokens live: 30 days. Source: the vendor's `OpenAPI` 3.0.65, `oauth/access_token`.
const WISH_TOKEN_LIFE_S: u32 = 30 * 24 * 3_600;

/// How often Wish may be called: a guess, since no figure was found.
const WISH_RATE: Rate = Rate { per_1000_s: 5_000, burst: 10 };

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

/// How often Groupon may be called: a guess, since no limit is published.
const GROUPON_RATE: Rate = Rate { per_1000_s: 5_000, burst: 10 };

/// How many orders Groupon shows at once: made up.
const GROUPON_PAGE_SIZE: usize = 50;

/// How long Amazon's access tokens live: one hour. Source: developer-docs.amazon.com, "Connect to the SP-API".
const AMAZON_TOKEN_LIFE_S: u32 = 3_600;

impl Options {
    /// A free port, unknown orders refused, the real limits where they are known, and one account of each marketplace,
    /// called [`DEMO_ACCOUNT`](crate::DEMO_ACCOUNT).
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
