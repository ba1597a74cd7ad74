//! What real sources say of numbers and labels, through the functions: rules N3 to N5, L6 and L8.

use flows::Handled;
use rstest::rstest;
use testkit::fixtures::*;
use testkit::{Deployment, Event, NUMBER, label, scan, take_scans};

/// A number of the Postal Service, and its barcode for New York.
const USPS: &str = "9400111899223344556677";
const USPS_BARCODE: &str = "420100019400111899223344556677";

/// A barcode that can be read in two ways: a ZIP code of five digits and 26 more, or one of nine and 22 more.
const TWO_WAYS: &str = "4201000192019361099990000000000801";
const SHORT_ZIP: &str = "92019361099990000000000801";
const LONG_ZIP: &str = "9361099990000000000801";

/// A number of `FedEx`, and its barcode of 34 digits.
const FEDEX: &str = "407182635146";
const FEDEX_BARCODE: &str = "1001850012340002000400407182635146";

fn labelled(carrier: &str, number: &str) -> Event {
    amazon_label().with("carrier", carrier).with("tracking_number", number)
}

async fn after(events: &[Event]) -> Deployment {
    let mut deployment = deployment_under(MOVES);
    for event in events {
        deployment.put_event(event);
        deployment.deliver().await;
    }
    assert_eq!(deployment.dead, [], "nothing is refused");
    deployment
}

#[rstest]
#[case::the_number_of_a_barcode("USPS", USPS_BARCODE, USPS)]
#[case::the_barcode_of_a_number("USPS", USPS, USPS_BARCODE)]
#[case::a_barcode_in_groups("USPS", "420 10001 9400 1118 9922 3344 5566 77", USPS)]
#[case::a_barcode_as_a_scanner_says_it("USPS", "]C142010001\u{1d}9400111899223344556677", USPS)]
#[case::scanned_so("USPS", USPS, "]C142010001\u{1d}9400111899223344556677")]
#[case::a_barcode_as_it_is_printed("USPS", "(420) 10001 (94) 0011 1899 2233 4455 6677", USPS)]
#[case::whatever_the_carrier("UPS", USPS_BARCODE, USPS)]
#[case::the_whole_of_two_ways("USPS", TWO_WAYS, TWO_WAYS)]
#[case::one_of_two_ways("USPS", TWO_WAYS, SHORT_ZIP)]
#[case::the_other_of_two_ways("USPS", TWO_WAYS, LONG_ZIP)]
#[case::two_ways_of_a_number("USPS", SHORT_ZIP, TWO_WAYS)]
#[case::fedex("FedEx", FEDEX_BARCODE, FEDEX)]
#[case::fedex_by_its_barcode("FedEx", FEDEX, FEDEX_BARCODE)]
#[case::fedex_in_other_words("Federal Express", FEDEX_BARCODE, FEDEX)]
#[case::as_it_is_where_it_is_no_barcode_of_the_carrier("DHL", FEDEX_BARCODE, FEDEX_BARCODE)]
#[tokio::test(start_paused = true)]
async fn n3_a_scan_of_the_number_counts(
    #[case] carrier: &str,
    #[case] number: &str,
    #[case] scanned: &str,
) {
    for events in
        [[labelled(carrier, number), scan(scanned)], [scan(scanned), labelled(carrier, number)]]
    {
        let deployment = after(&events).await;
        let shown = deployment.shown(&amazon_key());
        assert!(shown.contains("confirmed"), "{number} by {scanned}: {shown}");
    }
}

#[rstest]
#[case::the_number_in_it("USPS", USPS_BARCODE, USPS)]
#[case::as_a_scanner_says_it("USPS", "]C142010001\u{1d}9400111899223344556677", USPS)]
#[case::the_whole_of_two_ways("USPS", TWO_WAYS, TWO_WAYS)]
#[case::fedex("FedEx", FEDEX_BARCODE, FEDEX)]
#[case::not_of_fedex("DHL", FEDEX_BARCODE, FEDEX_BARCODE)]
#[case::with_its_signs("UPS", "24XI00743314*001001", "24XI00743314*001001")]
#[tokio::test(start_paused = true)]
async fn n3_what_is_sent_of_a_barcode(
    #[case] carrier: &str,
    #[case] number: &str,
    #[case] sent: &str,
) {
    let deployment = after(&[labelled(carrier, number)]).await;
    let order = deployment.memory.stored(&amazon_key()).expect("it is there").order;
    let submission = domain::submission(&order, &"1".parse().unwrap(), testkit::at(60)).unwrap();
    assert_eq!(submission.tracking.as_str(), sent);
}

#[rstest]
#[case::a_child_piece("1Z999AA10123456795")]
#[case::a_hand_over_number(USPS)]
#[case::its_barcode(USPS_BARCODE)]
#[tokio::test(start_paused = true)]
async fn n4_a_scan_of_a_further_number_counts(#[case] scanned: &str) {
    let further = serde_json::json!(["1Z999AA10123456795", USPS]);
    let made = || amazon_label().with("also_known_as", further.clone());
    for events in [[made(), scan(scanned)], [scan(scanned), made()]] {
        let shown = after(&events).await.shown(&amazon_key());
        assert!(shown.contains("confirmed"), "{scanned}: {shown}");
    }
}

/// Rule N5: the order that is one too many is kept, and a person must look.
#[rstest]
#[tokio::test(start_paused = true)]
async fn n5_an_order_too_many_of_one_number_is_kept_and_shown() {
    let mut deployment = deployment_under(MOVES);
    for order in 0..=domain::ORDERS_MAX {
        deployment.put_event(&label("amazon-us", &format!("902-1106328-1000{order:03}")));
    }
    deployment.deliver().await;
    assert_eq!(deployment.dead, []);
    let key = |order: usize| testkit::key("amazon-us", &format!("902-1106328-1000{order:03}"));
    let is_shown = |order: usize| deployment.shown(&key(order)).contains("number_overused");
    let shown: Vec<usize> = (0..=domain::ORDERS_MAX).filter(|order| is_shown(*order)).collect();
    assert_eq!(shown.len(), 1, "{shown:?}");
    let mut deployment = deployment;
    deployment.put_event(&scan(NUMBER));
    deployment.deliver().await;
    let is_left = |order: &usize| !deployment.shown(&key(*order)).contains("confirmed");
    let left: Vec<usize> = (0..=domain::ORDERS_MAX).filter(is_left).collect();
    assert_eq!(left, shown, "every other order is scanned");
}

/// Rules L6 and L8: a return that says so changes nothing, and one that does not is a doubt that a person settles.
#[rstest]
#[case::that_says_so(true, "confirmed")]
#[case::that_does_not(false, "held replaced_label_moves; needs attention")]
#[tokio::test(start_paused = true)]
async fn l6_a_return_label_seconds_later(#[case] says_so: bool, #[case] state: &str) {
    let back = amazon_label()
        .with("label_id", "lbl-2")
        .with("tracking_number", "1Z999AA10555555555")
        .when("labeled_at", 5);
    let back = if says_so { back.with("kind", "return") } else { back };
    let deployment = after(&[amazon_label(), back, scan(NUMBER)]).await;
    let shown = deployment.shown(&amazon_key());
    assert!(shown.contains(state), "{shown}");
}

/// Rule L11: a scan that is no movement is acknowledged, whatever else is wrong with it.
#[rstest]
#[tokio::test(start_paused = true)]
async fn l11_a_scan_without_a_time_before_the_parcel_goes() {
    let mut deployment = deployment_under(MOVES);
    let body = serde_json::json!({ "id": "1", "detail-type": "CarrierScan",
        "detail": { "status": "pre_transit", "tracking_number": "PENDING" } });
    let invocation = deployment.invocation();
    let bodies = [body.to_string()];
    let handled = take_scans(&*deployment.ports, &bodies, &invocation).await;
    assert_eq!(handled, [Handled::Done]);
    assert_eq!(deployment.ports.take_calls(), [], "it costs nothing");
}
