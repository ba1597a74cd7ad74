//! Rule P11c and "Said exactly": a former number, which the channel shows while the order is still to be shipped.

use crate::build::*;
use crate::steps;
use domain::{
    Action, Attention, Channel, Reading, Refusal, Resolution, Stage, attention, may_follow,
};
use rstest::rstest;

const NOTHING_THERE: Action = Action::Resolve(Resolution::NothingThere);

fn preflight_of(package: &str, letter: &str, reading: Reading) -> domain::Input {
    domain::Input::Preflight {
        package: package.parse().unwrap(),
        tracking: number(letter),
        reading,
        shown: domain::OrderShown::default(),
        asked_at: at(0),
    }
}

fn preflight(letter: &str, reading: Reading) -> domain::Input {
    preflight_of("1", letter, reading)
}

fn former(found: &str) -> Reading {
    Reading::Former(text(found))
}

/// A person has seen X9, and said a quarantine later that it is nothing.
fn said() -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 1 => preflight("A", former("X9")), 901 => act(NOTHING_THERE)]
}

fn and(mut steps: Vec<(i64, Step)>, more: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    steps.extend(more);
    steps
}

#[rustfmt::skip]
#[rstest]
#[case::before_a_claim_a_person_must_look(steps![0 => assigned("A"), 1 => preflight("A", former("X9"))], "unresolved")]
#[case::in_doubt_too(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(former("X9"))], "unresolved")]
#[case::in_doubt_before_its_time(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 31 => read(former("X9"))], "unresolved")]
#[case::ours_may_be_one(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(former("A"))], "unresolved")]
#[case::before_a_repeat(steps![0 => assigned("A"), 1 => claim("1"), 1 => ended(unknown()), 31 => read(Reading::Absent), 32 => preflight("A", former("X9"))], "unresolved")]
#[case::until_a_person_speaks_nothing_goes(steps![0 => assigned("A"), 1 => preflight("A", former("X9")), 2 => claim("1")], "unresolved")]
#[case::by_their_word_it_is_ready(said(), "ready")]
#[case::that_number_lets_the_claim_go(and(said(), steps![902 => preflight("A", former("X9")), 902 => claim("1")]), "sending")]
#[case::nothing_does_so_too(and(said(), steps![902 => preflight("A", Reading::Absent), 902 => claim("1")]), "sending")]
#[case::another_former_one_is_looked_at_anew(and(said(), steps![902 => preflight("A", former("X8"))]), "unresolved")]
#[case::that_number_shipped_is_a_conflict(and(said(), steps![902 => preflight("A", Reading::Other(text("X9")))]), "conflict with X9")]
#[case::another_shipped_is_one_too(and(said(), steps![902 => preflight("A", Reading::Other(text("X8")))]), "conflict with X8")]
#[case::the_word_is_kept_over_a_failure(and(said(), steps![902 => claim("1"), 903 => ended(not_applied()), 920 => preflight("A", former("X9")), 920 => claim("1")]), "sending")]
#[case::in_doubt_that_number_is_absence(and(said(), steps![902 => claim("1"), 903 => ended(unknown()), 933 => read(former("X9"))]), "ready")]
#[case::as_absence_it_counts_when_due(and(said(), steps![902 => claim("1"), 903 => ended(unknown()), 932 => read(former("X9"))]), "in doubt, read at 933")]
#[case::and_another_is_looked_at(and(said(), steps![902 => claim("1"), 903 => ended(unknown()), 933 => read(former("X8"))]), "unresolved")]
#[case::a_new_label_starts_afresh(and(said(), steps![902 => assigned("B").made(902), 903 => preflight("B", former("X9"))]), "unresolved")]
#[case::told_again_it_is_the_same_label(and(said(), steps![902 => assigned("A").made(1), 903 => preflight("A", former("X9")), 903 => claim("1")]), "sending")]
#[case::an_older_label_changes_nothing(and(said(), steps![902 => assigned("0").made(-1), 903 => preflight("A", former("X9")), 903 => claim("1")]), "sending")]
#[case::said_of_the_label_that_goes_out_now(steps![0 => assigned("A"), 1 => preflight("A", former("X9")), 2 => assigned("B").made(2), 901 => act(NOTHING_THERE), 902 => preflight("B", former("X9")), 902 => claim("1")], "sending")]
#[case::the_last_number_counts(and(said(), steps![902 => preflight("A", former("X8")), 1802 => act(NOTHING_THERE), 1803 => preflight("A", former("X9"))]), "unresolved")]
#[case::a_doubt_that_ended_otherwise_leaves_the_word(and(said(), steps![902 => claim("1"), 903 => ended(unknown()), 903 + DAY => tick(), 2000 + DAY => act(NOTHING_THERE), 2001 + DAY => preflight("A", former("X9")), 2001 + DAY => claim("1")]), "sending")]
#[case::it_has_our_number_after_all(steps![0 => assigned("A"), 1 => preflight("A", former("X9")), 2 => act(Action::Resolve(Resolution::Confirmed))], "confirmed by a person")]
#[case::it_can_be_closed(steps![0 => assigned("A"), 1 => preflight("A", former("X9")), 2 => act(Action::Resolve(Resolution::Closed))], "closed")]
fn is(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Wish, steps).shown(), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::both_wait_for_a_person(vec![], "1: unresolved; 2: one_tracking_per_order")]
#[case::by_their_word_both_are_ready(steps![901 => act(NOTHING_THERE)], "1: ready; 2: ready")]
#[case::the_one_it_was_said_of_goes(steps![901 => act(NOTHING_THERE), 902 => preflight("A", former("X9")), 902 => claim("1")], "1: sending; 2: ready")]
#[case::the_other_one_does_not(steps![901 => act(NOTHING_THERE), 902 => preflight_of("2", "B", former("X9"))], "1: one_tracking_per_order; 2: unresolved")]
fn of_two_packages(#[case] more: Vec<(i64, Step)>, #[case] expected: &str) {
    let both = steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => preflight("A", former("X9"))];
    assert_eq!(play(Channel::Wish, and(both, more)).shown(), expected);
}

#[rstest]
fn it_is_said_of_a_package_a_quarantine_after_it_was_seen() {
    let seen = steps![0 => assigned("A"), 1 => preflight("A", former("X9"))];
    let scene = play(Channel::Wish, and(seen, steps![900 => act(NOTHING_THERE)]));
    assert_eq!(scene.refused(), Some(&Refusal::TooEarly { from: at(901) }));
    assert_eq!(scene.shown(), "unresolved");
}

#[rstest]
#[case::nothing(steps![0 => assigned("A")], Reading::Absent, true)]
#[case::one_that_nobody_saw(steps![0 => assigned("A")], former("X9"), false)]
#[case::the_one_it_was_said_of(said(), former("X9"), true)]
#[case::another_one(said(), former("X8"), false)]
#[case::that_one_shipped(said(), Reading::Other(text("X9")), false)]
#[case::ours(said(), Reading::OURS, false)]
#[case::a_new_labels(and(said(), steps![902 => assigned("B").made(902)]), former("X9"), false)]
fn a_claim_may_follow(
    #[case] steps: Vec<(i64, Step)>,
    #[case] reading: Reading,
    #[case] expected: bool,
) {
    let order = play(Channel::Wish, steps).order;
    assert_eq!(may_follow(&order, &"1".parse().unwrap(), &reading), expected);
}

/// A read that a claim may follow changes nothing: the claim is taken on the version that was read.
#[rstest]
fn what_lets_a_claim_go_changes_nothing() {
    let before = play(Channel::Wish, said());
    let order = before.order.clone();
    assert_eq!(then(before, 901, preflight("A", former("X9"))).order, order);
}

#[rstest]
fn it_says_just_that() {
    let scene = play(Channel::Wish, steps![0 => assigned("A"), 1 => preflight("A", former("X9."))]);
    let id = "1".parse().unwrap();
    let found: Vec<Attention> = attention(&scene.order, &id).into_iter().collect();
    assert_eq!(found, [Attention::Unresolved]);
    let Some(Stage::Unresolved { why, .. }) = scene.order.packages[&id].state.stage() else {
        panic!("it is not")
    };
    assert_eq!(why.as_str(), "it shows the number X9., and that the order is still to be shipped");
    let view = &domain::order_view(&scene.order, 1)["packages"][0];
    let says = "Wish shows the number X9, and that the order is still to be shipped.";
    assert_eq!(view["attention"][0]["says"], says);
    assert_eq!(view["detail"]["former"], "X9.");
    let action =
        view["actions"].as_array().unwrap().iter().find(|a| a["resolution"] == "nothing_there");
    let action = action.expect("a person can say so");
    assert_eq!(action["label"], "That number is a former one: send ours");
    let warning = action["warning"].as_str().unwrap();
    let expected = "If it is due, and Wish still shows X9. and that the order is still to be shipped, it is told that the \
                    order has shipped with";
    assert!(warning.contains(expected), "{warning}");
}

/// What was stored before there were such words has none.
#[rstest]
fn a_package_that_was_stored_before_is_read() {
    let order = play(Channel::Wish, said()).order;
    let mut stored = serde_json::to_value(&order.packages[&"1".parse().unwrap()]).unwrap();
    assert_eq!(stored["lbl"]["fmr"], "X9");
    stored["lbl"].as_object_mut().unwrap().remove("fmr");
    let read: domain::Package = serde_json::from_value(stored).unwrap();
    assert_eq!(read.label.unwrap().former, None);
    let unresolved = serde_json::json!({ "unresolved": { "at": 1, "why": "x" } });
    let read: Stage = serde_json::from_value(unresolved).unwrap();
    assert!(matches!(read, Stage::Unresolved { former: None, .. }));
}
