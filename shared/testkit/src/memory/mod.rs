//! Ports that behave like the real ones, in memory and on a virtual clock. Every call lets others go first, once, so
//! that what runs at the same time really mingles.

mod desk;

use crate::shops::Shops;
use crate::{secret, secret_name};
use adapters::aws::FORMAT;
use adapters::flow::DUE_SHARDS;
use adapters::ports::{
    AddError, Bell, Booked, Booking, DuePage, HttpError, Ports, SaveError, Secret, SecretError,
    StoreError, Stored, Traffic, Version,
};
use channels::Answer;
use domain::{
    Input, Lane, Moment, Movement, Notice, ORDERS_MAX, Order, OrderKey, Partner, PartnerId,
    SellerId, Stopped, Tracking, TrackingNumber, step,
};
use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, ready};
use http::Request;
use jiff::SignedDuration;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;
use std::task::Poll;

/// Longest delay of a message. Source: SQS `DelaySeconds`, 900.
const DELAY_MAX: SignedDuration = SignedDuration::from_mins(15);

/// Orders of one page of what is due: few, so that pages are common.
const DUE_PAGE: usize = 3;

/// A request as it was sent.
pub type Sent = Request<Vec<u8>>;

type Served = LocalBoxFuture<'static, Result<Answer, HttpError>>;
type Serve = Box<dyn FnMut(&Sent) -> Served>;

/// The world in memory. A clone is another handle of the same world.
#[derive(Clone)]
pub struct Memory(Rc<World>);

struct Row {
    stored: Stored,
    writer: String,
}

struct World {
    now: Cell<Moment>,
    orders: RefCell<BTreeMap<OrderKey, Row>>,
    newer: RefCell<BTreeSet<OrderKey>>,
    partners: RefCell<BTreeMap<(SellerId, PartnerId), Partner>>,
    trackings: RefCell<BTreeMap<(SellerId, TrackingNumber), Tracking>>,
    bells: RefCell<Vec<(Moment, Bell)>>,
    told: RefCell<Vec<Notice>>,
    secrets: RefCell<BTreeMap<String, Secret>>,
    /// Every text a secret ever had is a version of its own.
    secret_versions: Cell<u64>,
    renewing_until: RefCell<BTreeMap<(SellerId, PartnerId), Moment>>,
    serve: RefCell<Serve>,
    sent: RefCell<Vec<Sent>>,
    shops: Shops,
}

impl Memory {
    /// A world where it is `now`, with nothing in it but two marketplaces.
    pub fn new(now: Moment) -> Self {
        let shops = Shops::default();
        let serving = shops.clone();
        Self(Rc::new(World {
            now: Cell::new(now),
            orders: RefCell::default(),
            newer: RefCell::default(),
            partners: RefCell::default(),
            trackings: RefCell::default(),
            bells: RefCell::default(),
            told: RefCell::default(),
            secrets: RefCell::default(),
            secret_versions: Cell::default(),
            renewing_until: RefCell::default(),
            serve: RefCell::new(Box::new(move |request| {
                ready(serving.answer(request)).boxed_local()
            })),
            sent: RefCell::default(),
            shops,
        }))
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
        self.0.now.set(self.0.now.get().max(now));
    }

    /// What time it is, in seconds after [`crate::START`].
    pub fn now_seconds(&self) -> i64 {
        self.0.now.get().since(crate::START).as_secs()
    }

    /// Lets time pass.
    pub fn advance(&self, span: SignedDuration) {
        self.advance_to(self.0.now.get().plus(span));
    }

    /// Registers a partner with its secret.
    pub fn register(&self, partner: &Partner) {
        self.put_secret(&secret_name(partner), Some(secret(partner)));
        let name = (partner.seller.clone(), partner.id.clone());
        self.0.partners.borrow_mut().insert(name, partner.clone());
    }

    /// Puts a secret, or takes it away.
    pub fn put_secret(&self, name: &str, text: Option<String>) {
        let mut secrets = self.0.secrets.borrow_mut();
        self.0.secret_versions.set(self.0.secret_versions.get().saturating_add(1));
        let version = format!("v{}", self.0.secret_versions.get());
        match text {
            Some(text) => secrets.insert(name.to_owned(), Secret { text, version }),
            None => secrets.remove(name),
        };
    }

    /// A partner as it is, if it is there.
    pub fn partner_now(&self, partner: &Partner) -> Option<Partner> {
        let name = (partner.seller.clone(), partner.id.clone());
        self.0.partners.borrow().get(&name).cloned()
    }

    /// Changes a partner in place, as an update of its item does.
    fn update_partner<T>(
        &self,
        partner: &Partner,
        update: impl FnOnce(&mut Partner) -> T,
    ) -> Option<T> {
        let name = (partner.seller.clone(), partner.id.clone());
        self.0.partners.borrow_mut().get_mut(&name).map(update)
    }

    /// Another writer's change of an order, made and saved at once.
    pub fn change(&self, key: &OrderKey, input: &Input) {
        let now = self.0.now.get();
        if let Some(row) = self.0.orders.borrow_mut().get_mut(key) {
            row.stored.order = step(row.stored.order.clone(), input, now).order;
            row.stored.version.0 = row.stored.version.0.saturating_add(1);
            "another".clone_into(&mut row.writer);
        }
    }

    /// Makes an order one of a newer format: as a newer function, deployed beside the others, stored it.
    pub fn make_newer(&self, key: &OrderKey) {
        self.0.newer.borrow_mut().insert(key.clone());
    }

    fn readable(&self, key: &OrderKey) -> Result<(), StoreError> {
        if !self.0.newer.borrow().contains(key) {
            return Ok(());
        }
        Err(StoreError::Newer {
            key: key.to_string(),
            found: FORMAT.saturating_add(1),
            known: FORMAT,
        })
    }

    /// Forgets an order, as its lifetime does.
    pub fn forget(&self, key: &OrderKey) {
        self.0.orders.borrow_mut().remove(key);
    }

    /// Every order, by key.
    pub fn all_orders(&self) -> Vec<Stored> {
        self.0.orders.borrow().values().map(|row| row.stored.clone()).collect()
    }

    /// Tells one state of the world from another: the table, the messages and notices, the secrets, every request that
    /// was sent (of which the marketplaces' state follows), and the time.
    pub fn fingerprint(&self) -> u64 {
        let World {
            now,
            orders,
            newer,
            partners,
            trackings,
            bells,
            told,
            secrets,
            secret_versions,
            renewing_until,
            serve: _,
            sent,
            shops: _,
        } = &*self.0;
        let rows = orders.borrow();
        let rows: Vec<_> = rows.values().map(|row| (&row.stored, &row.writer)).collect();
        let world = (
            (now, rows, newer, partners, trackings),
            (bells, told, secrets, secret_versions, renewing_until, sent),
        );
        let mut hasher = DefaultHasher::new();
        format!("{world:?}").hash(&mut hasher);
        hasher.finish()
    }

    /// The order of a key.
    pub fn stored(&self, key: &OrderKey) -> Option<Stored> {
        self.0.orders.borrow().get(key).map(|row| row.stored.clone())
    }

    /// The earliest moment any order needs a look.
    pub fn next_due(&self) -> Option<Moment> {
        self.0.orders.borrow().values().filter_map(|row| row.stored.order.due_at).min()
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
        let now = self.0.now.get();
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

fn lane_mut(partner: &mut Partner, traffic: Traffic) -> &mut Lane {
    match traffic {
        Traffic::Submit => &mut partner.pace.submit,
        Traffic::Read => &mut partner.pace.read,
    }
}

fn shard(key: &OrderKey) -> u8 {
    let sum = key.to_string().bytes().fold(7_u8, |sum, byte| sum.wrapping_mul(31) ^ byte);
    sum % DUE_SHARDS
}

impl Ports for Memory {
    fn now(&self) -> Moment {
        self.0.now.get()
    }

    async fn sleep(&self, span: SignedDuration) {
        breathe().await;
        self.advance(span);
    }

    async fn order(&self, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
        breathe().await;
        self.readable(key)?;
        Ok(self.stored(key))
    }

    async fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        breathe().await;
        let mut orders = self.0.orders.borrow_mut();
        let version = Version(read.map_or(1, |version| version.0.saturating_add(1)));
        let current = orders.get(&order.key);
        if current.map(|row| row.stored.version) != read {
            self.readable(&order.key)?;
            return match current {
                Some(row) if row.writer == writer => Ok(version),
                Some(row) => Err(SaveError::Stale(Some(Box::new(row.stored.clone())))),
                None => Err(SaveError::Stale(None)),
            };
        }
        let stored = Stored { order: order.clone(), version };
        orders.insert(order.key.clone(), Row { stored, writer: writer.to_owned() });
        Ok(version)
    }

    async fn partner(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Option<Partner>, StoreError> {
        breathe().await;
        Ok(self.0.partners.borrow().get(&(seller.clone(), partner.clone())).cloned())
    }

    async fn stop_partner(&self, partner: &Partner, stopped: &Stopped) -> Result<(), StoreError> {
        breathe().await;
        self.update_partner(partner, |current| {
            if current.version == partner.version && current.stopped.is_none() {
                current.stopped = Some(stopped.clone());
            }
        });
        Ok(())
    }

    async fn resume_partner(&self, partner: &Partner) -> Result<(), StoreError> {
        breathe().await;
        self.update_partner(partner, |current| {
            if current.stopped == partner.stopped {
                current.stopped = None;
            }
        });
        Ok(())
    }

    async fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> Result<Booked, StoreError> {
        breathe().await;
        let booked = self.update_partner(partner, |current| {
            let (lane, booked) = booking.taken(traffic.lane(current.pace));
            *lane_mut(current, traffic) = lane;
            booked
        });
        booked.ok_or_else(|| StoreError::Unavailable("the partner is gone".to_owned()))
    }

    async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> Result<(), StoreError> {
        breathe().await;
        self.update_partner(partner, |current| {
            let lane = lane_mut(current, traffic);
            lane.go = Some(lane.go.map_or(until, |go| go.max(until)));
        });
        Ok(())
    }

    async fn lease_renewal(&self, partner: &Partner, until: Moment) -> Result<bool, StoreError> {
        breathe().await;
        let mut leases = self.0.renewing_until.borrow_mut();
        let name = (partner.seller.clone(), partner.id.clone());
        let is_free = leases.get(&name).is_none_or(|lease| *lease <= self.now());
        if is_free {
            leases.insert(name, until);
        }
        Ok(is_free)
    }

    async fn tracking(
        &self,
        seller: &SellerId,
        number: &TrackingNumber,
    ) -> Result<Option<Tracking>, StoreError> {
        breathe().await;
        Ok(self.0.trackings.borrow().get(&(seller.clone(), number.clone())).cloned())
    }

    async fn add_to_tracking(
        &self,
        key: &OrderKey,
        number: &TrackingNumber,
    ) -> Result<Tracking, AddError> {
        breathe().await;
        let mut trackings = self.0.trackings.borrow_mut();
        let name = (key.seller.clone(), number.clone());
        let tracking = trackings
            .entry(name)
            .or_insert_with(|| Tracking::new(key.seller.clone(), number.clone()));
        let order = (key.partner.clone(), key.order.clone());
        if !tracking.orders.contains(&order) {
            if tracking.orders.len() >= ORDERS_MAX {
                return Err(AddError::Full { number: number.clone() });
            }
            tracking.orders.push(order);
            tracking.orders.sort();
        }
        Ok(tracking.clone())
    }

    async fn note_movements(
        &self,
        before: &Tracking,
        movements: &[Movement],
    ) -> Result<bool, StoreError> {
        breathe().await;
        let mut trackings = self.0.trackings.borrow_mut();
        let name = (before.seller.clone(), before.number.clone());
        let tracking = trackings
            .entry(name)
            .or_insert_with(|| Tracking::new(before.seller.clone(), before.number.clone()));
        let holds = tracking.orders.is_empty() && tracking.movements == before.movements;
        if holds {
            tracking.movements = movements.to_vec();
        }
        Ok(holds)
    }

    async fn due(
        &self,
        asked: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
        breathe().await;
        let orders = self.0.orders.borrow();
        let place = |due_at: Moment, key: &OrderKey| (due_at.as_millis(), key.to_string());
        let start = after.map(|DuePage(keys, at)| (at, keys.into_values().collect::<String>()));
        let mut due: Vec<_> = orders
            .iter()
            .filter(|(key, _)| shard(key) == asked)
            .filter_map(|(key, row)| Some((row.stored.order.due_at?, key)))
            .filter(|(due_at, _)| *due_at <= until)
            .map(|(due_at, key)| (place(due_at, key), key.clone()))
            .filter(|(place, _)| start.as_ref().is_none_or(|start| place > start))
            .collect();
        due.sort();
        due.truncate(DUE_PAGE);
        // As in `DynamoDB`, a full page may be the last.
        let next = due
            .get(DUE_PAGE.saturating_sub(1))
            .map(|((at, name), _)| DuePage(BTreeMap::from([("pk".to_owned(), name.clone())]), *at));
        Ok((due.into_iter().map(|(_, key)| key).collect(), next))
    }

    async fn ring(&self, bells: Vec<Bell>) -> Vec<Bell> {
        breathe().await;
        let now = self.0.now.get();
        let can_be = |bell: &Bell| (SignedDuration::ZERO..=DELAY_MAX).contains(&bell.delay);
        let (taken, refused): (Vec<_>, Vec<_>) = bells.into_iter().partition(can_be);
        let rings = taken.into_iter().map(|bell| (now.plus(bell.delay), bell));
        self.0.bells.borrow_mut().extend(rings);
        refused
    }

    async fn publish(&self, notices: &[Notice]) -> Vec<Notice> {
        breathe().await;
        self.0.told.borrow_mut().extend_from_slice(notices);
        Vec::new()
    }

    async fn secret(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        breathe().await;
        Ok(self.0.secrets.borrow().get(name).cloned())
    }

    async fn put_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        breathe().await;
        if !self.0.secrets.borrow().contains_key(name) {
            return Err(SecretError(format!("there is no secret {name}")));
        }
        Memory::put_secret(self, name, Some(text.to_owned()));
        Ok(())
    }

    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        breathe().await;
        self.0.sent.borrow_mut().push(request.clone());
        let served = (self.0.serve.borrow_mut())(&request);
        served.await
    }
}
