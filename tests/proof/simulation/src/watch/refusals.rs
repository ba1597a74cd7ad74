//! What must hold when a partner is stopped: its account was refused, and not one of its orders alone. Rule D5.

use super::Watch;
use domain::{Channel, Partner};
use std::collections::BTreeSet;

/// So many orders that are refused in a row stop their partner.
const REFUSED_ORDERS: usize = 3;

/// The refusals of credentials so far.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// The accounts that were refused themselves: when they were asked for, or a token for them.
    accounts: BTreeSet<usize>,
    /// The orders that were refused, with their accounts.
    orders: BTreeSet<(usize, String)>,
}

impl Watch {
    /// A marketplace refuses an account.
    pub fn account_refused(&mut self, account: usize) {
        self.refusals.accounts.insert(account);
    }

    /// A marketplace refuses the submission of an order as if for its credentials.
    pub fn order_refused(&mut self, account: usize, order: &str) {
        self.refusals.orders.insert((account, order.to_owned()));
    }

    /// A partner is stopped.
    pub fn stops(&mut self, partner: &Partner) {
        let is_it = |account: &crate::plan::Account| {
            (&account.partner.seller, &account.partner.id) == (&partner.seller, &partner.id)
        };
        let Some(account) = self.plan.accounts.iter().position(is_it) else { return };
        let can_be_asked = self.plan.accounts[account].channel != Channel::UntilGone;
        let orders = self.refusals.orders.iter().filter(|(of, _)| *of == account).count();
        if can_be_asked && orders < REFUSED_ORDERS && !self.refusals.accounts.contains(&account) {
            let details = format!("{}/{}, {orders} orders refused", partner.seller, partner.id);
            self.report("D5: a partner is stopped for its account", || details);
        }
    }
}
