//! What Amazon says of an order beside its packages.
//!
//! Source: A26, `getOrder` with `FULFILLMENT` and `CANCELLATION`.

use crate::answer::{entries, is_word, moment, said};
use crate::marketplace::Answer;
use domain::{OrderShown, Submission};

/// The ship-by, a buyer's request to cancel, and whether the order was cancelled. Amazon has one ship-by for the whole order.
/// A request may be for one item of several: nobody knows of it which package it is for.
pub(super) fn shown(answers: &[Answer], submission: &Submission) -> OrderShown {
    let Some(said) = said(answers.first()) else { return OrderShown::default() };
    if !is_word(&said, "/order/orderId", submission.order.as_str()) {
        return OrderShown::default();
    }
    let is_requested = |item| is_word(item, "/cancellation/cancellationRequest/requester", BUYER);
    OrderShown {
        ship_by: moment(&said, "/order/fulfillment/shipByWindow/latestDateTime"),
        is_wished: entries(&said, "/order/orderItems").any(is_requested),
        is_cancelled: is_word(&said, "/order/fulfillment/fulfillmentStatus", CANCELLED),
    }
}

/// Who asks. Source: A26, `ItemCancellationRequest`, which lists nobody else.
const BUYER: &str = "BUYER";

/// An order that was cancelled. Source: A26, `FulfillmentStatus`.
const CANCELLED: &str = "CANCELLED";
