//! What is to be done about a change. It is read from the difference between two orders, so that no path can forget it.

use super::Input;
use super::attempt::{Open, open};
use super::claim::{is_superseded, locked_items, locked_label};
use super::decide::{current, is_sending};
use super::settle::Due;
use super::waits::RING_DELAY_MAX;
use super::watch_notices::{announcements, of_refused, refused};
use crate::{
    Attempt, Evidence, Held, Moment, Notice, NoticeKind, Order, Package, PackageId, Stage, State,
    Text, WaitingFor, gather,
};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Publish a notice, before the save.
    Publish(Notice),
    /// Ring the channel's doorbell, after the save.
    Ring {
        /// How long the doorbell waits. Unit: whole seconds, at most 15 minutes.
        delay: SignedDuration,
    },
}

/// What an input comes to: the difference between the order before it and the order after it.
pub(super) fn between(
    before: &Order,
    next: &Order,
    input: &Input,
    due: Due,
    now: Moment,
) -> Vec<Effect> {
    let mut notices = due.notices;
    let mut delays: BTreeSet<SignedDuration> = BTreeSet::new();
    // A doorbell that came while another package was being sent found nothing to claim, and nothing to look at.
    let is_free_again = is_sending(before) && !is_sending(next);
    for (id, package) in &next.packages {
        let former = before.packages.get(id).map(|package| Parcel { order: before, id, package });
        let parcel = Parcel { order: next, id, package };
        notices.extend(notices_of(former, parcel, now));
        let had: BTreeSet<Moment> = former.map(|f| work_times(f.package)).unwrap_or_default();
        // An event that comes again and finds its package still ready rings again: the first ring may be lost.
        let is_ready = package.state.pending().is_some();
        let is_rung_again = is_free_again && (is_ready || package.looks.due.is_some())
            || is_ready && input.is_event() && former.is_some_and(|former| parcel.is_still(former));
        delays.extend(
            work_times(package)
                .into_iter()
                .filter(|at| due.ring || is_rung_again || !had.contains(at))
                .map(|at| whole_seconds(at.since(now)))
                .filter(|delay| *delay <= RING_DELAY_MAX),
        );
    }
    let refused = refused(before, next).map(|label| (label.package.as_ref(), of_refused(label)));
    notices.extend(refused.map(|(package, told)| notice(next, package, told, now)));
    let rings = delays.into_iter().map(|delay| Effect::Ring { delay });
    notices.into_iter().map(Effect::Publish).chain(rings).collect()
}

/// Keeps only the rings that there is work for, each once.
pub(super) fn ring_for(order: &Order, effects: &mut Vec<Effect>, now: Moment) {
    let times = order.packages.values().flat_map(|package| work_times(package));
    let mut open: BTreeSet<SignedDuration> = gather(times.map(|at| whole_seconds(at.since(now))));
    effects.retain(|effect| match effect {
        Effect::Publish(_) => true,
        Effect::Ring { delay } => open.remove(delay),
    });
}

/// A span in whole seconds, rounded up. Messages are delayed by whole seconds, and a doorbell that comes too early finds
/// nothing to do.
fn whole_seconds(span: SignedDuration) -> SignedDuration {
    let part = SignedDuration::from_secs(i64::from(span.subsec_nanos() > 0));
    (SignedDuration::from_secs(span.as_secs()) + part).max(SignedDuration::ZERO)
}

/// When a sender has something to do for the package. A changed state always has a new time, so comparing times is enough
/// to see a change.
fn work_times(package: &Package) -> BTreeSet<Moment> {
    let time = |open: Open<'_>| match &*open.attempt {
        Attempt::Pending(pending) => Some(pending.not_before.unwrap_or(open.tries.since)),
        Attempt::InDoubt(doubt) => Some(doubt.read_at),
        Attempt::Sending { .. } => None,
    };
    let look = package.looks.due.map(|tried| tried.at);
    gather(open(package).filter_map(time).chain(look))
}

/// A package, and the order that it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Parcel<'a> {
    pub(super) order: &'a Order,
    id: &'a PackageId,
    pub(super) package: &'a Package,
}

/// What a notice says.
pub(super) struct Announcement {
    pub(super) kind: NoticeKind,
    /// What tells it from an earlier notice of the same kind.
    pub(super) occasion: String,
    pub(super) reason: String,
}

impl Parcel<'_> {
    /// Whether nothing about it has changed.
    fn is_still(self, former: Self) -> bool {
        self.package == former.package && self.goes_without() == former.goes_without()
    }

    /// Whether it goes out although IMEIs are missing.
    fn goes_without(self) -> bool {
        matches!(self.package.state, State::Ready(_)) && self.order.lacks_imeis()
    }

    fn is_superseded(self) -> bool {
        !self.package.state.is_closed() && is_superseded(self.package)
    }
}

fn notices_of(former: Option<Parcel<'_>>, parcel: Parcel<'_>, now: Moment) -> Vec<Notice> {
    let Parcel { order, id, package } = parcel;
    let tracking = locked_label(package)
        .or(package.label.as_ref())
        .map(|label| label.telling.tracking.clone());
    let by_state = by_state(parcel)
        .filter(|new| !former.is_some_and(|former| was_announced(new.kind, former)));
    by_state
        .into_iter()
        .chain(superseded(former, parcel))
        .chain(announcements(former, parcel))
        .map(|told| Notice {
            tracking_number: tracking.clone(),
            ..notice(order, Some(id), told, now)
        })
        .collect()
}

/// A notice of an order, or of one of its packages.
fn notice(
    order: &Order,
    package: Option<&PackageId>,
    Announcement { kind, occasion, reason }: Announcement,
    now: Moment,
) -> Notice {
    let id = package.map(PackageId::to_string).unwrap_or_default();
    Notice {
        kind,
        id: format!("{}/{id}/{}/{occasion}", order.key, kind.name()),
        seller: order.key.seller.clone(),
        partner: order.key.partner.clone(),
        channel: order.channel,
        order: order.key.order.clone(),
        package: package.cloned(),
        tracking_number: None,
        at: now,
        reason: Text::cut(&reason),
    }
}

/// What a state has to announce.
fn by_state(parcel: Parcel<'_>) -> Option<Announcement> {
    let package = parcel.package;
    let of_fence =
        |kind, reason| Some(Announcement { kind, occasion: package.fence.to_string(), reason });
    let of_label = |kind, reason| {
        let label = package.label.as_ref().map(|label| label.id.to_string());
        Some(Announcement { kind, occasion: label.unwrap_or_default(), reason })
    };
    match &package.state {
        State::Rejected(rejection) => {
            let reason = format!("{}: {}", rejection.code, rejection.why);
            of_fence(NoticeKind::ConfirmationRejected, reason)
        }
        State::Waiting(WaitingFor::Imeis { deadline, warned: true, .. }) => {
            let missing = parcel.order.lacking().words();
            let reason = format!("{missing} are missing; the wait for them ends at {deadline}");
            of_label(NoticeKind::ImeiDueSoon, reason)
        }
        State::Ready(_) if parcel.goes_without() => {
            let missing = parcel.order.lacking().words();
            of_label(NoticeKind::ImeiMissing, format!("sent without {missing}"))
        }
        State::Held(Held::ImeisMissing) => {
            let missing = parcel.order.lacking().words();
            of_label(NoticeKind::ImeiMissing, format!("held until {missing} come"))
        }
        State::Sent(sent) => {
            let (kind, reason) = by_stage(&sent.stage)?;
            of_fence(kind, reason)
        }
        State::Waiting(_)
        | State::Ready(_)
        | State::Held(
            Held::Person
            | Held::LabelDisputed
            | Held::ReplacedLabelMoves
            | Held::ItemsCancelled
            | Held::CancelRequested,
        )
        | State::Withheld(_)
        | State::Observed(_)
        | State::Closed { .. } => None,
    }
}

fn by_stage(stage: &Stage) -> Option<(NoticeKind, String)> {
    match stage {
        Stage::Confirmed { by, .. } => {
            let how = match by {
                Evidence::Accepted => "accepted",
                Evidence::ReadBack => "read_back",
                Evidence::Person => "person",
            };
            Some((NoticeKind::ConfirmationAccepted, how.to_owned()))
        }
        Stage::Conflict { found, .. } => {
            Some((NoticeKind::ConfirmationConflict, format!("the channel holds {found}")))
        }
        Stage::Unresolved { why, .. } => {
            Some((NoticeKind::ConfirmationUnresolved, why.as_str().to_owned()))
        }
        Stage::Open(_) | Stage::Closed { .. } => None,
    }
}

/// Whether the former state announced the same. What was missing at the claim was announced before the claim.
fn was_announced(kind: NoticeKind, former: Parcel<'_>) -> bool {
    let sent_without = || {
        former
            .package
            .lock()
            .is_some_and(|lock| locked_items(former.package).iter().any(|item| lock.lacks(item)))
    };
    by_state(former).is_some_and(|former| former.kind == kind)
        || kind == NoticeKind::ImeiMissing && sent_without()
}

/// Announces each number that takes the place of the one that was sent, and each void (rule L3).
fn superseded(former: Option<Parcel<'_>>, parcel: Parcel<'_>) -> Option<Announcement> {
    if !parcel.is_superseded() {
        return None;
    }
    let package = parcel.package;
    let was = former.filter(|former| former.is_superseded()).map(|former| former.package);
    let (label, was_label) = (current(package), was.and_then(current));
    if was.is_some()
        && label.map(|l| l.telling.tracking.key()) == was_label.map(|l| l.telling.tracking.key())
    {
        return None;
    }
    let (occasion, reason) = match (label, &package.label) {
        (Some(label), _) => {
            (label.id.to_string(), format!("replaced by {}", label.telling.tracking))
        }
        (None, voided) => {
            let voided = voided.as_ref().map(|label| label.id.as_str()).unwrap_or_default();
            (format!("voided/{voided}"), "its label was voided".to_owned())
        }
    };
    Some(Announcement { kind: NoticeKind::TrackingSuperseded, occasion, reason })
}
