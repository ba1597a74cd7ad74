//! Rules D1 and P11f to P11i at a receiver that cannot be asked and drops repeats by their id: what is in doubt goes out
//! again as it was.

use crate::build::*;
use crate::steps;
use domain::{Channel, Outcome, Reading, Refusal};
use rstest::rstest;

fn in_doubt(then: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    let sent = steps![0 => assigned("A"), 0 => claim_deduped("h"), 0 => ended(unknown())];
    sent.into_iter().chain(then).collect()
}

fn again(seconds: i64, outcome: Outcome) -> Vec<(i64, Step)> {
    steps![seconds => tick(), seconds => claim_deduped("h"), seconds => ended(outcome)]
}

/// The identical request went out so many times more, and nobody knows what became of it.
fn repeats(count: usize) -> Vec<(i64, Step)> {
    let at = |n: usize| {
        [30, 150, 450]
            .get(n)
            .copied()
            .unwrap_or_else(|| 450 + 900 * (i64::try_from(n).unwrap() - 2))
    };
    (0..count).flat_map(|n| again(at(n), unknown())).collect()
}

#[rustfmt::skip]
#[rstest]
#[case::not_before_half_a_minute(steps![29 => tick()], "in doubt, read at 30")]
#[case::then_it_is_ready_to_be_repeated(steps![30 => tick()], "ready")]
#[case::the_repeat_is_taken(again(30, Outcome::ACCEPTED), "confirmed")]
#[case::the_repeat_can_wait(again(30, not_applied()), "ready at 35")]
#[case::a_refusal_of_the_repeat_proves_nothing_and_is_not_repeated(again(30, refused()), "unresolved")]
#[case::a_repeat_of_what_was_shipped_waits(again(30, Outcome::AlreadyShipped { message: text("shipped") }), "in doubt, read at 150")]
#[case::the_second_repeat_waits_two_minutes(again(30, unknown()), "in doubt, read at 150")]
#[case::and_is_made(again(30, unknown()).into_iter().chain(again(150, Outcome::ACCEPTED)).collect(), "confirmed")]
#[case::the_third_waits_five(repeats(2), "in doubt, read at 450")]
#[case::the_fourth_a_quarter_of_an_hour(repeats(3), "in doubt, read at 1350")]
#[case::and_each_one_after_it(repeats(9), "in doubt, read at 6750")]
#[case::until_it_is_a_day_in_doubt(repeats(9).into_iter().chain(steps![DAY => tick()]).collect(), "unresolved")]
#[case::not_a_moment_sooner(repeats(9).into_iter().chain(steps![DAY - 1 => tick()]).collect(), "ready +delayed")]
#[case::a_wish_to_wait_lengthens_it(steps![30 => tick(), 30 => claim_deduped("h"), 30 => ended(unknown_for(600))], "in doubt, read at 630")]
#[case::and_never_shortens_it(steps![30 => tick(), 30 => claim_deduped("h"), 30 => ended(unknown_for(1))], "in doubt, read at 150")]
#[case::time_under_a_stop_is_not_its_own(steps![30 => tick(), 31 => domain::Input::Park { target: confirmation("1"), parking: domain::Parking::Stopped }, DAY + 30 => tick()], "ready at 331 +delayed")]
#[case::l2_a_replaced_label_is_not_repeated(steps![1 => assigned("B").made(1), 30 => tick()], "unresolved +superseded")]
#[case::l2_nor_a_voided_one(steps![1 => void("A"), 30 => tick()], "unresolved +superseded")]
#[case::l4_nor_a_cancelled_order(steps![1 => cancel(1), 30 => tick()], "unresolved +cancelled_late")]
#[case::what_could_be_read_is_not_waited_for(steps![10 => read(Reading::OURS)], "confirmed by reading")]
fn goes_out_again(#[case] then: Vec<(i64, Step)>, #[case] expected: &str) {
    let scene = play(Channel::UntilGone, in_doubt(then));
    assert_eq!(scene.shown(), expected);
}

#[rstest]
fn only_the_identical_request_may_follow() {
    let scene =
        play(Channel::UntilGone, in_doubt(steps![30 => tick(), 31 => claim_deduped("other")]));
    assert_eq!(scene.refused(), Some(&Refusal::NotIdentical));
    // Nobody can be asked, so waiting would tell nothing; and it was sent once, not more often.
    assert_eq!(scene.shown(), "unresolved");
    let view = domain::order_view(&scene.order, 1);
    let why = view.pointer("/packages/0/detail/reason").and_then(|why| why.as_str());
    assert_eq!(why, Some("unknown outcome, and the request can no longer be repeated as it was"));
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
fn a_repeat_after_a_lease_that_ended_waits_like_any_other() {
    let repeated = steps![30 => tick(), 30 => claim_deduped("h"), 100 => tick()];
    let scene = play(Channel::UntilGone, in_doubt(repeated));
    assert_eq!(scene.shown(), "in doubt, read at 220");
}

#[rstest]
fn it_rings_when_it_is_time() {
    let scene = play(Channel::UntilGone, in_doubt(vec![]));
    assert_eq!(scene.rings(), [30]);
    assert_eq!(then(scene, 30, tick()).rings(), [0]);
}
