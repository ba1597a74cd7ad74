//! What no movement comes of, and what no label comes for. Rule S4, and "Deadlines and silence" under "Said exactly".

use crate::facts::{Awaited, KeptLabel, Label};
use crate::inputs::Ms;
use crate::marks::{is_cancelled_late, is_superseded};
use crate::order::Order;
use crate::spans::{DAY, HOUR, MINUTE};
use crate::states::{Parcel, Proof, StateKind};

/// "`MovementWanted` is published 15 minutes before `no_movement` is due".
const WANTED_BEFORE: Ms = 15 * MINUTE;

/// "last at most 14 days before it".
const MOVED_BEFORE_MAX: Ms = 14 * DAY;

/// What time has made of a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SilenceStage {
    /// Whoever can ask the carrier is told.
    Wanted,
    /// People are told.
    Told,
}

/// A package that waits for a label in place of a voided one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlabelled {
    /// The voided one.
    pub label: usize,
    /// Since when.
    pub since: Ms,
}

/// A silence of which people are to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Silence {
    /// `None` where nobody is asked to ask the carrier.
    pub wanted_at: Option<Ms>,
    pub told_at: Ms,
}

impl Silence {
    fn stage(&self, now: Ms) -> Option<SilenceStage> {
        if now >= self.told_at {
            return Some(SilenceStage::Told);
        }
        self.wanted_at.filter(|at| now >= *at).map(|_| SilenceStage::Wanted)
    }

    /// When the sweep looks at it next.
    pub fn look(&self, stage: Option<SilenceStage>) -> Option<Ms> {
        match stage {
            None => Some(self.wanted_at.unwrap_or(self.told_at)),
            Some(SilenceStage::Wanted) => Some(self.told_at),
            Some(SilenceStage::Told) => None,
        }
    }
}

fn silent_span(label: &Label) -> Option<Ms> {
    label.terms.watch.silent_hours.map(|hours| Ms::from(hours) * HOUR)
}

impl Order {
    /// Whether the parcel that was sent by this label has moved.
    pub(crate) fn has_moved(&self, parcel: &Parcel, label: &Label) -> bool {
        let is_proof =
            parcel.lock.as_ref().is_some_and(|lock| matches!(lock.proof, Proof::Moved(_)));
        is_proof || self.facts.first_movement(label).is_some()
    }

    /// M6: which scans of a number are awaited of a package whose number the channel has: the first of the label that was sent, or
    /// the first that moves another label.
    pub(crate) fn awaited(&self, package: usize, number: usize) -> Vec<Awaited> {
        let parcel = self.parcel(package);
        let Some((parcel, lock)) = parcel.and_then(|parcel| Some((parcel, parcel.lock.as_ref()?)))
        else {
            return Vec::new();
        };
        let label = &lock.label;
        if label.details.keys().any(|key| key == number) {
            let own = Awaited { made_at: label.details.at, since: Ms::MIN };
            return if self.has_moved(parcel, label) { Vec::new() } else { vec![own] };
        }
        let since = label.made_at();
        let others = self.facts.kept_of(package).filter(|other: &&KeptLabel| {
            let mut known =
                self.facts.movements(package, other.telling.details.at, [number].into_iter());
            other.telling.details.id != label.details.id
                && other.keys().any(|key| key == number)
                && !known.any(|kept| kept.scan.at >= since)
        });
        others.map(|other| Awaited { made_at: other.telling.details.at, since }).collect()
    }

    /// S4: the silence of which people are told, if there is one.
    pub(crate) fn silence(&self, parcel: &Parcel) -> Option<Silence> {
        let label = match parcel.state_kind() {
            StateKind::WaitingMovement => *self.facts.label(parcel.id)?,
            StateKind::WaitingLabel => {
                let span = silent_span(self.facts.greatest(parcel.id)?)?;
                return Some(Silence { wanted_at: None, told_at: parcel.unlabelled?.since + span });
            }
            // "a package that was confirmed and has neither moved nor been superseded nor cancelled since, where a movement of
            // its partner's parcels was seen"
            StateKind::Confirmed => {
                let label = parcel.lock.as_ref()?.label;
                let is_silent = label.terms.watch.is_fed
                    && !self.has_moved(parcel, &label)
                    && !is_superseded(self, parcel)
                    && !is_cancelled_late(self, parcel);
                Some(label).filter(|_| is_silent)?
            }
            _ => return None,
        };
        let span = silent_span(&label)?;
        let before = self.facts.moved_before(&label);
        if before.is_some_and(|scanned| label.details.at - scanned <= MOVED_BEFORE_MAX) {
            return Some(Silence { wanted_at: None, told_at: label.made_at() });
        }
        // "since its label was made, or since its `ships_on` where that is later"
        let made_at = label.made_at();
        let told_at = label.details.ships_on.map_or(made_at, |day| day.max(made_at)) + span;
        Some(Silence { wanted_at: Some(told_at - WANTED_BEFORE), told_at })
    }

    /// Notes what time has made of the ship-by and the silence of each package.
    pub(crate) fn apply_silence(&mut self, now: Ms) {
        for index in 0..self.parcels.len() {
            self.parcels[index].unlabelled = self.unlabelled(&self.parcels[index], now);
            let parcel = &self.parcels[index];
            let deadline = self.deadline_stage(parcel, now);
            let silence = self.silence(parcel).and_then(|silence| silence.stage(now));
            let parcel = &mut self.parcels[index];
            (parcel.deadline, parcel.silence) = (deadline, silence);
        }
    }

    /// "A package that waits for another label in place of a voided one".
    fn unlabelled(&self, parcel: &Parcel, now: Ms) -> Option<Unlabelled> {
        let voided = self.facts.greatest(parcel.id)?;
        if parcel.state_kind() != StateKind::WaitingLabel {
            return None;
        }
        let label = voided.details.id;
        let known = parcel.unlabelled.filter(|known| known.label == label);
        Some(known.unwrap_or(Unlabelled { label, since: now }))
    }
}
