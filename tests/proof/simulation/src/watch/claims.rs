//! What must hold when a package is claimed, and when it is sent: rules D1, I3, I4, L2, L4, L5, M1, M2, M4, T5 and T6,
//! said again.

use super::{Claimed, Seen, Watch, is_sending, locked};
use crate::plan::Fact;
use crate::shops::Told;
use crate::world::{Sandbox, TaskId};
use domain::{Confirming, Label, MissingImei, Moment, Order, Package, Timing};
use jiff::SignedDuration;
use testkit::START;

/// How much two clocks may be apart.
const APART: SignedDuration = SignedDuration::from_secs(10);

const QUARANTINE: SignedDuration = SignedDuration::from_mins(15);

const WINDOW: SignedDuration = SignedDuration::from_mins(60);

fn is_sent_by_person(package: &Package, label: &Label) -> bool {
    package.send_now.as_ref().is_some_and(|send_now| send_now.label == label.id)
}

/// The labels that count.
fn current(order: &Order) -> impl Iterator<Item = &Label> {
    order.packages.values().filter_map(|package| {
        package.label.as_ref().filter(|label| !package.voided.contains(&label.id))
    })
}

/// Whether a phone in the order has not exactly one IMEI.
fn lacks_imeis(order: &Order) -> bool {
    let has_one = |id: &domain::ItemId| order.imeis.get(id).is_some_and(|l| l.imeis.len() == 1);
    order.channel.facts().takes_imeis
        && current(order)
            .flat_map(|label| &label.items)
            .any(|item| item.requires_imei && !has_one(&item.item_id))
}

impl Watch {
    pub(super) fn claimed(
        &mut self,
        by: &Sandbox,
        (sale, number): (usize, u8),
        (before, former): (Option<&Order>, Option<&Package>),
        (order, package): (&Order, &Package),
    ) {
        self.claims += 1;
        let Some(label) = locked(package) else {
            self.is_wrong("a claim has a lock", || order.key.to_string());
            return;
        };
        let of = || format!("{} of {}, package {number}", label.tracking, order.key);
        if before.is_some_and(|before| before.packages.values().any(|package| is_sending(package)))
        {
            self.is_wrong("one package of an order is sent at a time", of);
        }
        if package.hold.is_some() {
            self.is_wrong("T6: what a person holds is not sent", of);
        }
        let is_whole = order.channel.facts().confirming == Confirming::WholeOrder;
        if is_whole
            && order.packages.values().filter(|package| package.lock().is_some()).count() > 1
        {
            self.is_wrong("L5: one number per order", of);
        }
        let is_repeat = former.is_some_and(|former| former.lock().is_some());
        self.is_current((sale, number), (order, package, is_repeat), label);
        if !is_repeat {
            self.is_due(by, (sale, number), (order, package), label);
        }
        let claim = Claimed {
            nth: self.claims,
            task: by.task(),
            at: by.clock(),
            fence: package.fence,
            number: label.tracking.as_str().to_owned(),
            label: label.id.to_string(),
        };
        if let Some(seen) = self.orders[sale].packages.get_mut(&number) {
            seen.claims.push(claim);
        }
    }

    /// Nothing that was dealt with before speaks against the label.
    fn is_current(
        &mut self,
        (sale, number): (usize, u8),
        (order, package, is_repeat): (&Order, &Package, bool),
        label: &Label,
    ) {
        let of = format!("{} of {}, package {number}", label.tracking, order.key);
        let mut wrong = None;
        // A reprint has the same number: what is repeated is still the package's.
        let is_reprinted = is_repeat && self.is_number((sale, number), label.tracking.as_str());
        for fact in self.handled_facts(sale) {
            match fact {
                Fact::Void { .. } | Fact::Label(_) if is_reprinted => {}
                Fact::Void { package: p, label: id, .. }
                    if *p == number && id == label.id.as_str() =>
                {
                    wrong = Some("L2: a voided label is not sent");
                }
                Fact::Label(other) if other.package == number => {
                    let at = START.plus(SignedDuration::from_millis(other.labeled_at));
                    if (at, other.label.as_str()) > (label.labeled_at, label.id.as_str()) {
                        wrong = Some("L2: a replaced label is not sent");
                    }
                }
                Fact::Cancel { .. } => {
                    let is_meant = is_sent_by_person(package, label)
                        || is_repeat && package.lock().is_some_and(|l| l.despite_cancel);
                    if !is_meant {
                        wrong = Some("L4: a cancelled order is not sent");
                    }
                }
                Fact::Void { .. } | Fact::Label(_) | Fact::Scan { .. } | Fact::Imeis { .. } => {}
            }
        }
        if let Some(rule) = wrong {
            self.is_wrong(rule, || of);
        }
    }

    /// Whether the latest label that was dealt with, if it is not voided, has this number.
    fn is_number(&self, (sale, package): (usize, u8), tracking: &str) -> bool {
        let labels = self.handled_facts(sale).filter_map(|fact| match fact {
            Fact::Label(label) if label.package == package => Some(label),
            _ => None,
        });
        let latest = labels.max_by_key(|label| (label.labeled_at, label.label.clone()));
        let is_void = |id: &str| {
            self.handled_facts(sale).any(|fact| {
                matches!(fact, Fact::Void { package: of, label, .. } if *of == package && label == id)
            })
        };
        latest.is_some_and(|label| label.number == tracking && !is_void(&label.label))
    }

    /// What is claimed for the first time is due.
    fn is_due(
        &mut self,
        by: &Sandbox,
        (sale, number): (usize, u8),
        (order, package): (&Order, &Package),
        label: &Label,
    ) {
        if is_sent_by_person(package, label) {
            return;
        }
        let of = || format!("{} of {}, package {number}", label.tracking, order.key);
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
            self.is_wrong("T5: `never` stops what is not claimed", of);
        }
        if self.has_missed_never(by, sale, &timings) {
            self.is_wrong("T5: `never` is looked at after all that takes time", of);
        }
        let left_never = timings.windows(2).rev().find_map(|pair| match pair {
            [(_, Timing::Never), (until, _)] if *until <= by.started_at.get() => Some(*until),
            _ => None,
        });
        // Clocks may be apart; what was labelled, or let go by a person, clearly before is meant.
        let seen = self.orders[sale].packages.get(&number);
        let let_go = seen.and_then(|seen| seen.let_go.get(label.id.as_str())).copied();
        let since = let_go.map_or(label.received_at, |at| at.max(label.received_at));
        if left_never.is_some_and(|until| since < until.minus(APART)) {
            self.is_wrong("T5: leaving `never` releases nothing", of);
        }
        let has_moved = self.has_moved(&order.key, label, None);
        if label.terms.timing == Timing::WhenTrackingShowsMovement && !has_moved {
            self.is_wrong("M1, M2, M4: nothing is sent before its movement", of);
        }
        if lacks_imeis(order) {
            self.may_go_without(by.world_now(), order, label);
        }
    }

    /// Whether `never` was there when a run stopped waiting for a token or its turn, and is there still: a read of the
    /// partner after that would have shown it. Where a run works on several orders of the account at once, nobody knows
    /// which of them waited.
    fn has_missed_never(&self, by: &Sandbox, sale: usize, timings: &[(Moment, Timing)]) -> bool {
        let account = self.orders[sale].account;
        let of_account = |key: &&(TaskId, domain::OrderKey)| {
            let is_its = |order: &super::Watched| order.key == key.1 && order.account == account;
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

    fn may_go_without(&mut self, now: Moment, order: &Order, label: &Label) {
        let of = || format!("{} of {}", label.tracking, order.key);
        if label.terms.imei.is_some_and(|terms| terms.missing == MissingImei::Hold) {
            self.is_wrong("I4: missing IMEIs hold", of);
        }
        let earliest = current(order).map(|label| label.labeled_at).min();
        let waits = label.terms.timing == Timing::WhenTrackingIsAssigned;
        if waits && earliest.is_some_and(|at| now < at.plus(WINDOW).minus(APART)) {
            self.is_wrong("I3: IMEIs are waited for", of);
        }
    }

    /// Whether what a run has read of a former number is what a person said, of the label that it claimed.
    fn may_replace_former(&self, (sale, package): (usize, u8), by: TaskId) -> bool {
        let seen = &self.orders[sale].packages[&package];
        seen.former_read_by.get(&by).is_none_or(|number| self.is_said((sale, package), number))
    }

    /// Whether a person said of the label that was claimed last that this former number is nothing.
    pub(super) fn is_said(&self, (sale, package): (usize, u8), number: &str) -> bool {
        let seen = &self.orders[sale].packages[&package];
        let claimed = seen.claims.last().map(|claim| claim.label.as_str());
        seen.said
            .as_ref()
            .is_some_and(|(label, said)| Some(label.as_str()) == claimed && said == number)
    }

    /// Whether a confirmation may be sent, in view of those sent before.
    pub(super) fn may_be_sent(
        &mut self,
        (sale, package): (usize, u8),
        told: &Told,
        (by, now): (TaskId, Moment),
    ) {
        let is_safe = self.is_repeat_safe(sale);
        let seen: &Seen = &self.orders[sale].packages[&package];
        let mut others = seen.sent.iter().filter(|sent| !(is_safe && sent.told.body == told.body));
        let is_doubled = others.clone().any(|sent| sent.is_applied || sent.is_pending(now));
        let is_repeated_blindly = others.any(|sent| {
            let is_absent = sent.reads_since >= 3 && now.since(sent.at) >= QUARANTINE - APART;
            !(sent.is_proven || is_absent)
        });
        let of = format!("{} of {}, package {package}", told.number, told.order);
        if seen.foreign_is_known || seen.foreign_read_by.contains(&by) {
            self.is_wrong("nothing is sent after another's number was read", || of);
        } else if !self.may_replace_former((sale, package), by) {
            self.is_wrong("nothing goes over a former number that no person spoke of", || of);
        } else if is_doubled {
            self.is_wrong("D1: nothing is sent beside what was, or may still be, applied", || of);
        } else if is_repeated_blindly {
            self.is_wrong("D1: a second submission only on proof", || of);
        }
    }
}
