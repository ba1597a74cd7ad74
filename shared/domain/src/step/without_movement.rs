//! Rules S2 and S11: a confirmation under movement timing that goes although its parcel has not moved, where its partner asked for
//! it. The channel is looked at before, and the partner's setting is read again right before the claim.

use super::decide::current;
use super::watch::ship_by;
use crate::guard::{Guard, guarded};
use crate::{Label, Moment, Order, Package, PartnerNow, Proof, State, WaitingFor};
use jiff::SignedDuration;

/// How old a look may be when a send becomes due.
const LOOK_SERVES: SignedDuration = SignedDuration::from_hours(6);

/// A send without a movement, that a label has asked for.
struct Send {
    /// When it is due.
    at: Moment,
    /// Until when the look before it may be asked.
    look_until: Option<Moment>,
    proof: Proof,
}

/// The sends that its terms ask for, the one before the ship-by first.
fn sends(order: &Order, package: &Package, label: &Label) -> impl Iterator<Item = Send> {
    let is_possible = order.channel.facts().sends_late && !label.stays;
    let watch = label.terms.watch;
    let deadline = ship_by(order, package).zip(watch.deadline.sends_before());
    let deadline = deadline.map(|(by, before)| Send {
        at: by.minus(before),
        look_until: Some(by),
        proof: Proof::Deadline { by },
    });
    let goes_at = label.telling.ships_on.map_or(label.received_at, |on| on.max(label.received_at));
    let wait = watch.or_after.map(|after| Send {
        at: goes_at.plus(after.span()),
        look_until: None,
        proof: Proof::Wait,
    });
    deadline.into_iter().chain(wait).filter(move |_| is_possible)
}

impl Send {
    /// Whether the channel was looked at in time.
    fn is_looked_for(&self, package: &Package, label: &Label) -> bool {
        let number = label.telling.tracking.key();
        package.looks.answered.as_ref().is_some_and(|look| {
            look.number == number
                && look.at >= self.at.minus(LOOK_SERVES)
                && self.look_until.is_none_or(|until| look.at < until)
        })
    }
}

/// What lets a label go that has not moved, the ship-by first: it is due, and the channel was looked at.
pub(super) fn proofs(
    order: &Order,
    package: &Package,
    label: &Label,
    now: Moment,
) -> impl Iterator<Item = Proof> {
    let is_due = move |send: &Send| {
        let is_looked_for =
            send.is_looked_for(package, label) || !guarded(Guard::DeadlineSendNeedsALook);
        now >= send.at && is_looked_for
    };
    sends(order, package, label).filter(is_due).map(|send| send.proof)
}

/// Whether the partner still wants what is the proof.
pub(super) fn is_wanted(proof: &Proof, now: PartnerNow) -> bool {
    match proof {
        Proof::Deadline { .. } => {
            now.sends_at_deadline || !guarded(Guard::DeadlineSendStopsAtClaim)
        }
        Proof::Wait => now.sends_after_wait || !guarded(Guard::WaitSendStopsAtClaim),
        Proof::Movement(_) | Proof::Label | Proof::Person => true,
    }
}

/// When a package goes without a movement of which the channel was looked at ahead: no look is due that would bring it on.
pub(super) fn goes_at(order: &Order, package: &Package, now: Moment) -> Option<Moment> {
    let is_waiting = matches!(package.state, State::Waiting(WaitingFor::Movement));
    let label = current(package).filter(|_| is_waiting)?;
    let is_to_come = |send: &Send| send.at > now && send.is_looked_for(package, label);
    sends(order, package, label).filter(is_to_come).map(|send| send.at).min()
}

/// When the channel is to be looked at before a send of what waits for its movement.
pub(super) fn looked_for_before_send(
    order: &Order,
    package: &Package,
    label: &Label,
    now: Moment,
) -> Option<Moment> {
    let is_waiting = matches!(package.state, State::Waiting(WaitingFor::Movement));
    let is_open = |send: &Send| {
        let is_in_time = send.look_until.is_none_or(|until| now < until);
        is_in_time && !send.is_looked_for(package, label)
    };
    let open = sends(order, package, label).filter(|send| is_waiting && is_open(send));
    open.map(|send| send.at).min()
}
