//! Where the rules leave room (jitter), the product's choice is taken over once it is found to be within it.

use crate::model::Order;
use crate::names::NAMES;
use crate::names::millis;
use crate::stand::{LineStand, Rings, Stand, When};
use domain::{Attempt, LineState, Moment, Pending};

/// The oracle's order with the product's choices.
pub fn adopt(order: &mut Order, product: &domain::Order) {
    for (parcel, package) in order.parcels.iter_mut().zip(product.packages.values()) {
        if let (
            Stand::Ready { not_before: Some(when), rings, .. },
            Some(Pending { not_before: Some(then), ring }),
        ) = (&mut parcel.stand, package.state.pending())
        {
            take(when, rings, (*then, ring.next));
        }
        for line in &mut parcel.lines {
            if let (
                LineStand::Pending { not_before: Some(when), rings },
                Some(LineState::Open(Attempt::Pending(Pending { not_before: Some(then), ring }))),
            ) = (
                &mut line.stand,
                package.lines.get(&NAMES.items[line.item]).map(|line| &line.state),
            ) {
                take(when, rings, (*then, ring.next));
            }
        }
    }
}

fn take(when: &mut When, rings: &mut Rings, (then, ring): (Moment, Moment)) {
    *when = When::exactly(millis(then));
    rings.next = When::exactly(millis(ring));
}
