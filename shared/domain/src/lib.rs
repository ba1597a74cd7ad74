//! Every rule of Shipconfirm: the words of the trade, the border contracts, and the one pure function [`step`] that
//! decides what becomes of an order. Nothing here reads a clock, waits, logs, or talks to anything.

mod attempt;
mod barcode;
mod carrier;
mod carrier_pairs;
mod change_of_timing;
mod changes;
mod channel;
mod connection;
mod contract;
mod credentials;
mod departure;
mod device;
mod doorbell;
mod event_kind;
mod fault;
mod gather;
pub mod guard;
mod hours_off;
mod ids;
mod imei;
mod label;
mod lock;
mod looks;
mod mark;
mod merchant;
mod mode;
mod moment;
mod never;
mod notice;
mod number;
mod number_text;
mod object;
mod order;
mod package;
mod partner;
mod partner_now;
mod pause;
mod quiet_feed;
mod send_after;
mod serial;
mod sessions;
mod settings;
mod settings_change;
mod sla;
mod state;
mod step;
mod text;
mod timeline;
mod tracking;
mod transparency;
mod unknown;
mod view;
mod watch;
mod zone;

pub use attempt::{Attempt, Doubt, Failures, Pending, Repeats, Ring, Tries};
pub use barcode::{Barcode, BarcodeReading, barcode_readings};
pub use carrier::{CarrierStatus, Movement, UnknownStatus};
pub use carrier_pairs::{
    CARRIER_PAIRS_MAX, CarrierPair, CarrierPairs, PairsChange, UNLISTED_LABELS_MAX,
    UnlistedCarrier, UnlistedEnd, UnlistedKey, UnlistedLabel,
};
pub use change_of_timing::ChangeOfTiming;
pub use changes::{FieldChange, PartnerChange};
pub use channel::{Channel, Confirming, Facts, ReadBack, UnknownChannel};
pub use connection::{Connection, ConnectionResult, ConnectionTest};
pub use contract::{
    BODY_BYTES_MAX, BusEvent, CHANNELS_SOURCE, CarrierScan, DateOrTime, EventId, Fact, ImeiUpdated,
    LabelCreated, LabelKind, LabelVoided, OrderCancelled, OrderUpdated, Relayed, Scanned,
    UnreadEvent, UnreadLabel, whole_number,
};
pub use credentials::{CredentialDates, CredentialEnd, CredentialPart, said_day};
pub use departure::{DELETION_AT_LEAST, Departure, DepartureProgress, ID_IS_TAKEN_FOR};
pub use device::{Device, DeviceId, EnteredList, ImeiList, SerialList};
pub use doorbell::{DOORBELL_VERSION, Doorbell, DoorbellError, ResumeBell, TestBell};
pub use event_kind::EventKind;
pub use fault::Fault;
pub use gather::{by_key, gather};
pub use hours_off::{HOURS_OFF_LABELS, HoursOff};
pub use ids::{
    IdError, ItemId, LabelId, MerchantId, OrderId, OrderKey, PackageId, PartnerId, SellerId,
    SourceIdError, SupplySourceId,
};
pub use imei::{Imei, ImeiError, Phone, PhoneError};
pub use label::{ImeiTerms, Item, Label, Telling, Terms};
pub use lock::{Lock, Proof};
pub use looks::{LookOf, LookTry, Looks, NotShown};
pub use mark::Mark;
pub use merchant::{MerchantAccount, MerchantLink};
pub use mode::{ChannelShows, Mode, Observed, ShownNumber};
pub use moment::Moment;
pub use never::{NEVER_SPANS_MAX, NeverChange, NeverSpan, NeverSpans};
pub use notice::{Notice, NoticeKind};
pub use number::{NumberKey, TrackingNumber, TrackingNumberError};
pub use order::{
    IMEI_LINES_MAX, Order, PACKAGES_MAX, REFUSED_MAX, RefusedLabel, ShipBy, Unpublished, Wish,
};
pub use package::{
    Chosen, DeadlineFlag, LABELS_MAX, MOVEMENTS_MAX, NUMBERS_MAX, Package, Person, RefusedWish,
    SendNow, SilenceFlag, VOIDS_MAX,
};
pub use partner::{
    ChangedBy, Lane, MissingImei, Pace, Partner, PartnerEdit, PartnerRegistration,
    REFUSED_ORDERS_MAX, Stopped, Timing,
};
pub use partner_now::{PartnerNow, TimingNow};
pub use pause::Paused;
pub use quiet_feed::{QUIET_FOR, QUIET_PACKAGES_MIN, QuietFeed};
pub use send_after::{Days, SendAfter, TimeOfDay};
pub use serial::{Serial, SerialError};
pub use sessions::{SellerSessions, SessionsEnd};
pub use settings::ChannelSettings;
pub use settings_change::{OrAfterChange, SendAfterChange, SettingsChange};
pub use sla::{CLOSED_DAYS_MAX, ClosedDays, SlaDays};
pub use state::{
    Evidence, Held, Line, LineState, Ready, Rejection, Sent, Stage, State, WaitingFor, Withheld,
};
pub use step::{
    Action, Attention, Claim, Decision, Decisions, Effect, Input, LabelChoice, Lacking, NotApplied,
    OrderShown, Outcome, Parking, Reading, Refusal, Resolution, Seal, ShownImei, ShownImeis,
    Submission, Target, Work, attention, may_follow, possible, shows_news, step, step_all,
    submission, work,
};
pub use text::{TEXT_MAX, Text, TextError};
pub use timeline::{Change, TIMELINE_MAX, What};
pub use tracking::{MOVEMENTS_NOTED_MAX, ORDERS_MAX, Tracking};
pub use transparency::{TransparencyCode, TransparencyCodeError};
pub use unknown::Unknown;
pub use view::{
    Explanation, PackageExplanation, Told, explain, movement_view, never_view, order_line,
    order_line_at, order_view, order_view_at,
};
pub use watch::{Deadline, DeadlineAction, OrAfterHours, SilentHours, Watch};
pub use zone::{zone_name, zone_names};
