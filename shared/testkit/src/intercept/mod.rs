//! Ports that are intercepted: whoever fails them, slows them or counts their calls says what happens around a call, and
//! nobody forwards all of them by hand.

mod forward;

use domain::{OrderKey, Partner};
use flows::ports::{Bell, HttpError, SecretError, StoreError};
use std::ops::Deref;
use std::rc::Rc;

/// A port, by its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the ports")]
pub enum Port {
    Order,
    Save,
    Partner,
    StopPartner,
    ResumePartner,
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
    /// A wait: nothing of it can fail, but the function can die before it and after it.
    Sleep,
    Partners,
    PutPartner,
    Newest,
    Attention,
    LackingImeis,
    NoteImei,
    Orders,
    WriteSecret,
}

/// A call, as it is told to who intercepts it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Of which port.
    pub port: Port,
    /// The order it is about, where it is about one; of doorbells the first one's.
    pub order: Option<&'a OrderKey>,
    /// The partner that is stopped, or goes on.
    pub partner: Option<&'a Partner>,
    /// How many doorbells or notices it has; any other call has one entry.
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
    /// It had no effect, and its caller may know.
    NotReached,
    /// It may have had its effect.
    Lost,
    /// Its caller has waited for an answer as long as it waits.
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

/// How the table fails here.
pub(crate) fn down() -> StoreError {
    StoreError::passing("as planned")
}

fn no_secret() -> SecretError {
    SecretError("as planned".to_owned())
}

/// What happens around calls, and what is called.
///
/// The ports behind are two, so that a world may leave to a [`Table`](crate::Table) all that it has nothing to add to.
pub trait Interceptor {
    /// Has partners, their stops, tracking numbers and secrets, and what people look through.
    type Store;
    /// Has the rest: the clock, orders and what is due, IMEIs, pacing and renewals, and all that is no table.
    type World;

    /// The store behind.
    fn store(&self) -> impl Deref<Target = Self::Store>;

    /// The world behind.
    fn world(&self) -> &Self::World;

    /// Makes one call. `effect` is the call itself, which may be made at any time, not at all, or twice; `failed` is what
    /// its caller hears instead of its answer.
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

/// Every port that what is behind has, each call intercepted.
#[derive(Clone, Debug)]
pub struct Intercepted<I>(pub I);

impl<I> Deref for Intercepted<I> {
    type Target = I;

    fn deref(&self) -> &I {
        &self.0
    }
}
