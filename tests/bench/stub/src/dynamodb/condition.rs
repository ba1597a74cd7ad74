//! Conditions of writes, filters and keys.

use super::attribute::{Attribute, Item};
use super::expression::{Parse, Path, Placeholders, Words};
use super::number::Number;
use crate::refusal::Refusal;
use std::borrow::Cow;

/// A parsed condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// All of these hold.
    And(Vec<Condition>),
    /// At least one of these holds.
    Or(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// The comparison of two values holds.
    Compare(Operand, Comparator, Operand),
    /// The first value is between the two others, or equal to one of them.
    Between(Operand, Operand, Operand),
    /// The value is in the list.
    In(Operand, Vec<Operand>),
    /// The item has something at the path.
    Exists(Path),
    /// The item has nothing at the path.
    NotExists(Path),
    /// The value at the path is of this kind.
    Kind(Path, String),
    /// The first value, a text or bytes, begins with the second.
    BeginsWith(Operand, Operand),
    /// The first value contains the second: as a part of a text, or as a member of a set or a list.
    Contains(Operand, Operand),
}

/// A value in a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    /// The item's value at a path.
    Path(Path),
    /// The value of a placeholder.
    Value(String),
    /// The size of the item's value at a path.
    Size(Path),
}

/// A comparison of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// The comparators, as an expression writes them.
const COMPARATORS: [(&str, Comparator); 6] = [
    ("=", Comparator::Equal),
    ("<>", Comparator::NotEqual),
    ("<", Comparator::Less),
    ("<=", Comparator::AtMost),
    (">", Comparator::More),
    (">=", Comparator::AtLeast),
];

/// The functions that are conditions.
const FUNCTIONS: [&str; 5] =
    ["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"];

impl Parse for Condition {
    fn parse(words: &mut Words<'_>) -> Result<Self, Refusal> {
        any(words)
    }
}

fn any(words: &mut Words<'_>) -> Result<Condition, Refusal> {
    let first = all(words)?;
    let mut conditions = vec![first];
    while words.takes_word("OR") {
        conditions.push(all(words)?);
    }
    Ok(single(conditions, Condition::Or))
}

fn all(words: &mut Words<'_>) -> Result<Condition, Refusal> {
    let mut conditions = vec![negated(words)?];
    while words.takes_word("AND") {
        conditions.push(negated(words)?);
    }
    Ok(single(conditions, Condition::And))
}

fn single(
    mut conditions: Vec<Condition>,
    many: impl FnOnce(Vec<Condition>) -> Condition,
) -> Condition {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        last => {
            conditions.extend(last);
            many(conditions)
        }
    }
}

fn negated(words: &mut Words<'_>) -> Result<Condition, Refusal> {
    if words.takes_word("NOT") {
        return Ok(Condition::Not(Box::new(negated(words)?)));
    }
    if words.takes("(") {
        let inner = any(words)?;
        words.expect(")")?;
        return Ok(inner);
    }
    if let Some(function) = words.takes_function(&FUNCTIONS) {
        let condition = call(function, words)?;
        words.expect(")")?;
        return Ok(condition);
    }
    comparison(words)
}

fn call(function: &str, words: &mut Words<'_>) -> Result<Condition, Refusal> {
    match function {
        "attribute_exists" => words.path().map(Condition::Exists),
        "attribute_not_exists" => words.path().map(Condition::NotExists),
        "attribute_type" => {
            let path = words.path()?;
            words.expect(",")?;
            words.value().map(|kind| Condition::Kind(path, kind))
        }
        _ => {
            let left = operand(words)?;
            words.expect(",")?;
            let right = operand(words)?;
            Ok(if function == "contains" {
                Condition::Contains(left, right)
            } else {
                Condition::BeginsWith(left, right)
            })
        }
    }
}

fn comparison(words: &mut Words<'_>) -> Result<Condition, Refusal> {
    let left = operand(words)?;
    if words.takes_word("BETWEEN") {
        let low = operand(words)?;
        if !words.takes_word("AND") {
            return Err(words.unexpected());
        }
        return Ok(Condition::Between(left, low, operand(words)?));
    }
    if words.takes_word("IN") {
        words.expect("(")?;
        let members = words.list(operand)?;
        words.expect(")")?;
        return Ok(Condition::In(left, members));
    }
    let comparator = COMPARATORS.into_iter().find(|(sign, _)| words.takes(sign));
    let (_, comparator) = comparator.ok_or_else(|| words.unexpected())?;
    Ok(Condition::Compare(left, comparator, operand(words)?))
}

fn operand(words: &mut Words<'_>) -> Result<Operand, Refusal> {
    if let Some(value) = words.takes_value() {
        return Ok(Operand::Value(value));
    }
    if words.takes_function(&["size"]).is_some() {
        let path = words.path()?;
        words.expect(")")?;
        return Ok(Operand::Size(path));
    }
    words.path().map(Operand::Path)
}

impl Operand {
    fn of<'a>(
        &self,
        item: &'a Item,
        placeholders: &'a Placeholders,
    ) -> Result<Option<Cow<'a, Attribute>>, Refusal> {
        Ok(match self {
            Self::Path(path) => path.read(item, placeholders)?.map(Cow::Borrowed),
            Self::Value(value) => Some(Cow::Borrowed(placeholders.value(value)?)),
            Self::Size(path) => path
                .read(item, placeholders)?
                .and_then(size)
                .map(|size| Cow::Owned(Attribute::N(Number::whole(size)))),
        })
    }
}

/// The size of a value, as the function `size` gives it. Numbers, booleans and null have no size.
fn size(value: &Attribute) -> Option<usize> {
    match value {
        Attribute::S(text) => Some(text.len()),
        Attribute::B(bytes) => Some(bytes.0.len()),
        Attribute::L(list) => Some(list.len()),
        Attribute::M(map) => Some(map.len()),
        Attribute::Texts(set) => Some(set.len()),
        Attribute::Numbers(set) => Some(set.len()),
        Attribute::Binaries(set) => Some(set.len()),
        Attribute::N(_) | Attribute::Bool(_) | Attribute::Null(_) => None,
    }
}

impl Comparator {
    /// Whether the comparison holds. Values of different kinds are unequal and have no order. Kinds that are not texts,
    /// numbers or bytes have no order either.
    fn holds(self, left: &Attribute, right: &Attribute) -> bool {
        let has_order = matches!(
            (left, right),
            (Attribute::S(_), Attribute::S(_))
                | (Attribute::N(_), Attribute::N(_))
                | (Attribute::B(_), Attribute::B(_))
        );
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => has_order && left < right,
            Self::AtMost => has_order && left <= right,
            Self::More => has_order && left > right,
            Self::AtLeast => has_order && left >= right,
        }
    }
}

/// Whether `value`, a text or bytes, begins with `prefix`.
pub(crate) fn begins_with(value: &Attribute, prefix: &Attribute) -> bool {
    match (value, prefix) {
        (Attribute::S(text), Attribute::S(prefix)) => text.starts_with(prefix.as_str()),
        (Attribute::B(bytes), Attribute::B(prefix)) => bytes.0.starts_with(&prefix.0),
        _ => false,
    }
}

fn contains(whole: &Attribute, part: &Attribute) -> bool {
    match (whole, part) {
        (Attribute::S(text), Attribute::S(part)) => text.contains(part.as_str()),
        (Attribute::Texts(set), Attribute::S(part)) => set.contains(part),
        (Attribute::Numbers(set), Attribute::N(part)) => set.contains(part),
        (Attribute::Binaries(set), Attribute::B(part)) => set.contains(part),
        (Attribute::L(list), part) => list.contains(part),
        _ => false,
    }
}

impl Condition {
    /// Whether the condition holds for an item. An absent item counts as an empty one.
    pub(crate) fn holds(&self, item: &Item, placeholders: &Placeholders) -> Result<bool, Refusal> {
        let of = |operand: &Operand| operand.of(item, placeholders);
        Ok(match self {
            Self::And(conditions) => {
                for condition in conditions {
                    if !condition.holds(item, placeholders)? {
                        return Ok(false);
                    }
                }
                true
            }
            Self::Or(conditions) => {
                for condition in conditions {
                    if condition.holds(item, placeholders)? {
                        return Ok(true);
                    }
                }
                false
            }
            Self::Not(condition) => !condition.holds(item, placeholders)?,
            Self::Exists(path) => path.read(item, placeholders)?.is_some(),
            Self::NotExists(path) => path.read(item, placeholders)?.is_none(),
            Self::Kind(path, kind) => {
                let value = path.read(item, placeholders)?;
                let kind = placeholders.value(kind)?;
                value.is_some_and(|value| *kind == Attribute::text(value.kind()))
            }
            Self::Compare(left, comparator, right) => {
                match (of(left)?, of(right)?) {
                    (Some(left), Some(right)) => comparator.holds(&left, &right),
                    // An absent value differs from everything.
                    _ => *comparator == Comparator::NotEqual,
                }
            }
            Self::Between(value, low, high) => match (of(value)?, of(low)?, of(high)?) {
                (Some(value), Some(low), Some(high)) => {
                    Comparator::AtLeast.holds(&value, &low)
                        && Comparator::AtMost.holds(&value, &high)
                }
                _ => false,
            },
            Self::In(value, members) => {
                let Some(value) = of(value)? else { return Ok(false) };
                let members: Vec<_> = members.iter().map(of).collect::<Result<_, _>>()?;
                members.contains(&Some(value))
            }
            Self::BeginsWith(value, prefix) => {
                of(value)?.zip(of(prefix)?).is_some_and(|(it, prefix)| begins_with(&it, &prefix))
            }
            Self::Contains(whole, part) => {
                of(whole)?.zip(of(part)?).is_some_and(|(whole, part)| contains(&whole, &part))
            }
        })
    }
}

#[cfg(test)]
mod tests;
