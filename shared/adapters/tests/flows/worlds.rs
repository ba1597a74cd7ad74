//! What the stories begin with and look at.

use adapters::flow::{Handled, Sender};
use adapters::ports::Ports as _;
use channels::Marketplace;
use domain::{Channel, Doorbell, NoticeKind, OrderKey, Timing};
use jiff::SignedDuration;
use testkit::{
    AMAZON_ORDER, Applied, BACK_MARKET_ORDER, Failing, IMEIS, Memory, NUMBER, Town, amazon,
    back_market, imeis, key, label, phones, sender_config, under,
};

pub(crate) const MOVES: Timing = Timing::WhenTrackingShowsMovement;
pub(crate) const ASSIGNED: Timing = Timing::WhenTrackingIsAssigned;

/// Another order at Amazon.
pub(crate) const OTHER_ORDER: &str = "902-7654321-7654321";

pub(crate) fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

pub(crate) fn amazon_key() -> OrderKey {
    key("amazon-us", AMAZON_ORDER)
}

pub(crate) fn other_key() -> OrderKey {
    key("amazon-us", OTHER_ORDER)
}

pub(crate) fn back_market_key() -> OrderKey {
    key("back-market-us", BACK_MARKET_ORDER)
}

/// A label of the usual order at Amazon.
pub(crate) fn amazon_label() -> testkit::Event {
    label("amazon-us", AMAZON_ORDER)
}

/// A label of another order at Amazon.
pub(crate) fn amazon_label_of(order: &str, number: &str) -> testkit::Event {
    label("amazon-us", order).with("tracking_number", number)
}

/// A label of an order of two phones at Back Market.
pub(crate) fn phone_label() -> testkit::Event {
    label("back-market-us", BACK_MARKET_ORDER).with("items", phones(&["11", "12"]))
}

/// A town whose partners are under this timing.
pub(crate) fn town_under(timing: Timing) -> Town {
    let town = Town::new();
    town.memory.register(&under(timing, amazon()));
    if timing != Timing::Never {
        town.memory.register(&under(timing, back_market()));
    }
    town.memory.shops().open(BACK_MARKET_ORDER, &["11", "12"]);
    town
}

/// A town where the order at Amazon waits for its sender: labelled, and its doorbell rung.
pub(crate) async fn town_with_ready_order() -> Town {
    let mut town = town_under(ASSIGNED);
    let (writer, body) = (town.writer(), amazon_label().body());
    adapters::flow::handle_events(
        &*town.ports,
        &[body],
        ("LabelCreated", Some(60)),
        (&writer, testkit::ENDLESS),
    )
    .await;
    assert_eq!(town.shown(&amazon_key()), "1: ready");
    town
}

/// The IMEIs of both phones.
pub(crate) fn tell_imeis(town: &mut Town) {
    town.tell(&imeis(BACK_MARKET_ORDER, "11", &[IMEIS[0]]));
    town.tell(&imeis(BACK_MARKET_ORDER, "12", &[IMEIS[1]]));
}

/// A number taken for an order.
pub(crate) fn number_of(order: &str) -> Applied {
    Applied::Number { order: order.to_owned(), number: NUMBER.to_owned(), imei: None }
}

pub(crate) fn told(town: &Town) -> Vec<NoticeKind> {
    town.memory.told().into_iter().map(|notice| notice.kind).collect()
}

pub(crate) fn bell(key: &OrderKey) -> String {
    Doorbell::of(key).body()
}

/// A sender with nothing remembered, as a new sandbox has.
pub(crate) fn sender_of<M: Marketplace>(
    town: &Town,
    channel: Channel,
) -> Sender<M, Failing<Memory>> {
    Sender::new(std::rc::Rc::clone(&town.ports), sender_config(channel))
}

/// A new sandbox answers an order's doorbell with this much of the invocation left.
pub(crate) async fn ring_within<M: Marketplace>(
    town: &mut Town,
    (channel, key): (Channel, &OrderKey),
    left: SignedDuration,
) -> Handled {
    town.memory.take_bells();
    let (sender, writer) = (sender_of::<M>(town, channel), town.writer());
    let deadline = town.memory.now().plus(left);
    town.memory.catch_up().await;
    sender.answer(&bell(key), deadline, &writer).await
}

/// The same with time enough.
pub(crate) async fn ring_at<M: Marketplace>(
    town: &mut Town,
    channel: Channel,
    key: &OrderKey,
) -> Handled {
    ring_within::<M>(town, (channel, key), minutes(1)).await
}

/// The doorbells under way, by channel and delay from now.
pub(crate) fn bells(town: &Town) -> Vec<(Channel, OrderKey)> {
    town.memory.bells().into_iter().map(|(_, bell)| (bell.channel, bell.key)).collect()
}
