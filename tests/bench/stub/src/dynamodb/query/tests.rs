//! Key conditions, pages and directions, on the table and on an index.

use super::*;
use crate::dynamodb::expression::parse;
use crate::dynamodb::table::Stored;
use rstest::rstest;
use serde_json::{Value, json};

fn put(table: &mut Table, item: Value) {
    let item: Item = serde_json::from_value(item).unwrap();
    let key = table.key_of(&item).unwrap();
    let bytes = item_size(&item);
    table.replace(&key, Some(Stored { item, bytes })).unwrap();
}

/// Items `a1` to `a5` of one partition, each due at ten times its number, and one of another.
fn table() -> Table {
    let mut table = Table::new("orders");
    for number in [3, 1, 5, 2, 4] {
        put(
            &mut table,
            json!({"pk": {"S": "p"}, "sk": {"S": format!("a{number}")},
            "due_shard": {"N": "1"}, "due_at": {"N": (number * 10).to_string()}}),
        );
    }
    put(
        &mut table,
        json!({"pk": {"S": "q"}, "sk": {"S": "b1"},
        "due_shard": {"N": "2"}, "due_at": {"N": "20"}}),
    );
    put(&mut table, json!({"pk": {"S": "q"}, "sk": {"S": "b2"}, "due_shard": {"N": "1"}}));
    table
}

fn placeholders() -> Placeholders {
    let values = json!({":p": {"S": "p"}, ":none": {"S": "none"}, ":a": {"S": "a"}, ":a2": {"S": "a2"},
        ":a4": {"S": "a4"}, ":1": {"N": "1"}, ":20": {"N": "20"}, ":25": {"N": "25"}, ":40": {"N": "40"}});
    let names = [("#pk".to_owned(), "pk".to_owned())];
    Placeholders::new(Some(names.into()), Some(serde_json::from_value(values).unwrap()))
}

struct Asked {
    index: Option<&'static str>,
    condition: &'static str,
    forward: bool,
    limit: Option<usize>,
    start: Option<Item>,
}

fn ask(table: &Table, asked: &Asked) -> Result<(String, Option<Item>), Refusal> {
    let (condition, placeholders) = (parse::<Condition>(asked.condition)?, placeholders());
    let index = asked.index.map(|name| table.index(name)).transpose()?.map(|(shape, _)| shape);
    let keys = index.map_or_else(|| table.shape.typed_keys(), |index| index.keys().to_vec());
    let (hash, range) = key_condition(&condition.tree, &placeholders, &keys)?;
    let (start, limit) = (asked.start.clone(), asked.limit);
    let page = Query { index, hash, range, start, forward: asked.forward, limit }.page(table)?;
    let text = |item: &Item| serde_json::to_value(&item["sk"]).unwrap()["S"].to_string();
    let keys = page.items.iter().map(|item| text(item).replace('"', ""));
    Ok((keys.collect::<Vec<_>>().join(" "), page.last))
}

#[rstest]
//                     index        condition                                      forward       backward
#[case::all(           None,        "pk = :p",                                     "a1 a2 a3 a4 a5", "a5 a4 a3 a2 a1")]
#[case::nothing(       None,        "pk = :none",                                  "",               "")]
#[case::by_name(       None,        "#pk = :p AND sk = :a2",                       "a2",             "a2")]
#[case::range_first(   None,        "sk = :a2 AND pk = :p",                        "a2",             "a2")]
#[case::in_brackets(   None,        "(pk = :p) AND (sk = :a2)",                    "a2",             "a2")]
#[case::less(          None,        "pk = :p AND sk < :a2",                        "a1",             "a1")]
#[case::at_most(       None,        "pk = :p AND sk <= :a2",                       "a1 a2",          "a2 a1")]
#[case::more(          None,        "pk = :p AND sk > :a4",                        "a5",             "a5")]
#[case::at_least(      None,        "pk = :p AND sk >= :a4",                       "a4 a5",          "a5 a4")]
#[case::between(       None,        "pk = :p AND sk BETWEEN :a2 AND :a4",          "a2 a3 a4",       "a4 a3 a2")]
#[case::begins(        None,        "pk = :p AND begins_with(sk, :a)",             "a1 a2 a3 a4 a5", "a5 a4 a3 a2 a1")]
#[case::index(         Some("due"), "due_shard = :1",                              "a1 a2 a3 a4 a5", "a5 a4 a3 a2 a1")]
#[case::numbers(       Some("due"), "due_shard = :1 AND due_at <= :25",            "a1 a2",          "a2 a1")]
#[case::last_number(   Some("due"), "due_shard = :1 AND due_at <= :20",            "a1 a2",          "a2 a1")]
#[case::number_range(  Some("due"), "due_shard = :1 AND due_at BETWEEN :20 AND :40", "a2 a3 a4",     "a4 a3 a2")]
#[rustfmt::skip]
fn a_query_finds(#[case] index: Option<&'static str>, #[case] condition: &'static str, #[case] forward: &str, #[case] backward: &str) {
    let asked = |forward| Asked { index, condition, forward, limit: None, start: None };
    assert_eq!(ask(&table(), &asked(true)), Ok((forward.to_owned(), None)));
    assert_eq!(ask(&table(), &asked(false)), Ok((backward.to_owned(), None)));
}

#[rstest]
#[case::no_hash(None, "sk = :a2")]
#[case::hash_range(None, "pk < :p")]
#[case::hash_begins(None, "begins_with(pk, :p)")]
#[case::twice_hash(None, "pk = :p AND pk = :p")]
#[case::twice_range(None, "pk = :p AND sk > :a2 AND sk < :a4")]
#[case::another_attribute(None, "pk = :p AND v = :1")]
#[case::or(None, "pk = :p OR sk = :a2")]
#[case::not(None, "pk = :p AND NOT sk = :a2")]
#[case::unequal(None, "pk = :p AND sk <> :a2")]
#[case::exists(None, "pk = :p AND attribute_exists(sk)")]
#[case::contains(None, "pk = :p AND contains(sk, :a)")]
#[case::one_of(None, "pk = :p AND sk IN (:a2, :a4)")]
#[case::value_first(None, ":p = pk")]
#[case::path_on_the_right(None, "pk = sk")]
#[case::inner_path(None, "pk.a = :p")]
#[case::kind_of_the_hash(None, "pk = :1")]
#[case::kind_of_the_range(Some("due"), "due_shard = :1 AND due_at <= :a2")]
#[case::key_of_the_table(Some("due"), "pk = :p")]
#[case::no_index(Some("none"), "pk = :p")]
fn a_query_is_refused(#[case] index: Option<&'static str>, #[case] condition: &'static str) {
    let asked = Asked { index, condition, forward: true, limit: None, start: None };
    assert!(ask(&table(), &asked).is_err());
}

#[rstest]
#[case::table_forward(None, "pk = :p", true, &["a1 a2", "a3 a4", "a5"])]
#[case::table_backward(None, "pk = :p", false, &["a5 a4", "a3 a2", "a1"])]
#[case::index_forward(Some("due"), "due_shard = :1", true, &["a1 a2", "a3 a4", "a5"])]
#[case::index_backward(Some("due"), "due_shard = :1", false, &["a5 a4", "a3 a2", "a1"])]
// A full page has a last key even at the end, and the next page is empty.
#[case::full_at_the_end(Some("due"), "due_shard = :1 AND due_at <= :40", true, &["a1 a2", "a3 a4", ""])]
fn pages_follow_each_other(
    #[case] index: Option<&'static str>,
    #[case] condition: &'static str,
    #[case] forward: bool,
    #[case] pages: &[&str],
) {
    let (table, mut start) = (table(), None);
    for (place, page) in pages.iter().enumerate() {
        let asked = Asked { index, condition, forward, limit: Some(2), start };
        let (keys, last) = ask(&table, &asked).unwrap();
        assert_eq!((keys.as_str(), last.is_some()), (*page, place + 1 < pages.len()));
        start = last;
    }
}

#[test]
fn a_start_is_a_key_of_what_is_asked() {
    let start = |key: Value| Some(serde_json::from_value(key).unwrap());
    let of =
        |index, condition, start| Asked { index, condition, forward: true, limit: None, start };
    let other = start(json!({"pk": {"S": "q"}, "sk": {"S": "b1"}}));
    assert!(ask(&table(), &of(None, "pk = :p", other)).is_err());
    let key_alone = start(json!({"pk": {"S": "p"}, "sk": {"S": "a1"}}));
    assert!(ask(&table(), &of(Some("due"), "due_shard = :1", key_alone)).is_err());
}

#[test]
fn a_page_ends_after_a_megabyte() {
    let mut table = Table::new("orders");
    for number in 0..4 {
        put(
            &mut table,
            json!({"pk": {"S": "p"}, "sk": {"S": format!("a{number}")},
            "text": {"S": "x".repeat(400_000)}}),
        );
    }
    let asked =
        Asked { index: None, condition: "pk = :p", forward: true, limit: None, start: None };
    let (keys, last) = ask(&table, &asked).unwrap();
    assert_eq!((keys.as_str(), last.is_some()), ("a0 a1 a2", true));
}

#[test]
fn an_index_shows_keys_only_and_follows_its_items() {
    let mut table = table();
    let asked = Asked {
        index: Some("due"),
        condition: "due_shard = :1 AND due_at <= :20",
        forward: true,
        limit: Some(1),
        start: None,
    };
    let (_, last) = ask(&table, &asked).unwrap();
    let shown = json!({"pk": {"S": "p"}, "sk": {"S": "a1"}, "due_shard": {"N": "1"}, "due_at": {"N": "10"}});
    assert_eq!(serde_json::to_value(last).unwrap(), shown);
    put(&mut table, json!({"pk": {"S": "p"}, "sk": {"S": "a1"}}));
    assert_eq!(ask(&table, &asked).unwrap().0, "a2");
    let key: Item = serde_json::from_value(json!({"pk": {"S": "p"}, "sk": {"S": "a2"}})).unwrap();
    table.replace(&table.key(&key).unwrap(), None).unwrap();
    assert_eq!(ask(&table, &asked).unwrap().0, "");
    assert_eq!(table.len(), 6);
}
