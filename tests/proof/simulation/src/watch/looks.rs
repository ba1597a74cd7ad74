//! What must hold of looks, and of what goes without a movement. Rules S2, S7, S8 and S11.
//!
//! What counts is what the shops showed, and to which run; what partners had set, and when.

use super::deadlines::ship_by;
use super::{ParcelId, SavedPackage, Watch, locked};
use crate::plan::{Standing, What};
use crate::world::{Function, Sandbox};
use domain::{
    Attention, Channel, DeadlineAction, Evidence, Label, Mark, Moment, Order, Package, PackageId,
    Partner, Proof, Stage, attention,
};
use jiff::SignedDuration;

/// The most that two clocks may be apart.
const APART: SignedDuration = SignedDuration::from_secs(10);

/// How old a look may be when a send becomes due.
const SERVES: SignedDuration = SignedDuration::from_hours(6);

/// How long a look may be due that nobody waits for, and how long its answer may take to be saved.
const DROPPED_AFTER: SignedDuration = SignedDuration::from_mins(130);

/// How long a person's look may be due, and how long its answer may take to be saved.
const A_PERSONS_DROPPED_AFTER: SignedDuration = SignedDuration::from_mins(24 * 60 + 10);

/// How long an answer may take after its question.
const ANSWERED_WITHIN: SignedDuration = SignedDuration::from_mins(1);

/// A read of an order that was answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) at: Moment,
    /// It showed a number that is another's.
    pub(super) is_foreign: bool,
}

impl Watch {
    /// A confirmation was taken, and not stored.
    pub fn lost(&mut self, parcel: ParcelId) {
        if let Some(record) = self.record_mut(parcel) {
            record.is_lost = true;
        }
    }

    /// All that the channel is ever to show of an order, beside its parcels.
    pub(super) fn standings(&self, sale: usize) -> impl Iterator<Item = Standing> {
        self.plan.happenings.iter().filter_map(move |happening| match happening.what {
            What::Shows(of, standing) if of == sale => Some(standing),
            _ => None,
        })
    }

    /// A run has saved an order after it may have read it.
    pub(super) fn look_saved(
        &mut self,
        by: &Sandbox,
        sale: usize,
        before: Option<&Order>,
        after: &Order,
    ) {
        let of = || after.key.to_string();
        if self.orders[sale].cancel_read_by.remove(&by.task()) && after.cancelled.is_none() {
            self.report("S7: a cancellation that a channel shows counts", of);
        }
        let known = before.and_then(|before| before.wish).filter(|wish| wish.is_wished);
        let is_sender = matches!(by.function, Function::Sender(_));
        if is_sender && known.is_some_and(|known| after.wish != Some(known)) {
            self.report("S7: a look raises no wish that is known", of);
        }
    }

    /// What must hold of a package that was saved.
    pub(super) fn check_looks(&mut self, by: &Sandbox, saved: SavedPackage<'_>) {
        let SavedPackage { parcel, former, package, .. } = saved;
        let of = || format!("{}, package {}", saved.order.key, parcel.package);
        let was_confirmed = former
            .is_some_and(|former| matches!(former.state.stage(), Some(Stage::Confirmed { .. })));
        if was_confirmed && package.lock().is_none() {
            if by.function != Function::Api {
                self.report("S8: nothing that was taken is repeated by itself", of);
            }
            let label = package.label.as_ref().map(|label| label.id.as_str());
            self.nothing_there(parcel, label, None);
        }
        if is_overdue(by, package) {
            self.report("S7: a look is dropped after two hours, a person's after a day", of);
        }
    }

    /// What is wrong with a claim of a parcel that has not moved (rules S2 and S11).
    pub(super) fn wrong_without_movement(
        &self,
        by: &Sandbox,
        saved: SavedPackage<'_>,
        label: &Label,
    ) -> Option<&'static str> {
        let SavedPackage { parcel, order, package, .. } = saved;
        let (now, watch) = (by.world_now().plus(APART), label.terms.watch);
        let (due, until, is_wanted): (_, _, fn(&Partner) -> bool) = match package.lock()?.proof {
            Proof::Deadline { by } if watch.deadline.action() == DeadlineAction::Send => {
                if ship_by(order, package) != Some(by) {
                    return Some("S2: what is sent by a deadline has that ship-by");
                }
                let hours = SignedDuration::from_hours(i64::from(watch.deadline.warn_hours()));
                let sends = |partner: &Partner| partner.deadline.action() == DeadlineAction::Send;
                (by.minus(hours), Some(by), sends)
            }
            Proof::Wait => {
                let hours = SignedDuration::from_hours(i64::from(watch.or_after?.hours()));
                let from =
                    label.received_at.max(label.telling.ships_on.unwrap_or(label.received_at));
                (from.plus(hours), None, |partner: &Partner| partner.or_after.is_some())
            }
            _ => return Some("M1, M2, M4: nothing is sent before its movement"),
        };
        if !order.channel.facts().sends_late
            || matches!(order.channel, Channel::Groupon | Channel::UntilGone)
        {
            return Some("S2: nothing goes without a movement at Groupon and UntilGone");
        }
        if now < due {
            return Some("S2, S11: nothing goes without a movement before its time");
        }
        if !self.was_ever(by, parcel, is_wanted) {
            return Some("S2, S11: nothing goes without a movement that its partner does not want");
        }
        let is_in_time = |look: &&Look| {
            look.at.plus(APART) >= due.minus(SERVES)
                && until.is_none_or(|until| look.at < until.plus(ANSWERED_WITHIN))
        };
        let mut looks = self.orders[parcel.sale].looks.iter().filter(is_in_time).peekable();
        if looks.peek().is_none() {
            return Some("S2, S11: the channel is looked at before something goes");
        }
        // A parcel by hand has all lines, so that a look at any package shows it.
        looks
            .all(|look| look.is_foreign)
            .then_some("S7: nothing is sent over what a look shows as shipped by hand")
    }

    /// Whether an account's settings were so at any time since a run began.
    fn was_ever(&self, by: &Sandbox, parcel: ParcelId, is_so: fn(&Partner) -> bool) -> bool {
        let settings = &self.settings[self.orders[parcel.sale].account];
        let began = by.started_at.get();
        let first = settings.iter().rposition(|(since, _)| *since <= began).unwrap_or(0);
        settings[first..].iter().any(|(_, partner)| is_so(partner))
    }

    /// What is wrong with whether a claim is to be verified (rule S8).
    pub(super) fn wrong_verification(
        &self,
        by: &Sandbox,
        saved: SavedPackage<'_>,
    ) -> Option<&'static str> {
        let lock = saved.package.lock()?;
        if lock.verify && !self.was_ever(by, saved.parcel, |partner| partner.verify) {
            return Some("S8: who wants no verification has none");
        }
        let is_amazon = saved.order.channel == Channel::Amazon;
        if lock.verify && !is_amazon {
            return Some("S8: only what Amazon takes is verified");
        }
        let is_wanted = !self.was_ever(by, saved.parcel, |partner| !partner.verify);
        (is_amazon && is_wanted && !lock.verify).then_some("S8: what Amazon takes is verified")
    }

    /// What is wrong with what is shown in the end of what was taken and not stored (rule S8), and of what waits (rule S11).
    pub(super) fn wrong_look_in_the_end(
        &self,
        parcel: ParcelId,
        order: &Order,
        (id, package): (&PackageId, &Package),
    ) -> Option<&'static str> {
        let is_accepted =
            matches!(package.state.stage(), Some(Stage::Confirmed { by: Evidence::Accepted, .. }));
        let label = locked(package)?;
        let current = package.label.as_ref().filter(|label| !package.voided.contains(&label.id));
        let is_sent = current.is_some_and(|current| {
            current.telling.tracking.key() == label.telling.tracking.key()
                && current.disputed.is_none()
        });
        let is_open = is_accepted
            && package.lock().is_some_and(|lock| lock.verify)
            && is_sent
            && order.cancelled.is_none()
            && !self.has_cuts(parcel.sale)
            && package.looks.dropped.is_none()
            && !package.resolved.contains(&Mark::NotShown);
        let is_lost = self.record(parcel).is_some_and(|record| record.is_lost);
        let is_shown = attention(order, id).contains(&Attention::NotShown);
        (is_open && is_lost && !is_shown)
            .then_some("S8: what the channel took and does not show is shown")
    }
}

/// Whether a look that is not before a send is due for longer than it may, and was when the run began.
fn is_overdue(by: &Sandbox, package: &Package) -> bool {
    let Some(tried) = package.looks.due else { return false };
    let waits = package.label.as_ref().is_some_and(|label| {
        let watch = label.terms.watch;
        watch.deadline.action() == DeadlineAction::Send || watch.or_after.is_some()
    });
    let after = match package.looks.asked_for {
        Some(_) => A_PERSONS_DROPPED_AFTER,
        None => DROPPED_AFTER,
    };
    !waits && tried.since().plus(after) <= by.started_at.get()
}
