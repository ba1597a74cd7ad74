//! "Time" and "Ring after the save" in the rules: when a doorbell is rung, and when an order is looked at.

use crate::build::*;
use crate::steps;
use domain::{Channel, Input, Order, Outcome, Reading, step};
use rstest::rstest;

#[rustfmt::skip]
#[rstest]
#[case::when_it_gets_ready(steps![0 => assigned("A")], &[0])]
#[case::not_while_it_waits(steps![0 => label("A")], &[])]
#[case::redelivered_while_ready(steps![0 => assigned("A"), 1 => assigned("A")], &[0])]
#[case::a_scan_while_ready(steps![0 => label("A"), 5 => moved("A", 4), 6 => moved("A", 4)], &[0])]
#[case::a_look_while_ready_does_not(steps![0 => assigned("A"), 1 => tick()], &[])]
#[case::redelivered_while_sending_does_not(steps![0 => assigned("A"), 1 => claim("1"), 2 => assigned("A")], &[])]
#[case::redelivered_while_in_doubt_does_not(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 3 => moved("A", 2)], &[])]
#[case::redelivered_when_confirmed_does_not(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED), 3 => assigned("A")], &[])]
#[case::for_the_next_try(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(not_applied())], &[5])]
#[case::in_whole_seconds_rounded_up(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::NotApplied(domain::NotApplied { reason: text("429"), retry_after: Some(jiff::SignedDuration::from_millis(7_200)) }))], &[8])]
#[case::up_to_a_quarter_hour(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::NotApplied(why("429", Some(900))))], &[900])]
#[case::later_ones_are_the_sweeps(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::NotApplied(why("429", Some(901))))], &[])]
#[case::which_rings_as_soon_as_a_doorbell_can_wait_so_long(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::NotApplied(why("429", Some(1_001)))), 103 => tick()], &[900])]
#[case::so_that_it_comes_in_time_and_not_with_all_others(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::NotApplied(why("429", Some(1_001)))), 160 => tick()], &[843])]
#[case::or_then_if_it_is_late(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::NotApplied(why("429", Some(901)))), 903 => tick()], &[0])]
#[case::not_a_second_before(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::NotApplied(why("429", Some(1_001)))), 102 => tick()], &[])]
#[case::for_a_read(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown())], &[30])]
#[case::for_a_read_at_once(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::AlreadyShipped { message: text("x") })], &[0])]
#[case::for_the_read_after_a_lease(steps![0 => assigned("A"), 1 => claim("1"), 71 => tick()], &[30])]
#[case::for_the_next_read(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Unreadable(why("503", None)))], &[90])]
#[case::when_it_may_be_repeated(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Absent)], &[0])]
#[case::for_what_waited_for_another(steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)], &[0])]
#[case::not_for_what_still_waits(steps![0 => assigned("A"), 1 => claim("1"), 2 => label("B").of("2"), 3 => ended(Outcome::ACCEPTED)], &[])]
#[case::when_a_person_sends(steps![0 => label("A"), 1 => act(domain::Action::SendNow)], &[0])]
#[case::when_a_person_releases(steps![0 => assigned("A"), 1 => act(domain::Action::Hold), 2 => act(domain::Action::Release)], &[0])]
fn rings(#[case] steps: Vec<(i64, Step)>, #[case] expected: &[i64]) {
    assert_eq!(play(Channel::Amazon, steps).rings(), expected);
}

#[rstest]
#[case::once(steps![0 => assigned("A"), 0 => assigned("A")], &[0])]
#[case::for_each_time_there_is_work(steps![0 => assigned("A"), 0 => assigned("B").of("2")], &[0])]
#[case::not_for_what_the_next_made_void(steps![0 => assigned("A"), 0 => void("A")], &[])]
#[case::not_for_a_label_that_the_next_replaces(steps![0 => void("B"), 0 => assigned("A"), 0 => assigned("B").made(2)], &[])]
fn events_of_one_batch_ring(#[case] steps: Vec<(i64, Step)>, #[case] expected: &[i64]) {
    let order = Order::new(key(), Channel::Amazon, at(0));
    let inputs: Vec<Input> =
        steps.into_iter().map(|(_, what)| what.resolve(&order, at(0))).collect();
    let all = domain::step_all(order.clone(), &inputs, at(0));
    assert_eq!(rings_of(&all.effects), expected);
    let one_by_one = inputs.iter().fold(order, |order, input| step(order, input, at(0)).order);
    assert_eq!(all.order, one_by_one);
    assert_eq!(all.refused, vec![None; inputs.len()]);
}

#[rstest]
fn rings_again_after_5_15_and_60_minutes() {
    let mut scene = play(Channel::Amazon, steps![0 => assigned("A")]);
    let mut rung = Vec::new();
    for minute in 0..=200 {
        scene = then(scene, minute * MINUTE, tick());
        if !scene.rings().is_empty() {
            rung.push(minute);
        }
    }
    assert_eq!(rung, [5, 20, 80, 140, 200]);
}

#[rstest]
#[case::nothing_waits_for_time(steps![0 => label("A")], None)]
#[case::five_minutes_after_ready(steps![0 => assigned("A")], Some(300))]
#[case::then_fifteen(steps![0 => assigned("A"), 300 => tick()], Some(300 + 900))]
#[case::an_hour_after_ready_it_is_delayed(steps![0 => assigned("A"), 300 => tick(), 1_200 => tick()], Some(HOUR))]
#[case::then_the_next_ring(steps![0 => assigned("A"), 300 => tick(), 1_200 => tick(), HOUR => tick()], Some(1_200 + 3_600))]
#[case::five_minutes_after_the_next_try(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(not_applied())], Some(307))]
#[case::five_minutes_after_the_latest_a_doorbell_can_wait(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::NotApplied(why("429", Some(900))))], Some(902 + 300))]
#[case::as_soon_as_a_doorbell_can_wait_for_the_next_try(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::NotApplied(why("429", Some(1_000))))], Some(102))]
#[case::confirmed(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)], None)]
#[case::rejected(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(refused())], None)]
#[case::held(steps![0 => assigned("A"), 1 => act(domain::Action::Hold)], None)]
#[case::the_earliest_of_two(steps![0 => assigned("A"), 100 => assigned("B").of("2")], Some(300))]
fn is_due(#[case] steps: Vec<(i64, Step)>, #[case] due: Option<i64>) {
    assert_eq!(play(Channel::Amazon, steps).due(), due);
}
