//! Copies of a world: something is tried in one of them, and compared with the other.

use super::Memory;
use super::table::Row;
use domain::SellerId;
use std::collections::BTreeMap;

impl Memory {
    /// Makes another world with the same orders, partners, tracking numbers and secrets, where nothing is under way. What is done
    /// in one of the two is not done in the other.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self::with(self.0.clock.now(), self.0.table.clone())
    }

    /// Whether nothing of a seller was saved in either world since they were the same. Orders are compared by their versions,
    /// because every save counts the version up.
    pub fn is_same_of(&self, other: &Self, seller: &SellerId) -> bool {
        fn of<'a, I, K: 'a, V: 'a>(
            all: &'a BTreeMap<K, V>,
            seller: &'a SellerId,
            whose: fn(&K) -> &SellerId,
            what: fn(&'a V) -> I,
        ) -> impl Iterator<Item = (&'a K, I)> {
            let own = all.iter().filter(move |(key, _)| whose(key) == seller);
            own.map(move |(key, value)| (key, what(value)))
        }
        let (mine, theirs) = (self.0.table.orders.borrow(), other.0.table.orders.borrow());
        let version = |row: &Row| row.stored.version;
        let orders = of(&mine, seller, |key| &key.seller, version).eq(of(
            &theirs,
            seller,
            |key| &key.seller,
            version,
        ));
        let (mine, theirs) = (self.0.table.partners.borrow(), other.0.table.partners.borrow());
        let partners = of(&mine, seller, |key| &key.0, |partner| partner).eq(of(
            &theirs,
            seller,
            |key| &key.0,
            |partner| partner,
        ));
        let (mine, theirs) = (self.0.table.trackings.borrow(), other.0.table.trackings.borrow());
        let trackings = of(&mine, seller, |key| &key.0, |tracking| tracking).eq(of(
            &theirs,
            seller,
            |key| &key.0,
            |tracking| tracking,
        ));
        orders && partners && trackings
    }
}
