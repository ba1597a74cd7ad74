//! The queues, as SQS has them. A message that is handed out stays away for a while, and comes back unless it is deleted. A
//! message that was received too often is dead-lettered.

use domain::{Channel, EventKind, Moment};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// How often a message comes before it is dead-lettered. Source: `infra/template.yaml`, `Limits`.
const RECEIVES_MAX: u32 = 5;

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// One of the four that handle events about orders, by the event.
    Events(EventKind),
    /// The one that handles scans.
    Scans,
    /// A channel's sender.
    Sender(Channel),
    /// The one that looks at what is due.
    Sweep,
    /// The one through which people act.
    Api,
}

impl Function {
    /// The function an event goes to.
    pub fn of_event(kind: EventKind) -> Self {
        if kind == EventKind::CarrierScan { Self::Scans } else { Self::Events(kind) }
    }

    /// Its name.
    pub fn name(self) -> String {
        match self {
            Self::Events(kind) => kind.to_string(),
            Self::Scans => EventKind::CarrierScan.to_string(),
            Self::Sender(channel) => format!("send-{channel}"),
            Self::Sweep => "sweep".to_owned(),
            Self::Api => "orders-api".to_owned(),
        }
    }

    /// How long the function may run. Source: `infra/template.yaml`, `Limits`.
    pub const fn timeout(self) -> SignedDuration {
        match self {
            Self::Api => SignedDuration::from_secs(20),
            Self::Events(_) | Self::Scans => SignedDuration::from_secs(30),
            Self::Sender(_) | Self::Sweep => SignedDuration::from_secs(60),
        }
    }

    /// How long a message that the function was handed stays away. Source: `infra/template.yaml`, `Limits`.
    const fn visibility(self) -> SignedDuration {
        match self {
            Self::Sender(_) => SignedDuration::from_secs(360),
            Self::Events(_) | Self::Scans | Self::Sweep | Self::Api => {
                SignedDuration::from_secs(180)
            }
        }
    }

    /// The most messages of a batch. Source: `infra/template.yaml`, `Limits`.
    pub const fn batch(self) -> usize {
        match self {
            Self::Sender(_) => 5,
            Self::Events(_) | Self::Scans | Self::Sweep | Self::Api => 100,
        }
    }

    /// The longest time for which messages are gathered for a batch. Source: `infra/template.yaml`, `Limits`. Unit:
    /// milliseconds.
    pub const fn gathers_ms(self) -> i64 {
        match self {
            Self::Events(_) | Self::Scans => 1_000,
            Self::Sender(_) | Self::Sweep | Self::Api => 0,
        }
    }
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its body.
    pub body: String,
    /// The index of its happening, where the message is an event.
    pub fact: Option<usize>,
    visible_at: Moment,
    receives: u32,
}

#[derive(Default)]
struct Queue {
    messages: BTreeMap<u64, Message>,
    aside: Vec<Message>,
}

/// All queues.
#[derive(Default)]
pub struct Queues {
    queues: BTreeMap<Function, Queue>,
    count: u64,
}

impl Queues {
    /// Sends a message.
    pub fn send(
        &mut self,
        to: Function,
        (body, fact): (String, Option<usize>),
        visible_at: Moment,
    ) {
        self.count += 1;
        let message = Message { body, fact, visible_at, receives: 0 };
        self.queues.entry(to).or_default().messages.insert(self.count, message);
    }

    /// Hands out the messages that can be seen now, up to a number. A message that is kept in sight is handed out twice.
    pub fn receive(
        &mut self,
        of: Function,
        (most, now): (usize, Moment),
        mut keeps_in_sight: impl FnMut() -> bool,
    ) -> Vec<(u64, Message)> {
        let Some(queue) = self.queues.get_mut(&of) else { return Vec::new() };
        let mut received = Vec::new();
        let mut aside = Vec::new();
        for (id, message) in &mut queue.messages {
            if received.len() >= most {
                break;
            }
            if message.visible_at > now {
                continue;
            }
            if message.receives >= RECEIVES_MAX {
                aside.push(*id);
                continue;
            }
            message.receives += 1;
            if !keeps_in_sight() {
                message.visible_at = now.plus(of.visibility());
            }
            received.push((*id, message.clone()));
        }
        for id in aside {
            queue.aside.extend(queue.messages.remove(&id));
        }
        received
    }

    /// Deletes a message.
    pub fn delete(&mut self, of: Function, id: u64) {
        if let Some(queue) = self.queues.get_mut(&of) {
            queue.messages.remove(&id);
        }
    }

    /// When a queue has a message to hand out next.
    pub fn next_at(&self, of: Function) -> Option<Moment> {
        self.queues.get(&of)?.messages.values().map(|message| message.visible_at).min()
    }

    /// Redrives what was dead-lettered. Returns the queues that have a message now.
    pub fn redrive(&mut self, now: Moment) -> Vec<Function> {
        let mut functions = Vec::new();
        for (function, queue) in &mut self.queues {
            for message in std::mem::take(&mut queue.aside) {
                self.count += 1;
                let again = Message { receives: 0, visible_at: now, ..message };
                queue.messages.insert(self.count, again);
                functions.push(*function);
            }
        }
        functions.dedup();
        functions
    }

    /// Whether a message was dead-lettered.
    pub fn has_aside(&self) -> bool {
        self.queues.values().any(|queue| !queue.aside.is_empty())
    }
}
