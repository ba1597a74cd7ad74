//! Rules P2 and P6: when a passing failure is tried again, and for how long.

use crate::build::*;
use crate::steps;
use domain::{Channel, Outcome, Refusal};
use rstest::rstest;

fn not_before(scene: &Scene) -> i64 {
    let state = &scene.order.packages.values().next().unwrap().state;
    let at = state.pending().and_then(|pending| pending.not_before);
    seconds(at.unwrap_or_else(|| panic!("it is {state:?}")))
}

/// Fails as often, each time when it may be tried again; says how long the last one waits.
fn wait_after(failures: u32) -> i64 {
    let mut scene = play(Channel::Amazon, steps![0 => assigned("A")]);
    let mut now = 0;
    let mut waits = 0;
    for _ in 0..failures {
        now += waits;
        scene = then(then(scene, now, claim("1")), now, ended(not_applied()));
        waits = not_before(&scene) - now;
    }
    waits
}

#[rstest]
#[case::first(1, 5..=5)]
#[case::second(2, 30..=30)]
#[case::third(3, 120..=120)]
#[case::fourth(4, 300..=300)]
#[case::fifth_with_jitter(5, 721..=900)]
#[case::fiftieth_with_jitter(50, 721..=900)]
#[case::three_hundredth_with_jitter(300, 721..=900)]
fn waits(#[case] failures: u32, #[case] expected: std::ops::RangeInclusive<i64>) {
    assert!(expected.contains(&wait_after(failures)), "{}", wait_after(failures));
}

#[rstest]
#[case::as_asked(Some(77), 77)]
#[case::it_never_shortens_a_wait(Some(0), 5)]
#[case::nor_by_a_second(Some(4), 5)]
#[case::nor_with_a_date_that_is_past(Some(-5), 5)]
#[case::twelve_hours(Some(12 * HOUR), 12 * HOUR)]
#[case::no_more_than_twelve_hours(Some(12 * HOUR + 1), 12 * HOUR)]
#[case::an_absurd_wait(Some(i64::MAX), 12 * HOUR)]
#[case::as_usual(None, 5)]
fn retry_after(#[case] asked: Option<i64>, #[case] expected: i64) {
    let outcome = Outcome::NotApplied(why("429", asked));
    let scene =
        play(Channel::Amazon, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(outcome)]);
    assert_eq!(not_before(&scene), expected);
}

fn postponed(reason: &str, retry_after_s: Option<i64>) -> domain::Input {
    domain::Input::Postpone { target: confirmation("1"), why: why(reason, retry_after_s) }
}

#[rustfmt::skip]
#[rstest]
#[case::a_sender_that_could_not_try(steps![0 => assigned("A"), 1 => postponed("no token", None)], "ready at 6")]
#[case::a_second_sender_changes_nothing(steps![0 => assigned("A"), 1 => postponed("429", Some(600)), 2 => postponed("no token", None)], "ready at 601")]
#[case::just_before_seven_days(steps![0 => assigned("A"), 7 * DAY - 1 => postponed("429", None)], "ready at 604804 +delayed")]
#[case::seven_days(steps![0 => assigned("A"), 7 * DAY => postponed("429", None)], "rejected gave_up")]
#[case::seven_days_of_tries(steps![0 => assigned("A"), 7 * DAY => claim("1"), 7 * DAY + 1 => ended(not_applied())], "rejected gave_up")]
#[case::seven_days_of_repeats_are_for_a_person(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => read(domain::Reading::Absent), 7 * DAY => postponed("429", None)], "unresolved")]
#[case::tried_again_by_a_person_it_has_seven_more(steps![0 => assigned("A"), 7 * DAY => postponed("429", None), 8 * DAY => act(domain::Action::Retry), 9 * DAY => postponed("429", None)], "ready at 777605 +delayed")]
#[case::just_before_an_hour(steps![0 => assigned("A"), HOUR - 1 => tick()], "ready")]
#[case::an_hour(steps![0 => assigned("A"), HOUR => tick()], "ready +delayed")]
#[case::an_hour_over_all_tries(steps![0 => assigned("A"), 0 => claim("1"), 9 => ended(Outcome::NotApplied(why("429", Some(7_200)))), HOUR => tick()], "ready at 7209 +delayed")]
#[case::not_delayed_when_confirmed(steps![0 => assigned("A"), HOUR => tick(), HOUR => claim("1"), HOUR => ended(Outcome::ACCEPTED)], "confirmed")]
#[case::a_fresh_label_after_a_rejection(steps![0 => assigned("A"), 0 => claim("1"), 1 => ended(refused()), 2 => assigned("B").made(2)], "ready")]
#[case::the_rejected_label_again_is_not(steps![0 => assigned("A"), 0 => claim("1"), 1 => ended(refused()), 2 => assigned("A")], "rejected InvalidInput")]
#[case::a_rejected_label_that_is_voided(steps![0 => assigned("A"), 0 => claim("1"), 1 => ended(refused()), 2 => void("A")], "waits for a label")]
fn comes_to(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), expected);
}

#[rstest]
fn a_postponement_before_its_time_is_refused() {
    let scene = play(
        Channel::Amazon,
        steps![0 => assigned("A"), 1 => postponed("429", Some(600)), 2 => postponed("x", None)],
    );
    assert_eq!(scene.refused(), Some(&Refusal::NotBefore(at(601))));
}

#[rstest]
fn orders_that_failed_together_come_back_apart() {
    let waits_of = |order: &str| {
        let mut scene = play(Channel::Amazon, vec![]);
        scene.order.key.order = order.parse().unwrap();
        let mut now = 0;
        scene = then(scene, 0, assigned("A"));
        for _ in 0..5 {
            scene = then(then(scene, now, claim("1")), now, ended(not_applied()));
            now = not_before(&scene);
        }
        now
    };
    let waits: std::collections::BTreeSet<i64> =
        ["1", "2", "3", "4", "5"].into_iter().map(waits_of).collect();
    assert!(waits.len() > 2, "{waits:?}");
}

#[rstest]
#[case::another(label("B").made(1).under(ASSIGNED).into(), "ready")]
#[case::none(void("A"), "waits for a label")]
fn a_label_that_came_meanwhile_is_not_given_up_with_the_one_that_was_sent(
    #[case] meanwhile: domain::Input,
    #[case] expected: &str,
) {
    let steps = steps![0 => assigned("A"), 7 * DAY => claim("1"), 7 * DAY => meanwhile, 7 * DAY => ended(not_applied())];
    assert_eq!(play(Channel::Amazon, steps).shown(), expected);
}
