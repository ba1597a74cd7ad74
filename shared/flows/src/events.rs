//! `LabelCreated`, `LabelVoided`, `OrderCancelled`, `ImeiUpdated`: events about one order. The records of one order in
//! a batch are stepped together.

use crate::deliver::{Delivered, FlowError, Start, Writer, deliver};
use crate::in_time::{NOT_DONE, Time, Width, each_in_time};
use crate::ports::{
    AddError, Bell, EventPorts, Imeis, OrderPorts, Orders, Partners, StoreError, Stored, Trackings,
};
use crate::{Handled, Invocation, Record, misplaced};
use domain::guard::{Guard, guarded};
use domain::{
    BusEvent, Channel, EventKind, Fact, Fault, ImeiTerms, Input, ItemId, LabelCreated, MissingImei,
    Order, OrderKey, Partner, Terms, Text, Tracking,
};
use std::collections::{BTreeMap, BTreeSet};

/// What became of an order's records, by their places in the batch, and the doorbells to ring.
type OfOrder = (Vec<(usize, Handled)>, Vec<Bell>);

/// Orders that are worked on at a time, and rung for together: three full batches of messages, if each has one doorbell.
pub(super) const WIDTH: Width = Width { at_once: 16, rung_together: 30 };

/// A record's place in its batch, and what it says.
type Told = (usize, BusEvent);

/// Which function for events about orders it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventFunction {
    /// The one kind of event it handles.
    pub kind: EventKind,
    /// How long after a label its IMEIs may come; only the function for labels knows.
    pub imei_window_minutes: Option<u32>,
}

/// Handles a batch: for each record, what became of it.
pub async fn handle_events<P: EventPorts>(
    ports: &P,
    records: Vec<Record>,
    function: EventFunction,
    Invocation { writer, deadline }: &Invocation,
) -> Vec<Handled> {
    let mut handled = vec![Handled::Done; records.len()];
    let mut orders: BTreeMap<OrderKey, Vec<Told>> = BTreeMap::new();
    for (place, record) in records.into_iter().enumerate() {
        match record.and_then(|event| keyed(event, function.kind)) {
            Ok((key, event)) => orders.entry(key).or_default().push((place, event)),
            Err(fault) => set(&mut handled, place, Handled::Refused(fault.to_string())),
        }
    }
    let window_s = function.imei_window_minutes.unwrap_or_default().saturating_mul(60);
    let places: BTreeMap<OrderKey, Vec<usize>> = orders
        .iter()
        .map(|(key, told)| (key.clone(), told.iter().map(|(place, _)| *place).collect()))
        .collect();
    // Until an order is dealt with, each of its records is to be received again.
    for place in places.values().flatten() {
        set(&mut handled, *place, Handled::Retry(NOT_DONE.to_owned()));
    }
    let work = |(key, told)| of_order(ports, key, told, window_s, writer);
    let worked = each_in_time(ports, &Time::until(*deadline), (orders, WIDTH), work).await;
    for (place, outcome) in worked.done.into_iter().flat_map(|(outcomes, _)| outcomes) {
        set(&mut handled, place, outcome);
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
        Some(key) if event.fact.kind() == only => Ok((key, event)),
        Some(_) | None => Err(misplaced(event.fact.kind(), only)),
    }
}

/// One order's records: what became of each, and the doorbells to ring.
async fn of_order<P: EventPorts>(
    ports: &P,
    key: OrderKey,
    told: Vec<Told>,
    window_s: u32,
    writer: &Writer,
) -> OfOrder {
    match try_order(ports, &key, &told, window_s, writer).await {
        Ok((delivered, by_label)) => {
            let refusal = |index: usize| delivered.refused.get(index).cloned().flatten();
            let outcomes = told.iter().enumerate().map(|(index, (place, _))| {
                let outcome = match (refusal(index), by_label.get(place)) {
                    (Some(refusal), _) => Handled::Refused(format!("detail.{refusal}")),
                    (None, Some(reason)) => Handled::Refused(reason.clone()),
                    (None, None) => Handled::Done,
                };
                (*place, outcome)
            });
            (outcomes.collect(), delivered.bells)
        }
        Err(outcome) => {
            (told.iter().map(|(place, _)| (*place, outcome.clone())).collect(), Vec::new())
        }
    }
}

async fn try_order<P: EventPorts>(
    ports: &P,
    key: &OrderKey,
    told: &[Told],
    window_s: u32,
    writer: &Writer,
) -> Result<(Delivered, BTreeMap<usize, String>), Handled> {
    let has_label = told.iter().any(|(_, event)| matches!(event.fact, Fact::LabelCreated(_)));
    let (start, terms) = if has_label {
        let partner = partner(ports, key).await?;
        (Start::New(partner.settings.channel()), Some(terms(&partner, window_s)))
    } else {
        // Most orders are known by their label; only an unknown one needs its partner, to learn the channel.
        match ports.order(key).await.map_err(FlowError::from)? {
            Some(stored) => (Start::At(Box::new(stored)), None),
            None => (Start::New(partner(ports, key).await?.settings.channel()), None),
        }
    };
    let inputs: Vec<Input> = told.iter().filter_map(|(_, event)| input(event, terms)).collect();
    let mut delivered = deliver(ports, key, start, &inputs, writer).await?;
    let mut refused = BTreeMap::new();
    for (index, (place, event)) in told.iter().enumerate() {
        let is_taken = delivered.refused.get(index).is_none_or(Option::is_none);
        if let Fact::LabelCreated(label) = &event.fact
            && is_taken
        {
            match take_over(ports, key, label, delivered.stored.clone(), writer).await {
                Ok(Some(more)) => {
                    delivered.bells.extend(more.bells);
                    delivered.stored = more.stored;
                }
                Ok(None) => {}
                Err(AddError::Full { number }) => {
                    refused.insert(*place, format!("detail.{}", AddError::Full { number }));
                }
                Err(AddError::Store(error)) => return Err(FlowError::from(error).into()),
            }
        }
    }
    for line in entered(told, &delivered) {
        if let Some(more) = noticed(ports, &delivered.stored, &line, writer).await? {
            delivered.bells.extend(more.bells);
            delivered.stored = more.stored;
        }
    }
    Ok((delivered, refused))
}

/// Lines whose IMEIs came.
fn entered(told: &[Told], delivered: &Delivered) -> BTreeSet<ItemId> {
    let is_taken = |index: usize| delivered.refused.get(index).is_none_or(Option::is_none);
    let line = |(index, (_, event)): (usize, &Told)| {
        let Fact::ImeiUpdated(imei) = &event.fact else { return None };
        is_taken(index).then(|| imei.item_id.clone())
    };
    told.iter().enumerate().filter_map(line).collect()
}

/// `terms` are there where a label is among the events: nothing else asks for them.
fn input(event: &BusEvent, terms: Option<Terms>) -> Option<Input> {
    match event.fact.clone() {
        Fact::LabelCreated(label) => {
            Some(Input::Label { event: label, terms: terms?, id: event.id.clone() })
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

/// One phone for two lines: a person would be asked whether it is meant, and an event is marked (rule I9). It is noted after
/// its list is saved, and looked for after that: of two that come at the same time the later one sees the other, and what
/// dies between is told again. A list that another has taken the place of says nothing any more.
async fn noticed<P: OrderPorts + Imeis>(
    ports: &P,
    stored: &Stored,
    line: &ItemId,
    writer: &Writer,
) -> Result<Option<Delivered>, FlowError> {
    let order = &stored.order;
    let mut found = Vec::new();
    for imei in order.imeis.get(line).into_iter().flat_map(|list| &list.imeis) {
        let noted = ports.note_imei(&order.key, imei).await?;
        let mut place = order
            .line_with(imei, Some(line))
            .map(|other| format!("line {other} of the same order"));
        for key in noted.into_iter().filter(|key| *key != order.key) {
            if place.is_some() {
                break;
            }
            let has_it = |other: Order| other.line_with(imei, None).is_some();
            if read(ports, &key).await?.is_some_and(has_it) {
                place = Some(format!("order {} of {}", key.order, key.partner));
            }
        }
        if let Some(place) = place {
            let (item, imei, place) = (line.clone(), imei.clone(), Text::cut(&place));
            found.push(Input::Twice { item, imei, place });
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    let start = Start::At(Box::new(stored.clone()));
    deliver(ports, &order.key, start, &found, writer).await.map(Some)
}

/// Another order. One that this function cannot read, and never will, has nothing to tell, and must not stop who asks.
async fn read<P: Orders>(ports: &P, key: &OrderKey) -> Result<Option<Order>, StoreError> {
    match ports.order(key).await {
        Ok(found) => Ok(found.map(|found| found.order)),
        Err(error @ (StoreError::Newer { .. } | StoreError::Malformed { .. })) => {
            tracing::error!(order = %key, %error, "an order beside this one cannot be read");
            Ok(None)
        }
        Err(error @ StoreError::Unavailable(_)) => Err(error),
    }
}

/// A scan and its label may race: the label adds its order to the tracking number after it is saved, and takes over
/// the movements noted there and those of the other orders that have the number. Whoever comes second sees the first.
async fn take_over<P: OrderPorts + Trackings>(
    ports: &P,
    key: &OrderKey,
    label: &LabelCreated,
    stored: Stored,
    writer: &Writer,
) -> Result<Option<Delivered>, AddError> {
    let number = &label.tracking_number;
    let tracking: Tracking = ports.add_to_tracking(key, number).await?;
    let mut movements = tracking.movements;
    for (partner, order) in &tracking.orders {
        let other =
            OrderKey { seller: key.seller.clone(), partner: partner.clone(), order: order.clone() };
        if other == *key {
            continue;
        }
        let other = read(ports, &other).await?;
        movements.extend(other.iter().flat_map(|other| other.movements_of(number).cloned()));
    }
    if movements.is_empty() || !guarded(Guard::ScanBeforeLabel) {
        return Ok(None);
    }
    let moved = Input::Moved { tracking: number.clone(), movements };
    match deliver(ports, key, Start::At(Box::new(stored)), &[moved], writer).await {
        Ok(delivered) => Ok(Some(delivered)),
        Err(FlowError::Store(error)) => Err(error.into()),
        Err(error @ (FlowError::Races(_) | FlowError::Absent(_))) => {
            Err(StoreError::Unavailable(error.to_string()).into())
        }
    }
}
