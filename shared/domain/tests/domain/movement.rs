//! Rules M1 to M7.

use crate::build::*;
use crate::steps;
use domain::{CarrierStatus, Channel, MOVEMENTS_MAX, Proof};
use rstest::rstest;

#[rstest]
#[case::m1_picked_up(CarrierStatus::PickedUp, "ready")]
#[case::m1_in_transit(CarrierStatus::InTransit, "ready")]
#[case::m1_out_for_delivery(CarrierStatus::OutForDelivery, "ready")]
#[case::m1_available_for_pickup(CarrierStatus::AvailableForPickup, "ready")]
#[case::m1_delivery_attempted(CarrierStatus::DeliveryAttempted, "ready")]
#[case::m1_delivered_comes_first(CarrierStatus::Delivered, "ready")]
#[case::m1_returned(CarrierStatus::Returned, "ready")]
#[case::m2_label_created(CarrierStatus::LabelCreated, "waits for movement")]
#[case::m2_a_booked_pick_up(CarrierStatus::PickupRequested, "waits for movement")]
#[case::m2_pre_transit(CarrierStatus::PreTransit, "waits for movement")]
#[case::m2_exception(CarrierStatus::Exception, "waits for movement")]
#[case::m2_cancelled(CarrierStatus::Cancelled, "waits for movement")]
#[case::m2_unknown(CarrierStatus::Unknown, "waits for movement")]
fn counts(#[case] status: CarrierStatus, #[case] expected: &str) {
    let scene = play(Channel::Ebay, steps![0 => label("A"), 9 => scanned("A", status, 8)]);
    assert_eq!(scene.shown(), expected);
    assert_eq!(status.is_movement(), expected == "ready");
    assert_eq!(status.to_string().parse(), Ok(status));
}

#[rstest]
#[case::m4_a_day_before_the_label_counts(-DAY, "ready")]
#[case::m4_longer_before_the_label_does_not(-DAY - 1, "waits for movement")]
#[case::m3_shortly_before_the_label_counts(-5, "ready")]
#[case::m1_after_the_label_counts(5, "ready")]
fn is_of_this_label(#[case] occurred: i64, #[case] expected: &str) {
    let scene = play(Channel::Ebay, steps![0 => label("A"), 9 => moved("A", occurred)]);
    assert_eq!(scene.shown(), expected);
}

#[rstest]
fn m4_a_reprint_drops_what_is_too_old_for_it() {
    let scene = play(
        Channel::Ebay,
        steps![0 => label("A"), 9 => moved("A", 8), 10 => label("B").number("A").made(DAY + 9)],
    );
    assert_eq!(scene.shown(), "waits for movement");
}

#[rstest]
fn m5_a_scan_reaches_every_package_of_its_number() {
    let scene = play(
        Channel::Ebay,
        steps![0 => label("A"), 1 => label("B").of("2").number("A"), 9 => moved("A", 8)],
    );
    assert_eq!(scene.shown(), "1: ready; 2: ready");
}

#[rstest]
fn m5_what_was_proof_of_one_number_moves_no_other() {
    let scene = play(
        Channel::Ebay,
        steps![0 => label("A"), 9 => moved("A", 8), 10 => claim("1"), 11 => label("B").of("2")],
    );
    assert_eq!(scene.shown(), "1: sending; 2: waits for movement");
}

#[rstest]
#[case::before_the_outcome(steps![0 => label("A").also(&["C"]), 9 => moved("C", 8), 10 => claim("1"), 12 => label("B").of("2").number("A")])]
#[case::after_it(steps![0 => label("A").also(&["C"]), 9 => moved("C", 8), 10 => claim("1"), 11 => ended(domain::Outcome::ACCEPTED), 12 => label("B").of("2").number("A")])]
fn n4_proof_of_a_further_number_moves_no_label_without_it(#[case] steps: Vec<(i64, Step)>) {
    let scene = play(Channel::Ebay, steps);
    assert!(scene.shown().ends_with("2: waits for movement"), "{}", scene.shown());
    assert_eq!(scene.order.movements_of(&number("C").key()).count(), 1, "kept for its own number");
}

#[rstest]
fn m5_a_scan_after_the_label_was_told_is_kept_once_for_orders_labelled_later() {
    let told = play(
        Channel::Ebay,
        steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED)],
    );
    let moved_once = then(told, 9, moved("A", 8));
    let kept = moved_once.order.clone();
    assert_eq!(kept.movements_of(&number("A").key()).count(), 1);
    let again = then(moved_once, 99, moved("A", 98));
    assert_eq!(again.order, kept);
}

/// Told, and then a label of the order's other package with the same number.
#[rustfmt::skip]
#[rstest]
#[case::a_number_used_again_may_be_scanned_before_its_label(steps![0 => label("A"), 9 => moved("A", 8), 10 => claim("1"), 11 => ended(domain::Outcome::ACCEPTED), 30 * DAY => moved("A", 30 * DAY)], 30 * DAY)]
#[case::the_last_scan_before_the_confirmation_counts(steps![0 => assigned("A"), 9 => moved("A", 8), 2 * DAY => moved("A", 2 * DAY), 2 * DAY => claim("1"), 2 * DAY => ended(domain::Outcome::ACCEPTED)], 2 * DAY)]
#[case::also_beside_the_proof(steps![0 => label("A"), 9 => moved("A", 8), 2 * DAY => moved("A", 2 * DAY), 2 * DAY => claim("1"), 2 * DAY => ended(domain::Outcome::ACCEPTED)], 2 * DAY)]
#[case::and_of_a_number_it_had_only_after(steps![0 => assigned("B"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED), 3 => label("A").made(3), 4 => label("C").made(4), 9 => moved("A", 8)], 5)]
fn m5_a_scan_that_was_told_counts_for_whoever_is_labelled_later(#[case] steps: Vec<(i64, Step)>, #[case] made: i64) {
    let told = play(Channel::Ebay, steps);
    let later = then(told, 31 * DAY, label("B").of("2").number("A").made(made));
    assert!(later.shown().ends_with("2: ready"), "{}", later.shown());
}

/// The channel has the number of package 1. A label of it comes by the number of package 2, of which a scan came before, or comes after.
#[rstest]
#[case::before_the_label(steps![9 => moved("B", 8), 10 => label("C").number("B").made(5)])]
#[case::after_it(steps![9 => label("C").number("B").made(5), 10 => moved("B", 8)])]
fn m3_a_label_of_what_was_sent_knows_the_scans_of_its_number(#[case] arrival: Vec<(i64, Step)>) {
    let sent = steps![0 => label("B").of("2"), 1 => assigned("A"), 2 => claim("1"), 3 => ended(domain::Outcome::ACCEPTED)];
    let voids = steps![11 => void("C"), 12 => void_of("2", "B")];
    let steps = sent.into_iter().chain(arrival).chain(voids).collect();
    let scene = play(Channel::Ebay, steps);
    let known = &scene.order.packages[&"1".parse().unwrap()].movements[&number("B").key()];
    assert_eq!(known.len(), 1);
    let told = scene.shown();
    assert!(told.contains("replaced_label_moves"), "{told}");
}

#[rstest]
fn m7_a_scan_taken_over_keeps_when_it_was_told_first() {
    let mut again = movement(CarrierStatus::InTransit, 4);
    again.received_at = at(99);
    let again = domain::Input::Moved { number: number("A").key(), movements: vec![again] };
    let steps = steps![
        0 => label("A").of("2"), 5 => moved("A", 4),
        6 => assigned("B"), 7 => claim("1"), 8 => ended(domain::Outcome::ACCEPTED),
        9 => label("C").made(9).number("A"), 99 => again,
        100 => label("A").of("3"), 101 => claim("3"),
    ];
    let order = play(Channel::Ebay, steps).order;
    let lock = order.packages[&"3".parse().unwrap()].lock().unwrap();
    let Proof::Movement(proof) = &lock.proof else { panic!("{lock:?}") };
    assert_eq!(seconds(proof.received_at), 4);
}

#[rstest]
fn m6_a_told_package_keeps_the_latest_of_its_scans() {
    let scans = (0..30).map(|n| (n * 8 * DAY, Step::from(moved("A", n * 8 * DAY))));
    let told = steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED)];
    let order = play(Channel::Ebay, told.into_iter().chain(scans).collect()).order;
    let kept: Vec<i64> =
        order.movements_of(&number("A").key()).map(|m| seconds(m.occurred_at)).collect();
    assert_eq!((kept.len(), kept.last()), (MOVEMENTS_MAX, Some(&(29 * 8 * DAY))));
}

#[rstest]
fn m6_a_scan_after_the_confirmation_changes_nothing() {
    let confirmed = play(
        Channel::Ebay,
        steps![0 => label("A"), 9 => moved("A", 8), 10 => claim("1"), 11 => ended(domain::Outcome::ACCEPTED)],
    );
    let before = confirmed.order.clone();
    let after = then(confirmed, 99, moved("A", 98));
    assert_eq!(after.order, before);
    assert_eq!(after.last.effects, []);
}

#[rstest]
fn m6_only_so_many_scans_are_kept() {
    let scans = (0..30).map(|n| (n, Step::from(moved("A", n))));
    let steps = std::iter::once((0, Step::from(assigned("A")))).chain(scans).collect();
    let order = play(Channel::Ebay, steps).order;
    let kept: usize =
        order.packages.values().flat_map(|p| p.movements.values()).map(Vec::len).sum();
    assert_eq!(kept, MOVEMENTS_MAX);
}

#[rstest]
fn m4_of_too_many_scans_those_too_old_for_the_label_go_first_and_only_those() {
    let old = (0..4).map(|n| (2 * DAY, Step::from(moved("A", n))));
    let fresh = (0..8).map(|n| (2 * DAY, Step::from(moved("A", 2 * DAY + n))));
    let made = (2 * DAY, Step::from(label("A").made(2 * DAY)));
    let steps = std::iter::once(made).chain(old).chain(fresh).collect();
    let order = play(Channel::Ebay, steps).order;
    let kept: Vec<i64> =
        order.movements_of(&number("A").key()).map(|m| seconds(m.occurred_at)).collect();
    let expected: Vec<i64> = (0..2).chain((0..8).map(|n| 2 * DAY + n)).collect();
    assert_eq!(kept, expected);
}

#[rstest]
#[case::m7_the_first_movement(steps![0 => label("A"), 9 => moved("A", 8), 10 => moved("A", 7), 11 => claim("1")], "scan-7", 7)]
#[case::m7_frozen_at_the_claim(steps![0 => label("A"), 9 => moved("A", 8), 10 => claim("1"), 11 => moved("A", 7)], "scan-8", 8)]
#[case::m7_never_shipped_before_the_label(steps![0 => label("A"), 9 => moved("A", -8 * HOUR), 10 => claim("1")], "scan--28800", 0)]
#[case::m7_the_label_itself(steps![0 => assigned("A"), 9 => moved("A", 8), 10 => claim("1")], "event-A", 0)]
fn proof(#[case] steps: Vec<(i64, Step)>, #[case] event: &str, #[case] shipped: i64) {
    let order = play(Channel::Ebay, steps).order;
    let proof = &domain::order_view(&order, 1)["packages"][0]["sent"]["proof"];
    assert_eq!(proof["event_id"], event);
    let submitted = domain::submission(&order, &"1".parse().unwrap(), at(99)).unwrap();
    assert_eq!(seconds(submitted.ship_date), shipped);
}

/// Whatever comes of the label since: a person's word is of the label as they saw it (rule L7), and is proof all the same.
#[rstest]
#[case::as_it_was_sent(steps![])]
#[case::confirmed_and_replaced(steps![11 => ended(domain::Outcome::ACCEPTED), 12 => label("B").made(12)])]
#[case::replaced_while_it_is_sent(steps![11 => label("B").made(11)])]
#[case::told_otherwise(steps![11 => label("A").number("C").updated(11)])]
#[case::told_otherwise_and_replaced(steps![11 => label("A").number("C").updated(11), 12 => label("B").made(12)])]
#[case::voided(steps![11 => void("A")])]
fn m7_a_person_is_the_proof_of_what_a_person_sends(#[case] more: Vec<(i64, Step)>) {
    let mut steps = steps![0 => label("A"), 9 => act(domain::Action::SendNow), 10 => claim("1")];
    steps.extend(more);
    let order = play(Channel::Ebay, steps).order;
    let package = order.packages.values().next().unwrap();
    assert_eq!(package.lock().unwrap().proof, Proof::Person);
    let proof = &domain::order_view(&order, 1)["packages"][0]["sent"]["proof"];
    assert_eq!((&proof["by"], &proof["reason"]), (&"ann".into(), &"asked to".into()));
}

#[rstest]
#[case::a_scan_ahead_of_our_clock_is_taken_as_now(label("A"), 9, 3_600, 9)]
#[case::a_label_ahead_of_our_clock_is_taken_as_now(assigned("A").made(300), 0, 0, 9)]
fn is_never_shipped_later_than_now(
    #[case] made: Made,
    #[case] told: i64,
    #[case] occurred: i64,
    #[case] latest: i64,
) {
    let mut scan = movement(CarrierStatus::InTransit, occurred);
    scan.received_at = at(told);
    let scan = domain::Input::Moved { number: number("A").key(), movements: vec![scan] };
    let order = play(Channel::Ebay, steps![0 => made, 9 => scan, 10 => claim("1")]).order;
    let submitted = domain::submission(&order, &"1".parse().unwrap(), at(10)).unwrap();
    assert!(seconds(submitted.ship_date) <= latest);
}

#[rstest]
#[case::m3_an_old_scan_noted_first_is_forgotten_when_too_many_come(15, 10)]
#[case::m3_as_many_as_fit_are_kept(10, 10)]
fn noted_without_a_label(#[case] scans: i64, #[case] kept: usize) {
    let mut tracking = domain::Tracking::new(key().seller, number("A").key());
    for n in 0..scans {
        if let Some(movements) = tracking.noted(&movement(CarrierStatus::InTransit, n)) {
            tracking.movements = movements;
        }
    }
    assert_eq!(tracking.movements.len(), kept);
    assert_eq!(tracking.movements.last().map(|m| seconds(m.occurred_at)), Some(scans - 1));
}

#[rstest]
fn m2_what_is_no_movement_is_not_noted() {
    let tracking = domain::Tracking::new(key().seller, number("A").key());
    assert_eq!(tracking.noted(&movement(CarrierStatus::PickupRequested, 0)), None);
}
