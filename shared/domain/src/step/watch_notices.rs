//! What is published of deadlines, silence and wishes (rules S3 to S5), and of whatever else needs a person and has no notice of its
//! own. A notice's id says its cause, so that it is one however often it is told.

use super::attention::Attention;
use super::decide::current;
use super::effects::{Announcement, Parcel};
use super::label_doubts::former_movements;
use super::watch::{ship_by, watched};
use super::wishes::{late_wish, open_wish};
use super::{attention, marks};
use crate::guard::{Guard, guarded};
use crate::{
    DeadlineFlag, Held, Label, LabelId, Moment, NoticeKind, Order, RefusedLabel, SilenceFlag,
    State, WaitingFor,
};

/// What a package has to announce now, and had not before.
pub(super) fn announcements(former: Option<Parcel<'_>>, parcel: Parcel<'_>) -> Vec<Announcement> {
    // To know the marks of a large order takes long, and mostly nothing is announced.
    let has = told(parcel);
    if has.is_empty() {
        return has;
    }
    let had = former.map(told).unwrap_or_default();
    let is_same = |one: &Announcement, other: &Announcement| {
        (one.kind, &one.occasion) == (other.kind, &other.occasion)
    };
    let is_news = |one: &Announcement| {
        !had.iter().any(|other| is_same(one, other)) || !guarded(Guard::PublishedOnce)
    };
    has.into_iter().filter(is_news).collect()
}

/// The labels that were refused since, each of which needs a person (rule L15).
pub(super) fn refused<'a>(
    before: &'a Order,
    next: &'a Order,
) -> impl Iterator<Item = &'a RefusedLabel> {
    let is_known = |label: &RefusedLabel| before.refused.iter().any(|l| l.event == label.event);
    next.refused.iter().filter(move |label| !label.is_over && !is_known(label))
}

/// What is announced of a refused label.
pub(super) fn of_refused(label: &RefusedLabel) -> Announcement {
    needed(Attention::LabelRefused, label.event.0.as_str())
}

/// Everything that is announced of the package as it is.
fn told(parcel: Parcel<'_>) -> Vec<Announcement> {
    let timed = [deadline(parcel), silence(parcel), wish(parcel), not_shown(parcel)];
    timed.into_iter().flatten().chain(needs(parcel)).collect()
}

fn deadline(parcel: Parcel<'_>) -> Option<Announcement> {
    let by = ship_by(parcel.order, parcel.package)?;
    let (kind, reason) = match parcel.package.deadline? {
        DeadlineFlag::Near => (NoticeKind::ShipByNear, format!("it must be on its way by {by}")),
        DeadlineFlag::Passed => (NoticeKind::ShipByPassed, format!("its ship-by was {by}")),
    };
    Some(Announcement { kind, occasion: by.to_string(), reason })
}

fn silence(parcel: Parcel<'_>) -> Option<Announcement> {
    if parcel.package.state == State::Waiting(WaitingFor::Label) {
        return None;
    }
    let (kind, reason) = match parcel.package.silence? {
        SilenceFlag::Wanted => (NoticeKind::MovementWanted, "no movement is known so far"),
        SilenceFlag::Told => (NoticeKind::NoMovement, "no movement is known"),
    };
    let occasion = watched(parcel.package)?.id.to_string();
    Some(Announcement { kind, occasion, reason: reason.to_owned() })
}

fn wish(parcel: Parcel<'_>) -> Option<Announcement> {
    let at = shown_wish(parcel)?;
    let reason = if parcel.package.lock().is_some() { "its number was sent" } else { "it is held" };
    let (kind, occasion) = (NoticeKind::CancelRequested, at.to_string());
    Some(Announcement { kind, occasion, reason: format!("the buyer wishes to cancel; {reason}") })
}

/// Of what the channel took and does not show (rule S8).
fn not_shown(parcel: Parcel<'_>) -> Option<Announcement> {
    let package = parcel.package;
    let not_shown = package.not_shown.as_ref().filter(|_| !package.state.is_closed())?;
    let found = not_shown.found.as_ref();
    let reason = found.map_or_else(
        || "the channel took it, and shows no number".to_owned(),
        |found| format!("the channel took it, and shows {found}"),
    );
    let occasion = package.fence.to_string();
    Some(Announcement { kind: NoticeKind::ConfirmationNotShown, occasion, reason })
}

/// When the wish was told that people see at the package.
pub(super) fn shown_wish(parcel: Parcel<'_>) -> Option<Moment> {
    let Parcel { order, package, .. } = parcel;
    let wish = if package.state == State::Held(Held::CancelRequested) {
        open_wish(order, package)
    } else {
        late_wish(order, package)
            .filter(|_| guarded(Guard::WishShown) && !package.state.is_closed())
    };
    wish.map(|wish| wish.at)
}

/// What needs a person and has no notice of its own, each by its cause.
fn needs(parcel: Parcel<'_>) -> Vec<Announcement> {
    let Parcel { order, package, .. } = parcel;
    let label = current(package);
    let id = |label: Option<&Label>| label.map(|l| l.id.to_string()).unwrap_or_default();
    let mut needs = Vec::new();
    for reason in attention::all(order, package) {
        match reason {
            Attention::LabelDisputed => {
                let tellings = label.into_iter().flat_map(Label::tellings);
                let events: Vec<&str> = tellings.map(|told| told.event.0.as_str()).collect();
                needs.push(needed(reason, &format!("{}/{}", id(label), events.join("/"))));
            }
            Attention::ReplacedLabelMoves => {
                let moving = former_movements(order, package).map(|(moving, _)| &moving.id);
                let cause = |moving: &LabelId| format!("{}/{moving}", id(watched(package)));
                needs.extend(moving.map(|moving| needed(reason, &cause(moving))));
            }
            Attention::NumberOverused => {
                let numbers = marks::overused(package);
                needs.extend(numbers.map(|number| needed(reason, number.as_str())));
            }
            Attention::ItemsCancelled | Attention::NoLabel => {
                needs.push(needed(reason, &id(package.label.as_ref())));
            }
            Attention::ImeiAmbiguous => {
                let imeis = order.imeis.values().map(|list| list.updated_at);
                let last = imeis.chain(order.serials.values().map(|list| list.updated_at)).max();
                let last = last.map(|at| at.to_string()).unwrap_or_default();
                needs.push(needed(reason, &last));
            }
            Attention::Conflict
            | Attention::CancelledLate
            | Attention::Superseded
            | Attention::Unresolved
            | Attention::Rejected
            | Attention::NotShown
            | Attention::CancelRequested
            | Attention::ShipByPassed
            | Attention::ShipByNear
            | Attention::LabelRefused
            | Attention::NoMovement
            | Attention::ImeisMissing
            | Attention::OneTrackingPerOrder
            | Attention::WithheldMoved
            | Attention::ImeiTwice
            | Attention::ImeiFailed
            | Attention::ImeiLate
            | Attention::ImeiByHand
            | Attention::Delayed
            | Attention::HeldByAPerson => {}
        }
    }
    needs
}

/// Its id has the reason and the cause.
fn needed(reason: Attention, cause: &str) -> Announcement {
    let occasion = format!("{}/{cause}", reason.name());
    Announcement { kind: NoticeKind::AttentionNeeded, occasion, reason: reason.name().to_owned() }
}
