//! Rules T6 and P13: what a person may do, from each state.

use crate::build::*;
use crate::steps;
use domain::{Action, Channel, Outcome, Reading, Resolution};
use rstest::rstest;

const CONFIRMED: Action = Action::Resolve(Resolution::Confirmed);
const CLOSED: Action = Action::Resolve(Resolution::Closed);
const NOTHING_THERE: Action = Action::Resolve(Resolution::NothingThere);

fn after(channel: Channel, steps: Vec<(i64, Step)>, action: Action) -> Scene {
    then(play(channel, steps), 100_000, act(action))
}

fn unresolved() -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), DAY => tick()]
}

fn conflict() -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => read(Reading::Other(text("X9")))]
}

fn rejected() -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused())]
}

fn confirmed() -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED)]
}

fn superseded() -> Vec<(i64, Step)> {
    confirmed().into_iter().chain(steps![1 => void("A")]).collect()
}

#[rustfmt::skip]
#[rstest]
#[case::send_now_from_waiting(steps![0 => label("A")], Action::SendNow, "ready")]
#[case::send_now_from_never(steps![0 => label("A").under(domain::Timing::Never)], Action::SendNow, "ready")]
#[case::send_now_from_cancelled(steps![0 => assigned("A"), 1 => cancel(1)], Action::SendNow, "ready")]
#[case::send_now_from_a_hold(steps![0 => label("A"), 1 => act(Action::Hold)], Action::SendNow, "ready")]
#[case::hold_from_waiting(steps![0 => label("A")], Action::Hold, "held")]
#[case::hold_from_ready(steps![0 => assigned("A")], Action::Hold, "held")]
#[case::hold_before_a_label(steps![0 => void("A"), 1 => act(Action::Hold), 2 => assigned("B").made(2)], Action::Release, "ready")]
#[case::hold_from_withheld(steps![0 => assigned("A"), 1 => cancel(1)], Action::Hold, "held")]
#[case::hold_what_a_person_sent(steps![0 => label("A"), 1 => act(Action::SendNow)], Action::Hold, "held")]
#[case::release_decides_anew(steps![0 => label("A"), 1 => act(Action::Hold)], Action::Release, "waits for movement")]
#[case::release_finds_what_came_meanwhile(steps![0 => label("A"), 1 => act(Action::Hold), 2 => moved("A", 1)], Action::Release, "ready")]
#[case::retry_from_rejected(rejected(), Action::Retry, "ready")]
#[case::retry_of_a_cancelled_order(rejected().into_iter().chain(steps![1 => cancel(1)]).collect(), Action::Retry, "cancelled")]
#[case::close_rejected(rejected(), CLOSED, "closed")]
#[case::resolve_a_conflict_as_confirmed(conflict(), CONFIRMED, "confirmed by a person")]
#[case::close_a_conflict(conflict(), CLOSED, "closed")]
#[case::resolve_unresolved_as_confirmed(unresolved(), CONFIRMED, "confirmed by a person")]
#[case::close_unresolved(unresolved(), CLOSED, "closed")]
#[case::resolve_unresolved_as_nothing_there(unresolved(), NOTHING_THERE, "ready")]
#[case::resolve_a_mark(superseded(), CLOSED, "confirmed")]
#[case::resolve_a_mark_as_confirmed(superseded(), CONFIRMED, "confirmed")]
fn does(#[case] steps: Vec<(i64, Step)>, #[case] action: Action, #[case] expected: &str) {
    let scene = after(Channel::Amazon, steps, action);
    assert_eq!(scene.refused(), None);
    assert_eq!(scene.shown(), expected);
    let told = scene.order.timeline.iter().filter_map(|change| change.note.as_ref());
    let kept = told.filter(|note| note.as_str().contains("by ann: asked to")).count();
    assert!(kept >= 1, "the actor and the reason are kept");
}

#[rustfmt::skip]
#[rstest]
#[case::send_now_without_a_label(steps![0 => void("A")], Action::SendNow)]
#[case::send_now_from_ready(steps![0 => assigned("A")], Action::SendNow)]
#[case::send_now_from_sending(steps![0 => assigned("A"), 99_999 => claim("1")], Action::SendNow)]
#[case::send_now_from_in_doubt(steps![0 => assigned("A"), 99_990 => claim("1"), 99_991 => ended(unknown())], Action::SendNow)]
#[case::send_now_from_conflict(conflict(), Action::SendNow)]
#[case::send_now_from_unresolved(unresolved(), Action::SendNow)]
#[case::send_now_from_confirmed(confirmed(), Action::SendNow)]
#[case::send_now_from_rejected(rejected(), Action::SendNow)]
#[case::hold_from_sending(steps![0 => assigned("A"), 99_999 => claim("1")], Action::Hold)]
#[case::hold_from_in_doubt(steps![0 => assigned("A"), 99_990 => claim("1"), 99_991 => ended(unknown())], Action::Hold)]
#[case::hold_of_a_repeat(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Absent)], Action::Hold)]
#[case::hold_from_confirmed(confirmed(), Action::Hold)]
#[case::hold_twice(steps![0 => assigned("A"), 1 => act(Action::Hold)], Action::Hold)]
#[case::release_without_a_hold(steps![0 => assigned("A")], Action::Release)]
#[case::release_of_a_label_made_under_never(steps![0 => label("A").under(domain::Timing::Never)], Action::Release)]
#[case::release_of_a_voided_label(steps![0 => assigned("A"), 5 => claim_under(domain::Timing::Never, None), 6 => void("A")], Action::Release)]
#[case::release_twice(steps![0 => assigned("A"), 5 => claim_under(domain::Timing::Never, None), 6 => act(Action::Release)], Action::Release)]
#[case::retry_from_ready(steps![0 => assigned("A")], Action::Retry)]
#[case::retry_from_confirmed(confirmed(), Action::Retry)]
#[case::retry_from_conflict(conflict(), Action::Retry)]
#[case::retry_from_unresolved(unresolved(), Action::Retry)]
#[case::nothing_there_from_conflict(conflict(), NOTHING_THERE)]
#[case::nothing_there_from_rejected(rejected(), NOTHING_THERE)]
#[case::nothing_there_from_in_doubt(steps![0 => assigned("A"), 99_990 => claim("1"), 99_991 => ended(unknown())], NOTHING_THERE)]
#[case::resolve_what_is_confirmed(confirmed(), CLOSED)]
#[case::resolve_what_is_rejected_as_confirmed(rejected(), CONFIRMED)]
#[case::resolve_what_waits(steps![0 => label("A")], CLOSED)]
#[case::anything_from_closed(conflict().into_iter().chain(steps![40 => act(CLOSED)]).collect(), Action::SendNow)]
fn refuses(#[case] steps: Vec<(i64, Step)>, #[case] action: Action) {
    let before = play(Channel::Amazon, steps);
    let state = before.shown();
    let scene = then(before, 100_000, act(action));
    let refusal = scene.refused().expect("a refusal").to_string();
    assert!(refusal.starts_with("action: not possible while the package is "), "{refusal}");
    assert!(refusal.contains("allowed: "), "{refusal}");
    assert_eq!(scene.shown().replace(" +delayed", ""), state.replace(" +delayed", ""));
}

#[rustfmt::skip]
#[rstest]
#[case::waiting(steps![0 => label("A")], Action::Retry, "waiting; allowed: send_now, hold, look")]
#[case::held(steps![0 => label("A"), 1 => act(Action::Hold)], Action::Hold, "held by a person; allowed: send_now, release, look")]
#[case::sending(steps![0 => assigned("A"), 99_999 => claim("1")], Action::Hold, "sending; allowed: none until its outcome is known")]
#[case::in_doubt(steps![0 => assigned("A"), 99_990 => claim("1"), 99_991 => ended(unknown())], Action::Hold, "in doubt; allowed: none until the channel was asked")]
#[case::confirmed(confirmed(), Action::Hold, "confirmed; allowed: look")]
#[case::confirmed_with_a_mark(superseded(), Action::Hold, "confirmed; allowed: look, resolve as confirmed, resolve as closed")]
#[case::conflict(conflict(), Action::Retry, "in conflict; allowed: resolve as confirmed, resolve as closed")]
#[case::closed(conflict().into_iter().chain(steps![40 => act(CLOSED)]).collect(), Action::SendNow, "closed; allowed: none")]
fn a_refusal_says_what_is_possible(#[case] steps: Vec<(i64, Step)>, #[case] action: Action, #[case] expected: &str) {
    let refusal = after(Channel::Amazon, steps, action).refused().expect("a refusal").to_string();
    assert_eq!(refusal, format!("action: not possible while the package is {expected}"));
}

#[rstest]
fn what_was_seen_is_kept_beside_the_reason() {
    let person = domain::Person { evidence: Some(text("shows 1Z999A")), ..person("asked to") };
    let input = domain::Input::Operator { package: "1".parse().unwrap(), action: CLOSED, person };
    let scene = then(play(Channel::Amazon, conflict()), 40, input);
    let kept: Vec<(domain::What, &str)> = scene
        .order
        .timeline
        .iter()
        .filter(|change| seconds(change.at) == 40)
        .filter_map(|change| Some((change.what, change.note.as_ref()?.as_str())))
        .collect();
    let expected = [
        (domain::What::Person, "resolve as closed by ann: asked to"),
        (domain::What::Evidence, "shows 1Z999A"),
    ];
    assert_eq!(kept, expected);
}

#[rstest]
fn an_imei_hold_is_not_a_persons_to_release() {
    let steps = steps![0 => label("A").phones(&[("i1", 1)]).or_hold(), 9 => moved("A", 8)];
    let scene = then(play(Channel::BackMarket, steps), 10, act(Action::Release));
    assert_eq!(scene.shown(), "held without imeis");
    assert!(
        scene.refused().expect("a refusal").to_string().ends_with("allowed: send_now, hold, look")
    );
}

#[rstest]
#[case::ready(steps![0 => assigned("A")], "ready; allowed: hold, look")]
#[case::to_be_repeated(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Absent)], "ready to be repeated; allowed: none")]
#[case::sending(steps![0 => assigned("A"), 1 => claim("1")], "sending; allowed: none until its outcome is known")]
#[case::sending_with_a_mark(steps![0 => assigned("A"), 1 => claim("1"), 2 => cancel(2)], "sending; allowed: resolve as confirmed, resolve as closed")]
#[case::in_doubt_with_a_mark(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 3 => void("A")], "in doubt; allowed: resolve as confirmed, resolve as closed")]
fn says_what_is_possible(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    let scene = then(play(Channel::Amazon, steps), 33, act(Action::Retry));
    assert!(scene.refused().expect("a refusal").to_string().ends_with(expected));
}

#[rstest]
fn a_hold_ends_with_what_it_held() {
    let steps = steps![
        0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"),
        2 => act_on("2", Action::Hold), 3 => ended(Outcome::ACCEPTED), 4 => act_on("2", CLOSED),
    ];
    let scene = play(Channel::Wish, steps);
    assert_eq!(scene.shown(), "1: confirmed; 2: closed");
    assert_eq!(domain::possible(&scene.order, &"2".parse().unwrap()), []);
}

#[rstest]
fn an_action_on_a_package_that_is_not_there() {
    let scene = then(play(Channel::Amazon, confirmed()), 1, act_on("9", Action::Hold));
    assert_eq!(scene.refused(), Some(&domain::Refusal::Absent));
}

#[rstest]
fn a_conflict_closed_needs_no_attention() {
    let scene = after(Channel::Amazon, conflict(), CLOSED);
    assert_eq!(scene.order.attention_since, None);
}

/// What was sent may still be applied: nobody can say yet that it never will be.
#[rstest]
#[case::at_once(0, false)]
#[case::just_before_the_quarantine_is_over(15 * 60 - 1, false)]
#[case::when_it_is_over(15 * 60, true)]
fn nothing_there_is_for_after_the_quarantine(#[case] after: i64, #[case] is_possible: bool) {
    let given_up = steps![0 => assigned("A"), 0 => claim("1"), 5 => ended(unknown())];
    let scene = then(play(Channel::UntilGone, given_up), 5 + after, act(NOTHING_THERE));
    let refused = scene.refused().map(ToString::to_string);
    let words = "action: what was sent may still be applied; allowed: nothing_there from 2026-11-23T15:15:05Z on";
    assert_eq!(refused.as_deref(), (!is_possible).then_some(words));
    assert_eq!(scene.shown().starts_with("ready"), is_possible, "{}", scene.shown());
}

#[rstest]
fn nothing_there_starts_afresh() {
    let scene = after(Channel::Amazon, unresolved(), NOTHING_THERE);
    let package = scene.order.packages.values().next().unwrap();
    assert_eq!((package.lock(), failures(package)), (None, None));
    assert_eq!(package.state.tries().map(|tries| seconds(tries.since)), Some(100_000));
    assert_eq!(scene.rings(), [0]);
}
