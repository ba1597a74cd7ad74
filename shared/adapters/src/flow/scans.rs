//! `CarrierScan`: an event about a tracking number, which may belong to several orders, or to none yet.

use super::deliver::{FlowError, Start, Writer, deliver, ring_all};
use super::{Handled, misplaced};
use crate::ports::{Bell, Ports, StoreError};
use domain::planted::{self, Bug};
use domain::{
    BusEvent, Fact, Input, Movement, OrderKey, SellerId, Tracking, TrackingNumber, Unacceptable,
};
use futures_util::{StreamExt as _, stream};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};

/// Tracking numbers of a batch that are worked on at a time.
const CONCURRENT: usize = 16;

/// How often a note that lost its race against a label, or another scan, is tried again.
const RACES_MAX: usize = 8;

/// A movement received so long ago is saved, if ever, by whoever received it. Source: the event functions' timeout in the
/// template, 30 seconds, and how far two clocks are apart.
const SAVED_AFTER: SignedDuration = SignedDuration::from_mins(1);

type Number = (SellerId, TrackingNumber);

/// Handles a batch: for each body, what became of it.
pub async fn handle_scans<P: Ports>(ports: &P, bodies: &[String], writer: &Writer) -> Vec<Handled> {
    let now = ports.now();
    let mut handled: Vec<Handled> = Vec::with_capacity(bodies.len());
    let mut numbers: BTreeMap<Number, Vec<Movement>> = BTreeMap::new();
    let mut places: BTreeMap<Number, Vec<usize>> = BTreeMap::new();
    for (place, body) in bodies.iter().enumerate() {
        handled.push(match BusEvent::parse(body, now).and_then(scan) {
            // What is not movement decides nothing (rule M2).
            Ok((_, status, _)) if !status.is_movement() => Handled::Done,
            Ok((number, status, (occurred_at, event))) => {
                let movement = Movement { occurred_at, status, received_at: now, event };
                numbers.entry(number.clone()).or_default().push(movement);
                places.entry(number).or_default().push(place);
                Handled::Done
            }
            Err(error) => Handled::Refused(error.to_string()),
        });
    }
    let results: Vec<(Number, Result<Vec<Bell>, FlowError>)> = stream::iter(numbers)
        .map(|(number, movements)| async {
            let bells = of_number(ports, &number, movements, writer).await;
            (number, bells)
        })
        .buffer_unordered(CONCURRENT)
        .collect()
        .await;
    let mut failed: Vec<(Number, String)> = Vec::new();
    let mut bells = Vec::new();
    let mut rung_by: BTreeMap<OrderKey, Number> = BTreeMap::new();
    for (number, result) in results {
        match result {
            Ok(rings) => {
                rung_by.extend(rings.iter().map(|bell| (bell.key.clone(), number.clone())));
                bells.extend(rings);
            }
            Err(error) => failed.push((number, error.to_string())),
        }
    }
    for key in ring_all(ports, bells).await {
        if let Some(number) = rung_by.get(&key) {
            failed.push((number.clone(), format!("the doorbell of order {key} was not rung")));
        }
    }
    for (number, reason) in failed {
        for place in places.get(&number).into_iter().flatten() {
            if let Some(slot) = handled.get_mut(*place) {
                *slot = Handled::Retry(reason.clone());
            }
        }
    }
    handled
}

type Scan = (Number, domain::CarrierStatus, (domain::Moment, domain::EventId));

fn scan(event: BusEvent) -> Result<Scan, Unacceptable> {
    match event.fact {
        Fact::CarrierScan(scan) => {
            Ok(((scan.seller_id, scan.tracking_number), scan.status, (scan.occurred_at, event.id)))
        }
        Fact::LabelCreated(_)
        | Fact::LabelVoided(_)
        | Fact::OrderCancelled(_)
        | Fact::ImeiUpdated(_) => Err(misplaced(event.fact.name(), &["CarrierScan"])),
    }
}

/// Steps every order of the number; where there is none, notes the movements for the label to come.
async fn of_number<P: Ports>(
    ports: &P,
    number: &Number,
    movements: Vec<Movement>,
    writer: &Writer,
) -> Result<Vec<Bell>, FlowError> {
    let (mut bells, mut done) = (Vec::new(), BTreeSet::new());
    for _ in 0..RACES_MAX {
        let read_at = ports.now();
        let tracking = ports
            .tracking(&number.0, &number.1)
            .await?
            .unwrap_or_else(|| Tracking::new(number.0.clone(), number.1.clone()));
        if tracking.orders.is_empty() {
            if note(ports, &tracking, &movements).await? {
                return Ok(bells);
            }
            continue;
        }
        let mut is_news = false;
        for (partner, order) in &tracking.orders {
            let key = OrderKey {
                seller: number.0.clone(),
                partner: partner.clone(),
                order: order.clone(),
            };
            if done.insert(key.clone()) {
                let moved =
                    Input::Moved { tracking: number.1.clone(), movements: movements.clone() };
                match deliver(ports, &key, Start::Load, &[moved], writer).await {
                    Ok(delivered) => {
                        let order = &delivered.stored.order;
                        let was_saved =
                            |movement: &Movement| movement.received_at.plus(SAVED_AFTER) <= read_at;
                        is_news |= delivered.saved || !order.movements_of(&number.1).any(was_saved);
                        bells.extend(delivered.bells);
                    }
                    // Its lifetime is over; the number's is not yet.
                    Err(FlowError::Absent(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        // A label that came meanwhile may have read the orders before this scan reached them, so look again: this scan,
        // or another that saved the movement and died. Where each of the orders showed movement before the number was
        // read, the label saw that, and a repeated scan, the most common event, costs two reads.
        if !is_news || planted::is(Bug::RaceOfScanAndLabel) {
            return Ok(bells);
        }
    }
    Err(FlowError::Store(StoreError::Unavailable(format!(
        "tracking number {} keeps changing",
        number.1
    ))))
}

/// Whether nothing more is to be done.
async fn note<P: Ports>(
    ports: &P,
    tracking: &Tracking,
    movements: &[Movement],
) -> Result<bool, StoreError> {
    let mut noted = tracking.clone();
    for movement in movements {
        if let Some(more) = noted.noted(movement) {
            noted.movements = more;
        }
    }
    if noted.movements == tracking.movements {
        return Ok(true);
    }
    ports.note_movements(tracking, &noted.movements).await
}
