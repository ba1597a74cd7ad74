//! Rules L1 to L5, and P11i: a repeat follows its label.

use crate::build::*;
use crate::steps;
use domain::{Action, Channel, Reading, Resolution};
use rstest::rstest;

#[rustfmt::skip]
#[rstest]
#[case::l2_the_greatest_time_wins(steps![0 => assigned("A").made(5), 6 => label("B").made(4)], "ready")]
#[case::l2_a_tie_goes_to_the_greater_id(steps![0 => assigned("A"), 6 => label("B")], "waits for movement")]
#[case::l2_a_tie_goes_to_the_greater_id_whatever_comes_first(steps![0 => label("B"), 6 => assigned("A")], "waits for movement")]
#[case::l2_voided_waits_for_a_label(steps![0 => assigned("A"), 6 => void("A")], "waits for a label")]
#[case::l2_an_older_label_never_returns(steps![0 => assigned("A"), 1 => assigned("B").made(1), 6 => void("B")], "waits for a label")]
#[case::l2_an_older_label_that_comes_late_never_returns(steps![1 => assigned("B").made(1), 6 => void("B"), 7 => assigned("A")], "waits for a label")]
#[case::l2_voiding_an_older_label_changes_nothing(steps![0 => assigned("A"), 1 => assigned("B").made(1), 6 => void("A")], "ready")]
#[case::l2_a_void_may_come_first(steps![0 => void("A"), 1 => assigned("A")], "waits for a label")]
#[case::l2_a_new_label_after_a_void(steps![0 => assigned("A"), 1 => void("A"), 6 => assigned("B").made(6)], "ready")]
#[case::l2_a_void_takes_back_what_is_ready(steps![0 => assigned("A"), 1 => void("A"), 2 => claim("1")], "waits for a label")]
#[case::l2_a_new_number_starts_afresh(steps![0 => label("A"), 5 => moved("A", 4), 6 => label("B").made(6)], "waits for movement")]
#[case::l2_movement_of_the_old_number_does_not_count(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8)], "held, a former label moves")]
#[case::l2_movement_of_the_old_number_before_the_new_label_does_not_count(steps![0 => label("A").under(domain::Timing::Never), 5 => moved("A", 4), 6 => label("B").made(6)], "waits for movement")]
#[case::l2_a_reprint_keeps_its_movement(steps![0 => label("A"), 5 => moved("A", 4), 6 => label("B").number("A").made(6)], "ready")]
#[case::l2_a_number_that_comes_back_has_its_movement(steps![0 => label("A"), 5 => moved("A", 4), 6 => label("B").made(6), 7 => label("C").number("A").made(7)], "ready")]
#[case::l1_a_new_label_does_not_move_the_lock(steps![0 => assigned("A"), 1 => claim("1"), 2 => assigned("B").made(2)], "sending +superseded")]
#[case::l1_proof_of_no_effect_releases_the_lock(steps![0 => assigned("A"), 1 => claim("1"), 2 => assigned("B").made(2), 3 => ended(not_applied())], "ready at 8")]
#[case::l1_then_it_waits_for_the_new_labels_movement(steps![0 => assigned("A"), 1 => claim("1"), 2 => label("B").made(2), 3 => ended(not_applied())], "waits for movement")]
#[case::l1_then_it_waits_for_a_label(steps![0 => assigned("A"), 1 => claim("1"), 2 => void("A"), 3 => ended(not_applied())], "waits for a label")]
#[case::l1_then_it_is_withheld(steps![0 => assigned("A"), 1 => claim("1"), 2 => cancel(2), 3 => ended(not_applied())], "cancelled")]
#[case::l1_a_refusal_of_the_old_label_lets_the_new_one_go(steps![0 => assigned("A"), 1 => claim("1"), 2 => assigned("B").made(2), 3 => ended(refused())], "ready")]
#[case::l1_in_doubt_the_lock_stays(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 3 => assigned("B").made(3)], "in doubt, read at 32 +superseded")]
#[case::l1_a_repeat_does_not_follow_a_new_label(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Absent), 33 => assigned("B").made(33)], "in doubt, read at 63 +superseded")]
#[case::l1_a_repeat_does_not_follow_a_void(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Absent), 33 => void("A")], "in doubt, read at 63 +superseded")]
#[case::l4_a_repeat_does_not_follow_a_cancellation(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Absent), 33 => cancel(33)], "in doubt, read at 63 +cancelled_late")]
#[case::l1_a_repeat_goes_on_under_a_reprint(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Absent), 33 => assigned("B").number("A").made(33), 34 => claim("1")], "sending")]
#[case::l3_a_void_after_the_claim_is_marked(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED), 3 => void("A")], "confirmed +superseded")]
#[case::l3_a_new_number_after_the_claim_is_marked(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED), 3 => assigned("B").made(3)], "confirmed +superseded")]
#[case::l3_a_reprint_after_the_claim_is_not(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED), 3 => assigned("B").number("A").made(3)], "confirmed")]
#[case::l3_an_older_label_after_the_claim_is_not(steps![1 => assigned("B").made(1), 2 => claim("1"), 3 => assigned("A")], "sending")]
#[case::l3_another_label_renews_a_mark_put_aside(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED), 3 => assigned("B").made(3), 4 => act(Action::Resolve(Resolution::Closed)), 5 => assigned("C").made(5)], "confirmed +superseded")]
#[case::l3_a_mark_put_aside_stays_so(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED), 3 => assigned("B").made(3), 4 => act(Action::Resolve(Resolution::Closed)), 5 => assigned("B").made(3)], "confirmed")]
#[case::l4_cancelled_before_the_claim_is_withheld(steps![0 => assigned("A"), 1 => cancel(1)], "cancelled")]
#[case::l4_cancelled_before_the_label_is_withheld(steps![0 => cancel(0), 1 => assigned("A")], "cancelled")]
#[case::l4_cancelled_after_the_claim_is_marked(steps![0 => assigned("A"), 1 => claim("1"), 2 => cancel(2)], "sending +cancelled_late")]
#[case::l4_cancelled_after_the_confirmation_is_marked(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED), 3 => cancel(3)], "confirmed +cancelled_late")]
#[case::l4_a_person_can_send(steps![0 => assigned("A"), 1 => cancel(1), 2 => act(Action::SendNow), 3 => claim("1")], "sending")]
#[case::l4_a_new_label_does_not_undo_it(steps![0 => assigned("A"), 1 => cancel(1), 2 => assigned("B").made(2)], "cancelled")]
fn of_one_package(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::l5_whichever_is_claimed_first_goes(Channel::Wish, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("2")], "1: ready; 2: sending")]
#[case::l5_and_the_others_wait(Channel::Wish, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("2"), 1 => claim("1")], "1: ready; 2: sending")]
#[case::l5_what_is_there_is_alone(Channel::Wish, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("2"), 2 => ended_of(confirmation("2"), domain::Outcome::ACCEPTED)], "1: one_tracking_per_order; 2: confirmed")]
#[case::l5_each_waits_as_it_was_told(Channel::BackMarket, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(not_applied()), 3 => claim("2"), 4 => ended_of(confirmation("2"), not_applied())], "1: ready at 7; 2: ready at 9")]
#[case::l5_also_at_back_market(Channel::BackMarket, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED)], "1: confirmed; 2: one_tracking_per_order")]
#[case::l5_before_the_claim_both_are_ready(Channel::Wish, steps![0 => assigned("A"), 0 => assigned("B").of("2")], "1: ready; 2: ready")]
#[case::l5_elsewhere_each_goes(Channel::Amazon, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED), 3 => claim("2")], "1: confirmed; 2: sending")]
#[case::l5_a_later_label_is_withheld(Channel::Wish, steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED), 3 => assigned("B").of("2").made(3)], "1: confirmed; 2: one_tracking_per_order")]
#[case::l5_no_effect_frees_the_place(Channel::Wish, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(not_applied())], "1: ready at 7; 2: ready")]
#[case::l5_a_refusal_frees_the_place(Channel::Wish, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(refused())], "1: rejected InvalidInput; 2: ready")]
#[case::l5_doubt_does_not(Channel::Wish, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(unknown())], "1: in doubt, read at 32; 2: one_tracking_per_order")]
#[case::l5_a_repeat_does_not(Channel::Wish, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Absent)], "1: ready; 2: one_tracking_per_order")]
#[case::l5_a_person_cannot_send_it(Channel::Wish, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED), 3 => act_on("2", Action::SendNow)], "1: confirmed; 2: one_tracking_per_order")]
#[case::l5_a_person_can_close_it(Channel::Wish, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED), 3 => act_on("2", Action::Resolve(Resolution::Closed))], "1: confirmed; 2: closed")]
fn of_two_packages(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(channel, steps).shown(), expected);
}

#[rstest]
#[case::l5_one_tracking_per_order(Channel::Wish, steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED)], Some(2))]
#[case::l4_withheld_does_not(Channel::Amazon, steps![0 => assigned("A"), 1 => cancel(1)], None)]
#[case::l3_superseded(Channel::Amazon, steps![0 => assigned("A"), 1 => claim("1"), 2 => void("A")], Some(2))]
#[case::d2_rejected(Channel::Amazon, steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(refused())], Some(2))]
#[case::d3_in_doubt_does_not_yet(Channel::Amazon, steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown())], None)]
fn needs_attention_since(
    #[case] channel: Channel,
    #[case] steps: Vec<(i64, Step)>,
    #[case] since: Option<i64>,
) {
    assert_eq!(play(channel, steps).order.attention_since.map(seconds), since);
}

#[rstest]
fn a_label_told_again_by_another_event_changes_nothing() {
    let scene = play(Channel::Amazon, steps![0 => assigned("A")]);
    let again = domain::Input::Label {
        event: assigned("A").event,
        terms: label("A").terms,
        id: domain::EventId(text("another")),
    };
    let before = scene.order.clone();
    assert_eq!(then(scene, 5, again).order, before);
}

#[rstest]
fn a_former_label_told_again_after_the_confirmation_changes_nothing() {
    let scene = play(
        Channel::Amazon,
        steps![0 => label("A"), 1 => label("B").made(1), 3 => moved("B", 2), 4 => claim("1"), 5 => ended(domain::Outcome::ACCEPTED)],
    );
    let before = scene.order.clone();
    assert_eq!(then(scene, 9, label("A")).order, before);
}

#[rstest]
fn l1_what_was_claimed_is_what_is_submitted_whatever_comes() {
    let claimed = play(Channel::Amazon, steps![0 => assigned("A"), 1 => claim("1")]).order;
    let package = "1".parse().unwrap();
    let before = domain::submission(&claimed, &package, at(1));
    let later = [assigned("B").made(2).into(), void("A"), cancel(3), moved("A", 2)];
    let order = later.iter().fold(claimed, |order, input| domain::step(order, input, at(9)).order);
    assert_eq!(domain::submission(&order, &package, at(99)), before);
    assert_eq!(before.unwrap().tracking, number("A"));
}
