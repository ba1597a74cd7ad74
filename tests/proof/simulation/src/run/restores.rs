//! The table is backed up, and restored (rule A2).

use super::Simulation;
use crate::plan::{Fact, MINUTE, What as Happens};
use crate::world::{Function, What};
use domain::Moment;
use jiff::SignedDuration;

/// For how long senders and the sweep are off. It is longer than any request is under way, and than most events need.
const OFF_FOR: SignedDuration = SignedDuration::from_hours(2);

/// How long after the ones before it the next kind of events is replayed.
const APART_MS: i64 = 30 * MINUTE;

/// Events that take something back come before labels, and labels before scans.
const fn turn(fact: &Fact) -> i64 {
    match fact {
        Fact::Void { .. }
        | Fact::Cancel { .. }
        | Fact::CancelLines { .. }
        | Fact::Updated { .. }
        | Fact::Entered { .. } => 0,
        Fact::Label(_) | Fact::BadLabel { .. } | Fact::HugeLabel { .. } => 1,
        Fact::Scan { .. } => 2,
    }
}

impl Simulation {
    pub(super) fn back_up(&self) {
        self.world.note(|| "the table is backed up".to_owned());
        *self.world.backup.borrow_mut() = Some(self.world.table.clone());
        self.world.watch.borrow_mut().table_backed_up();
    }

    /// Stops everything, restores the table, replays what was on the bus, and starts the senders and the sweep once that is done.
    pub(super) fn restore(&mut self) {
        let Some(backup) = self.world.backup.take() else { return };
        let now = self.world.now();
        let restored_at = now.plus(OFF_FOR);
        self.world.note(|| "the table is restored".to_owned());
        self.world.coverage.borrow_mut().happening("the table is restored");
        for task in 0..self.tasks.len() {
            self.drop_task(task, true);
        }
        self.senders.clear();
        self.world.table.restore(&backup);
        self.world.restored_at.set(Some(restored_at));
        self.world.watch.borrow_mut().table_restored(restored_at);
        self.replay(now);
    }

    /// Puts every event that was on the bus there once more, in the order of the runbook.
    fn replay(&mut self, now: Moment) {
        for (place, happening) in self.world.plan.happenings.iter().enumerate() {
            let Happens::Event(fact, _) = &happening.what else { continue };
            if !self.world.watch.borrow().was_on_the_bus(place) {
                continue;
            }
            let body = fact.body(&self.world.plan.sales, &self.world.plan.accounts);
            self.deliveries.push((Function::of_event(fact.kind()), body, place));
            let after = turn(fact) * APART_MS + self.world.throw(0, MINUTE);
            let at = now.plus(SignedDuration::from_millis(after));
            self.world.agenda.put(at, What::Delivery(self.deliveries.len() - 1));
        }
    }

    /// Until when senders and the sweep are off, once the table was restored.
    pub(super) fn off_until(&self) -> Option<Moment> {
        self.world.restored_at.get()
    }
}
