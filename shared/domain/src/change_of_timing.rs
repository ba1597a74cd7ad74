//! What a change of a partner's timing does to packages that wait: a change alone never sends anything (rule T4), and
//! `never` stops what is not sent yet (rule T5).

use crate::step::{current, is_sent_by_person, is_stopped_by_never};
use crate::{Order, Package, State, Timing, TimingNow, Withheld};

/// How many packages a change of the timing leaves as they are, and how many it stops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeOfTiming {
    /// Packages not sent yet that go on by the timing under which their label was made.
    pub keep_former: usize,
    /// Packages not sent yet that the change stops.
    pub stopped: usize,
    /// Packages that a former `never` stopped: no change releases them.
    pub stay_stopped: usize,
    /// Packages that were observed: no change sends one (rule A3).
    pub observed: usize,
}

impl ChangeOfTiming {
    /// What becomes of an order's packages when the timing in force, `from`, is changed to `to`.
    pub fn of(order: &Order, from: TimingNow, to: Timing) -> Self {
        let mut change = Self::default();
        for package in order.packages.values() {
            match fate(package, from, to) {
                Some(Fate::KeepsFormer) => change.keep_former += 1,
                Some(Fate::Stopped) => change.stopped += 1,
                Some(Fate::StaysStopped) => change.stay_stopped += 1,
                Some(Fate::StaysObserved) => change.observed += 1,
                None => {}
            }
        }
        change
    }

    /// The sum of two changes.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            keep_former: self.keep_former.saturating_add(other.keep_former),
            stopped: self.stopped.saturating_add(other.stopped),
            stay_stopped: self.stay_stopped.saturating_add(other.stay_stopped),
            observed: self.observed.saturating_add(other.observed),
        }
    }
}

enum Fate {
    KeepsFormer,
    Stopped,
    StaysStopped,
    StaysObserved,
}

fn fate(package: &Package, from: TimingNow, to: Timing) -> Option<Fate> {
    if package.observed().is_some() {
        return Some(Fate::StaysObserved);
    }
    let label = current(package)?;
    let is_not_sent = match package.state {
        State::Waiting(_) | State::Ready(_) | State::Held(_) | State::Withheld(Withheld::Never) => {
            true
        }
        State::Withheld(Withheld::Cancelled | Withheld::OneTrackingPerOrder)
        | State::Rejected(_)
        | State::Observed(_)
        | State::Closed { .. }
        | State::Sent(_) => false,
    };
    // What a person sends goes by their word, whatever the timing.
    if !is_not_sent || is_sent_by_person(package, label) {
        return None;
    }
    if label.timing() == Timing::Never || is_stopped_by_never(package, label, from) {
        return Some(Fate::StaysStopped);
    }
    match to {
        Timing::Never => Some(Fate::Stopped),
        Timing::WhenTrackingShowsMovement | Timing::WhenTrackingIsAssigned => {
            (label.terms.timing != to).then_some(Fate::KeepsFormer)
        }
    }
}
