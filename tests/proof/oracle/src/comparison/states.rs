//! A package's state, and that of a line's IMEI, beside the product's.

use super::locks::is_device;
use crate::facts::Entered;
use crate::looks::{Looks, Served};
use crate::names::{IMEI_IN_WORD, NAMES, PHONES, at, millis};
use crate::order::Order;
use crate::states::{Doubt, ImeiState, Line, PackageState, Parcel, SweepRings, TimeRange, Tries};
use domain::{
    Attempt, Failures, Held, Package, Pending, Repeats, Ring, Sent, Stage, WaitingFor, Withheld,
};

fn is_within(ours: Option<TimeRange>, theirs: Option<domain::Moment>) -> bool {
    match (ours, theirs) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => (ours.earliest..=ours.latest).contains(&millis(theirs)),
        _ => false,
    }
}

fn is_ring(ours: SweepRings, theirs: Ring) -> bool {
    is_within(Some(ours.next), Some(theirs.next))
        && (ours.count, ours.is_paused) == (theirs.count, theirs.is_paused)
}

fn is_pending(not_before: Option<TimeRange>, rings: SweepRings, theirs: &Pending) -> bool {
    is_within(not_before, theirs.not_before) && is_ring(rings, theirs.ring)
}

pub(super) fn are_looks(ours: &Looks, theirs: &domain::Looks) -> bool {
    let is_of = |ours: Option<Served>, theirs: Option<&domain::LookOf>| match (ours, theirs) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => {
            at(ours.at) == theirs.at && NAMES.numbers[ours.key].key() == theirs.number
        }
        _ => false,
    };
    let is_tried = match (ours.tried, theirs.due) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => {
            (at(ours.since), at(ours.at)) == (theirs.since(), theirs.at)
                && is_ring(ours.rings, theirs.ring)
        }
        _ => false,
    };
    is_of(ours.answered, theirs.answered.as_ref())
        && is_of(ours.dropped, theirs.dropped.as_ref())
        && ours.asked_for.map(at) == theirs.asked_for
        && is_tried
}

pub(super) fn is_state(
    order: &Order,
    parcel: &Parcel,
    product: &domain::Order,
    package: &Package,
) -> bool {
    match (parcel.state, &package.state) {
        (PackageState::WaitingLabel, domain::State::Waiting(WaitingFor::Label))
        | (PackageState::WaitingMovement, domain::State::Waiting(WaitingFor::Movement))
        | (PackageState::HeldImeis, domain::State::Held(Held::ImeisMissing))
        | (PackageState::HeldPerson, domain::State::Held(Held::Person))
        | (PackageState::HeldDisputed, domain::State::Held(Held::LabelDisputed))
        | (PackageState::HeldMoves, domain::State::Held(Held::ReplacedLabelMoves))
        | (PackageState::HeldItems, domain::State::Held(Held::ItemsCancelled))
        | (PackageState::HeldWish, domain::State::Held(Held::CancelRequested))
        | (PackageState::WithheldCancelled, domain::State::Withheld(Withheld::Cancelled))
        | (PackageState::WithheldOne, domain::State::Withheld(Withheld::OneTrackingPerOrder))
        | (PackageState::WithheldNever, domain::State::Withheld(Withheld::Never)) => true,
        (
            PackageState::WaitingDay { from },
            domain::State::Waiting(WaitingFor::ShipDay { from: theirs }),
        )
        | (
            PackageState::WaitingTime { from },
            domain::State::Waiting(WaitingFor::SendAfter { from: theirs }),
        ) => at(from) == *theirs,
        (
            PackageState::WaitingImeis { deadline, warn_at, warned },
            domain::State::Waiting(WaitingFor::Imeis {
                deadline: d,
                warn_at: w,
                warned: was_warned,
            }),
        ) => (at(deadline), at(warn_at), warned) == (*d, *w, *was_warned),
        (PackageState::Ready { not_before, imeis_missing, rings }, domain::State::Ready(ready)) => {
            parcel.lock.is_none()
                && is_pending(not_before, rings, &ready.pending)
                && imeis_missing == product.lacks_imeis()
        }
        (
            PackageState::Rejected { at: when, label, gave_up, .. },
            domain::State::Rejected(rejection),
        ) => {
            rejection.at == at(when)
                && rejection.label == NAMES.labels[label]
                && gave_up == (rejection.code.as_str() == "gave_up")
                && is_clean(order, &rejection.why)
        }
        (PackageState::Closed { at: when }, domain::State::Closed { at: w }) => at(when) == *w,
        (PackageState::Observed { at: when }, domain::State::Observed(observed)) => {
            at(when) == observed.at
        }
        (ours, domain::State::Sent(sent)) => is_stage(order, ours, sent),
        _ => false,
    }
}

fn is_stage(order: &Order, ours: PackageState, sent: &Sent) -> bool {
    match (ours, &sent.stage) {
        (
            PackageState::Ready { not_before, imeis_missing: false, rings },
            Stage::Open(Attempt::Pending(repeat)),
        ) => is_pending(not_before, rings, repeat),
        (PackageState::Sending { lease }, Stage::Open(Attempt::Sending { lease_until })) => {
            at(lease) == *lease_until
        }
        (PackageState::InDoubt(ours), Stage::Open(Attempt::InDoubt(theirs))) => {
            let refused = sent.repeats.is_some_and(|repeats| repeats.refused);
            is_doubt(order, ours, theirs) && ours.refused == refused
        }
        (PackageState::Confirmed { at: when, by }, Stage::Confirmed { at: w, by: b }) => {
            at(when) == *w && by == *b
        }
        (PackageState::Conflict { at: when }, Stage::Conflict { at: w, .. })
        | (PackageState::Closed { at: when }, Stage::Closed { at: w }) => at(when) == *w,
        (
            PackageState::Unresolved { at: when, former },
            Stage::Unresolved { at: w, why, former: theirs },
        ) => {
            let shown = former.map(|words| &NAMES.words[words]);
            at(when) == *w
                && is_clean(order, why)
                && shown == theirs.as_ref()
                && shown.is_none_or(|shown| why.as_str().contains(shown.as_str()))
        }
        _ => false,
    }
}

fn is_doubt(order: &Order, ours: Doubt, theirs: &domain::Doubt) -> bool {
    at(ours.since) == theirs.since
        && (ours.reads, ours.absent) == (theirs.reads, theirs.absent)
        && is_within(Some(ours.read_at), Some(theirs.read_at))
        && is_ring(ours.rings, theirs.ring)
        && ours.restored == theirs.is_restored
        && is_clean(order, &theirs.why)
}

/// Rule I8: whether the words are free of what the order has as an IMEI.
pub(super) fn is_clean(order: &Order, words: &domain::Text) -> bool {
    let has_it = |list: usize| PHONES[list].iter().any(|phone| phone.contains(&IMEI_IN_WORD));
    let of = Entered::Imeis;
    let mut lines = order.facts.items_entered(of);
    let is_entered = lines.any(|item| order.facts.list(of, item).is_some_and(has_it));
    !is_entered || !words.as_str().contains(NAMES.imeis[IMEI_IN_WORD].as_str())
}

/// Whether these are the words, without what the order has as an IMEI.
pub(super) fn is_said(order: &Order, ours: &domain::Text, theirs: &domain::Text) -> bool {
    let imei = NAMES.imeis[IMEI_IN_WORD].as_str();
    ours == theirs || ours.as_str().contains(imei) && is_clean(order, theirs)
}

pub(super) fn are_tries(
    order: &Order,
    ours: Option<Tries>,
    failures: Option<&Failures>,
    repeats: Option<&Repeats>,
) -> bool {
    match (ours, failures) {
        (None, None) => repeats.is_none(),
        (Some(ours), Some(failures)) => {
            ours.failures == failures.count
                && ours.repeats == repeats.map_or(0, |repeats| repeats.count)
                && ours.doubted_since.map(at) == repeats.map(|repeats| repeats.since)
                && is_clean(order, &failures.why)
        }
        _ => false,
    }
}

pub(super) fn is_line(order: &Order, ours: &Line, theirs: &domain::Line) -> bool {
    let is_state = match (ours.state, &theirs.state) {
        (
            ImeiState::Pending { not_before, rings },
            domain::LineState::Open(Attempt::Pending(pending)),
        ) => is_pending(not_before, rings, pending),
        (
            ImeiState::Sending { lease },
            domain::LineState::Open(Attempt::Sending { lease_until }),
        ) => at(lease) == *lease_until,
        (ImeiState::InDoubt(ours), domain::LineState::Open(Attempt::InDoubt(theirs))) => {
            is_doubt(order, ours, theirs) && !ours.refused
        }
        (ImeiState::Done { at: when }, domain::LineState::Done { at: w }) => at(when) == *w,
        (ImeiState::Failed { at: when }, domain::LineState::Failed { at: w, why }) => {
            at(when) == *w && is_clean(order, why)
        }
        _ => false,
    };
    is_state
        && is_device(&ours.device, &theirs.device)
        && at(ours.since) == theirs.tries.since
        && ours.fence == theirs.fence
        && ours.restored.map(at) == theirs.restored
        && (matches!(ours.state, ImeiState::Done { .. } | ImeiState::Failed { .. })
            || are_tries(order, ours.tries, theirs.tries.failures.as_ref(), None))
}
