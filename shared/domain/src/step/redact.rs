//! Masks IMEIs, serial numbers and Transparency codes in what a channel or a person says. They are secret (rules I8, I11 and L13),
//! and are masked before a text is kept, published or shown.

use super::{Input, NotApplied, Outcome, Reading};
use crate::{DeviceId, Imei, Label, Order, Package, Person, Text, TransparencyCode, gather};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The input with IMEIs, serial numbers and Transparency codes masked in its texts.
pub(super) fn redacted<'a>(order: &Order, input: &'a Input) -> Cow<'a, Input> {
    let takes_imeis = order.channel.facts().takes_imeis;
    let codes: BTreeSet<&TransparencyCode> = gather(order.packages.values().flat_map(|p| codes(p)));
    if !takes_imeis && codes.is_empty() {
        return Cow::Borrowed(input);
    }
    let ours = ours(order);
    // Every IMEI is hidden, not only those of the order: one may be entered later. Nothing tells a serial number or a code from
    // other words, so those of the order are hidden.
    let without_ours = |text: Text| without_codes(&without_serials(&text, &ours), &codes);
    let hide = |text: &Text| without_ours(masked(text, |_| takes_imeis));
    let is_ours = |imei: &Imei| ours.contains(&DeviceId::Imei(imei.clone()));
    let hide_ours = |text: &Text| without_ours(masked(text, is_ours));
    Cow::Owned(match input.clone() {
        Input::Preflight { package, tracking, reading, shown, asked_at } => {
            let reading = of_reading(reading, hide, hide_ours);
            Input::Preflight { package, tracking, reading, shown, asked_at }
        }
        Input::Postpone { target, why } => Input::Postpone { target, why: of_reason(&why, hide) },
        Input::Outcome { target, fence, outcome } => {
            Input::Outcome { target, fence, outcome: of_outcome(outcome, hide) }
        }
        Input::Probe { target, fence, reading, hash, asked_at, shown } => {
            let reading = of_reading(reading, hide, hide_ours);
            Input::Probe { target, fence, reading, hash, asked_at, shown }
        }
        Input::Looked { package, tracking, fence, reading, shown, asked_at } => {
            let reading = of_reading(reading, hide, hide_ours);
            Input::Looked { package, tracking, fence, reading, shown, asked_at }
        }
        Input::Operator { package, action, person } => {
            Input::Operator { package, action, person: of_person(person, hide) }
        }
        Input::PutAside { event, person } => {
            Input::PutAside { event, person: of_person(person, hide) }
        }
        Input::Label { .. }
        | Input::LabelRefused(_)
        | Input::Void(_)
        | Input::Cancel(_)
        | Input::Updated(_)
        | Input::Moved { .. }
        | Input::Imei(_)
        | Input::Twice { .. }
        | Input::Overused { .. }
        | Input::Tick
        | Input::Wait { .. }
        | Input::Park { .. }
        | Input::WaitToLook { .. }
        | Input::ParkLook { .. }
        | Input::Resumed
        | Input::Claim(_) => return Cow::Borrowed(input),
    })
}

/// Every Transparency code that is kept of a package.
fn codes(package: &Package) -> impl Iterator<Item = &TransparencyCode> {
    let locked = package.fixed().and_then(|lock| lock.label.as_ref());
    let tellings = package.labels().chain(locked).flat_map(Label::tellings);
    tellings.flat_map(|telling| &telling.items).flat_map(|item| &item.transparency_codes)
}

/// A text with these codes masked, also the beginning of one at its end: a long text was cut.
fn without_codes(text: &Text, codes: &BTreeSet<&TransparencyCode>) -> Text {
    let mut masked = text.to_string();
    for code in codes {
        masked = masked.replace(code.as_str(), &code.masked());
        let begun =
            (BEGUN_MIN..code.as_str().len()).rev().filter_map(|end| code.as_str().get(..end));
        if let Some(begun) = begun.into_iter().find(|begun| masked.ends_with(begun)) {
            masked.truncate(masked.len() - begun.len());
            masked.push_str("***********");
        }
    }
    Text::cut(&masked)
}

/// The least of a code that is taken for its beginning.
const BEGUN_MIN: usize = 5;

/// Every IMEI and serial number that was entered for the order, or sent.
fn ours(order: &Order) -> Vec<DeviceId> {
    // A line of both lists is there twice, which does no harm.
    let lines = order.imeis.keys().chain(order.serials.keys());
    let entered = lines.flat_map(|item| order.entered(item));
    let locks = order.packages.values().filter_map(|package| package.fixed());
    let sent = locks.flat_map(|lock| lock.devices.values().cloned()).flat_map(|device| {
        let imei = device.imei.map(DeviceId::Imei);
        imei.into_iter().chain(device.serial.map(DeviceId::Serial))
    });
    entered.chain(sent).collect()
}

/// A text with the serial numbers masked that are among these.
fn without_serials(text: &Text, ours: &[DeviceId]) -> Text {
    let serials = ours.iter().filter_map(|id| match id {
        DeviceId::Serial(serial) => Some(serial),
        DeviceId::Imei(_) => None,
    });
    serials.fold(text.clone(), |text, serial| serial.hidden_in(&text))
}

fn of_person(person: Person, hide: impl Fn(&Text) -> Text) -> Person {
    let evidence = person.evidence.as_ref().map(&hide);
    Person { reason: hide(&person.reason), evidence, ..person }
}

/// A text with the IMEIs masked that are to be hidden.
fn masked(text: &Text, is_hidden: impl Fn(&Imei) -> bool) -> Text {
    let mut masked = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, run) = rest.split_at(start);
        let (run, after) =
            run.split_at(run.find(|c: char| !c.is_ascii_digit()).unwrap_or(run.len()));
        masked.push_str(before);
        match run.parse::<Imei>() {
            Ok(imei) if is_hidden(&imei) => masked.push_str(&imei.masked()),
            Ok(_) | Err(_) => masked.push_str(run),
        }
        rest = after;
    }
    masked.push_str(rest);
    Text::cut(&masked)
}

fn of_reason(why: &NotApplied, hide: impl Fn(&Text) -> Text) -> NotApplied {
    NotApplied { reason: hide(&why.reason), retry_after: why.retry_after }
}

fn of_reading(
    reading: Reading,
    hide: impl Fn(&Text) -> Text,
    hide_ours: impl Fn(&Text) -> Text,
) -> Reading {
    match reading {
        Reading::Unreadable(why) => Reading::Unreadable(of_reason(&why, hide)),
        Reading::Unclear(why) => Reading::Unclear(hide(&why)),
        // A tracking number may look like an IMEI, so only the order's own are hidden: a person may have entered one in its place.
        Reading::Other(found) => Reading::Other(hide_ours(&found)),
        Reading::Former(found) => Reading::Former(hide_ours(&found)),
        Reading::Ours(_) | Reading::Absent => reading,
    }
}

fn of_outcome(outcome: Outcome, hide: impl Fn(&Text) -> Text) -> Outcome {
    match outcome {
        Outcome::NotApplied(why) => Outcome::NotApplied(of_reason(&why, hide)),
        Outcome::Refused { code, message } => {
            Outcome::Refused { code: hide(&code), message: hide(&message) }
        }
        Outcome::AlreadyShipped { message } => Outcome::AlreadyShipped { message: hide(&message) },
        Outcome::Unknown { reason, retry_after } => {
            Outcome::Unknown { reason: hide(&reason), retry_after }
        }
        Outcome::Accepted(_) => outcome,
    }
}
