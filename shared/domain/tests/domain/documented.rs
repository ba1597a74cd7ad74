//! The contract as `functions/README.md` has it: its examples are taken, and what it calls optional is.

use crate::build::*;
use crate::contracts::event;
use crate::notices::notices;
use crate::steps;
use domain::{BusEvent, Channel, Outcome};
use rstest::rstest;
use serde_json::Value;
use std::collections::BTreeSet;

const DOCUMENT: &str = include_str!("../../../../functions/README.md");

/// An hour later than [`START`](crate::build::START).
const NOW: i64 = 3_600;

/// The first JSON after these words.
fn example(after: &str) -> Value {
    let (_, rest) = DOCUMENT.split_once(after).unwrap();
    let (_, block) = rest.split_once("```json\n").unwrap();
    let (json, _) = block.split_once("```").unwrap();
    serde_json::from_str(json).unwrap()
}

/// The fields that the document calls optional.
fn optional() -> BTreeSet<&'static str> {
    let (_, rest) = DOCUMENT.split_once("- **Optional** are ").unwrap();
    let (sentence, _) = rest.split_once(". ").unwrap();
    sentence.split('`').skip(1).step_by(2).collect()
}

fn is_taken(name: &str, detail: &Value) -> bool {
    BusEvent::parse(&event(name, detail), at(NOW)).is_ok()
}

#[rstest]
#[case::label_created("LabelCreated", 18)]
#[case::label_voided("LabelVoided", 6)]
#[case::order_cancelled("OrderCancelled", 5)]
#[case::order_updated("OrderUpdated", 7)]
#[case::carrier_scan("CarrierScan", 7)]
#[case::imei_updated("ImeiUpdated", 8)]
fn d4_an_example_is_taken_and_whole(#[case] name: &str, #[case] fields: usize) {
    let detail = example(&format!("\n`{name}`: "));
    assert!(is_taken(name, &detail), "{detail}");
    let names: Vec<String> = detail.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names.len(), fields);
    for field in names {
        let mut without = detail.clone();
        without.as_object_mut().unwrap().remove(&field);
        let is_optional = match (name, field.as_str()) {
            // The document says of which event.
            ("ImeiUpdated" | "OrderUpdated", "updated_at")
            | ("LabelCreated", "carrier" | "items") => false,
            (_, field) => optional().contains(field),
        };
        assert_eq!(is_taken(name, &without), is_optional, "{name} without {field}");
    }
}

#[rstest]
#[case::item_id("item_id")]
#[case::sku("sku")]
#[case::quantity("quantity")]
#[case::requires_imei("requires_imei")]
#[case::transparency_codes("transparency_codes")]
#[case::requires_serial("requires_serial")]
fn d4_an_item_is_whole(#[case] field: &str) {
    let mut detail = example("\n`LabelCreated`: ");
    detail["items"][0].as_object_mut().unwrap().remove(field).unwrap();
    assert_eq!(is_taken("LabelCreated", &detail), optional().contains(field));
}

#[rstest]
fn a_published_event_has_the_fields_of_the_example() {
    let scene = play(
        Channel::Ebay,
        steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)],
    );
    let published: Value = serde_json::from_str(&notices(&scene)[0].detail()).unwrap();
    let fields =
        |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(fields(&published), fields(&example("never an IMEI:")));
}
