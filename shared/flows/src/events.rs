//! The events about one order: `LabelCreated`, `LabelVoided`, `OrderCancelled` and `ImeiUpdated`. All records of a batch
//! that are about the same order are stepped together.

use crate::deliver::{Delivered, FlowError, Start, Writer, deliver};
use crate::in_time::{NOT_DONE, Time, Width, each_in_time};
use crate::numbers::read_label;
use crate::ports::{
    AddError, Bell, Clock, EventPorts, Imeis, LabelTimes, OrderPorts, Orders, Partners, StoreError,
    Trackings,
};
use crate::scans::ORDERS_AT_ONCE;
use crate::unlisted::note_unlisted;
use crate::zones::in_zone;
use crate::{Handled, Invocation, Record, misplaced};
use domain::guard::{Guard, guarded};
use domain::{
    BusEvent, Channel, EventKind, Fact, Fault, HoursOff, Imei, ImeiTerms, Input, ItemId, LabelKind,
    MissingImei, Movement, Order, OrderKey, Partner, Terms, Text, Tracking,
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::collections::{BTreeMap, BTreeSet};

/// How many orders are worked on at a time, and for how many that are done is rung together. The latter are three full
/// batches of messages, if each order has one doorbell.
pub(super) const WIDTH: Width = Width { at_once: 16, rung_together: 30 };

/// An event, and the place of its record in the batch.
struct PlacedEvent {
    place: usize,
    event: BusEvent,
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
}

/// Handles a batch, and says of each record what became of it.
pub async fn handle_events<P: EventPorts>(
    ports: &P,
    records: Vec<Record>,
    function: EventFunction,
    Invocation { writer, deadline }: &Invocation,
) -> Vec<Handled> {
    let mut handled = vec![Handled::Done; records.len()];
    let mut orders: BTreeMap<OrderKey, Vec<PlacedEvent>> = BTreeMap::new();
    for (place, record) in records.into_iter().enumerate() {
        match record.and_then(|event| keyed(event, function.kind)) {
            Ok((key, event)) => orders.entry(key).or_default().push(PlacedEvent { place, event }),
            Err(fault) => set(&mut handled, place, Handled::Refused(fault.to_string())),
        }
    }
    let window_s = function.imei_window_minutes.unwrap_or_default().saturating_mul(60);
    let places: BTreeMap<OrderKey, Vec<usize>> = orders
        .iter()
        .map(|(key, events)| (key.clone(), events.iter().map(|event| event.place).collect()))
        .collect();
    // The records of an order that is not reached in time are received again.
    for place in places.values().flatten() {
        set(&mut handled, *place, Handled::Retry(NOT_DONE.to_owned()));
    }
    let work = |(key, events)| of_order(ports, key, events, window_s, writer);
    let worked = each_in_time(ports, &Time::until(*deadline), (orders, WIDTH), work).await;
    for outcome in worked.done.into_iter().flat_map(|(outcomes, _)| outcomes) {
        set(&mut handled, outcome.place, outcome.handled);
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

fn keyed(event: BusEvent, only: EventKind) -> Result<(OrderKey, BusEvent), Fault> {
    match event.fact.order_key() {
        Some(key) if event.fact.kind() == only => Ok((key, with_label_read(event))),
        Some(_) | None => Err(misplaced(event.fact.kind(), only)),
    }
}

/// The event with what its label's number and words stand for. That is found out once, before anything else is done with it.
fn with_label_read(event: BusEvent) -> BusEvent {
    let fact = match event.fact {
        Fact::LabelCreated(label) => Fact::LabelCreated(read_label(label)),
        other @ (Fact::LabelVoided(_)
        | Fact::OrderCancelled(_)
        | Fact::CarrierScan(_)
        | Fact::ImeiUpdated(_)) => other,
    };
    BusEvent { fact, ..event }
}

/// Steps the events about one order, and says of each what became of it and which doorbells are to be rung.
async fn of_order<P: EventPorts>(
    ports: &P,
    key: OrderKey,
    events: Vec<PlacedEvent>,
    window_s: u32,
    writer: &Writer,
) -> (Vec<Outcome>, Vec<Bell>) {
    let places = events.iter().map(|event| event.place);
    match step_order(ports, &key, &events, window_s, writer).await {
        Ok(SteppedOrder { delivered }) => {
            let outcomes = places.enumerate().map(|(index, place)| {
                let handled = match delivered.refused.get(index).and_then(Option::as_ref) {
                    Some(refusal) => Handled::Refused(format!("detail.{refusal}")),
                    None => Handled::Done,
                };
                Outcome { place, handled }
            });
            (outcomes.collect(), delivered.bells)
        }
        Err(handled) => {
            let outcomes = places.map(|place| Outcome { place, handled: handled.clone() });
            (outcomes.collect(), Vec::new())
        }
    }
}

async fn step_order<P: EventPorts>(
    ports: &P,
    key: &OrderKey,
    events: &[PlacedEvent],
    window_s: u32,
    writer: &Writer,
) -> Result<SteppedOrder, Handled> {
    let is_label = |placed: &PlacedEvent| matches!(placed.event.fact, Fact::LabelCreated(_));
    let (start, of_labels) = if events.iter().any(is_label) {
        let partner = partner(ports, key).await?;
        (Start::New(partner.settings.channel()), Some(partner))
    } else {
        // Most orders are known by their label. Only an unknown one needs its partner, to learn the channel.
        match ports.order(key).await.map_err(FlowError::from)? {
            Some(stored) => (Start::At(Box::new(stored)), None),
            None => (Start::New(partner(ports, key).await?.settings.channel()), None),
        }
    };
    let terms = of_labels.as_ref().map(|partner| terms(partner, window_s));
    let inputs: Vec<Input> = events
        .iter()
        .filter_map(|placed| input(&placed.event, of_labels.as_ref().zip(terms)))
        .collect();
    let delivered = deliver(ports, key, start, &inputs, writer).await?;
    let followed: Vec<&PlacedEvent> = events
        .iter()
        .enumerate()
        .filter_map(|(index, placed)| delivered.follows(index).then_some(placed))
        .collect();
    let mut stepped = SteppedOrder { delivered };
    take_over(ports, &followed, &mut stepped, writer).await?;
    if let Some(partner) = &of_labels {
        if stepped.delivered.saved {
            note_times(ports, partner, &followed).await?;
        }
        for placed in &followed {
            if let Fact::LabelCreated(label) = &placed.event.fact {
                note_unlisted(ports, partner, label).await.map_err(FlowError::from)?;
            }
        }
    }
    let marks = doubled_imeis(ports, &stepped.delivered.order, &entered_lines(&followed)).await?;
    stepped.step(ports, marks, writer).await?;
    Ok(stepped)
}

/// Notes how many labels of the partner were whole hours off. A usual label changes nothing, and costs nothing.
async fn note_times<P: Clock + LabelTimes>(
    ports: &P,
    partner: &Partner,
    followed: &[&PlacedEvent],
) -> Result<(), FlowError> {
    let now = ports.now();
    let hours_off =
        followed.iter().fold(partner.hours_off, |before, placed| match &placed.event.fact {
            Fact::LabelCreated(label) => HoursOff::after(before, label.labeled_at, now),
            Fact::LabelVoided(_)
            | Fact::OrderCancelled(_)
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

/// The lines whose IMEIs these events entered.
fn entered_lines(followed: &[&PlacedEvent]) -> BTreeSet<ItemId> {
    let line = |placed: &&PlacedEvent| match &placed.event.fact {
        Fact::ImeiUpdated(imei) => Some(imei.item_id.clone()),
        Fact::LabelCreated(_)
        | Fact::LabelVoided(_)
        | Fact::OrderCancelled(_)
        | Fact::CarrierScan(_) => None,
    };
    followed.iter().filter_map(line).collect()
}

/// What the event says to the order. The partner and the terms of a label are there where a label is among the events.
fn input(event: &BusEvent, of_label: Option<(&Partner, Terms)>) -> Option<Input> {
    match event.fact.clone() {
        Fact::LabelCreated(label) => {
            let (partner, terms) = of_label?;
            Some(Input::Label { event: in_zone(label, partner), terms, id: event.id.clone() })
        }
        Fact::LabelVoided(void) => Some(Input::Void(void)),
        Fact::OrderCancelled(cancel) => Some(Input::Cancel(cancel)),
        Fact::ImeiUpdated(imei) => Some(Input::Imei(imei)),
        Fact::CarrierScan(_) => None,
    }
}

async fn partner<P: Partners>(ports: &P, key: &OrderKey) -> Result<Partner, Handled> {
    match ports.partner(&key.seller, &key.partner).await {
        Ok(Some(partner)) => Ok(partner),
        Ok(None) => Err(Handled::Refused(format!(
            "detail.partner_id: seller {} has no partner {}; allowed: a partner that is registered",
            key.seller, key.partner
        ))),
        Err(StoreError::Malformed { why, .. }) => {
            Err(Handled::Refused(format!("detail.partner_id: {why}")))
        }
        Err(error) => Err(FlowError::from(error).into()),
    }
}

fn terms(partner: &Partner, window_s: u32) -> Terms {
    let takes_imeis = |channel: Channel| channel.facts().takes_imeis;
    let missing = if guarded(Guard::PolicyOfSeller) {
        partner.missing_imei
    } else {
        MissingImei::SendWithout
    };
    let imei = takes_imeis(partner.settings.channel()).then_some(ImeiTerms { missing, window_s });
    Terms { timing: partner.timing, imei }
}

/// An input for each IMEI of these lines that another line has, too: a person is asked whether that is meant (rule I9).
///
/// An IMEI is noted after its list is saved, and is looked for after that. So of two lists that come at the same time the
/// later one sees the other, and after a crash in between the redelivered event does it all again. A list that a newer one
/// has replaced counts no more.
async fn doubled_imeis<P: Orders + Imeis>(
    ports: &P,
    order: &Order,
    lines: &BTreeSet<ItemId>,
) -> Result<Vec<Input>, FlowError> {
    let mut doubled = Vec::new();
    for item in lines {
        for imei in order.imeis.get(item).into_iter().flat_map(|list| &list.imeis) {
            let noted = ports.note_imei(&order.key, imei).await?;
            if let Some(place) = other_place(ports, order, item, imei, noted).await? {
                let (item, imei) = (item.clone(), imei.clone());
                doubled.push(Input::Twice { item, imei, place: Text::cut(&place) });
            }
        }
    }
    Ok(doubled)
}

/// Where else an IMEI is entered: at another line of the order, or else at another of the orders it was noted for.
async fn other_place<P: Orders>(
    ports: &P,
    order: &Order,
    item: &ItemId,
    imei: &Imei,
    noted: Vec<OrderKey>,
) -> Result<Option<String>, StoreError> {
    if let Some(other) = order.line_with(imei, Some(item)) {
        return Ok(Some(format!("line {other} of the same order")));
    }
    for key in noted.into_iter().filter(|key| *key != order.key) {
        let other = read_other(ports, &key).await?;
        if other.is_some_and(|other| other.line_with(imei, None).is_some()) {
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
    followed: &[&PlacedEvent],
    stepped: &mut SteppedOrder,
    writer: &Writer,
) -> Result<(), FlowError> {
    let labels = followed.iter().filter_map(|PlacedEvent { event, .. }| match &event.fact {
        Fact::LabelCreated(label) if label.kind == LabelKind::Outbound => Some(label),
        Fact::LabelCreated(_)
        | Fact::LabelVoided(_)
        | Fact::OrderCancelled(_)
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
