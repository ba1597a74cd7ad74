//! Every rule of Shipconfirm: the words of the trade, the border contracts, and the one pure function [`step`] that
//! decides what becomes of an order. Nothing here reads a clock, waits, logs, or talks to anything.

mod attempt;
mod barcode;
mod carrier;
mod change;
mod channel;
mod contract;
mod doorbell;
mod event_kind;
mod fault;
mod ids;
mod moment;
mod never;
mod notice;
mod object;
mod order;
mod partner;
pub mod planted;
mod settings;
mod state;
mod step;
mod text;
mod tracking;
mod unknown;
mod view;

pub use attempt::{Attempt, Doubt, Failures, Pending, Repeats, Ring, Tries};
pub use barcode::{Barcode, BarcodeReading, barcode_readings};
pub use carrier::{CarrierStatus, Movement, UnknownStatus};
pub use change::ChangeOfTiming;
pub use channel::{Channel, Confirming, Facts, ReadBack, UnknownChannel};
pub use contract::{
    BODY_BYTES_MAX, BusEvent, CarrierScan, EventId, Fact, ImeiUpdated, LabelCreated, LabelVoided,
    OrderCancelled,
};
pub use doorbell::{DOORBELL_VERSION, Doorbell, DoorbellError};
pub use event_kind::EventKind;
pub use fault::Fault;
pub use ids::{
    IdError, Imei, ImeiError, ItemId, LabelId, OrderId, OrderKey, PackageId, PartnerId, SellerId,
    TrackingNumber, TrackingNumberError,
};
pub use moment::Moment;
pub use never::{NEVER_SPANS_MAX, NeverChange, NeverSpan, NeverSpans};
pub use notice::{Notice, NoticeKind};
pub use order::{
    Change, IMEI_LINES_MAX, ImeiList, ImeiTerms, Item, LABELS_MAX, Label, Lock, MOVEMENTS_MAX,
    Mark, Order, PACKAGES_MAX, Package, Person, Proof, SendNow, TIMELINE_MAX, Terms, Untold, What,
};
pub use partner::{
    Lane, MissingImei, Pace, Partner, SettingsChange, Stopped, Timing, TimingNow, TimingRefused,
};
pub use settings::ChannelSettings;
pub use state::{
    Evidence, Held, Line, LineState, Ready, Rejection, Sent, Stage, State, WaitingFor, Withheld,
};
pub use step::{
    Action, Attention, Claim, Decision, Decisions, Effect, Input, NotApplied, Outcome, Reading,
    Refusal, Resolution, Seal, ShownImei, ShownImeis, Submission, Target, Work, attention,
    may_follow, possible, step, step_all, submission, work,
};
pub use text::{TEXT_MAX, Text, TextError};
pub use tracking::{MOVEMENTS_NOTED_MAX, ORDERS_MAX, Tracking};
pub use unknown::Unknown;
pub use view::{movement_view, never_view, order_line, order_line_at, order_view, order_view_at};
