//! Rules L14 and L15: labels that are refused, and what their sellers see of them.

use crate::build::*;
use crate::steps;
use domain::{Channel, LABELS_MAX, Order, REFUSED_MAX, Refusal, step};
use rstest::rstest;

fn is_open(order: &Order) -> bool {
    order.refused.iter().any(|label| !label.is_over)
}

#[rustfmt::skip]
#[rstest]
#[case::refused(steps![0 => label_refused("e1", Some("1"))], true)]
#[case::put_aside(steps![0 => label_refused("e1", Some("1")), 1 => put_aside("e1")], false)]
#[case::another_put_aside(steps![0 => label_refused("e1", Some("1")), 1 => put_aside("e2")], true)]
#[case::a_label_of_its_package_is_taken(steps![0 => label_refused("e1", Some("1")), 1 => label("A")], false)]
#[case::a_label_of_another_package_is_taken(steps![0 => label_refused("e1", Some("2")), 1 => label("A")], true)]
#[case::of_no_package_that_can_be_read(steps![0 => label_refused("e1", None), 1 => label("A")], false)]
#[case::a_return_is_taken(steps![0 => label_refused("e1", Some("1")), 1 => label("R").back()], true)]
#[case::after_a_label_of_its_package(steps![0 => label("A"), 1 => label_refused("e1", Some("1"))], true)]
#[case::after_a_label_and_until_the_next(steps![0 => label("A"), 1 => label_refused("e1", Some("1")), 2 => label("B").made(2)], false)]
#[case::a_former_label_is_delivered_again(steps![0 => label("A"), 1 => label_refused("e1", Some("1")), 2 => label("A")], true)]
#[case::so_is_one_that_was_replaced(steps![0 => label("A"), 1 => label("B").made(2), 2 => label_refused("e1", None), 3 => label("A")], true)]
#[case::the_same_event_again(steps![0 => label_refused("e1", Some("1")), 1 => put_aside("e1"), 2 => label_refused("e1", Some("1"))], false)]
#[case::another_event(steps![0 => label_refused("e1", Some("1")), 1 => put_aside("e1"), 2 => label_refused("e2", Some("1"))], true)]
#[case::a_scan_changes_nothing(steps![0 => label_refused("e1", Some("1")), 1 => moved("A", 1), 2 => tick()], true)]
fn l15_a_refused_label(#[case] steps: Vec<(i64, Step)>, #[case] needs_a_person: bool) {
    let scene = play(Channel::Amazon, steps);
    assert_eq!(is_open(&scene.order), needs_a_person);
    assert_eq!(scene.order.attention_since.is_some(), needs_a_person);
}

#[rstest]
fn l15_what_is_shown() {
    let refused = play(Channel::Amazon, steps![0 => label_refused("e1", Some("7"))]);
    assert!(refused.order.packages.is_empty(), "no package is made of it");
    let view = domain::order_view(&refused.order, 1);
    let label = &view["refused_labels"][0];
    assert_eq!((&label["package_id"], &label["is_open"]), (&"7".into(), &true.into()));
    assert_eq!(label["attention"]["reason"], "label_refused", "{label:#}");
    assert_eq!(label["reason"], "detail.tracking_number: is a word");
    assert_eq!(view["timeline"][0]["what"], "label_refused", "{view:#}");
    let aside = then(refused, 1, put_aside("e1"));
    let view = domain::order_view(&aside.order, 2);
    assert_eq!(view["refused_labels"][0]["attention"], serde_json::Value::Null);
    assert_eq!(view["timeline"][1]["what"], "put_aside", "{view:#}");
    assert_eq!(then(aside, 2, put_aside("e1")).refused(), Some(&Refusal::NoneRefused));
}

#[rstest]
fn l15_the_last_ones_are_kept() {
    let events = 0..i64::try_from(REFUSED_MAX).unwrap() + 3;
    let refused = events.map(|n| (n, Step::from(label_refused(&format!("e{n}"), Some("1")))));
    let order = play(Channel::Amazon, refused.collect()).order;
    assert_eq!(order.refused.len(), REFUSED_MAX);
    assert_eq!(order.refused[0].event.to_string(), "e3");
}

/// A label that the rules refuse is kept as one that the border refuses.
#[rstest]
fn l15_a_label_too_many() {
    let labels = 0..=i64::try_from(LABELS_MAX).unwrap();
    let labels = labels.map(|n| (n, Step::from(label(&format!("L{n}")).number("A"))));
    let scene = play(Channel::Amazon, labels.collect());
    assert_eq!(scene.refused(), Some(&Refusal::TooManyLabels));
    let reason = scene.order.refused[0].reason.to_string();
    assert!(reason.starts_with("detail.label_id: the package has 20 labels already"), "{reason}");
}

/// A label with as many long lines as a label may have.
fn large(package: usize) -> Made {
    let mut label = label("A").of(&format!("p{package}"));
    let line = |n: usize| domain::Item {
        sku: Some(text(&"s".repeat(40))),
        ..item(&format!("{package:03}-{n:03}-{}", "x".repeat(40)), 1)
    };
    label.event.items = (0..100).map(line).collect();
    label
}

/// Rule L14: what would make the order too large changes nothing of it, but that its seller sees it.
#[rstest]
#[case::a_package_each(Channel::Amazon)]
#[case::one_claim_of_all_lines(Channel::Wish)]
fn l14_an_order_has_an_end(#[case] channel: Channel) {
    let mut order = Order::new(key(), channel, at(0));
    let (mut taken, mut refused) = (0, 0);
    for package in 0..50 {
        let decision = step(order.clone(), &large(package).into(), at(0));
        match decision.refused {
            None => taken += 1,
            Some(Refusal::TooLarge { bytes, most }) => {
                assert!(bytes > most && most == 300 * 1_024, "{bytes} of {most}");
                assert_eq!(decision.order.packages, order.packages);
                refused += 1;
            }
            Some(other) => panic!("{other}"),
        }
        order = decision.order;
    }
    assert!(taken > 10 && refused > 10, "{taken} are taken, {refused} refused");
    assert!(is_open(&order));
    let again = step(order.clone(), &large(0).into(), at(1));
    assert_eq!(again.refused, None, "a label that is there makes no order larger");
    let smaller = step(order.clone(), &large(1).lines(&[("i1", 1)]).updated(5).into(), at(1));
    assert_eq!(smaller.refused, None, "nor does one that says less");
    assert_eq!(step(order, &moved("A", 1), at(1)).refused, None, "a scan is never refused");
}

/// Rule L14: cancelled lines leave room for what becomes of the order.
#[rstest]
fn l14_cancelled_lines_have_an_end() {
    let mut order = Order::new(key(), Channel::Amazon, at(0));
    for package in 0..23 {
        order = step(order, &large(package).into(), at(0)).order;
    }
    let cancelled = |n: usize| {
        let ids: Vec<String> = (0..100).map(|line| format!("{n:020}-{line:040}")).collect();
        let lines: Vec<(&str, u32)> = ids.iter().map(|id| (id.as_str(), 1)).collect();
        cancel_lines(&lines)
    };
    let refusals: Vec<Option<Refusal>> = (0..50)
        .map(|n| {
            let decision = step(order.clone(), &cancelled(n), at(1));
            order = decision.order;
            decision.refused
        })
        .collect();
    assert_eq!(refusals[0], None);
    let is_too_large = |refused: &Option<Refusal>| matches!(refused, Some(Refusal::TooLarge { most, .. }) if *most == 350 * 1_024);
    assert!(refusals.iter().any(is_too_large), "{refusals:?}");
}
