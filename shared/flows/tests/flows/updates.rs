//! What becomes of orders at their channels (rule S5), and what labels keep of their partners' watch (rules S4, S10 and T7).

use domain::{
    Days, Deadline, DeadlineAction, EventKind, NoticeKind, Partner, SendAfter, SilentHours, Terms,
    Watch,
};
use flows::Handled;
use flows::ports::{Lists as _, MovementDays as _, Worklists as _};
use rstest::rstest;
use testkit::fixtures::*;
use testkit::{
    AMAZON_ORDER, Deployment, Event, Fault, NUMBER, Port, amazon, at, parsed, scan, seller,
    take_events, take_scans, text, under, update,
};

async fn updated(deployment: &mut Deployment, event: &Event) -> Vec<Handled> {
    let invocation = deployment.invocation();
    take_events(&*deployment.ports, &[event.body()], EventKind::OrderUpdated, &invocation).await
}

fn wish(updated: i64) -> Event {
    update("amazon-us", AMAZON_ORDER).with("cancel_requested", true).when("updated_at", updated)
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s5_a_wish_holds_what_is_not_sent_and_is_published() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    deployment.ports.take_calls();
    assert_eq!(updated(&mut deployment, &wish(0)).await, [Handled::Done]);
    assert_eq!(deployment.shown(&amazon_key()), "1: held cancel_requested; needs attention");
    assert_eq!(published(&deployment), [NoticeKind::CancelRequested]);
    assert_eq!(deployment.ports.take_calls(), [Port::Order, Port::Publish, Port::Save]);
    assert_eq!(updated(&mut deployment, &wish(0)).await, [Handled::Done]);
    assert_eq!(deployment.ports.take_calls(), [Port::Order], "told again it changes nothing");
}

/// Nothing else is known of the order: it is kept, and is in no list until a label comes.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s5_an_order_of_which_nothing_else_is_known_is_in_no_list() {
    let mut deployment = deployment_under(MOVES);
    assert_eq!(updated(&mut deployment, &wish(0)).await, [Handled::Done]);
    assert_eq!(
        deployment.ports.take_calls(),
        [Port::Order, Port::Partner, Port::Save],
        "its partner says at which channel it is"
    );
    let partner = parsed("amazon-us");
    let listed = async |deployment: &Deployment| {
        let memory = &deployment.memory;
        let orders = memory.newest(&seller(), &partner, None, 9).await.unwrap().0.len();
        let needed = memory
            .attention(&seller(), flows::ports::UrgencyRange::ALL, None, 9)
            .await
            .unwrap()
            .0
            .len();
        (orders, needed)
    };
    assert_eq!(listed(&deployment).await, (0, 0));
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    assert_eq!(deployment.shown(&amazon_key()), "1: held cancel_requested; needs attention");
    assert_eq!(listed(&deployment).await, (1, 1));
}

#[rstest]
#[case::s5_nothing_told(
    update("amazon-us", AMAZON_ORDER),
    "detail.ship_by: is missing; allowed: a date or a time in ship_by, true or false in cancel_requested, an object in shipped, or several of them"
)]
#[case::s5_a_partner_nobody_registered(
    wish(0).with("partner_id", "nobody"),
    "detail.partner_id: seller acme has no partner nobody; allowed: a partner that is registered"
)]
#[tokio::test(start_paused = true)]
async fn is_refused(#[case] event: Event, #[case] expected: &str) {
    let mut deployment = deployment_under(MOVES);
    let handled = updated(&mut deployment, &event).await;
    assert_eq!(handled, [Handled::Refused(expected.to_owned())]);
}

async fn scanned(deployment: &mut Deployment, seconds: i64) -> Vec<Port> {
    deployment.ports.take_calls();
    let invocation = deployment.invocation();
    let body = scan(NUMBER).when("occurred_at", seconds).body();
    assert_eq!(take_scans(&*deployment.ports, &[body], &invocation).await, [Handled::Done]);
    deployment.ports.take_calls()
}

fn partner_of(deployment: &Deployment) -> Partner {
    deployment.memory.partner_now(&amazon()).unwrap()
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s4_a_movement_is_noted_with_its_partner() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    let before = partner_of(&deployment);
    assert!(scanned(&mut deployment, 60).await.contains(&Port::NoteMovedOn));
    let after = partner_of(&deployment);
    assert_eq!(after, Partner { moved_on: Some(at(60).day()), ..before }, "and nothing else");
    deployment.memory.advance(minutes(2));
    assert!(!scanned(&mut deployment, 60).await.contains(&Port::NoteMovedOn), "it is no news");
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn s4_what_is_noted_never_goes_back() {
    let deployment = deployment_under(MOVES);
    for (day, expected) in [(3, 3), (1, 3), (4, 4)] {
        let day = at(day * 86_400).day();
        deployment.memory.note_moved_on(&seller(), &amazon().id, day).await.unwrap();
        assert_eq!(partner_of(&deployment).moved_on, Some(at(expected * 86_400).day()));
    }
}

/// The scan itself is saved by then, and the next one notes the day.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s4_a_movement_that_cannot_be_noted_costs_no_scan() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    deployment.ports.plan(|call| (call.port == Port::NoteMovedOn).then_some(Fault::Before));
    scanned(&mut deployment, 60).await;
    assert_eq!(deployment.shown(&amazon_key()), "1: ready");
    assert_eq!(partner_of(&deployment).moved_on, None);
}

/// Nothing was set, and no scan ever comes.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s4_a_silence_is_told_by_the_sweep() {
    let mut deployment = deployment_under(MOVES);
    deployment.memory.register(&amazon());
    deployment.put_event(&amazon_label());
    deployment.run_for(minutes(95 * 60)).await;
    assert_eq!(deployment.shown(&amazon_key()), "1: waiting movement");
    deployment.until_quiet().await;
    let shown = "1: waiting movement +no_movement; needs attention";
    assert_eq!(deployment.shown(&amazon_key()), shown);
    assert_eq!(published(&deployment), [NoticeKind::MovementWanted, NoticeKind::NoMovement]);
}

async fn terms_of(partner: Partner) -> Terms {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.memory.register(&partner);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    let order = deployment.memory.stored(&amazon_key()).unwrap().order;
    order.packages.values().next().unwrap().label.as_ref().unwrap().terms
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn t7_a_label_keeps_what_was_set() {
    let partner = under(ASSIGNED, amazon());
    assert_eq!(terms_of(partner.clone()).await.watch, Watch::STANDARD);
    let deadline = Deadline::new(9, DeadlineAction::Off).unwrap();
    let silent_hours = SilentHours::new(24).unwrap();
    let moved_on = Some(at(-6 * 86_400).day());
    let set = Partner { deadline, silent_hours, moved_on, ..partner };
    assert_eq!(
        terms_of(set).await.watch,
        Watch { deadline, silent_hours, is_fed: true, or_after: None }
    );
}

/// Labels are first handled on Monday, 2026-11-23, just after 15:00 UTC.
#[rstest]
#[case::s10_a_time_in_chicago(Some("America/Chicago"), "2026-11-24T15:30:00Z")]
#[case::s10_a_time_in_tokyo(Some("Asia/Tokyo"), "2026-11-24T00:30:00Z")]
#[case::s10_a_zone_that_is_gone(Some("Mars/Olympus"), "2026-11-23T21:30:00Z")]
#[tokio::test(start_paused = true)]
async fn the_time_to_send_after(#[case] zone: Option<&str>, #[case] expected: &str) {
    let earliest = Some(parsed("09:30"));
    let days = Days::of(&["mon", "tue"]).unwrap();
    let hours = if zone == Some("America/Chicago") { 20 } else { 0 };
    let send_after = Some(SendAfter::new(hours, earliest, days).unwrap());
    let partner = Partner { send_after, time_zone: zone.map(text), ..amazon() };
    let terms = terms_of(under(ASSIGNED, partner.clone())).await;
    assert_eq!(terms.send_after, Some(parsed(expected)));
    assert_eq!(terms_of(partner).await.send_after, None, "not under movement timing");
}
