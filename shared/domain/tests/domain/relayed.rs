//! Rule S6: what relays a channel's word: the events that it makes, and when an order was shown to a partner's credentials.

use crate::build::*;
use crate::contracts::{cancel, event, nothing_updated, updated, with};
use crate::steps;
use domain::{
    Action, BusEvent, Channel, EventKind, Fact, Order, Outcome, Reading, Relayed, Resolution,
};
use rstest::rstest;
use serde_json::{Value, json};

/// An event as its relay would write it again.
fn relayed(kind: &str, detail: &Value) -> Relayed {
    match BusEvent::parse(&event(kind, detail), at(3_600)).unwrap().fact {
        Fact::OrderCancelled(event) => Relayed::Cancelled(event),
        Fact::OrderUpdated(event) => Relayed::Updated(event),
        other @ (Fact::LabelCreated(_)
        | Fact::LabelVoided(_)
        | Fact::CarrierScan(_)
        | Fact::ImeiUpdated(_)) => panic!("nobody relays it: {other:?}"),
    }
}

#[rustfmt::skip]
#[rstest]
#[case::s6_a_cancellation("OrderCancelled", cancel())]
#[case::s6_lines("OrderCancelled", with(cancel(), "/items", json!([{ "item_id": "1", "remaining": 0 }, { "item_id": "2", "remaining": 3 }])))]
#[case::s6_a_ship_by_and_a_wish("OrderUpdated", updated())]
#[case::s6_a_day("OrderUpdated", with(updated(), "/ship_by", json!("2026-11-24")))]
#[case::s6_a_wish_taken_back("OrderUpdated", with(with(updated(), "/ship_by", Value::Null), "/cancel_requested", json!(false)))]
#[case::s6_shipped("OrderUpdated", with(nothing_updated(), "/shipped", json!({})))]
fn what_is_relayed_is_read_as_it_was_meant(#[case] kind: &str, #[case] detail: Value) {
    let event = relayed(kind, &detail);
    assert_eq!(event.kind(), kind.parse::<EventKind>().unwrap());
    let written: Value = serde_json::from_str(&event.detail()).unwrap();
    assert_eq!(relayed(kind, &written), event, "{written}");
    let (before, after) = (detail.as_object().unwrap(), written.as_object().unwrap());
    assert!(before.keys().eq(after.keys()), "{detail} is {written}");
}

/// Claimed a second after the label, and ended two seconds after it.
fn sent(ending: Step) -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 1 => claim("1"), 2 => ending]
}

fn and(steps: Vec<(i64, Step)>, more: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    steps.into_iter().chain(more).collect()
}

/// Seconds, the last at which it was shown since; `None` where it never was.
#[rustfmt::skip]
#[rstest]
#[case::s6_a_label_alone(steps![0 => label("A")], None)]
#[case::s6_being_sent(steps![0 => assigned("A"), 1 => claim("1")], None)]
#[case::s6_accepted(sent(ended(Outcome::ACCEPTED)), Some(2))]
#[case::s6_rejected(sent(ended(refused())), None)]
#[case::s6_in_doubt(sent(ended(unknown())), None)]
#[case::s6_read_back(and(sent(ended(unknown())), steps![40 => read(Reading::OURS)]), Some(40))]
#[case::s6_a_conflict(and(sent(ended(unknown())), steps![40 => read(Reading::Other(text("X9")))]), Some(40))]
#[case::s6_a_persons_word(and(sent(ended(unknown())), steps![25 * HOUR => tick(), 25 * HOUR + 1 => act(Action::Resolve(Resolution::Confirmed))]), None)]
#[case::s6_a_look_that_showed_nothing(steps![0 => label("A"), 5 => act(Action::Look), 9 => looked(Reading::Absent)], Some(9))]
#[case::s6_a_look_that_could_not_be_read(steps![0 => label("A"), 5 => act(Action::Look), 9 => looked(Reading::Unreadable(why("503", None)))], None)]
fn an_order_is_shown_by_its_channel_alone(#[case] steps: Vec<(i64, Step)>, #[case] last: Option<i64>) {
    let order: Order = play(Channel::Amazon, steps).order;
    assert_eq!(order.is_shown_since(at(-1)), last.is_some(), "{order:#?}");
    if let Some(last) = last {
        assert!(order.is_shown_since(at(last - 1)), "before it");
        assert!(!order.is_shown_since(at(last)), "since it");
    }
}
