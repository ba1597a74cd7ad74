//! `/retries`: the rejected confirmations of the attention list are tried again together. The preview asks the rules what would
//! come of each retry, so that no retry in it overrides what a channel has.

use super::OrdersCall;
use super::found::{Partners, by_id, shown};
use crate::body::{self, Fields, REASON_MAX};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::route;
use domain::{
    Action, Attempt, Input, Moment, Order, OrderId, PackageId, PartnerId, Person, Rejection, Stage,
    State, Text, attention, step,
};
use flows::Start;
use flows::ports::OrdersDesk;
use serde_json::{Value, json};

/// How many entries of the attention list are looked at.
const ATTENTION_MAX: u16 = 1_000;

/// The most packages that one request tries again.
const PACKAGES_MAX: usize = 100;

/// The fields of a package: what names it, and the version of its order that was seen.
const PACKAGE: [&str; 4] = ["partner_id", "order_id", "package_id", "version"];

const WARNING: &str =
    "What is tried again may be sent at once. A confirmation that was sent cannot be taken back.";

struct Named {
    partner: PartnerId,
    order: OrderId,
    package: PackageId,
    seen: Option<u64>,
}

fn named(package: &Fields) -> Result<Named, Problem> {
    let [partner, order, id, version] = PACKAGE;
    Ok(Named {
        partner: route::id(&package.named(partner), package.text(partner)?)?,
        order: route::id(&package.named(order), package.text(order)?)?,
        package: route::source_name(&package.named(id), package.text(id)?)?,
        seen: package.count(version)?,
    })
}

impl<P: OrdersDesk> OrdersCall<'_, P> {
    pub(super) async fn retries(&self) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let seller = &self.caller.seller;
        let (places, has_more) = self.desk.attention(seller, None, ATTENTION_MAX).await?;
        let partners = by_id(self.desk.partners(seller).await?);
        let keys = self.keys_of(&places);
        let person = self.person(Text::cut("preview"), None);
        let (mut retry, mut left_out) = (Vec::new(), Vec::new());
        for some in keys.chunks(PACKAGES_MAX) {
            for stored in self.desk.orders(some.to_vec()).await? {
                let (order, version) = (&stored.order, stored.version.0);
                for id in order.packages.keys().filter(|id| !attention(order, id).is_empty()) {
                    match preview(order, id, &person, &partners, self.desk.now()) {
                        Ok(mut view) => {
                            if let Some(fields) = view.as_object_mut() {
                                fields.insert("version".to_owned(), json!(version));
                            }
                            retry.push(view);
                        }
                        Err(view) => left_out.push(view),
                    }
                }
            }
        }
        Ok(Reply::ok(&json!({ "retry": retry, "left_out": left_out, "is_complete": !has_more,
            "warning": WARNING })))
    }

    pub(super) async fn retry(&self) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let post = body::read(self.call, &["packages", "reason"])?;
        let packages = post.objects("packages", 1..=PACKAGES_MAX, &PACKAGE)?;
        let named: Vec<Named> = packages.iter().map(named).collect::<Result<_, _>>()?;
        let person = self.person(post.words("reason", REASON_MAX)?, None);
        let partners = by_id(self.desk.partners(&self.caller.seller).await?);
        let mut results = Vec::with_capacity(named.len());
        for package in named {
            results.push(self.retry_one(package, person.clone(), &partners).await?);
        }
        Ok(Reply::ok(&json!({ "results": results })))
    }

    /// Tries one package again. A package that is not rejected any more, or not as it was seen, is left alone. Its result says
    /// so, and the others go on.
    async fn retry_one(
        &self,
        Named { partner, order, package, seen }: Named,
        person: Person,
        partners: &Partners,
    ) -> Result<Value, Problem> {
        let result = |state: Option<&str>, why_not: Option<String>| {
            json!({ "partner_id": partner, "order_id": order, "package_id": package,
                "is_retried": why_not.is_none(), "state": state, "why_not": why_not })
        };
        let key = self.key(&partner, &order);
        let input = Input::Operator { package: package.clone(), action: Action::Retry, person };
        let retried = match (seen, self.desk.order(&key).await?) {
            (_, None) => Err(Problem::not_there("order", &order)),
            (Some(version), Some(stored)) => self.step_exactly(version, stored, input).await,
            (None, Some(stored)) => self.step(&key, Start::At(Box::new(stored)), input).await,
        };
        match retried {
            Ok(stored) => {
                let order = shown(stored.order, partners);
                Ok(result(state_of(&order, &package), None))
            }
            Err(Problem::Impossible { detail, .. } | Problem::NotThere(detail)) => {
                Ok(result(None, Some(detail)))
            }
            Err(Problem::Lost(_)) => {
                Ok(result(None, Some("it changed since it was looked at: look again".to_owned())))
            }
            Err(problem) => Err(problem),
        }
    }
}

/// The name of a package's state, as it is shown to people.
fn state_of(order: &Order, id: &PackageId) -> Option<&'static str> {
    order.packages.get(id).map(|package| package.state.name())
}

/// What a retry would come to by the rules. `Ok` has a package that would be tried again, and `Err` one that is left out, and
/// why.
fn preview(
    order: &Order,
    id: &PackageId,
    person: &Person,
    partners: &Partners,
    now: Moment,
) -> Result<Value, Value> {
    let of = |more: Value| {
        let mut view = json!({ "partner_id": order.key.partner, "order_id": order.key.order,
            "package_id": id, "channel": order.channel });
        if let (Some(view), Value::Object(more)) = (view.as_object_mut(), more) {
            view.extend(more);
        }
        view
    };
    let state = state_of(&shown(order.clone(), partners), id);
    let left_out = |why: String| Err(of(json!({ "state": state, "why": why })));
    let rejection = match order.packages.get(id).map(|package| why_not(&package.state)) {
        Some(Ok(rejection)) => rejection,
        Some(Err(why)) => return left_out(why.to_owned()),
        None => return left_out("it is gone".to_owned()),
    };
    let input =
        Input::Operator { package: id.clone(), action: Action::Retry, person: person.clone() };
    let next = shown(step(order.clone(), &input, now).order, partners);
    let Some(package) = next.packages.get(id) else { return left_out("it is gone".to_owned()) };
    if let State::Ready(_) = package.state {
        return Ok(of(
            json!({ "tracking_number": package.label.as_ref().map(|label| &label.telling.tracking),
            "code": rejection.code, "message": rejection.why }),
        ));
    }
    left_out(format!("it would not be sent, but be {}", package.state.name()))
}

const SENT_ALREADY: &str = "it was sent already";

/// The rejection that a retry is for. `Err` says why a retry is not for this state.
const fn why_not(state: &State) -> Result<&Rejection, &'static str> {
    match state {
        State::Rejected(rejection) => Ok(rejection),
        State::Withheld(_) => Err("a retry would override another package's number"),
        State::Held(_) => Err("it is held, and not rejected"),
        State::Waiting(_) | State::Ready(_) => Err("it goes out by itself"),
        State::Closed { .. } => Err(SENT_ALREADY),
        State::Sent(sent) => match &sent.stage {
            Stage::Open(Attempt::Pending(_) | Attempt::Sending { .. }) => {
                Err("it goes out by itself")
            }
            Stage::Open(Attempt::InDoubt(_)) | Stage::Unresolved { .. } => {
                Err("it may have been taken: a retry could send it twice")
            }
            Stage::Conflict { .. } => Err("a retry would override the number the marketplace has"),
            Stage::Confirmed { .. } | Stage::Closed { .. } => Err(SENT_ALREADY),
        },
    }
}
