//! Whether the doorbell rings, and when: "Ring after the save", RULES.md, "A package's life".

use crate::act::{Act, Ms};
use crate::model::Order;
use crate::news::Former;
use crate::spans;
use crate::stand::{Class, LineStand, Parcel, Stand, When};

/// When a sender has something to do for a package.
fn work(parcel: &Parcel) -> Vec<Ms> {
    let latest = |when: Option<When>| when.map(|when| when.latest);
    let of_package = match parcel.stand {
        Stand::Ready { not_before, .. } => latest(not_before).or(parcel.due_since),
        Stand::InDoubt(doubt) => Some(doubt.read_at.latest),
        _ => None,
    };
    let of_lines = parcel.lines.iter().filter_map(|line| match line.stand {
        LineStand::Pending { not_before, .. } => Some(latest(not_before).unwrap_or(line.since)),
        LineStand::InDoubt(doubt) => Some(doubt.read_at.latest),
        _ => None,
    });
    of_package.into_iter().chain(of_lines).collect()
}

/// Work rings that is new; all of it, when the sweep's ring is due; what is ready, when an event that changed nothing was
/// told again, or when the package that was being sent no longer is, for doorbells that came meanwhile found nothing to do.
/// In whole seconds, never too early; later than a message can wait is the sweep's.
pub fn rings(order: &Order, (former, act): (&Former, &Act), rang: bool, now: Ms) -> Vec<Ms> {
    let is_sending = |parcels: &[Parcel]| parcels.iter().any(|p| p.class() == Class::Sending);
    let is_free_again = is_sending(&former.parcels) && !is_sending(&order.parcels);
    let mut rings = Vec::new();
    for parcel in &order.parcels {
        let was = former.parcel(parcel.id);
        let had = was.map(work).unwrap_or_default();
        let is_ready = matches!(parcel.stand, Stand::Ready { .. });
        let again =
            is_ready && (is_free_again || act.is_event() && is_same(order, (former, parcel)));
        for at in work(parcel) {
            let wait = (at - now).max(0);
            let seconds = (wait + spans::SECOND - 1) / spans::SECOND;
            let is_near = seconds * spans::SECOND <= spans::DOORBELL_MAX;
            if is_near && (rang || again || !had.contains(&at)) && !rings.contains(&seconds) {
                rings.push(seconds);
            }
        }
    }
    rings.sort_unstable();
    rings
}

/// Nothing was told of the package, and nothing became of it.
fn is_same(order: &Order, (former, parcel): (&Former, &Parcel)) -> bool {
    let known = former.about(parcel.id).and_then(|about| about.known);
    former.parcel(parcel.id) == Some(parcel) && known == Some(order.facts.known_of(parcel.id))
}

/// Whether a moment of its work has jitter.
pub fn has_room(parcel: &Parcel) -> bool {
    let is_wide = |when: Option<When>| when.is_some_and(|when| when.earliest < when.latest);
    let of_package = match parcel.stand {
        Stand::Ready { not_before, .. } => is_wide(not_before),
        _ => false,
    };
    of_package
        || parcel.lines.iter().any(|line| match line.stand {
            LineStand::Pending { not_before, .. } => is_wide(not_before),
            _ => false,
        })
}
