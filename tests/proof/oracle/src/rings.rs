//! Whether the doorbell rings, and when: "Ring after the save", RULES.md, "A package's life".

use crate::act::{Act, Ms};
use crate::model::Order;
use crate::news::Former;
use crate::spans;
use crate::stand::{Class, LineStand, Parcel, Stand, When};

/// When a sender has something to do for a package.
fn work(parcel: &Parcel) -> Vec<When> {
    let of_package = match parcel.stand {
        Stand::Ready { not_before, .. } => {
            not_before.or_else(|| parcel.due_since.map(When::exactly))
        }
        Stand::InDoubt(doubt) => Some(doubt.read_at),
        _ => None,
    };
    let of_lines = parcel.lines.iter().filter_map(|line| match line.stand {
        LineStand::Pending { not_before, .. } => {
            Some(not_before.unwrap_or_else(|| When::exactly(line.since)))
        }
        LineStand::InDoubt(doubt) => Some(doubt.read_at),
        _ => None,
    });
    of_package.into_iter().chain(of_lines).collect()
}

/// Work rings that is new; all of it, when the sweep's ring is due; what is ready, when an event that changed nothing was
/// told again, or when the package that was being sent no longer is, for doorbells that came meanwhile found nothing to do.
/// In whole seconds, never too early; later than a message can wait is the sweep's. Where the moment has jitter, it is the
/// first and the last second that it may be.
pub fn rings(order: &Order, (former, act): (&Former, &Act), rang: bool, now: Ms) -> Vec<When> {
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
            let seconds = |at: Ms| ((at - now).max(0) + spans::SECOND - 1) / spans::SECOND;
            let bell = When { earliest: seconds(at.earliest), latest: seconds(at.latest) };
            if is_near(bell.earliest) && (rang || again || !had.contains(&at)) {
                rings.push(bell);
            }
        }
    }
    rings
}

/// Whether a message can wait so many seconds.
fn is_near(seconds: Ms) -> bool {
    seconds * spans::SECOND <= spans::DOORBELL_MAX
}

/// Whether the doorbell rings as it must: each time there is is one of ours, once, and each of ours that a message can
/// wait for is there.
pub fn are_rung(ours: &[When], theirs: &[Ms]) -> bool {
    let is_at = |ring: &When, delay: Ms| {
        (ring.earliest * spans::SECOND..=ring.latest * spans::SECOND).contains(&delay)
            && delay % spans::SECOND == 0
    };
    let is_allowed =
        |delay: &Ms| *delay <= spans::DOORBELL_MAX && ours.iter().any(|ring| is_at(ring, *delay));
    let is_there = |ring: &When| theirs.iter().any(|delay| is_at(ring, *delay));
    theirs.is_sorted_by(|one, next| one < next)
        && theirs.iter().all(is_allowed)
        && ours.iter().filter(|ring| is_near(ring.latest)).all(is_there)
}

/// Nothing was told of the package, and nothing became of it.
fn is_same(order: &Order, (former, parcel): (&Former, &Parcel)) -> bool {
    let known = former.about(parcel.id).and_then(|about| about.known);
    former.parcel(parcel.id) == Some(parcel) && known == Some(order.facts.known_of(parcel.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(earliest: Ms, latest: Ms) -> When {
        When { earliest, latest }
    }

    #[test]
    fn a_ring_is_at_its_second_or_within_its_jitter() {
        let both = [When::exactly(5), when(880, 920)];
        for theirs in [&[5_000, 880_000][..], &[5_000, 900_000], &[5_000]] {
            assert!(are_rung(&both, theirs), "{theirs:?}");
        }
        for theirs in [
            &[][..],
            &[880_000],
            &[5_000, 5_000],
            &[5_001],
            &[5_000, 879_000],
            &[5_000, 901_000],
            &[900_000, 5_000],
        ] {
            assert!(!are_rung(&both, theirs), "{theirs:?}");
        }
        // What a message can surely wait for must ring, though the product says when.
        assert!(are_rung(&[when(100, 900)], &[421_000]));
        assert!(!are_rung(&[when(100, 900)], &[]));
    }
}
