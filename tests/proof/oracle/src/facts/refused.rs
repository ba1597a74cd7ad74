//! Labels that were refused, "told by arrival". Rule L15.

use super::Facts;

/// How many refused labels are kept: "the last 20".
const KEPT: usize = 20;

/// A label that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct RefusedLabel {
    pub event: usize,
    /// `None` where its package cannot be read.
    pub package: Option<usize>,
    /// Whether it needs nobody any more.
    pub is_over: bool,
}

impl Facts {
    /// Adds a label that was refused. "Of two with one event the first counts, also when a person has put it aside."
    pub fn add_refused(&mut self, event: usize, package: Option<usize>) {
        if self.refused.iter().any(|refused| refused.event == event) {
            return;
        }
        self.refused.push(RefusedLabel { event, package, is_over: false });
        if self.refused.len() > KEPT {
            self.refused.remove(0);
        }
    }

    /// A label was taken: "until a label of its package (of the order, where its package cannot be read) is taken".
    pub fn end_refused(&mut self, taken: usize) {
        let is_answered =
            |refused: &&mut RefusedLabel| refused.package.is_none_or(|package| package == taken);
        self.refused.iter_mut().filter(is_answered).for_each(|refused| refused.is_over = true);
    }

    /// A person puts a refused label aside. Whether there was one that needed it.
    pub fn put_aside(&mut self, event: usize) -> bool {
        let standing = self.refused.iter_mut().find(|one| one.event == event && !one.is_over);
        standing.map(|refused| refused.is_over = true).is_some()
    }

    /// The labels that were refused, the oldest first.
    pub fn refused(&self) -> &[RefusedLabel] {
        &self.refused
    }
}
