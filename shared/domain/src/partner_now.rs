//! What a partner has set right before a claim: it may stop what its label asked for.

use crate::{DeadlineAction, Mode, Moment, Partner, Timing};

/// What a partner has set right before a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartnerNow {
    /// The timing (rule T5).
    pub timing: TimingNow,
    /// Whether what is decided is sent (rule A3).
    pub mode: Mode,
    /// Whether what waits for its movement is sent before its ship-by (rule S2).
    pub sends_at_deadline: bool,
    /// Whether what has waited for its movement for long is sent without one (rule S11).
    pub sends_after_wait: bool,
    /// Whether what the channel took is verified (rule S8).
    pub verifies: bool,
}

impl PartnerNow {
    /// This timing, and nothing else that matters at a claim.
    pub const fn under(timing: TimingNow) -> Self {
        Self {
            timing,
            mode: Mode::Live,
            sends_at_deadline: false,
            sends_after_wait: false,
            verifies: false,
        }
    }
}

/// The timing in force right before a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimingNow {
    /// The partner's timing.
    pub timing: Timing,
    /// When [`Timing::Never`] was last left.
    pub never_until: Option<Moment>,
}

impl Partner {
    /// The timing in force now.
    pub fn timing_now(&self) -> TimingNow {
        TimingNow { timing: self.timing, never_until: self.never.left_at() }
    }

    /// What is set now, for a claim.
    pub fn now(&self) -> PartnerNow {
        PartnerNow {
            timing: self.timing_now(),
            mode: self.mode,
            sends_at_deadline: self.deadline.action() == DeadlineAction::Send,
            sends_after_wait: self.or_after.is_some(),
            verifies: self.verify,
        }
    }
}
