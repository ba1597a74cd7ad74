//! Amazon's notifications are relayed to the partners whose links are believed, and to nobody else (rule S6).

use domain::{ChannelSettings, EventKind, MerchantAccount, MerchantLink, Moment, Partner, Relayed};
use flows::Handled;
use flows::ports::{Clock as _, LinkDesk as _, MerchantLinks as _};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::fixtures::*;
use testkit::{
    AMAZON_ORDER, APPLICATION, Deployment, Fault, Port, amazon, at, parsed, take_events,
    take_order_changes, text, under,
};

const MERCHANT: &str = "A1OURSELLER77";
const SAMPLE: &str = include_str!("../../../../tests/contracts/amazon/order-change.json");

/// A notification of the usual order, made so many seconds after the start.
fn change(seconds: i64) -> Value {
    let mut body: Value = serde_json::from_str(SAMPLE).unwrap();
    body["EventTime"] = at(seconds).to_string().into();
    let change = &mut body["Payload"]["OrderChangeNotification"];
    change["AmazonOrderId"] = AMAZON_ORDER.into();
    change["SellerId"] = MERCHANT.into();
    body["NotificationMetadata"]["ApplicationId"] = APPLICATION.into();
    body
}

fn with(mut body: Value, place: &str, value: impl Into<Value>) -> Value {
    *body.pointer_mut(place).unwrap() = value.into();
    body
}

fn summary(name: &str) -> String {
    format!("/Payload/OrderChangeNotification/Summary/{name}")
}

fn account() -> MerchantAccount {
    MerchantAccount { merchant: parsed(MERCHANT), marketplace: text("ATVPDKIKX0DER") }
}

fn linking(partner: Partner) -> Partner {
    let settings: ChannelSettings = partner.settings.clone().with("merchant_id", MERCHANT);
    Partner { settings, ..partner }
}

/// Registers a partner that is linked with the account, since a moment.
async fn link(deployment: &Deployment, partner: Partner, since: Moment) -> Partner {
    let partner = linking(partner);
    deployment.memory.register(&partner);
    let link = MerchantLink {
        account: account(),
        seller: partner.seller.clone(),
        partner: partner.id.clone(),
        since,
        believed_at: None,
    };
    deployment.memory.link_merchant(&link).await.unwrap();
    partner
}

async fn take(deployment: &mut Deployment, bodies: &[Value]) -> Vec<Handled> {
    let bodies: Vec<String> = bodies.iter().map(Value::to_string).collect();
    let invocation = deployment.invocation();
    take_order_changes(&*deployment.ports, &bodies, &invocation).await
}

/// What was relayed so far: the partner, and the kind.
fn relayed(deployment: &Deployment) -> Vec<(String, EventKind)> {
    let partner = |event: &Relayed| {
        let detail: Value = serde_json::from_str(&event.detail()).unwrap();
        detail["partner_id"].as_str().unwrap().to_owned()
    };
    deployment.memory.relayed().iter().map(|event| (partner(event), event.kind())).collect()
}

const UPDATED: EventKind = EventKind::OrderUpdated;

fn to(partner: &str) -> (String, EventKind) {
    (partner.to_owned(), UPDATED)
}

/// A deployment where Amazon took the confirmation of the usual order, from a partner that was linked before.
async fn confirmed() -> Deployment {
    let mut deployment = deployment_under(ASSIGNED);
    link(&deployment, under(ASSIGNED, amazon()), at(-1)).await;
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    assert_eq!(deployment.shown(&amazon_key()), "1: confirmed 1Z999AA10123456784");
    deployment
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_an_account_that_nobody_is_linked_with_is_told_to_nobody() {
    let mut deployment = deployment_under(MOVES);
    assert_eq!(take(&mut deployment, &[change(0)]).await, [Handled::Done]);
    assert_eq!(relayed(&deployment), []);
    assert_eq!(deployment.ports.take_calls(), [Port::MerchantLinks]);
}

/// A merchant id is public: whoever types it in is not believed for that.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_a_link_alone_is_not_believed() {
    let mut deployment = deployment_under(MOVES);
    link(&deployment, amazon(), at(-1)).await;
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    deployment.ports.take_calls();
    assert_eq!(take(&mut deployment, &[change(0)]).await, [Handled::Done]);
    assert_eq!(relayed(&deployment), []);
    let asked = [Port::MerchantLinks, Port::Partner, Port::Order];
    assert_eq!(deployment.ports.take_calls(), asked);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_a_link_is_believed_once_amazon_took_a_confirmation_of_a_named_order() {
    let mut deployment = confirmed().await;
    deployment.ports.take_calls();
    assert_eq!(take(&mut deployment, &[change(60)]).await, [Handled::Done]);
    assert_eq!(relayed(&deployment), [to("amazon-us")]);
    let asked = [Port::MerchantLinks, Port::Partner, Port::Order, Port::BelieveLink, Port::Relay];
    assert_eq!(deployment.ports.take_calls(), asked);
    // From then on any order of the account is told, also one that nobody has heard of.
    let unknown =
        with(change(61), "/Payload/OrderChangeNotification/AmazonOrderId", "902-0000001-0000001");
    assert_eq!(take(&mut deployment, &[unknown]).await, [Handled::Done]);
    assert_eq!(relayed(&deployment), [to("amazon-us"), to("amazon-us")]);
    assert_eq!(deployment.ports.take_calls(), [Port::MerchantLinks, Port::Partner, Port::Relay]);
}

/// What another order proves, another order's notification does not: both are to name one order.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_an_order_of_ones_own_proves_nothing_of_another() {
    let mut deployment = confirmed().await;
    let foreign =
        with(change(60), "/Payload/OrderChangeNotification/AmazonOrderId", "902-0000001-0000001");
    assert_eq!(take(&mut deployment, &[foreign]).await, [Handled::Done]);
    assert_eq!(relayed(&deployment), []);
}

/// The link is made anew with each change of credentials. What the former ones were shown says nothing of the new ones.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_what_was_shown_before_the_link_proves_nothing() {
    let mut deployment = confirmed().await;
    let now = deployment.memory.now();
    link(&deployment, under(ASSIGNED, amazon()), now).await;
    assert_eq!(take(&mut deployment, &[change(60)]).await, [Handled::Done]);
    assert_eq!(relayed(&deployment), []);
}

/// A person's word is not Amazon's.
#[rstest]
#[case::amazon_showed_it(true)]
#[case::a_person_said_so(false)]
#[tokio::test(start_paused = true)]
async fn s6_a_persons_word_proves_nothing(#[case] is_shown: bool) {
    use domain::{Evidence, Stage, State};
    let mut deployment = confirmed().await;
    let mut order = deployment.memory.stored(&amazon_key()).unwrap().order;
    let by = if is_shown { Evidence::ReadBack } else { Evidence::Person };
    let package = order.packages.values_mut().next().unwrap();
    let State::Sent(sent) = &mut package.state else { panic!("it was sent") };
    sent.stage = Stage::Confirmed { at: at(5), by };
    assert_eq!(order.is_shown_since(at(0)), is_shown);
    assert!(!order.is_shown_since(at(5)), "not since it was shown");
    deployment.until_quiet().await;
}

/// A partner that names another merchant by now is told nothing, whatever was believed.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_a_link_that_no_settings_name_is_none() {
    let mut deployment = confirmed().await;
    take(&mut deployment, &[change(60)]).await;
    let partner = under(ASSIGNED, amazon());
    for partner in [partner.clone(), linking(partner)].into_iter().enumerate().map(|(n, one)| {
        if n == 0 {
            one
        } else {
            let settings = one.settings.clone().with("marketplace_id", "A1F83G8C2ARO7P");
            Partner { settings, ..one }
        }
    }) {
        deployment.memory.register(&partner);
        assert_eq!(take(&mut deployment, &[change(61)]).await, [Handled::Done]);
        assert_eq!(relayed(&deployment), [to("amazon-us")]);
    }
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_each_partner_that_is_believed_is_told() {
    let mut deployment = confirmed().await;
    let other = Partner { id: parsed("amazon-too"), ..amazon() };
    let stranger = Partner { seller: parsed("stranger"), ..amazon() };
    for partner in [other.clone(), stranger] {
        link(&deployment, partner, at(-1)).await;
    }
    let mine = MerchantLink {
        account: account(),
        seller: other.seller,
        partner: other.id,
        since: at(-1),
        believed_at: None,
    };
    deployment.memory.believe_link(&mine, at(0)).await.unwrap();
    assert_eq!(take(&mut deployment, &[change(60)]).await, [Handled::Done]);
    assert_eq!(relayed(&deployment), [to("amazon-too"), to("amazon-us")]);
}

/// However many say that the account is theirs, the true one is found in the end, and no notification costs more and more.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_false_links_do_not_hide_the_true_one() {
    let mut deployment = confirmed().await;
    for number in 0..40 {
        let seller = parsed(&format!("stranger-{number}"));
        link(&deployment, Partner { seller, ..amazon() }, at(-1)).await;
    }
    // Of a notification a second after the start its turn is not: that goes by the time.
    let mut taken = 1;
    while relayed(&deployment).is_empty() {
        deployment.ports.take_calls();
        assert_eq!(take(&mut deployment, &[change(taken)]).await, [Handled::Done]);
        let read = deployment.ports.take_calls();
        assert!(read.iter().filter(|port| **port == Port::Partner).count() <= 16);
        taken += 1;
        assert!(taken < 100, "it is never found");
    }
    assert_eq!(relayed(&deployment), [to("amazon-us")]);
    assert!(taken > 2, "it was among the first: {taken}");
}

#[rstest]
#[case::of_another_application(with(
    change(60),
    "/NotificationMetadata/ApplicationId",
    "amzn1.other"
))]
#[case::shipped_by_amazon(with(change(60), &summary("FulfillmentType"), "AFN"))]
#[case::with_nothing_in_it(with(
    with(change(60), &summary("LatestShipDate"), Value::Null),
    "/Payload/OrderChangeNotification/OrderChangeType",
    "DeliveryTipChange"
))]
#[tokio::test(start_paused = true)]
async fn s6_what_is_dropped_is_not_even_looked_up(#[case] body: Value) {
    let mut deployment = confirmed().await;
    deployment.ports.take_calls();
    assert_eq!(take(&mut deployment, &[body]).await, [Handled::Done]);
    assert_eq!(deployment.ports.take_calls(), []);
    assert_eq!(relayed(&deployment), []);
}

/// Rule D4: what cannot be read is refused by its field, and delays nothing else of its batch.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_a_bad_notification_fails_alone() {
    let mut deployment = confirmed().await;
    let bad = with(change(60), "/PayloadVersion", "2.0");
    let handled = take(&mut deployment, &[bad, change(60)]).await;
    let reason = "PayloadVersion: is another one; allowed: 1.0";
    assert_eq!(handled, [Handled::Refused(reason.to_owned()), Handled::Done]);
    assert_eq!(relayed(&deployment), [to("amazon-us")]);
}

#[rstest]
#[case::links(Port::MerchantLinks)]
#[case::the_partner(Port::Partner)]
#[case::the_order(Port::Order)]
#[case::the_belief(Port::BelieveLink)]
#[case::the_bus(Port::Relay)]
#[tokio::test(start_paused = true)]
async fn s6_what_could_not_be_relayed_comes_again(#[case] failing: Port) {
    let mut deployment = confirmed().await;
    deployment.ports.plan(move |call| (call.port == failing).then_some(Fault::Before));
    let handled = take(&mut deployment, &[change(60)]).await;
    assert!(matches!(handled.as_slice(), [Handled::Retry(_)]), "{handled:?}");
    assert_eq!(relayed(&deployment), []);
    deployment.ports.plan(|_| None);
    assert_eq!(take(&mut deployment, &[change(60)]).await, [Handled::Done]);
    assert_eq!(relayed(&deployment), [to("amazon-us")]);
}

/// Puts what was relayed on the bus, under the source that it is relayed under.
async fn deliver(deployment: &mut Deployment) -> Vec<Handled> {
    let mut handled = Vec::new();
    for event in deployment.memory.relayed() {
        let kind = event.kind();
        let detail: Value = serde_json::from_str(&event.detail()).unwrap();
        let body = json!({ "id": "e-1", "detail-type": kind.name(),
            "source": domain::CHANNELS_SOURCE, "detail": detail });
        let invocation = deployment.invocation();
        let bodies = [body.to_string()];
        handled.extend(take_events(&*deployment.ports, &bodies, kind, &invocation).await);
    }
    handled
}

fn of(order: &str, body: Value) -> Value {
    with(body, "/Payload/OrderChangeNotification/AmazonOrderId", order)
}

/// A wish and the ship-by hold another order; repeats, and what is older, change nothing.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_what_is_relayed_counts_as_the_channels_own_and_once() {
    let mut deployment = confirmed().await;
    take(&mut deployment, &[change(60)]).await;
    deployment.memory.register(&linking(under(MOVES, amazon())));
    deployment.put_event(&amazon_label_of(OTHER_ORDER, "1Z999AA10123456795"));
    deployment.deliver().await;
    let newer = of(OTHER_ORDER, change(120));
    let older =
        with(of(OTHER_ORDER, change(30)), &summary("LatestShipDate"), "2026-11-24T07:59:59.000Z");
    for body in [&newer, &newer, &older] {
        take(&mut deployment, std::slice::from_ref(body)).await;
    }
    deliver(&mut deployment).await;
    let order = deployment.memory.stored(&other_key()).unwrap().order;
    let by = order.channel_ship_by.unwrap();
    assert_eq!((by.by.to_string().as_str(), by.at), ("2026-11-25T07:59:59Z", at(120)));
    assert_eq!(deployment.shown(&other_key()), "1: held cancel_requested; needs attention");
    assert!(order.ship_by.is_none(), "nobody else told one");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_a_cancellation_withholds() {
    let mut deployment = confirmed().await;
    take(&mut deployment, &[change(60)]).await;
    deployment.memory.register(&linking(under(MOVES, amazon())));
    deployment.put_event(&amazon_label_of(OTHER_ORDER, "1Z999AA10123456795"));
    deployment.deliver().await;
    let gone = with(of(OTHER_ORDER, change(120)), &summary("OrderStatus"), "Canceled");
    assert_eq!(take(&mut deployment, &[gone]).await, [Handled::Done]);
    deliver(&mut deployment).await;
    assert_eq!(deployment.shown(&other_key()), "1: withheld cancelled; cancelled");
}
