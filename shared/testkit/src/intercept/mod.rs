//! Interceptors of ports. An interceptor fails the calls of ports, slows them or counts them: it says what happens around a call,
//! and need not forward every port by hand.

mod forward;

use domain::{OrderKey, Partner};
use flows::ports::{Bell, HttpError, SecretError, StoreError};
use std::ops::Deref;
use std::rc::Rc;

/// A call of a port, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the ports")]
pub enum Port {
    Order,
    Save,
    Partner,
    StopPartner,
    ResumePartner,
    NoteRefused,
    ClearRefused,
    Book,
    HoldBack,
    LeaseRenewal,
    EndRenewal,
    Tracking,
    AddToTracking,
    NoteMovements,
    Due,
    Ring,
    Publish,
    Secret,
    PutSecret,
    Http,
    /// A wait. It cannot fail, but the function can die before it and after it.
    Sleep,
    Partners,
    PutPartner,
    PutPause,
    Newest,
    Attention,
    LackingImeis,
    NoteDevice,
    Orders,
    WriteSecret,
    CarrierPairs,
    ExpectCarrierPairs,
    PutCarrierPairs,
    NoteUnlisted,
    NoteHoursOff,
    NoteMovedOn,
    ConnectionTest,
    AskConnectionTest,
    EndConnectionTest,
    RingTest,
    RingResumed,
    EndUnlisted,
    UnlistedCarriers,
    MerchantLinks,
    BelieveLink,
    LinkMerchant,
    Relay,
    CountCalls,
    EndSessions,
    NoteChange,
    Changes,
    DeleteSecret,
    BeginDeparture,
    SaveDeparture,
    Departures,
    DeleteOrder,
    DeleteBeside,
}

/// A call, as its interceptor sees it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The port that is called.
    pub port: Port,
    /// The order that the call is about, if it is about one. Of doorbells it is the order of the first one.
    pub order: Option<&'a OrderKey>,
    /// The partner that the call stops, or whose stop it ends.
    pub partner: Option<&'a Partner>,
    /// How many doorbells or notices the call has. Any other call has one entry.
    pub entries: usize,
}

impl<'a> Call<'a> {
    fn of(port: Port) -> Self {
        Self { port, order: None, partner: None, entries: 1 }
    }

    fn about(self, order: &'a OrderKey) -> Self {
        Self { order: Some(order), ..self }
    }

    fn at(self, partner: &'a Partner) -> Self {
        Self { partner: Some(partner), ..self }
    }

    fn with_entries(self, entries: usize) -> Self {
        Self { entries, ..self }
    }

    fn with_bells(self, bells: &'a [Bell]) -> Self {
        let order = bells.first().map(|bell| &bell.key);
        Self { order, entries: bells.len(), ..self }
    }
}

/// How a call fails, as its caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The call had no effect, and its caller may know that.
    NotReached,
    /// The call may have had its effect.
    Lost,
    /// The caller waited for an answer as long as it waits, and the call may have had its effect.
    TimedOut,
}

impl Failure {
    fn http(self) -> HttpError {
        match self {
            Self::NotReached => HttpError::NotSent("connection refused".to_owned()),
            Self::Lost => HttpError::Unknown("connection reset".to_owned()),
            Self::TimedOut => HttpError::Unknown("no answer within 15 s".to_owned()),
        }
    }
}

/// The error of a call of the table that fails as planned.
pub(crate) fn down() -> StoreError {
    StoreError::passing("as planned")
}

fn no_secret() -> SecretError {
    SecretError("as planned".to_owned())
}

/// Says what happens around each call of a port, and has the ports that are called.
///
/// They come in two parts. So a world need not implement the ports that it has nothing to add to, and leaves them to a
/// [`Table`](crate::Table).
pub trait Interceptor {
    /// The ports for partners and their stops, tracking numbers, secrets, and the lists that people look through.
    type Store;
    /// All other ports: for the clock, orders and what is due, IMEIs, pacing and renewals, and whatever is no table.
    type World;

    /// The ports of the store.
    fn store(&self) -> impl Deref<Target = Self::Store>;

    /// The ports of the world.
    fn world(&self) -> &Self::World;

    /// Makes one call. `effect` is the call itself: it may be made at any time, not at all, or twice. `failed` is what the caller
    /// gets instead of an answer.
    fn around<T>(
        &self,
        call: Call<'_>,
        effect: impl AsyncFn() -> T,
        failed: impl FnOnce(Failure) -> T,
    ) -> impl Future<Output = T>;
}

impl<I: Interceptor> Interceptor for Rc<I> {
    type Store = I::Store;
    type World = I::World;

    fn store(&self) -> impl Deref<Target = Self::Store> {
        I::store(self)
    }

    fn world(&self) -> &Self::World {
        I::world(self)
    }

    fn around<T>(
        &self,
        call: Call<'_>,
        effect: impl AsyncFn() -> T,
        failed: impl FnOnce(Failure) -> T,
    ) -> impl Future<Output = T> {
        I::around(self, call, effect, failed)
    }
}

/// Every port that the store and the world of an interceptor have. The interceptor is asked around each call.
#[derive(Clone, Debug)]
pub struct Intercepted<I>(pub I);

impl<I> Deref for Intercepted<I> {
    type Target = I;

    fn deref(&self) -> &I {
        &self.0
    }
}
