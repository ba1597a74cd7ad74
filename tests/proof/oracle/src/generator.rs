//! Random inputs. Most of them may follow from the order's state, so that sequences get far; the others are anything, also
//! what no sender would ever say. Names and times are few, so that collisions are common.

use crate::inputs::{
    Action, DeviceName, Failure, Fence, Input, Ms, NO_IMEIS, Outcome, Reading, Remaining, SCANS,
    Scan, Seal, ShownImei, ShownImeis, Target,
};
use crate::labels::{any_choice, any_number, any_ship_by, crowd, label, large};
use crate::look_inputs::{any_order_shown, any_parking, any_restore, any_set, look};
use crate::names::{self, key};
use crate::order::Order;
use crate::sequences::{Step, Wait};
use crate::spans::{DAY, HOUR, MINUTE, SECOND};
use crate::states::{Parcel, StateKind};
use crate::themes::doubting;
use domain::Resolution;
use fastrand::Rng;

/// The theme of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// One or two packages, few labels.
    Usual,
    /// Several phones whose IMEIs are known: each is registered by a request of its own.
    Phones,
    /// One package, whose outcome is unknown again and again: repeats over a day and longer.
    Doubts,
    /// Very many of everything: the limits of an order.
    Crowded,
    /// Labels of very many lines with long names: the limit of its size.
    Large,
}

/// One of these values, at random.
pub(crate) fn pick<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(0..of.len())]
}

pub(crate) fn chance(rng: &mut Rng, in_hundred: u8) -> bool {
    rng.u8(0..100) < in_hundred
}

/// A random step, the one after `index` others.
pub fn step(rng: &mut Rng, order: &Order, theme: Theme, index: usize) -> Step {
    let wait = match theme {
        Theme::Doubts if chance(rng, 70) => Wait::Limit { nth: 0, offset: 0 },
        _ => wait(rng),
    };
    let input = match theme {
        Theme::Doubts => doubting(rng, order),
        Theme::Crowded if chance(rng, 90) => crowd(rng, order),
        Theme::Large => large(rng, order, index),
        _ if order.parcels.is_empty() && chance(rng, 70) => label(rng, order),
        Theme::Phones if chance(rng, 80) => likely(rng, order),
        _ if chance(rng, 65) => likely(rng, order),
        _ => any(rng, order),
    };
    // A bus that takes no notice takes none for a while.
    let lost = if order.unpublished.is_empty() { 5 } else { 60 };
    Step { wait, input, lost: chance(rng, lost) }
}

fn wait(rng: &mut Rng) -> Wait {
    match rng.u8(0..100) {
        0..30 => Wait::By(0),
        30..60 => Wait::Limit { nth: rng.u8(0..3), offset: pick(rng, &[-1, 0, 0, 0, 1]) },
        60..95 => {
            let spans = [1, SECOND, 5 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE];
            Wait::By(pick(rng, &spans))
        }
        _ => Wait::By(pick(rng, &[45 * MINUTE, HOUR, 12 * HOUR, DAY, 7 * DAY])),
    }
}

pub(crate) fn package(rng: &mut Rng) -> usize {
    pick(rng, &[0, 0, 0, 0, 1, 1, 2])
}

/// Scans of a number, but no more than an order keeps: no rule says which scans are kept of more.
fn scans(rng: &mut Rng, order: &Order, number: usize) -> Input {
    if order.facts.scans(key(number)) + SCANS > domain::MOVEMENTS_MAX {
        return Input::Tick;
    }

    let times =
        [10 * SECOND, 10 * SECOND, 20 * SECOND, HOUR, DAY, -DAY, -DAY - 1, -DAY + 30 * SECOND];
    // Around the most that a number may have moved before its label.
    let early = [-2 * DAY, -14 * DAY, -14 * DAY - 1, -14 * DAY + HOUR];
    let scan = |rng: &mut Rng| Scan {
        at: if chance(rng, 85) { pick(rng, &times) } else { pick(rng, &early) },
        status: if chance(rng, 80) { pick(rng, &[1, 5]) } else { rng.usize(0..13) },
        event: rng.usize(0..3),
    };
    let first = scan(rng);
    let second = chance(rng, 20).then(|| scan(rng));
    Input::Moved { number, scans: [Some(first), second] }
}

fn imeis(rng: &mut Rng) -> Input {
    let item = pick(rng, &[0, 0, 0, 1, 1, 2]);
    if chance(rng, 10) {
        let device = if chance(rng, 70) {
            DeviceName::Imei(rng.usize(0..4))
        } else {
            DeviceName::Serial(rng.usize(0..3))
        };
        // The other place is a name of ours, so it has no IMEI in it.
        return Input::Twice { item, device, place: rng.usize(0..2) };
    }
    let is_plain = chance(rng, 50);
    let imeis =
        if is_plain { pick(rng, &[1, 1, 2, 3, 0]) } else { rng.usize(0..names::PHONES.len()) };
    let serials = rng.usize(0..names::SERIALS.len());
    let (imeis, serials) = match rng.u8(0..10) {
        0..6 => (Some(imeis), None),
        6..9 => (None, Some(serials)),
        _ => (Some(imeis), Some(serials)),
    };
    Input::Imei { item, imeis, serials, at: pick(rng, &[0, 1, 2]), author: rng.usize(0..3) }
}

/// A cancellation of a line or two, with every number of pieces that may remain.
fn cancelled_lines(rng: &mut Rng) -> Input {
    let line = |rng: &mut Rng, item| Remaining { item, pieces: pick(rng, &[0, 0, 1, 1, 1, 2, 3]) };
    let first = pick(rng, &[0, 0, 0, 1, 2]);
    let second = chance(rng, 25).then(|| line(rng, (first + 1) % 3));
    Input::CancelLines { lines: [Some(line(rng, first)), second] }
}

/// A label that is refused, of few events and packages, or a person who puts one aside.
fn refused(rng: &mut Rng) -> Input {
    let event = rng.usize(0..4);
    if chance(rng, 30) {
        return Input::PutAside { event };
    }
    let package = if chance(rng, 70) { Some(package(rng)) } else { None };
    Input::LabelRefused { event, package }
}

/// What became of the order at its channel.
fn updated(rng: &mut Rng) -> Input {
    let has_wish = chance(rng, 60);
    Input::Updated {
        at: pick(rng, &[0, 0, 1, SECOND, MINUTE, HOUR, DAY, -HOUR]),
        ship_by: (!has_wish || chance(rng, 30)).then(|| any_ship_by(rng)),
        is_wished: has_wish.then(|| chance(rng, 60)),
        is_shipped: chance(rng, 25),
        is_channels: chance(rng, 25),
    }
}

/// A random event about the order.
fn fact(rng: &mut Rng, order: &Order) -> Input {
    match rng.u8(0..22) {
        20 | 21 => updated(rng),
        0..7 => label(rng, order),
        7 => Input::Void { package: package(rng), label: rng.usize(0..3) },
        8 if chance(rng, 40) => Input::Return { package: package(rng), label: rng.usize(0..3) },
        8 => Input::Overused { package: package(rng), number: any_number(rng) },
        9 if chance(rng, 30) => Input::Cancel { at: rng.i64(0..3) },
        9 if chance(rng, 75) => cancelled_lines(rng),
        9 => refused(rng),
        10..16 => {
            let number = any_number(rng);
            scans(rng, order, number)
        }
        _ if order.marketplace().takes_imeis || chance(rng, 20) => imeis(rng),
        _ => Input::Tick,
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
    Failure { words: rng.usize(0..3), after: pick(rng, &after) }
}

/// What a channel may show of the lines that a package was, or would be, sent with, or of the line that is registered.
pub(crate) fn any_shown(rng: &mut Rng, order: &Order, target: Target) -> ShownImeis {
    if chance(rng, 30) {
        return NO_IMEIS;
    }
    let devices = order.parcel(target.package()).and_then(|parcel| match (target, &parcel.lock) {
        (Target::Line { .. }, _) => Some(parcel.lines.iter().map(|line| line.device).collect()),
        (Target::Package(_), Some(lock)) => Some(lock.devices.clone()),
        (Target::Package(package), None) => {
            Some(order.devices(&order.lines(parcel, order.facts.label(package)?)))
        }
    });
    let devices = devices.unwrap_or_default();
    let mut shown = NO_IMEIS;
    for (item, shown) in shown.iter_mut().enumerate() {
        let sent = devices.iter().find(|device| device.item == item);
        let has_both = sent.is_some_and(|sent| sent.imei.is_some() && sent.serial.is_some());
        *shown = match rng.u8(0..5) {
            0 | 1 => None,
            2 => Some(ShownImei::Ours),
            3 if has_both && chance(rng, 70) => {
                Some(pick(rng, &[ShownImei::OnlyImei, ShownImei::OnlySerial]))
            }
            _ => Some(ShownImei::Another),
        };
    }
    shown
}

pub(crate) fn any_outcome(rng: &mut Rng, order: &Order, target: Target) -> Outcome {
    let words = rng.usize(0..3);
    match rng.u8(0..10) {
        0..2 => Outcome::Accepted { shown: any_shown(rng, order, target) },
        2..5 => Outcome::NotApplied(failure(rng)),
        5 => Outcome::Refused { words },
        6 => Outcome::AlreadyShipped { words },
        _ => Outcome::Unknown(failure(rng)),
    }
}

pub(crate) fn any_reading(rng: &mut Rng, order: &Order, target: Target) -> Reading {
    let words = rng.usize(0..3);
    match rng.u8(0..16) {
        0 => Reading::Ours { shown: any_shown(rng, order, target) },
        1 if chance(rng, 60) => Reading::Other { words },
        // These words are few, so that one comes again, and have no IMEI in them.
        1 => Reading::Former { words: words % 2 },
        2 => Reading::Unclear { words },
        3..5 => Reading::Unreadable(failure(rng)),
        _ => Reading::Absent,
    }
}

fn any_seal(rng: &mut Rng, order: &Order) -> Seal {
    let deduped = if order.marketplace().can_be_asked { 0 } else { 70 };
    Seal {
        reference: chance(rng, 20),
        hash: pick(rng, &[0, 0, 0, 0, 0, 1]),
        deduped: chance(rng, deduped),
    }
}

fn claim(rng: &mut Rng, order: &Order, target: Target) -> Input {
    Input::Claim {
        target,
        never: chance(rng, 4),
        never_until: if chance(rng, 6) {
            Some(pick(rng, &[-1, 0, SECOND, HOUR, DAY]))
        } else {
            None
        },
        set: any_set(rng),
        restored_at: any_restore(rng, order, 20),
        lease: pick(rng, &[65 * SECOND, 65 * SECOND, 65 * SECOND, 0, HOUR]),
        seal: any_seal(rng, order),
    }
}

fn any_read(rng: &mut Rng, order: &Order, target: Target, fence: Fence) -> Input {
    Input::Probe {
        target,
        fence,
        reading: any_reading(rng, order, target),
        hash: pick(rng, &[Some(0), Some(0), Some(0), Some(1), None]),
        // A read that took long is recorded long after it was asked for. A clock may even have gone back since.
        ago: pick(rng, &[0, 0, 0, 0, SECOND, 14 * SECOND, -SECOND]),
        shown: any_order_shown(rng),
    }
}

/// An input that may well follow from the state of one of the packages.
pub(crate) fn likely(rng: &mut Rng, order: &Order) -> Input {
    if order.parcels.is_empty() {
        return fact(rng, order);
    }
    let parcel = &order.parcels[rng.usize(0..order.parcels.len())];
    if !parcel.lines.is_empty() && chance(rng, 70) {
        let line = &parcel.lines[rng.usize(0..parcel.lines.len())];
        return in_state(
            rng,
            order,
            parcel,
            line.state_kind(),
            Target::Line { package: parcel.id, item: line.item },
        );
    }
    in_state(rng, order, parcel, parcel.state_kind(), Target::Package(parcel.id))
}

fn of_pending(rng: &mut Rng, order: &Order, parcel: &Parcel, target: Target) -> Input {
    match rng.u8(0..20) {
        0 => Input::Postpone { target, failure: failure(rng) },
        1 => before_claim(rng, order, parcel.id),
        2 => Input::Wait { target, span: span(rng) },
        _ => claim(rng, order, target),
    }
}

fn in_state(
    rng: &mut Rng,
    order: &Order,
    parcel: &Parcel,
    kind: StateKind,
    target: Target,
) -> Input {
    let tried = parcel.looks.tried;
    if tried.is_some() && chance(rng, 40) && target == Target::Package(parcel.id) {
        return look(rng, order, parcel.id);
    }
    match kind {
        StateKind::Confirmed if chance(rng, 30) => look(rng, order, parcel.id),
        StateKind::Confirmed if parcel.not_shown.is_some() && chance(rng, 60) => {
            Input::Operator { package: parcel.id, action: any_action(rng, order, parcel.id) }
        }
        StateKind::WaitingMovement if chance(rng, 25) => look(rng, order, parcel.id),
        StateKind::WaitingMovement | StateKind::WithheldNever if chance(rng, 60) => {
            let number = order.facts.label(parcel.id).map_or(0, |label| label.details.number);
            scans(rng, order, number)
        }
        StateKind::WaitingImeis | StateKind::HeldImeis if chance(rng, 50) => imeis(rng),
        // A former number that a person dismissed is shown again.
        StateKind::Ready | StateKind::Repeat if has_dismissed(parcel) && chance(rng, 30) => {
            let number = order.facts.label(parcel.id).map_or(0, |label| label.details.number);
            let reading = Reading::Former { words: rng.usize(0..2) };
            let shown = any_order_shown(rng);
            Input::Preflight { package: parcel.id, number, reading, shown, ago: 0 }
        }
        StateKind::InDoubt if has_dismissed(parcel) && chance(rng, 50) => {
            let reading = Reading::Former { words: rng.usize(0..2) };
            let shown = any_order_shown(rng);
            Input::Probe { target, fence: Fence::Current, reading, hash: Some(0), ago: 0, shown }
        }
        StateKind::Ready | StateKind::Repeat | StateKind::LinePending if chance(rng, 80) => {
            of_pending(rng, order, parcel, target)
        }
        StateKind::Sending | StateKind::LineSending if chance(rng, 80) => Input::Outcome {
            target,
            fence: Fence::Current,
            outcome: any_outcome(rng, order, target),
        },
        StateKind::Ready
        | StateKind::Repeat
        | StateKind::InDoubt
        | StateKind::LinePending
        | StateKind::LineInDoubt
            if chance(rng, 5) =>
        {
            Input::Resumed
        }
        StateKind::InDoubt | StateKind::LineInDoubt if chance(rng, 80) => match rng.u8(0..20) {
            0 => Input::Park { target, parking: any_parking(rng) },
            1 => Input::Wait { target, span: span(rng) },
            _ => any_read(rng, order, target, Fence::Current),
        },
        StateKind::Observed if chance(rng, 40) => look(rng, order, parcel.id),
        StateKind::WaitingLabel
        | StateKind::Observed
        | StateKind::HeldDisputed
        | StateKind::HeldMoves
        | StateKind::HeldItems
        | StateKind::HeldWish
        | StateKind::Rejected
        | StateKind::Conflict
        | StateKind::Unresolved
        | StateKind::WithheldOne
        | StateKind::WithheldNever
            if chance(rng, 50) =>
        {
            Input::Operator { package: parcel.id, action: any_action(rng, order, parcel.id) }
        }
        _ => fact(rng, order),
    }
}

fn has_dismissed(parcel: &Parcel) -> bool {
    parcel.label_words.iter().any(|words| words.dismissed.is_some())
}

/// Anything that a person does.
fn any_action(rng: &mut Rng, order: &Order, package: usize) -> Action {
    if chance(rng, 25) {
        return any_choice(rng, order, package);
    }
    pick(
        rng,
        &[
            Action::SendNow,
            Action::Hold,
            Action::Release,
            Action::Retry,
            Action::Look,
            Action::Resolve(Resolution::Confirmed),
            Action::Resolve(Resolution::Closed),
            Action::Resolve(Resolution::NothingThere),
        ],
    )
}

pub(crate) fn span(rng: &mut Rng) -> Ms {
    pick(rng, &[SECOND, MINUTE, 20 * MINUTE, 2 * HOUR, 0, -MINUTE])
}

fn before_claim(rng: &mut Rng, order: &Order, package: usize) -> Input {
    let current = order.facts.label(package).map_or(0, |label| label.details.number);
    let number = if chance(rng, 80) { current } else { rng.usize(0..3) };
    let reading = any_reading(rng, order, Target::Package(package));
    let (shown, ago) = (any_order_shown(rng), pick(rng, &[0, 0, SECOND, -SECOND]));
    Input::Preflight { package, number, reading, shown, ago }
}

fn any_target(rng: &mut Rng) -> Target {
    if chance(rng, 65) {
        Target::Package(package(rng))
    } else {
        Target::Line { package: pick(rng, &[0, 0, 1]), item: rng.usize(0..3) }
    }
}

fn fence(rng: &mut Rng) -> Fence {
    if chance(rng, 80) { Fence::Current } else { Fence::Exactly(rng.u32(0..4)) }
}

/// Any input of a sender about a line, whatever its state.
fn of_some_line(rng: &mut Rng, order: &Order) -> Input {
    let parcel = &order.parcels[rng.usize(0..order.parcels.len())];
    let item = match parcel.lines.len() {
        0 => 0,
        many => parcel.lines[rng.usize(0..many)].item,
    };
    let target = Target::Line { package: parcel.id, item };
    match rng.u8(0..6) {
        0 => Input::Park { target, parking: any_parking(rng) },
        1 => Input::Wait { target, span: span(rng) },
        2 => Input::Postpone { target, failure: failure(rng) },
        3 => Input::Outcome { target, fence: fence(rng), outcome: any_outcome(rng, order, target) },
        4 => {
            let fence = fence(rng);
            any_read(rng, order, target, fence)
        }
        _ => claim(rng, order, target),
    }
}

/// Any input.
fn any(rng: &mut Rng, order: &Order) -> Input {
    let target = any_target(rng);
    match rng.u8(0..34) {
        33 => Input::Resumed,
        30 => updated(rng),
        31 | 32 => look(rng, order, target.package()),
        0..6 => fact(rng, order),
        7 if !order.parcels.is_empty() => of_some_line(rng, order),
        6..8 => Input::Tick,
        8 => before_claim(rng, order, target.package()),
        9..12 => claim(rng, order, target),
        12 => Input::Postpone { target, failure: failure(rng) },
        13 => Input::Wait { target, span: span(rng) },
        14 => Input::Park { target, parking: any_parking(rng) },
        15..18 => {
            Input::Outcome { target, fence: fence(rng), outcome: any_outcome(rng, order, target) }
        }
        18..21 => {
            let fence = fence(rng);
            any_read(rng, order, target, fence)
        }
        21 if chance(rng, 40) => Input::Cancel { at: rng.i64(0..3) },
        21 => cancelled_lines(rng),
        23 => refused(rng),
        22 => Input::Overused { package: package(rng), number: any_number(rng) },
        _ => {
            let package = target.package();
            Input::Operator { package, action: any_action(rng, order, package) }
        }
    }
}
