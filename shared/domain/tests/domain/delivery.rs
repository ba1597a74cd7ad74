//! Rules D1 to D3, P4 to P9 and P11: outcomes, and what is in doubt.

use crate::build::*;
use crate::steps;
use domain::{Channel, Outcome, Reading, Refusal};
use rstest::rstest;

fn sent() -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 0 => claim("1")]
}

fn in_doubt(reads: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    sent().into_iter().chain(steps![0 => ended(unknown())]).chain(reads).collect()
}

fn absent() -> Step {
    read(Reading::Absent)
}

/// Absent reads whenever they are due, up to the last of these times.
fn absent_at(times: &[i64]) -> Vec<(i64, Step)> {
    times.iter().map(|time| (*time, absent())).collect()
}

/// Rules P5 to P9.
#[rustfmt::skip]
#[rstest]
#[case::accepted(Outcome::ACCEPTED, "confirmed")]
#[case::not_applied_passing(not_applied(), "ready at 6")]
#[case::not_applied_final(refused(), "rejected InvalidInput")]
#[case::d3_anything_else_is_in_doubt(unknown(), "in doubt, read at 31")]
#[case::already_shipped_is_read_at_once(Outcome::AlreadyShipped { message: text("shipped") }, "in doubt, read at 1")]
fn outcomes(#[case] outcome: Outcome, #[case] expected: &str) {
    let scene = play(Channel::Ebay, sent());
    assert_eq!(then(scene, 1, ended(outcome)).shown(), expected);
}

#[rstest]
#[case::released_by_proof(not_applied(), false)]
#[case::released_by_a_refusal(refused(), false)]
#[case::kept_in_doubt(unknown(), true)]
#[case::kept_when_confirmed(Outcome::ACCEPTED, true)]
fn l1_the_lock_is(#[case] outcome: Outcome, #[case] is_kept: bool) {
    let scene = then(play(Channel::Ebay, sent()), 1, ended(outcome));
    assert_eq!(scene.order.packages.values().all(|p| p.lock().is_some()), is_kept);
}

#[rstest]
fn no_read_back_is_unresolved_at_once() {
    let scene = play(Channel::UntilGone, in_doubt(vec![]));
    assert_eq!(scene.shown(), "unresolved");
    assert_eq!(scene.due(), None);
}

/// Rules P11a, P11b, P11d, P11e and P11j.
#[rustfmt::skip]
#[rstest]
#[case::our_number(steps![30 => read(Reading::OURS)], "confirmed by reading")]
#[case::another_number(steps![30 => read(Reading::Other(text("X9")))], "conflict with X9")]
#[case::untold_is_for_a_person_at_once(steps![30 => read(Reading::Unclear(text("not open any more")))], "unresolved")]
#[case::untold_counts_before_its_time(steps![29 => read(Reading::Unclear(text("not open any more")))], "unresolved")]
#[case::first_read(vec![], "in doubt, read at 30")]
#[case::second_read(absent_at(&[30]), "in doubt, read at 120")]
#[case::third_read(absent_at(&[30, 120]), "in doubt, read at 300")]
#[case::fourth_read(absent_at(&[30, 120, 300]), "in doubt, read at 600")]
#[case::fifth_read(absent_at(&[30, 120, 300, 600]), "in doubt, read at 900")]
#[case::then_every_quarter_hour(steps![30 => read(Reading::Unreadable(why("503", None))), 900 => read(Reading::Unreadable(why("503", None)))], "in doubt, read at 1800")]
#[case::a_late_read_keeps_to_the_schedule(absent_at(&[200]), "in doubt, read at 300")]
#[case::a_read_may_be_asked_to_wait(steps![30 => read(Reading::Unreadable(why("429", Some(1_000))))], "in doubt, read at 1030")]
#[case::asked_for_less_it_waits_as_usual(steps![30 => read(Reading::Unreadable(why("429", Some(1))))], "in doubt, read at 120")]
#[case::asked_for_more_than_twelve_hours(steps![30 => read(Reading::Unreadable(why("429", Some(DAY))))], "in doubt, read at 43230")]
#[case::three_absent_reads_before_the_quarantine(absent_at(&[30, 120, 300, 600]), "in doubt, read at 900")]
#[case::three_absent_reads_and_the_quarantine(absent_at(&[30, 120, 900]), "ready")]
#[case::two_absent_reads_after_the_quarantine(absent_at(&[30, 900]), "in doubt, read at 1800")]
#[case::just_before_the_quarantine_ends(absent_at(&[30, 120, 899]), "in doubt, read at 900")]
#[case::a_read_before_its_time_does_not_count(absent_at(&[30, 31, 32, 900]), "in doubt, read at 1800")]
#[case::unreadable_does_not_count(steps![30 => absent(), 120 => absent(), 900 => read(Reading::Unreadable(why("503", None)))], "in doubt, read at 1800")]
#[case::relabelled_then_absent(steps![1 => assigned("B").made(1), 30 => absent(), 120 => absent(), 900 => absent()], "unresolved +superseded")]
#[case::voided_then_absent(steps![1 => void("A"), 30 => absent(), 120 => absent(), 900 => absent()], "unresolved +superseded")]
#[case::reprinted_then_absent(steps![1 => assigned("B").number("A").made(1), 30 => absent(), 120 => absent(), 900 => absent()], "ready")]
#[case::cancelled_then_absent(steps![1 => cancel(1), 30 => absent(), 120 => absent(), 900 => absent()], "cancelled")]
#[case::just_before_a_day(steps![DAY - 1 => tick()], "in doubt, read at 30")]
#[case::a_day_in_doubt(steps![DAY => tick()], "unresolved")]
#[case::a_read_after_a_day_in_doubt_still_tells(steps![DAY => read(Reading::OURS)], "confirmed by reading")]
fn where_a_repeat_is_not_safe(#[case] reads: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Ebay, in_doubt(reads)).shown(), expected);
}

/// A person reads why: there may be another label by now, or none.
#[rstest]
fn a_voided_label_is_not_said_to_be_replaced() {
    let reads = steps![1 => void("A"), 30 => absent(), 120 => absent(), 900 => absent()];
    let scene = play(Channel::Ebay, in_doubt(reads));
    let view = domain::order_view(&scene.order, 1);
    let why = view.pointer("/packages/0/detail/reason").and_then(|why| why.as_str());
    assert_eq!(why, Some("the channel shows nothing, and its label was voided or replaced since"));
}

/// Rule P11e.
#[rustfmt::skip]
#[rstest]
#[case::amazon_repeats_the_identical_request(Channel::Amazon, Some("h"), "ready")]
#[case::wish_does_too(Channel::Wish, Some("h"), "ready")]
#[case::another_request_is_not_identical(Channel::Amazon, Some("other"), "in doubt, read at 120")]
#[case::none_is_not_identical(Channel::Amazon, None, "in doubt, read at 120")]
#[case::ebay_does_not(Channel::Ebay, Some("h"), "in doubt, read at 120")]
#[case::groupon_does_not(Channel::Groupon, Some("h"), "in doubt, read at 120")]
#[case::back_market_does_not(Channel::BackMarket, Some("h"), "in doubt, read at 120")]
fn d1_absent_at_the_first_read(#[case] channel: Channel, #[case] hash: Option<&'static str>, #[case] expected: &str) {
    let probe = Step::Probe { target: confirmation("1"), reading: Reading::Absent, hash };
    assert_eq!(play(channel, in_doubt(vec![(30, probe)])).shown(), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::a_passing_failure_of_the_repeat(not_applied(), "ready at 46")]
#[case::a_refusal_of_the_repeat_says_nothing_of_the_first(refused(), "in doubt, read at 161")]
#[case::an_unknown_outcome_of_the_repeat(unknown(), "in doubt, read at 161")]
#[case::one_that_asks_to_wait(unknown_for(3_600), "in doubt, read at 3641")]
#[case::accepted(Outcome::ACCEPTED, "confirmed")]
fn d1_the_lock_of_a_repeat_stays(#[case] outcome: Outcome, #[case] expected: &str) {
    let steps = in_doubt(steps![30 => absent(), 40 => claim("1"), 41 => ended(outcome)]);
    let scene = play(Channel::Amazon, steps);
    assert_eq!(scene.shown(), expected);
    assert!(scene.order.packages.values().all(|package| package.lock().is_some()));
}

/// Rule P11g.
#[rstest]
#[case::once(1, "in doubt, read at 1030")]
#[case::twice(2, "in doubt, read at 2030")]
#[case::and_a_third_time(3, "in doubt, read at 3030")]
#[case::for_as_long_as_it_is_away(60, "in doubt, read at 60030")]
fn back_from_doubt(#[case] rounds: i64, #[case] expected: &str) {
    let round = |n: i64| {
        let start = n * 1_000;
        steps![start => claim("1"), start => ended(unknown()), start + 30 => absent(), start + 120 => absent(), start + 900 => absent()]
    };
    let again = steps![rounds * 1_000 => claim("1"), rounds * 1_000 => ended(unknown())];
    let steps =
        steps![0 => assigned("A")].into_iter().chain((0..rounds).flat_map(round)).chain(again);
    assert_eq!(play(Channel::Ebay, steps.collect()).shown(), expected);
}

/// Rule P11h. The identical request would be refused again: only proof that the first was not applied helps.
#[rustfmt::skip]
#[rstest]
#[case::is_not_repeated(steps![161 => absent()], "in doubt, read at 341")]
#[case::until_the_quarantine_is_over(steps![161 => absent(), 341 => absent(), 641 => absent(), 940 => absent()], "in doubt, read at 941")]
#[case::then_nothing_was_applied(steps![161 => absent(), 341 => absent(), 641 => absent(), 941 => absent()], "ready")]
#[case::and_it_is_refused_for_what_it_is(steps![161 => absent(), 341 => absent(), 641 => absent(), 941 => absent(), 942 => claim("1"), 943 => ended(refused())], "rejected InvalidInput")]
fn a_repeat_that_is_refused(#[case] then: Vec<(i64, Step)>, #[case] expected: &str) {
    let refused = steps![30 => absent(), 40 => claim("1"), 41 => ended(refused())];
    let steps = in_doubt(refused.into_iter().chain(then).collect());
    assert_eq!(play(Channel::Amazon, steps).shown(), expected);
}

/// An hour of 503: the identical request goes out at growing distances, and its end is the marketplace's.
#[rstest]
fn a_marketplace_that_is_away_for_an_hour_leaves_nothing_to_a_person() {
    let mut steps = in_doubt(vec![]);
    let mut sent = 1;
    let mut now = 30;
    for wait in [120, 300, 900, 900, 900, 900] {
        steps.extend(steps![now => absent(), now => claim("1"), now => ended(unknown())]);
        (sent, now) = (sent + 1, now + wait);
    }
    assert_eq!(
        (sent, play(Channel::Amazon, steps.clone()).shown().as_str()),
        (7, "in doubt, read at 4050")
    );
    steps.extend(steps![now => absent(), now => claim("1"), now => ended(Outcome::ACCEPTED)]);
    assert_eq!(play(Channel::Amazon, steps).shown(), "confirmed");
}

#[rstest]
#[case::before_the_quarantine_ends(899, "in doubt, read at 1830")]
#[case::at_its_end(900, "ready")]
fn a_read_counts_as_of_when_it_was_asked(#[case] asked: i64, #[case] expected: &str) {
    let slow = domain::Input::Probe {
        target: confirmation("1"),
        fence: 1,
        reading: Reading::Absent,
        hash: None,
        asked_at: at(asked),
        shown: domain::OrderShown::default(),
    };
    let steps = in_doubt(steps![30 => absent(), 300 => absent(), 930 => slow]);
    assert_eq!(play(Channel::Ebay, steps).shown(), expected);
}

#[rstest]
fn a_read_of_a_former_claim_is_dropped() {
    let late = domain::Input::Probe {
        target: confirmation("1"),
        fence: 1,
        reading: Reading::Absent,
        hash: None,
        asked_at: at(100),
        shown: domain::OrderShown::default(),
    };
    let scene =
        play(Channel::Ebay, steps![0 => assigned("A"), 0 => claim("1"), 70 => tick(), 100 => late]);
    assert_eq!(scene.refused(), Some(&Refusal::Fenced { given: 1, current: 2 }));
}

#[rstest]
#[case::its_end(vec![], Some(330))]
#[case::a_day_at_the_latest(steps![86_000 => read(Reading::Unreadable(why("429", Some(HOUR))))], Some(DAY))]
fn in_doubt_is_due(#[case] reads: Vec<(i64, Step)>, #[case] due: Option<i64>) {
    assert_eq!(play(Channel::Ebay, in_doubt(reads)).due(), due);
}
