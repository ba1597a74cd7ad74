//! The flows: what each function does with what reached it. A flow loads an order, lets [`domain::step`] decide, saves on
//! the version it read, and then acts. It is generic over the [`ports`], so it runs the same on AWS, on the local engine
//! and in memory. No rule is in here, and no SDK.

mod deliver;
mod events;
mod exact;
mod in_time;
mod numbers;
pub mod ports;
mod relay;
mod scans;
mod sender;
mod sweep;
mod unlisted;
mod zones;

pub use deliver::{Delivered, FlowError, Start, Writer, deliver, ring_all};
pub use events::{EventFunction, UNKNOWN_PARTNERS, UnknownPartners, handle_events};
pub use exact::{ExactError, deliver_exactly};
pub use relay::{Dropped, NOTIFICATIONS_DROPPED, relay_order_changes};
pub use scans::handle_scans;
pub use sender::{Deadline, PARTNER_STOPPED, Sender, SenderConfig};
pub use sweep::{DUE_SHARDS, DUE_SHARDS_MAX, Swept, Unfinished, sweep};
pub use zones::zone_named;

use domain::{BusEvent, EventKind, Fault, UnreadEvent};

/// One invocation of a function.
#[derive(Debug)]
pub struct Invocation {
    /// What names its saves.
    pub writer: Writer,
    /// When it ends.
    pub deadline: Deadline,
}

/// A record of a batch as it was read at the edge of its function: an event, or why the record is none.
pub type Record = Result<BusEvent, UnreadEvent>;

/// What becomes of a record of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handled {
    /// The record was handled, and leaves its queue.
    Done,
    /// The record was not handled, for this reason. It goes back to its queue and is received again.
    Retry(String),
    /// The record can never be handled, for this reason. It is dead-lettered.
    Refused(String),
}

/// The fault of an event of a kind that this function does not handle. A rule or a person put it into the wrong queue.
fn misplaced(found: EventKind, expected: EventKind) -> Fault {
    Fault::new("detail-type", format!("{found} is not for this function"))
        .allowing([expected.name()])
}
