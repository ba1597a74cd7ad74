//! What a package that is not sent yet should be: rows, the first that fits wins. Rules T4 to T6, L2, L4, L5, I1 to I4.

use crate::act::Ms;
use crate::told::Label;
use domain::{MissingImei, Timing};

/// All that decides.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names say it")]
#[expect(clippy::struct_excessive_bools, reason = "the columns of a table")]
pub struct View {
    pub label: Option<Label>,
    /// A person's hold.
    pub held: bool,
    /// A person said to send this label.
    pub sent: bool,
    pub cancelled: bool,
    /// The order's only place at the channel is another package's.
    pub taken: bool,
    /// `never` stopped this label.
    pub stopped: bool,
    pub moved: bool,
    /// Required IMEIs are missing.
    pub lacking: bool,
    pub deadline: Ms,
    /// How long it was waited for in all.
    pub window: Ms,
    pub now: Ms,
}

impl View {
    fn timing(&self) -> Option<Timing> {
        self.label.map(|label| label.under.timing)
    }

    fn awaits_imeis(&self) -> bool {
        self.timing() == Some(Timing::WhenTrackingIsAssigned)
            && self.lacking
            && self.now < self.deadline
    }

    fn holds_without(&self) -> bool {
        self.lacking && self.label.is_some_and(|label| label.under.missing == MissingImei::Hold)
    }
}

/// What a package should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the rules' names")]
pub enum Wanted {
    Label,
    Movement,
    Imeis,
    Ready,
    HeldImeis,
    HeldPerson,
    Cancelled,
    OneTracking,
    Never,
}

/// A row: when it fits, and what the package should be then.
type Row = (fn(&View) -> bool, Wanted);

const ROWS: [Row; 11] = [
    (|v| v.label.is_none(), Wanted::Label),
    (|v| v.taken, Wanted::OneTracking),
    (|v| v.held, Wanted::HeldPerson),
    (|v| v.sent, Wanted::Ready),
    (|v| v.cancelled, Wanted::Cancelled),
    (|v| v.stopped || v.timing() == Some(Timing::Never), Wanted::Never),
    (|v| v.timing() == Some(Timing::WhenTrackingShowsMovement) && !v.moved, Wanted::Movement),
    (|v| v.awaits_imeis(), Wanted::Imeis),
    (|v| v.holds_without(), Wanted::HeldImeis),
    (|v| v.lacking, Wanted::Ready),
    (|_| true, Wanted::Ready),
];

/// What a package should be.
pub fn wanted(view: &View) -> Wanted {
    ROWS.iter().find(|(fits, _)| fits(view)).map_or(Wanted::Ready, |row| row.1)
}
