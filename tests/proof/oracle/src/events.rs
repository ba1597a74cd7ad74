//! What an event adds to the facts, and the limits of an order. Rules P1, L2, L9, L13, L15, M3, I1, I6, I11, S1, S5.

use crate::facts::{Entered, EnteredList, Label, Settled, ShipBy, Wish};
use crate::inputs::{Input, LabelDetails, Ms, RETURNED_BY, SCANS, Scan};
use crate::names::{key, without_codes};
use crate::order::{Order, Refusal};
use crate::states::{Parcel, SendWord, StateKind};
use crate::transitions::with_parcel;
use domain::{Channel, IMEI_LINES_MAX, LABELS_MAX, PACKAGES_MAX, VOIDS_MAX};

/// Adds what an event says to the facts, as the event says it.
pub(crate) fn record_event(order: &mut Order, input: &Input, now: Ms) -> Result<(), Refusal> {
    match *input {
        Input::Label { details, terms, event } => {
            let label = Label { details, terms, received: now, event };
            if let Err(refusal) = record_label(order, label) {
                // L15: "A label that is refused, and whose seller, registered partner and order can be read, is kept".
                order.facts.add_refused(event, Some(details.package));
                return Err(refusal);
            }
        }
        Input::Return { label, package } => {
            if !order.facts.is_return(label) && order.facts.returns() >= VOIDS_MAX {
                order.facts.add_refused(RETURNED_BY, Some(package));
                return Err(Refusal::TooManyLabels);
            }
            order.facts.add_return(label);
        }
        Input::Overused { package, number } => record_overused(order, package, key(number)),
        Input::Void { package, label } => {
            check_room(order, package, None, Some(label))?;
            add_package(order, package);
            order.facts.add_void(package, label);
        }
        Input::Cancel { at } => order.facts.add_cancellation(at),
        Input::CancelLines { lines } => {
            lines.into_iter().flatten().for_each(|line| order.facts.add_remaining(line));
        }
        Input::LabelRefused { event, package } => order.facts.add_refused(event, package),
        // S5: "What is left out says nothing."
        Input::Updated { at: told, ship_by, is_wished, is_shipped, is_channels } => {
            let ship_by = ship_by.map(|by| ShipBy { by, told });
            let (of_channel, others) = if is_channels { (ship_by, None) } else { (None, ship_by) };
            order.facts.add_update(others, is_wished.map(|is_wished| Wish { is_wished, told }));
            if let Some(ship_by) = of_channel {
                order.facts.add_channel_ship_by(ship_by);
            }
            if is_shipped {
                order.facts.add_shipment(told);
            }
        }
        Input::PutAside { event } => {
            return if order.facts.put_aside(event) { Ok(()) } else { Err(Refusal::NoneRefused) };
        }
        Input::Moved { number, scans } => record_scans(order, key(number), scans, now),
        Input::Imei { item, imeis, serials, at, author } => {
            if !order.marketplace().takes_imeis {
                return Err(Refusal::NoImeisThere);
            }
            // "what is left out says nothing"
            let lists = [(Entered::Imeis, imeis), (Entered::Serials, serials)];
            let told = lists.into_iter().filter_map(|(of, list)| Some((of, list?)));
            for (of, list) in told {
                let is_new = order.facts.list(of, item).is_none();
                if is_new && order.facts.items_entered(of).count() >= IMEI_LINES_MAX {
                    return Err(Refusal::TooManyLines);
                }
                order.facts.add_list(EnteredList { of, item, list, at, author });
            }
        }
        Input::Twice { item, device, place } => order.facts.add_duplicate(item, device, place),
        _ => {}
    }
    Ok(())
}

/// Adds scans of a number to each package that had it.
fn record_scans(order: &mut Order, number: usize, scans: [Option<Scan>; SCANS], now: Ms) {
    let mut scans: Vec<Scan> = scans.into_iter().flatten().collect();
    scans.sort_by_key(|scan| (scan.at, scan.status));
    let ids: Vec<usize> = order.parcels.iter().map(|parcel| parcel.id).collect();
    let settled: Vec<usize> = ids.into_iter().filter(|id| has_number(order, *id)).collect();
    for scan in scans {
        let settled = settled
            .iter()
            .map(|package| Settled { package: *package, awaited: order.awaited(*package, number) });
        let settled: Vec<Settled> = settled.collect();
        order.facts.add_scan(number, scan, now, &settled);
    }
}

fn record_label(order: &mut Order, label: Label) -> Result<(), Refusal> {
    let package = label.details.package;
    check_room(order, package, Some(&label.details), None)?;
    add_package(order, package);
    let has_number = has_number(order, package);
    // L13: "For other channels both are left out".
    let details = if order.channel == Channel::Amazon {
        label.details
    } else {
        let basket = without_codes(label.details.basket);
        LabelDetails { basket, supply: 0, ..label.details }
    };
    let kept = |order: &Order| order.facts.kept_of(package).copied().collect::<Vec<_>>();
    let former = kept(order);
    let is_known = |number: &usize| order.facts.numbers_of(package).any(|known| known == *number);
    let new: Vec<usize> = details.keys().filter(|number| !is_known(number)).collect();
    order.facts.add_label(Label { details, ..label }, has_number);
    // M6: "A label that comes to such a package brings those of the known ones that would be kept if they came then."
    for number in new.into_iter().filter(|_| has_number) {
        for kept in order.facts.known_scans(number) {
            let settled = Settled { package, awaited: order.awaited(package, number) };
            order.facts.copy_scan(kept, &settled);
        }
    }
    // "A label is taken where it changes what is kept of its package's labels"
    if kept(order) != former {
        order.facts.end_refused(package);
    }
    end_send_word(order, package);
    Ok(())
}

/// "A person's `send_now` is for the telling they saw: it ends when something else would be submitted."
fn end_send_word(order: &mut Order, package: usize) {
    let greatest = order.facts.greatest(package).copied();
    with_parcel(order, package, |parcel| {
        let is_seen = |word: &SendWord| greatest.is_some_and(|label| word.is_of(&label));
        parcel.sent_by_person = parcel.sent_by_person.filter(is_seen);
    });
}

/// Rule N5 is about a number of the package.
fn record_overused(order: &mut Order, package: usize, number: usize) {
    if order.facts.numbers_of(package).any(|known| known == number) {
        order.facts.add_overused(package, number);
    }
}

/// An order has limits, so that its item cannot grow without bound.
fn check_room(
    order: &Order,
    package: usize,
    label: Option<&LabelDetails>,
    void: Option<usize>,
) -> Result<(), Refusal> {
    if order.parcel(package).is_none() && order.parcels.len() >= PACKAGES_MAX {
        return Err(Refusal::TooManyPackages);
    }
    let labels = order.facts.kept_of(package).count();
    let voids = order.facts.voids_of(package).count();
    let is_full = label
        .is_some_and(|l| labels >= LABELS_MAX && order.facts.kept(package, l.id).is_none())
        || void.is_some_and(|v| voids >= VOIDS_MAX && !order.facts.is_voided(package, v));
    if is_full { Err(Refusal::TooManyLabels) } else { Ok(()) }
}

/// Whether the channel has a number of the package, or nothing more is done about it.
fn has_number(order: &Order, package: usize) -> bool {
    let kind = order.parcel(package).map(Parcel::state_kind);
    matches!(kind, Some(StateKind::Confirmed | StateKind::Conflict | StateKind::Closed))
}

fn add_package(order: &mut Order, package: usize) {
    if order.parcel(package).is_none() {
        order.parcels.push(Parcel::new(package));
        order.parcels.sort_by_key(|parcel| parcel.id);
    }
}
