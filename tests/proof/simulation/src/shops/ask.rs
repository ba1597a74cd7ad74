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
pub struct Asked {
    /// The account whose credentials the request has.
    pub account: usize,
    /// The credentials.
    pub token: Shown,
    /// What the request asks for.
    pub ask: Ask,
}

/// The credentials a request shows.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    /// The account's own credentials, by how often they were replaced.
    Credentials(u32),
    /// An access token, by its number.
    Token(u32),
}

/// What a request asks for.
#[derive(Debug)]
pub enum Ask {
    /// An access token.
    Token,
    /// A confirmation.
    Submit(Submission),
    /// An IMEI at a line.
    Register {
        /// The line.
        line: String,
        /// The IMEI.
        imei: String,
    },
    /// What the channel holds of an order, or of a day's orders where the channel can be asked only so.
    Read {
        /// The order.
        order: Option<String>,
        /// The day.
        day: Option<(Moment, Moment)>,
    },
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
    /// The IMEI that it carries.
    pub imei: Option<String>,
    /// The whole body, to compare two submissions.
    pub body: Vec<u8>,
}

/// Reads credentials such as `token/3/7` or `grant/3/7`.
pub(super) fn shown(text: &str) -> Option<(usize, Shown)> {
    let (kind, rest) = text.split_once('/')?;
    let (account, number) = rest.split_once('/')?;
    let number = number.parse().ok()?;
    let shown = if kind == "token" { Shown::Token(number) } else { Shown::Credentials(number) };
    Some((account.parse().ok()?, shown))
}

pub(super) fn text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(super) fn ids(value: &Value, path: &str, name: &str) -> Vec<String> {
    let items = value.pointer(path).and_then(Value::as_array);
    items.into_iter().flatten().map(|item| text(item, name)).collect()
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

pub(super) fn bearer(request: &Request<Vec<u8>>) -> Option<(usize, Shown)> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    shown(value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("Basic "))?)
}

pub(super) fn asked(request: &Request<Vec<u8>>, shops: &Shops) -> Option<Asked> {
    let mut parts = request.uri().path().split('/').skip(1);
    let channel = parts.next()?;
    let parts: Vec<&str> = parts.collect();
    let ((account, token), ask) = manners(channel.parse().ok()?).asked(request, &parts, shops)?;
    (account < shops.0.len()).then_some(Asked { account, token, ask })
}

/// Who asks, and for what.
pub(super) type Found = ((usize, Shown), Ask);

pub(super) fn of_order(order: &str) -> Ask {
    Ask::Read { order: Some(order.to_owned()), day: None }
}

/// The grant in a form.
pub(super) fn of_form(request: &Request<Vec<u8>>) -> Option<(usize, Shown)> {
    shown(&parameter(std::str::from_utf8(request.body()).ok()?, "refresh_token")?)
}

/// The longest time after which a marketplace takes a request that its sender gave up on. It is within the quarantine, less
/// what two clocks may be apart.
pub const LATEST: SignedDuration = SignedDuration::from_secs(13 * 60 + 30);
