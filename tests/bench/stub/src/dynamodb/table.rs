//! Tables: their items by key, and their indexes.

use super::attribute::{Attribute, Item};
use super::units::{index_units, item_size};
use crate::refusal::Refusal;
use std::collections::{BTreeMap, BTreeSet};

/// The keys and indexes of a table. The table's name decides which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The table of `infra/template.yaml`: the keys `pk` and `sk`, and three indexes.
    Orders,
    /// The table of AWS Lambda Powertools' idempotency: only the key `id`.
    Idempotency,
}

/// The end of the name of a table of [`Shape::Idempotency`].
const IDEMPOTENCY: &str = "-idempotency";

/// An index. It is sparse and has only keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IndexShape {
    pub(crate) name: &'static str,
    pub(crate) hash: &'static str,
    hash_kind: &'static str,
    pub(crate) range: &'static str,
    range_kind: &'static str,
}

impl IndexShape {
    /// The names and kinds of the index's keys, the hash key first.
    pub(crate) fn keys(&self) -> [(&'static str, &'static str); 2] {
        [(self.hash, self.hash_kind), (self.range, self.range_kind)]
    }
}

/// The indexes of a table of orders. Source: `infra/template.yaml`.
const INDEXES: [IndexShape; 3] = [
    IndexShape { name: "due", hash: "due_shard", hash_kind: "N", range: "due_at", range_kind: "N" },
    IndexShape {
        name: "attention",
        hash: "attention",
        hash_kind: "S",
        range: "attention_since",
        range_kind: "N",
    },
    IndexShape {
        name: "by_partner",
        hash: "partner",
        hash_kind: "S",
        range: "seen_at",
        range_kind: "N",
    },
];

impl Shape {
    fn of(name: &str) -> Self {
        if name.ends_with(IDEMPOTENCY) { Self::Idempotency } else { Self::Orders }
    }

    /// The names of the key's attributes, which are texts.
    pub(crate) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Orders => &["pk", "sk"],
            Self::Idempotency => &["id"],
        }
    }

    /// The names and kinds of the key's attributes.
    pub(crate) fn typed_keys(self) -> Vec<(&'static str, &'static str)> {
        self.keys().iter().map(|name| (*name, "S")).collect()
    }

    fn indexes(self) -> &'static [IndexShape] {
        match self {
            Self::Orders => &INDEXES,
            Self::Idempotency => &[],
        }
    }
}

/// An item's key. If the table has no sort key, the sort key is an empty text, which no real sort key can be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) hash: Attribute,
    pub(crate) range: Attribute,
}

/// An item, and the size by which it is billed. Unit: bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) item: Item,
    pub(crate) bytes: usize,
}

/// An item's entry in an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    hash: Attribute,
    range: Attribute,
    key: Key,
}

/// The entries of an index, by hash key, then by sort key, then by the item's key.
type Entries = BTreeMap<Attribute, BTreeSet<(Attribute, Key)>>;

/// The items of one hash key, by their sort keys.
pub(crate) type Partition = BTreeMap<Attribute, Stored>;

/// A table.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) shape: Shape,
    partitions: BTreeMap<Attribute, Partition>,
    indexes: Vec<Entries>,
}

/// The write units of each index that a write changed, by the index's name.
pub(crate) type IndexUnits = Vec<(&'static str, u64)>;

impl Table {
    /// An empty table of this name.
    pub(crate) fn new(name: &str) -> Self {
        let shape = Shape::of(name);
        let indexes = shape.indexes().iter().map(|_| Entries::new()).collect();
        Self { shape, partitions: BTreeMap::new(), indexes }
    }

    /// The key that a request gives. It must have the key's attributes and no others.
    pub(crate) fn key(&self, named: &Item) -> Result<Key, Refusal> {
        if named.len() == self.shape.keys().len() {
            self.key_of(named)
        } else {
            Err(not_the_schema())
        }
    }

    /// The key of an item.
    pub(crate) fn key_of(&self, item: &Item) -> Result<Key, Refusal> {
        let part = |name: &str| match item.get(name) {
            Some(Attribute::S(text)) if text.is_empty() => Err(Refusal::invalid(format!(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: {name}"
            ))),
            Some(part @ Attribute::S(_)) => Ok(part.clone()),
            Some(_) | None => Err(not_the_schema()),
        };
        let mut parts = self.shape.keys().iter();
        let mut next = || parts.next().map_or_else(|| Ok(Attribute::text("")), |name| part(name));
        Ok(Key { hash: next()?, range: next()? })
    }

    /// An item with only the attributes of this key.
    pub(crate) fn key_item(&self, key: &Key) -> Item {
        let parts = [&key.hash, &key.range];
        let named = self.shape.keys().iter().zip(parts);
        named.map(|(name, part)| ((*name).to_owned(), part.clone())).collect()
    }

    /// The item with this key.
    pub(crate) fn get(&self, key: &Key) -> Option<&Stored> {
        self.partitions.get(&key.hash)?.get(&key.range)
    }

    /// The number of items.
    pub(crate) fn len(&self) -> usize {
        self.partitions.values().map(BTreeMap::len).sum()
    }

    /// The items with this hash key.
    pub(crate) fn partition(&self, hash: &Attribute) -> Option<&Partition> {
        self.partitions.get(hash)
    }

    /// Puts an item, or removes the one with the key. Returns the write units of the indexes.
    pub(crate) fn replace(
        &mut self,
        key: &Key,
        after: Option<Stored>,
    ) -> Result<IndexUnits, Refusal> {
        let shapes = self.shape.indexes();
        let mut units = Vec::with_capacity(shapes.len());
        let mut changes = Vec::with_capacity(shapes.len());
        for shape in shapes {
            let entry = |stored: Option<&Stored>| shape.entry(stored.map(|it| &it.item), key);
            let (before, after) = (entry(self.get(key))?, entry(after.as_ref())?);
            let sized = |entry: &Entry| self.entry_size(shape, entry);
            let used = index_units(
                before.as_ref().map(|entry| (entry, sized(entry))),
                after.as_ref().map(|entry| (entry, sized(entry))),
            );
            if used > 0 {
                units.push((shape.name, used));
            }
            changes.push((before, after));
        }
        for (entries, (before, after)) in self.indexes.iter_mut().zip(changes) {
            if before != after {
                change(entries, before, after);
            }
        }
        self.store(key, after);
        Ok(units)
    }

    fn store(&mut self, key: &Key, after: Option<Stored>) {
        if let Some(stored) = after {
            let partition = self.partitions.entry(key.hash.clone()).or_default();
            partition.insert(key.range.clone(), stored);
        } else if let Some(partition) = self.partitions.get_mut(&key.hash) {
            partition.remove(&key.range);
            if partition.is_empty() {
                self.partitions.remove(&key.hash);
            }
        }
    }

    /// The index of this name, and its entries.
    pub(crate) fn index(&self, name: &str) -> Result<(IndexShape, &Entries), Refusal> {
        let mut shapes = self.shape.indexes().iter().zip(&self.indexes);
        let found = shapes.find(|(shape, _)| shape.name == name);
        found.map(|(shape, entries)| (*shape, entries)).ok_or_else(|| {
            Refusal::invalid(format!("The table does not have the specified index: {name}"))
        })
    }

    /// The attributes that an index has of an item: the keys of the index and of the table.
    pub(crate) fn entry_item(
        &self,
        shape: &IndexShape,
        (hash, range): (&Attribute, &Attribute),
        key: &Key,
    ) -> Item {
        let mut item = self.key_item(key);
        item.insert(shape.hash.to_owned(), hash.clone());
        item.insert(shape.range.to_owned(), range.clone());
        item
    }

    fn entry_size(&self, shape: &IndexShape, entry: &Entry) -> usize {
        item_size(&self.entry_item(shape, (&entry.hash, &entry.range), &entry.key))
    }
}

fn not_the_schema() -> Refusal {
    Refusal::invalid("The provided key element does not match the schema")
}

fn change(entries: &mut Entries, before: Option<Entry>, after: Option<Entry>) {
    if let Some(Entry { hash, range, key }) = before
        && let Some(of_hash) = entries.get_mut(&hash)
    {
        of_hash.remove(&(range, key));
        if of_hash.is_empty() {
            entries.remove(&hash);
        }
    }
    if let Some(Entry { hash, range, key }) = after {
        entries.entry(hash).or_default().insert((range, key));
    }
}

impl IndexShape {
    /// An item's entry in the index. `None` if the item lacks one of the index's attributes.
    fn entry(&self, item: Option<&Item>, key: &Key) -> Result<Option<Entry>, Refusal> {
        let Some(item) = item else { return Ok(None) };
        let hash = self.attribute(item, (self.hash, self.hash_kind))?;
        let range = self.attribute(item, (self.range, self.range_kind))?;
        let both = hash.zip(range);
        Ok(both.map(|(hash, range)| Entry {
            hash: hash.clone(),
            range: range.clone(),
            key: key.clone(),
        }))
    }

    fn attribute<'a>(
        &self,
        item: &'a Item,
        (name, kind): (&str, &str),
    ) -> Result<Option<&'a Attribute>, Refusal> {
        match item.get(name) {
            Some(value) if value.kind() != kind => Err(Refusal::invalid(format!(
                "One or more parameter values were invalid: Type mismatch for Index Key {name} Expected: {kind} Actual: {} IndexName: {}",
                value.kind(),
                self.name
            ))),
            value => Ok(value),
        }
    }
}
