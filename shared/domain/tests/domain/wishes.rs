//! Rule S5: what became of an order at its channel, and the buyer's wish to cancel.

use crate::build::*;
use crate::notices::notices;
use crate::steps;
use domain::{Action, Attention, Channel, Mark, NoticeKind, Outcome, Resolution, What, attention};
use rstest::rstest;

const HELD: &str = "held, the buyer wishes to cancel";

fn sent() -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED)]
}

fn and(steps: Vec<(i64, Step)>, more: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    steps.into_iter().chain(more).collect()
}

#[rustfmt::skip]
#[rstest]
#[case::s5_it_holds(steps![0 => assigned("A"), 1 => told_wish(true, 1)], HELD)]
#[case::s5_what_waits_for_movement(steps![0 => label("A"), 1 => told_wish(true, 1), 2 => moved("A", 2)], HELD)]
#[case::s5_told_before_the_label(steps![0 => told_wish(true, 0), 1 => assigned("A")], HELD)]
#[case::s5_no_wish(steps![0 => assigned("A"), 1 => told_wish(false, 1)], "ready")]
#[case::s5_an_update_that_says_nothing_of_it(steps![0 => label("A"), 1 => told_wish(true, 1), 2 => told_ship_by(DAY, 2)], HELD)]
#[case::s5_taken_back(steps![0 => assigned("A"), 1 => told_wish(true, 1), 2 => told_wish(false, 2)], "ready")]
#[case::s5_taken_back_as_it_was_told_before(steps![0 => assigned("A"), 1 => told_wish(true, 2), 2 => told_wish(false, 1)], HELD)]
#[case::s5_at_a_tie_there_is_one(steps![0 => assigned("A"), 1 => told_wish(true, 1), 2 => told_wish(false, 1)], HELD)]
#[case::s5_at_a_tie_there_is_one_the_other_way_round(steps![0 => assigned("A"), 1 => told_wish(false, 1), 2 => told_wish(true, 1)], HELD)]
#[case::s5_no_label(steps![0 => assigned("A"), 1 => void("A"), 2 => told_wish(true, 1)], "waits for a label")]
#[case::s5_after_a_persons_hold(steps![0 => assigned("A"), 1 => act(Action::Hold), 2 => told_wish(true, 2)], "held")]
#[case::s5_after_a_dispute(steps![0 => label("A"), 1 => label("A").number("B"), 2 => told_wish(true, 2)], "held as disputed")]
#[case::s5_before_a_line_that_was_cancelled(steps![0 => assigned("A").lines(&[("i1", 2)]), 0 => assigned("B").of("2").lines(&[("i1", 1)]), 1 => cancel_lines(&[("i1", 2)]), 2 => told_wish(true, 2)], "1: held, the buyer wishes to cancel; 2: held, the buyer wishes to cancel")]
#[case::s5_after_a_cancellation(steps![0 => assigned("A"), 1 => cancel(1), 2 => told_wish(true, 2)], "cancelled")]
#[case::s5_after_a_persons_word(steps![0 => assigned("A"), 1 => told_wish(true, 1), 2 => act(Action::SendNow)], "ready")]
#[case::s5_before_never(steps![0 => label("A").under(domain::Timing::Never), 1 => told_wish(true, 1)], HELD)]
#[case::s5_a_rejection_stands(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused()), 1 => told_wish(true, 1)], "rejected InvalidInput")]
#[case::s5_a_retry_is_held(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(refused()), 1 => told_wish(true, 1), 2 => act(Action::Retry)], HELD)]
#[case::s5_what_was_not_applied_is_held(steps![0 => assigned("A"), 0 => claim("1"), 1 => told_wish(true, 1), 2 => ended(not_applied())], HELD)]
fn a_wish(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::s5_it_goes_on(steps![2 => act(Action::Release)], "ready")]
#[case::s5_the_same_wish_again(steps![2 => act(Action::Release), 3 => told_wish(true, 1)], "ready")]
#[case::s5_an_earlier_wish(steps![2 => act(Action::Release), 3 => told_wish(true, 0)], "ready")]
#[case::s5_a_later_wish(steps![2 => act(Action::Release), 3 => told_wish(true, 2)], HELD)]
#[case::s5_a_later_wish_that_is_released(steps![2 => act(Action::Release), 3 => told_wish(true, 2), 4 => act(Action::Release)], "ready")]
#[case::s5_another_label(steps![2 => act(Action::Release), 3 => assigned("B").made(3)], "ready")]
#[case::s5_a_persons_hold_first(steps![2 => act(Action::Hold), 3 => act(Action::Release)], HELD)]
#[case::s5_a_persons_hold_and_then_the_wish(steps![2 => act(Action::Hold), 3 => act(Action::Release), 4 => act(Action::Release)], "ready")]
fn is_refused_by_a_person(#[case] more: Vec<(i64, Step)>, #[case] expected: &str) {
    let held = steps![0 => assigned("A"), 1 => told_wish(true, 1)];
    assert_eq!(play(Channel::Amazon, and(held, more)).shown(), expected);
}

#[rstest]
fn s5_each_package_is_released_by_itself() {
    let steps = steps![
        0 => assigned("A"), 0 => assigned("B").of("2"), 1 => told_wish(true, 1), 2 => act_on("2", Action::Release)
    ];
    assert_eq!(play(Channel::Amazon, steps).shown(), format!("1: {HELD}; 2: ready"));
}

/// L8's release is of the label alone.
#[rstest]
fn s5_a_release_of_another_hold_refuses_no_wish() {
    let steps = steps![
        0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => told_wish(true, 10),
        11 => act(Action::Release)
    ];
    assert_eq!(play(Channel::Amazon, steps).shown(), HELD);
}

#[rustfmt::skip]
#[rstest]
#[case::s5_after_it_was_sent(and(sent(), steps![1 => told_wish(true, 1)]), &[Mark::CancelRequested])]
#[case::s5_while_it_is_sent(steps![0 => assigned("A"), 0 => claim("1"), 1 => told_wish(true, 1)], &[Mark::CancelRequested])]
#[case::s5_taken_back(and(sent(), steps![1 => told_wish(true, 1), 2 => told_wish(false, 2)]), &[])]
#[case::s5_refused_before_it_was_sent(steps![0 => assigned("A"), 1 => told_wish(true, 1), 2 => act(Action::Release), 2 => claim("1")], &[])]
#[case::s5_a_person_sent_it(steps![0 => assigned("A"), 1 => told_wish(true, 1), 2 => act(Action::SendNow), 2 => claim("1"), 3 => told_wish(true, 1)], &[])]
#[case::s5_told_between_a_persons_word_and_the_claim(steps![0 => label("A"), 1 => act(Action::SendNow), 2 => told_wish(true, 2), 3 => claim("1")], &[Mark::CancelRequested])]
#[case::s5_a_later_wish_than_a_person_knew(steps![0 => assigned("A"), 1 => told_wish(true, 1), 2 => act(Action::SendNow), 2 => claim("1"), 3 => told_wish(true, 2)], &[Mark::CancelRequested])]
#[case::s5_put_aside(and(sent(), steps![1 => told_wish(true, 1), 2 => act(Action::Resolve(Resolution::Closed)), 3 => told_wish(true, 1)]), &[])]
#[case::s5_put_aside_and_a_later_wish(and(sent(), steps![1 => told_wish(true, 1), 2 => act(Action::Resolve(Resolution::Closed)), 3 => told_wish(true, 3)]), &[Mark::CancelRequested])]
fn is_marked(#[case] steps: Vec<(i64, Step)>, #[case] expected: &[Mark]) {
    let order = play(Channel::Amazon, steps).order;
    assert_eq!(marks(&order), expected);
    assert_eq!(order.attention_since.is_some(), !expected.is_empty());
}

#[rstest]
fn s5_a_wish_needs_a_person() {
    let held = play(Channel::Amazon, steps![0 => assigned("A"), 1 => told_wish(true, 1)]).order;
    let reasons: Vec<Attention> = attention(&held, &"1".parse().unwrap()).into_iter().collect();
    assert_eq!(reasons, [Attention::CancelRequested]);
    let possible = domain::possible(&held, &"1".parse().unwrap());
    assert_eq!(possible, [Action::SendNow, Action::Hold, Action::Release, Action::Look]);
}

#[rustfmt::skip]
#[rstest]
#[case::s5_held(steps![0 => assigned("A"), 1 => told_wish(true, 1), 2 => tick(), 3 => told_wish(true, 1)], 1)]
#[case::s5_marked(and(sent(), steps![1 => told_wish(true, 1), 2 => tick()]), 1)]
#[case::s5_each_package(steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => told_wish(true, 1)], 2)]
#[case::s5_a_later_wish(steps![0 => assigned("A"), 1 => told_wish(true, 1), 2 => told_wish(true, 2)], 2)]
#[case::s5_taken_back_and_again(steps![0 => assigned("A"), 1 => told_wish(true, 1), 2 => told_wish(false, 2), 3 => told_wish(true, 3)], 2)]
#[case::s5_held_after_it_was_marked(steps![0 => assigned("A"), 0 => claim("1"), 1 => told_wish(true, 1), 2 => ended(not_applied())], 1)]
#[case::s5_cancelled(steps![0 => assigned("A"), 1 => cancel(1), 2 => told_wish(true, 2)], 0)]
#[case::s5_no_label(steps![0 => told_wish(true, 1)], 0)]
fn is_published(#[case] steps: Vec<(i64, Step)>, #[case] times: usize) {
    let told = play(Channel::Ebay, steps).told;
    assert_eq!(told.iter().filter(|kind| **kind == NoticeKind::CancelRequested).count(), times);
}

#[rstest]
fn s5_a_notice_is_known_by_its_wish() {
    let held = play(Channel::Amazon, steps![0 => assigned("A"), 1 => told_wish(true, 1)]);
    let notice = &notices(&held)[0];
    assert_eq!(notice.id, "acme/shop/902-1/1/CancelRequested/2026-11-23T15:00:01Z");
    assert_eq!(notice.reason.as_str(), "the buyer wishes to cancel; it is held");
}

#[rstest]
fn s5_an_order_of_which_nothing_else_is_known() {
    let scene = play(Channel::Amazon, steps![0 => told_wish(true, 1), 1 => told_ship_by(DAY, 1)]);
    assert!(scene.order.is_only_updated());
    assert_eq!((scene.due(), scene.order.attention_since, scene.told.len()), (None, None, 0));
    assert!(!then(scene, 2, label("A")).order.is_only_updated());
    let known = [
        cancel(1),
        cancel_lines(&[("i1", 0)]),
        void("A"),
        label("R").back().into(),
        label_refused("e", None),
    ];
    for other in known {
        let scene = play(Channel::Amazon, steps![0 => told_wish(true, 1), 1 => other]);
        assert!(!scene.order.is_only_updated(), "{:?}", scene.order);
    }
    let entered = play(
        Channel::BackMarket,
        steps![0 => told_wish(true, 1), 1 => imeis("i1", &IMEIS[..1], 1)],
    );
    assert!(!entered.order.is_only_updated());
    assert!(!play(Channel::Amazon, steps![0 => label("A")]).order.is_only_updated());
}

#[rstest]
fn s5_the_timeline_says_what_the_buyer_wishes() {
    let steps = steps![0 => label("A"), 1 => told_wish(true, 1), 2 => told_wish(true, 1), 3 => told_wish(false, 3), 4 => told_wish(false, 4)];
    let order = play(Channel::Amazon, steps).order;
    let said = |what: What| -> Vec<String> {
        let changes = order.timeline.iter().filter(|change| change.what == what);
        changes.map(|change| change.note.as_ref().unwrap().to_string()).collect()
    };
    assert_eq!(said(What::CancelRequested), ["the buyer asked to cancel"]);
    assert_eq!(said(What::CancelTakenBack), ["the buyer no longer wishes to cancel"]);
    assert!(
        said(What::Held).contains(&"the buyer wishes to cancel".to_owned()),
        "{:?}",
        order.timeline
    );
}

#[rstest]
fn s5_what_a_person_can_do_is_said() {
    let held = play(Channel::Amazon, steps![0 => assigned("A"), 1 => told_wish(true, 1)]).order;
    let view = domain::order_view(&held, 1);
    let action = |name: &str| {
        let actions = view["packages"][0]["actions"].as_array().unwrap();
        actions.iter().find(|action| action["action"] == name).unwrap().clone()
    };
    assert_eq!(action("release")["label"], "Refuse the wish to cancel");
    let warning = action("send_now")["warning"].as_str().unwrap().to_owned();
    assert!(
        warning.contains("The buyer wishes to cancel; it is confirmed all the same."),
        "{warning}"
    );
}

/// What needs a person and has no notice of its own, each by its cause.
#[rustfmt::skip]
#[rstest]
#[case::l7_disputed(Channel::Amazon, steps![0 => label("A"), 1 => other_telling("A", "B", "e2")], &["label_disputed/A/e2/event-A"])]
#[case::l7_disputed_by_another(Channel::Amazon, steps![0 => label("A"), 1 => other_telling("A", "B", "e2"), 2 => other_telling("A", "C", "e3")], &["label_disputed/A/e2/event-A", "label_disputed/A/e3/event-A"])]
#[case::l8_a_former_label_moves(Channel::Amazon, steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => moved("A", 10)], &["replaced_label_moves/B/A"])]
#[case::l9_a_line_of_two_labels(Channel::Amazon, steps![0 => assigned("A").lines(&[("i1", 2)]), 0 => assigned("B").of("2").lines(&[("i1", 1)]), 1 => cancel_lines(&[("i1", 2)]), 2 => tick()], &["items_cancelled/A", "items_cancelled/B"])]
#[case::n5_a_number_of_too_many(Channel::Amazon, steps![0 => label("A"), 1 => overused("A"), 2 => overused("A")], &["number_overused/1Z999A"])]
#[case::i10_ambiguous(Channel::BackMarket, steps![0 => assigned("A").phones(&[("i1", 1)]), 1 => imeis("i1", &[IMEIS[0], IMEIS[1]], 1), 2 => imeis("i1", &[IMEIS[1], IMEIS[2]], 2)], &["imei_ambiguous/2026-11-23T15:00:01Z", "imei_ambiguous/2026-11-23T15:00:02Z"])]
#[case::l15_a_refused_label(Channel::Amazon, steps![0 => label_refused("e1", Some("1")), 1 => label_refused("e1", Some("1")), 2 => put_aside("e1")], &["label_refused/e1"])]
#[case::l15_of_no_package(Channel::Amazon, steps![0 => label_refused("e1", None)], &["label_refused/e1"])]
#[case::a_conflict_has_its_own(Channel::Amazon, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => read(domain::Reading::Other(text("X9")))], &[])]
fn attention_is_published(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] expected: &[&str]) {
    let mut scene = play(channel, vec![]);
    let mut causes = Vec::new();
    for (now, step) in steps {
        scene = then(scene, now, step);
        let needed = notices(&scene).into_iter().filter(|notice| notice.kind == NoticeKind::AttentionNeeded);
        causes.extend(needed.map(|notice| {
            let (place, cause) = notice.id.split_once("/AttentionNeeded/").unwrap();
            let package = notice.package.map(|id| id.to_string()).unwrap_or_default();
            assert_eq!(place, format!("acme/shop/902-1/{package}"));
            assert_eq!(notice.reason.as_str(), cause.split('/').next().unwrap());
            cause.to_owned()
        }));
    }
    assert_eq!(causes, expected);
}

/// A telling of a label with another number, by an event of its own.
fn other_telling(label_id: &str, letter: &str, event: &str) -> domain::Input {
    let domain::Input::Label { event: told, terms, .. } = label(label_id).number(letter).into()
    else {
        panic!("a label")
    };
    domain::Input::Label { event: told, terms, id: domain::EventId(text(event)) }
}

fn overused(letter: &str) -> domain::Input {
    domain::Input::Overused { package: "1".parse().unwrap(), number: number(letter).key() }
}
