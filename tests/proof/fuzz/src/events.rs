//! The five events. An event that is taken is within every limit, and is equal when it is written and read again. An event
//! that is refused gets a reason with the field and what would be right, and with no IMEI in it.

use crate::bytes::{digits_in_a_row, is_plain, text};
use domain::{BusEvent, Doorbell, Fact, Fault, Item, Moment, Text};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Event, IMEIS, NUMBER, START, cancel, imeis, label, phones, scan, void};

/// From this many digits on a number may be an IMEI. Source: 3GPP TS 23.003: 14 and a check digit.
const IMEI_DIGITS_MIN: usize = 14;

/// The longest field and problem together. They are an attribute of a message that is dead-lettered whole. Unit: characters.
const REASON_MAX: usize = 600;

/// The text for what is allowed where no rule says it.
const NOTHING_SAID: &str = "see functions/README.md";

pub(crate) const WORDS: &[&str] = &[
    "\"id\":\"",
    "\"detail-type\":\"",
    "\"detail\":{",
    "LabelCreated",
    "LabelVoided",
    "OrderCancelled",
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
    "\"items\":[{",
    "\"sku\":\"",
    "\"quantity\":",
    "\"requires_imei\":true",
    "\"requires_imei\":false",
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
        void("amazon-us", "902-1", "lbl-1"),
        cancel("amazon-us", "902-1"),
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
    match BusEvent::parse(body, START) {
        Ok(event) => taken(&event),
        Err(refusal) => refused(&refusal),
    }
}

fn taken(event: &BusEvent) {
    let again = BusEvent::parse(&written(event), START);
    assert_eq!(again.as_ref(), Ok(event), "it reads the same when it is written again");
    within_limits(&event.fact);
    if let Some(key) = event.fact.order_key() {
        assert_eq!(Doorbell::parse(&Doorbell::of(&key).body()), Ok(key), "it can be rung for");
    }
}

fn within_limits(fact: &Fact) {
    let ahead = |at: Moment, hours: i64| {
        assert!(at.since(START) <= SignedDuration::from_hours(hours), "{at} is far ahead");
    };
    match fact {
        Fact::LabelCreated(label) => {
            ahead(label.labeled_at, 1);
            assert!((1..=100).contains(&label.items.len()), "{} lines", label.items.len());
            let ids: BTreeSet<_> = label.items.iter().map(|item| &item.item_id).collect();
            assert_eq!(ids.len(), label.items.len(), "each line once");
            assert!(label.items.iter().all(|item| (1..=9_999).contains(&item.quantity)));
            assert_number(label.tracking_number.as_str());
            let url = label.tracking_url.as_ref().map(Text::as_str);
            assert!(
                url.is_none_or(|url| url.starts_with("http") && !url.contains(char::is_whitespace))
            );
        }
        Fact::CarrierScan(scan) => {
            ahead(scan.occurred_at, 24);
            assert_number(scan.tracking_number.as_str());
        }
        Fact::ImeiUpdated(entered) => {
            ahead(entered.updated_at, 1);
            assert!(entered.imeis.len() <= 100);
            assert!(entered.imeis.iter().all(|imei| luhn(imei.as_str())), "a check digit is wrong");
            // An order's id may have the same digits.
            let shown = format!("{:?}", entered.imeis);
            assert!(entered.imeis.iter().all(|imei| !shown.contains(imei.as_str())), "rule I8");
        }
        Fact::LabelVoided(_) | Fact::OrderCancelled(_) => {}
    }
}

fn assert_number(number: &str) {
    let is_one = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    assert!((5..=40).contains(&number.len()) && number.bytes().all(is_one), "{number}");
}

/// The check of 3GPP TS 23.003, annex B, computed in another way than the product does.
fn luhn(imei: &str) -> bool {
    let digits: Vec<u32> = imei.chars().filter_map(|c| c.to_digit(10)).collect();
    let doubled = |digit: &u32| digit * 2 / 10 + digit * 2 % 10;
    let even: u32 = digits.iter().skip(1).step_by(2).map(doubled).sum();
    let odd: u32 = digits.iter().step_by(2).sum();
    digits.len() == 15 && imei.len() == 15 && (even + odd).is_multiple_of(10)
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
    assert!(digits_in_a_row(&whole, between) < IMEI_DIGITS_MIN, "rule I8: {whole}");
}

/// The event, written as it could come again.
fn written(event: &BusEvent) -> String {
    let item = |item: &Item| {
        json!({ "item_id": item.item_id, "sku": item.sku, "quantity": item.quantity,
            "requires_imei": item.requires_imei })
    };
    let at = |at: Moment| Value::from(at.to_string());
    let detail = match &event.fact {
        Fact::LabelCreated(label) => json!({
            "seller_id": label.seller_id, "partner_id": label.partner_id, "order_id": label.order_id,
            "package_id": label.package_id, "label_id": label.label_id, "carrier": label.carrier,
            "service": label.service, "tracking_number": label.tracking_number,
            "tracking_url": label.tracking_url, "labeled_at": at(label.labeled_at),
            "ship_by": label.ship_by.map(at), "items": label.items.iter().map(item).collect::<Value>() }),
        Fact::LabelVoided(void) => json!({
            "seller_id": void.seller_id, "partner_id": void.partner_id, "order_id": void.order_id,
            "package_id": void.package_id, "label_id": void.label_id, "voided_at": at(void.voided_at) }),
        Fact::OrderCancelled(cancelled) => json!({
            "seller_id": cancelled.seller_id, "partner_id": cancelled.partner_id,
            "order_id": cancelled.order_id, "cancelled_at": at(cancelled.cancelled_at) }),
        Fact::CarrierScan(scan) => json!({
            "seller_id": scan.seller_id, "carrier": scan.carrier, "tracking_number": scan.tracking_number,
            "status": scan.status, "occurred_at": at(scan.occurred_at) }),
        Fact::ImeiUpdated(entered) => json!({
            "seller_id": entered.seller_id, "partner_id": entered.partner_id, "order_id": entered.order_id,
            "item_id": entered.item_id, "imeis": entered.imeis, "updated_at": at(entered.updated_at),
            "updated_by": entered.updated_by }),
    };
    json!({ "id": event.id, "detail-type": event.fact.kind().name(), "detail": detail }).to_string()
}
