//! The precedence of what a package that is not sent may be. Rules T4 to T6, L2, L4, L5, L9, I1 to I4, S5, S10, and "A package that is
//! not sent" under "Said exactly".

use crate::facts::Label;
use crate::inputs::Ms;
use domain::{MissingImei, Timing};

/// Everything that decides about a package.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names say it")]
#[expect(clippy::struct_excessive_bools, reason = "the columns of a table")]
pub struct Circumstances {
    pub label: Option<Label>,
    /// A person holds the package.
    pub held: bool,
    /// A person said to send this label.
    pub sent_by_person: bool,
    /// The order was cancelled, or nothing is left of the label (L9).
    pub cancelled: bool,
    /// The buyer wishes to cancel, and no person refused it (S5).
    pub wished: bool,
    /// Nobody knows how much is left of a line of the label (L9).
    pub items_cancelled: bool,
    /// The one number that the channel takes for the order is another package's.
    pub number_taken: bool,
    /// `never` stopped this label.
    pub stopped: bool,
    /// Two tellings of the label contradict each other (L7).
    pub disputed: bool,
    /// The parcel of another label moves (L8).
    pub other_moves: bool,
    pub moved: bool,
    /// S2 or S11 sends it.
    pub goes_without: bool,
    pub imeis_missing: bool,
    /// When the wait for IMEIs ends.
    pub deadline: Ms,
    /// How long the wait for IMEIs is in all.
    pub window: Ms,
    pub now: Ms,
}

impl Circumstances {
    fn timing(&self) -> Option<Timing> {
        self.label.map(|label| label.terms.timing)
    }

    fn awaits_imeis(&self) -> bool {
        self.timing() == Some(Timing::WhenTrackingIsAssigned)
            && self.imeis_missing
            && self.now < self.deadline
    }

    /// L10: "Under assigned timing the confirmation waits for that day unless the parcel moves before".
    fn awaits_day(&self) -> bool {
        let ships_on = self.label.and_then(|label| label.details.ships_on);
        self.timing() == Some(Timing::WhenTrackingIsAssigned)
            && ships_on.is_some_and(|ships_on| self.now < ships_on)
            && !self.moved
    }

    /// S10: "The confirmation waits for the first moment at which all that is set hold, unless the parcel moves before."
    fn awaits_time(&self) -> bool {
        let send_after = self.label.and_then(|label| label.terms.watch.send_after);
        self.timing() == Some(Timing::WhenTrackingIsAssigned)
            && send_after.is_some_and(|at| self.now < at)
            && !self.moved
    }

    fn holds_without_imeis(&self) -> bool {
        self.imeis_missing
            && self.label.is_some_and(|label| label.terms.missing == MissingImei::Hold)
    }
}

/// What a package that is not sent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the rules' names")]
pub enum Verdict {
    WaitingLabel,
    WaitingMovement,
    WaitingImeis,
    WaitingDay,
    WaitingTime,
    Ready,
    HeldImeis,
    HeldPerson,
    HeldDisputed,
    HeldMoves,
    HeldItems,
    HeldWish,
    WithheldCancelled,
    WithheldOne,
    WithheldNever,
}

/// A row: when it fits, and what the package is then.
type Row = (fn(&Circumstances) -> bool, Verdict);

/// The rows by precedence: the first one that fits holds.
const ROWS: [Row; 17] = [
    (|c| c.label.is_none(), Verdict::WaitingLabel),
    (|c| c.number_taken, Verdict::WithheldOne),
    (|c| c.held, Verdict::HeldPerson),
    (|c| c.disputed, Verdict::HeldDisputed),
    (|c| c.other_moves, Verdict::HeldMoves),
    (|c| c.sent_by_person, Verdict::Ready),
    (|c| c.cancelled, Verdict::WithheldCancelled),
    (|c| c.wished, Verdict::HeldWish),
    (|c| c.items_cancelled, Verdict::HeldItems),
    (|c| c.stopped || c.timing() == Some(Timing::Never), Verdict::WithheldNever),
    (
        |c| {
            let is_to_move = c.timing() == Some(Timing::WhenTrackingShowsMovement);
            is_to_move && !c.moved && !c.goes_without
        },
        Verdict::WaitingMovement,
    ),
    (|c| c.awaits_imeis(), Verdict::WaitingImeis),
    (|c| c.awaits_day(), Verdict::WaitingDay),
    (|c| c.awaits_time(), Verdict::WaitingTime),
    (|c| c.holds_without_imeis(), Verdict::HeldImeis),
    (|c| c.imeis_missing, Verdict::Ready),
    (|_| true, Verdict::Ready),
];

/// What a package is under these circumstances.
pub fn verdict(circumstances: &Circumstances) -> Verdict {
    ROWS.iter().find(|(fits, _)| fits(circumstances)).map_or(Verdict::Ready, |row| row.1)
}
