//! Strict fake marketplaces: real HTTP servers that refuse what the real marketplaces refuse, and record every
//! submission.
//!
//! Each channel has its own path on one port of 127.0.0.1 (`/amazon/...`, `/back_market/...`): give a sender
//! `http://127.0.0.1:<port>/<channel>` as the base address. Amazon's login is `/amazon/auth/o2/token`,
//! eBay's is `/ebay/identity/v1/oauth2/token`.
//!
//! When a fake does not know whether the real marketplace accepts a request, it refuses. A comment marks each rule and
//! wording that the vendor's texts do not state. *Unverified* means that nobody tried it against a live account.
//! *Inferred* means that we concluded it from those texts. Such rules and wordings stand in tables and small functions,
//! so that a correction changes one line.
//!
//! # Faults
//!
//! A [`Fault`] makes one request (or every request) go wrong: the marketplace answers late, applies the request without
//! an answer, answers without applying it, or refuses it in the channel's own words. When a fault hangs up, the server
//! really closes the connection without one byte of an answer. The marketplace handles a request to its end even when
//! the caller stopped waiting.
//!
//! # Controls over HTTP
//!
//! A test in another process controls the marketplaces over HTTP, in JSON. `GET /_admin` lists these routes:
//!
//! | route | |
//! |---|---|
//! | `GET /_admin/{channel}/orders` | shows each order, what the marketplace holds for it, and its submissions |
//! | `GET /_admin/{channel}/orders/{order_id}` | shows one order likewise |
//! | `POST /_admin/{channel}/orders` | adds an order: [`AmazonOrder`], [`BackMarketOrder`], … |
//! | `PUT /_admin/{channel}/orders/{order_id}/standing` | sets what a read says of the order beside its shipments: [`Standing`] |
//! | `POST /_admin/back_market/orders/{order_id}/accept` | accepts the order's lines |
//! | `PUT /_admin/back_market/imei_of_several` | sets what happens to an IMEI in an update of several pieces: `"refuse"` or `"ignore"` |
//! | `GET /_admin/{channel}/requests` | counts the requests that have arrived |
//! | `POST /_admin/{channel}/faults` | sets a fault |
//! | `DELETE /_admin/{channel}/faults` | removes all faults |
//! | `POST /_admin/amazon/tokens/expire` | expires all of Amazon's access tokens |
//! | `POST /_admin/ebay/tokens/expire` | expires all of eBay's access tokens |
//! | `POST /_admin/wish/tokens/expire` | expires all of Wish's access tokens |
//!
//! ```text
//! POST /_admin/amazon/orders
//! {"id": "902-1106328-1059050", "marketplace_id": "ATVPDKIKX0DER",
//!  "items": [{"order_item_id": "79039765272157", "quantity": 1}]}
//!
//! PUT /_admin/amazon/orders/902-1106328-1059050/standing
//! {"ship_by": "2026-11-25T07:59:59Z", "is_wished": true}
//!
//! POST /_admin/back_market/orders
//! {"id": 4711, "orderlines": [{"id": 1, "quantity": 1, "state": 2, "sku": "PHONE"}]}
//!
//! POST /_admin/until_gone/orders
//! {"id": "UG-100042", "items": [{"item_id": "7001", "quantity": 1}]}
//!
//! POST /_admin/wish/orders
//! {"id": "5f0000000000000000000001", "items": [{"id": "6f01", "quantity": 1}], "state": "APPROVED"}
//!
//! POST /_admin/ebay/orders
//! {"id": "01-03955-36441", "line_items": [{"line_item_id": "10000000000001", "quantity": 1}]}
//!
//! POST /_admin/groupon/orders
//! {"id": "11561881-ABC", "line_items": [{"ci_lineitem_id": 54553918, "fulfillment_lineitem_id": "79862167", "quantity": 1}]}
//!
//! POST /_admin/amazon/faults
//! {"order": "902-1106328-1059050", "operation": "submit", "fault": {"kind": "applied", "answer": "hang_up"}}
//! ```
//!
//! The fields of a fault's body:
//!
//! - `order`: the order whose requests go wrong. Default: every order.
//! - `operation`: `token`, `submit`, `read_back`, `imei`.
//! - `times`: `once` or `forever`. Default: `once`.
//! - `fault.kind`: `late` and `slow_answer` with `delay_ms`; `applied` and `not_applied` with `answer` and optionally
//!   `answer_after_ms`; `applied_later` with `after_ms` and `answer`; `shipped_elsewhere` with `tracking_number`.
//! - `answer`: `hang_up`, `server_error`, `unavailable`, `not_json`, `wrong_json`, `already_shipped`, `not_ready`,
//!   `unauthorized`, `token_expired`, `firewall`, `{"too_many_requests": {"retry_after_s": 3}}`,
//!   `{"custom": {"status": 418, "body": {}}}`.

mod admin;
mod amazon;
mod back_market;
mod carrier_codes;
mod clock;
mod ebay;
mod fakes;
mod fault;
mod groupon;
mod rate;
mod reply;
mod request;
mod server;
mod shop;
mod standing;
mod submission;
mod tokens;
mod until_gone;
mod wish;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use amazon::{
    Amazon, AmazonAccount, AmazonItem, AmazonOptions, AmazonOrder, AmazonPackage, AmazonRequests,
    AmazonSubscribed,
};
pub use back_market::{
    BackMarket, BackMarketAccount, BackMarketHeld, BackMarketOptions, BackMarketOrder,
    BackMarketRequests, BackMarketShipment, ImeiOfSeveral, LineState, Orderline,
};
pub use carrier_codes::CarrierCodes;
pub use clock::set_clock;
pub use ebay::{Ebay, EbayAccount, EbayFulfillment, EbayLineItem, EbayOptions, EbayOrder};
pub use fakes::{DEMO_ACCOUNT, Setup, UnknownOrders};
pub use fault::{Answer, Fault, Operation, Target, Times};
pub use groupon::{
    GROUPON_SUPPLIER, Groupon, GrouponAccount, GrouponLine, GrouponOptions, GrouponOrder,
    GrouponTracking,
};
pub use rate::{Rate, WindowRate};
pub use shop::Shop;
pub use standing::Standing;
pub use submission::{Answered, Submission};
pub use until_gone::{
    Repeats, UntilGone, UntilGoneAccount, UntilGoneItem, UntilGoneOptions, UntilGoneOrder,
    UntilGoneShipment, UntilGoneWebhook,
};
pub use wish::{
    Rotation, Wish, WishAccount, WishItem, WishOptions, WishOrder, WishState, WishTracking,
};

use fakes::{Fake, fakes};

fakes! {
    amazon: Amazon, AmazonOptions;
    ebay: Ebay, EbayOptions;
    wish: Wish, WishOptions;
    back_market: BackMarket, BackMarketOptions;
    groupon: Groupon, GrouponOptions;
    until_gone: UntilGone, UntilGoneOptions;
}

/// A shipment that the seller made by hand or with another tool, not with the software under test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedElsewhere {
    /// The tracking number of that shipment.
    pub tracking_number: String,
    /// The carrier, in the channel's spelling.
    pub carrier: String,
}

/// The fake marketplaces of all channels. Dropping them stops their server, if they have one.
pub struct Marketplaces {
    server: Option<server::Server>,
    router: Router,
    shops: Vec<Arc<dyn Shop>>,
    fakes: Fakes,
}

impl fmt::Debug for Marketplaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Marketplaces").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Marketplaces {
    /// Starts all marketplaces on one port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// The port is taken, a vendor's schema cannot be read, or an account's webhook secret is malformed.
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let port = options.port;
        let mut marketplaces = Self::unplugged(options)?;
        marketplaces.server = Some(server::Server::start(port, marketplaces.router.clone()).await?);
        Ok(marketplaces)
    }

    /// Makes all marketplaces without a server. Only [`Self::answer`] reaches them.
    ///
    /// # Errors
    ///
    /// A vendor's schema cannot be read, or an account's webhook secret is malformed.
    pub fn unplugged(options: Options) -> std::io::Result<Self> {
        let fakes = Fakes::open(options)?;
        Ok(Self { server: None, router: fakes.routes(), shops: fakes.shops(), fakes })
    }

    /// Answers a request without a network. Returns `None` when the marketplace hangs up.
    pub async fn answer(&self, request: Request<Vec<u8>>) -> Option<Response<Vec<u8>>> {
        let response = server::answer(self.router.clone(), request.map(Body::from)).await.ok()?;
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.ok()?;
        Some(Response::from_parts(head, body.to_vec()))
    }

    /// The marketplace of a channel. `channel` is a name such as `back_market`.
    pub fn shop(&self, channel: &str) -> Option<Arc<dyn Shop>> {
        self.shops.iter().find(|shop| shop.name() == channel).map(Arc::clone)
    }

    /// The address where the server listens. Port 0 means that there is no server.
    pub fn address(&self) -> SocketAddr {
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        self.server.as_ref().map_or(nowhere, server::Server::address)
    }

    /// The server's base address, `http://127.0.0.1:<port>`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Closes the port and all connections. The channels' controls still show every submission.
    pub async fn shutdown(self) {
        if let Some(server) = self.server {
            server.shutdown().await;
        }
    }
}
