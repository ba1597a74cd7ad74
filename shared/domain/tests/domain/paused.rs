//! Rule A1: a paused partner's work waits half an hour at a time, the time is not its own, and the end of the pause makes it due.

use crate::build::*;
use crate::steps;
use domain::{Channel, Input, LookTry, Order, Outcome, Parking, Reading};
use rstest::rstest;

#[rustfmt::skip]
#[rstest]
#[case::looked_at_again_in_half_an_hour(steps![0 => assigned("A"), 1 => pause()], "ready at 1801")]
#[case::days_of_it_make_nothing_late(steps![0 => assigned("A"), DAY => pause(), 2 * DAY => pause(), 2 * DAY + HOUR - 1 => tick()], "ready at 174600")]
#[case::an_hour_without_it_does(steps![0 => assigned("A"), DAY => pause(), DAY + HOUR => tick()], "ready at 88200 +delayed")]
#[case::none_is_given_up_for_it(steps![0 => assigned("A"), 8 * DAY => pause(), 8 * DAY + 1 => Input::Resumed, 8 * DAY + 1 => claim("1"), 8 * DAY + 1 => ended(not_applied())], "ready at 691206")]
#[case::what_waited_is_due_at_once(steps![0 => assigned("A"), 1 => pause(), 2 => Input::Resumed], "ready at 2")]
#[case::and_may_be_claimed(steps![0 => assigned("A"), 1 => pause(), 2 => Input::Resumed, 2 => claim("1")], "sending")]
#[case::not_before(steps![0 => assigned("A"), 1 => pause(), 2 => claim("1")], "ready at 1801")]
#[case::what_waits_for_another_reason_does_so_on(steps![0 => assigned("A"), 1 => claim("1"), 1 => ended(not_applied()), 2 => Input::Resumed], "ready at 6")]
#[case::nor_what_a_stop_has_parked(steps![0 => assigned("A"), 1 => park(), 2 => Input::Resumed], "ready at 301")]
#[case::a_doubt_is_read_in_half_an_hour(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => pause()], "in doubt, read at 1830")]
#[case::or_at_once(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => pause(), 31 => Input::Resumed], "in doubt, read at 31")]
#[case::no_doubt_is_given_up_for_it(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), DAY - 1 => pause(), 2 * DAY - 2 => tick()], "in doubt, read at 88199")]
#[case::its_quarantine_begins_anew(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => read(Reading::Absent), 120 => read(Reading::Absent),
    1_000 => pause(), 1_100 => Input::Resumed, 1_100 => read(Reading::Absent)], "in doubt, read at 1130")]
fn waits(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    let channel = Channel::Ebay;
    assert_eq!(play(channel, steps).shown(), expected);
}

#[rstest]
fn a1_the_end_of_a_pause_is_rung_for_and_counts_from_then() {
    let scene = play(Channel::Amazon, steps![0 => assigned("A"), 1 => pause()]);
    assert!(scene.order.is_paused());
    let scene =
        play(Channel::Amazon, steps![0 => assigned("A"), 1 => pause(), 900 => Input::Resumed]);
    assert!(!scene.order.is_paused());
    assert_eq!(scene.rings(), [0]);
    let package = &scene.order.packages[&"1".parse().unwrap()];
    assert_eq!(package.state.tries().map(|tries| tries.since), Some(at(900)));
}

fn look(order: &Order) -> LookTry {
    order.packages[&"1".parse().unwrap()].looks.due.unwrap()
}

#[rstest]
fn a1_a_look_waits_too_and_its_two_hours_begin_anew() {
    let package = "1".parse().unwrap();
    let parked = Input::ParkLook { package, parking: Parking::Paused };
    let steps = steps![0 => label("A"), 10 => told_shipped(10), 20 => parked.clone()];
    let scene = play(Channel::Ebay, steps);
    assert_eq!((look(&scene.order).at, look(&scene.order).since()), (at(1_820), at(20)));
    let steps = steps![0 => label("A"), 10 => told_shipped(10), 20 => parked, 30 => Input::Resumed];
    let scene = play(Channel::Ebay, steps);
    assert_eq!((look(&scene.order).at, look(&scene.order).since()), (at(30), at(30)));
}

/// A line's own request waits as a confirmation does.
#[rstest]
fn a1_a_line_waits_and_goes_on() {
    let two = assigned("A").phones(&[("i1", 1), ("i2", 1)]);
    let waits = Input::Park { target: line("i1"), parking: Parking::Paused };
    let steps = steps![0 => imeis("i1", &["490154203237518"], 0),
        0 => imeis("i2", &["356938035643809"], 0), 0 => two, 0 => claim("1"),
        1 => ended(Outcome::ACCEPTED), 2 => waits, 3 => Input::Resumed,
        3 => claim_of(line("i1"))];
    let scene = play(Channel::BackMarket, steps);
    assert_eq!(scene.refused(), None);
}
