//! What Groupon shows of an order: whether its lines are still open, never by which number they shipped.
//!
//! Source: `ShipWorks` (a third party: unverified). There is no look-up by order, so the days before the ship date are
//! gone through. Orders that were exported are reported to disappear (Mintsoft: unverified), so an order that is not
//! found proves nothing.

use super::answers::{id, is, success, verdict};
use super::request::{lines, quantity};
use crate::answer;
use crate::marketplace::{Answer, Class};
use domain::{Finding, ItemId, NotApplied, Submission, Text};
use serde::Deserialize;
use serde_json::Value;

/// How many days are gone through: orders without tracking are cancelled after 7 business days, which are up to 11 days
/// with two weekends and a holiday. Source: marketplace.groupon.com.
const DAYS: i32 = 12;

/// How many questions are asked at most: 9 s at the rate we use, so that one invocation can ask them all while the account
/// is quiet. It also ends the search where pages never end because the page is not heeded.
const QUESTIONS_MAX: usize = 40;

/// A line that can still be told a number, in lower case. Source: `ShipWorks` (a third party: unverified).
const OPEN: &str = "open";

/// Which question it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Days before the one that has the ship date in its middle.
    pub(super) day: i32,
    /// From 1. Source: `ShipWorks` (a third party: unverified).
    pub(super) page: u32,
}

/// A page of `get_orders`.
struct Page {
    orders: Vec<Order>,
    /// How many pages the day has, if it says so.
    pages: Option<u32>,
}

/// What we need of an order.
#[derive(Deserialize)]
struct Order {
    orderid: Option<Value>,
    line_items: Option<Vec<Line>>,
}

/// What we need of a line. The kind of line id that is not the version's own is there too.
#[derive(Deserialize)]
struct Line {
    ci_lineitemid: Option<Value>,
    fulfillment_lineitem_id: Option<Value>,
    status: Option<String>,
    quantity: Option<Value>,
}

impl Page {
    /// The page in the answer.
    fn of(answer: &Answer) -> Result<Self, Finding> {
        let Some(data) = success(answer) else {
            return Err(Finding::Unreadable(verdict(answer).not_applied()));
        };
        let orders = serde_json::from_value(data).ok();
        let orders =
            orders.ok_or_else(|| unreadable(answer, "the answer is not a list of orders"))?;
        let body: Option<Value> = answer::body(answer);
        let pages = body.as_ref().and_then(|body| number(body.get("meta")?.get("no_of_pages")?));
        Ok(Self { orders, pages: pages.and_then(|pages| pages.try_into().ok()) })
    }

    /// The lines of the submission on it, each with its id. An order of another number is not looked into: the two kinds
    /// of line ids are numbers alike.
    fn ours<'a>(&'a self, submission: &'a Submission) -> Vec<(&'a ItemId, &'a Line)> {
        let is_ours = |order: &&Order| {
            let orderid = order.orderid.as_ref().and_then(id);
            orderid.is_none_or(|orderid| orderid == submission.order.as_str())
        };
        let of = |line: &'a Line| {
            lines(&submission.items).into_iter().find(|id| line.is(id)).map(|id| (id, line))
        };
        self.orders
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
            .filter_map(id)
            .any(|id| is(line, &id))
    }
}

impl Place {
    const FIRST: Self = Self { day: 0, page: 1 };

    /// Where to look after this page: at the day's next one, or at the day before it.
    fn after(self, page: &Page) -> Self {
        let is_last = page.orders.is_empty() || page.pages.is_some_and(|pages| pages <= self.page);
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

fn unreadable(answer: &Answer, why: &str) -> Finding {
    Finding::Unreadable(answer::unexpected(answer, Class::Unknown, why).not_applied())
}

/// The next question after these answers: none once a line of ours was seen, an answer was no page, or all was asked.
pub(super) fn next(answers: &[Answer], submission: &Submission) -> Option<Place> {
    let mut place = Place::FIRST;
    for answer in answers {
        let page = Page::of(answer).ok()?;
        if !page.ours(submission).is_empty() {
            return None;
        }
        place = place.after(&page);
    }
    (place.day < DAYS && answers.len() < QUESTIONS_MAX).then_some(place)
}

/// What Groupon shows for this submission.
pub(super) fn found(answers: &[Answer], submission: &Submission) -> Finding {
    let Some(last) = answers.last() else {
        let reason = Text::cut("the channel was not asked");
        return Finding::Unreadable(NotApplied { reason, retry_after: None });
    };
    let mut pages = Vec::with_capacity(answers.len());
    for answer in answers {
        match Page::of(answer) {
            Ok(page) => pages.push(page),
            Err(finding) => return finding,
        }
    }
    let seen: Vec<(&ItemId, &Line)> = pages.iter().flat_map(|page| page.ours(submission)).collect();
    if !seen.is_empty() {
        return standing(last, &seen, submission);
    }
    if next(answers, submission).is_some() {
        return unreadable(last, "the channel was not asked everything");
    }
    let searched = if answers.len() < QUESTIONS_MAX {
        format!("the orders of {DAYS} days up to its ship date")
    } else {
        format!("the orders of the first {QUESTIONS_MAX} pages before its ship date")
    };
    let why = format!("not among {searched}; Groupon is said to hide orders that were exported");
    Finding::Untold(Text::cut(&why))
}

/// Where our lines stand. A line that ships in several packages may stay open when one of them is told: then an open
/// line says nothing about ours.
fn standing(answer: &Answer, seen: &[(&ItemId, &Line)], submission: &Submission) -> Finding {
    if seen.iter().any(|(_, line)| line.status.is_none()) {
        return unreadable(answer, "a line does not say whether it is open");
    }
    let is_open = |line: &Line| {
        line.status.as_deref().is_some_and(|status| status.trim().eq_ignore_ascii_case(OPEN))
    };
    if let Some((id, _)) = seen.iter().find(|(_, line)| !is_open(line)) {
        return Finding::Untold(Text::cut(&format!(
            "line {id} is not open any more: shipped or cancelled; Groupon does not say by which number"
        )));
    }
    for ours in lines(&submission.items) {
        let Some((_, line)) = seen.iter().find(|(id, _)| *id == ours) else {
            return Finding::Untold(Text::cut(&format!(
                "line {ours} is not shown with the order's others, so nobody can say whether it shipped"
            )));
        };
        let held = line.quantity.as_ref().and_then(number);
        if held.is_none_or(|held| held > quantity(&submission.items, ours)) {
            return Finding::Untold(Text::cut(&format!(
                "line {ours} is open, but may stay so while it ships in several packages"
            )));
        }
    }
    Finding::Absent
}
