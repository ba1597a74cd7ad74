//! A deployment in memory. It plays what is around the functions, on the virtual clock: queues with redelivery, doorbells with
//! their delay, the sweep of each minute, and the death of a sandbox.

use crate::{
    Event, FaultyPorts, Memory, START, amazon, back_market, endless, sender_config, shown,
    take_doorbell, take_events, take_scans,
};
use channels::{Marketplace, Visitor, visit};
use domain::{Channel, Doorbell, EventKind, Moment, OrderKey, ResumeBell, TestBell};
use flows::ports::Clock as _;
use flows::{DUE_SHARDS, Handled, Invocation, Sender, Swept, Writer, sweep};
use futures_util::FutureExt as _;
use futures_util::future::{Either, LocalBoxFuture, join_all, select};
use jiff::SignedDuration;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;

/// How long an event that was not handled stays away. Source: `infra/template.yaml`, `Limits`.
const EVENT_AWAY: SignedDuration = SignedDuration::from_secs(180);

/// How long a doorbell that was not answered stays away. Source: `infra/template.yaml`, `Limits`.
const DOORBELL_AWAY: SignedDuration = SignedDuration::from_secs(360);

/// How often a message is received before it is dead-lettered. Source: `infra/template.yaml`, `Limits`.
const RECEIVES_MAX: u32 = 5;

/// The most doorbells of one batch.
const DOORBELLS: usize = 5;

/// The timeout of a function that takes events.
const EVENTS_TIMEOUT: SignedDuration = SignedDuration::from_secs(30);

/// The timeout of a sender.
const SENDER_TIMEOUT: SignedDuration = SignedDuration::from_secs(60);

/// The timeout of the sweep.
const SWEEP_TIMEOUT: SignedDuration = SignedDuration::from_secs(60);

const MINUTE_MS: i64 = 60_000;

/// More rounds than any test needs. A deployment that is not quiet by then never will be.
const ROUNDS_MAX: usize = 10_000;

type Ports = FaultyPorts<Memory>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Queue {
    Events(EventKind),
    Doorbells(Channel),
}

#[derive(Clone, Debug)]
struct Message {
    queue: Queue,
    body: String,
    visible_at: Moment,
    receives: u32,
}

/// A deployment with one seller, who has a partner at Amazon and one at Back Market.
pub struct Deployment {
    /// The world that the deployment runs in.
    pub memory: Memory,
    /// The world as the functions see it.
    pub ports: Rc<Ports>,
    /// The messages that were refused, each with its reason.
    pub dead: Vec<(String, String)>,
    /// The messages that were received too often.
    stuck: Vec<Message>,
    senders: Senders,
    inbox: Vec<Message>,
    invocations: Rc<Cell<u32>>,
    swept_at: Moment,
}

impl Default for Deployment {
    fn default() -> Self {
        Self::new()
    }
}

impl Deployment {
    /// Makes a deployment at [`START`] whose partners are both under movement timing.
    pub fn new() -> Self {
        let memory = Memory::new(START);
        memory.register(&amazon());
        memory.register(&back_market());
        let ports = Rc::new(FaultyPorts::new(memory.clone()));
        let senders = Senders::new(&ports);
        Self {
            memory,
            ports,
            dead: Vec::new(),
            stuck: Vec::new(),
            senders,
            inbox: Vec::new(),
            invocations: Rc::default(),
            swept_at: START,
        }
    }

    /// Puts an event on the bus, and so into the queue of its function.
    pub fn put_event(&mut self, event: &Event) {
        self.put_body(event.kind, event.body());
    }

    /// Puts a body into the queue of the function for events of a kind.
    pub fn put_body(&mut self, kind: EventKind, body: String) {
        let visible_at = self.memory.now();
        self.inbox.push(Message { queue: Queue::Events(kind), body, visible_at, receives: 0 });
    }

    /// The writer of the next invocation.
    pub fn writer(&mut self) -> Writer {
        self.invocations.set(self.invocations.get().saturating_add(1));
        Writer::new(&format!("00000000-0000-4000-8000-{:012}", self.invocations.get()))
    }

    /// An invocation that has all the time it needs.
    pub fn invocation(&mut self) -> Invocation {
        endless(self.writer())
    }

    /// An invocation that ends after this long.
    pub fn invocation_of(&mut self, time: SignedDuration) -> Invocation {
        Invocation { writer: self.writer(), deadline: self.memory.now().plus(time) }
    }

    /// A counter of the invocations. It goes on counting.
    pub fn invocations(&self) -> Rc<Cell<u32>> {
        Rc::clone(&self.invocations)
    }

    /// Delivers messages until all that are left come later.
    pub async fn deliver(&mut self) {
        for _ in 0..ROUNDS_MAX {
            if !self.round().await {
                return;
            }
        }
        panic!("messages without end: {:?}", self.inbox);
    }

    /// Lets the deployment run for this long.
    pub async fn run_for(&mut self, span: SignedDuration) {
        let end = self.memory.now().plus(span);
        self.run(Some(end)).await;
        self.memory.advance_to(end);
    }

    /// Redrives the messages that were received too often, as a person does with a dead-letter queue.
    pub fn redrive(&mut self) {
        let visible_at = self.memory.now();
        let again = |message| Message { receives: 0, visible_at, ..message };
        self.inbox.extend(std::mem::take(&mut self.stuck).into_iter().map(again));
    }

    /// Whether a message was received too often.
    pub fn has_stuck(&self) -> bool {
        !self.stuck.is_empty()
    }

    /// Lets the deployment run until no message is under way and no timer is running.
    pub async fn until_quiet(&mut self) {
        self.run(None).await;
    }

    /// What an order came to, in one line.
    pub fn shown(&self, key: &OrderKey) -> String {
        self.memory.stored(key).map_or_else(|| "absent".to_owned(), |stored| shown(&stored.order))
    }

    /// Runs the sweep now. `None` says that it died.
    pub async fn sweep(&mut self) -> Option<Swept> {
        self.sweep_within(SWEEP_TIMEOUT).await
    }

    /// Runs the sweep now, with this much time. `None` says that it died.
    pub async fn sweep_within(&mut self, time: SignedDuration) -> Option<Swept> {
        self.swept_at = self.memory.now();
        let (ports, invocation) = (Rc::clone(&self.ports), self.invocation_of(time));
        self.alive(sweep(&*ports, 0..DUE_SHARDS, &invocation)).await
    }

    async fn run(&mut self, end: Option<Moment>) {
        for _ in 0..ROUNDS_MAX {
            self.deliver().await;
            let sweep_at = self.next_sweep();
            let times = [self.next_message(), sweep_at].into_iter().flatten();
            let Some(next) = times.min() else { return };
            if end.is_some_and(|end| next > end) {
                return;
            }
            self.memory.advance_to(next);
            if sweep_at == Some(next) {
                self.sweep().await;
            }
        }
        panic!("never quiet");
    }

    fn next_message(&self) -> Option<Moment> {
        let bells = self.memory.bells().into_iter().map(|(at, _)| at);
        self.inbox.iter().map(|message| message.visible_at).chain(bells).min()
    }

    /// The first minute at which the sweep finds something. It need not be run before that.
    fn next_sweep(&self) -> Option<Moment> {
        let due = self.memory.next_due()?.as_millis();
        let minute = due.div_euclid(MINUTE_MS) + i64::from(due.rem_euclid(MINUTE_MS) > 0);
        let at = Moment::from_millis(minute.saturating_mul(MINUTE_MS));
        Some(at.max(self.swept_at.plus(SignedDuration::from_mins(1))))
    }

    async fn round(&mut self) -> bool {
        let now = self.memory.now();
        for bell in self.memory.take_bells() {
            let (queue, body) = (Queue::Doorbells(bell.channel), Doorbell::of(&bell.key).body());
            self.inbox.push(Message { queue, body, visible_at: now, receives: 0 });
        }
        for partner in self.memory.take_test_bells() {
            let queue = Queue::Doorbells(partner.settings.channel());
            let body = TestBell::of(&partner.seller, &partner.id).body();
            self.inbox.push(Message { queue, body, visible_at: now, receives: 0 });
        }
        for partner in self.memory.take_resume_bells() {
            let queue = Queue::Doorbells(partner.settings.channel());
            let body = ResumeBell::of(&partner.seller, &partner.id).body();
            self.inbox.push(Message { queue, body, visible_at: now, receives: 0 });
        }
        let inbox = std::mem::take(&mut self.inbox);
        let (due, later): (Vec<_>, Vec<_>) =
            inbox.into_iter().partition(|message| message.visible_at <= now);
        self.inbox = later;
        let mut queues: BTreeMap<Queue, Vec<Message>> = BTreeMap::new();
        for message in due {
            queues.entry(message.queue).or_default().push(message);
        }
        let is_busy = !queues.is_empty();
        for (queue, messages) in queues {
            let most = match queue {
                Queue::Events(_) => messages.len(),
                Queue::Doorbells(_) => DOORBELLS,
            };
            for batch in messages.chunks(most) {
                self.invoke(queue, batch).await;
            }
        }
        is_busy
    }

    async fn invoke(&mut self, queue: Queue, batch: &[Message]) {
        let bodies: Vec<String> = batch.iter().map(|message| message.body.clone()).collect();
        let time = match queue {
            Queue::Events(_) => EVENTS_TIMEOUT,
            Queue::Doorbells(_) => SENDER_TIMEOUT,
        };
        let invocation = self.invocation_of(time);
        let ports = &*self.ports;
        let handled = match queue {
            Queue::Events(EventKind::CarrierScan) => {
                self.alive(take_scans(ports, &bodies, &invocation)).await
            }
            Queue::Events(kind) => self.alive(take_events(ports, &bodies, kind, &invocation)).await,
            Queue::Doorbells(channel) => {
                self.alive(self.senders.answer(channel, &bodies, &invocation)).await
            }
        };
        let handled = handled.unwrap_or_else(|| {
            // What the sandboxes knew dies with them.
            self.senders = Senders::new(&self.ports);
            vec![Handled::Retry("died".to_owned()); batch.len()]
        });
        assert_eq!(handled.len(), batch.len(), "every record has an outcome");
        for (message, handled) in batch.iter().zip(handled) {
            self.acknowledge(message.clone(), handled);
        }
    }

    fn acknowledge(&mut self, mut message: Message, handled: Handled) {
        message.receives = message.receives.saturating_add(1);
        match handled {
            Handled::Done => {}
            Handled::Refused(reason) => self.dead.push((message.body, reason)),
            Handled::Retry(_) if message.receives >= RECEIVES_MAX => self.stuck.push(message),
            Handled::Retry(_) => {
                let away = match message.queue {
                    Queue::Events(_) => EVENT_AWAY,
                    Queue::Doorbells(_) => DOORBELL_AWAY,
                };
                message.visible_at = self.memory.now().plus(away);
                self.inbox.push(message);
            }
        }
    }

    /// Runs a function. `None` says that it died before it ended.
    pub async fn alive<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let (work, crash) = (pin!(work), pin!(self.ports.crash()));
        self.memory.catch_up().await;
        match select(work, crash).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(((), _)) => None,
        }
    }
}

/// One sandbox of each channel's sender.
struct Senders(BTreeMap<Channel, Box<dyn Answering>>);

impl Senders {
    fn new(ports: &Rc<Ports>) -> Self {
        Self(Channel::ALL.map(|channel| (channel, visit(channel, Sandbox(ports)))).into())
    }

    fn answer<'a>(
        &'a self,
        channel: Channel,
        bodies: &'a [String],
        invocation: &'a Invocation,
    ) -> LocalBoxFuture<'a, Vec<Handled>> {
        let sender = self.0.get(&channel).expect("every channel has a sender");
        sender.answer(bodies, invocation)
    }
}

/// Makes the sender of a channel.
struct Sandbox<'a>(&'a Rc<Ports>);

impl Visitor for Sandbox<'_> {
    type Output = Box<dyn Answering>;

    fn visit<M: Marketplace>(self) -> Self::Output {
        Box::new(Sender::<M, Ports>::new(Rc::clone(self.0), sender_config()))
    }
}

/// A sender of any channel.
trait Answering {
    fn answer<'a>(
        &'a self,
        bodies: &'a [String],
        invocation: &'a Invocation,
    ) -> LocalBoxFuture<'a, Vec<Handled>>;
}

impl<M: Marketplace> Answering for Sender<M, Ports> {
    fn answer<'a>(
        &'a self,
        bodies: &'a [String],
        invocation: &'a Invocation,
    ) -> LocalBoxFuture<'a, Vec<Handled>> {
        let answers = bodies.iter().map(move |body| take_doorbell(self, body, invocation));
        join_all(answers).boxed_local()
    }
}
