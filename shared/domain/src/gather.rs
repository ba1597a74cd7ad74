//! Short collections, filled entry by entry. `collect` into a set or a map, and `sort_by_key`, bring a sort of five kilobytes
//! for each type into each function: they are worth it only where there is much to sort.

/// A set, a map or a JSON object of these entries.
pub fn gather<C: Default + Extend<T>, T>(entries: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(entries);
    all
}

/// These entries by their key, the least first. Those of one key stay in their order.
pub fn by_key<T, K: Ord>(entries: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut all: Vec<T> = Vec::new();
    for entry in entries {
        let place = all.partition_point(|other| key(other) <= key(&entry));
        all.insert(place, entry);
    }
    all
}
