//! Sellers of a test's own, in whose lists there is nothing of other tests. Their partners are registered through the API, as
//! a person would do it. Their orders are [`Parcel`]s whose events name the seller.

use crate::parcel::Parcel;
use crate::stack::Shared;
use channels::about::example_settings;
use domain::{Channel, MissingImei, Timing};
use local::Event;
use local::api::Answer;
use serde_json::{Value, json};
use std::time::Duration;

/// The account of the fake marketplaces whose credentials their partners have.
pub(crate) const ACCOUNT: &str = "sellers";

/// The accounts of their partners at Wish, by the partners' ids. A renewal of tokens revokes the grant before it, so no two secrets
/// may have the same, and a connection is tested when a partner is registered.
pub(crate) const WISH_ACCOUNTS: [&str; 5] =
    ["releaser-wish", "schema-wish", "pairs-wish", "refused-wish", "tested-wish"];

/// The longest time that a test waits for one thing, and how often it looks.
const WAIT_MAX: Duration = Duration::from_secs(110);
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// A seller, and a person of theirs who is signed in.
pub(crate) struct Seller {
    shared: &'static Shared,
    pub(crate) id: &'static str,
    /// The person's ID token.
    pub(crate) token: String,
}

/// The settings of an account that a channel needs.
fn settings(channel: Channel) -> Value {
    Value::Object(example_settings(channel).fields().clone())
}

impl Seller {
    /// A seller whom no other test knows.
    pub(crate) async fn new(shared: &'static Shared, id: &'static str) -> Self {
        let token = token(shared, &format!("{id}@example.com"), Some(id)).await;
        Self { shared, id, token }
    }

    /// The token of another person of this seller.
    pub(crate) async fn person(&self, email: &str) -> String {
        token(self.shared, email, Some(self.id)).await
    }

    /// Calls the API.
    pub(crate) async fn call(&self, call: &str, body: Option<&Value>) -> Answer {
        self.call_with(call, &[], body).await
    }

    pub(crate) async fn call_with(
        &self,
        call: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let body = body.map(Value::to_string);
        let answer = self.shared.stack.api(call, Some(&self.token), headers, body.as_deref()).await;
        answer.unwrap_or_else(|error| panic!("{call}: {error}"))
    }

    /// Registers a partner, with the standard settings.
    pub(crate) async fn registers(&self, partner: &str, channel: Channel, name: &str) {
        let own = WISH_ACCOUNTS.contains(&partner);
        assert!(own || channel != Channel::Wish, "{partner} has no account of its own");
        let account = if own { partner } else { ACCOUNT };
        let credentials = marketplaces::credentials(channel.name(), account);
        let body = json!({ "channel": channel.name(), "name": name, "settings": settings(channel),
            "credentials": credentials });
        let call = format!("PUT /partners/{partner}");
        let answer = self.call_with(&call, &[("if-none-match", "*")], Some(&body)).await;
        assert_eq!(answer.status, 201, "{call}: {}", answer.text);
    }

    /// Changes a partner's timing, and its setting for missing IMEIs.
    pub(crate) async fn sets(&self, partner: &str, timing: Timing, missing: Option<MissingImei>) {
        let mut body = json!({ "timing": timing });
        if let Some(missing) = missing {
            body["missing_imei"] = json!(missing);
        }
        let path = format!("/partners/{partner}/settings");
        let read = self.call(&format!("GET {path}"), None).await;
        let etag = read.header("etag").expect("settings have a version").to_owned();
        let call = format!("PUT {path}");
        let answer = self.call_with(&call, &[("if-match", &etag)], Some(&body)).await;
        assert_eq!(answer.status, 200, "{call}: {}", answer.text);
    }

    /// Acts on an order's first package.
    pub(crate) async fn acts(&self, parcel: &Parcel, action: &Value) {
        let Parcel { partner, order, .. } = parcel;
        let call = format!("POST /partners/{partner}/orders/{order}/actions");
        let mut action = action.clone();
        action["package_id"] = "1".into();
        let answer = self.call(&call, Some(&action)).await;
        assert_eq!(answer.status, 200, "{call}: {}", answer.text);
    }

    /// Puts events on the bus, about this seller.
    pub(crate) async fn put(&self, events: impl IntoIterator<Item = Event>) {
        let owned = |mut event: Event| {
            event.detail["seller_id"] = self.id.into();
            event
        };
        let events: Vec<Event> = events.into_iter().map(owned).collect();
        self.shared.stack.put_events(&events).await.expect("the bus takes events");
    }

    /// Waits until an order of this seller is so. Returns the order.
    pub(crate) async fn until(
        &self,
        parcel: &Parcel,
        what: &str,
        is_so: impl Fn(&Value) -> bool,
    ) -> Value {
        let call = format!("GET /partners/{}/orders/{}", parcel.partner, parcel.order);
        let deadline = tokio::time::Instant::now() + WAIT_MAX;
        loop {
            let answer = self.call(&call, None).await;
            if answer.status == 200 && is_so(&answer.body) {
                return answer.body;
            }
            let is_over = tokio::time::Instant::now() > deadline;
            assert!(!is_over, "{call}: waited in vain until {what}: {}", answer.text);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until an order's first package is in a state. Returns the order.
    pub(crate) async fn until_is(&self, parcel: &Parcel, state: &str) -> Value {
        let is_so = |order: &Value| order["packages"][0]["state"] == state;
        self.until(parcel, &format!("it is {state}"), is_so).await
    }
}

/// Makes a person, of a seller or of none. Returns their ID token.
pub(crate) async fn token(shared: &Shared, email: &str, seller: Option<&str>) -> String {
    let tokens = shared.stack.sign_in(email, seller).await;
    tokens.unwrap_or_else(|error| panic!("{email}: {error}")).id
}
