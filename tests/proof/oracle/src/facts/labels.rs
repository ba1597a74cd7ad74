//! Labels, voids, returns, and what a person said of labels. Rules L2, L6, L8, T4.

use super::tellings::KeptLabel;
use super::{Choice, Facts, Label, Void};
use crate::inputs::Ms;

impl Facts {
    /// Adds a telling. `has_number` says that the channel has a number of the package, or that nothing more is done about
    /// it.
    pub fn add_label(&mut self, new: Label, has_number: bool) {
        let (package, id) = (new.details.package, new.details.id);
        for key in new.details.keys() {
            // Scans reached the order's other packages of the number before this package (rule M5).
            if !has_number && !self.numbers_of(package).any(|number| number == key) {
                self.copy_scans(package, key);
            }
        }
        if self.is_return(id) {
            self.add_void(package, id);
        }
        if self.tellings.iter().any(|label| label.details == new.details) {
            return;
        }
        // "A label keeps its terms and the time it was first handled, whatever is told of it later."
        let first = self
            .tellings
            .iter()
            .find(|label| (label.details.package, label.details.id) == (package, id));
        let (terms, received) =
            first.map_or((new.terms, new.received), |first| (first.terms, first.received));
        self.tellings.push(Label { terms, received, ..new });
        self.weigh(package, id);
        self.elect(package);
    }

    /// Adds a return: "a label that was told as outbound, before or after, is voided by it."
    pub fn add_return(&mut self, label: usize) {
        if !self.is_return(label) {
            self.returns.push(label);
        }
        let told = self.kept.iter().map(|kept| kept.telling.details);
        let packages: Vec<usize> = told.filter(|d| d.id == label).map(|d| d.package).collect();
        for package in packages {
            self.add_void(package, label);
        }
    }

    /// Whether a label was told to be a return.
    pub fn is_return(&self, label: usize) -> bool {
        self.returns.contains(&label)
    }

    /// How many labels were told to be returns.
    pub fn returns(&self) -> usize {
        self.returns.len()
    }

    /// Adds a void.
    pub fn add_void(&mut self, package: usize, label: usize) {
        if !self.is_voided(package, label) {
            self.voids.push(Void { package, label });
            self.find_current(package);
        }
    }

    /// Adds a person's word which label and which telling of it is right, said at a moment.
    pub fn add_choice(&mut self, telling: Label, now: Ms) {
        let (package, label) = (telling.details.package, telling.details.id);
        self.settled.push(telling);
        self.weigh(package, label);
        // "Of labels made ahead of a person's `use_label` none is newer than it."
        let latest = self.kept_of(package).map(|kept| kept.latest_at).max();
        let until = latest.map_or(now, |latest| latest.max(now));
        self.choices.retain(|choice| choice.package != package);
        self.choices.push(Choice { package, label, until });
        self.elect(package);
    }

    /// Finds anew which label of a package is the greatest.
    fn elect(&mut self, package: usize) {
        let rank = |kept: &&KeptLabel| (kept.latest_at, kept.telling.details.id);
        let greatest = self.kept_of(package).max_by_key(rank).copied();
        let chosen = self.choices.iter().find(|choice| choice.package == package);
        // "current from then on, until one is made after the person's word"
        let chosen = chosen
            .filter(|choice| greatest.is_some_and(|kept| kept.latest_at <= choice.until))
            .and_then(|choice| self.kept(package, choice.label).copied());
        self.greatest.retain(|kept| kept.telling.details.package != package);
        self.greatest.extend(chosen.or(greatest));
        self.find_current(package);
    }

    /// Finds anew whether a package has a current label. It is asked for most: by each package, of each other one.
    fn find_current(&mut self, package: usize) {
        if self.current.len() <= package {
            self.current.resize(package + 1, None);
        }
        let greatest = self.greatest_kept(package).copied();
        let is_good = |kept: &KeptLabel| !self.is_voided(package, kept.telling.details.id);
        self.current[package] = greatest.filter(is_good);
    }

    /// Whether a label is voided.
    pub fn is_voided(&self, package: usize, label: usize) -> bool {
        self.voids.contains(&Void { package, label })
    }

    /// The labels of a package that were voided.
    pub fn voids_of(&self, package: usize) -> impl Iterator<Item = usize> {
        self.voids.iter().filter(move |void| void.package == package).map(|void| void.label)
    }

    /// Every number that a package ever had, as keys.
    pub fn numbers_of(&self, package: usize) -> impl Iterator<Item = usize> {
        let of_package = self.tellings.iter().filter(move |t| t.details.package == package);
        of_package.flat_map(|telling| telling.details.keys())
    }

    /// The label of a package that counts, voided or not: the greatest, or the one that a person chose (rule L2).
    pub fn greatest(&self, package: usize) -> Option<&Label> {
        self.greatest_kept(package).map(|kept| &kept.telling)
    }

    fn greatest_kept(&self, package: usize) -> Option<&KeptLabel> {
        self.greatest.iter().find(|kept| kept.telling.details.package == package)
    }

    /// The current label, with the telling that it is in dispute with, if any.
    pub fn current(&self, package: usize) -> Option<&KeptLabel> {
        self.current.get(package)?.as_ref()
    }

    /// The current label: the one that counts, unless it is voided (rule L2).
    pub fn label(&self, package: usize) -> Option<&Label> {
        self.current(package).map(|kept| &kept.telling)
    }
}
