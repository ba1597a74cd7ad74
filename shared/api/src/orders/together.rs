//! `/attention/actions`: one action on many packages that need a person. The preview asks the rules what would come of each, so that
//! nothing in it overrides what a channel has.

use super::OrdersCall;
use super::found::{Partners, by_id, shown};
use super::groups::{self, Group};
use crate::body::{self, Fields, REASON_MAX};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::route;
use domain::{
    Action, Attempt, Input, Moment, Order, OrderId, PackageId, PartnerId, Person, Resolution,
    Stage, State, Text, attention, step,
};
use flows::Start;
use flows::ports::OrdersDesk;
use serde_json::{Value, json};

/// How many orders that need a person are looked at.
const ORDERS_MAX: u16 = 1_000;

/// The most packages that one request acts on.
const PACKAGES_MAX: usize = 100;

/// The fields of a package: what names it, and the version of its order that was seen.
const PACKAGE: [&str; 4] = ["partner_id", "order_id", "package_id", "version"];

const WARNING: &str =
    "What goes on may be sent at once. A confirmation that was sent cannot be taken back.";

/// What can be done to many packages by one word. What a person must see at the channel first is not among it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Together {
    Retry,
    SendNow,
    Release,
    /// Each is closed, or its marks are dealt with.
    PutAside,
}

impl Together {
    const ALL: [Self; 4] = [Self::Retry, Self::SendNow, Self::Release, Self::PutAside];

    const fn name(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::SendNow => "send_now",
            Self::Release => "release",
            Self::PutAside => "put_aside",
        }
    }

    fn of(text: Option<&str>) -> Result<Self, Problem> {
        let found = Self::ALL.into_iter().find(|one| Some(one.name()) == text);
        found.ok_or_else(|| {
            let problem = match text {
                Some(text) => format!("`{}` is not one of its values", Text::cut(text)),
                None => "is missing".to_owned(),
            };
            Problem::wrong("action", &problem).allowing(&Self::ALL.map(Self::name))
        })
    }

    const fn action(self) -> Action {
        match self {
            Self::Retry => Action::Retry,
            Self::SendNow => Action::SendNow,
            Self::Release => Action::Release,
            Self::PutAside => Action::Resolve(Resolution::Closed),
        }
    }

    /// Whether it is for a package only where it would be sent.
    const fn must_send(self) -> bool {
        matches!(self, Self::Retry | Self::SendNow)
    }
}

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
    /// `GET /attention/actions`: what an action would do to a group, or to all that needs a person, and what it leaves out.
    pub(super) async fn preview(&self) -> Result<Reply, Problem> {
        let [partner, reason, day] = groups::PARAMETERS;
        let [action, partner, reason, day] =
            self.call.parameters(["action", partner, reason, day])?;
        let together = Together::of(action.as_deref())?;
        let group = Group::of([partner, reason, day])?;
        let (places, has_more) = self.places(group.as_ref(), None, ORDERS_MAX).await?;
        let partners = by_id(self.desk.partners(&self.caller.seller).await?);
        let person = self.person(Text::cut("preview"), None);
        let preview = Preview { together, person, partners: &partners, now: self.desk.now() };
        let (mut does, mut left_out) = (Vec::new(), Vec::new());
        for some in self.keys_of(&places).chunks(PACKAGES_MAX) {
            for stored in self.desk.orders(some.to_vec()).await? {
                let (order, version) = (&stored.order, stored.version.0);
                let is_meant = |id: &&PackageId| {
                    let reasons = attention(order, id);
                    group.as_ref().map_or(!reasons.is_empty(), |of| reasons.contains(&of.reason()))
                };
                for id in order.packages.keys().filter(is_meant) {
                    match preview.of(order, id) {
                        Ok(then) => does.push(does_view(order, id, version, then)),
                        Err(why) => left_out.push(left_out_view(order, id, &partners, &why)),
                    }
                }
            }
        }
        let warning = together.action().sends().then_some(WARNING);
        Ok(Reply::ok(&json!({ "action": together.name(), "does": does, "left_out": left_out,
            "is_complete": !has_more, "warning": warning })))
    }

    /// `POST /attention/actions`.
    pub(super) async fn act_together(&self) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let post = body::read(self.call, &["action", "packages", "reason"])?;
        let together = Together::of(post.optional("action")?)?;
        let packages = post.objects("packages", 1..=PACKAGES_MAX, &PACKAGE)?;
        let named: Vec<Named> = packages.iter().map(named).collect::<Result<_, _>>()?;
        let reason = post.words("reason", REASON_MAX)?;
        let evidence = (together == Together::PutAside).then(|| reason.clone());
        let person = self.person(reason, evidence);
        let partners = by_id(self.desk.partners(&self.caller.seller).await?);
        let mut results = Vec::with_capacity(named.len());
        for package in named {
            let (action, person) = (together.action(), person.clone());
            results.push(self.act_on(package, action, person, &partners).await?);
        }
        Ok(Reply::ok(&json!({ "results": results })))
    }

    /// Acts on one package. A package for which the action is not any more, or not as it was seen, is left alone. Its result says
    /// so, and the others go on.
    async fn act_on(
        &self,
        Named { partner, order, package, seen }: Named,
        action: Action,
        person: Person,
        partners: &Partners,
    ) -> Result<Value, Problem> {
        let result = |state: Option<&str>, why_not: Option<String>| {
            json!({ "partner_id": partner, "order_id": order, "package_id": package,
                "is_done": why_not.is_none(), "state": state, "why_not": why_not })
        };
        let key = self.key(&partner, &order);
        let input = Input::Operator { package: package.clone(), action, person };
        let done = match (seen, self.desk.order(&key).await?) {
            (_, None) => Err(Problem::not_there("order", &order)),
            (Some(version), Some(stored)) => self.step_exactly(version, stored, input).await,
            (None, Some(stored)) => self.step(&key, Start::At(Box::new(stored)), input).await,
        };
        match done {
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

/// What an action would come to.
struct Preview<'a> {
    together: Together,
    person: Person,
    partners: &'a Partners,
    now: Moment,
}

impl Preview<'_> {
    /// The state that a package would have by the rules. `Err` says why it is left out.
    fn of(&self, order: &Order, id: &PackageId) -> Result<&'static str, String> {
        let package = order.packages.get(id).ok_or("it is gone")?;
        if self.together == Together::Retry {
            is_rejected(&package.state)?;
        }
        let (action, person) = (self.together.action(), self.person.clone());
        let input = Input::Operator { package: id.clone(), action, person };
        let decision = step(order.clone(), &input, self.now);
        if let Some(refusal) = decision.refused {
            return Err(refusal.to_string());
        }
        let next = shown(decision.order, self.partners);
        let state = &next.packages.get(id).ok_or("it is gone")?.state;
        if self.together.must_send() && !matches!(state, State::Ready(_)) {
            return Err(format!("it would not be sent, but be {}", state.name()));
        }
        Ok(state.name())
    }
}

fn named_view(order: &Order, id: &PackageId) -> Value {
    json!({ "partner_id": order.key.partner, "order_id": order.key.order, "package_id": id,
        "channel": order.channel })
}

fn with(mut view: Value, more: Value) -> Value {
    if let (Some(view), Value::Object(more)) = (view.as_object_mut(), more) {
        view.extend(more);
    }
    view
}

fn does_view(order: &Order, id: &PackageId, version: u64, then: &str) -> Value {
    let package = order.packages.get(id);
    let label = package.and_then(|package| package.label.as_ref());
    let rejection = package.and_then(|package| is_rejected(&package.state).ok());
    with(
        named_view(order, id),
        json!({ "version": version, "then": then,
            "tracking_number": label.map(|label| &label.telling.tracking),
            "code": rejection.map(|rejection| &rejection.code),
            "message": rejection.map(|rejection| &rejection.why) }),
    )
}

fn left_out_view(order: &Order, id: &PackageId, partners: &Partners, why: &str) -> Value {
    let state = state_of(&shown(order.clone(), partners), id);
    with(named_view(order, id), json!({ "state": state, "why": why }))
}

const SENT_ALREADY: &str = "it was sent already";

/// The rejection that a retry is for. `Err` says why a retry is not for this state.
const fn is_rejected(state: &State) -> Result<&domain::Rejection, &'static str> {
    match state {
        State::Rejected(rejection) => Ok(rejection),
        State::Withheld(_) => Err("a retry would override another package's number"),
        State::Held(_) => Err("it is held, and not rejected"),
        State::Waiting(_) | State::Ready(_) => Err("it goes out by itself"),
        State::Observed(_) => Err("it was observed, and not rejected"),
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
