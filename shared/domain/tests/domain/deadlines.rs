//! Rules S1 to S3: when a package must be on its way, when people are warned, and when it is over.

use crate::build::*;
use crate::notices::notices;
use crate::steps;
use NoticeKind::{ShipByNear, ShipByPassed};
use domain::{
    Action, Channel, Deadline, DeadlineAction, Mark, NoticeKind, Outcome, Reading, Resolution,
};
use rstest::rstest;

/// The ship-by of most labels here.
const BY: i64 = 10 * HOUR;

/// When its warning is due: four hours before it.
const WARN: i64 = 6 * HOUR;

fn warned(id: &str) -> Made {
    label(id).ship_by(BY).warned()
}

/// An assigned label of the same ship-by.
fn going(id: &str) -> Made {
    warned(id).under(ASSIGNED)
}

#[rustfmt::skip]
#[rstest]
#[case::s1_the_labels(steps![0 => warned("A")], Some(BY))]
#[case::s1_none(steps![0 => label("A").warned()], None)]
#[case::s1_no_label(steps![0 => told_ship_by(BY, 1)], None)]
#[case::s1_of_the_order(steps![0 => label("A").warned(), 1 => told_ship_by(BY, 1)], Some(BY))]
#[case::s1_told_before_the_label(steps![0 => told_ship_by(BY, 1), 1 => label("A").warned()], Some(BY))]
#[case::s1_told_later_than_the_label(steps![0 => warned("A"), 1 => told_ship_by(BY + 60, 1)], Some(BY + 60))]
#[case::s1_told_earlier_than_the_label(steps![2 => warned("A").made(2), 3 => told_ship_by(BY + 60, 1)], Some(BY))]
#[case::s1_the_labels_place_counts(steps![2 => warned("A").updated(5), 3 => told_ship_by(BY + 60, 4)], Some(BY))]
#[case::s1_at_a_tie_the_earlier(steps![0 => warned("A"), 1 => told_ship_by(BY + 60, 0)], Some(BY))]
#[case::s1_at_a_tie_the_earlier_of_the_order(steps![0 => warned("A"), 1 => told_ship_by(BY - 60, 0)], Some(BY - 60))]
#[case::s1_of_two_updates_the_later(steps![0 => label("A").warned(), 1 => told_ship_by(BY, 2), 2 => told_ship_by(BY + 60, 1)], Some(BY))]
#[case::s1_of_two_updates_at_a_tie_the_earlier(steps![0 => label("A").warned(), 1 => told_ship_by(BY + 60, 1), 2 => told_ship_by(BY, 1)], Some(BY))]
#[case::s1_sixty_days(steps![0 => label("A").ship_by(60 * DAY).warned()], Some(60 * DAY))]
#[case::s1_more_than_sixty_days(steps![0 => label("A").ship_by(60 * DAY + 1).warned()], None)]
#[case::s1_more_than_sixty_days_of_the_order(steps![0 => warned("A"), 1 => told_ship_by(60 * DAY + 1, 1)], Some(BY))]
#[case::s1_a_voided_label_has_its_own(steps![0 => warned("A"), 1 => void("A")], Some(BY))]
#[case::s1_of_two_labels_the_current_ones(steps![0 => warned("A"), 1 => label("B").made(1).ship_by(BY + 60).warned()], Some(BY + 60))]
#[case::s1_what_was_sent_has_its_labels(steps![0 => going("A"), 0 => claim("1"), 0 => ended(unknown()), 1 => label("B").made(1).ship_by(BY + 60).warned()], Some(BY))]
fn the_ship_by(#[case] steps: Vec<(i64, Step)>, #[case] expected: Option<i64>) {
    let order = play(Channel::Amazon, steps).order;
    let by = order.ship_by_of(&"1".parse().unwrap());
    assert_eq!(by.map(seconds), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::s3_just_before_the_warning(warned("A"), WARN - 1, &[])]
#[case::s3_at_the_warning(warned("A"), WARN, &[Mark::ShipByNear])]
#[case::s3_just_before_its_end(warned("A"), BY - 1, &[Mark::ShipByNear])]
#[case::s3_at_its_end(warned("A"), BY, &[Mark::ShipByPassed])]
#[case::s2_an_hour_before(warned("A").warns(1), BY - HOUR, &[Mark::ShipByNear])]
#[case::s2_not_yet_an_hour_before(warned("A").warns(1), BY - HOUR - 1, &[])]
#[case::s2_three_days_before(label("A").ship_by(4 * DAY).warns(72), DAY, &[Mark::ShipByNear])]
#[case::s2_not_yet_three_days_before(label("A").ship_by(4 * DAY).warns(72), DAY - 1, &[])]
#[case::s2_off(label("A").ship_by(BY), BY, &[])]
fn a_deadline(#[case] label: Made, #[case] now: i64, #[case] expected: &[Mark]) {
    let scene = play(Channel::Amazon, steps![0 => label, now => tick()]);
    assert_eq!(marks(&scene.order), expected);
    assert_eq!(scene.order.attention_since.is_some(), !expected.is_empty());
}

/// Not confirmed, withheld, closed or in conflict.
#[rustfmt::skip]
#[rstest]
#[case::s3_waiting_for_movement(Channel::Amazon, steps![0 => warned("A")], true)]
#[case::s3_waiting_for_another_label(Channel::Amazon, steps![0 => warned("A"), 1 => void("A")], true)]
#[case::s3_waiting_for_its_day(Channel::Amazon, steps![0 => going("A").ships(DAY)], true)]
#[case::s3_ready(Channel::Amazon, steps![0 => going("A")], true)]
#[case::s3_held(Channel::Amazon, steps![0 => going("A"), 1 => act(Action::Hold)], true)]
#[case::s3_disputed(Channel::Amazon, steps![0 => warned("A"), 1 => warned("A").number("B")], true)]
#[case::s3_rejected(Channel::Amazon, steps![0 => going("A"), 0 => claim("1"), 0 => ended(refused())], true)]
#[case::s3_in_doubt(Channel::Amazon, steps![0 => going("A"), BY - 60 => claim("1"), BY - 60 => ended(unknown())], true)]
#[case::s3_unresolved(Channel::Ebay, steps![0 => going("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => read(Reading::Unclear(text("shipped")))], true)]
#[case::s3_confirmed(Channel::Amazon, steps![0 => going("A"), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED)], false)]
#[case::s3_in_conflict(Channel::Amazon, steps![0 => going("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => read(Reading::Other(text("X9")))], false)]
#[case::s3_cancelled(Channel::Amazon, steps![0 => warned("A"), 1 => cancel(1)], false)]
#[case::s3_never(Channel::Amazon, steps![0 => warned("A").under(domain::Timing::Never)], false)]
#[case::s3_closed(Channel::Amazon, steps![0 => going("A"), 0 => claim("1"), 0 => ended(refused()), 1 => act(Action::Resolve(Resolution::Closed))], false)]
fn in_a_state(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] is_marked: bool) {
    let scene = then(play(channel, steps), BY, tick());
    assert_eq!(marks(&scene.order).contains(&Mark::ShipByPassed), is_marked, "{}", scene.shown());
    assert_eq!(scene.told.contains(&ShipByPassed), is_marked);
}

#[rustfmt::skip]
#[rstest]
#[case::s3_each_once(steps![0 => warned("A"), WARN => tick(), WARN + 60 => tick(), BY => tick(), BY + 60 => tick()], &[ShipByNear, ShipByPassed])]
#[case::s3_over_before_anybody_was_warned(steps![0 => warned("A"), BY => tick()], &[ShipByPassed])]
#[case::s3_a_label_that_comes_too_late(steps![BY + 1 => warned("A")], &[ShipByPassed])]
#[case::s3_it_moves_and_comes_again(steps![0 => warned("A"), WARN => tick(), WARN + 1 => told_ship_by(2 * BY, 1), 2 * BY - 4 * HOUR => tick()], &[ShipByNear, ShipByNear])]
#[case::s3_it_moves_to_what_is_near(steps![0 => warned("A"), WARN => tick(), WARN + 1 => told_ship_by(BY + 1, 1)], &[ShipByNear, ShipByNear])]
#[case::s3_the_same_is_told_later(steps![0 => warned("A"), WARN => tick(), WARN + 1 => told_ship_by(BY, 1)], &[ShipByNear])]
#[case::s3_each_package(steps![0 => warned("A"), 0 => warned("B").of("2"), WARN => tick()], &[ShipByNear, ShipByNear])]
#[case::s3_another_label_of_the_same(steps![0 => warned("A"), WARN => tick(), WARN + 1 => warned("B").made(1)], &[ShipByNear])]
fn is_published(#[case] steps: Vec<(i64, Step)>, #[case] expected: &[NoticeKind]) {
    assert_eq!(play(Channel::Amazon, steps).told, expected);
}

#[rstest]
fn s3_a_notice_is_known_by_its_ship_by() {
    let near = play(Channel::Amazon, steps![0 => warned("A"), WARN => tick()]);
    let notice = &notices(&near)[0];
    assert_eq!(notice.id, "acme/shop/902-1/1/ShipByNear/2026-11-24T01:00:00Z");
    assert_eq!(notice.reason.as_str(), "it must be on its way by 2026-11-24T01:00:00Z");
    assert_eq!(notice.tracking_number, Some(number("A")));
    let passed = then(near, BY, tick());
    assert_eq!(notices(&passed)[0].id, "acme/shop/902-1/1/ShipByPassed/2026-11-24T01:00:00Z");
}

#[rustfmt::skip]
#[rstest]
#[case::s3_it_goes_when_the_ship_by_moves(steps![WARN => tick(), WARN + 1 => told_ship_by(2 * BY, 1)], &[])]
#[case::s3_it_goes_when_it_is_confirmed(steps![WARN => tick(), WARN + 1 => moved("A", WARN), WARN + 2 => claim("1"), WARN + 3 => ended(Outcome::ACCEPTED)], &[])]
#[case::s3_put_aside(steps![WARN => tick(), WARN + 1 => act(Action::Resolve(Resolution::Closed)), WARN + 60 => tick()], &[])]
#[case::s3_put_aside_and_over(steps![WARN => tick(), WARN + 1 => act(Action::Resolve(Resolution::Closed)), BY => tick()], &[Mark::ShipByPassed])]
#[case::s3_put_aside_and_over_and_put_aside(steps![BY => tick(), BY + 1 => act(Action::Resolve(Resolution::Confirmed)), BY + DAY => tick()], &[])]
#[case::s3_put_aside_and_moved(steps![BY => tick(), BY + 1 => act(Action::Resolve(Resolution::Closed)), BY + 2 => told_ship_by(BY + 2, 1)], &[Mark::ShipByPassed])]
fn a_mark_ends(#[case] more: Vec<(i64, Step)>, #[case] expected: &[Mark]) {
    let steps = steps![0 => warned("A")].into_iter().chain(more).collect();
    assert_eq!(marks(&play(Channel::Amazon, steps).order), expected);
}

/// One write of the index at the label, and one when the timer is another.
#[rustfmt::skip]
#[rstest]
#[case::s3_the_warning(steps![0 => warned("A")], Some(WARN))]
#[case::s3_its_end(steps![0 => warned("A"), WARN => tick()], Some(BY))]
#[case::s3_nothing_more(steps![0 => warned("A"), BY => tick()], None)]
#[case::s2_off(steps![0 => label("A").ship_by(BY)], None)]
#[case::s1_nothing_told(steps![0 => label("A").warned()], None)]
#[case::s3_confirmed(steps![0 => going("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)], None)]
#[case::s5_moved(steps![0 => warned("A"), 1 => told_ship_by(BY + HOUR, 1)], Some(WARN + HOUR))]
fn the_sweep_looks(#[case] steps: Vec<(i64, Step)>, #[case] due: Option<i64>) {
    assert_eq!(play(Channel::Amazon, steps).due(), due);
}

#[rstest]
#[case::s3_in_time(BY - 1, false)]
#[case::s3_late(BY, true)]
fn what_was_claimed_late_is_said(#[case] claimed: i64, #[case] is_late: bool) {
    let steps = steps![0 => going("A"), claimed => claim("1"), BY + 9 => ended(Outcome::ACCEPTED)];
    let order = play(Channel::Amazon, steps).order;
    let package = order.packages.values().next().unwrap();
    assert_eq!(package.lock().map(|lock| lock.is_late), Some(is_late));
    assert_eq!(marks(&order), &[]);
    assert_eq!(order.attention_since, None);
}

#[rustfmt::skip]
#[rstest]
#[case::s2_the_least(1, None)]
#[case::s2_the_most(72, None)]
#[case::s2_none(0, Some("deadline.warn_hours: is 0; allowed: a whole number of hours from 1 to 72"))]
#[case::s2_too_many(73, Some("deadline.warn_hours: is 73; allowed: a whole number of hours from 1 to 72"))]
#[case::s2_far_too_many(u64::MAX, Some("deadline.warn_hours: is 18446744073709551615; allowed: a whole number of hours from 1 to 72"))]
fn warn_hours(#[case] hours: u64, #[case] refusal: Option<&str>) {
    let set = Deadline::new(hours, DeadlineAction::Warn);
    assert_eq!(set.clone().err().map(|fault| fault.to_string()).as_deref(), refusal);
    let kept = set.ok().map(|set| (u64::from(set.warn_hours()), set.action()));
    assert_eq!(kept, refusal.is_none().then_some((hours, DeadlineAction::Warn)));
}

#[rstest]
fn s2_an_action_is_known_by_its_name() {
    assert!(DeadlineAction::ALL.iter().all(|action| action.name().parse() == Ok(*action)));
    let refusal = "stop".parse::<DeadlineAction>().unwrap_err().to_string();
    assert_eq!(
        refusal,
        "deadline.action: `stop` is not one of its values; allowed: warn, send, off"
    );
    assert_eq!((Deadline::STANDARD.warn_hours(), Deadline::STANDARD.action().name()), (4, "warn"));
}

#[rustfmt::skip]
#[rstest]
#[case::s1_first(steps![0 => label("A"), 1 => told_ship_by(BY, 1)], Some("ship-by moved to 2026-11-24T01:00:00Z"))]
#[case::s1_the_same_again(steps![0 => label("A"), 1 => told_ship_by(BY, 1), 2 => told_ship_by(BY, 2)], Some("ship-by moved to 2026-11-24T01:00:00Z"))]
#[case::s1_not_told(steps![0 => label("A"), 1 => told_wish(true, 1)], None)]
fn the_timeline_says_so(#[case] steps: Vec<(i64, Step)>, #[case] expected: Option<&str>) {
    let order = play(Channel::Amazon, steps).order;
    let told = order.timeline.iter().filter(|change| change.what == domain::What::ShipByTold);
    let notes: Vec<&str> = told.map(|change| change.note.as_ref().unwrap().as_str()).collect();
    assert_eq!(notes, expected.into_iter().collect::<Vec<_>>());
}
