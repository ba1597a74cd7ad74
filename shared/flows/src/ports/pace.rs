//! Places in a partner's pace.

use domain::{Lane, Moment, Pace};
use jiff::SignedDuration;

/// What is paced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Traffic {
    /// Submissions, and reads where the channel counts them together.
    Submit,
    /// Reads, where the channel counts them apart.
    Read,
}

impl Traffic {
    /// Its lane.
    pub fn lane(self, pace: Pace) -> Lane {
        match self {
            Self::Submit => pace.submit,
            Self::Read => pace.read,
        }
    }
}

/// A wish to send one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// It is now.
    pub now: Moment,
    /// When the request may go if nothing else is booked; not before now.
    pub start: Moment,
    /// How far apart requests are.
    pub gap: SignedDuration,
    /// How far ahead a place is given; who would have to wait longer is turned away.
    pub horizon: SignedDuration,
}

/// What became of a [`Booking`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booked {
    /// The request may go then.
    Go(Moment),
    /// Turned away: to be tried again then, which is another moment for everyone who is.
    Back(Moment),
}

impl Booking {
    /// The lane after this booking, and what became of it. The one statement of the rule: the table's conditions say
    /// the same, piece by piece.
    pub fn taken(self, lane: Lane) -> (Lane, Booked) {
        let edge = self.now.plus(self.horizon);
        match lane.go.filter(|go| *go > self.now) {
            None => (Lane { go: Some(self.start.plus(self.gap)), ..lane }, Booked::Go(self.start)),
            Some(go) if go <= edge => {
                (Lane { go: Some(go.plus(self.gap)), ..lane }, Booked::Go(go))
            }
            Some(go) => {
                let back = lane.back.unwrap_or(go).max(go);
                (Lane { back: Some(back.plus(self.gap)), ..lane }, Booked::Back(back))
            }
        }
    }
}
