//! What must hold when a package is claimed, and when it is sent. Rules D1, I3, I4, L2, L4, L5, M1, M2, M4, T5 and T6.

use super::tellings::Known;
use super::{DismissedNumber, ParcelId, SavedClaim, SavedPackage, Watch, is_sending, locked};
use crate::plan::{Fact, PackedLine};
use crate::shops::Submission;
use crate::world::{Sandbox, TaskId};
use domain::{Confirming, Label, MissingImei, Moment, Order, Package, Timing};
use jiff::SignedDuration;

/// The most that two clocks may be apart.
const APART: SignedDuration = SignedDuration::from_secs(10);

const QUARANTINE: SignedDuration = SignedDuration::from_mins(15);

const WINDOW: SignedDuration = SignedDuration::from_mins(60);

fn is_sent_by_person(package: &Package, label: &Label) -> bool {
    package.send_now.as_ref().is_some_and(|send_now| send_now.label == label.id)
}

/// The current labels of an order's packages.
fn current(order: &Order) -> impl Iterator<Item = &Label> {
    order.packages.values().filter_map(|package| {
        package.label.as_ref().filter(|label| !package.voided.contains(&label.id))
    })
}

impl Watch {
    /// A run has claimed a package.
    pub(super) fn claimed(&mut self, by: &Sandbox, saved: SavedPackage<'_>) {
        let SavedPackage { parcel, before, former, order, package } = saved;
        self.claims += 1;
        let Some(label) = locked(package) else {
            self.report("a claim has a lock", || order.key.to_string());
            return;
        };
        let of =
            || format!("{} of {}, package {}", label.telling.tracking, order.key, parcel.package);
        if before.is_some_and(|before| before.packages.values().any(|package| is_sending(package)))
        {
            self.report("one package of an order is sent at a time", of);
        }
        if package.hold.is_some() {
            self.report("T6: what a person holds is not sent", of);
        }
        let is_whole = order.channel.facts().confirming == Confirming::WholeOrder;
        if is_whole
            && order.packages.values().filter(|package| package.lock().is_some()).count() > 1
        {
            self.report("L5: one number per order", of);
        }
        let is_repeat = former.is_some_and(|former| former.lock().is_some());
        self.check_current(saved, label, is_repeat);
        if !is_repeat {
            self.check_due(by, saved, label);
            if let Some(rule) = self.wrong_verification(by, saved) {
                self.report(rule, of);
            }
        }
        let is_by_person = is_sent_by_person(package, label);
        let wrong = if is_by_person { None } else { self.wrong_claim(saved, is_repeat) };
        let wrong = wrong.or_else(|| if is_repeat { None } else { self.wrong_devices(saved) });
        if let Some(rule) = wrong {
            self.report(rule, of);
        }
        let claim = SavedClaim {
            nth: self.claims,
            task: by.task(),
            at: by.clock(),
            fence: package.fence,
            number: label.telling.tracking.as_str().to_owned(),
            label: label.id.to_string(),
            remaining: self.remaining(parcel.sale, Known::Surely),
            is_by_person,
            is_repeat,
        };
        if let Some(record) = self.record_mut(parcel) {
            record.claims.push(claim);
        }
    }

    /// No fact that was dealt with before may speak against the label.
    fn check_current(&mut self, saved: SavedPackage<'_>, label: &Label, is_repeat: bool) {
        let SavedPackage { parcel, order, package, .. } = saved;
        let number = parcel.package;
        let of = format!("{} of {}, package {number}", label.telling.tracking, order.key);
        let mut wrong = None;
        // A reprint keeps the number, so a repeat of the number is still right.
        let is_reprinted = is_repeat && self.has_number(parcel, label.telling.tracking.as_str());
        if !is_reprinted {
            wrong = self.wrong_label(parcel, label);
        }
        for fact in self.handled_facts(parcel.sale) {
            match fact {
                Fact::Void { .. } if is_reprinted => {}
                Fact::Void { package: p, label: id, .. }
                    if *p == number && id == label.id.as_str() =>
                {
                    wrong = Some("L2: a voided label is not sent");
                }
                Fact::Cancel { .. } => {
                    let is_meant = is_sent_by_person(package, label)
                        || is_repeat && package.lock().is_some_and(|l| l.despite_cancel);
                    if !is_meant {
                        wrong = Some("L4: a cancelled order is not sent");
                    }
                }
                Fact::Void { .. }
                | Fact::Label(_)
                | Fact::BadLabel { .. }
                | Fact::HugeLabel { .. }
                | Fact::CancelLines { .. }
                | Fact::Updated { .. }
                | Fact::Scan { .. }
                | Fact::Entered { .. } => {}
            }
        }
        if wrong.is_none() && is_repeat && self.is_surely_disputed(parcel) {
            wrong = Some("L7: nothing of a disputed label is repeated");
        }
        if wrong.is_none() && !is_repeat && self.former_moves(order, parcel, label) {
            wrong = Some("L8: nothing is sent while a former label's parcel moves");
        }
        if let Some(rule) = wrong {
            self.report(rule, || of);
        }
    }

    /// A package that is claimed for the first time must be due.
    fn check_due(&mut self, by: &Sandbox, saved: SavedPackage<'_>, label: &Label) {
        let SavedPackage { parcel, order, package, .. } = saved;
        let sale = parcel.sale;
        if is_sent_by_person(package, label) {
            return;
        }
        let of =
            || format!("{} of {}, package {}", label.telling.tracking, order.key, parcel.package);
        if is_sent_by_person(package, label) {
            if !self.is_sent_as_seen(parcel, label) {
                self.report("L7: what a person sends is the telling they saw", of);
            }
            return;
        }
        let settings = self.settings[self.orders[sale].account].iter();
        let timings: Vec<(Moment, Timing)> =
            settings.map(|(since, partner)| (*since, partner.timing)).collect();
        let was_never_all_along =
            timings.iter().rev().find(|(since, _)| *since <= by.started_at.get()).is_some_and(
                |(since, timing)| {
                    *timing == Timing::Never && timings.last() == Some(&(*since, *timing))
                },
            );
        if was_never_all_along || label.timing() == Timing::Never {
            self.report("T5: `never` stops what is not claimed", of);
        }
        if self.has_missed_never(by, sale, &timings) {
            self.report("T5: `never` is looked at after all that takes time", of);
        }
        let left_never = timings.windows(2).rev().find_map(|pair| match pair {
            [(_, Timing::Never), (until, _)] if *until <= by.started_at.get() => Some(*until),
            _ => None,
        });
        // Clocks may be apart, so only a label or a release that was clearly before counts.
        let released =
            self.record(parcel).and_then(|record| record.released.get(label.id.as_str())).copied();
        let since = released.map_or(label.received_at, |at| at.max(label.received_at));
        if left_never.is_some_and(|until| since < until.minus(APART)) {
            self.report("T5: leaving `never` releases nothing", of);
        }
        let has_moved = self.has_moved(&order.key, (label, &self.numbers_of(parcel, label)), None);
        if !has_moved && self.is_before_its_day(parcel, label, by.world_now()) {
            self.report("L10: nothing is sent before its day", of);
        }
        if let Some(rule) = self.why_not_yet(by, parcel, (label, has_moved)) {
            self.report(rule, of);
        }
        if label.terms.timing == Timing::WhenTrackingShowsMovement
            && !has_moved
            && let Some(rule) = self.wrong_without_movement(by, saved, label)
        {
            self.report(rule, of);
        }
        if self.lacks_devices(sale, order) {
            self.check_missing_imeis(by.world_now(), order, label);
        }
    }

    /// Whether the order surely lacks an IMEI or a serial number of a line that a current label names.
    fn lacks_devices(&self, sale: usize, order: &Order) -> bool {
        let is_named = |line: &PackedLine<'_>| {
            let mut items = current(order).flat_map(|label| &label.telling.items);
            items.any(|item| item.item_id.as_str() == line.id)
        };
        let sold = &self.plan.sales[sale];
        let mut lines = (1..=sold.packages).flat_map(|package| sold.lines_of(package));
        order.channel.facts().takes_imeis
            && lines.any(|line| is_named(&line) && self.surely_lacks(sale, order, &line))
    }

    /// Whether a run overlooked `never`: the timing was `never` when the run stopped waiting for a token or its turn, and is
    /// so still, so that a read of the partner after the wait would have shown it.
    ///
    /// Where a run works on several orders of the account at once, nobody knows which of them waited.
    fn has_missed_never(&self, by: &Sandbox, sale: usize, timings: &[(Moment, Timing)]) -> bool {
        let account = self.orders[sale].account;
        let of_account = |key: &&(TaskId, domain::OrderKey)| {
            let is_its =
                |order: &super::OrderRecord| order.key == key.1 && order.account == account;
            key.0 == by.task() && self.orders.iter().any(is_its)
        };
        if by.is_excused() || self.at_work.iter().filter(of_account).count() != 1 {
            return false;
        }
        let now = by.world_now();
        let waits = self.waited.get(&(by.task(), account)).into_iter().flatten();
        let waited = waits.filter(|until| **until <= now).max();
        matches!(
            (timings.last(), waited),
            (Some((since, Timing::Never)), Some(until)) if since < until
        )
    }

    /// The confirmation may go without the IMEIs that are missing.
    fn check_missing_imeis(&mut self, now: Moment, order: &Order, label: &Label) {
        let of = || format!("{} of {}", label.telling.tracking, order.key);
        if label.terms.imei.is_some_and(|terms| terms.missing == MissingImei::Hold) {
            self.report("I4: missing IMEIs hold", of);
        }
        // A time ahead of its receipt is taken as the receipt.
        let made = |label: &Label| label.telling.labeled_at.min(label.received_at);
        let earliest = current(order).map(made).min();
        let waits = label.terms.timing == Timing::WhenTrackingIsAssigned;
        if waits && earliest.is_some_and(|at| now < at.plus(WINDOW).minus(APART)) {
            self.report("I3: IMEIs are waited for", of);
        }
    }

    /// Whether a person dismissed the former number that a run has read, for the label that the run claimed.
    fn may_replace_former(&self, parcel: ParcelId, by: TaskId) -> bool {
        let read = self.record(parcel).and_then(|record| record.former_read_by.get(&by));
        read.is_none_or(|number| self.is_dismissed(parcel, number))
    }

    /// Whether a person dismissed this former number for the label that was claimed last.
    pub(super) fn is_dismissed(&self, parcel: ParcelId, number: &str) -> bool {
        let Some(record) = self.record(parcel) else { return false };
        let claimed = record.claims.last().map(|claim| claim.label.as_str());
        let is_it =
            |word: &DismissedNumber| Some(word.label.as_str()) == claimed && word.number == number;
        record.dismissed.as_ref().is_some_and(is_it)
    }

    /// A confirmation may be sent beside those that were sent before.
    pub(super) fn check_submission(
        &mut self,
        parcel: ParcelId,
        submission: &Submission,
        by: TaskId,
        now: Moment,
    ) {
        let is_safe = self.is_repeat_safe(parcel.sale);
        let Some(record) = self.record(parcel) else { return };
        let mut others =
            record.sent.iter().filter(|sent| !(is_safe && sent.submission.body == submission.body));
        let is_doubled = others.clone().any(|sent| sent.is_applied || sent.is_pending(now));
        let is_repeated_blindly = others.any(|sent| {
            let is_absent = sent.reads_since >= 3 && now.since(sent.at) >= QUARANTINE - APART;
            !(sent.is_proven || is_absent)
        });
        let of =
            format!("{} of {}, package {}", submission.number, submission.order, parcel.package);
        if record.foreign_is_known || record.foreign_read_by.contains(&by) {
            self.report("nothing is sent after another's number was read", || of);
        } else if !self.may_replace_former(parcel, by) {
            self.report("nothing goes over a former number that no person spoke of", || of);
        } else if is_doubled {
            self.report("D1: nothing is sent beside what was, or may still be, applied", || of);
        } else if is_repeated_blindly {
            self.report("D1: a second submission only on proof", || of);
        }
    }
}
