//! Queries: reads the key condition, and collects the items of a page.

use super::attribute::{Attribute, Item};
use super::condition::{Comparator, Condition, Operand, begins_with};
use super::expression::Placeholders;
use super::table::{IndexShape, Key, Table};
use super::units::item_size;
use crate::refusal::Refusal;
use std::cmp::Ordering;
use std::ops::Bound;

/// Most bytes of one page. Source: developer guide, "Querying tables".
const PAGE_BYTES: usize = 1024 * 1024;

/// A query whose key condition was parsed.
#[derive(Debug)]
pub(crate) struct Query<'a> {
    pub(crate) index: Option<IndexShape>,
    pub(crate) hash: &'a Attribute,
    pub(crate) range: Range<'a>,
    pub(crate) start: Option<Item>,
    pub(crate) forward: bool,
    pub(crate) limit: Option<usize>,
}

/// The condition on the sort key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Range<'a> {
    /// Every sort key.
    Any,
    /// Sort keys for which the comparison with the value holds.
    Compare(Comparator, &'a Attribute),
    /// Sort keys between two values, or equal to one of them.
    Between(&'a Attribute, &'a Attribute),
    /// Sort keys that are texts and begin with the value.
    BeginsWith(&'a Attribute),
}

impl Range<'_> {
    /// Whether the values of the condition are of this kind.
    fn is_of(&self, kind: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Compare(_, value) | Self::BeginsWith(value) => value.kind() == kind,
            Self::Between(low, high) => low.kind() == kind && high.kind() == kind,
        }
    }

    /// Whether a sort key is before the range (`Less`), in it (`Equal`), or after it (`Greater`).
    fn place(&self, key: &Attribute) -> Ordering {
        match self {
            Self::Between(low, _) if key < low => Ordering::Less,
            Self::Between(_, high) if key > high => Ordering::Greater,
            Self::Any | Self::Between(..) => Ordering::Equal,
            Self::BeginsWith(prefix) => {
                if begins_with(key, prefix) {
                    Ordering::Equal
                } else {
                    key.cmp(prefix)
                }
            }
            Self::Compare(comparator, value) => match (comparator, key.cmp(value)) {
                (Comparator::Equal, place) => place,
                (Comparator::Less, Ordering::Less)
                | (Comparator::AtMost, Ordering::Less | Ordering::Equal)
                | (Comparator::More, Ordering::Greater)
                | (Comparator::AtLeast, Ordering::Greater | Ordering::Equal) => Ordering::Equal,
                (Comparator::Less | Comparator::AtMost, _) => Ordering::Greater,
                (Comparator::More | Comparator::AtLeast | Comparator::NotEqual, _) => {
                    Ordering::Less
                }
            },
        }
    }
}

fn not_a_key_condition(why: &str) -> Refusal {
    Refusal::invalid(format!("Invalid KeyConditionExpression: {why}"))
}

/// Reads a key condition: the hash key equals a value, and there may be one condition on the sort key. `keys` are names
/// and kinds, the hash key first.
pub(crate) fn key_condition<'a>(
    condition: &'a Condition,
    placeholders: &'a Placeholders,
    keys: &[(&str, &str)],
) -> Result<(&'a Attribute, Range<'a>), Refusal> {
    let conditions = if let Condition::And(conditions) = condition {
        conditions.as_slice()
    } else {
        std::slice::from_ref(condition)
    };
    let (mut equal, mut within) = (None, None);
    for condition in conditions {
        let (name, place) = key_part(condition, placeholders)?;
        let Some(at) = keys.iter().position(|(key, _)| *key == name) else {
            return Err(not_a_key_condition(&format!("{name} is no key")));
        };
        if keys.get(at).is_some_and(|(_, kind)| !place.is_of(kind)) {
            return Err(Refusal::invalid(
                "One or more parameter values were invalid: Condition parameter type does not match schema type",
            ));
        }
        match (at, place) {
            (0, Range::Compare(Comparator::Equal, value)) if equal.is_none() => equal = Some(value),
            (1, place) if within.is_none() => within = Some(place),
            _ => return Err(not_a_key_condition(&format!("not supported on {name}"))),
        }
    }
    let equal = equal.ok_or_else(|| {
        let hash = keys.first().map(|(hash, _)| *hash).unwrap_or_default();
        Refusal::invalid(format!("Query condition missed key schema element: {hash}"))
    })?;
    Ok((equal, within.unwrap_or(Range::Any)))
}

/// Reads one part of a key condition: the key's name and its range.
fn key_part<'a>(
    condition: &'a Condition,
    placeholders: &'a Placeholders,
) -> Result<(&'a str, Range<'a>), Refusal> {
    let value = |operand: &'a Operand| match operand {
        Operand::Value(value) => placeholders.value(value),
        Operand::Path(_) | Operand::Size(_) => {
            Err(not_a_key_condition("a key is compared to a value"))
        }
    };
    let (operand, range) = match condition {
        Condition::Compare(_, Comparator::NotEqual, _) => {
            return Err(not_a_key_condition("<> is no operator of keys"));
        }
        Condition::Compare(left, comparator, right) => {
            (left, Range::Compare(*comparator, value(right)?))
        }
        Condition::Between(left, low, high) => (left, Range::Between(value(low)?, value(high)?)),
        Condition::BeginsWith(left, prefix) => (left, Range::BeginsWith(value(prefix)?)),
        Condition::And(_)
        | Condition::Or(_)
        | Condition::Not(_)
        | Condition::In(..)
        | Condition::Exists(_)
        | Condition::NotExists(_)
        | Condition::Kind(..)
        | Condition::Contains(..) => {
            return Err(not_a_key_condition("an operator that keys do not have"));
        }
    };
    let Operand::Path(path) = operand else {
        return Err(not_a_key_condition("a key is on the left"));
    };
    let name = path.single(placeholders)?;
    name.map(|name| (name, range)).ok_or_else(|| not_a_key_condition("a key is no path"))
}

/// The items of one page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) items: Vec<Item>,
    pub(crate) bytes: usize,
    /// The key after which the next page begins. `None` if this is the last page.
    pub(crate) last: Option<Item>,
}

impl Query<'_> {
    /// Collects items along the keys until the page is full.
    pub(crate) fn page(&self, table: &Table) -> Result<Page, Refusal> {
        match self.index {
            Some(shape) => self.index_page(table, &shape),
            None => self.table_page(table),
        }
    }

    fn table_page(&self, table: &Table) -> Result<Page, Refusal> {
        let start = match &self.start {
            Some(start) => Some(table.key(start)?),
            None => None,
        };
        self.starts_here(start.as_ref().map(|start| &start.hash))?;
        let Some(partition) = table.partition(self.hash) else { return Ok(Page::default()) };
        let after = bounds(start.map(|start| start.range), self.forward);
        let rows = partition
            .range(after)
            .map(|(range, stored)| (range, || (stored.item.clone(), stored.bytes), range));
        let last = |range: &Attribute| {
            table.key_item(&Key { hash: self.hash.clone(), range: range.clone() })
        };
        Ok(self.collect(rows, last))
    }

    fn index_page(&self, table: &Table, shape: &IndexShape) -> Result<Page, Refusal> {
        let start = match self.start.clone() {
            Some(mut start) => {
                let (hash, range) = start
                    .remove(shape.hash)
                    .zip(start.remove(shape.range))
                    .ok_or_else(not_a_start)?;
                self.starts_here(Some(&hash))?;
                Some((range, table.key(&start)?))
            }
            None => None,
        };
        let (_, entries) = table.index(shape.name)?;
        let Some(of_hash) = entries.get(self.hash) else { return Ok(Page::default()) };
        let item =
            |(range, key): &(Attribute, Key)| table.entry_item(shape, (self.hash, range), key);
        let rows = of_hash.range(bounds(start, self.forward)).map(|entry| {
            let sized = move || {
                let item = item(entry);
                let bytes = item_size(&item);
                (item, bytes)
            };
            (&entry.0, sized, entry)
        });
        Ok(self.collect(rows, item))
    }

    fn starts_here(&self, hash: Option<&Attribute>) -> Result<(), Refusal> {
        if hash.is_none_or(|hash| hash == self.hash) { Ok(()) } else { Err(not_a_start()) }
    }

    /// Takes the rows in the range until the page is full. A full page has its last key, even if no item follows.
    fn collect<'r, R: 'r, F: Fn() -> (Item, usize)>(
        &self,
        rows: impl DoubleEndedIterator<Item = (&'r Attribute, F, &'r R)>,
        key: impl Fn(&R) -> Item,
    ) -> Page {
        let rows: Box<dyn Iterator<Item = (&'r Attribute, F, &'r R)> + '_> =
            if self.forward { Box::new(rows) } else { Box::new(rows.rev()) };
        let (skipped, past) = if self.forward {
            (Ordering::Less, Ordering::Greater)
        } else {
            (Ordering::Greater, Ordering::Less)
        };
        let mut page = Page::default();
        for (range, row, place) in rows {
            let at = self.range.place(range);
            if at == skipped {
                continue;
            }
            if at == past {
                break;
            }
            let (item, bytes) = row();
            page.items.push(item);
            page.bytes += bytes;
            if self.limit == Some(page.items.len()) || page.bytes > PAGE_BYTES {
                page.last = Some(key(place));
                break;
            }
        }
        page
    }
}

fn not_a_start() -> Refusal {
    Refusal::invalid("The provided starting key is invalid")
}

/// The bounds of the keys after `start`, in the direction of the query.
fn bounds<T>(start: Option<T>, forward: bool) -> (Bound<T>, Bound<T>) {
    match start {
        None => (Bound::Unbounded, Bound::Unbounded),
        Some(start) if forward => (Bound::Excluded(start), Bound::Unbounded),
        Some(start) => (Bound::Unbounded, Bound::Excluded(start)),
    }
}

#[cfg(test)]
mod tests;
