//! The IMEI of one line, registered by a request of its own (rule I7).

use crate::act::{Aim, End, Failure, Found, Ms};
use crate::after::FIRST_READ;
use crate::follow::{failed, with_line};
use crate::model::Order;
use crate::spans;
use crate::stand::{Line, LineStand, Tries, When};

pub(crate) fn line_failed(line: &mut Line, failure: Failure, now: Ms) {
    let tries = failed(line.tries, failure.words);
    line.tries = Some(tries);
    let again = spans::retry(tries.failures, failure.after, now);
    line.stand = if now - line.since >= spans::GIVE_UP {
        LineStand::Failed { at: now }
    } else {
        LineStand::Pending { not_before: Some(again), rings: spans::first_ring(again, now) }
    };
}

pub(crate) fn line_ended(order: &mut Order, aim: Aim, end: End, now: Ms) {
    with_line(order, aim, |line| match end {
        End::Accepted { .. } => line.stand = LineStand::Done { at: now },
        End::NotApplied(failure) => line_failed(line, failure, now),
        End::Refused { .. } => line.stand = LineStand::Failed { at: now },
        End::AlreadyShipped { .. } => line.stand = LineStand::InDoubt(spans::doubt(0, None, now)),
        End::Unknown(failure) => {
            line.stand = LineStand::InDoubt(spans::doubt(FIRST_READ, failure.after, now));
        }
    });
}

pub(crate) fn line_read(order: &mut Order, aim: Aim, found: Found, (asked_at, now): (Ms, Ms)) {
    with_line(order, aim, |line| {
        let LineStand::InDoubt(doubt) = line.stand else { return };
        line.stand = match found {
            Found::Ours { .. } => LineStand::Done { at: now },
            Found::Other { .. } | Found::Former { .. } | Found::Untold { .. } => {
                LineStand::Failed { at: now }
            }
            Found::Unreadable(failure) => {
                LineStand::InDoubt(spans::read(&doubt, 0, failure.after, now))
            }
            Found::Absent => {
                let doubt = spans::read(&doubt, 1, None, now);
                let is_proven = doubt.absent >= spans::ABSENT_READS
                    && asked_at - doubt.since >= spans::QUARANTINE;
                let tries = line.tries.unwrap_or_default();
                // "Absence that is proven counts as not applied: seven days after it was due first it is `gave_up`"
                match (is_proven, now - line.since >= spans::GIVE_UP) {
                    (true, true) => LineStand::Failed { at: now },
                    (true, false) => {
                        line.tries = Some(Tries { returns: 0, ..tries });
                        let rings = spans::first_ring(When::exactly(now), now);
                        LineStand::Pending { not_before: None, rings }
                    }
                    (false, _) => LineStand::InDoubt(doubt),
                }
            }
        };
    });
}
