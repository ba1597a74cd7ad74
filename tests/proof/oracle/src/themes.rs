//! Sequences about one thing, which inputs at random hardly ever get to.

use crate::act::{Act, Aim, End, Failure, Fence, Found, Made, Seal, Under};
use crate::generate::{chance, end, likely, one, shown};
use crate::model::Order;
use crate::play::{Step, Wait};
use crate::spans::SECOND;
use crate::stand::{Class, Parcel};
use domain::{MissingImei, Timing};
use fastrand::Rng;

/// How many steps open a sequence about phones.
pub const OPENING: usize = 5;

/// The steps that bring phones to where their IMEIs are registered.
pub fn opening(rng: &mut Rng, place: usize) -> Step {
    let aim = Aim::Package(0);
    let basket = one(rng, &[2, 2, 1]);
    let made = Made { package: 0, id: 0, at: 0, number: 0, carrier: 0, basket, url: 0 };
    let under = Under {
        timing: Timing::WhenTrackingIsAssigned,
        missing: MissingImei::SendWithout,
        window_s: 3_600,
        imei: true,
    };
    let act = match place {
        0 => Act::Label { made, under, event: 0 },
        1 => Act::Imei { item: 0, list: 0b001, at: 0, author: 0 },
        2 => Act::Imei { item: 1, list: 0b010, at: 0, author: 0 },
        3 => Act::Claim {
            aim,
            never: false,
            never_until: None,
            lease: 65 * SECOND,
            seal: Seal { reference: false, hash: 0, deduped: false },
        },
        _ => {
            let failure = Failure { words: 0, after: None };
            let accepted = End::Accepted { shown: shown(rng) };
            let ends = [accepted, accepted, End::Refused { words: 1 }, End::Unknown(failure)];
            Act::Outcome { aim, fence: Fence::Current, end: one(rng, &ends) }
        }
    };
    Step { wait: Wait::By(one(rng, &[0, 0, 1, SECOND])), act, lost: false }
}

/// Claims that are identical, mostly of an unknown outcome, and reads that show nothing.
pub(crate) fn doubting(rng: &mut Rng, order: &Order) -> Act {
    let aim = Aim::Package(0);
    let lease = 65 * SECOND;
    match order.parcel(0).map_or(Class::Absent, Parcel::class) {
        Class::Absent => {
            let under = Under {
                timing: Timing::WhenTrackingIsAssigned,
                missing: MissingImei::SendWithout,
                window_s: 3_600,
                imei: order.place().takes_imeis,
            };
            let made = Made { package: 0, id: 0, at: 0, number: 0, carrier: 0, basket: 0, url: 0 };
            Act::Label { made, under, event: 0 }
        }
        Class::Ready | Class::Again if chance(rng, 97) => {
            let seal = Seal { reference: false, hash: 0, deduped: true };
            Act::Claim { aim, never: false, never_until: None, lease, seal }
        }
        Class::Sending if chance(rng, 85) => {
            let end = End::Unknown(Failure { words: 0, after: one(rng, &[None, None, Some(1)]) });
            Act::Outcome { aim, fence: Fence::Current, end }
        }
        Class::Sending => Act::Outcome { aim, fence: Fence::Current, end: end(rng) },
        Class::InDoubt if chance(rng, 3) => Act::Park { aim },
        Class::InDoubt if !order.place().can_be_asked => Act::Tick,
        Class::InDoubt if chance(rng, 95) => {
            let found = Found::Absent;
            Act::Probe { aim, fence: Fence::Current, found, hash: Some(0), ago: 0 }
        }
        _ => likely(rng, order),
    }
}
