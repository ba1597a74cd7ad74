//! The parts that all expressions share: paths, placeholders, the parser, and a cache of parsed expressions.

use super::attribute::{Attribute, Item};
use super::lexer::{Token, tokens};
use crate::refusal::Refusal;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Most parsed expressions in the cache. Callers use a few fixed expressions. More of them mean that a caller writes
/// values into expressions.
const PARSED_MAX: usize = 1_000;

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Word(String),
    Placeholder(String),
    Index(usize),
}

/// A path as an expression writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path(Vec<Part>);

/// A part of a path, without placeholders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step<'a> {
    /// A name in a map.
    Name(&'a str),
    /// A place in a list.
    Index(usize),
}

impl Path {
    /// The steps of the path, without placeholders. The first step is a name.
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

    /// The item's value at the path.
    pub(crate) fn read<'a>(
        &self,
        item: &'a Item,
        placeholders: &Placeholders,
    ) -> Result<Option<&'a Attribute>, Refusal> {
        Ok(read(item, &self.steps(placeholders)?))
    }

    /// The name of a path with a single step.
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

/// The item's value at the end of these steps.
pub(crate) fn read<'a>(item: &'a Item, steps: &[Step<'_>]) -> Option<&'a Attribute> {
    let (first, rest) = steps.split_first()?;
    let Step::Name(name) = first else { return None };
    rest.iter().try_fold(item.get(*name)?, |value, step| match (value, step) {
        (Attribute::M(map), Step::Name(name)) => map.get(*name),
        (Attribute::L(list), Step::Index(index)) => list.get(*index),
        _ => None,
    })
}

/// The names and values that a request gives for the placeholders of its expressions.
#[derive(Debug, Default)]
pub(crate) struct Placeholders {
    names: BTreeMap<String, String>,
    values: Item,
}

impl Placeholders {
    /// The placeholders of a request.
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

    /// Checks that each placeholder that is used is given, and that each that is given is used.
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

/// The placeholders that an expression uses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Used {
    names: BTreeSet<String>,
    values: BTreeSet<String>,
}

/// A parsed expression, and the placeholders that it uses.
#[derive(Debug)]
pub(crate) struct Parsed<T> {
    pub(crate) tree: T,
    pub(crate) used: Used,
}

/// A kind of expression that can be parsed.
pub(crate) trait Parse: Sized {
    /// Parses an expression from the next words.
    fn parse(words: &mut Words<'_>) -> Result<Self, Refusal>;
}

/// Parses a whole expression.
pub(crate) fn parse<T: Parse>(text: &str) -> Result<Parsed<T>, Refusal> {
    let mut words = Words { tokens: tokens(text)?, at: 0, used: Used::default() };
    let tree = T::parse(&mut words)?;
    if words.peek().is_some() {
        return Err(words.unexpected());
    }
    Ok(Parsed { tree, used: words.used })
}

/// A cache of parsed expressions, by their text.
#[derive(Debug)]
pub(crate) struct ParsedExpressions<T>(HashMap<String, Arc<Parsed<T>>>);

impl<T> Default for ParsedExpressions<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Parse> ParsedExpressions<T> {
    /// Parses a text, or takes its expression from the cache.
    pub(crate) fn read(&mut self, text: &str) -> Result<Arc<Parsed<T>>, Refusal> {
        if let Some(parsed) = self.0.get(text) {
            return Ok(Arc::clone(parsed));
        }
        if self.0.len() >= PARSED_MAX {
            self.0.clear();
        }
        let parsed = Arc::new(parse(text)?);
        self.0.insert(text.to_owned(), Arc::clone(&parsed));
        Ok(parsed)
    }

    /// Parses a text that may be absent, as [`Self::read`] does.
    pub(crate) fn read_some(
        &mut self,
        text: Option<&str>,
    ) -> Result<Option<Arc<Parsed<T>>>, Refusal> {
        text.map(|text| self.read(text)).transpose()
    }
}

/// The words of an expression, and the place of the next one.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    used: Used,
}

impl<'a> Words<'a> {
    /// The next word, which stays the next one.
    pub(crate) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn after_next(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at + 1).copied()
    }

    fn advance(&mut self) {
        self.at += 1;
    }

    /// The syntax error about the next word.
    pub(crate) fn unexpected(&self) -> Refusal {
        let token = match self.peek() {
            Some(Token::Word(text) | Token::Name(text) | Token::Value(text)) => text.to_owned(),
            Some(Token::Sign(sign)) => sign.to_owned(),
            Some(Token::Index(index)) => index.to_string(),
            None => "<EOF>".to_owned(),
        };
        Refusal::invalid(format!("Invalid expression: Syntax error; token: \"{token}\""))
    }

    /// Takes the sign if it is next, and returns whether it was.
    pub(crate) fn takes(&mut self, sign: &str) -> bool {
        let is_next =
            self.peek().is_some_and(|token| matches!(token, Token::Sign(it) if it == sign));
        if is_next {
            self.advance();
        }
        is_next
    }

    /// Takes the sign, which must be next.
    pub(crate) fn expect(&mut self, sign: &str) -> Result<(), Refusal> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Takes the keyword if it is next, in capitals or not, and returns whether it was.
    pub(crate) fn takes_word(&mut self, keyword: &str) -> bool {
        let is_next =
            matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        if is_next {
            self.advance();
        }
        is_next
    }

    /// Takes the name of one of these functions and its bracket if they are next. Names of functions are in lower case.
    pub(crate) fn takes_function(&mut self, names: &[&'static str]) -> Option<&'static str> {
        let Some(Token::Word(word)) = self.peek() else { return None };
        let name = names.iter().find(|name| **name == word)?;
        if self.after_next() != Some(Token::Sign("(")) {
            return None;
        }
        self.at += 2;
        Some(name)
    }

    /// Takes the placeholder of a value if it is next.
    pub(crate) fn takes_value(&mut self) -> Option<String> {
        let Some(Token::Value(value)) = self.peek() else { return None };
        self.used.values.insert(value.to_owned());
        self.advance();
        Some(value.to_owned())
    }

    /// Takes the placeholder of a value, which must be next.
    pub(crate) fn value(&mut self) -> Result<String, Refusal> {
        self.takes_value().ok_or_else(|| self.unexpected())
    }

    /// Takes a path, which must be next.
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

    /// Takes a list whose members are separated by commas.
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
