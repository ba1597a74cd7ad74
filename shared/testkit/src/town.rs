//! Plays what is around the functions: queues with redelivery, doorbells with their delay, the minute's sweep and the
//! death of a sandbox, all on the virtual clock.

use crate::{
    Event, Failing, Memory, START, amazon, back_market, endless, sender_config, shown,
    take_doorbell, take_events, take_scans,
};
use channels::{Marketplace, Visitor, visit};
use domain::{Channel, Doorbell, EventKind, Moment, OrderKey};
use flows::ports::Clock as _;
use flows::{Handled, Invocation, Sender, Swept, Writer, sweep};
use futures_util::FutureExt as _;
use futures_util::future::{Either, LocalBoxFuture, join_all, select};
use jiff::SignedDuration;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;

/// How long a message that failed stays away, and how often it comes. Source: `infra/template.yaml`, `Limits`.
const EVENT_AWAY: SignedDuration = SignedDuration::from_secs(180);
const DOORBELL_AWAY: SignedDuration = SignedDuration::from_secs(360);
const RECEIVES_MAX: u32 = 5;

/// Doorbells of one batch.
const DOORBELLS: usize = 5;

/// The timeout of a function that takes events.
const EVENTS_TIMEOUT: SignedDuration = SignedDuration::from_secs(30);

/// A sender's timeout.
const SENDER_TIMEOUT: SignedDuration = SignedDuration::from_secs(60);

/// The same of the sweep.
const SWEEP_TIMEOUT: SignedDuration = SignedDuration::from_secs(60);

const MINUTE_MS: i64 = 60_000;

/// More rounds than any play needs: what is not quiet by then never will be.
const ROUNDS_MAX: usize = 10_000;

type Ports = Failing<Memory>;

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

/// A small town: one seller with a partner at Amazon and one at Back Market.
pub struct Town {
    /// The world.
    pub memory: Memory,
    /// The same as the functions see it.
    pub ports: Rc<Ports>,
    /// What was refused, and why.
    pub dead: Vec<(String, String)>,
    stuck: Vec<Message>,
    senders: Senders,
    inbox: Vec<Message>,
    invocations: Rc<Cell<u32>>,
    swept_at: Moment,
}

impl Default for Town {
    fn default() -> Self {
        Self::new()
    }
}

impl Town {
    /// A town at [`START`], both partners under movement timing.
    pub fn new() -> Self {
        let memory = Memory::new(START);
        memory.register(&amazon());
        memory.register(&back_market());
        let ports = Rc::new(Failing::new(memory.clone()));
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

    /// Puts an event on the bus.
    pub fn tell(&mut self, event: &Event) {
        self.put(event.kind, event.body());
    }

    /// Puts a body into the queue of events of a kind.
    pub fn put(&mut self, kind: EventKind, body: String) {
        let visible_at = self.memory.now();
        self.inbox.push(Message { queue: Queue::Events(kind), body, visible_at, receives: 0 });
    }

    /// A writer as each invocation has one.
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

    /// How many invocations there were so far, as it goes on.
    pub fn invocations(&self) -> Rc<Cell<u32>> {
        Rc::clone(&self.invocations)
    }

    /// Delivers everything that is there now, until all that is left comes later.
    pub async fn deliver(&mut self) {
        for _ in 0..ROUNDS_MAX {
            if !self.round().await {
                return;
            }
        }
        panic!("messages without end: {:?}", self.inbox);
    }

    /// Plays on for this long.
    pub async fn run_for(&mut self, span: SignedDuration) {
        let end = self.memory.now().plus(span);
        self.run(Some(end)).await;
        self.memory.advance_to(end);
    }

    /// Puts back what was received too often, as a person does with a dead-letter queue.
    pub fn redrive(&mut self) {
        let visible_at = self.memory.now();
        let again = |message| Message { receives: 0, visible_at, ..message };
        self.inbox.extend(std::mem::take(&mut self.stuck).into_iter().map(again));
    }

    /// Whether something was received too often.
    pub fn has_stuck(&self) -> bool {
        !self.stuck.is_empty()
    }

    /// Plays on until no message is under way and no timer is running.
    pub async fn until_quiet(&mut self) {
        self.run(None).await;
    }

    /// What the order came to, in a line.
    pub fn shown(&self, key: &OrderKey) -> String {
        self.memory.stored(key).map_or_else(|| "absent".to_owned(), |stored| shown(&stored.order))
    }

    /// Runs the sweep, now.
    pub async fn sweep(&mut self) -> Option<Swept> {
        self.sweep_within(SWEEP_TIMEOUT).await
    }

    /// Runs it with so much time.
    pub async fn sweep_within(&mut self, time: SignedDuration) -> Option<Swept> {
        self.swept_at = self.memory.now();
        let (ports, invocation) = (Rc::clone(&self.ports), self.invocation_of(time));
        self.alive(sweep(&*ports, &invocation)).await
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

    /// The first minute at which the sweep finds something; it is not run before that.
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
            // What a sandbox knew dies with it.
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

    /// Runs a function; `None` when it died on the way.
    pub async fn alive<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let (work, crash) = (pin!(work), pin!(self.ports.crash()));
        self.memory.catch_up().await;
        match select(work, crash).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(((), _)) => None,
        }
    }
}

/// One sandbox of each sender.
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

/// Makes a sender of the channel's own.
struct Sandbox<'a>(&'a Rc<Ports>);

impl Visitor for Sandbox<'_> {
    type Output = Box<dyn Answering>;

    fn visit<M: Marketplace>(self) -> Self::Output {
        Box::new(Sender::<M, Ports>::new(Rc::clone(self.0), sender_config()))
    }
}

/// A sender, whichever its channel.
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
