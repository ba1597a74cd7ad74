//! What is to be done: which notices are told, whether and when the doorbell rings, and when the sweep looks again.

use crate::act::Ms;
use crate::compare::Differences;
use crate::model::{Answer, Order};
use crate::names::{NAMES, at, millis};
use crate::rings::are_rung;
use crate::stand::{LineStand, Stand, When};
use crate::{show, spans};
use domain::{Decision, Effect, Notice, NoticeKind};

/// What differs in what is to be done.
pub fn compare(
    differs: &mut Differences,
    order: &Order,
    answer: &Answer,
    decision: &Decision,
    now: Ms,
) {
    notices(differs, order, (answer, now), decision);
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
    differs.check(is_same, || show::beside("rings (s; ms)", &answer.rings, &theirs));
}

fn notices(
    differs: &mut Differences,
    order: &Order,
    (answer, now): (&Answer, Ms),
    decision: &Decision,
) {
    let told = || {
        decision.effects.iter().filter_map(|effect| match effect {
            Effect::Publish(notice) => Some(notice),
            Effect::Ring { .. } => None,
        })
    };
    let is_told = |&(package, kind): &(usize, _)| {
        told().any(|notice| notice.kind == kind && notice.package == NAMES.packages[package])
    };
    let is_same = told().count() == answer.notices.len() && answer.notices.iter().all(is_told);
    // A number that was found at the channel is told as it is, unless it is known to be an IMEI by then.
    let was_told_before =
        |notice: &Notice| notice.kind == NoticeKind::ConfirmationConflict && notice.at != at(now);
    let is_clean = told()
        .all(|notice| was_told_before(notice) || crate::compare::is_clean(order, &notice.reason));
    differs.check(is_clean, || "a notice repeats an IMEI".to_owned());
    // The number that was sent, else the label's; one that is told again says what was so then.
    let number = |package: usize| {
        let lock = order.parcel(package).and_then(|parcel| parcel.lock.as_ref());
        let label = lock.map(|lock| &lock.label).or_else(|| order.facts.greatest(package));
        label.map(|label| &NAMES.numbers[label.made.number])
    };
    let is_numbered = told().filter(|notice| notice.at == at(now)).all(|notice| {
        let package = NAMES.packages.iter().position(|id| *id == notice.package);
        package.is_some_and(|package| notice.tracking_number.as_ref() == number(package))
    });
    differs.check(is_numbered, || "a notice has another number".to_owned());
    differs.check(is_same, || {
        let theirs: Vec<_> = told().map(|notice| (&notice.package, notice.kind)).collect();
        show::beside("notices", &answer.notices, &theirs)
    });
}

/// `due_at` is the earliest moment any package needs a look.
fn due(differs: &mut Differences, order: &Order, decision: &Decision, now: Ms) {
    let mut bounds: Option<When> = None;
    let mut look = |earliest: Ms, latest: Ms| {
        let former = bounds.unwrap_or(When { earliest, latest });
        bounds = Some(When {
            earliest: earliest.min(former.earliest),
            latest: latest.min(former.latest),
        });
    };
    for parcel in &order.parcels {
        match parcel.stand {
            Stand::WaitingImeis { deadline, warn_at, warned } => {
                let next = if warned { deadline } else { warn_at };
                look(next, next);
            }
            Stand::Ready { rings, .. } => {
                look(rings.next.earliest, rings.next.latest);
                if let Some(since) = parcel.due_since.filter(|_| !parcel.delayed) {
                    look(since + spans::DELAYED, since + spans::DELAYED);
                }
            }
            Stand::InDoubt(doubt) => {
                look(doubt.rings.next.earliest, doubt.rings.next.latest);
                let over = parcel.doubted_since(&doubt) + spans::DOUBT_MAX;
                look(over, over);
            }
            // A claim need not touch it: it may be earlier, too.
            Stand::Sending { lease } => {
                look(now + 1, lease + spans::LEASE_GRACE + spans::LEASE_LOOK);
            }
            _ => {}
        }
        for line in &parcel.lines {
            if line.is_unregistered() && !parcel.delayed {
                look(line.since + spans::DELAYED, line.since + spans::DELAYED);
            }
            match line.stand {
                LineStand::Pending { rings, .. } => look(rings.next.earliest, rings.next.latest),
                LineStand::InDoubt(doubt) => {
                    look(doubt.rings.next.earliest, doubt.rings.next.latest);
                    look(doubt.since + spans::DOUBT_MAX, doubt.since + spans::DOUBT_MAX);
                }
                LineStand::Sending { lease } => {
                    look(now + 1, lease + spans::LEASE_GRACE + spans::LEASE_LOOK);
                }
                _ => {}
            }
        }
    }
    for (.., next) in &order.untold {
        look(*next, *next);
    }
    let theirs = decision.order.due_at.map(millis);
    let is_same = match (bounds, theirs) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => {
            theirs > now && (ours.earliest..=ours.latest).contains(&theirs)
        }
        _ => false,
    };
    differs.check(is_same, || show::beside("due at", &bounds, &theirs));
}
