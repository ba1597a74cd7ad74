//! How a story must end: the order's state, what the marketplace holds, how often it was told, what was published and
//! what was put aside.

use super::{Story, World};
use crate::Error;
use serde_json::Value;
use std::collections::BTreeMap;

/// How a story must end.
#[derive(Clone, Debug)]
pub struct Expect {
    /// The package's state.
    pub state: &'static str,
    /// Its reason, or its evidence.
    pub why: &'static str,
    /// The package's marks.
    pub marks: &'static [&'static str],
    /// What the marketplace holds.
    pub held: Held,
    /// How often the marketplace was told to confirm.
    pub submissions: usize,
    /// What was published about the order, sorted.
    pub published: &'static [&'static str],
    /// The queue whose dead-letter queue has a message of this story, and words of its reason.
    pub put_aside: Option<(&'static str, &'static str)>,
    /// A moment after which nothing more can happen by mistake: for stories in which nothing is sent.
    pub quiet_s: u64,
}

/// What a marketplace holds of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    Nothing,
    /// This tracking number, and so many IMEIs.
    Tracking(&'static str, usize),
}

impl Expect {
    /// Confirmed by the marketplace's own word, at the first try.
    pub const fn confirmed(tracking: &'static str) -> Self {
        Self {
            state: "confirmed",
            why: "accepted",
            marks: &[],
            held: Held::Tracking(tracking, 0),
            submissions: 1,
            published: &["ConfirmationAccepted"],
            put_aside: None,
            quiet_s: 0,
        }
    }

    /// Not sent at all.
    pub const fn not_sent(state: &'static str, why: &'static str) -> Self {
        Self {
            state,
            why,
            marks: &[],
            held: Held::Nothing,
            submissions: 0,
            published: &[],
            put_aside: None,
            quiet_s: 8,
        }
    }
}

/// How a story stands, or ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// What it shows.
    pub title: &'static str,
    /// Whose order.
    pub partner: &'static str,
    /// The order.
    pub order: &'static str,
    /// The package's state and its reason.
    pub state: String,
    /// What made it so: the proof, in words.
    pub proof: String,
    /// How often the marketplace was told.
    pub submissions: usize,
    /// What is not as it must be.
    pub wrong: Vec<String>,
    /// Whether the story is over.
    pub over: bool,
}

impl Ending {
    pub(super) fn begin(story: &Story) -> Self {
        Self {
            title: story.title,
            partner: story.partner,
            order: story.order,
            state: "unknown".to_owned(),
            proof: String::new(),
            submissions: 0,
            wrong: Vec::new(),
            over: false,
        }
    }

    /// Whether everything is as it must be.
    pub fn is_right(&self) -> bool {
        self.over && self.wrong.is_empty()
    }
}

/// What the marketplace says of an order.
#[derive(Clone, Debug, Default)]
pub(super) struct AtMarketplace {
    pub(super) tracking: Option<String>,
    pub(super) imeis: usize,
    pub(super) submissions: usize,
}

/// Compares an order with how it must end; published events are compared when all stories are over.
pub(super) fn compare(story: &Story, order: Option<&Value>, market: &AtMarketplace) -> Ending {
    let mut ending = Ending { submissions: market.submissions, ..Ending::begin(story) };
    let package =
        order.and_then(|order| order["packages"].as_array()?.first().cloned()).unwrap_or_default();
    let state = package["state"].as_str().unwrap_or("unknown").to_owned();
    let why = reason(&package["detail"]);
    let marks: Vec<&str> =
        package["marks"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let expect = &story.expect;
    let mut differs = |what: &str, is: String, must: String| {
        if is != must {
            ending.wrong.push(format!("{what} is {is}, must be {must}"));
        }
    };
    differs("the state", state.clone(), expect.state.to_owned());
    differs("the reason", why.clone(), expect.why.to_owned());
    differs("the marks", marks.join(", "), expect.marks.join(", "));
    differs(
        "the number of submissions",
        market.submissions.to_string(),
        expect.submissions.to_string(),
    );
    let held = match expect.held {
        Held::Nothing => "nothing".to_owned(),
        Held::Tracking(number, imeis) => format!("{number} with {imeis} IMEIs"),
    };
    let holds = match &market.tracking {
        None => "nothing".to_owned(),
        Some(number) => format!("{number} with {} IMEIs", market.imeis),
    };
    differs("what the marketplace holds", holds, held);
    ending.state = if why.is_empty() { state } else { format!("{state} ({why})") };
    if !marks.is_empty() {
        ending.state = format!("{}, {}", ending.state, marks.join(", "));
    }
    ending.proof = proof(&package);
    ending
}

fn reason(detail: &Value) -> String {
    ["evidence", "reason", "for", "found", "code"]
        .into_iter()
        .find_map(|name| detail[name].as_str())
        .unwrap_or_default()
        .to_owned()
}

/// What made it due, in words.
fn proof(package: &Value) -> String {
    let proof = &package["sent"]["proof"];
    let clock = |name: &str| {
        let text = proof[name].as_str().unwrap_or_default();
        text.split('T').nth(1).and_then(|time| time.get(..8)).unwrap_or(text).to_owned()
    };
    let carrier = package["sent"]["carrier"].as_str().unwrap_or_default();
    let (occurred, received) = (clock("occurred_at"), clock("received_at"));
    match proof["kind"].as_str() {
        Some("movement") => {
            let status = proof["status"].as_str().unwrap_or_default();
            format!("{carrier}: {status} {occurred}, received {received}")
        }
        Some("label") => format!("{carrier} label {occurred}, received {received}"),
        Some(_) | None => String::new(),
    }
}

/// Compares what was published and what was put aside, now that all is over.
pub(super) async fn check_published(
    world: &World<'_>,
    stories: &[Story],
    endings: &mut [Ending],
) -> Result<(), Error> {
    let mut published: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in world.stack.published().await? {
        let order = event["detail"]["order_id"].as_str().unwrap_or_default().to_owned();
        let kind = event["detail-type"].as_str().unwrap_or_default().to_owned();
        published.entry(order).or_default().push(kind);
    }
    for (story, ending) in stories.iter().zip(endings) {
        let mut kinds = published.remove(story.order).unwrap_or_default();
        kinds.sort();
        // At least once, so a repeat is no fault; the ids tell repeats apart.
        kinds.dedup();
        if kinds != story.expect.published {
            ending
                .wrong
                .push(format!("published is {kinds:?}, must be {:?}", story.expect.published));
        }
        if let Some((queue, words)) = story.expect.put_aside {
            let letters = world.stack.dead_letters(queue).await?;
            let is_ours =
                |body: &str, reason: &str| body.contains(story.order) && reason.contains(words);
            if !letters
                .iter()
                .any(|letter| is_ours(&letter.body, letter.reason().unwrap_or_default()))
            {
                let reasons: Vec<_> = letters.iter().map(|letter| letter.reason()).collect();
                ending.wrong.push(format!("no dead letter of {queue} says `{words}`: {reasons:?}"));
            }
        }
    }
    Ok(())
}
