//! The request and the answer of `get_orders`: the orders of a window of time, page by page.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::body::Form;
use super::orders::{GrouponLine, Record};
use super::wording::Refusal;

/// The parameters of a query. Source: `ShipWorks` (a third party: unverified).
pub(super) const PARAMETERS: [&str; 5] =
    ["supplier_id", "token", "start_datetime", "end_datetime", "page"];

/// Longest window. Source: `ShipWorks` (a third party: unverified).
const WINDOW_MAX: SignedDuration = SignedDuration::from_hours(24);

/// The format of a date in a query: `MM/DD/YYYY HH:MM`, in UTC. Source: `ShipWorks` (a third party: unverified).
const DATE_FORMAT: &str = "%m/%d/%Y %H:%M";

/// The format of an order's date. Source: `ShipWorks`, which cuts a "UTC" off (a third party: unverified).
const ORDER_DATE_FORMAT: &str = "%m/%d/%Y %I:%M%p UTC";

/// The page that a query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageRequest {
    pub(super) start_ms: i64,
    pub(super) end_ms: i64,
    /// The number of the page. The first page is 1.
    page: usize,
}

impl PageRequest {
    /// Parses a query. Real clients also leave dates out, and Groupon's answer to them is unverified. Our client never
    /// does, so the fake refuses it.
    pub(super) fn read(query: &Form) -> Result<Self, Refusal> {
        let start = date("start_datetime", query.required("start_datetime")?)?;
        let end = date("end_datetime", query.required("end_datetime")?)?;
        let window = end.duration_since(start);
        if window <= SignedDuration::ZERO || window > WINDOW_MAX {
            return Err(Refusal::new("end_datetime must be within 24 hours after start_datetime"));
        }
        let page = query.get("page").unwrap_or("1");
        let page = page.parse().ok().filter(|page| *page > 0);
        let page = page.ok_or_else(|| Refusal::new("page must be a number above 0"))?;
        Ok(Self { start_ms: start.as_millisecond(), end_ms: end.as_millisecond(), page })
    }
}

/// Parses a date, which must have exactly the format.
fn date(name: &str, text: &str) -> Result<Timestamp, Refusal> {
    let refuse = || Refusal::new(format!("{name} {text} must be in the format MM/DD/YYYY HH:MM"));
    let at = DateTime::strptime(DATE_FORMAT, text).ok().ok_or_else(refuse)?;
    let at = Offset::UTC.to_timestamp(at).ok().ok_or_else(refuse)?;
    if at.strftime(DATE_FORMAT).to_string() == text { Ok(at) } else { Err(refuse()) }
}

/// Makes one page of these orders. It leaves out the exported ones.
pub(super) fn page(records: &[&Record], request: PageRequest, page_size: usize) -> Value {
    let page_size = page_size.max(1);
    let shown: Vec<&&Record> = records.iter().filter(|record| !record.order.exported).collect();
    let before = request.page.saturating_sub(1).saturating_mul(page_size);
    let data: Vec<Value> =
        shown.iter().skip(before).take(page_size).map(|record| order(record)).collect();
    json!({
        "success": true,
        "data": data,
        "meta": { "no_of_items": shown.len(), "no_of_pages": shown.len().div_ceil(page_size) },
    })
}

/// Makes an order in the shape that `ShipWorks` reads. We made its buyer up.
fn order(record: &Record) -> Value {
    let date = Timestamp::from_millisecond(record.created_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let lines: Vec<Value> = record.order.line_items.iter().map(|item| line(record, item)).collect();
    json!({
        "orderid": record.order.id,
        "date": date.strftime(ORDER_DATE_FORMAT).to_string(),
        "amount": { "total": 10.99, "shipping": 0 },
        "customer": { "name": "Jane Doe", "address1": "1 Main Street", "city": "Springfield" },
        "line_items": lines,
    })
}

/// Makes a line of an order. The status of a line that is not open is unverified.
fn line(record: &Record, line: &GrouponLine) -> Value {
    let status = match (line.cancelled, record.is_open(line)) {
        (true, _) => "cancelled",
        (false, true) => "open",
        (false, false) => "shipped",
    };
    json!({
        "sku": format!("SKU-{}", line.ci_lineitem_id),
        "status": status,
        "name": "A thing",
        "quantity": line.quantity,
        "unit_price": 10.99,
        "ci_lineitemid": line.ci_lineitem_id,
        "fulfillment_lineitem_id": line.fulfillment_lineitem_id,
        "po_number": "",
        "gift_message": "",
    })
}
