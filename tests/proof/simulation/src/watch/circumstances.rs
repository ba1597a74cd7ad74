//! What must hold of an account that is paused, or that observes. Rules A1 and A3.
//!
//! What counts is what the account had set, and since when.

use super::{ParcelId, SavedPackage, Watch};
use crate::world::Sandbox;
use domain::{Mode, Moment, Partner, State};

/// What is on its way to a marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// It changes something there.
    Submission,
    /// It asks what is there.
    Read,
}

impl Watch {
    /// Something is about to leave for an account's marketplace. What an account had set when the run began, and has still, the run
    /// must have read.
    pub fn leaves(&mut self, by: &Sandbox, account: usize, what: Leaving) {
        let of = || format!("{what:?} of account {account}");
        if self.is_so_all_along(by, account, |partner| partner.paused.is_some()) {
            self.report("A1: nothing leaves for a paused partner", of);
        }
        let observes = |partner: &Partner| partner.mode == Mode::Observe;
        if what == Leaving::Submission && self.is_so_all_along(by, account, observes) {
            self.report("A3: nothing is sent for a partner that observes", of);
        }
    }

    /// Whether this holds of the account since the run began, or before.
    fn is_so_all_along(
        &self,
        by: &Sandbox,
        account: usize,
        is_so: impl Fn(&Partner) -> bool,
    ) -> bool {
        let settings = self.settings[account].iter().rev();
        let since: Option<Moment> =
            settings.take_while(|(_, partner)| is_so(partner)).map(|(since, _)| *since).last();
        since.is_some_and(|since| since <= by.started_at.get())
    }

    /// Whether the account ever observed.
    pub(super) fn has_observed(&self, sale: usize) -> bool {
        let account = self.orders[sale].account;
        self.settings[account].iter().any(|(_, partner)| partner.mode == Mode::Observe)
    }

    /// A package that was observed stays so until a person sends it; and it is none where its account never observed.
    pub(super) fn check_observed(&mut self, saved: SavedPackage<'_>) {
        let SavedPackage { parcel: ParcelId { sale, package: id }, former, order, package, .. } =
            saved;
        let of = || format!("package {id} of {}", order.key);
        let was = former.and_then(|former| former.state.observed());
        match &package.state {
            State::Observed(observed) => {
                if !self.has_observed(sale) {
                    self.report("A3: nothing is observed but where the partner observes", of);
                }
                if was.is_some_and(|was| was.lock != observed.lock) {
                    self.report("A3: what was observed stays as it was", of);
                }
            }
            _ if was.is_some() && package.send_now.is_none() => {
                self.report("A3: what was observed is sent by a person alone", of);
            }
            _ => {}
        }
    }
}
