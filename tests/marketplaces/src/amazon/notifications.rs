//! The fake Amazon's Notifications API: where an application's notifications may go, and which accounts are subscribed to
//! `ORDER_CHANGE`. It sends nothing.
//!
//! Source: notifications.json (N1) of amzn/selling-partner-api-models. The wordings without a source of their own are
//! unverified.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::Amazon;
use super::login::{ACCESS_TOKEN_PREFIX, GRANTLESS_TOKEN_PREFIX};
use super::requests::{media_type, not_json, text};
use super::wording::{self, Refusal};
use crate::clock;
use crate::rate::Bucket;
use crate::reply::Reply;
use crate::tokens::TokenStatus;

/// The one type of notifications that this Amazon knows.
const ORDER_CHANGE: &str = "ORDER_CHANGE";

/// What is subscribed, and where to.
#[derive(Debug, Default)]
pub(super) struct Notifications {
    /// The destinations by their ids.
    destinations: BTreeMap<String, Value>,
    /// The subscription of each account to `ORDER_CHANGE`: an account has one at most of a type.
    subscriptions: BTreeMap<usize, Made>,
    /// How many ids were given out.
    made: u64,
    /// The buckets of the operations. Each is limited by itself.
    buckets: BTreeMap<(Caller, Asked), Bucket>,
}

/// A subscription.
#[derive(Clone, Debug)]
struct Made {
    id: String,
    destination: String,
    /// What was answered.
    payload: Value,
    /// What was asked.
    body: Value,
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Caller {
    /// The application, for the account.
    Account(usize),
    /// The application alone.
    Application,
}

/// What is asked, and of what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asked {
    /// `getDestinations`.
    Destinations,
    /// `createDestination`.
    CreateDestination,
    /// `getSubscription`, of this type.
    Subscription(String),
    /// `createSubscription`, of this type.
    Subscribe(String),
    /// `deleteSubscriptionById`, of this type and id.
    End(String, String),
}

/// Where an application's notifications may go, for tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmazonSubscribed {
    /// The account's name.
    pub account: String,
    /// The queue that its notifications go to.
    pub queue: String,
    /// The body of `createSubscription`.
    pub body: Value,
}

impl Amazon {
    /// Every subscription to `ORDER_CHANGE`, in the order of the accounts.
    pub fn subscriptions(&self) -> Vec<AmazonSubscribed> {
        let state = self.state();
        let notifications = &state.notifications;
        let of = |(account, made): (&usize, &Made)| {
            let destination = notifications.destinations.get(&made.destination)?;
            let queue = destination.pointer("/resource/sqs/arn").and_then(Value::as_str);
            Some(AmazonSubscribed {
                account: self.account_name(*account).to_owned(),
                queue: queue.unwrap_or_default().to_owned(),
                body: made.body.clone(),
            })
        };
        notifications.subscriptions.iter().filter_map(of).collect()
    }

    /// Answers a request of the Notifications API.
    pub(super) fn notified(&self, asked: Asked, headers: &HeaderMap, body: &Bytes) -> Reply {
        match self.answer_about_notifications(asked, headers, body) {
            Ok(answer) => Reply::json(200, answer),
            Err(refusal) => refusal.reply(),
        }
    }

    fn answer_about_notifications(
        &self,
        asked: Asked,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<Value, Refusal> {
        let caller = self.caller(headers, &asked)?;
        match asked {
            Asked::Destinations => {
                let all: Vec<Value> =
                    self.state().notifications.destinations.values().cloned().collect();
                Ok(json!({ "payload": all }))
            }
            Asked::CreateDestination => self.create_destination(&read(headers, body)?),
            Asked::Subscription(kind) => {
                known(&kind)?;
                let state = self.state();
                let made = state.notifications.subscriptions.get(&account(caller)?);
                made.map(|made| json!({ "payload": made.payload })).ok_or_else(not_found)
            }
            Asked::Subscribe(kind) => {
                known(&kind)?;
                self.subscribe(account(caller)?, read(headers, body)?)
            }
            Asked::End(kind, id) => {
                known(&kind)?;
                let mut state = self.state();
                let all = &mut state.notifications.subscriptions;
                let before = all.len();
                all.retain(|_, made| made.id != id);
                if all.len() < before { Ok(json!({})) } else { Err(not_found()) }
            }
        }
    }

    /// Checks the user agent, the token and the rate, in this order. What is grantless in N1 is asked for by the application, and
    /// everything else for an account.
    fn caller(&self, headers: &HeaderMap, asked: &Asked) -> Result<Caller, Refusal> {
        if text(headers, "user-agent").is_empty() {
            return Err(Refusal::input("The User-Agent header is required"));
        }
        let now_ms = clock::now_ms();
        let mut state = self.state();
        let token = text(headers, "x-amz-access-token");
        let is_grantless = !matches!(asked, Asked::Subscription(_) | Asked::Subscribe(_));
        let (tokens, prefix) = if is_grantless {
            (&state.grantless_tokens, GRANTLESS_TOKEN_PREFIX)
        } else {
            (&state.tokens, ACCESS_TOKEN_PREFIX)
        };
        if !token.starts_with(ACCESS_TOKEN_PREFIX) && !token.starts_with(GRANTLESS_TOKEN_PREFIX) {
            return Err(wording::token_malformed());
        }
        if !token.starts_with(prefix) {
            return Err(wording::token_of_another_kind());
        }
        let caller = match tokens.status(token, now_ms) {
            TokenStatus::Good { .. } if is_grantless => Caller::Application,
            TokenStatus::Good { account } => Caller::Account(account),
            TokenStatus::Expired => return Err(wording::token_expired()),
            TokenStatus::Revoked | TokenStatus::Unknown => return Err(wording::token_unknown()),
        };
        let rate = self.inner.options.notifications_rate;
        let buckets = &mut state.notifications.buckets;
        let bucket =
            buckets.entry((caller, asked.clone())).or_insert_with(|| Bucket::new(rate, now_ms));
        if bucket.take(now_ms) { Ok(caller) } else { Err(wording::quota_exceeded()) }
    }

    fn create_destination(&self, body: &Value) -> Result<Value, Refusal> {
        self.inner.schemas.check_create_destination(body)?;
        let resource = body.get("resourceSpecification").cloned().unwrap_or_default();
        let mut state = self.state();
        let all = &mut state.notifications;
        if all.destinations.values().any(|known| known.get("resource") == Some(&resource)) {
            return Err(conflict());
        }
        all.made += 1;
        let id = format!("destination-{:08}", all.made);
        let made = json!({ "name": body.get("name"), "destinationId": id, "resource": resource });
        all.destinations.insert(id, made.clone());
        Ok(json!({ "payload": made }))
    }

    fn subscribe(&self, account: usize, body: Value) -> Result<Value, Refusal> {
        self.inner.schemas.check_create_subscription(&body)?;
        let mut state = self.state();
        let all = &mut state.notifications;
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let destination = text("destinationId").to_owned();
        if !all.destinations.contains_key(&destination) {
            return Err(not_found());
        }
        if all.subscriptions.contains_key(&account) {
            return Err(conflict());
        }
        all.made += 1;
        let id = format!("subscription-{:08}", all.made);
        let payload = json!({
            "subscriptionId": id,
            "payloadVersion": text("payloadVersion"),
            "destinationId": destination,
        });
        let made = Made { id, destination, payload: payload.clone(), body };
        all.subscriptions.insert(account, made);
        Ok(json!({ "payload": payload }))
    }
}

fn account(caller: Caller) -> Result<usize, Refusal> {
    match caller {
        Caller::Account(account) => Ok(account),
        Caller::Application => Err(wording::token_of_another_kind()),
    }
}

fn read(headers: &HeaderMap, body: &Bytes) -> Result<Value, Refusal> {
    if media_type(headers) != "application/json" {
        // N1 lists 415, "in an unsupported format".
        let message = "The request payload is in an unsupported format.";
        return Err(Refusal::new(415, "UnsupportedMediaType", message, ""));
    }
    serde_json::from_slice(body).map_err(|error| not_json(&error))
}

/// Source of the words: amzn/selling-partner-api-models, issue 467.
fn known(kind: &str) -> Result<(), Refusal> {
    if kind == ORDER_CHANGE {
        return Ok(());
    }
    Err(Refusal::input(format!("Invalid value \"{kind}\" for path parameter notificationType")))
}

/// Source: N1, 404.
fn not_found() -> Refusal {
    Refusal::new(404, "NotFound", "The resource specified does not exist.", "")
}

/// Source: amzn/selling-partner-api-models, issue 1960. That a queue cannot be two destinations is unverified.
fn conflict() -> Refusal {
    let message = "The resource specified conflicts with the current state.";
    Refusal { status: 409, code: "StateConflict", message: message.to_owned(), details: None }
}
