//! What the flows need from the world. Each port has a real adapter in the `aws` crate and a behaving in-memory one in
//! the `testkit` crate.
//!
//! The functions run on one thread, so the futures need not be `Send`.

use channels::Answer;
use domain::{
    Channel, Imei, Lane, Moment, Movement, Notice, Order, OrderId, OrderKey, Pace, Partner,
    PartnerId, SellerId, Stopped, Tracking, TrackingNumber,
};
use http::Request;
use jiff::SignedDuration;
use std::fmt;
use std::future::Future;
use std::time::Duration;

/// Longest a request to a marketplace may take, from connecting to the last byte of its answer.
pub const HTTP_TIMEOUT: Duration = Duration::from_secs(15);

/// The world, as one value.
pub trait Ports {
    /// What time it is.
    fn now(&self) -> Moment;

    /// Waits.
    fn sleep(&self, span: SignedDuration) -> impl Future<Output = ()>;

    /// An order, read consistently.
    fn order(&self, key: &OrderKey) -> impl Future<Output = Result<Option<Stored>, StoreError>>;

    /// Saves an order on the condition that it is still at `read`; `None` is a new order.
    ///
    /// Errors: [`SaveError::Stale`] carries the order as it is by now. A save of our own whose answer was lost, and
    /// which the SDK repeated, is recognised by its writer and is no error.
    fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> impl Future<Output = Result<Version, SaveError>>;

    /// A partner, read consistently.
    fn partner(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> impl Future<Output = Result<Option<Partner>, StoreError>>;

    /// Marks a partner as stopped, and as what a person must look at, on the condition that it is of the version read.
    fn stop_partner(
        &self,
        partner: &Partner,
        stopped: &Stopped,
    ) -> impl Future<Output = Result<(), StoreError>>;

    /// Takes the mark away that was read with the partner; another one stays.
    fn resume_partner(&self, partner: &Partner) -> impl Future<Output = Result<(), StoreError>>;

    /// Takes the next place in a lane of the partner's pace, over all senders at once.
    fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> impl Future<Output = Result<Booked, StoreError>>;

    /// Lets nothing go in a lane of the partner's pace before `until`.
    fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> impl Future<Output = Result<(), StoreError>>;

    /// Whether this writer may renew the partner's kept token: one at a time, until `until` at most. A lease of our own
    /// whose answer was lost, and which the SDK repeated, is ours.
    fn lease_renewal(
        &self,
        partner: &Partner,
        until: Moment,
        writer: &str,
    ) -> impl Future<Output = Result<bool, StoreError>>;

    /// Gives this writer's lease of the renewal back; another's stays.
    fn end_renewal(
        &self,
        partner: &Partner,
        writer: &str,
    ) -> impl Future<Output = Result<(), StoreError>>;

    /// A tracking number's item, read consistently.
    fn tracking(
        &self,
        seller: &SellerId,
        number: &TrackingNumber,
    ) -> impl Future<Output = Result<Option<Tracking>, StoreError>>;

    /// Adds an order to a tracking number; answers with the item as it is then.
    fn add_to_tracking(
        &self,
        key: &OrderKey,
        number: &TrackingNumber,
    ) -> impl Future<Output = Result<Tracking, AddError>>;

    /// Notes movements of a number on the condition that no order has it and the noted ones are still `before`.
    /// Answers whether the condition held.
    fn note_movements(
        &self,
        before: &Tracking,
        movements: &[Movement],
    ) -> impl Future<Output = Result<bool, StoreError>>;

    /// Notes that an IMEI is entered for an order, and answers with every order it was ever entered for, this one
    /// among them. Whether one of them has it still is to be read there.
    fn note_imei(
        &self,
        key: &OrderKey,
        imei: &Imei,
    ) -> impl Future<Output = Result<Vec<OrderKey>, StoreError>>;

    /// Orders of one shard that are due at `until`; one page.
    fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> impl Future<Output = Result<(Vec<OrderKey>, Option<DuePage>), StoreError>>;

    /// Rings doorbells. Answers with those that could not be rung.
    fn ring(&self, bells: Vec<Bell>) -> impl Future<Output = Vec<Bell>>;

    /// Publishes notices: one try of at most one second. Answers with those the bus did not take.
    fn publish(&self, notices: &[Notice]) -> impl Future<Output = Vec<Notice>>;

    /// A secret; `None` when there is none of that name.
    fn secret(&self, name: &str) -> impl Future<Output = Result<Option<Secret>, SecretError>>;

    /// Puts a new text into a secret that is there.
    fn put_secret(&self, name: &str, text: &str) -> impl Future<Output = Result<(), SecretError>>;

    /// Sends one request to a marketplace: no redirects, no retries, 15 seconds in all.
    fn http(&self, request: Request<Vec<u8>>) -> impl Future<Output = Result<Answer, HttpError>>;
}

/// What the settings API needs of the world beside what the flows need: lists, and what only people change.
pub trait Desk: Ports {
    /// Every partner of a seller, by id, read consistently.
    fn partners(&self, seller: &SellerId)
    -> impl Future<Output = Result<Vec<Partner>, StoreError>>;

    /// Registers a partner, or changes it on the condition that it is still of the version before. What the senders
    /// keep beside it stays.
    fn put_partner(&self, partner: &Partner) -> impl Future<Output = Result<(), SaveError>>;

    /// A partner's orders, newest first, after a place: at most `count`, and whether there are more.
    fn newest(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<SeenPlace>,
        count: u16,
    ) -> impl Future<Output = Result<(Vec<SeenPlace>, bool), StoreError>>;

    /// What needs a person, the longest first, after a place: at most `count`, and whether there is more.
    fn attention(
        &self,
        seller: &SellerId,
        after: Option<AttentionPlace>,
        count: u16,
    ) -> impl Future<Output = Result<(Vec<AttentionPlace>, bool), StoreError>>;

    /// A partner's orders that lack an IMEI which could still go out, the soonest deadline first, after a place: at most
    /// `count`, and whether there are more.
    fn lacking_imeis(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<ImeiPlace>,
        count: u16,
    ) -> impl Future<Output = Result<(Vec<ImeiPlace>, bool), StoreError>>;

    /// Orders by their keys, in that order, read consistently; those that are gone are left out.
    fn orders(&self, keys: Vec<OrderKey>) -> impl Future<Output = Result<Vec<Stored>, StoreError>>;

    /// Writes a secret, whether it is there or not.
    fn write_secret(&self, name: &str, text: &str)
    -> impl Future<Output = Result<(), SecretError>>;
}

/// Where an order stands among its partner's, by when it was first heard of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenPlace {
    /// When it was first heard of.
    pub seen_at: Moment,
    /// Which order.
    pub order: OrderId,
}

/// Where an order stands among its partner's that lack an IMEI.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImeiPlace {
    /// Its deadline. One without stands after all that have one, by when it was first heard of.
    pub at: Moment,
    /// Which order.
    pub order: OrderId,
}

/// What an order without a deadline is put behind: later than any deadline. Unit: milliseconds.
const NO_DEADLINE: SignedDuration = SignedDuration::from_millis(100_000_000_000_000);

impl ImeiPlace {
    /// Where the order stands, if it lacks an IMEI that could still go out.
    pub fn of(order: &Order) -> Option<Self> {
        let at = || order.imei_deadline().unwrap_or_else(|| order.seen_at.plus(NO_DEADLINE));
        order.awaits_imeis().then(|| Self { at: at(), order: order.key.order.clone() })
    }
}

/// Where something stands among what needs a person, by since when it does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttentionPlace {
    /// Since when.
    pub since: Moment,
    /// Which partner it is, or whose order.
    pub partner: PartnerId,
    /// Which order; none where the partner itself is stopped.
    pub order: Option<OrderId>,
}

/// A secret as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its text.
    pub text: String,
    /// Names this text among all the secret ever had.
    pub version: String,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("version", &self.version).finish_non_exhaustive()
    }
}

/// What is paced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Traffic {
    /// Submissions, and reads where the channel counts them together.
    Submit,
    /// Reads, where the channel counts them apart.
    Read,
}

impl Traffic {
    /// Its lane.
    pub fn lane(self, pace: Pace) -> Lane {
        match self {
            Self::Submit => pace.submit,
            Self::Read => pace.read,
        }
    }
}

/// A wish to send one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// It is now.
    pub now: Moment,
    /// When the request may go if nothing else is booked; not before now.
    pub start: Moment,
    /// How far apart requests are.
    pub gap: SignedDuration,
    /// How far ahead a place is given; who would have to wait longer is turned away.
    pub horizon: SignedDuration,
}

/// What became of a [`Booking`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booked {
    /// The request may go then.
    Go(Moment),
    /// Turned away: to be tried again then, which is another moment for everyone who is.
    Back(Moment),
}

impl Booking {
    /// The lane after this booking, and what became of it. The one statement of the rule: the table's conditions say
    /// the same, piece by piece.
    pub fn taken(self, lane: Lane) -> (Lane, Booked) {
        let edge = self.now.plus(self.horizon);
        match lane.go.filter(|go| *go > self.now) {
            None => (Lane { go: Some(self.start.plus(self.gap)), ..lane }, Booked::Go(self.start)),
            Some(go) if go <= edge => {
                (Lane { go: Some(go.plus(self.gap)), ..lane }, Booked::Go(go))
            }
            Some(go) => {
                let back = lane.back.unwrap_or(go).max(go);
                (Lane { back: Some(back.plus(self.gap)), ..lane }, Booked::Back(back))
            }
        }
    }
}

/// Counts the saves of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u64);

/// An order and the version it was read at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The order.
    pub order: Order,
    /// Its version.
    pub version: Version,
}

/// Where a page of due orders ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuePage(pub std::collections::BTreeMap<String, String>, pub i64);

/// A doorbell to ring.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bell {
    /// Whose sender.
    pub channel: Channel,
    /// For which order.
    pub key: OrderKey,
    /// How long it waits.
    pub delay: SignedDuration,
}

/// The table could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Throttled, or not reached: to be tried again.
    #[error("the table did not answer: {0}")]
    Unavailable(String),
    /// The item is of a newer format than this code knows; a newer function is being deployed beside it.
    #[error("item {key} has format {found}, and this version knows up to {known}")]
    Newer {
        /// Which item.
        key: String,
        /// Its format.
        found: u32,
        /// What is known.
        known: u32,
    },
    /// The item is not what this code writes.
    #[error("item {key} cannot be read: {why}")]
    Malformed {
        /// Which item.
        key: String,
        /// Why not.
        why: String,
    },
}

/// A save that was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// The order changed between our read and our write. Step again on this.
    #[error("the order has changed since it was read")]
    Stale(Option<Box<Stored>>),
    /// The table could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An order that was not added to a tracking number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddError {
    /// It belongs to too many already.
    #[error(
        "tracking_number: {number} belongs to {} orders already; allowed: a number of its own",
        domain::ORDERS_MAX
    )]
    Full {
        /// Which number.
        number: TrackingNumber,
    },
    /// The table could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A secret could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret store did not answer: {0}")]
pub struct SecretError(pub String);

/// A request got no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// No connection was made: certainly nothing was sent.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It was sent, or may have been.
    #[error("no answer: {0}")]
    Unknown(String),
}
