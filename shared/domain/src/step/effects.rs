//! What is to be done about a change: read from the difference, so that no path can forget it.

use super::retry::RING_DELAY_MAX;
use super::settle::Told;
use super::{Input, claim::locked_label, decide::current};
use crate::{
    Held, LineState, Mark, Moment, Notice, NoticeKind, Order, Package, PackageId, State, Text,
    WaitingFor,
};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Tell others. To be done before the save.
    Publish(Notice),
    /// Ring the channel's doorbell. To be done after the save.
    Ring {
        /// How long the doorbell is to wait; at most 15 minutes.
        delay: SignedDuration,
    },
}

pub(super) fn between(
    before: &Order,
    next: &Order,
    input: &Input,
    told: Told,
    now: Moment,
) -> Vec<Effect> {
    let mut notices = told.again;
    let mut delays: BTreeSet<SignedDuration> = BTreeSet::new();
    if told.ring {
        delays.insert(SignedDuration::ZERO);
    }
    for (id, package) in &next.packages {
        let former = before.packages.get(id);
        notices.extend(told_of(next, (before, former), (id, package), now));
        let had: BTreeSet<Moment> = former.map(work_times).unwrap_or_default();
        let has = work_times(package);
        // A redelivered event that finds its package still ready rings again: the first ring may be lost.
        let again = input.is_event() && former == Some(package);
        delays.extend(
            has.into_iter()
                .filter(|at| again || !had.contains(at))
                .map(|at| at.since(now).max(SignedDuration::ZERO))
                .filter(|delay| *delay <= RING_DELAY_MAX),
        );
    }
    let rings = delays.into_iter().map(|delay| Effect::Ring { delay });
    notices.into_iter().map(Effect::Publish).chain(rings).collect()
}

/// When a sender has something to do for the package. Two states that differ have different times, for a state's time
/// is when it began, or later.
fn work_times(package: &Package) -> BTreeSet<Moment> {
    let mut times = BTreeSet::new();
    match &package.state {
        State::Ready { not_before, ring, .. } => {
            times.insert(not_before.or(package.due_since).unwrap_or(ring.next));
        }
        State::InDoubt(doubt) => {
            times.insert(doubt.read_at);
        }
        _ => {}
    }
    for line in package.lines.values() {
        match &line.state {
            LineState::Pending { not_before, .. } => {
                times.insert(not_before.unwrap_or(line.since));
            }
            LineState::InDoubt(doubt) => {
                times.insert(doubt.read_at);
            }
            LineState::Sending { .. } | LineState::Done { .. } | LineState::Failed { .. } => {}
        }
    }
    times
}

fn told_of(
    order: &Order,
    (before, former): (&Order, Option<&Package>),
    (id, package): (&PackageId, &Package),
    now: Moment,
) -> Vec<Notice> {
    let fence = package.fence.to_string();
    let label = package.label.as_ref().map(|label| label.id.as_str()).unwrap_or_default();
    let mut told: Vec<(NoticeKind, &str, String)> = Vec::new();
    let is_news = |same: fn(&State) -> bool| !former.is_some_and(|former| same(&former.state));
    match &package.state {
        State::Confirmed { by, .. } if is_news(|s| matches!(s, State::Confirmed { .. })) => {
            told.push((NoticeKind::ConfirmationAccepted, &fence, format!("{by:?}")));
        }
        State::Rejected(rejection) if is_news(|s| matches!(s, State::Rejected(_))) => {
            let reason = format!("{}: {}", rejection.code, rejection.why);
            told.push((NoticeKind::ConfirmationRejected, &fence, reason));
        }
        State::Conflict { found, .. } if is_news(|s| matches!(s, State::Conflict { .. })) => {
            told.push((
                NoticeKind::ConfirmationConflict,
                &fence,
                format!("the channel holds {found}"),
            ));
        }
        State::Unresolved { why, .. } if is_news(|s| matches!(s, State::Unresolved { .. })) => {
            told.push((NoticeKind::ConfirmationUnresolved, &fence, why.as_str().to_owned()));
        }
        State::Waiting(WaitingFor::Imeis { deadline, warned: true, .. }) if is_news(is_warned) => {
            let reason = format!("IMEIs are missing; the confirmation goes out at {deadline}");
            told.push((NoticeKind::ImeiDueSoon, label, reason));
        }
        State::Ready { imeis_missing: true, .. } if is_news(is_missing) => {
            told.push((NoticeKind::ImeiMissing, label, "sent without".to_owned()));
        }
        State::Held(Held::ImeisMissing) if is_news(is_missing) => {
            told.push((NoticeKind::ImeiMissing, label, "held until they come".to_owned()));
        }
        _ => {}
    }
    if let Some((discriminator, reason)) = superseded((before, former), (order, package)) {
        told.push((NoticeKind::TrackingSuperseded, discriminator, reason));
    }
    let tracking =
        locked_label(package).or(package.label.as_ref()).map(|label| label.tracking.clone());
    told.into_iter()
        .map(|(kind, discriminator, reason)| Notice {
            kind,
            id: format!("{}/{id}/{}/{discriminator}", order.key, kind.name()),
            seller: order.key.seller.clone(),
            partner: order.key.partner.clone(),
            channel: order.channel,
            order: order.key.order.clone(),
            package: id.clone(),
            tracking_number: tracking.clone(),
            at: now,
            reason: Text::cut(&reason),
        })
        .collect()
}

fn is_warned(state: &State) -> bool {
    matches!(state, State::Waiting(WaitingFor::Imeis { warned: true, .. }))
}

fn is_missing(state: &State) -> bool {
    matches!(state, State::Ready { imeis_missing: true, .. } | State::Held(Held::ImeisMissing))
}

/// Rule L3: told for each label that takes the place of the one that was sent, and for its void.
fn superseded<'a>(
    (before, former): (&Order, Option<&Package>),
    (order, package): (&Order, &'a Package),
) -> Option<(&'a str, String)> {
    let is_marked = |order: &Order, package: &Package| {
        super::marks::all(order, package).contains(&Mark::Superseded)
    };
    if !is_marked(order, package) {
        return None;
    }
    let was = former.filter(|former| is_marked(before, former));
    let (now_label, was_label) = (current(package), was.and_then(current));
    if was.is_some() && now_label.map(|l| &l.id) == was_label.map(|l| &l.id) {
        return None;
    }
    Some(match now_label {
        Some(label) => (label.id.as_str(), format!("replaced by {}", label.tracking)),
        None => ("void", "its label was voided".to_owned()),
    })
}
