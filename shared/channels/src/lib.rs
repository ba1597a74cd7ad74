//! What the wire needs, per marketplace: a confirmation becomes an HTTP request, an HTTP answer becomes an outcome.
//! Pure: no I/O, no clock. Each marketplace's facts are data, with their source.

mod marketplace;

pub use marketplace::{Answer, Class, Marketplace, Site, Token, Unbuildable, Verdict, seal};
