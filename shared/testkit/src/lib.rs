//! For tests only: builders of what a test begins with, ports in memory that behave, an interceptor that lets any call of a
//! port fail, and a deployment in memory that plays queues, senders and the sweep on a virtual clock. No deployed function may
//! depend on this crate.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on should stop, and this code runs in tests only"
)]

pub mod api_user;
mod batches;
mod builders;
pub mod contract;
mod deployment;
mod faulty_ports;
pub mod fixtures;
pub mod intercept;
mod memory;
mod orders;
mod shops;
mod shown;

pub use batches::{
    APPLICATION, IMEI_WINDOW_MINUTES, endless, take_doorbell, take_events, take_order_changes,
    take_scans, take_shared_events,
};
pub use builders::{
    AMAZON_ORDER, BACK_MARKET_ORDER, ENDLESS, Event, IMEIS, NUMBER, START, amazon, at, back_market,
    cancel, environment, imeis, key, label, parsed, partner_of, phones, scan, secret, secret_name,
    seller, sender_config, serials, text, under, update, void,
};
pub use deployment::Deployment;
pub use faulty_ports::{Fault, Faults, FaultyPorts, NthCall};
pub use intercept::{Intercepted, Port};
pub use memory::{Memory, SentRequest, Table};
pub use orders::{full_order, kept_back, life, movement};
pub use shops::{Applied, Shops, Turn, answer};
pub use shown::shown;
