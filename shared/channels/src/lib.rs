//! What the wire needs, per marketplace: a confirmation becomes an HTTP request, an HTTP answer becomes an outcome.
//! Pure: no I/O, no clock. Each marketplace's facts are data, with their source.

pub mod about;

mod amazon;
mod answer;
mod back_market;
mod classes;
mod ebay;
mod groupon;
mod held;
mod marketplace;
mod oauth;
mod secret;
mod until_gone;
mod wire;
mod wish;

pub use amazon::{Amazon, Credentials as AmazonCredentials};
pub use back_market::{BackMarket, Credentials as BackMarketCredentials};
pub use classes::{Mark, Row, Says};
pub use ebay::{Credentials as EbayCredentials, Ebay};
pub use groupon::{Credentials as GrouponCredentials, Groupon, Page as GrouponPage};
pub use marketplace::{
    Answer, Class, Limits, Marketplace, Rate, Site, Token, Unbuildable, Verdict, seal,
};
pub use secret::read_credentials;
pub use until_gone::{Credentials as UntilGoneCredentials, UntilGone};
pub use wish::{Credentials as WishCredentials, Wish};
