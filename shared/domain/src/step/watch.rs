//! Rules S1 to S4: what time makes of a ship-by and of a silence. Both are read from the facts and the time alone, so that every
//! arrival order ends the same; what is kept of them says what people were told.

use super::claim::{is_superseded, locked_label};
use super::decide::current;
use super::lines::is_cancelled_late;
use crate::guard::{Guard, guarded};
use crate::tracking::belongs_to_label;
use crate::{
    DeadlineFlag, Label, Mark, Moment, Order, Package, PackageId, Proof, ShipBy, SilenceFlag,
    Stage, State, WaitingFor, Withheld,
};
use jiff::SignedDuration;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A ship-by so long after the label was made is none.
const SHIP_BY_MAX: SignedDuration = SignedDuration::from_hours(60 * 24);

/// How long before its label a number may have moved last, for the parcel to be taken for one that moved too early.
const MOVED_BEFORE_MAX: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How long before a silence is told whoever can ask the carrier is told.
const WANTED_BEFORE: SignedDuration = SignedDuration::from_mins(15);

/// The label that a package is watched by: the one that was sent, and else its own, also where that was voided.
pub(crate) fn watched(package: &Package) -> Option<&Label> {
    locked_label(package).or(package.label.as_ref())
}

/// Where a ship-by is from (rule S1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShipBySource {
    /// The channel says so: a look showed it, or our own function put it on the bus.
    Channel,
    /// An `OrderUpdated` told it.
    OrderUpdated,
    /// Its label told it.
    Label,
    /// It was reckoned (rule S9).
    Reckoned,
}

/// When the package must be on its way (rule S1).
pub(crate) fn ship_by(order: &Order, package: &Package) -> Option<Moment> {
    known_ship_by(order, package).map(|(known, _)| known.by)
}

/// The ship-by of a package, and where it is from. What the channel says comes first, then what was told, then what was reckoned;
/// of what comes alike the last told counts, and at a tie the earlier moment.
pub(crate) fn known_ship_by(order: &Order, package: &Package) -> Option<(ShipBy, ShipBySource)> {
    let label = watched(package)?;
    let of_label = label.telling.ship_by.map(|by| ShipBy { by, at: label.telling.place() });
    let reckoned = label.terms.reckoned.map(|by| ShipBy { by, at: label.received_at });
    let alike = [
        [(order.channel_ship_by, ShipBySource::Channel), (package.shown, ShipBySource::Channel)],
        [(order.ship_by, ShipBySource::OrderUpdated), (of_label, ShipBySource::Label)],
        [(reckoned, ShipBySource::Reckoned), (None, ShipBySource::Reckoned)],
    ];
    let is_near = |told: &ShipBy| told.by.since(label.telling.labeled_at) <= SHIP_BY_MAX;
    alike.into_iter().find_map(|told| {
        let near =
            told.into_iter().filter_map(|(told, source)| Some((told.filter(is_near)?, source)));
        near.max_by_key(|(told, _)| (told.at, Reverse(told.by)))
    })
}

impl Order {
    /// When a package must be on its way, where that is known (rule S1).
    pub fn ship_by_of(&self, id: &PackageId) -> Option<Moment> {
        ship_by(self, self.packages.get(id)?)
    }
}

/// A ship-by that people are to be warned of.
struct Deadline {
    warn_at: Moment,
    by: Moment,
}

/// The ship-by of which people are to be told, if there is one (rules S2 and S3).
fn deadline(order: &Order, package: &Package) -> Option<Deadline> {
    if !is_to_be_shipped(&package.state) {
        return None;
    }
    let before = watched(package)?.terms.watch.deadline.warns_before()?;
    let by = ship_by(order, package)?;
    Some(Deadline { warn_at: by.minus(before), by })
}

/// Whether it is not known that the channel has its number, and it may yet get it.
const fn is_to_be_shipped(state: &State) -> bool {
    match state {
        State::Waiting(_) | State::Ready(_) | State::Held(_) | State::Rejected(_) => true,
        State::Withheld(Withheld::Cancelled | Withheld::OneTrackingPerOrder | Withheld::Never)
        | State::Observed(_)
        | State::Closed { .. } => false,
        State::Sent(sent) => match sent.stage {
            Stage::Open(_) | Stage::Unresolved { .. } => true,
            Stage::Confirmed { .. } | Stage::Conflict { .. } | Stage::Closed { .. } => false,
        },
    }
}

/// A silence that people are to be told of.
struct Silence {
    /// When whoever can ask the carrier is told. `None` where that is of no use.
    wanted_at: Option<Moment>,
    told_at: Moment,
}

/// The silence of which people are to be told, if there is one (rule S4).
fn silence(order: &Order, package: &Package) -> Option<Silence> {
    let label = match &package.state {
        State::Waiting(WaitingFor::Movement) => current(package)?,
        State::Waiting(WaitingFor::Label) => return without_label(package),
        State::Sent(sent) if matches!(sent.stage, Stage::Confirmed { .. }) => {
            locked_label(package).filter(|label| is_silent(order, package, label))?
        }
        State::Waiting(
            WaitingFor::ShipDay { .. } | WaitingFor::SendAfter { .. } | WaitingFor::Imeis { .. },
        )
        | State::Ready(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Rejected(_)
        | State::Observed(_)
        | State::Closed { .. }
        | State::Sent(_) => return None,
    };
    let span = label.terms.watch.silent_hours.span()?;
    if moved_before(package, label) {
        return Some(Silence { wanted_at: None, told_at: label.made_at() });
    }
    let told_at = goes_at(label).plus(span);
    Some(Silence { wanted_at: Some(told_at.minus(WANTED_BEFORE)), told_at })
}

impl Order {
    /// How many of its packages have waited for a movement for so long, where their partner wants to be told of a silence (rule S4).
    pub fn waiting_in_silence(&self, span: SignedDuration, now: Moment) -> usize {
        let is_waiting = |package: &Package| {
            let waits = matches!(package.state, State::Waiting(WaitingFor::Movement));
            let is_told = |label: &&Label| label.terms.watch.silent_hours.span().is_some();
            let label = current(package).filter(|_| waits).filter(is_told);
            label.is_some_and(|label| now >= goes_at(label).plus(span))
        };
        self.packages.values().filter(|package| is_waiting(package)).count()
    }
}

/// When the silence of a label begins.
fn goes_at(label: &Label) -> Moment {
    let made_at = label.made_at();
    label.telling.ships_on.map_or(made_at, |on| on.max(made_at))
}

/// Whether a movement of a confirmed package is missing: scans of its partner's parcels come, and it has none.
fn is_silent(order: &Order, package: &Package, label: &Label) -> bool {
    let is_fed = label.terms.watch.is_fed || !guarded(Guard::QuietFeedSpared);
    is_fed
        && !has_moved(package, label)
        && !is_superseded(package)
        && !is_cancelled_late(order, package)
}

/// Whether the parcel of a claimed label has moved, by the numbers that were sent and those told with them: a telling that disputes
/// them is of no parcel that the channel knows. A movement that is proof is kept in the lock alone.
pub(super) fn has_moved(package: &Package, label: &Label) -> bool {
    let proof = package.lock().map(|lock| &lock.proof);
    let is_own = |at: &Moment| belongs_to_label(*at, label.telling.labeled_at);
    matches!(proof, Some(Proof::Movement(_))) || movements(package, label).any(|at| is_own(&at))
}

/// Whether the numbers of a label that has not moved did so before it, so that no scan of its own may come any more.
fn moved_before(package: &Package, label: &Label) -> bool {
    let labeled_at = label.telling.labeled_at;
    let before = movements(package, label).filter(|at| !belongs_to_label(*at, labeled_at));
    before.max().is_some_and(|last| labeled_at.since(last) <= MOVED_BEFORE_MAX)
}

/// When the numbers of the telling that counts have moved.
fn movements<'a>(package: &'a Package, label: &'a Label) -> impl Iterator<Item = Moment> + 'a {
    let own = package.movements.iter().filter(|(number, _)| label.telling.is_known_by(number));
    own.flat_map(|(_, movements)| movements).map(|movement| movement.occurred_at)
}

/// A package that waits for a label in place of a voided one.
fn without_label(package: &Package) -> Option<Silence> {
    let span = package.label.as_ref()?.terms.watch.silent_hours.span()?;
    Some(Silence { wanted_at: None, told_at: package.unlabelled_since?.plus(span) })
}

/// Notes what time has made of a package's ship-by and of its silence.
pub(super) fn settle(order: &mut Order, before: &Order, id: &PackageId, now: Moment) {
    let former = before.packages.get(id).map(Box::as_ref);
    let Some(package) = order.packages.get_mut(id) else { return };
    package.unlabelled_since = unlabelled_since(package, former, now);
    let Some(package) = order.packages.get(id) else { return };
    let flag = deadline(order, package).and_then(|deadline| deadline.flag(now));
    let silence = silence(order, package).and_then(|silence| silence.flag(now));
    if let Some(package) = order.packages.get_mut(id) {
        (package.deadline, package.silence) = (flag, silence);
    }
}

/// Since when a package waits for a label in place of this voided one, where that is told.
fn unlabelled_since(package: &Package, former: Option<&Package>, now: Moment) -> Option<Moment> {
    let label = package.label.as_ref()?;
    let is_waiting = package.state == State::Waiting(WaitingFor::Label);
    label.terms.watch.silent_hours.span().filter(|_| is_waiting)?;
    let is_same = |former: &&Package| former.label.as_ref().is_some_and(|was| was.id == label.id);
    former.filter(is_same).and_then(|former| former.unlabelled_since).or(Some(now))
}

impl Deadline {
    fn flag(&self, now: Moment) -> Option<DeadlineFlag> {
        if now >= self.by && guarded(Guard::ShipByPasses) {
            return Some(DeadlineFlag::Passed);
        }
        (now >= self.warn_at && guarded(Guard::ShipByWarns)).then_some(DeadlineFlag::Near)
    }
}

impl Silence {
    fn flag(&self, now: Moment) -> Option<SilenceFlag> {
        if now >= self.told_at {
            return Some(SilenceFlag::Told);
        }
        self.wanted_at.filter(|at| now >= *at).map(|_| SilenceFlag::Wanted)
    }
}

/// The marks that time has set.
pub(super) fn marks(package: &Package, marks: &mut BTreeSet<Mark>) {
    match package.deadline.filter(|_| is_to_be_shipped(&package.state)) {
        Some(DeadlineFlag::Near) => drop(marks.insert(Mark::ShipByNear)),
        Some(DeadlineFlag::Passed) => drop(marks.insert(Mark::ShipByPassed)),
        None => {}
    }
    if package.silence != Some(SilenceFlag::Told) {
        return;
    }
    match &package.state {
        State::Waiting(WaitingFor::Label) if guarded(Guard::NoLabelShown) => {
            marks.insert(Mark::NoLabel);
        }
        State::Waiting(WaitingFor::Movement) | State::Sent(_) if guarded(Guard::SilenceShown) => {
            marks.insert(Mark::NoMovement);
        }
        State::Waiting(_)
        | State::Ready(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Rejected(_)
        | State::Observed(_)
        | State::Closed { .. }
        | State::Sent(_) => {}
    }
}

/// When the sweep must look at the package because of them.
pub(super) fn look(order: &Order, package: &Package) -> Option<Moment> {
    let deadline = deadline(order, package).and_then(|deadline| match package.deadline {
        None => Some(deadline.warn_at),
        Some(DeadlineFlag::Near) => Some(deadline.by),
        Some(DeadlineFlag::Passed) => None,
    });
    let silence = silence(order, package).and_then(|silence| match package.silence {
        None => Some(silence.wanted_at.unwrap_or(silence.told_at)),
        Some(SilenceFlag::Wanted) => Some(silence.told_at),
        Some(SilenceFlag::Told) => None,
    });
    deadline.into_iter().chain(silence).min()
}
