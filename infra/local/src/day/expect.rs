//! How a story must end: the order's state, what the marketplace holds, how many submissions it got, what was published
//! and what was dead-lettered.

use super::{Story, World};
use crate::Error;
use serde_json::Value;
use std::collections::BTreeMap;

/// How a story must end.
#[derive(Clone, Debug)]
pub struct Expect {
    /// The package's state.
    pub state: &'static str,
    /// The reason for the state, or the evidence of a confirmation.
    pub why: &'static str,
    /// The package's marks.
    pub marks: &'static [&'static str],
    /// What the marketplace must have on record.
    pub record: MarketplaceRecord,
    /// How many submissions the marketplace must have got.
    pub submissions: usize,
    /// The types of the events that must be published about the order, sorted.
    pub published: &'static [&'static str],
    /// A queue whose dead-letter queue must hold a message of this story, and words that its reason must contain.
    pub dead_letter: Option<(&'static str, &'static str)>,
    /// How long the order must stay as it should be, to see that nothing more is sent. Unit: seconds.
    pub quiet_s: u64,
}

/// What a marketplace has on record about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarketplaceRecord {
    /// The marketplace has no tracking number.
    Nothing,
    /// The marketplace has this tracking number and this many IMEIs.
    Tracking(&'static str, usize),
    /// The marketplace has this tracking number and this many serial numbers.
    WithSerials(&'static str, usize),
}

impl Expect {
    /// The marketplace accepts the first submission.
    pub const fn confirmed(tracking: &'static str) -> Self {
        Self {
            state: "confirmed",
            why: "accepted",
            marks: &[],
            record: MarketplaceRecord::Tracking(tracking, 0),
            submissions: 1,
            published: &["ConfirmationAccepted"],
            dead_letter: None,
            quiet_s: 0,
        }
    }

    /// Nothing is ever sent.
    pub const fn not_sent(state: &'static str, why: &'static str) -> Self {
        Self {
            state,
            why,
            marks: &[],
            record: MarketplaceRecord::Nothing,
            submissions: 0,
            published: &[],
            dead_letter: None,
            quiet_s: 8,
        }
    }
}

/// How a story stands or has ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// What the story shows, for people.
    pub title: &'static str,
    /// The id of the partner who sold the order.
    pub partner: &'static str,
    /// The order's number at the marketplace.
    pub order: &'static str,
    /// The package's state, its reason and its marks, for people.
    pub state: String,
    /// The proof that made the confirmation due, in words. Empty if nothing was sent.
    pub proof: String,
    /// How many submissions the marketplace got.
    pub submissions: usize,
    /// A sentence for each thing that is not as it must be.
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

    /// Whether the story is over and everything is as it must be.
    pub fn is_right(&self) -> bool {
        self.over && self.wrong.is_empty()
    }
}

/// What the fake marketplace knows about an order.
#[derive(Clone, Debug, Default)]
pub(super) struct AtMarketplace {
    pub(super) tracking: Option<String>,
    pub(super) imeis: usize,
    pub(super) serials: usize,
    pub(super) submissions: usize,
}

/// Compares an order with how it must end. [`check_published`] compares the published events when all stories are over.
pub(super) fn compare(story: &Story, order: Option<&Value>, market: &AtMarketplace) -> Ending {
    let mut ending = Ending { submissions: market.submissions, ..Ending::begin(story) };
    let package =
        order.and_then(|order| order["packages"].as_array()?.first().cloned()).unwrap_or_default();
    let (state, why) = state_of(order, &package);
    let marks: Vec<&str> =
        package["marks"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let expect = &story.expect;
    let mut differs = |what: &str, is: String, must: String| {
        if is != must {
            ending.wrong.push(format!("{what} must be {must}, and is {is}"));
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
    let must_hold = match expect.record {
        MarketplaceRecord::Nothing => "nothing".to_owned(),
        MarketplaceRecord::Tracking(number, imeis) => recorded(number, imeis, 0),
        MarketplaceRecord::WithSerials(number, serials) => recorded(number, 0, serials),
    };
    let holds = match &market.tracking {
        None => "nothing".to_owned(),
        Some(number) => recorded(number, market.imeis, market.serials),
    };
    differs("the marketplace's record", holds, must_hold);
    ending.state = if why.is_empty() { state } else { format!("{state} ({why})") };
    if !marks.is_empty() {
        ending.state = format!("{}, {}", ending.state, marks.join(", "));
    }
    ending.proof = proof(&package);
    ending
}

/// The state of an order's package, and its reason; of an order without one, that its label was refused, and for which field.
fn state_of(order: Option<&Value>, package: &Value) -> (String, String) {
    if let Some(field) = order.and_then(refused_field).filter(|_| package.is_null()) {
        return ("refused".to_owned(), field);
    }
    (package["state"].as_str().unwrap_or("unknown").to_owned(), reason(&package["detail"]))
}

/// The field for which a label of the order was refused, where that needs a person.
fn refused_field(order: &Value) -> Option<String> {
    let mut labels = order["refused_labels"].as_array()?.iter();
    let label = labels.find(|label| label["is_open"] == true)?;
    Some(label["reason"].as_str()?.split(':').next()?.to_owned())
}

fn recorded(number: &str, imeis: usize, serials: usize) -> String {
    format!("{number} with {imeis} IMEIs and {serials} serial numbers")
}

fn reason(detail: &Value) -> String {
    ["evidence", "reason", "for", "found", "code"]
        .into_iter()
        .find_map(|name| detail[name].as_str())
        .unwrap_or_default()
        .to_owned()
}

/// The proof of the confirmation that was sent, in words.
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

/// Compares what was published and what was dead-lettered with what must be, when all stories are over.
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
        // The product publishes at least once, so a repeated event is no fault. Its id shows that it is a repeat.
        kinds.dedup();
        if kinds != story.expect.published {
            ending
                .wrong
                .push(format!("published must be {:?}, and is {kinds:?}", story.expect.published));
        }
        if let Some((queue, words)) = story.expect.dead_letter {
            let letters = world.stack.dead_letters(queue).await?;
            let is_ours =
                |body: &str, reason: &str| body.contains(story.order) && reason.contains(words);
            if !letters
                .iter()
                .any(|letter| is_ours(&letter.body, letter.reason().unwrap_or_default()))
            {
                let reasons: Vec<_> = letters.iter().map(|letter| letter.reason()).collect();
                ending.wrong.push(format!(
                    "no dead letter of {queue} has `{words}` in its reason: {reasons:?}"
                ));
            }
        }
    }
    Ok(())
}
