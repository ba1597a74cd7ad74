//! Update expressions: parses them, and applies them to an item.

use super::attribute::{Attribute, Item};
use super::expression::{Parse, Path, Placeholders, Step, Words};
use crate::refusal::Refusal;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A parsed update.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Update {
    sets: Vec<(Path, Sum)>,
    removes: Vec<Path>,
    adds: Vec<(Path, String)>,
    deletes: Vec<(Path, String)>,
}

/// The right side of a `SET`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sum {
    One(Term),
    Plus(Term, Term),
    Minus(Term, Term),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Path(Path),
    Value(String),
    IfNotExists(Path, Box<Term>),
    ListAppend(Box<Term>, Box<Term>),
}

impl Parse for Update {
    fn parse(words: &mut Words<'_>) -> Result<Self, Refusal> {
        let mut update = Self::default();
        let mut clauses = BTreeSet::new();
        while words.peek().is_some() {
            let keyword = ["SET", "REMOVE", "ADD", "DELETE"]
                .into_iter()
                .find(|keyword| words.takes_word(keyword))
                .ok_or_else(|| words.unexpected())?;
            if !clauses.insert(keyword) {
                return Err(Refusal::invalid(format!(
                    "Invalid UpdateExpression: The \"{keyword}\" section can only be used once in an update expression;"
                )));
            }
            match keyword {
                "SET" => update.sets = words.list(assignment)?,
                "REMOVE" => update.removes = words.list(Words::path)?,
                "ADD" => update.adds = words.list(with_value)?,
                _ => update.deletes = words.list(with_value)?,
            }
        }
        if clauses.is_empty() {
            return Err(Refusal::invalid(
                "Invalid UpdateExpression: The expression can not be empty;",
            ));
        }
        Ok(update)
    }
}

fn with_value(words: &mut Words<'_>) -> Result<(Path, String), Refusal> {
    Ok((words.path()?, words.value()?))
}

fn assignment(words: &mut Words<'_>) -> Result<(Path, Sum), Refusal> {
    let path = words.path()?;
    words.expect("=")?;
    let left = term(words)?;
    let sum = if words.takes("+") {
        Sum::Plus(left, term(words)?)
    } else if words.takes("-") {
        Sum::Minus(left, term(words)?)
    } else {
        Sum::One(left)
    };
    Ok((path, sum))
}

fn term(words: &mut Words<'_>) -> Result<Term, Refusal> {
    if let Some(value) = words.takes_value() {
        return Ok(Term::Value(value));
    }
    if words.takes_function(&["if_not_exists"]).is_some() {
        let path = words.path()?;
        words.expect(",")?;
        let otherwise = Box::new(term(words)?);
        words.expect(")")?;
        return Ok(Term::IfNotExists(path, otherwise));
    }
    if words.takes_function(&["list_append"]).is_some() {
        let left = Box::new(term(words)?);
        words.expect(",")?;
        let right = Box::new(term(words)?);
        words.expect(")")?;
        return Ok(Term::ListAppend(left, right));
    }
    words.path().map(Term::Path)
}

impl Term {
    fn of(&self, item: &Item, placeholders: &Placeholders) -> Result<Attribute, Refusal> {
        match self {
            Self::Path(path) => path.read(item, placeholders)?.cloned().ok_or_else(|| {
                Refusal::invalid(
                    "The provided expression refers to an attribute that does not exist in the item",
                )
            }),
            Self::Value(value) => placeholders.value(value).cloned(),
            Self::IfNotExists(path, otherwise) => match path.read(item, placeholders)? {
                Some(value) => Ok(value.clone()),
                None => otherwise.of(item, placeholders),
            },
            Self::ListAppend(left, right) => {
                match (left.of(item, placeholders)?, right.of(item, placeholders)?) {
                    (Attribute::L(mut list), Attribute::L(more)) => {
                        list.extend(more);
                        Ok(Attribute::L(list))
                    }
                    (left, _) => Err(wrong_kind("list_append", &left)),
                }
            }
        }
    }
}

impl Sum {
    fn of(&self, item: &Item, placeholders: &Placeholders) -> Result<Attribute, Refusal> {
        let (left, right, sign) = match self {
            Self::One(term) => return term.of(item, placeholders),
            Self::Plus(left, right) => (left, right, "+"),
            Self::Minus(left, right) => (left, right, "-"),
        };
        match (left.of(item, placeholders)?, right.of(item, placeholders)?) {
            (Attribute::N(left), Attribute::N(right)) => {
                let result = if sign == "+" { left.plus(right) } else { left.minus(right) };
                result.map(Attribute::N).ok_or_else(overflow)
            }
            (Attribute::N(_), other) | (other, _) => Err(wrong_kind(sign, &other)),
        }
    }
}

fn overflow() -> Refusal {
    Refusal::invalid(
        "Number overflow. Attempting to store a number with magnitude larger than supported range",
    )
}

fn wrong_kind(operator: &str, value: &Attribute) -> Refusal {
    Refusal::invalid(format!(
        "An operand in the update expression has an incorrect data type: operator or function: {operator}, operand type: {}",
        value.kind()
    ))
}

/// The result of an update: the item after it, and the paths that were written.
#[derive(Debug)]
pub(crate) struct Updated<'a> {
    pub(crate) item: Item,
    pub(crate) paths: Vec<Vec<Step<'a>>>,
}

impl Update {
    /// Applies the update to an item. Every operand is read from the item before the update, whatever the order of the
    /// clauses.
    pub(crate) fn apply<'a>(
        &'a self,
        before: &Item,
        placeholders: &'a Placeholders,
        keys: &[&str],
    ) -> Result<Updated<'a>, Refusal> {
        let paths = self.paths(placeholders, keys)?;
        let mut item = before.clone();
        for (path, sum) in &self.sets {
            let value = sum.of(before, placeholders)?;
            put(&mut item, &path.steps(placeholders)?, value)?;
        }
        for (path, value) in &self.adds {
            let (name, value) = (top(path, placeholders)?, placeholders.value(value)?);
            let sum = match item.remove(name) {
                None => added_to_nothing(value)?,
                Some(there) => added(there, value)?,
            };
            item.insert(name.to_owned(), sum);
        }
        for (path, value) in &self.deletes {
            let (name, value) = (top(path, placeholders)?, placeholders.value(value)?);
            let Some(there) = item.remove(name) else { continue };
            if let Some(rest) = without(there, value)? {
                item.insert(name.to_owned(), rest);
            }
        }
        let mut removes: Vec<_> =
            self.removes.iter().map(|path| path.steps(placeholders)).collect::<Result<_, _>>()?;
        // Later members of a list are removed first, so that no member moves before it is removed.
        removes.sort_unstable_by_key(|steps| Reverse(steps.clone()));
        for steps in removes {
            remove(&mut item, &steps)?;
        }
        Ok(Updated { item, paths })
    }

    /// Every path that the update writes. No path may be of the key, and none may lead into another.
    fn paths<'a>(
        &'a self,
        placeholders: &'a Placeholders,
        keys: &[&str],
    ) -> Result<Vec<Vec<Step<'a>>>, Refusal> {
        let written = self.sets.iter().map(|(path, _)| path);
        let written = written.chain(&self.removes);
        let written = written.chain(self.adds.iter().chain(&self.deletes).map(|(path, _)| path));
        let mut paths: Vec<Vec<Step<'a>>> = Vec::new();
        for path in written {
            let steps = path.steps(placeholders)?;
            if let Some(key) = keys.iter().find(|key| steps.first() == Some(&Step::Name(key))) {
                return Err(Refusal::invalid(format!(
                    "One or more parameter values were invalid: Cannot update attribute {key}. This attribute is part of the key"
                )));
            }
            if paths.iter().any(|other| other.starts_with(&steps) || steps.starts_with(other)) {
                return Err(Refusal::invalid(
                    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths",
                ));
            }
            paths.push(steps);
        }
        Ok(paths)
    }
}

/// The name of an attribute for `ADD` or `DELETE`, which take no deeper path. Source: API reference, `UpdateItem`.
fn top<'a>(path: &'a Path, placeholders: &'a Placeholders) -> Result<&'a str, Refusal> {
    path.single(placeholders)?.ok_or_else(|| {
        Refusal::invalid("Invalid UpdateExpression: ADD and DELETE take top-level attributes only")
    })
}

fn added_to_nothing(value: &Attribute) -> Result<Attribute, Refusal> {
    match value {
        Attribute::N(_) | Attribute::Texts(_) | Attribute::Numbers(_) | Attribute::Binaries(_) => {
            Ok(value.clone())
        }
        Attribute::S(_)
        | Attribute::B(_)
        | Attribute::Bool(_)
        | Attribute::Null(_)
        | Attribute::L(_)
        | Attribute::M(_) => Err(wrong_kind("ADD", value)),
    }
}

fn added(there: Attribute, value: &Attribute) -> Result<Attribute, Refusal> {
    match (there, value) {
        (Attribute::N(there), Attribute::N(more)) => {
            there.plus(*more).map(Attribute::N).ok_or_else(overflow)
        }
        (Attribute::Texts(mut set), Attribute::Texts(more)) => {
            set.extend(more.iter().cloned());
            Ok(Attribute::Texts(set))
        }
        (Attribute::Numbers(mut set), Attribute::Numbers(more)) => {
            set.extend(more);
            Ok(Attribute::Numbers(set))
        }
        (Attribute::Binaries(mut set), Attribute::Binaries(more)) => {
            set.extend(more.iter().cloned());
            Ok(Attribute::Binaries(set))
        }
        (_, value) => Err(wrong_kind("ADD", value)),
    }
}

/// A set without some members. `None` if no member is left.
fn without(there: Attribute, value: &Attribute) -> Result<Option<Attribute>, Refusal> {
    Ok(match (there, value) {
        (Attribute::Texts(set), Attribute::Texts(gone)) => rest(&set, gone).map(Attribute::Texts),
        (Attribute::Numbers(set), Attribute::Numbers(gone)) => {
            rest(&set, gone).map(Attribute::Numbers)
        }
        (Attribute::Binaries(set), Attribute::Binaries(gone)) => {
            rest(&set, gone).map(Attribute::Binaries)
        }
        (_, value) => return Err(wrong_kind("DELETE", value)),
    })
}

fn rest<T: Ord + Clone>(set: &BTreeSet<T>, gone: &BTreeSet<T>) -> Option<BTreeSet<T>> {
    let rest: BTreeSet<T> = set.difference(gone).cloned().collect();
    (!rest.is_empty()).then_some(rest)
}

fn no_such_place() -> Refusal {
    Refusal::invalid("The document path provided in the update expression is invalid for update")
}

fn put(item: &mut Item, steps: &[Step<'_>], value: Attribute) -> Result<(), Refusal> {
    let (end, way) = steps.split_last().ok_or_else(no_such_place)?;
    match (parent(item, way)?, end) {
        (Parent::Map(map), Step::Name(name)) => {
            map.insert((*name).to_owned(), value);
        }
        (Parent::List(list), Step::Index(index)) => match list.get_mut(*index) {
            Some(member) => *member = value,
            // A place after the end of a list means its end.
            None => list.push(value),
        },
        (Parent::Map(_), Step::Index(_)) | (Parent::List(_), Step::Name(_)) => {
            return Err(no_such_place());
        }
    }
    Ok(())
}

/// Removes the value at the end of these steps. It is no error if there is none.
fn remove(item: &mut Item, steps: &[Step<'_>]) -> Result<(), Refusal> {
    let (end, way) = steps.split_last().ok_or_else(no_such_place)?;
    match (parent(item, way)?, end) {
        (Parent::Map(map), Step::Name(name)) => {
            map.remove(*name);
        }
        (Parent::List(list), Step::Index(index)) if *index < list.len() => {
            list.remove(*index);
        }
        (Parent::List(_), Step::Index(_)) => {}
        (Parent::Map(_), Step::Index(_)) | (Parent::List(_), Step::Name(_)) => {
            return Err(no_such_place());
        }
    }
    Ok(())
}

enum Parent<'a> {
    Map(&'a mut Item),
    List(&'a mut Vec<Attribute>),
}

fn parent<'a>(item: &'a mut Item, steps: &[Step<'_>]) -> Result<Parent<'a>, Refusal> {
    let mut parent = Parent::Map(item);
    for step in steps {
        let child = match (parent, step) {
            (Parent::Map(map), Step::Name(name)) => map.get_mut(*name),
            (Parent::List(list), Step::Index(index)) => list.get_mut(*index),
            (Parent::Map(_), Step::Index(_)) | (Parent::List(_), Step::Name(_)) => None,
        };
        parent = match child {
            Some(Attribute::M(map)) => Parent::Map(map),
            Some(Attribute::L(list)) => Parent::List(list),
            Some(_) | None => return Err(no_such_place()),
        };
    }
    Ok(parent)
}

#[cfg(test)]
mod tests;
