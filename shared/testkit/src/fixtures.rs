//! What tests of the flows begin with, and what they look at.

use crate::{
    AMAZON_ORDER, Applied, BACK_MARKET_ORDER, Deployment, FaultyPorts, IMEIS, Memory, NUMBER,
    amazon, back_market, imeis, key, label, phones, sender_config, take_events, under,
};
use channels::Marketplace;
use domain::{Channel, Doorbell, EventKind, NoticeKind, OrderKey, Partner, SilentHours, Timing};
use flows::{Handled, Sender};
use jiff::SignedDuration;

/// The standard timing: a confirmation goes out when the tracking shows movement.
pub const MOVES: Timing = Timing::WhenTrackingShowsMovement;
/// The other timing that sends: a confirmation goes out when the tracking number is assigned.
pub const ASSIGNED: Timing = Timing::WhenTrackingIsAssigned;

/// Another order at Amazon.
pub const OTHER_ORDER: &str = "902-7654321-7654321";

/// A span of minutes.
pub fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// The usual order at Amazon.
pub fn amazon_key() -> OrderKey {
    key("amazon-us", AMAZON_ORDER)
}

/// Another order at Amazon.
pub fn other_key() -> OrderKey {
    key("amazon-us", OTHER_ORDER)
}

/// The usual order at Back Market.
pub fn back_market_key() -> OrderKey {
    key("back-market-us", BACK_MARKET_ORDER)
}

/// A label of the usual order at Amazon.
pub fn amazon_label() -> crate::Event {
    label("amazon-us", AMAZON_ORDER)
}

/// A label of another order at Amazon.
pub fn amazon_label_of(order: &str, number: &str) -> crate::Event {
    label("amazon-us", order).with("tracking_number", number)
}

/// A label of an order of two phones at Back Market.
pub fn phone_label() -> crate::Event {
    label("back-market-us", BACK_MARKET_ORDER).with("items", phones(&["11", "12"]))
}

/// A deployment whose partners are under this timing, and have nothing watched.
pub fn deployment_under(timing: Timing) -> Deployment {
    let deployment = Deployment::new();
    let unwatched = |partner| Partner {
        silent_hours: SilentHours::OFF,
        verify: false,
        ..under(timing, partner)
    };
    deployment.memory.register(&unwatched(amazon()));
    if timing != Timing::Never {
        deployment.memory.register(&unwatched(back_market()));
    }
    deployment.memory.shops().open(BACK_MARKET_ORDER, &["11", "12"]);
    deployment
}

/// A deployment where the order at Amazon is labelled, its doorbell was rung, and its sender has not come yet.
pub async fn deployment_with_ready_order() -> Deployment {
    let mut deployment = deployment_under(ASSIGNED);
    let (invocation, body) = (deployment.invocation(), amazon_label().body());
    take_events(&*deployment.ports, &[body], EventKind::LabelCreated, &invocation).await;
    assert_eq!(deployment.shown(&amazon_key()), "1: ready");
    deployment
}

/// Enters the IMEIs of both phones.
pub fn enter_imeis(deployment: &mut Deployment) {
    deployment.put_event(&imeis(BACK_MARKET_ORDER, "11", &[IMEIS[0]]));
    deployment.put_event(&imeis(BACK_MARKET_ORDER, "12", &[IMEIS[1]]));
}

/// What a marketplace has applied when it took the usual number for an order.
pub fn number_of(order: &str) -> Applied {
    Applied::Number { order: order.to_owned(), number: NUMBER.to_owned(), imei: None }
}

/// The kinds of the notices that were published so far.
pub fn published(deployment: &Deployment) -> Vec<NoticeKind> {
    deployment.memory.published().into_iter().map(|notice| notice.kind).collect()
}

/// The body of a doorbell.
pub fn bell(key: &OrderKey) -> String {
    Doorbell::of(key).body()
}

/// The sender of a new sandbox, which remembers nothing.
pub fn sender_of<M: Marketplace>(deployment: &Deployment) -> Sender<M, FaultyPorts<Memory>> {
    Sender::new(std::rc::Rc::clone(&deployment.ports), sender_config())
}

/// Lets a new sandbox answer an order's doorbell, with this much of the invocation left.
pub async fn ring_within<M: Marketplace>(
    deployment: &mut Deployment,
    key: &OrderKey,
    left: SignedDuration,
) -> Handled {
    deployment.memory.take_bells();
    let (sender, invocation) = (sender_of::<M>(deployment), deployment.invocation_of(left));
    deployment.memory.catch_up().await;
    sender.answer(key, &invocation).await
}

/// Lets a new sandbox answer an order's doorbell, with enough time.
pub async fn ring_at<M: Marketplace>(deployment: &mut Deployment, key: &OrderKey) -> Handled {
    ring_within::<M>(deployment, key, minutes(1)).await
}

/// The doorbells that are under way, each with its channel.
pub fn bells(deployment: &Deployment) -> Vec<(Channel, OrderKey)> {
    deployment.memory.bells().into_iter().map(|(_, bell)| (bell.channel, bell.key)).collect()
}
