//! What eBay says of an order beside its fulfilments.
//!
//! Source: E, `getOrder`. Unlike `getOrders` it has the requests to cancel.

use crate::answer::{entries, is_word, moment, said};
use crate::marketplace::Answer;
use domain::{OrderShown, Submission};
use serde_json::Value;

/// The earliest ship-by of the package's lines, a buyer's request to cancel that waits for an answer, and whether the order was
/// cancelled.
pub(super) fn shown(answers: &[Answer], submission: &Submission) -> OrderShown {
    let Some(said) = said(answers.get(1)) else { return OrderShown::default() };
    if !is_word(&said, "/orderId", submission.order.as_str()) {
        return OrderShown::default();
    }
    let is_ours = |line: &&Value| {
        let id = line.get("lineItemId").and_then(Value::as_str);
        submission.items.iter().any(|item| id == Some(item.item_id.as_str()))
    };
    let lines = entries(&said, "/lineItems").filter(is_ours);
    OrderShown {
        ship_by: lines.filter_map(|line| moment(line, SHIP_BY)).min(),
        is_wished: entries(&said, "/cancelStatus/cancelRequests").any(is_wish),
        is_cancelled: is_word(&said, "/cancelStatus/cancelState", CANCELLED),
    }
}

/// By when a line is to ship, in UTC; set by eBay. Source: E, `LineItemFulfillmentInstructions`.
const SHIP_BY: &str = "/lineItemFulfillmentInstructions/shipByDate";

/// An order that was cancelled. Source: developer.ebay.com, `CancelStateEnum` (unverified: E only links to it).
const CANCELLED: &str = "CANCELED";

/// A request that the seller has not answered. Source: developer.ebay.com, `CancelRequestStateEnum` (unverified: E only links
/// to it).
const REQUESTED: &str = "REQUESTED";

/// Who cancels where it is no wish of the buyer's. Source: E, `CancelRequest`: "typically, either the 'Buyer' or 'Seller'".
const SELLER: &str = "Seller";

fn is_wish(request: &Value) -> bool {
    is_word(request, "/cancelRequestState", REQUESTED)
        && !is_word(request, "/cancelInitiator", SELLER)
}
