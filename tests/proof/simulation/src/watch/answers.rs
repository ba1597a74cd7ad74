//! What must hold of the answer that a run has: it counts, and it is not lost while there is time to save it.

use super::{ParcelId, SavedPackage, Watch, is_sending};
use crate::shops::{Submission, applies};
use crate::world::{Sandbox, TaskId};
use channels::Answer;
use domain::{Attempt, Channel, Stage};
use jiff::SignedDuration;

/// A run that loses its answer is at fault only when this much of its time was left: enough for the longest wait before a
/// save, and for a save that takes long.
const TIME_TO_SAVE: SignedDuration = SignedDuration::from_secs(25);

/// What the status of an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatusMeaning {
    /// The status alone says that the submission was applied.
    Applied,
    /// The status alone says that the submission was not applied.
    NotApplied,
    /// The status alone says nothing.
    Open,
}

impl StatusMeaning {
    fn of(channel: Channel, status: u16) -> Self {
        match status {
            401 | 429 => Self::NotApplied,
            other if applies(channel, other) => Self::Applied,
            _ => Self::Open,
        }
    }
}

impl Watch {
    /// A run has the answer to a confirmation.
    pub fn answered(
        &mut self,
        by: &Sandbox,
        account: usize,
        submission: &Submission,
        answer: &Answer,
    ) {
        let Some(sale) = self.sale(account, &submission.order) else { return };
        let meaning = StatusMeaning::of(self.plan.accounts[account].channel, answer.status);
        let is_its = |of: &super::PackageRecord| {
            of.sent
                .last()
                .is_some_and(|sent| sent.task == by.task() && sent.submission == *submission)
        };
        let packages = self.orders[sale].packages.iter();
        let of: Vec<u8> = packages.filter(|(_, of)| is_its(of)).map(|(id, _)| *id).collect();
        // Where two parcels made equal requests, nobody knows whose answer this is.
        if let [package] = of.as_slice() {
            let parcel = ParcelId { sale, package: *package };
            self.answers.insert((by.task(), parcel), meaning);
        }
    }

    /// A run waits until then for a token or a turn of an account.
    pub fn waits(&mut self, by: &Sandbox, account: usize, until: domain::Moment) {
        self.waited.entry((by.task(), account)).or_default().push(until);
    }

    /// A run has saved a package: if that ends a submission, the state must be what the answer's status says.
    pub(super) fn answer_saved(&mut self, by: &Sandbox, saved: SavedPackage<'_>) {
        let SavedPackage { parcel, package, .. } = saved;
        if !saved.former.is_some_and(is_sending) || is_sending(package) {
            return;
        }
        let Some(meaning) = self.answers.remove(&(by.task(), parcel)) else { return };
        if by.is_excused() {
            return;
        }
        // A claim whose run ended before its request leaves a doubt, too: what follows it is a repeat.
        let is_first = self
            .record(parcel)
            .is_some_and(|record| record.sent.len() == 1 && record.claims.len() == 1);
        let is_right = match meaning {
            StatusMeaning::Applied => {
                matches!(package.state.stage(), Some(Stage::Confirmed { .. }))
            }
            // The answer to a repeat says nothing of the submission before it.
            StatusMeaning::NotApplied => {
                !is_first
                    || !matches!(
                        package.state.stage(),
                        Some(Stage::Open(Attempt::InDoubt(_)) | Stage::Unresolved { .. })
                    )
            }
            StatusMeaning::Open => true,
        };
        if !is_right {
            let details = format!("{meaning:?}, and {:?} of {}", package.state, saved.order.key);
            self.report("D3: what an answer's status says is not in doubt", || details);
        }
    }

    /// A run is over, and this much of its time is left.
    pub fn is_over(&mut self, by: &Sandbox, left: SignedDuration) {
        let first = ParcelId { sale: 0, package: 0 };
        let of_run = |task: TaskId| (task, first)..(task + 1, first);
        let lost: Vec<_> =
            self.answers.range(of_run(by.task())).map(|(key, meaning)| (*key, *meaning)).collect();
        for ((task, parcel), meaning) in lost {
            self.answers.remove(&(task, parcel));
            if left >= TIME_TO_SAVE && !by.is_excused() {
                let key = &self.orders[parcel.sale].key;
                let details = format!("{meaning:?} of {key}, package {}", parcel.package);
                self.report("an outcome that is known is saved while there is time", || details);
            }
        }
    }
}
