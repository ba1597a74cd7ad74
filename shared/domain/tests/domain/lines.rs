//! Rule L9: lines of which some pieces were cancelled.

use crate::build::*;
use crate::steps;
use domain::{
    Action, Attention, Channel, DeviceId, Item, Mark, Outcome, Reading, Resolution, attention,
    submission,
};
use rstest::rstest;

/// The lines that package 1 was sent with, or would be.
fn shipped(scene: &Scene, package: &str) -> String {
    let lines = |items: Vec<Item>| {
        let line = |item: Item| format!("{}x{}", item.item_id, item.quantity);
        items.into_iter().map(line).collect::<Vec<_>>().join(" ")
    };
    let submitted = submission(&scene.order, &package.parse().unwrap(), at(0));
    submitted.map(|submission| lines(submission.items)).unwrap_or_default()
}

fn of_two() -> Made {
    assigned("A").lines(&[("i1", 2), ("i2", 1)])
}

fn other(lines: &[(&str, u32)]) -> Made {
    assigned("B").of("2").lines(lines)
}

#[rustfmt::skip]
#[rstest]
#[case::one_of_two_lines(steps![0 => of_two(), 1 => cancel_lines(&[("i2", 0)])], "ready", "i1x2")]
#[case::before_its_label(steps![0 => cancel_lines(&[("i2", 0)]), 1 => of_two()], "ready", "i1x2")]
#[case::one_piece_of_two(steps![0 => of_two(), 1 => cancel_lines(&[("i1", 1)])], "ready", "i1x1 i2x1")]
#[case::as_many_as_there_are(steps![0 => of_two(), 1 => cancel_lines(&[("i1", 2)])], "ready", "i1x2 i2x1")]
#[case::more_than_there_are(steps![0 => of_two(), 1 => cancel_lines(&[("i1", 9)])], "ready", "i1x2 i2x1")]
#[case::another_line(steps![0 => of_two(), 1 => cancel_lines(&[("i7", 0)])], "ready", "i1x2 i2x1")]
#[case::the_least_counts(steps![0 => of_two(), 1 => cancel_lines(&[("i1", 1)]), 2 => cancel_lines(&[("i1", 2)])], "ready", "i1x1 i2x1")]
#[case::every_line(steps![0 => of_two(), 1 => cancel_lines(&[("i1", 0), ("i2", 0)])], "cancelled", "")]
#[case::the_order_too(steps![0 => of_two(), 1 => cancel_lines(&[("i2", 0)]), 2 => cancel(2)], "cancelled", "i1x2")]
#[case::a_person_sends_what_is_left(steps![0 => of_two(), 1 => cancel(1), 2 => cancel_lines(&[("i2", 0)]), 3 => act(Action::SendNow)], "ready", "i1x2")]
#[case::a_person_sends_it_although_nothing_is_left(steps![0 => of_two(), 1 => cancel_lines(&[("i1", 0), ("i2", 0)]), 2 => act(Action::SendNow)], "ready", "i1x2 i2x1")]
#[case::under_movement_timing(steps![0 => label("A").lines(&[("i1", 2)]), 1 => cancel_lines(&[("i1", 1)]), 9 => moved("A", 8)], "ready", "i1x1")]
#[case::a_newer_label_is_cut_too(steps![0 => of_two(), 1 => cancel_lines(&[("i2", 0)]), 2 => assigned("B").made(2).lines(&[("i1", 1), ("i2", 1)])], "ready", "i1x1")]
#[case::with_codes_that_go(steps![0 => of_two().with_codes(&["AZ:1234567890"]), 1 => cancel_lines(&[("i2", 0)])], "ready", "i1x2")]
#[case::with_codes_of_which_some_go(steps![0 => of_two().with_codes(&["AZ:1234567890"]), 1 => cancel_lines(&[("i1", 1)])], "held, a line was cancelled", "i1x2 i2x1")]
#[case::with_codes_until_a_label_fits(steps![0 => of_two().with_codes(&["AZ:1234567890"]), 1 => cancel_lines(&[("i1", 1)]), 2 => assigned("B").made(2).lines(&[("i1", 1)]).with_codes(&["AZ:1234567890"])], "ready", "i1x1")]
fn l9_of_one_package(#[case] steps: Vec<(i64, Step)>, #[case] state: &str, #[case] lines: &str) {
    let scene = play(Channel::Amazon, steps);
    assert_eq!((scene.shown().as_str(), shipped(&scene, "1").as_str()), (state, lines));
}

#[rustfmt::skip]
#[rstest]
#[case::of_several_labels(steps![0 => of_two(), 0 => other(&[("i1", 1)]), 1 => cancel_lines(&[("i1", 2)])], "1: held, a line was cancelled; 2: held, a line was cancelled")]
#[case::that_fit(steps![0 => of_two(), 0 => other(&[("i1", 1)]), 1 => cancel_lines(&[("i1", 3)])], "1: ready; 2: ready")]
#[case::of_which_one_is_cut(steps![0 => of_two(), 0 => other(&[("i1", 1)]), 1 => cancel_lines(&[("i2", 0)])], "1: ready; 2: ready")]
#[case::until_one_is_voided(steps![0 => of_two(), 0 => other(&[("i1", 1)]), 1 => cancel_lines(&[("i1", 2)]), 2 => void_of("2", "B")], "1: ready; 2: waits for a label")]
#[case::until_newer_labels_fit(steps![0 => of_two(), 0 => other(&[("i1", 1)]), 1 => cancel_lines(&[("i1", 2)]), 2 => assigned("C").made(2).lines(&[("i1", 1)])], "1: ready; 2: ready")]
#[case::of_which_nothing_remains(steps![0 => of_two(), 0 => other(&[("i1", 1)]), 1 => cancel_lines(&[("i1", 0)])], "1: ready; 2: cancelled")]
#[case::of_which_the_rest_was_sent(steps![0 => of_two(), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED), 1 => other(&[("i1", 1), ("i3", 1)]), 2 => cancel_lines(&[("i1", 2)])], "1: confirmed; 2: ready")]
#[case::of_which_all_that_remains_was_sent(steps![0 => of_two(), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED), 1 => other(&[("i1", 1)]), 2 => cancel_lines(&[("i1", 2)])], "1: confirmed; 2: cancelled")]
#[case::that_is_sent_and_then_is_not(steps![0 => of_two(), 0 => other(&[("i1", 1)]), 0 => claim("1"), 1 => cancel_lines(&[("i1", 2)]), 2 => ended(not_applied())], "1: held, a line was cancelled; 2: held, a line was cancelled")]
#[case::of_which_a_person_sends_one(steps![0 => of_two(), 0 => other(&[("i1", 1)]), 1 => cancel_lines(&[("i1", 2)]), 2 => act(Action::SendNow)], "1: ready; 2: held, a line was cancelled")]
#[case::of_which_a_person_sent_one(steps![0 => of_two(), 0 => other(&[("i1", 1)]), 1 => cancel_lines(&[("i1", 2)]), 2 => act(Action::SendNow), 2 => claim("1"), 2 => ended(Outcome::ACCEPTED)], "1: confirmed; 2: cancelled")]
fn l9_of_two_packages(#[case] steps: Vec<(i64, Step)>, #[case] shown: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), shown);
}

fn sent() -> Vec<(i64, Step)> {
    steps![0 => of_two(), 0 => claim("1"), 0 => ended(Outcome::ACCEPTED)]
}

fn in_doubt() -> Vec<(i64, Step)> {
    steps![0 => of_two(), 0 => claim("1"), 0 => ended(unknown())]
}

fn and(steps: Vec<(i64, Step)>, more: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    steps.into_iter().chain(more).collect()
}

#[rustfmt::skip]
#[rstest]
#[case::less_remains(Channel::Amazon, and(sent(), steps![1 => cancel_lines(&[("i1", 1)])]), "confirmed +cancelled_late")]
#[case::enough_remains(Channel::Amazon, and(sent(), steps![1 => cancel_lines(&[("i1", 2)])]), "confirmed")]
#[case::over_both_packages(Channel::Amazon, and(sent(), steps![1 => other(&[("i1", 1)]), 1 => claim("2"), 1 => ended_of(confirmation("2"), Outcome::ACCEPTED), 2 => cancel_lines(&[("i1", 2)])]), "1: confirmed +cancelled_late; 2: confirmed +cancelled_late")]
#[case::put_aside(Channel::Amazon, and(sent(), steps![1 => cancel_lines(&[("i1", 1)]), 2 => act(Action::Resolve(Resolution::Closed)), 3 => cancel_lines(&[("i1", 1)])]), "confirmed")]
#[case::put_aside_and_less_remains(Channel::Amazon, and(sent(), steps![1 => cancel_lines(&[("i1", 1)]), 2 => act(Action::Resolve(Resolution::Closed)), 3 => cancel_lines(&[("i1", 0)])]), "confirmed +cancelled_late")]
#[case::put_aside_and_another_line(Channel::Amazon, and(sent(), steps![1 => cancel_lines(&[("i1", 1)]), 2 => act(Action::Resolve(Resolution::Closed)), 3 => cancel_lines(&[("i2", 0)])]), "confirmed +cancelled_late")]
#[case::sent_by_a_person_who_knew(Channel::Amazon, steps![0 => of_two(), 1 => cancel_lines(&[("i1", 0), ("i2", 0)]), 2 => act(Action::SendNow), 2 => claim("1"), 3 => ended(Outcome::ACCEPTED)], "confirmed")]
#[case::sent_by_a_person_who_knew_of_more(Channel::Amazon, steps![0 => of_two().with_codes(&["AZ:1234567890"]), 1 => cancel_lines(&[("i1", 1)]), 2 => act(Action::SendNow), 2 => claim("1"), 3 => ended(Outcome::ACCEPTED), 4 => cancel_lines(&[("i1", 0)])], "confirmed +cancelled_late")]
#[case::the_whole_order_was_sent(Channel::Wish, and(sent(), steps![1 => cancel_lines(&[("i1", 1)])]), "confirmed +cancelled_late")]
#[case::the_other_package_of_a_whole_order(Channel::Wish, steps![0 => of_two(), 0 => other(&[("i3", 1)]), 1 => claim("1"), 1 => ended(Outcome::ACCEPTED), 2 => cancel_lines(&[("i3", 0)])], "1: confirmed +cancelled_late; 2: one_tracking_per_order")]
#[case::while_a_whole_order_is_sent_the_other_waits(Channel::Wish, steps![0 => of_two(), 0 => other(&[("i1", 1)]), 1 => claim("1"), 2 => cancel_lines(&[("i1", 3)])], "1: sending; 2: ready")]
#[case::a_line_of_several_labels_holds_all_of_a_whole_order(Channel::Wish, steps![0 => of_two(), 0 => other(&[("i1", 1)]), 0 => assigned("C").of("3").lines(&[("i2", 1)]), 1 => cancel_lines(&[("i1", 1)])], "1: held, a line was cancelled; 2: held, a line was cancelled; 3: held, a line was cancelled")]
#[case::and_of_others_those_that_name_it(Channel::Ebay, steps![0 => of_two(), 0 => other(&[("i1", 1)]), 0 => assigned("C").of("3").lines(&[("i2", 1)]), 1 => cancel_lines(&[("i1", 1)])], "1: held, a line was cancelled; 2: held, a line was cancelled; 3: ready")]
#[case::until_a_newer_label_fits(Channel::Wish, steps![0 => of_two(), 0 => other(&[("i1", 1)]), 0 => assigned("C").of("3").lines(&[("i2", 1)]), 1 => cancel_lines(&[("i1", 1)]), 2 => void_of("2", "B")], "1: ready; 2: waits for a label; 3: ready")]
fn l9_after_it_was_sent(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] shown: &str) {
    assert_eq!(play(channel, steps).shown(), shown);
}

/// Rule P11i: what has more of a line than remains is not repeated.
#[rstest]
#[case::a_line_of_it(&[("i1", 1)], "in doubt")]
#[case::none_of_it(&[("i7", 0)], "ready")]
#[case::enough_remains(&[("i1", 2), ("i2", 1)], "ready")]
fn p11i_a_cut_line_ends_repeats(#[case] lines: &[(&str, u32)], #[case] begins: &str) {
    let doubt = and(in_doubt(), steps![30 => read(Reading::Absent)]);
    assert_eq!(play(Channel::Amazon, doubt.clone()).shown(), "ready");
    let waits = play(Channel::Amazon, and(doubt, steps![31 => cancel_lines(lines)]));
    assert!(waits.shown().starts_with(begins), "{}", waits.shown());
    let read_after = steps![1 => cancel_lines(lines), 30 => read(Reading::Absent)];
    let read = play(Channel::Amazon, and(in_doubt(), read_after));
    assert!(read.shown().starts_with(begins), "{}", read.shown());
}

/// A claim that was not applied goes out again with what is left.
#[rstest]
fn l9_what_was_not_applied_is_cut() {
    let steps = steps![0 => of_two(), 0 => claim("1"), 1 => cancel_lines(&[("i2", 0)]), 2 => ended(not_applied())];
    let scene = play(Channel::Amazon, steps);
    assert_eq!(shipped(&scene, "1"), "i1x2");
    assert!(scene.shown().starts_with("ready"), "{}", scene.shown());
}

#[rustfmt::skip]
#[rstest]
#[case::refused_before_it_was_told(steps![0 => of_two(), 0 => claim("1"), 0 => ended(refused()), 1 => cancel_lines(&[("i2", 0)])], "ready")]
#[case::refused_after_it_was_told(steps![0 => of_two(), 0 => claim("1"), 1 => cancel_lines(&[("i2", 0)]), 2 => ended(refused())], "ready")]
#[case::nothing_is_left(steps![0 => of_two(), 0 => claim("1"), 0 => ended(refused()), 1 => cancel_lines(&[("i1", 0), ("i2", 0)])], "cancelled")]
#[case::another_line(steps![0 => of_two(), 0 => claim("1"), 0 => ended(refused()), 1 => cancel_lines(&[("i7", 0)])], "rejected InvalidInput")]
#[case::the_order(steps![0 => of_two(), 0 => claim("1"), 0 => ended(refused()), 1 => cancel(1)], "rejected InvalidInput")]
fn l7_what_was_refused_is_decided_anew_where_less_is_left(#[case] steps: Vec<(i64, Step)>, #[case] shown: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), shown);
}

/// IMEIs are needed for what is left.
#[rstest]
#[case::needed(&[("i2", 0)], "waits for imeis")]
#[case::not_needed(&[("i1", 0)], "ready")]
fn l9_imeis(#[case] lines: &[(&str, u32)], #[case] begins: &str) {
    let mut phone = assigned("A").phones(&[("i1", 1)]);
    phone.event.items.push(item("i2", 1));
    let scene = play(Channel::BackMarket, steps![0 => phone, 1 => cancel_lines(lines)]);
    assert!(scene.shown().starts_with(begins), "{}", scene.shown());
}

/// Rule I9: the phone of a line that was cancelled in time goes to another buyer.
#[rstest]
#[case::sold(steps![0 => imeis("i1", &IMEIS[..1], 0)], true)]
#[case::cancelled(steps![0 => imeis("i1", &IMEIS[..1], 0), 1 => cancel_lines(&[("i1", 0)])], false)]
#[case::cancelled_in_part(steps![0 => imeis("i1", &IMEIS[..1], 0), 1 => cancel_lines(&[("i1", 1)])], true)]
#[case::cancelled_after_it_was_sent(steps![0 => imeis("i1", &IMEIS[..1], 0), 0 => assigned("A").phones(&[("i1", 1)]), 0 => claim("1"), 1 => cancel_lines(&[("i1", 0)])], true)]
fn i9_the_phone_of_a_cancelled_line(#[case] steps: Vec<(i64, Step)>, #[case] has_it: bool) {
    let order = play(Channel::BackMarket, steps).order;
    assert_eq!(order.has_device(&DeviceId::Imei(IMEIS[0].parse().unwrap())), has_it);
}

#[rstest]
fn l9_what_is_shown() {
    let held = play(
        Channel::Amazon,
        steps![0 => of_two(), 0 => other(&[("i1", 1)]), 1 => cancel_lines(&[("i1", 2)])],
    );
    let view = domain::order_view(&held.order, 1);
    assert_eq!(view["cancelled_lines"][0]["item_id"], "i1");
    assert_eq!(view["cancelled_lines"][0]["remaining"], 2);
    let package = &view["packages"][0];
    assert_eq!(package["label"]["items"][0]["remaining"], 2, "{package:#}");
    assert_eq!(package["label"]["items"][1]["remaining"], serde_json::Value::Null);
    assert_eq!(package["attention"][0]["reason"], "items_cancelled");
    assert_eq!(package["attention"][0]["says"], "Its labels have more than remains: 2 of line i1.");
    let reasons: Vec<Attention> =
        attention(&held.order, &"1".parse().unwrap()).into_iter().collect();
    assert_eq!(reasons, [Attention::ItemsCancelled]);

    let late = play(Channel::Amazon, and(sent(), steps![1 => cancel_lines(&[("i1", 1)])]));
    let view = domain::order_view(&late.order, 1);
    let package = &view["packages"][0];
    assert_eq!(package["marks"][0], Mark::CancelledLate.name());
    let says = &package["attention"][0]["says"];
    assert_eq!(says, "More was sent to Amazon than remains: 1 of line i1.");
    assert_eq!(package["sent"]["items"][0]["quantity"], 2);
    let told = late.order.timeline.iter().filter_map(|change| change.note.as_ref());
    assert!(told.into_iter().any(|note| note.as_str() == "1 of i1 remain"), "{view:#}");
}
