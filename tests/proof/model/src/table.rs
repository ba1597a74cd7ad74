//! What each guard of the protocol is for: the world in which its absence does harm, or why it does none.

use crate::guard::{Without, World};
use crate::model::Model;
use crate::safety::Violation;
use crate::search::{Report, search};
use crate::words::story;
use crate::worlds;
use domain::guard::Guard;

/// What becomes of the protocol without a guard.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    /// Harm.
    Harm {
        /// Where.
        world: World,
        /// Which.
        violation: Violation,
    },
    /// None: others cover it.
    Redundant {
        /// Where it was looked for.
        worlds: &'static [World],
        /// Why there is none.
        why: &'static str,
        /// With which other guard away, too, there is harm that this other one alone does not do there.
        with: Option<(Guard, World, Violation)>,
    },
}

const fn harm(world: World, violation: Violation) -> Shown {
    Shown::Harm { world, violation }
}

/// What is expected of each guard of the protocol. The other guards are of facts, of IMEIs or of the shell, which the model
/// does not have: the simulator leaves them out.
pub const GUARDS: [(Guard, Shown); 38] = [
    (Guard::LeaseEndIsDoubt, harm(worlds::ONE_LABEL, Violation::Twice)),
    (Guard::UnknownIsNotRefused, harm(worlds::ONE_LABEL, Violation::Twice)),
    (Guard::Quarantine, harm(worlds::ONE_LABEL, Violation::Twice)),
    (Guard::ThreeAbsentReads, harm(worlds::LAGGING, Violation::Twice)),
    (Guard::ReadCountsWhenDue, harm(worlds::LAGGING, Violation::Twice)),
    (Guard::ReadCountsFromItsTime, harm(worlds::ONE_LABEL, Violation::Twice)),
    (Guard::ClaimOnVersion, harm(worlds::ONE_LABEL, Violation::Twice)),
    (
        Guard::FenceOnOutcome,
        Shown::Redundant {
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
    ),
    (Guard::FenceOnProbe, harm(worlds::LAGGING, Violation::Twice)),
    (Guard::LeaseOutlivesFunction, harm(worlds::ONE_LABEL, Violation::Twice)),
    (Guard::LeaseGrace, harm(worlds::UNTIL_GONE, Violation::Needless)),
    (Guard::Sweep, harm(worlds::BELLS, Violation::Stranded)),
    (
        Guard::RingAfterSave,
        Shown::Redundant {
            worlds: &[worlds::BELLS],
            why: "the sweep covers it, up to five minutes later",
            with: Some((Guard::Sweep, worlds::FAULTLESS, Violation::Stranded)),
        },
    ),
    (Guard::IdenticalByHash, harm(worlds::UNTIL_GONE_DEDUPED, Violation::NotIdentical)),
    (Guard::DayOfDoubt, harm(worlds::UNTIL_GONE_DEDUPED, Violation::TooLong)),
    (Guard::RepeatFollowsLabel, harm(worlds::UNTIL_GONE_DEDUPED, Violation::OfCancelled)),
    (
        Guard::RefusedRepeatProvesNothing,
        harm(worlds::UNTIL_GONE_DEDUPED, Violation::RejectedButThere),
    ),
    (Guard::OneSending, harm(worlds::TWO_AT_BACK_MARKET, Violation::TwoNumbers)),
    (Guard::OneNumber, harm(worlds::TWO_AT_BACK_MARKET, Violation::TwoNumbers)),
    (Guard::LookFirst, harm(worlds::WISH, Violation::Overridden)),
    (Guard::NeverAtClaim, harm(worlds::AMAZON_RULES, Violation::DespiteNever)),
    (Guard::ForeignStays, harm(worlds::AMAZON, Violation::AfterForeign)),
    (Guard::LockStaysInDoubt, harm(worlds::LAGGING, Violation::TwoNumbers)),
    (Guard::WriterCompared, harm(worlds::UNTIL_GONE, Violation::Needless)),
    (Guard::PersonWaits, harm(worlds::UNTIL_GONE, Violation::Twice)),
    (Guard::WishHolds, harm(worlds::WISHES, Violation::DespiteWish)),
    (Guard::LateWishHoldsAgain, harm(worlds::WISHES, Violation::DespiteWish)),
    (Guard::WishShown, harm(worlds::WISHES, Violation::NotShown)),
    (Guard::DeadlineSendNeedsALook, harm(worlds::SENDS, Violation::Unlooked)),
    (Guard::DeadlineSendStopsAtClaim, harm(worlds::SENDS, Violation::DespiteOff)),
    (Guard::PauseStops, harm(worlds::PAUSES, Violation::DespitePause)),
    (Guard::ObserveAtClaim, harm(worlds::OBSERVES, Violation::DespiteObserving)),
    (
        Guard::ObservedStays,
        Shown::Redundant {
            worlds: &[worlds::OBSERVES],
            why: "time goes on here with a timer alone, and what was observed has none; the simulator shows what is told later",
            with: None,
        },
    ),
    (Guard::LookOfWhatIsCompared, harm(worlds::SENDS, Violation::Unlooked)),
    (
        Guard::LookUnderItsFence,
        Shown::Redundant {
            worlds: &[worlds::SENDS],
            why: "none is recorded while one is sent, and what is recorded after that is still so: our number and another's stay shown, \
                  and an absence counts only where it was asked for after the claim that it is held against",
            with: None,
        },
    ),
    (Guard::RestoredIsDoubt, harm(worlds::RESTORED, Violation::Twice)),
    (Guard::RestoredIsNotRepeated, harm(worlds::RESTORED_DEDUPED, Violation::NotIdentical)),
    (Guard::FormerByAPerson, harm(worlds::WISH_AGAIN, Violation::Overridden)),
];

/// What was found without a guard.
pub struct Trial {
    /// In which world.
    pub world: &'static str,
    /// What was found there.
    pub report: Report,
    /// The way to it, in words.
    pub story: Vec<String>,
}

/// Searches one world without some guards.
pub fn trial(world: World, without: Without) -> Trial {
    let mut model = Model::new(world, without);
    let report = search(&mut model);
    let story = report.found.as_ref().map(|found| story(&mut model, found)).unwrap_or_default();
    Trial { world: world.name, report, story }
}

/// Whether a trial came out as expected: what there is instead, if not.
///
/// # Errors
/// What was expected, and what there is.
pub fn check(trial: &Trial, expected: Option<Violation>) -> Result<(), String> {
    let found = trial.report.found.as_ref().map(|found| found.violation);
    if found == expected {
        return Ok(());
    }
    Err(format!("{}: {found:?}, expected {expected:?}\n{}", trial.world, trial.story.join("\n")))
}
