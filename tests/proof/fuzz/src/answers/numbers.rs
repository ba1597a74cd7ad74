//! Where each marketplace has the tracking numbers of an order, said once more.

use channels::Answer;
use domain::{Channel, Submission, TrackingNumber};
use serde_json::Value;

/// Whether our number stands where the channel has the numbers of this order, or of these lines.
pub(super) fn has_ours(answer: &Answer, submission: &Submission) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else { return false };
    let is_ours = |number: &Value| match number {
        Value::String(number) => is_same(number, &submission.tracking),
        Value::Number(number) => is_same(&number.to_string(), &submission.tracking),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    };
    let has = |list: &str, is_of: &dyn Fn(&Value) -> bool, field: &str| {
        let held = body.pointer(list).and_then(Value::as_array);
        held.into_iter().flatten().any(|held| is_of(held) && held.get(field).is_some_and(is_ours))
    };
    let is_of_lines = |held: &Value, lines: &str, id: &str| {
        let lines = held.get(lines).and_then(Value::as_array);
        lines.is_none_or(|lines| lines.iter().any(|line| is_our_line(line.get(id), submission)))
    };
    match submission.channel {
        Channel::Amazon => {
            let is_of = |held: &Value| is_of_lines(held, "packageItems", "orderItemId");
            has("/order/packages", &is_of, "trackingNumber")
        }
        Channel::Ebay => {
            let is_of = |held: &Value| is_of_lines(held, "lineItems", "lineItemId");
            has("/fulfillments", &is_of, "shipmentTrackingNumber")
        }
        Channel::Wish => has("/data/tracking_information", &|_| true, "tracking_number"),
        Channel::BackMarket => body.get("tracking_number").is_some_and(is_ours),
        Channel::Groupon | Channel::UntilGone => false,
    }
}

/// Whether a text is this number, however it is written.
pub(super) fn is_same(text: &str, number: &TrackingNumber) -> bool {
    text.parse().is_ok_and(|found: TrackingNumber| found == *number)
}

fn is_our_line(id: Option<&Value>, submission: &Submission) -> bool {
    let id = id.and_then(Value::as_str);
    submission.items.iter().any(|item| Some(item.item_id.as_str()) == id)
}
