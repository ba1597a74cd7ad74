//! What Back Market holds of an order: its number, the states of its lines, their IMEIs.
//!
//! Source: B, `GET /ws/orders/{id}`. An order's own state is not looked at: there 3 means "to be shipped", and P saw
//! Back Market move it on by itself later.

use super::answers::verdict;
use crate::answer;
use crate::held_number;
use crate::marketplace::{Answer, Class};
use domain::{Imei, ItemId, Reading, ShownImei, ShownImeis, Submission, Text};
use serde::Deserialize;

/// An order line that is shipped, and one that came back after it was. Source: B.
const SHIPPED: [u8; 2] = [3, 6];

/// Digits of an IMEI that may be shown. Source: rule I8.
const DIGITS_SHOWN: usize = 4;

/// `Order`, what we need of it.
#[derive(Deserialize)]
struct Order {
    #[serde(rename = "order_id")]
    id: u64,
    tracking_number: Option<String>,
    is_backship: Option<bool>,
    orderlines: Option<Vec<Line>>,
}

/// An order line. Source: B.
#[derive(Deserialize)]
struct Line {
    id: u64,
    state: Option<u8>,
    #[serde(flatten)]
    held: HeldLine,
}

/// What is registered at a line, for good. Source: B.
#[derive(Deserialize)]
pub(super) struct HeldLine {
    imei: Option<String>,
}

impl HeldLine {
    /// The IMEI without blanks and hyphens; `None` when there is none.
    pub(super) fn imei(&self) -> Option<String> {
        let imei = self.imei.as_deref()?;
        let plain: String = imei.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        Some(plain).filter(|plain| !plain.is_empty())
    }
}

impl Order {
    fn number(&self) -> Option<&str> {
        self.tracking_number.as_deref().map(str::trim).filter(|number| !number.is_empty())
    }

    /// Whether a line has shipped: all lines ship together. `None` when no line says where it stands.
    fn has_shipped(&self) -> Option<bool> {
        let mut states = self.orderlines.iter().flatten().filter_map(|line| line.state).peekable();
        states.peek()?;
        Some(states.any(|state| SHIPPED.contains(&state)))
    }

    /// The IMEIs at the lines, beside those of the submission. B: an IMEI in the confirmation counts only where *the order*
    /// has one line of quantity 1, which we cannot know from the labels, so what came of it is read here.
    fn imeis(&self, submission: &Submission) -> ShownImeis {
        let shown = |line: &Line| {
            let held = line.held.imei()?;
            let id: ItemId = line.id.to_string().parse().ok()?;
            let ours = submission.imeis.get(&id).and_then(|imeis| imeis.first());
            let is_ours = ours.is_some_and(|ours| ours.as_str() == held);
            Some((id, if is_ours { ShownImei::Ours } else { ShownImei::Another }))
        };
        self.orderlines.iter().flatten().filter_map(shown).collect()
    }

    /// Whether nothing speaks against it.
    fn may_have_shipped(&self) -> bool {
        self.has_shipped() != Some(false)
    }
}

fn unreadable(answer: &Answer, why: &str) -> Reading {
    Reading::Unreadable(answer::unquoted_verdict(answer, Class::Unknown, why).not_applied())
}

/// The order in the answer, or why there is none.
fn order(answer: &Answer) -> Result<Order, Reading> {
    if answer.status != 200 {
        return Err(Reading::Unreadable(verdict(&[], answer).not_applied()));
    }
    answer::body(answer).ok_or_else(|| unreadable(answer, "the answer is not an order"))
}

/// What Back Market holds for this submission. Number and lines must agree; while they do not, it is read again.
pub(super) fn found(answer: &Answer, submission: &Submission) -> Reading {
    let order = match order(answer) {
        Ok(order) => order,
        Err(reading) => return reading,
    };
    if submission.order.as_str().parse() != Ok(order.id) {
        return unreadable(answer, "the answer is about another order");
    }
    match order.number() {
        // Back Market's own label, made when the line was accepted: that it has a number does not say that it shipped.
        Some(_) if order.is_backship == Some(true) && order.has_shipped() == Some(false) => {
            Reading::Absent
        }
        None if order.has_shipped() == Some(true) => {
            unreadable(answer, "a line is shipped, without a tracking number so far")
        }
        None => Reading::Absent,
        Some(number) if !submission.tracking.key().is_in(number) => {
            Reading::Other(held_number::shown(number))
        }
        Some(_) if order.may_have_shipped() => Reading::Ours(order.imeis(submission)),
        Some(_) => {
            unreadable(answer, "our tracking number is there, but no line is shipped so far")
        }
    }
}

/// What Back Market holds as this line's IMEI. Another one is shown masked.
pub(super) fn imei_found(answer: &Answer, line: &ItemId, imei: &Imei) -> Reading {
    let order = match order(answer) {
        Ok(order) => order,
        Err(reading) => return reading,
    };
    let lines = order.orderlines.unwrap_or_default();
    let Some(line) = lines.into_iter().find(|held| line.as_str().parse() == Ok(held.id)) else {
        return unreadable(answer, "the answer's order has no such line");
    };
    match line.held.imei() {
        None => Reading::Absent,
        Some(held) if held == imei.as_str() => Reading::OURS,
        Some(held) => Reading::Other(masked(&held)),
    }
}

/// Whatever is in place of our IMEI may be one, valid or not.
fn masked(held: &str) -> Text {
    let hidden = held.chars().count().saturating_sub(DIGITS_SHOWN);
    let shown: String =
        held.chars().enumerate().map(|(at, c)| if at < hidden { '*' } else { c }).collect();
    Text::cut(&shown)
}
