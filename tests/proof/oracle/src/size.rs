//! How large an order is, and what would make it too large. Rule L14, and "Size" under "Said exactly".
//!
//! The texts that were told are added up, and what stands beside them is known within bounds: "no less than `DynamoDB` counts,
//! and little more". Where both bounds are beyond a limit the input is refused, where both are within it the input is followed,
//! and between them the product says which.

use crate::facts::{Entered, KeptLabel, Label};
use crate::inputs::Input;
use crate::names::{BASKETS, BasketLine, CODES, NAMES, phone_texts, serial_texts};
use crate::order::Order;
use crate::states::{Lock, Parcel};

/// "A label that would make its order's item larger than 300 KB". Unit: bytes.
const LABEL_MAX: usize = 300 * 1_024;

/// "IMEIs, cancelled lines and returns, 350 KB". Unit: bytes.
const ENTRY_MAX: usize = 350 * 1_024;

/// An order that is smaller than this is made too large by no one input. Unit: bytes.
const FAR_FROM_FULL: usize = 200 * 1_024;

/// What stands beside the texts of an order, of a package, of a telling, of a line in it, and of anything else that has a text.
struct Beside {
    order: usize,
    package: usize,
    telling: usize,
    line: usize,
    other: usize,
    /// Whether what is kept once more counts, which need not be.
    has_all: bool,
}

/// `DynamoDB` counts four bytes for a map in a list, and at least two for each number and name in it.
const LEAST: Beside =
    Beside { order: 0, package: 0, telling: 40, line: 10, other: 0, has_all: false };

/// "and little more".
const MOST: Beside =
    Beside { order: 6_000, package: 600, telling: 400, line: 32, other: 90, has_all: true };

/// What an order takes at least, and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    least: usize,
    most: usize,
}

impl Order {
    /// How large the order is, where an input may make it too large.
    pub(crate) fn size_before(&self, input: &Input) -> Option<Size> {
        limit(input)?;
        Some(self.size()).filter(|size| size.most > FAR_FROM_FULL)
    }

    fn size(&self) -> Size {
        Size { least: self.bytes(&LEAST), most: self.bytes(&MOST) }
    }

    fn bytes(&self, beside: &Beside) -> usize {
        let parcels: usize =
            self.parcels.iter().map(|parcel| self.parcel_bytes(parcel, beside)).sum();
        let entered = Entered::ALL.into_iter().flat_map(|of| {
            self.facts.items_entered(of).map(move |item| self.list_bytes(of, item, beside))
        });
        let remaining = self.facts.all_remaining().len() + self.facts.returns();
        let refused = self.facts.refused().len();
        let others = (remaining + 4 * refused) * beside.other;
        beside.order + parcels + entered.sum::<usize>() + others + self.to_fix(beside)
    }

    fn parcel_bytes(&self, parcel: &Parcel, beside: &Beside) -> usize {
        let kept = self.facts.kept_of(parcel.id).flat_map(KeptLabel::tellings);
        let kept: usize = kept.map(|telling| telling_bytes(&telling, beside)).sum();
        let fixed = parcel.lock.as_deref().or(parcel.observed.as_deref());
        let locked = fixed.map_or(0, |lock| self.lock_bytes(parcel, lock, beside));
        let voids = self.facts.voids_of(parcel.id).count();
        let scans: usize =
            self.facts.numbers_of(parcel.id).map(|number| self.facts.scans(number)).sum();
        let others = (voids + 2 * scans + 3 * parcel.lines.len()) * beside.other;
        beside.package + kept + locked + others
    }

    /// What a claim fixed, where it is not as the label has it.
    fn lock_bytes(&self, parcel: &Parcel, lock: &Lock, beside: &Beside) -> usize {
        if !beside.has_all {
            return 0;
        }
        // What was observed has its label, whatever the package's own is.
        let is_current =
            parcel.observed.is_none() && self.facts.greatest(parcel.id) == Some(&lock.label);
        let label = if is_current { 0 } else { telling_bytes(&lock.label, beside) };
        let is_as_told = lock.lines == lock.label.basket();
        let lines =
            if is_as_told { 0 } else { lock.lines.iter().map(|l| line_bytes(l, beside)).sum() };
        label + lines + (lock.devices.len() + lock.despite_lines.len()) * beside.other
    }

    /// "with the lines that claims still have to fix"
    fn to_fix(&self, beside: &Beside) -> usize {
        if !beside.has_all {
            return 0;
        }
        let is_whole = self.marketplace().one_number;
        let parcels = self.parcels.iter().filter(|parcel| is_whole || parcel.lock.is_none());
        let labels = parcels.filter_map(|parcel| self.facts.label(parcel.id));
        // Only where some pieces are cancelled are they not as the labels have them.
        let is_other = |label: &&Label| is_whole || self.left(label).lines != label.basket();
        let mut lines: Vec<BasketLine> =
            labels.filter(is_other).flat_map(Label::basket).copied().collect();
        if is_whole {
            lines.sort_unstable_by_key(|line| (line.item, !line.has_sku));
            lines.dedup_by_key(|line| line.item);
        }
        lines.iter().map(|line| line_bytes(line, beside)).sum()
    }

    fn list_bytes(&self, of: Entered, item: usize, beside: &Beside) -> usize {
        let Some(newest) = self.facts.newest(of, item) else { return 0 };
        let entries = match of {
            Entered::Imeis => phone_texts(newest.list),
            Entered::Serials => serial_texts(newest.list),
        };
        let author =
            NAMES.authors[newest.author].as_ref().map_or(0, |author| author.as_str().len());
        beside.other
            + author
            + entries.iter().map(|entry| entry.len() + beside.other / 10).sum::<usize>()
    }

    /// Whether what an input did makes the order too large. `before` is the order without it, and `says` what the product says
    /// where the bounds leave it open.
    pub(crate) fn is_too_large(&self, before: Size, input: &Input, says: bool) -> bool {
        let Some(limit) = limit(input) else { return false };
        let after = self.size();
        let has_grown = after.least > before.least && after.most > before.most;
        // A telling in the place of another may have longer words than that.
        let may_have_grown = after.most + MOST.telling > before.most;
        let (must, may) = (has_grown && after.least > limit, may_have_grown && after.most > limit);
        must || may && says
    }
}

const fn limit(input: &Input) -> Option<usize> {
    match input {
        Input::Label { .. } => Some(LABEL_MAX),
        Input::Return { .. }
        | Input::Imei { .. }
        | Input::Cancel { .. }
        | Input::CancelLines { .. } => Some(ENTRY_MAX),
        _ => None,
    }
}

fn telling_bytes(label: &Label, beside: &Beside) -> usize {
    let lines: usize =
        BASKETS[label.details.basket].iter().map(|line| line_bytes(line, beside)).sum();
    beside.telling + lines
}

fn line_bytes(line: &BasketLine, beside: &Beside) -> usize {
    let id = NAMES.items[line.item].as_str().len();
    let codes: usize = CODES[line.codes].iter().map(|code| code.len()).sum();
    beside.line + id + codes + line.sku().map_or(0, str::len)
}
