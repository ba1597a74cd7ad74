//! `POST …/orders/{order}/actions`: a person acts on a package of an order (rule T6). The body names the package: a path may not,
//! because a source's own name may hold what a path is divided by (rule L12).

use super::OrdersCall;
use super::found::changed;
use crate::body::{self, Fields, REASON_MAX};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::request::Seen;
use crate::route::source_name;
use domain::{
    Action, EventId, Input, LabelChoice, Mode, Order, OrderId, PackageId, Partner, PartnerId,
    Person, Resolution, TEXT_MAX, Text, gather, possible,
};
use flows::Start;
use flows::ports::OrdersDesk;
use std::collections::BTreeSet;

const ACTIONS: [&str; 8] =
    ["send_now", "hold", "release", "use_label", "retry", "look", "resolve", "put_aside"];

/// The fields that every action has, and those of some actions alone.
const FIELDS: [&str; 7] =
    ["action", "package_id", "reason", "resolution", "evidence", "label_id", "event_id"];
const OF_SOME: [FieldOfSome; 5] = [
    FieldOfSome { name: "package_id", actions: OF_A_PACKAGE },
    FieldOfSome { name: "resolution", actions: &["resolve"] },
    FieldOfSome { name: "evidence", actions: &["resolve"] },
    FieldOfSome { name: "label_id", actions: &["use_label"] },
    FieldOfSome { name: "event_id", actions: &["use_label", "put_aside"] },
];

/// The actions on a package. A label that was refused is the order's.
const OF_A_PACKAGE: &[&str] =
    &["send_now", "hold", "release", "use_label", "retry", "look", "resolve"];

/// A field that only some actions have.
struct FieldOfSome {
    name: &'static str,
    actions: &'static [&'static str],
}

/// What a body asks for.
enum Asked {
    /// An action on a package, and the evidence where a person says what is the case.
    OfPackage(PackageId, Action, Option<Text>),
    /// To put the refused label of this event aside (rule L15).
    PutAside(EventId),
}

const RESOLUTIONS: [&str; 3] = ["confirmed", "closed", "nothing_there"];

/// What a body asks for.
fn asked(post: &Fields) -> Result<Asked, Problem> {
    let name = post.text("action")?;
    let is_others = |field: &&FieldOfSome| !field.actions.contains(&name);
    for field in OF_SOME.iter().filter(is_others).filter(|_| ACTIONS.contains(&name)) {
        if post.optional(field.name)?.is_some() {
            let right = format!("only with the action `{}`", field.actions.join("` or `"));
            return Err(
                Problem::wrong(field.name, &format!("is not for `{name}`")).allowing(&[&right])
            );
        }
    }
    let package = || source_name("package_id", post.text("package_id")?);
    let (action, evidence) = match name {
        "send_now" => (Action::SendNow, None),
        "hold" => (Action::Hold, None),
        "release" => (Action::Release, None),
        "use_label" => (Action::UseLabel(choice(post)?), None),
        "retry" => (Action::Retry, None),
        "look" => (Action::Look, None),
        "resolve" => {
            (Action::Resolve(resolution(post)?), Some(post.words("evidence", REASON_MAX)?))
        }
        "put_aside" => return Ok(Asked::PutAside(event(post)?)),
        other => {
            let problem = format!("`{}` is not one of its values", Text::cut(other));
            return Err(Problem::wrong("action", &problem).allowing(&ACTIONS));
        }
    };
    Ok(Asked::OfPackage(package()?, action, evidence))
}

fn event(post: &Fields) -> Result<EventId, Problem> {
    Ok(EventId(post.words("event_id", TEXT_MAX)?))
}

/// The label that is the right one, and the event that told of it what is right.
fn choice(post: &Fields) -> Result<LabelChoice, Problem> {
    let label = source_name("label_id", post.text("label_id")?)?;
    Ok(LabelChoice { label, event: event(post)? })
}

/// Refuses a choice that is not among those that the package has. Where it has none, the rules say what is possible instead.
fn is_a_choice(order: &Order, package: &PackageId, choice: &LabelChoice) -> Result<(), Problem> {
    let is_choice = |action: Action| match action {
        Action::UseLabel(choice) => Some(choice),
        Action::SendNow
        | Action::Hold
        | Action::Release
        | Action::Retry
        | Action::Look
        | Action::Resolve(_) => None,
    };
    let choices: Vec<LabelChoice> =
        possible(order, package).into_iter().filter_map(is_choice).collect();
    if choices.is_empty() || choices.contains(choice) {
        return Ok(());
    }
    let of_label = choices.iter().filter(|one| one.label == choice.label);
    let events: Vec<String> = of_label.map(|one| one.event.to_string()).collect();
    let (field, detail, allowed) = if events.is_empty() {
        let labels: BTreeSet<String> = gather(choices.iter().map(|one| one.label.to_string()));
        ("label_id", "is no label that can be chosen now", labels.into_iter().collect())
    } else {
        ("event_id", "brought nothing of this label that can be chosen now", events)
    };
    let detail = format!("{field}: {detail}; allowed: {}", allowed.join(", "));
    Err(Problem::Impossible { field: field.to_owned(), detail, allowed })
}

/// Refuses to send what was observed while its partner observes: it would only be observed once more (rule A3).
fn is_live(partner: &Partner, order: &Order, id: &PackageId) -> Result<(), Problem> {
    let package = order.packages.get(id);
    let is_observed = package.is_some_and(|package| package.observed().is_some());
    if partner.mode == Mode::Live || !is_observed {
        return Ok(());
    }
    Err(Problem::Impossible {
        field: "action".to_owned(),
        detail: format!("`{}` observes, so nothing of it is sent", partner.id),
        allowed: vec!["first the partner's mode `live`".to_owned()],
    })
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

impl<P: OrdersDesk> OrdersCall<'_, P> {
    pub(super) async fn act(&self, partner: &PartnerId, order: &OrderId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let post = body::read(self.call, &FIELDS)?;
        let asked = asked(&post)?;
        let reason = post.words("reason", REASON_MAX)?;
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
        let input = match asked {
            Asked::OfPackage(package, action, evidence) => {
                if let Action::UseLabel(choice) = &action {
                    is_a_choice(&stored.order, &package, choice)?;
                }
                if action == Action::SendNow {
                    is_live(&partner, &stored.order, &package)?;
                }
                Input::Operator { package, action, person: self.person(reason, evidence) }
            }
            Asked::PutAside(event) => Input::PutAside { event, person: self.person(reason, None) },
        };
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
