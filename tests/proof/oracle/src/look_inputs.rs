//! Random looks: answers that count, and others; what an answer shows of its order; what a partner has set at a claim.

use crate::generator::{any_reading, chance, pick, span};
use crate::inputs::{Fence, Input, Ms, OrderShown, SetNow, Target};
use crate::labels::{any_number, any_ship_by};
use crate::order::Order;
use crate::spans::{DAY, HOUR, SECOND};
use domain::Parking;
use fastrand::Rng;

/// What an answer shows of its order. Most answers show nothing.
pub(crate) fn any_order_shown(rng: &mut Rng) -> OrderShown {
    if chance(rng, 75) {
        return OrderShown::default();
    }
    OrderShown {
        ship_by: chance(rng, 60).then(|| any_ship_by(rng)),
        is_wished: chance(rng, 15),
        is_cancelled: chance(rng, 8),
    }
}

/// What a partner has set when a sender claims: mostly what its labels were made under.
pub(crate) fn any_set(rng: &mut Rng) -> SetNow {
    SetNow {
        sends_at_deadline: chance(rng, 75),
        sends_after_wait: chance(rng, 75),
        verifies: chance(rng, 70),
        observes: chance(rng, 6),
    }
}

/// When the system was started again on a restored table, with a chance of so many percent: mostly about a day before a label was
/// made or handled, on either side of that limit.
pub(crate) fn any_restore(rng: &mut Rng, order: &Order, percent: u8) -> Option<Ms> {
    if !chance(rng, percent) {
        return None;
    }
    let kept = order.parcels.iter().flat_map(|parcel| order.facts.kept_of(parcel.id));
    let times = kept.flat_map(|kept| [kept.telling.details.at, kept.telling.received]);
    let times: Vec<Ms> = times.chain([0, HOUR]).collect();
    Some(pick(rng, &times) - pick(rng, &[0, DAY, DAY, DAY - 1]))
}

/// What a partner is whose work waits.
pub(crate) fn any_parking(rng: &mut Rng) -> Parking {
    pick(rng, &[Parking::Stopped, Parking::Paused, Parking::Paused])
}

/// An answer to a look: mostly one that counts, and shows nothing.
pub(crate) fn look(rng: &mut Rng, order: &Order, package: usize) -> Input {
    let target = Target::Package(package);
    let current = order.parcel(package).and_then(|parcel| order.looked_at(parcel));
    let current = current.map_or(0, |label| label.details.number);
    let number = if chance(rng, 90) { current } else { any_number(rng) };
    let fence = if chance(rng, 92) { Fence::Current } else { Fence::Exactly(rng.u32(0..3)) };
    let ago = pick(rng, &[0, 0, 0, 0, SECOND, 14 * SECOND, HOUR, 7 * HOUR, -SECOND]);
    match rng.u8(0..20) {
        0 => Input::WaitToLook { package, span: span(rng) },
        1 => Input::ParkLook { package, parking: any_parking(rng) },
        _ => Input::Looked {
            package,
            number,
            fence,
            reading: any_reading(rng, order, target),
            shown: any_order_shown(rng),
            ago,
        },
    }
}
