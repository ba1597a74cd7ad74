//! What is left of labels, and what was sent, of lines that were cancelled in part. Rules L9 and I1, and "Lines" under "Said
//! exactly".

use crate::facts::{Label, Lines};
use crate::inputs::Remaining;
use crate::names::BasketLine;
use crate::order::Order;
use crate::states::{Lock, Parcel, Proof};
use std::rc::Rc;

/// What is left of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its lines.
    pub lines: Lines,
    /// Nobody knows how much of a line is left of it.
    pub is_held: bool,
}

fn pieces(lines: &[BasketLine], item: usize) -> u32 {
    lines.iter().filter(|line| line.item == item).map(|line| line.quantity).sum()
}

/// Lines together, one of each item.
fn together(lines: impl Iterator<Item = BasketLine>) -> Lines {
    let mut all = Lines::new();
    for line in lines {
        match all.iter_mut().find(|other| other.item == line.item) {
            Some(other) => {
                other.quantity += line.quantity;
                other.needs_imei |= line.needs_imei;
                other.needs_serial |= line.needs_serial;
            }
            None => all.push(line),
        }
    }
    all.sort_unstable();
    all
}

impl Order {
    /// "an unclaimed label is the current one of a package without a lock, whatever its state. […] A channel that takes one
    /// number for an order is sent the lines of all current labels: there each of them counts as unclaimed".
    fn unclaimed(&self) -> impl Iterator<Item = &Label> {
        let is_whole = self.marketplace().one_number;
        let without_lock =
            self.parcels.iter().filter(move |parcel| is_whole || parcel.lock.is_none());
        without_lock.filter_map(|parcel| self.facts.label(parcel.id))
    }

    /// How many pieces of a line "what was sent and the current labels hold"; where one number goes for an order "locks do not
    /// [count] beside them".
    fn held_pieces(&self, item: usize) -> u32 {
        let counts = |_: &&Rc<Lock>| !self.marketplace().one_number;
        let sent = self.parcels.iter().filter_map(|parcel| parcel.lock.as_ref()).filter(counts);
        let sent: u32 = sent.map(|lock| pieces(&lock.lines, item)).sum();
        sent + self.unclaimed().map(|label| pieces(label.basket(), item)).sum::<u32>()
    }

    /// What is left of a label.
    pub fn left(&self, label: &Label) -> Left {
        let mut left = Left { lines: Lines::new(), is_held: false };
        for line in label.basket() {
            let Some(remaining) = self.facts.remaining(line.item) else {
                left.lines.push(*line);
                continue;
            };
            // "A line of which nothing remains is taken from every label, whether it has codes or not."
            if remaining == 0 {
                continue;
            }
            let excess = self.held_pieces(line.item).saturating_sub(remaining);
            let mut naming = self.unclaimed().filter(|label| pieces(label.basket(), line.item) > 0);
            let is_of_several = naming.nth(1).is_some();
            let quantity = line.quantity.saturating_sub(excess);
            let is_cut = excess > 0 && self.unclaimed().any(|other| other == label);
            match (is_cut, is_of_several || line.codes != 0) {
                (false, _) => left.lines.push(*line),
                (true, true) => {
                    left.is_held = true;
                    left.lines.push(*line);
                }
                (true, false) if quantity > 0 => left.lines.push(BasketLine { quantity, ..*line }),
                (true, false) => {}
            }
        }
        left.lines.sort_unstable();
        left
    }

    /// Whether nobody knows what is left of what a label's confirmation ships: of its own lines, or of every line of the order
    /// (rule I1).
    pub fn is_left_unknown(&self, label: &Label) -> bool {
        let mut labels = self.parcels.iter().filter_map(|parcel| self.facts.label(parcel.id));
        self.left(label).is_held
            || self.marketplace().one_number && labels.any(|label| self.left(label).is_held)
    }

    /// "What a person sends is what is left of the label; where nothing is left of it, or it is held for it, the label as it was
    /// told".
    fn own_lines(&self, parcel: &Parcel, label: &Label) -> Lines {
        let left = self.left(label);
        let mut lines = left.lines;
        if parcel.is_sent_by_person(label) && (left.is_held || lines.is_empty()) {
            lines = label.basket().to_vec();
        }
        lines.sort_unstable();
        lines
    }

    /// The lines that a package's confirmation ships: its own, or every line of the order (rule I1).
    pub fn lines(&self, parcel: &Parcel, label: &Label) -> Lines {
        if !self.marketplace().one_number {
            return self.own_lines(parcel, label);
        }
        let of_package = |other: &Parcel| {
            let current = self.facts.label(other.id)?;
            let is_own = other.id == parcel.id;
            Some(if is_own { self.own_lines(parcel, label) } else { self.left(current).lines })
        };
        together(self.parcels.iter().filter_map(of_package).flatten())
    }

    /// What is left of a package's label, or of every label of the order where one confirmation ships all.
    pub fn lines_left(&self, label: &Label) -> Lines {
        if !self.marketplace().one_number {
            return self.left(label).lines;
        }
        let labels = self.parcels.iter().filter_map(|parcel| self.facts.label(parcel.id));
        together(labels.flat_map(|label| self.left(label).lines))
    }

    /// The lines of which a package was sent with more than remains.
    pub fn late_lines(&self, parcel: &Parcel) -> Vec<Remaining> {
        let Some(lock) = &parcel.lock else { return Vec::new() };
        let mut late = self.facts.all_remaining();
        late.retain(|line| {
            let counted = self.parcels.iter().filter_map(|parcel| parcel.lock.as_deref());
            let counted = counted.filter(|lock| counts_as_sent(lock, *line));
            let sent: u32 = counted.map(|lock| pieces(&lock.lines, line.item)).sum();
            let is_of_package = pieces(&lock.lines, line.item) > 0 && counts_as_sent(lock, *line);
            is_of_package && sent > line.pieces
        });
        late
    }
}

/// "What a person sent of a line counts as not sent for `cancelled_late` while no less remains of it than was told by the claim."
fn counts_as_sent(lock: &Lock, line: Remaining) -> bool {
    let by_claim = lock.despite_lines.iter().find(|told| told.item == line.item);
    !(lock.proof == Proof::Person && by_claim.is_some_and(|told| line.pieces >= told.pieces))
}
