//! Rules I1 to I6 and I8; the registrations of I7 are in `registrations`.

use crate::build::*;
use crate::steps;
use domain::{Action, Channel, Refusal, Resolution, Text};
use rstest::rstest;

const ONE: &[(&str, u32)] = &[("i1", 1)];
const TWO: &[(&str, u32)] = &[("i1", 1), ("i2", 1)];
const PAIR: &[(&str, u32)] = &[("i1", 2)];
const A: &str = IMEIS[0];
const B: &str = IMEIS[1];

#[rustfmt::skip]
#[rstest]
#[case::i2_at_movement_with_what_is_known(steps![0 => label("A").phones(ONE), 9 => moved("A", 8)], "ready without imeis")]
#[case::i2_at_movement_with_all(steps![0 => label("A").phones(ONE), 5 => imeis("i1", &[A], 5), 9 => moved("A", 8)], "ready")]
#[case::i3_none_needed_goes_at_once(steps![0 => assigned("A")], "ready")]
#[case::i3_waits_an_hour(steps![0 => assigned("A").phones(ONE)], "waits for imeis to 3600")]
#[case::i3_counted_from_the_labels_time(steps![600 => assigned("A").phones(ONE)], "waits for imeis to 3600")]
#[case::i3_goes_when_they_are_there(steps![0 => assigned("A").phones(ONE), 9 => imeis("i1", &[A], 9)], "ready")]
#[case::i3_waits_for_every_line(steps![0 => assigned("A").phones(TWO), 9 => imeis("i1", &[A], 9)], "waits for imeis to 3600")]
#[case::i3_just_before_the_deadline(steps![0 => assigned("A").phones(ONE), 3_599 => tick()], "waits for imeis to 3600!")]
#[case::i3_at_the_deadline(steps![0 => assigned("A").phones(ONE), 3_600 => tick()], "ready without imeis")]
#[case::i3_from_the_earliest_label(steps![0 => assigned("A").phones(ONE), 600 => assigned("B").of("2").made(600).phones(&[("i2", 1)])], "1: waits for imeis to 3600; 2: waits for imeis to 3600")]
#[case::i3_a_backlog_gets_five_minutes(steps![4_000 => assigned("A").phones(ONE)], "waits for imeis to 4300!")]
#[case::i3_just_before_its_end(steps![4_000 => assigned("A").phones(ONE), 4_299 => tick()], "waits for imeis to 4300!")]
#[case::i3_at_its_end(steps![4_000 => assigned("A").phones(ONE), 4_300 => tick()], "ready without imeis")]
#[case::i3_the_last_of_two_backlogged_labels_counts(steps![4_000 => assigned("A").phones(ONE), 4_100 => assigned("B").of("2").phones(&[("i2", 1)])], "1: waits for imeis to 4400!; 2: waits for imeis to 4400!")]
#[case::i3_handled_at_the_deadline_is_a_backlog(steps![3_600 => assigned("A").phones(ONE)], "waits for imeis to 3900!")]
#[case::i3_handled_just_before_is_not(steps![3_599 => assigned("A").phones(ONE)], "waits for imeis to 3600!")]
#[case::i1_the_union_of_the_current_labels(steps![0 => assigned("A").phones(ONE), 0 => assigned("B").of("2").phones(&[("i2", 1)]), 1 => imeis("i1", &[A], 1)], "1: waits for imeis to 3600; 2: waits for imeis to 3600")]
#[case::i1_a_voided_label_needs_none(steps![0 => assigned("A").phones(ONE), 0 => assigned("B").of("2").phones(&[("i2", 1)]), 1 => imeis("i1", &[A], 1), 2 => void_of("2", "B")], "1: ready; 2: waits for a label")]
#[case::i1_two_imeis_for_one_phone_are_no_answer(steps![0 => assigned("A").phones(ONE), 1 => imeis("i1", &[A, B], 1)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::i4_hold_under_movement_timing(steps![0 => label("A").phones(ONE).or_hold(), 9 => moved("A", 8)], "held without imeis")]
#[case::i4_hold_under_assigned_timing(steps![0 => assigned("A").phones(ONE).or_hold(), 3_600 => tick()], "held without imeis")]
#[case::i4_held_until_they_come(steps![0 => assigned("A").phones(ONE).or_hold(), 3_600 => tick(), 9_000 => imeis("i1", &[A], 9_000)], "ready")]
#[case::i4_or_a_person_says_so(steps![0 => assigned("A").phones(ONE).or_hold(), 3_600 => tick(), 9_000 => act(Action::SendNow)], "ready without imeis")]
#[case::i5_just_before_a_quarter_remains(steps![0 => assigned("A").phones(ONE), 2_699 => tick()], "waits for imeis to 3600")]
#[case::i5_when_a_quarter_remains(steps![0 => assigned("A").phones(ONE), 2_700 => tick()], "waits for imeis to 3600!")]
#[case::i6_imeis_may_come_first(steps![0 => imeis("i1", &[A], 0), 1 => assigned("A").phones(ONE)], "ready")]
#[case::i6_an_empty_list_clears(steps![0 => imeis("i1", &[A], 0), 1 => imeis("i1", &[], 1), 2 => assigned("A").phones(ONE)], "waits for imeis to 3600")]
#[case::i6_the_newest_wins(steps![0 => imeis("i1", &[], 5), 1 => imeis("i1", &[A], 4), 2 => assigned("A").phones(ONE)], "waits for imeis to 3600")]
#[case::i6_a_tie_goes_by_value(steps![0 => imeis("i1", &[A], 5), 1 => imeis("i1", &[], 5), 2 => assigned("A").phones(ONE)], "ready")]
#[case::i6_after_the_claim_it_is_late(steps![0 => imeis("i1", &[A], 0), 1 => assigned("A").phones(ONE), 2 => claim("1"), 3 => imeis("i1", &[B], 3)], "sending +imei_late")]
#[case::i6_one_that_comes_after_a_claim_without(steps![0 => label("A").phones(ONE), 9 => moved("A", 8), 10 => claim("1"), 11 => imeis("i1", &[A], 11)], "sending +imei_late")]
#[case::i6_one_that_nobody_asked_for_is_not(steps![0 => assigned("A"), 2 => claim("1"), 3 => imeis("i1", &[B], 3)], "sending")]
#[case::i6_the_same_again_is_not_late(steps![0 => imeis("i1", &[A], 0), 1 => assigned("A").phones(ONE), 2 => claim("1"), 3 => imeis("i1", &[A], 3)], "sending")]
#[case::i6_another_late_one_renews_a_mark_put_aside(steps![0 => imeis("i1", &[A], 0), 1 => assigned("A").phones(ONE), 2 => claim("1"), 3 => imeis("i1", &[B], 3), 4 => act(Action::Resolve(Resolution::Closed)), 5 => imeis("i1", &[], 5)], "sending +imei_late")]
#[case::i6_a_mark_put_aside_stays_so(steps![0 => imeis("i1", &[A], 0), 1 => assigned("A").phones(ONE), 2 => claim("1"), 3 => imeis("i1", &[B], 3), 4 => act(Action::Resolve(Resolution::Closed)), 5 => imeis("i1", &[B], 3)], "sending")]
#[case::i5_told_it_stays_told_by_a_slower_clock(steps![0 => assigned("A").phones(ONE), 2_700 => tick(), 2_699 => tick()], "waits for imeis to 3600!")]
#[case::i7_a_quantity_above_one_is_not_waited_for(steps![0 => assigned("A").phones(PAIR)], "ready +imei_by_hand")]
#[case::i7_nor_one_line_in_two_parcels(steps![0 => assigned("A").phones(ONE), 0 => assigned("B").of("2").phones(ONE)], "1: ready +imei_by_hand; 2: ready +imei_by_hand")]
#[case::i1_a_line_needs_one_if_any_label_says_so(steps![0 => assigned("A").phones(ONE), 0 => assigned("B").of("2")], "1: ready +imei_by_hand; 2: ready +imei_by_hand")]
#[case::i1_whichever_label_says_so(steps![0 => assigned("A"), 0 => assigned("B").of("2").phones(ONE)], "1: ready +imei_by_hand; 2: ready +imei_by_hand")]
#[case::i7_a_package_without_a_label_has_nothing_to_do_by_hand(steps![0 => assigned("A").phones(PAIR), 1 => void_of("2", "B")], "1: ready +imei_by_hand; 2: waits for a label")]
#[case::i9_a_phone_of_two_orders_goes_out_and_is_marked(steps![0 => imeis("i1", &[A], 0), 0 => twice("i1", A, "order 7"), 1 => assigned("A").phones(ONE)], "ready +imei_twice")]
#[case::i9_also_where_it_is_found_after_the_claim(steps![0 => imeis("i1", &[A], 0), 1 => assigned("A").phones(ONE), 2 => claim("1"), 3 => twice("i1", A, "order 7")], "sending +imei_twice")]
#[case::i9_told_again_it_stays_so(steps![0 => imeis("i1", &[A], 0), 0 => twice("i1", A, "order 7"), 0 => imeis("i1", &[A], 0), 1 => assigned("A").phones(ONE)], "ready +imei_twice")]
#[case::i9_an_older_list_changes_nothing(steps![5 => imeis("i1", &[A], 5), 5 => twice("i1", A, "order 7"), 6 => imeis("i1", &[B], 4), 7 => assigned("A").phones(ONE)], "ready +imei_twice")]
#[case::i9_until_another_list_takes_its_place(steps![0 => imeis("i1", &[A], 0), 0 => twice("i1", A, "order 7"), 1 => assigned("A").phones(ONE), 2 => imeis("i1", &[B], 2)], "ready")]
#[case::i9_one_that_has_gone_meanwhile_marks_nothing(steps![0 => imeis("i1", &[A], 0), 1 => imeis("i1", &[B], 1), 1 => twice("i1", A, "order 7"), 2 => assigned("A").phones(ONE)], "ready")]
#[case::i9_nor_does_one_of_another_parcel_line(steps![0 => imeis("i2", &[A], 0), 0 => twice("i2", A, "order 7"), 1 => assigned("A").phones(ONE)], "waits for imeis to 3600")]
#[case::i9_a_mark_put_aside_stays_so(steps![0 => imeis("i1", &[A], 0), 0 => twice("i1", A, "order 7"), 1 => assigned("A").phones(ONE), 2 => act(Action::Resolve(Resolution::Closed)), 3 => twice("i1", A, "order 7")], "ready")]
#[case::i9_until_it_is_found_at_another_place(steps![0 => imeis("i1", &[A], 0), 0 => twice("i1", A, "order 7"), 1 => assigned("A").phones(ONE), 2 => act(Action::Resolve(Resolution::Closed)), 3 => twice("i1", A, "order 8")], "ready +imei_twice")]
#[case::i9_what_no_order_has_is_no_list(steps![0 => twice("i1", A, "order 7"), 1 => assigned("A").phones(ONE)], "waits for imeis to 3600")]
fn at_back_market(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::BackMarket, steps).shown(), expected);
}

#[rstest]
#[case::i5_the_warning(steps![0 => assigned("A").phones(ONE)], Some(2_700))]
#[case::i3_then_the_deadline(steps![0 => assigned("A").phones(ONE), 2_700 => tick()], Some(3_600))]
#[case::i3_of_a_backlog(steps![4_000 => assigned("A").phones(ONE)], Some(4_300))]
#[case::i4_held_has_no_timer(steps![0 => label("A").phones(ONE).or_hold(), 9 => moved("A", 8)], None)]
fn is_due(#[case] steps: Vec<(i64, Step)>, #[case] due: Option<i64>) {
    assert_eq!(play(Channel::BackMarket, steps).due(), due);
}

#[rstest]
fn i1_another_channel_takes_none() {
    let scene = play(Channel::Amazon, steps![0 => imeis("i1", &[A], 0)]);
    let refusal = Refusal::NoImeisThere(Channel::Amazon);
    assert_eq!(scene.refused(), Some(&refusal));
    assert!(refusal.to_string().starts_with("partner_id: its channel amazon takes no IMEIs"));
}

#[rstest]
fn i1_elsewhere_they_are_not_waited_for() {
    assert_eq!(play(Channel::Amazon, steps![0 => assigned("A").phones(ONE)]).shown(), "ready");
}

fn imei_inside(submission: &domain::Submission) -> Option<&str> {
    submission.device_inside()?.imei.as_ref().map(domain::Imei::as_str)
}

#[rstest]
#[case::i7_one_line_of_one(ONE, Some(A))]
#[case::i7_two_lines(TWO, None)]
#[case::i7_one_line_of_two(PAIR, None)]
fn goes_in_the_confirmation(#[case] lines: &[(&str, u32)], #[case] inside: Option<&str>) {
    let steps = steps![0 => imeis("i1", &[A], 0), 1 => label("A").phones(lines), 9 => moved("A", 8), 10 => claim("1")];
    let order = play(Channel::BackMarket, steps).order;
    let submitted = domain::submission(&order, &"1".parse().unwrap(), at(10)).unwrap();
    assert_eq!(imei_inside(&submitted), inside);
}

#[rstest]
fn i7_a_quantity_above_one_carries_none_whatever_is_known_of_it() {
    let steps = steps![0 => imeis("i1", &[A], 0), 1 => assigned("A").phones(ONE), 10 => claim("1")];
    let order = play(Channel::BackMarket, steps).order;
    let mut submitted = domain::submission(&order, &"1".parse().unwrap(), at(10)).unwrap();
    assert_eq!(imei_inside(&submitted), Some(A));
    submitted.items[0].quantity = 2;
    assert_eq!(imei_inside(&submitted), None);
}

#[rstest]
fn i1_an_imei_that_no_line_requires_is_not_carried() {
    let steps = steps![0 => imeis("i1", &[A], 0), 1 => assigned("A"), 10 => claim("1")];
    let order = play(Channel::BackMarket, steps).order;
    let submitted = domain::submission(&order, &"1".parse().unwrap(), at(10)).unwrap();
    assert!(submitted.devices.is_empty());
}

#[rstest]
fn i1_a_confirmation_ships_every_line_of_the_order() {
    let steps = steps![0 => assigned("A"), 0 => assigned("B").of("2").phones(&[("i2", 2)]), 1 => claim("1")];
    let order = play(Channel::BackMarket, steps).order;
    let submitted = domain::submission(&order, &"1".parse().unwrap(), at(10)).unwrap();
    let lines: Vec<(&str, u32)> =
        submitted.items.iter().map(|item| (item.item_id.as_str(), item.quantity)).collect();
    assert_eq!(lines, [("i1", 1), ("i2", 2)]);
}

#[rstest]
fn i8_an_imei_in_a_log_is_masked() {
    let imei: domain::Imei = A.parse().unwrap();
    assert_eq!(format!("{imei:?}"), "\"***********7518\"");
}

#[rstest]
fn i8_an_imei_that_a_channel_repeats_is_masked() {
    let echo =
        domain::Outcome::Refused { code: text("400"), message: text(&format!("imei {A} is bad")) };
    // Refused with it and without: the second time it is rejected.
    let steps = steps![0 => imeis("i1", &[A], 0), 1 => assigned("A").phones(ONE), 2 => claim("1"), 3 => ended(echo.clone()),
        8 => claim("1"), 9 => ended(echo)];
    let scene = play(Channel::BackMarket, steps);
    let told = format!("{:?}", scene.last.effects);
    let seen = domain::order_view(&scene.order, 1).to_string();
    assert!(!told.contains(A) && told.contains("7518"), "{told}");
    assert!(!seen.contains(A) && seen.contains("7518"), "{seen}");
}

#[rstest]
#[case::of_the_order(IMEIS[0], "***********7518")]
#[case::of_nobody_it_is_a_carriers_number(IMEIS[1], IMEIS[1])]
fn i8_an_imei_that_stands_for_a_tracking_number_is_masked(#[case] found: &str, #[case] told: &str) {
    let order = play(
        Channel::BackMarket,
        steps![
            0 => assigned("A").phones(&[("i1", 1)]), 1 => imeis("i1", &[IMEIS[0]], 1), 2 => claim("1"),
            3 => ended(unknown()), 33 => read(domain::Reading::Other(text(found))),
        ],
    );
    assert_eq!(order.shown(), format!("conflict with {told}"));
    let effects = format!("{:?}", order.last.effects);
    assert!(effects.contains(&format!("the channel holds {told}")), "{effects}");
}

#[rstest]
fn i8_an_imei_that_a_person_writes_is_masked() {
    let person = domain::Person { evidence: Some(text(A)), ..person(A) };
    let action =
        domain::Input::Operator { package: "1".parse().unwrap(), action: Action::Hold, person };
    let order = play(Channel::BackMarket, steps![0 => label("A").phones(ONE), 1 => action]).order;
    let kept = format!("{order:?} {}", domain::order_view(&order, 1));
    assert!(!kept.contains(A), "{kept}");
    let notes = order.timeline.iter().filter_map(|change| change.note.as_ref());
    let notes: Vec<&str> = notes.map(Text::as_str).filter(|note| note.contains("7518")).collect();
    assert_eq!(notes, ["hold by ann: ***********7518", "***********7518"]);
}
