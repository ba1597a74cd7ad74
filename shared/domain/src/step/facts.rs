//! Merges facts. Every arrival order of some events, repeats among them, ends in the same facts.

use super::Refusal;
use super::claim::locked_label;
use super::label_doubts::{movement_since, moves_since};
use super::watch::has_moved;
use crate::guard::{Guard, guarded};
use crate::tracking::{belongs_to_label, insert_movement};
use crate::{
    DeviceId, EnteredList, EventId, Fault, IMEI_LINES_MAX, ImeiUpdated, Item, ItemId, LABELS_MAX,
    Label, LabelCreated, LabelId, LabelKind, LabelVoided, Looks, MOVEMENTS_MAX, Moment, Movement,
    NUMBERS_MAX, NumberKey, Order, OrderCancelled, OrderUpdated, PACKAGES_MAX, Package, PackageId,
    Proof, REFUSED_MAX, RefusedLabel, ShipBy, Stage, State, Telling, Terms, Text, Unknown,
    VOIDS_MAX, WaitingFor, Wish, by_key, gather,
};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};

fn package_mut<'a>(order: &'a mut Order, id: &PackageId) -> Result<&'a mut Package, Refusal> {
    if !order.packages.contains_key(id) && order.packages.len() >= PACKAGES_MAX {
        return Err(Refusal::TooManyPackages);
    }
    Ok(order.packages.entry(id.clone()).or_insert_with(|| {
        Box::new(Package {
            label: None,
            others: Vec::new(),
            chosen: None,
            voided: BTreeSet::new(),
            movements: BTreeMap::new(),
            overused: BTreeSet::new(),
            hold: None,
            send_now: None,
            state: State::Waiting(WaitingFor::Label),
            fence: 0,
            imeis_apart: false,
            restored: None,
            lines: BTreeMap::new(),
            delayed: false,
            deadline: None,
            silence: None,
            unlabelled_since: None,
            refused_wish: None,
            looks: Looks::default(),
            shown: None,
            not_shown: None,
            resolved: BTreeSet::new(),
            unknown: Unknown::default(),
        })
    }))
}

/// Merges what was told of a label (rules L2 and L7), under the terms it was first handled with (rule T4).
pub(super) fn label(
    order: &mut Order,
    event: &LabelCreated,
    terms: Terms,
    id: &EventId,
    now: Moment,
) -> Result<(), Refusal> {
    if event.kind == LabelKind::Return && guarded(Guard::ReturnIsNotSent) {
        return returned(order, &event.label_id);
    }
    let telling = telling(order, event, id);
    // Scans reached the order's other packages of these numbers before this one (rule M5).
    let known: Vec<(NumberKey, Vec<Movement>)> = telling
        .keys()
        .map(|number| {
            // In the order in which they were told. Of the same scan, known to several packages, the one that was told first.
            let known = order.movements_of(&number).cloned();
            let known = by_key(known, |movement| (movement.received_at, movement.identity()));
            (number, known)
        })
        .collect();
    let is_return = order.returns.contains(&event.label_id);
    let package = package_mut(order, &event.package_id)?;
    has_room(package, &event.label_id, &telling)?;
    // One that is delivered again is known.
    let is_new = |(number, _): &(NumberKey, Vec<Movement>)| !knows(package, number);
    let known: Vec<(NumberKey, Vec<Movement>)> = known.into_iter().filter(is_new).collect();
    keep_numbers(package);
    let before = package.label.clone();
    let others = package.others.clone();
    match package.label_mut(&event.label_id) {
        Some(label) => label.hears(telling),
        None => package.others.push(Label::first(event.label_id.clone(), telling, terms, now)),
    }
    if is_return {
        package.voided.insert(event.label_id.clone());
    }
    package.elect();
    if !guarded(Guard::GreatestLabelCounts) {
        counts_last(package, &event.label_id);
    }
    // What is delivered again says nothing of a label that was refused since.
    let is_news = before != package.label || others != package.others;
    if let Some(before) = before {
        superseded(package, before);
    }
    // They come as if they came now, when the label is there, and what was sent is told apart from it.
    for (number, movements) in known {
        package.movements.entry(number.clone()).or_default();
        for movement in movements {
            hears_of(package, &number, &movement);
        }
    }
    tidy(package);
    if is_news || !guarded(Guard::RefusedLabelStays) {
        settle_refused(order, &event.package_id);
    }
    Ok(())
}

/// A label of the package was taken: what was refused of it needs nobody any more (rule L15).
fn settle_refused(order: &mut Order, taken: &PackageId) {
    for refused in &mut order.refused {
        let is_of_another = refused.package.as_ref().is_some_and(|package| package != taken);
        refused.is_over |= !is_of_another;
    }
}

/// Notes a label that was refused, for its seller to see (rule L15). Of two with one event the first counts.
pub(super) fn refused(order: &mut Order, label: &RefusedLabel) {
    let is_known = order.refused.iter().any(|known| known.event == label.event);
    if is_known || !guarded(Guard::RefusedLabelShown) {
        return;
    }
    order.refused.push(label.clone());
    let excess = order.refused.len().saturating_sub(REFUSED_MAX);
    order.refused.drain(..excess);
}

/// A person puts a refused label aside (rule L15).
pub(super) fn put_aside(order: &mut Order, event: &EventId) -> Result<(), Refusal> {
    let mut open = order.refused.iter_mut().filter(|label| !label.is_over);
    let label = open.find(|label| label.event == *event).ok_or(Refusal::NoneRefused)?;
    label.is_over = true;
    Ok(())
}

/// A number that no label has any more may come back, and its scans may come before that.
pub(super) fn keep_numbers(package: &mut Package) {
    for number in numbers(package) {
        package.movements.entry(number).or_default();
    }
}

/// Every number that a label of the package has.
fn numbers(package: &Package) -> BTreeSet<NumberKey> {
    gather(package.labels().flat_map(Label::keys))
}

/// The label that was told last counts: what happens where the guard is left out.
fn counts_last(package: &mut Package, id: &LabelId) {
    if let Some(place) = package.others.iter().position(|label| label.id == *id) {
        let last = package.others.remove(place);
        package.others.extend(package.label.replace(last));
    }
}

fn telling(order: &Order, event: &LabelCreated, id: &EventId) -> Telling {
    let is_taken = order.channel.facts().takes_transparency;
    let mut items = event.items.clone();
    for item in items.iter_mut().filter(|_| !is_taken || !guarded(Guard::CodesGo)) {
        item.transparency_codes = BTreeSet::new();
    }
    Telling {
        labeled_at: event.labeled_at,
        updated_at: event.updated_at.filter(|at| *at != event.labeled_at),
        tracking: event.tracking_number.clone(),
        also_known_as: event.also_known_as.clone(),
        carrier: event.carrier.clone(),
        service: event.service.clone(),
        registered: event.registered.clone(),
        tracking_url: event.tracking_url.clone(),
        ship_by: event.ship_by.map(|by| by.ends(None)),
        ships_on: event.ships_on.map(|on| on.begins(None)),
        items,
        supply_source_id: event.supply_source_id.clone().filter(|_| is_taken),
        event: id.clone(),
    }
}

/// What a label's channel does not take of it (rule L13). The codes themselves are never shown.
pub(super) fn untaken(order: &Order, event: &LabelCreated) -> Vec<Fault> {
    if order.channel.facts().takes_transparency {
        return Vec::new();
    }
    let not_there =
        |field: String| Fault::new(field, format!("{} takes none", order.channel.shown()));
    let has_codes = |(_, item): &(usize, &Item)| !item.transparency_codes.is_empty();
    let items = event.items.iter().enumerate().filter(has_codes);
    let codes = items.map(|(at, _)| format!("detail.items[{at}].transparency_codes"));
    let source = event.supply_source_id.iter().map(|_| "detail.supply_source_id".to_owned());
    codes.chain(source).map(not_there).collect()
}

/// What is kept has limits, so that an item cannot grow without bound.
fn has_room(package: &Package, id: &LabelId, telling: &Telling) -> Result<(), Refusal> {
    let is_new = !package.labels().any(|label| label.id == *id);
    if is_new && package.labels().count() >= LABELS_MAX {
        return Err(Refusal::TooManyLabels);
    }
    let new = telling.keys().filter(|key| !package.movements.contains_key(key)).count();
    if package.movements.len() + new > NUMBERS_MAX {
        return Err(Refusal::TooManyLabels);
    }
    Ok(())
}

/// What follows where another label counts now, or another telling of it.
fn superseded(package: &mut Package, before: Label) {
    let Some(label) = &package.label else { return };
    let is_same_label = label.id == before.id;
    if is_same_label && label.telling == before.telling {
        return;
    }
    if !is_same_label || label.telling.is_submitted_otherwise(&before.telling) {
        // What a person said to send, and what the channel refused, was something else.
        let ended = package.send_now.take();
        if let State::Sent(sent) = &mut package.state
            && sent.lock.proof == Proof::Person
            && let Some(ended) = ended
        {
            sent.lock.sent_by.get_or_insert(ended.person);
        }
        if matches!(&package.state, State::Rejected(rejection) if is_same_label && rejection.label == before.id)
            && guarded(Guard::OtherThanRefused)
        {
            package.state = State::Waiting(WaitingFor::Label);
        }
    }
    if !guarded(Guard::NumberOfLabel)
        && let Some(label) = &mut package.label
    {
        label.telling.tracking.clone_from(&before.telling.tracking);
    }
    // What was sent stays as it was told then, also where only the event or a further number is another.
    if let State::Sent(sent) = &mut package.state {
        sent.lock.label.get_or_insert(before);
    }
}

/// Rule L6: a return changes nothing, unless its label was told to be on its way to the buyer: that label is voided. It
/// is kept by itself, for it may come before that telling.
fn returned(order: &mut Order, id: &LabelId) -> Result<(), Refusal> {
    if order.returns.len() >= VOIDS_MAX && !order.returns.contains(id) {
        return Err(Refusal::TooManyLabels);
    }
    order.returns.insert(id.clone());
    for package in order.packages.values_mut() {
        if package.labels().any(|label| label.id == *id) {
            package.voided.insert(id.clone());
        }
    }
    Ok(())
}

/// Merges a void. It may come before its label, so it is kept by itself (rule L2).
pub(super) fn void(order: &mut Order, event: &LabelVoided) -> Result<(), Refusal> {
    let package = package_mut(order, &event.package_id)?;
    let voided = &mut package.voided;
    if voided.len() >= VOIDS_MAX && !voided.contains(&event.label_id) {
        return Err(Refusal::TooManyLabels);
    }
    voided.insert(event.label_id.clone());
    Ok(())
}

/// Rule N5: a number that has no place left for the order. It is kept with the package that has it.
pub(super) fn overused(order: &mut Order, id: &PackageId, number: &NumberKey) {
    let package = order.packages.get_mut(id);
    if let Some(package) = package.filter(|package| knows(package, number)) {
        package.overused.insert(number.clone());
    }
}

/// Merges a cancellation. Of those of the order the earliest counts (rule L4), of those of a line the least that remains (rule
/// L9).
pub(super) fn cancel(order: &mut Order, event: &OrderCancelled) {
    if let Some(lines) = &event.items {
        for (line, remaining) in lines {
            let kept = order.remaining.get(line).filter(|_| guarded(Guard::LeastRemains));
            let least = kept.map_or(*remaining, |kept| *kept.min(remaining));
            order.remaining.insert(line.clone(), least);
        }
        return;
    }
    let earliest = order.cancelled.map_or(event.cancelled_at, |at| at.min(event.cancelled_at));
    order.cancelled = Some(earliest);
}

/// Merges what became of an order at its channel. Of each the latest telling counts; at a tie the earlier ship-by, and that there
/// is a wish (rules S1 and S5).
pub(super) fn updated(order: &mut Order, event: &OrderUpdated) {
    let at = event.updated_at;
    if let Some(by) = event.ship_by.map(|by| by.ends(None)) {
        let kept = if event.is_channels { &mut order.channel_ship_by } else { &mut order.ship_by };
        *kept = ShipBy { by, at }.or_later(*kept);
    }
    if event.shipped {
        order.shipped = order.shipped.max(Some(at));
    }
    if let Some(is_wished) = event.cancel_requested {
        order.wish = Wish { is_wished, at }.or_later(order.wish);
    }
}

/// Merges lists of IMEIs and of serial numbers. Of each the newest by `updated_at` counts; a tie is broken by value, not by
/// arrival (rules I6 and I11).
pub(super) fn imei(order: &mut Order, event: &ImeiUpdated) -> Result<(), Refusal> {
    if !order.channel.facts().takes_imeis {
        return Err(Refusal::NoImeisThere(order.channel));
    }
    has_place(&order.imeis, &event.item_id, event.imeis.as_ref())?;
    has_place(&order.serials, &event.item_id, event.serials.as_ref())?;
    merge(&mut order.imeis, event, told(event.imeis.as_ref()));
    merge(&mut order.serials, event, told(event.serials.as_ref()));
    Ok(())
}

/// What is kept has limits, so that an item cannot grow without bound.
fn has_place<T>(
    lists: &BTreeMap<ItemId, EnteredList<T>>,
    item: &ItemId,
    told: Option<&Vec<T>>,
) -> Result<(), Refusal> {
    let is_full = lists.len() >= IMEI_LINES_MAX && !lists.contains_key(item);
    if told.is_some() && is_full { Err(Refusal::TooManyLines) } else { Ok(()) }
}

/// What the event says of one kind. Where it names the other alone it says nothing of this one.
fn told<T: Clone>(list: Option<&Vec<T>>) -> Option<Vec<T>> {
    list.cloned().or_else(|| (!guarded(Guard::ListsApart)).then(Vec::new))
}

fn merge<T: Ord>(
    lists: &mut BTreeMap<ItemId, EnteredList<T>>,
    event: &ImeiUpdated,
    told: Option<Vec<T>>,
) {
    let Some(entries) = told else { return };
    let (updated_at, updated_by) = (event.updated_at, event.updated_by.clone());
    let list = EnteredList { updated_at, entries, updated_by, twice: None };
    let newest = match lists.remove(&event.item_id) {
        Some(kept) => kept.max(list),
        None => list,
    };
    lists.insert(event.item_id.clone(), newest);
}

/// Notes that an entry of a list is another order's, too (rule I9). A list that has taken its place meanwhile is looked at by
/// itself. Of two places the greater is kept, whichever was found first.
pub(super) fn twice(order: &mut Order, item: &ItemId, id: &DeviceId, place: &Text) {
    let noted = match id {
        DeviceId::Imei(imei) => order
            .imeis
            .get_mut(item)
            .filter(|list| list.entries.iter().any(|phone| phone.has(imei)))
            .map(|list| &mut list.twice),
        DeviceId::Serial(serial) => order
            .serials
            .get_mut(item)
            .filter(|list| list.entries.contains(serial))
            .map(|list| &mut list.twice),
    };
    if let Some(twice) = noted {
        *twice = twice.take().max(Some(place.clone()));
    }
}

/// Merges movements of every number that a package had. Once the channel has a number of it, later scans matter only to other
/// orders that use the number (rule M5), and to another parcel whose label comes after its first scan. One movement is enough
/// for them until the number is used again, and a repeat changes nothing (rule M6).
pub(super) fn moved(order: &mut Order, number: &NumberKey, movements: &[Movement]) {
    let movements = movements.iter().filter(|movement| movement.status.is_movement());
    let movements = by_key(movements, |movement| movement.identity());
    for package in order.packages.values_mut().filter(|package| knows(package, number)) {
        for movement in &movements {
            hears_of(package, number, movement);
        }
        tidy(package);
    }
}

/// Keeps a movement of a number with a package, if there is still a use for it.
fn hears_of(package: &mut Package, number: &NumberKey, movement: &Movement) {
    let is_news = |last: Moment| movement.occurred_at.since(last) > USED_AGAIN_AFTER;
    if !is_number_settled(&package.state)
        || last_movement(package, number).is_none_or(is_news)
        || is_awaited(package, number, movement)
    {
        insert_movement(package.movements.entry(number.clone()).or_default(), movement);
    }
}

/// Whether a movement is the first that is known of the parcel that was sent, or the first that moves another label (rule M6).
fn is_awaited(package: &Package, number: &NumberKey, movement: &Movement) -> bool {
    let Some(label) = locked_label(package) else { return false };
    if label.telling.is_known_by(number) {
        return belongs_to_label(movement.occurred_at, label.telling.labeled_at)
            && !has_moved(package, label);
    }
    let since = label.made_at();
    let mut others =
        package.labels().filter(|other| other.id != label.id && other.is_known_by(number));
    others.any(|other| {
        moves_since(movement, (other, since))
            && movement_since(package, number, (other, since)).is_none()
    })
}

fn last_movement(package: &Package, number: &NumberKey) -> Option<Moment> {
    let kept = package.movements.get(number).into_iter().flatten();
    kept.chain(package.proof_of(number)).map(|movement| movement.occurred_at).max()
}

/// Keeps of each number's movements the first and the last, for other orders (rule M5): the channel has a number of the
/// package. The movement that is proof is in the lock.
pub(super) fn keep_for_others(package: &mut Package) {
    let proof = match package.lock().map(|lock| &lock.proof) {
        Some(Proof::Movement(movement)) => Some(movement.identity()),
        Some(Proof::Label | Proof::Deadline { .. } | Proof::Wait | Proof::Person) | None => None,
    };
    let locked = locked_label(package).into_iter();
    let locked: BTreeSet<NumberKey> = gather(locked.flat_map(|label| label.telling.keys()));
    for (number, movements) in &mut package.movements {
        let last = movements.len().saturating_sub(1);
        let mut place = 0;
        movements.retain(|movement| {
            let is_end = place == 0 || place == last;
            let is_proof = locked.contains(number) && Some(movement.identity()) == proof;
            place += 1;
            // The lock does not say of which number the proof is: where the parcel has several, it stays with its number.
            if locked.len() == 1 { is_end && !is_proof } else { is_end || is_proof }
        });
    }
    tidy(package);
}

fn knows(package: &Package, number: &NumberKey) -> bool {
    package.movements.contains_key(number)
        || package.labels().any(|label| label.is_known_by(number))
}

/// How long after its last scan a number may be another parcel's. This is inferred: no carrier gives a number out again sooner,
/// and few parcels travel longer.
const USED_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whether the number at the channel can no longer change by our doing.
fn is_number_settled(state: &State) -> bool {
    match state {
        State::Closed { .. } => true,
        State::Sent(sent) => match sent.stage {
            Stage::Confirmed { .. } | Stage::Conflict { .. } | Stage::Closed { .. } => true,
            Stage::Open(_) | Stage::Unresolved { .. } => false,
        },
        State::Waiting(_)
        | State::Ready(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Rejected(_)
        | State::Observed(_) => false,
    }
}

/// Bounds the movements, so that equal facts are stored equally. A movement that is too old for this label (rule M4) may be of
/// use to another package or order of the number: it goes first, but only when there are too many.
pub(super) fn tidy(package: &mut Package) {
    let is_settled = is_number_settled(&package.state);
    let Package { label: Some(label), others, movements, .. } = package else { return };
    let labeled_at = label.telling.labeled_at;
    let is_known = |number: &NumberKey| {
        label.is_known_by(number) || others.iter().any(|other| other.is_known_by(number))
    };
    movements.retain(|number, movements| {
        while movements.len() > MOVEMENTS_MAX {
            let is_too_old =
                |movement: &Movement| !belongs_to_label(movement.occurred_at, labeled_at);
            let latest_too_old = movements.iter().rposition(is_too_old);
            let least = if is_settled { 0 } else { latest_too_old.unwrap_or(MOVEMENTS_MAX) };
            movements.remove(least);
        }
        !movements.is_empty() || !is_known(number)
    });
}
