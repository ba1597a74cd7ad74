//! What the flows need from the world, one trait for each capability, so that a function asks only for what it uses: the
//! sweep cannot even name a secret. Each has a real adapter in the `aws` crate and a behaving in-memory one in the
//! `testkit` crate.
//!
//! The functions run on one thread, so the futures need not be `Send`.

mod errors;
mod pace;
mod places;

pub use errors::{AddError, HttpError, SaveError, SecretError, StoreError};
pub use pace::{Booked, Booking, Traffic};
pub use places::{AttentionPlace, ImeiPlace, SeenPlace};

use channels::Answer;
use domain::{
    Channel, Imei, Moment, Movement, Notice, Order, OrderKey, Partner, PartnerId, SellerId,
    Stopped, Tracking, TrackingNumber,
};
use http::Request;
use jiff::SignedDuration;
use std::fmt;
use std::future::Future;
use std::time::Duration;

/// Longest a request to a marketplace may take, from connecting to the last byte of its answer.
pub const HTTP_TIMEOUT: Duration = Duration::from_secs(15);

/// The time.
pub trait Clock {
    /// What time it is.
    fn now(&self) -> Moment;

    /// Waits.
    fn sleep(&self, span: SignedDuration) -> impl Future<Output = ()>;
}

/// Orders in the table.
pub trait Orders {
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
}

/// The index of orders whose timer has run out.
pub trait DueOrders {
    /// Orders of one shard that are due at `until`; one page.
    fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> impl Future<Output = Result<(Vec<OrderKey>, Option<DuePage>), StoreError>>;
}

/// Which orders a tracking number belongs to, and its movements while there is none.
pub trait Trackings {
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
}

/// For which orders an IMEI was entered.
pub trait Imeis {
    /// Notes that an IMEI is entered for an order, and answers with every order it was ever entered for, this one
    /// among them. Whether one of them has it still is to be read there.
    fn note_imei(
        &self,
        key: &OrderKey,
        imei: &Imei,
    ) -> impl Future<Output = Result<Vec<OrderKey>, StoreError>>;
}

/// Partners in the table.
pub trait Partners {
    /// A partner, read consistently.
    fn partner(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> impl Future<Output = Result<Option<Partner>, StoreError>>;
}

/// Partners whose credentials fail.
pub trait Stops {
    /// Marks a partner as stopped, and as what a person must look at, on the condition that it is of the version read.
    fn stop_partner(
        &self,
        partner: &Partner,
        stopped: &Stopped,
    ) -> impl Future<Output = Result<(), StoreError>>;

    /// Takes the mark away that was read with the partner; another one stays.
    fn resume_partner(&self, partner: &Partner) -> impl Future<Output = Result<(), StoreError>>;
}

/// When a partner's next request may go, over all senders at once.
pub trait Pacing {
    /// Takes the next place in a lane of the partner's pace.
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
}

/// Who renews a partner's kept token.
pub trait Renewals {
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
}

/// The queues of the senders.
pub trait Doorbells {
    /// Rings doorbells. Answers with those that could not be rung.
    fn ring(&self, bells: Vec<Bell>) -> impl Future<Output = Vec<Bell>>;
}

/// The bus that others listen to.
pub trait Bus {
    /// Publishes notices: one try of at most one second. Answers with those the bus did not take.
    fn publish(&self, notices: &[Notice]) -> impl Future<Output = Vec<Notice>>;
}

/// Secrets that may be read, and renewed.
pub trait Secrets {
    /// A secret; `None` when there is none of that name.
    fn secret(&self, name: &str) -> impl Future<Output = Result<Option<Secret>, SecretError>>;

    /// Puts a new text into a secret that is there.
    fn put_secret(&self, name: &str, text: &str) -> impl Future<Output = Result<(), SecretError>>;
}

/// Secrets that go in and never come out.
pub trait SecretSink {
    /// Writes a secret, whether it is there or not.
    fn write_secret(&self, name: &str, text: &str)
    -> impl Future<Output = Result<(), SecretError>>;
}

/// The marketplaces.
pub trait Http {
    /// Sends one request to a marketplace: no redirects, no retries, 15 seconds in all.
    fn http(&self, request: Request<Vec<u8>>) -> impl Future<Output = Result<Answer, HttpError>>;
}

/// Partners as a person registers and changes them.
pub trait Registry {
    /// Registers a partner, or changes it on the condition that it is still of the version before. What the senders
    /// keep beside it stays.
    fn put_partner(&self, partner: &Partner) -> impl Future<Output = Result<(), SaveError>>;
}

/// What people look through.
pub trait Lists {
    /// Every partner of a seller, by id, read consistently.
    fn partners(&self, seller: &SellerId)
    -> impl Future<Output = Result<Vec<Partner>, StoreError>>;

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
}

/// What it takes to change an order: it is saved, what others must know is published, and its sender is rung for.
pub trait OrderPorts: Clock + Orders + Bus + Doorbells {}
impl<T: Clock + Orders + Bus + Doorbells> OrderPorts for T {}

/// What the functions for events about orders need.
pub trait EventPorts: OrderPorts + Partners + Trackings + Imeis {}
impl<T: OrderPorts + Partners + Trackings + Imeis> EventPorts for T {}

/// What the function for scans needs.
pub trait ScanPorts: OrderPorts + Trackings {}
impl<T: OrderPorts + Trackings> ScanPorts for T {}

/// What the sweep needs.
pub trait SweepPorts: OrderPorts + DueOrders {}
impl<T: OrderPorts + DueOrders> SweepPorts for T {}

/// What a sender needs: the one function that reads secrets and calls marketplaces.
pub trait SenderPorts: OrderPorts + Partners + Stops + Pacing + Renewals + Secrets + Http {}
impl<T: OrderPorts + Partners + Stops + Pacing + Renewals + Secrets + Http> SenderPorts for T {}

/// What the settings API needs: it writes secrets, and cannot read one.
pub trait Desk:
    OrderPorts + Partners + Stops + Trackings + Imeis + Registry + Lists + SecretSink
{
}
impl<T: OrderPorts + Partners + Stops + Trackings + Imeis + Registry + Lists + SecretSink> Desk
    for T
{
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
