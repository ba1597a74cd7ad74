//! Rules I10 and I11: phones with two IMEIs, what is ambiguous, and serial numbers.

use crate::build::*;
use crate::steps;
use domain::{
    Action, Channel, Device, Input, Lacking, NoticeKind, Outcome, Reading, Resolution, ShownImei,
    ShownImeis, Submission, Text, What,
};
use rstest::rstest;

const ONE: &[(&str, u32)] = &[("i1", 1)];
const TWO: &[(&str, u32)] = &[("i1", 1), ("i2", 1)];
const PAIR: &[(&str, u32)] = &[("i1", 2)];
const A: &str = IMEIS[0];
const B: &str = IMEIS[1];
/// Of the model of `B`.
const C: &str = OF_ONE_MODEL;
const D: &str = IMEIS[2];
/// `A` and `B`, and `B` and `C`, as the IMEIs of one phone.
const AB: &str = "490154203237518/356938035643809";
const BC: &str = "356938035643809/356938035643817";
const S: &str = SERIALS[0];
const T: &str = SERIALS[1];
const CLOSED: Action = Action::Resolve(Resolution::Closed);

#[rustfmt::skip]
#[rstest]
#[case::one_entry_of_two(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[AB], 1)], "ready")]
#[case::it_may_come_first(steps![0 => imeis("i1", &[BC], 0), 1 => assigned("L").phones(ONE)], "ready")]
#[case::two_entries_of_one_model(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[B, C], 1)], "ready")]
#[case::two_entries_of_two_models(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[A, B], 1)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::two_entries_of_one_model_and_another_phone(steps![0 => assigned("L").phones(TWO), 1 => imeis("i1", &[B, C], 1), 2 => imeis("i2", &[A], 2)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::the_other_phone_may_come_by_another_label(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[B, C], 1), 2 => assigned("M").of("2").phones(&[("i2", 1)])], "1: waits for imeis to 3600 +imei_ambiguous; 2: waits for imeis to 3600 +imei_ambiguous")]
#[case::until_that_label_is_voided(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[B, C], 1), 2 => assigned("M").of("2").phones(&[("i2", 1)]), 3 => void_of("2", "M")], "1: ready; 2: waits for a label")]
#[case::or_by_a_line_of_several_pieces(steps![0 => assigned("L").phones(&[("i1", 1), ("i2", 3)]), 1 => imeis("i1", &[B, C], 1)], "waits for imeis to 3600 +imei_by_hand +imei_ambiguous")]
#[case::a_line_without_a_phone_is_no_other(steps![0 => assigned("L").phones(ONE), 0 => assigned("M").of("2").tablets(&[("i2", 1)]), 1 => imeis("i1", &[B, C], 1), 2 => serials("i2", &[S], 2)], "1: ready; 2: ready")]
#[case::three_entries_of_one_model(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[B, C, "356938035643825"], 1)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::a_pair_and_one_more_of_its_model(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[BC, "356938035643825"], 1)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::two_pairs(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[AB, "356938035643817/353879234252633"], 1)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::until_another_list_comes(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[A, B], 1), 2 => imeis("i1", &[A], 2)], "ready")]
#[case::or_the_list_is_cleared(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[A, B], 1), 2 => imeis("i1", &[], 2)], "waits for imeis to 3600")]
#[case::an_older_list_changes_nothing(steps![0 => assigned("L").phones(ONE), 5 => imeis("i1", &[A, B], 5), 6 => imeis("i1", &[A], 4)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::held_where_the_seller_chose_so(steps![0 => label("L").phones(ONE).or_hold(), 1 => imeis("i1", &[A, B], 1), 9 => moved("L", 8)], "held without imeis +imei_ambiguous")]
#[case::sent_without_elsewhere(steps![0 => label("L").phones(ONE), 1 => imeis("i1", &[A, B], 1), 9 => moved("L", 8)], "ready without imeis +imei_ambiguous")]
#[case::shown_at_once_also_before_it_moves(steps![0 => label("L").phones(ONE), 1 => imeis("i1", &[A, B], 1)], "waits for movement +imei_ambiguous")]
#[case::several_pieces_have_several(steps![0 => assigned("L").phones(PAIR), 1 => imeis("i1", &[A, B], 1)], "ready +imei_by_hand")]
#[case::what_needs_none_is_not_ambiguous(steps![0 => assigned("L"), 1 => imeis("i1", &[A, B], 1)], "ready")]
#[case::one_imei_on_two_lines(steps![0 => assigned("L").phones(TWO), 1 => imeis("i1", &[A], 1), 2 => imeis("i2", &[A], 2)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::one_of_two_on_another_line(steps![0 => assigned("L").phones(TWO), 1 => imeis("i1", &[AB], 1), 2 => imeis("i2", &[BC], 2)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::also_of_a_line_in_no_label(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[A], 1), 2 => imeis("i9", &[A], 2)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::until_one_of_the_two_is_right(steps![0 => assigned("L").phones(TWO), 1 => imeis("i1", &[A], 1), 2 => imeis("i2", &[A], 2), 3 => imeis("i2", &[B], 3)], "ready")]
#[case::of_several_pieces_it_is_shown(steps![0 => assigned("L").phones(&[("i1", 2), ("i2", 2)]), 1 => imeis("i1", &[A, B], 1), 2 => imeis("i2", &[A, D], 2)], "ready +imei_by_hand +imei_ambiguous")]
#[case::of_two_packages_both_are_marked(steps![0 => assigned("L").phones(ONE), 0 => assigned("M").of("2").phones(&[("i2", 1)]), 1 => imeis("i1", &[A], 1), 2 => imeis("i2", &[A], 2)], "1: waits for imeis to 3600 +imei_ambiguous; 2: waits for imeis to 3600 +imei_ambiguous")]
#[case::one_without_a_label_is_not(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[A, B], 1), 2 => void_of("2", "M")], "1: waits for imeis to 3600 +imei_ambiguous; 2: waits for a label")]
#[case::a_mark_put_aside_stays_so(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[A, B], 1), 2 => act(CLOSED), 3 => imeis("i1", &[A, B], 1)], "waits for imeis to 3600")]
#[case::until_other_imeis_come(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[A, B], 1), 2 => act(CLOSED), 3 => imeis("i1", &[B, A], 3)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::also_by_a_serial_number(steps![0 => assigned("L").phones(ONE), 1 => imeis("i1", &[A, B], 1), 2 => act(CLOSED), 3 => serials("i1", &[S], 3)], "waits for imeis to 3600 +imei_ambiguous")]
fn i10_an_order_of_phones(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::BackMarket, steps).shown(), expected);
}

/// Rule I10 after the claim. `AB` was sent as `A`.
#[rustfmt::skip]
#[rstest]
#[case::its_phone_the_other_way_round(imeis("i1", &["356938035643809/490154203237518"], 5), "sending")]
#[case::its_phone_with_one_imei(imeis("i1", &[A], 5), "sending")]
#[case::its_phone_with_another_second(imeis("i1", &["490154203237518/353879234252633"], 5), "sending")]
#[case::a_phone_with_what_was_not_sent(imeis("i1", &[B], 5), "sending +imei_late")]
#[case::another_phone(imeis("i1", &[D], 5), "sending +imei_late")]
#[case::none(imeis("i1", &[], 5), "sending +imei_late")]
#[case::several(imeis("i1", &[A, D], 5), "sending +imei_late +imei_ambiguous")]
#[case::the_same_for_another_line(imeis("i2", &[A], 5), "sending +imei_ambiguous")]
#[case::serial_numbers_that_nobody_asked_for(serials("i1", &[S, T], 5), "sending")]
fn i10_once_it_is_sent(#[case] then: Input, #[case] expected: &str) {
    let steps = steps![0 => imeis("i1", &[AB], 0), 1 => assigned("L").phones(ONE), 2 => claim("1"), 5 => then];
    assert_eq!(play(Channel::BackMarket, steps).shown(), expected);
}

/// Two entries of one model are one phone by the lines that were sent, whatever becomes of the labels later.
#[rustfmt::skip]
#[rstest]
#[case::of_the_order_as_it_was_sent(steps![3 => assigned("M").of("2").phones(&[("i2", 1)])], "1: sending; 2: waits for imeis to 3600 +imei_ambiguous")]
#[case::without_any_label(steps![3 => void("L")], "sending +superseded")]
#[case::told_again_as_one_entry(steps![3 => imeis("i1", &[BC], 3)], "sending")]
#[case::told_again_the_other_way_round(steps![3 => imeis("i1", &[C, B], 3)], "sending")]
fn i10_of_one_model_once_sent(#[case] then: Vec<(i64, Step)>, #[case] expected: &str) {
    let sent = steps![0 => imeis("i1", &[B, C], 0), 1 => assigned("L").phones(ONE), 2 => claim("1")];
    let steps = sent.into_iter().chain(then).collect();
    assert_eq!(play(Channel::BackMarket, steps).shown(), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::what_was_ambiguous_when_it_was_sent(steps![1 => imeis("i1", &[A, B], 1), 3_600 => tick(), 3_601 => claim("1")], "sending +imei_ambiguous")]
#[case::and_is_known_after_it(steps![1 => imeis("i1", &[A, B], 1), 3_600 => tick(), 3_601 => claim("1"), 3_602 => imeis("i1", &[A], 3_602)], "sending +imei_late")]
#[case::what_comes_late_for_two_lines(steps![3_600 => tick(), 3_601 => claim("1"), 3_602 => imeis("i1", &[A], 3_602), 3_603 => imeis("i2", &[A], 3_603)], "sending +imei_ambiguous")]
fn i10_sent_without(#[case] then: Vec<(i64, Step)>, #[case] expected: &str) {
    let steps = steps![0 => assigned("L").phones(ONE)].into_iter().chain(then).collect();
    assert_eq!(play(Channel::BackMarket, steps).shown(), expected);
}

/// Rule I6: a tie goes entry by entry in their order; a prefix is the lesser.
#[rstest]
#[case::another_order(&[B, A], &[A, B], &[A, B])]
#[case::more_of_it(&[A], &[A, B], &[A, B])]
#[case::a_phone_of_two(&[AB], &[A], &[AB])]
#[case::the_first_decides(&[D, A], &[A, D], &[A, D])]
#[case::none(&[], &[A], &[A])]
fn i6_a_tie_of_lists(#[case] one: &[&str], #[case] other: &[&str], #[case] kept: &[&str]) {
    for (first, second) in [(one, other), (other, one)] {
        let steps = steps![0 => imeis("i1", first, 5), 0 => imeis("i1", second, 5)];
        let order = play(Channel::BackMarket, steps).order;
        let list = order.imeis[&"i1".parse().unwrap()].entries.iter().cloned().map(String::from);
        assert_eq!(list.collect::<Vec<_>>(), kept);
    }
}

#[rustfmt::skip]
#[rstest]
#[case::waits_as_for_an_imei(steps![0 => assigned("L").tablets(ONE)], "waits for imeis to 3600")]
#[case::goes_when_it_is_there(steps![0 => assigned("L").tablets(ONE), 9 => serials("i1", &[S], 9)], "ready")]
#[case::it_may_come_first(steps![0 => serials("i1", &[S], 0), 1 => assigned("L").tablets(ONE)], "ready")]
#[case::an_imei_is_none(steps![0 => assigned("L").tablets(ONE), 9 => imeis("i1", &[A], 9)], "waits for imeis to 3600")]
#[case::at_the_deadline_without(steps![0 => assigned("L").tablets(ONE), 3_600 => tick()], "ready without imeis")]
#[case::or_held(steps![0 => assigned("L").tablets(ONE).or_hold(), 3_600 => tick()], "held without imeis")]
#[case::held_until_it_comes(steps![0 => assigned("L").tablets(ONE).or_hold(), 3_600 => tick(), 9_000 => serials("i1", &[S], 9_000)], "ready")]
#[case::at_movement_with_what_is_known(steps![0 => label("L").tablets(ONE), 9 => moved("L", 8)], "ready without imeis")]
#[case::both_are_needed(steps![0 => assigned("L").phones(ONE).with_serials(), 1 => imeis("i1", &[A], 1)], "waits for imeis to 3600")]
#[case::the_other_is_needed_too(steps![0 => assigned("L").phones(ONE).with_serials(), 1 => serials("i1", &[S], 1)], "waits for imeis to 3600")]
#[case::both_are_there(steps![0 => assigned("L").phones(ONE).with_serials(), 1 => serials("i1", &[S], 1), 2 => imeis("i1", &[A], 2)], "ready")]
#[case::both_by_one_event(steps![0 => assigned("L").phones(ONE).with_serials(), 1 => entered("i1", &[A], &[S], 1)], "ready")]
#[case::a_list_of_one_says_nothing_of_the_other(steps![0 => entered("i1", &[A], &[S], 0), 1 => assigned("L").phones(ONE).with_serials(), 2 => imeis("i1", &[B], 2)], "ready")]
#[case::an_empty_one_does(steps![0 => entered("i1", &[A], &[S], 0), 1 => assigned("L").phones(ONE).with_serials(), 2 => entered("i1", &[B], &[], 2)], "waits for imeis to 3600")]
#[case::each_has_its_own_newest(steps![5 => serials("i1", &[], 5), 6 => entered("i1", &[A], &[S], 4), 7 => assigned("L").phones(ONE).with_serials()], "waits for imeis to 3600")]
#[case::two_for_one_piece(steps![0 => assigned("L").tablets(ONE), 1 => serials("i1", &[S, T], 1)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::one_on_two_lines(steps![0 => assigned("L").tablets(TWO), 1 => serials("i1", &[S], 1), 2 => serials("i2", &[S], 2)], "waits for imeis to 3600 +imei_ambiguous")]
#[case::in_another_case_it_is_another(steps![0 => assigned("L").tablets(TWO), 1 => serials("i1", &["ab"], 1), 2 => serials("i2", &["AB"], 2)], "ready")]
#[case::a_quantity_above_one_is_by_hand(steps![0 => assigned("L").tablets(PAIR), 1 => serials("i1", &[S, T], 1)], "ready +imei_by_hand")]
#[case::late_after_the_claim(steps![0 => serials("i1", &[S], 0), 1 => assigned("L").tablets(ONE), 2 => claim("1"), 3 => serials("i1", &[T], 3)], "sending +imei_late")]
#[case::the_same_again_is_not(steps![0 => serials("i1", &[S], 0), 1 => assigned("L").tablets(ONE), 2 => claim("1"), 3 => serials("i1", &[S], 3)], "sending")]
#[case::one_that_comes_after_a_claim_without(steps![0 => label("L").phones(ONE).with_serials(), 1 => imeis("i1", &[A], 1), 9 => moved("L", 8), 10 => claim("1"), 11 => serials("i1", &[S], 11)], "sending +imei_late")]
#[case::an_imei_that_nobody_asked_for_is_not_late(steps![0 => serials("i1", &[S], 0), 1 => assigned("L").tablets(ONE), 2 => claim("1"), 3 => imeis("i1", &[A], 3)], "sending")]
#[case::of_two_orders(steps![0 => serials("i1", &[S], 0), 0 => twice_serial("i1", S, "order 7"), 1 => assigned("L").tablets(ONE)], "ready +imei_twice")]
#[case::until_another_list_takes_its_place(steps![0 => serials("i1", &[S], 0), 0 => twice_serial("i1", S, "order 7"), 1 => assigned("L").tablets(ONE), 2 => serials("i1", &[T], 2)], "ready")]
#[case::another_list_of_imeis_does_not(steps![0 => serials("i1", &[S], 0), 0 => twice_serial("i1", S, "order 7"), 1 => assigned("L").tablets(ONE), 2 => imeis("i1", &[A], 2)], "ready +imei_twice")]
#[case::what_has_gone_marks_nothing(steps![0 => serials("i1", &[T], 0), 0 => twice_serial("i1", S, "order 7"), 1 => assigned("L").tablets(ONE)], "ready")]
#[case::a_second_imei_of_two_orders(steps![0 => imeis("i1", &[AB], 0), 0 => twice("i1", B, "order 7"), 1 => assigned("L").phones(ONE)], "ready +imei_twice")]
#[case::a_line_needs_one_if_any_label_says_so(steps![0 => assigned("L"), 0 => assigned("M").of("2").tablets(ONE)], "1: ready +imei_by_hand; 2: ready +imei_by_hand")]
fn i11_an_order_of_tablets(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::BackMarket, steps).shown(), expected);
}

#[rstest]
fn i11_elsewhere_it_is_not_waited_for() {
    assert_eq!(play(Channel::Amazon, steps![0 => assigned("L").tablets(ONE)]).shown(), "ready");
}

#[rstest]
fn i11_another_channel_takes_none() {
    let scene = play(Channel::Ebay, steps![0 => serials("i1", &[S], 0)]);
    assert_eq!(scene.refused(), Some(&domain::Refusal::NoImeisThere(Channel::Ebay)));
    assert!(scene.order.serials.is_empty());
}

/// Two tellings of one place that differ in what they require contradict each other (rule L7).
#[rstest]
fn l7_a_requirement_is_part_of_what_a_label_claims() {
    let steps = steps![0 => label("L").phones(ONE), 1 => label("L").phones(ONE).with_serials()];
    assert_eq!(play(Channel::BackMarket, steps).shown(), "held as disputed");
}

fn device(imei: Option<&str>, serial: Option<&str>) -> Device {
    let (imei, serial) =
        (imei.map(|imei| imei.parse().unwrap()), serial.map(|s| s.parse().unwrap()));
    Device { imei, serial }
}

fn submitted(steps: Vec<(i64, Step)>) -> Submission {
    let order = play(Channel::BackMarket, steps).order;
    domain::submission(&order, &"1".parse().unwrap(), at(10)).unwrap()
}

/// What a claim freezes for line `i1`, and whether it goes in the confirmation.
#[rustfmt::skip]
#[rstest]
#[case::the_first_of_two(steps![0 => imeis("i1", &[AB], 0), 1 => assigned("L").phones(ONE), 9 => claim("1")], Some(device(Some(A), None)), true)]
#[case::the_first_of_one_model(steps![0 => imeis("i1", &[C, B], 0), 1 => assigned("L").phones(ONE), 9 => claim("1")], Some(device(Some(C), None)), true)]
#[case::a_serial_number(steps![0 => serials("i1", &[T], 0), 1 => assigned("L").tablets(ONE), 9 => claim("1")], Some(device(None, Some(T))), true)]
#[case::both(steps![0 => entered("i1", &[AB], &[T], 0), 1 => assigned("L").phones(ONE).with_serials(), 9 => claim("1")], Some(device(Some(A), Some(T))), true)]
#[case::what_is_known_of_both(steps![0 => imeis("i1", &[A], 0), 1 => label("L").phones(ONE).with_serials(), 8 => moved("L", 8), 9 => claim("1")], Some(device(Some(A), None)), true)]
#[case::none_of_several(steps![0 => imeis("i1", &[A, B], 0), 1 => label("L").phones(ONE), 8 => moved("L", 8), 9 => claim("1")], None, false)]
#[case::none_that_is_on_two_lines(steps![0 => imeis("i1", &[AB], 0), 0 => imeis("i2", &[B], 0), 1 => label("L").phones(ONE), 8 => moved("L", 8), 9 => claim("1")], None, false)]
#[case::the_serial_number_of_an_ambiguous_phone(steps![0 => entered("i1", &[A, B], &[S], 0), 1 => label("L").phones(ONE).with_serials(), 8 => moved("L", 8), 9 => claim("1")], Some(device(None, Some(S))), true)]
#[case::of_several_lines_by_itself(steps![0 => serials("i1", &[S], 0), 0 => imeis("i2", &[A], 0), 1 => label("L").tablets(TWO), 8 => moved("L", 8), 9 => claim("1")], Some(device(None, Some(S))), false)]
#[case::not_of_several_pieces(steps![0 => serials("i1", &[S], 0), 1 => assigned("L").tablets(PAIR), 9 => claim("1")], None, false)]
#[case::not_what_the_line_does_not_require(steps![0 => entered("i1", &[A], &[S], 0), 1 => assigned("L").phones(ONE), 9 => claim("1")], Some(device(Some(A), None)), true)]
fn what_goes(#[case] steps: Vec<(i64, Step)>, #[case] expected: Option<Device>, #[case] inside: bool) {
    let submission = submitted(steps);
    assert_eq!(submission.devices.get(&"i1".parse().unwrap()), expected.as_ref());
    assert_eq!(submission.device_inside(), expected.as_ref().filter(|_| inside));
}

fn shows(shown: ShownImei) -> ShownImeis {
    ShownImeis::from([("i1".parse().unwrap(), shown)])
}

/// Confirmed at 10, or in doubt then, with an IMEI and a serial number in the confirmation.
fn both_sent(then: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    let sent = steps![0 => entered("i1", &[A], &[S], 0), 1 => assigned("L").phones(ONE).with_serials(), 9 => claim("1")];
    sent.into_iter().chain(then).collect()
}

/// Rule I7 with both: what the channel shows of one is not sent again, and what it shows of another is not overridden.
#[rustfmt::skip]
#[rstest]
#[case::both_are_shown(steps![10 => ended(Outcome::Accepted(shows(ShownImei::Ours)))], "confirmed [i1 done]", device(Some(A), Some(S)))]
#[case::neither_is(steps![10 => ended(Outcome::ACCEPTED)], "confirmed [i1 pending]", device(Some(A), Some(S)))]
#[case::the_imei_alone(steps![10 => ended(Outcome::Accepted(shows(ShownImei::OnlyImei)))], "confirmed [i1 pending]", device(None, Some(S)))]
#[case::the_serial_number_alone(steps![10 => ended(Outcome::Accepted(shows(ShownImei::OnlySerial)))], "confirmed [i1 pending]", device(Some(A), None))]
#[case::another_of_one(steps![10 => ended(Outcome::Accepted(shows(ShownImei::Another)))], "confirmed [i1 failed] +imei_failed", device(Some(A), Some(S)))]
#[case::read_back_with_one(steps![10 => ended(unknown()), 40 => read(Reading::Ours(shows(ShownImei::OnlyImei)))], "confirmed by reading [i1 pending]", device(None, Some(S)))]
#[case::refused_with_them_it_goes_without(steps![10 => ended(refused()), 15 => claim("1"), 16 => ended(Outcome::ACCEPTED)], "confirmed [i1 pending]", device(Some(A), Some(S)))]
#[case::registered(steps![10 => ended(Outcome::ACCEPTED), 11 => claim_of(line("i1")), 12 => ended_of(line("i1"), Outcome::ACCEPTED)], "confirmed [i1 done]", device(Some(A), Some(S)))]
#[case::in_doubt_and_there(steps![10 => ended(Outcome::ACCEPTED), 11 => claim_of(line("i1")), 12 => ended_of(line("i1"), unknown()), 42 => read_of(line("i1"), Reading::OURS)], "confirmed [i1 done]", device(Some(A), Some(S)))]
#[case::in_doubt_and_shown_whole(steps![10 => ended(Outcome::ACCEPTED), 11 => claim_of(line("i1")), 12 => ended_of(line("i1"), unknown()), 42 => read_of(line("i1"), Reading::Ours(shows(ShownImei::Ours)))], "confirmed [i1 done]", device(Some(A), Some(S)))]
#[case::in_doubt_and_half_there(steps![10 => ended(Outcome::ACCEPTED), 11 => claim_of(line("i1")), 12 => ended_of(line("i1"), unknown()), 42 => read_of(line("i1"), Reading::Ours(shows(ShownImei::OnlyImei)))], "confirmed [i1 in doubt, read at 132]", device(None, Some(S)))]
#[case::the_other_half_later(steps![10 => ended(Outcome::ACCEPTED), 11 => claim_of(line("i1")), 12 => ended_of(line("i1"), unknown()), 42 => read_of(line("i1"), Reading::Ours(shows(ShownImei::OnlyImei))), 132 => read_of(line("i1"), Reading::OURS)], "confirmed [i1 done]", device(None, Some(S)))]
#[case::in_doubt_and_another(steps![10 => ended(Outcome::ACCEPTED), 11 => claim_of(line("i1")), 12 => ended_of(line("i1"), unknown()), 42 => read_of(line("i1"), Reading::Ours(shows(ShownImei::Another)))], "confirmed [i1 failed] +imei_failed", device(Some(A), Some(S)))]
fn i11_both_of_a_line(#[case] then: Vec<(i64, Step)>, #[case] expected: &str, #[case] left: Device) {
    let scene = play(Channel::BackMarket, both_sent(then));
    assert_eq!(scene.shown(), expected);
    let package = &scene.order.packages[&"1".parse().unwrap()];
    assert_eq!(package.lines[&"i1".parse().unwrap()].device, left);
}

/// The half that is left waits for the quarantine, as the whole does.
#[rstest]
fn i11_half_a_registration_is_repeated_by_its_half_after_the_quarantine() {
    let half = || read_of(line("i1"), Reading::Ours(shows(ShownImei::OnlySerial)));
    let then = steps![
        10 => ended(Outcome::ACCEPTED), 11 => claim_of(line("i1")), 12 => ended_of(line("i1"), unknown()),
        42 => half(), 132 => read_of(line("i1"), Reading::Absent), 911 => read_of(line("i1"), Reading::Absent),
    ];
    let scene = play(Channel::BackMarket, both_sent(then));
    assert_eq!(scene.shown(), "confirmed [i1 in doubt, read at 912]");
    let scene = crate::build::then(scene, 912, read_of(line("i1"), Reading::Absent));
    assert_eq!(scene.shown(), "confirmed [i1 pending]");
}

/// `ImeiDueSoon` and `ImeiMissing` say which is missing.
#[rustfmt::skip]
#[rstest]
#[case::imeis(steps![0 => assigned("L").phones(ONE)], "IMEIs")]
#[case::serial_numbers(steps![0 => assigned("L").tablets(ONE)], "serial numbers")]
#[case::both(steps![0 => assigned("L").phones(ONE).with_serials()], "IMEIs and serial numbers")]
#[case::both_of_two_lines(steps![0 => assigned("L").phones(ONE), 0 => assigned("M").of("2").tablets(&[("i2", 1)])], "IMEIs and serial numbers")]
#[case::what_is_left_of_both(steps![0 => assigned("L").phones(ONE).with_serials(), 1 => imeis("i1", &[A], 1)], "serial numbers")]
#[case::what_is_ambiguous(steps![0 => assigned("L").phones(ONE).with_serials(), 1 => entered("i1", &[A, B], &[S], 1)], "IMEIs")]
fn i11_a_notice_says_which_is_missing(#[case] steps: Vec<(i64, Step)>, #[case] missing: &str) {
    let reasons = |scene: &Scene, kind: NoticeKind| -> Vec<String> {
        let notices = scene.last.effects.iter().filter_map(|effect| match effect {
            domain::Effect::Publish(notice) if notice.kind == kind => Some(notice.reason.to_string()),
            domain::Effect::Publish(_) | domain::Effect::Ring { .. } => None,
        });
        notices.collect()
    };
    let scene = then(play(Channel::BackMarket, steps), 2_700, tick());
    let soon = reasons(&scene, NoticeKind::ImeiDueSoon);
    assert!(!soon.is_empty() && soon.iter().all(|reason| reason.starts_with(&format!("{missing} are missing"))), "{soon:?}");
    let scene = then(scene, 3_600, tick());
    let told = reasons(&scene, NoticeKind::ImeiMissing);
    assert!(!told.is_empty() && told.iter().all(|reason| *reason == format!("sent without {missing}")), "{told:?}");
    let shown = domain::order_view(&scene.order, 1);
    let names = shown["packages"][0]["detail"]["missing"].as_array().unwrap().len();
    assert_eq!(names, missing.split(" and ").count());
}

#[rstest]
#[case::held(steps![0 => assigned("L").tablets(ONE).or_hold(), 3_600 => tick()], "held until serial numbers come")]
fn i11_what_is_held_says_so(#[case] steps: Vec<(i64, Step)>, #[case] reason: &str) {
    let scene = play(Channel::BackMarket, steps);
    assert!(format!("{:?}", scene.last.effects).contains(reason), "{:?}", scene.last.effects);
    assert_eq!(scene.order.lacking(), Lacking { imei: false, serial: true });
    let view = domain::order_view(&scene.order, 1);
    assert_eq!(view["packages"][0]["detail"]["missing"], serde_json::json!(["serial"]));
    let says = view["packages"][0]["attention"][0]["says"].as_str().unwrap();
    assert_eq!(says, "It is held until its serial numbers come.");
}

/// Rules I8 and I11: a serial number that a channel repeats, or a person writes, is masked wherever it goes.
#[rstest]
#[case::in_words("serial_number C02XK1ABJG5J is known")]
#[case::in_another_case("c02xk1abjg5j?")]
#[case::beside_a_sign("(C02XK1ABJG5J)")]
fn i11_a_serial_number_that_is_repeated_is_masked(#[case] words: &str) {
    let echo = Outcome::Refused { code: text("C02XK1ABJG5J"), message: text(words) };
    let by = domain::Person { evidence: Some(text(words)), ..person(words) };
    let hold = Input::Operator { package: "1".parse().unwrap(), action: Action::Hold, person: by };
    // Refused with it and without: the second time it is rejected.
    let steps = steps![0 => serials("i1", &[S], 0), 1 => assigned("L").tablets(ONE), 1 => hold, 1 => act(Action::Release),
        2 => claim("1"), 3 => ended(echo.clone()), 8 => claim("1"), 9 => ended(echo)];
    let scene = play(Channel::BackMarket, steps);
    assert!(scene.shown().starts_with("rejected"), "{}", scene.shown());
    let order = &scene.order;
    let told = format!("{:?} {:?} {}", scene.last.effects, order, domain::order_view(order, 1));
    let told = told.to_uppercase();
    assert!(!told.contains("C02XK1") && told.contains("***********JG5J"), "{told}");
}

/// A short serial number is found as a word of its own, and shown not even in part.
#[rstest]
fn i11_a_short_serial_number_is_masked_whole() {
    let says = Reading::Other(text("5"));
    let steps = steps![
        0 => serials("i1", &["5"], 0), 1 => assigned("L").tablets(ONE), 2 => claim("1"),
        3 => ended(Outcome::Unknown { reason: text("500: 5 of 15"), retry_after: None }), 33 => read(says),
    ];
    let scene = play(Channel::BackMarket, steps);
    assert_eq!(scene.shown(), "conflict with ***********");
    let notes: Vec<&str> = scene
        .order
        .timeline
        .iter()
        .filter_map(|change| change.note.as_ref())
        .map(Text::as_str)
        .collect();
    assert!(notes.contains(&"500: *********** of 15"), "{notes:?}");
}

#[rstest]
fn i11_the_timeline_tells_lists_by_their_ends() {
    let steps = steps![0 => imeis("i1", &[AB, D], 0), 1 => serials("i1", &[S, "5"], 1), 2 => serials("i1", &[], 2)];
    let order = play(Channel::BackMarket, steps).order;
    let told: Vec<(What, &str)> = order
        .timeline
        .iter()
        .map(|change| (change.what, change.note.as_ref().unwrap().as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (What::ImeisEntered, "2 for i1: …7518/3809, …2633"),
            (What::SerialsEntered, "2 for i1: …JG5J, …"),
            (What::SerialsEntered, "0 for i1"),
        ]
    );
}

#[rstest]
fn i8_neither_is_in_a_log() {
    let phone: domain::Phone = AB.parse().unwrap();
    let serial: domain::Serial = S.parse().unwrap();
    let id = domain::DeviceId::Serial(serial.clone());
    assert_eq!(format!("{phone:?}"), "\"***********7518/***********3809\"");
    assert_eq!(format!("{serial:?} {id:?}"), "\"***********JG5J\" \"***********JG5J\"");
    assert_eq!("5".parse::<domain::Serial>().unwrap().masked(), "***********");
    let order = play(Channel::BackMarket, both_sent(steps![10 => ended(Outcome::ACCEPTED)])).order;
    let shown = format!("{order:?} {}", domain::order_view(&order, 1));
    assert!(
        !shown.contains(A) && !shown.contains(S) && shown.contains("***********JG5J"),
        "{shown}"
    );
}
