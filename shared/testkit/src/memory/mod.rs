//! Ports that behave like the real ones, in memory and on a virtual clock. Every call lets others go first, once, so
//! that what runs at the same time really mingles.

mod clock;
mod fork;
mod store;
mod table;

pub use table::Table;

use self::clock::Clock;
use crate::intercept::{Call, Failure, Intercepted, Interceptor};
use crate::shops::Shops;
use crate::{secret, secret_name};
use channels::Answer;
use domain::{Imei, Input, Moment, Notice, Order, OrderKey, Partner};
use flows::ports::{
    Bell, Booked, Booking, Bus, Clock as _, Doorbells, DueOrders, DuePage, Http, HttpError, Imeis,
    Orders, Pacing, Renewals, SaveError, StoreError, Stored, Traffic, Version,
};
use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, ready};
use http::Request;
use jiff::SignedDuration;
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Deref;
use std::rc::Rc;
use std::task::Poll;

/// Longest delay of a message. Source: SQS `DelaySeconds`, 900.
const DELAY_MAX: SignedDuration = SignedDuration::from_mins(15);

/// A request as it was sent.
pub type Sent = Request<Vec<u8>>;

type Served = LocalBoxFuture<'static, Result<Answer, HttpError>>;
type Serve = Box<dyn FnMut(&Sent) -> Served>;

/// The world in memory. A clone is another handle of the same world.
pub type Memory = Intercepted<Handle>;

/// A handle of a world in memory.
#[derive(Clone)]
pub struct Handle {
    world: Rc<World>,
    waits: Waits,
}

impl Deref for Handle {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

/// What a wait takes.
#[derive(Clone, Copy)]
enum Waits {
    /// Its time.
    Timed,
    /// Nothing, if it is short; a long one never ends.
    Skipped,
}

/// What is a short wait: that of a lost race.
const SHORT: SignedDuration = SignedDuration::from_secs(1);

/// What is in it.
pub struct World {
    clock: Clock,
    table: Table,
    bells: RefCell<Vec<(Moment, Bell)>>,
    told: RefCell<Vec<Notice>>,
    serve: RefCell<Serve>,
    sent: RefCell<Vec<Sent>>,
    shops: Shops,
}

impl Memory {
    /// A world where it is `now`, with nothing in it but two marketplaces.
    pub fn new(now: Moment) -> Self {
        Self::with(now, Table::default())
    }

    fn with(now: Moment, table: Table) -> Self {
        let shops = Shops::default();
        let serving = shops.clone();
        let world = World {
            clock: Clock::new(now),
            table,
            bells: RefCell::default(),
            told: RefCell::default(),
            serve: RefCell::new(Box::new(move |request| {
                ready(serving.answer(request)).boxed_local()
            })),
            sent: RefCell::default(),
            shops,
        };
        Intercepted(Handle { world: Rc::new(world), waits: Waits::Timed })
    }

    /// The same world for an invocation that runs as a whole between two calls of another: its short waits take no time.
    #[must_use]
    pub fn meanwhile(&self) -> Self {
        Intercepted(Handle { world: Rc::clone(&self.0.world), waits: Waits::Skipped })
    }

    /// The marketplaces that answer unless [`Self::serve`] was called.
    pub fn shops(&self) -> &Shops {
        &self.0.shops
    }

    /// Lets this answer requests instead.
    pub fn serve(&self, mut serve: impl FnMut(&Sent) -> Result<Answer, HttpError> + 'static) {
        *self.0.serve.borrow_mut() = Box::new(move |request| ready(serve(request)).boxed_local());
    }

    /// The same for what takes its time to answer.
    pub fn serve_later(&self, serve: impl FnMut(&Sent) -> Served + 'static) {
        *self.0.serve.borrow_mut() = Box::new(serve);
    }

    /// Every request so far.
    pub fn sent(&self) -> Vec<Sent> {
        self.0.sent.borrow().clone()
    }

    /// Sets the clock; it never goes back.
    pub fn advance_to(&self, now: Moment) {
        self.0.clock.jump_to(now);
    }

    /// What time it is, in seconds after [`crate::START`].
    pub fn now_seconds(&self) -> i64 {
        self.0.clock.now().since(crate::START).as_secs()
    }

    /// Lets time pass.
    pub fn advance(&self, span: SignedDuration) {
        self.advance_to(self.0.clock.now().plus(span));
    }

    /// Lets whatever sleeps know of the jumps of the clock so far. What is begun then sleeps from then on.
    pub async fn catch_up(&self) {
        self.0.clock.catch_up().await;
    }

    /// Registers a partner with its secret.
    pub fn register(&self, partner: &Partner) {
        self.put_secret(&secret_name(partner), Some(secret(partner)));
        self.0.table.put(partner.clone());
    }

    /// Puts a secret, or takes it away.
    pub fn put_secret(&self, name: &str, text: Option<String>) {
        self.0.table.set_secret(name, text);
    }

    /// A partner as it is, if it is there.
    pub fn partner_now(&self, partner: &Partner) -> Option<Partner> {
        self.0.table.partner_at(&partner.seller, &partner.id)
    }

    /// Another writer's change of an order, made and saved at once.
    pub fn change(&self, key: &OrderKey, input: &Input) {
        self.0.table.change(key, input, self.0.clock.now());
    }

    /// Makes an order one of a newer format: as a newer function, deployed beside the others, stored it.
    pub fn make_newer(&self, key: &OrderKey) {
        self.0.table.make_newer(key);
    }

    /// Refuses every save of an order from now on, as the table does with an item that is too large.
    pub fn refuse_saves(&self, key: &OrderKey) {
        self.0.table.refuse_saves(key);
    }

    /// Takes saves of an order again.
    pub fn take_saves(&self, key: &OrderKey) {
        self.0.table.take_saves(key);
    }

    /// Forgets an order, as the end of its lifetime does.
    pub fn forget(&self, key: &OrderKey) {
        self.0.table.forget(key);
    }

    /// Every order, by key.
    pub fn all_orders(&self) -> Vec<Stored> {
        self.0.table.all_orders()
    }

    /// Tells one state of the world from another: the table, the messages and notices, the secrets, every request that
    /// was sent (of which the marketplaces' state follows), and the time.
    pub fn fingerprint(&self) -> u64 {
        let World { clock, table, bells, told, serve: _, sent, shops: _ } = &*self.0.world;
        let world = (clock.now(), table, bells, told, sent);
        let mut hasher = DefaultHasher::new();
        format!("{world:?}").hash(&mut hasher);
        hasher.finish()
    }

    /// How many orders of what is due are on a page from now on.
    pub fn set_due_page(&self, orders: usize) {
        self.0.table.set_due_page(orders);
    }

    /// The order of a key.
    pub fn stored(&self, key: &OrderKey) -> Option<Stored> {
        self.0.table.stored(key)
    }

    /// The earliest moment any order needs a look.
    pub fn next_due(&self) -> Option<Moment> {
        self.0.table.next_due()
    }

    /// Every notice published so far.
    pub fn told(&self) -> Vec<Notice> {
        self.0.told.borrow().clone()
    }

    /// The doorbells under way, and when each rings.
    pub fn bells(&self) -> Vec<(Moment, Bell)> {
        self.0.bells.borrow().clone()
    }

    /// Takes the doorbells that ring by now.
    pub fn take_bells(&self) -> Vec<Bell> {
        let now = self.0.clock.now();
        let bells = std::mem::take(&mut *self.0.bells.borrow_mut());
        let (due, later): (Vec<_>, Vec<_>) = bells.into_iter().partition(|(at, _)| *at <= now);
        *self.0.bells.borrow_mut() = later;
        due.into_iter().map(|(_, bell)| bell).collect()
    }
}

/// Lets whatever else is ready go first.
async fn breathe() {
    let mut is_first = true;
    std::future::poll_fn(|context| {
        if std::mem::take(&mut is_first) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}

impl Interceptor for Handle {
    type Store = Table;
    type World = Self;

    fn store(&self) -> impl Deref<Target = Table> {
        &self.table
    }

    fn world(&self) -> &Self {
        self
    }

    async fn around<T>(
        &self,
        _call: Call<'_>,
        effect: impl AsyncFn() -> T,
        _failed: impl FnOnce(Failure) -> T,
    ) -> T {
        breathe().await;
        effect().await
    }
}

impl flows::ports::Clock for Handle {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    async fn sleep(&self, span: SignedDuration) {
        match self.waits {
            Waits::Timed => self.clock.sleep(span).await,
            Waits::Skipped if span < SHORT => {}
            Waits::Skipped => std::future::pending().await,
        }
    }
}

impl Orders for Handle {
    async fn order(&self, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
        self.table.readable(key)?;
        Ok(self.table.stored(key))
    }

    async fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        self.table.save(order, read, writer)
    }
}

impl DueOrders for Handle {
    async fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
        Ok(self.table.due(shard, until, after))
    }
}

impl Imeis for Handle {
    async fn note_imei(&self, key: &OrderKey, imei: &Imei) -> Result<Vec<OrderKey>, StoreError> {
        Ok(self.table.note_imei(key, imei))
    }
}

impl Pacing for Handle {
    async fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> Result<Booked, StoreError> {
        self.table.book(partner, traffic, booking)
    }

    async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> Result<(), StoreError> {
        self.table.hold_back(partner, traffic, until);
        Ok(())
    }
}

impl Renewals for Handle {
    async fn lease_renewal(
        &self,
        partner: &Partner,
        until: Moment,
        writer: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.table.lease_renewal(partner, (self.now(), until), writer))
    }

    async fn end_renewal(&self, partner: &Partner, writer: &str) -> Result<(), StoreError> {
        self.table.end_renewal(partner, writer);
        Ok(())
    }
}

impl Doorbells for Handle {
    async fn ring(&self, bells: Vec<Bell>) -> Vec<Bell> {
        let now = self.clock.now();
        let can_be = |bell: &Bell| (SignedDuration::ZERO..=DELAY_MAX).contains(&bell.delay);
        let (taken, refused): (Vec<_>, Vec<_>) = bells.into_iter().partition(can_be);
        let rings = taken.into_iter().map(|bell| (now.plus(bell.delay), bell));
        self.bells.borrow_mut().extend(rings);
        refused
    }
}

impl Bus for Handle {
    async fn publish(&self, notices: &[Notice]) -> Vec<Notice> {
        self.told.borrow_mut().extend_from_slice(notices);
        Vec::new()
    }
}

impl Http for Handle {
    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        self.sent.borrow_mut().push(request.clone());
        let served = (self.serve.borrow_mut())(&request);
        served.await
    }
}
