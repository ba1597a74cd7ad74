//! Rule S8: whether Amazon shows what it took.

use crate::build::*;
use crate::notices::notices;
use crate::steps;
use domain::{
    Action, Attention, Channel, Evidence, Input, Mark, NotShown, NoticeKind, Outcome, PartnerNow,
    Proof, Reading, Resolution, Stage, What, Work, attention, work,
};
use rstest::rstest;

const TEN: i64 = 10 * MINUTE;

const NOTHING_THERE: Action = Action::Resolve(Resolution::NothingThere);

/// What Amazon took at the start.
fn taken() -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 0 => claim_verified(), 0 => ended(Outcome::ACCEPTED)]
}

fn and(steps: Vec<(i64, Step)>, more: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    steps.into_iter().chain(more).collect()
}

fn other() -> Reading {
    Reading::Other(text("X9"))
}

/// When the first look is due at which there is work, in minutes.
fn next_look(scene: &Scene, from: i64) -> Option<i64> {
    let is_due = |minute: &i64| {
        let now = at(minute * MINUTE);
        let order = domain::step(scene.order.clone(), &tick(), now).order;
        work(&order, now).contains(&Work::Look("1".parse().unwrap()))
    };
    (from..=9 * 60).find(is_due)
}

#[rustfmt::skip]
#[rstest]
#[case::s8_ten_minutes(Channel::Amazon, taken(), 0, Some(10))]
#[case::s8_one_hour(Channel::Amazon, and(taken(), steps![TEN => looked(Reading::Absent)]), 10, Some(60))]
#[case::s8_six_hours(Channel::Amazon, and(taken(), steps![HOUR => looked(Reading::Absent)]), 60, Some(360))]
#[case::s8_no_more(Channel::Amazon, and(taken(), steps![6 * HOUR => looked(Reading::Absent)]), 360, None)]
#[case::s8_one_asked_too_early(Channel::Amazon, and(taken(), steps![TEN => looked_at(TEN - 1, Reading::Absent)]), 10, Some(10))]
#[case::s8_until_one_shows_ours(Channel::Amazon, and(taken(), steps![TEN => looked(Reading::OURS)]), 10, None)]
#[case::s8_also_after_another(Channel::Amazon, and(taken(), steps![TEN => looked(other())]), 10, Some(60))]
#[case::s8_not_unreadable(Channel::Amazon, and(taken(), steps![TEN => looked(Reading::Unreadable(why("503", None)))]), 10, Some(11))]
#[case::s8_other_channels_not(Channel::Ebay, taken(), 0, None)]
#[case::s8_off_at_the_claim(Channel::Amazon, steps![0 => assigned("A"), 0 => Step::ClaimNow(PartnerNow { verifies: false, ..ALL_SET }, "h"), 0 => ended(Outcome::ACCEPTED)], 0, None)]
#[case::s8_found_by_reading(Channel::Amazon, steps![0 => assigned("A"), 0 => claim_verified(), 0 => ended(unknown()), 30 => read(Reading::OURS)], 1, None)]
#[case::s8_superseded(Channel::Amazon, and(taken(), steps![1 => void("A")]), 1, None)]
#[case::s8_cancelled_late(Channel::Amazon, and(taken(), steps![1 => cancel(1)]), 1, None)]
#[case::s8_a_persons_word(Channel::Amazon, and(taken(), steps![TEN => looked(other()), TEN => act(Action::Resolve(Resolution::Closed))]), 10, None)]
#[case::s7_dropped(Channel::Amazon, and(taken(), steps![TEN => tick(), TEN + 2 * HOUR => tick()]), 130, Some(360))]
fn is_looked_at(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] from: i64, #[case] minute: Option<i64>) {
    assert_eq!(next_look(&play(channel, steps), from), minute);
}

#[rustfmt::skip]
#[rstest]
#[case::s8_ours(and(taken(), steps![TEN => looked(Reading::OURS)]), "confirmed by reading")]
#[case::s8_another(and(taken(), steps![TEN => looked(other())]), "confirmed +not_shown")]
#[case::s8_none_at_first(and(taken(), steps![TEN => looked(Reading::Absent)]), "confirmed")]
#[case::s8_none_just_before_the_last(and(taken(), steps![6 * HOUR => looked_at(6 * HOUR - 1, Reading::Absent)]), "confirmed")]
#[case::s8_none_at_last(and(taken(), steps![6 * HOUR => looked(Reading::Absent)]), "confirmed +not_shown")]
#[case::s8_ours_after_another(and(taken(), steps![TEN => looked(other()), HOUR => looked(Reading::OURS)]), "confirmed by reading")]
#[case::s8_ours_after_none(and(taken(), steps![6 * HOUR => looked(Reading::Absent), 7 * HOUR => looked(Reading::OURS)]), "confirmed by reading")]
#[case::s8_none_after_another(and(taken(), steps![TEN => looked(other()), HOUR => looked(Reading::Absent)]), "confirmed +not_shown")]
#[case::s8_nothing_is_repeated(and(taken(), steps![6 * HOUR => looked(Reading::Absent), 9 * HOUR => tick()]), "confirmed +not_shown")]
#[case::s8_not_verified_and_absent(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED), 7 * HOUR => looked(Reading::Absent)], "confirmed")]
#[case::s8_not_verified_and_another(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED), 7 * HOUR => looked(other())], "confirmed +not_shown")]
#[case::s8_cancelled(and(taken(), steps![TEN => showed(domain::OrderShown { is_cancelled: true, ..domain::OrderShown::default() })]), "confirmed +cancelled_late")]
#[case::p13_a_person_saw_it(and(taken(), steps![TEN => looked(other()), HOUR => act(Action::Resolve(Resolution::Confirmed))]), "confirmed by a person")]
#[case::p13_put_aside(and(taken(), steps![TEN => looked(other()), HOUR => act(Action::Resolve(Resolution::Closed))]), "confirmed")]
#[case::p13_put_aside_and_another_number(and(taken(), steps![TEN => looked(other()), HOUR => act(Action::Resolve(Resolution::Closed)), HOUR => looked(Reading::Other(text("X8")))]), "confirmed +not_shown")]
#[case::p13_put_aside_and_the_same_number(and(taken(), steps![TEN => looked(other()), HOUR => act(Action::Resolve(Resolution::Closed)), HOUR => looked(other())]), "confirmed")]
#[case::p13_nothing_there(and(taken(), steps![TEN => looked(other()), HOUR => act(NOTHING_THERE)]), "ready")]
#[case::p13_nothing_there_of_what_waits(steps![0 => label("A"), 1 => act(Action::SendNow), 1 => claim_verified(), 1 => ended(Outcome::ACCEPTED), 700 => looked(other()), 701 => act(NOTHING_THERE)], "ready")]
#[case::p13_nothing_there_of_what_moved(steps![0 => label("A"), 1 => moved("A", 1), 1 => claim_verified(), 1 => ended(Outcome::ACCEPTED), 700 => looked(other()), 701 => act(NOTHING_THERE)], "ready")]
#[case::p13_and_it_is_verified_anew(and(taken(), steps![TEN => looked(other()), HOUR => act(NOTHING_THERE), HOUR => claim_verified(), HOUR => ended(Outcome::ACCEPTED), HOUR + TEN => looked(Reading::OURS)]), "confirmed by reading")]
fn what_it_comes_to(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), expected);
}

#[rstest]
fn s8_what_was_found_is_kept() {
    let package = |steps| {
        play(Channel::Amazon, and(taken(), steps)).order.packages.into_values().next().unwrap()
    };
    let found = |number: &str| Some(NotShown { found: Some(text(number)) });
    assert_eq!(package(steps![TEN => looked(other())]).not_shown, found("X9"));
    let none = package(steps![6 * HOUR => looked(Reading::Absent)]).not_shown;
    assert_eq!(none, Some(NotShown { found: None }));
    let shown = package(steps![TEN => looked(Reading::OURS)]);
    let Some(Stage::Confirmed { at: since, by }) = shown.state.stage() else { panic!("confirmed") };
    assert_eq!((*since, *by), (at(0), Evidence::ReadBack));
    assert!(shown.looks.is_none(), "{:?}", shown.looks);
}

#[rstest]
fn s8_it_is_published_once() {
    let steps = and(
        taken(),
        steps![TEN => looked(other()), HOUR => looked(Reading::Other(text("X8"))), 6 * HOUR => looked(Reading::Absent)],
    );
    let told = play(Channel::Amazon, steps).told;
    let count = told.iter().filter(|kind| **kind == NoticeKind::ConfirmationNotShown).count();
    assert_eq!(count, 1);
    let scene = play(Channel::Amazon, and(taken(), steps![TEN => looked(other())]));
    let notice = &notices(&scene)[0];
    assert_eq!(notice.id, "acme/shop/902-1/1/ConfirmationNotShown/1");
    assert_eq!(notice.reason.as_str(), "the channel took it, and shows X9");
}

#[rustfmt::skip]
#[rstest]
#[case::another(steps![TEN => looked(other())], "Amazon took its number, and shows X9.")]
#[case::none(steps![6 * HOUR => looked(Reading::Absent)], "Amazon took its number, and does not show it.")]
fn s8_it_needs_a_person(#[case] more: Vec<(i64, Step)>, #[case] says: &str) {
    let order = play(Channel::Amazon, and(taken(), more)).order;
    let id = "1".parse().unwrap();
    assert_eq!(attention(&order, &id).into_iter().collect::<Vec<_>>(), [Attention::NotShown]);
    assert_eq!(marks(&order), [Mark::NotShown]);
    let view = domain::order_view(&order, 1);
    assert_eq!(view["packages"][0]["attention"][0]["says"], says);
    let possible = domain::possible(&order, &id);
    let resolve = [Resolution::Confirmed, Resolution::Closed, Resolution::NothingThere].map(Action::Resolve);
    assert_eq!(possible, [vec![Action::Look], resolve.to_vec()].concat());
}

/// The movement that was the proof is in the lock alone while it is confirmed.
#[rstest]
fn p13_what_goes_again_keeps_its_proof() {
    let steps = steps![
        0 => label("A"), 1 => moved("A", 1), 1 => claim_verified(), 1 => ended(Outcome::ACCEPTED),
        700 => looked(other()), 701 => act(NOTHING_THERE), 702 => claim_verified()
    ];
    let order = play(Channel::Amazon, steps).order;
    let package = order.packages.values().next().unwrap();
    let Proof::Movement(proof) = &package.lock().unwrap().proof else { panic!("a movement") };
    assert_eq!(proof.occurred_at, at(1));
    assert_eq!(package.not_shown, None);
}

#[rustfmt::skip]
#[rstest]
#[case::pending(taken(), "pending")]
#[case::shown(and(taken(), steps![TEN => looked(Reading::OURS)]), "shown")]
#[case::not_shown(and(taken(), steps![TEN => looked(other())]), "not_shown")]
#[case::dropped(and(taken(), steps![TEN => tick(), TEN + 2 * HOUR => tick()]), "not_verified")]
fn s8_where_it_stands_is_shown(#[case] steps: Vec<(i64, Step)>, #[case] state: &str) {
    let view = domain::order_view(&play(Channel::Amazon, steps).order, 1);
    assert_eq!(view["packages"][0]["verification"]["state"], state);
}

#[rstest]
fn s8_nothing_is_said_where_nothing_is_verified() {
    let view = domain::order_view(&play(Channel::Ebay, taken()).order, 1);
    assert_eq!(view["packages"][0]["verification"], serde_json::Value::Null);
}

#[rstest]
fn s8_the_timeline_says_that_it_shows() {
    let order = play(Channel::Amazon, and(taken(), steps![TEN => looked(Reading::OURS)])).order;
    assert_eq!(order.timeline.last().map(|change| change.what), Some(What::Verified));
}

/// A verification is rung for with a delay, and costs no save before its answer.
#[rstest]
fn s8_the_first_look_is_rung_with_a_delay() {
    let scene = play(Channel::Amazon, taken());
    assert_eq!((scene.rings(), scene.due()), (vec![TEN], Some(TEN + 5 * MINUTE)));
    let later = domain::step(scene.order.clone(), &Input::Tick, at(TEN)).order;
    assert_eq!(later, scene.order);
}
