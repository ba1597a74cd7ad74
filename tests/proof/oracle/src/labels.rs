//! Random labels: what is told of them, again and otherwise, and what a person says of them.

use crate::facts::{Entered, KeptLabel};
use crate::generator::{chance, likely, package, pick};
use crate::inputs::{Action, Input, LabelDetails, Ms, Remaining, Terms, Watch};
use crate::names::{
    CODED, DEVICES, FURTHER, LARGE, LONG_AUTHOR, MANY, PHONES, PIECES, SERIALS, TWIN,
};
use crate::order::Order;
use crate::spans::{DAY, HOUR, MINUTE, SECOND};
use domain::{MissingImei, Timing};
use fastrand::Rng;

/// How many events tell of labels.
const EVENTS: usize = 6;

/// One of the few numbers.
pub(crate) fn any_number(rng: &mut Rng) -> usize {
    pick(rng, &[0, 0, 0, 0, 1, 1, 1, 2, 2, TWIN])
}

/// A label: one that is new, or another telling of one that is known.
pub(crate) fn label(rng: &mut Rng, order: &Order) -> Input {
    let terms = Terms {
        timing: match rng.u8(0..10) {
            0..4 => Timing::WhenTrackingShowsMovement,
            4..9 => Timing::WhenTrackingIsAssigned,
            _ => Timing::Never,
        },
        missing: pick(rng, &MissingImei::ALL),
        window_s: pick(rng, &[3_600, 3_600, 3_600, 60, 1]),
        imei: order.marketplace().takes_imeis || chance(rng, 30),
        watch: watch(rng),
    };
    let package = package(rng);
    let known: Vec<LabelDetails> =
        order.facts.kept_of(package).map(|kept| kept.telling.details).collect();
    let fresh = fresh(rng, order, package);
    let details = if known.is_empty() || chance(rng, 60) {
        fresh
    } else {
        let former = known[rng.usize(0..known.len())];
        retold(rng, former, fresh)
    };
    Input::Label { details, terms, event: rng.usize(0..EVENTS) }
}

/// What is told of a label, and when it may go. Half of the labels are not watched at all, so that other things happen.
fn watch(rng: &mut Rng) -> Watch {
    if chance(rng, 50) {
        return Watch::OFF;
    }
    let moments = [SECOND, HOUR, HOUR, DAY, 2 * DAY, -HOUR];
    Watch {
        warn_hours: pick(rng, &[None, Some(1), Some(4), Some(4), Some(72)]),
        silent_hours: pick(rng, &[None, Some(6), Some(6), Some(96), Some(240)]),
        is_fed: chance(rng, 70),
        send_after: chance(rng, 25).then(|| pick(rng, &moments)),
        sends: chance(rng, 60),
        or_after_hours: pick(rng, &[None, None, Some(1), Some(1), Some(6), Some(240)]),
        reckoned: chance(rng, 20).then(|| any_ship_by(rng)),
    }
}

/// A ship-by: mostly near, also over, and on both sides of the 60 days after a label.
pub(crate) fn any_ship_by(rng: &mut Rng) -> Ms {
    let near = [HOUR, 4 * HOUR, 5 * HOUR, DAY, 3 * DAY, 4 * DAY, 8 * DAY];
    let others = [-HOUR, 0, 60 * DAY, 60 * DAY + 1, 60 * DAY + HOUR, 61 * DAY];
    if chance(rng, 70) { pick(rng, &near) } else { pick(rng, &others) }
}

fn fresh(rng: &mut Rng, order: &Order, package: usize) -> LabelDetails {
    let times = [0, 0, 0, 30 * SECOND, 10 * MINUTE, HOUR, DAY, DAY + MINUTE, -HOUR, 2 * DAY];
    LabelDetails {
        package,
        id: pick(rng, &[0, 0, 0, 1, 1, 2]),
        at: pick(rng, &times),
        updated_at: if chance(rng, 15) { Some(pick(rng, &times)) } else { None },
        number: any_number(rng),
        further: if chance(rng, 25) { rng.usize(0..FURTHER) } else { 0 },
        carrier: pick(rng, &[0, 0, 0, 0, 1, 2, 3]),
        service: pick(rng, &[0, 0, 0, 1]),
        basket: if order.marketplace().takes_imeis {
            match rng.u8(0..10) {
                0..6 => pick(rng, &[0, 1, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8]),
                6..9 => rng.usize(DEVICES),
                _ => rng.usize(0..LARGE),
            }
        } else {
            match rng.u8(0..10) {
                0..5 => pick(rng, &[0, 0, 0, 1, 2, 7, 8, 9]),
                5..8 => rng.usize(PIECES),
                8 => rng.usize(CODED),
                _ => rng.usize(0..LARGE),
            }
        },
        supply: if chance(rng, 10) { rng.usize(0..3) } else { 0 },
        url: pick(rng, &[0, 0, 0, 1]),
        ship_by: chance(rng, 40).then(|| any_ship_by(rng)),
        ships_on: if chance(rng, 15) {
            Some(pick(rng, &[30 * SECOND, HOUR, HOUR, DAY, 2 * DAY, -HOUR]))
        } else {
            None
        },
    }
}

/// Another telling of a label, at its place, before it or after it.
fn retold(rng: &mut Rng, former: LabelDetails, other: LabelDetails) -> LabelDetails {
    let mut told = former;
    told.updated_at = match rng.u8(0..10) {
        0..5 => former.updated_at,
        5 => Some(former.at),
        6..9 => Some(former.place() + pick(rng, &[SECOND, MINUTE, DAY])),
        _ => Some(former.place() - SECOND),
    };
    for _ in 0..rng.u8(1..3) {
        match rng.u8(0..9) {
            0 | 1 => told.number = other.number,
            2 => told.further = other.further,
            3 => told.carrier = other.carrier,
            4 => told.service = other.service,
            5 => told.basket = other.basket,
            6 if chance(rng, 50) => told.ship_by = other.ship_by,
            6 => (told.url, told.ships_on) = (other.url, other.ships_on),
            7 => told.supply = rng.usize(0..3),
            _ => told.at = other.at,
        }
    }
    told
}

/// A person's word which label is right: mostly one that is kept.
pub(crate) fn any_choice(rng: &mut Rng, order: &Order, package: usize) -> Action {
    let kept: Vec<_> = order.facts.kept_of(package).flat_map(KeptLabel::tellings).collect();
    if kept.is_empty() || chance(rng, 15) {
        return Action::UseLabel { label: rng.usize(0..3), event: rng.usize(0..EVENTS) };
    }
    let telling = kept[rng.usize(0..kept.len())];
    Action::UseLabel { label: telling.details.id, event: telling.event }
}

/// A plain label of a package, with an id and a number.
const fn plain_label(package: usize, id: usize, number: usize) -> Input {
    Input::Label {
        details: LabelDetails {
            package,
            id,
            at: 0,
            updated_at: None,
            number,
            further: 0,
            carrier: 0,
            service: 0,
            basket: 0,
            url: 0,
            ship_by: None,
            ships_on: None,
            supply: 0,
        },
        terms: Terms {
            timing: Timing::WhenTrackingShowsMovement,
            missing: MissingImei::SendWithout,
            window_s: 3_600,
            imei: true,
            watch: Watch::OFF,
        },
        event: 0,
    }
}

/// How many inputs fill an order with labels, before lists are entered.
const FILLING: usize = 70;

/// Labels of so many lines with long names that the order is full of them, then lists of every line (rule L14).
pub(crate) fn large(rng: &mut Rng, order: &Order, index: usize) -> Input {
    let entered: Vec<usize> = order.facts.items_entered(Entered::Imeis).collect();
    let item = (0..99).find(|item| !entered.contains(item)).unwrap_or(99);
    match rng.u8(0..20) {
        0 => Input::Return { package: rng.usize(0..50), label: rng.usize(0..4) },
        1 => {
            let line = Remaining { item: rng.usize(0..MANY), pieces: rng.u32(0..2) };
            Input::CancelLines { lines: [Some(line), None] }
        }
        2..17 if index > FILLING && order.marketplace().takes_imeis => Input::Imei {
            item,
            imeis: Some(rng.usize(0..PHONES.len())),
            serials: Some(rng.usize(0..SERIALS.len())),
            at: rng.i64(0..3),
            author: LONG_AUTHOR,
        },
        2..19 => {
            let Input::Label { details, terms, .. } =
                plain_label(rng.usize(0..50), rng.usize(0..4), rng.usize(0..60))
            else {
                return Input::Tick;
            };
            // Once no label of a hundred lines is taken, those of a few fill what is left.
            let is_full = !order.facts.refused().is_empty();
            let basket = LARGE + usize::from(is_full && !chance(rng, 10));
            let updated_at = if chance(rng, 30) { Some(rng.i64(0..3)) } else { None };
            let details = LabelDetails { updated_at, basket, ..details };
            Input::Label { details, terms, event: rng.usize(0..MANY) }
        }
        _ => likely(rng, order),
    }
}

/// Mostly the next one of many, so that a limit is passed soon.
fn next(rng: &mut Rng, known: usize) -> usize {
    if chance(rng, 90) { known.min(MANY - 1) } else { rng.usize(0..60) }
}

/// More packages, labels and lines than an order takes.
pub(crate) fn crowd(rng: &mut Rng, order: &Order) -> Input {
    let many = MANY;
    match rng.u8(0..7) {
        6 => {
            let package = if chance(rng, 50) { Some(rng.usize(0..3)) } else { None };
            Input::LabelRefused { event: rng.usize(0..many), package }
        }
        0 => plain_label(next(rng, order.parcels.len()), 0, rng.usize(0..60)),
        1 => Input::Void { package: 0, label: next(rng, order.facts.voids_of(0).count()) },
        2 => plain_label(0, next(rng, order.facts.kept_of(0).count()), rng.usize(0..60)),
        _ => Input::Imei {
            item: next(rng, order.facts.items_entered(Entered::Imeis).count()),
            imeis: Some(1),
            serials: None,
            at: 0,
            author: 0,
        },
    }
}
