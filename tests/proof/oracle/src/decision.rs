//! Each package that is not sent becomes what [`precedence`](crate::precedence) says. Rules L5, I3, I5, "Due" and "What is
//! rejected" under "Said exactly".

use crate::inputs::Ms;
use crate::notices::Snapshot;
use crate::order::Order;
use crate::precedence::{Circumstances, Verdict, verdict};
use crate::spans;
use crate::states::{PackageState, Parcel, TimeRange};
use crate::timers::advance_rings;

/// The wait for IMEIs of an order.
#[derive(Clone, Copy, Debug, Default)]
struct ImeiWait {
    deadline: Ms,
    window: Ms,
}

impl Order {
    /// Decides each package that is not sent, advances the sweep's rings, and marks what is late. Returns whether a ring of
    /// the sweep was due.
    pub(crate) fn decide_unsent(&mut self, now: Ms) -> bool {
        let mut has_swept = false;
        for index in 0..self.parcels.len() {
            if self.is_undecided(&self.parcels[index]) {
                let circumstances = self.circumstances(&self.parcels[index], now);
                apply_verdict(&mut self.parcels[index], verdict(&circumstances), &circumstances);
            }
            self.note_left(index);
            let parcel = &mut self.parcels[index];
            has_swept |= advance_rings(parcel, now);
            let is_late = parcel.due_since.is_some_and(|since| now - since >= spans::DELAYED);
            let is_sent_late = match parcel.state {
                PackageState::Ready { .. } => parcel.delayed || is_late,
                PackageState::Sending { .. } => parcel.delayed,
                _ => false,
            };
            // I7: "an IMEI that is not registered an hour after it was due"
            let mut open = parcel.lines.iter().filter(|line| line.is_unregistered());
            parcel.delayed = is_sent_late || open.any(|line| now - line.since >= spans::DELAYED);
        }
        has_swept
    }

    /// Whether a package is decided anew.
    fn is_undecided(&self, parcel: &Parcel) -> bool {
        match parcel.state {
            PackageState::WaitingLabel
            | PackageState::WaitingMovement
            | PackageState::WaitingDay { .. }
            | PackageState::WaitingTime { .. }
            | PackageState::WaitingImeis { .. }
            | PackageState::HeldImeis
            | PackageState::HeldPerson
            | PackageState::HeldDisputed
            | PackageState::HeldMoves
            | PackageState::HeldItems
            | PackageState::HeldWish
            | PackageState::WithheldCancelled
            | PackageState::WithheldOne
            | PackageState::WithheldNever => true,
            PackageState::Ready { .. } => parcel.lock.is_none(),
            // "What was refused is decided anew when something else would be submitted, and only then."
            PackageState::Rejected { label, submitted, is_cut, .. } => {
                self.facts.label(parcel.id).is_none_or(|current| {
                    current.details.id != label
                        || Some(current.details.submitted()) != submitted
                        || is_cut
                        || parcel
                            .refused_left
                            .as_ref()
                            .is_some_and(|left| *left != self.left(current).lines)
                })
            }
            PackageState::Sending { .. }
            | PackageState::Confirmed { .. }
            | PackageState::InDoubt(_)
            | PackageState::Conflict { .. }
            | PackageState::Unresolved { .. }
            | PackageState::Closed { .. }
            | PackageState::Observed { .. } => false,
        }
    }

    /// "What was refused is decided anew where it was sent with more of a line than remains" (rule L9).
    pub(crate) fn note_cuts(&mut self, before: &Snapshot) {
        for parcel in &mut self.parcels {
            let was_late = before.package(parcel.id).is_some_and(|snapshot| snapshot.was_late);
            if let PackageState::Rejected { is_cut, .. } = &mut parcel.state
                && was_late
            {
                *is_cut = true;
            }
        }
    }

    /// "and where something else comes to be left of it" (rule L9). Notes what is left of what has just been refused.
    fn note_left(&mut self, index: usize) {
        let parcel = &self.parcels[index];
        if matches!(parcel.state, PackageState::Rejected { .. }) && parcel.refused_left.is_none() {
            let left = self.facts.label(parcel.id).map(|label| self.left(label).lines);
            self.parcels[index].refused_left = left;
        }
    }

    /// Whether the order's one number is another package's (rule L5).
    pub(crate) fn is_number_taken(&self, parcel: &Parcel) -> bool {
        let has_number = |other: &Parcel| {
            other.lock.is_some() && !matches!(other.state, PackageState::Sending { .. })
        };
        self.marketplace().one_number
            && self.parcels.iter().any(|other| other.id != parcel.id && has_number(other))
    }

    fn circumstances(&self, parcel: &Parcel, now: Ms) -> Circumstances {
        let label = self.facts.label(parcel.id).copied();
        let ImeiWait { deadline, window } = self.imei_wait();
        let left = label.map(|label| self.left(&label));
        Circumstances {
            label,
            held: parcel.held,
            sent_by_person: label.is_some_and(|label| parcel.is_sent_by_person(&label)),
            cancelled: self.facts.cancelled().is_some()
                || left.as_ref().is_some_and(|left| left.lines.is_empty()),
            wished: self.open_wish(parcel).is_some(),
            items_cancelled: label.is_some_and(|label| self.is_left_unknown(&label)),
            number_taken: self.is_number_taken(parcel),
            stopped: label.is_some_and(|label| parcel.words(label.details.id).is_stopped),
            disputed: self.dispute(parcel.id).is_some(),
            other_moves: !self.moving_labels(parcel).is_empty(),
            moved: label.is_some_and(|label| self.facts.first_movement(&label).is_some()),
            goes_without: label.is_some_and(|l| !self.without_movement(parcel, &l, now).is_empty()),
            imeis_missing: label.is_some_and(|label| self.is_lacking(&label)),
            deadline,
            window,
            now,
        }
    }

    /// How long IMEIs are waited for: the window of the label made first, or, where a label came after that, 5 minutes from
    /// the last such label (rule I3).
    fn imei_wait(&self) -> ImeiWait {
        if !self.marketplace().takes_imeis {
            return ImeiWait::default();
        }
        let labels = || self.parcels.iter().filter_map(|parcel| self.facts.label(parcel.id));
        let Some(earliest) = labels().min_by_key(|label| label.made_at()) else {
            return ImeiWait::default();
        };
        let window = Ms::from(earliest.terms.window_s) * spans::SECOND;
        // L10: "the window for IMEIs ends no earlier"
        let ships_on = labels().filter_map(|label| label.details.ships_on).max();
        let end = (earliest.made_at() + window).max(ships_on.unwrap_or(Ms::MIN));
        let late = labels().map(|label| label.received).filter(|received| *received >= end).max();
        ImeiWait { deadline: late.map_or(end, |received| received + spans::BACKLOG), window }
    }
}

/// The package becomes what the verdict says. A package that is so already keeps the fields of its state.
fn apply_verdict(parcel: &mut Parcel, verdict: Verdict, circumstances: &Circumstances) {
    let now = circumstances.now;
    if matches!(parcel.state, PackageState::Rejected { .. }) {
        parcel.tries = None;
        parcel.due_since = None;
        parcel.refused_left = None;
    }
    parcel.state = match verdict {
        Verdict::WaitingLabel => PackageState::WaitingLabel,
        Verdict::WaitingMovement => PackageState::WaitingMovement,
        Verdict::WaitingDay => PackageState::WaitingDay {
            from: circumstances.label.and_then(|label| label.details.ships_on).unwrap_or(now),
        },
        Verdict::WaitingTime => PackageState::WaitingTime {
            from: circumstances.label.and_then(|l| l.terms.watch.send_after).unwrap_or(now),
        },
        Verdict::WaitingImeis => {
            let warn_at = circumstances.deadline - circumstances.window / 4;
            let warned = matches!(parcel.state,
                PackageState::WaitingImeis { warned: true, deadline, .. }
                    if deadline == circumstances.deadline);
            PackageState::WaitingImeis { deadline: circumstances.deadline, warn_at, warned }
        }
        Verdict::Ready => {
            let (not_before, rings) = match parcel.state {
                PackageState::Ready { not_before, rings, .. } => (not_before, rings),
                _ => (None, spans::first_ring(TimeRange::exactly(now), now)),
            };
            let imeis_missing = circumstances.imeis_missing;
            PackageState::Ready { not_before, imeis_missing, rings }
        }
        Verdict::HeldImeis => PackageState::HeldImeis,
        Verdict::HeldPerson => PackageState::HeldPerson,
        Verdict::HeldDisputed => PackageState::HeldDisputed,
        Verdict::HeldMoves => PackageState::HeldMoves,
        Verdict::HeldItems => PackageState::HeldItems,
        Verdict::HeldWish => PackageState::HeldWish,
        Verdict::WithheldCancelled => PackageState::WithheldCancelled,
        Verdict::WithheldOne => PackageState::WithheldOne,
        Verdict::WithheldNever => PackageState::WithheldNever,
    };
    // "What is not due any more forgets its failures, and since when it was due."
    parcel.due_since = match parcel.state {
        PackageState::Ready { .. } => parcel.due_since.or(Some(now)),
        _ => None,
    };
    if parcel.due_since.is_none() {
        parcel.tries = None;
    }
}
