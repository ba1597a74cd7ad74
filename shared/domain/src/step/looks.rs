//! Rules S7 and S8: which look at a channel is due, by the facts and the time alone, and what its answer means. A look that is near
//! is kept with the package, for a sender to find and for the sweep to ring for again.

use super::attempt::is_time;
use super::claim::{frozen, is_superseded, locked_label};
use super::decide::{current, is_place_taken, is_sending};
use super::lines::is_cancelled_late;
use super::outcome::once_confirmed;
use super::probe::read_by;
use super::waits::{RING_DELAY_MAX, first_ring, next_read, next_ring, parked_for};
use super::watch::ship_by;
use super::without_movement::looked_for_before_send;
use super::{NotApplied, OrderShown, Parking, Reading, Refusal};
use crate::guard::{Guard, guarded};
use crate::{
    ChannelShows, Evidence, Label, LookOf, LookTry, Mark, Moment, NotShown, Order, Package,
    PackageId, ReadBack, Sent, ShipBy, ShownNumber, Stage, State, TrackingNumber, Tries,
    WaitingFor, Wish,
};
use jiff::SignedDuration;

/// How long after a confirmation it is verified (rule S8).
const VERIFIED_AFTER: [SignedDuration; 3] =
    [SignedDuration::from_mins(10), SignedDuration::from_hours(1), LAST_VERIFIED_AFTER];
const LAST_VERIFIED_AFTER: SignedDuration = SignedDuration::from_hours(6);

/// How long a look that nobody waits for may be due without an answer.
const DROPPED_AFTER: SignedDuration = SignedDuration::from_hours(2);

/// How long a person's look may be due without an answer: what cannot be read for a day is told so.
const A_PERSONS_DROPPED_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// A look for the ship-by is due when this part of the silence is over: one of so many.
const SHIP_BY_PART: i32 = 4;

/// The answer to a look.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) package: &'a PackageId,
    /// The number that the channel's number was compared with.
    pub(super) tracking: &'a TrackingNumber,
    pub(super) fence: u32,
    pub(super) reading: &'a Reading,
    /// When the channel was asked.
    pub(super) asked_at: Moment,
}

/// Takes what an answer shows of its order, whatever the channel was asked for.
pub(super) fn note_shown(order: &mut Order, id: &PackageId, shown: OrderShown, at: Moment) {
    if let Some(by) = shown.ship_by
        && let Some(package) = order.packages.get_mut(id)
    {
        package.shown = ShipBy { by, at }.or_later(package.shown);
    }
    let is_known = order.wish.is_some_and(|wish| wish.is_wished);
    if shown.is_wished && !(is_known && guarded(Guard::WishFromLookOnlyWhereNone)) {
        order.wish = Wish { is_wished: true, at }.or_later(order.wish);
    }
    if shown.is_cancelled && guarded(Guard::CancelShownStops) {
        order.cancelled = order.cancelled.into_iter().chain([at]).min();
    }
}

/// Whether an answer shows something of the order that is not known.
pub fn shows_news(order: &Order, id: &PackageId, shown: OrderShown, at: Moment) -> bool {
    let may_be_new = |wish: Wish| !wish.is_wished && wish.at <= at;
    let package = order.packages.get(id);
    let known = package.and_then(|package| ship_by(order, package));
    let shown_before = package.and_then(|package| package.shown).map(|shown| shown.by);
    let is_known = [None, known, shown_before].contains(&shown.ship_by);
    !is_known
        || shown.is_wished && order.wish.is_none_or(may_be_new)
        || shown.is_cancelled && order.cancelled.is_none()
}

impl Order {
    /// When a package is to be looked at, if it is.
    pub fn look_at(&self, id: &PackageId) -> Option<Moment> {
        self.packages.get(id)?.looks.due.map(|tried| tried.at)
    }
}

/// Records what a look showed of a package.
pub(super) fn looked(order: &mut Order, look: Look<'_>, now: Moment) -> Result<(), Refusal> {
    let takes_imeis = order.channel.facts().takes_imeis;
    let label = looked_at(order, look.package).ok_or(Refusal::NotReady)?;
    let is_compared = label.telling.tracking.is_same(look.tracking);
    if !is_compared && guarded(Guard::LookOfWhatIsCompared) {
        return Err(Refusal::NotReady);
    }
    // The channel may show the number that is being sent for the order: it is no stranger's.
    if is_sending(order) {
        return Err(Refusal::OtherSending);
    }
    let package = order.packages.get(look.package).ok_or(Refusal::Absent)?;
    if look.fence != package.fence && guarded(Guard::LookUnderItsFence) {
        return Err(Refusal::Fenced { given: look.fence, current: package.fence });
    }
    if let Reading::Unreadable(why) = look.reading {
        return unread(order, look, why, now);
    }
    let reading = read_by(Some(label), look.reading);
    let shows = shown_number(&reading).map(|what| ChannelShows { at: look.asked_at, what });
    let number = label.telling.tracking.key();
    let is_last = verified_since(order, package)
        .is_some_and(|at| look.asked_at >= at.plus(LAST_VERIFIED_AFTER));
    let stage = match &reading {
        Reading::Ours(_) => Some(Stage::Confirmed { at: now, by: Evidence::ReadBack }),
        Reading::Other(found) => Some(Stage::Conflict { at: now, found: found.clone() }),
        Reading::Absent | Reading::Former(_) | Reading::Unclear(_) | Reading::Unreadable(_) => None,
    };
    let tries = package.state.tries().cloned().unwrap_or_else(|| Tries::from(now));
    let found = stage.filter(|_| package.fixed().is_none()).map(|stage| Sent {
        lock: frozen(order, package, label, None, now),
        tries,
        repeats: None,
        stage,
    });
    let package = order.packages.get_mut(look.package).ok_or(Refusal::Absent)?;
    let is_earlier = |kept: &LookOf| kept.number != number || kept.at < look.asked_at;
    if package.looks.answered.as_ref().is_none_or(is_earlier) {
        package.looks.answered = Some(LookOf { at: look.asked_at, number });
    }
    package.looks.asked_for = package.looks.asked_for.filter(|at| *at > look.asked_at);
    if let State::Observed(observed) = &mut package.state {
        let is_later = |kept: &ChannelShows| kept.at <= look.asked_at;
        if observed.shows.as_ref().is_none_or(is_later) {
            observed.shows = shows;
        }
    } else if package.lock().is_some() {
        verified(package, &reading, is_last);
    } else if let Some(found) = found {
        package.state = State::Sent(found);
        if let Reading::Ours(shown) = &reading {
            once_confirmed(package, takes_imeis.then_some(shown), now);
        }
    }
    Ok(())
}

/// What an answer says of the number that a channel holds.
fn shown_number(reading: &Reading) -> Option<ShownNumber> {
    match reading {
        Reading::Ours(_) => Some(ShownNumber::Ours),
        Reading::Other(found) => Some(ShownNumber::Other(found.clone())),
        Reading::Former(found) => Some(ShownNumber::Former(found.clone())),
        Reading::Absent => Some(ShownNumber::Nothing),
        Reading::Unclear(why) => Some(ShownNumber::Unclear(why.clone())),
        Reading::Unreadable(_) => None,
    }
}

/// What a look means for what was confirmed.
fn verified(package: &mut Package, reading: &Reading, is_last: bool) {
    match reading {
        Reading::Ours(_) => {
            if let State::Sent(Sent { stage: Stage::Confirmed { by, .. }, .. }) = &mut package.state
            {
                *by = Evidence::ReadBack;
            }
            package.not_shown = None;
            // Nothing is due any more that they would serve for.
            (package.looks.answered, package.looks.dropped) = (None, None);
        }
        Reading::Other(found) => package.not_shown = Some(NotShown { found: Some(found.clone()) }),
        Reading::Absent | Reading::Former(_) | Reading::Unclear(_) if is_last => {
            package.not_shown.get_or_insert(NotShown { found: None });
        }
        Reading::Absent | Reading::Former(_) | Reading::Unclear(_) | Reading::Unreadable(_) => {}
    }
}

/// The label whose number a look is compared with: what a claim would submit, or what was confirmed. `None` where the package is in
/// doubt, or there is nothing to be learned of it.
pub(super) fn looked_at<'a>(order: &'a Order, id: &PackageId) -> Option<&'a Label> {
    if order.channel.facts().read_back == ReadBack::Impossible {
        return None;
    }
    let package = order.packages.get(id)?;
    match &package.state {
        State::Sent(Sent { stage: Stage::Confirmed { .. }, .. }) => locked_label(package),
        State::Observed(observed) => observed.lock.label.as_ref(),
        State::Closed { .. } | State::Sent(_) => None,
        State::Waiting(_)
        | State::Ready(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Rejected(_) => current(package).filter(|_| !is_place_taken(order, id)),
    }
}

/// When a look is due.
struct Due {
    at: Moment,
    /// When one is due before a send.
    before_send: Option<Moment>,
    /// When a person asked for one.
    asked_for: Option<Moment>,
    /// The number that it is compared with.
    of: crate::NumberKey,
}

/// The earliest look that is due, or will be.
fn due(order: &Order, id: &PackageId, now: Moment) -> Option<Due> {
    let label = looked_at(order, id)?;
    let package = order.packages.get(id)?;
    let of = label.telling.tracking.key();
    let served = [&package.looks.answered, &package.looks.dropped];
    let served = served.into_iter().flatten().filter(|look| look.number == of);
    let served = served.map(|look| look.at).max();
    let is_open = |at: &Moment| served.is_none_or(|served| served < *at);
    let to_verify = verified_since(order, package)
        .and_then(|since| VERIFIED_AFTER.map(|after| since.plus(after)).into_iter().find(is_open));
    let shipped = order.shipped.filter(|_| package.fixed().is_none());
    let before_send = looked_for_before_send(order, package, label, now);
    let asked_for = package.looks.asked_for;
    let passing = [for_ship_by(order, package, label), shipped].into_iter().flatten();
    let waited_for = before_send.into_iter().chain(asked_for);
    let at = passing.filter(is_open).chain(to_verify).chain(waited_for).min()?;
    Some(Due { at, before_send, asked_for, of })
}

/// Since when what the channel took is to be verified, while that is open.
fn verified_since(order: &Order, package: &Package) -> Option<Moment> {
    let Some(Stage::Confirmed { at, by: Evidence::Accepted }) = package.state.stage() else {
        return None;
    };
    let is_verified = package.lock().is_some_and(|lock| lock.verify)
        && !package.resolved.contains(&Mark::NotShown)
        && !is_superseded(package)
        && !is_cancelled_late(order, package);
    is_verified.then_some(*at)
}

/// Where a verification stands (rule S8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    /// A look at it is to come.
    Pending,
    /// A look has shown our number.
    Shown,
    /// A look had no answer in time.
    Dropped,
    /// A look has shown another number, or the last one none.
    NotShown,
}

/// Where the verification of a package stands, if there is one.
pub(crate) fn verification(order: &Order, package: &Package) -> Option<Verification> {
    if package.not_shown.is_some() {
        return Some(Verification::NotShown);
    }
    let is_read =
        matches!(package.state.stage(), Some(Stage::Confirmed { by: Evidence::ReadBack, .. }));
    if is_read && package.lock().is_some_and(|lock| lock.verify) {
        return Some(Verification::Shown);
    }
    let since = verified_since(order, package)?;
    let is_dropped = package.looks.dropped.as_ref().is_some_and(|look| look.at > since);
    Some(if is_dropped { Verification::Dropped } else { Verification::Pending })
}

/// When the channel is to be asked for the ship-by of what waits for movement without one.
fn for_ship_by(order: &Order, package: &Package, label: &Label) -> Option<Moment> {
    let is_waiting = matches!(package.state, State::Waiting(WaitingFor::Movement));
    let is_asked = is_waiting && order.channel.facts().shows_ship_by;
    let span = label.terms.watch.silent_hours.span().filter(|_| is_asked)?;
    ship_by(order, package).is_none().then(|| label.made_at().plus(span / SHIP_BY_PART))
}

/// Keeps the look of a package that is due, or near. Whether the sweep is to ring for it.
pub(super) fn settle(order: &mut Order, id: &PackageId, now: Moment) -> bool {
    let mut next = due(order, id, now);
    let Some(package) = order.packages.get_mut(id) else { return false };
    if let (Some(due), Some(tried)) = (&next, package.looks.due)
        && due.at <= tried.since()
        && due.drop_at(tried, now).is_some_and(|at| at <= now)
        && guarded(Guard::LookDroppedAfterTwoHours)
    {
        package.looks.dropped = Some(LookOf { at: now, number: due.of.clone() });
        (package.looks.due, package.looks.asked_for) = (None, None);
        next = self::due(order, id, now);
    }
    let Some(package) = order.packages.get_mut(id) else { return false };
    let former = package.looks.due;
    package.looks.due = next.and_then(|due| match former {
        Some(tried) if due.at <= tried.since() => Some(tried),
        Some(_) | None => {
            let at = due.at.max(now);
            let is_near = at.since(now) <= RING_DELAY_MAX;
            is_near.then(|| LookTry { at, due_since: None, ring: first_ring(at, now) })
        }
    });
    let Some(tried) = &mut package.looks.due else { return false };
    let is_rung = tried.ring.next <= now;
    if is_rung {
        tried.ring = next_ring(tried.ring, now);
    }
    is_rung
}

impl Due {
    /// When the look is dropped, where nothing is sent only after it.
    fn drop_at(&self, tried: LookTry, now: Moment) -> Option<Moment> {
        let is_due = |at: Option<Moment>| at.is_some_and(|at| at <= now);
        let after = if is_due(self.asked_for) { A_PERSONS_DROPPED_AFTER } else { DROPPED_AFTER };
        (!is_due(self.before_send)).then(|| tried.since().plus(after))
    }
}

/// When the sweep must look at the package because of them.
pub(super) fn timer(order: &Order, id: &PackageId, now: Moment) -> Option<Moment> {
    let due = due(order, id, now)?;
    let Some(tried) = order.packages.get(id)?.looks.due else { return Some(due.at) };
    let drop_at = due.drop_at(tried, now).filter(|_| guarded(Guard::LookDroppedAfterTwoHours));
    Some(drop_at.map_or(tried.ring.next, |at| at.min(tried.ring.next)))
}

/// Puts off a look that could not be read, by the waits of a doubt (rule P11).
fn unread(order: &mut Order, look: Look<'_>, why: &NotApplied, now: Moment) -> Result<(), Refusal> {
    let tried = tried_mut(order, look.package, look.asked_at)?;
    put_off(tried, next_read(tried.since(), why.retry_after, now), now);
    Ok(())
}

/// Puts a look off until its turn. Nothing else about it changes.
pub(super) fn wait(
    order: &mut Order,
    id: &PackageId,
    until: Moment,
    now: Moment,
) -> Result<(), Refusal> {
    put_off(tried_mut(order, id, now)?, until, now);
    Ok(())
}

/// Puts a look off while its partner is stopped or paused. That time does not count.
pub(super) fn park(
    order: &mut Order,
    id: &PackageId,
    parking: Parking,
    now: Moment,
) -> Result<(), Refusal> {
    let package = order.packages.get_mut(id).ok_or(Refusal::Absent)?;
    let tried = package.looks.due.as_mut().ok_or(Refusal::NotReady)?;
    tried.due_since = Some(now);
    put_off(tried, now.plus(parked_for(parking)), now);
    tried.ring.is_paused = parking == Parking::Paused;
    Ok(())
}

/// Makes a look due that waits because its partner was paused. It counts from now on (rule A1).
pub(super) fn resume(package: &mut Package, now: Moment) {
    if let Some(tried) = package.looks.due.as_mut().filter(|tried| tried.ring.is_paused) {
        tried.due_since = Some(now);
        put_off(tried, now, now);
    }
}

/// The look that is due. Two senders may find the same, and the second must not overwrite what the first has learned.
fn tried_mut<'a>(
    order: &'a mut Order,
    id: &PackageId,
    at: Moment,
) -> Result<&'a mut LookTry, Refusal> {
    let package = order.packages.get_mut(id).ok_or(Refusal::Absent)?;
    let tried = package.looks.due.as_mut().ok_or(Refusal::NotReady)?;
    is_time(Some(tried.at), at)?;
    Ok(tried)
}

fn put_off(tried: &mut LookTry, until: Moment, now: Moment) {
    tried.due_since = Some(tried.since());
    (tried.at, tried.ring) = (until, first_ring(until, now));
}

/// A person asks for a look. It is made at once, whatever was put off.
pub(super) fn ask_for(package: &mut Package, now: Moment) {
    package.looks.asked_for = Some(now);
    package.looks.due = None;
}
