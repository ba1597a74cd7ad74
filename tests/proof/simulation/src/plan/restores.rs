//! Schedules in which the table goes back to what it was: everything is stopped, the table is restored from a backup, what was on the bus
//! is replayed, and then the senders begin again (rule A2). They have dice of their own, so that the rest of a seed's schedule stays as
//! it is.

use super::{Fact, HOUR, Happening, MINUTE, What};
use crate::dice::Dice;

/// Sets these throws apart from the schedule's.
const APART: u64 = 0x1cd0_c151_2581_70f9;

/// A restore of the table. Unit: milliseconds after the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restore {
    /// When the backup was made.
    pub backed_up_at: i64,
    /// When the table goes back to it.
    pub at: i64,
}

/// Whether the table is restored in the schedule of a seed.
pub(super) fn is_restored(seed: u64) -> bool {
    Dice::new(seed ^ APART).one_in(16)
}

/// Restores the table of a schedule, mostly a little after something was to be sent. What no event tells is forgotten for good, so it does
/// not happen here: what people say, what they set, and what looks show.
pub(super) fn thrown(seed: u64, happenings: &mut Vec<Happening>) -> Option<Restore> {
    let mut dice = Dice::new(seed ^ APART);
    if !dice.one_in(16) {
        return None;
    }
    happenings.retain(|happening| is_told(&happening.what));
    let is_decisive =
        |what: &What| matches!(what, What::Event(Fact::Label(_) | Fact::Scan { .. }, _));
    let decisive = happenings.iter().filter(|happening| is_decisive(&happening.what));
    let moments: Vec<i64> = decisive.map(|happening| happening.at).collect();
    if moments.is_empty() {
        return None;
    }
    let soon = if dice.one_in(2) { 10 * MINUTE } else { 5 * HOUR };
    let at = dice.pick(&moments) + dice.of(0..soon);
    let before = if dice.one_in(2) { HOUR } else { 30 * HOUR };
    Some(Restore { backed_up_at: (at - dice.of(1..before)).max(0), at })
}

/// Whether it is told by an event, or happens at a marketplace or to the functions alone.
const fn is_told(what: &What) -> bool {
    match what {
        What::Event(..)
        | What::ShippedByHand(_)
        | What::Outage(..)
        | What::Away(..)
        | What::Revoked(_)
        | What::Restored(_)
        | What::ClocksJump
        | What::Redriven => true,
        What::Timing(..)
        | What::Missing(..)
        | What::Watched(..)
        | What::SentLate(..)
        | What::Shows(..)
        | What::StoresNothing(_)
        | What::ShippedByHandAs(..)
        | What::Person(..)
        | What::Paused(_)
        | What::Resumed(..)
        | What::Mode(..)
        | What::ReleasedAgain(_)
        | What::NeverWhileWaiting(_) => false,
    }
}
