//! Projections: expressions that choose a part of an item.

use super::attribute::{Attribute, Item};
use super::expression::{Parse, Path, Placeholders, Step, Words, read};
use crate::refusal::Refusal;

/// A parsed projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Projection(Vec<Path>);

impl Parse for Projection {
    fn parse(words: &mut Words<'_>) -> Result<Self, Refusal> {
        words.list(Words::path).map(Self)
    }
}

impl Projection {
    /// The part of an item that the projection chooses.
    pub(crate) fn of(&self, item: &Item, placeholders: &Placeholders) -> Result<Item, Refusal> {
        let paths: Vec<_> =
            self.0.iter().map(|path| path.steps(placeholders)).collect::<Result<_, _>>()?;
        Ok(only(item, &paths))
    }
}

/// A copy of an item with only the values at some paths. A list has only the members that the paths name, in the order
/// in which they name them.
pub(crate) fn only(item: &Item, paths: &[Vec<Step<'_>>]) -> Item {
    let mut shown = Item::new();
    for steps in paths {
        if let Some(value) = read(item, steps) {
            show(&mut shown, steps, value);
        }
    }
    shown
}

fn show(shown: &mut Item, steps: &[Step<'_>], value: &Attribute) {
    let Some((Step::Name(name), rest)) = steps.split_first() else { return };
    match rest.first() {
        None => {
            shown.insert((*name).to_owned(), value.clone());
        }
        Some(Step::Name(_)) => {
            let map = shown.entry((*name).to_owned()).or_insert_with(|| Attribute::M(Item::new()));
            if let Attribute::M(map) = map {
                show(map, rest, value);
            }
        }
        Some(Step::Index(_)) => {
            let list = shown.entry((*name).to_owned()).or_insert_with(|| Attribute::L(Vec::new()));
            if let Attribute::L(list) = list {
                show_member(list, rest, value);
            }
        }
    }
}

fn show_member(list: &mut Vec<Attribute>, steps: &[Step<'_>], value: &Attribute) {
    match steps.get(1) {
        None => list.push(value.clone()),
        Some(Step::Name(_)) => {
            let mut map = Item::new();
            show(&mut map, steps.get(1..).unwrap_or_default(), value);
            list.push(Attribute::M(map));
        }
        Some(Step::Index(_)) => {
            let mut inner = Vec::new();
            show_member(&mut inner, steps.get(1..).unwrap_or_default(), value);
            list.push(Attribute::L(inner));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::expression::parse;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::one("a", json!({"a": {"S": "x"}}))]
    #[case::absent("a, nothing, m.nothing", json!({"a": {"S": "x"}}))]
    #[case::inner("m.b", json!({"m": {"M": {"b": {"N": "1"}}}}))]
    #[case::two_inner("m.b, m.c", json!({"m": {"M": {"b": {"N": "1"}, "c": {"N": "2"}}}}))]
    #[case::member("l[1]", json!({"l": {"L": [{"M": {"d": {"S": "y"}}}]}}))]
    #[case::inner_of_member("l[1].d", json!({"l": {"L": [{"M": {"d": {"S": "y"}}}]}}))]
    fn a_projection_shows_a_part(#[case] text: &str, #[case] shown: Value) {
        let item = json!({"a": {"S": "x"}, "m": {"M": {"b": {"N": "1"}, "c": {"N": "2"}}},
            "l": {"L": [{"S": "x"}, {"M": {"d": {"S": "y"}}}]}});
        let item: Item = serde_json::from_value(item).unwrap();
        let projection = parse::<Projection>(text).unwrap().tree;
        let part = projection.of(&item, &Placeholders::default()).unwrap();
        assert_eq!(serde_json::to_value(part).unwrap(), shown);
    }
}
