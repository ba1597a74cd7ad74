//! Places in a partner's lanes, by which all senders together keep to its channel's rate.

use domain::{Lane, Moment, Pace};
use jiff::SignedDuration;

/// Which requests of a partner are paced together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Traffic {
    /// Submissions, and reads too where the channel counts both together.
    Submit,
    /// Reads, where the channel counts them apart from submissions.
    Read,
}

impl Traffic {
    /// The lane of a partner's pace that these requests share.
    pub fn lane(self, pace: Pace) -> Lane {
        match self {
            Self::Submit => pace.submit,
            Self::Read => pace.read,
        }
    }
}

/// A request for a place in a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// The time of the booking.
    pub now: Moment,
    /// When the request may go if nothing else is booked. It is not before `now`.
    pub start: Moment,
    /// How far apart two requests must be.
    pub gap: SignedDuration,
    /// How far ahead the place may be at most. A booking that would get a later one is turned away.
    pub horizon: SignedDuration,
}

/// What became of a [`Booking`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booked {
    /// The request has a place, and may go then.
    Go(Moment),
    /// The lane is full until then, and the request has no place. Each caller gets a different time, so that they do not all
    /// return together.
    Later(Moment),
}

impl Booking {
    /// The lane after this booking, and what became of the booking. This is the whole rule; the conditions of the table's
    /// updates repeat it piece by piece.
    pub fn taken(self, lane: Lane) -> (Lane, Booked) {
        let edge = self.now.plus(self.horizon);
        match lane.go.filter(|go| *go > self.now) {
            None => (Lane { go: Some(self.start.plus(self.gap)), ..lane }, Booked::Go(self.start)),
            Some(go) if go <= edge => {
                (Lane { go: Some(go.plus(self.gap)), ..lane }, Booked::Go(go))
            }
            Some(go) => {
                let back = lane.back.unwrap_or(go).max(go);
                (Lane { back: Some(back.plus(self.gap)), ..lane }, Booked::Later(back))
            }
        }
    }
}
