//! Rule D4: what the border takes, and how it refuses the rest: by field, with what is allowed.

use crate::build::{IMEIS, at, seconds};
use domain::{BusEvent, Doorbell, DoorbellError, Fact, Fault, OrderUpdated, Scanned};
use rstest::rstest;
use serde_json::{Value, json};

pub(crate) fn label() -> Value {
    json!({"seller_id":"acme","partner_id":"amazon-us","order_id":"902-1106328-1059050","package_id":"1",
        "label_id":"lbl_81","carrier":"FedEx","service":"Ground","tracking_number":"112345678",
        "tracking_url":"https://track.example/112345678","labeled_at":"2026-11-23T15:04:05Z",
        "ship_by":"2026-11-24T23:59:59Z",
        "items":[{"item_id":"52986411826454","sku":"PHN-12","quantity":1,"requires_imei":false}]})
}

pub(crate) fn void() -> Value {
    json!({"seller_id":"acme","partner_id":"amazon-us","order_id":"902-1","package_id":"1","label_id":"lbl_81",
        "voided_at":"2026-11-23T15:04:05Z"})
}

pub(crate) fn cancel() -> Value {
    json!({"seller_id":"acme","partner_id":"amazon-us","order_id":"902-1","cancelled_at":"2026-11-23T15:04:05Z"})
}

pub(crate) fn updated() -> Value {
    json!({"seller_id":"acme","partner_id":"amazon-us","order_id":"902-1","updated_at":"2026-11-23T15:04:05Z",
        "ship_by":"2026-11-24T23:59:59-08:00","cancel_requested":true})
}

/// An update that says nothing.
pub(crate) fn nothing_updated() -> Value {
    with(with(updated(), "/ship_by", Value::Null), "/cancel_requested", Value::Null)
}

pub(crate) fn scan() -> Value {
    json!({"seller_id":"acme","carrier":"FedEx","tracking_number":"1123-4567 8","status":"in_transit",
        "carrier_status":"IT","occurred_at":"2026-11-23T15:04:05+01:00","location":"Memphis"})
}

pub(crate) fn imei() -> Value {
    json!({"seller_id":"acme","partner_id":"bm","order_id":"902-1","item_id":"7","imeis":[IMEIS[0]],
        "updated_at":"2026-11-23T15:04:05Z","updated_by":"ann"})
}

pub(crate) fn event(detail_type: &str, detail: &Value) -> String {
    json!({"version":"0","id":"6f1e5c0a","detail-type":detail_type,"source":"shipping","detail":detail}).to_string()
}

/// The event with one field of its detail replaced, or taken away by null.
pub(crate) fn with(mut detail: Value, pointer: &str, value: Value) -> Value {
    if let (Value::Null, Some((parent, name))) = (&value, pointer.rsplit_once('/')) {
        detail.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
    } else if let Some(place) = detail.pointer_mut(pointer) {
        *place = value;
    } else {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        detail.pointer_mut(parent).unwrap()[name] = value;
    }
    detail
}

/// 2026-11-23T16:00:00Z.
const NOW: i64 = 3_600;

fn parse(body: &str) -> Result<BusEvent, Fault> {
    BusEvent::parse(body, at(NOW))
}

fn ahead(seconds: i64) -> Value {
    at(NOW + seconds).to_string().into()
}

#[rstest]
#[case::label_created("LabelCreated", label())]
#[case::label_voided("LabelVoided", void())]
#[case::order_cancelled("OrderCancelled", cancel())]
#[case::order_updated("OrderUpdated", updated())]
#[case::carrier_scan("CarrierScan", scan())]
#[case::imei_updated("ImeiUpdated", imei())]
#[case::unknown_fields_are_ignored("LabelCreated", with(label(), "/color", json!("red")))]
#[case::unknown_fields_of_an_item_are_ignored("LabelCreated", with(with(label(), "/items/0/id", json!(5)), "/items/0/n", json!("x")))]
#[case::no_tracking_url("LabelCreated", with(label(), "/tracking_url", json!(null)))]
#[case::a_blank_tracking_url("LabelCreated", with(label(), "/tracking_url", json!(" ")))]
#[case::no_ship_by("LabelCreated", with(label(), "/ship_by", json!(null)))]
#[case::no_sku("LabelCreated", with(label(), "/items/0/sku", json!(null)))]
#[case::a_blank_sku("LabelCreated", with(label(), "/items/0/sku", json!("")))]
#[case::no_carrier_status("CarrierScan", with(scan(), "/carrier_status", json!(null)))]
#[case::no_location("CarrierScan", with(scan(), "/location", json!(null)))]
#[case::no_updated_by("ImeiUpdated", with(imei(), "/updated_by", json!(null)))]
#[case::no_imeis_clears("ImeiUpdated", with(imei(), "/imeis", json!([])))]
#[case::an_offset("LabelCreated", with(label(), "/labeled_at", json!("2026-11-23T17:04:05+02:00")))]
#[case::l10_a_label_a_day_ahead("LabelCreated", with(label(), "/labeled_at", ahead(86_400)))]
#[case::l10_a_label_of_2000("LabelCreated", with(label(), "/labeled_at", json!("2000-01-01T00:00:00Z")))]
#[case::an_offset_without_a_colon("LabelCreated", with(label(), "/labeled_at", json!("2026-11-23T15:04:05+0000")))]
#[case::a_void_of_no_time("LabelVoided", with(void(), "/voided_at", json!("0001-01-01T00:00:00Z")))]
#[case::l10_a_day_to_ship_60_days_ahead("LabelCreated", with(label(), "/ships_on", ahead(60 * 86_400)))]
#[case::l7_a_correction_a_day_ahead("LabelCreated", with(label(), "/updated_at", ahead(86_400)))]
#[case::l6_a_return("LabelCreated", with(label(), "/kind", json!("return")))]
#[case::l11_no_service("LabelCreated", with(label(), "/service", json!(null)))]
#[case::l11_a_scan_without_a_carrier("CarrierScan", with(scan(), "/carrier", json!(null)))]
#[case::n4_further_numbers("LabelCreated", with(label(), "/also_known_as", (0..20).map(|n| format!("1Z9{n:03}")).collect::<Value>()))]
#[case::s5_a_ship_by_alone("OrderUpdated", with(updated(), "/cancel_requested", Value::Null))]
#[case::s5_a_wish_alone("OrderUpdated", with(updated(), "/ship_by", Value::Null))]
#[case::s5_a_wish_taken_back("OrderUpdated", with(updated(), "/cancel_requested", json!(false)))]
#[case::s5_a_day("OrderUpdated", with(updated(), "/ship_by", json!("2026-11-24")))]
#[case::s5_shipped_alone("OrderUpdated", with(nothing_updated(), "/shipped", json!({})))]
#[case::s5_shipped_by_a_number("OrderUpdated", with(nothing_updated(), "/shipped", json!({"tracking_number": "1Z999AA10123456784"})))]
#[case::l11_shipped_by_what_is_no_number("OrderUpdated", with(nothing_updated(), "/shipped", json!({"tracking_number": ["by hand"], "by": 7})))]
#[case::s9_when_the_order_was_placed("LabelCreated", with(label(), "/ordered_at", json!("2026-11-20T15:04:05-06:00")))]
#[case::s5_an_update_10_minutes_ahead("OrderUpdated", with(updated(), "/updated_at", ahead(600)))]
#[case::s5_an_update_of_long_ago("OrderUpdated", with(updated(), "/updated_at", json!("2020-01-01T00:00:00Z")))]
#[case::a_scan_a_day_ahead("CarrierScan", with(scan(), "/occurred_at", ahead(86_400)))]
#[case::a_void_by_a_wrong_clock("LabelVoided", with(void(), "/voided_at", ahead(86_400)))]
#[case::a_cancellation_by_a_wrong_clock(
    "OrderCancelled",
    with(cancel(), "/cancelled_at", ahead(86_400))
)]
#[case::quantity_of_9999("LabelCreated", with(label(), "/items/0/quantity", json!(9_999)))]
#[case::an_id_of_64("LabelCreated", with(label(), "/order_id", json!("x".repeat(64))))]
#[case::an_id_of_every_kind("LabelCreated", with(label(), "/order_id", json!("aZ9-_.")))]
#[case::a_number_of_5("LabelCreated", with(label(), "/tracking_number", json!("1Z999")))]
#[case::a_number_of_40("LabelCreated", with(label(), "/tracking_number", json!("9".repeat(40))))]
fn takes(#[case] detail_type: &str, #[case] detail: Value) {
    let event = parse(&event(detail_type, &detail)).expect("an event");
    assert_eq!(event.fact.kind().name(), detail_type);
}

const ID: &str = "a text of 1 to 64 letters, digits, `-`, `_` or `.`";
const TIME: &str = "an RFC 3339 time with an offset, such as 2026-11-23T15:04:05Z";
const SOURCE_ID: &str = "a text of 1 to 64 characters that can be seen, with blanks inside";
const NUMBER: &str = "one tracking number of 5 to 40 letters and digits, at least 4 of them digits";
const IMEI_LIST: &str = "a list of 0 to 100 texts of 15 digits each, the last a valid check digit; two IMEIs of one phone in one \
                         text, parted by a slash";

const SERIAL_LIST: &str =
    "a list of 0 to 100 texts of 1 to 50 letters and digits each, with `-`, `/` and `.`";

#[rustfmt::skip]
#[rstest]
#[case::missing("LabelCreated", with(label(), "/order_id", json!(null)), "detail.order_id", "is missing", ID)]
#[case::missing_seller("CarrierScan", with(scan(), "/seller_id", json!(null)), "detail.seller_id", "is missing", ID)]
#[case::missing_time("LabelVoided", with(void(), "/voided_at", json!(null)), "detail.voided_at", "is missing", TIME)]
#[case::missing_in_an_item("LabelCreated", with(label(), "/items/0/requires_imei", json!(null)), "detail.items[0].requires_imei", "is missing", "true or false")]
#[case::mistyped("LabelCreated", with(label(), "/items/0/quantity", json!("one")), "detail.items[0].quantity", "is `one`", "a whole number from 1 to 9999")]
#[case::mistyped_items("LabelCreated", with(label(), "/items", json!({})), "detail.items", "is an object, not a list", "1 to 100 lines")]
#[case::mistyped_flag("LabelCreated", with(label(), "/items/0/requires_imei", json!("no")), "detail.items[0].requires_imei", "is `no`, not true or false", "true or false")]
#[case::mistyped_id("LabelCreated", with(label(), "/order_id", json!(7)), "detail.order_id", "is the number 7, not a text", ID)]
#[case::no_offset("LabelCreated", with(label(), "/labeled_at", json!("2026-11-23T15:04:05")), "detail.labeled_at", "`2026-11-23T15:04:05` is not a time with an offset", TIME)]
#[case::not_a_time("CarrierScan", with(scan(), "/occurred_at", json!("yesterday")), "detail.occurred_at", "`yesterday` is not a time", TIME)]
#[case::a_label_too_far_ahead("LabelCreated", with(label(), "/labeled_at", ahead(86_401)), "detail.labeled_at", "is in the future", "at most 24 hours after now, 2026-11-23T16:00:00Z, the day the parcel goes in ships_on")]
#[case::l10_a_label_of_no_time("LabelCreated", with(label(), "/labeled_at", json!("0001-01-01T00:00:00Z")), "detail.labeled_at", "0001-01-01T00:00:00Z is a placeholder, not a time", "a time of this century")]
#[case::l10_a_scan_of_no_time("CarrierScan", with(scan(), "/occurred_at", json!("1970-01-01T00:00:00Z")), "detail.occurred_at", "1970-01-01T00:00:00Z is a placeholder, not a time", "a time of this century")]
#[case::l10_the_moment_before_2000("LabelCreated", with(label(), "/labeled_at", json!("1999-12-31T23:59:59.999Z")), "detail.labeled_at", "is a placeholder", "a time of this century")]
#[case::a_correction_too_far_ahead("LabelCreated", with(label(), "/updated_at", ahead(86_401)), "detail.updated_at", "is in the future", "at most 24 hours after now")]
#[case::ships_too_far_ahead("LabelCreated", with(label(), "/ships_on", ahead(60 * 86_400 + 1)), "detail.ships_on", "is too far ahead", "a day at most 60 days after now")]
#[case::ships_on_no_day("LabelCreated", with(label(), "/ships_on", json!("Monday")), "detail.ships_on", "`Monday` is neither a date nor a time with an offset", "a date, such as 2026-11-24")]
#[case::another_kind("LabelCreated", with(label(), "/kind", json!("inbound")), "detail.kind", "`inbound` is no kind of label", "outbound, return")]
#[case::a_scan_too_far_ahead("CarrierScan", with(scan(), "/occurred_at", ahead(86_401)), "detail.occurred_at", "is in the future", "at most 24 hours after now")]
#[case::imeis_too_far_ahead("ImeiUpdated", with(imei(), "/updated_at", ahead(601)), "detail.updated_at", "is in the future", "at most 10 minutes after now")]
#[case::an_id_with_a_hash("LabelCreated", with(label(), "/order_id", json!("902#1")), "detail.order_id", "not an id", ID)]
#[case::an_empty_id("LabelCreated", with(label(), "/partner_id", json!("")), "detail.partner_id", "not an id", ID)]
#[case::an_id_of_65("LabelCreated", with(label(), "/label_id", json!("x".repeat(65))), "detail.label_id", "has 65 characters", SOURCE_ID)]
#[case::a_label_id_with_a_line_end("LabelVoided", with(void(), "/label_id", json!("a\nb")), "detail.label_id", "has the character U+000A in it", SOURCE_ID)]
#[case::a_package_id_of_blanks("LabelCreated", with(label(), "/package_id", json!("  ")), "detail.package_id", "is empty", SOURCE_ID)]
#[case::a_package_id_with_a_mark("LabelCreated", with(label(), "/package_id", json!("a\u{200e}b")), "detail.package_id", "has the character U+200E in it", SOURCE_ID)]
#[case::a_package_id_with_a_hard_blank("LabelCreated", with(label(), "/package_id", json!("a\u{a0}b")), "detail.package_id", "has the character U+00A0 in it", SOURCE_ID)]
#[case::a_blank_number("LabelCreated", with(label(), "/tracking_number", json!("   ")), "detail.tracking_number", "is empty", NUMBER)]
#[case::a_number_of_4("CarrierScan", with(scan(), "/tracking_number", json!("1-2 34")), "detail.tracking_number", "has 4 letters and digits", NUMBER)]
#[case::a_number_of_41("LabelCreated", with(label(), "/tracking_number", json!("9".repeat(41))), "detail.tracking_number", "has 41 letters and digits", NUMBER)]
#[case::a_number_with_a_sign("LabelCreated", with(label(), "/tracking_number", json!("1Z999#1")), "detail.tracking_number", "has a `#` in it", NUMBER)]
#[case::a_further_number_that_is_none("LabelCreated", with(label(), "/also_known_as", json!(["1Z9991", "none"])), "detail.also_known_as[1]", "`NONE` is a word", NUMBER)]
#[case::further_numbers_21("LabelCreated", with(label(), "/also_known_as", (0..21).map(|n| format!("1Z9{n:03}")).collect::<Value>()), "detail.also_known_as", "has 21 entries", "a list of 0 to 20 tracking numbers")]
#[case::further_numbers_as_a_text("LabelCreated", with(label(), "/also_known_as", json!("1Z9991")), "detail.also_known_as", "is `1Z9991`, not a list", "a list of 0 to 20 tracking numbers")]
#[case::a_blank_carrier("LabelCreated", with(label(), "/carrier", json!(" ")), "detail.carrier", "is empty", "a text that is not empty")]
#[case::no_items("LabelCreated", with(label(), "/items", json!([])), "detail.items", "has 0 entries", "1 to 100 lines")]
#[case::one_item_twice("LabelCreated", with(label(), "/items", json!([{"item_id":"1","quantity":1,"requires_imei":false},{"item_id":"1","quantity":1,"requires_imei":false}])), "detail.items[1].item_id", "is listed twice", "each line once")]
#[case::quantity_0("LabelCreated", with(label(), "/items/0/quantity", json!(0)), "detail.items[0].quantity", "is the number 0", "a whole number from 1 to 9999")]
#[case::quantity_10000("LabelCreated", with(label(), "/items/0/quantity", json!(10_000)), "detail.items[0].quantity", "is the number 10000", "a whole number from 1 to 9999")]
#[case::quantity_minus_1("LabelCreated", with(label(), "/items/0/quantity", json!(-1)), "detail.items[0].quantity", "is the number -1", "a whole number from 1 to 9999")]
#[case::unknown_status("CarrierScan", with(scan(), "/status", json!("teleported")), "detail.status", "`teleported` is not a status", "picked_up, in_transit, out_for_delivery, available_for_pickup")]
#[case::wrong_check_digit("ImeiUpdated", with(imei(), "/imeis", json!(["490154203237519"])), "detail.imeis[0]", "its check digit is wrong", IMEI_LIST)]
#[case::short_imei("ImeiUpdated", with(imei(), "/imeis", json!(["49015420323751"])), "detail.imeis[0]", "it has 14, the check digit is missing", IMEI_LIST)]
#[case::an_imeisv("ImeiUpdated", with(imei(), "/imeis", json!(["4901542032375101"])), "detail.imeis[0]", "with 16 it is an IMEISV", IMEI_LIST)]
#[case::an_imei_of_letters("ImeiUpdated", with(imei(), "/imeis", json!(["49015420323751X"])), "detail.imeis[0]", "not an IMEI of 15 digits", IMEI_LIST)]
#[case::imei_as_a_number("ImeiUpdated", with(imei(), "/imeis", json!([490_154_203_237_518_u64])), "detail.imeis[0]", "is not a text", IMEI_LIST)]
#[case::imeis_as_a_number("ImeiUpdated", with(imei(), "/imeis", json!(490_154_203_237_518_u64)), "detail.imeis", "is not a list of texts", IMEI_LIST)]
#[case::imeis_missing("ImeiUpdated", with(imei(), "/imeis", json!(null)), "detail.imeis", "is missing", "a list in imeis, in serials, or in both")]
#[case::i10_three_imeis_in_one("ImeiUpdated", with(imei(), "/imeis", json!(["490154203237518/356938035643809/353879234252633"])), "detail.imeis[0]", "it has 3, and a phone has at most two", IMEI_LIST)]
#[case::i10_the_second_of_two_is_wrong("ImeiUpdated", with(imei(), "/imeis", json!(["490154203237518/356938035643808"])), "detail.imeis[0]", "the second is not an IMEI: its check digit is wrong", IMEI_LIST)]
#[case::i10_the_first_of_two_is_short("ImeiUpdated", with(imei(), "/imeis", json!(["49015420323751,356938035643809"])), "detail.imeis[0]", "the first is not an IMEI of 15 digits: it has 14", IMEI_LIST)]
#[case::i10_two_that_nothing_parts("ImeiUpdated", with(imei(), "/imeis", json!(["490154203237518 356938035643809"])), "detail.imeis[0]", "with 30 it is two, which a slash", IMEI_LIST)]
#[case::i10_nothing_but_a_slash("ImeiUpdated", with(imei(), "/imeis", json!([" / "])), "detail.imeis[0]", "not an IMEI of 15 digits", IMEI_LIST)]
#[case::i11_a_serial_number_as_a_number("ImeiUpdated", with(imei(), "/serials", json!([77])), "detail.serials[0]", "is not a text", SERIAL_LIST)]
#[case::i11_serial_numbers_as_a_text("ImeiUpdated", with(imei(), "/serials", json!("C02XK1")), "detail.serials", "is not a list of texts", SERIAL_LIST)]
#[case::i11_an_empty_serial_number("ImeiUpdated", with(imei(), "/serials", json!([" \n"])), "detail.serials[0]", "it has no letter and no digit", SERIAL_LIST)]
#[case::i11_a_dash("ImeiUpdated", with(imei(), "/serials", json!(["-"])), "detail.serials[0]", "it has no letter and no digit", SERIAL_LIST)]
#[case::i11_a_long_one("ImeiUpdated", with(imei(), "/serials", json!(["X".repeat(51)])), "detail.serials[0]", "it has 51 characters", SERIAL_LIST)]
#[case::i11_another_sign("ImeiUpdated", with(imei(), "/serials", json!(["C02XK1", "C02_XK1"])), "detail.serials[1]", "it has a sign other than", SERIAL_LIST)]
#[case::i11_two_in_one("ImeiUpdated", with(imei(), "/serials", json!(["C02XK1;C02XK2"])), "detail.serials[0]", "it has a sign other than", SERIAL_LIST)]
#[case::i11_letters_of_another_script("ImeiUpdated", with(imei(), "/serials", json!(["Ж02XK1"])), "detail.serials[0]", "it has a sign other than", SERIAL_LIST)]
#[case::i11_an_imei_in_its_place("ImeiUpdated", with(imei(), "/serials", json!(["49-015420-323751-8"])), "detail.serials[0]", "it is an IMEI, which belongs in imeis", SERIAL_LIST)]
#[case::i11_no_word_of_it("LabelCreated", with(label(), "/items/0/requires_serial", json!("yes")), "detail.items[0].requires_serial", "is `yes`, not true or false", "true or false")]
#[case::s5_an_update_of_nothing("OrderUpdated", nothing_updated(), "detail.ship_by", "is missing", "a date or a time in ship_by, true or false in cancel_requested, an object in shipped, or several of them")]
#[case::s5_shipped_as_null("OrderUpdated", { let mut told = nothing_updated(); told["shipped"] = Value::Null; told }, "detail.ship_by", "is missing", "an object in shipped")]
#[case::s5_shipped_as_a_flag("OrderUpdated", with(updated(), "/shipped", json!(true)), "detail.shipped", "is true, not an object", "an object, such as {}")]
#[case::s5_shipped_as_a_number("OrderUpdated", with(updated(), "/shipped", json!("1Z999AA10123456784")), "detail.shipped", "is `1Z999AA10123456784`, not an object", "an object, such as {}")]
#[case::s5_a_ship_by_in_words("OrderUpdated", with(updated(), "/ship_by", json!("tomorrow")), "detail.ship_by", "`tomorrow` is neither a date nor a time with an offset", "a date, such as 2026-11-24, or an RFC 3339 time")]
#[case::s5_a_ship_by_without_offset("OrderUpdated", with(updated(), "/ship_by", json!("2026-11-24T23:59:59")), "detail.ship_by", "is neither a date nor a time with an offset", "a date, such as 2026-11-24, or an RFC 3339 time")]
#[case::s5_a_day_that_is_none("OrderUpdated", with(updated(), "/ship_by", json!("2026-11-31")), "detail.ship_by", "is neither a date nor a time", "a date, such as 2026-11-24")]
#[case::s5_a_ship_by_as_a_number("OrderUpdated", with(updated(), "/ship_by", json!(7)), "detail.ship_by", "is neither a date nor a time", "a date, such as 2026-11-24")]
#[case::s5_a_wish_in_words("OrderUpdated", with(updated(), "/cancel_requested", json!("yes")), "detail.cancel_requested", "is `yes`, not true or false", "true or false")]
#[case::s5_a_wish_as_a_number("OrderUpdated", with(updated(), "/cancel_requested", json!(1)), "detail.cancel_requested", "is the number 1, not true or false", "true or false")]
#[case::s5_without_its_time("OrderUpdated", with(updated(), "/updated_at", json!(null)), "detail.updated_at", "is missing", TIME)]
#[case::s5_11_minutes_ahead("OrderUpdated", with(updated(), "/updated_at", ahead(601)), "detail.updated_at", "is in the future", "at most 10 minutes")]
#[case::s5_of_no_order("OrderUpdated", with(updated(), "/order_id", json!(null)), "detail.order_id", "is missing", ID)]
#[case::unknown_detail_type("LabelPrinted", label(), "detail-type", "`LabelPrinted` is not an event type", "LabelCreated, LabelVoided, OrderCancelled, OrderUpdated, CarrierScan, ImeiUpdated")]
#[case::detail_is_a_list("OrderCancelled", json!(["acme", "amazon-us", "9", "2026-11-23T15:00:00Z"]), "detail", "is a list, not an object", "a JSON object")]
#[case::an_item_is_a_list("LabelCreated", with(label(), "/items", json!([["1", null, 1, false]])), "detail.items[0]", "is a list, not an object", "1 to 100 lines")]
#[case::detail_is_a_text("LabelCreated", json!("x"), "detail", "is `x`, not an object", "a JSON object")]
fn refuses(#[case] detail_type: &str, #[case] detail: Value, #[case] field: &str, #[case] problem: &str, #[case] allowed: &str) {
    let refusal = parse(&event(detail_type, &detail)).expect_err("a refusal");
    assert_eq!(refusal.field, field);
    assert!(refusal.problem.contains(problem), "{refusal}");
    let right = refusal.allowed.join(", ");
    assert!(right.contains(allowed), "{refusal}");
    assert_eq!(refusal.to_string(), format!("{field}: {}; allowed: {right}", refusal.problem));
}

#[rstest]
#[case::not_json("{", "body", "is not JSON")]
#[case::empty("", "body", "is not JSON")]
#[case::a_list("[]", "body", "is a list, not an object")]
#[case::values_in_order(r#"["1","OrderCancelled",{}]"#, "body", "is a list, not an object")]
#[case::a_field_twice(
    r#"{"id":"1","detail-type":"LabelVoided","detail":{"order_id":"1","order_id":"2"}}"#,
    "body",
    "has the field `order_id` twice"
)]
#[case::a_wish_twice(
    r#"{"id":"1","detail-type":"OrderUpdated","detail":{"cancel_requested":true,"cancel_requested":false}}"#,
    "body",
    "has the field `cancel_requested` twice"
)]
#[case::a_field_of_an_entry_twice(
    r#"{"id":"1","detail-type":"LabelCreated","detail":{"items":[{"quantity":1,"quantity":2}]}}"#,
    "body",
    "has the field `quantity` twice"
)]
#[case::no_envelope("{}", "id", "is missing")]
#[case::no_detail(r#"{"id":"1","detail-type":"CarrierScan"}"#, "detail", "is missing")]
#[case::no_detail_type(r#"{"id":"1","detail":{}}"#, "detail-type", "is missing")]
#[case::more_than_one(
    r#"{"id":"1","detail-type":"x","detail":{}} {}"#,
    "body",
    "trailing characters"
)]
fn refuses_bodies(#[case] body: &str, #[case] field: &str, #[case] problem: &str) {
    let refusal = parse(body).expect_err("a refusal");
    assert_eq!(refusal.field, field, "{refusal}");
    assert!(refusal.problem.contains(problem), "{refusal}");
}

#[rstest]
fn what_is_allowed_as_an_events_id_is_said() {
    let refusal = parse("{}").expect_err("a refusal").to_string();
    assert_eq!(refusal, "id: is missing; allowed: the event's id, a text");
}

#[rstest]
#[case::a_label("LabelCreated", label(), Some("acme/amazon-us/902-1106328-1059050"))]
#[case::a_void("LabelVoided", void(), Some("acme/amazon-us/902-1"))]
#[case::a_cancellation("OrderCancelled", cancel(), Some("acme/amazon-us/902-1"))]
#[case::imeis("ImeiUpdated", imei(), Some("acme/bm/902-1"))]
#[case::m5_a_scan_is_about_a_number("CarrierScan", scan(), None)]
fn is_about_the_order(#[case] detail_type: &str, #[case] detail: Value, #[case] key: Option<&str>) {
    let parsed = parse(&event(detail_type, &detail)).unwrap();
    assert_eq!(parsed.fact.order_key().map(|key| key.to_string()).as_deref(), key);
    assert_eq!(parsed.id.to_string(), "6f1e5c0a");
}

#[rstest]
#[case::at_the_limit(domain::BODY_BYTES_MAX, None)]
#[case::over_the_limit(domain::BODY_BYTES_MAX + 1, Some("body: is 262145 bytes; allowed: one event of EventBridge as JSON, at most 262,144 bytes"))]
#[case::kilobytes_300(300 * 1_024, Some("body: is 307200 bytes; allowed: one event of EventBridge as JSON, at most 262,144 bytes"))]
fn body_size(#[case] bytes: usize, #[case] refusal: Option<&str>) {
    let plain = event("LabelCreated", &label());
    let body = format!("{plain}{}", " ".repeat(bytes - plain.len()));
    assert_eq!(parse(&body).err().map(|error| error.to_string()).as_deref(), refusal);
}

#[rustfmt::skip]
#[rstest]
#[case::in_its_list("/imeis", json!(["490154203237519"]))]
#[case::as_a_number("/imeis", json!([490_154_203_237_519_u64]))]
#[case::not_in_a_list("/imeis", json!("490154203237519"))]
#[case::as_a_float("/imeis", json!(490_154_203_237_519.5))]
#[case::instead_of_the_item("/item_id", json!(490_154_203_237_519_u64))]
#[case::instead_of_the_order("/order_id", json!([490_154_203_237_519_u64]))]
#[case::instead_of_the_time("/updated_at", json!("490154203237519"))]
#[case::instead_of_the_time_in_groups("/updated_at", json!("49-015420-323751-9"))]
#[case::instead_of_the_time_with_hard_spaces("/updated_at", json!("49\u{a0}015420\u{2009}323751\u{3000}9"))]
fn i8_no_refusal_repeats_an_imei(#[case] pointer: &str, #[case] value: Value) {
    let refusal = parse(&event("ImeiUpdated", &with(imei(), pointer, value))).expect_err("a refusal");
    let digits: String = refusal.to_string().chars().filter(char::is_ascii_digit).collect();
    assert!(!digits.contains("4901542032375"), "{refusal}");
}

#[rstest]
#[case::thirteen_digits("1234567890123", "`1234567890123` is not a time")]
#[case::fourteen_digits("12345678901234", "`(a long number)` is not a time")]
fn i8_a_number_is_repeated(#[case] number: &str, #[case] problem: &str) {
    let body = event("LabelCreated", &with(label(), "/labeled_at", json!(number)));
    let refusal = parse(&body).expect_err("a refusal");
    assert!(refusal.problem.starts_with(problem), "{refusal}");
}

fn updated_under(source: &Value, detail: &Value) -> OrderUpdated {
    let mut body: Value = serde_json::from_str(&event("OrderUpdated", detail)).unwrap();
    body["source"] = source.clone();
    let Ok(Fact::OrderUpdated(update)) = parse(&body.to_string()).map(|event| event.fact) else {
        panic!("no update: {body}")
    };
    update
}

/// Rule S1: only what our own function puts on the bus is the channel's word.
#[rstest]
#[case::s6_our_own_function(json!("ship-confirmation.channels"), true)]
#[case::somebody_else(json!("shipping"), false)]
#[case::one_that_begins_so(json!("ship-confirmation.channels.x"), false)]
#[case::our_published_events(json!("ship-confirmation"), false)]
#[case::no_text(json!(7), false)]
#[case::none(json!(null), false)]
fn s6_the_source_says_whose_word_an_update_is(#[case] source: Value, #[case] is_channels: bool) {
    assert_eq!(updated_under(&source, &updated()).is_channels, is_channels);
}

#[rstest]
#[case::nothing_of_it(updated(), false)]
#[case::somebody(with(updated(), "/shipped", json!({})), true)]
fn s5_shipped_is_said_or_not(#[case] detail: Value, #[case] shipped: bool) {
    assert_eq!(updated_under(&json!("shipping"), &detail).shipped, shipped);
}

#[rstest]
#[case::a_time(json!("2026-11-20T15:04:05-06:00"), Some("2026-11-20T21:04:05Z"), None)]
#[case::none(json!(null), None, None)]
#[case::l11_without_an_offset(json!("2026-11-20T15:04:05"), None, Some("detail.ordered_at"))]
#[case::l11_a_day(json!("2026-11-20"), None, Some("detail.ordered_at"))]
#[case::l11_a_placeholder(json!("0001-01-01T00:00:00Z"), None, Some("detail.ordered_at"))]
#[case::l11_a_number(json!(7), None, Some("detail.ordered_at"))]
fn s9_when_the_order_was_placed_never_costs_the_label(
    #[case] ordered_at: Value,
    #[case] read: Option<&str>,
    #[case] left_out: Option<&str>,
) {
    let event = event("LabelCreated", &with(label(), "/ordered_at", ordered_at));
    let Ok(Fact::LabelCreated(label)) = parse(&event).map(|event| event.fact) else {
        panic!("no label: {event}")
    };
    assert_eq!(label.ordered_at.map(|at| at.to_string()).as_deref(), read);
    let fields: Vec<&str> = label.left_out.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, left_out.into_iter().collect::<Vec<_>>());
}

fn lines(count: usize) -> Value {
    let line = |n: usize| json!({"item_id":n.to_string(),"quantity":1,"requires_imei":false});
    (0..count).map(line).collect()
}

fn many_imeis(count: u64) -> Value {
    let imei = |n: u64| (0..10).map(move |check| format!("{}{check}", 35_000_000_000_000 + n));
    let valid = |text: &String| text.parse::<domain::Imei>().is_ok();
    (0..count).map(|n| imei(n).find(valid).unwrap()).collect()
}

#[rstest]
#[case::lines_100("LabelCreated", with(label(), "/items", lines(100)), None)]
#[case::lines_101(
    "LabelCreated",
    with(label(), "/items", lines(101)),
    Some("detail.items: has 101 entries")
)]
#[case::imeis_100("ImeiUpdated", with(imei(), "/imeis", many_imeis(100)), None)]
#[case::imeis_101(
    "ImeiUpdated",
    with(imei(), "/imeis", many_imeis(101)),
    Some("detail.imeis: has more than 100 entries")
)]
fn list_length(#[case] detail_type: &str, #[case] detail: Value, #[case] refusal: Option<&str>) {
    let error = parse(&event(detail_type, &detail)).err().map(|error| error.to_string());
    assert_eq!(error.as_deref().and_then(|error| error.split("; allowed").next()), refusal);
}

#[rstest]
fn i8_nor_as_the_type_or_the_whole_detail() {
    let typed = parse(&event("490154203237518", &imei())).expect_err("a refusal").to_string();
    let whole =
        parse(&event("ImeiUpdated", &json!("490154203237518"))).expect_err("a refusal").to_string();
    assert!(!typed.contains("490154203237518") && !whole.contains("490154203237518"));
}

#[rstest]
fn tracking_numbers_are_made_alike_and_times_are_of_one_clock() {
    let Fact::CarrierScan(Scanned::Movement(scan)) =
        parse(&event("CarrierScan", &scan())).unwrap().fact
    else {
        panic!("a scan")
    };
    assert_eq!(scan.tracking_number.as_str(), "112345678");
    assert_eq!(seconds(scan.occurred_at), 245 - 3_600);
}

#[rstest]
#[case::whole(200, true)]
#[case::too_long(201, false)]
fn an_address_is_kept_whole_or_not_at_all(#[case] length: usize, #[case] is_kept: bool) {
    let url = format!("https://t.example/{}", "9".repeat(length - 18));
    let event = event("LabelCreated", &with(label(), "/tracking_url", json!(url)));
    let Fact::LabelCreated(label) = parse(&event).unwrap().fact else { panic!("a label") };
    assert_eq!(label.tracking_url.map(String::from), is_kept.then_some(url));
}

#[rstest]
#[case::valid(r#"{"v":1,"seller":"acme","partner":"amazon-us","order":"9"}"#, None)]
#[case::version(
    r#"{"v":2,"seller":"acme","partner":"amazon-us","order":"9"}"#,
    Some("v: 2 is not a known doorbell version; known is 1")
)]
#[case::no_order(r#"{"v":1,"seller":"acme","partner":"amazon-us"}"#, Some("missing field `order`"))]
#[case::a_list(r#"[1,"acme","amazon-us","9"]"#, Some("invalid type: sequence, expected an object"))]
#[case::a_hash(
    r#"{"v":1,"seller":"a#b","partner":"amazon-us","order":"9"}"#,
    Some("seller: not an id")
)]
fn doorbells(#[case] body: &str, #[case] refusal: Option<&str>) {
    let parsed: Result<_, DoorbellError> = Doorbell::parse(body);
    let error = parsed.as_ref().err().map(ToString::to_string);
    assert_eq!(error.is_some(), refusal.is_some());
    assert!(error.unwrap_or_default().contains(refusal.unwrap_or_default()));
    if let Ok(key) = parsed {
        assert_eq!(
            Doorbell::of(&key).body(),
            r#"{"order":"9","partner":"amazon-us","seller":"acme","v":1}"#
        );
    }
}

#[rstest]
fn a_refused_doorbell_is_refused_in_few_words() {
    let body = format!(r#"{{"v":"{}"}}"#, "x".repeat(100_000));
    let refusal = Doorbell::parse(&body).expect_err("a refusal").to_string();
    assert!(refusal.chars().count() < 400, "{} characters", refusal.chars().count());
}

#[rstest]
fn a_refusal_has_no_character_that_a_message_cannot_carry() {
    let refusal = parse(&event("\u{ffff}Label\u{fffe}", &label())).expect_err("a refusal");
    assert_eq!(refusal.problem, "`Label` is not an event type");
}

fn label_with(field: &str, value: Value) -> domain::LabelCreated {
    let event = event("LabelCreated", &with(label(), field, value));
    let Fact::LabelCreated(label) = parse(&event).unwrap().fact else { panic!("a label") };
    label
}

/// Rule L11: what decides nothing never costs the label, and people are told what was left out.
#[rustfmt::skip]
#[rstest]
#[case::no_scheme("/tracking_url", json!("tracking.example.com/x"), &["detail.tracking_url: is not a web address"])]
#[case::not_available("/tracking_url", json!("n/a"), &["detail.tracking_url: is not a web address"])]
#[case::a_script("/tracking_url", json!("javascript:x"), &["detail.tracking_url: is not a web address"])]
#[case::a_blank_inside("/tracking_url", json!("https://t.example/a b"), &["detail.tracking_url: is not a web address"])]
#[case::a_number("/tracking_url", json!(7), &["detail.tracking_url: is the number 7, not a text"])]
#[case::a_time_without_offset("/ship_by", json!("2026-11-23T15:04:05"), &["detail.ship_by: `2026-11-23T15:04:05` is neither a date nor a time with an offset"])]
#[case::a_german_date("/ship_by", json!("24.12.2026"), &["detail.ship_by: `24.12.2026` is neither a date nor a time with an offset"])]
#[case::an_empty_day("/ship_by", json!(""), &[])]
#[case::a_day("/ship_by", json!("2026-12-24"), &[])]
#[case::a_sku_as_a_number("/items/0/sku", json!(4711), &["detail.items[0].sku: is the number 4711, not a text"])]
#[case::a_service_as_a_list("/service", json!(["Ground"]), &["detail.service: is a list, not a text"])]
#[case::a_blank_service("/service", json!(" "), &[])]
fn l11_what_decides_nothing_is_left_out(#[case] field: &str, #[case] value: Value, #[case] said: &[&str]) {
    let left_out = label_with(field, value).left_out;
    let words: Vec<String> = left_out.iter().map(|f| format!("{}: {}", f.field, f.problem)).collect();
    assert_eq!(words, said);
}

/// Rule L11: a scan that is no movement says nothing, whatever else it says.
#[rstest]
#[case::without_a_time("/occurred_at", json!(null))]
#[case::without_a_number("/tracking_number", json!(null))]
#[case::by_a_word("/tracking_number", json!("PENDING"))]
#[case::of_tomorrow("/occurred_at", json!("2036-01-01T00:00:00Z"))]
#[case::without_a_seller("/seller_id", json!(null))]
fn l11_a_scan_that_is_no_movement_is_taken(#[case] field: &str, #[case] value: Value) {
    let quiet = with(scan(), "/status", json!("pre_transit"));
    let taken = parse(&event("CarrierScan", &with(quiet, field, value.clone())));
    assert_eq!(taken.unwrap().fact, Fact::CarrierScan(Scanned::Nothing));
    parse(&event("CarrierScan", &with(scan(), field, value))).expect_err("a movement is refused");
}

/// Rule L10: without a zone of the partner nothing is early, wherever the day is meant.
#[rustfmt::skip]
#[rstest]
#[case::begins_last_at_the_date_line("2026-11-24", "2026-11-24T12:00:00Z", "2026-11-24T09:59:59.999Z")]
#[case::of_new_year("2027-01-01", "2027-01-01T12:00:00Z", "2027-01-01T09:59:59.999Z")]
#[case::a_time_is_what_it_is("2026-11-24T08:00:00+02:00", "2026-11-24T06:00:00Z", "2026-11-24T06:00:00Z")]
fn l10_a_day_without_a_zone(#[case] day: &str, #[case] begins: &str, #[case] ends: &str) {
    let day = label_with("/ship_by", json!(day)).ship_by.expect("a day");
    assert_eq!(day.begins(None).to_string(), begins);
    assert_eq!(day.ends(None).to_string(), ends);
}

/// Rule L10: in a zone a day is from midnight to midnight.
#[rstest]
#[case::east("2026-11-24", 1, "2026-11-23T23:00:00Z", "2026-11-24T22:59:59.999Z")]
#[case::west("2026-11-24", -5, "2026-11-24T05:00:00Z", "2026-11-25T04:59:59.999Z")]
fn l10_a_day_in_a_zone(
    #[case] day: &str,
    #[case] hours: i8,
    #[case] begins: &str,
    #[case] ends: &str,
) {
    let zone = jiff::tz::Offset::constant(hours).to_time_zone();
    let day = label_with("/ship_by", json!(day)).ship_by.expect("a day");
    assert_eq!(day.begins(Some(&zone)).to_string(), begins);
    assert_eq!(day.ends(Some(&zone)).to_string(), ends);
}

/// Rule L12: the source's own names.
#[rstest]
#[case::of_a_shop("gid://shopify/Fulfillment/2558")]
#[case::of_a_shop_with_a_hash("#1001-F1")]
#[case::with_blanks("Paket 1 von 2")]
#[case::of_another_script("荷物１")]
#[case::of_64_characters(&"é".repeat(64))]
fn l12_names_are_compared_as_told(#[case] name: &str) {
    assert_eq!(label_with("/label_id", json!(name)).label_id.as_str(), name);
    assert_eq!(label_with("/package_id", json!(format!(" {name} "))).package_id.as_str(), name);
}

/// Rule I9: an IMEI is taken as people and scanners write it.
#[rstest]
#[case::in_groups("49 015420 323751 8")]
#[case::with_hyphens("49-015420-323751-8")]
#[case::with_dashes("49\u{2013}015420\u{2013}323751\u{2013}8")]
#[case::with_a_line_end("490154203237518\r\n")]
#[case::with_a_tab("\t490154203237518")]
#[case::with_hard_blanks("49\u{a0}015420\u{a0}323751\u{a0}8")]
#[case::with_a_mark("\u{feff}490154203237518\u{200e}")]
fn i9_an_imei_is_taken_as_it_is_written(#[case] written: &str) {
    let event = event("ImeiUpdated", &with(imei(), "/imeis", json!([written])));
    let Fact::ImeiUpdated(entered) = parse(&event).expect("an event").fact else { panic!("IMEIs") };
    assert_eq!(entered.imeis, Some(vec!["490154203237518".parse().unwrap()]));
}

fn taken(field: &str, entries: Value) -> domain::ImeiUpdated {
    let event = event("ImeiUpdated", &with(imei(), field, entries));
    let Fact::ImeiUpdated(entered) = parse(&event).unwrap().fact else { panic!("IMEIs") };
    entered
}

/// Rule I10: two IMEIs of one phone are one entry, the first of them first. What an entry says whole is said once.
#[rstest]
#[case::a_slash(json!(["490154203237518/356938035643809"]), &["490154203237518/356938035643809"])]
#[case::a_semicolon(json!(["490154203237518;356938035643809"]), &["490154203237518/356938035643809"])]
#[case::a_bar(json!(["490154203237518 | 356938035643809"]), &["490154203237518/356938035643809"])]
#[case::their_names(json!(["IMEI1: 490154203237518 IMEI2: 356938035643809"]), &["490154203237518/356938035643809"])]
#[case::their_names_and_a_slash(json!(["imei 1 - 490154203237518 / imei 2 - 356938035643809"]), &["490154203237518/356938035643809"])]
#[case::one_name(json!(["IMEI 490154203237518"]), &["490154203237518"])]
#[case::a_name_before_a_one(json!(["IMEI 104901542032374"]), &["104901542032374"])]
#[case::quoted_by_a_sheet(json!(["'490154203237518"]), &["490154203237518"])]
#[case::a_formula_of_a_sheet(json!(["=\"490154203237518\""]), &["490154203237518"])]
#[case::with_slashes(json!(["490154/20/323751/8"]), &["490154203237518"])]
#[case::with_its_version(json!(["490154203237518 / 01"]), &["490154203237518"])]
#[case::two_with_their_versions(json!(["490154203237518/01, 356938035643809/01"]), &["490154203237518/356938035643809"])]
#[case::a_comma(json!(["490154203237518, 356938035643809"]), &["490154203237518/356938035643809"])]
#[case::a_line_end(json!(["490154203237518\n356938035643809\n"]), &["490154203237518/356938035643809"])]
#[case::a_line_end_of_a_scanner(json!(["490154203237518\r\n356938035643809\r\n"]), &["490154203237518/356938035643809"])]
#[case::a_line_end_of_a_document(json!(["490154203237518\u{2028}356938035643809"]), &["490154203237518/356938035643809"])]
#[case::groups_and_a_slash(json!(["49-015420-323751-8 / 35 693803 564380 9"]), &["490154203237518/356938035643809"])]
#[case::lines_and_a_slash(json!(["490154\n203237518 /\n356938035643809"]), &["490154203237518/356938035643809"])]
#[case::a_line_end_in_one(json!(["490154\n203237518"]), &["490154203237518"])]
#[case::a_slash_at_its_end(json!(["490154203237518/"]), &["490154203237518"])]
#[case::one_scanned_twice(json!(["490154203237518/490154203237518"]), &["490154203237518"])]
#[case::an_entry_twice(json!(["490154203237518", "49-015420-323751-8"]), &["490154203237518"])]
#[case::the_order_is_kept(json!(["490154203237518", "353879234252633"]), &["490154203237518", "353879234252633"])]
#[case::also_the_other_way_round(json!(["490154203237518", "353879234252633", "356938035643809"]), &["490154203237518", "353879234252633", "356938035643809"])]
#[case::one_of_a_phone_after_it(json!(["490154203237518/356938035643809", "356938035643809"]), &["490154203237518/356938035643809"])]
#[case::one_of_a_phone_before_it(json!(["356938035643809", "490154203237518/356938035643809"]), &["490154203237518/356938035643809"])]
#[case::a_phone_the_other_way_round(json!(["490154203237518/356938035643809", "356938035643809/490154203237518"]), &["490154203237518/356938035643809"])]
fn i10_a_phone_is_taken_as_it_is_written(#[case] written: Value, #[case] expected: &[&str]) {
    let expected = expected.iter().map(|phone| phone.parse().unwrap()).collect();
    assert_eq!(taken("/imeis", written).imeis, Some(expected));
}

/// Rule I11: a serial number is taken as it is told, in its own case. What is left out says nothing.
#[rstest]
#[case::as_told(json!(["r52K-90/1.b"]), ["r52K-90/1.b"].to_vec())]
#[case::with_a_line_end(json!(["C02XK1ABJG5J\r\n"]), ["C02XK1ABJG5J"].to_vec())]
#[case::in_groups(json!(["C02X K1AB JG5J"]), ["C02XK1ABJG5J"].to_vec())]
#[case::with_a_dash_of_a_document(json!(["R52K\u{2011}901"]), ["R52K-901"].to_vec())]
#[case::with_a_mark(json!(["\u{feff}C02XK1ABJG5J\u{200e}"]), ["C02XK1ABJG5J"].to_vec())]
#[case::quoted_by_a_sheet(json!(["'C02XK1ABJG5J"]), ["C02XK1ABJG5J"].to_vec())]
#[case::a_formula_of_a_sheet(json!(["=\"C02XK1ABJG5J\""]), ["C02XK1ABJG5J"].to_vec())]
#[case::one_character(json!(["7"]), ["7"].to_vec())]
#[case::fifty(json!(["X".repeat(50)]), ["XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"].to_vec())]
#[case::fifteen_digits_that_are_no_imei(json!(["490154203237519"]), ["490154203237519"].to_vec())]
#[case::one_twice(json!(["C02XK1", "C02XK2", "C02XK1"]), ["C02XK1", "C02XK2"].to_vec())]
#[case::two_in_two_cases(json!(["C02XK1", "c02xk1"]), ["C02XK1", "c02xk1"].to_vec())]
#[case::none(json!([]), Vec::new())]
fn i11_a_serial_number_is_taken_as_it_is_told(#[case] written: Value, #[case] expected: Vec<&str>) {
    let expected = expected.iter().map(|serial| serial.parse().unwrap()).collect();
    assert_eq!(taken("/serials", written).serials, Some(expected));
    assert_eq!(taken("/serials", json!(null)).serials, None);
}

#[rstest]
fn i11_serial_numbers_may_come_without_imeis() {
    let mut detail = imei();
    detail["imeis"] = Value::Null;
    detail["serials"] = json!(["C02XK1ABJG5J"]);
    let Fact::ImeiUpdated(entered) = parse(&event("ImeiUpdated", &detail)).expect("an event").fact
    else {
        panic!("IMEIs")
    };
    assert_eq!((entered.imeis, entered.serials.map(|list| list.len())), (None, Some(1)));
}

/// Rules I8 and I11: no refusal repeats a serial number.
#[rstest]
#[case::with_a_sign(json!(["C02XK1ABJG5J#"]))]
#[case::not_in_a_list(json!("C02XK1ABJG5J"))]
#[case::in_an_object(json!([{ "sn": "C02XK1ABJG5J" }]))]
#[case::too_long(json!(["C02XK1ABJG5J".repeat(5)]))]
fn i11_no_refusal_repeats_a_serial_number(#[case] serials: Value) {
    let refusal =
        parse(&event("ImeiUpdated", &with(imei(), "/serials", serials))).expect_err("a refusal");
    assert!(!refusal.to_string().contains("C02XK1"), "{refusal}");
}
