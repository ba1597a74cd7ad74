//! What a channel shows when it is asked.

use super::NotApplied;
use crate::{ItemId, Moment, Text};
use std::collections::BTreeMap;

/// What a look at the channel showed of a submission, whatever the look was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Our number, with the IMEIs that the channel shows of the order; or our IMEI.
    Ours(ShownImeis),
    /// Another number, or another IMEI.
    Other(Text),
    /// This number, while the channel says that the order is still to be shipped. It is of a former shipment, or of an update that
    /// failed.
    Former(Text),
    /// No number.
    Absent,
    /// The channel says that it shipped, but not by which number. Asking again shows no more.
    Unclear(Text),
    /// The channel could not be read.
    Unreadable(NotApplied),
}

/// What a channel shows of an order whenever it is asked for one (rule S7), as of when it was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderShown {
    /// The moment by which it wants the lines of the package shipped, where it says one.
    pub ship_by: Option<Moment>,
    /// Whether it shows that the buyer wishes to cancel.
    pub is_wished: bool,
    /// Whether it shows that the order is cancelled.
    pub is_cancelled: bool,
}

impl Reading {
    /// Our number, without an IMEI; or our IMEI.
    pub const OURS: Self = Self::Ours(ShownImeis::new());
}

/// The IMEIs and serial numbers that a channel shows of an order, compared with those of the submission. A line that is not
/// named has none.
pub type ShownImeis = BTreeMap<ItemId, ShownImei>;

/// What a channel shows as the IMEI and the serial number of a line. They themselves are not repeated (rule I8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownImei {
    /// All that is to be registered.
    Ours,
    /// Our IMEI, and not the serial number that is to be registered, too.
    OnlyImei,
    /// Our serial number, and not the IMEI that is to be registered, too.
    OnlySerial,
    /// Something else in the place of one of them.
    Another,
}
