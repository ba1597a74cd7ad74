//! What the wire needs, per marketplace: a confirmation becomes an HTTP request, an HTTP answer becomes an outcome.
//! Pure: no I/O, no clock. Each marketplace's facts are data, with their source.

mod amazon;
mod answer;
mod back_market;
mod classes;
mod marketplace;
mod secret;
mod wire;

pub use amazon::{Amazon, Credentials as AmazonCredentials};
pub use back_market::{BackMarket, Credentials as BackMarketCredentials};
pub use classes::{Mark, Row, Says};
pub use marketplace::{Answer, Class, Marketplace, Site, Token, Unbuildable, Verdict, seal};
