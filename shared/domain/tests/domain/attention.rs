//! What needs a person, the worst first, and what they can do about it.

use crate::build::*;
use crate::steps;
use domain::{Action, Attention, Channel, Mark, Outcome, Reading, attention, possible};
use rstest::rstest;
use std::collections::BTreeSet;

fn sent() -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED)]
}

fn and(steps: Vec<(i64, Step)>, more: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    steps.into_iter().chain(more).collect()
}

fn in_doubt() -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown())]
}

#[rustfmt::skip]
#[rstest]
#[case::nothing(Channel::Amazon, steps![0 => label("A")], &[])]
#[case::in_doubt_resolves_itself(Channel::Amazon, in_doubt(), &[])]
#[case::a_conflict(Channel::Amazon, and(in_doubt(), steps![30 => read(Reading::Other(text("X")))]), &[Attention::Conflict])]
#[case::unresolved(Channel::Amazon, and(in_doubt(), steps![DAY => tick()]), &[Attention::Unresolved])]
#[case::rejected(Channel::Amazon, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused())], &[Attention::Rejected])]
#[case::superseded(Channel::Amazon, and(sent(), steps![1 => void("A")]), &[Attention::Superseded])]
#[case::two_at_once(Channel::Amazon, and(sent(), steps![1 => void("A"), 2 => cancel(2)]), &[Attention::CancelledLate, Attention::Superseded])]
#[case::held_by_a_person(Channel::Amazon, steps![0 => label("A"), 1 => act(Action::Hold)], &[Attention::HeldByAPerson])]
#[case::held_for_imeis(Channel::BackMarket, steps![0 => label("A").phones(&[("i1", 1)]).or_hold(), 9 => moved("A", 8)], &[Attention::ImeisMissing])]
#[case::late_imei(Channel::BackMarket, and(steps![0 => assigned("A").phones(&[("i1", 1)]), 0 => imeis("i1", &[IMEIS[0]], 0), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED)], steps![9 => imeis("i1", &[IMEIS[1]], 9)]), &[Attention::ImeiLate])]
#[case::by_hand(Channel::BackMarket, steps![0 => assigned("A").phones(&[("i1", 2)])], &[Attention::ImeiByHand])]
#[case::one_phone_twice(Channel::BackMarket, steps![0 => imeis("i1", &[IMEIS[0]], 0), 0 => twice("i1", IMEIS[0], "order 7"), 1 => assigned("A").phones(&[("i1", 1)])], &[Attention::ImeiTwice])]
#[case::delayed(Channel::Amazon, steps![0 => assigned("A"), HOUR => tick()], &[Attention::Delayed])]
#[case::a_disputed_label(Channel::Amazon, steps![0 => label("A"), 1 => label("A").number("B")], &[Attention::LabelDisputed])]
#[case::a_former_label_moves(Channel::Amazon, steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8)], &[Attention::ReplacedLabelMoves])]
fn is_needed(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] expected: &[Attention]) {
    let order = play(channel, steps).order;
    let found: Vec<Attention> = attention(&order, &"1".parse().unwrap()).into_iter().collect();
    assert_eq!(found, expected);
    assert_eq!(order.attention_since.is_some(), !expected.is_empty());
    let view = domain::order_view(&order, 1);
    let shown: Vec<&str> = view["packages"][0]["attention"].as_array().unwrap().iter().map(|a| a["reason"].as_str().unwrap()).collect();
    assert_eq!(shown, expected.iter().map(|reason| reason.name()).collect::<Vec<_>>());
}

#[rustfmt::skip]
#[rstest]
#[case::a_conflict(Channel::Amazon, and(in_doubt(), steps![30 => read(Reading::Other(text("X9.")))]), "Amazon holds another number: X9.")]
#[case::unresolved(Channel::Amazon, and(in_doubt(), steps![DAY => tick()]), "Nobody knows whether Amazon took the number: timeout; in doubt for 24 hours.")]
#[case::rejected(Channel::Ebay, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused())], "eBay refused it. InvalidInput: no such carrier")]
#[case::superseded(Channel::Amazon, and(sent(), steps![1 => void("A")]), "Amazon has the number of a label that was voided or replaced since.")]
#[case::cancelled_late(Channel::Amazon, and(sent(), steps![2 => cancel(2)]), "The order was cancelled after its number was sent to Amazon.")]
#[case::held_by_a_person(Channel::Amazon, steps![0 => label("A"), 1 => act(Action::Hold)], "ann holds it: asked to.")]
#[case::by_hand(Channel::BackMarket, steps![0 => assigned("A").phones(&[("i1", 2)])], "Back Market takes one IMEI and one serial number of a line, and a line has more.")]
#[case::one_phone_twice(Channel::BackMarket, steps![0 => imeis("i1", &[IMEIS[0]], 0), 0 => twice("i1", IMEIS[0], "order 7"), 1 => assigned("A").phones(&[("i1", 1)])], "An IMEI or serial number of it was entered for order 7, too.")]
#[case::delayed(Channel::Amazon, steps![0 => assigned("A"), HOUR => tick()], "It is due for over an hour, and was not sent.")]
#[case::a_disputed_label(Channel::Amazon, steps![0 => label("A"), 1 => label("A").number("B")], "Its label was told in two ways that contradict each other.")]
#[case::a_former_label_moves(Channel::Amazon, steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8)], "The parcel of its label A, with the number 1Z999A, moves: in_transit at 2026-11-23T15:00:08Z.")]
#[case::a_broken_connection(Channel::Amazon, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(Outcome::Unknown { reason: text("client error (SendRequest): connection closed"), retry_after: None }), DAY => tick()], "Nobody knows whether Amazon took the number: the connection broke before Amazon answered; in doubt for 24 hours.")]
fn is_said_in_words(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    let view = domain::order_view(&play(channel, steps).order, 1);
    assert_eq!(view["packages"][0]["attention"][0]["says"], expected);
}

#[rustfmt::skip]
#[rstest]
#[case::a_conflict(and(in_doubt(), steps![30 => read(Reading::Other(text("X9")))]), "Look at the order there. If its number is right, resolve this; if not, change it there by hand first.")]
#[case::unresolved(and(in_doubt(), steps![DAY => tick()]), "Look at the order there, and say what it has: our number, another, or none.")]
#[case::rejected(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused())], "Mend what it says, then try again; or close it.")]
#[case::held_by_a_person(steps![0 => label("A"), 1 => act(Action::Hold)], "Release it, or send it now.")]
#[case::a_disputed_label(steps![0 => label("A"), 1 => label("A").number("B")], "Say which of the two is right.")]
#[case::a_former_label_moves(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8)], "Release it if the current label is right, or say which other label is on the parcel.")]
fn comes_with_advice(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    let view = domain::order_view(&play(Channel::Amazon, steps).order, 1);
    assert_eq!(view["packages"][0]["attention"][0]["advice"], expected);
}

#[rstest]
fn a_package_that_lost_its_place_needs_a_person() {
    let steps = steps![0 => assigned("A"), 0 => assigned("B").of("2"), 0 => claim("1"), 1 => ended(Outcome::ACCEPTED)];
    let order = play(Channel::Wish, steps).order;
    let found = attention(&order, &"2".parse().unwrap());
    assert_eq!(found, BTreeSet::from([Attention::OneTrackingPerOrder]));
}

#[rstest]
fn each_has_a_rank_and_a_name_of_its_own() {
    let ranks: Vec<usize> = Attention::ALL.into_iter().map(Attention::rank).collect();
    assert_eq!(ranks, (1..=Attention::ALL.len()).collect::<Vec<_>>());
    let names: BTreeSet<&str> = Attention::ALL.into_iter().map(Attention::name).collect();
    assert_eq!(names.len(), Attention::ALL.len());
}

#[rstest]
#[case::superseded(Mark::Superseded, "superseded")]
#[case::cancelled_late(Mark::CancelledLate, "cancelled_late")]
#[case::imei_late(Mark::ImeiLate, "imei_late")]
#[case::imei_by_hand(Mark::ImeiByHand, "imei_by_hand")]
#[case::imei_failed(Mark::ImeiFailed, "imei_failed")]
#[case::imei_twice(Mark::ImeiTwice, "imei_twice")]
#[case::imei_ambiguous(Mark::ImeiAmbiguous, "imei_ambiguous")]
#[case::delayed(Mark::Delayed, "delayed")]
fn a_mark_is_written_the_same_everywhere(#[case] mark: Mark, #[case] name: &str) {
    assert_eq!(mark.name(), name);
    assert_eq!(serde_json::to_value(mark).unwrap(), name);
}

/// What is said to be possible is possible, and nothing else.
#[rstest]
#[case::waiting(Channel::Amazon, steps![0 => label("A")])]
#[case::without_a_label(Channel::Amazon, steps![0 => void("A")])]
#[case::ready(Channel::Amazon, steps![0 => assigned("A")])]
#[case::held(Channel::Amazon, steps![0 => label("A"), 1 => act(Action::Hold)])]
#[case::sending(Channel::Amazon, steps![0 => assigned("A"), 0 => claim("1")])]
#[case::in_doubt(Channel::Ebay, in_doubt())]
#[case::confirmed(Channel::Amazon, sent())]
#[case::confirmed_with_a_mark(Channel::Amazon, and(sent(), steps![1 => void("A")]))]
#[case::rejected(Channel::Amazon, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused())])]
#[case::in_conflict(Channel::Amazon, and(in_doubt(), steps![30 => read(Reading::Other(text("X")))]))]
#[case::unresolved(Channel::Ebay, and(in_doubt(), steps![DAY => tick()]))]
#[case::withheld(Channel::Amazon, steps![0 => label("A"), 1 => cancel(1)])]
#[case::stopped_by_never(Channel::Amazon, steps![0 => assigned("A"), 1 => claim_under(domain::Timing::Never, None)])]
#[case::made_under_never(Channel::Amazon, steps![0 => label("A").under(domain::Timing::Never)])]
fn what_is_said_to_be_possible_is(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>) {
    let offered = possible(&play(channel, steps.clone()).order, &"1".parse().unwrap());
    for action in Action::WITHOUT_CHOICE {
        let scene = then(play(channel, steps.clone()), DAY + 15 * 60, act(action.clone()));
        assert_eq!(scene.refused().is_none(), offered.contains(&action), "{action:?}");
    }
}

/// What makes a package ready says so before, with the warning that it cannot be taken back.
#[rstest]
#[case::send_now(Action::SendNow, steps![0 => label("A")])]
#[case::release(Action::Release, steps![0 => assigned("A"), 1 => act(Action::Hold)])]
#[case::release_from_never(Action::Release, steps![0 => assigned("A"), 1 => claim_under(domain::Timing::Never, None)])]
#[case::retry(Action::Retry, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused())])]
#[case::nothing_there(Action::Resolve(domain::Resolution::NothingThere), and(in_doubt(), steps![DAY => tick()]))]
fn what_may_send_says_so(#[case] action: Action, #[case] steps: Vec<(i64, Step)>) {
    let before = play(Channel::Ebay, steps);
    let view = domain::order_view(&before.order, 1);
    let offered = view["packages"][0]["actions"].as_array().unwrap().clone();
    let warned: Vec<&str> = offered
        .iter()
        .filter(|view| view["sends"] == true)
        .map(|view| view["warning"].as_str().unwrap())
        .collect();
    assert!(warned.iter().all(|warning| warning.contains("cannot be taken back")), "{warned:?}");
    assert_eq!(then(before, 2 * DAY, act(action.clone())).shown().split(' ').next(), Some("ready"));
    assert!(action.sends());
}

#[rustfmt::skip]
#[rstest]
#[case::send_now(Action::SendNow, steps![0 => label("A")], "This tells Amazon now that the order has shipped with 1Z999A.")]
#[case::send_now_though_cancelled(Action::SendNow, steps![0 => label("A"), 1 => cancel(1)], "This tells Amazon now that the order has shipped with 1Z999A. The order was cancelled; it is confirmed all the same.")]
#[case::release(Action::Release, steps![0 => label("A"), 1 => act(Action::Hold)], "If it is due, Amazon is told at once that the order has shipped with 1Z999A.")]
#[case::release_sends_nothing_that_is_cancelled(Action::Release, steps![0 => label("A"), 1 => act(Action::Hold), 2 => cancel(2)], "If it is due, Amazon is told at once that the order has shipped with 1Z999A.")]
#[case::release_before_a_label(Action::Release, steps![0 => void("A"), 1 => act(Action::Hold)], "If it is due, Amazon is told at once that the order has shipped with the number of its next label.")]
fn the_warning_says_what_is_told(#[case] action: Action, #[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    let view = domain::order_view(&play(Channel::Amazon, steps).order, 1);
    let offered = view["packages"][0]["actions"].as_array().unwrap();
    let warned: Vec<&str> = offered.iter().filter(|view| view["action"] == action.name()).map(|view| view["warning"].as_str().unwrap()).collect();
    assert_eq!(warned, [format!("{expected} A confirmation that was sent cannot be taken back.")]);
}

#[rstest]
#[case::hold(Action::Hold)]
#[case::confirmed(Action::Resolve(domain::Resolution::Confirmed))]
#[case::closed(Action::Resolve(domain::Resolution::Closed))]
fn what_sends_nothing_needs_no_warning(#[case] action: Action) {
    assert!(!action.sends());
}

/// Closing is for good, so a button says so only where it does.
#[rustfmt::skip]
#[rstest]
#[case::rejected(Channel::Amazon, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused())], "Close")]
#[case::a_mark_of_what_is_sent(Channel::Amazon, and(sent(), steps![1 => void("A")]), "Mark as dealt with")]
#[case::a_mark_of_what_waits(Channel::BackMarket, steps![0 => label("A").phones(&[("i1", 2)])], "Mark as dealt with")]
fn what_closes_is_called_so(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    let view = domain::order_view(&play(channel, steps).order, 1);
    let offered = view["packages"][0]["actions"].as_array().unwrap();
    let closing: Vec<&str> = offered.iter().filter(|action| action["resolution"] == "closed").map(|action| action["label"].as_str().unwrap()).collect();
    assert_eq!(closing, [expected]);
}

#[rstest]
#[case::missing(steps![0 => label("A").phones(&[("i1", 1)])], true)]
#[case::there(steps![0 => label("A").phones(&[("i1", 1)]), 1 => imeis("i1", &[IMEIS[0]], 1)], false)]
#[case::not_needed(steps![0 => label("A")], false)]
#[case::by_hand(steps![0 => label("A").phones(&[("i1", 2)])], false)]
#[case::sent_without(steps![0 => label("A").phones(&[("i1", 1)]), 1 => moved("A", 1), 2 => claim("1")], false)]
#[case::cancelled(steps![0 => label("A").phones(&[("i1", 1)]), 1 => cancel(1)], false)]
#[case::voided(steps![0 => label("A").phones(&[("i1", 1)]), 1 => void("A")], false)]
fn imeis_are_awaited(#[case] steps: Vec<(i64, Step)>, #[case] expected: bool) {
    assert_eq!(play(Channel::BackMarket, steps).order.awaits_imeis(), expected);
}

#[rstest]
fn the_deadline_for_imeis_is_shown() {
    let phone = || assigned("A").phones(&[("i1", 1)]);
    assert_eq!(
        play(Channel::BackMarket, steps![0 => phone()]).order.imei_deadline(),
        Some(at(HOUR))
    );
    assert_eq!(
        play(Channel::BackMarket, steps![0 => phone().under(MOVES)]).order.imei_deadline(),
        None
    );
}
