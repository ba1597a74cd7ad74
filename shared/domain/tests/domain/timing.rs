//! Rules T4 to T6 and the table of timings above them. T1 to T3 are in `partners`.

use crate::build::*;
use crate::steps;
use domain::{Action, Channel, Resolution, Timing};
use rstest::rstest;

const NEVER: Timing = Timing::Never;

/// Stopped by `never` after it moved.
fn and_stopped(more: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    let stopped = steps![0 => label("A"), 5 => moved("A", 4), 6 => claim_under(NEVER, None)];
    stopped.into_iter().chain(more).collect()
}

#[rustfmt::skip]
#[rstest]
#[case::movement_timing_waits_for_movement(steps![0 => label("A")], "waits for movement")]
#[case::movement_timing_is_due_at_movement(steps![0 => label("A"), 9 => moved("A", 8)], "ready")]
#[case::assigned_timing_is_due_with_the_label(steps![0 => assigned("A")], "ready")]
#[case::assigned_timing_needs_no_movement(steps![0 => moved("A", 0), 1 => assigned("A")], "ready")]
#[case::never_is_withheld(steps![0 => label("A").under(NEVER)], "never")]
#[case::never_is_withheld_in_spite_of_movement(steps![0 => label("A").under(NEVER), 9 => moved("A", 8)], "never")]
#[case::t4_a_redelivered_label_keeps_its_timing(steps![0 => label("A"), 9 => assigned("A")], "waits for movement")]
#[case::t4_the_same_label_in_other_words_keeps_its_timing(steps![0 => label("A"), 9 => assigned("A").made(1)], "waits for movement")]
#[case::t4_a_new_label_captures_the_timing_anew(steps![0 => label("A"), 9 => assigned("B").made(9)], "ready")]
#[case::t4_a_new_label_may_be_under_a_slower_timing(steps![0 => assigned("A"), 9 => label("B").made(9)], "waits for movement")]
#[case::t4_an_older_label_captures_nothing(steps![0 => label("B").made(9), 10 => assigned("A")], "waits for movement")]
#[case::t5_never_stops_before_the_claim(steps![0 => assigned("A"), 5 => claim_under(NEVER, None)], "never")]
#[case::t5_never_stops_movement_timing_too(steps![0 => label("A"), 5 => moved("A", 4), 6 => claim_under(NEVER, None)], "never +withheld_moved")]
#[case::t5_what_it_stopped_may_move_later(steps![0 => assigned("A"), 5 => claim_under(NEVER, None), 9 => moved("A", 8)], "never +withheld_moved")]
#[case::t5_not_by_a_scan_of_long_before(steps![0 => assigned("A"), 5 => claim_under(NEVER, None), 9 => moved("A", -DAY - 1)], "never")]
#[case::t5_a_label_made_under_never_may_move(steps![0 => assigned("A").under(NEVER), 9 => moved("A", 8)], "never")]
#[case::t5_told_again_it_stays_stopped(steps![0 => assigned("A"), 5 => claim_under(NEVER, None), 6 => assigned("A"), 9 => moved("A", 8)], "never +withheld_moved")]
#[case::t5_it_can_be_put_aside(steps![0 => assigned("A"), 5 => claim_under(NEVER, None), 9 => moved("A", 8), 10 => act(Action::Resolve(Resolution::Closed)), 11 => moved("A", 11)], "never")]
#[case::t5_a_person_can_send_it(steps![0 => assigned("A"), 5 => claim_under(NEVER, None), 9 => moved("A", 8), 10 => act(Action::SendNow)], "ready")]
#[case::t5_leaving_never_releases_none(steps![0 => assigned("A"), 5 => claim_under(ASSIGNED, Some(1))], "never")]
#[case::t5_a_label_handled_as_never_ends_is_free(steps![1 => assigned("A"), 5 => claim_under(ASSIGNED, Some(1))], "sending")]
#[case::t5_what_was_stopped_stays_stopped(steps![0 => assigned("A"), 5 => claim_under(NEVER, None), 9 => claim("1"), 10 => tick()], "never")]
#[case::t5_a_new_label_is_free_again(steps![0 => assigned("A"), 5 => claim_under(NEVER, None), 9 => assigned("B").made(9), 10 => claim_under(ASSIGNED, Some(8))], "sending")]
#[case::t5_the_stopped_label_told_again_stays_stopped(steps![0 => assigned("A"), 5 => claim_under(NEVER, None), 9 => assigned("A").made(1)], "never")]
#[case::t5_never_does_not_stop_what_is_claimed(steps![0 => assigned("A"), 5 => claim("1"), 6 => ended(unknown()), 36 => read(domain::Reading::Absent), 37 => claim_under(NEVER, None)], "sending")]
#[case::t5_never_stops_what_was_certainly_not_applied(steps![0 => assigned("A"), 5 => claim("1"), 6 => ended(not_applied()), 11 => claim_under(NEVER, None)], "never")]
#[case::t5_released_it_goes_by_its_own_timing(steps![0 => assigned("A"), 5 => claim_under(NEVER, None), 9 => act(Action::Release)], "ready")]
#[case::t5_released_after_it_moved(and_stopped(steps![9 => act(Action::Release)]), "ready")]
#[case::t5_released_it_waits_for_its_movement(and_stopped(steps![8 => label("A").made(1).number("B"), 9 => act(Action::Release)]), "waits for movement")]
#[case::t5_the_mark_goes_with_it(and_stopped(steps![9 => act(Action::Release), 10 => claim_under(MOVES, Some(8))]), "sending")]
#[case::t5_a_never_that_was_left_later_stops_it_again(and_stopped(steps![9 => act(Action::Release), 12 => claim_under(MOVES, Some(10))]), "never +withheld_moved")]
#[case::t5_left_as_it_was_released_it_is_free(and_stopped(steps![9 => act(Action::Release), 12 => claim_under(MOVES, Some(9))]), "sending")]
#[case::t5_never_in_force_stops_it_again(and_stopped(steps![9 => act(Action::Release), 10 => claim_under(NEVER, Some(2))]), "never +withheld_moved")]
#[case::t5_and_it_can_be_released_again(and_stopped(steps![9 => act(Action::Release), 10 => claim_under(NEVER, Some(2)), 11 => act(Action::Release), 12 => claim_under(MOVES, Some(11))]), "sending")]
#[case::t5_put_aside_the_mark_comes_anew(and_stopped(steps![8 => act(Action::Resolve(Resolution::Closed)), 9 => act(Action::Release), 10 => claim_under(NEVER, None)]), "never +withheld_moved")]
#[case::t5_told_again_it_stays_released(and_stopped(steps![9 => act(Action::Release), 10 => label("A").made(1), 11 => claim_under(MOVES, Some(8))]), "sending")]
#[case::t5_a_new_label_has_no_release(and_stopped(steps![9 => act(Action::Release), 10 => assigned("B").made(10), 11 => claim_under(MOVES, Some(11))]), "never")]
#[case::t5_released_and_cancelled(and_stopped(steps![9 => act(Action::Release), 10 => cancel(10)]), "cancelled")]
#[case::t5_a_hold_is_released_first(and_stopped(steps![7 => act(Action::Hold), 8 => act(Action::Release)]), "never +withheld_moved")]
#[case::t6_a_person_sends_what_never_withholds(steps![0 => label("A").under(NEVER), 5 => act(Action::SendNow), 6 => claim_under(NEVER, None)], "sending")]
#[case::t6_a_person_sends_for_this_label_only(steps![0 => label("A").under(NEVER), 5 => act(Action::SendNow), 6 => label("B").made(6).under(NEVER)], "never")]
fn decides(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::t5_waiting_is_shown_as_withheld(steps![0 => label("A")], NEVER, None, "never")]
#[case::t5_ready_is_shown_as_withheld(steps![0 => assigned("A")], NEVER, None, "never")]
#[case::t5_labelled_before_never_ended_is_shown_as_withheld(steps![0 => label("A")], MOVES, Some(1), "never")]
#[case::labelled_after_never_ended_is_shown_as_it_is(steps![1 => label("A")], MOVES, Some(1), "waits for movement")]
#[case::without_never_it_is_shown_as_it_is(steps![0 => label("A")], MOVES, None, "waits for movement")]
#[case::what_a_person_sends_is_shown_as_it_is(steps![0 => label("A"), 1 => act(Action::SendNow)], NEVER, None, "ready")]
#[case::what_a_person_holds_is_shown_as_it_is(steps![0 => label("A"), 1 => act(Action::Hold)], NEVER, None, "held")]
#[case::what_is_claimed_is_shown_as_it_is(steps![0 => assigned("A"), 1 => claim("1")], NEVER, None, "sending")]
#[case::what_was_released_is_shown_as_it_is(and_stopped(steps![9 => act(Action::Release)]), MOVES, Some(8), "ready")]
#[case::released_under_never_it_is_shown_as_withheld(and_stopped(steps![9 => act(Action::Release)]), NEVER, Some(2), "never")]
#[case::what_has_no_label_is_shown_as_it_is(steps![0 => void("A")], NEVER, None, "waits for a label")]
fn is_shown_under(#[case] steps: Vec<(i64, Step)>, #[case] timing: Timing, #[case] until: Option<i64>, #[case] expected: &str) {
    let now = domain::TimingNow { timing, never_until: until.map(at) };
    let order = play(Channel::Amazon, steps).order;
    assert_eq!(shown(&order.shown_under(now)), expected);
}

/// A stop that was stored before releases were kept has put `never` in the place of the label's own timing.
#[rstest]
fn t5_what_was_stopped_without_its_timing_cannot_be_released() {
    let mut order = play(Channel::Amazon, and_stopped(vec![])).order;
    let id = "1".parse().unwrap();
    let mut stored = serde_json::to_value(&order.packages[&id]).unwrap();
    assert_eq!((&stored["lbl"]["tm"]["t"], &stored["lbl"]["rel"]), (&"moves".into(), &().into()));
    stored["lbl"]["tm"]["t"] = "never".into();
    order.packages.insert(id, serde_json::from_value(stored).unwrap());
    assert_eq!(shown(&order), "never +withheld_moved");
    assert!(!domain::possible(&order, &"1".parse().unwrap()).contains(&Action::Release));
}
