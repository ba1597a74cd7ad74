//! The order as people and programs read it.

use crate::build::*;
use crate::steps;
use domain::What::{Labelled, Marked, Postponed, Ready, Sending};
use domain::{Action, Channel, Outcome};
use rstest::rstest;
use serde_json::json;

#[rstest]
fn i8_a_confirmed_phone_is_shown_with_its_imei_masked() {
    let steps = steps![
        0 => imeis("i1", &[IMEIS[0]], 0), 1 => assigned("A").phones(&[("i1", 1)]),
        2 => claim("1"), 3 => ended(Outcome::ACCEPTED)
    ];
    let view = domain::order_view(&play(Channel::BackMarket, steps).order, 4);
    assert!(!view.to_string().contains(IMEIS[0]));
    insta::assert_json_snapshot!(view);
}

#[rstest]
fn a_hold_is_shown_with_who_and_why() {
    let steps = steps![0 => label("A"), 1 => act(Action::Hold)];
    let view = domain::order_view(&play(Channel::Amazon, steps).order, 4);
    let expected = json!({ "by": "ann", "reason": "asked to", "at": "2026-11-23T15:00:00Z" });
    assert_eq!(view["packages"][0]["hold"], expected);
}

/// A ship-by is shown with what told it, whichever told it last.
#[rustfmt::skip]
#[rstest]
#[case::of_the_label(steps![5 => label("A").made(5).ship_by(HOUR)], json!({ "by": "2026-11-23T16:00:00Z", "source": "label", "told_at": "2026-11-23T15:00:05Z" }))]
#[case::of_the_order(steps![5 => label("A").made(5).ship_by(HOUR), 6 => told_ship_by(2 * HOUR, 6)], json!({ "by": "2026-11-23T17:00:00Z", "source": "order_updated", "told_at": "2026-11-23T15:00:06Z" }))]
#[case::confirmed_by_the_order(steps![5 => label("A").made(5).ship_by(HOUR), 6 => told_ship_by(HOUR, 6)], json!({ "by": "2026-11-23T16:00:00Z", "source": "order_updated", "told_at": "2026-11-23T15:00:06Z" }))]
#[case::an_older_word_of_the_order(steps![5 => label("A").made(5).ship_by(HOUR), 6 => told_ship_by(2 * HOUR, 4)], json!({ "by": "2026-11-23T16:00:00Z", "source": "label", "told_at": "2026-11-23T15:00:05Z" }))]
#[case::none(steps![5 => label("A").made(5)], json!(null))]
fn s1_a_ship_by_is_shown_with_its_source(#[case] steps: Vec<(i64, Step)>, #[case] expected: serde_json::Value) {
    let view = domain::order_view(&play(Channel::Amazon, steps).order, 4);
    assert_eq!(view["packages"][0]["ship_by"], expected);
}

#[rstest]
#[case::in_time(HOUR - 1, false)]
#[case::late(HOUR, true)]
fn s3_what_was_claimed_after_its_ship_by_is_shown_as_late(#[case] at: i64, #[case] is_late: bool) {
    let steps =
        steps![0 => assigned("A").ship_by(HOUR), at => claim("1"), at => ended(Outcome::ACCEPTED)];
    let view = domain::order_view(&play(Channel::Amazon, steps).order, 4);
    assert_eq!(view["packages"][0]["confirmed_late"], is_late);
}

/// A wish is shown with when it was told, and who refused it; what a release and a sending do to it is said before.
#[rstest]
fn s5_a_wish_is_shown_with_who_refused_it() {
    let wished = play(Channel::Amazon, steps![0 => label("A"), 1 => told_wish(true, 1)]);
    let view = domain::order_view(&wished.order, 4);
    assert_eq!(
        view["cancel_wish"],
        json!({ "is_wished": true, "told_at": "2026-11-23T15:00:01Z" })
    );
    let package = &view["packages"][0];
    assert_eq!(package["refused_wish"], json!(null));
    let says = package["attention"][0]["says"].as_str().unwrap();
    assert_eq!(says, "The buyer wishes to cancel, as was told of 2026-11-23T15:00:01Z.");
    let warning = |name: &str| {
        let actions = package["actions"].as_array().unwrap();
        let action = actions.iter().find(|action| action["action"] == name).unwrap();
        (
            action["label"].as_str().unwrap().to_owned(),
            action["warning"].as_str().unwrap().to_owned(),
        )
    };
    let (label, release) = warning("release");
    assert_eq!(label, "Refuse the wish to cancel");
    assert!(release.starts_with("The buyer's wish to cancel is refused here, for this package. Amazon is not told of that"), "{release}");
    let (_, send) = warning("send_now");
    assert!(
        send.contains("The buyer wishes to cancel; it is confirmed all the same. Tell the buyer"),
        "{send}"
    );
    let refused = then(wished, 2, act(Action::Release));
    let view = domain::order_view(&refused.order, 4);
    let expected = json!({ "told_at": "2026-11-23T15:00:01Z",
        "refused": { "by": "ann", "reason": "asked to", "at": "2026-11-23T15:00:00Z" } });
    assert_eq!(view["packages"][0]["refused_wish"], expected);
    let back = domain::order_view(&then(refused, 3, told_wish(false, 3)).order, 4);
    assert_eq!(back["cancel_wish"]["is_wished"], false);
}

#[rstest]
fn a_movement_is_shown_with_both_its_times() {
    let steps = steps![0 => label("A"), 9 => moved("A", 8)];
    let view = domain::order_view(&play(Channel::Amazon, steps).order, 4);
    let expected = json!([{ "tracking_number": "1Z999A", "status": "in_transit", "location": null, "occurred_at": "2026-11-23T15:00:08Z",
        "received_at": "2026-11-23T15:00:08Z", "event_id": "scan-8" }]);
    assert_eq!(view["packages"][0]["movements"], expected);
}

#[rstest]
#[case::pending(steps![], "pending", None)]
#[case::put_off(steps![4 => claim_of(line("i1")), 5 => ended_of(line("i1"), not_applied())], "pending", Some("429"))]
#[case::sending(steps![4 => claim_of(line("i1"))], "sending", None)]
#[case::in_doubt(steps![4 => claim_of(line("i1")), 5 => ended_of(line("i1"), unknown())], "in_doubt", Some("timeout"))]
#[case::done(steps![4 => claim_of(line("i1")), 5 => ended_of(line("i1"), Outcome::ACCEPTED)], "done", None)]
#[case::failed(steps![4 => claim_of(line("i1")), 5 => ended_of(line("i1"), refused())], "failed", Some("no such carrier"))]
fn i7_a_registration_is_shown(
    #[case] then: Vec<(i64, Step)>,
    #[case] state: &str,
    #[case] reason: Option<&str>,
) {
    let steps = steps![
        0 => imeis("i1", &[IMEIS[0]], 0), 1 => assigned("A").phones(&[("i1", 1), ("i2", 1)]),
        1 => act(Action::SendNow), 2 => claim("1"), 3 => ended(Outcome::ACCEPTED)
    ];
    let order = play(Channel::BackMarket, steps.into_iter().chain(then).collect()).order;
    let shown = &domain::order_view(&order, 4)["packages"][0]["imei_registrations"];
    let expected = json!([{ "item_id": "i1", "imei": "***********7518", "serial": null, "state": state, "reason": reason }]);
    assert_eq!(shown, &expected);
}

#[rstest]
fn a_line_of_a_list_has_no_timeline_and_no_details_of_its_labels() {
    let steps = steps![0 => imeis("i1", &[IMEIS[0]], 0), 1 => assigned("A").phones(&[("i1", 1), ("i2", 1)])];
    insta::assert_json_snapshot!(domain::order_line(&play(Channel::BackMarket, steps).order, 4));
}

#[rstest]
fn the_timeline_keeps_the_last_changes() {
    let changes = (0..40).map(|n| (n, Step::from(cancel(-n))));
    let order = play(Channel::Amazon, changes.collect()).order;
    assert_eq!(order.timeline.len(), domain::TIMELINE_MAX);
    assert_eq!(order.timeline.last().map(|change| seconds(change.at)), Some(39));
}

#[rstest]
fn many_tries_do_not_push_out_what_led_to_them() {
    let mut scene = play(Channel::Amazon, steps![0 => assigned("A")]);
    for n in 1..40 {
        scene = then(then(scene, n * HOUR, claim("1")), n * HOUR, ended(not_applied()));
    }
    let what: Vec<domain::What> = scene.order.timeline.iter().map(|change| change.what).collect();
    assert_eq!(what, [Labelled, Ready, Sending, Postponed, Marked, Sending, Postponed]);
}

/// Rule L7: both tellings of a disputed label are shown, each with what brought it.
#[rstest]
fn l7_a_disputed_label_is_shown_in_both_tellings() {
    let first = domain::EventId(text("first"));
    let second = domain::EventId(text("second"));
    let told = |made: Made, id| domain::Input::Label { event: made.event, terms: made.terms, id };
    let steps = steps![
        0 => told(assigned("A"), first),
        1 => told(assigned("A").number("B").by("FedEx"), second)
    ];
    let view = domain::order_view(&play(Channel::Amazon, steps).order, 2);
    let package = &view["packages"][0];
    let of = |telling: &serde_json::Value| {
        ["event_id", "tracking_number", "carrier", "service", "labeled_at"]
            .map(|name| telling[name].as_str().unwrap().to_owned())
    };
    let mut both = [of(&package["label"]), of(&package["label"]["disputed"])];
    both.sort();
    assert_eq!(both[0], ["first", "1Z999A", "UPS", "Ground", "2026-11-23T15:00:00Z"]);
    assert_eq!(both[1], ["second", "1Z999B", "FedEx", "Ground", "2026-11-23T15:00:00Z"]);
    let choices: Vec<_> = package["actions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|action| action["action"] == "use_label")
        .map(|action| (action["label_id"].as_str().unwrap(), action["event_id"].as_str().unwrap()))
        .collect();
    assert_eq!(choices.len(), 2, "{package:#}");
    assert!(choices.iter().all(|(label, _)| *label == "A"), "{choices:?}");
}

/// Rule L8: a former label is shown with the movements of its numbers, and who chose it.
#[rstest]
fn l8_former_labels_are_shown_with_their_movements() {
    let steps = steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8)];
    let scene = play(Channel::Amazon, steps);
    let view = domain::order_view(&scene.order, 2);
    let package = &view["packages"][0];
    let other = &package["other_labels"][0];
    assert_eq!((&package["label"]["label_id"], &other["label_id"]), (&json!("B"), &json!("A")));
    assert_eq!((&other["voided"], &other["is_sent"]), (&json!(false), &json!(false)));
    assert_eq!(other["movements"][0]["tracking_number"], "1Z999A");
    assert_eq!((&package["movements"], &package["chosen"]), (&json!([]), &json!(null)));
    let event = domain::EventId(text("event-A"));
    let choice = domain::LabelChoice { label: "A".parse().unwrap(), event };
    let scene = then(scene, 10, act(Action::UseLabel(choice)));
    let view = domain::order_view(&scene.order, 3);
    assert_eq!(view["packages"][0]["label"]["label_id"], "A");
    assert_eq!(view["packages"][0]["chosen"]["by"], "ann", "{view:#}");
}

/// Rule L6: a label that was told to be a return after all is shown as one.
#[rstest]
fn l6_returns_are_shown() {
    let steps = steps![0 => assigned("A"), 1 => assigned("A").back()];
    let view = domain::order_view(&play(Channel::Amazon, steps).order, 2);
    assert_eq!(view["returns"], json!(["A"]));
    assert_eq!(view["packages"][0]["label"]["kind"], "return");
}
