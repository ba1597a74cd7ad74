//! The product's answer beside the oracle's: every difference, by the name of its field.

mod effects;
mod locks;
mod states;

use crate::facts::{Entered, KeptLabel, RefusedLabel};
use crate::inputs::{Ms, Terms};
use crate::names::{NAMES, at, millis, serial_texts};
use crate::operator::ActionKind;
use crate::order::{Answer, Order, Refusal};
use crate::states::{NotShown, Parcel, StateKind};
use crate::translation::{product_deadline, product_or_after, product_silence};
use crate::{marks, operator, report};
use domain::{Action, Decision, ImeiTerms, Package, Timing};
use locks::{are_devices, are_lines, is_label, is_lock, is_observed, is_telling};
use states::{are_looks, are_tries, is_line, is_said, is_state};
use std::collections::BTreeSet;

/// The fields that differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences(pub Vec<String>);

impl Differences {
    /// Notes a field, unless it is as it should be.
    pub fn check(&mut self, is_same: bool, field: impl FnOnce() -> String) {
        if !is_same {
            self.0.push(field());
        }
    }
}

/// What differs between the oracle's answer and the product's decision.
pub fn compare(order: &Order, answer: &Answer, decision: &Decision, now: Ms) -> Differences {
    let mut differs = Differences::default();
    let product = &decision.order;
    differs.check(is_refusal(order, answer.refused, decision), || {
        report::side_by_side("refused", &answer.refused, &decision.refused)
    });
    let is_same = product.packages.len() == order.parcels.len();
    differs.check(is_same, || "number of packages".to_owned());
    differs.check(product.cancelled == order.facts.cancelled().map(at), || "cancelled".to_owned());
    differs.check(product.attention_since == order.attention_since.map(at), || {
        report::side_by_side(
            "attention since",
            &order.attention_since,
            &product.attention_since.map(millis),
        )
    });
    for (parcel, (id, package)) in order.parcels.iter().zip(&product.packages) {
        differs.check(*id == NAMES.packages[parcel.id], || "package id".to_owned());
        package_differs(&mut differs, order, parcel, product, package);
    }
    updates_differ(&mut differs, order, product);
    imeis_differ(&mut differs, order, decision);
    cancelled_and_refused_differ(&mut differs, order, decision);
    differs.check(product.unpublished.len() == order.unpublished.len(), || {
        "number of unpublished notices".to_owned()
    });
    effects::compare(&mut differs, order, answer, decision, now);
    differs
}

/// What differs in what became of the order at its channel.
fn updates_differ(differs: &mut Differences, order: &Order, product: &domain::Order) {
    let (ours, theirs) = (order.facts.ship_by(), product.ship_by);
    let is_same = ours.map(|told| (at(told.by), at(told.told))) == theirs.map(|t| (t.by, t.at));
    differs.check(is_same, || report::side_by_side("ship by", &ours, &theirs));
    let (ours, theirs) = (order.facts.channel_ship_by(), product.channel_ship_by);
    let is_same = ours.map(|told| (at(told.by), at(told.told))) == theirs.map(|t| (t.by, t.at));
    differs.check(is_same, || report::side_by_side("the channel's ship by", &ours, &theirs));
    let (ours, theirs) = (order.facts.shipped().map(at), product.shipped);
    differs.check(ours == theirs, || report::side_by_side("shipped", &ours, &theirs));
    let (ours, theirs) = (order.facts.wish(), product.wish);
    let is_same =
        ours.map(|wish| (wish.is_wished, at(wish.told))) == theirs.map(|w| (w.is_wished, w.at));
    differs.check(is_same, || report::side_by_side("wish", &ours, &theirs));
}

fn is_refusal(order: &Order, ours: Option<Refusal>, decision: &Decision) -> bool {
    match (ours, &decision.refused) {
        (None, None)
        | (Some(Refusal::TooManyPackages), Some(domain::Refusal::TooManyPackages))
        | (Some(Refusal::TooManyLabels), Some(domain::Refusal::TooManyLabels))
        | (Some(Refusal::TooManyLines), Some(domain::Refusal::TooManyLines))
        | (Some(Refusal::TooLarge), Some(domain::Refusal::TooLarge { .. }))
        | (Some(Refusal::NoneRefused), Some(domain::Refusal::NoneRefused))
        | (Some(Refusal::Absent), Some(domain::Refusal::Absent))
        | (Some(Refusal::NotReady), Some(domain::Refusal::NotReady))
        | (Some(Refusal::OtherSending), Some(domain::Refusal::OtherSending))
        | (Some(Refusal::Never), Some(domain::Refusal::Never))
        | (Some(Refusal::NoLongerSent), Some(domain::Refusal::NoLongerSent))
        | (Some(Refusal::Observed), Some(domain::Refusal::Observed))
        | (Some(Refusal::NotIdentical), Some(domain::Refusal::NotIdentical)) => true,
        (Some(Refusal::NoImeisThere), Some(domain::Refusal::NoImeisThere(channel))) => {
            *channel == order.channel
        }
        (Some(Refusal::NotBefore(when)), Some(domain::Refusal::NotBefore(then)))
        | (Some(Refusal::TooEarly(when)), Some(domain::Refusal::TooEarly { from: then })) => {
            at(when) == *then
        }
        (
            Some(Refusal::Fenced { given, current }),
            Some(domain::Refusal::Fenced { given: g, current: c }),
        ) => (given, current) == (*g, *c),
        (
            Some(Refusal::NotNow { state: ours, possible }),
            Some(domain::Refusal::NotNow { state, allowed }),
        ) => {
            let names: BTreeSet<_> = allowed.iter().copied().collect();
            let is_same = if possible == 0 {
                let is_none =
                    |one: &&str| one.starts_with("none") || one.starts_with("resolve, when");
                allowed.iter().all(is_none)
            } else {
                names == operator::names(possible)
            };
            state.contains(ours.state_name()) && is_same
        }
        _ => false,
    }
}

fn package_differs(
    differs: &mut Differences,
    order: &Order,
    parcel: &Parcel,
    product: &domain::Order,
    package: &Package,
) {
    let name = &NAMES.packages[parcel.id];
    let differing = |field: &str, ours: &dyn std::fmt::Debug, theirs: &dyn std::fmt::Debug| {
        report::side_by_side(&format!("{name}: {field}"), ours, theirs)
    };
    differs.check(is_state(order, parcel, product, package), || {
        differing("state", &parcel.state, &package.state)
    });
    let label = order.facts.greatest(parcel.id).map(|label| &NAMES.labels[label.details.id]);
    let theirs = package.label.as_ref().map(|label| &label.id);
    differs.check(label == theirs, || differing("label that counts", &label, &theirs));
    let labels = || order.facts.kept_of(parcel.id);
    let is_same = labels().count() == package.labels().count()
        && labels().all(|kept| package.labels().any(|theirs| is_kept(parcel, kept, theirs)));
    differs.check(is_same, || {
        let theirs: Vec<_> = package.labels().collect();
        differing("labels", &labels().collect::<Vec<_>>(), &theirs)
    });
    let overused: BTreeSet<_> = order.facts.overused_of(parcel.id).collect();
    let is_same = overused.len() == package.overused.len()
        && overused.iter().all(|key| package.overused.contains(&NAMES.numbers[*key].key()));
    differs.check(is_same, || differing("overused", &overused, &package.overused));
    let is_same = order.facts.voids_of(parcel.id).count() == package.voided.len()
        && order.facts.voids_of(parcel.id).all(|id| package.voided.contains(&NAMES.labels[id]));
    differs.check(is_same, || {
        let voided: Vec<_> = order.facts.voids_of(parcel.id).collect();
        differing("voided", &voided, &package.voided)
    });
    differs.check(parcel.held == package.hold.is_some(), || {
        differing("hold", &parcel.held, &package.hold)
    });
    let is_due = matches!(
        parcel.state_kind(),
        StateKind::Ready | StateKind::Repeat | StateKind::Sending | StateKind::InDoubt
    );
    let due_since = package.state.tries().map(|tries| tries.since);
    differs.check(!is_due || parcel.due_since.map(at) == due_since, || {
        differing("due_since", &parcel.due_since, &due_since.map(millis))
    });
    differs
        .check(parcel.fence == package.fence, || differing("fence", &parcel.fence, &package.fence));
    differs.check(is_lock(parcel, package), || differing("lock", &parcel.lock, &package.lock()));
    differs.check(is_observed(order, parcel, package), || {
        differing("observed", &(&parcel.observed, parcel.shows), &package.observed())
    });
    let repeats = package.state.sent().and_then(|sent| sent.repeats.as_ref());
    let failures = package.state.tries().and_then(|tries| tries.failures.as_ref());
    differs.check(!is_due || are_tries(order, parcel.tries, failures, repeats), || {
        differing("attempts", &parcel.tries, &(failures, repeats))
    });
    differs.check(parcel.imeis_apart == package.imeis_apart, || {
        differing("IMEIs apart", &parcel.imeis_apart, &package.imeis_apart)
    });
    let refused_wish = package.refused_wish.as_ref().map(|refused| refused.told_at);
    differs.check(parcel.refused_wish.map(at) == refused_wish, || {
        differing("refused wish", &parcel.refused_wish, &refused_wish)
    });
    differs.check(parcel.restored.map(at) == package.restored, || {
        differing("restored", &parcel.restored, &package.restored)
    });
    channel_differs(differs, order, parcel, package);
    differs.check(parcel.delayed == package.delayed, || {
        differing("delayed", &parcel.delayed, &package.delayed)
    });
    let is_same = parcel.lines.len() == package.lines.len()
        && parcel.lines.iter().all(|line| {
            package.lines.get(&NAMES.items[line.item]).is_some_and(|l| is_line(order, line, l))
        });
    differs.check(is_same, || differing("lines", &parcel.lines, &package.lines));
}

/// What the channel showed, and the looks at it.
fn channel_differs(differs: &mut Differences, order: &Order, parcel: &Parcel, package: &Package) {
    let name = &NAMES.packages[parcel.id];
    let differing = |field: &str, ours: &dyn std::fmt::Debug, theirs: &dyn std::fmt::Debug| {
        report::side_by_side(&format!("{name}: {field}"), ours, theirs)
    };
    let shown = parcel.shown.map(|shown| (at(shown.by), at(shown.told)));
    let is_same = shown == package.shown.map(|shown| (shown.by, shown.at));
    differs.check(is_same, || differing("shown", &parcel.shown, &package.shown));
    let is_found = |ours: NotShown, theirs: &domain::NotShown| match (ours.found, &theirs.found) {
        (None, None) => true,
        (Some(words), Some(theirs)) => is_said(order, &NAMES.words[words], theirs),
        _ => false,
    };
    let is_same = match (parcel.not_shown, &package.not_shown) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => is_found(ours, theirs),
        _ => false,
    };
    differs.check(is_same, || differing("not shown", &parcel.not_shown, &package.not_shown));
    differs.check(are_looks(&parcel.looks, &package.looks), || {
        differing("looks", &parcel.looks, &package.looks)
    });
}

/// A label beside the product's, with what was said of it.
fn is_kept(parcel: &Parcel, ours: &KeptLabel, theirs: &domain::Label) -> bool {
    let telling = &ours.telling;
    let Terms { timing, missing, window_s, imei, watch } = telling.terms;
    let watched = domain::Watch {
        deadline: product_deadline(watch),
        silent_hours: product_silence(watch),
        is_fed: watch.is_fed,
        or_after: product_or_after(watch),
    };
    let words = parcel.words(telling.details.id);
    let disputed = match (&ours.least, &theirs.disputed) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => is_telling(ours, theirs),
        _ => false,
    };
    let latest = theirs.latest_at.unwrap_or(theirs.telling.labeled_at);
    is_label(telling, theirs)
        && disputed
        && latest == at(ours.latest_at)
        && theirs.terms.timing == timing
        && theirs.timing() == if words.is_stopped { Timing::Never } else { timing }
        && theirs.stopped == words.is_stopped
        && theirs.released == words.released.map(at)
        && theirs.former.as_ref() == words.dismissed.map(|words| &NAMES.words[words])
        && theirs.is_right == words.is_right
        && theirs.stays == words.stays
        && theirs.terms.reckoned == watch.reckoned.map(at)
        && theirs.terms.watch == watched
        && theirs.terms.send_after == watch.send_after.map(at)
        && theirs.terms.imei == imei.then_some(ImeiTerms { missing, window_s })
}

/// What differs in what people are shown: attention, and what they may do. This is slower than [`compare`].
pub fn compare_shown(order: &Order, decision: &Decision, now: Ms) -> Differences {
    let mut differs = Differences::default();
    for parcel in &order.parcels {
        submission_differs(&mut differs, order, parcel, decision, now);
        let id = &NAMES.packages[parcel.id];
        let ours: BTreeSet<_> = marks::attention(order, parcel).collect();
        let theirs = domain::attention(&decision.order, id);
        differs.check(ours == theirs, || {
            report::side_by_side(&format!("{id}: attention"), &ours, &theirs)
        });
        let ours: BTreeSet<_> =
            operator::possible(order, parcel).into_iter().map(ActionKind::name).collect();
        let theirs: BTreeSet<_> =
            domain::possible(&decision.order, id).iter().map(Action::name).collect();
        differs.check(ours == theirs, || {
            report::side_by_side(&format!("{id}: possible"), &ours, &theirs)
        });
    }
    differs
}

fn imeis_differ(differs: &mut Differences, order: &Order, decision: &Decision) {
    let theirs = &decision.order;
    let entered = |of: Entered| order.facts.items_entered(of);
    for item in entered(Entered::Imeis) {
        let ours = order.facts.list(Entered::Imeis, item).map(|list| &NAMES.phones[list]);
        let list = theirs.imeis.get(&NAMES.items[item]);
        let is_same = ours == list.map(|list| &list.entries);
        differs.check(is_same, || format!("imeis of line {item}"));
        let ours = order.facts.elsewhere(Entered::Imeis, item).map(|place| &NAMES.words[place]);
        let is_same = ours == list.and_then(|list| list.twice.as_ref());
        differs.check(is_same, || format!("another place of an IMEI of line {item}"));
    }
    for item in entered(Entered::Serials) {
        let ours = order.facts.list(Entered::Serials, item).map(serial_texts);
        let list = theirs.serials.get(&NAMES.items[item]);
        let texts = |list: &domain::SerialList| -> Vec<String> {
            list.entries.iter().map(|serial| serial.as_str().to_owned()).collect()
        };
        differs.check(ours == list.map(texts), || format!("serials of line {item}"));
        let ours = order.facts.elsewhere(Entered::Serials, item).map(|place| &NAMES.words[place]);
        let is_same = ours == list.and_then(|list| list.twice.as_ref());
        differs.check(is_same, || format!("another place of a serial of line {item}"));
    }
    let counts = Entered::ALL.map(|of| entered(of).count());
    differs.check(counts == [theirs.imeis.len(), theirs.serials.len()], || {
        "number of lines with IMEIs or serials".to_owned()
    });
}

/// What differs in the lines that were cancelled, and in the labels that were refused.
fn cancelled_and_refused_differ(differs: &mut Differences, order: &Order, decision: &Decision) {
    let theirs = &decision.order;
    let remaining = order.facts.all_remaining();
    let is_same = remaining.len() == theirs.remaining.len()
        && remaining
            .iter()
            .all(|line| theirs.remaining.get(&NAMES.items[line.item]) == Some(&line.pieces));
    differs.check(is_same, || report::side_by_side("remaining", &remaining, &theirs.remaining));
    let is_refused = |(ours, theirs): (&RefusedLabel, &domain::RefusedLabel)| {
        theirs.event.0 == NAMES.events[ours.event]
            && theirs.package.as_ref() == ours.package.map(|package| &NAMES.packages[package])
            && theirs.is_over == ours.is_over
    };
    let refused = order.facts.refused();
    let is_same = refused.len() == theirs.refused.len()
        && refused.iter().zip(&theirs.refused).all(is_refused);
    differs.check(is_same, || report::side_by_side("refused labels", &refused, &theirs.refused));
}

/// What differs in what is, or was, submitted for a package.
fn submission_differs(
    differs: &mut Differences,
    order: &Order,
    parcel: &Parcel,
    decision: &Decision,
    now: Ms,
) {
    let Some(label) = order.facts.label(parcel.id) else { return };
    let is_sent = matches!(
        parcel.state_kind(),
        StateKind::Ready | StateKind::Repeat | StateKind::Sending | StateKind::InDoubt
    );
    let id = &NAMES.packages[parcel.id];
    let Some(theirs) = domain::submission(&decision.order, id, at(now)).filter(|_| is_sent) else {
        return;
    };
    let lock = parcel.lock.as_deref().cloned();
    let ours = lock.unwrap_or_else(|| order.lock(parcel, label, now));
    let is_same = are_lines(&ours.lines, &theirs.items)
        && are_devices(&ours.devices, &theirs.devices)
        && theirs.supply_source_id == NAMES.supplies[ours.label.details.supply]
        && theirs.device_inside().is_some()
            == (!parcel.imeis_apart
                && !ours.devices.is_empty()
                && matches!(ours.lines.as_slice(), [line] if line.is_one_device()));
    differs.check(is_same, || report::side_by_side(&format!("{id}: submission"), &ours, &theirs));
}
