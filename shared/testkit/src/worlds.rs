//! What the stories begin with and look at.

use crate::{
    AMAZON_ORDER, Applied, BACK_MARKET_ORDER, Failing, IMEIS, Memory, NUMBER, Town, amazon,
    back_market, imeis, key, label, phones, sender_config, take_events, under,
};
use channels::Marketplace;
use domain::{Channel, Doorbell, EventKind, NoticeKind, OrderKey, Timing};
use flows::{Handled, Sender};
use jiff::SignedDuration;

/// The standard timing.
pub const MOVES: Timing = Timing::WhenTrackingShowsMovement;
/// The other one.
pub const ASSIGNED: Timing = Timing::WhenTrackingIsAssigned;

/// Another order at Amazon.
pub const OTHER_ORDER: &str = "902-7654321-7654321";

/// So many minutes.
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

/// A town whose partners are under this timing.
pub fn town_under(timing: Timing) -> Town {
    let town = Town::new();
    town.memory.register(&under(timing, amazon()));
    if timing != Timing::Never {
        town.memory.register(&under(timing, back_market()));
    }
    town.memory.shops().open(BACK_MARKET_ORDER, &["11", "12"]);
    town
}

/// A town where the order at Amazon waits for its sender: labelled, and its doorbell rung.
pub async fn town_with_ready_order() -> Town {
    let mut town = town_under(ASSIGNED);
    let (invocation, body) = (town.invocation(), amazon_label().body());
    take_events(&*town.ports, &[body], EventKind::LabelCreated, &invocation).await;
    assert_eq!(town.shown(&amazon_key()), "1: ready");
    town
}

/// The IMEIs of both phones.
pub fn tell_imeis(town: &mut Town) {
    town.tell(&imeis(BACK_MARKET_ORDER, "11", &[IMEIS[0]]));
    town.tell(&imeis(BACK_MARKET_ORDER, "12", &[IMEIS[1]]));
}

/// A number taken for an order.
pub fn number_of(order: &str) -> Applied {
    Applied::Number { order: order.to_owned(), number: NUMBER.to_owned(), imei: None }
}

/// What was published so far.
pub fn told(town: &Town) -> Vec<NoticeKind> {
    town.memory.told().into_iter().map(|notice| notice.kind).collect()
}

/// A doorbell's body.
pub fn bell(key: &OrderKey) -> String {
    Doorbell::of(key).body()
}

/// A sender with nothing remembered, as a new sandbox has.
pub fn sender_of<M: Marketplace>(town: &Town) -> Sender<M, Failing<Memory>> {
    Sender::new(std::rc::Rc::clone(&town.ports), sender_config())
}

/// A new sandbox answers an order's doorbell with this much of the invocation left.
pub async fn ring_within<M: Marketplace>(
    town: &mut Town,
    key: &OrderKey,
    left: SignedDuration,
) -> Handled {
    town.memory.take_bells();
    let (sender, invocation) = (sender_of::<M>(town), town.invocation_of(left));
    town.memory.catch_up().await;
    sender.answer(key, &invocation).await
}

/// The same with time enough.
pub async fn ring_at<M: Marketplace>(town: &mut Town, key: &OrderKey) -> Handled {
    ring_within::<M>(town, key, minutes(1)).await
}

/// The doorbells under way, by channel and delay from now.
pub fn bells(town: &Town) -> Vec<(Channel, OrderKey)> {
    town.memory.bells().into_iter().map(|(_, bell)| (bell.channel, bell.key)).collect()
}
