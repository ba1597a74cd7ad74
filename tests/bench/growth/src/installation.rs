//! Sellers with their partners at Amazon, the functions in their sandboxes, and what is told of their orders.

use crate::world::{Sandbox, World};
use crate::{GrowthError, count};
use channels::Amazon;
use domain::{Channel, Doorbell, OrderKey, Partner, SellerId, Timing};
use flows::{Handled, Sender, Writer, handle_events, handle_scans};
use futures_util::future::join_all;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use testkit::{Event, Table, parsed, partner_of, secret, secret_name, sender_config, under};

/// Partners of one seller.
const PARTNERS: usize = 4;

/// Senders of a channel at once, doorbells of a batch, events of a batch, orders on a page of what is due. Sources:
/// `MaximumConcurrency` and `BatchSize` in the template, `DUE_PAGE` of the table.
const SENDERS: usize = 10;
const DOORBELLS: usize = 5;
pub(crate) const EVENTS: usize = 100;
const DUE_PAGE: usize = 500;

/// A sender's timeout. Source: the template.
const SENDER_TIMEOUT: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// An order to come: whose it is, and its parcel's number.
#[derive(Clone, Debug)]
pub(crate) struct Coming {
    pub(crate) key: OrderKey,
    number: String,
}

impl Coming {
    fn of(event: Event, key: &OrderKey) -> Event {
        event.with("seller_id", key.seller.as_str()).with("partner_id", key.partner.as_str())
    }

    /// Its label, made now.
    pub(crate) fn label(&self, world: &World) -> Event {
        let label = testkit::label(self.key.partner.as_str(), self.key.order.as_str());
        Self::of(label, &self.key)
            .with("tracking_number", self.number.as_str())
            .with("labeled_at", world.now().to_string())
    }

    /// One of its labels voided.
    pub(crate) fn void(&self, label: &str) -> Event {
        let (partner, order) = (self.key.partner.as_str(), self.key.order.as_str());
        Self::of(testkit::void(partner, order, label), &self.key)
    }

    /// Its parcel in transit, now.
    fn scan(&self, world: &World) -> Event {
        testkit::scan(&self.number)
            .with("seller_id", self.key.seller.as_str())
            .with("occurred_at", world.now().to_string())
    }
}

/// The town.
pub(crate) struct Town {
    pub(crate) world: Rc<World>,
    pub(crate) partners: Vec<Partner>,
    senders: Vec<Sender<Amazon, Sandbox>>,
    invocations: Cell<u64>,
}

impl Town {
    /// A town with so many partners under this timing.
    pub(crate) fn new(accounts: usize, timing: Timing) -> Self {
        let partner = |place: usize| {
            let seller: SellerId = parsed(&format!("seller-{}", place / PARTNERS));
            let id = format!("amazon-{}", place % PARTNERS);
            under(timing, partner_of(&seller, &id, Channel::Amazon))
        };
        let partners: Vec<Partner> = (0..accounts.max(1)).map(partner).collect();
        let world = World::new(table_with(&partners));
        let sender = |_| {
            let sandbox = Rc::new(Sandbox::new(&world));
            Sender::new(sandbox, sender_config())
        };
        let senders = (0..SENDERS).map(sender).collect();
        Self { world, partners, senders, invocations: Cell::default() }
    }

    /// A writer as each invocation has one.
    pub(crate) fn writer(&self) -> Writer {
        self.invocations.set(self.invocations.get() + 1);
        Writer::new(&format!("00000000-0000-4000-8000-{:012x}", self.invocations.get()))
    }

    /// The `nth` order, which is of the partner at that place.
    pub(crate) fn coming(&self, nth: u64) -> Option<Coming> {
        let place = usize::try_from(nth).ok()? % self.partners.len();
        let Partner { seller, id, .. } = self.partners.get(place)?;
        let order = parsed(&format!("902-{:07}-{:07}", nth / 10_000_000, nth % 10_000_000));
        let key = OrderKey { seller: seller.clone(), partner: id.clone(), order };
        Some(Coming { key, number: format!("1Z999AA1{nth:010}") })
    }

    /// Labels at once, a hundred to a batch.
    pub(crate) async fn labelled(&self, bodies: &[String]) -> Vec<Handled> {
        self.told_of(bodies, "LabelCreated").await
    }

    /// Events of one type at once, a hundred to a batch.
    pub(crate) async fn told_of(&self, bodies: &[String], kind: &'static str) -> Vec<Handled> {
        let batches = bodies.chunks(EVENTS).map(|batch| async move {
            let (sandbox, writer) = (Sandbox::new(&self.world), self.writer());
            let events =
                handle_events(&sandbox, batch, (kind, Some(60)), (&writer, testkit::ENDLESS));
            self.world.watch.flow(events).await
        });
        join_all(batches).await.concat()
    }

    /// Scans at once, a hundred to a batch.
    pub(crate) async fn scanned(&self, bodies: &[String]) -> Vec<Handled> {
        let batches = bodies.chunks(EVENTS).map(|batch| async move {
            let (sandbox, writer) = (Sandbox::new(&self.world), self.writer());
            self.world.watch.flow(handle_scans(&sandbox, batch, (&writer, testkit::ENDLESS))).await
        });
        join_all(batches).await.concat()
    }

    /// Answers doorbells: each sender those of its partners, five at a time. A sender keeps its partners, so that each is
    /// asked for its token once.
    pub(crate) async fn answered(&self, keys: &[OrderKey]) -> Vec<Handled> {
        let mut queues: Vec<Vec<String>> = vec![Vec::new(); self.senders.len()];
        for key in keys {
            let is_its =
                |partner: &Partner| partner.id == key.partner && partner.seller == key.seller;
            let place = self.partners.iter().position(is_its).unwrap_or_default();
            if let Some(queue) = queues.get_mut(place % SENDERS) {
                queue.push(Doorbell::of(key).body());
            }
        }
        let work = self.senders.iter().zip(queues).map(|(sender, bodies)| async move {
            let mut handled = Vec::with_capacity(bodies.len());
            for batch in bodies.chunks(DOORBELLS) {
                let (writer, writer_deadline) =
                    (self.writer(), self.world.now().plus(SENDER_TIMEOUT));
                let answers =
                    join_all(batch.iter().map(|b| sender.answer(b, writer_deadline, &writer)));
                handled.extend(self.world.watch.flow(answers).await);
            }
            handled
        });
        join_all(work).await.concat()
    }

    /// Bodies of what is told of each order.
    pub(crate) fn labels(&self, orders: &[Coming]) -> Vec<String> {
        orders.iter().map(|order| order.label(&self.world).body()).collect()
    }

    pub(crate) fn scans(&self, orders: &[Coming]) -> Vec<String> {
        orders.iter().map(|order| order.scan(&self.world).body()).collect()
    }

    /// Takes every order away, as its lifetime does, and leaves the partners as they are.
    pub(crate) fn forget_orders(&self) {
        let table = self.world.table();
        let as_they_are: Vec<Partner> = self
            .partners
            .iter()
            .filter_map(|partner| table.partner(&partner.seller, &partner.id))
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

/// An error unless each record was handled.
pub(crate) fn all_done(handled: &[Handled], records: usize) -> Result<(), GrowthError> {
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

/// Waits until it is this long after the beginning of something.
pub(crate) async fn until(began: tokio::time::Instant, passed: Duration) {
    tokio::time::sleep_until(began + passed).await;
}
