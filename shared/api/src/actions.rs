//! `POST …/orders/{order}/actions`: a person acts on a package of an order (rule T6). The body names the package: a path may not,
//! because a source's own name may hold what a path is divided by (rule L12).

use super::body::{self, Fields, REASON_MAX};
use super::orders::changed;
use super::request::Seen;
use super::route::source_name;
use super::{Problem, Reply, SellerCall};
use domain::{
    Action, EventId, Input, LabelChoice, Order, OrderId, PackageId, PartnerId, Person, Resolution,
    TEXT_MAX, Text, possible,
};
use flows::Start;
use flows::ports::Desk;
use std::collections::BTreeSet;

const ACTIONS: [&str; 6] = ["send_now", "hold", "release", "use_label", "retry", "resolve"];

/// The fields that every action has, and those of some actions alone.
const FIELDS: [&str; 7] =
    ["action", "package_id", "reason", "resolution", "evidence", "label_id", "event_id"];
const OF_SOME: [FieldOfSome; 4] = [
    FieldOfSome { name: "resolution", action: "resolve" },
    FieldOfSome { name: "evidence", action: "resolve" },
    FieldOfSome { name: "label_id", action: "use_label" },
    FieldOfSome { name: "event_id", action: "use_label" },
];

/// A field that only one action has.
struct FieldOfSome {
    name: &'static str,
    action: &'static str,
}

const RESOLUTIONS: [&str; 3] = ["confirmed", "closed", "nothing_there"];

/// The action that a body asks for, and the evidence where a person says what is the case.
fn asked(post: &Fields) -> Result<(Action, Option<Text>), Problem> {
    let name = post.text("action")?;
    for field in OF_SOME.iter().filter(|field| field.action != name && ACTIONS.contains(&name)) {
        if post.optional(field.name)?.is_some() {
            let right = format!("only with the action `{}`", field.action);
            return Err(
                Problem::wrong(field.name, &format!("is not for `{name}`")).allowing(&[&right])
            );
        }
    }
    match name {
        "send_now" => Ok((Action::SendNow, None)),
        "hold" => Ok((Action::Hold, None)),
        "release" => Ok((Action::Release, None)),
        "use_label" => Ok((Action::UseLabel(choice(post)?), None)),
        "retry" => Ok((Action::Retry, None)),
        "resolve" => {
            Ok((Action::Resolve(resolution(post)?), Some(post.words("evidence", REASON_MAX)?)))
        }
        other => {
            let problem = format!("`{}` is not one of its values", Text::cut(other));
            Err(Problem::wrong("action", &problem).allowing(&ACTIONS))
        }
    }
}

/// The label that is the right one, and the event that told of it what is right.
fn choice(post: &Fields) -> Result<LabelChoice, Problem> {
    let label = source_name("label_id", post.text("label_id")?)?;
    let event = EventId(post.words("event_id", TEXT_MAX)?);
    Ok(LabelChoice { label, event })
}

/// Refuses a choice that is not among those that the package has. Where it has none, the rules say what is possible instead.
fn is_a_choice(order: &Order, package: &PackageId, choice: &LabelChoice) -> Result<(), Problem> {
    let is_choice = |action: Action| match action {
        Action::UseLabel(choice) => Some(choice),
        Action::SendNow | Action::Hold | Action::Release | Action::Retry | Action::Resolve(_) => {
            None
        }
    };
    let choices: Vec<LabelChoice> =
        possible(order, package).into_iter().filter_map(is_choice).collect();
    if choices.is_empty() || choices.contains(choice) {
        return Ok(());
    }
    let of_label = choices.iter().filter(|one| one.label == choice.label);
    let events: Vec<String> = of_label.map(|one| one.event.to_string()).collect();
    let (field, detail, allowed) = if events.is_empty() {
        let labels: BTreeSet<String> = choices.iter().map(|one| one.label.to_string()).collect();
        ("label_id", "is no label that can be chosen now", labels.into_iter().collect())
    } else {
        ("event_id", "brought nothing of this label that can be chosen now", events)
    };
    let detail = format!("{field}: {detail}; allowed: {}", allowed.join(", "));
    Err(Problem::Impossible { field: field.to_owned(), detail, allowed })
}

fn resolution(post: &Fields) -> Result<Resolution, Problem> {
    match post.optional("resolution")? {
        Some("confirmed") => Ok(Resolution::Confirmed),
        Some("closed") => Ok(Resolution::Closed),
        Some("nothing_there") => Ok(Resolution::NothingThere),
        Some(_) | None => {
            Err(Problem::wrong("resolution", "must say what is the case").allowing(&RESOLUTIONS))
        }
    }
}

impl<P: Desk> SellerCall<'_, P> {
    pub(super) async fn act(&self, partner: &PartnerId, order: &OrderId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let post = body::read(self.call, &FIELDS)?;
        let package: PackageId = source_name("package_id", post.text("package_id")?)?;
        let (action, evidence) = asked(&post)?;
        let person = self.person(post.words("reason", REASON_MAX)?, evidence);
        let seen = self.call.seen()?;
        let (key, partner) = self.key_at(partner, order).await?;
        let Some(stored) = self.desk.order(&key).await? else {
            return Err(Problem::not_there("order", order));
        };
        if let Seen::Version(version) = seen
            && stored.version.0 != version
        {
            return Err(changed(&key, Some(&stored)));
        }
        if let Action::UseLabel(choice) = &action {
            is_a_choice(&stored.order, &package, choice)?;
        }
        let input = Input::Operator { package, action, person };
        let stored = match seen {
            Seen::Version(version) => self.step_exactly(version, stored, input).await?,
            Seen::Unsaid | Seen::There => {
                self.step(&key, Start::At(Box::new(stored)), input).await?
            }
        };
        self.whole(stored, &partner).await
    }

    /// The caller with their reason and their evidence, as an order keeps them.
    pub(super) fn person(&self, reason: Text, evidence: Option<Text>) -> Person {
        Person { by: self.caller.person.clone(), reason, evidence, at: self.desk.now() }
    }
}
