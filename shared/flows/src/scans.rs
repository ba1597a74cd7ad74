//! `CarrierScan`: an event about a tracking number, which may belong to several orders, or to none yet.

use crate::deliver::{FlowError, Start, deliver};
use crate::events::WIDTH;
use crate::in_time::{NOT_DONE, Time, Width, each_in_time, has_time};
use crate::numbers::keys_of_scan;
use crate::ports::{Bell, MovementDays, ScanPorts, StoreError, Trackings};
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

/// The most orders of a number whose scan is handled beside the scans of others. Those of a number with more would hold up every
/// scan of the batch, so such a number waits until the others are done, and then is handled by itself (rule N5).
const ORDERS_BESIDE_MAX: usize = 50;

/// How often the orders of a number are looked at. A label or another scan that was faster makes another look necessary.
const RACES_MAX: usize = 8;

/// After how long a movement has been saved by the function that received it, if it ever will be. Source: the timeout of the
/// event functions in the template, 30 seconds, and how far two clocks may be apart.
const SAVED_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// A tracking number of a seller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Number {
    seller: SellerId,
    key: NumberKey,
}

/// Numbers with their movements, and how they are handled.
struct Numbers {
    movements: BTreeMap<Number, Vec<Movement>>,
    width: Width,
    beside: Beside,
}

/// The invocation that handles a batch, and the time it has for that.
struct Run<'a> {
    time: Time,
    invocation: &'a Invocation,
}

/// Movements of a number, and when the orders of the number were read.
#[derive(Clone, Copy)]
struct News<'a> {
    movements: &'a [Movement],
    read_at: Moment,
}

/// Beside whom a number is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beside {
    /// Other numbers of the batch.
    Others,
    /// Nobody.
    Nobody,
}

/// How far a number was handled.
enum Handling {
    /// To its end.
    Ended,
    /// Not at all: it has too many orders to be handled beside others.
    TooWide,
}

/// What became of a number.
enum NumberEnd {
    /// It was handled. Has the reason where its scans must be received again.
    Handled(Option<String>),
    /// It has too many orders to be handled beside others. Has its movements.
    TooWide(Vec<Movement>),
}

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
                for key in keys_of_scan(&scan.tracking_number) {
                    let number = Number { seller: scan.seller_id.clone(), key };
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
    let beside = if numbers.len() > 1 { Beside::Others } else { Beside::Nobody };
    let run = Run { time: Time::until(invocation.deadline), invocation };
    let all = Numbers { movements: numbers, width: WIDTH, beside };
    let wide = handle_numbers(ports, all, &run, &mut left).await;
    let wide = Numbers { movements: wide, width: ONE_BY_ONE, beside: Beside::Nobody };
    handle_numbers(ports, wide, &run, &mut left).await;
    for (number, reason) in left {
        for place in places.get(&number).into_iter().flatten() {
            if let Some(slot) = handled.get_mut(*place) {
                *slot = Handled::Retry(reason.clone());
            }
        }
    }
    handled
}

/// How numbers with many orders are handled.
const ONE_BY_ONE: Width = Width { at_once: 1, rung_together: 1 };

/// Handles numbers as long as there is time, and takes out of `left` those whose scans are done. Returns those that have too many
/// orders to be handled beside others.
async fn handle_numbers<P: ScanPorts>(
    ports: &P,
    Numbers { movements, width, beside }: Numbers,
    run: &Run<'_>,
    left: &mut BTreeMap<Number, String>,
) -> BTreeMap<Number, Vec<Movement>> {
    let work = |(number, movements): (Number, Vec<Movement>)| async {
        let (bells, end) = of_number(ports, &number, movements, beside, run.invocation).await;
        ((number, end), bells)
    };
    let worked = each_in_time(ports, &run.time, (movements, width), work).await;
    let mut rung_by: BTreeMap<OrderKey, Number> = BTreeMap::new();
    let mut wide = BTreeMap::new();
    for ((number, end), keys) in worked.done {
        rung_by.extend(keys.into_iter().map(|key| (key, number.clone())));
        match end {
            NumberEnd::Handled(None) => drop(left.remove(&number)),
            NumberEnd::Handled(Some(reason)) => drop(left.insert(number, reason)),
            NumberEnd::TooWide(movements) => drop(wide.insert(number, movements)),
        }
    }
    for key in worked.unrung {
        if let Some(number) = rung_by.get(&key) {
            left.insert(number.clone(), format!("the doorbell of order {key} was not rung"));
        }
    }
    wide
}

fn scan(event: BusEvent) -> Result<(Scanned, EventId), Fault> {
    match event.fact {
        Fact::CarrierScan(scan) => Ok((scan, event.id)),
        Fact::LabelCreated(_)
        | Fact::LabelVoided(_)
        | Fact::OrderCancelled(_)
        | Fact::OrderUpdated(_)
        | Fact::ImeiUpdated(_) => Err(misplaced(event.fact.kind(), EventKind::CarrierScan)),
    }
}

/// Steps every order of the number. If there is none, the movements are noted for the label to come. An order that cannot be
/// stepped holds up no other: the others are rung for, and the failure is returned as well.
async fn of_number<P: ScanPorts>(
    ports: &P,
    number: &Number,
    movements: Vec<Movement>,
    beside: Beside,
    invocation: &Invocation,
) -> (Vec<Bell>, NumberEnd) {
    let mut done = Done { beside, orders: BTreeSet::new(), bells: Vec::new(), failure: None };
    let ended = step_all_of(ports, number, &movements, invocation, &mut done).await;
    let end = match ended {
        Ok(Handling::TooWide) => NumberEnd::TooWide(movements),
        Ok(Handling::Ended) => NumberEnd::Handled(done.failure),
        Err(error) => NumberEnd::Handled(Some(error.to_string())),
    };
    (done.bells, end)
}

/// What was done for a number so far, and beside whom.
struct Done {
    beside: Beside,
    orders: BTreeSet<OrderKey>,
    bells: Vec<Bell>,
    failure: Option<String>,
}

async fn step_all_of<P: ScanPorts>(
    ports: &P,
    number: &Number,
    movements: &[Movement],
    invocation: &Invocation,
    done: &mut Done,
) -> Result<Handling, FlowError> {
    for _ in 0..RACES_MAX {
        let read_at = ports.now();
        let Number { seller, key } = number;
        let tracking = ports.tracking(seller, key).await?;
        let tracking = tracking.unwrap_or_else(|| Tracking::new(seller.clone(), key.clone()));
        if tracking.orders.is_empty() {
            // On a bus that others share most scans are of sellers that nobody registered (rule M3).
            if !ports.has_partner(seller).await? || note(ports, &tracking, movements).await? {
                return Ok(Handling::Ended);
            }
            continue;
        }
        if done.beside == Beside::Others && tracking.orders.len() > ORDERS_BESIDE_MAX {
            return Ok(Handling::TooWide);
        }
        // A label that came meanwhile may have read the orders before this scan reached them, so look again: this scan,
        // or another that saved the movement and died. Where each of the orders showed movement before the number was
        // read, the label saw that, and a repeated scan, the most common event, costs two reads.
        let news = News { movements, read_at };
        let is_news = step_those(ports, &tracking, news, invocation, done).await;
        if !is_news || !guarded(Guard::ScanLooksAgain) {
            return Ok(Handling::Ended);
        }
    }
    Err(FlowError::Store(StoreError::passing(format!(
        "tracking number {} keeps changing",
        number.key
    ))))
}

/// Steps the orders of a number that were not stepped yet, several at a time and each only if there is time for it. Answers
/// whether one of them learned something.
async fn step_those<P: ScanPorts>(
    ports: &P,
    tracking: &Tracking,
    News { movements, read_at }: News<'_>,
    Invocation { writer, deadline }: &Invocation,
    done: &mut Done,
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
    let mut moved: BTreeSet<PartnerId> = BTreeSet::new();
    for result in stepped {
        match result {
            Ok(Some(delivered)) => {
                let order = &delivered.order;
                if delivered.saved {
                    moved.insert(order.key.partner.clone());
                }
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
    for partner in moved {
        note_moved_on(ports, &tracking.seller, &partner, read_at).await;
    }
    is_news
}

/// Notes with a partner that its parcels move (rule S4). That is no reason to have a scan received again: the next one notes it.
async fn note_moved_on<P: MovementDays>(
    ports: &P,
    seller: &SellerId,
    partner: &PartnerId,
    now: Moment,
) {
    if let Err(error) = ports.note_moved_on(seller, partner, now.day()).await {
        tracing::warn!(%seller, %partner, %error, "a movement could not be noted with its partner");
    }
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
