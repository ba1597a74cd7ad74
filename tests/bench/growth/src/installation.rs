//! An installation: sellers with their partners at Amazon, the functions in their sandboxes, and the events of orders.

use crate::ports::Ports;
use crate::world::{Sandbox, World};
use crate::{GrowthError, count};
use channels::Amazon;
use domain::{
    Channel, Deadline, EventKind, Moment, OrderKey, Partner, SellerId, SilentHours, Timing,
};
use flows::{Handled, Invocation, Sender, Writer};
use futures_util::future::join_all;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use testkit::{
    ENDLESS, Event, Table, parsed, partner_of, secret, secret_name, sender_config, take_events,
    take_scans, under,
};

/// Number of partners of one seller.
const PARTNERS: usize = 4;

/// Numbers of senders of a channel at once, doorbells of a batch, events of a batch, and orders on a page of due
/// orders. Sources: `MaximumConcurrency` and `BatchSize` in the template, `DUE_PAGE` of the table.
const SENDERS: usize = 10;
const DOORBELLS: usize = 5;
pub(crate) const EVENTS: usize = 100;
const DUE_PAGE: usize = 500;

/// A sender's timeout. Source: the template.
const SENDER_TIMEOUT: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// An order that is not labelled yet: its key and its parcel's tracking number.
#[derive(Clone, Debug)]
pub(crate) struct NewOrder {
    pub(crate) key: OrderKey,
    number: String,
}

impl NewOrder {
    fn of(event: Event, key: &OrderKey) -> Event {
        event.with("seller_id", key.seller.as_str()).with("partner_id", key.partner.as_str())
    }

    /// The event of its label, made now.
    pub(crate) fn label(&self, world: &World) -> Event {
        let label = testkit::label(self.key.partner.as_str(), self.key.order.as_str());
        Self::of(label, &self.key)
            .with("tracking_number", self.number.as_str())
            .with("labeled_at", world.now().to_string())
    }

    /// The event that one of its labels is voided.
    pub(crate) fn void(&self, label: &str) -> Event {
        let (partner, order) = (self.key.partner.as_str(), self.key.order.as_str());
        Self::of(testkit::void(partner, order, label), &self.key)
    }

    /// The event that its parcel is in transit now.
    fn scan(&self, world: &World) -> Event {
        testkit::scan(&self.number)
            .with("seller_id", self.key.seller.as_str())
            .with("occurred_at", world.now().to_string())
    }
}

/// The installation: the world, the partners, and the senders that run all the time.
pub(crate) struct Installation {
    pub(crate) world: Rc<World>,
    pub(crate) partners: Vec<Partner>,
    senders: Vec<Sender<Amazon, Ports>>,
    invocations: Cell<u64>,
}

impl Installation {
    /// An installation with this many partners, all with this timing.
    pub(crate) fn new(accounts: usize, timing: Timing) -> Self {
        let partner = |place: usize| {
            let seller: SellerId = parsed(&format!("seller-{}", place / PARTNERS));
            let id = format!("amazon-{}", place % PARTNERS);
            let partner = under(timing, partner_of(&seller, &id, Channel::Amazon));
            // Watching and verifying have lines of their own in `tests/acceptance/costs.rs`.
            Partner {
                deadline: Deadline::OFF,
                silent_hours: SilentHours::OFF,
                verify: false,
                ..partner
            }
        };
        let partners: Vec<Partner> = (0..accounts.max(1)).map(partner).collect();
        let world = World::new(table_with(&partners));
        let sender = |_| {
            let sandbox = Rc::new(Sandbox::ports(&world));
            Sender::new(sandbox, sender_config())
        };
        let senders = (0..SENDERS).map(sender).collect();
        Self { world, partners, senders, invocations: Cell::default() }
    }

    /// A new invocation, with the deadline given.
    pub(crate) fn invocation(&self, deadline: Moment) -> Invocation {
        self.invocations.set(self.invocations.get() + 1);
        let id = format!("00000000-0000-4000-8000-{:012x}", self.invocations.get());
        Invocation { writer: Writer::new(&id), deadline }
    }

    /// The `nth` order. The partners take turns.
    pub(crate) fn new_order(&self, nth: u64) -> Option<NewOrder> {
        let place = usize::try_from(nth).ok()? % self.partners.len();
        let Partner { seller, id, .. } = self.partners.get(place)?;
        let order = parsed(&format!("902-{:07}-{:07}", nth / 10_000_000, nth % 10_000_000));
        let key = OrderKey { seller: seller.clone(), partner: id.clone(), order };
        Some(NewOrder { key, number: format!("1Z999AA1{nth:010}") })
    }

    /// Handles labels, all at the same time, a hundred to a batch.
    pub(crate) async fn handle_labels(&self, bodies: &[String]) -> Vec<Handled> {
        self.handle_batches(bodies, EventKind::LabelCreated).await
    }

    /// Handles events of one type, all at the same time, a hundred to a batch.
    pub(crate) async fn handle_batches(&self, bodies: &[String], kind: EventKind) -> Vec<Handled> {
        let batches = bodies.chunks(EVENTS).map(|batch| async move {
            let (sandbox, invocation) = (Sandbox::ports(&self.world), self.invocation(ENDLESS));
            self.world.stopwatch.flow(take_events(&sandbox, batch, kind, &invocation)).await
        });
        join_all(batches).await.concat()
    }

    /// Handles scans, all at the same time, a hundred to a batch.
    pub(crate) async fn handle_all_scans(&self, bodies: &[String]) -> Vec<Handled> {
        let batches = bodies.chunks(EVENTS).map(|batch| async move {
            let (sandbox, invocation) = (Sandbox::ports(&self.world), self.invocation(ENDLESS));
            self.world.stopwatch.flow(take_scans(&sandbox, batch, &invocation)).await
        });
        join_all(batches).await.concat()
    }

    /// Answers doorbells, five at a time. Each partner always has the same sender, so that its token is fetched once.
    pub(crate) async fn answer_doorbells(&self, keys: &[OrderKey]) -> Vec<Handled> {
        let mut queues: Vec<Vec<OrderKey>> = vec![Vec::new(); self.senders.len()];
        for key in keys {
            let is_its =
                |partner: &Partner| partner.id == key.partner && partner.seller == key.seller;
            let place = self.partners.iter().position(is_its).unwrap_or_default();
            if let Some(queue) = queues.get_mut(place % SENDERS) {
                queue.push(key.clone());
            }
        }
        let work = self.senders.iter().zip(queues).map(|(sender, orders)| async move {
            let mut handled = Vec::with_capacity(orders.len());
            for batch in orders.chunks(DOORBELLS) {
                let invocation = self.invocation(self.world.now().plus(SENDER_TIMEOUT));
                let answers = join_all(batch.iter().map(|order| sender.answer(order, &invocation)));
                handled.extend(self.world.stopwatch.flow(answers).await);
            }
            handled
        });
        join_all(work).await.concat()
    }

    /// The bodies of the orders' label events.
    pub(crate) fn label_bodies(&self, orders: &[NewOrder]) -> Vec<String> {
        orders.iter().map(|order| order.label(&self.world).body()).collect()
    }

    /// The bodies of the orders' scan events.
    pub(crate) fn scan_bodies(&self, orders: &[NewOrder]) -> Vec<String> {
        orders.iter().map(|order| order.scan(&self.world).body()).collect()
    }

    /// Removes every order, as the end of its lifetime would, and leaves the partners as they are.
    pub(crate) fn forget_orders(&self) {
        let table = self.world.table();
        let as_they_are: Vec<Partner> = self
            .partners
            .iter()
            .filter_map(|partner| table.partner_at(&partner.seller, &partner.id))
            .collect();
        self.world.table.replace(table_with(&as_they_are));
    }
}

fn table_with(partners: &[Partner]) -> Rc<Table> {
    let table = Table::default();
    table.set_due_page(DUE_PAGE);
    for partner in partners {
        table.set_secret(&secret_name(partner), Some(secret(partner)));
        table.put(partner.clone());
    }
    Rc::new(table)
}

/// Returns an error unless each record was handled.
pub(crate) fn check_all_done(handled: &[Handled], records: usize) -> Result<(), GrowthError> {
    GrowthError::unless("records handled", count(records), count(handled.len()))?;
    for handled in handled {
        match handled {
            Handled::Done => {}
            Handled::Retry(why) | Handled::Refused(why) => {
                return Err(GrowthError::Unhandled(why.clone()));
            }
        }
    }
    Ok(())
}

/// Waits until this much time has passed since `began`.
pub(crate) async fn until(began: tokio::time::Instant, passed: Duration) {
    tokio::time::sleep_until(began + passed).await;
}
