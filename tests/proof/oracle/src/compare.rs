//! The product's answer beside the oracle's: every difference, by the name of its field.

use crate::act::{Ms, Under};
use crate::model::{Answer, No, Order};
use crate::names::{IMEI_IN_WORD, NAMES, Piece, at, millis};
use crate::stand::{
    Because, Class, Doubt, Line, LineStand, Lock, Parcel, Rings, Stand, Tries, When,
};
use crate::told::{Label, Told};
use crate::{effects, marks, person, show};
use domain::{
    Action, Attempt, CarrierStatus, Decision, Failures, Held, ImeiTerms, Item, LineState, Movement,
    Package, Pending, Proof, Refusal, Repeats, Ring, Sent, Stage, State, Timing, WaitingFor,
    Withheld,
};
use std::collections::BTreeSet;

/// What differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences(pub Vec<String>);

impl Differences {
    /// Notes a field that is not as it should be.
    pub fn check(&mut self, is_same: bool, field: impl FnOnce() -> String) {
        if !is_same {
            self.0.push(field());
        }
    }
}

/// What differs between what should follow and what the product says.
pub fn compare(order: &Order, answer: &Answer, decision: &Decision, now: Ms) -> Differences {
    let mut differs = Differences::default();
    let product = &decision.order;
    differs.check(is_refusal(order, answer.refused, decision), || {
        show::beside("refused", &answer.refused, &decision.refused)
    });
    let is_same = product.packages.len() == order.parcels.len();
    differs.check(is_same, || "number of packages".to_owned());
    differs.check(product.cancelled == order.facts.cancelled().map(at), || "cancelled".to_owned());
    differs.check(product.attention_since == order.attention_since.map(at), || {
        show::beside(
            "attention since",
            &order.attention_since,
            &product.attention_since.map(millis),
        )
    });
    for (parcel, (id, package)) in order.parcels.iter().zip(&product.packages) {
        differs.check(*id == NAMES.packages[parcel.id], || "package id".to_owned());
        package_differs(&mut differs, order, parcel, (product, package));
    }
    imeis_differ(&mut differs, order, decision);
    differs.check(product.unpublished.len() == order.untold.len(), || {
        "notices to be told again".to_owned()
    });
    effects::compare(&mut differs, order, answer, decision, now);
    differs
}

fn is_refusal(order: &Order, ours: Option<No>, decision: &Decision) -> bool {
    match (ours, &decision.refused) {
        (None, None)
        | (Some(No::TooManyPackages), Some(Refusal::TooManyPackages))
        | (Some(No::TooManyLabels), Some(Refusal::TooManyLabels))
        | (Some(No::TooManyLines), Some(Refusal::TooManyLines))
        | (Some(No::Absent), Some(Refusal::Absent))
        | (Some(No::NotReady), Some(Refusal::NotReady))
        | (Some(No::OtherSending), Some(Refusal::OtherSending))
        | (Some(No::Never), Some(Refusal::Never))
        | (Some(No::NotIdentical), Some(Refusal::NotIdentical)) => true,
        (Some(No::NoImeisThere), Some(Refusal::NoImeisThere(channel))) => *channel == order.channel,
        (Some(No::NotBefore(when)), Some(Refusal::NotBefore(then)))
        | (Some(No::TooEarly(when)), Some(Refusal::TooEarly { from: then })) => at(when) == *then,
        (Some(No::Fenced { given, current }), Some(Refusal::Fenced { given: g, current: c })) => {
            (given, current) == (*g, *c)
        }
        (Some(No::NotNow(class, possible)), Some(Refusal::NotNow { state, allowed })) => {
            let names: BTreeSet<_> = allowed.iter().copied().collect();
            let is_same = if possible == 0 {
                allowed
                    .iter()
                    .all(|one| one.starts_with("none") || one.starts_with("resolve, when"))
            } else {
                names == person::names(possible)
            };
            state.contains(class.state_name()) && is_same
        }
        _ => false,
    }
}

fn package_differs(
    differs: &mut Differences,
    order: &Order,
    parcel: &Parcel,
    (product, package): (&domain::Order, &Package),
) {
    let name = &NAMES.packages[parcel.id];
    let told = |field: &str, ours: &dyn std::fmt::Debug, theirs: &dyn std::fmt::Debug| {
        show::beside(&format!("{name}: {field}"), ours, theirs)
    };
    differs.check(is_stand((order, parcel), (product, package)), || {
        told("state", &parcel.stand, &package.state)
    });
    let label = order.facts.greatest(parcel.id);
    let is_same = match (label, &package.label) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => {
            let Under { timing, missing, window_s, imei } = ours.under;
            let is_stopped = parcel.stopped == Some(ours.made.id);
            let released = parcel.released.filter(|(of, _)| *of == ours.made.id);
            let former = parcel.former_of(ours.made.id).map(|words| &NAMES.words[words]);
            is_label(ours, theirs)
                && theirs.terms.timing == timing
                && theirs.timing() == if is_stopped { Timing::Never } else { timing }
                && theirs.stopped == is_stopped
                && theirs.released == released.map(|(_, when)| at(when))
                && theirs.former.as_ref() == former
                && theirs.terms.imei == imei.then_some(ImeiTerms { missing, window_s })
        }
        _ => false,
    };
    differs.check(is_same, || told("label", &label, &package.label));
    let is_same = order.facts.voids_of(parcel.id).count() == package.voided.len()
        && order.facts.voids_of(parcel.id).all(|id| package.voided.contains(&NAMES.labels[id]));
    differs.check(is_same, || {
        let voided: Vec<_> = order.facts.voids_of(parcel.id).collect();
        told("voided", &voided, &package.voided)
    });
    differs
        .check(parcel.held == package.hold.is_some(), || told("hold", &parcel.held, &package.hold));
    let is_due =
        matches!(parcel.class(), Class::Ready | Class::Again | Class::Sending | Class::InDoubt);
    let due_since = package.state.tries().map(|tries| tries.since);
    differs.check(!is_due || parcel.due_since.map(at) == due_since, || {
        told("due_since", &parcel.due_since, &due_since.map(millis))
    });
    differs.check(parcel.fence == package.fence, || told("fence", &parcel.fence, &package.fence));
    differs.check(is_lock(parcel, package), || told("lock", &parcel.lock, &package.lock()));
    let repeats = package.state.sent().and_then(|sent| sent.repeats.as_ref());
    let failures = package.state.tries().and_then(|tries| tries.failures.as_ref());
    differs.check(!is_due || are_tries(order, parcel.tries, (failures, repeats)), || {
        told("attempts", &parcel.tries, &(failures, repeats))
    });
    differs.check(parcel.apart == package.imeis_apart, || {
        told("IMEIs apart", &parcel.apart, &package.imeis_apart)
    });
    differs.check(parcel.delayed == package.delayed, || {
        told("delayed", &parcel.delayed, &package.delayed)
    });
    let is_same = parcel.lines.len() == package.lines.len()
        && parcel.lines.iter().all(|line| {
            package.lines.get(&NAMES.items[line.item]).is_some_and(|l| is_line(order, line, l))
        });
    differs.check(is_same, || told("lines", &parcel.lines, &package.lines));
}

/// What is shown to people, asked of the product's own questions: slower than the rest.
pub fn compare_shown(order: &Order, decision: &Decision) -> Differences {
    let mut differs = Differences::default();
    for parcel in &order.parcels {
        let id = &NAMES.packages[parcel.id];
        let ours: BTreeSet<_> = marks::attention(order, parcel).collect();
        let theirs = domain::attention(&decision.order, id);
        differs.check(ours == theirs, || show::beside(&format!("{id}: attention"), &ours, &theirs));
        let ours: BTreeSet<_> =
            person::possible(order, parcel).into_iter().map(Action::name).collect();
        let theirs: BTreeSet<_> =
            domain::possible(&decision.order, id).into_iter().map(Action::name).collect();
        differs.check(ours == theirs, || show::beside(&format!("{id}: possible"), &ours, &theirs));
    }
    differs
}

fn is_label(ours: &Label, theirs: &domain::Label) -> bool {
    theirs.labeled_at == at(ours.made.at)
        && theirs.id == NAMES.labels[ours.made.id]
        && theirs.tracking == NAMES.numbers[ours.made.number]
        && theirs.carrier == NAMES.carriers[ours.made.carrier]
        && theirs.tracking_url == NAMES.urls[ours.made.url]
        && theirs.items == NAMES.baskets[ours.made.basket]
        && theirs.received_at == at(ours.received)
        && theirs.event.0 == NAMES.events[ours.event]
}

fn is_when(ours: Option<When>, theirs: Option<domain::Moment>) -> bool {
    match (ours, theirs) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => (ours.earliest..=ours.latest).contains(&millis(theirs)),
        _ => false,
    }
}

fn is_ring(ours: Rings, theirs: Ring) -> bool {
    is_when(Some(ours.next), Some(theirs.next)) && ours.count == theirs.count
}

fn is_pending(not_before: Option<When>, rings: Rings, theirs: &Pending) -> bool {
    is_when(not_before, theirs.not_before) && is_ring(rings, theirs.ring)
}

fn is_stand(
    (order, parcel): (&Order, &Parcel),
    (product, package): (&domain::Order, &Package),
) -> bool {
    match (parcel.stand, &package.state) {
        (Stand::WaitingLabel, State::Waiting(WaitingFor::Label))
        | (Stand::WaitingMovement, State::Waiting(WaitingFor::Movement))
        | (Stand::HeldImeis, State::Held(Held::ImeisMissing))
        | (Stand::HeldPerson, State::Held(Held::Person))
        | (Stand::WithheldCancelled, State::Withheld(Withheld::Cancelled))
        | (Stand::WithheldOne, State::Withheld(Withheld::OneTrackingPerOrder))
        | (Stand::WithheldNever, State::Withheld(Withheld::Never)) => true,
        (
            Stand::WaitingImeis { deadline, warn_at, warned },
            State::Waiting(WaitingFor::Imeis { deadline: d, warn_at: w, warned: told }),
        ) => (at(deadline), at(warn_at), warned) == (*d, *w, *told),
        (Stand::Ready { not_before, imeis_missing, rings }, State::Ready(ready)) => {
            parcel.lock.is_none()
                && is_pending(not_before, rings, &ready.pending)
                && imeis_missing == product.lacks_imeis()
        }
        (Stand::Rejected { at: when, label, gave_up }, State::Rejected(rejection)) => {
            rejection.at == at(when)
                && rejection.label == NAMES.labels[label]
                && gave_up == (rejection.code.as_str() == "gave_up")
                && is_clean(order, &rejection.why)
        }
        (Stand::Closed { at: when }, State::Closed { at: w }) => at(when) == *w,
        (ours, State::Sent(sent)) => is_stage(order, ours, sent),
        _ => false,
    }
}

fn is_stage(order: &Order, ours: Stand, sent: &Sent) -> bool {
    match (ours, &sent.stage) {
        (
            Stand::Ready { not_before, imeis_missing: false, rings },
            Stage::Open(Attempt::Pending(repeat)),
        ) => is_pending(not_before, rings, repeat),
        (Stand::Sending { lease }, Stage::Open(Attempt::Sending { lease_until })) => {
            at(lease) == *lease_until
        }
        (Stand::InDoubt(ours), Stage::Open(Attempt::InDoubt(theirs))) => {
            let refused = sent.repeats.is_some_and(|repeats| repeats.refused);
            is_doubt(order, ours, theirs) && ours.refused == refused
        }
        (Stand::Confirmed { at: when, by }, Stage::Confirmed { at: w, by: b }) => {
            at(when) == *w && by == *b
        }
        (Stand::Conflict { at: when }, Stage::Conflict { at: w, .. })
        | (Stand::Closed { at: when }, Stage::Closed { at: w }) => at(when) == *w,
        (
            Stand::Unresolved { at: when, former },
            Stage::Unresolved { at: w, why, former: found },
        ) => {
            let shown = former.map(|words| &NAMES.words[words]);
            at(when) == *w
                && is_clean(order, why)
                && shown == found.as_ref()
                && shown.is_none_or(|shown| why.as_str().contains(shown.as_str()))
        }
        _ => false,
    }
}

fn is_doubt(order: &Order, ours: Doubt, theirs: &domain::Doubt) -> bool {
    at(ours.since) == theirs.since
        && (ours.reads, ours.absent) == (theirs.reads, theirs.absent)
        && is_when(Some(ours.read_at), Some(theirs.read_at))
        && is_ring(ours.rings, theirs.ring)
        && is_clean(order, &theirs.why)
}

/// Rule I8: what the order has as an IMEI is in no words.
pub fn is_clean(order: &Order, words: &domain::Text) -> bool {
    let is_entered = order
        .facts
        .items_entered()
        .any(|item| order.facts.list(item).is_some_and(|list| list >> IMEI_IN_WORD & 1 == 1));
    !is_entered || !words.as_str().contains(NAMES.imeis[IMEI_IN_WORD].as_str())
}

fn are_tries(
    order: &Order,
    ours: Option<Tries>,
    (failures, repeats): (Option<&Failures>, Option<&Repeats>),
) -> bool {
    match (ours, failures) {
        (None, None) => repeats.is_none(),
        (Some(ours), Some(failures)) => {
            ours.failures == failures.count
                && ours.returns == repeats.map_or(0, |repeats| repeats.count)
                && ours.doubted_since.map(at) == repeats.map(|repeats| repeats.since)
                && is_clean(order, &failures.why)
        }
        _ => false,
    }
}

fn is_line(order: &Order, ours: &Line, theirs: &domain::Line) -> bool {
    let is_stand = match (ours.stand, &theirs.state) {
        (LineStand::Pending { not_before, rings }, LineState::Open(Attempt::Pending(pending))) => {
            is_pending(not_before, rings, pending)
        }
        (LineStand::Sending { lease }, LineState::Open(Attempt::Sending { lease_until })) => {
            at(lease) == *lease_until
        }
        (LineStand::InDoubt(ours), LineState::Open(Attempt::InDoubt(theirs))) => {
            is_doubt(order, ours, theirs) && !ours.refused
        }
        (LineStand::Done { at: when }, LineState::Done { at: w }) => at(when) == *w,
        (LineStand::Failed { at: when }, LineState::Failed { at: w, why }) => {
            at(when) == *w && is_clean(order, why)
        }
        _ => false,
    };
    is_stand
        && NAMES.lists[ours.imei].contains(&theirs.imei)
        && at(ours.since) == theirs.tries.since
        && ours.fence == theirs.fence
        && (matches!(ours.stand, LineStand::Done { .. } | LineStand::Failed { .. })
            || are_tries(order, ours.tries, (theirs.tries.failures.as_ref(), None)))
}

fn is_lock(parcel: &Parcel, package: &Package) -> bool {
    let (ours, theirs) = match (&parcel.lock, package.lock()) {
        (None, None) => return true,
        (Some(ours), Some(theirs)) => (ours, theirs),
        _ => return false,
    };
    let label = theirs.label.as_ref().or(package.label.as_ref());
    let Some(label) = label else { return false };
    let seal = theirs.seal.as_ref();
    let is_repeat = package.state.sent().is_some_and(|sent| sent.repeats.is_some());
    is_label(&ours.label, label)
        && at(ours.ship_date) == theirs.ship_date
        && are_lines(&ours.lines, theirs.items.as_ref().unwrap_or(&label.items))
        && are_imeis(ours, theirs)
        && ours.hash.map(|hash| &NAMES.hashes[hash]) == seal.map(|seal| &seal.hash)
        && ours.reference == seal.is_some_and(|seal| seal.reference.is_some())
        && ours.deduped == seal.is_some_and(|seal| seal.is_deduped)
        && is_proof(ours.because, &theirs.proof)
        && ours.despite_cancel == theirs.despite_cancel
        && (ours.doubted == is_repeat || parcel.class() == Class::Confirmed)
}

fn are_lines(ours: &[Piece], theirs: &[Item]) -> bool {
    ours.len() == theirs.len()
        && ours.iter().all(|&(item, quantity, phone)| {
            theirs.iter().any(|line| {
                line.item_id == NAMES.items[item]
                    && (line.quantity, line.requires_imei) == (quantity, phone)
            })
        })
}

fn are_imeis(ours: &Lock, theirs: &domain::Lock) -> bool {
    ours.imeis.len() == theirs.imeis.len()
        && ours.imeis.iter().all(|&(item, list)| {
            theirs.imeis.get(&NAMES.items[item]).is_some_and(|imeis| *imeis == NAMES.lists[list])
        })
}

fn is_proof(ours: Because, theirs: &Proof) -> bool {
    match (ours, theirs) {
        (Because::Moved(told), Proof::Movement(movement)) => is_movement(&told, movement),
        (Because::Labelled, Proof::Label) | (Because::Person, Proof::Person) => true,
        _ => false,
    }
}

fn is_movement(ours: &Told, theirs: &Movement) -> bool {
    at(ours.scan.at) == theirs.occurred_at
        && CarrierStatus::ALL[ours.scan.status] == theirs.status
        && at(ours.received) == theirs.received_at
        && NAMES.events[ours.scan.event] == theirs.event.0
}

fn imeis_differ(differs: &mut Differences, order: &Order, decision: &Decision) {
    let product = &decision.order.imeis;
    let mut count = 0;
    for item in order.facts.items_entered() {
        count += 1;
        let ours = order.facts.list(item).map(|list| &NAMES.lists[list]);
        let theirs = product.get(&NAMES.items[item]).map(|list| &list.imeis);
        differs.check(ours == theirs, || format!("imeis of line {item}"));
        let ours = order.facts.twice(item).map(|place| &NAMES.words[place]);
        let theirs = product.get(&NAMES.items[item]).and_then(|list| list.twice.as_ref());
        differs.check(ours == theirs, || format!("another place of an IMEI of line {item}"));
    }
    differs.check(count == product.len(), || "number of lines with IMEIs".to_owned());
}
