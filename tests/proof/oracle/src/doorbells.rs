//! The doorbells that ring after an input, and when. "Ring after the save" under "A package's life", and "Rings" under "Said
//! exactly".

use crate::inputs::Ms;
use crate::notices::Snapshot;
use crate::order::Order;
use crate::spans;
use crate::states::{ImeiState, PackageState, Parcel, StateKind, TimeRange};

/// The moments at which a sender has something to do for a package.
fn work(parcel: &Parcel) -> Vec<TimeRange> {
    let of_package = match parcel.state {
        PackageState::Ready { not_before, .. } => {
            not_before.or_else(|| parcel.due_since.map(TimeRange::exactly))
        }
        PackageState::InDoubt(doubt) => Some(doubt.read_at),
        _ => None,
    };
    let of_lines = parcel.lines.iter().filter_map(|line| match line.state {
        ImeiState::Pending { not_before, .. } => {
            Some(not_before.unwrap_or_else(|| TimeRange::exactly(line.since)))
        }
        ImeiState::InDoubt(doubt) => Some(doubt.read_at),
        _ => None,
    });
    let look = parcel.looks.tried.map(|tried| TimeRange::exactly(tried.at));
    of_package.into_iter().chain(of_lines).chain(look).collect()
}

/// How long each doorbell waits, in whole seconds and never too short.
///
/// New work rings. When the sweep's ring is due, all work rings. What is ready rings again when an event that changed
/// nothing was redelivered, and when the package that was being sent no longer is: doorbells that came meanwhile found
/// nothing to do. Work that is later than a message can wait is left to the sweep. Where the moment has jitter, the range
/// has the first and the last second that it may be.
pub fn rings(order: &Order, before: &Snapshot, has_swept: bool, now: Ms) -> Vec<TimeRange> {
    let is_sending =
        |parcels: &[Parcel]| parcels.iter().any(|parcel| parcel.state_kind() == StateKind::Sending);
    let is_free_again = is_sending(&before.parcels) && !is_sending(&order.parcels);
    let mut rings = Vec::new();
    for parcel in &order.parcels {
        let former_work = before.parcel(parcel.id).map(work).unwrap_or_default();
        let is_ready = matches!(parcel.state, PackageState::Ready { .. });
        // "When a package is no longer `sending` […] all work that waits is rung": a look waits for that, too.
        let waits = is_ready || parcel.looks.tried.is_some();
        let again = waits && is_free_again || is_ready && is_redelivered(order, before, parcel);
        for at in work(parcel) {
            let seconds = |at: Ms| ((at - now).max(0) + spans::SECOND - 1) / spans::SECOND;
            let ring = TimeRange { earliest: seconds(at.earliest), latest: seconds(at.latest) };
            if is_near(ring.earliest) && (has_swept || again || !former_work.contains(&at)) {
                rings.push(ring);
            }
        }
    }
    rings
}

/// Whether a message can wait for this many seconds.
fn is_near(seconds: Ms) -> bool {
    seconds * spans::SECOND <= spans::DOORBELL_MAX
}

/// Whether the product's rings are right: each is one of ours, none is there twice, and each of ours that a message can
/// wait for is there.
pub fn are_rung(ours: &[TimeRange], theirs: &[Ms]) -> bool {
    let is_at = |ring: &TimeRange, delay: Ms| {
        (ring.earliest * spans::SECOND..=ring.latest * spans::SECOND).contains(&delay)
            && delay % spans::SECOND == 0
    };
    let is_allowed =
        |delay: &Ms| *delay <= spans::DOORBELL_MAX && ours.iter().any(|ring| is_at(ring, *delay));
    let is_there = |ring: &TimeRange| theirs.iter().any(|delay| is_at(ring, *delay));
    theirs.is_sorted_by(|one, next| one < next)
        && theirs.iter().all(is_allowed)
        && ours.iter().filter(|ring| is_near(ring.latest)).all(is_there)
}

/// Whether the input is an event that said nothing new of the package and changed nothing of it.
fn is_redelivered(order: &Order, before: &Snapshot, parcel: &Parcel) -> bool {
    let known = before.package(parcel.id).and_then(|snapshot| snapshot.known.clone());
    before.is_event
        && before.parcel(parcel.id) == Some(parcel)
        && known == Some(order.facts.known_facts(parcel.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(earliest: Ms, latest: Ms) -> TimeRange {
        TimeRange { earliest, latest }
    }

    #[test]
    fn a_ring_is_at_its_second_or_within_its_jitter() {
        let both = [TimeRange::exactly(5), when(880, 920)];
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
        // Work that a message can surely wait for must ring; the product chooses when.
        assert!(are_rung(&[when(100, 900)], &[421_000]));
        assert!(!are_rung(&[when(100, 900)], &[]));
    }
}
