//! The IMEI of one line, registered by a request of its own. Rule I7.

use crate::inputs::{Failure, Ms, Outcome, Reading, ShownImei, Target};
use crate::order::Order;
use crate::readings::{FIRST_READ, Read};
use crate::spans;
use crate::states::{ImeiState, Line, TimeRange, Tries};
use crate::transitions::{failed, with_line};

/// The IMEI was certainly not registered, and is tried again later, for at most 7 days.
pub(crate) fn retry_line_later(line: &mut Line, failure: Failure, now: Ms) {
    let tries = failed(line.tries, failure.words);
    line.tries = Some(tries);
    let again = spans::retry(tries.failures, failure.after, now);
    line.state = if now - line.since >= spans::GIVE_UP {
        ImeiState::Failed { at: now }
    } else {
        ImeiState::Pending { not_before: Some(again), rings: spans::first_ring(again, now) }
    };
}

/// Records how a registration ended.
pub(crate) fn record_line_outcome(order: &mut Order, target: Target, outcome: Outcome, now: Ms) {
    with_line(order, target, |line| match outcome {
        Outcome::Accepted { .. } => line.state = ImeiState::Done { at: now },
        Outcome::NotApplied(failure) => retry_line_later(line, failure, now),
        Outcome::Refused { .. } => line.state = ImeiState::Failed { at: now },
        Outcome::AlreadyShipped { .. } => {
            line.state = ImeiState::InDoubt(spans::doubt(0, None, now));
        }
        Outcome::Unknown(failure) => {
            line.state = ImeiState::InDoubt(spans::doubt(FIRST_READ, failure.after, now));
        }
    });
}

/// "In a read of a line in doubt, what is shown alone of the two is registered, and the other one is absent."
pub(crate) fn without_what_is_shown(
    order: &mut Order,
    target: Target,
    reading: Reading,
) -> Reading {
    let (Target::Line { item, .. }, Reading::Ours { shown }) = (target, reading) else {
        return reading;
    };
    match shown[item] {
        Some(only @ (ShownImei::OnlyImei | ShownImei::OnlySerial)) => {
            with_line(order, target, |line| line.device = line.device.without(only));
            Reading::Absent
        }
        _ => reading,
    }
}

/// Records what a read of a line showed.
pub(crate) fn record_line_reading(order: &mut Order, target: Target, read: Read) {
    let now = read.now;
    with_line(order, target, |line| {
        let ImeiState::InDoubt(doubt) = line.state else { return };
        line.state = match read.reading {
            Reading::Ours { shown } => match shown[line.item] {
                Some(ShownImei::Ours) | None => ImeiState::Done { at: now },
                // "where it shows another of one, neither goes"
                // `without_what_is_shown` has made absence of the others.
                Some(_) => ImeiState::Failed { at: now },
            },
            Reading::Other { .. } | Reading::Former { .. } | Reading::Unclear { .. } => {
                ImeiState::Failed { at: now }
            }
            Reading::Unreadable(failure) => {
                ImeiState::InDoubt(spans::read(&doubt, 0, failure.after, now))
            }
            Reading::Absent => {
                let doubt = spans::read(&doubt, 1, None, now);
                let is_proven = doubt.absent >= spans::ABSENT_READS
                    && read.asked_at - doubt.since >= spans::QUARANTINE;
                let tries = line.tries.unwrap_or_default();
                // "Absence that is proven counts as not applied: seven days after it was due first it is `gave_up`"
                match (is_proven, now - line.since >= spans::GIVE_UP) {
                    (true, true) => ImeiState::Failed { at: now },
                    (true, false) => {
                        line.tries = Some(Tries { repeats: 0, ..tries });
                        let rings = spans::first_ring(TimeRange::exactly(now), now);
                        ImeiState::Pending { not_before: None, rings }
                    }
                    (false, _) => ImeiState::InDoubt(doubt),
                }
            }
        };
    });
}
