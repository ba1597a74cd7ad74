//! The facts of an order, and what follows from all of them together. Rules P1, M3.
//!
//! Nothing is merged and nothing is forgotten. Each question is answered from the whole list, so the order of arrival
//! cannot matter.

mod imeis;
mod labels;
mod movement;

use crate::inputs::{LabelDetails, Ms, Scan, Terms};
use crate::names::{BASKETS, BasketLine};

/// A label, and how its event first reached us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Label {
    pub details: LabelDetails,
    pub terms: Terms,
    pub received: Ms,
    pub event: usize,
}

impl Label {
    /// When the label was made. A time ahead of ours is taken as the receipt: RULES.md, "Said exactly", labels.
    pub fn made_at(&self) -> Ms {
        self.details.at.min(self.received)
    }

    /// What is in the parcel.
    pub fn basket(&self) -> &'static [BasketLine] {
        BASKETS[self.details.basket]
    }
}

/// A scan of a number that a package keeps, as it was first received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct KeptScan {
    pub package: usize,
    pub number: usize,
    pub scan: Scan,
    pub received: Ms,
}

impl KeptScan {
    /// When the scan happened. A time ahead of ours is taken as the receipt: RULES.md, "Said exactly", labels.
    pub fn happened_at(&self) -> Ms {
        self.scan.at.min(self.received)
    }
}

/// A list of IMEIs that was entered for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ImeiEntry {
    pub item: usize,
    /// The IMEIs, as bits.
    pub list: usize,
    pub at: Ms,
    pub author: usize,
}

/// A list of which an IMEI was found at another place, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DuplicateImei {
    entry: ImeiEntry,
    place: usize,
}

/// What counts of a line: its newest list, and where else one of its IMEIs is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ListedImeis {
    pub entry: ImeiEntry,
    pub elsewhere: Option<usize>,
}

/// How much is known of a package. Two equal values mean that no event said anything new of the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct KnownFacts {
    pub label: Option<LabelDetails>,
    pub voids: usize,
    pub scans: usize,
    pub numbers: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Void {
    package: usize,
    label: usize,
}

/// The lines that must be shipped.
pub type Lines = Vec<BasketLine>;

/// Every fact of an order.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    labels: Vec<Label>,
    /// The greatest label of each package. Each new label makes it be found anew among all of them.
    greatest: Vec<Label>,
    voids: Vec<Void>,
    cancels: Vec<Ms>,
    scans: Vec<KeptScan>,
    entries: Vec<ImeiEntry>,
    duplicates: Vec<DuplicateImei>,
}

impl Facts {
    /// How much is known of a package.
    pub fn known_facts(&self, package: usize) -> KnownFacts {
        let mut numbers: Vec<usize> = self.numbers_of(package).collect();
        numbers.sort_unstable();
        numbers.dedup();
        KnownFacts {
            label: self.greatest(package).map(|label| label.details),
            voids: self.voids_of(package).count(),
            scans: self.scans.iter().filter(|kept| kept.package == package).count(),
            numbers: numbers.len(),
        }
    }

    /// Adds a cancellation.
    pub fn add_cancellation(&mut self, at: Ms) {
        self.cancels.push(at);
    }

    /// The earliest cancellation of the order.
    pub fn cancelled(&self) -> Option<Ms> {
        self.cancels.iter().min().copied()
    }
}
