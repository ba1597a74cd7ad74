//! Scans, and which package each of them moves. Rules M1 to M6.

use super::{Facts, KeptScan, Label};
use crate::inputs::{LabelDetails, Ms, Scan};
use crate::spans::DAY;
use domain::CarrierStatus;

/// M6: a scan that comes longer than this after the last one is of another parcel.
const USED_AGAIN: Ms = 7 * DAY;

/// A package of which the channel has a number, or about which nothing more is done.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The package.
    pub package: usize,
    /// The scans of the number that are awaited all the same.
    pub awaited: Vec<Awaited>,
}

/// A scan that is kept although one is enough (rule M6).
#[derive(Clone, Copy, Debug)]
pub struct Awaited {
    /// When its label was made (rule M4).
    pub made_at: Ms,
    /// The earliest that it may be.
    pub since: Ms,
}

impl Facts {
    /// Adds a scan to each package that ever had the number.
    ///
    /// Where the channel has a number of the package, the scan is kept only for others: the first, and one that comes long
    /// after the last (rules M5, M6); and the first of the label that was sent, or that moves another one.
    pub fn add_scan(&mut self, number: usize, scan: Scan, now: Ms, settled: &[Settled]) {
        if !CarrierStatus::ALL[scan.status].is_movement() {
            return;
        }
        let of_number =
            self.tellings.iter().filter(|told| told.details.keys().any(|key| key == number));
        let mut packages: Vec<usize> = of_number.map(|label| label.details.package).collect();
        packages.sort_unstable();
        packages.dedup();
        for package in packages {
            let settled = settled.iter().find(|settled| settled.package == package);
            let new = KeptScan { package, number, scan, received: now };
            if settled.is_none_or(|settled| self.is_of_use(new, settled)) {
                self.keep_scan(new);
            }
        }
    }

    /// Whether a scan is kept although the channel has a number of its package.
    fn is_of_use(&self, new: KeptScan, settled: &Settled) -> bool {
        let at = new.scan.at;
        let last = self.scans_of(new.package, new.number).map(|kept| kept.scan.at).max();
        let is_awaited =
            |awaited: &Awaited| at >= awaited.since && awaited.made_at.saturating_sub(at) <= DAY;
        last.is_none_or(|last| at.saturating_sub(last) > USED_AGAIN)
            || settled.awaited.iter().any(is_awaited)
    }

    /// Gives a package of which the channel has a number a scan that the order's other packages have, if it is of use.
    pub fn copy_scan(&mut self, kept: KeptScan, settled: &Settled) {
        let copy = KeptScan { package: settled.package, ..kept };
        if self.is_of_use(copy, settled) {
            self.keep_scan(copy);
        }
    }

    /// Gives a package the scans of a number that the order's other packages have.
    pub(super) fn copy_scans(&mut self, package: usize, number: usize) {
        for kept in self.known_scans(number) {
            self.keep_scan(KeptScan { package, ..kept });
        }
    }

    /// The scans of a number that any package has. Where several know one scan, the one that was received first comes first.
    pub fn known_scans(&self, number: usize) -> Vec<KeptScan> {
        let of_number = self.scans.iter().filter(|kept| kept.number == number);
        let mut known: Vec<KeptScan> = of_number.copied().collect();
        known.sort_by_key(|kept| (kept.received, key(kept), kept.package));
        known
    }

    fn keep_scan(&mut self, new: KeptScan) {
        let is_equal = |kept: &KeptScan| key(kept) == key(&new);
        if !self.scans_of(new.package, new.number).any(is_equal) {
            self.scans.push(new);
        }
    }

    /// How many different scans of a number are known.
    pub fn scans(&self, number: usize) -> usize {
        let of_number = self.scans.iter().filter(|kept| kept.number == number);
        let mut known: Vec<(Ms, usize)> = of_number.map(key).collect();
        known.sort_unstable();
        known.dedup();
        known.len()
    }

    fn scans_of(&self, package: usize, number: usize) -> impl Iterator<Item = &KeptScan> {
        self.scans.iter().filter(move |kept| kept.package == package && kept.number == number)
    }

    /// Drops the scans that a package needs no more once the channel has its number: of each number's scans the first, the
    /// last and the proof stay (rule M5).
    pub fn keep_ends(&mut self, package: usize, proof: Option<KeptScan>) {
        let scans = self.scans.clone();
        self.scans.retain(|kept| {
            let others = || {
                scans
                    .iter()
                    .filter(|other| other.package == kept.package && other.number == kept.number)
            };
            let is_end = others().all(|other| key(other) >= key(kept))
                || others().all(|other| key(other) <= key(kept));
            kept.package != package || is_end || Some(*kept) == proof
        });
    }

    /// The first movement that is this label's (rules M1, M4).
    pub fn first_movement(&self, label: &Label) -> Option<&KeptScan> {
        let LabelDetails { package, at, .. } = label.details;
        let moved = self.movements(package, at, label.details.keys());
        moved.min_by_key(|kept| (key(kept), kept.number))
    }

    /// When the numbers of a label that has not moved were scanned last before it (rule M4).
    pub fn moved_before(&self, label: &Label) -> Option<Ms> {
        let LabelDetails { package, at, .. } = label.details;
        let scans = label.details.keys().flat_map(|number| self.scans_of(package, number));
        scans.map(|kept| kept.scan.at).filter(|scanned| at.saturating_sub(*scanned) > DAY).max()
    }

    /// The movements of a package that are of a label made at a moment, by any of its numbers (rules M1, M4, N4).
    pub fn movements(
        &self,
        package: usize,
        at: Ms,
        keys: impl Iterator<Item = usize>,
    ) -> impl Iterator<Item = &KeptScan> {
        let mut keys: Vec<usize> = keys.collect();
        keys.sort_unstable();
        keys.dedup();
        let of_numbers = keys.into_iter().flat_map(move |number| self.scans_of(package, number));
        // M4: an older scan is another parcel's.
        of_numbers.filter(move |kept| at.saturating_sub(kept.scan.at) <= DAY)
    }
}

/// What tells two scans of a number apart.
fn key(kept: &KeptScan) -> (Ms, usize) {
    (kept.scan.at, kept.scan.status)
}
