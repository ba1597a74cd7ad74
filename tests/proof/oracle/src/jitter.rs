//! Where the rules allow jitter, the oracle takes over the product's choice once that is found to be within the rules.

use crate::names::{NAMES, millis};
use crate::order::Order;
use crate::states::{ImeiState, PackageState, SweepRings, TimeRange};
use domain::{Attempt, LineState, Pending};

/// Gives the oracle's order the moments that the product chose.
pub fn take_over_moments(order: &mut Order, product: &domain::Order) {
    for (parcel, package) in order.parcels.iter_mut().zip(product.packages.values()) {
        if let (PackageState::Ready { not_before: Some(ours), rings, .. }, Some(theirs)) =
            (&mut parcel.state, package.state.pending())
        {
            take_over(ours, rings, theirs);
        }
        for line in &mut parcel.lines {
            let theirs = package.lines.get(&NAMES.items[line.item]).map(|line| &line.state);
            if let (
                ImeiState::Pending { not_before: Some(ours), rings },
                Some(LineState::Open(Attempt::Pending(theirs))),
            ) = (&mut line.state, theirs)
            {
                take_over(ours, rings, theirs);
            }
        }
    }
}

fn take_over(ours: &mut TimeRange, rings: &mut SweepRings, theirs: &Pending) {
    let Some(not_before) = theirs.not_before else { return };
    *ours = TimeRange::exactly(millis(not_before));
    rings.next = TimeRange::exactly(millis(theirs.ring.next));
}
