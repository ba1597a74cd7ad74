//! What a sender's request asks for: read as a marketplace reads it, by its path, its form or its JSON, and the
//! credentials it comes with, which name the account.

use super::Shops;
use domain::{Channel, Moment};
use http::header::AUTHORIZATION;
use http::{Method, Request};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use standardwebhooks::Webhook;

/// A request, understood.
#[derive(Debug)]
pub struct Asked {
    /// Whose credentials it came with.
    pub account: usize,
    /// Which.
    pub token: Shown,
    /// What it asks for.
    pub ask: Ask,
}

/// The credentials a request shows.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    /// The account's own, by how often they were replaced.
    Credentials(u32),
    /// An access token, by its number.
    Token(u32),
}

/// What is asked for.
#[derive(Debug)]
pub enum Ask {
    /// An access token.
    Token,
    /// A confirmation.
    Submit(Told),
    /// An IMEI at a line.
    Register {
        /// Which line.
        line: String,
        /// Which IMEI.
        imei: String,
    },
    /// What there is of an order; of a day's orders where the channel has no other question.
    Read {
        /// Which order.
        order: Option<String>,
        /// Which day.
        day: Option<(Moment, Moment)>,
    },
}

/// A confirmation as a channel is told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The order.
    pub order: String,
    /// The tracking number.
    pub number: String,
    /// Our name of the parcel, where the channel keeps one.
    pub reference: String,
    /// The lines in it; none where all of them ship.
    pub lines: Vec<String>,
    /// The IMEI in it.
    pub imei: Option<String>,
    /// All of it, to compare it with another.
    pub body: Vec<u8>,
}

/// A secret of 24 bytes in base64, another for each account and each time it was replaced.
fn webhook_secret(account: usize, generation: u32) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    let generation = usize::try_from(generation).unwrap_or(0);
    let own: String =
        [account, account / 26, generation, generation / 26].map(letter).iter().collect();
    format!("{own}9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
}

/// What is in an account's secret.
pub(super) fn secret(channel: Channel, account: usize, generation: u32) -> String {
    match channel {
        Channel::Amazon | Channel::Ebay | Channel::Wish => {
            let grant = format!("grant/{account}/{generation}");
            json!({ "client_id": "c", "client_secret": "s", "refresh_token": grant })
        }
        Channel::BackMarket | Channel::Groupon => {
            json!({ "token": format!("grant/{account}/{generation}") })
        }
        Channel::UntilGone => {
            json!({ "secret": format!("whsec_{}", webhook_secret(account, generation)) })
        }
    }
    .to_string()
}

/// `token/3/7`, or `grant/3/7`.
fn shown(text: &str) -> Option<(usize, Shown)> {
    let (kind, rest) = text.split_once('/')?;
    let (account, number) = rest.split_once('/')?;
    let number = number.parse().ok()?;
    let shown = if kind == "token" { Shown::Token(number) } else { Shown::Credentials(number) };
    Some((account.parse().ok()?, shown))
}

fn text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn ids(value: &Value, path: &str, name: &str) -> Vec<String> {
    let items = value.pointer(path).and_then(Value::as_array);
    items.into_iter().flatten().map(|item| text(item, name)).collect()
}

/// A parameter of a form or a query.
fn parameter(form: &str, name: &str) -> Option<String> {
    let value = form.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let mut bytes = value.bytes();
    let mut plain = Vec::with_capacity(value.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(plain).ok()
}

fn bearer(request: &Request<Vec<u8>>) -> Option<(usize, Shown)> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    shown(value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("Basic "))?)
}

pub(super) fn asked(request: &Request<Vec<u8>>, shops: &Shops) -> Option<Asked> {
    let mut parts = request.uri().path().split('/').skip(1);
    let channel = parts.next()?;
    let parts: Vec<&str> = parts.collect();
    let ((account, token), ask) = match channel {
        "amazon" => amazon(request, &parts)?,
        "ebay" => ebay(request, &parts)?,
        "wish" => wish(request, &parts)?,
        "back_market" => back_market(request, &parts)?,
        "groupon" => groupon(request, shops)?,
        "until_gone" => until_gone(request, shops)?,
        _ => return None,
    };
    (account < shops.0.len()).then_some(Asked { account, token, ask })
}

type Found = ((usize, Shown), Ask);

fn of_order(order: &str) -> Ask {
    Ask::Read { order: Some(order.to_owned()), day: None }
}

fn amazon(request: &Request<Vec<u8>>, parts: &[&str]) -> Option<Found> {
    if let ["auth", "o2", "token"] = parts {
        return Some((of_form(request)?, Ask::Token));
    }
    let token = shown(request.headers().get("x-amz-access-token")?.to_str().ok()?)?;
    let ask = match (request.method(), parts) {
        (&Method::POST, ["orders", "v0", "orders", order, "shipmentConfirmation"]) => {
            let body: Value = serde_json::from_slice(request.body()).ok()?;
            Ask::Submit(Told {
                order: (*order).to_owned(),
                number: text(&body, "/packageDetail/trackingNumber"),
                reference: text(&body, "/packageDetail/packageReferenceId"),
                lines: ids(&body, "/packageDetail/orderItems", "/orderItemId"),
                imei: None,
                body: request.body().clone(),
            })
        }
        (&Method::GET, ["orders", "2026-01-01", "orders", order]) => of_order(order),
        _ => return None,
    };
    Some((token, ask))
}

/// The grant in a form.
fn of_form(request: &Request<Vec<u8>>) -> Option<(usize, Shown)> {
    shown(&parameter(std::str::from_utf8(request.body()).ok()?, "refresh_token")?)
}

fn ebay(request: &Request<Vec<u8>>, parts: &[&str]) -> Option<Found> {
    if let ["identity", "v1", "oauth2", "token"] = parts {
        return Some((of_form(request)?, Ask::Token));
    }
    let token = bearer(request)?;
    let ["sell", "fulfillment", "v1", "order", order, "shipping_fulfillment"] = parts else {
        return None;
    };
    if request.method() == Method::GET {
        return Some((token, of_order(order)));
    }
    let body: Value = serde_json::from_slice(request.body()).ok()?;
    let told = Told {
        order: (*order).to_owned(),
        number: text(&body, "/trackingNumber"),
        reference: String::new(),
        lines: ids(&body, "/lineItems", "/lineItemId"),
        imei: None,
        body: request.body().clone(),
    };
    Some((token, Ask::Submit(told)))
}

fn wish(request: &Request<Vec<u8>>, parts: &[&str]) -> Option<Found> {
    if let ["api", "v3", "oauth", "refresh_token"] = parts {
        return Some((shown(&parameter(request.uri().query()?, "refresh_token")?)?, Ask::Token));
    }
    let token = bearer(request)?;
    let ask = match (request.method(), parts) {
        (&Method::GET, ["api", "v3", "orders", order]) => of_order(order),
        (&Method::PUT, ["api", "v3", "orders", order, "tracking"]) => {
            let body: Value = serde_json::from_slice(request.body()).ok()?;
            Ask::Submit(Told {
                order: (*order).to_owned(),
                number: text(&body, "/tracking_number"),
                reference: String::new(),
                lines: Vec::new(),
                imei: None,
                body: request.body().clone(),
            })
        }
        _ => return None,
    };
    Some((token, ask))
}

fn back_market(request: &Request<Vec<u8>>, parts: &[&str]) -> Option<Found> {
    let token = bearer(request)?;
    let body = || -> Option<Value> { serde_json::from_slice(request.body()).ok() };
    let ask = match (request.method(), parts) {
        (&Method::GET, ["ws", "orders", order]) => of_order(order),
        (&Method::PATCH, ["ws", "orderlines", line]) => {
            Ask::Register { line: (*line).to_owned(), imei: text(&body()?, "/imei") }
        }
        (&Method::POST, ["ws", "orders", order]) => {
            let body = body()?;
            Ask::Submit(Told {
                order: (*order).to_owned(),
                number: text(&body, "/tracking_number"),
                reference: String::new(),
                lines: Vec::new(),
                imei: Some(text(&body, "/imei")).filter(|imei| !imei.is_empty()),
                body: request.body().clone(),
            })
        }
        _ => return None,
    };
    Some((token, ask))
}

/// Groupon's orders are found by their lines: a confirmation does not name the order.
fn groupon(request: &Request<Vec<u8>>, shops: &Shops) -> Option<Found> {
    if request.method() == Method::GET {
        let query = request.uri().query()?;
        let token = shown(&parameter(query, "token")?)?;
        let time = |name| date(&parameter(query, name)?);
        let day = Some((time("start_datetime")?, time("end_datetime")?));
        return Some((token, Ask::Read { order: None, day }));
    }
    let form = std::str::from_utf8(request.body()).ok()?;
    let token = shown(&parameter(form, "token")?)?;
    let entries: Value = serde_json::from_str(&parameter(form, "tracking_info")?).ok()?;
    let lines = ids(&entries, "", "/fulfillment_lineitem_id");
    let shop = shops.0.get(token.0)?;
    let is_its = |held: &super::Held| lines.first().is_some_and(|line| held.lines.contains(line));
    let order = shop.orders.iter().find(|(_, held)| is_its(held)).map(|(order, _)| order.clone());
    let told = Told {
        order: order?,
        number: text(&entries, "/0/tracking"),
        reference: String::new(),
        lines,
        imei: None,
        body: request.body().clone(),
    };
    Some((token, Ask::Submit(told)))
}

/// `11/23/2026 15:00`, in UTC.
fn date(text: &str) -> Option<Moment> {
    let civil = DateTime::strptime("%m/%d/%Y %H:%M", text).ok()?;
    Some(civil.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp().into())
}

/// Whoever can sign a webhook is the account.
fn until_gone(request: &Request<Vec<u8>>, shops: &Shops) -> Option<Found> {
    let header = |name| request.headers().get(name)?.to_str().ok();
    let (id, signature) = (header("webhook-id")?, header("webhook-signature")?);
    let time: i64 = header("webhook-timestamp")?.parse().ok()?;
    let is_its = |account: usize, generation: u32| {
        let signer = Webhook::new(&webhook_secret(account, generation)).ok();
        signer
            .and_then(|signer| signer.sign(id, time, request.body()).ok())
            .is_some_and(|signed| signed == signature)
    };
    let body: Value = serde_json::from_slice(request.body()).ok()?;
    let told = Told {
        order: text(&body, "/data/order_id"),
        number: text(&body, "/data/tracking_number"),
        reference: id.to_owned(),
        lines: ids(&body, "/data/items", "/item_id"),
        imei: None,
        body: request.body().clone(),
    };
    let accounts =
        shops.0.iter().enumerate().filter(|(_, shop)| shop.channel == Channel::UntilGone);
    let mut shown = accounts.flat_map(|(account, shop)| {
        (0..=shop.generation).rev().map(move |generation| (account, generation))
    });
    let (account, generation) =
        shown.find(|(account, generation)| is_its(*account, *generation))?;
    Some(((account, Shown::Credentials(generation)), Ask::Submit(told)))
}

/// The last moment a marketplace may take a request that its sender gave up on: within the quarantine, less what two
/// clocks may be apart.
pub const LATEST: SignedDuration = SignedDuration::from_secs(13 * 60 + 30);
