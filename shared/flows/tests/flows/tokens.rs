//! Wish's tokens: a renewal may make both former ones worthless, so the new ones are kept before they are used, and all
//! sandboxes share them. And its updates, which are carried out after they are taken, and its orders, which may be
//! released again with the number of a former shipment.

use crate::matrix::connect;
use channels::Wish;
use domain::{Channel, EventKind, Partner, Timing};
use flows::Handled;
use flows::ports::Secrets as _;
use jiff::SignedDuration;
use marketplaces::{
    DEMO_ACCOUNT, Marketplaces, Options, Shop as _, WishOrder, WishState, WishTracking,
    credentials, set_clock,
};
use rstest::rstest;
use serde_json::{Value, json};
use std::rc::Rc;
use testkit::api_user::{ACT, ApiUser};
use testkit::fixtures::*;
use testkit::{
    Deployment, Event, Fault, Port, START, label, partner_of, secret_name, seller, take_events,
    under,
};

/// A Wish shop, and the deployment in front of it.
struct Play {
    deployment: Deployment,
    marketplaces: Rc<Marketplaces>,
    partner: Partner,
}

fn order(number: u32) -> String {
    format!("5f{number:022}")
}

fn number(order: u32) -> String {
    format!("1Z999WISH{order:07}")
}

fn key(number: u32) -> domain::OrderKey {
    testkit::key("shop", &order(number))
}

impl Play {
    fn with(options: Options) -> Self {
        set_clock(START.timestamp());
        let marketplaces = Rc::new(Marketplaces::unplugged(options).unwrap());
        let deployment = Deployment::new();
        let wish = partner_of(&seller(), "shop", Channel::Wish);
        let partner = under(Timing::WhenTrackingIsAssigned, wish);
        deployment.memory.register(&partner);
        let secret = credentials("wish", DEMO_ACCOUNT).to_string();
        deployment.memory.put_secret(&secret_name(&partner), Some(secret));
        connect(&deployment, &marketplaces, &Rc::default());
        Self { deployment, marketplaces, partner }
    }

    fn new() -> Self {
        Self::with(Options::demo())
    }

    /// An order is sold and labelled.
    fn label(&self, n: u32) -> Event {
        self.marketplaces.wish().sell(&order(n), &[("6f", 1)]).unwrap();
        let items = json!([{ "item_id": "6f", "quantity": 1, "requires_imei": false }]);
        let label = label("shop", &order(n)).with("items", items);
        label.with("tracking_number", number(n))
    }

    /// Labels come in at once.
    async fn labelled(&mut self, bodies: &[String]) {
        let invocation = self.deployment.invocation();
        take_events(&*self.deployment.ports, bodies, EventKind::LabelCreated, &invocation).await;
    }

    /// A label comes in, and all that follows from it is done.
    async fn sent(&mut self, n: u32) {
        let label = self.label(n);
        self.deployment.put_event(&label);
        self.deployment.until_quiet().await;
    }

    /// The same, in a sandbox that has sent nothing yet.
    async fn sent_by_another(&mut self, n: u32) {
        let body = self.label(n).body();
        self.labelled(&[body]).await;
        let handled = ring_at::<Wish>(&mut self.deployment, &key(n)).await;
        assert_eq!(handled, Handled::Done);
        self.deployment.until_quiet().await;
    }

    async fn secret(&self) -> Value {
        let secret = self.deployment.memory.secret(&secret_name(&self.partner)).await;
        serde_json::from_str(&secret.unwrap().unwrap().text).unwrap()
    }

    fn renewals(&self) -> u64 {
        self.marketplaces.wish().renewals(DEMO_ACCOUNT)
    }

    fn stopped(&self) -> Option<String> {
        let stopped = self.deployment.memory.partner_now(&self.partner).unwrap().stopped;
        stopped.map(|stopped| stopped.reason.to_string())
    }

    /// The order has its number, submitted and applied once.
    fn is_submitted_once(&self, n: u32) {
        let wish = self.marketplaces.wish();
        assert_eq!(self.deployment.shown(&key(n)), format!("1: confirmed {}", number(n)));
        assert_eq!(wish.numbers(&order(n)), [number(n)]);
        let applied = wish
            .submissions_of(&order(n))
            .into_iter()
            .filter(|submission| submission.applied)
            .count();
        assert_eq!(applied, 1);
    }
}

/// The places among the calls of a port.
fn places(calls: &[Port], port: Port) -> Vec<usize> {
    calls.iter().enumerate().filter(|(_, call)| **call == port).map(|(place, _)| place).collect()
}

#[tokio::test(start_paused = true)]
async fn tokens_are_kept_before_they_are_used() {
    let mut play = Play::new();
    let before = play.secret().await;
    play.sent(1).await;
    play.is_submitted_once(1);
    let calls = play.deployment.ports.take_calls();
    let (puts, requests) = (places(&calls, Port::PutSecret), places(&calls, Port::Http));
    assert_eq!((puts.len(), requests.len()), (1, 3), "a renewal, a read and an update");
    assert!(requests[0] < puts[0] && puts[0] < requests[1]);
    let after = play.secret().await;
    assert_ne!(after["refresh_token"], before["refresh_token"]);
    assert!(after["access_token"].is_string());
    assert_eq!(after["client_secret"], before["client_secret"]);
}

#[tokio::test(start_paused = true)]
async fn a_kept_token_is_good_for_every_sandbox() {
    let mut play = Play::new();
    play.sent(1).await;
    play.sent_by_another(2).await;
    play.sent_by_another(3).await;
    (1..=3).for_each(|n| play.is_submitted_once(n));
    assert_eq!(play.renewals(), 1);
}

/// A renewal revokes the token that another sandbox remembers: it finds the new one in the secret.
#[tokio::test(start_paused = true)]
async fn a_token_that_another_sandbox_renewed_is_not_renewed_again() {
    let mut play = Play::new();
    play.sent(1).await;
    play.marketplaces.wish().expire_tokens();
    play.sent_by_another(2).await;
    assert_eq!(play.renewals(), 2);
    play.sent(3).await;
    (1..=3).for_each(|n| play.is_submitted_once(n));
    assert_eq!((play.renewals(), play.stopped()), (2, None));
}

/// Both find an old token; one renews it meanwhile.
#[tokio::test(start_paused = true)]
async fn two_sandboxes_at_once_renew_once() {
    let mut play = Play::new();
    let labels = [play.label(1), play.label(2)].map(|label| label.body());
    play.labelled(&labels).await;
    play.deployment.memory.take_bells();
    let invocation = play.deployment.invocation_of(minutes(1));
    let senders = [1, 2].map(|n| (sender_of::<Wish>(&play.deployment), key(n)));
    let [(one, first), (other, second)] = &senders;
    let answers = futures_util::future::join(
        one.answer(first, &invocation),
        other.answer(second, &invocation),
    );
    assert_eq!(answers.await, (Handled::Done, Handled::Done));
    play.deployment.until_quiet().await;
    (1..=2).for_each(|n| play.is_submitted_once(n));
    assert_eq!((play.renewals(), play.stopped()), (1, None));
}

#[rstest]
#[case::it_was_not_kept(Fault::Before)]
#[case::it_was_but_the_answer_is_lost(Fault::After)]
#[case::nobody_knows(Fault::Lost)]
#[case::it_died_after_it(Fault::CrashAfter)]
#[tokio::test(start_paused = true)]
async fn a_renewed_token_is_not_lost_with_the_secret_store(#[case] fault: Fault) {
    let mut play = Play::new();
    play.deployment.ports.fail_next(Port::PutSecret, fault);
    play.sent(1).await;
    play.is_submitted_once(1);
    assert_eq!((play.renewals(), play.stopped()), (1, None));
}

/// Whatever fails on the way to a new token, the next try need not wait for the end of the one before.
#[rstest]
#[case::wish_is_not_reached(Port::Http, Fault::Before)]
#[case::wish_does_not_answer(Port::Http, Fault::Hangs)]
#[case::the_lease_is_not_known(Port::LeaseRenewal, Fault::After)]
#[case::the_lease_is_not_had(Port::LeaseRenewal, Fault::Before)]
#[case::the_secret_cannot_be_read(Port::Secret, Fault::Before)]
#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_is_tried_again_at_once(#[case] port: Port, #[case] fault: Fault) {
    let mut play = Play::new();
    play.deployment.ports.fail_next(port, fault);
    let label = play.label(1);
    play.deployment.put_event(&label);
    play.deployment.run_for(SignedDuration::from_secs(25)).await;
    play.is_submitted_once(1);
    assert_eq!((play.renewals(), play.stopped()), (1, None));
}

/// The other one has only the former refresh token, which is good for nothing any more.
#[tokio::test(start_paused = true)]
async fn a_token_that_is_kept_late_lets_a_partner_go_on_that_another_sandbox_stopped() {
    let mut play = Play::new();
    play.deployment.ports.fail_all(Port::PutSecret, Fault::Before);
    let label = play.label(1);
    play.deployment.put_event(&label);
    play.deployment.run_for(minutes(1)).await;
    let body = play.label(2).body();
    play.labelled(&[body]).await;
    ring_at::<Wish>(&mut play.deployment, &key(2)).await;
    assert!(play.stopped().is_some());
    play.deployment.ports.heal();
    play.deployment.until_quiet().await;
    (1..=2).for_each(|n| play.is_submitted_once(n));
    assert_eq!((play.renewals(), play.stopped()), (1, None));
}

/// The one gap that is left: the function dies between Wish's answer and its keeping. A person must authorize anew.
#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_died_with_its_function_stops_the_partner_and_is_shown() {
    let mut play = Play::new();
    play.deployment.ports.fail_next(Port::PutSecret, Fault::CrashBefore);
    let label = play.label(1);
    play.deployment.put_event(&label);
    play.deployment.run_for(minutes(30)).await;
    assert_eq!(play.marketplaces.wish().submissions_of(&order(1)).len(), 0);
    assert!(play.stopped().is_some_and(|reason| reason.contains("10001")), "{:?}", play.stopped());
}

/// Source: W, "This operation is asynchronous".
#[tokio::test(start_paused = true)]
async fn an_update_that_wish_still_works_at_is_read_until_it_shows() {
    let mut options = Options::demo();
    options.wish.processing_ms = 60_000;
    let mut play = Play::with(options);
    let label = play.label(1);
    play.deployment.put_event(&label);
    play.deployment.run_for(minutes(1)).await;
    assert_eq!(play.deployment.shown(&key(1)), format!("1: in_doubt {}", number(1)));
    play.deployment.until_quiet().await;
    play.is_submitted_once(1);
    assert_eq!(play.marketplaces.wish().submissions_of(&order(1)).len(), 1);
}

/// Wish shows the number of a former shipment, and the order as it is in this state.
fn formerly(play: &Play, n: u32, number: &str, state: WishState) {
    let tracking = WishTracking {
        tracking_number: number.to_owned(),
        shipping_provider: "UPS".to_owned(),
        origin_country: "US".to_owned(),
    };
    let order = WishOrder::new(&order(n), &[("6f", 1)]);
    play.marketplaces.wish().add_order(WishOrder { state, tracking: Some(tracking), ..order });
}

/// A person looks, and says that the number is nothing.
async fn said(play: &mut Play, n: u32) -> (u16, Value) {
    let user = ApiUser::of(&play.deployment);
    let path = format!("/partners/shop/orders/{}/{ACT}", order(n));
    let body = json!({ "package_id": "1", "action": "resolve", "resolution": "nothing_there",
        "reason": "released again", "evidence": "to be shipped" });
    user.post(&path, body).await
}

const FORMER: &str = "9400FORMER";

#[rstest]
#[case::still_there(FORMER, WishState::Approved, "confirmed")]
#[case::shipped_by_it_after_all(FORMER, WishState::Shipped, "conflict")]
#[case::shipped_by_another(OTHER, WishState::Shipped, "conflict")]
#[case::another_former_one(OTHER, WishState::Approved, "unresolved")]
#[tokio::test(start_paused = true)]
async fn a_former_number_needs_a_persons_word_of_it(
    #[case] by_then: &str,
    #[case] state: WishState,
    #[case] expected: &str,
) {
    let mut play = Play::new();
    let label = play.label(1);
    formerly(&play, 1, FORMER, WishState::Approved);
    play.deployment.put_event(&label);
    play.deployment.until_quiet().await;
    let why = format!("it shows the number {FORMER}, and that the order is still to be shipped");
    let expected_first = format!("1: unresolved {why} {}; needs attention", number(1));
    assert_eq!(play.deployment.shown(&key(1)), expected_first);
    let (_, seen) =
        ApiUser::of(&play.deployment).get(&format!("/partners/shop/orders/{}", order(1))).await;
    assert_eq!(seen["packages"][0]["detail"]["former"], FORMER);
    assert_eq!(said(&mut play, 1).await.0, 409, "only a quarantine after it was seen");
    play.deployment.run_for(minutes(15)).await;
    formerly(&play, 1, by_then, state);
    assert_eq!(said(&mut play, 1).await.0, 200);
    play.deployment.until_quiet().await;
    let shown = play.deployment.shown(&key(1));
    assert!(shown.starts_with(&format!("1: {expected} ")), "{shown}");
    let is_replaced = expected == "confirmed";
    assert_eq!(play.marketplaces.wish().submissions_of(&order(1)).len(), usize::from(is_replaced));
    let replaced = is_replaced.then(|| (FORMER.to_owned(), number(1)));
    assert_eq!(play.marketplaces.wish().overridden(&order(1)), Vec::from_iter(replaced));
}

const OTHER: &str = "9400OTHER";
