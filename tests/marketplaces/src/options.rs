//! What a set of fake marketplaces is started with.

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
    /// Back Market's accounts and limits.
    pub back_market: BackMarketOptions,
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
}

/// One seller's access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackMarketAccount {
    /// What submissions are shown under.
    pub name: String,
    /// What comes after `Basic `, compared as it is.
    pub token: String,
}

/// How long Amazon's access tokens live: one hour. Source: developer-docs.amazon.com, "Connect to the SP-API".
const AMAZON_TOKEN_LIFE_S: u32 = 3_600;

impl Options {
    /// A free port, unknown orders refused, the real limits, and the accounts of [`AmazonAccount::demo`] and
    /// [`BackMarketAccount::demo`].
    pub fn demo() -> Self {
        Self {
            port: 0,
            unknown_orders: UnknownOrders::Refuse,
            amazon: AmazonOptions {
                accounts: vec![AmazonAccount::demo()],
                token_life_s: AMAZON_TOKEN_LIFE_S,
                confirm_rate: Rate::AMAZON_CONFIRM,
                read_rate: Rate::AMAZON_READ,
            },
            back_market: BackMarketOptions {
                accounts: vec![BackMarketAccount::demo()],
                rate: WindowRate::BACK_MARKET,
            },
        }
    }
}

impl AmazonAccount {
    /// Made-up credentials in the shape of real ones.
    pub fn demo() -> Self {
        Self {
            name: "demo".to_owned(),
            client_id: "amzn1.application-oa2-client.demo".to_owned(),
            client_secret: "amzn1.oa2-cs.v1.demo".to_owned(),
            refresh_token: "Atzr|demo".to_owned(),
        }
    }
}

impl BackMarketAccount {
    /// A made-up token in the shape of a real one.
    pub fn demo() -> Self {
        Self { name: "demo".to_owned(), token: "ZGVtbzpkZW1v".to_owned() }
    }
}
