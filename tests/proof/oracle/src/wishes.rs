//! The buyer's wish to cancel. Rule S5.

use crate::facts::Wish;
use crate::inputs::Ms;
use crate::order::Order;
use crate::states::{Parcel, StateKind};

impl Order {
    /// When the wish was told that stands, and that no person refused for the package.
    pub(crate) fn open_wish(&self, parcel: &Parcel) -> Option<Ms> {
        let Wish { is_wished, told } = self.facts.wish()?;
        // "until a wish of a later `updated_at` is told"
        let is_refused = parcel.refused_wish.is_some_and(|refused| told <= refused);
        (is_wished && !is_refused).then_some(told)
    }

    /// The wish that stands although the package was claimed. A person who sent it knew of the wishes before.
    pub(crate) fn late_wish(&self, parcel: &Parcel) -> Option<Ms> {
        let known = parcel.lock.as_ref()?.despite_wish;
        self.open_wish(parcel).filter(|told| known.is_none_or(|known| known < *told))
    }

    /// The wish that people see at the package: it holds it, or marks it.
    pub(crate) fn shown_wish(&self, parcel: &Parcel) -> Option<Ms> {
        match parcel.state_kind() {
            StateKind::HeldWish => self.open_wish(parcel),
            StateKind::Closed => None,
            _ => self.late_wish(parcel),
        }
    }
}
