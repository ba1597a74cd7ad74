//! What is asked of Amazon to subscribe to `ORDER_CHANGE`, and to end that. No deployed function does it: an operator does, once
//! for each account.
//!
//! Source: `notifications.json` (N1) of amzn/selling-partner-api-models, models/notifications-api-model, where destinations and
//! the end of a subscription are *grantless*: they are asked for in the name of the application alone. That `ORDER_CHANGE`
//! needs a filter: abuzuhri/Amazon-SP-API-CSharp, issue 621.

use super::request::{AGENT, host};
use super::settings::Settings;
use super::token::LOGIN;
use super::{Amazon, Credentials};
use crate::answer::{body, error_words};
use crate::marketplace::{Answer, Class, Destination, Unbuildable};
use crate::wire::{self, JSON};
use domain::{Channel, Text};
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use serde::Deserialize;
use serde_json::json;

/// Amazon's Notifications API for one partner, as far as it takes to subscribe.
#[derive(Clone, Copy, Debug)]
pub struct Subscriptions<'a>(pub Destination<'a>);

/// A subscription of an account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Its id.
    #[serde(rename = "subscriptionId")]
    pub id: String,
    /// The version of what is sent.
    pub payload_version: String,
    /// Where that is sent.
    pub destination_id: String,
}

/// The scope of a grantless token. Source: developer-docs.amazon.com, "Grantless operations".
const SCOPE: &str = "sellingpartnerapi::notifications";

/// The changes that are told of. Source: developer-docs.amazon.com, "Subscribe to the `ORDER_CHANGE` notification".
const CHANGES: [&str; 2] = ["BuyerRequestedChange", "OrderStatusChange"];

/// `GetDestinationsResponse`, `CreateDestinationResponse`, `GetSubscriptionResponse`.
#[derive(Deserialize)]
struct Says<T> {
    payload: T,
}

/// `Destination`. Its resource is one of several kinds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    destination_id: String,
    resource: Resource,
}

#[derive(Deserialize)]
struct Resource {
    sqs: Option<Queue>,
}

#[derive(Deserialize)]
struct Queue {
    arn: String,
}

impl Subscriptions<'_> {
    /// Asks for a token of the application alone. Its body is secret: never to be logged.
    ///
    /// # Errors
    /// When the partner's settings are not Amazon's.
    pub fn grantless_token(
        self,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, Unbuildable> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("scope", SCOPE)
            .append_pair("client_id", credentials.client_id.expose())
            .append_pair("client_secret", credentials.client_secret.expose())
            .finish();
        let base = wire::base(self.0.endpoint, Channel::Amazon, LOGIN);
        let form_type = "application/x-www-form-urlencoded";
        let headers = [(ACCEPT, JSON), (CONTENT_TYPE, form_type), (USER_AGENT, AGENT)];
        wire::request(Method::POST, &format!("{base}/auth/o2/token"), &headers, form.into_bytes())
    }

    /// Lists where the application's notifications may go. It is grantless.
    ///
    /// # Errors
    /// When the partner's settings are not Amazon's.
    pub fn destinations(self) -> Result<Request<Vec<u8>>, Unbuildable> {
        self.request(Method::GET, "destinations", None)
    }

    /// Adds a queue to where the application's notifications may go. It is grantless.
    ///
    /// # Errors
    /// When the partner's settings are not Amazon's.
    pub fn create_destination(
        self,
        name: &str,
        arn: &str,
    ) -> Result<Request<Vec<u8>>, Unbuildable> {
        let body = json!({ "name": name, "resourceSpecification": { "sqs": { "arn": arn } } });
        self.request(Method::POST, "destinations", Some(body))
    }

    /// Reads the account's subscription to `ORDER_CHANGE`.
    ///
    /// # Errors
    /// When the partner's settings are not Amazon's.
    pub fn subscription(self) -> Result<Request<Vec<u8>>, Unbuildable> {
        self.request(Method::GET, "subscriptions/ORDER_CHANGE", None)
    }

    /// Subscribes the account to `ORDER_CHANGE`.
    ///
    /// # Errors
    /// When the partner's settings are not Amazon's.
    pub fn subscribe(self, destination: &str) -> Result<Request<Vec<u8>>, Unbuildable> {
        let filter = json!({ "eventFilterType": "ORDER_CHANGE", "orderChangeTypes": CHANGES });
        let body = json!({
            "payloadVersion": "1.0",
            "destinationId": destination,
            "processingDirective": { "eventFilter": filter },
        });
        self.request(Method::POST, "subscriptions/ORDER_CHANGE", Some(body))
    }

    /// Ends a subscription. It is grantless.
    ///
    /// # Errors
    /// When the id cannot stand in an address.
    pub fn end(self, subscription: &str) -> Result<Request<Vec<u8>>, Unbuildable> {
        let path = format!("subscriptions/ORDER_CHANGE/{subscription}");
        self.request(Method::DELETE, &path, None)
    }

    fn request(
        self,
        method: Method,
        path: &str,
        body: Option<serde_json::Value>,
    ) -> Result<Request<Vec<u8>>, Unbuildable> {
        let Settings { region, .. } = self.0.settings::<Amazon>()?;
        let base = wire::base(self.0.endpoint, Channel::Amazon, host(region));
        let address = format!("{base}/notifications/v1/{path}");
        let body = body.map_or(Ok(Vec::new()), |body| wire::json(&body))?;
        let headers = [(ACCEPT, JSON), (CONTENT_TYPE, JSON), (USER_AGENT, AGENT)];
        wire::request(method, &address, &headers, body)
    }

    /// The id of the destination that is a queue, if it is one.
    ///
    /// # Errors
    /// Amazon's words, where it refuses.
    pub fn destination_of(answer: &Answer, arn: &str) -> Result<Option<String>, Text> {
        let places: Vec<Place> = payload(answer)?;
        let is_it = |place: &Place| place.resource.sqs.as_ref().is_some_and(|sqs| sqs.arn == arn);
        Ok(places.into_iter().find(is_it).map(|place| place.destination_id))
    }

    /// The id of the destination that was made.
    ///
    /// # Errors
    /// Amazon's words, where it refuses.
    pub fn created_destination(answer: &Answer) -> Result<String, Text> {
        payload::<Place>(answer).map(|place| place.destination_id)
    }

    /// The account's subscription, if it has one.
    ///
    /// # Errors
    /// Amazon's words, where it refuses.
    pub fn subscribed(answer: &Answer) -> Result<Option<Subscription>, Text> {
        if answer.status == NOT_FOUND { Ok(None) } else { payload(answer).map(Some) }
    }

    /// Whether a subscription ended. One that is gone has.
    ///
    /// # Errors
    /// Amazon's words, where it refuses.
    pub fn ended(answer: &Answer) -> Result<(), Text> {
        if [OK, NOT_FOUND].contains(&answer.status) { Ok(()) } else { Err(words(answer)) }
    }
}

const OK: u16 = 200;
const NOT_FOUND: u16 = 404;

fn payload<T: for<'a> Deserialize<'a>>(answer: &Answer) -> Result<T, Text> {
    if answer.status != OK {
        return Err(words(answer));
    }
    let says: Option<Says<T>> = body(answer);
    says.map(|says| says.payload).ok_or_else(|| Text::cut("the answer cannot be read"))
}

fn words(answer: &Answer) -> Text {
    let verdict = error_words(answer).verdict(answer, Class::Unknown);
    Text::cut(&format!("{} {}: {}", answer.status, verdict.code, verdict.message))
}
