//! What must hold of what a run was told: it counts, and is not lost while there is time to save it.

use super::{Watch, is_sending};
use crate::shops::{Told, applies};
use crate::world::{Sandbox, TaskId};
use channels::Answer;
use domain::{Attempt, Channel, Package, Stage};
use jiff::SignedDuration;

/// So much of a run's time must be left for one that gives up what it was told: for a save that takes long, and the longest
/// wait before it.
const TIME_TO_SAVE: SignedDuration = SignedDuration::from_secs(25);

/// What a run was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// By its status alone: applied.
    Applied,
    /// By its status alone: not applied.
    NotApplied,
    /// Something else.
    Words,
}

impl Heard {
    fn by(channel: Channel, status: u16) -> Self {
        match status {
            401 | 429 => Self::NotApplied,
            other if applies(channel, other) => Self::Applied,
            _ => Self::Words,
        }
    }
}

impl Watch {
    /// A run has the answer to a confirmation.
    pub fn heard(&mut self, by: &Sandbox, (account, told): (usize, &Told), answer: &Answer) {
        let Some(sale) = self.sale(account, &told.order) else { return };
        let heard = Heard::by(self.plan.accounts[account].channel, answer.status);
        let is_its = |of: &super::Seen| {
            of.sent.last().is_some_and(|sent| sent.task == by.task() && sent.told == *told)
        };
        let packages = self.orders[sale].packages.iter();
        let of: Vec<u8> = packages.filter(|(_, of)| is_its(of)).map(|(id, _)| *id).collect();
        // Of two parcels with the very same request nobody knows whose answer it is.
        if let [package] = of.as_slice() {
            self.heard.insert((by.task(), sale, *package), heard);
        }
    }

    /// A run waits for something of an account until then.
    pub fn waits(&mut self, by: &Sandbox, account: usize, until: domain::Moment) {
        self.waited.entry((by.task(), account)).or_default().push(until);
    }

    /// A run has saved a package.
    pub(super) fn records(
        &mut self,
        by: &Sandbox,
        (sale, id): (usize, u8),
        former: &Package,
        package: &Package,
    ) {
        if !is_sending(former) || is_sending(package) {
            return;
        }
        let Some(heard) = self.heard.remove(&(by.task(), sale, id)) else { return };
        if by.is_excused() {
            return;
        }
        let is_first = self.orders[sale].packages[&id].sent.len() == 1;
        let is_right = match heard {
            Heard::Applied => matches!(package.state.stage(), Some(Stage::Confirmed { .. })),
            // Of a repeat it says nothing of the one before.
            Heard::NotApplied => {
                !is_first
                    || !matches!(
                        package.state.stage(),
                        Some(Stage::Open(Attempt::InDoubt(_)) | Stage::Unresolved { .. })
                    )
            }
            Heard::Words => true,
        };
        if !is_right {
            let what = format!("{heard:?}, and {:?} of {}", package.state, self.orders[sale].key);
            self.is_wrong("D3: what an answer's status says is not in doubt", || what);
        }
    }

    /// A run is over, and so much of its time is left.
    pub fn is_over(&mut self, by: &Sandbox, left: SignedDuration) {
        let of_run = |task: TaskId| (task, 0, 0)..(task + 1, 0, 0);
        let lost: Vec<_> = self.heard.range(of_run(by.task())).map(|(at, of)| (*at, *of)).collect();
        for ((task, sale, id), heard) in lost {
            self.heard.remove(&(task, sale, id));
            if left >= TIME_TO_SAVE && !by.is_excused() {
                let what = format!("{heard:?} of {}, package {id}", self.orders[sale].key);
                self.is_wrong("an outcome that is known is saved while there is time", || what);
            }
        }
    }
}
