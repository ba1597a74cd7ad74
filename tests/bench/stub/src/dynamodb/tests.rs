//! Whole calls in the JSON of the protocol, and the units of each.

use super::*;
use crate::refusal::Code;
use rstest::rstest;
use serde_json::{Value, json};

const TABLE: &str = "orders";

/// A database that is called in JSON.
#[derive(Default)]
struct Called(Database);

impl Called {
    fn call(&mut self, operation: Operation, body: &Value) -> (Result<Value, Refusal>, Units) {
        let mut used = Units::default();
        let answer = self.0.answer(operation, body.to_string().as_bytes(), &mut used);
        (answer.map(|answer| serde_json::from_slice(&answer).unwrap()), used)
    }

    /// Makes a call about the item `a`/`b`, with these fields added.
    fn on(&mut self, operation: Operation, fields: Value) -> (Result<Value, Refusal>, Units) {
        let mut body = json!({"TableName": TABLE});
        if operation != Operation::PutItem {
            body["Key"] = json!({"pk": {"S": "a"}, "sk": {"S": "b"}});
        }
        extend(&mut body, fields);
        self.call(operation, &body)
    }

    fn look(&self) -> Value {
        serde_json::to_value(self.0.look(TABLE, "a", "b")).unwrap()
    }
}

fn read(half_units: u64) -> Units {
    Units { read_half_units: half_units, write_units: 0 }
}

fn written(units: u64) -> Units {
    Units { read_half_units: 0, write_units: units }
}

/// The item `a`/`b` with these attributes added.
fn item(attributes: Value) -> Value {
    let mut item = json!({"pk": {"S": "a"}, "sk": {"S": "b"}});
    extend(&mut item, attributes);
    item
}

fn extend(value: &mut Value, fields: Value) {
    if let (Value::Object(value), Value::Object(fields)) = (value, fields) {
        value.extend(fields);
    }
}

fn seeded(attributes: Value) -> Called {
    let mut called = Called::default();
    called.0.seed(TABLE, serde_json::from_value(item(attributes)).unwrap()).unwrap();
    called
}

#[rstest]
#[case::eventual(json!({}), 1)]
#[case::consistent(json!({"ConsistentRead": true}), 2)]
fn an_item_is_read(#[case] fields: Value, #[case] half_units: u64) {
    let mut called = seeded(json!({"v": {"N": "1"}}));
    let (answer, used) = called.on(Operation::GetItem, fields.clone());
    assert_eq!(
        (answer.unwrap()["Item"].clone(), used),
        (item(json!({"v": {"N": "1"}})), read(half_units))
    );
    let (answer, used) = Called::default().on(Operation::GetItem, fields);
    assert_eq!((answer.unwrap(), used), (json!({}), read(half_units)), "one that is not there");
}

#[test]
fn a_large_read_is_billed_by_its_size_and_says_so() {
    let mut called = seeded(json!({"text": {"S": "x".repeat(4_096)}}));
    let fields = json!({"ReturnConsumedCapacity": "INDEXES", "ProjectionExpression": "#p",
        "ExpressionAttributeNames": {"#p": "pk"}});
    let (answer, used) = called.on(Operation::GetItem, fields);
    let capacity =
        json!({"TableName": TABLE, "CapacityUnits": 1.0, "Table": {"CapacityUnits": 1.0}});
    assert_eq!(answer.unwrap(), json!({"Item": {"pk": {"S": "a"}}, "ConsumedCapacity": capacity}));
    assert_eq!(used, read(2));
}

#[test]
fn a_batch_reads_what_is_there() {
    let mut called = seeded(json!({}));
    let key = |pk: &str| json!({"pk": {"S": pk}, "sk": {"S": "b"}});
    let body = json!({"RequestItems": {TABLE: {"Keys": [key("a"), key("z")], "ConsistentRead": true}},
        "ReturnConsumedCapacity": "TOTAL"});
    let (answer, used) = called.call(Operation::BatchGetItem, &body);
    let answer = answer.unwrap();
    assert_eq!(answer["Responses"], json!({TABLE: [key("a")]}));
    assert_eq!(answer["UnprocessedKeys"], json!({}));
    assert_eq!(answer["ConsumedCapacity"], json!([{"TableName": TABLE, "CapacityUnits": 2.0}]));
    assert_eq!(used, read(4));
    let twice = json!({"RequestItems": {TABLE: {"Keys": [key("a"), key("a")]}}});
    assert!(called.call(Operation::BatchGetItem, &twice).0.is_err());
    let keys = |count: usize| -> Value { (0..count).map(|n| key(&n.to_string())).collect() };
    for (count, is_taken) in [(0, false), (100, true), (101, false)] {
        let body = json!({"RequestItems": {TABLE: {"Keys": keys(count)}}});
        assert_eq!(called.call(Operation::BatchGetItem, &body).0.is_ok(), is_taken, "{count}");
    }
}

#[test]
fn a_put_on_a_condition_answers_with_the_item_that_is_in_its_way() {
    let mut called = Called::default();
    let put = json!({"Item": item(json!({"v": {"N": "1"}})), "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD"});
    assert_eq!(called.on(Operation::PutItem, put.clone()), (Ok(json!({})), written(1)));
    let (answer, used) = called.on(Operation::PutItem, put);
    let refusal = answer.unwrap_err();
    assert_eq!((refusal.code, used), (Code::ConditionalCheckFailed, written(1)));
    let body: Value = serde_json::from_slice(&refusal.body()).unwrap();
    assert_eq!(
        body,
        json!({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
            "message": "The conditional request failed", "Item": item(json!({"v": {"N": "1"}}))})
    );
    let put = json!({"Item": item(json!({"v": {"N": "2"}})), "ConditionExpression": "v = :read",
        "ExpressionAttributeValues": {":read": {"N": "1"}}, "ReturnValues": "ALL_OLD"});
    let (answer, _) = called.on(Operation::PutItem, put.clone());
    assert_eq!(answer.unwrap()["Attributes"], item(json!({"v": {"N": "1"}})));
    let (answer, _) = called.on(Operation::PutItem, put);
    assert_eq!(answer.unwrap_err().item, None, "nobody asked for it");
    assert_eq!(called.look()["v"], json!({"N": "2"}));
}

#[rstest]
#[case::not_there(Called::default(), 1)]
#[case::small(seeded(json!({})), 1)]
#[case::large(seeded(json!({"text": {"S": "x".repeat(1_024)}})), 2)]
fn a_failed_condition_is_billed_by_what_is_there(#[case] mut called: Called, #[case] units: u64) {
    let fields = json!({"UpdateExpression": "SET v = :v", "ConditionExpression": "v = :v",
        "ExpressionAttributeValues": {":v": {"N": "1"}}});
    let (answer, used) = called.on(Operation::UpdateItem, fields);
    assert_eq!(answer.unwrap_err().code, Code::ConditionalCheckFailed);
    assert_eq!(used, written(units));
}

const LARGE: usize = 1_500;

#[rstest]
//                             before                          after                                                 
// units
#[case::new_with_an_index(     None,                           json!({"partner": {"S": "p"}, "seen_at": {"N": "1"}}),     2)]
#[case::half_an_index_key(     None,                           json!({"partner": {"S": "p"}}),                            1)]
#[case::index_entry_stays(     Some(json!({"partner": {"S": "p"}, "seen_at": {"N": "1"}})),
                                                               json!({"partner": {"S": "p"}, "seen_at": {"N": "1.0"}, "v": {"N": "2"}}), 1)]
#[case::index_entry_moves(     Some(json!({"due_shard": {"N": "1"}, "due_at": {"N": "1"}})),
                                                               json!({"due_shard": {"N": "1"}, "due_at": {"N": "2"}}),    3)]
#[case::index_entry_goes(      Some(json!({"due_shard": {"N": "1"}, "due_at": {"N": "1"}})),
                                                               json!({}),                                                 2)]
#[case::two_indexes(           None,                           json!({"partner": {"S": "p"}, "seen_at": {"N": "1"}, "due_shard": {"N": "1"}, "due_at": {"N": "1"}}), 3)]
#[case::grows(                 Some(json!({})),                json!({"text": {"S": "x".repeat(LARGE)}}),                 2)]
#[case::shrinks(               Some(json!({"text": {"S": "x".repeat(LARGE)}})), json!({}),                                2)]
#[rustfmt::skip]
fn a_write_is_billed_by_its_item_and_its_indexes(#[case] before: Option<Value>, #[case] after: Value, #[case] units: u64) {
    let mut called = before.map_or_else(Called::default, seeded);
    let put = json!({"Item": item(after), "ReturnConsumedCapacity": "TOTAL"});
    let (answer, used) = called.on(Operation::PutItem, put);
    assert_eq!(used, written(units));
    let said = answer.unwrap()["ConsumedCapacity"]["CapacityUnits"].as_f64();
    assert_eq!(said, u32::try_from(units).ok().map(f64::from));
}

#[test]
fn what_each_index_was_billed_is_said_when_asked() {
    let put = json!({"ReturnConsumedCapacity": "INDEXES",
        "Item": item(json!({"due_shard": {"N": "1"}, "due_at": {"N": "1"}}))});
    let (answer, _) = Called::default().on(Operation::PutItem, put);
    let units = |units: f64| json!({"CapacityUnits": units});
    assert_eq!(
        answer.unwrap()["ConsumedCapacity"],
        json!({"TableName": TABLE, "CapacityUnits": 2.0, "Table": units(1.0), "GlobalSecondaryIndexes": {"due": units(1.0)}})
    );
}

#[rstest]
#[case::none("NONE", Value::Null, Value::Null)]
#[case::all_old("ALL_OLD", Value::Null, item(json!({"v": {"N": "1"}, "w": {"S": "x"}})))]
#[case::all_new("ALL_NEW", item(json!({"v": {"N": "1"}})), item(json!({"v": {"N": "2"}, "w": {"S": "x"}})))]
#[case::updated_old("UPDATED_OLD", Value::Null, json!({"v": {"N": "1"}}))]
#[case::updated_new("UPDATED_NEW", json!({"v": {"N": "1"}}), json!({"v": {"N": "2"}}))]
fn an_update_answers_with_what_was_asked(
    #[case] asked: &str,
    #[case] new: Value,
    #[case] changed: Value,
) {
    let fields = json!({"UpdateExpression": "ADD v :one", "ReturnValues": asked,
        "ExpressionAttributeValues": {":one": {"N": "1"}}});
    let (answer, used) = Called::default().on(Operation::UpdateItem, fields.clone());
    assert_eq!((answer.unwrap()["Attributes"].clone(), used), (new, written(1)));
    let mut called = seeded(json!({"v": {"N": "1"}, "w": {"S": "x"}}));
    let (answer, _) = called.on(Operation::UpdateItem, fields);
    assert_eq!(answer.unwrap()["Attributes"], changed);
}

#[test]
fn an_update_of_nothing_makes_an_item_of_its_key() {
    let mut called = Called::default();
    let (answer, used) = called.on(Operation::UpdateItem, json!({}));
    assert_eq!((answer, used), (Ok(json!({})), written(1)));
    assert_eq!(called.look(), item(json!({})));
}

#[test]
fn a_delete_takes_an_item_and_its_entries() {
    let mut called = seeded(json!({"due_shard": {"N": "1"}, "due_at": {"N": "1"}}));
    let fields = json!({"ConditionExpression": "due_shard = :s", "ExpressionAttributeValues": {":s": {"N": "2"}}});
    assert_eq!(called.on(Operation::DeleteItem, fields).1, written(1));
    let (answer, used) = called.on(Operation::DeleteItem, json!({"ReturnValues": "ALL_OLD"}));
    assert_eq!((&answer.unwrap()["Attributes"]["sk"], used), (&json!({"S": "b"}), written(2)));
    assert_eq!(called.look(), Value::Null);
    assert_eq!(called.on(Operation::DeleteItem, json!({})), (Ok(json!({})), written(1)));
    assert_eq!(called.0.len(TABLE), 0);
}

#[rstest]
#[case::whole(json!({}), json!([["a", "b"]]), 1)]
#[case::filtered(json!({"FilterExpression": "v > :v", "ExpressionAttributeValues": {":pk": {"S": "a"}, ":v": {"N": "1"}}}), json!([]), 1)]
#[case::consistent(json!({"ConsistentRead": true}), json!([["a", "b"]]), 2)]
#[case::nothing(json!({"ExpressionAttributeValues": {":pk": {"S": "z"}}}), json!([]), 1)]
fn a_query_is_billed_by_what_it_walked_along(
    #[case] fields: Value,
    #[case] found: Value,
    #[case] half_units: u64,
) {
    let mut body = json!({"TableName": TABLE, "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "a"}}});
    extend(&mut body, fields);
    let (answer, used) = seeded(json!({"v": {"N": "1"}})).call(Operation::Query, &body);
    let answer = answer.unwrap();
    let items = answer["Items"].as_array().unwrap();
    let keys: Value = items.iter().map(|item| json!([item["pk"]["S"], item["sk"]["S"]])).collect();
    assert_eq!((keys, used), (found, read(half_units)));
    assert_eq!(answer["Count"], items.len());
}

#[test]
fn an_index_is_queried_for_keys() {
    let mut called =
        seeded(json!({"due_shard": {"N": "1"}, "due_at": {"N": "9"}, "v": {"N": "1"}}));
    let body = json!({"TableName": TABLE, "IndexName": "due", "Limit": 1,
        "KeyConditionExpression": "due_shard = :s AND due_at <= :u", "ReturnConsumedCapacity": "INDEXES",
        "ExpressionAttributeValues": {":s": {"N": "1"}, ":u": {"N": "9"}}});
    let (answer, used) = called.call(Operation::Query, &body);
    let (answer, entry) =
        (answer.unwrap(), item(json!({"due_shard": {"N": "1"}, "due_at": {"N": "9"}})));
    assert_eq!((&answer["Items"], &answer["LastEvaluatedKey"]), (&json!([entry]), &entry));
    assert_eq!(answer["ConsumedCapacity"]["GlobalSecondaryIndexes"]["due"]["CapacityUnits"], 0.5);
    assert_eq!(used, read(1));
    let mut consistent = body;
    consistent["ConsistentRead"] = true.into();
    assert_eq!(called.call(Operation::Query, &consistent).0.unwrap_err().code, Code::Validation);
}

#[test]
fn the_idempotency_table_has_one_key() {
    let mut called = Called::default();
    let body = json!({"TableName": "peers-idempotency", "Item": {"id": {"S": "f#1"}, "expiration": {"N": "9"}, "status": {"S": "INPROGRESS"}},
        "ConditionExpression": "attribute_not_exists(#id) OR #expiry < :now",
        "ExpressionAttributeNames": {"#id": "id", "#expiry": "expiration"}, "ExpressionAttributeValues": {":now": {"N": "5"}}});
    assert_eq!(called.call(Operation::PutItem, &body).1, written(1));
    assert!(called.call(Operation::PutItem, &body).0.is_err(), "it is in progress");
    assert!(called.0.look("peers-idempotency", "f#1", "").is_some());
    let body =
        json!({"TableName": "peers-idempotency", "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}});
    assert!(called.call(Operation::GetItem, &body).0.is_err());
}

#[rstest]
#[case::unknown_field(Operation::GetItem, json!({"AttributesToGet": ["pk"]}))]
#[case::unknown_attribute(Operation::PutItem, json!({"Item": {"pk": {"S": "a"}, "sk": {"S": "b"}, "v": {"X": "1"}}}))]
#[case::part_of_a_key(Operation::GetItem, json!({"Key": {"pk": {"S": "a"}}}))]
#[case::more_than_a_key(Operation::GetItem, json!({"Key": {"pk": {"S": "a"}, "sk": {"S": "b"}, "v": {"N": "1"}}}))]
#[case::key_of_another_kind(Operation::GetItem, json!({"Key": {"pk": {"N": "1"}, "sk": {"S": "b"}}}))]
#[case::empty_key(Operation::GetItem, json!({"Key": {"pk": {"S": ""}, "sk": {"S": "b"}}}))]
#[case::item_without_its_key(Operation::PutItem, json!({"Item": {"pk": {"S": "a"}}}))]
#[case::index_key_of_another_kind(Operation::PutItem, json!({"Item": {"pk": {"S": "a"}, "sk": {"S": "b"}, "due_at": {"S": "1"}}}))]
#[case::too_large(Operation::PutItem, json!({"Item": {"pk": {"S": "a"}, "sk": {"S": "b"}, "t": {"S": "x".repeat(400 * 1024)}}}))]
#[case::old_values_of_a_put(Operation::PutItem, json!({"Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}, "ReturnValues": "ALL_NEW"}))]
#[case::new_values_of_a_delete(Operation::DeleteItem, json!({"ReturnValues": "UPDATED_NEW"}))]
#[case::unused_name(Operation::GetItem, json!({"ExpressionAttributeNames": {"#v": "v"}}))]
#[case::unused_value(Operation::UpdateItem, json!({"UpdateExpression": "REMOVE v", "ExpressionAttributeValues": {":v": {"N": "1"}}}))]
#[case::update_of_the_key(Operation::UpdateItem, json!({"UpdateExpression": "REMOVE sk"}))]
#[case::condition_of_before_expressions(Operation::PutItem, json!({"Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}, "Expected": {}}))]
fn what_is_not_understood_is_refused_and_costs_nothing(
    #[case] operation: Operation,
    #[case] fields: Value,
) {
    let mut called = Called::default();
    let (answer, used) = called.on(operation, fields);
    assert_eq!((answer.unwrap_err().code, used), (Code::Validation, Units::default()));
    assert_eq!(called.look(), Value::Null);
}
