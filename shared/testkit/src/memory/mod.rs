//! Ports that behave like the real ones, in memory and on a virtual clock. Every call first lets others go, once, so that what
//! runs at the same time really mixes.

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
use domain::{DeviceId, Input, Moment, Notice, Order, OrderKey, Partner, Relayed};
use flows::ports::{
    Bell, Booked, Booking, Bus, Clock as _, Devices, Doorbells, DueOrders, DuePage, Http,
    HttpError, Orders, Pacing, Relay, Renewals, SaveError, StoreError, Stored, TestBells, Traffic,
    Version,
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

/// The longest delay of a message. Source: SQS `DelaySeconds`, 900.
const DELAY_MAX: SignedDuration = SignedDuration::from_mins(15);

/// A request as it was sent.
pub type SentRequest = Request<Vec<u8>>;

type Served = LocalBoxFuture<'static, Result<Answer, HttpError>>;
type Serve = Box<dyn FnMut(&SentRequest) -> Served>;

/// A world in memory, as ports. A clone is another handle of the same world.
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

/// How long waits take.
#[derive(Clone, Copy)]
enum Waits {
    /// A wait takes its time.
    Timed,
    /// A short wait takes no time, and a long one never ends.
    Skipped,
}

/// A wait that is shorter than this is short. The wait of a lost race is.
const SHORT: SignedDuration = SignedDuration::from_secs(1);

/// What a world has.
pub struct World {
    clock: Clock,
    table: Table,
    bells: RefCell<Vec<(Moment, Bell)>>,
    /// The partners whose connections are to be tested.
    test_bells: RefCell<Vec<Partner>>,
    resume_bells: RefCell<Vec<Partner>>,
    published: RefCell<Vec<Notice>>,
    relayed: RefCell<Vec<Relayed>>,
    serve: RefCell<Serve>,
    sent: RefCell<Vec<SentRequest>>,
    shops: Shops,
}

impl Memory {
    /// Makes a world whose clock shows `now`, and which has nothing but two marketplaces.
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
            test_bells: RefCell::default(),
            resume_bells: RefCell::default(),
            published: RefCell::default(),
            relayed: RefCell::default(),
            serve: RefCell::new(Box::new(move |request| {
                ready(serving.answer(request)).boxed_local()
            })),
            sent: RefCell::default(),
            shops,
        };
        Intercepted(Handle { world: Rc::new(world), waits: Waits::Timed })
    }

    /// Another handle of the same world, for an invocation that runs as a whole between two calls of another one. Its short
    /// waits take no time.
    #[must_use]
    pub fn meanwhile(&self) -> Self {
        Intercepted(Handle { world: Rc::clone(&self.0.world), waits: Waits::Skipped })
    }

    /// The two marketplaces, which answer unless [`Self::serve`] was called.
    pub fn shops(&self) -> &Shops {
        &self.0.shops
    }

    /// Lets a function answer requests in place of the two marketplaces.
    pub fn serve(
        &self,
        mut serve: impl FnMut(&SentRequest) -> Result<Answer, HttpError> + 'static,
    ) {
        *self.0.serve.borrow_mut() = Box::new(move |request| ready(serve(request)).boxed_local());
    }

    /// Lets a function answer requests that takes time to answer.
    pub fn serve_later(&self, serve: impl FnMut(&SentRequest) -> Served + 'static) {
        *self.0.serve.borrow_mut() = Box::new(serve);
    }

    /// Every request that was sent so far.
    pub fn sent(&self) -> Vec<SentRequest> {
        self.0.sent.borrow().clone()
    }

    /// Sets the clock. It never goes back.
    pub fn advance_to(&self, now: Moment) {
        self.0.clock.jump_to(now);
    }

    /// The time. Unit: seconds after [`crate::START`].
    pub fn now_seconds(&self) -> i64 {
        self.0.clock.now().since(crate::START).as_secs()
    }

    /// Lets time pass.
    pub fn advance(&self, span: SignedDuration) {
        self.advance_to(self.0.clock.now().plus(span));
    }

    /// Wakes whatever sleeps and should be awake after the jumps of the clock so far. What falls asleep later counts from now.
    pub async fn catch_up(&self) {
        self.0.clock.catch_up().await;
    }

    /// Registers a partner with its secret.
    pub fn register(&self, partner: &Partner) {
        self.put_secret(&secret_name(partner), Some(secret(partner)));
        self.0.table.put(partner.clone());
    }

    /// Puts a secret, or deletes it.
    pub fn put_secret(&self, name: &str, text: Option<String>) {
        self.0.table.set_secret(name, text);
    }

    /// A partner as it is now, if it exists.
    pub fn partner_now(&self, partner: &Partner) -> Option<Partner> {
        self.0.table.partner_at(&partner.seller, &partner.id)
    }

    /// Lets another writer change an order, and save it at once.
    pub fn change(&self, key: &OrderKey, input: &Input) {
        self.0.table.change(key, input, self.0.clock.now());
    }

    /// Gives an order a newer format, as if a newer release had stored it.
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

    /// A backup of the table.
    pub fn back_up(&self) -> Table {
        self.0.table.clone()
    }

    /// Puts the orders, the tracking numbers and the devices back to what they were in a backup.
    pub fn restore(&self, backup: &Table) {
        self.0.table.restore(backup);
    }

    /// Every order, by key.
    pub fn all_orders(&self) -> Vec<Stored> {
        self.0.table.all_orders()
    }

    /// A number that differs between two states of the world. It depends on the table, the messages and notices, the secrets, the
    /// time, and every request that was sent, from which the state of the marketplaces follows.
    pub fn fingerprint(&self) -> u64 {
        let World {
            clock,
            table,
            bells,
            published,
            relayed,
            test_bells,
            resume_bells,
            serve: _,
            sent,
            shops: _,
        } = &*self.0.world;
        let world =
            (clock.now(), table, bells, (test_bells, resume_bells), published, relayed, sent);
        let mut hasher = DefaultHasher::new();
        format!("{world:?}").hash(&mut hasher);
        hasher.finish()
    }

    /// Sets how many orders a page of what is due has from now on.
    pub fn set_due_page(&self, orders: usize) {
        self.0.table.set_due_page(orders);
    }

    /// The order of a key, as it is stored.
    pub fn stored(&self, key: &OrderKey) -> Option<Stored> {
        self.0.table.stored(key)
    }

    /// When the first order is due.
    pub fn next_due(&self) -> Option<Moment> {
        self.0.table.next_due()
    }

    /// Every notice that was published so far.
    pub fn published(&self) -> Vec<Notice> {
        self.0.published.borrow().clone()
    }

    /// Every event that was relayed so far.
    pub fn relayed(&self) -> Vec<Relayed> {
        self.0.relayed.borrow().clone()
    }

    /// The doorbells that are under way, and when each rings.
    pub fn bells(&self) -> Vec<(Moment, Bell)> {
        self.0.bells.borrow().clone()
    }

    /// Takes the partners whose connections are to be tested.
    pub fn take_test_bells(&self) -> Vec<Partner> {
        std::mem::take(&mut *self.0.test_bells.borrow_mut())
    }

    /// Takes the messages that partners were resumed.
    pub fn take_resume_bells(&self) -> Vec<Partner> {
        std::mem::take(&mut *self.0.resume_bells.borrow_mut())
    }

    /// Takes the doorbells that ring now or rang before.
    pub fn take_bells(&self) -> Vec<Bell> {
        let now = self.0.clock.now();
        let bells = std::mem::take(&mut *self.0.bells.borrow_mut());
        let (due, later): (Vec<_>, Vec<_>) = bells.into_iter().partition(|(at, _)| *at <= now);
        *self.0.bells.borrow_mut() = later;
        due.into_iter().map(|(_, bell)| bell).collect()
    }
}

/// Lets whatever else is ready go first.
async fn let_others_go() {
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
        let_others_go().await;
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

impl Devices for Handle {
    async fn note_device(
        &self,
        key: &OrderKey,
        id: &DeviceId,
    ) -> Result<Vec<OrderKey>, StoreError> {
        Ok(self.table.note_device(key, id))
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
        Ok(self.table.lease_renewal(partner, self.now(), until, writer))
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

impl TestBells for Handle {
    async fn ring_test(&self, partner: &Partner) -> bool {
        self.test_bells.borrow_mut().push(partner.clone());
        true
    }

    async fn ring_resumed(&self, partner: &Partner) -> bool {
        self.resume_bells.borrow_mut().push(partner.clone());
        true
    }
}

impl Bus for Handle {
    async fn publish(&self, notices: &[Notice]) -> Vec<Notice> {
        self.published.borrow_mut().extend_from_slice(notices);
        Vec::new()
    }
}

impl Relay for Handle {
    async fn relay(&self, events: &[Relayed]) -> bool {
        self.relayed.borrow_mut().extend_from_slice(events);
        true
    }
}

impl Http for Handle {
    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        self.sent.borrow_mut().push(request.clone());
        let served = (self.serve.borrow_mut())(&request);
        served.await
    }
}
