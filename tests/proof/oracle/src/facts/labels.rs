//! Labels, voids and the lines that labels ship. Rules L2, T4, I1.

use super::{Facts, Label, Lines, Void};
use crate::inputs::LabelDetails;
use crate::names::NAMES;

impl Facts {
    /// Adds a label. `has_number` says that the channel has a number of the package, or that nothing more is done about it.
    pub fn add_label(&mut self, new: Label, has_number: bool) {
        let package = new.details.package;
        // Scans reached the order's other packages of the number before this package (rule M5).
        if !has_number && !self.numbers_of(package).any(|number| number == new.details.number) {
            self.copy_scans(package, new.details.number);
        }
        if self.labels.iter().any(|label| label.details == new.details) {
            return;
        }
        // A label that comes again in other words keeps its terms and its receipt (rule T4).
        let first = self.greatest(package).filter(|label| label.details.id == new.details.id);
        let (terms, received) =
            first.map_or((new.terms, new.received), |first| (first.terms, first.received));
        self.labels.push(Label { terms, received, ..new });
        let of_package = self.labels.iter().filter(|label| label.details.package == package);
        let greatest =
            of_package.max_by(|one, other| rank(&one.details).cmp(&rank(&other.details))).copied();
        self.greatest.retain(|label| label.details.package != package);
        self.greatest.extend(greatest);
    }

    /// Adds a void.
    pub fn add_void(&mut self, package: usize, label: usize) {
        if !self.is_voided(package, label) {
            self.voids.push(Void { package, label });
        }
    }

    /// Whether a label is voided.
    pub fn is_voided(&self, package: usize, label: usize) -> bool {
        self.voids.contains(&Void { package, label })
    }

    /// The labels of a package that were voided.
    pub fn voids_of(&self, package: usize) -> impl Iterator<Item = usize> {
        self.voids.iter().filter(move |void| void.package == package).map(|void| void.label)
    }

    /// Every number that a package ever had.
    pub fn numbers_of(&self, package: usize) -> impl Iterator<Item = usize> {
        let of_package = self.labels.iter().filter(move |label| label.details.package == package);
        of_package.map(|label| label.details.number)
    }

    /// The greatest label of a package, voided or not (rule L2).
    pub fn greatest(&self, package: usize) -> Option<&Label> {
        self.greatest.iter().find(|label| label.details.package == package)
    }

    /// The current label: the greatest, unless it is voided (rule L2).
    pub fn label(&self, package: usize) -> Option<&Label> {
        self.greatest(package).filter(|label| !self.is_voided(package, label.details.id))
    }

    /// The lines of the packages' current labels together, sorted (rule I1).
    pub fn lines(&self, packages: impl Iterator<Item = usize>) -> Lines {
        let mut lines = Lines::new();
        for label in packages.filter_map(|package| self.label(package)) {
            for piece in label.basket() {
                match lines.iter_mut().find(|line| line.item == piece.item) {
                    Some(line) => {
                        line.quantity += piece.quantity;
                        line.needs_imei |= piece.needs_imei;
                    }
                    None => lines.push(*piece),
                }
            }
        }
        lines.sort_unstable();
        lines
    }
}

/// What makes one label greater than another: its time and id, then its value. The arrival order may not matter (M3).
fn rank(details: &LabelDetails) -> impl Ord {
    let value = (details.number, details.carrier, &NAMES.baskets[details.basket], details.url);
    (details.at, details.id, value)
}
