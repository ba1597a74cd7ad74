//! A wrapper that lets port calls fail, before they took effect, after it, or by the death of the whole function, and lets
//! them take time.

mod desk;

use channels::Answer;
use domain::{
    Imei, Moment, Movement, Notice, Order, OrderKey, Partner, PartnerId, SellerId, Stopped,
    Tracking, TrackingNumber,
};
use flows::ports::{
    AddError, Bell, Booked, Booking, DuePage, HttpError, Ports, SaveError, Secret, SecretError,
    StoreError, Stored, Traffic, Version,
};
use http::Request;
use jiff::SignedDuration;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

/// A port that can fail.
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

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It had no effect, and certainly so: no connection was made.
    Before,
    /// It had no effect, but that cannot be known.
    Lost,
    /// It took effect, and its answer was lost.
    After,
    /// It had no effect, and nobody answers for as long as its caller waits.
    Hangs,
    /// The function dies right before the call.
    CrashBefore,
    /// The function dies right after the call.
    CrashAfter,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 6] =
        [Self::Before, Self::Lost, Self::After, Self::Hangs, Self::CrashBefore, Self::CrashAfter];
}

/// One call of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// How many calls there were, with this one.
    pub nth: usize,
    /// Of which port.
    pub port: Port,
}

type Plan = Box<dyn FnMut(Call) -> Option<Fault>>;
type Watch = Box<dyn FnMut(Call)>;
type Pace = Box<dyn FnMut(Call) -> SignedDuration>;

/// Ports of which calls fail as planned.
pub struct Failing<P> {
    inner: P,
    plan: RefCell<Plan>,
    watch: RefCell<Watch>,
    pace: RefCell<Pace>,
    calls: RefCell<Vec<Port>>,
    has_crashed: Cell<bool>,
    deaths: Rc<Cell<usize>>,
}

/// How long a call to a marketplace is waited for. Source: `flows::ports::HTTP_TIMEOUT`.
const REQUEST_WAIT: SignedDuration = SignedDuration::from_secs(15);

/// The same of the bus: one try.
const BUS_WAIT: SignedDuration = SignedDuration::from_secs(1);

/// The same of everything else: three tries of 3 s, and the waits between them.
const CALL_WAIT: SignedDuration = SignedDuration::from_secs(10);

impl Port {
    /// How long its caller waits for an answer that does not come.
    const fn wait(self) -> SignedDuration {
        match self {
            Self::Http => REQUEST_WAIT,
            Self::Publish => BUS_WAIT,
            Self::Sleep => SignedDuration::ZERO,
            Self::Order
            | Self::Save
            | Self::Partner
            | Self::StopPartner
            | Self::ResumePartner
            | Self::Book
            | Self::HoldBack
            | Self::LeaseRenewal
            | Self::EndRenewal
            | Self::Tracking
            | Self::AddToTracking
            | Self::NoteMovements
            | Self::Due
            | Self::Ring
            | Self::Secret
            | Self::PutSecret
            | Self::Partners
            | Self::PutPartner
            | Self::Newest
            | Self::Attention
            | Self::LackingImeis
            | Self::NoteImei
            | Self::Orders
            | Self::WriteSecret => CALL_WAIT,
        }
    }
}

impl<P> Failing<P> {
    /// These ports, of which no call fails so far.
    pub fn new(inner: P) -> Self {
        let plan: Plan = Box::new(|_| None);
        Self {
            inner,
            plan: RefCell::new(plan),
            watch: RefCell::new(Box::new(|_| ())),
            pace: RefCell::new(Box::new(|_| SignedDuration::ZERO)),
            calls: RefCell::default(),
            has_crashed: Cell::new(false),
            deaths: Rc::default(),
        }
    }

    /// Fails the calls of which the plan says how. It is asked right before each call, so it may also change the world
    /// at that point.
    pub fn plan(&self, plan: impl FnMut(Call) -> Option<Fault> + 'static) {
        *self.plan.borrow_mut() = Box::new(plan);
    }

    /// Lets each call take so long, half of it before it takes effect.
    pub fn slow(&self, pace: impl FnMut(Call) -> SignedDuration + 'static) {
        *self.pace.borrow_mut() = Box::new(pace);
    }

    /// Tells of each call that was let alone, right after it.
    pub fn watch(&self, watch: impl FnMut(Call) + 'static) {
        *self.watch.borrow_mut() = Box::new(watch);
    }

    /// Fails the `nth` call, counted from now.
    pub fn fail_nth(&self, nth: usize, fault: Fault) {
        let before = self.calls.borrow().len();
        self.plan(move |call| (call.nth == before.saturating_add(nth)).then_some(fault));
    }

    /// Fails the next call of one port.
    pub fn fail_next(&self, port: Port, fault: Fault) {
        let mut is_left = true;
        self.plan(move |call| (call.port == port && std::mem::take(&mut is_left)).then_some(fault));
    }

    /// Fails every call of one port until there is another plan.
    pub fn fail_all(&self, port: Port, fault: Fault) {
        self.plan(move |call| (call.port == port).then_some(fault));
    }

    /// Fails nothing any more.
    pub fn heal(&self) {
        self.plan(|_| None);
    }

    /// The calls since this was asked last; a wait costs nothing.
    pub fn take_calls(&self) -> Vec<Port> {
        let calls = std::mem::take(&mut *self.calls.borrow_mut());
        calls.into_iter().filter(|port| *port != Port::Sleep).collect()
    }

    /// How often the function died so far, as it goes on.
    pub fn deaths(&self) -> Rc<Cell<usize>> {
        Rc::clone(&self.deaths)
    }

    /// Ends when the function dies; it lives again then. Whoever runs the function drops it.
    pub fn crash(&self) -> impl Future<Output = ()> {
        std::future::poll_fn(
            |_| {
                if self.has_crashed.take() { Poll::Ready(()) } else { Poll::Pending }
            },
        )
    }

    /// Goes no further once the function is dead: what runs beside the call that died does nothing more either.
    async fn while_alive<T>(&self, effect: impl Future<Output = T>) -> T {
        let mut effect = pin!(effect);
        std::future::poll_fn(|context| {
            if self.has_crashed.get() { Poll::Pending } else { effect.as_mut().poll(context) }
        })
        .await
    }

    async fn die<T>(&self) -> T {
        self.has_crashed.set(true);
        self.deaths.set(self.deaths.get().saturating_add(1));
        std::future::pending().await
    }
}

impl<P: Ports> Failing<P> {
    async fn call<T>(
        &self,
        port: Port,
        effect: impl Future<Output = T>,
        failed: impl FnOnce(Fault) -> T,
    ) -> T {
        if self.has_crashed.get() {
            // Another future of the same invocation died in this very turn.
            return std::future::pending().await;
        }
        let nth = {
            let mut calls = self.calls.borrow_mut();
            calls.push(port);
            calls.len()
        };
        let call = Call { nth, port };
        let fault = (self.plan.borrow_mut())(call);
        let effect = self.while_alive(self.taking_time(call, effect));
        match fault {
            None => {
                let done = effect.await;
                (self.watch.borrow_mut())(call);
                done
            }
            Some(fault @ (Fault::Before | Fault::Lost)) => failed(fault),
            Some(fault @ Fault::After) => {
                drop(effect.await);
                failed(fault)
            }
            Some(fault @ Fault::Hangs) => {
                self.while_alive(self.inner.sleep(port.wait())).await;
                failed(fault)
            }
            Some(Fault::CrashBefore) => self.die().await,
            Some(Fault::CrashAfter) => {
                drop(effect.await);
                self.die().await
            }
        }
    }

    /// The call, as long as it takes.
    async fn taking_time<T>(&self, call: Call, effect: impl Future<Output = T>) -> T {
        let takes = if call.port == Port::Sleep {
            SignedDuration::ZERO
        } else {
            (self.pace.borrow_mut())(call)
        };
        if takes.is_zero() {
            return effect.await;
        }
        let before = takes / 2;
        self.inner.sleep(before).await;
        let done = effect.await;
        self.inner.sleep(takes - before).await;
        done
    }
}

fn down() -> StoreError {
    StoreError::Unavailable("as planned".to_owned())
}

impl<P: Ports> Ports for Failing<P> {
    fn now(&self) -> Moment {
        self.inner.now()
    }

    async fn sleep(&self, span: SignedDuration) {
        self.call(Port::Sleep, self.inner.sleep(span), |_| ()).await;
    }

    async fn order(&self, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
        self.call(Port::Order, self.inner.order(key), |_| Err(down())).await
    }

    async fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        let save = self.inner.save(order, read, writer);
        self.call(Port::Save, save, |_| Err(down().into())).await
    }

    async fn partner(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Option<Partner>, StoreError> {
        self.call(Port::Partner, self.inner.partner(seller, partner), |_| Err(down())).await
    }

    async fn stop_partner(&self, partner: &Partner, stopped: &Stopped) -> Result<(), StoreError> {
        let stop = self.inner.stop_partner(partner, stopped);
        self.call(Port::StopPartner, stop, |_| Err(down())).await
    }

    async fn resume_partner(&self, partner: &Partner) -> Result<(), StoreError> {
        self.call(Port::ResumePartner, self.inner.resume_partner(partner), |_| Err(down())).await
    }

    async fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> Result<Booked, StoreError> {
        let book = self.inner.book(partner, traffic, booking);
        self.call(Port::Book, book, |_| Err(down())).await
    }

    async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> Result<(), StoreError> {
        let hold = self.inner.hold_back(partner, traffic, until);
        self.call(Port::HoldBack, hold, |_| Err(down())).await
    }

    async fn lease_renewal(
        &self,
        partner: &Partner,
        until: Moment,
        writer: &str,
    ) -> Result<bool, StoreError> {
        let lease = self.inner.lease_renewal(partner, until, writer);
        self.call(Port::LeaseRenewal, lease, |_| Err(down())).await
    }

    async fn end_renewal(&self, partner: &Partner, writer: &str) -> Result<(), StoreError> {
        let end = self.inner.end_renewal(partner, writer);
        self.call(Port::EndRenewal, end, |_| Err(down())).await
    }

    async fn tracking(
        &self,
        seller: &SellerId,
        number: &TrackingNumber,
    ) -> Result<Option<Tracking>, StoreError> {
        self.call(Port::Tracking, self.inner.tracking(seller, number), |_| Err(down())).await
    }

    async fn add_to_tracking(
        &self,
        key: &OrderKey,
        number: &TrackingNumber,
    ) -> Result<Tracking, AddError> {
        let add = self.inner.add_to_tracking(key, number);
        self.call(Port::AddToTracking, add, |_| Err(down().into())).await
    }

    async fn note_movements(
        &self,
        before: &Tracking,
        movements: &[Movement],
    ) -> Result<bool, StoreError> {
        let note = self.inner.note_movements(before, movements);
        self.call(Port::NoteMovements, note, |_| Err(down())).await
    }

    async fn note_imei(&self, key: &OrderKey, imei: &Imei) -> Result<Vec<OrderKey>, StoreError> {
        self.call(Port::NoteImei, self.inner.note_imei(key, imei), |_| Err(down())).await
    }

    async fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
        self.call(Port::Due, self.inner.due(shard, until, after), |_| Err(down())).await
    }

    async fn ring(&self, bells: Vec<Bell>) -> Vec<Bell> {
        let lost = bells.clone();
        self.call(Port::Ring, self.inner.ring(bells), |_| lost).await
    }

    async fn publish(&self, notices: &[Notice]) -> Vec<Notice> {
        self.call(Port::Publish, self.inner.publish(notices), |_| notices.to_vec()).await
    }

    async fn secret(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        let failed = |_| Err(SecretError("as planned".to_owned()));
        self.call(Port::Secret, self.inner.secret(name), failed).await
    }

    async fn put_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        let failed = |_| Err(SecretError("as planned".to_owned()));
        self.call(Port::PutSecret, self.inner.put_secret(name, text), failed).await
    }

    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        let failed = |fault| match fault {
            Fault::Before => Err(HttpError::NotSent("connection refused".to_owned())),
            Fault::Hangs => Err(HttpError::Unknown("no answer within 15 s".to_owned())),
            Fault::Lost | Fault::After | Fault::CrashBefore | Fault::CrashAfter => {
                Err(HttpError::Unknown("connection reset".to_owned()))
            }
        };
        self.call(Port::Http, self.inner.http(request), failed).await
    }
}
