//! Rules T4 and T5 as a person is told of them before a change: what keeps its timing, and what `never` stops.

use crate::build::*;
use crate::steps;
use domain::{Action, ChangeOfTiming, Channel, Outcome, Timing, TimingNow};
use rstest::rstest;

const NEVER: Timing = Timing::Never;
const NONE: (usize, usize, usize) = (0, 0, 0);
const KEEPS: (usize, usize, usize) = (1, 0, 0);
const STOPPED: (usize, usize, usize) = (0, 1, 0);
const STAYS_STOPPED: (usize, usize, usize) = (0, 0, 1);

#[rustfmt::skip]
#[rstest]
//                                                                                             now    until  to        what becomes of it
#[case::waiting_keeps_its_timing(steps![0 => label("A")],                                      MOVES, None, ASSIGNED, KEEPS)]
#[case::waiting_under_the_timing_it_had(steps![0 => assigned("A").phones(&[("i1", 1)])],       MOVES, None, ASSIGNED, NONE)]
#[case::ready_keeps_its_timing(steps![0 => assigned("A")],                                     ASSIGNED, None, MOVES, KEEPS)]
#[case::never_stops_what_waits(steps![0 => label("A")],                                        MOVES, None, NEVER,    STOPPED)]
#[case::never_stops_what_is_ready(steps![0 => assigned("A")],                                  ASSIGNED, None, NEVER, STOPPED)]
#[case::never_stops_what_a_person_holds(steps![0 => label("A"), 1 => act(Action::Hold)],       MOVES, None, NEVER,    STOPPED)]
#[case::what_a_person_sends_goes_on(steps![0 => label("A"), 1 => act(Action::SendNow)],        MOVES, None, NEVER,    NONE)]
#[case::what_is_sent_is_sent(steps![0 => assigned("A"), 1 => claim("1")],                      ASSIGNED, None, NEVER, NONE)]
#[case::what_is_confirmed_is_confirmed(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)], ASSIGNED, None, NEVER, NONE)]
#[case::what_is_in_doubt_was_sent(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown())], ASSIGNED, None, NEVER, NONE)]
#[case::certainly_not_applied_can_be_stopped(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(not_applied())], ASSIGNED, None, NEVER, STOPPED)]
#[case::rejected_waits_for_a_person(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(refused())], ASSIGNED, None, NEVER, NONE)]
#[case::cancelled_is_not_sent_anyway(steps![0 => label("A"), 1 => cancel(1)],                  MOVES, None, NEVER,    NONE)]
#[case::without_a_label_there_is_nothing(steps![0 => void("A")],                               MOVES, None, NEVER,    NONE)]
#[case::leaving_never_releases_none(steps![0 => label("A")],                                   NEVER, None, MOVES,    STAYS_STOPPED)]
#[case::labelled_under_never_stays_so(steps![0 => label("A").under(NEVER)],                    NEVER, None, MOVES,    STAYS_STOPPED)]
#[case::stopped_by_a_former_never_stays_so(steps![0 => label("A")],                            MOVES, Some(1), ASSIGNED, STAYS_STOPPED)]
#[case::released_after_it_keeps_its_timing(steps![0 => label("A"), 5 => moved("A", 4), 6 => claim_under(NEVER, None), 9 => act(Action::Release)], MOVES, Some(8), ASSIGNED, KEEPS)]
#[case::stopped_stays_so(steps![0 => label("A"), 5 => moved("A", 4), 6 => claim_under(NEVER, None)], MOVES, Some(8), ASSIGNED, STAYS_STOPPED)]
#[case::labelled_after_it_is_free(steps![1 => label("A")],                                     MOVES, Some(1), ASSIGNED, KEEPS)]
fn does(#[case] steps: Vec<(i64, Step)>, #[case] timing: Timing, #[case] until: Option<i64>, #[case] to: Timing, #[case] expected: (usize, usize, usize)) {
    let order = play(Channel::Amazon, steps).order;
    let from = TimingNow { timing, never_until: until.map(at) };
    let ChangeOfTiming { keep_former, stopped, stay_stopped, observed: _ } = ChangeOfTiming::of(&order, from, to);
    assert_eq!((keep_former, stopped, stay_stopped), expected);
}

#[rstest]
fn packages_are_counted_one_by_one() {
    let steps = steps![0 => label("A"), 0 => label("B").of("2"), 0 => assigned("C").of("3"), 1 => claim("3")];
    let order = play(Channel::Amazon, steps).order;
    let of = ChangeOfTiming::of(&order, IN_FORCE, NEVER);
    assert_eq!(of, ChangeOfTiming { stopped: 2, ..ChangeOfTiming::default() });
    assert_eq!(of.and(of).stopped, 4);
}
