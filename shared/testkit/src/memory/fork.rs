//! Worlds beside each other: one to try something in, and one to compare it with.

use super::Memory;
use domain::SellerId;

impl Memory {
    /// Another world with the same orders, partners, tracking numbers and secrets in it, and nothing under way: what is
    /// done there is not done here.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self::with(self.0.now.get(), self.0.table.clone())
    }

    /// Whether both worlds have the same orders, partners and tracking numbers of a seller.
    pub fn is_same_of(&self, other: &Self, seller: &SellerId) -> bool {
        let (orders, theirs) = (self.0.table.orders.borrow(), other.0.table.orders.borrow());
        let of_seller = orders.iter().filter(|(key, _)| key.seller == *seller);
        let is_same_order = of_seller.map(|(key, row)| (key, &row.stored)).eq(theirs
            .iter()
            .filter(|(key, _)| key.seller == *seller)
            .map(|(key, row)| (key, &row.stored)));
        let (partners, theirs) = (self.0.table.partners.borrow(), other.0.table.partners.borrow());
        let is_same_partner = partners
            .iter()
            .filter(|((of, _), _)| of == seller)
            .eq(theirs.iter().filter(|((of, _), _)| of == seller));
        let (trackings, theirs) =
            (self.0.table.trackings.borrow(), other.0.table.trackings.borrow());
        let is_same_tracking = trackings
            .iter()
            .filter(|((of, _), _)| of == seller)
            .eq(theirs.iter().filter(|((of, _), _)| of == seller));
        is_same_order && is_same_partner && is_same_tracking
    }
}
