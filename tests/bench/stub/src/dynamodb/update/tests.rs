//! One row for each thing that an update can do, and one for each that it must not.

use super::*;
use crate::dynamodb::expression::parse;
use crate::dynamodb::projection::only;
use rstest::rstest;
use serde_json::{Value, json};

fn item() -> Item {
    let item = json!({"pk": {"S": "a"}, "n": {"N": "5"}, "s": {"S": "x"}, "set": {"SS": ["a", "b"]},
        "ns": {"NS": ["1"]}, "l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}, "m": {"M": {"a": {"N": "1"}}}});
    serde_json::from_value(item).unwrap()
}

/// Applies an update with the values that it uses. Returns the item after it, and the part that the answer shows as
/// updated.
fn update(text: &str, from: &Item) -> Result<(Item, Item), Refusal> {
    let values = json!({":n": {"N": "2"}, ":s": {"S": "y"}, ":set": {"SS": ["b", "c"]}, ":ab": {"SS": ["a", "b"]},
        ":ns": {"NS": ["1.0", "3"]}, ":l": {"L": [{"N": "9"}]}, ":m": {"M": {}}, ":big": {"N": "99999999999999999999"}});
    let names = [("#n", "n"), ("#m", "m"), ("#a", "a")];
    let placeholders = Placeholders::new(
        Some(names.map(|(name, of)| (name.to_owned(), of.to_owned())).into()),
        Some(serde_json::from_value(values).unwrap()),
    );
    let update = parse::<Update>(text)?;
    let updated = update.tree.apply(from, &placeholders, &["pk", "sk"])?;
    let shown = only(&updated.item, &updated.paths);
    Ok((updated.item, shown))
}

#[rstest]
//                       update                                     attribute  becomes
#[case::set(             "SET s = :s",                                    "s", json!({"S": "y"}))]
#[case::set_new(         "SET other = :s",                            "other", json!({"S": "y"}))]
#[case::set_of_a_path(   "SET s = n",                                     "s", json!({"N": "5"}))]
#[case::plus(            "SET #n = #n + :n",                              "n", json!({"N": "7"}))]
#[case::minus(           "SET n = n - :n",                                "n", json!({"N": "3"}))]
#[case::minus_left(      "SET n = :n - n",                                "n", json!({"N": "-3"}))]
#[case::values_before(   "SET n = :n, s = n",                             "s", json!({"N": "5"}))]
#[case::there(           "SET n = if_not_exists(n, :n)",                  "n", json!({"N": "5"}))]
#[case::not_there(       "SET o = if_not_exists(o, :n)",                  "o", json!({"N": "2"}))]
#[case::count(           "SET o = if_not_exists(o, :n) + :n",             "o", json!({"N": "4"}))]
#[case::append(          "SET l = list_append(l, :l)",                    "l", json!({"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}, {"N": "9"}]}))]
#[case::prepend(         "SET l = list_append(:l, l)",                    "l", json!({"L": [{"N": "9"}, {"N": "0"}, {"N": "1"}, {"N": "2"}]}))]
#[case::append_to_none(  "SET o = list_append(if_not_exists(o, :l), :l)", "o", json!({"L": [{"N": "9"}, {"N": "9"}]}))]
#[case::inner(           "SET m.b = :n",                                  "m", json!({"M": {"a": {"N": "1"}, "b": {"N": "2"}}}))]
#[case::inner_names(     "SET #m.#a = #m.#a + :n",                        "m", json!({"M": {"a": {"N": "3"}}}))]
#[case::member(          "SET l[1] = :n",                                 "l", json!({"L": [{"N": "0"}, {"N": "2"}, {"N": "2"}]}))]
#[case::after_the_end(   "SET l[9] = :n",                                 "l", json!({"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}, {"N": "2"}]}))]
#[case::remove(          "REMOVE s",                                      "s", Value::Null)]
#[case::remove_nothing(  "REMOVE other",                              "other", Value::Null)]
#[case::remove_inner(    "REMOVE m.a",                                    "m", json!({"M": {}}))]
#[case::remove_members(  "REMOVE l[0], l[2]",                             "l", json!({"L": [{"N": "1"}]}))]
#[case::remove_no_member("REMOVE l[3]",                                   "l", json!({"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}))]
#[case::add(             "ADD n :n",                                      "n", json!({"N": "7"}))]
#[case::add_to_nothing(  "ADD other :n",                              "other", json!({"N": "2"}))]
#[case::add_members(     "ADD set :set",                                "set", json!({"SS": ["a", "b", "c"]}))]
#[case::add_a_set(       "ADD other :set",                            "other", json!({"SS": ["b", "c"]}))]
#[case::add_numbers(     "ADD ns :ns",                                   "ns", json!({"NS": ["1", "3"]}))]
#[case::delete(          "DELETE set :set",                             "set", json!({"SS": ["a"]}))]
#[case::delete_all(      "DELETE set :ab",                              "set", Value::Null)]
#[case::delete_nothing(  "DELETE other :set",                         "other", Value::Null)]
#[case::clauses(         "ADD set :set SET s = :s REMOVE n",              "n", Value::Null)]
#[case::small_keywords(  "set s = :s remove n add o :n",                  "o", json!({"N": "2"}))]
#[rustfmt::skip]
fn an_update_makes(#[case] text: &str, #[case] name: &str, #[case] value: Value) {
    let (item, _) = update(text, &item()).unwrap();
    assert_eq!(item.get(name).map_or(Value::Null, |value| serde_json::to_value(value).unwrap()), value);
}

#[rstest]
#[case::nothing("")]
#[case::no_clause("s = :s")]
#[case::twice_the_same_clause("SET s = :s SET n = :n")]
#[case::trailing_comma("SET s = :s,")]
#[case::three_terms("SET n = n + :n + :n")]
#[case::unknown_function("SET n = max(n, :n)")]
#[case::size("SET n = size(s)")]
#[case::remove_a_value("REMOVE :s")]
#[case::add_a_path("ADD n n")]
#[case::same_path("SET s = :s REMOVE s")]
#[case::path_in_a_path("SET m.a = :n, m = :m")]
#[case::key("SET pk = :s")]
#[case::other_key("REMOVE sk")]
#[case::no_such_value("SET s = other")]
#[case::sum_of_a_text("SET n = s + :n")]
#[case::sum_with_nothing("SET n = other + :n")]
#[case::sum_too_large("SET n = :big + :big")]
#[case::append_to_a_text("SET s = list_append(s, :l)")]
#[case::into_a_text("SET s.a = :n")]
#[case::into_nothing("SET other.a = :n")]
#[case::place_in_a_map("SET m[0] = :n")]
#[case::name_in_a_list("SET l.a = :n")]
#[case::add_a_text("ADD other :s")]
#[case::add_to_a_text("ADD s :n")]
#[case::add_to_another_set("ADD set :ns")]
#[case::add_too_much("ADD n :big")]
#[case::add_into_a_map("ADD m.a :n")]
#[case::delete_a_number("DELETE n :n")]
fn an_update_is_refused(#[case] text: &str) {
    let large = json!({"n": {"N": "99999999999999999999"}});
    let mut item = item();
    if text == "ADD n :big" {
        item.extend(serde_json::from_value::<Item>(large).unwrap());
    }
    assert!(update(text, &item).is_err());
}

#[rstest]
#[case::attribute("SET s = :s", json!({"s": {"S": "y"}}))]
#[case::sum("ADD n :n", json!({"n": {"N": "7"}}))]
#[case::inner("SET m.b = :n", json!({"m": {"M": {"b": {"N": "2"}}}}))]
#[case::member("SET l[1] = :n", json!({"l": {"L": [{"N": "2"}]}}))]
#[case::removed("REMOVE s", json!({}))]
fn what_was_updated_is_shown_alone(#[case] text: &str, #[case] shown: Value) {
    let (_, updated) = update(text, &item()).unwrap();
    assert_eq!(serde_json::to_value(updated).unwrap(), shown);
}
