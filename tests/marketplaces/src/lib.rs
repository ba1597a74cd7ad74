//! Strict fake marketplaces: real HTTP servers that refuse what the real ones would refuse, and keep what they were told.
//!
//! Each channel has its own path on one port of 127.0.0.1 (`/amazon/...`, `/back_market/...`): give a sender
//! `http://127.0.0.1:<port>/<channel>` as the base address. Amazon's login is `/amazon/auth/o2/token`.
//!
//! A strict fake says no. Where the vendors' texts do not say what happens, the comments say that a rule or a wording is
//! unverified or inferred; such things live in tables and small functions, so that a correction is one line.
//!
//! # Faults
//!
//! A [`Fault`] makes one request (or every request) go wrong: late, applied but not answered, answered but not applied,
//! refused in the channel's own words. Hanging up is real: the connection closes without a byte. What a request does, it
//! does even if its caller stopped waiting.
//!
//! # Controls over HTTP
//!
//! The handles' controls are at `/_admin` too, in JSON (`GET /_admin` lists them):
//!
//! | route | |
//! |---|---|
//! | `GET /_admin/{channel}/orders` | orders, what the marketplace holds of them, submissions |
//! | `GET /_admin/{channel}/orders/{order_id}` | the same for one order |
//! | `POST /_admin/amazon/orders` | adds an [`AmazonOrder`] |
//! | `POST /_admin/back_market/orders` | adds a [`BackMarketOrder`] |
//! | `POST /_admin/back_market/orders/{order_id}/accept` | accepts its lines |
//! | `GET /_admin/{channel}/requests` | how many requests have arrived |
//! | `POST /_admin/{channel}/faults` | sets a fault |
//! | `DELETE /_admin/{channel}/faults` | forgets the faults |
//! | `POST /_admin/amazon/tokens/expire` | expires all access tokens |
//!
//! ```text
//! POST /_admin/amazon/orders
//! {"id": "902-1106328-1059050", "marketplace_id": "ATVPDKIKX0DER",
//!  "items": [{"order_item_id": "79039765272157", "quantity": 1}]}
//!
//! POST /_admin/back_market/orders
//! {"id": 4711, "orderlines": [{"id": 1, "quantity": 1, "state": 2, "sku": "PHONE"}]}
//!
//! POST /_admin/amazon/faults
//! {"order": "902-1106328-1059050", "operation": "submit", "fault": {"kind": "applied", "answer": "hang_up"}}
//! ```
//!
//! The fields of a fault's body:
//!
//! - `order`: absent for any order.
//! - `operation`: `token`, `submit`, `read_back`, `imei`.
//! - `times`: `once` (if absent) or `forever`.
//! - `fault.kind`: `late` and `slow_answer` with `delay_ms`; `applied` and `not_applied` with `answer` and, if wanted,
//!   `answer_after_ms`; `applied_later` with `after_ms` and `answer`; `shipped_elsewhere` with `tracking_number`.
//! - `answer`: `hang_up`, `server_error`, `unavailable`, `not_json`, `wrong_json`, `already_shipped`, `not_ready`,
//!   `unauthorized`, `token_expired`, `firewall`, `{"too_many_requests": {"retry_after_s": 3}}`,
//!   `{"custom": {"status": 418, "body": {}}}`.

mod admin;
mod amazon;
mod back_market;
mod clock;
mod fault;
mod options;
mod play;
mod rate;
mod reply;
mod server;
mod submission;

use std::net::SocketAddr;

use axum::Router;
use serde::{Deserialize, Serialize};

pub use amazon::{Amazon, AmazonItem, AmazonOrder, AmazonPackage, AmazonRequests};
pub use back_market::{
    BackMarket, BackMarketHeld, BackMarketOrder, BackMarketRequests, BackMarketShipment, LineState,
    Orderline,
};
pub use fault::{Answer, Fault, Operation, Target, Times};
pub use options::{
    AmazonAccount, AmazonOptions, BackMarketAccount, BackMarketOptions, Options, UnknownOrders,
};
pub use rate::{Rate, WindowRate};
pub use submission::{Answered, Submission};

/// A shipment that did not come from whoever is tested: made by hand, or by another tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedElsewhere {
    /// The foreign number.
    pub tracking_number: String,
    /// As the channel names it.
    pub carrier: String,
}

/// Running fake marketplaces. Dropping them stops them.
#[derive(Debug)]
pub struct Marketplaces {
    server: server::Server,
    amazon: Amazon,
    back_market: BackMarket,
}

impl Marketplaces {
    /// Starts all marketplaces on one port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// The port is taken, or a vendor's model cannot be read.
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let amazon = Amazon::new(options.amazon, options.unknown_orders)?;
        let back_market = BackMarket::new(options.back_market, options.unknown_orders);
        let router = Router::new()
            .nest("/amazon", amazon::routes(amazon.clone()))
            .nest("/back_market", back_market::routes(back_market.clone()))
            .nest("/_admin", admin::routes(amazon.clone(), back_market.clone()));
        let server = server::Server::start(options.port, router).await?;
        Ok(Self { server, amazon, back_market })
    }

    /// Where they listen.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// `http://127.0.0.1:<port>`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Amazon's controls.
    pub fn amazon(&self) -> Amazon {
        self.amazon.clone()
    }

    /// Back Market's controls.
    pub fn back_market(&self) -> BackMarket {
        self.back_market.clone()
    }

    /// Closes the port and all connections. The handles can still be asked what was submitted.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}
