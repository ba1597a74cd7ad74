//! What Groupon shows of an order: whether its lines are still open, never by which number they shipped.
//!
//! Source: `ShipWorks` (a third party: unverified). There is no look-up by order, so the days before the ship date are
//! gone through. Orders that were exported are reported to disappear (Mintsoft: unverified), so an order that is not
//! found proves nothing.

use super::answers::{DATA, id, is, success, verdict};
use super::request::{lines, quantity};
use crate::answer;
use crate::marketplace::Answer;
use domain::{ItemId, NotApplied, Reading, Submission, Text};
use jiff::SignedDuration;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::sync::Arc;

/// How many days are gone through: orders without tracking are cancelled after 7 business days, which are up to 11 days
/// with two weekends and a holiday. Source: marketplace.groupon.com.
const DAYS: i32 = 12;

/// How many questions are asked at most: 9 s at the rate we use, so that one invocation can ask them all while the account
/// is quiet and pages take less than a second each; a longer search goes on in the next. It also ends a search whose pages
/// never end because Groupon does not heed the page.
const QUESTIONS_MAX: usize = 40;

/// The status of a line that still takes a number, in lower case. Source: `ShipWorks` (a third party: unverified).
const OPEN: &str = "open";

/// Which page of which day is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Days before the one that has the ship date in its middle.
    pub(super) day: i32,
    /// From 1. Source: `ShipWorks` (a third party: unverified).
    pub(super) page: u32,
}

/// What is kept of an answer to a question: a page of `get_orders`, or why it is none. A clone is another handle of it.
#[derive(Clone, Debug)]
pub struct Page(Arc<Result<Orders, NotApplied>>);

/// The orders on a page.
#[derive(Debug)]
struct Orders {
    shown: Vec<Order>,
    /// How many pages the day has, if it says so.
    pages: Option<u32>,
    /// How long the answer asked to wait, whether it was a page or not.
    retry_after: Option<SignedDuration>,
}

/// What we need of an order.
#[derive(Debug, Deserialize)]
struct Order {
    #[serde(default, deserialize_with = "id_in")]
    orderid: Option<String>,
    line_items: Option<Vec<Line>>,
}

/// What we need of a line. The kind of line id that is not the version's own is there too.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default, deserialize_with = "id_in")]
    ci_lineitemid: Option<String>,
    #[serde(default, deserialize_with = "id_in")]
    fulfillment_lineitem_id: Option<String>,
    /// Whether it is open, if it says so.
    #[serde(default, rename = "status", deserialize_with = "is_open_in")]
    is_open: Option<bool>,
    #[serde(default, deserialize_with = "number_in")]
    quantity: Option<u64>,
}

fn id_in<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Value>::deserialize(value)?.as_ref().and_then(id))
}

fn number_in<'de, D: Deserializer<'de>>(value: D) -> Result<Option<u64>, D::Error> {
    Ok(Option::<Value>::deserialize(value)?.as_ref().and_then(number))
}

fn is_open_in<'de, D: Deserializer<'de>>(value: D) -> Result<Option<bool>, D::Error> {
    let status = Option::<String>::deserialize(value)?;
    Ok(status.map(|status| status.trim().eq_ignore_ascii_case(OPEN)))
}

impl Page {
    /// The page in the answer.
    pub(super) fn of(answer: &Answer) -> Self {
        Self(Arc::new(Orders::of(answer)))
    }
}

impl Orders {
    fn of(answer: &Answer) -> Result<Self, NotApplied> {
        let Some(mut body) = success(answer) else { return Err(verdict(answer).not_applied()) };
        let data = body.remove(DATA).unwrap_or_default();
        let retry_after = answer::retry_after(answer);
        let shown = serde_json::from_value(data).ok();
        let shown =
            shown.ok_or_else(|| unreadable("the answer is not a list of orders", retry_after))?;
        let pages = body.get("meta").and_then(|meta| number(meta.get("no_of_pages")?));
        Ok(Self { shown, pages: pages.and_then(|pages| pages.try_into().ok()), retry_after })
    }

    /// The lines of the submission on it, each with its id. An order of another number is not looked into: the two kinds
    /// of line ids are numbers alike.
    fn ours<'a>(&'a self, submission: &'a Submission) -> Vec<(&'a ItemId, &'a Line)> {
        let is_ours = |order: &&Order| {
            order.orderid.as_ref().is_none_or(|orderid| orderid == submission.order.as_str())
        };
        let of = |line: &'a Line| {
            lines(&submission.items).into_iter().find(|id| line.is(id)).map(|id| (id, line))
        };
        self.shown
            .iter()
            .filter(is_ours)
            .flat_map(|order| order.line_items.iter().flatten())
            .filter_map(of)
            .collect()
    }
}

impl Line {
    fn is(&self, line: &ItemId) -> bool {
        [&self.ci_lineitemid, &self.fulfillment_lineitem_id]
            .into_iter()
            .flatten()
            .any(|id| is(line, id))
    }
}

impl Place {
    const FIRST: Self = Self { day: 0, page: 1 };

    /// Where to look after this page: at the day's next one, or at the day before it.
    fn after(self, page: &Orders) -> Self {
        let is_last = page.shown.is_empty() || page.pages.is_some_and(|pages| pages <= self.page);
        if is_last {
            Self { day: self.day.saturating_add(1), page: 1 }
        } else {
            Self { page: self.page.saturating_add(1), ..self }
        }
    }
}

fn number(value: &Value) -> Option<u64> {
    id(value)?.parse().ok()
}

/// What is wrong with a success.
fn unreadable(why: &str, retry_after: Option<SignedDuration>) -> NotApplied {
    NotApplied { reason: Text::cut(&format!("200: {why}")), retry_after }
}

/// The next question after these pages: none once a line of ours was seen, an answer was no page, or all was asked.
pub(super) fn next(pages: &[Page], submission: &Submission) -> Option<Place> {
    let mut place = Place::FIRST;
    for page in pages {
        let page = page.0.as_ref().as_ref().ok()?;
        if !page.ours(submission).is_empty() {
            return None;
        }
        place = place.after(page);
    }
    (place.day < DAYS && pages.len() < QUESTIONS_MAX).then_some(place)
}

/// What Groupon shows for this submission.
pub(super) fn found(pages: &[Page], submission: &Submission) -> Reading {
    let orders = pages.iter().map(|page| page.0.as_ref().as_ref());
    let orders: Vec<&Orders> = match orders.collect() {
        Ok(orders) => orders,
        Err(why) => return Reading::Unreadable(why.clone()),
    };
    let Some(last) = orders.last() else {
        let reason = Text::cut("the channel was not asked");
        return Reading::Unreadable(NotApplied { reason, retry_after: None });
    };
    let seen: Vec<(&ItemId, &Line)> =
        orders.iter().flat_map(|page| page.ours(submission)).collect();
    if !seen.is_empty() {
        return standing(last, &seen, submission);
    }
    if next(pages, submission).is_some() {
        let why = "the channel was not asked everything";
        return Reading::Unreadable(unreadable(why, last.retry_after));
    }
    let searched = if pages.len() < QUESTIONS_MAX {
        format!("the orders of {DAYS} days up to its ship date")
    } else {
        format!("the orders of the first {QUESTIONS_MAX} pages before its ship date")
    };
    let why = format!("not among {searched}; Groupon is said to hide orders that were exported");
    Reading::Unclear(Text::cut(&why))
}

/// Where our lines stand. A line that ships in several packages may stay open when one of them is confirmed. Then an open line
/// says nothing about ours.
fn standing(last: &Orders, seen: &[(&ItemId, &Line)], submission: &Submission) -> Reading {
    if seen.iter().any(|(_, line)| line.is_open.is_none()) {
        let why = "a line does not say whether it is open";
        return Reading::Unreadable(unreadable(why, last.retry_after));
    }
    if let Some((id, _)) = seen.iter().find(|(_, line)| line.is_open == Some(false)) {
        return Reading::Unclear(Text::cut(&format!(
            "line {id} is not open any more: shipped or cancelled; Groupon does not say by which number"
        )));
    }
    for ours in lines(&submission.items) {
        let Some((_, line)) = seen.iter().find(|(id, _)| *id == ours) else {
            return Reading::Unclear(Text::cut(&format!(
                "line {ours} is not shown with the order's others, so nobody can say whether it shipped"
            )));
        };
        if line.quantity.is_none_or(|held| held > quantity(&submission.items, ours)) {
            return Reading::Unclear(Text::cut(&format!(
                "line {ours} is open, but may stay so while it ships in several packages"
            )));
        }
    }
    Reading::Absent
}
