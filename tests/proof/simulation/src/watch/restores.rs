//! What must hold once the table was restored: what may have been sent before is asked for first (rule A2).

use super::{PackageRecord, ParcelId, Watch};
use crate::plan::{Fact, What};
use domain::{Confirming, Moment};
use jiff::SignedDuration;

/// The most that two clocks may be apart.
const APART: SignedDuration = SignedDuration::from_secs(10);

const QUARANTINE: SignedDuration = SignedDuration::from_mins(15);

impl Watch {
    /// The table is backed up.
    pub fn table_backed_up(&mut self) {
        for record in self.orders.iter_mut().flat_map(|order| order.packages.values_mut()) {
            record.unlabelled_at_backup = record.unlabelled.clone();
        }
    }

    /// The table is restored: nothing that was dealt with since its backup is known to anybody but the marketplaces, and all of it is told
    /// again. The senders begin again at this moment.
    pub fn table_restored(&mut self, restored_at: Moment) {
        self.restored_at = Some(restored_at);
        self.handled.fill(None);
        self.kept.clear();
        self.to_be_saved.clear();
        self.at_work.clear();
        self.answers.clear();
        self.waited.clear();
        for record in self.orders.iter_mut().flat_map(|order| order.packages.values_mut()) {
            // Nobody waits for an answer any more.
            record.sent.iter_mut().for_each(|sent| sent.reads_since = 0);
            record.absent_since_restore = 0;
            record.unlabelled = record.unlabelled_at_backup.take();
        }
    }

    /// Whether an event was on the bus by now.
    pub fn was_on_the_bus(&self, happening: usize) -> bool {
        self.on_the_bus[happening].is_some()
    }

    /// A2: a package of which a label was told before is sent only after three reads have shown nothing, and after the quarantine.
    pub(super) fn check_asked_first(&mut self, parcel: ParcelId, now: Moment) {
        let Some(restored_at) = self.restored_at else { return };
        let channel = self.plan.accounts[self.orders[parcel.sale].account].channel;
        let is_whole = channel.facts().confirming == Confirming::WholeOrder;
        let is_old = self.orders[parcel.sale].facts.iter().any(|index| {
            let is_before = self.on_the_bus[*index].is_some_and(|at| at < restored_at);
            let What::Event(Fact::Label(label), _) = &self.plan.happenings[*index].what else {
                return false;
            };
            is_before && !label.is_return && (is_whole || label.package == parcel.package)
        });
        let is_asked = |record: &PackageRecord| {
            record.absent_since_restore >= 3 && now.since(restored_at) >= QUARANTINE - APART
        };
        if is_old && !self.record(parcel).is_some_and(is_asked) {
            let key = self.orders[parcel.sale].key.clone();
            self.report("A2: what a restored table may have forgotten is asked for first", || {
                format!("{key}, package {}", parcel.package)
            });
        }
    }
}
