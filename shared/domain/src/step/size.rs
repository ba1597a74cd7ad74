//! Rule L14: how large an order is as it is stored. `DynamoDB` takes no item over 400 KB, and an order that cannot be saved is
//! stuck, so what would make it too large is refused while it still can be.

use super::decide::{current, lines};
use super::lines::shipped;
use super::{Input, Refusal};
use crate::guard::{Guard, guarded};
use crate::{Confirming, Item, Order};
use serde::Serialize;
use std::io::{self, Write};

/// Largest order that a label may lead to, as it is stored. Unit: bytes.
const LABEL_BYTES_MAX: usize = 300 * 1_024;

/// Largest order that IMEIs and cancelled lines may lead to. Unit: bytes. What is left of the 400 KB is for what becomes of the
/// order.
const ENTRY_BYTES_MAX: usize = 350 * 1_024;

/// Refuses what makes an order too large, where it is larger than it was.
pub(super) fn check(order: &Order, before: &Order, input: &Input) -> Result<(), Refusal> {
    let most = match input {
        Input::Label { .. } => LABEL_BYTES_MAX,
        Input::Imei(_) | Input::Cancel(_) => ENTRY_BYTES_MAX,
        Input::LabelRefused(_)
        | Input::PutAside { .. }
        | Input::Void(_)
        | Input::Moved { .. }
        | Input::Twice { .. }
        | Input::Overused { .. }
        | Input::Tick
        | Input::Preflight { .. }
        | Input::Claim(_)
        | Input::Postpone { .. }
        | Input::Wait { .. }
        | Input::Park { .. }
        | Input::Outcome { .. }
        | Input::Probe { .. }
        | Input::Operator { .. } => return Ok(()),
    };
    let bytes = bytes(order, most);
    if bytes <= most || bytes <= self::bytes(before, most) || !guarded(Guard::OrderFits) {
        return Ok(());
    }
    Err(Refusal::TooLarge { bytes, most })
}

/// The size of an order as it is stored, with the locks that it still needs. An order of which half the bytes would fit is not
/// looked at closer: a lock repeats lines, and no more.
fn bytes(order: &Order, most: usize) -> usize {
    let Order { packages, imeis, remaining, refused, returns, timeline, unpublished, .. } = order;
    let facts = stored(&(packages, imeis, remaining, returns));
    let stored = facts + stored(&(refused, timeline, unpublished, &order.unknown));
    if stored <= most / 2 { stored } else { stored + locks(order) }
}

/// What the lines take that are fixed at the claims of the order, where they are not as the label has them.
fn locks(order: &Order) -> usize {
    let unclaimed = order.packages.values().filter(|package| package.lock().is_none());
    match order.channel.facts().confirming {
        Confirming::WholeOrder => {
            let lines: Vec<Item> = lines(order).into_values().collect();
            stored(&lines)
        }
        Confirming::PerPackage => unclaimed
            .filter_map(|package| {
                let label = current(package)?;
                let items = shipped(order, package, label);
                (*items != *label.telling.items).then(|| stored(&items))
            })
            .sum(),
    }
}

/// The length of its JSON. `DynamoDB` counts less: it has no quotes, and packs the digits of numbers.
fn stored(value: &impl Serialize) -> usize {
    let mut count = Count(0);
    // Counting cannot fail, and what cannot be put into JSON cannot be stored at all.
    let written = serde_json::to_writer(&mut count, value);
    if written.is_ok() { count.0 } else { usize::MAX }
}

/// Counts what is written to it.
struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
