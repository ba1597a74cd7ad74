//! The facts: everything that was ever told, as it was told, and what follows from all of it together. Nothing is merged
//! and nothing is forgotten; each question is answered from the whole list, so the order of arrival cannot matter.

use crate::act::{Made, Ms, Scan, Under};
use crate::names::{BASKETS, NAMES, Piece};
use domain::CarrierStatus;

/// M4: a scan older than this before its label is another parcel's.
const DAY: Ms = 24 * 60 * 60 * 1_000;

/// M6: a scan that comes longer after the last one is of another parcel.
const USED_AGAIN: Ms = 7 * DAY;

/// A label, and how it was told first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Label {
    pub made: Made,
    pub under: Under,
    pub received: Ms,
    pub event: usize,
}

impl Label {
    /// When it was made; a time ahead of ours is taken as now: RULES.md, "Said exactly", labels.
    pub fn made_at(&self) -> Ms {
        self.made.at.min(self.received)
    }

    /// What is in the parcel.
    pub fn basket(&self) -> &'static [Piece] {
        BASKETS[self.made.basket]
    }
}

/// A scan of a number, as told first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Told {
    pub number: usize,
    pub scan: Scan,
    pub received: Ms,
}

impl Told {
    /// When it happened; a carrier's time ahead of ours is taken as now: RULES.md, "Said exactly", labels.
    pub fn happened_at(&self) -> Ms {
        self.scan.at.min(self.received)
    }
}

/// IMEIs as entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entered {
    item: usize,
    list: usize,
    at: Ms,
    author: usize,
}

/// What counts of a line: which, its IMEIs, by whom and when they were entered, and where else one of them is.
pub type Listed = (usize, usize, usize, Ms, Option<usize>);

/// A line that must be shipped: which, how many, whether each needs an IMEI.
pub type Lines = Vec<Piece>;

/// Everything told of an order.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    labels: Vec<Label>,
    /// The greatest label of each package, found anew in all of them whenever one is told.
    greatest: Vec<(usize, Label)>,
    voids: Vec<(usize, usize)>,
    cancels: Vec<Ms>,
    /// What each package knows of its numbers.
    scans: Vec<(usize, Told)>,
    entered: Vec<Entered>,
    /// Lists of which an IMEI was found at another place, and which place.
    twice: Vec<(Entered, usize)>,
}

impl Facts {
    /// A label was told.
    pub fn tell_label(
        &mut self,
        made: Made,
        under: Under,
        (event, now): (usize, Ms),
        is_told: bool,
    ) {
        // Scans reached the order's other packages of the number before this one (rule M5).
        if !is_told && !self.numbers_of(made.package).any(|number| number == made.number) {
            let mut known: Vec<(usize, Told)> =
                self.scans.iter().filter(|(_, told)| told.number == made.number).copied().collect();
            // Of the same scan, known to several packages, the one that was told first.
            known.sort_by_key(|(package, told)| (told.received, *package));
            for (_, told) in known {
                self.keep(made.package, told);
            }
        }
        let is_new = !self.labels.iter().any(|label| label.made == made);
        let first = self.greatest(made.package).filter(|label| label.made.id == made.id);
        let (under, received) = first.map_or((under, now), |first| (first.under, first.received));
        if is_new {
            self.labels.push(Label { made, under, received, event });
            let of_it = self.labels.iter().filter(|label| label.made.package == made.package);
            let greatest =
                of_it.max_by(|one, other| rank(&one.made).cmp(&rank(&other.made))).copied();
            self.greatest.retain(|(package, _)| *package != made.package);
            self.greatest.extend(greatest.map(|label| (made.package, label)));
        }
    }

    /// How much is known of a package: the same again, if nothing was told of it.
    pub fn known_of(&self, package: usize) -> (Option<Made>, [usize; 3]) {
        let mut numbers: Vec<usize> = self.numbers_of(package).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let scans = self.scans.iter().filter(|(of, _)| *of == package).count();
        let label = self.greatest(package).map(|label| label.made);
        (label, [self.voids_of(package).count(), scans, numbers.len()])
    }

    /// A void was told.
    pub fn tell_void(&mut self, package: usize, label: usize) {
        if !self.is_voided(package, label) {
            self.voids.push((package, label));
        }
    }

    /// A cancellation was told.
    pub fn tell_cancel(&mut self, at: Ms) {
        self.cancels.push(at);
    }

    /// A scan was told. It reaches each package that ever had the number; where the channel has a number of it, the scan
    /// is kept only for others: the first, and one that comes long after the last (rules M5, M6).
    pub fn tell_scan(
        &mut self,
        number: usize,
        (scan, now): (Scan, Ms),
        is_told: impl Fn(usize) -> bool,
    ) {
        if !CarrierStatus::ALL[scan.status].is_movement() {
            return;
        }
        let mut packages: Vec<usize> = self
            .labels
            .iter()
            .filter(|l| l.made.number == number)
            .map(|l| l.made.package)
            .collect();
        packages.sort_unstable();
        packages.dedup();
        for package in packages {
            let last = self.scans_of(package, number).map(|told| told.scan.at).max();
            let is_news = last.is_none_or(|last| scan.at.saturating_sub(last) > USED_AGAIN);
            if !is_told(package) || is_news {
                self.keep(package, Told { number, scan, received: now });
            }
        }
    }

    fn keep(&mut self, package: usize, told: Told) {
        let same =
            |kept: &Told| (kept.scan.at, kept.scan.status) == (told.scan.at, told.scan.status);
        if !self.scans_of(package, told.number).any(same) {
            self.scans.push((package, told));
        }
    }

    /// How many different scans of a number are known.
    pub fn scans(&self, number: usize) -> usize {
        let mut known: Vec<(Ms, usize)> = self
            .scans
            .iter()
            .filter(|(_, told)| told.number == number)
            .map(|(_, told)| (told.scan.at, told.scan.status))
            .collect();
        known.sort_unstable();
        known.dedup();
        known.len()
    }

    fn scans_of(&self, package: usize, number: usize) -> impl Iterator<Item = &Told> {
        let of_it =
            self.scans.iter().filter(move |(of, told)| *of == package && told.number == number);
        of_it.map(|(_, told)| told)
    }

    /// The channel has a number of the package: of each number's scans the first, the last and the proof stay.
    pub fn keep_ends(&mut self, package: usize, proof: Option<Told>) {
        let key = |told: &Told| (told.scan.at, told.scan.status);
        let scans = self.scans.clone();
        self.scans.retain(|(of, told)| {
            let others = || scans.iter().filter(|(o, t)| o == of && t.number == told.number);
            let is_end = others().all(|(_, other)| key(other) >= key(told))
                || others().all(|(_, other)| key(other) <= key(told));
            *of != package || is_end || Some(*told) == proof
        });
    }

    /// IMEIs were entered.
    pub fn tell_imeis(&mut self, (item, list): (usize, usize), at: Ms, author: usize) {
        let entered = Entered { item, list, at, author };
        if !self.entered.contains(&entered) {
            self.entered.push(entered);
        }
    }

    /// An IMEI was found at another place, too: said of the line's list as it is, if it has it still (rule I9).
    pub fn tell_twice(&mut self, (item, imei): (usize, usize), place: usize) {
        if let Some(list) = self.newest(item).filter(|entered| entered.list >> imei & 1 == 1) {
            self.twice.push((list, place));
        }
    }

    /// Where else an IMEI of a line's list was found: of several places the last by its name.
    pub fn twice(&self, item: usize) -> Option<usize> {
        let list = self.newest(item)?;
        let places = self.twice.iter().filter(|(of, _)| *of == list).map(|(_, place)| *place);
        places.max_by_key(|place| &NAMES.words[*place])
    }

    /// Whether a label is voided.
    pub fn is_voided(&self, package: usize, label: usize) -> bool {
        self.voids.contains(&(package, label))
    }

    /// How many labels of a package were voided.
    pub fn voids_of(&self, package: usize) -> impl Iterator<Item = usize> {
        self.voids.iter().filter(move |void| void.0 == package).map(|void| void.1)
    }

    /// Every number a package ever had.
    pub fn numbers_of(&self, package: usize) -> impl Iterator<Item = usize> {
        self.labels.iter().filter(move |label| label.made.package == package).map(|l| l.made.number)
    }

    /// The greatest label ever told, voided or not (rule L2).
    pub fn greatest(&self, package: usize) -> Option<&Label> {
        self.greatest.iter().find(|(of, _)| *of == package).map(|(_, label)| label)
    }

    /// The current label: the greatest, unless it is voided (rule L2).
    pub fn label(&self, package: usize) -> Option<&Label> {
        self.greatest(package).filter(|label| !self.is_voided(package, label.made.id))
    }

    /// Whether the order was cancelled, and when at the earliest.
    pub fn cancelled(&self) -> Option<Ms> {
        self.cancels.iter().min().copied()
    }

    /// The first movement that is this label's (rules M1, M4).
    pub fn first_movement(&self, label: &Label) -> Option<&Told> {
        let of_it = self.scans_of(label.made.package, label.made.number);
        let of_it = of_it.filter(|told| label.made.at.saturating_sub(told.scan.at) <= DAY);
        of_it.min_by_key(|told| (told.scan.at, told.scan.status))
    }

    /// The newest list of a line, as bits; a tie is broken by value (rule I6).
    pub fn list(&self, item: usize) -> Option<usize> {
        self.newest(item).map(|entered| entered.list)
    }

    fn newest(&self, item: usize) -> Option<Entered> {
        let of_it = self.entered.iter().filter(|entered| entered.item == item);
        of_it.max_by_key(|e| (e.at, &NAMES.lists[e.list], e.author)).copied()
    }

    /// What counts of each line, to see whether it changed.
    pub fn lists(&self) -> Vec<Listed> {
        self.items_entered()
            .filter_map(|item| self.newest(item))
            .map(|Entered { item, list, at, author }| (item, list, author, at, self.twice(item)))
            .collect()
    }

    /// Lines whose IMEIs were entered, each once.
    pub fn items_entered(&self) -> impl Iterator<Item = usize> {
        let is_first = |place: usize, item: usize| {
            !self.entered.iter().take(place).any(|former| former.item == item)
        };
        let all = self.entered.iter().enumerate();
        all.filter(move |(place, entered)| is_first(*place, entered.item)).map(|(_, e)| e.item)
    }

    /// The lines of the order's current labels together (rule I1), by their place.
    pub fn lines(&self, packages: impl Iterator<Item = usize>) -> Lines {
        let mut lines = Lines::new();
        for label in packages.filter_map(|package| self.label(package)) {
            for &(item, quantity, phone) in label.basket() {
                match lines.iter_mut().find(|line| line.0 == item) {
                    Some(line) => *line = (item, line.1 + quantity, line.2 | phone),
                    None => lines.push((item, quantity, phone)),
                }
            }
        }
        lines.sort_unstable();
        lines
    }
}

/// What makes one label greater than another: its time and id, then its value, for no arrival order may matter (M3).
fn rank(made: &Made) -> impl Ord {
    let value = (made.number, made.carrier, &NAMES.baskets[made.basket], made.url);
    (made.at, made.id, value)
}
