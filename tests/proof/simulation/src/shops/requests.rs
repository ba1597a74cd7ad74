//! What a sender's request asks for, read as a marketplace reads it: by its path, its form or its JSON. The credentials of
//! the request name the account.

use super::{Shops, manners};
use domain::Moment;
use http::Request;
use http::header::AUTHORIZATION;
use jiff::SignedDuration;
use serde_json::Value;

/// A request, understood.
#[derive(Debug)]
pub struct ShopRequest {
    /// The account whose credentials the request has.
    pub account: usize,
    /// The credentials.
    pub credentials: Credentials,
    /// What the request asks for.
    pub question: Question,
}

impl ShopRequest {
    pub(super) fn of(caller: Caller, question: Question) -> Self {
        Self { account: caller.account, credentials: caller.credentials, question }
    }
}

/// The account whose credentials a request has, and the credentials.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    pub(super) account: usize,
    pub(super) credentials: Credentials,
}

/// The credentials a request shows.
#[derive(Clone, Copy, Debug)]
pub enum Credentials {
    /// The account's own credentials, by how often they were replaced.
    Own(u32),
    /// An access token, by its number.
    Token(u32),
}

/// What a request asks for.
#[derive(Debug)]
pub enum Question {
    /// An access token.
    Token,
    /// A confirmation.
    Submit(Submission),
    /// An IMEI, a serial number or both at a line.
    Register {
        /// The line.
        line: String,
        /// What is registered.
        device: ShopDevice,
    },
    /// Whether the credentials are taken: a read of the account, and of no order.
    Account,
    /// What the channel holds of an order, or of a day's orders where the channel can be asked only so.
    Read {
        /// The order.
        order: Option<String>,
        /// The day.
        day: Option<(Moment, Moment)>,
    },
}

/// The IMEI and the serial number of a line, as a marketplace knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShopDevice {
    /// Its IMEI.
    pub imei: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
}

impl ShopDevice {
    /// The device that a body names.
    pub(super) fn of(body: &Value) -> Self {
        let field = |path| Some(text(body, path)).filter(|text| !text.is_empty());
        Self { imei: field("/imei"), serial: field("/serial_number") }
    }
}

/// A confirmation as it is submitted to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The order.
    pub order: String,
    /// The tracking number.
    pub number: String,
    /// Our reference of the parcel, where the channel keeps one.
    pub reference: String,
    /// The lines that ship. It is empty where all of them do.
    pub lines: Vec<String>,
    /// How many pieces of each of these lines, where the channel is told.
    pub pieces: Vec<u32>,
    /// The Transparency codes of each of these lines, where the channel is told.
    pub codes: Vec<Vec<String>>,
    /// The IMEI and the serial number that it carries.
    pub device: ShopDevice,
    /// The whole body, to compare two submissions.
    pub body: Vec<u8>,
}

/// Reads credentials such as `token/3/7` or `grant/3/7`.
pub(super) fn caller(text: &str) -> Option<Caller> {
    let (kind, rest) = text.split_once('/')?;
    let (account, number) = rest.split_once('/')?;
    let number = number.parse().ok()?;
    let credentials =
        if kind == "token" { Credentials::Token(number) } else { Credentials::Own(number) };
    Some(Caller { account: account.parse().ok()?, credentials })
}

pub(super) fn text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(super) fn ids(value: &Value, path: &str, name: &str) -> Vec<String> {
    let items = value.pointer(path).and_then(Value::as_array);
    items.into_iter().flatten().map(|item| text(item, name)).collect()
}

/// The pieces of each line of a list.
pub(super) fn pieces(value: &Value, path: &str) -> Vec<u32> {
    let items = value.pointer(path).and_then(Value::as_array).into_iter().flatten();
    let pieces = |item: &Value| item.pointer("/quantity").and_then(Value::as_u64);
    items.map(|item| pieces(item).and_then(|n| u32::try_from(n).ok()).unwrap_or_default()).collect()
}

/// A parameter of a form or a query.
pub(super) fn parameter(form: &str, name: &str) -> Option<String> {
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

pub(super) fn bearer(request: &Request<Vec<u8>>) -> Option<Caller> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    caller(value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("Basic "))?)
}

pub(super) fn parse_request(request: &Request<Vec<u8>>, shops: &Shops) -> Option<ShopRequest> {
    let mut parts = request.uri().path().split('/').skip(1);
    let channel = parts.next()?;
    let parts: Vec<&str> = parts.collect();
    let shop_request = manners(channel.parse().ok()?).parse_request(request, &parts, shops)?;
    (shop_request.account < shops.0.len()).then_some(shop_request)
}

pub(super) fn of_order(order: &str) -> Question {
    Question::Read { order: Some(order.to_owned()), day: None }
}

/// The grant in a form.
pub(super) fn of_form(request: &Request<Vec<u8>>) -> Option<Caller> {
    caller(&parameter(std::str::from_utf8(request.body()).ok()?, "refresh_token")?)
}

/// The longest time after which a marketplace takes a request that its sender gave up on. It is within the quarantine, less
/// what two clocks may be apart.
pub const LATEST: SignedDuration = SignedDuration::from_secs(13 * 60 + 30);
