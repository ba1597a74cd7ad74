//! Faults of a whole schedule: slow accounts, marketplaces that are away for hours, `never` that comes while a sender waits,
//! answers that break off, a table that takes no outcome. They have dice of their own, so that the rest of a seed's schedule
//! stays as it is.

use super::{Account, Away, Fact, HOUR, Happening, MINUTE, What};
use crate::dice::Dice;
use crate::fault::{FaultPoint, Planned};
use domain::Timing;

/// Sets these throws apart from the schedule's.
const APART: u64 = 0x9e6c_63d0_876a_3f6b;

/// How long a schedule's calls take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// A call takes a few milliseconds, and at times up to 2.5 s.
    Usual,
    /// Each call takes up to 2 s.
    Slow,
    /// Calls take the usual time, but one in this many hangs for as long as its caller waits.
    Hanging(u32),
}

/// Adds these faults to a plan.
pub(super) struct More {
    pub(super) speed: Speed,
    pub(super) happenings: Vec<Happening>,
    pub(super) faults: Vec<Planned>,
}

pub(super) fn thrown(seed: u64, accounts: &[Account], story: &[Happening]) -> More {
    let mut dice = Dice::new(seed ^ APART);
    let pace = match dice.of(0..16) {
        0..3 => Speed::Slow,
        3 => Speed::Hanging(u32::try_from(dice.of(3..20)).unwrap_or(12)),
        _ => Speed::Usual,
    };
    let moments: Vec<i64> = story.iter().filter(|h| is_decisive(&h.what)).map(|h| h.at).collect();
    let mut happenings = Vec::new();
    for (place, account) in accounts.iter().enumerate() {
        if moments.is_empty() {
            continue;
        }
        let at = dice.pick(&moments);
        if dice.one_in(12) {
            away(&mut dice, (place, at), &mut happenings);
        }
        if account.channel.facts().never_allowed && dice.one_in(4) {
            never(&mut dice, (place, at), &mut happenings);
        }
    }
    More { speed: pace, happenings, faults: faults(&mut dice) }
}

/// Whether the happening may make a package due.
fn is_decisive(what: &What) -> bool {
    matches!(what, What::Event(Fact::Label(_) | Fact::Scan { .. }, _))
}

/// Lets the marketplace say 503 for an hour or more, from a little before something is due, or from just then.
fn away(dice: &mut Dice, (account, at): (usize, i64), more: &mut Vec<Happening>) {
    let early = if dice.one_in(2) { dice.of(0..3_000) } else { dice.of(0..20 * MINUTE) };
    let lasts = if dice.one_in(6) { dice.of(5 * HOUR..12 * HOUR) } else { dice.of(HOUR..5 * HOUR) };
    let (writes, reads) = dice.pick(&[(true, false), (false, true), (true, true)]);
    let retry_after_s =
        if dice.one_in(2) { Some(u32::try_from(dice.of(1..3_600)).unwrap_or(60)) } else { None };
    let away = Away { lasts, writes, reads, retry_after_s };
    more.push(Happening { at: (at - early).max(0), what: What::Away(account, away) });
}

/// Lets `never` come when a sender waits. Later the account mostly has another timing again.
fn never(dice: &mut Dice, (account, at): (usize, i64), more: &mut Vec<Happening>) {
    let from = (at - dice.of(0..MINUTE)).max(0);
    more.push(Happening { at: from, what: What::NeverWhileWaiting(account) });
    if !dice.one_in(3) {
        let others = [Timing::WhenTrackingShowsMovement, Timing::WhenTrackingIsAssigned];
        let what = What::Timing(account, dice.pick(&others));
        more.push(Happening { at: at + dice.of(5 * MINUTE..3 * HOUR), what });
    }
}

/// Lets a few of the first answers break off, and a few of the first outcomes not be saved.
const PLACES: [FaultPoint; 8] = [
    FaultPoint::Submit,
    FaultPoint::Submit,
    FaultPoint::Submit,
    FaultPoint::Submit,
    FaultPoint::Submit,
    FaultPoint::Read,
    FaultPoint::Token,
    FaultPoint::Register,
];

fn faults(dice: &mut Dice) -> Vec<Planned> {
    let count = if dice.one_in(6) { dice.of(1..4) } else { 0 };
    (0..count)
        .map(|_| {
            let port = dice.pick(&PLACES);
            let nth = u32::try_from(dice.of(0..3)).unwrap_or(0);
            Planned { port, nth, fault: dice.pick(port.more_faults()) }
        })
        .collect()
}
