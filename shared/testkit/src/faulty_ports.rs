//! Ports whose calls fail as a test has planned: before their effect, after it, or by the death of the whole function. Calls can
//! take time, too.

use crate::intercept::{Call, Failure, Intercepted, Interceptor, Port};
use flows::ports::Clock;
use jiff::SignedDuration;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::ops::Deref;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

/// What goes wrong at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call has no effect, and its caller can know that: no connection was made.
    Before,
    /// The call has no effect, and its caller cannot know that.
    Lost,
    /// The call takes effect, and its answer is lost.
    After,
    /// The call has no effect, and its caller waits in vain for an answer, as long as it waits.
    Hangs,
    /// The function dies right before the call.
    CrashBefore,
    /// The function dies right after the call.
    CrashAfter,
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 6] =
        [Self::Before, Self::Lost, Self::After, Self::Hangs, Self::CrashBefore, Self::CrashAfter];
}

/// One call of a port, as a plan sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NthCall {
    /// The number of the call, counted from 1.
    pub nth: usize,
    /// The port that is called.
    pub port: Port,
}

type Plan = Box<dyn FnMut(NthCall) -> Option<Fault>>;
type Watch = Box<dyn FnMut(NthCall)>;
type Pace = Box<dyn FnMut(NthCall) -> SignedDuration>;

/// Ports whose calls fail as planned.
pub type FaultyPorts<P> = Intercepted<Faults<P>>;

/// What goes wrong with calls, and how long they take.
pub struct Faults<P> {
    inner: P,
    plan: RefCell<Plan>,
    watch: RefCell<Watch>,
    pace: RefCell<Pace>,
    calls: RefCell<Vec<Port>>,
    has_crashed: Cell<bool>,
    deaths: Rc<Cell<usize>>,
}

/// How long a call to a marketplace waits for its answer. Source: `flows::ports::HTTP_TIMEOUT`.
const REQUEST_WAIT: SignedDuration = SignedDuration::from_secs(15);

/// How long a call of the bus waits for its answer: one try.
const BUS_WAIT: SignedDuration = SignedDuration::from_secs(1);

/// How long any other call waits for its answer: three tries of 3 s, and the waits between them.
const CALL_WAIT: SignedDuration = SignedDuration::from_secs(10);

/// How long the caller of a port waits for an answer that does not come.
const fn wait(port: Port) -> SignedDuration {
    match port {
        Port::Http => REQUEST_WAIT,
        Port::Publish | Port::Relay => BUS_WAIT,
        Port::Sleep => SignedDuration::ZERO,
        Port::Order
        | Port::Save
        | Port::Partner
        | Port::StopPartner
        | Port::ResumePartner
        | Port::NoteRefused
        | Port::ClearRefused
        | Port::Book
        | Port::HoldBack
        | Port::LeaseRenewal
        | Port::EndRenewal
        | Port::Tracking
        | Port::AddToTracking
        | Port::NoteMovements
        | Port::Due
        | Port::Ring
        | Port::Secret
        | Port::PutSecret
        | Port::Partners
        | Port::PutPartner
        | Port::PutPause
        | Port::Newest
        | Port::Attention
        | Port::LackingImeis
        | Port::NoteDevice
        | Port::Orders
        | Port::WriteSecret
        | Port::CarrierPairs
        | Port::ExpectCarrierPairs
        | Port::PutCarrierPairs
        | Port::NoteUnlisted
        | Port::NoteHoursOff
        | Port::NoteMovedOn
        | Port::ConnectionTest
        | Port::AskConnectionTest
        | Port::EndConnectionTest
        | Port::RingTest
        | Port::RingResumed
        | Port::EndUnlisted
        | Port::UnlistedCarriers
        | Port::MerchantLinks
        | Port::BelieveLink
        | Port::LinkMerchant
        | Port::CountCalls
        | Port::EndSessions
        | Port::NoteChange
        | Port::Changes
        | Port::DeleteSecret
        | Port::BeginDeparture
        | Port::SaveDeparture
        | Port::Departures
        | Port::DeleteOrder
        | Port::DeleteBeside => CALL_WAIT,
    }
}

impl<P> FaultyPorts<P> {
    /// Makes ports whose calls do not fail yet.
    pub fn new(inner: P) -> Self {
        let plan: Plan = Box::new(|_| None);
        Self(Faults {
            inner,
            plan: RefCell::new(plan),
            watch: RefCell::new(Box::new(|_| ())),
            pace: RefCell::new(Box::new(|_| SignedDuration::ZERO)),
            calls: RefCell::default(),
            has_crashed: Cell::new(false),
            deaths: Rc::default(),
        })
    }
}

impl<P> Faults<P> {
    /// Sets the plan, which says of each call how it fails, if at all. The plan is asked right before each call, so it may also
    /// change the world at that point.
    pub fn plan(&self, plan: impl FnMut(NthCall) -> Option<Fault> + 'static) {
        *self.plan.borrow_mut() = Box::new(plan);
    }

    /// Lets each call take time: half of it before the call takes effect, and half of it after.
    pub fn slow(&self, pace: impl FnMut(NthCall) -> SignedDuration + 'static) {
        *self.pace.borrow_mut() = Box::new(pace);
    }

    /// Sets a watch, which is called right after each call that did not fail.
    pub fn watch(&self, watch: impl FnMut(NthCall) + 'static) {
        *self.watch.borrow_mut() = Box::new(watch);
    }

    /// Fails the `nth` call, counted from now.
    pub fn fail_nth(&self, nth: usize, fault: Fault) {
        let before = self.calls.borrow().len();
        self.plan(move |call| (call.nth == before.saturating_add(nth)).then_some(fault));
    }

    /// Fails the next call of a port.
    pub fn fail_next(&self, port: Port, fault: Fault) {
        let mut is_left = true;
        self.plan(move |call| (call.port == port && std::mem::take(&mut is_left)).then_some(fault));
    }

    /// Fails every call of a port until there is another plan.
    pub fn fail_all(&self, port: Port, fault: Fault) {
        self.plan(move |call| (call.port == port).then_some(fault));
    }

    /// Fails nothing any more.
    pub fn heal(&self) {
        self.plan(|_| None);
    }

    /// The calls since this was asked last. Waits are left out, because they cost nothing.
    pub fn take_calls(&self) -> Vec<Port> {
        let calls = std::mem::take(&mut *self.calls.borrow_mut());
        calls.into_iter().filter(|port| *port != Port::Sleep).collect()
    }

    /// A counter of how often the function died. It goes on counting.
    pub fn deaths(&self) -> Rc<Cell<usize>> {
        Rc::clone(&self.deaths)
    }

    /// Ends when the function dies. Whoever runs the function then drops it, and the next function lives.
    pub fn crash(&self) -> impl Future<Output = ()> {
        std::future::poll_fn(
            |_| {
                if self.has_crashed.take() { Poll::Ready(()) } else { Poll::Pending }
            },
        )
    }

    /// Lets work go on only while the function lives. What runs beside the call that died does nothing more, either.
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

impl<P: Clock> Interceptor for Faults<P> {
    type Store = P;
    type World = P;

    fn store(&self) -> impl Deref<Target = P> {
        &self.inner
    }

    fn world(&self) -> &P {
        &self.inner
    }

    async fn around<T>(
        &self,
        call: Call<'_>,
        effect: impl AsyncFn() -> T,
        failed: impl FnOnce(Failure) -> T,
    ) -> T {
        if self.has_crashed.get() {
            // Another future of the same invocation has just died.
            return std::future::pending().await;
        }
        let nth = {
            let mut calls = self.calls.borrow_mut();
            calls.push(call.port);
            calls.len()
        };
        let call = NthCall { nth, port: call.port };
        let fault = (self.plan.borrow_mut())(call);
        let effect = self.while_alive(self.taking_time(call, effect()));
        match fault {
            None => {
                let done = effect.await;
                (self.watch.borrow_mut())(call);
                done
            }
            Some(Fault::Before) => failed(Failure::NotReached),
            Some(Fault::Lost) => failed(Failure::Lost),
            Some(Fault::After) => {
                drop(effect.await);
                failed(Failure::Lost)
            }
            Some(Fault::Hangs) => {
                self.while_alive(self.inner.sleep(wait(call.port))).await;
                failed(Failure::TimedOut)
            }
            Some(Fault::CrashBefore) => self.die().await,
            Some(Fault::CrashAfter) => {
                drop(effect.await);
                self.die().await
            }
        }
    }
}

impl<P: Clock> Faults<P> {
    /// Makes the call, and lets it take its time.
    async fn taking_time<T>(&self, call: NthCall, effect: impl Future<Output = T>) -> T {
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
