//! Rules S2 and S11: what goes although its parcel has not moved.

use crate::build::*;
use crate::steps;
use domain::{
    Action, Channel, DeadlineAction, OrderShown, PartnerNow, Proof, Reading, Refusal,
    SettingsChange, Work, work,
};
use domain::{Deadline, OrAfterChange, OrAfterHours};
use rstest::rstest;

/// The ship-by, when its warning is due, and the earliest look that serves.
const BY: i64 = 20 * HOUR;
const WARN: i64 = 16 * HOUR;
const LOOK: i64 = 10 * HOUR;

/// A label that goes at its deadline.
fn sends() -> Made {
    label("A").ship_by(BY).sends(4)
}

fn and(steps: Vec<(i64, Step)>, more: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    steps.into_iter().chain(more).collect()
}

const WAITS: &str = "waits for movement";
const NEAR: &str = "waits for movement +ship_by_near";
const READY: &str = "ready +ship_by_near";

#[rustfmt::skip]
#[rstest]
#[case::s2_no_look(steps![0 => sends(), WARN => tick()], NEAR)]
#[case::s2_before_the_warning(steps![0 => sends(), WARN - 1 => looked(Reading::Absent)], WAITS)]
#[case::s2_at_the_warning(steps![0 => sends(), WARN => looked(Reading::Absent)], READY)]
#[case::s2_six_hours_before(steps![0 => sends(), LOOK => looked(Reading::Absent), WARN => tick()], READY)]
#[case::s2_more_than_six_hours_before(steps![0 => sends(), LOOK - 1 => looked(Reading::Absent), WARN => tick()], NEAR)]
#[case::s2_before_the_ship_by(steps![0 => sends(), BY - 1 => looked(Reading::Absent)], READY)]
#[case::s2_asked_before_and_told_after_the_ship_by(steps![0 => sends(), BY => looked_at(BY - 1, Reading::Absent)], "ready +ship_by_passed")]
#[case::s2_after_the_ship_by(steps![0 => sends(), BY => looked(Reading::Absent)], "waits for movement +ship_by_passed")]
#[case::s2_dropped_is_no_look(steps![0 => sends().ship_by(BY), WARN - 3 * HOUR => told_shipped(WARN - 3 * HOUR), WARN - HOUR => tick(), WARN => tick()], NEAR)]
#[case::s2_unreadable_is_no_look(steps![0 => sends(), WARN => tick(), WARN => looked(Reading::Unreadable(why("503", None)))], NEAR)]
#[case::s2_of_another_number(steps![0 => sends(), LOOK => looked(Reading::Absent), LOOK + 1 => sends().number("B").updated(1), WARN => tick()], NEAR)]
#[case::s2_it_is_warned_only(steps![0 => label("A").ship_by(BY).warned(), WARN => looked(Reading::Absent)], NEAR)]
#[case::s2_moved(steps![0 => sends(), HOUR => moved("A", HOUR)], "ready")]
#[case::s2_a_persons_hold(steps![0 => sends(), 1 => act(Action::Hold), WARN => looked(Reading::Absent)], "held +ship_by_near")]
#[case::s2_a_wish(steps![0 => sends(), 1 => told_wish(true, 1), WARN => looked(Reading::Absent)], "held, the buyer wishes to cancel +ship_by_near")]
#[case::s2_a_wish_that_the_look_shows(steps![0 => sends(), WARN => showed(OrderShown { is_wished: true, ..OrderShown::default() })], "held, the buyer wishes to cancel +ship_by_near")]
#[case::s2_a_cancellation_that_the_look_shows(steps![0 => sends(), WARN => showed(OrderShown { is_cancelled: true, ..OrderShown::default() })], "cancelled")]
#[case::s2_another_number_at_the_channel(steps![0 => sends(), WARN => looked(Reading::Other(text("X9")))], "conflict with X9")]
#[case::s2_the_ship_by_moves(steps![0 => sends(), WARN => looked(Reading::Absent), WARN + 1 => told_ship_by(2 * BY, WARN)], WAITS)]
#[case::s2_the_look_moves_the_ship_by(steps![0 => sends(), WARN => showed(OrderShown { ship_by: Some(at(2 * BY)), ..OrderShown::default() })], WAITS)]
#[case::s2_under_assigned_timing_it_says_nothing(steps![0 => assigned("A").ship_by(BY).sends(4).sent_after(2 * BY), WARN => looked(Reading::Absent)], "waits for its time at 144000 +ship_by_near")]
#[case::s11_no_look(steps![0 => label("A").or_after(10), 10 * HOUR => tick()], WAITS)]
#[case::s11_just_before(steps![0 => label("A").or_after(10), 10 * HOUR - 1 => looked(Reading::Absent)], WAITS)]
#[case::s11_at_its_hour(steps![0 => label("A").or_after(10), 10 * HOUR => looked(Reading::Absent)], "ready")]
#[case::s11_long_after(steps![0 => label("A").or_after(10), 99 * HOUR => looked(Reading::Absent)], "ready")]
#[case::s11_six_hours_before(steps![0 => label("A").or_after(10), 4 * HOUR => looked(Reading::Absent), 10 * HOUR => tick()], "ready")]
#[case::s11_more_than_six_hours_before(steps![0 => label("A").or_after(10), 4 * HOUR - 1 => looked(Reading::Absent), 10 * HOUR => tick()], WAITS)]
#[case::s11_since_it_was_first_handled(steps![HOUR => label("A").or_after(10), 10 * HOUR => looked(Reading::Absent)], WAITS)]
#[case::s11_since_its_day(steps![0 => label("A").or_after(10).ships(HOUR), 11 * HOUR - 1 => looked(Reading::Absent)], WAITS)]
#[case::s11_after_its_day(steps![0 => label("A").or_after(10).ships(HOUR), 11 * HOUR => looked(Reading::Absent)], "ready")]
fn goes(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Ebay, steps).shown(), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::s2_groupon_forbids_it(Channel::Groupon, steps![0 => sends(), WARN => looked(Reading::Absent)], NEAR)]
#[case::s11_groupon_forbids_it(Channel::Groupon, steps![0 => label("A").or_after(10), 10 * HOUR => looked(Reading::Absent)], WAITS)]
#[case::s2_until_gone_has_no_looks(Channel::UntilGone, steps![0 => sends(), WARN => looked(Reading::Absent)], NEAR)]
#[case::i4_imeis_are_missing(Channel::BackMarket, steps![0 => sends().phones(&[("i1", 1)]).or_hold(), WARN => looked(Reading::Absent)], "held without imeis +ship_by_near")]
#[case::i4_it_goes_without_imeis(Channel::BackMarket, steps![0 => sends().phones(&[("i1", 1)]), WARN => looked(Reading::Absent)], "ready without imeis +ship_by_near")]
fn goes_by_channel(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(channel, steps).shown(), expected);
}

/// When it is to be looked at.
#[rustfmt::skip]
#[rstest]
#[case::s2_at_the_warning(steps![0 => sends()], WARN, true)]
#[case::s2_not_before(steps![0 => sends()], WARN - 1, false)]
#[case::s2_not_with_a_look_of_six_hours(steps![0 => sends(), LOOK => looked(Reading::Absent)], WARN, false)]
#[case::s2_never_dropped(steps![0 => sends()], BY - 1, true)]
#[case::s2_not_after_the_ship_by(steps![0 => sends()], BY, false)]
#[case::s2_also_after_one_that_was_dropped(steps![0 => sends(), WARN - 3 * HOUR => told_shipped(0), WARN - HOUR => tick()], WARN, true)]
#[case::s2_not_what_is_held(steps![0 => sends(), 1 => act(Action::Hold)], WARN, false)]
#[case::s11_at_its_hour(steps![0 => label("A").or_after(10)], 10 * HOUR, true)]
#[case::s11_not_before(steps![0 => label("A").or_after(10)], 10 * HOUR - 1, false)]
#[case::s11_never_dropped(steps![0 => label("A").or_after(10)], 99 * HOUR, true)]
#[case::s11_looked_at(steps![0 => label("A").or_after(10), 4 * HOUR => looked(Reading::Absent)], 10 * HOUR, false)]
fn is_looked_at(#[case] steps: Vec<(i64, Step)>, #[case] now: i64, #[case] expected: bool) {
    let scene = play(Channel::Ebay, steps);
    // Time goes by in steps, as the sweep takes it.
    let times = [WARN, WARN + HOUR, WARN + 2 * HOUR, WARN + 3 * HOUR, now];
    let order = times.into_iter().filter(|time| *time <= now).fold(scene.order, |order, time| {
        if at(time) < order.seen_at { order } else { domain::step(order, &tick(), at(time)).order }
    });
    assert_eq!(work(&order, at(now)).contains(&Work::Look("1".parse().unwrap())), expected);
}

/// A look that was made ahead serves, and no other one brings the package on.
#[rstest]
fn the_sweep_comes_for_what_was_looked_at_ahead() {
    let label = label("A").or_after(10);
    let looked = looked(Reading::Absent);
    let scene = play(Channel::Ebay, steps![0 => label, 5 * HOUR => looked]);
    assert_eq!(scene.order.due_at, Some(at(10 * HOUR)));
}

fn set(sends_at_deadline: bool, sends_after_wait: bool) -> Step {
    let timing = IN_FORCE;
    let set = PartnerNow { sends_at_deadline, sends_after_wait, ..PartnerNow::under(timing) };
    Step::ClaimNow(set, "h")
}

fn due_by_deadline() -> Vec<(i64, Step)> {
    steps![0 => sends(), WARN => looked(Reading::Absent)]
}

fn due_by_wait() -> Vec<(i64, Step)> {
    steps![0 => label("A").or_after(16), WARN => looked(Reading::Absent)]
}

fn due_by_both() -> Vec<(i64, Step)> {
    steps![0 => sends().or_after(16), WARN => looked(Reading::Absent)]
}

#[rustfmt::skip]
#[rstest]
#[case::s2_it_still_sends(due_by_deadline(), set(true, false), Some(Proof::Deadline { by: at(BY) }))]
#[case::s2_no_longer(due_by_deadline(), set(false, true), None)]
#[case::s11_it_still_sends(due_by_wait(), set(false, true), Some(Proof::Wait))]
#[case::s11_no_longer(due_by_wait(), set(true, false), None)]
#[case::s2_comes_first(due_by_both(), set(true, true), Some(Proof::Deadline { by: at(BY) }))]
#[case::s11_alone_is_enough(due_by_both(), set(false, true), Some(Proof::Wait))]
#[case::neither(due_by_both(), set(false, false), None)]
#[case::a_person_needs_no_setting(and(due_by_deadline(), steps![WARN => act(Action::Hold), WARN => act(Action::SendNow)]), set(false, false), Some(Proof::Person))]
fn s2_the_setting_is_read_again_at_the_claim(#[case] steps: Vec<(i64, Step)>, #[case] claim: Step, #[case] expected: Option<Proof>) {
    let scene = then(play(Channel::Ebay, steps), WARN, claim);
    let package = scene.order.packages.values().next().unwrap();
    assert_eq!(package.lock().map(|lock| lock.proof.clone()), expected, "{}", scene.shown());
    if expected.is_none() {
        assert_eq!(scene.refused(), Some(&Refusal::NoLongerSent));
        assert!(scene.shown().starts_with(WAITS), "{}", scene.shown());
    }
}

#[rustfmt::skip]
#[rstest]
#[case::whatever_is_set_later(steps![], NEAR)]
#[case::also_by_the_wait(steps![WARN + 1 => looked(Reading::Absent)], NEAR)]
#[case::until_it_moves(steps![WARN + 1 => moved("A", WARN)], READY)]
#[case::or_a_person_sends_it(steps![WARN + 1 => act(Action::SendNow)], READY)]
#[case::or_another_label_comes(steps![WARN + 1 => sends().number("A").made(1), WARN + 1 => looked(Reading::Absent)], NEAR)]
#[case::a_new_label(steps![WARN + 1 => label("B").made(1).ship_by(BY).sends(4), WARN + 1 => looked(Reading::Absent)], READY)]
fn s2_what_was_stopped_stays(#[case] more: Vec<(i64, Step)>, #[case] expected: &str) {
    let stopped = and(due_by_both(), steps![WARN => set(false, false)]);
    assert_eq!(play(Channel::Ebay, and(stopped, more)).shown(), expected);
}

#[rstest]
fn s2_what_was_stopped_says_so() {
    let order = play(Channel::Ebay, and(due_by_both(), steps![WARN => set(false, false)])).order;
    let last = order.timeline.last().and_then(|change| change.note.clone());
    let note = "for movement: its partner sends nothing without one any more";
    assert_eq!(last.as_ref().map(domain::Text::as_str), Some(note));
    assert_eq!(domain::order_view(&order, 1)["packages"][0]["label"]["stays"], true);
}

#[rustfmt::skip]
#[rstest]
#[case::of_what_waits_for_a_day(steps![0 => sends().ships(HOUR), WARN => looked(Reading::Absent), WARN => set(true, false)], HOUR)]
#[case::when_it_was_made(steps![9 => sends().made(5), WARN => looked(Reading::Absent), WARN => set(true, false)], 5)]
fn s2_its_ship_date(#[case] steps: Vec<(i64, Step)>, #[case] expected: i64) {
    let order = play(Channel::Ebay, steps).order;
    let submitted = domain::submission(&order, &"1".parse().unwrap(), at(WARN)).unwrap();
    assert_eq!(submitted.ship_date, at(expected));
}

#[rstest]
#[case::deadline(due_by_deadline(), "deadline")]
#[case::wait(due_by_wait(), "wait")]
fn m7_the_proof_is_shown(#[case] steps: Vec<(i64, Step)>, #[case] kind: &str) {
    let order = then(play(Channel::Ebay, steps), WARN, set(true, true)).order;
    let proof = &domain::order_view(&order, 1)["packages"][0]["proof"];
    assert_eq!(proof["kind"], kind);
    let by = (kind == "deadline").then(|| at(BY).to_string());
    assert_eq!(proof["occurred_at"].as_str().map(str::to_owned), by);
}

#[rustfmt::skip]
#[rstest]
#[case::amazon(crate::partners::amazon_partner(), None)]
#[case::groupon(crate::partners::partner_at(Channel::Groupon), Some("groupon has no confirmations that go before the parcel moves"))]
#[case::until_gone(crate::partners::partner_at(Channel::UntilGone), Some("until_gone has no confirmations that go before the parcel moves"))]
fn s2_where_it_can_be_set(#[case] partner: domain::Partner, #[case] problem: Option<&str>) {
    let deadline = Deadline::new(9, DeadlineAction::Send).unwrap();
    let change = SettingsChange { deadline: Some(deadline), ..SettingsChange::NONE };
    let changed = partner.clone().changed(change, text("ann"), at(1));
    let fault = changed.as_ref().err();
    assert_eq!(fault.map(|f| (f.field.as_str(), f.problem.as_str())), problem.map(|p| ("deadline.action", p)));
    assert_eq!(changed.ok().map(|set| set.now().sends_at_deadline), problem.is_none().then_some(true));

    let hours = OrAfterHours::new(9).unwrap();
    let change = SettingsChange { or_after: Some(OrAfterChange::To(hours)), ..SettingsChange::NONE };
    let changed = partner.changed(change, text("ann"), at(1));
    let fault = changed.as_ref().err();
    assert_eq!(fault.map(|f| (f.field.as_str(), f.problem.as_str())), problem.map(|p| ("or_after_hours", p)));
    let set = changed.ok().map(|set| (set.now().sends_after_wait, set.watch_at(at(1)).or_after));
    assert_eq!(set, problem.is_none().then_some((true, Some(hours))));
}

#[rstest]
#[case::least(1, None)]
#[case::most(240, None)]
#[case::none(0, Some("or_after_hours: is 0; allowed: a whole number of hours from 1 to 240, off"))]
#[case::too_many(
    241,
    Some("or_after_hours: is 241; allowed: a whole number of hours from 1 to 240, off")
)]
fn s11_its_hours(#[case] hours: u64, #[case] refusal: Option<&str>) {
    let set = OrAfterHours::new(hours);
    assert_eq!(set.as_ref().err().map(ToString::to_string).as_deref(), refusal);
    assert_eq!(set.ok().map(|set| u64::from(set.hours())), refusal.is_none().then_some(hours));
}

#[rstest]
fn s8_verify_is_on_until_it_is_switched_off() {
    let partner = crate::partners::amazon_partner();
    assert!(partner.now().verifies);
    let change = SettingsChange { verify: Some(false), ..SettingsChange::NONE };
    assert!(!partner.changed(change, text("ann"), at(1)).unwrap().now().verifies);
}
