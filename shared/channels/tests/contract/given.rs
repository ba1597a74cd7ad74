//! Partners, submissions and answers to start from, and requests as a reader wants them.

use channels::{Answer, Site};
use domain::{
    AmazonRegion, BackMarketHost, Channel, ChannelSettings, CountryCode, GrouponApi, Item, ItemId,
    Moment, OrderKey, Partner, Submission, Text, WebhookUrl,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// 2026-11-23T15:10:00Z.
pub(crate) const NOW: Moment = Moment::from_millis(1_795_446_600_000);

/// The order of Amazon's sandbox.
pub(crate) const AMAZON_ORDER: &str = "902-1106328-1059050";

/// An order of eBay. Source: its description of `createShippingFulfillment`.
pub(crate) const EBAY_ORDER: &str = "01-03955-36441";

/// An order of Wish: an object id. Source: its description (W).
pub(crate) const WISH_ORDER: &str = "5d30f60e0a6fc464f4f376b0";

pub(crate) const IMEI: &str = "490154203237518";
pub(crate) const OTHER_IMEI: &str = "356938035643809";

/// The body of Amazon's `confirmShipment`.
pub(crate) const CONFIRM_SHIPMENT: &str =
    include_str!("../../../../tests/contracts/amazon/confirm-shipment.schema.json");

/// The requests of Amazon's static sandbox.
pub(crate) const SANDBOX: &str = include_str!("../../../../tests/contracts/amazon/sandbox.json");

/// Our own contract: what the receiver of a webhook is told.
pub(crate) const SHIPMENT_CONFIRMED: &str =
    include_str!("../../../../tests/contracts/until_gone/shipment.confirmed.schema.json");

pub(crate) fn text(words: &str) -> Text {
    Text::cut(words)
}

fn partner(id: &str, settings: ChannelSettings) -> Partner {
    let keys = ("acme".parse().unwrap(), id.parse().unwrap());
    Partner::new(keys, text(id), settings, (text("ops"), Moment::from_millis(0)))
}

pub(crate) fn amazon() -> Partner {
    let settings =
        ChannelSettings::Amazon { region: AmazonRegion::Na, marketplace_id: text("ATVPDKIKX0DER") };
    partner("amazon-us", settings)
}

pub(crate) fn back_market() -> Partner {
    back_market_of("Acme")
}

pub(crate) fn back_market_of(company: &str) -> Partner {
    let settings = ChannelSettings::BackMarket {
        host: BackMarketHost::NorthAmerica,
        language: text("en-us"),
        company: text(company),
        integration: text("Shipconfirm"),
        contact: text("ops@acme.example"),
    };
    partner("back-market-us", settings)
}

pub(crate) fn until_gone() -> Partner {
    until_gone_at("https://hooks.untilgone.example/shipments?account=7", true)
}

pub(crate) fn until_gone_at(url: &str, receiver_dedupes: bool) -> Partner {
    let url = WebhookUrl::try_from(url.to_owned()).unwrap();
    partner("until-gone-us", ChannelSettings::UntilGone { url, receiver_dedupes })
}

pub(crate) fn wish() -> Partner {
    let origin_country = CountryCode::try_from("US".to_owned()).unwrap();
    partner("wish-us", ChannelSettings::Wish { origin_country })
}

pub(crate) fn ebay() -> Partner {
    partner("ebay-us", ChannelSettings::Ebay)
}

pub(crate) fn groupon(api_version: GrouponApi) -> Partner {
    partner("groupon-us", ChannelSettings::Groupon { supplier_id: text("1"), api_version })
}

/// The real one.
pub(crate) fn at(partner: &Partner) -> Site<'_> {
    Site { partner, endpoint: None }
}

/// One in its place.
pub(crate) fn near(partner: &Partner) -> Site<'_> {
    Site { partner, endpoint: Some("http://127.0.0.1:9000/") }
}

pub(crate) fn key() -> OrderKey {
    OrderKey {
        seller: "acme".parse().unwrap(),
        partner: "amazon-us".parse().unwrap(),
        order: AMAZON_ORDER.parse().unwrap(),
    }
}

pub(crate) fn item(id: &str, quantity: u32) -> Item {
    Item { item_id: id.parse().unwrap(), sku: None, quantity, requires_imei: false }
}

pub(crate) fn phone(id: &str, quantity: u32) -> Item {
    Item { requires_imei: true, ..item(id, quantity) }
}

/// The shipment of Amazon's sandbox.
pub(crate) fn amazon_submission() -> Submission {
    Submission {
        channel: Channel::Amazon,
        order: AMAZON_ORDER.parse().unwrap(),
        package: "1".parse().unwrap(),
        tracking: "112345678".parse().unwrap(),
        carrier: text("FedEx"),
        service: text("FedEx Ground"),
        tracking_url: None,
        ship_date: "2022-02-11T01:00:00Z".parse().unwrap(),
        items: vec![item("79039765272157", 1)],
        imeis: BTreeMap::new(),
        reference: None,
        imeis_apart: false,
        siblings: BTreeSet::new(),
    }
}

/// A phone to be shipped, its IMEI known.
pub(crate) fn back_market_submission() -> Submission {
    Submission {
        channel: Channel::BackMarket,
        order: "65443".parse().unwrap(),
        package: "1".parse().unwrap(),
        tracking: "1Z999AA10123456784".parse().unwrap(),
        carrier: text("UPS"),
        service: text("Ground"),
        tracking_url: Some(text("https://www.ups.com/track?tracknum=1Z999AA10123456784")),
        ship_date: "2026-11-23T15:04:05.678Z".parse().unwrap(),
        items: vec![phone("7001", 1)],
        imeis: BTreeMap::from([("7001".parse().unwrap(), BTreeSet::from([IMEI.parse().unwrap()]))]),
        reference: None,
        imeis_apart: false,
        siblings: BTreeSet::new(),
    }
}

/// Two lines of an order in one parcel. What needs an IMEI elsewhere is like everything else here.
pub(crate) fn until_gone_submission() -> Submission {
    let sku = Some(text("PHONE-128-\u{3b1}"));
    Submission {
        channel: Channel::UntilGone,
        order: "UG-100042".parse().unwrap(),
        package: "1".parse().unwrap(),
        tracking: "1Z999AA10123456784".parse().unwrap(),
        carrier: text("UPS"),
        service: text("Ground"),
        tracking_url: Some(text("https://www.ups.com/track?tracknum=1Z999AA10123456784")),
        ship_date: "2026-11-23T15:04:05.678Z".parse().unwrap(),
        items: vec![Item { sku, ..phone("7001", 1) }, item("7002", 2)],
        imeis: BTreeMap::from([("7001".parse().unwrap(), BTreeSet::from([IMEI.parse().unwrap()]))]),
        reference: None,
        imeis_apart: false,
        siblings: BTreeSet::new(),
    }
}

/// An order of two lines to be shipped, all of it by one number.
pub(crate) fn wish_submission() -> Submission {
    Submission {
        channel: Channel::Wish,
        order: WISH_ORDER.parse().unwrap(),
        items: vec![item("1", 1), item("2", 2)],
        ..ebay_submission()
    }
}

/// One line to be shipped.
pub(crate) fn ebay_submission() -> Submission {
    Submission {
        channel: Channel::Ebay,
        order: EBAY_ORDER.parse().unwrap(),
        package: "1".parse().unwrap(),
        tracking: "1Z999AA10123456784".parse().unwrap(),
        carrier: text("UPS"),
        service: text("Ground"),
        tracking_url: None,
        ship_date: "2026-11-23T15:04:05.678Z".parse().unwrap(),
        items: vec![item("10000000000001", 1)],
        imeis: BTreeMap::new(),
        reference: None,
        imeis_apart: false,
        siblings: BTreeSet::new(),
    }
}

/// Two lines in one parcel. Their ids are good for both versions.
pub(crate) fn groupon_submission() -> Submission {
    Submission {
        channel: Channel::Groupon,
        order: "11561881-ABC".parse().unwrap(),
        items: vec![item("54553918", 1), item("54553919", 2)],
        ..ebay_submission()
    }
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
