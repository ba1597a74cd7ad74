//! The border: events as they come from the bus, parsed once into facts, or refused with the field and what is allowed.

use crate::event_kind::UnknownEventKind;
use crate::object::Object;
use crate::{
    CarrierStatus, EventKind, Fault, Imei, Item, ItemId, LabelId, Moment, OrderId, OrderKey,
    PackageId, PartnerId, SellerId, Text, TrackingNumber, UnknownStatus,
};
use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// Largest event taken, in bytes. Source: `EventBridge` quotas, 256 KiB an entry.
pub const BODY_BYTES_MAX: usize = 256 * 1024;

/// How far ahead of our clock a time may be: two clocks differ.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(10);

/// The same for a carrier's scan: carriers send local times.
const SCAN_AHEAD_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Most lines of one label, and most IMEIs of one line.
const ENTRIES_MAX: usize = 100;

/// Largest quantity of a line.
const QUANTITY_MAX: u32 = 9_999;

/// The id `EventBridge` gave an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub Text);

/// An event from the bus that can be acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusEvent {
    /// Which event.
    pub id: EventId,
    /// What happened.
    pub fact: Fact,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A label was made.
    LabelCreated(LabelCreated),
    /// A label was voided.
    LabelVoided(LabelVoided),
    /// An order was cancelled.
    OrderCancelled(OrderCancelled),
    /// A carrier scanned a parcel.
    CarrierScan(CarrierScan),
    /// An item's IMEIs were entered.
    ImeiUpdated(ImeiUpdated),
}

/// A fault of one field, with the allowed values of its name. A value that may be an IMEI is masked (rule I8).
fn fault(field: &str, problem: &str) -> Fault {
    let fault = Fault::new(field, without_long_numbers(problem));
    match leaf(field) {
        "detail-type" => fault.allowing(EventKind::ALL.map(EventKind::name)),
        name => fault.allowing([allowed(name)]),
    }
}

/// A label was made for a package.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct LabelCreated {
    pub seller_id: SellerId,
    pub partner_id: PartnerId,
    pub order_id: OrderId,
    pub package_id: PackageId,
    pub label_id: LabelId,
    pub carrier: Text,
    pub service: Text,
    pub tracking_number: TrackingNumber,
    #[serde(default, deserialize_with = "url")]
    pub tracking_url: Option<Text>,
    #[serde(deserialize_with = "time")]
    pub labeled_at: Moment,
    #[serde(default, deserialize_with = "optional_time")]
    pub ship_by: Option<Moment>,
    #[serde(deserialize_with = "items")]
    pub items: Vec<Item>,
}

/// A line as it is on the bus; stored lines have shorter names.
#[derive(Deserialize)]
struct ItemLine {
    item_id: ItemId,
    #[serde(default, deserialize_with = "optional_text")]
    sku: Option<Text>,
    quantity: u32,
    requires_imei: bool,
}

impl From<ItemLine> for Item {
    fn from(line: ItemLine) -> Self {
        let ItemLine { item_id, sku, quantity, requires_imei } = line;
        Self { item_id, sku, quantity, requires_imei }
    }
}

fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Item>, D::Error> {
    let lines = Vec::<Object<ItemLine>>::deserialize(deserializer)?;
    Ok(lines.into_iter().map(|Object(line)| Item::from(line)).collect())
}

/// A label was voided.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct LabelVoided {
    pub seller_id: SellerId,
    pub partner_id: PartnerId,
    pub order_id: OrderId,
    pub package_id: PackageId,
    pub label_id: LabelId,
    #[serde(deserialize_with = "time")]
    pub voided_at: Moment,
}

/// An order was cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct OrderCancelled {
    pub seller_id: SellerId,
    pub partner_id: PartnerId,
    pub order_id: OrderId,
    #[serde(deserialize_with = "time")]
    pub cancelled_at: Moment,
}

/// A carrier scanned a parcel.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct CarrierScan {
    pub seller_id: SellerId,
    pub carrier: Text,
    pub tracking_number: TrackingNumber,
    #[serde(deserialize_with = "status")]
    pub status: CarrierStatus,
    #[serde(deserialize_with = "time")]
    pub occurred_at: Moment,
}

/// An item's IMEIs were entered; the list replaces the former one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct ImeiUpdated {
    pub seller_id: SellerId,
    pub partner_id: PartnerId,
    pub order_id: OrderId,
    pub item_id: ItemId,
    pub imeis: BTreeSet<Imei>,
    #[serde(deserialize_with = "time")]
    pub updated_at: Moment,
    #[serde(default, deserialize_with = "optional_text")]
    pub updated_by: Option<Text>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    id: EventId,
    #[serde(rename = "detail-type")]
    detail_type: String,
    #[serde(borrow)]
    detail: &'a serde_json::value::RawValue,
}

impl BusEvent {
    /// Reads an event as `EventBridge` puts it into a queue.
    ///
    /// # Errors
    /// When it cannot be taken, naming the field and what would be right.
    pub fn parse(body: &str, now: Moment) -> Result<Self, Fault> {
        if body.len() > BODY_BYTES_MAX {
            return Err(fault("body", &format!("is {} bytes", body.len())));
        }
        let envelope: Envelope<'_> = read(body, "")?;
        let kind: EventKind =
            envelope.detail_type.parse().map_err(|unknown: UnknownEventKind| {
                fault("detail-type", &format!("`{}` {unknown}", Text::cut(&envelope.detail_type)))
            })?;
        let detail = envelope.detail.get();
        let fact = match kind {
            EventKind::LabelCreated => Fact::LabelCreated(read(detail, DETAIL)?),
            EventKind::LabelVoided => Fact::LabelVoided(read(detail, DETAIL)?),
            EventKind::OrderCancelled => Fact::OrderCancelled(read(detail, DETAIL)?),
            EventKind::CarrierScan => Fact::CarrierScan(read(detail, DETAIL)?),
            EventKind::ImeiUpdated => Fact::ImeiUpdated(read(detail, DETAIL)?),
        };
        fact.check(now)?;
        Ok(Self { id: envelope.id, fact })
    }
}

const DETAIL: &str = "detail";

impl Fact {
    /// Which kind of event says so.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::LabelCreated(_) => EventKind::LabelCreated,
            Self::LabelVoided(_) => EventKind::LabelVoided,
            Self::OrderCancelled(_) => EventKind::OrderCancelled,
            Self::CarrierScan(_) => EventKind::CarrierScan,
            Self::ImeiUpdated(_) => EventKind::ImeiUpdated,
        }
    }

    /// The order it is about; a scan is about a tracking number instead.
    pub fn order_key(&self) -> Option<OrderKey> {
        let (seller, partner, order) = match self {
            Self::LabelCreated(e) => (&e.seller_id, &e.partner_id, &e.order_id),
            Self::LabelVoided(e) => (&e.seller_id, &e.partner_id, &e.order_id),
            Self::OrderCancelled(e) => (&e.seller_id, &e.partner_id, &e.order_id),
            Self::ImeiUpdated(e) => (&e.seller_id, &e.partner_id, &e.order_id),
            Self::CarrierScan(_) => return None,
        };
        Some(OrderKey { seller: seller.clone(), partner: partner.clone(), order: order.clone() })
    }

    /// What serde cannot say: limits between fields and against the clock.
    fn check(&self, now: Moment) -> Result<(), Fault> {
        match self {
            Self::LabelCreated(label) => {
                ahead("detail.labeled_at", label.labeled_at, AHEAD_MAX, now)?;
                check_items(&label.items)
            }
            // No rule uses these times, and refusing them for a wrong clock would send what must not be sent.
            Self::LabelVoided(_) | Self::OrderCancelled(_) => Ok(()),
            Self::CarrierScan(scan) => {
                ahead("detail.occurred_at", scan.occurred_at, SCAN_AHEAD_MAX, now)
            }
            Self::ImeiUpdated(imei) => {
                ahead("detail.updated_at", imei.updated_at, AHEAD_MAX, now)?;
                match imei.imeis.len() {
                    0..=ENTRIES_MAX => Ok(()),
                    many => Err(fault("detail.imeis", &format!("has {many} entries"))),
                }
            }
        }
    }
}

fn ahead(field: &str, at: Moment, most: SignedDuration, now: Moment) -> Result<(), Fault> {
    if at.since(now) <= most {
        return Ok(());
    }
    let allowed = format!("at most {} minutes after now, {now}", most.as_mins());
    Err(Fault::new(field, format!("{at} is in the future")).allowing([allowed]))
}

fn check_items(items: &[Item]) -> Result<(), Fault> {
    if items.is_empty() || items.len() > ENTRIES_MAX {
        return Err(fault("detail.items", &format!("has {} entries", items.len())));
    }
    let mut seen = BTreeSet::new();
    for (index, item) in items.iter().enumerate() {
        if !seen.insert(&item.item_id) {
            let field = format!("detail.items[{index}].item_id");
            return Err(Fault::new(field, "is listed twice").allowing(["each line once"]));
        }
        if !(1..=QUANTITY_MAX).contains(&item.quantity) {
            let field = format!("detail.items[{index}].quantity");
            return Err(fault(&field, &format!("is {}", item.quantity)));
        }
    }
    Ok(())
}

/// Reads JSON, naming the field where that fails.
fn read<'a, T: Deserialize<'a>>(json: &'a str, under: &str) -> Result<T, Fault> {
    let mut reader = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| named(under, &error)).and_then(
        |Object(value)| match reader.end() {
            Ok(()) => Ok(value),
            Err(error) => Err(fault("body", &error.to_string())),
        },
    )
}

fn named(under: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> Fault {
    let inner = error.inner();
    let path = error.path().to_string();
    let mut field = match (under, path.as_str()) {
        ("", ".") => "body".to_owned(),
        ("", path) => path.to_owned(),
        (under, ".") => under.to_owned(),
        (under, path) => format!("{under}.{path}"),
    };
    let whole = inner.to_string();
    let mut problem = whole.split(" at line ").next().unwrap_or_default().to_owned();
    if let Some(missing) = problem.strip_prefix("missing field `").and_then(|m| m.strip_suffix('`'))
    {
        field = if field == "body" { missing.to_owned() } else { format!("{field}.{missing}") };
        "is missing".clone_into(&mut problem);
    } else if inner.is_syntax() || inner.is_eof() {
        problem = format!("is not JSON ({problem})");
        "body".clone_into(&mut field);
    } else if leaf(&field) == "imeis" && !problem.starts_with("not an IMEI") {
        "is not a list of texts".clone_into(&mut problem);
    }
    fault(&field, Text::cut(&without_long_numbers(&problem)).as_str())
}

/// Masks what may be an IMEI: a problem may repeat a value, and an IMEI is personal data wherever it stands (rule I8).
fn without_long_numbers(text: &str) -> String {
    let digits = |run: &str| run.chars().filter(char::is_ascii_digit).count();
    let is_of_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '.');
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, run) = rest.split_at(start);
        let (run, after) = run.split_at(run.find(|c| !is_of_number(c)).unwrap_or(run.len()));
        masked.push_str(before);
        masked.push_str(if digits(run) < IMEI_DIGITS_MIN { run } else { "(a long number)" });
        rest = after;
    }
    masked.push_str(rest);
    masked
}

/// An IMEI without its check digit. Source: 3GPP TS 23.003, clause 6.2.
const IMEI_DIGITS_MIN: usize = 14;

/// The name of a field without its path and index.
fn leaf(field: &str) -> &str {
    let last = field.rsplit('.').next().unwrap_or_default();
    last.split('[').next().unwrap_or_default()
}

fn allowed(field: &str) -> &'static str {
    match field {
        "body" => "one event of EventBridge as JSON, at most 262,144 bytes",
        "id" => "the event's id, a text",
        "detail" => "a JSON object with the event's fields",
        "seller_id" | "partner_id" | "order_id" | "package_id" | "label_id" | "item_id" => {
            "a text of 1 to 64 letters, digits, `-`, `_` or `.`"
        }
        "tracking_number" => "a text of 5 to 40 letters and digits (blanks and hyphens aside)",
        "tracking_url" => "an http or https address, left out when longer than 200 characters",
        "carrier" | "service" | "sku" | "updated_by" => "a text that is not empty",
        "labeled_at" | "voided_at" | "cancelled_at" | "occurred_at" | "updated_at" | "ship_by" => {
            "an RFC 3339 time with an offset, such as 2026-11-23T15:04:05Z"
        }
        "items" => {
            "1 to 100 lines, such as {\"item_id\":\"1\",\"quantity\":1,\"requires_imei\":false}"
        }
        "quantity" => "a whole number from 1 to 9999",
        "requires_imei" => "true or false",
        "imeis" => "a list of 0 to 100 texts of 15 digits each, the last a valid check digit",
        "status" => {
            "picked_up, in_transit, out_for_delivery, available_for_pickup, delivery_attempted, delivered, \
             returned, label_created, pickup_requested, pre_transit, exception, cancelled, unknown"
        }
        _ => "see functions/README.md",
    }
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_time(&text)
}

fn optional_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Moment>, D::Error> {
    Option::<String>::deserialize(deserializer)?.map(|text| parse_time(&text)).transpose()
}

fn parse_time<E: serde::de::Error>(text: &str) -> Result<Moment, E> {
    text.parse().map_err(|error: jiff::Error| {
        // What the parser says of it is left out: it may repeat the whole text.
        drop(error);
        E::custom(format!("`{}` is not a time with an offset", Text::cut(text)))
    })
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CarrierStatus, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|error: UnknownStatus| serde::de::Error::custom(error))
}

/// A text that may be left out, or be blank.
fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Text>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.and_then(|text| Text::try_from(text).ok()))
}

/// A web address that is kept whole or, past the length of a text, not at all: half an address leads nowhere.
fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Text>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty());
    let Some(text) = text else { return Ok(None) };
    let http = text.starts_with("https://") || text.starts_with("http://");
    if !http || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(serde::de::Error::custom("is not a web address"));
    }
    Ok((text.chars().count() <= crate::TEXT_MAX).then(|| Text::cut(&text)))
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
