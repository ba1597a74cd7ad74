//! The purpose of each guard: the world in which its absence does harm, or why its absence does none.

use crate::counter_example::story;
use crate::guard::{Guard, Without, World};
use crate::model::Model;
use crate::safety::Violation;
use crate::search::{Report, search};
use crate::worlds;

/// What becomes of the protocol without a guard.
#[derive(Clone, Debug)]
pub enum Shown {
    /// There is harm.
    Harm {
        /// The world.
        world: World,
        /// The harm.
        violation: Violation,
    },
    /// There is no harm, because other guards cover this one.
    Redundant {
        /// The worlds that were searched.
        worlds: &'static [World],
        /// Why there is no harm.
        why: &'static str,
        /// Another guard whose absence does harm together with this one's, and none alone.
        with: Option<(Guard, World, Violation)>,
    },
}

const fn harm(world: World, violation: Violation) -> Shown {
    Shown::Harm { world, violation }
}

/// The expectation of each guard.
pub fn expected(guard: Guard) -> Shown {
    match guard {
        Guard::LeaseEndIsDoubt
        | Guard::UnknownIsNotRefused
        | Guard::Quarantine
        | Guard::ReadCountsFromItsTime
        | Guard::ClaimOnVersion
        | Guard::LeaseOutlivesFunction => harm(worlds::ONE_LABEL, Violation::Twice),
        Guard::ThreeAbsentReads | Guard::ReadCountsWhenDue | Guard::FenceOnProbe => {
            harm(worlds::LAGGING, Violation::Twice)
        }
        Guard::DayOfDoubt => harm(worlds::UNTIL_GONE_DEDUPED, Violation::TooLong),
        Guard::LockStaysInDoubt => harm(worlds::LAGGING, Violation::TwoNumbers),
        Guard::LeaseGrace | Guard::WriterCompared => harm(worlds::UNTIL_GONE, Violation::Needless),
        Guard::PersonWaits => harm(worlds::UNTIL_GONE, Violation::Twice),
        Guard::Sweep => harm(worlds::BELLS, Violation::Stranded),
        Guard::IdenticalByHash => harm(worlds::UNTIL_GONE_DEDUPED, Violation::NotIdentical),
        Guard::RepeatFollowsLabel => harm(worlds::UNTIL_GONE_DEDUPED, Violation::OfDeadLabel),
        Guard::RefusedRepeatProvesNothing => {
            harm(worlds::UNTIL_GONE_DEDUPED, Violation::RejectedButThere)
        }
        Guard::OneNumber | Guard::OneSending => {
            harm(worlds::TWO_AT_BACK_MARKET, Violation::TwoNumbers)
        }
        Guard::FormerByAPerson => harm(worlds::WISH_AGAIN, Violation::Overridden),
        Guard::LookFirst => harm(worlds::WISH, Violation::Overridden),
        Guard::NeverAtClaim => harm(worlds::AMAZON_RULES, Violation::DespiteNever),
        Guard::ForeignStays => harm(worlds::AMAZON, Violation::AfterForeign),
        Guard::FenceOnOutcome => Shown::Redundant {
            worlds: &[
                worlds::ONE_LABEL,
                worlds::LAGGING,
                worlds::UNTIL_GONE,
                worlds::UNTIL_GONE_DEDUPED,
                worlds::AMAZON,
            ],
            why: "the lease covers it: by the time the fence has moved, the sender of the outcome is dead",
            with: None,
        },
        Guard::RingAfterSave => Shown::Redundant {
            worlds: &[worlds::BELLS],
            why: "the sweep covers it, up to five minutes later",
            with: Some((Guard::Sweep, worlds::FAULTLESS, Violation::Stranded)),
        },
    }
}

/// The result of a search without a guard.
pub struct Trial {
    /// The world.
    pub world: &'static str,
    /// The result.
    pub report: Report,
    /// The way to the harm, in words.
    pub story: Vec<String>,
}

/// Searches one world without some guards.
pub fn trial(world: World, without: Without) -> Trial {
    let mut model = Model::new(world, without);
    let report = search(&mut model);
    let story = report.found.as_ref().map(|found| story(&mut model, found)).unwrap_or_default();
    Trial { world: world.name, report, story }
}

/// Compares a search with what is expected.
///
/// # Errors
/// When they differ, both in words.
pub fn check(trial: &Trial, expected: Option<Violation>) -> Result<(), String> {
    let found = trial.report.found.as_ref().map(|found| found.violation);
    if found == expected {
        return Ok(());
    }
    Err(format!("{}: {found:?}, expected {expected:?}\n{}", trial.world, trial.story.join("\n")))
}
