//! For tests only: things to start from, ports that behave but live in memory, a wrapper that lets any port call fail,
//! and a town that plays queues, senders and the sweep on a virtual clock. No deployed function may depend on it.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on should stop, and this code runs in tests only"
)]

mod build;
pub mod contract;
pub mod desk;
mod edge;
mod failing;
pub mod intercept;
mod memory;
mod orders;
mod shops;
mod shown;
mod town;
pub mod worlds;

pub use build::{
    AMAZON_ORDER, BACK_MARKET_ORDER, ENDLESS, Event, IMEIS, NUMBER, START, amazon, at, back_market,
    cancel, environment, imeis, key, label, parsed, partner_of, phones, scan, secret, secret_name,
    seller, sender_config, text, under, void,
};
pub use edge::{IMEI_WINDOW_MINUTES, endless, take_doorbell, take_events, take_scans};
pub use failing::{Failing, Fault, Faults, NthCall};
pub use intercept::{Intercepted, Port};
pub use memory::{Memory, Sent, Table};
pub use orders::{full_order, life, movement};
pub use shops::{Applied, Shops, Turn, answer};
pub use shown::shown;
pub use town::Town;
