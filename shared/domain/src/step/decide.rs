//! What a package that is not claimed should be, by facts alone. This is sections T, L and I of the rules.

use super::label_doubts::{former_moves, is_disputed};
use super::lines::{is_order_held, left, shipped};
use super::wishes::open_wish;
use super::without_movement::proofs;
use crate::guard::{Guard, guarded};
use crate::tracking::belongs_to_label;
use crate::{
    Confirming, Held, Item, ItemId, Label, MissingImei, Moment, Movement, NumberKey, Order,
    Package, PackageId, State, Telling, Timing, WaitingFor, Withheld,
};
use jiff::SignedDuration;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How long a label that is first handled after its deadline still waits for IMEIs queued with it (rule I3).
const BACKLOG_GRACE: SignedDuration = SignedDuration::from_mins(5);

/// `ImeiDueSoon` is published when this part of the window remains: one of so many (rule I5).
const WARN_PART: i32 = 4;

/// What a package that is not claimed should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Waiting(WaitingFor),
    Held(Held),
    Withheld(Withheld),
    Ready,
}

/// What a package should be. The first row that applies decides.
pub(super) fn wanted(order: &Order, id: &PackageId, now: Moment) -> Wanted {
    let Some(package) = order.packages.get(id) else {
        return Wanted::Waiting(WaitingFor::Label);
    };
    let Some(label) = current(package) else {
        return Wanted::Waiting(WaitingFor::Label);
    };
    if is_place_taken(order, id) && guarded(Guard::OneNumber) {
        return Wanted::Withheld(Withheld::OneTrackingPerOrder);
    }
    if package.hold.is_some() && guarded(Guard::HoldStops) {
        return Wanted::Held(Held::Person);
    }
    if is_disputed(package) && guarded(Guard::DisputeHolds) {
        return Wanted::Held(Held::LabelDisputed);
    }
    if former_moves(order, package) && guarded(Guard::FormerMovesHolds) {
        return Wanted::Held(Held::ReplacedLabelMoves);
    }
    if is_sent_by_person(package, label) {
        return Wanted::Ready;
    }
    let left = left(order, label);
    let is_cancelled = order.cancelled.is_some() && guarded(Guard::CancelStops);
    if is_cancelled || left.items.is_empty() {
        return Wanted::Withheld(Withheld::Cancelled);
    }
    if open_wish(order, package).is_some() && guarded(Guard::WishHolds) {
        return Wanted::Held(Held::CancelRequested);
    }
    if left.is_held || is_order_held(order) {
        return Wanted::Held(Held::ItemsCancelled);
    }
    let imeis_missing = order.lacks_imeis();
    match label.timing() {
        Timing::Never => return Wanted::Withheld(Withheld::Never),
        Timing::WhenTrackingShowsMovement => {
            let goes_without = || proofs(order, package, label, now).next().is_some();
            if first_movement(package, label).is_none() && !goes_without() {
                return Wanted::Waiting(WaitingFor::Movement);
            }
        }
        Timing::WhenTrackingIsAssigned => {
            if let Some(wait) = imei_wait(order).filter(|wait| imeis_missing && now < wait.deadline)
            {
                return Wanted::Waiting(wait.state());
            }
            let ships_on = label.telling.ships_on.filter(|on| now < *on);
            if let Some(from) = ships_on.filter(|_| first_movement(package, label).is_none())
                && guarded(Guard::ShipsOnWaits)
            {
                return Wanted::Waiting(WaitingFor::ShipDay { from });
            }
            let send_after = label.terms.send_after.filter(|at| now < *at);
            if let Some(from) = send_after.filter(|_| first_movement(package, label).is_none())
                && guarded(Guard::SendAfterWaits)
            {
                return Wanted::Waiting(WaitingFor::SendAfter { from });
            }
        }
    }
    match label.terms.imei.map(|terms| terms.missing) {
        Some(MissingImei::Hold) if imeis_missing && guarded(Guard::MissingImeiHolds) => {
            Wanted::Held(Held::ImeisMissing)
        }
        Some(MissingImei::Hold | MissingImei::SendWithout) | None => Wanted::Ready,
    }
}

/// The label that counts: the greatest that was ever seen, unless it was voided (rule L2).
pub(crate) fn current(package: &Package) -> Option<&Label> {
    package.label.as_ref().filter(|label| !package.voided.contains(&label.id))
}

/// Whether a person said to send this very label.
pub(crate) fn is_sent_by_person(package: &Package, label: &Label) -> bool {
    package.send_now.as_ref().is_some_and(|send_now| send_now.label == label.id)
}

/// The first movement of one of the label's own numbers (rules M3, M4 and N4).
pub(super) fn first_movement<'a>(package: &'a Package, label: &Label) -> Option<&'a Movement> {
    first_of(package, &label.telling, &|number| label.is_known_by(number))
}

/// The first movement of one of the numbers of the telling that counts: what disputes it says nothing of what is sent.
pub(super) fn first_sent<'a>(package: &'a Package, telling: &Telling) -> Option<&'a Movement> {
    first_of(package, telling, &|number| telling.is_known_by(number))
}

fn first_of<'a>(
    package: &'a Package,
    telling: &Telling,
    is_known_by: &dyn Fn(&NumberKey) -> bool,
) -> Option<&'a Movement> {
    let is_own = |number: &NumberKey| is_known_by(number) || !guarded(Guard::ScanOfOwnNumber);
    let own = package.movements.iter().filter(|(number, _)| is_own(number));
    own.flat_map(|(_, movements)| movements)
        .filter(|movement| belongs_to_label(movement.occurred_at, telling.labeled_at))
        .min_by_key(|movement| movement.identity())
}

/// Whether one of the order's packages is being sent. One at a time may be.
pub(super) fn is_sending(order: &Order) -> bool {
    order.packages.values().any(|package| package.state.is_sending())
}

/// Whether another package holds the one number that an order of this channel takes (rule L5). A package that is being sent
/// does not hold it yet: if it is not applied, the others go on with the waits that they had. Else two packages would take
/// turns without end while a marketplace is away.
pub(super) fn is_place_taken(order: &Order, id: &PackageId) -> bool {
    let holds = |package: &Package| package.lock().is_some() && !package.state.is_sending();
    match order.channel.facts().confirming {
        Confirming::PerPackage => false,
        Confirming::WholeOrder => {
            order.packages.iter().any(|(other, package)| other != id && holds(package))
        }
    }
}

/// Every line of the order, quantities summed over what is left of its current labels (rules I1 and L9).
pub(crate) fn lines(order: &Order) -> BTreeMap<ItemId, Item> {
    let labels = order.packages.values().filter_map(|package| current(package));
    summed(labels.map(|label| left(order, label).items))
}

/// Every line that the confirmation of a package ships where it ships the whole order. What a person sends of this package stops
/// at no cut, what it ships of the others does.
pub(super) fn lines_with(order: &Order, sent: &Package) -> BTreeMap<ItemId, Item> {
    let labels = order.packages.values().filter_map(|package| Some((package, current(package)?)));
    summed(labels.map(|(package, label)| {
        let is_its = std::ptr::eq(&raw const **package, sent);
        if is_its { shipped(order, package, label) } else { left(order, label).items }
    }))
}

fn summed<'a, I: Iterator<Item = Cow<'a, [Item]>>>(labels: I) -> BTreeMap<ItemId, Item> {
    let mut lines: BTreeMap<ItemId, Item> = BTreeMap::new();
    for item in labels.flat_map(Cow::into_owned) {
        match lines.get_mut(&item.item_id) {
            None => {
                lines.insert(item.item_id.clone(), item);
            }
            Some(line) => {
                line.quantity = line.quantity.saturating_add(item.quantity);
                line.requires_imei |= item.requires_imei;
                line.requires_serial |= item.requires_serial;
            }
        }
    }
    lines
}

/// The wait for IMEIs under assigned timing.
#[derive(Clone, Copy)]
struct ImeiWait {
    deadline: Moment,
    warn_at: Moment,
}

impl ImeiWait {
    fn state(self) -> WaitingFor {
        WaitingFor::Imeis { deadline: self.deadline, warn_at: self.warn_at, warned: false }
    }
}

/// The wait for IMEIs: a window after the earliest label. A label that came after that gets a grace of its own (rule I3).
fn imei_wait(order: &Order) -> Option<ImeiWait> {
    let labels = || order.packages.values().filter_map(|package| current(package));
    let earliest = labels().min_by_key(|label| label.made_at())?;
    let window = earliest.terms.imei?.window();
    // A label that is made ahead: its phones are packed on the day they go (rule L10).
    let goes_at = labels().filter_map(|label| label.telling.ships_on).max();
    let deadline = earliest.made_at().plus(window);
    let deadline = goes_at.map_or(deadline, |at| at.max(deadline));
    let deadline = labels()
        .filter(|label| label.received_at >= deadline)
        .map(|label| label.received_at.plus(BACKLOG_GRACE))
        .max()
        .unwrap_or(deadline);
    Some(ImeiWait { deadline, warn_at: deadline.minus(window / WARN_PART) })
}

/// Whether a package is decided anew: no claim has fixed it. A rejection stands until there is another label.
pub(super) fn is_undecided(package: &Package, now: Moment) -> bool {
    match &package.state {
        State::Waiting(_) | State::Held(_) | State::Withheld(_) | State::Ready(_) => true,
        State::Rejected(rejection) => {
            current(package).is_none_or(|label| label.id != rejection.label)
        }
        State::Observed(observed) if !guarded(Guard::ObservedStays) => observed.at < now,
        State::Closed { .. } | State::Observed(_) | State::Sent(_) => false,
    }
}
