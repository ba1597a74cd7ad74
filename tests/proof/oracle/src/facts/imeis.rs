//! IMEIs that were entered. Rules I6 and I9.

use super::{DuplicateImei, Facts, ImeiEntry, ListedImeis};
use crate::names::NAMES;

impl Facts {
    /// Adds a list of IMEIs.
    pub fn add_imeis(&mut self, entry: ImeiEntry) {
        if !self.entries.contains(&entry) {
            self.entries.push(entry);
        }
    }

    /// Adds that an IMEI is at another place, too. It is said of the line's newest list, if that still has the IMEI
    /// (rule I9).
    pub fn add_duplicate(&mut self, item: usize, imei: usize, place: usize) {
        if let Some(entry) = self.newest(item).filter(|entry| entry.list >> imei & 1 == 1) {
            self.duplicates.push(DuplicateImei { entry, place });
        }
    }

    /// Where else an IMEI of a line's list is. Of several places it is the last by its name.
    pub fn elsewhere(&self, item: usize) -> Option<usize> {
        let newest = self.newest(item)?;
        let duplicates = self.duplicates.iter().filter(|duplicate| duplicate.entry == newest);
        duplicates.map(|duplicate| duplicate.place).max_by_key(|place| &NAMES.words[*place])
    }

    /// The newest list of a line, as bits. A tie is broken by value (rule I6).
    pub fn list(&self, item: usize) -> Option<usize> {
        self.newest(item).map(|entry| entry.list)
    }

    fn newest(&self, item: usize) -> Option<ImeiEntry> {
        let of_line = self.entries.iter().filter(|entry| entry.item == item);
        of_line.max_by_key(|entry| (entry.at, &NAMES.lists[entry.list], entry.author)).copied()
    }

    /// What counts of each line.
    pub fn lists(&self) -> Vec<ListedImeis> {
        self.items_entered()
            .filter_map(|item| self.newest(item))
            .map(|entry| ListedImeis { entry, elsewhere: self.elsewhere(entry.item) })
            .collect()
    }

    /// The lines whose IMEIs were entered, each once.
    pub fn items_entered(&self) -> impl Iterator<Item = usize> {
        let is_first = |index: usize, item: usize| {
            !self.entries.iter().take(index).any(|former| former.item == item)
        };
        let all = self.entries.iter().enumerate();
        all.filter(move |(index, entry)| is_first(*index, entry.item)).map(|(_, entry)| entry.item)
    }
}
