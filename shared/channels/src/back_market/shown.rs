//! What Back Market says of an order beside its number and its lines' devices.
//!
//! Source: B, `GET /ws/orders/{id}`. It has no wish of a buyer's, and no state of an order that was cancelled: only its lines
//! have one.

use crate::answer::{entries, is_word, moment, said};
use crate::marketplace::Answer;
use domain::{Moment, OrderShown, Submission};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde_json::Value;

/// The ship-by, and whether nothing of the order is to ship any more.
pub(super) fn shown(answers: &[Answer], submission: &Submission) -> OrderShown {
    let Some(said) = said(answers.first()) else { return OrderShown::default() };
    let id = said.get("order_id").and_then(Value::as_u64);
    if id.is_none() || id != submission.order.as_str().parse().ok() {
        return OrderShown::default();
    }
    let mut lines = entries(&said, "/orderlines").peekable();
    let is_dropped = |line: &Value| {
        line.get("state").and_then(Value::as_u64).is_some_and(|state| DROPPED.contains(&state))
    };
    let has_lines = lines.peek().is_some();
    OrderShown {
        ship_by: moment(&said, SHIP_BY).or_else(|| without_offset(&said)),
        is_wished: false,
        is_cancelled: has_lines && lines.all(is_dropped),
    }
}

/// "Only applicable for orders not already SENT." Source: B, `Order`.
const SHIP_BY: &str = "/expected_dispatch_date";

/// A line that the seller cancelled, and one that was refunded before it shipped: both for good. Source: B, `Orderline`.
const DROPPED: [u64; 2] = [4, 5];

/// B's sample has no offset, unlike those of B's other times. Nobody says by whose clock it is, so it is read by the one that
/// is ahead of all that it may be: nothing is then late for it.
fn without_offset(said: &Value) -> Option<Moment> {
    let clock: DateTime = said.pointer(SHIP_BY)?.as_str()?.trim().parse().ok()?;
    let read_as_utc = Moment::from(Offset::UTC.to_timestamp(clock).ok()?);
    let ahead = AHEAD_H.iter().find(|(market, _)| is_word(said, "/country_code", market));
    Some(read_as_utc.minus(SignedDuration::from_hours(ahead.map_or(AHEAD_OF_ALL_H, |row| row.1))))
}

/// How far the clocks of a market are ahead of UTC at most, or 0 where they are behind it: then it may be UTC. Source of the
/// markets: B, `CountryCode`. That one of the two clocks is meant is inferred. Unit: hours.
const AHEAD_H: [(&str, i64); 16] = [
    ("de-at", 2),
    ("de-de", 2),
    ("el-gr", 3),
    ("en-au", 11),
    ("en-gb", 1),
    ("en-ie", 1),
    ("en-us", 0),
    ("es-es", 2),
    ("fr-be", 2),
    ("fr-fr", 2),
    ("it-it", 2),
    ("ja-jp", 9),
    ("nl-nl", 2),
    ("pt-pt", 1),
    ("sk-sk", 2),
    ("sv-se", 2),
];

/// The same where the market is not known. Unit: hours.
const AHEAD_OF_ALL_H: i64 = 11;
