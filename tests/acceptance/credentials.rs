//! Credentials. Wrong ones stop their partner and no other, and are shown once. The partner goes on by itself when they are
//! replaced. Wish's tokens are kept before they are used, and shared.

use crate::parcel::Parcel;
use crate::stack::{Shared, run, wrong_login};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Channel, Partner};
use flows::ports::{Partners as _, Secrets as _};
use local::SELLER;
use serde_json::Value;
use std::time::Duration;

/// How often a test looks at something, and the longest time that it waits.
const LOOK_EVERY: Duration = Duration::from_millis(300);
const WAIT_MAX: Duration = Duration::from_mins(1);

async fn partner(parcel: &Parcel) -> Partner {
    let (seller, id) = (SELLER.parse().expect("an id"), parcel.partner.parse().expect("an id"));
    let partner = parcel.shared.aws.partner(&seller, &id).await.expect("the table answers");
    partner.expect("it is registered")
}

async fn stopped(parcel: &Parcel) -> Option<String> {
    partner(parcel).await.stopped.map(|stopped| stopped.reason.to_string())
}

/// The parcel's partner goes on.
pub(crate) async fn is_not_stopped(parcel: &Parcel) {
    assert_eq!(stopped(parcel).await, None, "{} is stopped", parcel.partner);
}

/// Waits until the parcel's partner is stopped and its order waits. Returns the reason.
async fn until_stopped(parcel: &Parcel) -> String {
    let deadline = tokio::time::Instant::now() + WAIT_MAX;
    loop {
        if let Some(reason) = stopped(parcel).await {
            parcel.until_is("ready").await;
            return reason;
        }
        assert!(tokio::time::Instant::now() < deadline, "{} is not stopped", parcel.partner);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The attention list of these partners, as the index has it: the sort keys of its items.
async fn attention(shared: &Shared, partners: &[&str]) -> Vec<String> {
    let asked = shared
        .stack
        .dynamodb()
        .query()
        .table_name(&shared.stack.state().table)
        .index_name("attention")
        .key_condition_expression("attention = :seller")
        .expression_attribute_values(":seller", AttributeValue::S(format!("S#{SELLER}")))
        .send();
    let items = asked.await.expect("the index answers").items.unwrap_or_default();
    let text = |item: &std::collections::HashMap<String, AttributeValue>, name: &str| {
        item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
    };
    let keys = items.iter().map(|item| format!("{} {}", text(item, "pk"), text(item, "sk")));
    keys.filter(|key| partners.iter().any(|partner| key.contains(partner))).collect()
}

#[test]
fn wrong_credentials_stop_their_partner_and_no_other_and_are_shown_once() {
    run(|shared| async move {
        let parcels: Vec<[Parcel; 2]> = (300..)
            .step_by(2)
            .zip(Channel::ALL)
            .map(|(number, channel)| {
                let partner = wrong_login(channel);
                [number, number + 1].map(|n| Parcel::new(shared, (channel, partner), n).sold())
            })
            .collect();
        for [first, _] in &parcels {
            first.labelled().await;
        }
        for ([first, _], channel) in parcels.iter().zip(Channel::ALL) {
            let reason = until_stopped(first).await;
            let words =
                marketplaces::wrong_login(channel.name()).expect("every channel has a fake");
            assert!(reason.contains(words), "{}: {reason}", first.partner);
        }
        let submitted: Vec<_> = parcels.iter().map(|[first, _]| first.submitted()).collect();
        for [_, second] in &parcels {
            second.labelled().await;
        }
        let other = Parcel::amazon(shared, "right-login-amazon", 330).sold();
        other.labelled().await;
        other.is_confirmed("accepted", (1, 1)).await;
        for ([first, second], submitted) in parcels.iter().zip(submitted) {
            second.until_is("ready").await;
            assert_eq!(submitted.1, 0, "{}", first.partner);
            assert_eq!(first.submitted(), submitted, "something of {} was sent", first.partner);
            assert_eq!(second.submitted(), (0, 0), "something of {} was sent", first.partner);
        }
        let partners = Channel::ALL.map(wrong_login);
        let mut shown = attention(shared, &partners).await;
        shown.sort();
        let mut expected = partners.map(|partner| format!("S#{SELLER} PARTNER#{partner}"));
        expected.sort();
        assert_eq!(shown, expected, "each partner once, none of its orders");
    });
}

/// Rings for the parcel's order until its package is in a state. Without the rings the order is looked at every five minutes.
async fn ring_until(parcel: &Parcel, state: &str) {
    let deadline = tokio::time::Instant::now() + WAIT_MAX + WAIT_MAX;
    let queue = parcel.channel.name().replace('_', "-");
    loop {
        let view = parcel.view().await.unwrap_or_default();
        if view["packages"][0]["state"] == state {
            return;
        }
        assert!(tokio::time::Instant::now() < deadline, "never {state}: {view:#}");
        let bell = domain::Doorbell::of(&parcel.key()).body();
        parcel.shared.stack.send_to_queue(&queue, bell).await.expect("the queue takes it");
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

/// Puts other credentials into the partner's secret, as a person does. The partner goes on by itself.
async fn put_credentials(parcel: &Parcel, credentials: &Value) {
    let state = parcel.shared.stack.state();
    let name = format!("{}/{}/{SELLER}/{}", state.stack, parcel.channel, parcel.partner);
    let put = parcel.shared.stack.secrets().put_secret_value().secret_id(name);
    put.secret_string(credentials.to_string()).send().await.expect("the secret is there");
}

#[test]
fn replaced_credentials_let_a_partner_go_on_by_itself() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, "replaced-amazon", 340).sold();
        parcel.labelled().await;
        until_stopped(&parcel).await;
        let good = marketplaces::credentials("amazon", "right-login-amazon");
        put_credentials(&parcel, &good).await;
        // The first order is put off for five minutes. Another order, labelled now, finds the new secret by itself.
        let later = Parcel::amazon(shared, "replaced-amazon", 341).sold();
        later.labelled().await;
        ring_until(&later, "confirmed").await;
        is_not_stopped(&parcel).await;
        assert_eq!(attention(shared, &["replaced-amazon"]).await, [""; 0]);
        let view = parcel.until_is("ready").await;
        assert!(view["detail"]["not_before"].is_string(), "{view:#}");
    });
}

#[test]
fn wishs_tokens_are_kept_in_the_secret_and_shared() {
    run(|shared| async move {
        let wish = shared.shops.wish();
        let parcel = |number| Parcel::new(shared, (Channel::Wish, "tokens-wish"), number).sold();
        let (first, second) = (parcel(350), parcel(351));
        first.labelled().await;
        first.is_confirmed("accepted", (1, 1)).await;
        let name = format!("{}/wish/{SELLER}/tokens-wish", shared.stack.state().stack);
        let kept = async || {
            let secret = shared.aws.secret(&name).await.expect("readable").expect("there");
            serde_json::from_str::<Value>(&secret.text).expect("JSON")
        };
        let secret = kept().await;
        assert!(
            secret["access_token"].is_string() && secret["access_token_expires_at"].is_string()
        );
        assert_ne!(secret["refresh_token"], "refresh-tokens-wish", "the first one is used up");
        let renewals = wish.renewals("tokens-wish");
        second.labelled().await;
        second.is_confirmed("accepted", (1, 1)).await;
        assert_eq!(
            wish.renewals("tokens-wish"),
            renewals,
            "whichever sender had it, the token is shared"
        );
        assert_eq!(kept().await, secret);
    });
}
