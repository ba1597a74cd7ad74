//! What makes it doubtful by which label a parcel goes. Rules L7 and L8.

use crate::facts::{KeptLabel, Label};
use crate::inputs::Ms;
use crate::order::Order;
use crate::states::Parcel;

/// What contradicts each other in a package's current label: the telling that counts, and the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Dispute {
    pub counting: Label,
    pub least: Label,
}

impl Order {
    /// L7: the dispute about the package's current label.
    pub fn dispute(&self, package: usize) -> Option<Dispute> {
        let kept = self.facts.current(package)?;
        Some(Dispute { counting: kept.telling, least: kept.least? })
    }

    /// L8: the labels of the package "other" than its current one (after the claim: "the one that was sent") whose parcel
    /// moves "by a number that no current label of the order has, since the current label was made".
    pub fn moving_labels(&self, parcel: &Parcel) -> Vec<usize> {
        let sent = parcel.lock.as_ref().map(|lock| &lock.label);
        let Some(base) = sent.or_else(|| self.facts.label(parcel.id)) else { return Vec::new() };
        if parcel.words(base.details.id).is_right {
            return Vec::new();
        }
        let own: Vec<usize> = base.details.keys().collect();
        let is_other = |id: usize| id != base.details.id;
        let others = self.facts.kept_of(parcel.id).filter(|kept| is_other(kept.telling.details.id));
        let moves = |label: &KeptLabel, since: Ms| {
            let mut movements =
                self.facts.movements(parcel.id, label.telling.details.at, label.keys());
            movements.any(|kept| {
                let is_own = own.contains(&kept.number) || self.is_current_number(kept.number);
                kept.scan.at >= since && !is_own
            })
        };
        others
            .filter(|kept| moves(kept, base.made_at()))
            .map(|kept| kept.telling.details.id)
            .collect()
    }

    /// Whether a current label of the order has a number, by its key.
    fn is_current_number(&self, key: usize) -> bool {
        let labels = self.parcels.iter().filter_map(|parcel| self.facts.current(parcel.id));
        labels.into_iter().any(|kept| kept.keys().any(|current| current == key))
    }

    /// Whether L7 or L8 holds of a package.
    pub fn is_label_doubtful(&self, parcel: &Parcel) -> bool {
        self.dispute(parcel.id).is_some() || !self.moving_labels(parcel).is_empty()
    }
}
