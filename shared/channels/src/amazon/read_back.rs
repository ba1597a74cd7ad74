//! What Amazon holds of an order: our package by its reference, or what a person entered in its place.
//!
//! Source: A26, `getOrder` with `PACKAGES`. How soon after a 204 a package shows is unverified; a repeat is identical,
//! so reading too early does no harm.

use crate::answer;
use crate::answer_rows::verdict;
use crate::held_number;
use crate::marketplace::{Answer, Class};
use domain::{Item, NumberKey, Reading, Submission, Text};
use serde::Deserialize;

/// `GetOrderResponse`, what we need of it.
#[derive(Deserialize)]
struct GetOrder {
    order: Order,
}

/// `Order`. An order without packages may have no such field, as in A26's sandbox.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    #[serde(rename = "orderId")]
    id: String,
    #[serde(rename = "orderItems")]
    items: Option<Vec<OrderItem>>,
    packages: Option<Vec<Package>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderItem {
    order_item_id: String,
    quantity_ordered: u64,
}

/// `OrderPackage`. Only the reference is sure to be there.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    #[serde(rename = "packageReferenceId")]
    reference: String,
    tracking_number: Option<String>,
    #[serde(rename = "packageItems")]
    items: Option<Vec<PackageItem>>,
    #[serde(rename = "packageStatus")]
    status: Option<PackageStatus>,
}

/// `PackageStatus`. The detail is reported to be empty in production (amzn/selling-partner-api-models, issue 5127).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PackageStatus {
    status: Option<String>,
    detailed_status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PackageItem {
    order_item_id: String,
    quantity: u64,
}

impl Package {
    /// Whether the seller cancelled its label: nothing ships in it. Source: A26, `PackageStatus`.
    fn is_cancelled(&self) -> bool {
        let Some(PackageStatus { status, detailed_status }) = &self.status else {
            return false;
        };
        status.as_deref() == Some("CANCELLED")
            || detailed_status.as_deref() == Some("LABEL_CANCELLED")
    }

    /// Its number, as it is there; `None` when it has none.
    fn number(&self) -> Option<&str> {
        self.tracking_number.as_deref().map(str::trim).filter(|number| !number.is_empty())
    }

    fn has(&self, ours: &NumberKey) -> bool {
        self.number().is_some_and(|number| ours.is_in(number))
    }

    /// Whether an item of ours may be in it. What is in a package that does not say so cannot be known.
    fn may_hold(&self, items: &[Item]) -> bool {
        self.items.as_ref().is_none_or(|held| {
            held.iter()
                .any(|held| items.iter().any(|item| item.item_id.as_str() == held.order_item_id))
        })
    }

    /// How many of an item are in it, if it says so.
    fn quantity(&self, item: &str) -> Option<u64> {
        let held = self.items.as_ref()?.iter().filter(|held| held.order_item_id == item);
        Some(held.fold(0, |sum, held| sum.saturating_add(held.quantity)))
    }
}

/// What Amazon holds for this submission.
pub(super) fn found(answer: &Answer, submission: &Submission) -> Reading {
    if answer.status != 200 {
        return Reading::Unreadable(verdict(&[], answer).not_applied());
    }
    let unreadable = |why| {
        Reading::Unreadable(answer::unquoted_verdict(answer, Class::Unknown, why).not_applied())
    };
    let Some(GetOrder { order }) = answer::body(answer) else {
        return unreadable("the answer is not an order");
    };
    if order.id != submission.order.as_str() {
        return unreadable("the answer is about another order");
    }
    let reference = submission.reference.as_ref().map(Text::as_str);
    let (ours, foreign): (Vec<&Package>, Vec<&Package>) = order
        .packages
        .iter()
        .flatten()
        .partition(|package| Some(package.reference.as_str()) == reference);
    if let Some(package) = ours.first() {
        if package.is_cancelled() {
            return Reading::Unclear(Text::cut(CANCELLED));
        }
        return match package.number() {
            Some(_) if package.has(&submission.tracking.key()) => Reading::OURS,
            Some(number) => Reading::Other(held_number::shown(number)),
            None => unreadable("our package is there, without a tracking number so far"),
        };
    }
    let foreign: Vec<&Package> =
        foreign.into_iter().filter(|package| !package.is_cancelled()).collect();
    in_place_of_ours(&order, &foreign, submission)
}

/// What others entered. The same number for our items was entered by a person: the channel has it, which is all we want.
/// A package with our items and another number takes our place, unless there are enough of the item left for ours:
/// then it is another parcel of a line that ships in several.
fn in_place_of_ours(order: &Order, foreign: &[&Package], submission: &Submission) -> Reading {
    let rivals: Vec<&&Package> =
        foreign.iter().filter(|package| package.may_hold(&submission.items)).collect();
    if rivals.iter().any(|package| package.has(&submission.tracking.key())) {
        return Reading::OURS;
    }
    match rivals.first() {
        Some(rival) if !is_room_left(order, foreign, &submission.items) => {
            Reading::Other(rival.number().map_or_else(|| Text::cut(NO_NUMBER), held_number::shown))
        }
        Some(_) | None => Reading::Absent,
    }
}

/// What is said of our own package that somebody cancelled: whether it is to ship after all, only a person knows.
const CANCELLED: &str = "our package is there, and was cancelled at Amazon";

/// What is said of a package that took our place and has no number.
const NO_NUMBER: &str = "a package without a tracking number";

fn is_room_left(order: &Order, foreign: &[&Package], items: &[Item]) -> bool {
    items.iter().all(|item| {
        let id = item.item_id.as_str();
        let ordered = order
            .items
            .iter()
            .flatten()
            .find(|ordered| ordered.order_item_id == id)
            .map(|ordered| ordered.quantity_ordered);
        let taken = foreign
            .iter()
            .try_fold(0_u64, |sum, package| Some(sum.saturating_add(package.quantity(id)?)));
        let needed = items
            .iter()
            .filter(|other| other.item_id == item.item_id)
            .fold(0_u64, |sum, other| sum.saturating_add(u64::from(other.quantity)));
        ordered.zip(taken).is_some_and(|(ordered, taken)| ordered >= taken.saturating_add(needed))
    })
}
