//! D1 at a receiver that cannot be asked and drops repeats by their id: what is in doubt goes out again as it was.

use crate::build::*;
use crate::steps;
use domain::{Channel, Finding, Outcome, Refusal, State};
use rstest::rstest;

fn in_doubt(then: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    let sent = steps![0 => assigned("A"), 0 => claim_deduped("h"), 0 => ended(unknown())];
    sent.into_iter().chain(then).collect()
}

fn again(seconds: i64, outcome: Outcome) -> Vec<(i64, Step)> {
    steps![seconds => tick(), seconds => claim_deduped("h"), seconds => ended(outcome)]
}

#[rustfmt::skip]
#[rstest]
#[case::not_before_half_a_minute(steps![29 => tick()], "in doubt, read at 30")]
#[case::then_it_is_ready_to_be_repeated(steps![30 => tick()], "ready")]
#[case::the_repeat_is_taken(again(30, Outcome::ACCEPTED), "confirmed")]
#[case::the_repeat_can_wait(again(30, not_applied()), "ready at 35")]
#[case::a_refusal_of_the_repeat_proves_nothing(again(30, refused()), "in doubt, read at 930")]
#[case::the_last_repeat_waits_a_quarter_of_an_hour(again(30, unknown()), "in doubt, read at 930")]
#[case::and_is_made(again(30, unknown()).into_iter().chain(again(930, Outcome::ACCEPTED)).collect(), "confirmed")]
#[case::three_times_in_all(again(30, unknown()).into_iter().chain(again(930, unknown())).chain(steps![1830 => tick()]).collect(), "unresolved")]
#[case::l2_a_replaced_label_is_not_repeated(steps![1 => assigned("B").made(1), 30 => tick()], "unresolved +superseded")]
#[case::l2_nor_a_voided_one(steps![1 => void("A"), 30 => tick()], "unresolved +superseded")]
#[case::l4_nor_a_cancelled_order(steps![1 => cancel(1), 30 => tick()], "unresolved +cancelled_late")]
#[case::what_could_be_read_is_not_waited_for(steps![10 => read(Finding::OURS)], "confirmed by reading")]
fn goes_out_again(#[case] then: Vec<(i64, Step)>, #[case] expected: &str) {
    let scene = play(Channel::UntilGone, in_doubt(then));
    assert_eq!(scene.shown(), expected);
}

#[rstest]
fn only_the_identical_request_may_follow() {
    let scene =
        play(Channel::UntilGone, in_doubt(steps![30 => tick(), 31 => claim_deduped("other")]));
    assert_eq!(scene.refused(), Some(&Refusal::NotIdentical));
    assert!(matches!(scene.order.packages.values().next().unwrap().state, State::InDoubt(_)));
}

#[rstest]
fn a_first_doubt_after_passing_failures_is_repeated_as_soon_as_any_first() {
    let steps = steps![0 => assigned("A"), 0 => claim_deduped("h"), 0 => ended(not_applied()), 5 => claim_deduped("h"), 5 => ended(unknown())];
    assert_eq!(play(Channel::UntilGone, steps).shown(), "in doubt, read at 35");
}

#[rstest]
fn a_lease_that_ended_is_repeated_too() {
    let steps = steps![0 => assigned("A"), 1 => claim_deduped("h"), 71 => tick(), 101 => tick()];
    assert_eq!(play(Channel::UntilGone, steps).shown(), "ready");
}

#[rstest]
fn the_last_repeat_waits_a_quarter_of_an_hour_after_a_lease_that_ended_too() {
    let repeated = steps![30 => tick(), 30 => claim_deduped("h"), 100 => tick()];
    let scene = play(Channel::UntilGone, in_doubt(repeated));
    assert_eq!(scene.shown(), "in doubt, read at 1000");
}

#[rstest]
fn it_rings_when_it_is_time() {
    let scene = play(Channel::UntilGone, in_doubt(vec![]));
    assert_eq!(scene.rings(), [30]);
    assert_eq!(then(scene, 30, tick()).rings(), [0]);
}
