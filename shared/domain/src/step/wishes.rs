//! Rule S5: the buyer's wish to cancel. It holds what is not sent, until it is taken back or a person refuses it.

use crate::guard::{Guard, guarded};
use crate::{Order, Package, RefusedWish, Wish};

/// The wish that no person has refused for the package.
pub(super) fn open_wish(order: &Order, package: &Package) -> Option<Wish> {
    let wish = order.wish.filter(|wish| wish.is_wished)?;
    let is_refused =
        |told: &RefusedWish| wish.at <= told.told_at || !guarded(Guard::LateWishHoldsAgain);
    (!package.refused_wish.as_ref().is_some_and(is_refused)).then_some(wish)
}

/// The wish that is open although the package was sent. What a person sent in spite of a wish is not marked for it.
pub(super) fn late_wish(order: &Order, package: &Package) -> Option<Wish> {
    let despite = package.lock()?.despite_wish;
    open_wish(order, package).filter(|wish| despite.is_none_or(|at| at < wish.at))
}
