//! The facts of an order, and what follows from all of them together. Rules P1, M3.
//!
//! Nothing is merged and nothing is forgotten. Each question is answered from the whole list, so the order of arrival
//! cannot matter.

mod imeis;
mod labels;
mod lines;
mod movement;
mod refused;
mod tellings;
mod updates;

pub use movement::{Awaited, Settled};
pub use refused::RefusedLabel;
pub use tellings::{KeptLabel, Submitted};
pub use updates::{ShipBy, Wish, last};

use crate::inputs::{LabelDetails, Ms, Remaining, Scan, Terms};
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

/// What a list is of. Each kind has its own newest list (rule I11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Entered {
    Imeis,
    Serials,
}

impl Entered {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Imeis, Self::Serials];
}

/// A list of IMEIs or of serial numbers that was entered for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct EnteredList {
    pub of: Entered,
    pub item: usize,
    /// The index of the list.
    pub list: usize,
    pub at: Ms,
    pub author: usize,
}

/// A list of which an entry was found at another place, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DuplicateImei {
    entry: EnteredList,
    place: usize,
}

/// What counts of a line: its newest list, and where else one of its entries is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ListedImeis {
    pub entry: EnteredList,
    pub elsewhere: Option<usize>,
}

/// How much is known of a package. Two equal values mean that no event said anything new of the package.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct KnownFacts {
    pub labels: Vec<KeptLabel>,
    pub voids: usize,
    pub scans: usize,
    pub numbers: usize,
}

/// A person's word which label of a package is the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Choice {
    package: usize,
    label: usize,
    /// A label that is made later is newer than the word.
    until: Ms,
}

/// A number that belongs to too many orders (rule N5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OverusedNumber {
    package: usize,
    key: usize,
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
    /// All that was told of labels.
    tellings: Vec<Label>,
    /// The tellings that a person said are right.
    settled: Vec<Label>,
    /// What counts of each label. Each telling makes it be found anew among all of the label's.
    kept: Vec<KeptLabel>,
    choices: Vec<Choice>,
    /// The label of each package that counts. Each telling and each choice makes it be found anew among all of them.
    greatest: Vec<KeptLabel>,
    /// The same, by package, unless it is voided.
    current: Vec<Option<KeptLabel>>,
    returns: Vec<usize>,
    overused: Vec<OverusedNumber>,
    voids: Vec<Void>,
    cancels: Vec<Ms>,
    /// What was told to remain of lines, each as it was told.
    remaining: Vec<Remaining>,
    /// The ship-bys that were told of the whole order.
    ship_bys: Vec<ShipBy>,
    /// Those that were relayed of what the channel itself says (rule S6).
    channel_ship_bys: Vec<ShipBy>,
    /// When it was told that somebody shipped it otherwise.
    shipments: Vec<Ms>,
    /// What was told of the buyer's wish to cancel.
    wishes: Vec<Wish>,
    refused: Vec<RefusedLabel>,
    scans: Vec<KeptScan>,
    entries: Vec<EnteredList>,
    duplicates: Vec<DuplicateImei>,
}

impl Facts {
    /// How much is known of a package.
    pub fn known_facts(&self, package: usize) -> KnownFacts {
        let mut numbers: Vec<usize> = self.numbers_of(package).collect();
        numbers.sort_unstable();
        numbers.dedup();
        KnownFacts {
            labels: self.kept_of(package).copied().collect(),
            voids: self.voids_of(package).count(),
            scans: self.scans.iter().filter(|kept| kept.package == package).count(),
            numbers: numbers.len(),
        }
    }

    /// Adds that a number of a package belongs to too many orders (rule N5).
    pub fn add_overused(&mut self, package: usize, key: usize) {
        let number = OverusedNumber { package, key };
        if !self.overused.contains(&number) {
            self.overused.push(number);
        }
    }

    /// The numbers of a package that belong to too many orders, as keys.
    pub fn overused_of(&self, package: usize) -> impl Iterator<Item = usize> {
        self.overused
            .iter()
            .filter(move |number| number.package == package)
            .map(|number| number.key)
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
