//! Rule A3: a partner that observes has everything decided and nothing sent.

use crate::build::*;
use crate::steps;
use domain::{
    Action, Attempt, Channel, ChannelShows, Input, LineState, Observed, Outcome, Package, Proof,
    Reading, Refusal, ShownNumber, possible,
};
use rstest::rstest;

fn package(scene: &Scene) -> &Package {
    &scene.order.packages[&"1".parse().unwrap()]
}

fn observed(scene: &Scene) -> &Observed {
    package(scene).observed().unwrap()
}

#[rustfmt::skip]
#[rstest]
#[case::what_would_be_claimed_is_not(steps![0 => assigned("A"), 1 => claim_observing()], "observed")]
#[case::nor_before_its_movement(steps![0 => label("A"), 1 => claim_observing()], "waits for movement")]
#[case::once_it_has_moved(steps![0 => label("A"), 1 => moved("A", 1), 2 => claim_observing()], "observed")]
#[case::not_under_never(steps![0 => assigned("A"), 1 => claim_under(NEVER, None)], "never")]
#[case::a_newer_label_changes_nothing(steps![0 => assigned("A"), 1 => claim_observing(), 2 => assigned("B")], "observed")]
#[case::a_void_changes_nothing(steps![0 => assigned("A"), 1 => claim_observing(), 2 => void("A")], "observed")]
#[case::nor_does_a_cancellation(steps![0 => assigned("A"), 1 => claim_observing(), 2 => cancel(2)], "observed")]
#[case::nor_a_wish(steps![0 => assigned("A"), 1 => claim_observing(), 2 => told_wish(true, 2)], "observed")]
#[case::nor_time(steps![0 => assigned("A"), 1 => claim_observing(), 30 * DAY => tick()], "observed")]
#[case::leaving_sends_nothing(steps![0 => assigned("A"), 1 => claim_observing(), 2 => claim("1")], "observed")]
#[case::a_person_does(steps![0 => assigned("A"), 1 => claim_observing(), 2 => act(Action::SendNow), 3 => claim("1")], "sending")]
#[case::while_it_holds_it_is_observed_again(steps![0 => assigned("A"), 1 => claim_observing(), 2 => act(Action::SendNow), 3 => claim_observing()], "observed")]
#[case::what_was_refused_before_is_decided_by_a_person(steps![0 => assigned("A"), 1 => claim("1"), 1 => ended(refused()), 2 => act(Action::Retry), 2 => claim_observing()], "observed")]
#[case::a_doubt_is_read(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => read(Reading::OURS)], "confirmed by reading")]
#[case::and_not_repeated(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => read(Reading::Absent), 31 => claim_observing()], "in doubt, read at 61")]
#[case::absence_proven_frees_it(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => read(Reading::Absent), 31 => claim_observing(),
    61 => read(Reading::Absent), 200 => read(Reading::Absent), 1_000 => read(Reading::Absent), 1_000 => claim_observing()], "observed")]
fn a3_is(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), expected);
}

const NEVER: domain::Timing = domain::Timing::Never;

/// What is in doubt is not repeated once the partner observes, also where it was never to be asked for so long.
#[rstest]
fn a3_a_repeat_is_not_allowed_again() {
    let steps = steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()),
        30 => read(Reading::Absent), 31 => claim_observing(), 61 => read(Reading::Absent)];
    let scene = play(Channel::Amazon, steps);
    assert!(package(&scene).state.doubt().is_some(), "it is read, and read again");
}

#[rstest]
fn a3_where_nobody_can_be_asked_a_repeat_is_left_to_a_person() {
    let steps = steps![0 => assigned("A"), 0 => claim_deduped("h"), 0 => ended(unknown()),
        31 => tick(), 32 => claim_observing()];
    assert_eq!(play(Channel::UntilGone, steps).shown(), "unresolved");
}

#[rstest]
fn a3_it_keeps_what_would_have_been_sent_when_and_why() {
    let scene =
        play(Channel::Amazon, steps![0 => label("A"), 5 => moved("A", 5), 9 => claim_observing()]);
    assert_eq!(scene.refused(), Some(&Refusal::Observed));
    let Observed { at: when, lock, shows } = observed(&scene);
    assert_eq!((*when, shows), (at(9), &None));
    assert_eq!(lock.label.as_ref().map(|label| label.id.as_str()), Some("A"));
    assert!(matches!(&lock.proof, Proof::Movement(seen) if seen.occurred_at == at(5)));
    assert!(!lock.verify, "nothing was taken that could be verified");
    let later = play(
        Channel::Amazon,
        steps![0 => label("A"), 5 => moved("A", 5), 9 => claim_observing(), 10 => assigned("B")],
    );
    assert_eq!(observed(&later).lock, *lock);
}

#[rstest]
fn a3_it_needs_nobody_and_takes_no_place() {
    let steps = steps![0 => assigned("A").of("1"), 0 => assigned("B").of("2"),
        1 => claim_observing(), 2 => void("A"), 3 => cancel(3)];
    let scene = play(Channel::Wish, steps);
    assert_eq!(scene.order.attention_since, None);
    assert_eq!(scene.told, []);
    assert_eq!(package(&scene).lock(), None);
}

/// No look is due but one that a person asks for: what it shows is said beside it, and changes nothing.
#[rstest]
#[case::ours(Reading::OURS, ShownNumber::Ours)]
#[case::another(Reading::Other(text("X9")), ShownNumber::Other(text("X9")))]
#[case::none(Reading::Absent, ShownNumber::Nothing)]
#[case::a_former_one(Reading::Former(text("X9")), ShownNumber::Former(text("X9")))]
#[case::unclear(Reading::Unclear(text("shipped")), ShownNumber::Unclear(text("shipped")))]
fn a3_what_the_channel_holds_is_said_beside_it(
    #[case] reading: Reading,
    #[case] what: ShownNumber,
) {
    let steps = steps![0 => assigned("A"), 1 => claim_observing(), 2 => told_shipped(2),
        3 => act(Action::Look), 4 => looked(reading)];
    let scene = play(Channel::Amazon, steps);
    assert_eq!(observed(&scene).shows, Some(ChannelShows { at: at(4), what }));
    assert_eq!(scene.shown(), "observed");
    assert_eq!(scene.order.due_at, None, "nothing more is asked");
}

#[rstest]
fn a3_a_person_can_look_and_send_and_nothing_else() {
    let scene = play(Channel::Amazon, steps![0 => assigned("A"), 1 => claim_observing()]);
    let possible = possible(&scene.order, &"1".parse().unwrap());
    assert_eq!(possible, [Action::SendNow, Action::Look]);
}

/// A line's own request has nothing to be observed: it waits until its partner is live.
#[rstest]
fn a3_a_line_waits() {
    let two = assigned("A").phones(&[("i1", 1), ("i2", 1)]);
    let steps = steps![0 => imeis("i1", &["490154203237518"], 0),
        0 => imeis("i2", &["356938035643809"], 0), 0 => two, 0 => claim("1"),
        1 => ended(Outcome::ACCEPTED), 2 => claim_line_observing("i1")];
    let scene = play(Channel::BackMarket, steps);
    assert_eq!(scene.refused(), Some(&Refusal::Observed));
    let line = &package(&scene).lines[&"i1".parse().unwrap()];
    assert!(
        matches!(line.state, LineState::Open(Attempt::Pending(p)) if p.not_before == Some(at(1_802)))
    );
    assert!(!scene.order.is_paused(), "the end of a pause does not bring it on");
}

/// What its partner observes and what is live go by one rule until the claim.
#[rstest]
fn a3_until_the_claim_all_is_as_ever() {
    let decided = steps![0 => label("A"), 1 => moved("A", 1), 2 => Input::Tick];
    assert_eq!(play(Channel::Amazon, decided).shown(), "ready");
}
