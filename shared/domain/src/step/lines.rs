//! Rule L9: lines of which some pieces were cancelled. What is left of a label, and what was sent of a line beyond what
//! remains of it. All of it follows from the facts and the locks, so that it is right in every order of events.

use super::claim::locked_items;
use super::decide::{current, is_sent_by_person};
use crate::guard::{Guard, guarded};
use crate::{Confirming, Item, ItemId, Label, Order, Package, gather};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What is left of a label that is not claimed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left<'a> {
    /// Its lines, without those of which nothing is left, and cut where one is.
    pub(crate) items: Cow<'a, [Item]>,
    /// Whether a person must say which of several labels is cut, or which Transparency codes stay.
    pub(crate) is_held: bool,
}

/// What an order has of a line of which some pieces were cancelled.
#[derive(Default)]
struct Use {
    /// Pieces that the locks of its packages hold.
    sent: u32,
    /// Pieces in labels that may still be claimed, and how many of these labels name the line.
    labelled: u32,
    named_by: u32,
    has_codes: bool,
}

/// What is left of a current label.
pub(crate) fn left<'a>(order: &Order, label: &'a Label) -> Left<'a> {
    let told = &label.telling.items;
    let is_named = |item: &Item| order.remaining.contains_key(&item.item_id);
    if !told.iter().any(is_named) || !guarded(Guard::CancelledLineIsCut) {
        return Left { items: told.into(), is_held: false };
    }
    let uses = uses(order);
    let mut is_held = false;
    let left = |item: &Item| -> Option<Item> {
        let remaining = order.remaining.get(&item.item_id).copied();
        let (Some(remaining), Some(in_all)) = (remaining, uses.get(&item.item_id)) else {
            return Some(item.clone());
        };
        if remaining > 0 && in_all.sent.saturating_add(in_all.labelled) <= remaining {
            return Some(item.clone());
        }
        if remaining > 0 && (in_all.named_by > 1 || in_all.has_codes) {
            is_held |= guarded(Guard::SeveralLabelsHold);
            return Some(item.clone());
        }
        let quantity = item.quantity.min(remaining.saturating_sub(in_all.sent));
        (quantity > 0).then(|| Item { quantity, ..item.clone() })
    };
    let items: Vec<Item> = told.iter().filter_map(left).collect();
    Left { items: items.into(), is_held }
}

/// Whether a confirmation of the whole order would ship a line of which nobody knows what is left. A package that does not name the
/// line ships it, too.
pub(super) fn is_order_held(order: &Order) -> bool {
    let labels = order.packages.values().filter_map(|package| current(package));
    order.channel.facts().confirming == Confirming::WholeOrder
        && labels.into_iter().any(|label| left(order, label).is_held)
}

/// The lines that a label ships. A person sends what is left of it. Where nothing is left, or it is held for that, they send the
/// label as it was told.
pub(super) fn shipped<'a>(order: &Order, package: &Package, label: &'a Label) -> Cow<'a, [Item]> {
    let left = left(order, label);
    let is_stopped = left.is_held || left.items.is_empty();
    if is_stopped && is_sent_by_person(package, label) {
        return (&label.telling.items).into();
    }
    left.items
}

/// What the order has of each line of which some pieces were cancelled. A channel that takes one number for an order is sent the
/// lines of all current labels, so there a lock does not count beside them.
fn uses(order: &Order) -> BTreeMap<&ItemId, Use> {
    let is_whole = order.channel.facts().confirming == Confirming::WholeOrder;
    let mut uses: BTreeMap<&ItemId, Use> = BTreeMap::new();
    for package in order.packages.values() {
        let is_sent = package.lock().is_some() && !is_whole;
        let labelled = current(package).map(|label| label.telling.items.as_slice());
        let items = if is_sent { locked_items(package) } else { labelled.unwrap_or_default() };
        for item in items.iter().filter(|item| order.remaining.contains_key(&item.item_id)) {
            let in_all = uses.entry(&item.item_id).or_default();
            if is_sent {
                in_all.sent = in_all.sent.saturating_add(item.quantity);
            } else {
                in_all.labelled = in_all.labelled.saturating_add(item.quantity);
                in_all.named_by += 1;
                in_all.has_codes |= !item.transparency_codes.is_empty();
            }
        }
    }
    uses
}

/// How many pieces remained, by now, of each of these lines of which some were cancelled: what a person knew who sends them.
pub(super) fn known(order: &Order, items: &[Item]) -> BTreeMap<ItemId, u32> {
    let known = |item: &Item| Some((item.item_id.clone(), *order.remaining.get(&item.item_id)?));
    gather(items.iter().filter_map(known))
}

/// The lines of which a package was sent with more than remains, each with how much that is. What a person sent knowingly does
/// not count.
pub(crate) fn late_lines<'a>(
    order: &'a Order,
    package: &'a Package,
) -> impl Iterator<Item = (&'a ItemId, u32)> {
    let ours = |item: &'a Item| {
        let remaining = *order.remaining.get(&item.item_id)?;
        let sent = |other: &Package| sent_unknowingly(other, &item.item_id, remaining);
        let is_ours = sent(package) > 0;
        let all = order.packages.values().map(|other| sent(other)).fold(0, u32::saturating_add);
        (is_ours && all > remaining).then_some((&item.item_id, remaining))
    };
    locked_items(package).iter().filter_map(ours)
}

/// The pieces of a line that a package was sent with, but for those that a person sent who knew what remains.
fn sent_unknowingly(package: &Package, line: &ItemId, remaining: u32) -> u32 {
    let Some(lock) = package.lock() else { return 0 };
    if lock.despite_lines.get(line) == Some(&remaining) {
        return 0;
    }
    let items = locked_items(package).iter().filter(|item| item.item_id == *line);
    items.map(|item| item.quantity).fold(0, u32::saturating_add)
}

/// Whether the order, or a line that it was sent with, was cancelled after a package was sent (rules L4 and L9).
pub(super) fn is_cancelled_late(order: &Order, package: &Package) -> bool {
    let Some(lock) = package.lock() else { return false };
    let is_line = || late_lines(order, package).next().is_some();
    order.cancelled.is_some() && !lock.despite_cancel
        || guarded(Guard::CutLineEndsRepeats) && is_line()
}
