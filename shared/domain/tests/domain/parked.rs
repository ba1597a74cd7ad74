//! A stopped partner: its orders wait, and are not what a person must look at.

use crate::build::*;
use crate::steps;
use domain::{Attempt, Channel, Input, LineState, Outcome, Parking, Reading, Refusal};
use rstest::rstest;

#[rustfmt::skip]
#[rstest]
#[case::looked_at_again_in_five_minutes(steps![0 => assigned("A"), 1 => park()], "ready at 301")]
#[case::time_that_passes_so_makes_nothing_late(steps![0 => assigned("A"), 1 => park(), HOUR => park(), 2 * HOUR - 1 => tick()], "ready at 3900")]
#[case::time_after_it_does(steps![0 => assigned("A"), 1 => park(), 1 + HOUR => tick()], "ready at 301 +delayed")]
#[case::what_was_late_is_so_no_longer(steps![0 => assigned("A"), HOUR => tick(), HOUR => park()], "ready at 3900")]
#[case::none_is_given_up_for_it(steps![0 => assigned("A"), 8 * DAY => park(), 8 * DAY + 300 => claim("1"), 8 * DAY + 300 => ended(not_applied())], "ready at 691505")]
#[case::a_claimed_one_is_not(steps![0 => assigned("A"), 0 => claim("1"), 1 => park()], "sending")]
#[case::one_that_waits_is_not(steps![0 => label("A"), 1 => park()], "waits for movement")]
#[case::one_in_doubt_is_read_in_five_minutes(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => park()], "in doubt, read at 330")]
#[case::no_doubt_is_given_up_for_it(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), DAY - 1 => park(), DAY + HOUR => tick()], "in doubt, read at 86699")]
fn parks(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), expected);
}

#[rstest]
fn it_is_no_failure_and_told_nobody() {
    let scene = play(Channel::Amazon, steps![0 => assigned("A"), 1 => park(), 301 => park()]);
    assert_eq!(scene.told, []);
    assert_eq!(scene.order.attention_since, None);
    assert!(scene.order.packages.values().all(|package| failures(package).is_none()));
    assert_eq!(scene.rings(), [300]);
}

#[rstest]
fn a_repeat_keeps_its_lock() {
    let steps = steps![0 => assigned("A"), 1 => claim("1"), 1 => ended(unknown()),
        31 => read(Reading::Absent), 32 => park()];
    let scene = play(Channel::Amazon, steps);
    assert_eq!(scene.shown(), "ready at 332");
    assert!(scene.order.packages.values().all(|package| package.lock().is_some()));
}

#[rstest]
fn a_line_is_parked_too() {
    let two = assigned("A").phones(&[("i1", 1), ("i2", 1)]);
    let steps = steps![0 => imeis("i1", &["490154203237518"], 0),
        0 => imeis("i2", &["356938035643809"], 0), 0 => two, 0 => claim("1"),
        1 => ended(Outcome::ACCEPTED), 2 => Input::Park { target: line("i1"), parking: Parking::Stopped }];
    let scene = play(Channel::BackMarket, steps);
    let package = scene.order.packages.values().next().unwrap();
    let line = &package.lines[&"i1".parse().unwrap()];
    assert!(
        matches!(line.state, LineState::Open(Attempt::Pending(p)) if p.not_before == Some(at(302)))
    );
    assert_eq!(line.tries.since, at(2));
}

#[rstest]
fn nothing_to_park_is_said() {
    let scene = play(Channel::Amazon, steps![0 => label("A"), 1 => park()]);
    assert_eq!(scene.refused(), Some(&Refusal::NotReady));
}

/// The seven days, too, are those that the partner was not stopped (a confirmation in doubt is parked like one that waits).
#[rstest]
fn what_is_in_doubt_under_a_stop_is_not_given_up_for_it() {
    let sent = steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown())];
    let stopped =
        steps![8 * DAY => Input::Park { target: confirmation("1"), parking: Parking::Stopped }];
    let week = 8 * DAY;
    #[rustfmt::skip]
    let absences = steps![week + 300 => read(Reading::Absent), week + 600 => read(Reading::Absent), week + 900 => read(Reading::Absent)];
    let steps: Vec<_> = sent.into_iter().chain(stopped).chain(absences).collect();
    assert_eq!(play(Channel::Ebay, steps).shown(), "ready");
}
