//! What a channel is asked of a package that is in no doubt: when, and what the answer means. Rules S7 and S8, and "Looks" under
//! "Said exactly".

use crate::facts::{Label, ShipBy, last};
use crate::inputs::{Ms, OrderShown, Reading};
use crate::marks::{self, is_cancelled_late, is_superseded};
use crate::names;
use crate::order::{Order, Refusal};
use crate::outcomes::confirm;
use crate::spans::{self, HOUR, MINUTE};
use crate::states::{NotShown, PackageState, Parcel, Shows, StateKind, SweepRings, TimeRange};
use crate::transitions::with_parcel;
use crate::without_movement::Send;
use domain::{Evidence, Mark, Parking};
use std::rc::Rc;

/// "looks are due 10 minutes, 1 and 6 hours after the confirmation"
const VERIFIED_AFTER: [Ms; 3] = [10 * MINUTE, HOUR, 6 * HOUR];

/// "is dropped when it has had no answer for two hours"
const DROPPED_AFTER: Ms = 2 * HOUR;

/// "or for a day, where a person asked for it"
const A_PERSONS_DROPPED_AFTER: Ms = 24 * HOUR;

/// A look that was answered, or dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// When it was asked, or dropped.
    pub at: Ms,
    /// "for the number that the package had then, and for no other"
    pub key: usize,
}

/// A look that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Tried {
    /// Since when it is due, or was first seen to be.
    pub since: Ms,
    pub at: Ms,
    pub rings: SweepRings,
}

impl Tried {
    fn new(at: Ms, now: Ms) -> Self {
        Self { since: at, at, rings: spans::first_ring(TimeRange::exactly(at), now) }
    }

    /// It is made later. Nothing else about it changes.
    pub(crate) fn put_off(&mut self, at: Ms, now: Ms) {
        (self.at, self.rings) = (at, spans::first_ring(TimeRange::exactly(at), now));
    }
}

/// The looks at a package. Of those that were answered, and of those that were dropped, the last is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Looks {
    pub answered: Option<Served>,
    pub dropped: Option<Served>,
    /// When a person asked for one that was not answered since.
    pub asked_for: Option<Ms>,
    pub tried: Option<Tried>,
}

impl Looks {
    /// "a person's is made at once"
    pub(crate) fn ask(&mut self, now: Ms) {
        (self.asked_for, self.tried) = (Some(now), None);
    }

    /// Whether a look since then served.
    fn has_served(&self, key: usize, at: Ms) -> bool {
        let mut served = self.answered.into_iter().chain(self.dropped);
        served.any(|served| served.key == key && served.at >= at)
    }
}

/// An answer to a look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) package: usize,
    pub(crate) number: usize,
    pub(crate) fence: u32,
    pub(crate) reading: Reading,
    pub(crate) asked_at: Ms,
}

/// When the next look at a package is due.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: Ms,
    /// When one is due that is not dropped: before a send.
    lasting: Option<Ms>,
    /// When a person asked for one.
    asked_for: Option<Ms>,
    key: usize,
}

impl Due {
    fn drop_at(&self, tried: Tried, now: Ms) -> Option<Ms> {
        let is_due = |at: Option<Ms>| at.is_some_and(|at| at <= now);
        let span = if is_due(self.asked_for) { A_PERSONS_DROPPED_AFTER } else { DROPPED_AFTER };
        (!is_due(self.lasting)).then_some(tried.since + span)
    }
}

/// "What it shows of the order counts as of when it was asked, whatever became of the package, and is taken before what it says of
/// the package."
pub(crate) fn note_shown(order: &mut Order, package: usize, shown: OrderShown, asked_at: Ms) {
    with_parcel(order, package, |parcel| {
        let by = shown.ship_by.map(|by| ShipBy { by, told: asked_at });
        parcel.shown = last(parcel.shown.into_iter().chain(by));
    });
    if shown.is_wished {
        order.facts.add_shown_wish(asked_at);
    }
    if shown.is_cancelled {
        order.facts.add_cancellation(asked_at);
    }
}

/// The look of a package that is due, or near, if it may be put off by now.
pub(crate) fn open_look(
    order: &mut Order,
    package: usize,
    asked_at: Ms,
) -> Result<&mut Tried, Refusal> {
    let parcel = order.parcel_mut(package).ok_or(Refusal::Absent)?;
    let tried = parcel.looks.tried.as_mut().ok_or(Refusal::NotReady)?;
    if tried.at > asked_at { Err(Refusal::NotBefore(tried.at)) } else { Ok(tried) }
}

/// "a stop begins them anew"
pub(crate) fn park_look(
    order: &mut Order,
    package: usize,
    parking: Parking,
    now: Ms,
) -> Result<(), Refusal> {
    let parcel = order.parcel_mut(package).ok_or(Refusal::Absent)?;
    let tried = parcel.looks.tried.as_mut().ok_or(Refusal::NotReady)?;
    tried.since = now;
    tried.put_off(now + spans::parked(parking), now);
    tried.rings.is_paused = parking == Parking::Paused;
    Ok(())
}

/// Records an answer to a look.
pub(crate) fn looked(order: &mut Order, look: Look, now: Ms) -> Result<(), Refusal> {
    let Look { package, number, fence, reading, asked_at } = look;
    let parcel = order.parcel(package).ok_or(Refusal::NotReady)?;
    let label = order.looked_at(parcel).ok_or(Refusal::NotReady)?;
    let key = names::key(label.details.number);
    if names::key(number) != key {
        return Err(Refusal::NotReady);
    }
    if order.is_sending() {
        return Err(Refusal::OtherSending);
    }
    if fence != parcel.fence {
        return Err(Refusal::Fenced { given: fence, current: parcel.fence });
    }
    if let Reading::Unreadable(failure) = reading {
        let tried = open_look(order, package, asked_at)?;
        // "is made again by the waits of P11"
        let again = spans::next_read(tried.since, failure.after, now);
        tried.put_off(again, now);
        return Ok(());
    }
    let is_last = order.verified_since(parcel).is_some_and(|at| asked_at >= at + VERIFIED_AFTER[2]);
    let fixed = parcel.lock.is_none().then(|| Rc::new(order.lock(parcel, label, now)));
    with_parcel(order, package, |parcel| {
        let served = Served { at: asked_at, key };
        let is_later =
            parcel.looks.answered.is_none_or(|last| last.key != key || last.at < asked_at);
        if is_later {
            parcel.looks.answered = Some(served);
        }
        parcel.looks.asked_for = parcel.looks.asked_for.filter(|asked_for| *asked_for > asked_at);
        if parcel.observed.is_some() {
            // A3: "says beside it what the channel holds"
            let dismissed = parcel.observed.as_ref().and_then(|lock| lock.dismissed);
            let reading = match reading {
                Reading::Former { words } if dismissed == Some(words) => Reading::Absent,
                reading => reading,
            };
            if parcel.shows.is_none_or(|shows| shows.asked_at <= asked_at) {
                parcel.shows = Some(Shows { asked_at, reading });
            }
            return;
        }
        match (fixed, reading) {
            (None, _) => verify(parcel, reading, is_last),
            (Some(fixed), Reading::Ours { shown }) => {
                parcel.lock = Some(fixed);
                confirm(parcel, shown, Evidence::ReadBack, now);
            }
            (Some(fixed), Reading::Other { .. }) => {
                parcel.lock = Some(fixed);
                parcel.state = PackageState::Conflict { at: now };
            }
            // "absence and a former number say nothing"
            (Some(_), _) => {}
        }
    });
    Ok(())
}

/// What a look shows of what was confirmed (rule S8).
fn verify(parcel: &mut Parcel, reading: Reading, is_last: bool) {
    let PackageState::Confirmed { at, .. } = parcel.state else { return };
    match reading {
        Reading::Ours { .. } => {
            parcel.state = PackageState::Confirmed { at, by: Evidence::ReadBack };
            parcel.not_shown = None;
            // "A look that showed our number […] is not kept."
            (parcel.looks.answered, parcel.looks.dropped) = (None, None);
        }
        Reading::Other { words } => parcel.not_shown = Some(NotShown { found: Some(words) }),
        Reading::Absent | Reading::Former { .. } | Reading::Unclear { .. } if is_last => {
            parcel.not_shown.get_or_insert(NotShown { found: None });
        }
        _ => {}
    }
}

impl Order {
    /// "Looked at is what has a current label and is neither claimed nor closed (nor kept back by L5's one number), and what is
    /// confirmed". The label whose number is compared.
    pub(crate) fn looked_at<'a>(&'a self, parcel: &'a Parcel) -> Option<&'a Label> {
        let kind = parcel.state_kind();
        if !self.marketplace().can_be_asked || kind == StateKind::Closed {
            return None;
        }
        if kind == StateKind::Confirmed {
            return parcel.lock.as_ref().map(|lock| &lock.label);
        }
        // A3: "compares that number"
        if let Some(observed) = &parcel.observed {
            return Some(&observed.label);
        }
        let is_free = parcel.lock.is_none() && !self.is_number_taken(parcel);
        self.facts.label(parcel.id).filter(|_| is_free)
    }

    /// Since when what Amazon took is to be verified. It "ends with our number, with a person's word […], and where what was sent is
    /// superseded or `cancelled_late`".
    fn verified_since(&self, parcel: &Parcel) -> Option<Ms> {
        let PackageState::Confirmed { at, by: Evidence::Accepted } = parcel.state else {
            return None;
        };
        let is_open = parcel.lock.as_ref().is_some_and(|lock| lock.verify)
            && !marks::is_put_aside(parcel, Mark::NotShown)
            && !is_superseded(self, parcel)
            && !is_cancelled_late(self, parcel);
        is_open.then_some(at)
    }

    /// The earliest look that is due, or will be.
    fn look_due(&self, parcel: &Parcel, now: Ms) -> Option<Due> {
        let label = self.looked_at(parcel)?;
        let key = names::key(label.details.number);
        let is_waiting = parcel.state_kind() == StateKind::WaitingMovement;
        let is_unserved = |at: &Ms| !parcel.looks.has_served(key, *at);
        let verified = self.verified_since(parcel).into_iter();
        let verified = verified.flat_map(|at| VERIFIED_AFTER.map(|after| at + after));
        let silent = label.terms.watch.silent_hours.filter(|_| {
            is_waiting && self.marketplace().shows_ship_by && self.ship_by(parcel).is_none()
        });
        // "when a quarter of its `silent_hours` is over since it was made"
        let for_ship_by = silent.map(|hours| label.made_at() + Ms::from(hours) * HOUR / 4);
        // A3: "no other look of it is due"
        let is_open = parcel.lock.is_none() && parcel.observed.is_none();
        let shipped = self.facts.shipped().filter(|_| is_open);
        let passing = verified.chain(for_ship_by).chain(shipped).filter(is_unserved).min();
        let sends = self.sends(parcel, label).into_iter();
        let unlooked = sends.filter(|send| {
            let is_in_time = send.until.is_none_or(|until| now < until);
            is_waiting && is_in_time && !send.is_looked_for(parcel.looks.answered, key)
        });
        let lasting = unlooked.map(|send| send.at).min();
        let asked_for = parcel.looks.asked_for;
        let at = passing.into_iter().chain(lasting).chain(asked_for).min()?;
        Some(Due { at, lasting, asked_for, key })
    }

    /// Drops what had no answer for too long, and keeps what is due or near. Returns whether a ring of the sweep was due.
    pub(crate) fn settle_looks(&mut self, now: Ms) -> bool {
        let mut has_swept = false;
        for index in 0..self.parcels.len() {
            let parcel = &self.parcels[index];
            let mut due = self.look_due(parcel, now);
            if let (Some(known), Some(tried)) = (due, parcel.looks.tried)
                && known.at <= tried.since
                && known.drop_at(tried, now).is_some_and(|at| at <= now)
            {
                let looks = &mut self.parcels[index].looks;
                looks.dropped = Some(Served { at: now, key: known.key });
                (looks.tried, looks.asked_for) = (None, None);
                due = self.look_due(&self.parcels[index], now);
            }
            let looks = &mut self.parcels[index].looks;
            let former = looks.tried;
            looks.tried = due.and_then(|due| {
                let at = due.at.max(now);
                let is_near = at - now <= spans::DOORBELL_MAX;
                let new = is_near.then(|| Tried::new(at, now));
                former.filter(|tried| due.at <= tried.since).or(new)
            });
            if let Some(tried) = &mut looks.tried
                && tried.rings.next.latest <= now
            {
                tried.rings = spans::next_ring(tried.rings, now);
                has_swept = true;
            }
        }
        has_swept
    }

    /// When the sweep must see the package because of them.
    pub(crate) fn looks_next(&self, parcel: &Parcel, now: Ms) -> Option<Ms> {
        let due = self.look_due(parcel, now)?;
        let Some(tried) = parcel.looks.tried else { return Some(due.at) };
        let ring = tried.rings.next.latest;
        Some(due.drop_at(tried, now).map_or(ring, |at| at.min(ring)))
    }

    /// When a package goes without a movement of which the channel was looked at ahead: no look brings it on then.
    pub(crate) fn goes_at(&self, parcel: &Parcel, now: Ms) -> Option<Ms> {
        let label = self.facts.label(parcel.id)?;
        let key = names::key(label.details.number);
        let is_to_come =
            |send: &Send| send.at > now && send.is_looked_for(parcel.looks.answered, key);
        let is_waiting = parcel.state_kind() == StateKind::WaitingMovement;
        let sends =
            self.sends(parcel, label).into_iter().filter(|send| is_waiting && is_to_come(send));
        sends.map(|send| send.at).min()
    }

    /// The moments at which something of them may change by time alone.
    pub(crate) fn look_limits(&self, parcel: &Parcel, now: Ms) -> Vec<Ms> {
        let tried = parcel.looks.tried;
        let of_tried = tried
            .into_iter()
            .flat_map(|t| [t.at, t.since + DROPPED_AFTER, t.since + A_PERSONS_DROPPED_AFTER]);
        let due = self.look_due(parcel, now).map(|due| due.at);
        let label = self.facts.label(parcel.id);
        let sends = label.map(|label| self.sends(parcel, label)).unwrap_or_default();
        of_tried.chain(due).chain(sends.into_iter().map(|send| send.at)).collect()
    }
}
