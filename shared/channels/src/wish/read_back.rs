//! What Wish holds of an order: the numbers it ships by, where it stands, whether Wish is still at work on it.
//!
//! Source: W, `Order`. One number is for the whole order, so that any other number, a sibling's as well, is in the place
//! of ours: an update would override it.

use super::answers::{self, verdict};
use super::shown::{is_of, is_refunded};
use crate::answer::unquoted_verdict;
use crate::held_number;
use crate::marketplace::{Answer, Class};
use domain::{OrderId, Reading, Submission, Text};
use serde::Deserialize;
use serde_json::Value;

/// To be shipped; the one state in which no number proves that nothing is there. Source: W, `State`.
const APPROVED: &str = "APPROVED";

/// Shipped. Source: W, `State`.
const SHIPPED: &str = "SHIPPED";

/// What Wish has done with the last request to change the order. Source: W, `ProcessingStatus`; anything else counts as
/// not done.
const DONE: [&str; 2] = ["SUCCEEDED", FAILED];
const FAILED: &str = "FAILED";

/// `Order`, what we need of it.
#[derive(Deserialize)]
struct Order {
    #[serde(default)]
    id: Value,
    state: Option<String>,
    /// The newest first, two at most.
    tracking_information: Option<Vec<TrackingInfo>>,
    processing_status: Option<String>,
}

/// `TrackingInfo`, what we need of it.
#[derive(Deserialize)]
struct TrackingInfo {
    #[serde(default)]
    tracking_number: Value,
}

impl TrackingInfo {
    /// Its number, as it is there; `None` when it has none.
    fn number(&self) -> Option<String> {
        match &self.tracking_number {
            Value::String(number) => Some(number.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

impl Order {
    /// Whether nothing speaks against it.
    fn may_be(&self, order: &OrderId) -> bool {
        match &self.id {
            Value::Null => true,
            Value::String(id) => id.eq_ignore_ascii_case(order.as_str()),
            Value::Number(id) => id.as_u64().is_some_and(|id| order.as_str().parse() == Ok(id)),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
        }
    }

    fn is_in(&self, state: &str) -> bool {
        self.state.as_deref().is_some_and(|held| held.trim().eq_ignore_ascii_case(state))
    }

    /// What our number on it means. "Ready to be shipped" beside it is what W says of an order whose update was not carried
    /// out, or that was released again: it is refunded when nobody ships it. Whether an update that failed keeps the number
    /// it left behind, W does not say.
    fn holding_ours(&self, answer: &Answer, number: &str) -> Reading {
        if !self.is_in(APPROVED) {
            return Reading::OURS;
        }
        if self.is_in_progress() {
            return unreadable(
                answer,
                "our number is there, and Wish is still at work on the order",
            );
        }
        let status = self.processing_status.as_deref().unwrap_or_default().trim();
        if status.eq_ignore_ascii_case(FAILED) {
            return Reading::Former(held_number::shown(number));
        }
        Reading::OURS
    }

    /// Whether Wish is still at work on it: an update that it has taken may not show yet.
    fn is_in_progress(&self) -> bool {
        let status = self.processing_status.as_deref().map(str::trim).unwrap_or_default();
        !status.is_empty() && !DONE.iter().any(|done| status.eq_ignore_ascii_case(done))
    }
}

fn unreadable(answer: &Answer, why: &str) -> Reading {
    Reading::Unreadable(unquoted_verdict(answer, Class::Unknown, why).not_applied())
}

/// What Wish holds for this submission.
pub(super) fn found(answer: &Answer, submission: &Submission) -> Reading {
    match answers::data(answer) {
        Some(data) => of_order(answer, data, submission),
        None => Reading::Unreadable(verdict(&[], answer).not_applied()),
    }
}

/// The reading of the order in the answer to an update. `None` when there is none in it.
pub(super) fn reading_of_update(
    answer: &Answer,
    data: &Value,
    submission: &Submission,
) -> Option<Reading> {
    let is_there = data.as_object().is_some_and(|fields| !fields.is_empty());
    is_there.then(|| of_order(answer, data.clone(), submission))
}

/// Our number among others is ours all the same. Wish keeps two, and what the other one is, nobody says: the one before,
/// a later edit by hand, or the last carrier's of a parcel that Wish itself hands over. In none of these cases is there
/// anything left for us to send.
///
/// Another number beside "ready to be shipped" is that of a former shipment, of an order that was released again (W: orders
/// "can become APPROVED again"); in every other state, and in none, it is what the order was shipped by.
///
/// While Wish is at work only our number proves something. After that, only an order that is to be shipped and has no
/// number shows that nothing is there, and one that was refunded: the same answer shows its cancellation, so that nothing is
/// sent for it by itself. One that is declined or under review may come back (W), and is not to be shipped before it does.
fn of_order(answer: &Answer, data: Value, submission: &Submission) -> Reading {
    if !data.is_object() {
        return unreadable(answer, "the answer is not an order");
    }
    let is_cancelled = is_refunded(&data) && is_of(&data, &submission.order);
    let Ok(order) = serde_json::from_value::<Order>(data) else {
        return unreadable(answer, "the answer is not an order");
    };
    if !order.may_be(&submission.order) {
        return unreadable(answer, "the answer is about another order");
    }
    let entries: Vec<Option<String>> =
        order.tracking_information.iter().flatten().map(TrackingInfo::number).collect();
    let ours = submission.tracking.key();
    let is_ours = |number: &&String| ours.is_in(number);
    if let Some(number) = entries.iter().flatten().find(is_ours) {
        return order.holding_ours(answer, number);
    }
    if order.is_in_progress() {
        return unreadable(answer, "Wish is still at work on the order");
    }
    if let Some(number) = entries.iter().flatten().next() {
        let shown = held_number::shown(number);
        return if order.is_in(APPROVED) { Reading::Former(shown) } else { Reading::Other(shown) };
    }
    if order.is_in(SHIPPED) {
        return Reading::Unclear(Text::cut("the order is shipped, by no tracking number"));
    }
    if !entries.is_empty() {
        return unreadable(answer, "a shipment is there, without a tracking number so far");
    }
    if order.is_in(APPROVED) || is_cancelled {
        return Reading::Absent;
    }
    unreadable(answer, &not_to_be_shipped(order.state.as_deref()))
}

/// Longest name of a state that is repeated. What is longer, or has other letters, is anyone's guess. Unit: characters.
const STATE_MAX: usize = 30;

fn not_to_be_shipped(state: Option<&str>) -> String {
    let is_name = |state: &&str| {
        (1..=STATE_MAX).contains(&state.len())
            && state.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    match state.filter(is_name) {
        Some(state) => format!("the order is in state {state}, not to be shipped"),
        None => "the answer does not say where the order stands".to_owned(),
    }
}
