//! Bugs that the simulator plants to see whether it would find them: each is one guard of the rules left out. They exist
//! only with the feature `planted`, which no function is built with; without it [`is`] is `false` where it is compiled,
//! and nothing of them is left. A bug that only hears something wrongly, or ends a lease wrongly, is planted around
//! [`crate::step`] (`heard`, `done`) and not in it.

#[cfg(all(feature = "planted", not(debug_assertions)))]
compile_error!("planted bugs are for the simulator; no release build may have them");

#[cfg(feature = "planted")]
use crate::{
    Attempt, NotApplied, Outcome, Pending, Reading, Ready, Ring, Sent, Stage, State, Target,
};
use crate::{Input, Moment, Order};
use std::borrow::Cow;

/// A guard left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each says what it does in `Bug::words`")]
pub enum Bug {
    LeaseExpiryResubmits,
    TimeoutIsNotApplied,
    NoQuarantine,
    OneAbsentReadIsEnough,
    FenceNotChecked,
    RepeatNotIdentical,
    DoubtIsReleased,
    ConflictIsAbsent,
    AlreadyShippedIsAccepted,
    NoTimerInDoubt,
    MergeByArrival,
    VoidBeforeLabelForgotten,
    ImeiTieByArrival,
    ImeiDeadlineFromArrival,
    ImeiHoldIgnored,
    OldLabelsScanCounts,
    OldScanCounts,
    CancelIgnored,
    NeverIgnored,
    HoldIgnored,
    PlaceIgnored,
    TwoAtOnce,
    ClaimWithoutVersion,
    LeaseShorterThanTimeout,
    NoSweep,
    RingBeforeSave,
    RequestBeforeClaim,
    NoAnswerIsRepeated,
    NoLookFirst,
    NotedScanForgotten,
    RaceOfScanAndLabel,
    OursIsAbsent,
    RelabelKeepsNumber,
    BatchDropsLast,
    PolicyIgnored,
    UntoldForgotten,
    NothingThereAtOnce,
    RepeatsEndEarly,
    ImeiCostsConfirmation,
    ImeisNotCompared,
    ShipsBeforeLabel,
    StoppedMovesUnseen,
    LateImeiUnmarked,
    FormerIsAbsent,
    FormerByAnyName,
    FormerForgotten,
    ReleasedAtOnce,
    UnknownIsDropped,
    ReleasedForGood,
    PartnerReadBeforeWait,
    CutBodyIsWhole,
    CutStatusIsLost,
    OutcomeGivenUp,
    HangsToTheEnd,
}

impl Bug {
    /// Every bug.
    pub const ALL: [Self; 54] = [
        Self::LeaseExpiryResubmits,
        Self::TimeoutIsNotApplied,
        Self::NoQuarantine,
        Self::OneAbsentReadIsEnough,
        Self::FenceNotChecked,
        Self::RepeatNotIdentical,
        Self::DoubtIsReleased,
        Self::ConflictIsAbsent,
        Self::AlreadyShippedIsAccepted,
        Self::NoTimerInDoubt,
        Self::MergeByArrival,
        Self::VoidBeforeLabelForgotten,
        Self::ImeiTieByArrival,
        Self::ImeiDeadlineFromArrival,
        Self::ImeiHoldIgnored,
        Self::OldLabelsScanCounts,
        Self::OldScanCounts,
        Self::CancelIgnored,
        Self::NeverIgnored,
        Self::HoldIgnored,
        Self::PlaceIgnored,
        Self::TwoAtOnce,
        Self::ClaimWithoutVersion,
        Self::LeaseShorterThanTimeout,
        Self::NoSweep,
        Self::RingBeforeSave,
        Self::RequestBeforeClaim,
        Self::NoAnswerIsRepeated,
        Self::NoLookFirst,
        Self::NotedScanForgotten,
        Self::RaceOfScanAndLabel,
        Self::OursIsAbsent,
        Self::RelabelKeepsNumber,
        Self::BatchDropsLast,
        Self::PolicyIgnored,
        Self::UntoldForgotten,
        Self::NothingThereAtOnce,
        Self::RepeatsEndEarly,
        Self::ImeiCostsConfirmation,
        Self::ImeisNotCompared,
        Self::ShipsBeforeLabel,
        Self::StoppedMovesUnseen,
        Self::LateImeiUnmarked,
        Self::FormerIsAbsent,
        Self::FormerByAnyName,
        Self::FormerForgotten,
        Self::ReleasedAtOnce,
        Self::UnknownIsDropped,
        Self::ReleasedForGood,
        Self::PartnerReadBeforeWait,
        Self::CutBodyIsWhole,
        Self::CutStatusIsLost,
        Self::OutcomeGivenUp,
        Self::HangsToTheEnd,
    ];

    /// What is wrong with it, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LeaseExpiryResubmits => "a lease that ran out makes the package ready again",
            Self::TimeoutIsNotApplied => "a request without an answer counts as not applied",
            Self::NoQuarantine => "absence counts before the quarantine is over",
            Self::OneAbsentReadIsEnough => "absence counts after one read",
            Self::FenceNotChecked => "an outcome or a read counts whatever its fence",
            Self::RepeatNotIdentical => "what is in doubt is repeated with whatever label it has",
            Self::DoubtIsReleased => "a refused repeat releases the lock of what is in doubt",
            Self::ConflictIsAbsent => "another's number at the channel is taken for nothing",
            Self::AlreadyShippedIsAccepted => "`shipped already` is taken for our number",
            Self::NoTimerInDoubt => "what is in doubt has no timer",
            Self::MergeByArrival => "the label told last counts, not the latest",
            Self::VoidBeforeLabelForgotten => "a void that comes before its label is forgotten",
            Self::ImeiTieByArrival => "of two IMEI lists the one told last counts",
            Self::ImeiDeadlineFromArrival => "the wait for IMEIs begins when the label arrives",
            Self::ImeiHoldIgnored => "missing IMEIs do not hold",
            Self::OldLabelsScanCounts => "a scan of the old label counts for the new one",
            Self::OldScanCounts => "a scan from long before the label counts",
            Self::CancelIgnored => "a cancelled order is sent",
            Self::NeverIgnored => "`never` is not looked at before a claim",
            Self::HoldIgnored => "a person's hold is not heeded",
            Self::PlaceIgnored => "an order that takes one number gets a second",
            Self::TwoAtOnce => "two packages of an order may be sent at the same time",
            Self::ClaimWithoutVersion => "a claim is saved over whatever is there by now",
            Self::LeaseShorterThanTimeout => "a lease ends before its function must",
            Self::NoSweep => "nobody looks at what is due",
            Self::RingBeforeSave => "the doorbell is rung before the save",
            Self::RequestBeforeClaim => "the request goes before the claim is saved",
            Self::NoAnswerIsRepeated => "a request without an answer is sent once more",
            Self::NoLookFirst => "the channel is not asked before a claim that would override",
            Self::NotedScanForgotten => "a label does not take over scans that came before it",
            Self::RaceOfScanAndLabel => {
                "a scan does not look again for a label that came meanwhile"
            }
            Self::OursIsAbsent => "our number at the channel is taken for nothing",
            Self::RelabelKeepsNumber => "a new label goes out by the number of the one before",
            Self::BatchDropsLast => "of the events of a batch about one order the last is dropped",
            Self::PolicyIgnored => {
                "missing IMEIs are dealt with as is usual, not as the seller set"
            }
            Self::UntoldForgotten => "what the bus did not take is not told again",
            Self::NothingThereAtOnce => {
                "a person may say that the channel has nothing while a request is under way"
            }
            Self::RepeatsEndEarly => {
                "what is in doubt is repeated twice, and then left to a person"
            }
            Self::ImeiCostsConfirmation => {
                "a refusal of a confirmation with an IMEI in it is final"
            }
            Self::ImeisNotCompared => {
                "an IMEI that went in the confirmation is taken for registered"
            }
            Self::ShipsBeforeLabel => "a scan from before the label is the ship date",
            Self::StoppedMovesUnseen => "nobody is told of what `never` stopped and then moved",
            Self::LateImeiUnmarked => "an IMEI that is not registered for hours is shown to nobody",
            Self::FormerIsAbsent => "a former number is taken for nothing before a person saw it",
            Self::FormerByAnyName => "a person's word of one former number is taken for any",
            Self::FormerForgotten => "what a person said of a former number is not kept",
            Self::ReleasedAtOnce => "what a person released from `never` waits for no movement",
            Self::UnknownIsDropped => "what a newer release stored is lost when an older one saves",
            Self::ReleasedForGood => "what a person once released is not stopped by `never` again",
            Self::PartnerReadBeforeWait => {
                "the partner is read before a token is waited for, and not again"
            }
            Self::CutBodyIsWhole => "a body that broke off is read as if it were whole",
            Self::CutStatusIsLost => "of an answer that broke off not even the status counts",
            Self::OutcomeGivenUp => "an outcome is given up when its first save fails",
            Self::HangsToTheEnd => "what hangs is waited for until the function's end",
        }
    }
}

#[cfg(feature = "planted")]
thread_local! {
    static PLANTED: std::cell::Cell<Option<Bug>> = const { std::cell::Cell::new(None) };
}

/// Plants a bug on this thread, in place of the one before.
#[cfg(feature = "planted")]
pub fn plant(bug: Option<Bug>) {
    PLANTED.set(bug);
}

/// Whether this bug is planted.
#[cfg(feature = "planted")]
pub fn is(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}

/// Whether this bug is planted: never, without the feature.
#[cfg(not(feature = "planted"))]
pub const fn is(_bug: Bug) -> bool {
    false
}

/// The input as the planted bug hears it.
#[cfg(feature = "planted")]
pub(crate) fn heard<'a>(order: &Order, input: Cow<'a, Input>) -> Cow<'a, Input> {
    let Some(bug) = PLANTED.get() else { return input };
    match (bug, input.into_owned()) {
        (
            Bug::TimeoutIsNotApplied,
            Input::Outcome {
                target: target @ Target::Confirmation(_),
                fence,
                outcome: Outcome::Unknown { reason, .. },
            },
        ) => {
            let outcome = Outcome::NotApplied(NotApplied { reason, retry_after: None });
            Cow::Owned(Input::Outcome { target, fence, outcome })
        }
        (
            Bug::AlreadyShippedIsAccepted,
            Input::Outcome {
                target: target @ Target::Confirmation(_),
                fence,
                outcome: Outcome::AlreadyShipped { .. },
            },
        ) => Cow::Owned(Input::Outcome { target, fence, outcome: Outcome::ACCEPTED }),
        (Bug::FenceNotChecked, Input::Outcome { target, outcome, .. }) => {
            let fence = order.fence(&target);
            Cow::Owned(Input::Outcome { target, fence, outcome })
        }
        (Bug::FenceNotChecked, Input::Probe { target, reading, hash, asked_at, .. }) => {
            let fence = order.fence(&target);
            Cow::Owned(Input::Probe { target, fence, reading, hash, asked_at })
        }
        (
            Bug::ConflictIsAbsent,
            Input::Probe {
                target: target @ Target::Confirmation(_),
                fence,
                reading: Reading::Other(_),
                asked_at,
                ..
            },
        )
        | (
            Bug::OursIsAbsent,
            Input::Probe {
                target: target @ Target::Confirmation(_),
                fence,
                reading: Reading::Ours(_),
                asked_at,
                ..
            },
        ) => {
            let reading = Reading::Absent;
            Cow::Owned(Input::Probe { target, fence, reading, hash: None, asked_at })
        }
        (_, input) => Cow::Owned(input),
    }
}

/// The input as it is: no bug is planted.
#[cfg(not(feature = "planted"))]
pub(crate) const fn heard<'a>(_order: &Order, input: Cow<'a, Input>) -> Cow<'a, Input> {
    input
}

/// What the planted bug does to an order once its input was followed.
#[cfg(feature = "planted")]
pub(crate) fn done(order: &mut Order, now: Moment) {
    if !is(Bug::LeaseExpiryResubmits) {
        return;
    }
    for package in order.packages.values_mut() {
        if let State::Sent(Sent { tries, stage, .. }) = &package.state
            && let Stage::Open(Attempt::Sending { lease_until }) = stage
            && now.since(*lease_until) >= jiff::SignedDuration::from_secs(5)
        {
            let pending = Pending { not_before: None, ring: Ring { next: now, count: 0 } };
            package.state = State::Ready(Ready { tries: tries.clone(), pending });
            package.fence = package.fence.saturating_add(1);
        }
    }
}

/// Nothing: no bug is planted.
#[cfg(not(feature = "planted"))]
pub(crate) const fn done(_order: &mut Order, _now: Moment) {}
