//! Rule L14: how large an order is as it is stored. `DynamoDB` takes no item over 400 KB, and an order that cannot be saved is
//! stuck, so what would make it too large is refused while it still can be.
//!
//! What grows with what is told is added up: labels, lines, numbers, scans, IMEIs, the devices of claims. The texts in it count
//! with all their bytes, and what stands beside them by a number that it stays under. No serializer is asked: it would cost each
//! function more than all of this rule.

use super::decide::{current, lines};
use super::lines::shipped;
use super::{Input, Refusal};
use crate::guard::{Guard, guarded};
use crate::{Confirming, Device, Item, Label, LabelKind, Movement, Order, Package, Telling, Text};

/// Largest order that a label may lead to, as it is stored. Unit: bytes.
const LABEL_BYTES_MAX: usize = 300 * 1_024;

/// Largest order that IMEIs, cancelled lines and returns may lead to. Unit: bytes. What is left of the 400 KB is for what becomes
/// of the order.
const ENTRY_BYTES_MAX: usize = 350 * 1_024;

/// What stands beside the texts of a package, of a label, of what it is watched by, of a telling, of an entry of several fields,
/// of one of few, and of a text in a list. It has the names of attributes, times and flags. Unit: bytes.
const PACKAGE: usize = 270;
const LABEL: usize = 110;
const WATCH: usize = 30;
const TELLING: usize = 80;
const ENTRY: usize = 60;
const SHORT: usize = 20;
const LISTED: usize = 4;

/// Refuses what makes an order too large, where it is larger than it was.
pub(super) fn check(order: &Order, before: &Order, input: &Input) -> Result<(), Refusal> {
    let most = match input {
        // A return voids the label that was told as outbound, which must not be lost (rule L6).
        Input::Label { event, .. } if event.kind == LabelKind::Return => ENTRY_BYTES_MAX,
        Input::Label { .. } => LABEL_BYTES_MAX,
        Input::Imei(_) | Input::Cancel(_) => ENTRY_BYTES_MAX,
        // There is one ship-by and one wish, however often they are told.
        Input::Updated(_)
        | Input::LabelRefused(_)
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
        | Input::Looked { .. }
        | Input::WaitToLook { .. }
        | Input::ParkLook { .. }
        | Input::Resumed
        | Input::Operator { .. } => return Ok(()),
    };
    let bytes = bytes(order, most);
    if bytes <= most || bytes <= self::bytes(before, most) || !guarded(Guard::OrderFits) {
        return Ok(());
    }
    Err(Refusal::TooLarge { bytes, most })
}

/// The size of an order as it is stored, with the lines that its claims still have to fix. An order of which half the bytes would
/// fit is not looked at closer: a claim repeats lines, and no more.
fn bytes(order: &Order, most: usize) -> usize {
    let packages = order.packages.iter().map(|(id, parcel)| id.as_str().len() + package(parcel));
    let imeis = order.imeis.iter().map(|(item, list)| {
        let imeis: usize = list.entries.iter().map(|phone| SHORT * phone.imeis().count()).sum();
        ENTRY + item.as_str().len() + imeis + text(list.updated_by.as_ref())
    });
    let serials = order.serials.iter().map(|(item, list)| {
        let serials = list.entries.iter().map(|serial| LISTED + serial.as_str().len());
        ENTRY + item.as_str().len() + serials.sum::<usize>() + text(list.updated_by.as_ref())
    });
    let remaining = order.remaining.keys().map(|item| 2 * LISTED + item.as_str().len());
    let changes = order.timeline.iter().map(|change| ENTRY + text(change.note.as_ref()));
    let refused = order
        .refused
        .iter()
        .map(|label| 2 * ENTRY + label.reason.as_str().len() + text(label.allowed.as_ref()));
    let returns = order.returns.iter().map(|label| LISTED + label.as_str().len());
    let updates = order.ship_by.map(|_| ENTRY).into_iter().chain(order.wish.map(|_| ENTRY));
    let of_channel = order.channel_ship_by.map(|_| ENTRY);
    let updates = updates.chain(of_channel).chain(order.shipped.map(|_| SHORT));
    let parts = packages
        .chain(imeis)
        .chain(serials)
        .chain(remaining)
        .chain(changes)
        .chain(refused)
        .chain(returns)
        .chain(updates);
    let stored: usize = parts.sum();
    if stored <= most / 2 { stored } else { stored + to_fix(order) }
}

/// What the lines take that are fixed at the claims of the order, where they are not as the label has them.
fn to_fix(order: &Order) -> usize {
    match order.channel.facts().confirming {
        Confirming::WholeOrder => lines(order).values().map(item).sum(),
        Confirming::PerPackage => {
            let unclaimed = order.packages.values().filter(|package| package.lock().is_none());
            let cut = unclaimed.map(|package| match current(package) {
                Some(label) => match shipped(order, package, label) {
                    items if *items == *label.telling.items => 0,
                    items => items.iter().map(item).sum(),
                },
                None => 0,
            });
            cut.sum()
        }
    }
}

fn package(package: &Package) -> usize {
    let lock = package.fixed();
    let labels = package.labels().chain(lock.and_then(|lock| lock.label.as_ref())).map(label);
    let fixed = lock.and_then(|lock| lock.items.as_ref()).into_iter().flatten().map(item);
    let devices = lock.into_iter().flat_map(|lock| &lock.devices);
    let devices = devices.map(|(item, sent)| SHORT + item.as_str().len() + device(sent));
    let remained = lock.into_iter().flat_map(|lock| lock.despite_lines.keys());
    let remained = remained.map(|item| 2 * LISTED + item.as_str().len());
    let registered = package
        .lines
        .iter()
        .map(|(item, line)| 2 * ENTRY + item.as_str().len() + device(&line.device));
    let claimed = fixed.chain(devices).chain(remained).chain(registered);
    let numbers = package.movements.iter().map(|(number, kept)| {
        2 * LISTED + number.as_str().len() + kept.iter().map(movement).sum::<usize>()
    });
    let voided = package.voided.iter().map(|label| LISTED + label.as_str().len());
    PACKAGE + labels.chain(claimed).chain(numbers).chain(voided).sum::<usize>()
}

fn device(device: &Device) -> usize {
    let imei = device.imei.as_ref().map_or(0, |imei| imei.as_str().len());
    imei + device.serial.as_ref().map_or(0, |serial| serial.as_str().len())
}

fn label(label: &Label) -> usize {
    let tellings = label.tellings().map(telling);
    let watched = if label.terms.watch.is_standard() { 0 } else { WATCH };
    let waits = label.terms.send_after.into_iter().chain(label.terms.reckoned).count() * SHORT;
    LABEL + watched + waits + label.id.as_str().len() + tellings.sum::<usize>()
}

fn telling(telling: &Telling) -> usize {
    let Telling { service, registered, tracking_url, supply_source_id, .. } = telling;
    let words = [service, registered, tracking_url].map(|words| text(words.as_ref()));
    let source = supply_source_id.as_ref().map_or(0, |id| SHORT + id.as_str().len());
    let further = telling.also_known_as.iter().map(|number| LISTED + number.as_str().len());
    let items = telling.items.iter().map(item);
    let carrier = telling.carrier.as_str().len() + telling.tracking.as_str().len();
    let all = further.chain(items).chain(words).chain([carrier, source]);
    TELLING + telling.event.0.as_str().len() + all.sum::<usize>()
}

fn item(item: &Item) -> usize {
    let codes = item.transparency_codes.iter().map(|code| LISTED + code.as_str().len());
    SHORT + item.item_id.as_str().len() + text(item.sku.as_ref()) + codes.sum::<usize>()
}

fn movement(movement: &Movement) -> usize {
    ENTRY + movement.event.0.as_str().len() + text(movement.location.as_ref())
}

fn text(text: Option<&Text>) -> usize {
    text.map_or(0, |text| text.as_str().len())
}
