//! What we ask of Groupon: to take the number of lines, and the orders of a day, page by page.

use super::Groupon;
use super::read_back::Place;
use super::settings::{Api, Settings};
use crate::marketplace::{Destination, Marketplace as _, Unbuildable};
use crate::wire::{self, JSON, unbuildable};
use domain::{Channel, Item, ItemId, Moment, Submission, Text};
use form_urlencoded::Serializer;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use jiff::SignedDuration;
use serde::Serialize;

/// Where `CommerceInterface` is, for every supplier. Source: every client (third parties: unverified).
const HOST: &str = "https://scm.commerceinterface.com";

/// Our name for Groupon's logs. Nobody asks for it.
const AGENT: &str = concat!("Shipconfirm/", env!("CARGO_PKG_VERSION"));

/// What forms are. JSON is only inside of `tracking_info`.
const FORM: &str = "application/x-www-form-urlencoded";

/// The longest window of `get_orders`. Source: `ShipWorks` (a third party: unverified).
const DAY: SignedDuration = SignedDuration::from_hours(24);
const HALF_A_DAY: SignedDuration = SignedDuration::from_hours(12);

const MINUTE_MS: i64 = 60_000;

/// How `get_orders` writes a moment, in UTC. Source: `ShipWorks` (a third party: unverified).
const DATE: &str = "%m/%d/%Y %H:%M";

/// One entry of `tracking_info`. Source: `ShipWorks`, omniorder and P for v2, the `PrestaShop` module for v4 (third
/// parties: unverified).
#[derive(Serialize)]
struct Entry<'a> {
    carrier: &'a str,
    #[serde(flatten)]
    line: Line<'a>,
    tracking: &'a str,
    /// Optional, "for split shipments" (P). It is always sent: a line may ship in several packages.
    quantity: u64,
}

/// A line as the API's version names it.
#[derive(Serialize)]
enum Line<'a> {
    /// Spelt `ci_lineitemid` in `get_orders`.
    #[serde(rename = "ci_lineitem_id")]
    V2(u64),
    #[serde(rename = "fulfillment_lineitem_id")]
    V4(&'a str),
}

/// Where a supplier's API is, from its settings.
struct Account {
    base: String,
    supplier: Text,
    version: Api,
}

impl Account {
    fn at(destination: Destination<'_>) -> Result<Self, Unbuildable> {
        let Settings { supplier_id, api_version } = destination.settings::<Groupon>()?;
        Ok(Self {
            base: wire::base(destination.endpoint, Channel::Groupon, HOST),
            supplier: supplier_id,
            version: api_version,
        })
    }
}

/// The line in its version's shape. A number that is written in another way would not be recognised in an answer.
fn line(version: Api, id: &ItemId) -> Result<Line<'_>, Unbuildable> {
    match version {
        Api::V2 => id
            .as_str()
            .parse()
            .ok()
            .filter(|number: &u64| number.to_string() == id.as_str())
            .map(Line::V2)
            .ok_or_else(|| {
                let why = format!("`{id}` is not a ci_lineitem_id; allowed: a number");
                unbuildable("item_id", why)
            }),
        Api::V4 => Ok(Line::V4(id.as_str())),
    }
}

/// How many of a line are in the package: a line that is listed twice is one entry.
pub(super) fn quantity(items: &[Item], line: &ItemId) -> u64 {
    let same = items.iter().filter(|item| item.item_id == *line);
    same.fold(0, |sum, item| sum.saturating_add(u64::from(item.quantity)))
}

/// The package's lines, each once, in its order.
pub(super) fn lines(items: &[Item]) -> Vec<&ItemId> {
    let mut lines: Vec<&ItemId> = Vec::with_capacity(items.len());
    for item in items {
        if !lines.contains(&&item.item_id) {
            lines.push(&item.item_id);
        }
    }
    lines
}

/// `POST /api/v2/tracking_notification`, or `POST /api/v4/lineitem_tracking_notification`. The order itself is not
/// named there.
pub(super) fn confirm(
    destination: Destination<'_>,
    submission: &Submission,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let account = Account::at(destination)?;
    if submission.items.is_empty() {
        return Err(unbuildable("items", "there are none; Groupon needs at least one"));
    }
    let carrier = Groupon::told(destination, submission)?.carrier;
    let mut entries = Vec::with_capacity(submission.items.len());
    for id in lines(&submission.items) {
        entries.push(Entry {
            carrier,
            line: line(account.version, id)?,
            tracking: submission.tracking.as_str(),
            quantity: quantity(&submission.items, id),
        });
    }
    let entries = serde_json::to_string(&entries).map_err(|error| unbuildable("body", error))?;
    let form = Serializer::new(String::new())
        .append_pair("supplier_id", account.supplier.as_str())
        .append_pair("tracking_info", &entries)
        .finish();
    let path = match account.version {
        Api::V2 => "v2/tracking_notification",
        Api::V4 => "v4/lineitem_tracking_notification",
    };
    let address = format!("{}/api/{path}", account.base);
    let headers = [(ACCEPT, JSON), (CONTENT_TYPE, FORM), (USER_AGENT, AGENT)];
    wire::request(Method::POST, &address, &headers, form.into_bytes())
}

/// `GET /api/{v2|v4}/get_orders`: the orders of one day, one page of them. The first day ends half a day after the minute of
/// the ship date, each other where the one before it begins.
pub(super) fn read(
    destination: Destination<'_>,
    ship_date: Moment,
    place: Place,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let minute =
        ship_date.minus(SignedDuration::from_millis(ship_date.as_millis().rem_euclid(MINUTE_MS)));
    // An order is not newer than its parcel; but of which zone Groupon's times are is published nowhere.
    let start = minute.plus(HALF_A_DAY).minus(DAY.saturating_mul(place.day.saturating_add(1)));
    orders(destination, (start, start.plus(DAY)), place.page)
}

/// How long the window of orders is that shows whether the account is taken. How many there are does not matter.
const ACCOUNT_WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// `GET /api/{v2|v4}/get_orders` of one minute: whether the account may read.
pub(super) fn account(
    destination: Destination<'_>,
    now: Moment,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    orders(destination, (now.minus(ACCOUNT_WINDOW), now), 1)
}

fn orders(
    destination: Destination<'_>,
    (start, end): (Moment, Moment),
    page: u32,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let account = Account::at(destination)?;
    let version = match account.version {
        Api::V2 => "v2",
        Api::V4 => "v4",
    };
    let query = Serializer::new(String::new())
        .append_pair("supplier_id", account.supplier.as_str())
        .append_pair("start_datetime", &date(start))
        .append_pair("end_datetime", &date(end))
        .append_pair("page", &page.to_string())
        .finish();
    let address = format!("{}/api/{version}/get_orders?{query}", account.base);
    wire::request(Method::GET, &address, &[(ACCEPT, JSON), (USER_AGENT, AGENT)], Vec::new())
}

fn date(at: Moment) -> String {
    at.timestamp().strftime(DATE).to_string()
}
