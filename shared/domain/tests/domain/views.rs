//! The order as people and programs read it.

use crate::build::*;
use crate::steps;
use domain::What::{Labelled, Marked, Postponed, Ready, Sending};
use domain::{Channel, Outcome};
use rstest::rstest;

#[rstest]
fn i8_a_confirmed_phone_is_shown_with_its_imei_masked() {
    let steps = steps![
        0 => imeis("i1", &[IMEIS[0]], 0), 1 => assigned("A").phones(&[("i1", 1)]),
        2 => claim("1"), 3 => ended(Outcome::Accepted)
    ];
    let view = domain::order_view(&play(Channel::BackMarket, steps).order, 4);
    assert!(!view.to_string().contains(IMEIS[0]));
    insta::assert_json_snapshot!(view);
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
