//! The functions' runs: begun when a queue hands out a batch, polled when a call of theirs comes to its end, dropped when
//! they die or their time is over.

use super::Simulation;
use crate::fault::{Fault, FaultPoint};
use crate::plan::{Fact, What as Happens};
use crate::world::{Function, Sandbox, Seat, TaskId, What};
use domain::Moment;
use flows::{Handled, Invocation, Writer, sweep};
use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, join_all};
use jiff::SignedDuration;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use testkit::{Intercepted, take_events, take_scans};

/// The future of a run.
type Running = LocalBoxFuture<'static, Vec<Handled>>;

/// The messages that a run was handed, and what each is about.
type Batch = Vec<(u64, Option<usize>)>;

/// A run.
pub(super) struct Task {
    function: Function,
    future: Running,
    batch: Batch,
    sandbox: Rc<Sandbox>,
    seat: Option<Rc<Seat>>,
}

/// How much longer a function may live when nobody ended it in time.
const OVERSTAYS: SignedDuration = SignedDuration::from_mins(8);

impl Simulation {
    /// The invocation that is begun next, as its sandbox sees it.
    fn invocation(&self, function: Function, sandbox: &Sandbox) -> Rc<Invocation> {
        let id = self.tasks.len();
        let writer = Writer::new(&format!("00000000-0000-4000-8000-{id:012}"));
        let deadline = sandbox.clock().plus(function.timeout());
        Rc::new(Invocation { writer, deadline })
    }

    pub(super) fn begin(
        &mut self,
        function: Function,
        future: impl FnOnce(Rc<Invocation>) -> Running,
        (batch, sandbox, seat): (Batch, &Rc<Sandbox>, Option<Rc<Seat>>),
    ) {
        let id: TaskId = self.tasks.len();
        sandbox.begin(id);
        let future = future(self.invocation(function, sandbox));
        let sandbox = Rc::clone(sandbox);
        self.tasks.push(Some(Task { function, future, batch, sandbox, seat }));
        self.world.agenda.put(self.world.now().plus(function.timeout()), What::Kill(id));
        self.go_on(id);
    }

    /// Polls a run, which goes on until its next call is under way.
    pub(super) fn go_on(&mut self, id: TaskId) {
        let Some(task) = self.tasks.get_mut(id).and_then(Option::as_mut) else { return };
        let mut context = Context::from_waker(Waker::noop());
        match task.future.as_mut().poll(&mut context) {
            Poll::Ready(handled) => self.is_done(id, &handled),
            Poll::Pending if self.world.has_crashed.take() => {
                self.world.note(|| format!("#{id} dies"));
                self.drop_task(id, true);
            }
            Poll::Pending => {}
        }
    }

    pub(super) fn kill(&mut self, id: TaskId) {
        let Some(task) = &self.tasks[id] else { return };
        if task.seat.as_ref().is_some_and(|seat| seat.sandbox.is_let_go_on()) {
            self.world.agenda.put(self.world.now().plus(OVERSTAYS), What::Kill(id));
        } else {
            self.world.note(|| format!("#{id} has run for too long"));
            self.world.coverage.borrow_mut().timeouts += 1;
            // A person's request may end so: its answer says that it may have been done.
            if task.function != Function::Api && !task.sandbox.is_excused() {
                let what = || format!("{} #{id}", task.function.name());
                self.world.report("what a function does ends before its function must", what);
            }
            self.drop_task(id, true);
        }
    }

    pub(super) fn drop_task(&mut self, id: TaskId, is_dead: bool) -> Option<Task> {
        let task = self.tasks[id].take()?;
        if let (Function::Sender(channel), Some(seat)) = (task.function, &task.seat)
            && let Some(senders) = self.senders.get(&channel)
        {
            senders.borrow_mut().leave(seat, is_dead);
        }
        Some(task)
    }

    fn is_done(&mut self, id: TaskId, handled: &[Handled]) {
        let Some(task) = self.drop_task(id, false) else { return };
        let left = task.sandbox.started_at.get().plus(task.function.timeout());
        self.world.watch.borrow_mut().is_over(&task.sandbox, left.since(self.world.now()));
        for ((message, fact), handled) in task.batch.iter().zip(handled) {
            match handled {
                Handled::Done => {
                    self.world.queues.borrow_mut().delete(task.function, *message);
                    if let Some(fact) = fact {
                        self.world.watch.borrow_mut().handled(&self.world, *fact);
                    }
                }
                Handled::Retry(why) => self.world.note(|| format!("#{id}: to come again: {why}")),
                Handled::Refused(why) if self.is_bad(*fact) => {
                    self.world.note(|| format!("#{id}: refused: {why}"));
                    self.world.queues.borrow_mut().delete(task.function, *message);
                    if let Some(fact) = fact {
                        self.world.watch.borrow_mut().handled(&self.world, *fact);
                    }
                }
                Handled::Refused(why) => {
                    self.world.report("D4: what is right is not refused", || why.clone());
                }
            }
        }
    }

    /// Whether the plan means a message to be refused.
    fn is_bad(&self, fact: Option<usize>) -> bool {
        let happening = fact.and_then(|fact| self.world.plan.happenings.get(fact));
        happening.is_some_and(|happening| {
            matches!(
                happening.what,
                Happens::Event(Fact::BadLabel { .. } | Fact::HugeLabel { .. }, _)
            )
        })
    }

    /// A queue hands out a batch, if the queue has one.
    pub(super) fn look(&mut self, function: Function, at: Moment) {
        if !self.world.is_looked_at(function, at) {
            return;
        }
        let now = self.world.now();
        let seat = match function {
            Function::Sender(_) if let Some(until) = self.off_until().filter(|at| now < *at) => {
                self.world.look_at(function, until);
                return;
            }
            Function::Sender(channel) => {
                let senders = Rc::clone(self.senders.entry(channel).or_default());
                let seat = senders.borrow_mut().seat(&self.world, channel);
                let Some(seat) = seat else {
                    self.world.look_at(function, now.plus(SignedDuration::from_secs(1)));
                    return;
                };
                Some((senders, seat))
            }
            Function::Events(_) | Function::Scans | Function::Sweep | Function::Api => None,
        };
        let most = usize::try_from(self.world.throw(1, 11)).unwrap_or(1).min(function.batch());
        let world = &self.world;
        let is_twice = || world.fault(FaultPoint::Receive) == Some(Fault::ReceivedTwice);
        let batch = world.queues.borrow_mut().receive(function, (most, now), is_twice);
        if let Some(next) = self.world.queues.borrow().next_at(function) {
            let soon = SignedDuration::from_millis(self.world.throw(1, 400));
            self.world.look_at(function, next.max(now.plus(soon)));
        }
        match (batch.is_empty(), seat) {
            (true, Some((senders, seat))) => senders.borrow_mut().leave(&seat, false),
            (true, None) => {}
            (false, seat) => self.hand_out(function, batch, seat.map(|(_, seat)| seat)),
        }
    }

    fn hand_out(
        &mut self,
        function: Function,
        batch: Vec<(u64, crate::world::Message)>,
        seat: Option<Rc<Seat>>,
    ) {
        let messages = batch.iter().map(|(id, message)| (*id, message.fact)).collect();
        let bodies: Vec<String> = batch.into_iter().map(|(_, message)| message.body).collect();
        match (function, seat) {
            (Function::Sender(_), Some(seat)) => {
                let sender = Rc::clone(&seat.sender);
                let answers = move |invocation: Rc<Invocation>| {
                    let answer =
                        move |body| Rc::clone(&sender).answer(body, Rc::clone(&invocation));
                    join_all(bodies.into_iter().map(answer)).boxed_local()
                };
                let sandbox = Rc::clone(&seat.sandbox);
                self.begin(function, answers, (messages, &sandbox, Some(seat)));
            }
            (Function::Events(kind), _) => {
                let sandbox = Rc::new(Sandbox::new(&self.world, function));
                let ports = Intercepted(Rc::clone(&sandbox));
                let handle = move |invocation: Rc<Invocation>| {
                    async move { take_events(&ports, &bodies, kind, &invocation).await }
                        .boxed_local()
                };
                self.begin(function, handle, (messages, &sandbox, None));
            }
            (Function::Scans, _) => {
                let sandbox = Rc::new(Sandbox::new(&self.world, function));
                let ports = Intercepted(Rc::clone(&sandbox));
                let handle = move |invocation: Rc<Invocation>| {
                    async move { take_scans(&ports, &bodies, &invocation).await }.boxed_local()
                };
                self.begin(function, handle, (messages, &sandbox, None));
            }
            (Function::Sender(_) | Function::Sweep | Function::Api, _) => {}
        }
    }

    /// The minute's sweep.
    pub(super) fn sweep(&mut self) {
        let sandbox = Rc::new(Sandbox::new(&self.world, Function::Sweep));
        let ports = Intercepted(Rc::clone(&sandbox));
        let look = move |invocation: Rc<Invocation>| {
            async move {
                // The next sweep does what this one could not.
                sweep(&ports, 0..flows::DUE_SHARDS, &invocation).await;
                Vec::new()
            }
            .boxed_local()
        };
        self.begin(Function::Sweep, look, (Vec::new(), &sandbox, None));
    }
}
