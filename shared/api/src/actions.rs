//! `POST …/packages/{package}/actions`: a person acts on a package (rule T6).

use super::body::{self, Fields, REASON_MAX};
use super::orders::whole;
use super::request::Seen;
use super::{Problem, Reply, SellerCall};
use domain::{Action, Input, OrderId, PackageId, PartnerId, Person, Resolution, Text};
use flows::Start;
use flows::ports::Desk;

const ACTIONS: [&str; 5] = ["send_now", "hold", "release", "retry", "resolve"];
const RESOLUTIONS: [&str; 3] = ["confirmed", "closed", "nothing_there"];

/// The action that a body asks for, and the evidence where a person says what is the case.
fn asked(post: &Fields) -> Result<(Action, Option<Text>), Problem> {
    let simple = match post.text("action")? {
        "send_now" => Action::SendNow,
        "hold" => Action::Hold,
        "release" => Action::Release,
        "retry" => Action::Retry,
        "resolve" => {
            let resolution = resolution(post)?;
            return Ok((Action::Resolve(resolution), Some(post.words("evidence", REASON_MAX)?)));
        }
        other => {
            let problem = format!("`{}` is not one of its values", Text::cut(other));
            return Err(Problem::wrong("action", &problem).allowing(&ACTIONS));
        }
    };
    for field in ["resolution", "evidence"] {
        if post.optional(field)?.is_some() {
            return Err(Problem::wrong(field, &format!("is not for `{}`", simple.name()))
                .allowing(&["only with the action `resolve`"]));
        }
    }
    Ok((simple, None))
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
    pub(super) async fn act(
        &self,
        partner: &PartnerId,
        order: &OrderId,
        package: &PackageId,
    ) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let post = body::read(self.call, &["action", "reason", "resolution", "evidence"])?;
        let (action, evidence) = asked(&post)?;
        let person = self.person(post.words("reason", REASON_MAX)?, evidence);
        let seen = self.call.seen()?;
        let (key, partner) = self.key_at(partner, order).await?;
        let input = Input::Operator { package: package.clone(), action, person };
        let stored = match (seen, self.desk.order(&key).await?) {
            (_, None) => return Err(Problem::not_there("order", order)),
            (Seen::Version(version), Some(stored)) => {
                self.step_exactly(version, stored, input).await?
            }
            (Seen::Unsaid | Seen::There, Some(stored)) => {
                self.step(&key, Start::At(Box::new(stored)), input).await?
            }
        };
        Ok(whole(stored, &partner))
    }

    /// The caller with their reason and their evidence, as an order keeps them.
    pub(super) fn person(&self, reason: Text, evidence: Option<Text>) -> Person {
        Person { by: self.caller.person.clone(), reason, evidence, at: self.desk.now() }
    }
}
