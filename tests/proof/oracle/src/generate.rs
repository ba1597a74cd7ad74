//! Inputs at random: mostly what may follow from where the order stands, so that sequences get far; else anything, also
//! what no sender would ever say. Few names, few times: collisions are common.

use crate::act::{
    Act, Aim, End, Failure, Fence, Found, Made, Ms, NO_IMEIS, SCANS, Scan, Seal, Shown, Shows,
    Under,
};
use crate::model::Order;
use crate::play::{Step, Wait};
use crate::spans::{DAY, HOUR, MINUTE, SECOND};
use crate::stand::{Class, Parcel};
use crate::themes::doubting;
use domain::{Action, MissingImei, Timing};
use fastrand::Rng;

/// What a sequence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// One or two packages, few labels.
    Usual,
    /// Several phones, their IMEIs known: each is registered by a request of its own.
    Phones,
    /// One package, whose outcome is unknown again and again: repeats over a day and longer.
    Doubts,
    /// Very many of everything: the limits of an order.
    Crowded,
}

/// One of these.
pub(crate) fn one<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(0..of.len())]
}

pub(crate) fn chance(rng: &mut Rng, in_hundred: u8) -> bool {
    rng.u8(0..100) < in_hundred
}

/// What happens next.
pub fn step(rng: &mut Rng, order: &Order, theme: Theme) -> Step {
    let wait = match theme {
        Theme::Doubts if chance(rng, 70) => Wait::Limit { nth: 0, offset: 0 },
        _ => wait(rng),
    };
    let act = match theme {
        Theme::Doubts => doubting(rng, order),
        Theme::Crowded if chance(rng, 90) => crowd(rng),
        _ if order.parcels.is_empty() && chance(rng, 70) => label(rng, order),
        Theme::Phones if chance(rng, 80) => likely(rng, order),
        _ if chance(rng, 65) => likely(rng, order),
        _ => any(rng, order),
    };
    // A bus that is away is away for a while.
    let lost = if order.untold.is_empty() { 5 } else { 60 };
    Step { wait, act, lost: chance(rng, lost) }
}

fn wait(rng: &mut Rng) -> Wait {
    match rng.u8(0..100) {
        0..30 => Wait::By(0),
        30..60 => Wait::Limit { nth: rng.u8(0..3), offset: one(rng, &[-1, 0, 0, 0, 1]) },
        60..95 => {
            let spans = [1, SECOND, 5 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE];
            Wait::By(one(rng, &spans))
        }
        _ => Wait::By(one(rng, &[45 * MINUTE, HOUR, 12 * HOUR, DAY, 7 * DAY])),
    }
}

fn package(rng: &mut Rng) -> usize {
    one(rng, &[0, 0, 0, 0, 1, 1, 2])
}

fn label(rng: &mut Rng, order: &Order) -> Act {
    let times = [0, 0, 0, 30 * SECOND, 10 * MINUTE, HOUR, DAY, DAY + MINUTE, -HOUR, 2 * DAY];
    let made = Made {
        package: package(rng),
        id: one(rng, &[0, 0, 0, 1, 1, 2]),
        at: one(rng, &times),
        number: one(rng, &[0, 0, 0, 1, 1, 2]),
        carrier: one(rng, &[0, 0, 0, 1]),
        basket: if order.place().takes_imeis {
            one(rng, &[0, 1, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8])
        } else {
            one(rng, &[0, 0, 0, 1, 2, 7, 8])
        },
        url: one(rng, &[0, 0, 0, 1]),
    };
    let under = Under {
        timing: match rng.u8(0..10) {
            0..4 => Timing::WhenTrackingShowsMovement,
            4..9 => Timing::WhenTrackingIsAssigned,
            _ => Timing::Never,
        },
        missing: one(rng, &MissingImei::ALL),
        window_s: one(rng, &[3_600, 3_600, 3_600, 60, 1]),
        imei: order.place().takes_imeis || chance(rng, 30),
    };
    Act::Label { made, under, event: rng.usize(0..3) }
}

/// At most as many scans of one number as an order keeps: which are kept of more is no rule.
fn scans(rng: &mut Rng, order: &Order, number: usize) -> Act {
    if order.facts.scans(number) + SCANS > domain::MOVEMENTS_MAX {
        return Act::Tick;
    }

    let times =
        [10 * SECOND, 10 * SECOND, 20 * SECOND, HOUR, DAY, -DAY, -DAY - 1, -DAY + 30 * SECOND];
    let scan = |rng: &mut Rng| Scan {
        at: one(rng, &times),
        status: if chance(rng, 80) { one(rng, &[1, 5]) } else { rng.usize(0..13) },
        event: rng.usize(0..3),
    };
    let first = scan(rng);
    let second = chance(rng, 20).then(|| scan(rng));
    Act::Moved { number, scans: [Some(first), second] }
}

fn imeis(rng: &mut Rng) -> Act {
    if chance(rng, 10) {
        // A place is a name of ours, and has no IMEI in it.
        let [item, imei] = [one(rng, &[0, 0, 0, 1, 1, 2]), one(rng, &[0, 0, 1, 2])];
        return Act::Twice { item, imei, place: rng.usize(0..2) };
    }
    Act::Imei {
        item: one(rng, &[0, 0, 0, 1, 1, 2]),
        list: one(rng, &[0b001, 0b001, 0b010, 0b100, 0b011, 0b000]),
        at: one(rng, &[0, 1, 2]),
        author: rng.usize(0..3),
    }
}

/// An event about the order.
fn fact(rng: &mut Rng, order: &Order) -> Act {
    match rng.u8(0..20) {
        0..7 => label(rng, order),
        7..9 => Act::Void { package: package(rng), label: rng.usize(0..3) },
        9 => Act::Cancel { at: rng.i64(0..3) },
        10..16 => {
            let number = one(rng, &[0, 0, 0, 1, 1, 2]);
            scans(rng, order, number)
        }
        _ if order.place().takes_imeis || chance(rng, 20) => imeis(rng),
        _ => Act::Tick,
    }
}

fn failure(rng: &mut Rng) -> Failure {
    let after = [
        None,
        None,
        None,
        Some(1),
        Some(MINUTE),
        Some(1_000 * SECOND),
        Some(12 * HOUR),
        Some(DAY),
        Some(0),
        Some(-MINUTE),
    ];
    Failure { words: rng.usize(0..3), after: one(rng, &after) }
}

pub(crate) fn shown(rng: &mut Rng) -> Shown {
    if chance(rng, 30) {
        return NO_IMEIS;
    }
    let shows = [None, Some(Shows::Ours), Some(Shows::Another)];
    [one(rng, &shows), one(rng, &shows), one(rng, &shows)]
}

pub(crate) fn end(rng: &mut Rng) -> End {
    let words = rng.usize(0..3);
    match rng.u8(0..10) {
        0..2 => End::Accepted { shown: shown(rng) },
        2..5 => End::NotApplied(failure(rng)),
        5 => End::Refused { words },
        6 => End::AlreadyShipped { words },
        _ => End::Unknown(failure(rng)),
    }
}

fn found(rng: &mut Rng) -> Found {
    let words = rng.usize(0..3);
    match rng.u8(0..16) {
        0 => Found::Ours { shown: shown(rng) },
        1 if chance(rng, 60) => Found::Other { words },
        // Few, and never one with an IMEI in it: the same is to be found again.
        1 => Found::Former { words: words % 2 },
        2 => Found::Untold { words },
        3..5 => Found::Unreadable(failure(rng)),
        _ => Found::Absent,
    }
}

fn seal(rng: &mut Rng, order: &Order) -> Seal {
    let deduped = if order.place().can_be_asked { 0 } else { 70 };
    Seal {
        reference: chance(rng, 20),
        hash: one(rng, &[0, 0, 0, 0, 0, 1]),
        deduped: chance(rng, deduped),
    }
}

fn claim(rng: &mut Rng, order: &Order, aim: Aim) -> Act {
    Act::Claim {
        aim,
        never: chance(rng, 4),
        never_until: if chance(rng, 6) {
            Some(one(rng, &[-1, 0, SECOND, HOUR, DAY]))
        } else {
            None
        },
        lease: one(rng, &[65 * SECOND, 65 * SECOND, 65 * SECOND, 0, HOUR]),
        seal: seal(rng, order),
    }
}

fn read(rng: &mut Rng, aim: Aim, fence: Fence) -> Act {
    Act::Probe {
        aim,
        fence,
        found: found(rng),
        hash: one(rng, &[Some(0), Some(0), Some(0), Some(1), None]),
        // A read that took long is recorded long after it was asked; a clock may even have gone back since.
        ago: one(rng, &[0, 0, 0, 0, SECOND, 14 * SECOND, -SECOND]),
    }
}

/// What may well follow from where one of the packages stands.
pub(crate) fn likely(rng: &mut Rng, order: &Order) -> Act {
    if order.parcels.is_empty() {
        return fact(rng, order);
    }
    let parcel = &order.parcels[rng.usize(0..order.parcels.len())];
    if !parcel.lines.is_empty() && chance(rng, 70) {
        let line = &parcel.lines[rng.usize(0..parcel.lines.len())];
        return of_class(rng, order, (parcel, line.class()), Aim::Line(parcel.id, line.item));
    }
    of_class(rng, order, (parcel, parcel.class()), Aim::Package(parcel.id))
}

fn of_class(rng: &mut Rng, order: &Order, (parcel, class): (&Parcel, Class), aim: Aim) -> Act {
    match class {
        Class::WaitingMovement | Class::WithheldNever if chance(rng, 60) => {
            let number = order.facts.label(parcel.id).map_or(0, |label| label.made.number);
            scans(rng, order, number)
        }
        Class::WaitingImeis | Class::HeldImeis if chance(rng, 50) => imeis(rng),
        // What a person said of a former number is asked for once it shows again.
        Class::Ready | Class::Again if parcel.former.is_some() && chance(rng, 30) => {
            let number = order.facts.label(parcel.id).map_or(0, |label| label.made.number);
            let found = Found::Former { words: rng.usize(0..2) };
            Act::Preflight { package: parcel.id, number, found }
        }
        Class::InDoubt if parcel.former.is_some() && chance(rng, 50) => {
            let found = Found::Former { words: rng.usize(0..2) };
            Act::Probe { aim, fence: Fence::Current, found, hash: Some(0), ago: 0 }
        }
        Class::Ready | Class::Again | Class::LinePending if chance(rng, 80) => {
            match rng.u8(0..20) {
                0 => Act::Postpone { aim, failure: failure(rng) },
                1 => before_claim(rng, order, parcel.id),
                2 => Act::Wait { aim, span: span(rng) },
                _ => claim(rng, order, aim),
            }
        }
        Class::Sending | Class::LineSending if chance(rng, 80) => {
            Act::Outcome { aim, fence: Fence::Current, end: end(rng) }
        }
        Class::InDoubt | Class::LineInDoubt if chance(rng, 80) => match rng.u8(0..20) {
            0 => Act::Park { aim },
            1 => Act::Wait { aim, span: span(rng) },
            _ => read(rng, aim, Fence::Current),
        },
        Class::Rejected
        | Class::Conflict
        | Class::Unresolved
        | Class::WithheldOne
        | Class::WithheldNever
            if chance(rng, 50) =>
        {
            Act::Operator { package: parcel.id, action: one(rng, &Action::ALL) }
        }
        _ => fact(rng, order),
    }
}

fn span(rng: &mut Rng) -> Ms {
    one(rng, &[SECOND, MINUTE, 20 * MINUTE, 2 * HOUR, 0, -MINUTE])
}

fn before_claim(rng: &mut Rng, order: &Order, package: usize) -> Act {
    let current = order.facts.label(package).map_or(0, |label| label.made.number);
    let number = if chance(rng, 80) { current } else { rng.usize(0..3) };
    Act::Preflight { package, number, found: found(rng) }
}

fn aim(rng: &mut Rng) -> Aim {
    if chance(rng, 65) {
        Aim::Package(package(rng))
    } else {
        Aim::Line(one(rng, &[0, 0, 1]), rng.usize(0..3))
    }
}

fn fence(rng: &mut Rng) -> Fence {
    if chance(rng, 80) { Fence::Current } else { Fence::Exactly(rng.u32(0..4)) }
}

/// Anything a sender may say of a line, wherever it stands.
fn of_some_line(rng: &mut Rng, order: &Order) -> Act {
    let parcel = &order.parcels[rng.usize(0..order.parcels.len())];
    let item = match parcel.lines.len() {
        0 => 0,
        many => parcel.lines[rng.usize(0..many)].item,
    };
    let aim = Aim::Line(parcel.id, item);
    match rng.u8(0..6) {
        0 => Act::Park { aim },
        1 => Act::Wait { aim, span: span(rng) },
        2 => Act::Postpone { aim, failure: failure(rng) },
        3 => Act::Outcome { aim, fence: fence(rng), end: end(rng) },
        4 => {
            let fence = fence(rng);
            read(rng, aim, fence)
        }
        _ => claim(rng, order, aim),
    }
}

/// Anything.
fn any(rng: &mut Rng, order: &Order) -> Act {
    let aim = aim(rng);
    match rng.u8(0..30) {
        0..6 => fact(rng, order),
        7 if !order.parcels.is_empty() => of_some_line(rng, order),
        6..8 => Act::Tick,
        8 => before_claim(rng, order, aim.package()),
        9..12 => claim(rng, order, aim),
        12 => Act::Postpone { aim, failure: failure(rng) },
        13 => Act::Wait { aim, span: span(rng) },
        14 => Act::Park { aim },
        15..18 => Act::Outcome { aim, fence: fence(rng), end: end(rng) },
        18..21 => {
            let fence = fence(rng);
            read(rng, aim, fence)
        }
        21 => Act::Cancel { at: rng.i64(0..3) },
        _ => Act::Operator { package: aim.package(), action: one(rng, &Action::ALL) },
    }
}

/// A label like any other, but for its package, id and number.
const fn plain(package: usize, id: usize, number: usize) -> Act {
    Act::Label {
        made: Made { package, id, at: 0, number, carrier: 0, basket: 0, url: 0 },
        under: Under {
            timing: Timing::WhenTrackingShowsMovement,
            missing: MissingImei::SendWithout,
            window_s: 3_600,
            imei: true,
        },
        event: 0,
    }
}

/// Ever more packages, labels and lines.
fn crowd(rng: &mut Rng) -> Act {
    let many = crate::names::MANY;
    match rng.u8(0..6) {
        0 => plain(rng.usize(0..60), 0, rng.usize(0..60)),
        1 => Act::Void { package: 0, label: rng.usize(0..60) },
        2 => plain(0, rng.usize(0..60), rng.usize(0..60)),
        _ => Act::Imei { item: rng.usize(0..many), list: 1, at: 0, author: 0 },
    }
}
