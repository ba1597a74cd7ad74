//! The flows: what each function does with what reached it. A flow loads an order, lets [`domain::step`] decide, saves on
//! the version it read, and then acts. Generic over the [`ports`], so that it runs the same on AWS, on the local engine and
//! in memory. No rule is in here, and no SDK.

mod deliver;
mod events;
mod exact;
mod in_time;
pub mod ports;
mod scans;
mod sender;
mod sweep;

pub use deliver::{Delivered, FlowError, Start, Writer, deliver, ring_all};
pub use events::handle_events;
pub use exact::{ExactError, deliver_exactly};
pub use scans::handle_scans;
pub use sender::{Deadline, Sender, SenderConfig};
pub use sweep::{DUE_SHARDS, Swept, Unfinished, sweep};

use domain::Unacceptable;

/// What becomes of a record of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handled {
    /// Done.
    Done,
    /// Not possible now: to be received again.
    Retry(String),
    /// Never possible: to be put aside with this reason.
    Refused(String),
}

/// An event's type this function does not handle: a rule or a person put it into the wrong queue.
fn misplaced(found: &str, expected: &[&str]) -> Unacceptable {
    Unacceptable {
        field: "detail-type".to_owned(),
        problem: format!("{found} is not for this function"),
        allowed: expected.join(", "),
    }
}
