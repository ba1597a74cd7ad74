//! Rules S1 and S7: looks at what a channel holds of a package that is in no doubt, and what they show of its order.

use crate::build::*;
use crate::steps;
use domain::{
    Action, Channel, Input, LookOf, OrderShown, Outcome, Parking, Reading, Refusal, Resolution,
    What, Work, work,
};
use rstest::rstest;

/// When a look for the ship-by is due where nothing was set: a quarter of 96 hours.
const QUARTER: i64 = 24 * HOUR;

fn and(steps: Vec<(i64, Step)>, more: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    steps.into_iter().chain(more).collect()
}

/// A label that waits for its movement, and of which a silence is told.
fn waiting() -> Vec<(i64, Step)> {
    steps![0 => label("A").watched()]
}

/// The package is to be looked at by then, and not a second before.
fn is_due_at(scene: &Scene, seconds: i64) -> bool {
    let is_due = |now: i64| {
        let order = domain::step(scene.order.clone(), &tick(), at(now)).order;
        work(&order, at(now)).contains(&Work::Look("1".parse().unwrap()))
    };
    !is_due(seconds - 1) && is_due(seconds)
}

fn is_never_due(scene: &Scene) -> bool {
    [0, 1, 6, 12, 24, 48, 72, 239].into_iter().all(|hour| {
        let now = at(hour * HOUR).max(scene.order.seen_at);
        let order = domain::step(scene.order.clone(), &tick(), now).order;
        !work(&order, now).iter().any(|work| matches!(work, Work::Look(_)))
    })
}

fn other() -> Reading {
    Reading::Other(text("X9"))
}

fn unreadable() -> Reading {
    Reading::Unreadable(why("503", None))
}

#[rustfmt::skip]
#[rstest]
#[case::s7_a_quarter_of_its_silence(Channel::Amazon, waiting(), QUARTER)]
#[case::s7_of_the_hours_that_were_set(Channel::Ebay, steps![0 => label("A").silent(6)], 90 * MINUTE)]
#[case::s7_since_it_was_made(Channel::Wish, steps![HOUR => label("A").watched()], QUARTER)]
#[case::s7_of_a_new_label(Channel::BackMarket, and(waiting(), steps![DAY + 1 => looked(Reading::Absent), 2 * DAY => label("B").made(2 * DAY).watched()]), 3 * DAY)]
#[case::s7_a_look_before_then_does_not_serve(Channel::Amazon, and(waiting(), steps![9 => act(Action::Look), 9 => looked(Reading::Absent)]), QUARTER)]
#[case::s5_somebody_shipped_it(Channel::Groupon, steps![0 => label("A"), 60 => told_shipped(60)], 60)]
#[case::s5_as_of_then(Channel::Ebay, steps![0 => label("A"), 60 => told_shipped(90)], 90)]
#[case::s5_told_before_the_label(Channel::Ebay, steps![0 => told_shipped(0), 60 => label("A")], 60)]
#[case::s5_of_another_number_since(Channel::Ebay, steps![0 => label("A"), 1 => told_shipped(1), 2 => looked(Reading::Absent), 3 => label("B").made(3)], 3)]
#[case::s5_what_is_held(Channel::Ebay, steps![0 => label("A"), 1 => act(Action::Hold), 2 => told_shipped(2)], 2)]
#[case::s5_what_was_rejected(Channel::Ebay, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused()), 2 => told_shipped(2)], 2)]
#[case::p13_a_person_asks(Channel::Ebay, steps![0 => label("A"), 7 => act(Action::Look)], 7)]
#[case::p13_of_what_is_confirmed(Channel::Ebay, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED), 7 => act(Action::Look)], 7)]
#[case::p13_a_persons_is_made_at_once(Channel::Ebay, steps![0 => label("A"), 1 => told_shipped(1), 2 => looked(unreadable()), 7 => act(Action::Look)], 7)]
fn is_due(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] now: i64) {
    let scene = play(channel, steps);
    assert!(is_due_at(&scene, now), "{:?}", scene.order.packages);
}

#[rustfmt::skip]
#[rstest]
#[case::s7_the_channel_cannot_be_asked(Channel::UntilGone, and(waiting(), steps![9 => told_shipped(9)]))]
#[case::s7_it_shows_no_ship_by(Channel::Groupon, waiting())]
#[case::s7_a_ship_by_is_known(Channel::Amazon, steps![0 => label("A").watched().ship_by(DAY)])]
#[case::s7_a_ship_by_is_reckoned(Channel::Amazon, steps![0 => label("A").watched().reckoned(DAY)])]
#[case::s7_no_silence_is_told(Channel::Amazon, steps![0 => label("A")])]
#[case::s7_it_waits_for_nothing(Channel::Amazon, steps![0 => assigned("A").watched(), 0 => act(Action::Hold)])]
#[case::s7_once_for_each_label(Channel::Amazon, and(waiting(), steps![QUARTER => tick(), QUARTER => looked(Reading::Absent)]))]
#[case::s7_any_look_since_then_serves(Channel::Amazon, and(waiting(), steps![QUARTER + HOUR => act(Action::Look), QUARTER + HOUR => looked(Reading::Absent)]))]
#[case::s5_what_was_claimed(Channel::Ebay, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED), 9 => told_shipped(9)])]
#[case::s5_looked_at_since(Channel::Ebay, steps![0 => label("A"), 1 => told_shipped(1), 2 => looked(Reading::Absent)])]
#[case::s5_looked_at_at_that_moment(Channel::Ebay, steps![0 => label("A"), 1 => told_shipped(1), 2 => looked_at(1, Reading::Absent)])]
#[case::s5_without_a_label(Channel::Ebay, steps![0 => label("A"), 1 => void("A"), 2 => told_shipped(2)])]
#[case::p13_answered(Channel::Ebay, steps![0 => label("A"), 7 => act(Action::Look), 7 => looked(Reading::Absent)])]
#[case::s8_what_others_took_is_not_verified(Channel::Ebay, steps![0 => assigned("A"), 0 => claim_verified(), 0 => ended(Outcome::ACCEPTED)])]
fn is_not_due(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>) {
    let scene = play(channel, steps);
    assert!(is_never_due(&scene), "{:?}", scene.order.packages);
}

#[rustfmt::skip]
#[rstest]
#[case::ours_confirms(steps![0 => label("A"), 9 => looked(Reading::OURS)], "confirmed by reading")]
#[case::another_is_a_conflict(steps![0 => label("A"), 9 => looked(other())], "conflict with X9")]
#[case::absence_says_nothing(steps![0 => label("A"), 9 => looked(Reading::Absent)], "waits for movement")]
#[case::a_former_number_says_nothing(steps![0 => label("A"), 9 => looked(Reading::Former(text("X9")))], "waits for movement")]
#[case::an_unknown_one_says_nothing(steps![0 => label("A"), 9 => looked(Reading::Unclear(text("SHIPPED")))], "waits for movement")]
#[case::of_what_is_held(steps![0 => label("A"), 1 => act(Action::Hold), 9 => looked(Reading::OURS)], "confirmed by reading")]
#[case::of_what_is_cancelled(steps![0 => label("A"), 1 => cancel(1), 9 => looked(other())], "conflict with X9")]
#[case::of_what_is_ready(steps![0 => assigned("A"), 9 => looked(Reading::OURS)], "confirmed by reading")]
#[case::of_what_was_rejected(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused()), 9 => looked(Reading::OURS)], "confirmed by reading")]
#[case::and_the_others_have_no_place(steps![0 => label("A"), 0 => label("B").of("2"), 9 => looked(Reading::OURS)], "1: confirmed by reading; 2: one_tracking_per_order")]
#[case::not_where_another_has_the_place(steps![0 => label("A"), 0 => assigned("B").of("2"), 1 => claim("2"), 1 => ended_of(confirmation("2"), Outcome::ACCEPTED), 9 => looked(other())], "1: one_tracking_per_order; 2: confirmed")]
#[case::not_while_another_is_sent(steps![0 => label("A"), 0 => assigned("B").of("2"), 1 => claim("2"), 9 => looked(other())], "1: waits for movement; 2: sending")]
#[case::not_of_what_is_sent(steps![0 => assigned("A"), 1 => claim("1"), 9 => looked(other())], "sending")]
#[case::not_of_what_is_in_doubt(steps![0 => assigned("A"), 1 => claim("1"), 1 => ended(unknown()), 9 => looked(Reading::OURS)], "in doubt, read at 31")]
#[case::a_further_number_of_the_parcel(steps![0 => label("A").also(&["F"]), 9 => looked(Reading::Other(text("1Z999F")))], "conflict with 1Z999F, another number of the same parcel")]
fn s7_what_it_shows_of_a_package(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Wish, steps).shown(), expected);
}

#[rstest]
fn s7_it_counts_for_the_number_that_it_was_compared_with() {
    let asked = Input::Looked {
        package: "1".parse().unwrap(),
        tracking: number("A"),
        fence: 0,
        reading: other(),
        shown: OrderShown { ship_by: Some(at(DAY)), ..OrderShown::default() },
        asked_at: at(1),
    };
    let scene = play(
        Channel::Ebay,
        steps![0 => label("A"), 1 => told_shipped(1), 2 => label("B").made(2), 3 => asked],
    );
    assert_eq!(
        (scene.shown().as_str(), scene.refused()),
        ("waits for movement", Some(&Refusal::NotReady))
    );
    assert_eq!(
        scene.order.ship_by_of(&"1".parse().unwrap()),
        Some(at(DAY)),
        "of the order it counts"
    );
    let due = Work::Look("1".parse().unwrap());
    assert!(work(&scene.order, at(3)).contains(&due), "it is no look");
}

#[rstest]
fn s7_it_counts_under_its_fence() {
    let asked = Input::Looked {
        package: "1".parse().unwrap(),
        tracking: number("A"),
        fence: 0,
        reading: other(),
        shown: OrderShown::default(),
        asked_at: at(1),
    };
    let steps =
        steps![0 => assigned("A"), 2 => claim("1"), 2 => ended(Outcome::ACCEPTED), 3 => asked];
    let scene = play(Channel::Ebay, steps);
    assert_eq!(scene.shown(), "confirmed");
    assert_eq!(scene.refused(), Some(&Refusal::Fenced { given: 0, current: 1 }));
}

#[rustfmt::skip]
#[rstest]
#[case::s1_a_look_shows_it(steps![0 => label("A"), 9 => shows_ship_by(DAY)], DAY)]
#[case::s1_before_what_was_told_later(steps![0 => label("A").ship_by(2 * DAY), 9 => shows_ship_by(DAY), 10 => told_ship_by(3 * DAY, 10)], DAY)]
#[case::s1_the_last_look_counts(steps![0 => label("A"), 9 => shows_ship_by(DAY), 10 => shows_ship_by(2 * DAY)], 2 * DAY)]
#[case::s1_our_own_function_later(steps![0 => label("A"), 9 => shows_ship_by(DAY), 10 => channels_ship_by(2 * DAY, 10)], 2 * DAY)]
#[case::s1_our_own_function_earlier(steps![0 => label("A"), 9 => shows_ship_by(DAY), 10 => channels_ship_by(2 * DAY, 8)], DAY)]
#[case::s1_at_a_tie_the_earlier(steps![0 => label("A"), 9 => shows_ship_by(2 * DAY), 10 => channels_ship_by(DAY, 9)], DAY)]
#[case::s1_our_own_function_before_what_was_told(steps![0 => label("A").ship_by(DAY), 9 => channels_ship_by(2 * DAY, 0), 10 => told_ship_by(3 * DAY, 10)], 2 * DAY)]
#[case::s1_too_far_ahead_is_none(steps![0 => label("A").ship_by(DAY), 9 => shows_ship_by(60 * DAY + 1)], DAY)]
#[case::s1_sixty_days_ahead_is_one(steps![0 => label("A").ship_by(DAY), 9 => shows_ship_by(60 * DAY)], 60 * DAY)]
#[case::s1_what_is_reckoned_comes_last(steps![0 => label("A").ship_by(2 * DAY).reckoned(DAY)], 2 * DAY)]
#[case::s1_what_is_reckoned(steps![0 => label("A").reckoned(DAY)], DAY)]
#[case::s7_a_read_of_a_doubt_shows_it(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => read_showing(DAY)], DAY)]
fn s1_a_ship_by(#[case] steps: Vec<(i64, Step)>, #[case] expected: i64) {
    let order = play(Channel::Ebay, steps).order;
    assert_eq!(order.ship_by_of(&"1".parse().unwrap()), Some(at(expected)));
}

fn shows_ship_by(by: i64) -> Step {
    showed(OrderShown { ship_by: Some(at(by)), ..OrderShown::default() })
}

fn read_showing(by: i64) -> Input {
    Input::Probe {
        target: confirmation("1"),
        fence: 1,
        reading: Reading::Absent,
        hash: None,
        asked_at: at(30),
        shown: OrderShown { ship_by: Some(at(by)), ..OrderShown::default() },
    }
}

const WISHED: OrderShown = OrderShown { ship_by: None, is_wished: true, is_cancelled: false };
const CANCELLED: OrderShown = OrderShown { ship_by: None, is_wished: false, is_cancelled: true };
const HELD: &str = "held, the buyer wishes to cancel";

#[rustfmt::skip]
#[rstest]
#[case::a_wish_holds(steps![0 => label("A"), 9 => showed(WISHED)], HELD)]
#[case::a_look_takes_none_back(steps![0 => label("A"), 8 => told_wish(true, 8), 9 => showed(OrderShown::default())], HELD)]
#[case::after_one_that_was_taken_back(steps![0 => label("A"), 8 => told_wish(false, 8), 9 => showed(WISHED)], HELD)]
#[case::before_it_was_taken_back(steps![0 => label("A"), 8 => told_wish(false, 10), 9 => showed(WISHED)], "waits for movement")]
#[case::one_that_was_refused_stays_refused(steps![0 => label("A"), 8 => told_wish(true, 8), 9 => act(Action::Release), 10 => showed(WISHED)], "waits for movement")]
#[case::of_what_was_sent(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED), 9 => showed(WISHED)], "confirmed +cancel_requested")]
#[case::a_cancellation_stops(steps![0 => label("A"), 9 => showed(CANCELLED)], "cancelled")]
#[case::of_what_was_sent_it_is_late(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED), 9 => showed(CANCELLED)], "confirmed +cancelled_late")]
#[case::before_a_claim(steps![0 => assigned("A"), 9 => preflight(CANCELLED)], "cancelled")]
#[case::before_a_claim_a_wish(steps![0 => assigned("A"), 9 => preflight(WISHED)], HELD)]
fn s7_what_it_shows_of_the_order(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Ebay, steps).shown(), expected);
}

fn preflight(shown: OrderShown) -> Input {
    Input::Preflight {
        package: "1".parse().unwrap(),
        tracking: number("A"),
        reading: Reading::Absent,
        shown,
        asked_at: at(9),
    }
}

#[rustfmt::skip]
#[rstest]
#[case::nothing_is_no_news(steps![0 => label("A")], OrderShown::default(), false)]
#[case::a_ship_by(steps![0 => label("A")], OrderShown { ship_by: Some(at(DAY)), ..OrderShown::default() }, true)]
#[case::a_known_ship_by(steps![0 => label("A").ship_by(DAY)], OrderShown { ship_by: Some(at(DAY)), ..OrderShown::default() }, false)]
#[case::one_that_is_too_far_ahead(steps![0 => label("A"), 9 => shows_ship_by(99 * DAY)], OrderShown { ship_by: Some(at(99 * DAY)), ..OrderShown::default() }, false)]
#[case::a_wish(steps![0 => label("A")], WISHED, true)]
#[case::a_known_wish(steps![0 => label("A"), 9 => showed(WISHED)], WISHED, false)]
#[case::a_wish_that_was_taken_back_since(steps![0 => label("A"), 9 => told_wish(false, 20)], WISHED, false)]
#[case::a_cancellation(steps![0 => label("A")], CANCELLED, true)]
#[case::a_known_cancellation(steps![0 => label("A"), 9 => cancel(9)], CANCELLED, false)]
fn s7_what_is_news(#[case] steps: Vec<(i64, Step)>, #[case] shown: OrderShown, #[case] expected: bool) {
    let order = play(Channel::Ebay, steps).order;
    assert_eq!(domain::shows_news(&order, &"1".parse().unwrap(), shown, at(10)), expected);
}

fn shipped() -> Vec<(i64, Step)> {
    steps![0 => label("A"), 0 => told_shipped(0)]
}

#[rustfmt::skip]
#[rstest]
#[case::p11_after_thirty_seconds(steps![1 => looked(unreadable())], 30)]
#[case::p11_and_after_two_minutes(steps![1 => looked(unreadable()), 30 => looked(unreadable())], 120)]
#[case::p11_every_fifteen_minutes(steps![901 => looked(unreadable())], 1_801)]
#[case::p11_as_the_channel_asks(steps![1 => looked(Reading::Unreadable(why("429", Some(600))))], 601)]
#[case::its_turn_is_later(steps![1 => Input::WaitToLook { package: "1".parse().unwrap(), until: at(77) }], 77)]
#[case::under_a_stop(steps![1 => Input::ParkLook { package: "1".parse().unwrap(), parking: Parking::Stopped }], 301)]
fn s7_it_is_made_again(#[case] more: Vec<(i64, Step)>, #[case] now: i64) {
    let scene = play(Channel::Ebay, and(shipped(), more));
    assert!(is_due_at(&scene, now), "{:?}", scene.order.packages);
}

#[rstest]
fn s7_two_senders_put_a_look_off_once() {
    let wait = |until| Input::WaitToLook { package: "1".parse().unwrap(), until: at(until) };
    let scene = play(Channel::Ebay, and(shipped(), steps![1 => wait(77), 2 => wait(99)]));
    assert_eq!(scene.refused(), Some(&Refusal::NotBefore(at(77))));
    assert!(is_due_at(&scene, 77));
}

#[rustfmt::skip]
#[rstest]
#[case::just_before(shipped(), 2 * HOUR - 1, false)]
#[case::after_two_hours(shipped(), 2 * HOUR, true)]
#[case::tried_in_between(and(shipped(), steps![HOUR => looked(unreadable())]), 2 * HOUR, true)]
#[case::a_stop_does_not_count(and(shipped(), steps![HOUR => Input::ParkLook { package: "1".parse().unwrap(), parking: Parking::Stopped }]), 3 * HOUR - 1, false)]
#[case::two_hours_after_a_stop(and(shipped(), steps![HOUR => Input::ParkLook { package: "1".parse().unwrap(), parking: Parking::Stopped }]), 3 * HOUR, true)]
#[case::told_of_late(steps![0 => label("A"), 3 * HOUR => told_shipped(0)], 5 * HOUR - 1, false)]
#[case::told_of_late_and_over(steps![0 => label("A"), 3 * HOUR => told_shipped(0)], 5 * HOUR, true)]
#[case::a_persons_is_not(steps![0 => label("A"), 0 => act(Action::Look)], 24 * HOUR - 1, false)]
#[case::a_persons_after_a_day(steps![0 => label("A"), 0 => act(Action::Look), HOUR => looked(unreadable())], 24 * HOUR, true)]
#[case::a_day_after_it_was_asked_for(and(shipped(), steps![HOUR => act(Action::Look)]), 25 * HOUR - 1, false)]
#[case::and_all_that_waited_with_it(and(shipped(), steps![HOUR => act(Action::Look)]), 25 * HOUR, true)]
fn s7_it_is_dropped(#[case] steps: Vec<(i64, Step)>, #[case] now: i64, #[case] is_dropped: bool) {
    let scene = then(play(Channel::Ebay, steps), now, tick());
    let id = &"1".parse().unwrap();
    let looks = &scene.order.packages[id].looks;
    let dropped = is_dropped.then(|| LookOf { at: at(now), number: number("A").key() });
    assert_eq!((&looks.dropped, looks.due.is_none()), (&dropped, is_dropped));
    assert!(looks.asked_for.is_none() || !is_dropped, "nobody waits for it any more");
    let is_told = scene.order.timeline.iter().any(|change| change.what == What::LookDropped);
    assert_eq!(is_told, is_dropped);
    if is_dropped {
        assert!(is_never_due(&scene), "it serves as if it had been made");
    }
}

#[rstest]
fn s7_one_look_serves_all() {
    let steps = and(
        waiting(),
        steps![QUARTER + 1 => told_shipped(QUARTER), QUARTER + 2 => looked(Reading::Absent)],
    );
    assert!(is_never_due(&play(Channel::Amazon, steps)));
}

#[rustfmt::skip]
#[rstest]
#[case::at_once(steps![0 => label("A"), 1 => told_shipped(1)], &[0])]
#[case::within_fifteen_minutes(steps![0 => label("A").silent(6), 75 * MINUTE => tick()], &[900])]
#[case::later_by_the_sweep(steps![0 => label("A").silent(6), 75 * MINUTE - 1 => tick()], &[])]
#[case::at_its_time(steps![0 => label("A").silent(6), 90 * MINUTE => tick()], &[0])]
#[case::again_after_five_minutes(steps![0 => label("A"), 1 => told_shipped(1), 301 => tick()], &[0])]
#[case::put_off(steps![0 => label("A"), 1 => told_shipped(1), 1 => looked(unreadable())], &[30])]
fn s7_it_is_rung_for(#[case] steps: Vec<(i64, Step)>, #[case] rings: &[i64]) {
    assert_eq!(play(Channel::Ebay, steps).rings(), rings);
}

#[rustfmt::skip]
#[rstest]
#[case::a_quarter_of_its_silence(steps![0 => label("A").silent(6)], 90 * MINUTE)]
#[case::five_minutes_after_a_ring(steps![0 => label("A"), 0 => told_shipped(0)], 5 * MINUTE)]
#[case::when_it_is_dropped(steps![0 => label("A"), 0 => told_shipped(0), 115 * MINUTE => looked(unreadable())], 2 * HOUR)]
fn s7_a_timer_is_set(#[case] steps: Vec<(i64, Step)>, #[case] due: i64) {
    assert_eq!(play(Channel::Ebay, steps).due(), Some(due));
}

#[rustfmt::skip]
#[rstest]
#[case::what_waits(Channel::Ebay, steps![0 => label("A")], true)]
#[case::what_is_ready(Channel::Ebay, steps![0 => assigned("A")], true)]
#[case::what_is_confirmed(Channel::Ebay, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED)], true)]
#[case::what_was_rejected(Channel::Ebay, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused())], true)]
#[case::no_label(Channel::Ebay, steps![0 => label("A"), 1 => void("A")], false)]
#[case::it_cannot_be_asked(Channel::UntilGone, steps![0 => label("A")], false)]
#[case::what_is_sent(Channel::Ebay, steps![0 => assigned("A"), 0 => claim("1")], false)]
#[case::what_is_in_doubt(Channel::Ebay, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown())], false)]
#[case::what_is_closed(Channel::Ebay, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused()), 1 => act(Action::Resolve(Resolution::Closed))], false)]
fn p13_a_person_can_ask_for_one(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] expected: bool) {
    let order = play(channel, steps).order;
    assert_eq!(domain::possible(&order, &"1".parse().unwrap()).contains(&Action::Look), expected);
    assert!(!Action::Look.sends());
}

#[rstest]
fn s5_shipped_is_kept_by_its_last_telling() {
    let steps = steps![0 => told_shipped(5), 1 => told_shipped(3), 2 => told_ship_by(DAY, 9)];
    let order = play(Channel::Ebay, steps).order;
    assert_eq!(order.shipped, Some(at(5)));
    assert!(order.is_only_updated());
    assert_eq!(order.attention_since, None);
}

#[rstest]
fn s7_looks_are_shown() {
    let steps = and(shipped(), steps![2 => looked_at(1, Reading::Absent), 9 => act(Action::Look)]);
    let view = domain::order_view(&play(Channel::Ebay, steps).order, 1);
    let expected = serde_json::json!({
        "asked_at": "2026-11-23T15:00:01Z", "dropped_at": null, "asked_for_at": "2026-11-23T15:00:09Z",
        "next_at": "2026-11-23T15:00:09Z"
    });
    assert_eq!(view["packages"][0]["looks"], expected);
}
