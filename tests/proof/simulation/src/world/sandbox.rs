//! A sandbox of a function. Its clock is not quite right, and any of its calls may go wrong or be its last.

use super::{Function, TaskId, World, releases};
use crate::fault::{Fault, FaultPoint};
use channels::{Marketplace, Visitor, visit};
use domain::{Channel, Moment, OrderKey};
use flows::{Handled, Invocation, Sender, SenderConfig};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use jiff::SignedDuration;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use testkit::{Intercepted, sender_config, take_doorbell};

/// How far a sandbox's clock may be off, either way. Unit: milliseconds.
pub const SKEW_MS: i64 = 5_000;

/// Longer than any function may run.
const SLOW: SignedDuration = SignedDuration::from_secs(70);

/// How soon after a frozen run its timers are noticed to be over: the answer that it waited for may come before.
const THAWS: SignedDuration = SignedDuration::from_millis(500);

/// A sandbox.
pub struct Sandbox {
    pub(crate) world: Rc<World>,
    /// The function that runs in the sandbox.
    pub function: Function,
    pub(super) task: Cell<TaskId>,
    /// When the run began, by the true time.
    pub started_at: Cell<Moment>,
    skew_ms: Cell<i64>,
    overstays: Cell<bool>,
    is_frozen: Cell<bool>,
    /// Whether a call took longer in this run than its caller waits, or the sandbox's clock jumped.
    is_excused: Cell<bool>,
    /// The fault of the call that is under way, because it may strike single doorbells.
    pub(super) struck_by: Cell<Option<Fault>>,
    /// The order whose next saves fail, and how many of them do.
    failing: RefCell<Option<(OrderKey, i64)>>,
    /// Whether the run rings for what it was listed as due.
    pub(super) rings_what_is_due: Cell<bool>,
    /// Whether its code is of the next release.
    pub(super) is_newer: bool,
}

impl Sandbox {
    /// A new sandbox, with a clock of its own.
    pub fn new(world: &Rc<World>, function: Function) -> Self {
        let skew = if world.throw(0, 2) == 0 { 0 } else { world.throw(-SKEW_MS, SKEW_MS + 1) };
        Self {
            world: Rc::clone(world),
            function,
            task: Cell::new(0),
            started_at: Cell::new(world.now()),
            skew_ms: Cell::new(skew),
            overstays: Cell::new(false),
            is_frozen: Cell::new(false),
            is_excused: Cell::new(false),
            struck_by: Cell::new(None),
            failing: RefCell::default(),
            rings_what_is_due: Cell::new(false),
            is_newer: world.plan.mixes_releases
                && releases::is_newer(world.plan.seed, world.now().as_millis()),
        }
    }

    /// A run begins.
    pub fn begin(&self, task: TaskId) {
        self.task.set(task);
        self.started_at.set(self.world.now());
        self.is_excused.set(false);
        self.rings_what_is_due.set(false);
        self.failing.take();
    }

    /// Whether the run may be ended by its timeout.
    pub fn is_excused(&self) -> bool {
        self.is_excused.get()
    }

    /// This many of the order's next saves fail.
    pub fn fail_saves(&self, key: OrderKey, count: i64) {
        *self.failing.borrow_mut() = Some((key, count));
    }

    /// Whether this save of an order fails.
    pub fn fails_to_save(&self, of: &OrderKey) -> bool {
        let mut failing = self.failing.borrow_mut();
        match &mut *failing {
            Some((key, left)) if key == of && *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    /// The run that is under way.
    pub fn task(&self) -> TaskId {
        self.task.get()
    }

    /// Nobody will end the run in time, and the run does not notice: its timers stand still until it is awake again.
    pub fn overstay(&self) {
        self.overstays.set(true);
        self.is_frozen.set(true);
        self.is_excused.set(true);
    }

    /// The run is awake again.
    pub(super) fn awake(&self) {
        self.is_frozen.set(false);
    }

    /// Whether the run may go on this once, though its time is over.
    pub fn is_let_go_on(&self) -> bool {
        self.overstays.take()
    }

    /// The true time.
    pub fn world_now(&self) -> Moment {
        self.world.now()
    }

    /// The sandbox's clock jumps.
    pub fn jump(&self) {
        self.is_excused.set(true);
        self.skew_ms.set(self.world.throw(-SKEW_MS, SKEW_MS + 1));
    }

    /// The time by the sandbox's clock.
    pub fn clock(&self) -> Moment {
        self.world.now().plus(SignedDuration::from_millis(self.skew_ms.get()))
    }

    /// Notes a line of the trace.
    pub fn note(&self, line: impl FnOnce() -> String) {
        self.world.note(|| format!("{} #{}: {}", self.function.name(), self.task.get(), line()));
    }

    /// Lets time pass in the run.
    pub async fn wait(&self, span: SignedDuration) {
        self.world.agenda.pause(self.task.get(), span).await;
    }

    /// A timer of the run.
    pub async fn sleep_for(&self, span: SignedDuration) {
        self.wait(span).await;
        while self.is_frozen.get() {
            self.wait(THAWS).await;
        }
    }

    /// A call is on its way. Returns its fault, if it has one.
    pub async fn arrive(&self, port: FaultPoint, key: Option<&OrderKey>) -> Option<Fault> {
        let fault = self.world.fault(port);
        if let Some(fault) = fault {
            self.note(|| format!("{port:?}: {fault:?}"));
        } else if let Some((span, fault)) = self.world.hangs(port) {
            self.note(|| format!("{port:?} hangs: {fault:?}"));
            self.wait(span).await;
            return Some(fault);
        }
        if fault == Some(Fault::Slow) {
            self.is_excused.set(true);
        }
        if fault == Some(Fault::CrashBefore) {
            self.die((port, "before"), key).await;
        }
        self.wait(if fault == Some(Fault::Slow) { SLOW } else { self.world.latency() }).await;
        fault
    }

    /// The function is dead. Whoever runs it drops it.
    pub async fn die(&self, point: (FaultPoint, &'static str), key: Option<&OrderKey>) -> ! {
        let state = key.and_then(|key| {
            let state = |order: &domain::Order| {
                order.packages.values().next().map(|package| package.state.name())
            };
            self.world.table.with_order(key, state).flatten()
        });
        self.world.coverage.borrow_mut().crash(point, state.unwrap_or("absent"));
        self.world.has_crashed.set(true);
        std::future::pending().await
    }
}

/// A sender in its sandbox, whichever channel it is of.
pub trait Answering {
    /// Answers a doorbell.
    fn answer(
        self: Rc<Self>,
        body: String,
        invocation: Rc<Invocation>,
    ) -> LocalBoxFuture<'static, Handled>;
}

impl<M: Marketplace + 'static> Answering for Sender<M, Intercepted<Rc<Sandbox>>> {
    fn answer(
        self: Rc<Self>,
        body: String,
        invocation: Rc<Invocation>,
    ) -> LocalBoxFuture<'static, Handled> {
        async move { take_doorbell(&*self, &body, &invocation).await }.boxed_local()
    }
}

/// A sandbox of a sender, and whether a run uses it.
pub struct Seat {
    /// The sandbox.
    pub sandbox: Rc<Sandbox>,
    /// The sender in it.
    pub sender: Rc<dyn Answering>,
    is_busy: Cell<bool>,
}

/// The sandboxes of a channel's sender.
#[derive(Default)]
pub struct Senders(Vec<Rc<Seat>>);

/// The most senders of a channel at once. Source: `infra/template.yaml`, `MaximumConcurrency`.
const AT_ONCE: usize = 10;

impl Senders {
    /// A sandbox for a run: a free one, or a new one. `None` when there are as many as there may be.
    pub fn seat(&mut self, world: &Rc<World>, channel: Channel) -> Option<Rc<Seat>> {
        if let Some(free) = self.0.iter().find(|seat| !seat.is_busy.get()) {
            free.is_busy.set(true);
            return Some(Rc::clone(free));
        }
        if self.0.len() >= AT_ONCE {
            return None;
        }
        let sandbox = Rc::new(Sandbox::new(world, Function::Sender(channel)));
        let sender = visit(channel, InSandbox(&sandbox));
        let seat = Rc::new(Seat { sandbox, sender, is_busy: Cell::new(true) });
        self.0.push(Rc::clone(&seat));
        Some(seat)
    }

    /// A run is over. A sandbox in which a function died is not used again.
    pub fn leave(&mut self, seat: &Rc<Seat>, is_dead: bool) {
        seat.is_busy.set(false);
        if is_dead {
            self.0.retain(|other| !Rc::ptr_eq(other, seat));
        }
    }

    /// Every sandbox's clock jumps.
    pub fn jump(&self) {
        for seat in &self.0 {
            seat.sandbox.jump();
        }
    }
}

/// Makes a sender of the channel's own.
struct InSandbox<'a>(&'a Rc<Sandbox>);

impl Visitor for InSandbox<'_> {
    type Output = Rc<dyn Answering>;

    fn visit<M: Marketplace>(self) -> Self::Output {
        let ports = Rc::new(Intercepted(Rc::clone(self.0)));
        let restored_at = self.0.world.restored_at.get();
        Rc::new(Sender::<M, _>::new(ports, SenderConfig { restored_at, ..sender_config() }))
    }
}
