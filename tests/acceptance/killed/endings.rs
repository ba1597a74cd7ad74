//! How each order ended, and whether it may end so.

use super::scripted_orders::ScriptedOrder;
use crate::stack::Shared;
use domain::{Channel, NoticeKind, order_view};
use flows::ports::Orders as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::time::Duration;
use tokio::time::Instant;

/// How often a run looks whether all orders have ended.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How often a run prints how many orders have not ended.
const SAY_EVERY: Duration = Duration::from_mins(1);

/// What is asked of an order when the run looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// The order has ended.
    Ended,
    /// The order has ended, or it is under way and has a timer.
    UnderWay,
}

/// How far an order has come.
enum Standing {
    /// It is confirmed, or a person knows why not, or it was taken back before it was sent.
    Ended(String),
    /// It has not ended, but a timer brings it back.
    UnderWay(String),
    /// Nobody will ever look at it again.
    Lost(String),
}

/// The order as people read it. A busy engine is asked again.
async fn view(order: &ScriptedOrder) -> Value {
    loop {
        match order.parcel.shared.aws.order(&order.parcel.key()).await {
            Ok(Some(stored)) => return order_view(&stored.order, stored.version.0),
            Ok(None) => return Value::Null,
            Err(_busy) => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

/// Waits until every order has ended, but not longer than this.
pub(super) async fn wait(orders: &[ScriptedOrder], patience: Duration) {
    let started = Instant::now();
    let deadline = started + patience;
    let mut said_at = started;
    let mut left: Vec<&ScriptedOrder> = orders.iter().collect();
    while !left.is_empty() && Instant::now() < deadline {
        let mut later = Vec::new();
        for order in left {
            let view = view(order).await;
            if !matches!(standing(order, &view), Standing::Ended(_)) {
                later.push(order);
            }
        }
        left = later;
        if said_at.elapsed() >= SAY_EVERY {
            said_at = Instant::now();
            let minutes = started.elapsed().as_secs() / 60;
            println!("{minutes} min after the killing: {} without an end", left.len());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn standing(order: &ScriptedOrder, view: &Value) -> Standing {
    let package = &view["packages"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let state = text(&package["state"]);
    let lines = package["imei_registrations"].as_array().into_iter().flatten();
    let open = lines.filter(|line| line["state"] != "done" && line["state"] != "failed").count();
    let detail = &package["detail"];
    let marks = package["marks"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let marks = marks.fold(String::new(), |all, mark| all + " +" + mark);
    let why = ["evidence", "code", "reason", "for"].iter().find_map(|name| detail[*name].as_str());
    let shown = format!("{state} {}{marks}", why.unwrap_or_default());
    let is_confirmed = state == "confirmed" && open == 0;
    let is_shown = !view["attention_since"].is_null()
        && !["ready", "sending", "in_doubt"].contains(&state.as_str());
    let is_taken_back =
        order.is_taken_back() && (shown.starts_with("waiting label") || state == "withheld");
    if is_confirmed || (is_shown && open == 0) || is_taken_back {
        return Standing::Ended(shown);
    }
    let shown = format!("{} {shown}, {open} lines open, {detail}", order.parcel.order);
    if view["due_at"].is_null() { Standing::Lost(shown) } else { Standing::UnderWay(shown) }
}

/// What became of all orders.
pub(super) struct Report {
    /// Number of orders by how they ended.
    ends: BTreeMap<String, usize>,
    /// The orders that are still under way, with a timer.
    under_way: Vec<String>,
    /// Number of submissions that arrived, and of those that were applied.
    submitted: (usize, usize),
    /// What must not be, in words.
    pub(super) wrong: Vec<String>,
}

impl Report {
    pub(super) async fn of(orders: &[ScriptedOrder], patience: Patience) -> Self {
        let mut report = Self {
            ends: BTreeMap::new(),
            under_way: Vec::new(),
            submitted: (0, 0),
            wrong: Vec::new(),
        };
        for order in orders {
            let view = view(order).await;
            match standing(order, &view) {
                Standing::Ended(end) => *report.ends.entry(end).or_default() += 1,
                Standing::UnderWay(how) if patience == Patience::UnderWay => {
                    report.under_way.push(how);
                }
                Standing::UnderWay(how) => report.wrong.push(format!("without an end: {how}")),
                Standing::Lost(how) => report.wrong.push(format!("lost: {how}")),
            }
            let (arrived, applied) = order.parcel.submitted();
            report.submitted = (report.submitted.0 + arrived, report.submitted.1 + applied);
            report.wrong.extend(wrong_at_marketplace(order, &view));
        }
        report.wrong.extend(unpublished(orders).await);
        report.wrong.extend(refused(orders).await);
        report
    }

    pub(super) fn print(&self, shared: &Shared) {
        println!("submissions: {} arrived, {} applied", self.submitted.0, self.submitted.1);
        for (end, count) in &self.ends {
            println!("{count:>5} {end}");
        }
        println!("still under way, with a timer: {:#?}", self.under_way);
        let log = std::fs::read_to_string(&shared.stack.state().log).unwrap_or_default();
        let count = |words: &str| log.lines().filter(|line| line.contains(words)).count();
        println!(
            "batches: {} handled, {} died in their function's hands, {} while it started; sandboxes started: {}; engine restarts: {}",
            count(" SQS messages from "),
            count("errorMessage=Runtime exited before returning a response"),
            count("errorMessage=bootstrap exited during init"),
            count("provided-runtime environment spawned"),
            count("Persistence: saved dynamodb state"),
        );
    }
}

/// What is wrong with what the marketplace has of an order.
fn wrong_at_marketplace(order: &ScriptedOrder, view: &Value) -> Vec<String> {
    let parcel = &order.parcel;
    let applied: Vec<_> =
        parcel.submissions().into_iter().filter(|submission| submission.applied).collect();
    let ours: BTreeSet<&str> = order
        .numbers()
        .into_iter()
        .filter(|number| {
            applied
                .iter()
                .any(|submission| String::from_utf8_lossy(&submission.raw_body).contains(number))
        })
        .collect();
    let held = parcel.held();
    let mut wrong = Vec::new();
    let mut say = |what: &dyn Display| wrong.push(format!("{}: {what}", parcel.order));
    if ours.len() > 1 || held.len() > 1 {
        say(&format!("several numbers: applied {ours:?}, held {held:?}"));
    }
    let is_repeat_safe = matches!(parcel.channel, Channel::Amazon | Channel::Wish);
    let is_identical = applied.iter().all(|submission| submission.raw_body == applied[0].raw_body);
    if applied.len() > 1 && !(is_repeat_safe && is_identical) {
        say(&format!("applied {} times", applied.len()));
    }
    let package = &view["packages"][0];
    let state = package["state"].as_str().unwrap_or_default();
    if ["waiting", "withheld", "rejected"].contains(&state) && !ours.is_empty() {
        say(&format!("{state}, and the marketplace has {ours:?}"));
    }
    if package["state"] == "confirmed" && package["detail"]["evidence"] != "operator" {
        let sent = package["sent"]["tracking_number"].as_str().unwrap_or_default();
        if held != [sent] || !order.numbers().contains(&sent) {
            say(&format!("confirmed as {sent}, held is {held:?}"));
        }
        if let Some(other) = &order.other
            && sent != other
        {
            say(&format!("confirmed as {sent}, its label was replaced by {other} before it moved"));
        }
    }
    if parcel.channel == Channel::BackMarket {
        let held = parcel.shared.shops.back_market().held(parcel.number());
        for line in held.into_iter().flat_map(|held| held.orderlines) {
            let ours = order.lines.iter().find(|(id, _)| *id == line.id.to_string());
            let imei = ours.and_then(|(_, imei)| imei.clone());
            if line.imei.is_some() && line.imei != imei {
                say(&format!("line {} has an IMEI of another", line.id));
            }
        }
    }
    wrong
}

/// The confirmed orders of which no notice was published.
async fn unpublished(orders: &[ScriptedOrder]) -> Vec<String> {
    let Some(first) = orders.first() else { return Vec::new() };
    let events = first.parcel.shared.stack.published().await.expect("the queue answers");
    let published: BTreeSet<String> = events
        .iter()
        .filter(|event| event["detail-type"] == NoticeKind::ConfirmationAccepted.name())
        .filter_map(|event| event["detail"]["order_id"].as_str().map(str::to_owned))
        .collect();
    let mut wrong = Vec::new();
    for order in orders {
        let view = view(order).await;
        let package = &view["packages"][0];
        if package["state"] == "confirmed" && !published.contains(&order.parcel.order) {
            wrong.push(format!("{}: no notice says that it is confirmed", order.parcel.order));
        }
    }
    wrong
}

/// The dead letters that have a reason: no event of a run may be refused.
async fn refused(orders: &[ScriptedOrder]) -> Vec<String> {
    let Some(first) = orders.first() else { return Vec::new() };
    let stack = &first.parcel.shared.stack;
    let mut wrong = Vec::new();
    for queue in stack.state().dead_letter_queues.keys() {
        let letters = stack.dead_letters(queue).await.expect("the queue answers");
        let refused = letters.iter().filter_map(|letter| letter.reason());
        wrong.extend(refused.map(|reason| format!("refused by {queue}: {reason}")));
    }
    wrong
}
