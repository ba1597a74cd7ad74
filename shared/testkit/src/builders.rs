//! Builders of partners, of events as they are on the bus, and of configurations. Times are seconds after [`START`].

use channels::about::{example_secret, example_settings};
use domain::{
    ChangedBy, Channel, EventKind, Moment, OrderKey, Partner, PartnerRegistration, SellerId, Text,
    Timing,
};
use flows::SenderConfig;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::fmt::Debug;
use std::str::FromStr;

/// 2026-11-23T15:00:00Z, a Monday.
pub const START: Moment = Moment::from_millis(1_795_446_000_000);

/// The deadline of an invocation that has all the time it needs. It is later than any test.
pub const ENDLESS: Moment = Moment::from_millis(4_102_444_800_000);

/// The id of the order of Amazon's sandbox.
pub const AMAZON_ORDER: &str = "902-1106328-1059050";

/// The id of an order, as Back Market numbers them.
pub const BACK_MARKET_ORDER: &str = "700001";

/// The tracking number of [`label`].
pub const NUMBER: &str = "1Z999AA10123456784";

/// Three valid IMEIs.
pub const IMEIS: [&str; 3] = ["490154203237518", "356938035643809", "353879234252633"];

/// A moment this many seconds after [`START`].
pub fn at(seconds: i64) -> Moment {
    START.plus(SignedDuration::from_secs(seconds))
}

/// Parses a text that a builder has written itself.
pub fn parsed<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("a builder's own text can be parsed")
}

/// Free text.
pub fn text(words: &str) -> Text {
    Text::cut(words)
}

/// The seller of whatever is built here.
pub fn seller() -> SellerId {
    parsed("acme")
}

/// The key of an order of that seller.
pub fn key(partner: &str, order: &str) -> OrderKey {
    OrderKey { seller: seller(), partner: parsed(partner), order: parsed(order) }
}

/// A partner of any seller, with the example settings of its channel.
pub fn partner_of(seller: &SellerId, id: &str, channel: Channel) -> Partner {
    let registration = PartnerRegistration {
        seller: seller.clone(),
        id: parsed(id),
        name: text(id),
        settings: example_settings(channel),
    };
    Partner::new(registration, ChangedBy { person: text("ops"), at: START })
}

/// `amazon-us`, under movement timing.
pub fn amazon() -> Partner {
    partner_of(&seller(), "amazon-us", Channel::Amazon)
}

/// `back-market-us`, under movement timing.
pub fn back_market() -> Partner {
    partner_of(&seller(), "back-market-us", Channel::BackMarket)
}

/// The partner under another timing.
pub fn under(timing: Timing, partner: Partner) -> Partner {
    Partner { timing, ..partner }
}

/// An event, before it is on the bus.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its `detail-type`.
    pub kind: EventKind,
    /// Its `detail`.
    pub detail: Value,
}

impl Event {
    fn new(kind: EventKind, detail: Value) -> Self {
        Self { kind, detail }
    }

    /// The event with another value of one field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        if let Value::Object(fields) = &mut self.detail {
            fields.insert(field.to_owned(), value.into());
        }
        self
    }

    /// The event with another time in a field. Unit: seconds after [`START`].
    #[must_use]
    pub fn when(self, field: &str, seconds: i64) -> Self {
        self.with(field, at(seconds).to_string())
    }

    /// The message that `EventBridge` puts into an SQS queue. The id of the event follows from what it says, so two events that
    /// say the same have the same id.
    pub fn body(&self) -> String {
        let said = format!("{}{}", self.kind, self.detail);
        let hash = said.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let id = format!("6f1e5c0a-93a1-4d0e-8f63-{:012x}", hash & 0xffff_ffff_ffff);
        json!({
            "version": "0", "id": id, "detail-type": self.kind.name(), "source": "shipping",
            "account": "123456789012", "time": "2026-11-23T15:00:00Z", "region": "us-east-1",
            "resources": [], "detail": self.detail,
        })
        .to_string()
    }
}

fn of_order(partner: &str, order: &str) -> Value {
    json!({ "seller_id": "acme", "partner_id": partner, "order_id": order })
}

/// A label of package `1`, made at the start, with one line that needs no IMEI.
pub fn label(partner: &str, order: &str) -> Event {
    Event::new(EventKind::LabelCreated, of_order(partner, order))
        .with("package_id", "1")
        .with("label_id", "lbl-1")
        .with("carrier", "UPS")
        .with("service", "Ground")
        .with("tracking_number", NUMBER)
        .when("labeled_at", 0)
        .with("items", json!([{ "item_id": "11", "quantity": 1, "requires_imei": false }]))
}

/// The `items` of a label: lines of one phone each.
pub fn phones(lines: &[&str]) -> Value {
    lines.iter().map(|id| json!({ "item_id": id, "quantity": 1, "requires_imei": true })).collect()
}

/// A label of package `1` is voided.
pub fn void(partner: &str, order: &str, label: &str) -> Event {
    Event::new(EventKind::LabelVoided, of_order(partner, order))
        .with("package_id", "1")
        .with("label_id", label)
        .when("voided_at", 0)
}

/// An order is cancelled.
pub fn cancel(partner: &str, order: &str) -> Event {
    Event::new(EventKind::OrderCancelled, of_order(partner, order)).when("cancelled_at", 0)
}

/// Something became of an order at its channel, told at the start. What it says is put in by the caller.
pub fn update(partner: &str, order: &str) -> Event {
    Event::new(EventKind::OrderUpdated, of_order(partner, order)).when("updated_at", 0)
}

/// A scan that says that the parcel is in transit, a minute after the start.
pub fn scan(number: &str) -> Event {
    let detail = json!({ "seller_id": "acme", "carrier": "UPS", "tracking_number": number,
        "status": "in_transit" });
    Event::new(EventKind::CarrierScan, detail).when("occurred_at", 60)
}

/// IMEIs are entered at the start.
pub fn imeis(order: &str, item: &str, imeis: &[&str]) -> Event {
    Event::new(EventKind::ImeiUpdated, of_order("back-market-us", order))
        .with("item_id", item)
        .with("imeis", imeis)
        .when("updated_at", 0)
}

/// Serial numbers are entered at the start.
pub fn serials(order: &str, item: &str, serials: &[&str]) -> Event {
    Event::new(EventKind::ImeiUpdated, of_order("back-market-us", order))
        .with("item_id", item)
        .with("serials", serials)
        .when("updated_at", 0)
}

/// The environment of a sender.
pub fn environment() -> Vec<(String, String)> {
    let queues = Channel::ALL.map(|channel| {
        let name = channel.name();
        (format!("{}_QUEUE_URL", name.to_uppercase()), format!("http://queues.test/{name}"))
    });
    let variables = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("TABLE_NAME", "shipconfirm"),
        ("EVENT_BUS_NAME", "shipping"),
        ("DEAD_LETTER_QUEUE_URL", "http://queues.test/dead"),
        ("SECRET_PREFIX", "shipconfirm"),
        ("MARKETPLACE_ENDPOINT", "http://shops.test"),
        ("FUNCTION_TIMEOUT_S", "60"),
        ("RESTORED_AT", "0"),
        ("SENDER_CONCURRENCY", "10"),
        ("DUE_SHARDS", "16"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    variables.into_iter().chain(queues).collect()
}

/// The configuration of a sender: its secrets are under `shipconfirm`, its marketplaces at `http://shops.test/<channel>`, and
/// its timeout is 60 seconds. Ten senders of a channel run at the same time.
pub fn sender_config() -> SenderConfig {
    SenderConfig {
        secret_prefix: "shipconfirm".to_owned(),
        endpoint: Some("http://shops.test".to_owned()),
        timeout: SignedDuration::from_mins(1),
        restored_at: None,
        is_paused: false,
        at_once: 10,
    }
}

/// The name of the partner's secret.
pub fn secret_name(partner: &Partner) -> String {
    format!("shipconfirm/{}/{}/{}", partner.settings.channel(), partner.seller, partner.id)
}

/// The text of the partner's secret: the example of its channel.
pub fn secret(partner: &Partner) -> String {
    Value::Object(example_secret(partner.settings.channel())).to_string()
}
