//! The six events. An event that is taken is within every limit, and is equal when it is written and read again. An event
//! that is refused gets a reason with the field and what would be right, and with no IMEI in it.

use crate::bytes::{digits_in_a_row, is_plain, text};
use domain::{
    BusEvent, CarrierScan, DateOrTime, Doorbell, Fact, Fault, Imei, Item, ItemId, LabelCreated,
    LabelKind, Moment, Phone, RefusedLabel, Scanned, Serial, Text, TransparencyCode, UnreadEvent,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{Event, IMEIS, NUMBER, START, cancel, imeis, label, phones, scan, update, void};

/// From this many digits on a number may be an IMEI. Source: 3GPP TS 23.003: 14 and a check digit.
const IMEI_DIGITS_MIN: usize = 14;

/// The longest field and problem together. They are an attribute of a message that is dead-lettered whole. Unit: characters.
const REASON_MAX: usize = 600;

/// A Transparency code.
const CODE: &str = "AZ:2S9XQ7KD41B0M6TRW8PJFHYZ3N";

/// The text for what is allowed where no rule says it.
const NOTHING_SAID: &str = "see functions/README.md";

pub(crate) const WORDS: &[&str] = &[
    "\"id\":\"",
    "\"detail-type\":\"",
    "\"detail\":{",
    "LabelCreated",
    "LabelVoided",
    "OrderCancelled",
    "OrderUpdated",
    "CarrierScan",
    "ImeiUpdated",
    "\"seller_id\":\"",
    "\"partner_id\":\"",
    "\"order_id\":\"",
    "\"package_id\":\"",
    "\"label_id\":\"",
    "\"item_id\":\"",
    "\"carrier\":\"",
    "\"service\":\"",
    "\"tracking_number\":\"",
    "\"tracking_url\":\"https://",
    "\"labeled_at\":\"",
    "\"ship_by\":\"",
    "\"ships_on\":\"",
    "\"cancel_requested\":true",
    "\"kind\":\"return\"",
    "\"kind\":\"outbound\"",
    "\"also_known_as\":[\"",
    "\"location\":\"",
    "\"items\":[{",
    "\"sku\":\"",
    "\"quantity\":",
    "\"requires_imei\":true",
    "\"requires_imei\":false",
    "\"requires_serial\":true",
    "\"transparency_codes\":[\"",
    "\"supply_source_id\":\"",
    "\"remaining\":",
    "\"serials\":[\"",
    "490154203237518/356938035643809",
    "C02-7001",
    "AZ:2S9XQ7KD41B0M6TRW8PJFHYZ3N",
    "\"voided_at\":\"",
    "\"cancelled_at\":\"",
    "\"status\":\"in_transit\"",
    "\"status\":\"delivered\"",
    "\"occurred_at\":\"",
    "\"imeis\":[\"",
    "\"updated_at\":\"",
    "\"updated_by\":\"",
    "490154203237518",
    "49-015420-323751-8",
    "2026-11-23T15:00:00Z",
    "2026-11-24",
    "2027-01-22",
    "1Z 999 AA1 01 2345 6784",
    "UNTRACKED",
    "9.4E+21",
    "420941039400111899223100001234",
    "/",
    "-009999-01-02T01:59:59Z",
    "9999-12-30T22:00:00.5Z",
    "2026-11-24T15:00:01+14:00",
    "null",
    "9999",
    "10000",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\\u0000",
    "\\uffff",
    "\\ud800",
    "1e999",
    "http://",
    "\u{a0}",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let label = || label("amazon-us", "902-1106328-1059050");
    let phones = json!(phones(&["11", "12"]));
    let events: Vec<Event> = vec![
        label(),
        label().with("tracking_url", "https://www.ups.com/track?tracknum=1").when("ship_by", 9_000),
        label().with("items", phones).with("tracking_number", " 1z-999 aa1 "),
        label().with(
            "items",
            json!([{"item_id":"1","sku":"a","quantity":9_999,"requires_imei":true},
            {"item_id":"2","sku":"","quantity":1,"requires_imei":false}]),
        ),
        label().with("items", json!([["1", null, 1, false]])),
        label().with("kind", "return").with("ships_on", "2026-11-24").with("ship_by", "2026-11-25"),
        label().with("also_known_as", json!(["1Z999/1", "42094103"])).when("updated_at", 60),
        label().with("tracking_number", "1Z999AA10123456784 / 1Z999AA10123456785"),
        label().with("service", json!(7)).with("tracking_url", "ftp://x"),
        label().with("supply_source_id", "057d3fcc-b750-419f-bbcd-4d340c60c430").with(
            "items",
            json!([{"item_id":"1","quantity":2,"requires_imei":false,
                "transparency_codes":[CODE," 09876543211234567890 "]},
            {"item_id":"2","quantity":1,"requires_imei":true,"requires_serial":true}]),
        ),
        label().with(
            "items",
            json!([{"item_id":"1","quantity":1,"requires_imei":false,
                "transparency_codes":[CODE,"09876543211234567890"]}]),
        ),
        label().with(
            "items",
            json!([{"item_id":"1","quantity":0,"requires_imei":false,
            "transparency_codes":["AZ 1"]}]),
        ),
        void("amazon-us", "902-1", "lbl-1"),
        cancel("amazon-us", "902-1"),
        cancel("amazon-us", "902-1")
            .with("items", json!([{"item_id":"1","remaining":0},{"item_id":"2","remaining":3}])),
        cancel("amazon-us", "902-1").with("items", json!([])),
        cancel("amazon-us", "902-1")
            .with("items", json!([{"item_id":"1","remaining":-1},{"item_id":"1","remaining":1}])),
        update("amazon-us", "902-1").when("ship_by", 9_000).with("cancel_requested", true),
        update("amazon-us", "902-1").with("ship_by", " 2026-11-24"),
        update("amazon-us", "902-1").with("ship_by", "24.11.2026"),
        update("amazon-us", "902-1").with("ship_by", Value::Null).with("cancel_requested", false),
        update("amazon-us", "902-1").with("cancel_requested", "yes"),
        update("amazon-us", "902-1"),
        scan(NUMBER),
        scan(NUMBER).with("status", "teleported").with("location", "x"),
        imeis("700001", "11", &IMEIS),
        imeis("700001", "11", &[]).with("updated_by", "ann"),
        imeis("700001", "11", &["490154203237519"]),
        imeis("700001", "11", &IMEIS).with("partner_id", format!("p{}", IMEIS[0])),
        imeis("700001", "11", &[]).with("imeis", json!([490_154_203_237_518_u64])),
        imeis("700001", "11", &[]).with("updated_at", "49-015420-323751-8"),
    ];
    let bodies = events.iter().map(|event| event.body().into_bytes());
    let bare = events.iter().map(|event| {
        json!({ "id": "1", "detail-type": event.kind.name(), "detail": event.detail })
            .to_string()
            .into()
    });
    let odd =
        [r#"["1","OrderCancelled",["acme","amazon-us","9","2026-11-23T15:00:00Z"]]"#, "{}", "[1]"];
    bodies.chain(bare).chain(odd.map(|body| body.as_bytes().to_vec())).collect()
}

/// Target: an event, of any bytes.
pub fn events(bytes: &[u8]) {
    let body = text(bytes);
    match BusEvent::read(body, START) {
        Ok(event) => taken(&event),
        Err(UnreadEvent { fault, label }) => {
            refused(&fault);
            if let Some(unread) = label {
                kept(&unread.label, &fault);
            }
        }
    }
}

fn taken(event: &BusEvent) {
    let again = BusEvent::parse(&written(event), START);
    assert_eq!(again, Ok(without_faults(event)), "it reads the same when it is written again");
    let doubled = written(event).replacen('{', r#"{"id":"1","#, 1);
    assert!(BusEvent::parse(&doubled, START).is_err(), "a field that is there twice is refused");
    within_limits(&event.fact);
    if let Some(key) = event.fact.order_key() {
        assert_eq!(Doorbell::parse(&Doorbell::of(&key).body()), Ok(key), "it can be rung for");
    }
}

/// What is kept of a label that is refused: nothing that its refusal does not say (rule L15).
fn kept(label: &RefusedLabel, fault: &Fault) {
    assert!(!label.is_over && label.at == START);
    let whole = format!("{}: {}", fault.field, fault.problem);
    assert_eq!(label.reason, Text::cut(&whole), "the reason is the refusal's");
    let allowed = label.allowed.as_ref().map(Text::as_str).unwrap_or_default();
    assert!(digits_in_a_row(allowed, |_| false) < IMEI_DIGITS_MIN, "rule I8: {allowed}");
}

/// The event without the faults of what was left out of it: what is written again has none (rule L11).
fn without_faults(event: &BusEvent) -> BusEvent {
    let mut event = event.clone();
    if let Fact::LabelCreated(label) = &mut event.fact {
        for fault in std::mem::take(&mut label.left_out) {
            refused(&fault);
        }
    }
    event
}

fn within_limits(fact: &Fact) {
    let ahead = |at: Moment, hours: i64| {
        assert!(at.since(START) <= SignedDuration::from_hours(hours), "{at} is far ahead");
    };
    match fact {
        Fact::LabelCreated(label) => {
            ahead(label.labeled_at, 24);
            label.updated_at.into_iter().for_each(|at| ahead(at, 24));
            label.ships_on.into_iter().for_each(|on| ahead(on.begins(None), 60 * 24));
            assert!((1..=100).contains(&label.items.len()), "{} lines", label.items.len());
            let ids: BTreeSet<_> = label.items.iter().map(|item| &item.item_id).collect();
            assert_eq!(ids.len(), label.items.len(), "each line once");
            assert!(label.items.iter().all(|item| (1..=9_999).contains(&item.quantity)));
            let codes =
                |item: &Item| u32::try_from(item.transparency_codes.len()).unwrap_or(u32::MAX);
            assert!(label.items.iter().all(|item| codes(item) <= item.quantity), "rule L13");
            let all = label.items.iter().flat_map(|item| &item.transparency_codes);
            let shown = format!(
                "{:?}",
                label.items.iter().map(|i| &i.transparency_codes).collect::<Vec<_>>()
            );
            // A short one may be part of what is shown of another.
            let mut long = all.map(TransparencyCode::as_str).filter(|code| code.len() > 8);
            assert!(long.all(|code| !shown.contains(code)), "rule L13");
            assert_number(label.tracking_number.as_str());
            assert!(label.also_known_as.len() <= 20, "{} numbers", label.also_known_as.len());
            label.also_known_as.iter().for_each(|number| assert_key(number.as_str()));
            let url = label.tracking_url.as_ref().map(Text::as_str);
            assert!(
                url.is_none_or(|url| url.starts_with("http") && !url.contains(char::is_whitespace))
            );
        }
        Fact::CarrierScan(Scanned::Movement(scan)) => {
            assert!(scan.status.is_movement(), "rule M2");
            ahead(scan.occurred_at, 24);
            assert_number(scan.tracking_number.as_str());
        }
        Fact::ImeiUpdated(entered) => {
            ahead(entered.updated_at, 1);
            let phones = entered.imeis.as_deref().unwrap_or_default();
            let serials = entered.serials.as_deref().unwrap_or_default();
            assert!(entered.imeis.is_some() || entered.serials.is_some(), "rule I11");
            assert!(phones.len() <= 100 && serials.len() <= 100);
            let imeis: Vec<&str> = phones.iter().flat_map(Phone::imeis).map(Imei::as_str).collect();
            assert!(imeis.iter().all(|imei| luhn(imei)), "a check digit is wrong");
            // An order's id may have the same digits.
            let shown = format!("{phones:?}");
            assert!(imeis.iter().all(|imei| !shown.contains(imei)), "rule I8");
            let shown = format!("{serials:?}");
            // A short one may be part of what is shown of another.
            let long = serials.iter().map(Serial::as_str).filter(|serial| serial.len() > 8);
            assert!(long.into_iter().all(|serial| !shown.contains(serial)), "rule I11");
        }
        Fact::OrderCancelled(cancelled) => {
            let lines = cancelled.items.as_ref().map(BTreeMap::len);
            assert!(lines.is_none_or(|lines| (1..=100).contains(&lines)), "rule L9");
        }
        Fact::OrderUpdated(updated) => {
            let is_told = updated.ship_by.is_some() || updated.cancel_requested.is_some();
            assert!(is_told, "rule S5: an update that says nothing is refused");
        }
        Fact::LabelVoided(_) | Fact::CarrierScan(Scanned::Nothing) => {}
    }
}

/// Rule N1: the written form has its signs inside, and is of 64 characters at most.
fn assert_number(number: &str) {
    let is_sign = |c: char| "/*.:+_".contains(c);
    assert!(number.len() <= 64, "{number}");
    assert!(!number.starts_with(is_sign) && !number.ends_with(is_sign), "{number}");
    assert_key(&number.replace(is_sign, ""));
}

/// Rule N1: what a number is matched by.
fn assert_key(key: &str) {
    let is_one = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    assert!((5..=40).contains(&key.len()) && key.bytes().all(is_one), "{key}");
    assert!(key.bytes().filter(u8::is_ascii_digit).count() >= 4, "{key}");
}

/// The check of 3GPP TS 23.003, annex B, computed in another way than the product does.
fn luhn(imei: &str) -> bool {
    let digits: Vec<u32> = imei.chars().filter_map(|c| c.to_digit(10)).collect();
    let doubled = |digit: &u32| digit * 2 / 10 + digit * 2 % 10;
    let even: u32 = digits.iter().skip(1).step_by(2).map(doubled).sum();
    let odd: u32 = digits.iter().step_by(2).sum();
    digits.len() == 15 && imei.len() == 15 && (even + odd).is_multiple_of(10)
}

/// What a refusal says besides the parts of a text that has more than one number. None of the parts may be an IMEI.
fn without_parts(problem: &str) -> &str {
    let (said, parts) = problem.split_once("number: ").unwrap_or((problem, ""));
    assert!(parts.split(", ").all(|part| !luhn(part)), "rule I8: {problem}");
    said
}

fn refused(refusal: &Fault) {
    let Fault { field, problem, allowed } = refusal;
    let whole = refusal.to_string();
    assert!(!field.is_empty() && !problem.is_empty() && !allowed.is_empty(), "{whole}");
    assert!(field.starts_with(|c: char| c.is_ascii_lowercase()), "it names a field: {whole}");
    assert!(
        !allowed.iter().any(|right| right.contains(NOTHING_SAID)),
        "it says what is allowed: {whole}"
    );
    assert!(is_plain(&whole), "it can be an attribute of a message: {whole:?}");
    assert!(whole.chars().count() <= REASON_MAX, "it is short: {whole}");
    let between = |c: char| c == '-' || c == '.' || c.is_whitespace();
    // The parts of what has more than one number are named, but for what may be an IMEI.
    let is_of_numbers = problem.contains("more than one number");
    let shown = if is_of_numbers { without_parts(problem) } else { &whole };
    assert!(digits_in_a_row(shown, between) < IMEI_DIGITS_MIN, "rule I8: {whole}");
}

/// A day, or a moment of it.
fn day(day: DateOrTime) -> String {
    match day {
        DateOrTime::Time(at) => at.to_string(),
        DateOrTime::Date(date) => date.to_string(),
    }
}

fn written_label(label: &LabelCreated) -> Value {
    let item = |item: &Item| {
        json!({ "item_id": item.item_id, "sku": item.sku, "quantity": item.quantity,
            "requires_imei": item.requires_imei, "requires_serial": item.requires_serial,
            "transparency_codes": item.transparency_codes })
    };
    let kind = match label.kind {
        LabelKind::Outbound => "outbound",
        LabelKind::Return => "return",
    };
    json!({
        "seller_id": label.seller_id, "partner_id": label.partner_id, "order_id": label.order_id,
        "package_id": label.package_id, "label_id": label.label_id, "kind": kind,
        "carrier": label.carrier, "service": label.service,
        "tracking_number": label.tracking_number, "also_known_as": label.also_known_as,
        "tracking_url": label.tracking_url, "labeled_at": label.labeled_at.to_string(),
        "updated_at": label.updated_at.map(|at| at.to_string()),
        "ship_by": label.ship_by.map(day), "ships_on": label.ships_on.map(day),
        "supply_source_id": label.supply_source_id,
        "items": label.items.iter().map(item).collect::<Value>() })
}

fn written_lines(lines: &BTreeMap<ItemId, u32>) -> Value {
    let line = |(item, remaining)| json!({ "item_id": item, "remaining": remaining });
    lines.iter().map(line).collect()
}

fn written_scan(scan: &CarrierScan) -> Value {
    json!({
        "seller_id": scan.seller_id, "carrier": scan.carrier,
        "tracking_number": scan.tracking_number, "status": scan.status,
        "occurred_at": scan.occurred_at.to_string(), "location": scan.location })
}

/// The event, written as it could come again.
fn written(event: &BusEvent) -> String {
    let at = |at: Moment| Value::from(at.to_string());
    let detail = match &event.fact {
        Fact::LabelCreated(label) => written_label(label),
        Fact::LabelVoided(void) => json!({
            "seller_id": void.seller_id, "partner_id": void.partner_id, "order_id": void.order_id,
            "package_id": void.package_id, "label_id": void.label_id, "voided_at": at(void.voided_at) }),
        Fact::OrderCancelled(cancelled) => json!({
            "seller_id": cancelled.seller_id, "partner_id": cancelled.partner_id,
            "order_id": cancelled.order_id, "cancelled_at": at(cancelled.cancelled_at),
            "items": cancelled.items.as_ref().map(written_lines) }),
        Fact::OrderUpdated(updated) => json!({
            "seller_id": updated.seller_id, "partner_id": updated.partner_id,
            "order_id": updated.order_id, "updated_at": at(updated.updated_at),
            "ship_by": updated.ship_by.map(day), "cancel_requested": updated.cancel_requested }),
        Fact::CarrierScan(Scanned::Movement(scan)) => written_scan(scan),
        Fact::CarrierScan(Scanned::Nothing) => json!({ "status": "unknown" }),
        Fact::ImeiUpdated(entered) => json!({
            "seller_id": entered.seller_id, "partner_id": entered.partner_id, "order_id": entered.order_id,
            "item_id": entered.item_id, "imeis": entered.imeis, "serials": entered.serials, "updated_at": at(entered.updated_at),
            "updated_by": entered.updated_by }),
    };
    json!({ "id": event.id, "detail-type": event.fact.kind().name(), "detail": detail }).to_string()
}
