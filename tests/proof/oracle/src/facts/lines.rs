//! What was told to remain of cancelled lines. Rule L9.

use super::Facts;
use crate::inputs::Remaining;

impl Facts {
    /// Adds what remains of a line.
    pub fn add_remaining(&mut self, remaining: Remaining) {
        self.remaining.push(remaining);
    }

    /// "Of what was told of a line the least counts."
    pub fn remaining(&self, item: usize) -> Option<u32> {
        let of_line = self.remaining.iter().filter(|told| told.item == item);
        of_line.map(|told| told.pieces).min()
    }

    /// What remains of each line of which something was told.
    pub fn all_remaining(&self) -> Vec<Remaining> {
        let mut items: Vec<usize> = self.remaining.iter().map(|told| told.item).collect();
        items.sort_unstable();
        items.dedup();
        let line = |item| Some(Remaining { item, pieces: self.remaining(item)? });
        items.into_iter().filter_map(line).collect()
    }
}
