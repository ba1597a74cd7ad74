//! The events about one order: `LabelCreated`, `LabelVoided`, `OrderCancelled`, `OrderUpdated` and `ImeiUpdated`. All records of a batch
//! that are about the same order are stepped together.

use crate::deliver::{Delivered, FlowError, Start, Writer, deliver};
use crate::in_time::{NOT_DONE, Time, Width, each_in_time};
use crate::numbers::read_label;
use crate::ports::{
    AddError, Bell, Clock, Devices, EventPorts, LabelTimes, OrderPorts, Orders, Partners,
    StoreError, Trackings,
};
use crate::scans::ORDERS_AT_ONCE;
use crate::unlisted::note_unlisted;
use crate::zones::{in_zone, reckoned, sent_after, tells_day, update_in_zone};
use crate::{Handled, Invocation, Record, misplaced};
use domain::guard::{Guard, guarded};
use domain::{
    BusEvent, Channel, DeviceId, EventKind, Fact, Fault, HoursOff, ImeiTerms, Input, ItemId,
    LabelKind, MissingImei, Moment, Movement, Order, OrderKey, Partner, RefusedLabel, Terms, Text,
    Timing, Tracking, UnreadEvent, gather,
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// The name under which the log counts the events of unknown partners that were ignored, in the field `metric`.
pub const UNKNOWN_PARTNERS: &str = "events_of_unknown_partners";

/// How many orders are worked on at a time, and for how many that are done is rung together. The latter are three full
/// batches of messages, if each order has one doorbell.
pub(super) const WIDTH: Width = Width { at_once: 16, rung_together: 30 };

/// What a record of a batch says of an order.
#[expect(clippy::large_enum_variant, reason = "a batch has at most a hundred, and most are events")]
enum Told {
    Event(BusEvent),
    /// An event of a label was refused at the edge, for this fault. The order keeps it for its seller to see (rule L15).
    Refused(RefusedLabel, Fault),
}

/// What a record says, and its place in the batch.
struct Placed {
    place: usize,
    told: Told,
}

/// What became of one record.
struct Outcome {
    place: usize,
    handled: Handled,
}

/// An order after the events about it.
struct SteppedOrder {
    delivered: Delivered,
}

/// Which function for events about orders it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventFunction {
    /// The one kind of event that the function handles.
    pub kind: EventKind,
    /// How long after a label its IMEIs may come. Only the function for labels knows it.
    pub imei_window_minutes: Option<u32>,
    /// What becomes of events of partners that are not registered.
    pub unknown_partners: UnknownPartners,
}

/// What becomes of events of partners that are not registered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownPartners {
    /// They are dead-lettered: nobody else is on the bus, so somebody forgot to register a partner.
    #[default]
    Refuse,
    /// They are acknowledged and counted: they are for others on the same bus.
    Ignore,
}

/// What all events of one batch have in common.
struct Batch<'a> {
    window_s: u32,
    unknown_partners: UnknownPartners,
    /// How many events of unknown partners were ignored.
    ignored: Cell<usize>,
    writer: &'a Writer,
}

/// Handles a batch, and says of each record what became of it.
pub async fn handle_events<P: EventPorts>(
    ports: &P,
    records: Vec<Record>,
    function: EventFunction,
    Invocation { writer, deadline }: &Invocation,
) -> Vec<Handled> {
    let mut handled = vec![Handled::Done; records.len()];
    let mut orders: BTreeMap<OrderKey, Vec<Placed>> = BTreeMap::new();
    for (place, record) in records.into_iter().enumerate() {
        match keyed(record, function.kind) {
            Ok((key, told)) => orders.entry(key).or_default().push(Placed { place, told }),
            Err(fault) => set(&mut handled, place, Handled::Refused(fault.to_string())),
        }
    }
    let batch = &Batch {
        window_s: function.imei_window_minutes.unwrap_or_default().saturating_mul(60),
        unknown_partners: function.unknown_partners,
        ignored: Cell::default(),
        writer,
    };
    let places_of = |(key, events): (&OrderKey, &Vec<Placed>)| {
        (key.clone(), events.iter().map(|event| event.place).collect())
    };
    let places: BTreeMap<OrderKey, Vec<usize>> = gather(orders.iter().map(places_of));
    // The records of an order that is not reached in time are received again.
    for place in places.values().flatten() {
        set(&mut handled, *place, Handled::Retry(NOT_DONE.to_owned()));
    }
    let work = |(key, events)| of_order(ports, key, events, batch);
    let worked = each_in_time(ports, &Time::until(*deadline), (orders, WIDTH), work).await;
    for outcome in worked.done.into_iter().flat_map(|(outcomes, _)| outcomes) {
        set(&mut handled, outcome.place, outcome.handled);
    }
    if batch.ignored.get() > 0 {
        let count = batch.ignored.get();
        tracing::warn!(metric = UNKNOWN_PARTNERS, count, "events of unknown partners were ignored");
    }
    // A redelivered event that finds its package ready rings again, so a lost ring costs one redelivery.
    for key in worked.unrung {
        for place in places.get(&key).into_iter().flatten() {
            if handled.get(*place) == Some(&Handled::Done) {
                set(
                    &mut handled,
                    *place,
                    Handled::Retry(format!("the doorbell of order {key} was not rung")),
                );
            }
        }
    }
    handled
}

fn set(handled: &mut [Handled], place: usize, outcome: Handled) {
    if let Some(slot) = handled.get_mut(place) {
        *slot = outcome;
    }
}

fn keyed(record: Record, only: EventKind) -> Result<(OrderKey, Told), Fault> {
    let event = match record {
        Ok(event) => event,
        Err(UnreadEvent { fault, label: Some(of) }) if only == EventKind::LabelCreated => {
            return Ok((of.key, Told::Refused(of.label, fault)));
        }
        Err(UnreadEvent { fault, .. }) => return Err(fault),
    };
    match event.fact.order_key() {
        Some(key) if event.fact.kind() == only => Ok((key, Told::Event(with_label_read(event)))),
        Some(_) | None => Err(misplaced(event.fact.kind(), only)),
    }
}

/// The event with what its label's number and words stand for. That is found out once, before anything else is done with it.
fn with_label_read(event: BusEvent) -> BusEvent {
    let fact = match event.fact {
        Fact::LabelCreated(label) => Fact::LabelCreated(read_label(label)),
        other @ (Fact::LabelVoided(_)
        | Fact::OrderCancelled(_)
        | Fact::OrderUpdated(_)
        | Fact::CarrierScan(_)
        | Fact::ImeiUpdated(_)) => other,
    };
    BusEvent { fact, ..event }
}

/// Steps the events about one order, and says of each what became of it and which doorbells are to be rung.
async fn of_order<P: EventPorts>(
    ports: &P,
    key: OrderKey,
    events: Vec<Placed>,
    batch: &Batch<'_>,
) -> (Vec<Outcome>, Vec<Bell>) {
    match step_order(ports, &key, &events, batch).await {
        Ok(SteppedOrder { delivered }) => {
            let outcomes = events.iter().enumerate().map(|(index, event)| {
                let refusal = delivered.refused.get(index).and_then(Option::as_ref);
                let handled = match (&event.told, refusal) {
                    (Told::Refused(_, fault), _) => Handled::Refused(fault.to_string()),
                    (Told::Event(_), Some(refusal)) => {
                        Handled::Refused(format!("detail.{refusal}"))
                    }
                    (Told::Event(_), None) => Handled::Done,
                };
                Outcome { place: event.place, handled }
            });
            (outcomes.collect(), delivered.bells)
        }
        Err(handled) => {
            let outcomes = events.iter().map(|event| {
                // A label that was refused keeps its own reason. It comes again where only the table failed.
                let handled = match (&event.told, &handled) {
                    (Told::Refused(_, fault), Handled::Refused(_)) => {
                        Handled::Refused(fault.to_string())
                    }
                    (Told::Refused(..) | Told::Event(_), other) => other.clone(),
                };
                Outcome { place: event.place, handled }
            });
            (outcomes.collect(), Vec::new())
        }
    }
}

async fn step_order<P: EventPorts>(
    ports: &P,
    key: &OrderKey,
    events: &[Placed],
    batch: &Batch<'_>,
) -> Result<SteppedOrder, Handled> {
    let writer = batch.writer;
    let known = async || match partner(ports, key).await? {
        Some(partner) => Ok(partner),
        None => Err(without_partner(key, events.len(), batch)),
    };
    let (start, of_days) = if events.iter().any(needs_partner) {
        let partner = known().await?;
        (Start::New(partner.settings.channel()), Some(partner))
    } else {
        // Most orders are known by their label. Only an unknown one needs its partner, to learn the channel.
        match ports.order(key).await.map_err(FlowError::from)? {
            Some(stored) => (Start::At(Box::new(stored)), None),
            None => (Start::New(known().await?.settings.channel()), None),
        }
    };
    let now = ports.now();
    let terms = of_days.as_ref().map(|partner| terms(partner, batch.window_s, now));
    let inputs: Vec<Input> = events
        .iter()
        .filter_map(|placed| input(&placed.told, of_days.as_ref().zip(terms)))
        .collect();
    let delivered = deliver(ports, key, start, &inputs, writer).await?;
    let followed: Vec<&BusEvent> = events
        .iter()
        .enumerate()
        .filter_map(|(index, placed)| match &placed.told {
            Told::Event(event) => delivered.follows(index).then_some(event),
            Told::Refused(..) => None,
        })
        .collect();
    let mut stepped = SteppedOrder { delivered };
    take_over(ports, &followed, &mut stepped, writer).await?;
    if let Some(partner) = &of_days {
        if stepped.delivered.saved {
            note_times(ports, partner, &followed).await?;
        }
        for event in &followed {
            if let Fact::LabelCreated(label) = &event.fact {
                note_unlisted(ports, partner, label).await.map_err(FlowError::from)?;
            }
        }
    }
    let marks = doubled(ports, &stepped.delivered.order, &entered_lines(&followed)).await?;
    stepped.step(ports, marks, writer).await?;
    Ok(stepped)
}

/// Whether an event is read with its partner at hand: a label, which keeps its terms, and what tells a day.
fn needs_partner(placed: &Placed) -> bool {
    match &placed.told {
        Told::Event(event) => match &event.fact {
            Fact::LabelCreated(_) => true,
            Fact::OrderUpdated(update) => tells_day(update),
            Fact::LabelVoided(_)
            | Fact::OrderCancelled(_)
            | Fact::CarrierScan(_)
            | Fact::ImeiUpdated(_) => false,
        },
        Told::Refused(..) => true,
    }
}

/// Notes how many labels of the partner were whole hours off. A usual label changes nothing, and costs nothing.
async fn note_times<P: Clock + LabelTimes>(
    ports: &P,
    partner: &Partner,
    followed: &[&BusEvent],
) -> Result<(), FlowError> {
    let now = ports.now();
    let hours_off = followed.iter().fold(partner.hours_off, |before, event| match &event.fact {
        Fact::LabelCreated(label) => HoursOff::after(before, label.labeled_at, now),
        Fact::LabelVoided(_)
        | Fact::OrderCancelled(_)
        | Fact::OrderUpdated(_)
        | Fact::CarrierScan(_)
        | Fact::ImeiUpdated(_) => before,
    });
    if hours_off != partner.hours_off {
        ports.note_hours_off(partner, hours_off).await?;
    }
    Ok(())
}

impl SteppedOrder {
    /// Steps the order once more, by what follows from its events. Nothing is saved where nothing follows.
    async fn step<P: OrderPorts>(
        &mut self,
        ports: &P,
        inputs: Vec<Input>,
        writer: &Writer,
    ) -> Result<(), FlowError> {
        if inputs.is_empty() {
            return Ok(());
        }
        let (key, start) = (self.delivered.order.key.clone(), self.delivered.next_start());
        let more = deliver(ports, &key, start, &inputs, writer).await?;
        self.delivered.bells.extend(more.bells);
        (self.delivered.order, self.delivered.version) = (more.order, more.version);
        Ok(())
    }
}

/// The lines whose IMEIs or serial numbers these events entered.
fn entered_lines(followed: &[&BusEvent]) -> BTreeSet<ItemId> {
    let line = |event: &&BusEvent| match &event.fact {
        Fact::ImeiUpdated(imei) => Some(imei.item_id.clone()),
        Fact::LabelCreated(_)
        | Fact::LabelVoided(_)
        | Fact::OrderCancelled(_)
        | Fact::OrderUpdated(_)
        | Fact::CarrierScan(_) => None,
    };
    gather(followed.iter().filter_map(line))
}

/// What is told to the order. The partner and the terms of a label are there where an event among them needs them.
fn input(told: &Told, partner: Option<(&Partner, Terms)>) -> Option<Input> {
    let event = match told {
        Told::Event(event) => event,
        Told::Refused(label, _) => return Some(Input::LabelRefused(label.clone())),
    };
    match event.fact.clone() {
        Fact::LabelCreated(label) => {
            let (partner, terms) = partner?;
            let terms = Terms { reckoned: reckoned(&label, partner), ..terms };
            Some(Input::Label { event: in_zone(label, partner), terms, id: event.id.clone() })
        }
        Fact::LabelVoided(void) => Some(Input::Void(void)),
        Fact::OrderCancelled(cancel) => Some(Input::Cancel(cancel)),
        Fact::OrderUpdated(update) => Some(Input::Updated(match partner {
            Some((partner, _)) => update_in_zone(update, partner),
            None => update,
        })),
        Fact::ImeiUpdated(imei) => Some(Input::Imei(imei)),
        Fact::CarrierScan(_) => None,
    }
}

/// What becomes of the events of an order whose partner is not registered.
fn without_partner(key: &OrderKey, events: usize, batch: &Batch<'_>) -> Handled {
    match batch.unknown_partners {
        UnknownPartners::Refuse => Handled::Refused(format!(
            "detail.partner_id: seller {} has no partner {}; allowed: a partner that is registered",
            key.seller, key.partner
        )),
        UnknownPartners::Ignore => {
            batch.ignored.set(batch.ignored.get().saturating_add(events));
            Handled::Done
        }
    }
}

async fn partner<P: Partners>(ports: &P, key: &OrderKey) -> Result<Option<Partner>, Handled> {
    match ports.partner(&key.seller, &key.partner).await {
        Ok(partner) => Ok(partner),
        Err(StoreError::Malformed { why, .. }) => {
            Err(Handled::Refused(format!("detail.partner_id: {why}")))
        }
        Err(error) => Err(FlowError::from(error).into()),
    }
}

fn terms(partner: &Partner, window_s: u32, now: Moment) -> Terms {
    let takes_imeis = |channel: Channel| channel.facts().takes_imeis;
    let missing = if guarded(Guard::PolicyOfSeller) {
        partner.missing_imei
    } else {
        MissingImei::SendWithout
    };
    let imei = takes_imeis(partner.settings.channel()).then_some(ImeiTerms { missing, window_s });
    let is_assigned = partner.timing == Timing::WhenTrackingIsAssigned;
    let send_after = partner.send_after.filter(|_| is_assigned);
    Terms {
        timing: partner.timing,
        imei,
        watch: partner.watch_at(now),
        send_after: send_after.map(|after| sent_after(after, partner, now)),
        reckoned: None,
    }
}

/// An input for each IMEI and serial number of these lines that another order has, too: a person is asked whether that is
/// meant (rule I9).
///
/// One is noted after its list is saved, and is looked for after that. So of two lists that come at the same time the later one
/// sees the other, and after a crash in between the redelivered event does it all again. A list that a newer one has replaced
/// counts no more.
async fn doubled<P: Orders + Devices>(
    ports: &P,
    order: &Order,
    lines: &BTreeSet<ItemId>,
) -> Result<Vec<Input>, FlowError> {
    let mut doubled = Vec::new();
    for item in lines {
        for id in order.entered(item) {
            let noted = ports.note_device(&order.key, &id).await?;
            if let Some(place) = other_order(ports, order, &id, noted).await? {
                doubled.push(Input::Twice { item: item.clone(), id, place: Text::cut(&place) });
            }
        }
    }
    Ok(doubled)
}

/// Another of the orders that an IMEI or a serial number was noted for, and that still has it. Two lines of the order at hand
/// are seen by the order itself (rule I10).
async fn other_order<P: Orders>(
    ports: &P,
    order: &Order,
    id: &DeviceId,
    noted: Vec<OrderKey>,
) -> Result<Option<String>, StoreError> {
    for key in noted.into_iter().filter(|key| *key != order.key) {
        let other = read_other(ports, &key).await?;
        if other.is_some_and(|other| other.has_device(id)) {
            return Ok(Some(format!("order {} of {}", key.order, key.partner)));
        }
    }
    Ok(None)
}

/// Reads another order than the one at hand. An order that this release can never read has nothing to say, and must not
/// stop the one at hand, so it counts as absent.
async fn read_other<P: Orders>(ports: &P, key: &OrderKey) -> Result<Option<Order>, StoreError> {
    match ports.order(key).await {
        Ok(found) => Ok(found.map(|found| found.order)),
        Err(error @ (StoreError::Newer { .. } | StoreError::Malformed { .. })) => {
            tracing::error!(order = %key, %error, "another order that was to be compared cannot be read");
            Ok(None)
        }
        Err(error @ (StoreError::Passing { .. } | StoreError::Refused { .. })) => Err(error),
    }
}

/// Adds the order to the tracking number of each label it has taken, and takes over the movements that are known of the
/// number: those noted there, and those of the other orders that have it.
///
/// A scan and its label may race. The order is added after it is saved, so whichever of the two comes second sees the
/// first.
async fn take_over<P: OrderPorts + Trackings>(
    ports: &P,
    followed: &[&BusEvent],
    stepped: &mut SteppedOrder,
    writer: &Writer,
) -> Result<(), FlowError> {
    let labels = followed.iter().filter_map(|event| match &event.fact {
        Fact::LabelCreated(label) if label.kind == LabelKind::Outbound => Some(label),
        Fact::LabelCreated(_)
        | Fact::LabelVoided(_)
        | Fact::OrderCancelled(_)
        | Fact::OrderUpdated(_)
        | Fact::CarrierScan(_)
        | Fact::ImeiUpdated(_) => None,
    });
    for label in labels {
        for number in label.keys() {
            let key = &stepped.delivered.order.key;
            let input = match ports.add_to_tracking(key, &number).await {
                Ok(tracking) => {
                    let movements = known_movements(ports, key, tracking).await?;
                    if movements.is_empty() || !guarded(Guard::ScanBeforeLabel) {
                        continue;
                    }
                    Input::Moved { number, movements }
                }
                // Its package is there, and a person must look: no scan of this number will reach it (rule N5).
                Err(AddError::Full { number }) => {
                    Input::Overused { package: label.package_id.clone(), number }
                }
                Err(AddError::Store(error)) => return Err(error.into()),
            };
            stepped.step(ports, vec![input], writer).await?;
        }
    }
    Ok(())
}

/// The movements of a number that are noted, or that other orders than this one have.
async fn known_movements<P: Orders>(
    ports: &P,
    key: &OrderKey,
    tracking: Tracking,
) -> Result<Vec<Movement>, StoreError> {
    let mut movements = tracking.movements;
    let others = tracking
        .orders
        .into_iter()
        .map(|(partner, order)| OrderKey { seller: key.seller.clone(), partner, order })
        .filter(|other| other != key)
        .map(|other| async move { read_other(ports, &other).await });
    let others: Vec<_> = stream::iter(others).buffered(ORDERS_AT_ONCE).try_collect().await?;
    for other in others.into_iter().flatten() {
        movements.extend(other.movements_of(&tracking.number).cloned());
    }
    Ok(movements)
}
