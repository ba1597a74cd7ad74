//! The ship-by of a package, and what time makes of it. Rules S1 to S3, and "Deadlines and silence" under "Said exactly".

use crate::facts::{Label, ShipBy, last};
use crate::inputs::Ms;
use crate::order::Order;
use crate::spans::{DAY, HOUR};
use crate::states::{Parcel, StateKind};

/// S1: "One of more than 60 days after the label's `labeled_at` counts as not told."
const SHIP_BY_MAX: Ms = 60 * DAY;

/// What time has made of a ship-by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadlineStage {
    /// People are warned.
    Near,
    /// It is over.
    Passed,
}

/// A ship-by of which people are warned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Deadline {
    pub warn_at: Ms,
    pub by: Ms,
}

impl Deadline {
    fn stage(&self, now: Ms) -> Option<DeadlineStage> {
        match now {
            _ if now >= self.by => Some(DeadlineStage::Passed),
            _ if now >= self.warn_at => Some(DeadlineStage::Near),
            _ => None,
        }
    }

    /// When the sweep looks at it next.
    pub fn look(&self, stage: Option<DeadlineStage>) -> Option<Ms> {
        match stage {
            None => Some(self.warn_at),
            Some(DeadlineStage::Near) => Some(self.by),
            Some(DeadlineStage::Passed) => None,
        }
    }
}

/// S3: "A package that is not confirmed, withheld, closed or in conflict".
fn is_to_be_shipped(kind: StateKind) -> bool {
    !matches!(
        kind,
        StateKind::Confirmed
            | StateKind::WithheldCancelled
            | StateKind::WithheldOne
            | StateKind::WithheldNever
            | StateKind::Closed
            | StateKind::Observed
            | StateKind::Conflict
    )
}

impl Order {
    /// "The label of a claimed package is the one that was sent"; else the package's own, voided or not (S1).
    pub(crate) fn watched<'a>(&'a self, parcel: &'a Parcel) -> Option<&'a Label> {
        let sent = parcel.lock.as_ref().map(|lock| &lock.label);
        sent.or_else(|| self.facts.greatest(parcel.id))
    }

    /// S1: the moment by which the channel wants the package shipped.
    pub(crate) fn ship_by(&self, parcel: &Parcel) -> Option<Ms> {
        let label = self.watched(parcel)?;
        self.ship_by_of(parcel, label)
    }

    /// The ship-by of a package that has this label: "What the channel itself says comes first", "then what was told", "then
    /// what is reckoned".
    pub(crate) fn ship_by_of(&self, parcel: &Parcel, label: &Label) -> Option<Ms> {
        let details = &label.details;
        let of_label = details.ship_by.map(|by| ShipBy { by, told: details.place() });
        let reckoned = label.terms.watch.reckoned.map(|by| ShipBy { by, told: label.received });
        let sources = [
            [parcel.shown, self.facts.channel_ship_by()],
            [of_label, self.facts.ship_by()],
            [reckoned, None],
        ];
        let is_near = |told: &ShipBy| told.by - details.at <= SHIP_BY_MAX;
        let of_source =
            |alike: [Option<ShipBy>; 2]| last(alike.into_iter().flatten().filter(is_near));
        sources.into_iter().find_map(of_source).map(|told| told.by)
    }

    /// The ship-by of which people are warned, if there is one.
    pub(crate) fn deadline(&self, parcel: &Parcel) -> Option<Deadline> {
        let warn_hours = self.watched(parcel)?.terms.watch.warn_hours?;
        let by = self.ship_by(parcel).filter(|_| is_to_be_shipped(parcel.state_kind()))?;
        Some(Deadline { warn_at: by - Ms::from(warn_hours) * HOUR, by })
    }

    /// What time has made of it by now.
    pub(crate) fn deadline_stage(&self, parcel: &Parcel, now: Ms) -> Option<DeadlineStage> {
        self.deadline(parcel)?.stage(now)
    }
}
