//! What is shown of a dead letter. Its body is whatever somebody sent, and IMEIs, serial numbers and Transparency codes may stand
//! anywhere in it (rule I8). So only fields that name things are shown, and in those what looks like an IMEI is masked.

use domain::Imei;
use serde_json::{Map, Value, json};

/// The fields that are shown. None of them is a place for a device or a code.
const SHOWN: [&str; 31] = [
    "detail-type",
    "id",
    "source",
    "time",
    "account",
    "region",
    "seller_id",
    "partner_id",
    "order_id",
    "package_id",
    "label_id",
    "kind",
    "carrier",
    "service",
    "tracking_number",
    "status",
    "location",
    "labeled_at",
    "updated_at",
    "voided_at",
    "cancelled_at",
    "occurred_at",
    "ordered_at",
    "ship_by",
    "ships_on",
    "shipped",
    "cancel_requested",
    "item_id",
    "quantity",
    "remaining",
    "requires_imei",
];

/// The fields in which a long number is no IMEI, whatever it looks like.
const NUMBERS: [&str; 4] = ["account", "item_id", "order_id", "tracking_number"];

/// How many digits an IMEI has.
const IMEI_DIGITS: usize = 15;

/// The longest text of a field that is shown. Unit: characters.
const TEXT_MAX: usize = 120;

/// The fields of a body that may be shown, and how many were left out. A field inside others has its whole path as its name.
pub(super) fn fields(body: &str) -> Map<String, Value> {
    let mut shown = Map::new();
    let Ok(body) = serde_json::from_str::<Value>(body) else {
        shown.insert("not_json".to_owned(), json!(format!("{} bytes", body.len())));
        return shown;
    };
    let mut left_out = 0_usize;
    walk(&body, ("", ""), &mut |path, name, value| {
        if SHOWN.contains(&name) {
            shown.insert(path.to_owned(), plain(name, value));
        } else {
            left_out = left_out.saturating_add(1);
        }
    });
    if left_out > 0 {
        shown.insert("left_out".to_owned(), json!(format!("{left_out} more fields")));
    }
    shown
}

/// Visits each value that has no others in it, with its path and the name of its field.
fn walk(value: &Value, (path, name): (&str, &str), visit: &mut dyn FnMut(&str, &str, &Value)) {
    let under =
        |inner: &str| if path.is_empty() { inner.to_owned() } else { format!("{path}.{inner}") };
    match value {
        Value::Object(fields) => {
            for (inner, value) in fields {
                walk(value, (&under(inner), inner), visit);
            }
        }
        Value::Array(entries) => {
            for (place, value) in entries.iter().enumerate() {
                walk(value, (&format!("{path}[{place}]"), name), visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            visit(path, name, value);
        }
    }
}

fn plain(name: &str, value: &Value) -> Value {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if !NUMBERS.contains(&name) && has_imei(&text) {
        return json!("(masked)");
    }
    match value {
        Value::String(text) => json!(text.chars().take(TEXT_MAX).collect::<String>()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.clone()
        }
    }
}

/// Whether a text has the digits of an IMEI in it, with whatever between them.
fn has_imei(text: &str) -> bool {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    digits.windows(IMEI_DIGITS).any(|some| some.iter().collect::<String>().parse::<Imei>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const IMEI: &str = "490154203237518";

    #[rstest]
    #[case::a_name(json!({ "detail": { "seller_id": "s1" } }), json!({ "detail.seller_id": "s1" }))]
    #[case::in_a_list(json!({ "detail": { "items": [{ "item_id": "7" }] } }), json!({ "detail.items[0].item_id": "7" }))]
    #[case::a_list_of_imeis(json!({ "detail": { "imeis": [IMEI] } }), json!({ "left_out": "1 more fields" }))]
    #[case::an_imei_elsewhere(json!({ "detail": { "location": IMEI } }), json!({ "detail.location": "(masked)" }))]
    #[case::an_imei_in_groups(json!({ "detail": { "carrier": "UPS 49-015420-323751-8" } }), json!({ "detail.carrier": "(masked)" }))]
    #[case::a_tracking_number(json!({ "detail": { "tracking_number": IMEI } }), json!({ "detail.tracking_number": IMEI }))]
    #[case::codes(json!({ "transparency_codes": ["AZ:1"], "serials": ["C02"], "name": "x" }), json!({ "left_out": "3 more fields" }))]
    fn only_names_are_shown(#[case] body: Value, #[case] expected: Value) {
        assert_eq!(Value::Object(fields(&body.to_string())), expected);
    }

    #[test]
    fn what_is_no_json_is_not_shown() {
        assert_eq!(fields(IMEI.repeat(2).as_str()).get("not_json"), None);
        assert_eq!(fields("imei {").get("not_json"), Some(&json!("6 bytes")));
    }
}
