//! The events' schemas, as producers use them: what the border takes they take, and what they refuse it refuses.

use crate::build::at;
use crate::contracts::{cancel, event, imei, label, nothing_updated, scan, updated, void, with};
use domain::BusEvent;
use jsonschema::Validator;
use rstest::rstest;
use serde_json::{Value, json};

/// 2026-11-23T16:00:00Z.
const NOW: i64 = 3_600;

const SCHEMAS: [(&str, &str); 6] = [
    ("LabelCreated", include_str!("../../../../functions/label-created/event.schema.json")),
    ("LabelVoided", include_str!("../../../../functions/label-voided/event.schema.json")),
    ("OrderCancelled", include_str!("../../../../functions/order-cancelled/event.schema.json")),
    ("OrderUpdated", include_str!("../../../../functions/order-updated/event.schema.json")),
    ("CarrierScan", include_str!("../../../../functions/carrier-scan/event.schema.json")),
    ("ImeiUpdated", include_str!("../../../../functions/imei-updated/event.schema.json")),
];

fn validator(kind: &str) -> Validator {
    let (_, text) = SCHEMAS.iter().find(|(name, _)| *name == kind).unwrap();
    let schema: Value = serde_json::from_str(text).unwrap();
    assert_eq!(schema["title"], kind);
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn is_taken(kind: &str, detail: &Value) -> bool {
    BusEvent::parse(&event(kind, detail), at(NOW)).is_ok()
}

#[rustfmt::skip]
#[rstest]
#[case::a_label("LabelCreated", label())]
#[case::a_void("LabelVoided", void())]
#[case::a_cancellation("OrderCancelled", cancel())]
#[case::an_update("OrderUpdated", updated())]
#[case::a_ship_by_alone("OrderUpdated", with(updated(), "/cancel_requested", Value::Null))]
#[case::a_wish_alone("OrderUpdated", with(updated(), "/ship_by", Value::Null))]
#[case::a_wish_taken_back("OrderUpdated", with(updated(), "/cancel_requested", json!(false)))]
#[case::a_ship_by_of_null("OrderUpdated", { let mut told = updated(); told["ship_by"] = Value::Null; told })]
#[case::a_day_to_be_gone_by("OrderUpdated", with(updated(), "/ship_by", json!(" 2026-11-24")))]
#[case::shipped_alone("OrderUpdated", with(nothing_updated(), "/shipped", json!({})))]
#[case::shipped_by_what_is_no_number("OrderUpdated", with(updated(), "/shipped", json!({"tracking_number": 7})))]
#[case::when_it_was_ordered("LabelCreated", with(label(), "/ordered_at", json!("2026-11-20T15:04:05-06:00")))]
#[case::a_day_it_was_ordered_on("LabelCreated", with(label(), "/ordered_at", json!("2026-11-20")))]
#[case::a_scan("CarrierScan", scan())]
#[case::imeis("ImeiUpdated", imei())]
#[case::unknown_fields("LabelCreated", with(label(), "/color", json!("red")))]
#[case::null_is_absent("LabelCreated", { let mut all = label(); all["updated_at"] = Value::Null; all["also_known_as"] = Value::Null; all["ships_on"] = Value::Null; all })]
#[case::a_return("LabelCreated", with(label(), "/kind", json!("return")))]
#[case::further_numbers("LabelCreated", with(label(), "/also_known_as", json!(["1Z999AA10123456795"])))]
#[case::a_day("LabelCreated", with(label(), "/ships_on", json!("2026-11-24")))]
#[case::a_correction("LabelCreated", with(label(), "/updated_at", json!("2026-11-23T15:30:00+01:00")))]
#[case::names_of_a_shop("LabelCreated", with(with(label(), "/label_id", json!("gid://shopify/Fulfillment/2558")), "/package_id", json!("#1001 荷物")))]
#[case::an_address_that_is_none("LabelCreated", with(label(), "/tracking_url", json!("n/a")))]
#[case::a_number_in_the_place_of_a_sku("LabelCreated", with(label(), "/items/0/sku", json!(4711)))]
#[case::no_service("LabelCreated", with(label(), "/service", json!(null)))]
#[case::a_number_with_a_mark("LabelCreated", with(label(), "/tracking_number", json!("\u{feff}1Z999AA10123456784")))]
#[case::no_movement_without_anything("CarrierScan", json!({"status": "pre_transit"}))]
#[case::a_scan_without_a_carrier("CarrierScan", with(scan(), "/carrier", json!(null)))]
#[case::an_imei_in_groups("ImeiUpdated", with(imei(), "/imeis", json!(["49-015420-323751-8"])))]
#[case::no_imeis("ImeiUpdated", with(imei(), "/imeis", json!([])))]
#[case::two_imeis_of_one_phone("ImeiUpdated", with(imei(), "/imeis", json!(["490154203237518\n356938035643809"])))]
#[case::serial_numbers_beside_imeis("ImeiUpdated", with(imei(), "/serials", json!(["r52K-90/1.b", "7"])))]
#[case::serial_numbers_alone("ImeiUpdated", with(with(imei(), "/imeis", Value::Null), "/serials", json!(["C02XK1ABJG5J\n"])))]
#[case::no_serial_numbers("ImeiUpdated", with(imei(), "/serials", json!([])))]
#[case::serial_numbers_of_null("ImeiUpdated", with(imei(), "/serials", Value::Null))]
#[case::a_tablet("LabelCreated", with(label(), "/items/0/requires_serial", json!(true)))]
#[case::no_word_of_serial_numbers("LabelCreated", with(label(), "/items/0/requires_serial", json!(null)))]
fn d4_what_the_border_takes_the_schema_takes(#[case] kind: &str, #[case] detail: Value) {
    assert!(is_taken(kind, &detail), "{detail}");
    let problem = validator(kind).validate(&detail).err().map(|error| error.to_string());
    assert_eq!(problem, None, "{detail}");
}

#[rustfmt::skip]
#[rstest]
#[case::a_missing_field("LabelCreated", with(label(), "/tracking_number", json!(null)))]
#[case::an_order_as_a_number("LabelCreated", with(label(), "/order_id", json!(7)))]
#[case::an_order_with_a_hash("OrderCancelled", with(cancel(), "/order_id", json!("902#1")))]
#[case::a_name_with_a_line_end("LabelVoided", with(void(), "/label_id", json!("a\nb")))]
#[case::no_items("LabelCreated", with(label(), "/items", json!([])))]
#[case::a_quantity_of_none("LabelCreated", with(label(), "/items/0/quantity", json!(0)))]
#[case::a_quantity_in_words("LabelCreated", with(label(), "/items/0/quantity", json!("one")))]
#[case::no_word_of_imeis("LabelCreated", with(label(), "/items/0/requires_imei", json!(null)))]
#[case::another_kind("LabelCreated", with(label(), "/kind", json!("inbound")))]
#[case::a_time_without_offset("LabelCreated", with(label(), "/labeled_at", json!("2026-11-23T15:04:05")))]
#[case::a_number_of_four("CarrierScan", with(scan(), "/tracking_number", json!("1234")))]
#[case::a_movement_without_a_time("CarrierScan", with(scan(), "/occurred_at", json!(null)))]
#[case::an_unknown_status("CarrierScan", with(scan(), "/status", json!("teleported")))]
#[case::imeis_as_numbers("ImeiUpdated", with(imei(), "/imeis", json!([490_154_203_237_518_u64])))]
#[case::imeis_as_a_text("ImeiUpdated", with(imei(), "/imeis", json!("490154203237518")))]
#[case::neither_imeis_nor_serial_numbers("ImeiUpdated", with(imei(), "/imeis", Value::Null))]
#[case::serial_numbers_as_numbers("ImeiUpdated", with(imei(), "/serials", json!([7])))]
#[case::serial_numbers_as_a_text("ImeiUpdated", with(imei(), "/serials", json!("C02XK1")))]
#[case::a_serial_number_of_a_dash("ImeiUpdated", with(imei(), "/serials", json!(["-"])))]
#[case::a_serial_number_in_words("LabelCreated", with(label(), "/items/0/requires_serial", json!("no")))]
#[case::an_update_of_nothing("OrderUpdated", nothing_updated())]
#[case::shipped_as_a_flag("OrderUpdated", with(nothing_updated(), "/shipped", json!(true)))]
#[case::shipped_as_a_number_beside("OrderUpdated", with(updated(), "/shipped", json!("1Z999AA10123456784")))]
#[case::an_update_without_its_time("OrderUpdated", with(updated(), "/updated_at", Value::Null))]
#[case::a_ship_by_in_words("OrderUpdated", with(updated(), "/ship_by", json!("tomorrow")))]
#[case::a_ship_by_as_a_number("OrderUpdated", with(updated(), "/ship_by", json!(1_795_446_000)))]
#[case::a_wish_in_words("OrderUpdated", with(updated(), "/cancel_requested", json!("true")))]
#[case::no_object("OrderCancelled", json!(["acme"]))]
fn d4_what_the_schema_refuses_the_border_refuses(#[case] kind: &str, #[case] detail: Value) {
    assert!(!validator(kind).is_valid(&detail), "{detail}");
    assert!(!is_taken(kind, &detail), "{detail}");
}
