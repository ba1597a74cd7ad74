//! Rule P2, pacing: an order whose turn is later comes back then, and is otherwise as it was.

use crate::build::*;
use crate::steps;
use domain::{Attempt, Channel, Input, LineState, Outcome, Reading, Refusal};
use rstest::rstest;

#[rustfmt::skip]
#[rstest]
#[case::it_comes_back_then(steps![0 => assigned("A"), 1 => wait(9)], "ready at 9")]
#[case::and_may_have_to_wait_again(steps![0 => assigned("A"), 1 => wait(9), 9 => wait(20)], "ready at 20")]
#[case::waiting_makes_late(steps![0 => assigned("A"), 1 => wait(9), HOUR => tick()], "ready at 9 +delayed")]
#[case::one_that_is_tried_later_is_left(steps![0 => assigned("A"), 0 => claim("1"), 1 => ended(not_applied()), 2 => wait(3)], "ready at 6")]
#[case::a_claimed_one_is_left(steps![0 => assigned("A"), 0 => claim("1"), 1 => wait(9)], "sending")]
#[case::one_that_waits_is_left(steps![0 => label("A"), 1 => wait(9)], "waits for movement")]
fn waits(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), expected);
}

#[rstest]
fn it_is_no_failure_and_is_rung_for_when_it_is_time() {
    let scene = play(Channel::Amazon, steps![0 => assigned("A"), 1 => wait(9)]);
    assert_eq!(scene.rings(), [8]);
    assert!(scene.order.packages.values().all(|package| failures(package).is_none()));
    let noted = scene.order.timeline.last().and_then(|change| change.note.as_ref());
    assert_eq!(noted.map(domain::Text::as_str), Some("to 2026-11-23T15:00:09Z"));
    let steps =
        steps![0 => assigned("A"), 1 => wait(9), 9 => claim("1"), 9 => ended(not_applied())];
    assert_eq!(
        play(Channel::Amazon, steps).shown(),
        "ready at 14",
        "the first failure is the first"
    );
}

#[rstest]
fn a_read_that_waits_is_none() {
    let steps = steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => wait(33)];
    let scene = play(Channel::Amazon, steps);
    assert_eq!(scene.shown(), "in doubt, read at 33");
    assert_eq!(scene.rings(), [3]);
    let steps = steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => wait(33),
        33 => read(Reading::OURS)];
    assert_eq!(play(Channel::Amazon, steps).shown(), "confirmed by reading");
}

#[rstest]
fn a_line_waits_too() {
    let waiting = Input::Wait { target: line("i1"), until: at(9) };
    let two = assigned("A").phones(&[("i1", 1), ("i2", 1)]);
    let steps = steps![0 => imeis("i1", &["490154203237518"], 0),
        0 => imeis("i2", &["356938035643809"], 0), 0 => two, 0 => claim("1"),
        1 => ended(Outcome::ACCEPTED), 2 => waiting];
    let scene = play(Channel::BackMarket, steps);
    let package = scene.order.packages.values().next().unwrap();
    let line = &package.lines[&"i1".parse().unwrap()];
    assert!(
        matches!(line.state, LineState::Open(Attempt::Pending(p)) if p.not_before == Some(at(9)))
    );
}

#[rstest]
fn nothing_that_could_wait_is_said() {
    let scene = play(Channel::Amazon, steps![0 => label("A"), 1 => wait(9)]);
    assert_eq!(scene.refused(), Some(&Refusal::NotReady));
}
