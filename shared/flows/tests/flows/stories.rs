//! Whole stories, from the events to what the marketplace has.

use domain::{NoticeKind, Timing};
use rstest::rstest;
use serde_json::json;
use testkit::fixtures::*;
use testkit::{
    AMAZON_ORDER, Applied, BACK_MARKET_ORDER, Deployment, IMEIS, NUMBER, amazon, cancel, imeis,
    label, phones, scan, under, void,
};

const SENT: &str = "1: confirmed 1Z999AA10123456784";

#[rstest]
#[tokio::test(start_paused = true)]
async fn under_movement_timing_it_goes_out_at_the_first_scan() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), "1: waiting movement");
    assert_eq!(deployment.memory.sent().len(), 0);
    deployment.put_event(&scan(NUMBER).with("status", "pickup_requested"));
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), "1: waiting movement");
    deployment.put_event(&scan(NUMBER));
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), SENT);
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
    assert_eq!(published(&deployment), [NoticeKind::ConfirmationAccepted]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn under_assigned_timing_it_goes_out_with_the_label() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.put_event(&amazon_label());
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), SENT);
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn never_sends_nothing_and_releases_nothing() {
    let mut deployment = deployment_under(Timing::Never);
    deployment.put_event(&amazon_label());
    deployment.put_event(&scan(NUMBER));
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), "1: withheld never");
    deployment.memory.register(&under(ASSIGNED, amazon()));
    deployment.put_event(&amazon_label());
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), "1: withheld never");
    assert_eq!(deployment.memory.sent().len(), 0);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn t5_never_stops_what_is_not_claimed_yet() {
    let mut deployment = deployment_with_ready_order().await;
    deployment.memory.register(&under(Timing::Never, amazon()));
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), "1: withheld never");
    assert_eq!(deployment.memory.shops().applied(), []);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn m3_a_scan_before_its_label_is_kept_for_it() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&scan(NUMBER));
    deployment.run_for(minutes(30)).await;
    deployment.put_event(&amazon_label());
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), SENT);
}

#[rstest]
#[case::a_scan_and_its_label_at_once(&[0])]
#[case::both_come_twice(&[0, 0])]
#[tokio::test(start_paused = true)]
async fn m3_scan_and_label_may_race(#[case] rounds: &[i64]) {
    let mut deployment = deployment_under(MOVES);
    for _ in rounds {
        deployment.put_event(&amazon_label());
        deployment.put_event(&scan(NUMBER));
        deployment.deliver().await;
    }
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
}

#[rstest]
#[case::both_are_labelled_before_the_scan(MOVES, 0, 10, 20)]
#[case::the_second_is_labelled_after_the_scan(MOVES, 0, 20, 10)]
#[case::the_scan_comes_first(MOVES, 10, 20, 0)]
#[case::the_first_was_confirmed_at_its_label(ASSIGNED, 0, 20, 10)]
#[tokio::test(start_paused = true)]
async fn m5_two_orders_have_one_number(
    #[case] first_timing: Timing,
    #[case] first: i64,
    #[case] second: i64,
    #[case] scanned: i64,
) {
    let mut deployment = deployment_under(MOVES);
    let mut moments = [(first, 0), (second, 1), (scanned, 2)];
    moments.sort_unstable();
    for (moment, what) in moments {
        deployment.run_for(minutes(moment) - deployment_time(&deployment)).await;
        let timing = if what == 0 { first_timing } else { MOVES };
        deployment.memory.register(&under(timing, amazon()));
        deployment
            .put_event(&[amazon_label(), label("amazon-us", OTHER_ORDER), scan(NUMBER)][what]);
        deployment.deliver().await;
    }
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), SENT);
    assert_eq!(deployment.shown(&other_key()), SENT);
    assert_eq!(deployment.memory.shops().applied().len(), 2);
}

fn deployment_time(deployment: &Deployment) -> jiff::SignedDuration {
    use flows::ports::Clock as _;
    deployment.memory.now().since(testkit::START)
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn i7_each_phone_of_several_has_its_imei_registered() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.put_event(&phone_label());
    deployment.run_for(minutes(10)).await;
    assert_eq!(deployment.shown(&back_market_key()), "1: waiting imeis");
    enter_imeis(&mut deployment);
    deployment.until_quiet().await;
    let line =
        |line: &str, imei: &str| Applied::Imei { line: line.to_owned(), imei: imei.to_owned() };
    let expected = [number_of(BACK_MARKET_ORDER), line("11", IMEIS[0]), line("12", IMEIS[1])];
    assert_eq!(deployment.memory.shops().applied(), expected);
    assert!(deployment.shown(&back_market_key()).ends_with("[11 done] [12 done]"));
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn i7_one_phone_has_its_imei_in_the_confirmation() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.put_event(&imeis(BACK_MARKET_ORDER, "11", &[IMEIS[0]]));
    deployment.put_event(&phone_label().with("items", phones(&["11"])));
    deployment.until_quiet().await;
    let imei = Some(IMEIS[0].to_owned());
    let (order, number) = (BACK_MARKET_ORDER.to_owned(), NUMBER.to_owned());
    assert_eq!(deployment.memory.shops().applied(), [Applied::Number { order, number, imei }]);
}

/// Rules I10 and I11: the first IMEI of a phone and its serial number go in one request, the confirmation or the registration.
#[rstest]
#[tokio::test(start_paused = true)]
async fn i11_a_phone_of_two_imeis_and_its_serial_number_go_together() {
    let mut deployment = deployment_under(ASSIGNED);
    let both = imeis(BACK_MARKET_ORDER, "11", &["490154203237518/356938035643809"]);
    deployment.put_event(&both.with("serials", ["C02XK1ABJG5J"]));
    let items =
        json!([{ "item_id": "11", "quantity": 1, "requires_imei": true, "requires_serial": true }]);
    deployment.put_event(&phone_label().with("items", items));
    deployment.until_quiet().await;
    let number = Applied::Number {
        order: BACK_MARKET_ORDER.to_owned(),
        number: NUMBER.to_owned(),
        imei: Some(IMEIS[0].to_owned()),
    };
    let serial = Applied::Serial { line: "11".to_owned(), serial: "C02XK1ABJG5J".to_owned() };
    assert_eq!(deployment.memory.shops().applied(), [number, serial]);
    assert!(deployment.shown(&back_market_key()).ends_with("[11 done]"));
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn i11_of_several_lines_each_serial_number_is_registered_by_itself() {
    let mut deployment = deployment_under(ASSIGNED);
    let line = |id: &str| json!({ "item_id": id, "quantity": 1, "requires_imei": false, "requires_serial": true });
    deployment.put_event(&phone_label().with("items", [line("11"), line("12")]));
    deployment.run_for(minutes(10)).await;
    assert_eq!(deployment.shown(&back_market_key()), "1: waiting imeis");
    for (item, serial) in [("11", "r52K-90/1.b"), ("12", "7")] {
        deployment.put_event(&testkit::serials(BACK_MARKET_ORDER, item, &[serial]));
    }
    deployment.until_quiet().await;
    let serial = |line: &str, serial: &str| Applied::Serial {
        line: line.to_owned(),
        serial: serial.to_owned(),
    };
    let expected = [number_of(BACK_MARKET_ORDER), serial("11", "r52K-90/1.b"), serial("12", "7")];
    assert_eq!(deployment.memory.shops().applied(), expected);
    assert!(deployment.shown(&back_market_key()).ends_with("[11 done] [12 done]"));
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn i3_i5_missing_imeis_are_warned_of_and_then_done_without() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.put_event(&phone_label());
    deployment.run_for(minutes(44)).await;
    assert_eq!(published(&deployment), []);
    deployment.run_for(minutes(2)).await;
    assert_eq!(published(&deployment), [NoticeKind::ImeiDueSoon]);
    deployment.run_for(minutes(13)).await;
    assert_eq!(deployment.memory.shops().applied(), []);
    deployment.run_for(minutes(2)).await;
    assert_eq!(deployment.memory.shops().applied(), [number_of(BACK_MARKET_ORDER)]);
    let expected =
        [NoticeKind::ImeiDueSoon, NoticeKind::ImeiMissing, NoticeKind::ConfirmationAccepted];
    assert_eq!(published(&deployment), expected);
}

#[rstest]
#[case::voided_before_it_is_due(void("amazon-us", AMAZON_ORDER, "lbl-1"), "1: waiting label")]
#[case::cancelled_before_it_is_due(
    cancel("amazon-us", AMAZON_ORDER),
    "1: withheld cancelled; cancelled"
)]
#[tokio::test(start_paused = true)]
async fn what_is_taken_back_is_not_sent(#[case] event: testkit::Event, #[case] expected: &str) {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    deployment.put_event(&event);
    deployment.deliver().await;
    deployment.put_event(&scan(NUMBER));
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), expected);
    assert_eq!(deployment.memory.sent().len(), 0);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_void_may_come_before_its_label() {
    let mut deployment = deployment_under(ASSIGNED);
    deployment.put_event(&void("amazon-us", AMAZON_ORDER, "lbl-1"));
    deployment.deliver().await;
    deployment.put_event(&amazon_label());
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), "1: waiting label");
    assert_eq!(deployment.memory.sent().len(), 0);
}

/// A function that meets a newer format fails the message and saves nothing, so that a deployment may be mixed.
#[rstest]
#[tokio::test(start_paused = true)]
async fn what_a_newer_function_stored_waits_for_one() {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.deliver().await;
    let before = deployment.memory.stored(&amazon_key());
    deployment.memory.make_newer(&amazon_key());
    deployment.put_event(&amazon_label().with("label_id", "lbl-2"));
    deployment.put_event(&void("amazon-us", AMAZON_ORDER, "lbl-1"));
    deployment.put_event(&scan(NUMBER));
    deployment.run_for(minutes(10)).await;
    assert_eq!(deployment.memory.stored(&amazon_key()), before);
    assert_eq!(
        (deployment.dead.len(), deployment.has_stuck()),
        (0, false),
        "each is received again"
    );
    deployment.until_quiet().await;
    assert_eq!(deployment.memory.stored(&amazon_key()), before);
    assert_eq!(
        (deployment.dead.len(), deployment.has_stuck()),
        (0, true),
        "and a person sees it at last"
    );
}
