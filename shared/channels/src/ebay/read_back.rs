//! What eBay holds of an order: its fulfilments, each with a number over some lines.
//!
//! Source: E, `getShippingFulfillments`. The answer does not name the order: the request's path did. Quantities are not
//! looked at: E calls them "purchased" once, and does not say what was ordered. How soon after a 201 a fulfilment shows
//! is unverified. That a fulfilment's id is its number is E's word too, but a third party warns not to rely on it.

use crate::answer;
use crate::answer_rows::verdict;
use crate::held_number;
use crate::marketplace::{Answer, Class};
use domain::{Item, NumberKey, Reading, Submission, Text};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// `ShippingFulfillmentPagedCollection`. There are no pages: E's request has no field to ask for one.
#[derive(Deserialize)]
struct Collection {
    fulfillments: Option<Vec<Fulfillment>>,
    /// "If no fulfillments are found for the order, this field is returned with a value of 0." Source: E.
    total: Option<u64>,
    /// "Only returned if one or more errors or warnings occur." Source: E.
    warnings: Option<Vec<IgnoredAny>>,
}

/// `ShippingFulfillment`, what we need of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fulfillment {
    #[serde(rename = "fulfillmentId")]
    id: Option<String>,
    #[serde(rename = "lineItems")]
    lines: Option<Vec<Line>>,
    shipment_tracking_number: Option<String>,
}

/// `LineItemReference`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    line_item_id: String,
}

impl Fulfillment {
    /// Its number, as it is there; `None` when it has none.
    fn number(&self) -> Option<&str> {
        self.shipment_tracking_number.as_deref().map(str::trim).filter(|number| !number.is_empty())
    }

    fn has(&self, number: &NumberKey) -> bool {
        self.number().is_some_and(|held| number.is_in(held))
    }

    /// Whether this item may be in it. What is in a fulfilment that does not say so cannot be known.
    fn may_hold(&self, item: &Item) -> bool {
        let lines = self.lines.as_deref().unwrap_or_default();
        lines.is_empty() || lines.iter().any(|line| line.line_item_id == item.item_id.as_str())
    }

    fn may_hold_any(&self, items: &[Item]) -> bool {
        items.iter().any(|item| self.may_hold(item))
    }

    /// What is in place of our number, for a person to compare.
    fn shown(&self) -> Text {
        match (self.number(), &self.id) {
            (Some(number), _) => held_number::shown(number),
            (None, Some(id)) => Text::cut(&format!("fulfilment {id} without a tracking number")),
            (None, None) => Text::cut("a fulfilment without a tracking number"),
        }
    }
}

impl Collection {
    /// The fulfilments, if the answer says what there are: a list, or a count of none.
    fn listed(&self) -> Option<&[Fulfillment]> {
        match (&self.fulfillments, self.total) {
            (Some(listed), _) => Some(listed),
            (None, Some(0)) => Some(&[]),
            (None, _) => None,
        }
    }

    /// Why there may be more than is listed.
    fn doubt(&self, listed: &[Fulfillment]) -> Option<&'static str> {
        if self.warnings.as_ref().is_some_and(|warnings| !warnings.is_empty()) {
            return Some("the answer comes with warnings");
        }
        let is_all = self.total.is_none_or(|total| usize::try_from(total) == Ok(listed.len()));
        if is_all { None } else { Some("the answer does not list as many as it counts") }
    }
}

/// What eBay holds for this submission.
pub(super) fn found(answer: &Answer, submission: &Submission) -> Reading {
    if answer.status != 200 {
        return Reading::Unreadable(verdict(&[], answer).not_applied());
    }
    let unreadable = |why| {
        Reading::Unreadable(answer::unquoted_verdict(answer, Class::Unknown, why).not_applied())
    };
    let Some(collection) = answer::body::<Collection>(answer) else {
        return unreadable("the answer is not a list of fulfilments");
    };
    let Some(listed) = collection.listed() else {
        return unreadable("the answer has neither fulfillments nor a total of 0");
    };
    let ours = submission.tracking.key();
    let (ours, others): (Vec<&Fulfillment>, Vec<&Fulfillment>) =
        listed.iter().partition(|held| held.has(&ours));
    if !submission.items.is_empty()
        && submission.items.iter().all(|item| ours.iter().any(|held| held.may_hold(item)))
    {
        return Reading::OURS;
    }
    if ours.iter().any(|held| held.may_hold_any(&submission.items)) {
        return unreadable("our tracking number is there, so far not over all our lines");
    }
    if let Some(why) = collection.doubt(listed) {
        return unreadable(why);
    }
    in_place_of_ours(&others, submission)
}

/// What eBay has over our lines without our number. A number of another package of ours does not: a line may ship in
/// several parcels. A foreign one does even if there are pieces left for ours, since nobody says how many.
fn in_place_of_ours(others: &[&Fulfillment], submission: &Submission) -> Reading {
    let is_sibling = |held: &Fulfillment| submission.siblings.iter().any(|number| held.has(number));
    others
        .iter()
        .find(|held| held.may_hold_any(&submission.items) && !is_sibling(held))
        .map_or(Reading::Absent, |rival| Reading::Other(rival.shown()))
}
