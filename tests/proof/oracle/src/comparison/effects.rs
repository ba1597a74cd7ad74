//! The effects beside the product's: the notices, the doorbells, and when the sweep looks again.

use super::Differences;
use super::states::is_clean;
use crate::doorbells::are_rung;
use crate::inputs::Ms;
use crate::names::{NAMES, at, millis};
use crate::order::{Answer, Order, PackageNotice};
use crate::states::{ImeiState, PackageState, TimeRange};
use crate::{report, spans};
use domain::{Decision, Effect, Notice, NoticeKind};

/// Notes what differs in the effects.
pub(super) fn compare(
    differs: &mut Differences,
    order: &Order,
    answer: &Answer,
    decision: &Decision,
    now: Ms,
) {
    notices(differs, order, answer, decision, now);
    rings(differs, answer, decision);
    due(differs, order, decision, now);
}

fn rings(differs: &mut Differences, answer: &Answer, decision: &Decision) {
    let delay = |effect: &Effect| match effect {
        Effect::Ring { delay } => Some(Ms::try_from(delay.as_millis()).unwrap_or(Ms::MAX)),
        Effect::Publish(_) => None,
    };
    let theirs: Vec<Ms> = decision.effects.iter().filter_map(delay).collect();
    let is_same = are_rung(&answer.rings, &theirs);
    differs.check(is_same, || report::side_by_side("rings (s; ms)", &answer.rings, &theirs));
}

fn notices(
    differs: &mut Differences,
    order: &Order,
    answer: &Answer,
    decision: &Decision,
    now: Ms,
) {
    let published = || {
        decision.effects.iter().filter_map(|effect| match effect {
            Effect::Publish(notice) => Some(notice),
            Effect::Ring { .. } => None,
        })
    };
    let is_of = |ours: &PackageNotice, notice: &Notice| {
        notice.kind == ours.kind
            && notice.package.as_ref() == ours.package.map(|package| &NAMES.packages[package])
    };
    let count = |of: &PackageNotice| published().filter(|notice| is_of(of, notice)).count();
    let among = |of: &PackageNotice, all: &[PackageNotice]| {
        all.iter().filter(|notice| *notice == of).count()
    };
    let is_right = |ours: &PackageNotice| count(ours) == among(ours, &answer.notices);
    let is_ours = |notice: &Notice| answer.notices.iter().any(|ours| is_of(ours, notice));
    let is_same = answer.notices.iter().all(is_right) && published().all(is_ours);
    // A number that the channel showed is published as it is, unless the order has it as an IMEI by then.
    let was_published_before = |notice: &Notice| is_of_number(notice.kind) && notice.at != at(now);
    let is_clean =
        published().all(|notice| was_published_before(notice) || is_clean(order, &notice.reason));
    differs.check(is_clean, || "a notice repeats an IMEI".to_owned());
    // A notice has the number that was sent, else the label's. One that is published again has the number it had before.
    let number = |package: usize| {
        let lock = order.parcel(package).and_then(|parcel| parcel.lock.as_ref());
        let label = lock.map(|lock| &lock.label).or_else(|| order.facts.greatest(package));
        label.map(|label| &NAMES.numbers[label.details.number])
    };
    let is_numbered = published().filter(|notice| notice.at == at(now)).all(|notice| {
        let package = NAMES.packages.iter().position(|id| Some(id) == notice.package.as_ref());
        // What is told of a refused label has no number: none was taken.
        let is_of_refused = notice.reason.as_str() == "label_refused";
        let number = package.and_then(number).filter(|_| !is_of_refused);
        notice.tracking_number.as_ref() == number
    });
    differs.check(is_numbered, || "a notice has another number".to_owned());
    differs.check(is_same, || {
        let theirs: Vec<_> = published().map(|notice| (&notice.package, notice.kind)).collect();
        report::side_by_side("notices", &answer.notices, &theirs)
    });
}

/// Whether a notice tells of a number that the channel showed.
const fn is_of_number(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::ConfirmationConflict | NoticeKind::ConfirmationNotShown)
}

/// `due_at` must be the earliest moment at which any package needs a look.
fn due(differs: &mut Differences, order: &Order, decision: &Decision, now: Ms) {
    let mut bounds: Option<TimeRange> = None;
    let mut look = |earliest: Ms, latest: Ms| {
        let former = bounds.unwrap_or(TimeRange { earliest, latest });
        bounds = Some(TimeRange {
            earliest: earliest.min(former.earliest),
            latest: latest.min(former.latest),
        });
    };
    for parcel in &order.parcels {
        match parcel.state {
            PackageState::WaitingDay { from } | PackageState::WaitingTime { from } => {
                look(from, from);
            }
            PackageState::WaitingImeis { deadline, warn_at, warned } => {
                let next = if warned { deadline } else { warn_at };
                look(next, next);
            }
            PackageState::Ready { rings, .. } => {
                look(rings.next.earliest, rings.next.latest);
                if let Some(since) = parcel.due_since.filter(|_| !parcel.delayed) {
                    look(since + spans::DELAYED, since + spans::DELAYED);
                }
            }
            PackageState::InDoubt(doubt) => {
                look(doubt.rings.next.earliest, doubt.rings.next.latest);
                let over = parcel.doubted_since(&doubt) + spans::DOUBT_MAX;
                look(over, over);
            }
            // The product may leave an earlier moment, because a claim need not touch it.
            PackageState::Sending { lease } => {
                look(now + 1, lease + spans::LEASE_GRACE + spans::LEASE_LOOK);
            }
            _ => {}
        }
        let deadline = order.deadline(parcel).and_then(|deadline| deadline.look(parcel.deadline));
        let silence = order.silence(parcel).and_then(|silence| silence.look(parcel.silence));
        deadline.into_iter().chain(silence).for_each(|at| look(at, at));
        let looks = order.looks_next(parcel, now).into_iter();
        looks.chain(order.goes_at(parcel, now)).for_each(|at| look(at, at));
        for line in &parcel.lines {
            if line.is_unregistered() && !parcel.delayed {
                look(line.since + spans::DELAYED, line.since + spans::DELAYED);
            }
            match line.state {
                ImeiState::Pending { rings, .. } => look(rings.next.earliest, rings.next.latest),
                ImeiState::InDoubt(doubt) => {
                    look(doubt.rings.next.earliest, doubt.rings.next.latest);
                    look(doubt.since + spans::DOUBT_MAX, doubt.since + spans::DOUBT_MAX);
                }
                ImeiState::Sending { lease } => {
                    look(now + 1, lease + spans::LEASE_GRACE + spans::LEASE_LOOK);
                }
                _ => {}
            }
        }
    }
    for unpublished in &order.unpublished {
        look(unpublished.next, unpublished.next);
    }
    let theirs = decision.order.due_at.map(millis);
    let is_same = match (bounds, theirs) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => {
            theirs > now && (ours.earliest..=ours.latest).contains(&theirs)
        }
        _ => false,
    };
    differs.check(is_same, || report::side_by_side("due at", &bounds, &theirs));
}
