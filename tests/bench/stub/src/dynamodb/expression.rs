//! What all expressions have in common: paths, placeholders, and reading them once.

use super::attribute::{Attribute, Item};
use super::lexer::{Token, tokens};
use crate::refusal::Refusal;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Expressions that are kept read. Callers have a fixed few; more means that values are written into them.
const KEPT_MAX: usize = 1_000;

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Word(String),
    Placeholder(String),
    Index(usize),
}

/// A path as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path(Vec<Part>);

/// A part of a path whose placeholders are filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step<'a> {
    /// Into a map.
    Name(&'a str),
    /// Into a list.
    Index(usize),
}

impl Path {
    /// The path with its placeholders filled in; the first step is a name.
    pub(crate) fn steps<'a>(
        &'a self,
        placeholders: &'a Placeholders,
    ) -> Result<Vec<Step<'a>>, Refusal> {
        let step = |part: &'a Part| match part {
            Part::Word(name) => Ok(Step::Name(name)),
            Part::Placeholder(name) => placeholders.name(name).map(Step::Name),
            Part::Index(index) => Ok(Step::Index(*index)),
        };
        self.0.iter().map(step).collect()
    }

    /// What an item has there.
    pub(crate) fn read<'a>(
        &self,
        item: &'a Item,
        placeholders: &Placeholders,
    ) -> Result<Option<&'a Attribute>, Refusal> {
        Ok(read(item, &self.steps(placeholders)?))
    }

    /// Its name, where it is a single one.
    pub(crate) fn single<'a>(
        &'a self,
        placeholders: &'a Placeholders,
    ) -> Result<Option<&'a str>, Refusal> {
        Ok(match self.steps(placeholders)?.as_slice() {
            [Step::Name(name)] => Some(name),
            _ => None,
        })
    }
}

/// What an item has at the end of some steps.
pub(crate) fn read<'a>(item: &'a Item, steps: &[Step<'_>]) -> Option<&'a Attribute> {
    let (first, rest) = steps.split_first()?;
    let Step::Name(name) = first else { return None };
    rest.iter().try_fold(item.get(*name)?, |value, step| match (value, step) {
        (Attribute::M(map), Step::Name(name)) => map.get(*name),
        (Attribute::L(list), Step::Index(index)) => list.get(*index),
        _ => None,
    })
}

/// What a request gives for the placeholders of its expressions.
#[derive(Debug, Default)]
pub(crate) struct Placeholders {
    names: BTreeMap<String, String>,
    values: Item,
}

impl Placeholders {
    /// As the request gives them.
    pub(crate) fn new(names: Option<BTreeMap<String, String>>, values: Option<Item>) -> Self {
        Self { names: names.unwrap_or_default(), values: values.unwrap_or_default() }
    }

    fn name(&self, placeholder: &str) -> Result<&str, Refusal> {
        self.names.get(placeholder).map(String::as_str).ok_or_else(|| {
            Refusal::invalid(format!(
                "An expression attribute name used in the document path is not defined; attribute name: {placeholder}"
            ))
        })
    }

    /// The value of a placeholder.
    pub(crate) fn value(&self, placeholder: &str) -> Result<&Attribute, Refusal> {
        self.values.get(placeholder).ok_or_else(|| {
            Refusal::invalid(format!(
                "An expression attribute value used in expression is not defined; attribute value: {placeholder}"
            ))
        })
    }

    /// Every placeholder that is used is given, and every one that is given is used.
    pub(crate) fn check(&self, used: &[&Used]) -> Result<(), Refusal> {
        for used in used {
            used.names.iter().try_for_each(|name| self.name(name).map(drop))?;
            used.values.iter().try_for_each(|value| self.value(value).map(drop))?;
        }
        let unused = |kind: &str, key: &str| {
            Refusal::invalid(format!(
                "Value provided in {kind} unused in expressions: keys: {{{key}}}"
            ))
        };
        for name in self.names.keys() {
            if !used.iter().any(|used| used.names.contains(name)) {
                return Err(unused("ExpressionAttributeNames", name));
            }
        }
        for value in self.values.keys() {
            if !used.iter().any(|used| used.values.contains(value)) {
                return Err(unused("ExpressionAttributeValues", value));
            }
        }
        Ok(())
    }
}

/// The placeholders an expression uses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Used {
    names: BTreeSet<String>,
    values: BTreeSet<String>,
}

/// An expression, read.
#[derive(Debug)]
pub(crate) struct Parsed<T> {
    pub(crate) tree: T,
    pub(crate) used: Used,
}

/// Something that expressions say.
pub(crate) trait Parse: Sized {
    /// Reads it from the words that follow.
    fn parse(words: &mut Words<'_>) -> Result<Self, Refusal>;
}

/// Reads an expression to its end.
pub(crate) fn parse<T: Parse>(text: &str) -> Result<Parsed<T>, Refusal> {
    let mut words = Words { tokens: tokens(text)?, at: 0, used: Used::default() };
    let tree = T::parse(&mut words)?;
    if words.peek().is_some() {
        return Err(words.unexpected());
    }
    Ok(Parsed { tree, used: words.used })
}

/// Expressions that were read before.
#[derive(Debug)]
pub(crate) struct Kept<T>(HashMap<String, Arc<Parsed<T>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Parse> Kept<T> {
    /// The expression of a text.
    pub(crate) fn read(&mut self, text: &str) -> Result<Arc<Parsed<T>>, Refusal> {
        if let Some(parsed) = self.0.get(text) {
            return Ok(Arc::clone(parsed));
        }
        if self.0.len() >= KEPT_MAX {
            self.0.clear();
        }
        let parsed = Arc::new(parse(text)?);
        self.0.insert(text.to_owned(), Arc::clone(&parsed));
        Ok(parsed)
    }

    /// The same for a text that may be absent.
    pub(crate) fn read_some(
        &mut self,
        text: Option<&str>,
    ) -> Result<Option<Arc<Parsed<T>>>, Refusal> {
        text.map(|text| self.read(text)).transpose()
    }
}

/// The words of an expression, and how far they are read.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    used: Used,
}

impl<'a> Words<'a> {
    /// The next word.
    pub(crate) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn after_next(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at + 1).copied()
    }

    fn advance(&mut self) {
        self.at += 1;
    }

    /// What is said about a word that does not belong where it is.
    pub(crate) fn unexpected(&self) -> Refusal {
        let token = match self.peek() {
            Some(Token::Word(text) | Token::Name(text) | Token::Value(text)) => text.to_owned(),
            Some(Token::Sign(sign)) => sign.to_owned(),
            Some(Token::Index(index)) => index.to_string(),
            None => "<EOF>".to_owned(),
        };
        Refusal::invalid(format!("Invalid expression: Syntax error; token: \"{token}\""))
    }

    /// Takes a sign, if it is next.
    pub(crate) fn takes(&mut self, sign: &str) -> bool {
        let is_next =
            self.peek().is_some_and(|token| matches!(token, Token::Sign(it) if it == sign));
        if is_next {
            self.advance();
        }
        is_next
    }

    /// Takes a sign that must be next.
    pub(crate) fn expect(&mut self, sign: &str) -> Result<(), Refusal> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Takes a keyword, in capitals or not, if it is next.
    pub(crate) fn takes_word(&mut self, keyword: &str) -> bool {
        let is_next =
            matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        if is_next {
            self.advance();
        }
        is_next
    }

    /// Takes a function's name and its bracket, if they are next. Functions are written small.
    pub(crate) fn takes_function(&mut self, names: &[&'static str]) -> Option<&'static str> {
        let Some(Token::Word(word)) = self.peek() else { return None };
        let name = names.iter().find(|name| **name == word)?;
        if self.after_next() != Some(Token::Sign("(")) {
            return None;
        }
        self.at += 2;
        Some(name)
    }

    /// Takes a value's placeholder, if it is next.
    pub(crate) fn takes_value(&mut self) -> Option<String> {
        let Some(Token::Value(value)) = self.peek() else { return None };
        self.used.values.insert(value.to_owned());
        self.advance();
        Some(value.to_owned())
    }

    /// Takes a value's placeholder that must be next.
    pub(crate) fn value(&mut self) -> Result<String, Refusal> {
        self.takes_value().ok_or_else(|| self.unexpected())
    }

    /// Takes a path that must be next.
    pub(crate) fn path(&mut self) -> Result<Path, Refusal> {
        let mut parts = vec![self.part()?];
        loop {
            if self.takes(".") {
                parts.push(self.part()?);
            } else if self.takes("[") {
                let Some(Token::Index(index)) = self.peek() else { return Err(self.unexpected()) };
                self.advance();
                self.expect("]")?;
                parts.push(Part::Index(index));
            } else {
                return Ok(Path(parts));
            }
        }
    }

    fn part(&mut self) -> Result<Part, Refusal> {
        let part = match self.peek() {
            Some(Token::Word(word)) => Part::Word(word.to_owned()),
            Some(Token::Name(name)) => {
                self.used.names.insert(name.to_owned());
                Part::Placeholder(name.to_owned())
            }
            Some(Token::Value(_) | Token::Sign(_) | Token::Index(_)) | None => {
                return Err(self.unexpected());
            }
        };
        self.advance();
        Ok(part)
    }

    /// Takes what is separated by commas.
    pub(crate) fn list<T>(
        &mut self,
        member: impl Fn(&mut Self) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        let mut members = vec![member(self)?];
        while self.takes(",") {
            members.push(member(self)?);
        }
        Ok(members)
    }
}
