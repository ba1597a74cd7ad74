//! Each package that is not sent becomes what it should be.

use crate::act::Ms;
use crate::model::Order;
use crate::spans;
use crate::stand::{Parcel, Stand, When};
use crate::time::ring_again;
use crate::wanted::{View, Wanted, wanted};

impl Order {
    /// Each package that is not sent becomes what it should be.
    pub(crate) fn settle(&mut self, now: Ms) -> bool {
        let mut rang = false;
        for place in 0..self.parcels.len() {
            if self.is_open(&self.parcels[place]) {
                let view = self.view(&self.parcels[place], now);
                let wanted = wanted(&view);
                become_wanted(&mut self.parcels[place], wanted, &view);
            }
            let parcel = &mut self.parcels[place];
            rang |= ring_again(parcel, now);
            let is_late = parcel.due_since.is_some_and(|since| now - since >= spans::DELAYED);
            let is_sent_late = match parcel.stand {
                Stand::Ready { .. } => parcel.delayed || is_late,
                Stand::Sending { .. } => parcel.delayed,
                _ => false,
            };
            // I7: "an IMEI that is not registered an hour after it was due"
            let mut open = parcel.lines.iter().filter(|line| line.is_unregistered());
            parcel.delayed = is_sent_late || open.any(|line| now - line.since >= spans::DELAYED);
        }
        rang
    }

    /// Whether a package is decided anew.
    fn is_open(&self, parcel: &Parcel) -> bool {
        match parcel.stand {
            Stand::WaitingLabel
            | Stand::WaitingMovement
            | Stand::WaitingImeis { .. }
            | Stand::HeldImeis
            | Stand::HeldPerson
            | Stand::WithheldCancelled
            | Stand::WithheldOne
            | Stand::WithheldNever => true,
            Stand::Ready { .. } => parcel.lock.is_none(),
            Stand::Rejected { label, .. } => {
                self.facts.label(parcel.id).is_none_or(|current| current.made.id != label)
            }
            Stand::Sending { .. }
            | Stand::Confirmed { .. }
            | Stand::InDoubt(_)
            | Stand::Conflict { .. }
            | Stand::Unresolved { .. }
            | Stand::Closed { .. } => false,
        }
    }

    /// Whether the order's only number is another package's (rule L5).
    fn is_taken(&self, parcel: &Parcel) -> bool {
        let takes =
            |other: &Parcel| other.lock.is_some() && !matches!(other.stand, Stand::Sending { .. });
        self.place().one_number
            && self.parcels.iter().any(|other| other.id != parcel.id && takes(other))
    }

    fn view(&self, parcel: &Parcel, now: Ms) -> View {
        let label = self.facts.label(parcel.id).copied();
        let (deadline, window) = self.deadline();
        let is_this = |id: Option<usize>| id.is_some() && id == label.map(|label| label.made.id);
        View {
            label,
            held: parcel.held,
            sent: is_this(parcel.sent_by_person),
            cancelled: self.facts.cancelled().is_some(),
            taken: self.is_taken(parcel),
            stopped: is_this(parcel.stopped),
            moved: label.is_some_and(|label| self.facts.first_movement(&label).is_some()),
            lacking: label.is_some_and(|label| self.is_lacking(&label)),
            deadline,
            window,
            now,
        }
    }

    /// When the wait for IMEIs ends (rule I3).
    fn deadline(&self) -> (Ms, Ms) {
        if !self.place().takes_imeis {
            return (0, 0);
        }
        let labels = || self.parcels.iter().filter_map(|parcel| self.facts.label(parcel.id));
        let Some(earliest) = labels().min_by_key(|label| label.made_at()) else { return (0, 0) };
        let window = Ms::from(earliest.under.window_s) * spans::SECOND;
        let deadline = earliest.made_at() + window;
        let late =
            labels().map(|label| label.received).filter(|received| *received >= deadline).max();
        (late.map_or(deadline, |received| received + spans::BACKLOG), window)
    }
}

/// The package becomes what it should be; what it is already, it stays with all particulars.
fn become_wanted(parcel: &mut Parcel, wanted: Wanted, view: &View) {
    let now = view.now;
    if matches!(parcel.stand, Stand::Rejected { .. }) {
        parcel.tries = None;
        parcel.due_since = None;
    }
    let stand = match wanted {
        Wanted::Label => Stand::WaitingLabel,
        Wanted::Movement => Stand::WaitingMovement,
        Wanted::Imeis => {
            let warn_at = view.deadline - view.window / 4;
            let warned = matches!(parcel.stand, Stand::WaitingImeis { warned: true, deadline, .. }
                if deadline == view.deadline);
            Stand::WaitingImeis { deadline: view.deadline, warn_at, warned }
        }
        Wanted::Ready => {
            let not_before = match parcel.stand {
                Stand::Ready { not_before, .. } => not_before,
                _ => None,
            };
            let rings = match parcel.stand {
                Stand::Ready { rings, .. } => rings,
                _ => spans::first_ring(When::exactly(now), now),
            };
            Stand::Ready { not_before, imeis_missing: view.lacking, rings }
        }
        Wanted::HeldImeis => Stand::HeldImeis,
        Wanted::HeldPerson => Stand::HeldPerson,
        Wanted::Cancelled => Stand::WithheldCancelled,
        Wanted::OneTracking => Stand::WithheldOne,
        Wanted::Never => Stand::WithheldNever,
    };
    parcel.stand = stand;
    parcel.due_since = match stand {
        Stand::Ready { .. } => parcel.due_since.or(Some(now)),
        _ => None,
    };
    if parcel.due_since.is_none() {
        parcel.tries = None;
    }
}
