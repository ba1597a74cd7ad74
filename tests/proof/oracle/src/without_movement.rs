//! What goes although its parcel has not moved, because its partner asked for it. Rules S2 and S11, and "Looks" under "Said
//! exactly".

use crate::facts::Label;
use crate::inputs::Ms;
use crate::looks::Served;
use crate::names;
use crate::order::Order;
use crate::spans::HOUR;
use crate::states::{Parcel, Proof};
use domain::Timing;

/// "asked at most six hours before"
const SERVES: Ms = 6 * HOUR;

/// A send that a label's terms ask for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Send {
    /// When it is due.
    pub(crate) at: Ms,
    /// "before the ship-by"
    pub(crate) until: Option<Ms>,
    pub(crate) proof: Proof,
}

impl Send {
    /// Whether this look was made in time.
    pub(crate) fn is_looked_for(&self, look: Option<Served>, key: usize) -> bool {
        look.is_some_and(|look| {
            let is_before = self.until.is_none_or(|until| look.at < until);
            look.key == key && look.at >= self.at - SERVES && is_before
        })
    }
}

impl Order {
    /// The sends that a label's terms ask for: "S2 comes before S11 as the proof".
    pub(crate) fn sends(&self, parcel: &Parcel, label: &Label) -> Vec<Send> {
        let words = parcel.words(label.details.id);
        let is_to_move =
            label.terms.timing == Timing::WhenTrackingShowsMovement && !words.is_stopped;
        // "where it is no longer `send`, the label waits for its movement, whatever is set later"
        if !self.marketplace().sends_late || !is_to_move || words.stays {
            return Vec::new();
        }
        let watch = label.terms.watch;
        let before = watch.warn_hours.filter(|_| watch.sends);
        let deadline = self.ship_by_of(parcel, label).zip(before).map(|(by, hours)| {
            let at = by - Ms::from(hours) * HOUR;
            Send { at, until: Some(by), proof: Proof::Deadline(by) }
        });
        // "since the last of: its label was made, was first handled, `ships_on`"
        let since = label.details.ships_on.map_or(label.received, |day| day.max(label.received));
        let wait = watch.or_after_hours.map(|hours| {
            let at = since.max(label.made_at()) + Ms::from(hours) * HOUR;
            Send { at, until: None, proof: Proof::Wait }
        });
        deadline.into_iter().chain(wait).collect()
    }

    /// What lets a label go that has not moved: it is due, and the channel was looked at in time.
    pub(crate) fn without_movement(&self, parcel: &Parcel, label: &Label, now: Ms) -> Vec<Proof> {
        let key = names::key(label.details.number);
        let is_due = |send: &Send| now >= send.at && send.is_looked_for(parcel.looks.answered, key);
        self.sends(parcel, label).into_iter().filter(is_due).map(|send| send.proof).collect()
    }
}
