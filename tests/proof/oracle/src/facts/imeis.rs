//! IMEIs and serial numbers that were entered. Rules I6, I9, I10 and I11.

use super::{DuplicateImei, Entered, EnteredList, Facts, ListedImeis};
use crate::inputs::DeviceName;
use crate::names::{NAMES, PHONES, SERIALS, are_of_one_model, phone_texts, serial_texts};

/// The texts of a list, in their order.
fn texts(entry: &EnteredList) -> Vec<String> {
    match entry.of {
        Entered::Imeis => phone_texts(entry.list),
        Entered::Serials => serial_texts(entry.list),
    }
}

/// Every IMEI, or every serial number, of a list.
fn ids(of: Entered, list: usize) -> Vec<usize> {
    match of {
        Entered::Imeis => PHONES[list].iter().flat_map(|phone| phone.iter().copied()).collect(),
        Entered::Serials => SERIALS[list].to_vec(),
    }
}

impl Facts {
    /// Adds a list.
    pub fn add_list(&mut self, entry: EnteredList) {
        if !self.entries.contains(&entry) {
            self.entries.push(entry);
        }
    }

    /// Adds that an IMEI or a serial number is at another place, too. It is said of the line's newest list, if that still
    /// has it (rule I9).
    pub fn add_duplicate(&mut self, item: usize, device: DeviceName, place: usize) {
        let (of, id) = match device {
            DeviceName::Imei(imei) => (Entered::Imeis, imei),
            DeviceName::Serial(serial) => (Entered::Serials, serial),
        };
        let newest = self.newest(of, item).filter(|entry| ids(of, entry.list).contains(&id));
        if let Some(entry) = newest {
            self.duplicates.push(DuplicateImei { entry, place });
        }
    }

    /// Where else an entry of a line's list is. Of several places it is the last by its name.
    pub fn elsewhere(&self, of: Entered, item: usize) -> Option<usize> {
        let newest = self.newest(of, item)?;
        let duplicates = self.duplicates.iter().filter(|duplicate| duplicate.entry == newest);
        duplicates.map(|duplicate| duplicate.place).max_by_key(|place| &NAMES.words[*place])
    }

    /// The index of the newest list of a line.
    pub fn list(&self, of: Entered, item: usize) -> Option<usize> {
        self.newest(of, item).map(|entry| entry.list)
    }

    /// The newest list of a line. A tie is broken by value (rule I6).
    pub fn newest(&self, of: Entered, item: usize) -> Option<EnteredList> {
        let of_line = self.entries.iter().filter(|entry| entry.of == of && entry.item == item);
        of_line.max_by_key(|entry| (entry.at, texts(entry), entry.author)).copied()
    }

    /// What counts of each line.
    pub fn lists(&self) -> Vec<ListedImeis> {
        let of_kind = |of| self.items_entered(of).filter_map(move |item| self.newest(of, item));
        let newest = Entered::ALL.into_iter().flat_map(of_kind);
        let listed = |entry: EnteredList| ListedImeis {
            entry,
            elsewhere: self.elsewhere(entry.of, entry.item),
        };
        newest.map(listed).collect()
    }

    /// The lines of which something was entered, each once.
    pub fn items_entered(&self, of: Entered) -> impl Iterator<Item = usize> {
        let mut items: Vec<usize> =
            self.entries.iter().filter(|entry| entry.of == of).map(|entry| entry.item).collect();
        items.sort_unstable();
        items.dedup();
        items.into_iter()
    }

    /// Whether something of a line's list is on another line of the order, too (rule I10).
    pub fn is_shared(&self, of: Entered, item: usize) -> bool {
        let Some(own) = self.list(of, item) else { return false };
        let own = ids(of, own);
        let mut others = self.items_entered(of).filter(|other| *other != item);
        others.any(|other| {
            let theirs = self.list(of, other).map(|list| ids(of, list)).unwrap_or_default();
            theirs.iter().any(|id| own.contains(id))
        })
    }

    /// The IMEIs of a line's one phone, the first of them first: "Two entries of one IMEI each with the same first eight
    /// digits are one phone, too, where the order needs no other IMEI."
    pub fn own_phone(&self, item: usize, needs_another: bool) -> Option<Vec<usize>> {
        match PHONES[self.list(Entered::Imeis, item)?] {
            [phone] => Some(phone.to_vec()),
            [[one], [other]] if !needs_another && are_of_one_model(*one, *other) => {
                Some(vec![*one, *other])
            }
            _ => None,
        }
    }

    /// The one serial number of a line. "Serial numbers have no pairs".
    pub fn own_serial(&self, item: usize) -> Option<usize> {
        match SERIALS[self.list(Entered::Serials, item)?] {
            [serial] => Some(*serial),
            _ => None,
        }
    }
}
