//! One row for each kind of condition, on both sides of its limit.

use super::*;
use crate::dynamodb::expression::parse;
use rstest::rstest;
use serde_json::{Value, json};

fn item() -> Item {
    let item = json!({
        "pk": {"S": "a"}, "v": {"N": "5"}, "text": {"S": "abc"}, "bytes": {"B": "AQI="},
        "yes": {"BOOL": true}, "orders": {"SS": ["p#1", "p#2"]}, "numbers": {"NS": ["1", "2"]},
        "list": {"L": [{"S": "x"}, {"M": {"deep": {"N": "1"}}}]},
        "map": {"M": {"inner": {"S": "i"}, "list": {"L": [{"N": "7"}]}}}, "other": {"N": "5.0"}});
    serde_json::from_value(item).unwrap()
}

fn placeholders() -> Placeholders {
    let names = [("#v", "v"), ("#map", "map"), ("#inner", "inner"), ("#none", "none")];
    let values = json!({
        ":4": {"N": "4"}, ":5": {"N": "5"}, ":6": {"N": "6"}, ":abc": {"S": "abc"}, ":ab": {"S": "ab"},
        ":b": {"S": "b"}, ":x": {"S": "x"}, ":p1": {"S": "p#1"}, ":p3": {"S": "p#3"}, ":1": {"N": "1"},
        ":2": {"N": "2"}, ":3": {"N": "3"}, ":7": {"N": "7"}, ":i": {"S": "i"}, ":S": {"S": "S"}, ":N": {"S": "N"},
        ":yes": {"BOOL": true}, ":0102": {"B": "AQI="}, ":01": {"B": "AQ=="}, ":orders": {"SS": ["p#2", "p#1"]}});
    Placeholders::new(
        Some(names.map(|(name, of)| (name.to_owned(), of.to_owned())).into()),
        Some(serde_json::from_value(values).unwrap()),
    )
}

fn holds(text: &str, item: &Item) -> Result<bool, Refusal> {
    parse::<Condition>(text)?.tree.holds(item, &placeholders())
}

#[rstest]
//                       condition                                            with the item  without
#[case::exists(          "attribute_exists(pk)",                                       true, false)]
#[case::not_exists(      "attribute_not_exists(pk)",                                  false, true)]
#[case::inner_exists(    "attribute_exists(map.inner)",                                true, false)]
#[case::no_inner(        "attribute_exists(map.other)",                               false, false)]
#[case::no_map(          "attribute_exists(v.inner)",                                 false, false)]
#[case::member_exists(   "attribute_exists(list[1].deep)",                             true, false)]
#[case::no_member(       "attribute_exists(list[2])",                                 false, false)]
#[case::kind(            "attribute_type(v, :N)",                                      true, false)]
#[case::other_kind(      "attribute_type(v, :S)",                                     false, false)]
#[case::equal(           "v = :5",                                                     true, false)]
#[case::equal_by_value(  "v = other",                                                  true, false)]
#[case::equal_sets(      "orders = :orders",                                           true, false)]
#[case::equal_truths(    "yes = :yes",                                                 true, false)]
#[case::other_number(    "v = :4",                                                    false, false)]
#[case::kinds_differ(    "v = :abc",                                                  false, false)]
#[case::not_equal(       "v <> :4",                                                    true, true)]
#[case::not_unequal(     "v <> :5",                                                   false, true)]
#[case::less(            "v < :6",                                                     true, false)]
#[case::not_less(        "v < :5",                                                    false, false)]
#[case::at_most(         "v <= :5",                                                    true, false)]
#[case::not_at_most(     "v <= :4",                                                   false, false)]
#[case::more(            "v > :4",                                                     true, false)]
#[case::not_more(        "v > :5",                                                    false, false)]
#[case::at_least(        "v >= :5",                                                    true, false)]
#[case::not_at_least(    "v >= :6",                                                   false, false)]
#[case::text_order(      "text > :ab",                                                 true, false)]
#[case::byte_order(      "bytes > :01",                                                true, false)]
#[case::no_order(        "v < :abc",                                                  false, false)]
#[case::truths_no_order( "yes <= :yes",                                               false, false)]
#[case::value_first(     ":5 = v",                                                     true, false)]
#[case::between(         "v BETWEEN :5 AND :6",                                        true, false)]
#[case::not_between(     "v BETWEEN :6 AND :7",                                       false, false)]
#[case::between_and_more("v BETWEEN :4 AND :5 AND text = :abc",                        true, false)]
#[case::one_of(          "v IN (:4, :5)",                                              true, false)]
#[case::none_of(         "v IN (:4, :6)",                                             false, false)]
#[case::begins(          "begins_with(text, :ab)",                                     true, false)]
#[case::begins_not(      "begins_with(text, :b)",                                     false, false)]
#[case::begins_bytes(    "begins_with(bytes, :01)",                                    true, false)]
#[case::has_text(        "contains(text, :b)",                                         true, false)]
#[case::has_no_text(     "contains(text, :x)",                                        false, false)]
#[case::has_member(      "contains(orders, :p1)",                                      true, false)]
#[case::has_no_member(   "contains(orders, :p3)",                                     false, false)]
#[case::has_number(      "contains(numbers, :2)",                                      true, false)]
#[case::has_listed(      "contains(list, :x)",                                         true, false)]
#[case::size_of_set(     "size(orders) = :2",                                          true, false)]
#[case::size_of_text(    "size(text) < :3",                                           false, false)]
#[case::size_of_list(    "size(list) >= :2",                                           true, false)]
#[case::size_of_map(     "size(map) = :2",                                             true, false)]
#[case::size_of_number(  "size(v) >= :1",                                             false, false)]
#[case::names(           "#v = :5 AND attribute_not_exists(#none)",                    true, false)]
#[case::inner_names(     "#map.#inner = :i",                                           true, false)]
#[case::deep(            "map.list[0] = :7",                                           true, false)]
#[case::not(             "NOT v = :5",                                                false, true)]
#[case::not_binds_first( "NOT v = :4 AND v = :5",                                      true, false)]
#[case::twice_not(       "NOT NOT v = :5",                                             true, false)]
#[case::and_before_or(   "v = :5 OR v = :4 AND v = :6",                                true, false)]
#[case::brackets(        "(v = :5 OR v = :4) AND v = :6",                             false, false)]
#[case::inner_brackets(  "((v = :5) AND (NOT (v = :4)))",                              true, false)]
#[case::small_keywords(  "v = :4 or not v = :6 and v between :4 and :6 and v in (:5)", true, false)]
#[case::add_to_tracking( "attribute_not_exists(orders) OR size(orders) < :2 OR contains(orders, :p1)", true, true)]
#[case::book(            "attribute_exists(pk) AND (attribute_not_exists(#v) OR #v <= :5)", true, false)]
#[rustfmt::skip]
fn a_condition_holds(#[case] text: &str, #[case] with: bool, #[case] without: bool) {
    assert_eq!(holds(text, &item()), Ok(with), "with the item");
    assert_eq!(holds(text, &Item::new()), Ok(without), "without");
}

#[rstest]
#[case::nothing("")]
#[case::a_path_alone("v")]
#[case::a_value_alone(":5")]
#[case::no_right_side("v =")]
#[case::unknown_function("exists(v)")]
#[case::function_in_capitals("ATTRIBUTE_EXISTS(v)")]
#[case::exists_of_a_value("attribute_exists(:5)")]
#[case::open_bracket("(v = :5")]
#[case::closed_bracket("v = :5)")]
#[case::two_conditions("v = :5 v = :4")]
#[case::chain(":4 < v < :6")]
#[case::between_without_and("v BETWEEN :4, :6")]
#[case::in_without_brackets("v IN :4")]
#[case::in_nothing("v IN ()")]
#[case::double_equal("v == :5")]
#[case::unequal_of_another_language("v != :5")]
#[case::bare_number("v = 5")]
#[case::list_place("list[a] = :x")]
#[case::dot_at_the_end("map. = :x")]
#[case::sum("v = :4 + :1")]
#[case::size_of_a_value("size(:abc) = :3")]
#[case::kind_in_the_text("attribute_type(v, N)")]
fn what_is_no_condition_is_refused(#[case] text: &str) {
    assert!(parse::<Condition>(text).is_err());
}

#[rstest]
#[case::all_used("#v = :5", &["#v"], &[":5"], true)]
#[case::name_not_given("#v = :5", &[], &[":5"], false)]
#[case::value_not_given("#v = :5", &["#v"], &[], false)]
#[case::name_not_used("v = :5", &["#v"], &[":5"], false)]
#[case::value_not_used("#v = :5", &["#v"], &[":5", ":6"], false)]
fn every_placeholder_is_given_and_used(
    #[case] text: &str,
    #[case] names: &[&str],
    #[case] values: &[&str],
    #[case] is_good: bool,
) {
    let names = names.iter().map(|name| ((*name).to_owned(), "v".to_owned())).collect();
    let value = |name: &&str| ((*name).to_owned(), Attribute::N("5".parse().unwrap()));
    let values = values.iter().map(value).collect();
    let condition = parse::<Condition>(text).unwrap();
    let checked = Placeholders::new(Some(names), Some(values)).check(&[&condition.used]);
    assert_eq!(checked.is_ok(), is_good);
}

#[test]
fn a_placeholder_that_is_not_given_is_named() {
    let names: Value = json!(null);
    let placeholders = Placeholders::new(serde_json::from_value(names).unwrap(), None);
    let condition = parse::<Condition>("#a = :b").unwrap();
    let refusal = placeholders.check(&[&condition.used]).unwrap_err();
    assert_eq!(
        refusal.message,
        "An expression attribute name used in the document path is not defined; attribute name: #a"
    );
}
