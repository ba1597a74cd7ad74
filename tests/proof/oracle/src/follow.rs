//! What an input does by itself: tables of state and input, and what each of their entries means. RULES.md, "A package's
//! life".

use crate::act::{Act, Aim, Found, Ms, Scan};
use crate::after::{ended, read};
use crate::before::{claim, park, preflight, put_off, wait};
use crate::line::{line_ended, line_read};
use crate::model::{No, Order};
use crate::person;
use crate::stand::{Class, Line, Parcel, Tries};
use domain::{IMEI_LINES_MAX, LABELS_MAX, PACKAGES_MAX};

/// What an input of a sender does in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Do {
    /// It is followed.
    It,
    /// It is refused: nothing is to be sent, or read.
    No,
}
use Do::{It, No as Not};

/// A sender's inputs, in the order of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Preflight,
    Claim,
    Postpone,
    Wait,
    Park,
    Outcome,
    Probe,
}

/// Which input is followed in which state; every other state follows none.
//                  preflight  claim  postpone  wait  park  outcome  probe
const FOLLOWED: [(Class, [Do; 7]); 7] = [
    (Class::Ready, /*      */ [It, It, It, It, It, Not, Not]),
    (Class::Again, /*      */ [It, It, It, It, It, Not, Not]),
    (Class::Sending, /*    */ [Not, Not, Not, Not, Not, It, Not]),
    (Class::InDoubt, /*    */ [Not, Not, Not, It, It, Not, It]),
    (Class::LinePending, /**/ [Not, It, It, It, It, Not, Not]),
    (Class::LineSending, /**/ [Not, Not, Not, Not, Not, It, Not]),
    (Class::LineInDoubt, /**/ [Not, Not, Not, It, It, Not, It]),
];

fn is_followed(class: Class, column: Column) -> bool {
    let place = match column {
        Column::Preflight => 0,
        Column::Claim => 1,
        Column::Postpone => 2,
        Column::Wait => 3,
        Column::Park => 4,
        Column::Outcome => 5,
        Column::Probe => 6,
    };
    FOLLOWED.iter().any(|(state, row)| *state == class && row[place] == It)
}

pub(crate) type Followed = Result<(), No>;

/// What an input does by itself.
///
/// # Errors
/// When it is not followed, why.
pub fn follow(order: &mut Order, act: &Act, now: Ms) -> Followed {
    match *act {
        Act::Tick => {}
        Act::Preflight { package, number, found } => {
            preflight(order, (package, number), found, now)?;
        }
        Act::Claim { aim, never, never_until, lease, seal } => {
            claim(order, aim, (never, never_until), (now + lease, seal), now)?;
        }
        Act::Postpone { aim, failure } => {
            target(order, aim, Column::Postpone)?;
            is_time(order, aim, now)?;
            put_off(order, aim, failure, now);
        }
        Act::Wait { aim, span } => {
            target(order, aim, Column::Wait)?;
            is_read_due(order, aim, now)?;
            is_time(order, aim, now)?;
            wait(order, aim, now + span, now);
        }
        Act::Park { aim } => {
            target(order, aim, Column::Park)?;
            park(order, aim, now);
        }
        Act::Outcome { aim, end, .. } => {
            is_current(order, aim, order.fence_of(act))?;
            target(order, aim, Column::Outcome)?;
            match aim {
                Aim::Package(package) => ended(order, package, end, now),
                Aim::Line(..) => line_ended(order, aim, end, now),
            }
        }
        Act::Probe { aim, found, hash, ago, .. } => {
            let asked_at = now.min(now - ago);
            is_current(order, aim, order.fence_of(act))?;
            target(order, aim, Column::Probe)?;
            let found = match aim {
                Aim::Package(package) => read_by(order, package, found),
                Aim::Line(..) => found,
            };
            if let Found::Absent | Found::Unreadable(_) = found {
                is_read_due(order, aim, asked_at)?;
            }
            match aim {
                Aim::Package(package) => read(order, package, (found, hash), (asked_at, now)),
                Aim::Line(..) => line_read(order, aim, found, (asked_at, now)),
            }
        }
        Act::Operator { package, action } => person::act(order, package, action, now)?,
        _ => tell(order, act, now)?,
    }
    Ok(())
}

/// What an event tells: kept as it is.
fn tell(order: &mut Order, act: &Act, now: Ms) -> Followed {
    match *act {
        Act::Label { made, under, event } => {
            is_room_for(order, made.package, Some(made.number), None)?;
            add(order, made.package);
            let is_told = has_number(order, made.package);
            order.facts.tell_label(made, under, (event, now), is_told);
            let greatest = order.facts.greatest(made.package).map(|label| label.made.id);
            with_parcel(order, made.package, |parcel| {
                parcel.stopped = parcel.stopped.filter(|stopped| Some(*stopped) == greatest);
                parcel.released = parcel.released.filter(|(of, _)| Some(*of) == greatest);
                parcel.former = parcel.former.filter(|(of, _)| Some(*of) == greatest);
            });
        }
        Act::Void { package, label } => {
            is_room_for(order, package, None, Some(label))?;
            add(order, package);
            order.facts.tell_void(package, label);
        }
        Act::Cancel { at } => order.facts.tell_cancel(at),
        Act::Moved { number, scans } => {
            let mut scans: Vec<Scan> = scans.into_iter().flatten().collect();
            scans.sort_by_key(|scan| (scan.at, scan.status));
            let told: Vec<usize> =
                order.parcels.iter().map(|p| p.id).filter(|id| has_number(order, *id)).collect();
            for scan in scans {
                order.facts.tell_scan(number, (scan, now), |package| told.contains(&package));
            }
        }
        Act::Imei { item, list, at, author } => {
            if !order.place().takes_imeis {
                return Err(No::NoImeisThere);
            }
            let is_new = order.facts.list(item).is_none();
            if is_new && order.facts.items_entered().count() >= IMEI_LINES_MAX {
                return Err(No::TooManyLines);
            }
            order.facts.tell_imeis((item, list), at, author);
        }
        Act::Twice { item, imei, place } => order.facts.tell_twice((item, imei), place),
        _ => {}
    }
    Ok(())
}

/// "from then on a read that shows this number, and the order still to be shipped, counts as absent, before a claim and in
/// doubt alike": by the word said of the label that is, or is to be, sent.
pub(crate) fn read_by(order: &Order, package: usize, found: Found) -> Found {
    let Found::Former { words } = found else { return found };
    let said = order.parcel(package).and_then(|parcel| match &parcel.lock {
        Some(lock) => lock.former,
        None => parcel.former_of(order.facts.label(package)?.made.id),
    });
    if said == Some(words) { Found::Absent } else { found }
}

/// What is in doubt is read no earlier than it is due.
fn is_read_due(order: &Order, aim: Aim, now: Ms) -> Followed {
    match order.read_at(aim).filter(|when| *when > now) {
        Some(when) => Err(No::NotBefore(when)),
        None => Ok(()),
    }
}

/// An item may not grow without bound.
fn is_room_for(
    order: &Order,
    package: usize,
    number: Option<usize>,
    void: Option<usize>,
) -> Followed {
    if order.parcel(package).is_none() && order.parcels.len() >= PACKAGES_MAX {
        return Err(No::TooManyPackages);
    }
    let mut numbers: Vec<usize> = order.facts.numbers_of(package).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let voids = order.facts.voids_of(package).count();
    let is_full = number.is_some_and(|n| numbers.len() >= LABELS_MAX && !numbers.contains(&n))
        || void.is_some_and(|v| voids >= LABELS_MAX && !order.facts.is_voided(package, v));
    if is_full { Err(No::TooManyLabels) } else { Ok(()) }
}

/// Whether the channel has a number of the package, or nothing more is done about it.
fn has_number(order: &Order, package: usize) -> bool {
    let class = order.parcel(package).map(Parcel::class);
    matches!(class, Some(Class::Confirmed | Class::Conflict | Class::Closed))
}

fn add(order: &mut Order, package: usize) {
    if order.parcel(package).is_none() {
        order.parcels.push(Parcel::new(package));
        order.parcels.sort_by_key(|parcel| parcel.id);
    }
}

fn class_of(order: &Order, aim: Aim) -> Option<Class> {
    let parcel = order.parcel(aim.package())?;
    match aim {
        Aim::Package(_) => Some(parcel.class()),
        Aim::Line(_, item) => parcel.lines.iter().find(|line| line.item == item).map(Line::class),
    }
}

pub(crate) fn target(order: &Order, aim: Aim, column: Column) -> Followed {
    let class = class_of(order, aim).ok_or(No::Absent)?;
    if is_followed(class, column) { Ok(()) } else { Err(No::NotReady) }
}

/// "`not_before` passed".
pub(crate) fn is_time(order: &Order, aim: Aim, now: Ms) -> Followed {
    match order.not_before(aim).filter(|when| *when > now) {
        Some(when) => Err(No::NotBefore(when)),
        None => Ok(()),
    }
}

/// "carries the fence of its claim; `step` drops it when the fence has moved".
fn is_current(order: &Order, aim: Aim, given: u32) -> Followed {
    class_of(order, aim).ok_or(No::Absent)?;
    let current = order.fence(aim);
    if given == current { Ok(()) } else { Err(No::Fenced { given, current }) }
}

pub(crate) fn with_parcel(order: &mut Order, package: usize, change: impl FnOnce(&mut Parcel)) {
    if let Some(parcel) = order.parcel_mut(package) {
        change(parcel);
    }
}

pub(crate) fn with_line(order: &mut Order, aim: Aim, change: impl FnOnce(&mut Line)) {
    let Aim::Line(package, item) = aim else { return };
    with_parcel(order, package, |parcel| {
        if let Some(line) = parcel.lines.iter_mut().find(|line| line.item == item) {
            change(line);
        }
    });
}

pub(crate) fn failed(tries: Option<Tries>, words: usize) -> Tries {
    let tries = tries.unwrap_or_default();
    Tries { failures: tries.failures.saturating_add(1), words, ..tries }
}
