//! Inputs of the themes that random inputs hardly ever get to.

use crate::generator::{any_outcome, any_shown, chance, likely, pick};
use crate::inputs::{
    Failure, Fence, Input, LabelDetails, OrderShown, Outcome, Reading, Seal, SetNow, Target, Terms,
    Watch,
};
use crate::look_inputs::{any_parking, any_restore, any_set};
use crate::order::Order;
use crate::sequences::{Step, Wait};
use crate::spans::SECOND;
use crate::states::{Parcel, StateKind};
use domain::{MissingImei, Timing};
use fastrand::Rng;

/// The number of steps that open a sequence about phones.
pub const OPENING: usize = 5;

/// The steps that bring phones to where their IMEIs are registered.
pub fn opening(rng: &mut Rng, order: &Order, index: usize) -> Step {
    let target = Target::Package(0);
    let basket = pick(rng, &[2, 2, 1, 10, 11, 12, 13, 13]);
    let details = LabelDetails { basket, ..LabelDetails::default() };
    let terms = Terms {
        timing: Timing::WhenTrackingIsAssigned,
        missing: MissingImei::SendWithout,
        window_s: 3_600,
        imei: true,
        watch: Watch::OFF,
    };
    let input = match index {
        0 => Input::Label { details, terms, event: 0 },
        1 => Input::Imei { item: 0, imeis: Some(1), serials: Some(1), at: 0, author: 0 },
        2 => Input::Imei { item: 1, imeis: Some(2), serials: Some(2), at: 0, author: 0 },
        3 => Input::Claim {
            target,
            never: false,
            never_until: None,
            set: SetNow::default(),
            restored_at: None,
            lease: 65 * SECOND,
            seal: Seal { reference: false, hash: 0, deduped: false },
        },
        _ => {
            let failure = Failure { words: 0, after: None };
            let accepted = Outcome::Accepted { shown: any_shown(rng, order, target) };
            let ends =
                [accepted, accepted, Outcome::Refused { words: 1 }, Outcome::Unknown(failure)];
            Input::Outcome { target, fence: Fence::Current, outcome: pick(rng, &ends) }
        }
    };
    Step { wait: Wait::By(pick(rng, &[0, 0, 1, SECOND])), input, lost: false }
}

/// Identical claims, mostly with an unknown outcome, and reads that show nothing.
pub(crate) fn doubting(rng: &mut Rng, order: &Order) -> Input {
    let target = Target::Package(0);
    let lease = 65 * SECOND;
    match order.parcel(0).map_or(StateKind::Absent, Parcel::state_kind) {
        StateKind::Absent => {
            let terms = Terms {
                timing: Timing::WhenTrackingIsAssigned,
                missing: MissingImei::SendWithout,
                window_s: 3_600,
                imei: order.marketplace().takes_imeis,
                watch: Watch::OFF,
            };
            Input::Label { details: LabelDetails::default(), terms, event: 0 }
        }
        StateKind::Ready | StateKind::Repeat if chance(rng, 97) => {
            let seal = Seal { reference: false, hash: 0, deduped: true };
            let (set, restored_at) = (any_set(rng), any_restore(rng, order, 4));
            Input::Claim { target, never: false, never_until: None, set, restored_at, lease, seal }
        }
        StateKind::Sending if chance(rng, 85) => {
            let outcome =
                Outcome::Unknown(Failure { words: 0, after: pick(rng, &[None, None, Some(1)]) });
            Input::Outcome { target, fence: Fence::Current, outcome }
        }
        StateKind::Sending => Input::Outcome {
            target,
            fence: Fence::Current,
            outcome: any_outcome(rng, order, target),
        },
        StateKind::InDoubt if chance(rng, 3) => Input::Park { target, parking: any_parking(rng) },
        StateKind::InDoubt if chance(rng, 2) => Input::Resumed,
        StateKind::InDoubt if !order.marketplace().can_be_asked => Input::Tick,
        StateKind::InDoubt if chance(rng, 95) => {
            let reading = Reading::Absent;
            let shown = OrderShown::default();
            Input::Probe { target, fence: Fence::Current, reading, hash: Some(0), ago: 0, shown }
        }
        _ => likely(rng, order),
    }
}
