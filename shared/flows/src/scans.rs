//! `CarrierScan`: an event about a tracking number, which may belong to several orders, or to none yet.

use crate::deliver::{FlowError, Start, deliver};
use crate::events::WIDTH;
use crate::in_time::{NOT_DONE, Time, each_in_time, has_time};
use crate::numbers::keys_of_scan;
use crate::ports::{Bell, OrderPorts, ScanPorts, StoreError, Trackings};
use crate::{Handled, Invocation, Record, misplaced};
use domain::guard::{Guard, guarded};
use domain::{
    BusEvent, CarrierScan, EventId, EventKind, Fact, Fault, Input, Moment, Movement, NumberKey,
    OrderId, OrderKey, PartnerId, Scanned, SellerId, Tracking, gather,
};
use futures_util::{StreamExt as _, stream};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};

/// How many orders of one number are stepped at a time.
pub(crate) const ORDERS_AT_ONCE: usize = 16;

/// How often the orders of a number are looked at. A label or another scan that was faster makes another look necessary.
const RACES_MAX: usize = 8;

/// After how long a movement has been saved by the function that received it, if it ever will be. Source: the timeout of the
/// event functions in the template, 30 seconds, and how far two clocks may be apart.
const SAVED_AFTER: SignedDuration = SignedDuration::from_mins(1);

type Number = (SellerId, NumberKey);

/// Handles a batch, and says of each record what became of it.
pub async fn handle_scans<P: ScanPorts>(
    ports: &P,
    records: Vec<Record>,
    invocation: &Invocation,
) -> Vec<Handled> {
    let now = ports.now();
    let mut handled: Vec<Handled> = Vec::with_capacity(records.len());
    let mut numbers: BTreeMap<Number, Vec<Movement>> = BTreeMap::new();
    let mut places: BTreeMap<Number, Vec<usize>> = BTreeMap::new();
    for (place, record) in records.into_iter().enumerate() {
        handled.push(match record.map_err(|unread| unread.fault).and_then(scan) {
            // What is not movement decides nothing (rule M2).
            Ok((Scanned::Nothing, _)) => Handled::Done,
            Ok((Scanned::Movement(scan), event)) => {
                let CarrierScan { status, occurred_at, location, .. } = scan;
                let movement = Movement { occurred_at, status, received_at: now, event, location };
                for number in keys_of_scan(&scan.tracking_number) {
                    let number = (scan.seller_id.clone(), number);
                    numbers.entry(number.clone()).or_default().push(movement.clone());
                    places.entry(number).or_default().push(place);
                }
                Handled::Done
            }
            Err(fault) => Handled::Refused(fault.to_string()),
        });
    }
    // The scans of a number that is not reached in time are received again.
    let mut left: BTreeMap<Number, String> =
        gather(places.keys().map(|number| (number.clone(), NOT_DONE.to_owned())));
    let work = |(number, movements): (Number, Vec<Movement>)| async {
        let (bells, failure) = of_number(ports, &number, movements, invocation).await;
        ((number, failure), bells)
    };
    let worked =
        each_in_time(ports, &Time::until(invocation.deadline), (numbers, WIDTH), work).await;
    let mut rung_by: BTreeMap<OrderKey, Number> = BTreeMap::new();
    for ((number, failure), keys) in worked.done {
        left.remove(&number);
        rung_by.extend(keys.into_iter().map(|key| (key, number.clone())));
        if let Some(error) = failure {
            left.insert(number, error);
        }
    }
    for key in worked.unrung {
        if let Some(number) = rung_by.get(&key) {
            left.insert(number.clone(), format!("the doorbell of order {key} was not rung"));
        }
    }
    for (number, reason) in left {
        for place in places.get(&number).into_iter().flatten() {
            if let Some(slot) = handled.get_mut(*place) {
                *slot = Handled::Retry(reason.clone());
            }
        }
    }
    handled
}

fn scan(event: BusEvent) -> Result<(Scanned, EventId), Fault> {
    match event.fact {
        Fact::CarrierScan(scan) => Ok((scan, event.id)),
        Fact::LabelCreated(_)
        | Fact::LabelVoided(_)
        | Fact::OrderCancelled(_)
        | Fact::ImeiUpdated(_) => Err(misplaced(event.fact.kind(), EventKind::CarrierScan)),
    }
}

/// Steps every order of the number. If there is none, the movements are noted for the label to come. An order that cannot be
/// stepped holds up no other: the others are rung for, and the failure is returned as well.
async fn of_number<P: ScanPorts>(
    ports: &P,
    number: &Number,
    movements: Vec<Movement>,
    invocation: &Invocation,
) -> (Vec<Bell>, Option<String>) {
    let mut done = Done::default();
    let ended = step_all_of(ports, number, &movements, (invocation, &mut done)).await;
    (done.bells, ended.err().map(|error| error.to_string()).or(done.failure))
}

/// What was done for a number so far.
#[derive(Default)]
struct Done {
    orders: BTreeSet<OrderKey>,
    bells: Vec<Bell>,
    failure: Option<String>,
}

async fn step_all_of<P: ScanPorts>(
    ports: &P,
    number: &Number,
    movements: &[Movement],
    (invocation, done): (&Invocation, &mut Done),
) -> Result<(), FlowError> {
    for _ in 0..RACES_MAX {
        let read_at = ports.now();
        let tracking = ports
            .tracking(&number.0, &number.1)
            .await?
            .unwrap_or_else(|| Tracking::new(number.0.clone(), number.1.clone()));
        if tracking.orders.is_empty() {
            if note(ports, &tracking, movements).await? {
                return Ok(());
            }
            continue;
        }
        // A label that came meanwhile may have read the orders before this scan reached them, so look again: this scan,
        // or another that saved the movement and died. Where each of the orders showed movement before the number was
        // read, the label saw that, and a repeated scan, the most common event, costs two reads.
        let is_news = step_those(ports, &tracking, (movements, read_at), (invocation, done)).await;
        if !is_news || !guarded(Guard::ScanLooksAgain) {
            return Ok(());
        }
    }
    Err(FlowError::Store(StoreError::passing(format!(
        "tracking number {} keeps changing",
        number.1
    ))))
}

/// Steps the orders of a number that were not stepped yet, several at a time and each only if there is time for it. Answers
/// whether one of them learned something.
async fn step_those<P: OrderPorts>(
    ports: &P,
    tracking: &Tracking,
    (movements, read_at): (&[Movement], Moment),
    (Invocation { writer, deadline }, done): (&Invocation, &mut Done),
) -> bool {
    let key = |(partner, order): &(PartnerId, OrderId)| OrderKey {
        seller: tracking.seller.clone(),
        partner: partner.clone(),
        order: order.clone(),
    };
    let keys: Vec<OrderKey> =
        tracking.orders.iter().map(key).filter(|key| !done.orders.contains(key)).collect();
    done.orders.extend(keys.iter().cloned());
    let moved = &Input::Moved { number: tracking.number.clone(), movements: movements.to_vec() };
    let steps = keys.into_iter().map(|key| async move {
        if !has_time(ports.now(), *deadline) {
            return Err(NOT_DONE.to_owned());
        }
        match deliver(ports, &key, Start::Load, std::slice::from_ref(moved), writer).await {
            Ok(delivered) => Ok(Some(delivered)),
            // Its lifetime is over; the number's is not yet.
            Err(FlowError::Absent(_)) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    });
    let stepped: Vec<_> = stream::iter(steps).buffer_unordered(ORDERS_AT_ONCE).collect().await;
    let mut is_news = false;
    for result in stepped {
        match result {
            Ok(Some(delivered)) => {
                let order = &delivered.order;
                let was_saved =
                    |movement: &Movement| movement.received_at.plus(SAVED_AFTER) <= read_at;
                is_news |= delivered.saved || !order.movements_of(&tracking.number).any(was_saved);
                done.bells.extend(delivered.bells);
            }
            Ok(None) => {}
            Err(reason) => {
                done.failure.get_or_insert(reason);
            }
        }
    }
    is_news
}

/// Notes movements at a number that no order has. Returns whether they are noted; if not, the number has changed.
async fn note<P: Trackings>(
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
