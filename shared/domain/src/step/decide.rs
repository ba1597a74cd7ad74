//! What a package that is not claimed should be, from facts alone. This is sections T, L and I of the rules.

use crate::guard::{Guard, guarded};
use crate::tracking::belongs_to_label;
use crate::{
    Confirming, Held, Imei, Item, ItemId, Label, MissingImei, Moment, Movement, Order, Package,
    PackageId, State, Timing, TrackingNumber, WaitingFor, Withheld,
};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};

/// How long a label that is first handled after its deadline still waits for IMEIs queued with it (rule I3).
const BACKLOG_GRACE: SignedDuration = SignedDuration::from_mins(5);

/// The part of the window that remains when `ImeiDueSoon` is told (rule I5): one of this many.
const WARN_PART: i32 = 4;

/// What a package should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Waiting(WaitingFor),
    Held(Held),
    Withheld(Withheld),
    Ready,
}

/// Rows by precedence: the first that applies decides.
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
    if is_sent_by_person(package, label) {
        return Wanted::Ready;
    }
    if order.cancelled.is_some() && guarded(Guard::CancelStops) {
        return Wanted::Withheld(Withheld::Cancelled);
    }
    let imeis_missing = order.lacks_imeis();
    match label.timing() {
        Timing::Never => return Wanted::Withheld(Withheld::Never),
        Timing::WhenTrackingShowsMovement => {
            if first_movement(package, label).is_none() {
                return Wanted::Waiting(WaitingFor::Movement);
            }
        }
        Timing::WhenTrackingIsAssigned => {
            if let Some(wait) = imei_wait(order).filter(|wait| imeis_missing && now < wait.deadline)
            {
                return Wanted::Waiting(wait.state());
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

/// The label that counts: the greatest ever seen, unless voided (rule L2).
pub(crate) fn current(package: &Package) -> Option<&Label> {
    package.label.as_ref().filter(|label| !package.voided.contains(&label.id))
}

/// Whether a person said to send this very label.
pub(crate) fn is_sent_by_person(package: &Package, label: &Label) -> bool {
    package.send_now.as_ref().is_some_and(|send_now| send_now.label == label.id)
}

/// The first movement of the label's own number (rules M3, M4).
pub(super) fn first_movement<'a>(package: &'a Package, label: &Label) -> Option<&'a Movement> {
    let is_own =
        |number: &TrackingNumber| *number == label.tracking || !guarded(Guard::ScanOfOwnNumber);
    let own = package.movements.iter().filter(|(number, _)| is_own(*number));
    own.flat_map(|(_, movements)| movements)
        .find(|movement| belongs_to_label(movement.occurred_at, label.labeled_at))
}

/// Whether one of its packages is being sent: one at a time is.
pub(super) fn is_sending(order: &Order) -> bool {
    order.packages.values().any(|package| package.state.is_sending())
}

/// Rule L5: whether another package holds the one number an order of this channel takes. One that is being sent does not
/// yet: if it is not applied the others go on as they were, with the waits they had, or the two would take turns without
/// end while a marketplace is away.
fn is_place_taken(order: &Order, id: &PackageId) -> bool {
    let holds = |package: &Package| package.lock().is_some() && !package.state.is_sending();
    match order.channel.facts().confirming {
        Confirming::PerPackage => false,
        Confirming::WholeOrder => {
            order.packages.iter().any(|(other, package)| other != id && holds(package))
        }
    }
}

/// Every line that a confirmation of the order ships, quantities summed over its current labels (rule I1).
pub(crate) fn lines(order: &Order) -> BTreeMap<ItemId, Item> {
    let mut lines: BTreeMap<ItemId, Item> = BTreeMap::new();
    for item in order
        .packages
        .values()
        .filter_map(|package| current(package))
        .flat_map(|label| &label.items)
    {
        match lines.get_mut(&item.item_id) {
            None => {
                lines.insert(item.item_id.clone(), item.clone());
            }
            Some(line) => {
                line.quantity = line.quantity.saturating_add(item.quantity);
                line.requires_imei |= item.requires_imei;
            }
        }
    }
    lines
}

/// Whether the line's IMEI can be carried at all: the channel takes one per line (rule I7).
pub(crate) fn carries_imei(item: &Item) -> bool {
    item.requires_imei && item.quantity == 1
}

/// The one IMEI of a line, if exactly one was entered: with two, which is meant cannot be known.
pub(super) fn imei_of<'a>(order: &'a Order, item: &ItemId) -> Option<&'a Imei> {
    let imeis: &BTreeSet<Imei> = &order.imeis.get(item)?.imeis;
    imeis.first().filter(|_| imeis.len() == 1)
}

/// Whether a line's IMEI is needed, and not there.
pub(crate) fn lacks_imei(order: &Order, item: &Item) -> bool {
    carries_imei(item) && imei_of(order, &item.item_id).is_none()
}

impl Order {
    /// Whether an IMEI is needed, and not there: what is ready goes out without it.
    pub fn lacks_imeis(&self) -> bool {
        self.channel.facts().takes_imeis && lines(self).values().any(|item| lacks_imei(self, item))
    }
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

/// Rule I3: a window after the earliest label; a label that came after that gets a grace of its own.
fn imei_wait(order: &Order) -> Option<ImeiWait> {
    let labels = || order.packages.values().filter_map(|package| current(package));
    let earliest = labels().min_by_key(|label| label.made_at())?;
    let window = earliest.terms.imei?.window();
    let deadline = earliest.made_at().plus(window);
    let deadline = labels()
        .filter(|label| label.received_at >= deadline)
        .map(|label| label.received_at.plus(BACKLOG_GRACE))
        .max()
        .unwrap_or(deadline);
    Some(ImeiWait { deadline, warn_at: deadline.minus(window / WARN_PART) })
}

/// Whether a package is to be decided anew: no claim has fixed it, and a rejection stands until there is another label.
pub(super) fn is_undecided(package: &Package) -> bool {
    match &package.state {
        State::Waiting(_) | State::Held(_) | State::Withheld(_) | State::Ready(_) => true,
        State::Rejected(rejection) => {
            current(package).is_none_or(|label| label.id != rejection.label)
        }
        State::Closed { .. } | State::Sent(_) => false,
    }
}
