//! What people must be shown of ship-bys, silence and wishes to cancel, and what a wish and a time to send hold back. Rules S1 to
//! S5, S10 and T7.
//!
//! What is told is what events said. A mark is asked for where it was due before the run began that saved, and is wrong where it
//! is not due by any clock.

use super::tellings::{Known, time};
use super::{ParcelId, SavedPackage, Watch, locked};
use crate::plan::{Fact, What};
use crate::world::{Sandbox, World};
use domain::{
    Attention, Held, Label, Mark, Moment, Order, Package, PackageId, Partner, Proof, Stage, State,
    Timing, WaitingFor, attention,
};
use jiff::SignedDuration;

/// The most that two clocks may be apart.
const APART: SignedDuration = SignedDuration::from_secs(10);

/// How long a run may take between what it decided and its save, or a save that it must make again.
const SAVED_WITHIN: SignedDuration = SignedDuration::from_mins(2);

/// Rule S1: a ship-by that is longer after its label counts as not told.
const SHIP_BY_MAX: SignedDuration = SignedDuration::from_hours(60 * 24);

/// Rule M4: how much older than its label a movement may be.
const BEFORE_LABEL: SignedDuration = SignedDuration::from_hours(24);

/// A package that waits for a label in place of a voided one.
#[derive(Clone, Debug)]
pub(super) struct Unlabelled {
    voided: String,
    since: Moment,
}

/// A mark, and why a person must look who sees it.
struct Shown {
    mark: Mark,
    reason: Attention,
}

const NEAR: Shown = Shown { mark: Mark::ShipByNear, reason: Attention::ShipByNear };
const PASSED: Shown = Shown { mark: Mark::ShipByPassed, reason: Attention::ShipByPassed };
const NO_MOVEMENT: Shown = Shown { mark: Mark::NoMovement, reason: Attention::NoMovement };
const NO_LABEL: Shown = Shown { mark: Mark::NoLabel, reason: Attention::NoLabel };
const WISHED: Shown = Shown { mark: Mark::CancelRequested, reason: Attention::CancelRequested };

/// A package of an order, as it is stored.
#[derive(Clone, Copy)]
struct Stored<'a> {
    order: &'a Order,
    id: &'a PackageId,
    package: &'a Package,
}

impl Stored<'_> {
    /// Whether people see it.
    fn shows(self, shown: &Shown) -> bool {
        attention(self.order, self.id).contains(&shown.reason)
    }

    /// Whether people see it, or have dealt with it.
    fn has_shown(self, shown: &Shown) -> bool {
        self.shows(shown) || self.package.resolved.contains(&shown.mark)
    }
}

/// The label that was sent, and else its own, voided or not.
pub(super) fn watched(package: &Package) -> Option<&Label> {
    locked(package).or(package.label.as_ref())
}

/// S1: what the channel says comes first, then what was told, then what is reckoned; of what comes alike the last, and at a tie the
/// earlier one.
pub(super) fn ship_by(order: &Order, package: &Package) -> Option<Moment> {
    let telling = &watched(package)?.telling;
    let place = telling.updated_at.unwrap_or(telling.labeled_at);
    let of_label = telling.ship_by.map(|by| (by, place));
    let of_order = order.ship_by.map(|told| (told.by, told.at));
    let is_near = |(by, _): &(Moment, Moment)| by.since(telling.labeled_at) <= SHIP_BY_MAX;
    let shown =
        [package.shown, order.channel_ship_by].map(|said| said.map(|said| (said.by, said.at)));
    let reckoned = watched(package)?.terms.reckoned.map(|by| (by, place));
    let of = |told: [Option<(Moment, Moment)>; 2]| {
        let mut told: Vec<_> = told.into_iter().flatten().filter(is_near).collect();
        told.sort_by(|(one, one_at), (other, other_at)| other_at.cmp(one_at).then(one.cmp(other)));
        told.first().map(|(by, _)| *by)
    };
    of(shown).or_else(|| of([of_label, of_order])).or_else(|| of([reckoned, None]))
}

/// S3: "not confirmed, withheld, closed or in conflict".
fn is_to_be_shipped(state: &State) -> bool {
    let is_over = matches!(
        state.stage(),
        Some(Stage::Confirmed { .. } | Stage::Conflict { .. } | Stage::Closed { .. })
    );
    !is_over && !state.is_closed() && !matches!(state, State::Withheld(_) | State::Observed(_))
}

/// How long the partner of a label waits until a silence is told.
fn silent_span(label: &Label) -> Option<SignedDuration> {
    let hours = label.terms.watch.silent_hours.hours()?;
    Some(SignedDuration::from_hours(i64::from(hours)))
}

impl Watch {
    /// Checks what people are shown of a package that was saved.
    pub(super) fn check_shown(&mut self, by: &Sandbox, saved: SavedPackage<'_>, id: &PackageId) {
        let stored = Stored { order: saved.order, id, package: saved.package };
        self.note_unlabelled(saved, by.world_now());
        let wrong = wrong_ship_by(by, stored)
            .or_else(|| self.wrong_silence(by, saved.parcel, stored))
            .or_else(|| self.wrong_wish(saved.parcel, stored));
        if let Some(rule) = wrong {
            self.report(rule, || format!("{}, package {id}", saved.order.key));
        }
    }

    /// Notes since when the package waits for a label in place of a voided one.
    fn note_unlabelled(&mut self, saved: SavedPackage<'_>, now: Moment) {
        let package = saved.package;
        let is_waiting = matches!(package.state, State::Waiting(WaitingFor::Label));
        let voided = package.label.as_ref().filter(|_| is_waiting).map(|l| l.id.to_string());
        let Some(record) = self.record_mut(saved.parcel) else { return };
        record.unlabelled = voided.map(|voided| match record.unlabelled.take() {
            Some(known) if known.voided == voided => known,
            Some(_) | None => Unlabelled { voided, since: now },
        });
    }

    /// S4: what is wrong with what is shown of a silence.
    fn wrong_silence(
        &self,
        by: &Sandbox,
        parcel: ParcelId,
        stored: Stored<'_>,
    ) -> Option<&'static str> {
        let package = stored.package;
        let label = watched(package)?;
        if let State::Waiting(WaitingFor::Label) = package.state {
            let since = self.record(parcel)?.unlabelled.as_ref()?.since;
            let due = silent_span(label).map(|span| since.plus(span));
            let rule = "S4: a package that waits for another label is shown in time";
            let is_early = due.is_some_and(|due| by.world_now() < due);
            let may_be_due = due.is_some_and(|due| due <= by.world_now().plus(SAVED_WITHIN));
            let is_wrong = is_wrong(by, (stored, &NO_LABEL), due);
            return (is_wrong && !(is_early && may_be_due)).then_some(rule);
        }
        if stored.shows(&NO_LABEL) {
            return Some("S4: no label is missing where there is one");
        }
        let rule = "S4: a parcel of which no movement comes is shown in time";
        let due = silent_span(label).map(|span| silent_from(label).plus(span));
        match package.state {
            State::Waiting(WaitingFor::Movement) => {
                let was_scanned = self.was_scanned_before(&stored.order.key.seller, label);
                let is_early = stored.shows(&NO_MOVEMENT) && due.is_some() && was_scanned;
                (!is_early && is_wrong(by, (stored, &NO_MOVEMENT), due)).then_some(rule)
            }
            State::Sent(ref sent) if matches!(sent.stage, Stage::Confirmed { .. }) => {
                let is_shown = stored.shows(&NO_MOVEMENT);
                let is_spared = !label.terms.watch.is_fed || due.is_none();
                let spared = "S4: who gets no scans is not told of each that is missing";
                (is_shown && is_spared).then_some(spared)
            }
            _ => {
                stored.shows(&NO_MOVEMENT).then_some("S4: only what waits, or was sent, is silent")
            }
        }
    }

    /// Whether a number of the label was scanned before it alone can be, by what may be known (rule M4).
    fn was_scanned_before(&self, seller: &domain::SellerId, label: &Label) -> bool {
        let numbers = numbers_told(label);
        self.scans_of(seller.as_str(), &numbers, Known::Maybe)
            .any(|at| label.telling.labeled_at.since(at) > BEFORE_LABEL)
    }

    /// When parcels with these numbers moved.
    fn scans_of<'a>(
        &'a self,
        seller: &'a str,
        numbers: &'a [String],
        known: Known,
    ) -> impl Iterator<Item = Moment> + 'a {
        self.plan.happenings.iter().enumerate().filter_map(move |(index, happening)| {
            let What::Event(Fact::Scan { seller: of, number, status, at }, _) = &happening.what
            else {
                return None;
            };
            let is_its = of == seller && numbers.iter().any(|own| own == number);
            (is_its && status.is_movement() && self.is_known(index, known)).then(|| time(*at))
        })
    }

    /// S5: what is wrong with what is held, or shown, for a wish to cancel.
    fn wrong_wish(&self, parcel: ParcelId, stored: Stored<'_>) -> Option<&'static str> {
        let Stored { order, package, .. } = stored;
        let wish = order.wish.filter(|wish| wish.is_wished);
        let Some(wish) = wish else {
            return stored.shows(&WISHED).then_some("S5: a wish that is taken back ends");
        };
        let record = self.record(parcel)?;
        if record.answered_wish.is_some_and(|answered| wish.at <= answered) {
            return None;
        }
        let label = package.label.as_ref().map(|label| &label.id);
        let is_sent = package.send_now.as_ref().is_some_and(|word| Some(&word.label) == label);
        match &package.state {
            State::Ready(_)
            | State::Held(Held::ImeisMissing)
            | State::Waiting(
                WaitingFor::Movement
                | WaitingFor::Imeis { .. }
                | WaitingFor::ShipDay { .. }
                | WaitingFor::SendAfter { .. },
            ) if !is_sent => Some("S5: a wish to cancel holds what is not claimed"),
            State::Sent(sent) if !matches!(sent.stage, Stage::Closed { .. }) => {
                let rule = "S5: a wish to cancel is shown at what was claimed";
                (!stored.has_shown(&WISHED)).then_some(rule)
            }
            _ => None,
        }
    }

    /// A person has refused a wish, or said to send in spite of it: they knew of no later one than this.
    pub(super) fn wish_answered(&mut self, parcel: ParcelId, now: Moment) {
        let last = self.last_wish(parcel.sale, Known::Maybe).map(|(at, _)| time(at));
        // A wish that the channel shows is of the moment at which it was asked.
        let is_shown = self.standings(parcel.sale).any(|standing| standing.is_wished);
        let last = last.max(is_shown.then_some(now));
        if let Some(record) = self.record_mut(parcel) {
            record.answered_wish = record.answered_wish.max(last);
        }
    }

    /// Of what may be known of an order's wish, the last (rule S5).
    fn last_wish(&self, sale: usize, known: Known) -> Option<(i64, bool)> {
        self.wishes(sale, known).max()
    }

    fn wishes(&self, sale: usize, known: Known) -> impl Iterator<Item = (i64, bool)> {
        self.facts_known(sale, known).filter_map(|fact| match fact {
            Fact::Updated { is_wished: Some(is_wished), at, .. } => Some((*at, *is_wished)),
            _ => None,
        })
    }

    /// Why a package may not be claimed now, for the first time and by no person's word (rules S5 and S10).
    pub(super) fn why_not_yet(
        &self,
        by: &Sandbox,
        parcel: ParcelId,
        (label, has_moved): (&Label, bool),
    ) -> Option<&'static str> {
        let stands = self.last_wish(parcel.sale, Known::Surely).filter(|(_, is_wished)| *is_wished);
        let stands = stands.filter(|(told, _)| {
            let mut later = self.wishes(parcel.sale, Known::Maybe);
            !later.any(|(at, is_wished)| at > *told && !is_wished)
        });
        let answered = self.record(parcel).and_then(|record| record.answered_wish);
        if stands.is_some_and(|(told, _)| answered.is_none_or(|answered| answered < time(told))) {
            return Some("S5: nothing is sent while the buyer wishes to cancel");
        }
        let waits = label.terms.send_after.is_some_and(|at| at > by.world_now().plus(APART));
        let is_assigned = label.terms.timing == Timing::WhenTrackingIsAssigned;
        (waits && is_assigned && !has_moved).then_some("S10: nothing is sent before its time")
    }

    /// T7: whether a label has what its partner wanted to be told, and when its confirmations go.
    pub(super) fn has_watch_of(&self, parcel: ParcelId, label: &Label, partner: &Partner) -> bool {
        let watch = label.terms.watch;
        let is_assigned = label.terms.timing == Timing::WhenTrackingIsAssigned;
        let sent_after = partner.send_after.filter(|_| is_assigned);
        let hours = sent_after.map(|after| SignedDuration::from_hours(i64::from(after.hours())));
        let is_then = |at: Moment, hours| {
            let from = label.received_at.plus(hours);
            from.minus(SAVED_WITHIN) <= at && at <= from.plus(APART)
        };
        let is_timed = match (label.terms.send_after, hours) {
            (None, None) => true,
            (Some(at), Some(hours)) => is_then(at, hours),
            (Some(_), None) | (None, Some(_)) => false,
        };
        (watch.deadline, watch.silent_hours) == (partner.deadline, partner.silent_hours)
            && watch.or_after == partner.or_after
            && is_timed
            && (!watch.is_fed || self.is_fed(parcel, partner))
    }

    /// Whether a movement of the partner's parcels may have been seen.
    fn is_fed(&self, parcel: ParcelId, partner: &Partner) -> bool {
        let account = self.orders[parcel.sale].account;
        let of_account = self.orders.iter().enumerate().filter(|(_, o)| o.account == account);
        let mut numbers = of_account.flat_map(|(sale, _)| self.numbers_of_sale(sale));
        partner.moved_on.is_some()
            || numbers.any(|number| {
                let numbers = [number];
                self.scans_of(partner.seller.as_str(), &numbers, Known::Maybe).next().is_some()
            })
    }

    fn numbers_of_sale(&self, sale: usize) -> Vec<String> {
        let told = self.facts_known(sale, Known::Maybe).filter_map(|fact| match fact {
            Fact::Label(label) => Some(label.numbers().map(str::to_owned).collect::<Vec<_>>()),
            _ => None,
        });
        told.flatten().collect()
    }
}

/// The numbers of a label as it is kept.
fn numbers_told(label: &Label) -> Vec<String> {
    let tellings = [Some(&label.telling), label.disputed.as_ref().map(AsRef::as_ref)];
    let keys = tellings.into_iter().flatten().flat_map(domain::Telling::keys);
    keys.map(|key| key.as_str().to_owned()).collect()
}

/// When a label's silence begins.
fn silent_from(label: &Label) -> Moment {
    let made = label.telling.labeled_at.min(label.received_at);
    label.telling.ships_on.map_or(made, |on| on.max(made))
}

/// Whether a mark is there too early, or not there although it was due before the run began.
fn is_wrong(by: &Sandbox, (stored, shown): (Stored<'_>, &Shown), due: Option<Moment>) -> bool {
    let Some(due) = due else { return stored.shows(shown) };
    let is_early = stored.shows(shown) && by.world_now().plus(APART) < due;
    let is_due = due.plus(APART) <= by.started_at.get();
    is_early || is_due && !stored.has_shown(shown)
}

/// S3: what is wrong with what is shown of a ship-by.
fn wrong_ship_by(by: &Sandbox, stored: Stored<'_>) -> Option<&'static str> {
    let Stored { order, package, .. } = stored;
    let deadline = watched(package)?.terms.watch.deadline;
    let is_told = deadline.action() != domain::DeadlineAction::Off;
    let until = ship_by(order, package).filter(|_| is_told && is_to_be_shipped(&package.state));
    let Some(until) = until else {
        let is_shown = stored.shows(&NEAR) || stored.shows(&PASSED);
        return is_shown.then_some("S3: only what is to be shipped by then is shown");
    };
    let warned = until.minus(SignedDuration::from_hours(i64::from(deadline.warn_hours())));
    // Once it is over, what is shown is that.
    let is_over = until <= by.world_now().plus(APART);
    if !is_over && is_wrong(by, (stored, &NEAR), Some(warned)) {
        return Some("S3: people are warned before a ship-by");
    }
    let rule = "S3: a ship-by that is over is shown";
    is_wrong(by, (stored, &PASSED), Some(until)).then_some(rule)
}

impl Watch {
    /// What is wrong with what is shown of an order in the end, when all that waits was looked at (rules S3 to S5).
    pub(super) fn wrong_in_the_end(
        &self,
        world: &World,
        sale: usize,
        order: &Order,
    ) -> Option<&'static str> {
        let is_shown = self.standings(sale).any(|standing| standing.is_wished);
        if !is_shown
            && self.last_wish(sale, Known::InTheEnd).map(|(at, is)| (time(at), is))
                != order.wish.map(|wish| (wish.at, wish.is_wished))
        {
            return Some("S5: the wish that was told last counts");
        }
        let told = self.facts_known(sale, Known::InTheEnd).filter_map(|fact| match fact {
            Fact::Updated { ship_by: Some(by), at, .. } => Some((*at, std::cmp::Reverse(*by))),
            _ => None,
        });
        if told.max().map(|(at, by)| (time(at), time(by.0)))
            != order.ship_by.map(|told| (told.at, told.by))
        {
            return Some("S1: the ship-by that was told last counts");
        }
        order.packages.iter().find_map(|(id, package)| {
            self.wrong_at_rest(world, sale, Stored { order, id, package }).or_else(|| {
                self.wrong_look_in_the_end(ParcelId::new(sale, id), order, (id, package))
            })
        })
    }

    fn wrong_at_rest(
        &self,
        world: &World,
        sale: usize,
        stored: Stored<'_>,
    ) -> Option<&'static str> {
        let Stored { order, package, .. } = stored;
        let label = watched(package)?;
        let until = ship_by(order, package).filter(|_| is_to_be_shipped(&package.state));
        let is_warned = label.terms.watch.deadline.action() != domain::DeadlineAction::Off;
        let is_over = until.is_some_and(|until| until.plus(APART) <= world.now());
        if is_over && is_warned && !stored.has_shown(&PASSED) {
            return Some("S3: a ship-by that is over is shown");
        }
        let is_told = silent_span(label).is_some();
        match &package.state {
            State::Waiting(WaitingFor::Label) if is_told && !stored.has_shown(&NO_LABEL) => {
                Some("S4: a package that waits for another label is shown in time")
            }
            State::Waiting(WaitingFor::Movement) if is_told && !stored.has_shown(&NO_MOVEMENT) => {
                Some("S4: a parcel of which no movement comes is shown in time")
            }
            State::Sent(sent) if matches!(sent.stage, Stage::Confirmed { .. }) => {
                self.wrong_after_the_end(sale, stored, label)
            }
            _ => None,
        }
    }

    /// What is wrong with what is shown of the silence of what was confirmed.
    fn wrong_after_the_end(
        &self,
        sale: usize,
        stored: Stored<'_>,
        label: &Label,
    ) -> Option<&'static str> {
        let Stored { order, package, .. } = stored;
        let seller = order.key.seller.as_str();
        let numbers = numbers_told(label);
        let scans: Vec<Moment> = self.scans_of(seller, &numbers, Known::InTheEnd).collect();
        let is_its = |at: &Moment| label.telling.labeled_at.since(*at) <= BEFORE_LABEL;
        if stored.shows(&NO_MOVEMENT) && self.has_shown_movement(order, label) {
            return Some("S4: a silence ends with a movement");
        }
        let is_moved = matches!(package.lock()?.proof, Proof::Movement(_));
        let current = package.label.as_ref().filter(|label| !package.voided.contains(&label.id));
        let is_superseded = current
            .is_none_or(|current| current.telling.tracking.key() != label.telling.tracking.key());
        let is_cancelled = order.cancelled.is_some() || self.has_cuts(sale);
        let is_silent = label.terms.watch.is_fed
            && silent_span(label).is_some()
            && !is_moved
            && !scans.iter().any(is_its)
            && !is_superseded
            && !is_cancelled;
        (is_silent && !stored.has_shown(&NO_MOVEMENT))
            .then_some("S4: what was confirmed and never moved is shown")
    }
}
