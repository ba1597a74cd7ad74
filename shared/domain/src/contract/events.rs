//! The events, field by field. Shape and meaning of each are in `functions/README.md`.

use super::fields::{Field, Fields, came, text, whole_number};
use crate::{
    CarrierStatus, DateOrTime, EventId, EventKind, Fault, Item, ItemId, LabelId, Moment, NumberKey,
    OrderId, PackageId, PartnerId, Phone, SellerId, Serial, SupplySourceId, Text, TrackingNumber,
    TransparencyCode,
};
use jiff::SignedDuration;
use jiff::civil::Date;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How far ahead of our clock the time of an entry may be: two clocks differ.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(10);

/// How far ahead a label and a scan may be: carriers and label systems send local times as if they were UTC (rule L10).
const LOCAL_AHEAD_MAX: SignedDuration = SignedDuration::from_hours(24);

/// 2000-01-01T00:00:00Z, in milliseconds: nothing before it is a label's time or a scan's.
const YEAR_2000_MS: i64 = 946_684_800_000;

/// Most lines of one label, and most IMEIs and serial numbers of one line.
const ENTRIES_MAX: usize = 100;

/// Most further numbers of one parcel (rule N4).
const NUMBERS_MAX: usize = 20;

/// How far ahead a label may be made of the day its parcel goes (rule L10).
const SHIPS_AHEAD_MAX: SignedDuration = SignedDuration::from_hours(60 * 24);

/// Largest quantity of a line in a label, and in all parcels of its order.
const QUANTITY_MAX: u32 = 9_999;
const REMAINING_MAX: u32 = 999_999;

/// A label was made for a package.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct LabelCreated {
    pub seller_id: SellerId,
    pub partner_id: PartnerId,
    pub order_id: OrderId,
    pub package_id: PackageId,
    pub label_id: LabelId,
    pub kind: LabelKind,
    pub carrier: Text,
    pub service: Option<Text>,
    /// The carrier that these words lead to, where a registry knows one: no field of the event (rule K1).
    pub registered: Option<Text>,
    pub tracking_number: TrackingNumber,
    pub also_known_as: BTreeSet<NumberKey>,
    pub tracking_url: Option<Text>,
    pub labeled_at: Moment,
    pub updated_at: Option<Moment>,
    /// When the order was placed (rule S9).
    pub ordered_at: Option<Moment>,
    pub ship_by: Option<DateOrTime>,
    pub ships_on: Option<DateOrTime>,
    pub items: Vec<Item>,
    /// Where the parcel ships from, as Amazon names it (rule L13).
    pub supply_source_id: Option<SupplySourceId>,
    /// Fields that decide nothing and could not be read (rule L11).
    pub left_out: Vec<Fault>,
}

/// Which way a label's parcel goes (rule L6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelKind {
    /// To the buyer.
    #[default]
    Outbound,
    /// Back to the seller.
    Return,
}

/// A label was voided.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct LabelVoided {
    pub seller_id: SellerId,
    pub partner_id: PartnerId,
    pub order_id: OrderId,
    pub package_id: PackageId,
    pub label_id: LabelId,
    pub voided_at: Moment,
}

/// An order was cancelled, or lines of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct OrderCancelled {
    pub seller_id: SellerId,
    pub partner_id: PartnerId,
    pub order_id: OrderId,
    pub cancelled_at: Moment,
    /// How many pieces remain of each line that is named. `None` where the whole order was cancelled (rule L9).
    pub items: Option<BTreeMap<ItemId, u32>>,
}

/// What became of an order at its channel. What is left out says nothing (rule S5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct OrderUpdated {
    pub seller_id: SellerId,
    pub partner_id: PartnerId,
    pub order_id: OrderId,
    pub updated_at: Moment,
    pub ship_by: Option<DateOrTime>,
    pub cancel_requested: Option<bool>,
    /// Whether somebody shipped the order otherwise.
    pub shipped: bool,
    /// Whether it relays what the channel itself says (rule S6), by its source on the bus: no field of the event.
    pub is_channels: bool,
}

/// What a carrier's scan says to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// The parcel moves.
    Movement(CarrierScan),
    /// Nothing that decides anything (rule M2). Whatever else it says was not looked at (rule L11).
    Nothing,
}

/// A carrier scanned a parcel, and has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct CarrierScan {
    pub seller_id: SellerId,
    pub carrier: Option<Text>,
    pub tracking_number: TrackingNumber,
    pub status: CarrierStatus,
    pub occurred_at: Moment,
    pub location: Option<Text>,
}

/// An item's IMEIs or serial numbers were entered; each list replaces the former one of its kind. One of them is there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct ImeiUpdated {
    pub seller_id: SellerId,
    pub partner_id: PartnerId,
    pub order_id: OrderId,
    pub item_id: ItemId,
    pub imeis: Option<Vec<Phone>>,
    pub serials: Option<Vec<Serial>>,
    pub updated_at: Moment,
    pub updated_by: Option<Text>,
}

impl LabelCreated {
    /// Every number that the parcel is known by, its own first.
    pub fn keys(&self) -> impl Iterator<Item = NumberKey> {
        std::iter::once(self.tracking_number.key()).chain(self.also_known_as.iter().cloned())
    }

    pub(super) fn of(mut fields: Fields, now: Moment) -> Result<Self, Fault> {
        let label = Self {
            seller_id: fields.required("seller_id")?,
            partner_id: fields.required("partner_id")?,
            order_id: fields.required("order_id")?,
            package_id: fields.required("package_id")?,
            label_id: fields.required("label_id")?,
            kind: fields.optional("kind")?.unwrap_or_default(),
            carrier: fields.required("carrier")?,
            service: fields.spare("service"),
            registered: None,
            tracking_number: fields.required("tracking_number")?,
            also_known_as: also_known_as(&mut fields)?,
            tracking_url: fields.spare("tracking_url").map(|WebAddress(url)| url),
            labeled_at: labeled_at(&mut fields, now)?,
            updated_at: updated_at(&mut fields, now)?,
            ordered_at: fields.spare("ordered_at").map(|OrderedAt(at)| at),
            ship_by: fields.spare("ship_by"),
            ships_on: ships_on(&mut fields, now)?,
            items: items(&mut fields)?,
            supply_source_id: fields.optional("supply_source_id")?,
            left_out: Vec::new(),
        };
        Ok(Self { left_out: fields.left_out(), ..label })
    }
}

impl LabelVoided {
    /// No rule uses its time, and refusing it for a wrong clock would send what must not be sent.
    pub(super) fn of(fields: &mut Fields) -> Result<Self, Fault> {
        Ok(Self {
            seller_id: fields.required("seller_id")?,
            partner_id: fields.required("partner_id")?,
            order_id: fields.required("order_id")?,
            package_id: fields.required("package_id")?,
            label_id: fields.required("label_id")?,
            voided_at: fields.required("voided_at")?,
        })
    }
}

impl OrderCancelled {
    /// As for a void, a wrong clock is no reason to refuse it.
    pub(super) fn of(fields: &mut Fields) -> Result<Self, Fault> {
        Ok(Self {
            seller_id: fields.required("seller_id")?,
            partner_id: fields.required("partner_id")?,
            order_id: fields.required("order_id")?,
            cancelled_at: fields.required("cancelled_at")?,
            items: remaining(fields)?,
        })
    }
}

impl OrderUpdated {
    /// What cannot be read of a ship-by is refused, unlike a label's: it is what the event says.
    pub(super) fn of(fields: &mut Fields, is_channels: bool, now: Moment) -> Result<Self, Fault> {
        let updated = Self {
            seller_id: fields.required("seller_id")?,
            partner_id: fields.required("partner_id")?,
            order_id: fields.required("order_id")?,
            updated_at: time_up_to(fields, "updated_at", AHEAD_MAX, now)?,
            ship_by: fields.optional("ship_by")?,
            cancel_requested: fields.optional("cancel_requested")?,
            shipped: shipped(fields)?,
            is_channels,
        };
        if updated.ship_by.is_none() && updated.cancel_requested.is_none() && !updated.shipped {
            let allowed = "a date or a time in ship_by, true or false in cancel_requested, an object in \
                           shipped, or several of them";
            return Err(fields.fault("ship_by", "is missing", allowed));
        }
        Ok(updated)
    }
}

impl Scanned {
    pub(super) fn of(fields: &mut Fields, now: Moment) -> Result<Self, Fault> {
        let status: CarrierStatus = fields.required("status")?;
        if !status.is_movement() {
            return Ok(Self::Nothing);
        }
        Ok(Self::Movement(CarrierScan {
            seller_id: fields.required("seller_id")?,
            carrier: fields.spare("carrier"),
            tracking_number: fields.required("tracking_number")?,
            status,
            occurred_at: {
                let at = time_up_to(fields, "occurred_at", LOCAL_AHEAD_MAX, now)?;
                not_a_placeholder(fields, "occurred_at", at)?
            },
            location: fields.spare("location"),
        }))
    }
}

impl ImeiUpdated {
    pub(super) fn of(fields: &mut Fields, now: Moment) -> Result<Self, Fault> {
        let entered = Self {
            seller_id: fields.required("seller_id")?,
            partner_id: fields.required("partner_id")?,
            order_id: fields.required("order_id")?,
            item_id: fields.required("item_id")?,
            imeis: entered(fields, "imeis")?,
            serials: entered(fields, "serials")?,
            updated_at: time_up_to(fields, "updated_at", AHEAD_MAX, now)?,
            updated_by: fields.spare("updated_by"),
        };
        if entered.imeis.is_none() && entered.serials.is_none() {
            let allowed = "a list in imeis, in serials, or in both";
            return Err(fields.fault("imeis", "is missing", allowed));
        }
        Ok(entered)
    }
}

fn time_up_to(
    fields: &mut Fields,
    name: &str,
    most: SignedDuration,
    now: Moment,
) -> Result<Moment, Fault> {
    let at: Moment = fields.required(name)?;
    match too_far_ahead(at, most, now) {
        None => Ok(at),
        Some(fault) => Err(Fault { field: fields.path(name), ..fault }),
    }
}

/// What is wrong with a time that is further ahead of now than it may be. The fault names no field.
fn too_far_ahead(at: Moment, most: SignedDuration, now: Moment) -> Option<Fault> {
    if at.since(now) <= most {
        return None;
    }
    let span = match most.as_hours() {
        0 => format!("{} minutes", most.as_mins()),
        hours => format!("{hours} hours"),
    };
    let fault = Fault::new("", format!("{at} is in the future"));
    Some(fault.allowing([format!("at most {span} after now, {now}")]))
}

/// A system that has no time may write its first one, such as `0001-01-01T00:00:00Z`, which a marketplace would be told as the
/// ship date (rule L10).
fn not_a_placeholder(fields: &Fields, name: &str, at: Moment) -> Result<Moment, Fault> {
    if at >= Moment::from_millis(YEAR_2000_MS) {
        return Ok(at);
    }
    let allowed = "a time of this century; leave out an event that has none";
    Err(fields.fault(name, format!("{at} is a placeholder, not a time"), allowed))
}

/// A label that is made ahead of its parcel says so by another field (rule L10).
fn labeled_at(fields: &mut Fields, now: Moment) -> Result<Moment, Fault> {
    let at: Moment = fields.required("labeled_at")?;
    let Some(mut fault) = too_far_ahead(at, LOCAL_AHEAD_MAX, now) else {
        return not_a_placeholder(fields, "labeled_at", at);
    };
    fault.field = fields.path("labeled_at");
    fault.allowed.push("the day the parcel goes in ships_on".to_owned());
    Err(fault)
}

/// When it was told so. A local time that is marked as UTC is as harmless here as at `labeled_at`.
fn updated_at(fields: &mut Fields, now: Moment) -> Result<Option<Moment>, Fault> {
    let has_it = fields.has("updated_at");
    has_it.then(|| time_up_to(fields, "updated_at", LOCAL_AHEAD_MAX, now)).transpose()
}

/// The day the parcel goes.
fn ships_on(fields: &mut Fields, now: Moment) -> Result<Option<DateOrTime>, Fault> {
    let day: Option<DateOrTime> = fields.optional("ships_on")?;
    let is_far = |day: &DateOrTime| day.begins(None).since(now) > SHIPS_AHEAD_MAX;
    if day.as_ref().is_some_and(is_far) {
        let days = SHIPS_AHEAD_MAX.as_hours() / 24;
        let allowed = format!("a day at most {days} days after now, {now}");
        return Err(fields.fault("ships_on", "is too far ahead", &allowed));
    }
    Ok(day)
}

/// Further numbers of the parcel (rule N4).
fn also_known_as(fields: &mut Fields) -> Result<BTreeSet<NumberKey>, Fault> {
    const ALLOWED: &str = "a list of 0 to 20 tracking numbers";
    if !fields.has("also_known_as") {
        return Ok(BTreeSet::new());
    }
    let entries = fields.entries("also_known_as", ALLOWED)?;
    if entries.len() > NUMBERS_MAX {
        let problem = format!("has {} entries", entries.len());
        return Err(fields.fault("also_known_as", problem, ALLOWED));
    }
    let mut numbers = BTreeSet::new();
    for (path, entry) in entries {
        let fault = |problem| Fault::new(path, problem).allowing([TrackingNumber::ALLOWED]);
        numbers.insert(TrackingNumber::of(entry).map_err(fault)?.key());
    }
    Ok(numbers)
}

/// What a label's lines may be.
const ITEMS: &str =
    "1 to 100 lines, such as {\"item_id\":\"1\",\"quantity\":1,\"requires_imei\":false}";

fn items(fields: &mut Fields) -> Result<Vec<Item>, Fault> {
    let entries = fields.entries("items", ITEMS)?;
    if entries.is_empty() || entries.len() > ENTRIES_MAX {
        return Err(fields.fault("items", format!("has {} entries", entries.len()), ITEMS));
    }
    let mut seen = BTreeSet::new();
    let mut items = Vec::with_capacity(entries.len());
    for (path, entry) in entries {
        let mut line = Fields::of(entry, path, ITEMS)?;
        let Quantity(quantity) = line.required("quantity")?;
        let item = Item {
            item_id: line.required("item_id")?,
            sku: line.spare("sku"),
            quantity,
            requires_imei: line.required("requires_imei")?,
            transparency_codes: transparency_codes(&mut line, quantity)?,
            requires_serial: line.optional("requires_serial")?.unwrap_or_default(),
        };
        if !seen.insert(item.item_id.clone()) {
            let fault = Fault::new(line.path("item_id"), "is listed twice");
            return Err(fault.allowing(["each line once"]));
        }
        items.push(item);
        fields.leaves_out(line.left_out());
    }
    Ok(items)
}

/// The Transparency codes of a line's pieces (rule L13). A code that was scanned twice is one.
fn transparency_codes(
    line: &mut Fields,
    quantity: u32,
) -> Result<BTreeSet<TransparencyCode>, Fault> {
    const NAME: &str = "transparency_codes";
    if !line.has(NAME) {
        return Ok(BTreeSet::new());
    }
    let entries = line.unshown_entries(NAME, TransparencyCode::ALLOWED)?;
    let mut codes = BTreeSet::new();
    for (path, entry) in entries {
        let fault = |problem| Fault::new(path, problem).allowing([TransparencyCode::ALLOWED]);
        codes.insert(TransparencyCode::of(entry).map_err(fault)?);
    }
    let is_fit = u32::try_from(codes.len()).is_ok_and(|count| count <= quantity);
    if !is_fit {
        let problem = format!("has {} codes for {quantity} pieces", codes.len());
        return Err(line.fault(NAME, problem, TransparencyCode::ALLOWED));
    }
    Ok(codes)
}

/// Whether an update says that somebody shipped the order otherwise. That is all it says: by which number is asked of the channel, so
/// what is in it decides nothing (rule L11).
fn shipped(fields: &mut Fields) -> Result<bool, Fault> {
    const ALLOWED: &str = "an object, such as {} or {\"tracking_number\":\"1Z999AA10123456784\"}";
    let has_it = fields.has("shipped");
    if has_it {
        fields.object("shipped", ALLOWED)?;
    }
    Ok(has_it)
}

/// What the lines of a cancellation may be.
const REMAINING: &str = "1 to 100 lines, such as {\"item_id\":\"1\",\"remaining\":0}; without the field the whole order is \
                         cancelled";

/// The lines that a cancellation names, with what remains of each (rule L9). A list of none says nothing of what was cancelled.
fn remaining(fields: &mut Fields) -> Result<Option<BTreeMap<ItemId, u32>>, Fault> {
    if !fields.has("items") {
        return Ok(None);
    }
    let entries = fields.entries("items", REMAINING)?;
    if entries.is_empty() || entries.len() > ENTRIES_MAX {
        return Err(fields.fault("items", format!("has {} entries", entries.len()), REMAINING));
    }
    let mut lines = BTreeMap::new();
    for (path, entry) in entries {
        let mut line = Fields::of(entry, path, REMAINING)?;
        let item_id: ItemId = line.required("item_id")?;
        let Remaining(remaining) = line.required("remaining")?;
        if lines.insert(item_id, remaining).is_some() {
            let fault = Fault::new(line.path("item_id"), "is listed twice");
            return Err(fault.allowing(["each line once"]));
        }
    }
    Ok(Some(lines))
}

/// A list of IMEIs or serial numbers, where the event has one. What was scanned twice is there once.
fn entered<T: Field + Repeated>(fields: &mut Fields, name: &str) -> Result<Option<Vec<T>>, Fault> {
    if !fields.has(name) {
        return Ok(None);
    }
    let entries = fields.unshown_entries(name, T::ALLOWED)?;
    let mut list: Vec<T> = Vec::new();
    for (path, entry) in entries {
        let entry =
            T::of(entry).map_err(|problem| Fault::new(path, problem).allowing([T::ALLOWED]))?;
        if !list.iter().any(|former| former.says(&entry)) {
            list.retain(|former| !entry.says(former));
            list.push(entry);
        }
        if list.len() > ENTRIES_MAX {
            let problem = format!("has more than {ENTRIES_MAX} entries");
            return Err(fields.fault(name, problem, T::ALLOWED));
        }
    }
    Ok(Some(list))
}

/// What may be in a list more than once.
trait Repeated {
    /// Whether it says all that another entry says.
    fn says(&self, other: &Self) -> bool;
}

impl Repeated for Phone {
    fn says(&self, other: &Self) -> bool {
        other.imeis().all(|imei| self.has(imei))
    }
}

impl Repeated for Serial {
    fn says(&self, other: &Self) -> bool {
        self == other
    }
}

/// How many of a line.
struct Quantity(u32);

impl Field for Quantity {
    const ALLOWED: &'static str = "a whole number from 1 to 9999";

    fn of(value: Value) -> Result<Self, String> {
        let quantity = whole_number(&value).and_then(|number| u32::try_from(number).ok());
        let fits = quantity.filter(|quantity| (1..=QUANTITY_MAX).contains(quantity));
        fits.map(Self).ok_or_else(|| format!("is {}", came(&value)))
    }
}

/// How many pieces of a line remain.
struct Remaining(u32);

impl Field for Remaining {
    const ALLOWED: &'static str =
        "a whole number from 0 to 999999, of what the buyer still gets of it in all";

    fn of(value: Value) -> Result<Self, String> {
        let remaining = whole_number(&value).and_then(|number| u32::try_from(number).ok());
        let fits = remaining.filter(|remaining| *remaining <= REMAINING_MAX);
        fits.map(Self).ok_or_else(|| format!("is {}", came(&value)))
    }
}

/// A text that is never shown: it is as secret as an IMEI.
impl Field for TransparencyCode {
    const ALLOWED: &'static str =
        "a list of texts of 1 to 200 characters without blanks, at most one for each piece";

    fn of(value: Value) -> Result<Self, String> {
        let Value::String(text) = value else { return Err("is not a text".to_owned()) };
        Self::try_from(text).map_err(|error| error.to_string())
    }
}

/// When an order was placed. A time that is a placeholder would make the order late for ever.
struct OrderedAt(Moment);

impl Field for OrderedAt {
    const ALLOWED: &'static str =
        "a time of this century with an offset, such as 2026-11-23T15:04:05Z";

    fn of(value: Value) -> Result<Self, String> {
        let at = Moment::of(value)?;
        let is_time = at >= Moment::from_millis(YEAR_2000_MS);
        is_time.then_some(Self(at)).ok_or_else(|| format!("{at} is a placeholder, not a time"))
    }
}

/// A web address that is kept whole or not at all: half an address leads nowhere.
struct WebAddress(Text);

impl Field for WebAddress {
    const ALLOWED: &'static str = "an http or https address of at most 200 characters";

    fn of(value: Value) -> Result<Self, String> {
        let address = text(value)?;
        let address = address.trim();
        let is_http = address.starts_with("https://") || address.starts_with("http://");
        if !is_http || address.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err("is not a web address".to_owned());
        }
        match address.chars().count() {
            0..=crate::TEXT_MAX => Ok(Self(Text::cut(address))),
            long => Err(format!("has {long} characters")),
        }
    }
}

impl Field for DateOrTime {
    const ALLOWED: &'static str = "a date, such as 2026-11-24, or an RFC 3339 time with an offset, such as 2026-11-24T23:59:59Z";

    fn of(value: Value) -> Result<Self, String> {
        let date = value.as_str().filter(|text| text.trim().len() == DATE_LENGTH);
        if let Some(date) = date.and_then(|text| text.trim().parse::<Date>().ok()) {
            return Ok(Self::Date(date));
        }
        let came = came(&value);
        let time = Moment::of(value).map(Self::Time);
        time.map_err(|_no_time| format!("{came} is neither a date nor a time with an offset"))
    }
}

/// Characters of `2026-11-24`: a date parser takes a time, too, and drops it.
const DATE_LENGTH: usize = 10;

impl Field for LabelKind {
    const ALLOWED: &'static str = "outbound, return";

    fn of(value: Value) -> Result<Self, String> {
        match value.as_str() {
            Some("outbound") => Ok(Self::Outbound),
            Some("return") => Ok(Self::Return),
            Some(_) | None => Err(format!("{} is no kind of label", came(&value))),
        }
    }
}

impl Field for EventId {
    const ALLOWED: &'static str = "the event's id, a text";

    fn of(value: Value) -> Result<Self, String> {
        Text::of(value).map(Self)
    }
}

impl Field for EventKind {
    const ALLOWED: &'static str =
        "LabelCreated, LabelVoided, OrderCancelled, OrderUpdated, CarrierScan, ImeiUpdated";

    fn of(value: Value) -> Result<Self, String> {
        let kind = value.as_str().and_then(|name| name.parse().ok());
        kind.ok_or_else(|| format!("{} is not an event type", came(&value)))
    }
}
