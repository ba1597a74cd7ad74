//! What Wish says of an order beside its numbers.
//!
//! Source: W, `Order`. It has no wish of a buyer's: who wants their money back is refunded.

use super::answers;
use crate::answer::{is_word, moment};
use crate::marketplace::Answer;
use domain::{OrderId, OrderShown, Submission};
use serde_json::Value;

/// The ship-by, and whether the order was refunded. One that is declined or under review may still be to be shipped.
pub(super) fn shown(answers: &[Answer], submission: &Submission) -> OrderShown {
    let Some(said) = answers.first().and_then(answers::data) else { return OrderShown::default() };
    if !is_of(&said, &submission.order) {
        return OrderShown::default();
    }
    OrderShown {
        ship_by: moment(&said, SHIP_BY),
        is_wished: false,
        is_cancelled: is_refunded(&said),
    }
}

/// Whether the order was refunded: nobody is to ship it.
pub(super) fn is_refunded(said: &Value) -> bool {
    is_word(said, "/state", REFUNDED)
}

/// Whether the order that is shown says by its id that it is this one.
pub(super) fn is_of(said: &Value, order: &OrderId) -> bool {
    is_word(said, "/id", order.as_str())
}

/// "If the order is not fulfilled by this date it will be automatically refunded." Source: W, `FulfillmentRequirements`.
const SHIP_BY: &str = "/fulfillment_requirements/expected_ship_time";

/// Source: W, `State`.
const REFUNDED: &str = "REFUNDED";
