//! What the flows need of the world. There is one trait for each capability, so that a function asks only for what it uses:
//! the sweep cannot even name a secret. Each port exists twice: over AWS in the crate `aws`, and in memory in `testkit`.
//!
//! The functions run on one thread, so the futures need not be `Send`.

mod errors;
mod pace;
mod places;

pub use errors::{AddError, Cause, HttpError, SaveError, SecretError, StoreError, in_one_line};
pub use pace::{Booked, Booking, Traffic};
pub use places::{AttentionOf, AttentionPlace, ImeiPlace, SeenPlace, Urgency, UrgencyRange};

use channels::Answer;
use domain::{
    CarrierPairs, Channel, ConnectionResult, ConnectionTest, Departure, DeviceId, HoursOff,
    MerchantAccount, MerchantLink, Moment, Movement, Notice, NumberKey, Order, OrderId, OrderKey,
    Partner, PartnerChange, PartnerId, Relayed, SellerId, SellerSessions, SessionsEnd, Stopped,
    Tracking, UnlistedCarrier, UnlistedEnd, UnlistedKey, UnlistedLabel,
};
use http::Request;
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::time::Duration;

/// The longest time that a request to a marketplace may take, from connecting to the last byte of its answer.
pub const HTTP_TIMEOUT: Duration = Duration::from_secs(15);

/// The clock.
pub trait Clock {
    /// The current time.
    fn now(&self) -> Moment;

    /// Waits for this long.
    fn sleep(&self, span: SignedDuration) -> impl Future<Output = ()>;
}

/// Orders in the table.
pub trait Orders {
    /// Reads an order consistently.
    fn order(&self, key: &OrderKey) -> impl Future<Output = Result<Option<Stored>, StoreError>>;

    /// Saves an order on the condition that it still has the version `read`, and that it is new where that is `None`.
    ///
    /// Errors: [`SaveError::Stale`] has the order as it is now. A save of our own whose answer was lost, and which the SDK
    /// repeated, is recognised by its writer and is no error.
    fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> impl Future<Output = Result<Version, SaveError>>;
}

/// The index of orders whose timer has run out.
pub trait DueOrders {
    /// Reads one page of the orders of a shard that are due at `until`.
    fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> impl Future<Output = Result<(Vec<OrderKey>, Option<DuePage>), StoreError>>;
}

/// Tracking numbers: the orders that each belongs to, and its movements while it belongs to none.
pub trait Trackings {
    /// Reads a tracking number consistently.
    fn tracking(
        &self,
        seller: &SellerId,
        number: &NumberKey,
    ) -> impl Future<Output = Result<Option<Tracking>, StoreError>>;

    /// Adds an order to a tracking number, and returns the tracking number as it is then.
    fn add_to_tracking(
        &self,
        key: &OrderKey,
        number: &NumberKey,
    ) -> impl Future<Output = Result<Tracking, AddError>>;

    /// Notes movements of a tracking number on the condition that no order has it and the noted movements are still those of
    /// `before`. Returns whether the condition held.
    fn note_movements(
        &self,
        before: &Tracking,
        movements: &[Movement],
    ) -> impl Future<Output = Result<bool, StoreError>>;
}

/// IMEIs and serial numbers, and the orders that each was entered for.
pub trait Devices {
    /// Notes that an IMEI or a serial number was entered for an order, and returns every order that it was ever entered for, this
    /// one included. Whether an order still has it must be read from that order.
    fn note_device(
        &self,
        key: &OrderKey,
        id: &DeviceId,
    ) -> impl Future<Output = Result<Vec<OrderKey>, StoreError>>;
}

/// Partners in the table.
pub trait Partners {
    /// Reads a partner consistently.
    fn partner(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> impl Future<Output = Result<Option<Partner>, StoreError>>;
}

/// Sellers, of whom only their partners are known.
pub trait Sellers {
    /// Whether a seller has a partner. The answer may be a minute old, so it costs hardly anything.
    fn has_partner(&self, seller: &SellerId) -> impl Future<Output = Result<bool, StoreError>>;
}

/// What is noted of the times of a partner's labels.
pub trait LabelTimes {
    /// Notes how many of a partner's last labels were whole hours off.
    fn note_hours_off(
        &self,
        partner: &Partner,
        hours_off: Option<HoursOff>,
    ) -> impl Future<Output = Result<(), StoreError>>;
}

/// What is noted of the movements of a partner's parcels.
pub trait MovementDays {
    /// Notes that a movement of a parcel of the partner was seen on a day, if none was on that day or later so far. Who has noted
    /// it once writes nothing for the rest of the day.
    fn note_moved_on(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        day: Moment,
    ) -> impl Future<Output = Result<(), StoreError>>;
}

/// Partners whose credentials fail.
pub trait Stops {
    /// Stops a partner, and puts it on the attention list, on the condition that it still has the version that was read. A
    /// stop that is there already stays.
    fn stop_partner(
        &self,
        partner: &Partner,
        stopped: &Stopped,
    ) -> impl Future<Output = Result<(), StoreError>>;

    /// Ends the stop that was read with the partner. Another stop stays.
    fn resume_partner(&self, partner: &Partner) -> impl Future<Output = Result<(), StoreError>>;

    /// Notes that a submission of an order was refused for the credentials although the account is taken. Returns the orders that
    /// are noted.
    fn note_refused(
        &self,
        partner: &Partner,
        order: &OrderId,
    ) -> impl Future<Output = Result<BTreeSet<OrderId>, StoreError>>;

    /// Forgets the orders that are noted as refused.
    fn clear_refused(&self, partner: &Partner) -> impl Future<Output = Result<(), StoreError>>;
}

/// Pairs of words and codes that partners have of their own.
pub trait OwnCarriers {
    /// Reads a partner's pairs consistently. There are none where nobody ever put any.
    fn carrier_pairs(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> impl Future<Output = Result<CarrierPairs, StoreError>>;
}

/// Carriers that partners' labels name and their channels do not list.
pub trait UnlistedCarriers {
    /// Notes that a label names such a carrier, and puts it on the attention list, unless a person has put it aside. A label that
    /// is noted already is not counted again.
    fn note_unlisted(&self, label: &UnlistedLabel) -> impl Future<Output = Result<(), StoreError>>;

    /// Takes such a carrier off the attention list.
    fn end_unlisted(
        &self,
        key: &UnlistedKey,
        end: &UnlistedEnd,
    ) -> impl Future<Output = Result<(), StoreError>>;
}

/// The tests of partners' connections.
pub trait ConnectionTests {
    /// Reads the last test of a partner's connection that was asked for.
    fn connection_test(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> impl Future<Output = Result<Option<ConnectionTest>, StoreError>>;

    /// Notes that a test of a partner's connection was asked for. It takes the place of the one before.
    fn ask_connection_test(
        &self,
        partner: &Partner,
        test: &ConnectionTest,
    ) -> impl Future<Output = Result<(), StoreError>>;

    /// Notes what came of the test of a partner's connection.
    fn end_connection_test(
        &self,
        partner: &Partner,
        result: &ConnectionResult,
    ) -> impl Future<Output = Result<(), StoreError>>;
}

/// The links of partners with accounts that everybody can see (rule S6).
pub trait MerchantLinks {
    /// Reads every link with an account consistently.
    fn merchant_links(
        &self,
        account: &MerchantAccount,
    ) -> impl Future<Output = Result<Vec<MerchantLink>, StoreError>>;

    /// Notes that a link is believed, on the condition that it is still the one that was read.
    fn believe_link(
        &self,
        link: &MerchantLink,
        at: Moment,
    ) -> impl Future<Output = Result<(), StoreError>>;
}

/// Where partners are linked with accounts that everybody can see.
pub trait LinkDesk {
    /// Links a partner with an account. The link takes the place of the one before, believed or not.
    fn link_merchant(&self, link: &MerchantLink) -> impl Future<Output = Result<(), StoreError>>;
}

/// The bus that what channels say is relayed on.
pub trait Relay {
    /// Puts events on the bus, with one try of at most one second. Returns whether the bus took all of them.
    fn relay(&self, events: &[Relayed]) -> impl Future<Output = bool>;
}

/// What is known of a seller's people in common: how many calls they make, and when their sessions were ended.
pub trait Sessions {
    /// Counts calls of a seller's people in the window of time that begins at a moment. Returns what is known then, all functions
    /// together. Calls of a window that is over are not counted.
    fn count_calls(
        &self,
        seller: &SellerId,
        window: Moment,
        calls: u32,
    ) -> impl Future<Output = Result<SellerSessions, StoreError>>;
}

/// The end of all sessions of a seller's people.
pub trait SessionEnds {
    /// Ends all sessions: whoever signed in before has to sign in again.
    fn end_sessions(
        &self,
        seller: &SellerId,
        end: &SessionsEnd,
    ) -> impl Future<Output = Result<(), StoreError>>;
}

/// Partners that people delete, with all that is their own.
pub trait Departures {
    /// Notes that a partner is being deleted, and deletes its item, on the condition that it still has the version that was read.
    /// From then on nothing of it is claimed, and events about it are refused.
    fn begin_departure(
        &self,
        partner: &Partner,
        departure: &Departure,
    ) -> impl Future<Output = Result<(), SaveError>>;

    /// Saves how far the deletion of a partner is. Once it is done, it is forgotten after half a year.
    fn save_departure(&self, departure: &Departure)
    -> impl Future<Output = Result<(), StoreError>>;

    /// Reads the deletions of a seller's partners consistently, by the partners' ids.
    fn departures(
        &self,
        seller: &SellerId,
    ) -> impl Future<Output = Result<Vec<Departure>, StoreError>>;

    /// Deletes an order on the condition that it still has the version that was read. Returns whether the condition held.
    fn delete_order(&self, stored: &Stored) -> impl Future<Output = Result<bool, StoreError>>;

    /// Deletes what lies beside a partner's item: its pairs, its test, and the carriers that its channel does not list.
    fn delete_beside(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> impl Future<Output = Result<(), StoreError>>;
}

/// What people changed of partners.
pub trait ChangeLog {
    /// Keeps a change of a partner, for two years.
    fn note_change(
        &self,
        partner: &Partner,
        change: &PartnerChange,
    ) -> impl Future<Output = Result<(), StoreError>>;

    /// Reads at most `count` changes of a partner consistently, the newest first, and says whether there are more.
    fn changes(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        count: u16,
    ) -> impl Future<Output = Result<(Vec<PartnerChange>, bool), StoreError>>;
}

/// The queues of the senders, for messages that name no order.
pub trait TestBells {
    /// Asks the sender of a partner's channel to test its connection. Returns whether the message is under way.
    fn ring_test(&self, partner: &Partner) -> impl Future<Output = bool>;

    /// Says to the sender of a partner's channel that the partner is not paused any more. Returns whether the message is under
    /// way. Where it is not, the partner's orders go on within half an hour.
    fn ring_resumed(&self, partner: &Partner) -> impl Future<Output = bool>;
}

/// The pace of a partner: when its next request may go, for all senders together.
pub trait Pacing {
    /// Books the next place in a lane of the partner's pace.
    fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> impl Future<Output = Result<Booked, StoreError>>;

    /// Holds back a lane of the partner's pace, so that no request goes before `until`.
    fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> impl Future<Output = Result<(), StoreError>>;
}

/// The leases by which one sender at a time renews a partner's kept token.
pub trait Renewals {
    /// Asks for the lease to renew the partner's kept token, until `until` at most, and returns whether the writer has it. A
    /// lease of our own whose answer was lost, and which the SDK repeated, is recognised by its writer.
    fn lease_renewal(
        &self,
        partner: &Partner,
        until: Moment,
        writer: &str,
    ) -> impl Future<Output = Result<bool, StoreError>>;

    /// Gives back the lease of this writer. A lease of another writer stays.
    fn end_renewal(
        &self,
        partner: &Partner,
        writer: &str,
    ) -> impl Future<Output = Result<(), StoreError>>;
}

/// The queues of the senders.
pub trait Doorbells {
    /// Rings doorbells, and returns those that could not be rung.
    fn ring(&self, bells: Vec<Bell>) -> impl Future<Output = Vec<Bell>>;
}

/// The bus that our notices are published on.
pub trait Bus {
    /// Publishes notices, with one try of at most one second, and returns those that the bus did not take.
    fn publish(&self, notices: &[Notice]) -> impl Future<Output = Vec<Notice>>;
}

/// Secrets that may be read, and renewed.
pub trait Secrets {
    /// Reads a secret. `None` says that there is no secret of that name.
    fn secret(&self, name: &str) -> impl Future<Output = Result<Option<Secret>, SecretError>>;

    /// Puts a new text into a secret that exists.
    fn put_secret(&self, name: &str, text: &str) -> impl Future<Output = Result<(), SecretError>>;
}

/// Secrets that go in and never come out.
pub trait SecretSink {
    /// Writes a secret, and makes it if it does not exist.
    fn write_secret(&self, name: &str, text: &str)
    -> impl Future<Output = Result<(), SecretError>>;

    /// Deletes a secret for good. One that is not there is deleted already.
    fn delete_secret(&self, name: &str) -> impl Future<Output = Result<(), SecretError>>;
}

/// The marketplaces.
pub trait Http {
    /// Sends one request to a marketplace. It follows no redirects, makes no retries, and takes 15 seconds at most.
    fn http(&self, request: Request<Vec<u8>>) -> impl Future<Output = Result<Answer, HttpError>>;
}

/// Partners as people register and change them.
pub trait Registry {
    /// Registers a partner, or changes it on the condition that it still has the version before. What others keep of the
    /// partner stays: its pause, its stop, its pace, and the lease to renew its token.
    fn put_partner(&self, partner: &Partner) -> impl Future<Output = Result<(), SaveError>>;

    /// Writes whether the partner is paused, and puts it on the attention list or takes it off, on the condition that it still has
    /// the version before. A stopped partner stays on the list.
    fn put_pause(&self, partner: &Partner) -> impl Future<Output = Result<(), SaveError>>;

    /// Notes with a partner that it may have pairs of its own. Senders read them from then on.
    fn expect_carrier_pairs(
        &self,
        partner: &Partner,
    ) -> impl Future<Output = Result<(), StoreError>>;

    /// Saves a partner's pairs on the condition that they still have the version before.
    fn put_carrier_pairs(
        &self,
        partner: &Partner,
        pairs: &CarrierPairs,
    ) -> impl Future<Output = Result<(), SaveError>>;
}

/// What people look through.
pub trait Lists {
    /// Reads every partner of a seller consistently, sorted by id.
    fn partners(&self, seller: &SellerId)
    -> impl Future<Output = Result<Vec<Partner>, StoreError>>;

    /// Reads the carriers consistently that a partner's labels name and its channel does not list, by the forms of their words.
    fn unlisted_carriers(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> impl Future<Output = Result<Vec<UnlistedCarrier>, StoreError>>;

    /// Lists at most `count` of a partner's orders after a place, the newest first, and says whether there are more.
    fn newest(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<SeenPlace>,
        count: u16,
    ) -> impl Future<Output = Result<(Vec<SeenPlace>, bool), StoreError>>;

    /// Reads orders consistently, in the order of their keys. Orders that are gone are left out.
    fn orders(&self, keys: Vec<OrderKey>) -> impl Future<Output = Result<Vec<Stored>, StoreError>>;
}

/// What people look through to find the orders that wait for them.
pub trait Worklists {
    /// Lists at most `count` of what needs a person after a place, the most urgent first, and says whether there is more.
    fn attention(
        &self,
        seller: &SellerId,
        range: UrgencyRange,
        after: Option<AttentionPlace>,
        count: u16,
    ) -> impl Future<Output = Result<(Vec<AttentionPlace>, bool), StoreError>>;

    /// Lists at most `count` of a partner's orders that lack an IMEI which could still go out, after a place, the soonest
    /// deadline first, and says whether there are more.
    fn lacking_imeis(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<ImeiPlace>,
        count: u16,
    ) -> impl Future<Output = Result<(Vec<ImeiPlace>, bool), StoreError>>;
}

/// What it takes to change an order: to save it, to publish its notices, and to ring its doorbells.
pub trait OrderPorts: Clock + Orders + Bus + Doorbells {}
impl<T: Clock + Orders + Bus + Doorbells> OrderPorts for T {}

/// What the functions for events about orders need.
pub trait EventPorts:
    OrderPorts + Partners + Trackings + Devices + OwnCarriers + UnlistedCarriers + LabelTimes
{
}
impl<T: OrderPorts + Partners + Trackings + Devices + OwnCarriers + UnlistedCarriers + LabelTimes>
    EventPorts for T
{
}

/// What the function for scans needs.
pub trait ScanPorts: OrderPorts + Trackings + MovementDays + Sellers {}
impl<T: OrderPorts + Trackings + MovementDays + Sellers> ScanPorts for T {}

/// What the sweep needs.
pub trait SweepPorts: OrderPorts + DueOrders {}
impl<T: OrderPorts + DueOrders> SweepPorts for T {}

/// What the function needs that relays what a channel says. It reads orders, and its role lets it save none.
pub trait RelayPorts: Clock + Orders + Partners + MerchantLinks + Relay {}
impl<T: Clock + Orders + Partners + MerchantLinks + Relay> RelayPorts for T {}

/// What a sender needs. Senders are the only functions that read secrets and call marketplaces.
pub trait SenderPorts:
    OrderPorts
    + DueOrders
    + Partners
    + OwnCarriers
    + ConnectionTests
    + Stops
    + Pacing
    + Renewals
    + Secrets
    + Http
{
}
impl<
    T: OrderPorts
        + DueOrders
        + Partners
        + OwnCarriers
        + ConnectionTests
        + Stops
        + Pacing
        + Renewals
        + Secrets
        + Http,
> SenderPorts for T
{
}

/// What the function needs by which people change settings. It writes secrets and cannot read one, and it reads orders and
/// cannot change one.
pub trait SettingsDesk:
    Clock
    + Partners
    + OwnCarriers
    + UnlistedCarriers
    + ConnectionTests
    + TestBells
    + Stops
    + Registry
    + LinkDesk
    + Lists
    + SecretSink
    + Sessions
    + SessionEnds
    + ChangeLog
    + Departures
{
}
impl<T> SettingsDesk for T where
    T: Clock
        + Partners
        + OwnCarriers
        + UnlistedCarriers
        + ConnectionTests
        + TestBells
        + Stops
        + Registry
        + LinkDesk
        + Lists
        + SecretSink
        + Sessions
        + SessionEnds
        + ChangeLog
        + Departures
{
}

/// What the function needs by which people act on orders. It cannot name a secret.
pub trait OrdersDesk:
    OrderPorts + Partners + OwnCarriers + Trackings + Devices + Lists + Worklists + Sessions
{
}
impl<T: OrderPorts + Partners + OwnCarriers + Trackings + Devices + Lists + Worklists + Sessions>
    OrdersDesk for T
{
}

/// What both functions need that people use. No function has all of it.
pub trait Desk: SettingsDesk + OrdersDesk {}
impl<T: SettingsDesk + OrdersDesk> Desk for T {}

/// A secret as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// The text of the secret.
    pub text: String,
    /// What names this text among all texts that the secret ever had.
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

/// An order as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The order.
    pub order: Order,
    /// The version that it was read or saved at.
    pub version: Version,
}

/// Where a page of due orders ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuePage {
    /// The keys of its last order, as the table has them.
    pub keys: BTreeMap<String, String>,
    /// When its last order is due. Unit: milliseconds.
    pub due_at: i64,
}

/// A doorbell to ring.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bell {
    /// The channel whose sender is to answer.
    pub channel: Channel,
    /// The order that the sender is to look at.
    pub key: OrderKey,
    /// How long the doorbell waits before it rings.
    pub delay: SignedDuration,
}
