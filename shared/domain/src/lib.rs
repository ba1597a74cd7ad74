//! Every rule of Shipconfirm: the words of the trade, the border contracts, and the one pure function [`step`] that
//! decides what becomes of an order. Nothing here reads a clock, waits, logs, or talks to anything.

mod carrier;
mod change;
mod channel;
mod contract;
mod doorbell;
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
mod view;

pub use carrier::{CarrierStatus, Movement, UnknownStatus};
pub use change::ChangeOfTiming;
pub use channel::{Channel, Confirming, Facts, ReadBack, UnknownChannel};
pub use contract::{
    BODY_BYTES_MAX, BusEvent, CarrierScan, EventId, Fact, ImeiUpdated, LabelCreated, LabelVoided,
    OrderCancelled, Unacceptable,
};
pub use doorbell::{DOORBELL_VERSION, Doorbell, DoorbellError};
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
    Attempts, Doubt, Evidence, Held, Line, LineState, Rejection, Ring, State, WaitingFor, Withheld,
};
pub use step::{
    Action, Attention, Claim, Decision, Decisions, Effect, Finding, Input, NotApplied, Outcome,
    Refusal, Resolution, Seal, ShownImei, ShownImeis, Submission, Target, Work, attention,
    may_follow, possible, step, step_all, submission, work,
};
pub use text::{TEXT_MAX, Text, TextError};
pub use tracking::{MOVEMENTS_NOTED_MAX, ORDERS_MAX, Tracking};
pub use view::{movement_view, never_view, order_line, order_line_at, order_view, order_view_at};
