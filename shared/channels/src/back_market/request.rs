//! What we ask of Back Market: an order's lines to be shipped, a line's IMEI and serial number, the order itself.

use super::BackMarket;
use super::settings::{Host, Settings};
use crate::marketplace::{Destination, Marketplace as _, Unbuildable};
use crate::wire::{self, JSON, unbuildable};
use domain::{Channel, Device, Imei, ItemId, Moment, OrderId, Serial, Submission, Text};
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use serde::Serialize;

/// The order line state "shipped". Source: B. An order's own states are other numbers.
const SHIPPED: u8 = 3;

/// Longest address of a tracking page that is taken, in characters. Source: B.
const TRACKING_URL_MAX: usize = 300;

/// `UpdateOrder`. Source: B. It requires `id`, but its property is `order_id`, and that is what clients send (P).
#[derive(Serialize)]
struct UpdateOrder<'a> {
    order_id: u64,
    new_state: u8,
    tracking_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking_url: Option<&'a str>,
    shipper: &'a str,
    date_shipping: String,
    /// Only for exactly one line of one piece; cannot be corrected. Source: B.
    #[serde(flatten)]
    line: UpdateLine<'a>,
}

/// The body of `PATCH /ws/orderlines/{id}`: one of them at least, the IMEI of 15 characters at most, the serial number of 50.
/// Source: B.
#[derive(Default, Serialize)]
struct UpdateLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    imei: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial_number: Option<&'a str>,
}

impl<'a> UpdateLine<'a> {
    fn of(device: &'a Device) -> Self {
        Self {
            imei: device.imei.as_ref().map(Imei::as_str),
            serial_number: device.serial.as_ref().map(Serial::as_str),
        }
    }
}

/// Where an account is and who calls, all from its settings.
struct Account {
    base: String,
    language: Text,
    agent: String,
}

impl Account {
    fn at(destination: Destination<'_>) -> Result<Self, Unbuildable> {
        let Settings { host, language, company, integration, contact } =
            destination.settings::<BackMarket>()?;
        Ok(Self {
            base: wire::base(destination.endpoint, Channel::BackMarket, address(host)),
            language,
            agent: format!("BM-{company}-{integration};{contact}"),
        })
    }

    /// Every request has every header: those without the mandatory `User-Agent` may be refused. Source: B.
    fn request(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Request<Vec<u8>>, Unbuildable> {
        let headers = [
            (ACCEPT, JSON),
            (ACCEPT_LANGUAGE, self.language.as_str()),
            (CONTENT_TYPE, JSON),
            (USER_AGENT, self.agent.as_str()),
        ];
        wire::request(method, &format!("{}{path}", self.base), &headers, body)
    }
}

/// Source: B, servers.
const fn address(host: Host) -> &'static str {
    match host {
        Host::NorthAmerica => "https://www.backmarket.com",
        Host::Europe => "https://www.backmarket.fr",
        Host::AsiaPacific => "https://www.backmarket.co.jp",
        Host::NorthAmericaRehearsal => "https://preprod.backmarket.com",
        Host::EuropeRehearsal => "https://preprod.backmarket.fr",
        Host::AsiaPacificRehearsal => "https://preprod.backmarket.co.jp",
    }
}

/// A number of theirs. Nothing else may get into a path.
fn number(field: &str, text: &str) -> Result<u64, Unbuildable> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let refuse = || unbuildable(field, format!("`{text}` is not Back Market's; allowed: a number"));
    text.parse().ok().filter(|_| is_digits).ok_or_else(refuse)
}

/// RFC 3339, in whole seconds. Source: B, `date_shipping`, a date-time.
fn date(at: Moment) -> String {
    format!("{:.0}", at.timestamp())
}

/// `POST /ws/orders/{order_id}`. Source: B.
pub(super) fn confirm(
    destination: Destination<'_>,
    submission: &Submission,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let account = Account::at(destination)?;
    let order_id = number("order_id", submission.order.as_str())?;
    let shipper = BackMarket::told(destination, submission)?.carrier;
    // Not worth a refusal: without it the buyer still has the number.
    let tracking_url = submission.tracking_url.as_ref().map(Text::as_str);
    let tracking_url = tracking_url.filter(|url| url.chars().count() <= TRACKING_URL_MAX);
    let body = UpdateOrder {
        order_id,
        new_state: SHIPPED,
        tracking_number: submission.tracking.as_str(),
        tracking_url,
        shipper,
        date_shipping: date(submission.ship_date),
        line: submission.device_inside().map(UpdateLine::of).unwrap_or_default(),
    };
    account.request(Method::POST, &format!("/ws/orders/{order_id}"), wire::json(&body)?)
}

/// `PATCH /ws/orderlines/{orderline_id}`. Source: B. It cannot be taken back.
pub(super) fn register_device(
    destination: Destination<'_>,
    line: &ItemId,
    device: &Device,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let account = Account::at(destination)?;
    let line = number("item_id", line.as_str())?;
    let body = wire::json(&UpdateLine::of(device))?;
    account.request(Method::PATCH, &format!("/ws/orderlines/{line}"), body)
}

/// `GET /ws/orders/{order_id}`. Source: B.
pub(super) fn read(
    destination: Destination<'_>,
    order: &OrderId,
) -> Result<Request<Vec<u8>>, Unbuildable> {
    let account = Account::at(destination)?;
    let order = number("order_id", order.as_str())?;
    account.request(Method::GET, &format!("/ws/orders/{order}"), Vec::new())
}

/// `GET /ws/orders`: the first page of the account's orders, without parameters. Third parties' clients call it so
/// (unverified).
pub(super) fn account(destination: Destination<'_>) -> Result<Request<Vec<u8>>, Unbuildable> {
    Account::at(destination)?.request(Method::GET, "/ws/orders", Vec::new())
}
