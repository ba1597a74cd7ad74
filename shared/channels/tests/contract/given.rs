//! Partners, submissions and answers to start from, and requests as a reader wants them.

use channels::about::example_settings;
use channels::{Answer, Destination};
use domain::{
    ChangedBy, Channel, Device, Imei, Item, ItemId, Moment, OrderKey, Partner, PartnerRegistration,
    Submission, Text,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// 2026-11-23T15:10:00Z.
pub(crate) const NOW: Moment = Moment::from_millis(1_795_446_600_000);

pub(crate) const IMEI: &str = "490154203237518";
pub(crate) const OTHER_IMEI: &str = "356938035643809";
pub(crate) const SERIAL: &str = "C02XK1ABJG5J";

pub(crate) fn text(words: &str) -> Text {
    Text::cut(words)
}

/// A partner whose settings are its channel's examples.
pub(crate) fn partner(id: &str, channel: Channel) -> Partner {
    let registration = PartnerRegistration {
        seller: "acme".parse().unwrap(),
        id: id.parse().unwrap(),
        name: text(id),
        settings: example_settings(channel),
    };
    Partner::new(registration, ChangedBy { person: text("ops"), at: Moment::from_millis(0) })
}

/// The same with another value of one setting.
pub(crate) fn with_setting(partner: Partner, name: &str, value: impl Into<Value>) -> Partner {
    let settings = partner.settings.clone().with(name, value);
    Partner { settings, ..partner }
}

/// One line of an order to be shipped, which any channel could be told of.
pub(crate) fn submission(channel: Channel, order: &str) -> Submission {
    Submission {
        channel,
        order: order.parse().unwrap(),
        package: "1".parse().unwrap(),
        tracking: "1Z999AA10123456784".parse().unwrap(),
        carrier: text("UPS"),
        carrier_code: None,
        service: Some(text("Ground")),
        tracking_url: None,
        ship_date: "2026-11-23T15:04:05.678Z".parse().unwrap(),
        items: vec![item("10000000000001", 1)],
        devices: BTreeMap::new(),
        reference: None,
        imeis_apart: false,
        supply_source_id: None,
        siblings: BTreeSet::new(),
    }
}

/// The real one.
pub(crate) fn at(partner: &Partner) -> Destination<'_> {
    Destination { partner, endpoint: None }
}

/// One in its place.
pub(crate) fn near(partner: &Partner) -> Destination<'_> {
    Destination { partner, endpoint: Some("http://127.0.0.1:9000/") }
}

pub(crate) fn key() -> OrderKey {
    OrderKey {
        seller: "acme".parse().unwrap(),
        partner: "amazon-us".parse().unwrap(),
        order: "902-1106328-1059050".parse().unwrap(),
    }
}

pub(crate) fn item(id: &str, quantity: u32) -> Item {
    Item {
        item_id: id.parse().unwrap(),
        sku: None,
        quantity,
        requires_imei: false,
        transparency_codes: BTreeSet::new(),
        requires_serial: false,
    }
}

pub(crate) fn phone(id: &str, quantity: u32) -> Item {
    Item { requires_imei: true, ..item(id, quantity) }
}

pub(crate) fn line(id: &str) -> ItemId {
    id.parse().unwrap()
}

pub(crate) fn answer(status: u16, body: impl Into<Vec<u8>>) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: body.into(), is_whole: true }
}

pub(crate) fn json_answer(status: u16, body: &Value) -> Answer {
    answer(status, body.to_string())
}

pub(crate) fn with(mut answer: Answer, name: &'static str, value: &'static str) -> Answer {
    answer.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    answer
}

/// The request as it goes out, without what is secret in its headers.
pub(crate) fn shown(request: &Request<Vec<u8>>) -> String {
    let mut lines = vec![format!("{} {}", request.method(), request.uri())];
    lines.extend(request.headers().iter().map(|(name, value)| {
        let value = if value.is_sensitive() { "(secret)" } else { value.to_str().unwrap() };
        format!("{name}: {value}")
    }));
    lines.push(String::new());
    lines.push(match serde_json::from_slice::<Value>(request.body()) {
        Ok(json) => serde_json::to_string_pretty(&json).unwrap(),
        Err(_not_json) => String::from_utf8(request.body().clone()).unwrap(),
    });
    lines.join("\n").trim_end().to_owned()
}

pub(crate) fn body(request: &Request<Vec<u8>>) -> Value {
    serde_json::from_slice(request.body()).unwrap()
}

/// A device of which only the IMEI is known.
pub(crate) fn device(imei: &str) -> Device {
    Device::from(imei.parse::<Imei>().unwrap())
}

/// A device of which both are known.
pub(crate) fn with_serial(imei: &str, serial: &str) -> Device {
    Device { serial: Some(serial.parse().unwrap()), ..device(imei) }
}
