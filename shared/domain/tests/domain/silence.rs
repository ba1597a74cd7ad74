//! Rule S4: parcels of which no movement comes, and packages for which no other label does.

use crate::build::*;
use crate::notices::notices;
use crate::steps;
use NoticeKind::{AttentionNeeded, MovementWanted, NoMovement};
use domain::{Action, Channel, Mark, NoticeKind, Outcome, Partner, Resolution, SilentHours, Watch};
use rstest::rstest;

/// When a silence is told where nothing was set.
const TOLD: i64 = 96 * HOUR;

/// When whoever can ask the carrier is told.
const WANTED: i64 = TOLD - 15 * MINUTE;

fn waiting() -> Made {
    label("A").watched()
}

/// Confirmed without a movement, where scans come.
fn confirmed() -> Vec<(i64, Step)> {
    confirmed_by(assigned("A").watched().fed())
}

fn confirmed_by(label: Made) -> Vec<(i64, Step)> {
    steps![0 => label, 0 => claim("1"), 0 => ended(Outcome::ACCEPTED)]
}

fn and(steps: Vec<(i64, Step)>, more: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    steps.into_iter().chain(more).collect()
}

#[rustfmt::skip]
#[rstest]
#[case::s4_just_before(steps![0 => waiting()], TOLD - 1, &[])]
#[case::s4_after_96_hours(steps![0 => waiting()], TOLD, &[Mark::NoMovement])]
#[case::s4_the_least(steps![0 => label("A").silent(6)], 6 * HOUR, &[Mark::NoMovement])]
#[case::s4_not_yet_the_least(steps![0 => label("A").silent(6)], 6 * HOUR - 1, &[])]
#[case::s4_the_most(steps![0 => label("A").silent(240)], 240 * HOUR, &[Mark::NoMovement])]
#[case::s4_not_yet_the_most(steps![0 => label("A").silent(240)], 240 * HOUR - 1, &[])]
#[case::s4_off(steps![0 => label("A")], 240 * HOUR, &[])]
#[case::s4_since_it_was_made(steps![HOUR => waiting()], TOLD, &[Mark::NoMovement])]
#[case::s4_made_ahead_of_its_receipt(steps![0 => waiting().made(HOUR)], TOLD, &[Mark::NoMovement])]
#[case::s4_not_before_its_day(steps![0 => waiting().ships(DAY)], TOLD + DAY - 1, &[])]
#[case::s4_since_its_day(steps![0 => waiting().ships(DAY)], TOLD + DAY, &[Mark::NoMovement])]
#[case::s4_its_day_is_before_it(steps![2 => waiting().made(2).ships(1)], TOLD + 1, &[])]
#[case::s4_moved(steps![0 => waiting(), 9 => moved("A", 9)], TOLD, &[Mark::Delayed])]
#[case::s4_held(steps![0 => waiting(), 9 => act(Action::Hold)], TOLD, &[])]
#[case::s4_cancelled(steps![0 => waiting(), 9 => cancel(9)], TOLD, &[])]
#[case::s4_by_the_new_label(steps![0 => waiting(), HOUR => label("B").made(HOUR).watched()], TOLD, &[])]
#[case::s4_of_the_new_label(steps![0 => waiting(), HOUR => label("B").made(HOUR).watched()], TOLD + HOUR, &[Mark::NoMovement])]
#[case::t7_the_new_labels_own_terms(steps![0 => waiting(), HOUR => label("B").made(HOUR)], 2 * TOLD, &[])]
fn of_what_waits(#[case] steps: Vec<(i64, Step)>, #[case] now: i64, #[case] expected: &[Mark]) {
    assert_eq!(marks(&then(play(Channel::Amazon, steps), now, tick()).order), expected);
}

/// Movements of the number that are too old for the label (rule M4).
#[rustfmt::skip]
#[rstest]
#[case::s4_a_day_and_a_second_before(waiting().made(20 * DAY), 19 * DAY - 1, true)]
#[case::s4_a_day_before_is_its_own(waiting().made(20 * DAY), 19 * DAY, false)]
#[case::s4_fourteen_days_before(waiting().made(20 * DAY), 6 * DAY, true)]
#[case::s4_more_than_fourteen_days_before(waiting().made(20 * DAY), 6 * DAY - 1, false)]
#[case::s4_off(label("A").made(20 * DAY), 10 * DAY, false)]
fn that_moved_before_its_label(#[case] label: Made, #[case] moved_at: i64, #[case] is_told: bool) {
    let scene = play(Channel::Amazon, steps![20 * DAY => label, 20 * DAY => moved("A", moved_at)]);
    assert_eq!(marks(&scene.order).contains(&Mark::NoMovement), is_told, "{}", scene.shown());
    assert_eq!(scene.told, if is_told { vec![NoMovement] } else { vec![] }, "the carrier is not asked");
}

#[rstest]
fn s4_the_last_movement_before_the_label_counts() {
    let steps = steps![
        20 * DAY => waiting().made(20 * DAY), 20 * DAY => moved("A", DAY), 20 * DAY => moved("A", 7 * DAY)
    ];
    assert_eq!(marks(&play(Channel::Amazon, steps).order), [Mark::NoMovement]);
}

#[rustfmt::skip]
#[rstest]
#[case::s4_just_before(confirmed(), TOLD - 1, &[])]
#[case::s4_after_96_hours(confirmed(), TOLD, &[Mark::NoMovement])]
#[case::s4_no_scans_come(confirmed_by(assigned("A").watched()), TOLD, &[])]
#[case::s4_off(confirmed_by(assigned("A").fed()), TOLD, &[])]
#[case::s4_moved_since(and(confirmed(), steps![9 => moved("A", 9)]), TOLD, &[])]
#[case::s4_moved_before_it_was_sent(steps![0 => assigned("A").watched().fed(), 0 => moved("A", 0), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED)], TOLD, &[])]
#[case::s4_its_movement_is_the_proof(steps![0 => waiting().fed(), 9 => moved("A", 9), 9 => claim("1"), 9 => ended(Outcome::ACCEPTED)], TOLD, &[])]
#[case::s4_a_person_sent_it(steps![0 => waiting().fed(), 9 => act(Action::SendNow), 9 => claim("1"), 9 => ended(Outcome::ACCEPTED)], TOLD, &[Mark::NoMovement])]
#[case::s4_superseded(and(confirmed(), steps![9 => void("A")]), TOLD, &[Mark::Superseded])]
#[case::s4_cancelled(and(confirmed(), steps![9 => cancel(9)]), TOLD, &[Mark::CancelledLate])]
#[case::s4_cancelled_and_put_aside(and(confirmed(), steps![9 => cancel(9), 10 => act(Action::Resolve(Resolution::Closed))]), TOLD, &[])]
#[case::s4_a_reprint_of_the_same_number(and(confirmed(), steps![9 => assigned("B").number("A").made(9).watched().fed()]), TOLD, &[Mark::NoMovement])]
#[case::s4_the_number_of_a_telling_that_was_not_sent_moves(and(confirmed_by(assigned("A").number("C").watched().fed()), steps![1 => assigned("A").number("B"), 2 => moved("B", 2)]), TOLD, &[Mark::LabelDisputed, Mark::NoMovement])]
#[case::s4_the_number_that_was_sent_moves(and(confirmed_by(assigned("A").number("C").watched().fed()), steps![1 => assigned("A").number("B"), 2 => moved("C", 2)]), TOLD, &[Mark::LabelDisputed])]
#[case::s4_in_doubt(steps![0 => assigned("A").watched().fed(), TOLD - 60 => claim("1"), TOLD - 60 => ended(unknown())], TOLD, &[])]
#[case::s4_moved_too_early_for_it(and(confirmed_by(assigned("A").made(20 * DAY).watched().fed()), steps![20 * DAY => moved("A", 18 * DAY)]), 20 * DAY, &[Mark::NoMovement])]
#[case::m6_the_first_of_its_own_is_kept(and(confirmed_by(assigned("A").made(20 * DAY).watched().fed()), steps![20 * DAY => moved("A", 18 * DAY), 21 * DAY => moved("A", 21 * DAY)]), 26 * DAY, &[])]
fn of_what_is_confirmed(#[case] steps: Vec<(i64, Step)>, #[case] now: i64, #[case] expected: &[Mark]) {
    assert_eq!(marks(&then(play(Channel::Amazon, steps), now, tick()).order), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::s4_just_before(steps![0 => waiting(), HOUR => void("A")], TOLD + HOUR - 1, &[])]
#[case::s4_since_it_waits(steps![0 => waiting(), HOUR => void("A")], TOLD + HOUR, &[Mark::NoLabel])]
#[case::s4_by_the_hours_of_the_voided_one(steps![0 => label("A").silent(6), HOUR => void("A")], 7 * HOUR, &[Mark::NoLabel])]
#[case::s4_off(steps![0 => label("A"), HOUR => void("A")], 2 * TOLD, &[])]
#[case::s4_a_void_that_came_first(steps![0 => void("A"), HOUR => waiting()], TOLD + HOUR, &[Mark::NoLabel])]
#[case::s4_never_a_label(steps![0 => void("A")], 2 * TOLD, &[])]
#[case::s4_another_label(steps![0 => waiting(), HOUR => void("A"), 2 * HOUR => label("B").made(2 * HOUR)], TOLD + HOUR, &[])]
#[case::s4_anew_with_the_next_void(steps![0 => waiting(), HOUR => void("A"), DAY => label("B").made(DAY).watched(), 2 * DAY => void("B")], TOLD + 2 * DAY - 1, &[])]
#[case::s4_after_the_next_void(steps![0 => waiting(), HOUR => void("A"), DAY => label("B").made(DAY).watched(), 2 * DAY => void("B")], TOLD + 2 * DAY, &[Mark::NoLabel])]
#[case::s4_sent_before_it_was_voided(steps![0 => assigned("A").watched(), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED), 1 => void("A")], 2 * TOLD, &[Mark::Superseded])]
fn without_a_label(#[case] steps: Vec<(i64, Step)>, #[case] now: i64, #[case] expected: &[Mark]) {
    assert_eq!(marks(&then(play(Channel::Amazon, steps), now, tick()).order), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::s4_each_once(steps![0 => waiting(), WANTED => tick(), WANTED + 60 => tick(), TOLD => tick(), TOLD + 60 => tick()], &[MovementWanted, NoMovement])]
#[case::s4_just_before(steps![0 => waiting(), WANTED - 1 => tick()], &[])]
#[case::s4_over_by_then(steps![TOLD => waiting()], &[NoMovement])]
#[case::s4_moved_when_it_was_asked_for(steps![0 => waiting(), WANTED => tick(), WANTED + 1 => moved("A", WANTED), TOLD => tick()], &[MovementWanted])]
#[case::s4_of_each_label(steps![0 => waiting(), TOLD => tick(), TOLD + 1 => label("B").made(TOLD + 1).watched(), 2 * TOLD + 1 => tick()], &[NoMovement, NoMovement])]
#[case::s4_of_a_label_that_is_silent_when_it_comes(steps![0 => waiting(), TOLD => tick(), TOLD + 60 => label("B").made(60).watched()], &[NoMovement, NoMovement])]
#[case::s4_what_is_confirmed(and(confirmed(), steps![WANTED => tick(), TOLD => tick()]), &[NoticeKind::ConfirmationAccepted, MovementWanted, NoMovement])]
#[case::s4_no_label(steps![0 => waiting(), 0 => void("A"), WANTED => tick(), TOLD => tick(), TOLD + 60 => tick()], &[AttentionNeeded])]
#[case::s4_under_hold_only_once_that_is_over(steps![0 => waiting(), 1 => act(Action::Hold), TOLD => tick(), TOLD + 1 => act(Action::Release)], &[NoMovement])]
fn is_published(#[case] steps: Vec<(i64, Step)>, #[case] expected: &[NoticeKind]) {
    assert_eq!(play(Channel::Amazon, steps).told, expected);
}

#[rstest]
fn s4_a_notice_is_known_by_its_label() {
    let wanted = play(Channel::Amazon, steps![0 => waiting(), WANTED => tick()]);
    assert_eq!(notices(&wanted)[0].id, "acme/shop/902-1/1/MovementWanted/A");
    let told = then(wanted, TOLD, tick());
    assert_eq!(notices(&told)[0].id, "acme/shop/902-1/1/NoMovement/A");
    let voided = play(Channel::Amazon, steps![0 => waiting(), 0 => void("A"), TOLD => tick()]);
    assert_eq!(notices(&voided)[0].id, "acme/shop/902-1/1/AttentionNeeded/no_label/A");
    assert_eq!(notices(&voided)[0].reason.as_str(), "no_label");
}

#[rustfmt::skip]
#[rstest]
#[case::s4_whoever_can_ask(steps![0 => waiting()], Some(WANTED))]
#[case::s4_its_end(steps![0 => waiting(), WANTED => tick()], Some(TOLD))]
#[case::s4_nothing_more(steps![0 => waiting(), TOLD => tick()], None)]
#[case::s4_off(steps![0 => label("A")], None)]
#[case::s4_confirmed(confirmed(), Some(WANTED))]
#[case::s4_confirmed_and_no_scans_come(confirmed_by(assigned("A").watched()), None)]
#[case::s4_confirmed_and_moved(and(confirmed(), steps![9 => moved("A", 9)]), None)]
#[case::s4_voided(steps![0 => waiting(), HOUR => void("A")], Some(TOLD + HOUR))]
#[case::s4_voided_and_off(steps![0 => label("A"), HOUR => void("A")], None)]
fn the_sweep_looks(#[case] steps: Vec<(i64, Step)>, #[case] due: Option<i64>) {
    // Groupon shows no ship-by, so it is not looked at for one.
    assert_eq!(play(Channel::Groupon, steps).due(), due);
}

#[rustfmt::skip]
#[rstest]
#[case::s4_put_aside(steps![], &[])]
#[case::s4_put_aside_and_another_label(steps![TOLD + 9 => label("B").made(1).watched()], &[Mark::NoMovement])]
#[case::s4_put_aside_and_voided(steps![TOLD + 9 => void("A"), 2 * TOLD + 9 => tick()], &[Mark::NoLabel])]
#[case::s4_put_aside_and_moved(steps![TOLD + 9 => moved("A", TOLD)], &[])]
fn what_was_put_aside(#[case] more: Vec<(i64, Step)>, #[case] expected: &[Mark]) {
    let aside = steps![0 => waiting(), TOLD => tick(), TOLD + 1 => act(Action::Resolve(Resolution::Closed))];
    assert_eq!(marks(&play(Channel::Amazon, and(aside, more)).order), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::s4_the_least(6, None)]
#[case::s4_the_most(240, None)]
#[case::s4_too_few(5, Some("silent_hours: is 5; allowed: a whole number of hours from 6 to 240, off"))]
#[case::s4_too_many(241, Some("silent_hours: is 241; allowed: a whole number of hours from 6 to 240, off"))]
#[case::s4_none(0, Some("silent_hours: is 0; allowed: a whole number of hours from 6 to 240, off"))]
fn silent_hours(#[case] hours: u64, #[case] refusal: Option<&str>) {
    let set = SilentHours::new(hours);
    assert_eq!(set.clone().err().map(|fault| fault.to_string()).as_deref(), refusal);
    assert_eq!(set.ok().and_then(SilentHours::hours).map(u64::from), refusal.is_none().then_some(hours));
}

/// A movement was seen on the day of the first label here, which is 15:00 of its day.
#[rustfmt::skip]
#[rstest]
#[case::s4_never(None, 0, false)]
#[case::s4_on_that_day(Some(0), HOUR, true)]
#[case::s4_seven_days_later(Some(0), 7 * DAY + 9 * HOUR - 1, true)]
#[case::s4_on_the_eighth_day(Some(0), 7 * DAY + 9 * HOUR, false)]
#[case::s4_a_day_that_is_ahead(Some(DAY), 0, true)]
fn t7_a_label_keeps_whether_scans_come(#[case] moved: Option<i64>, #[case] now: i64, #[case] is_fed: bool) {
    let partner = Partner { moved_on: moved.map(|moved| at(moved).day()), ..crate::partners::amazon_partner() };
    assert_eq!(partner.watch_at(at(now)), Watch { is_fed, ..Watch::STANDARD });
}

#[rstest]
fn t7_what_was_set_when_the_label_came_stays() {
    let order = play(
        Channel::Amazon,
        steps![0 => label("A").silent(6), 1 => waiting(), 6 * HOUR => tick()],
    )
    .order;
    assert_eq!(marks(&order), [Mark::NoMovement]);
}
