//! Rules L2, L6, L7, L8, L10 and N4: what is told of labels, in whatever order, and by which one a parcel goes.

use crate::build::*;
use crate::steps;
use domain::{Action, Channel, EventId, LabelChoice, Refusal, Timing, possible};
use rstest::rstest;

fn told(label: Made, event: &str) -> Step {
    let input =
        domain::Input::Label { event: label.event, terms: label.terms, id: EventId(text(event)) };
    input.into()
}

fn use_label(label: &str, event: &str) -> Step {
    let choice = LabelChoice { label: label.parse().unwrap(), event: EventId(text(event)) };
    act(Action::UseLabel(choice)).into()
}

/// What a package becomes, and by which number it would go.
fn ends(steps: Vec<(i64, Step)>) -> (String, Option<String>) {
    let scene = play(Channel::Amazon, steps);
    let package = scene.order.packages.get(&"1".parse().unwrap());
    let label = package.and_then(|package| package.label.as_ref());
    (scene.shown(), label.map(|label| label.telling.tracking.to_string()))
}

#[rstest]
#[case::a_corrected_number(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").number("B").updated(1), "2")], "ready", "B")]
#[case::a_correction_that_comes_first(steps![0 => told(assigned("A").number("B").updated(1), "2"), 1 => told(assigned("A"), "1")], "ready", "B")]
#[case::two_numbers_at_one_time(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").number("B"), "2")], "held as disputed", "B")]
#[case::two_quantities_at_one_time(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").phones(&[("i1", 1)]), "2")], "held as disputed", "A")]
#[case::two_carriers_at_one_time(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").by("FedEx"), "2")], "held as disputed", "A")]
#[case::the_same_carrier_in_other_words(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").by("u.p.s."), "2")], "ready", "A")]
#[case::the_same_again(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A"), "2")], "ready", "A")]
#[case::a_dispute_ends_with_a_newer_telling(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").number("B"), "2"), 2 => told(assigned("A").updated(2), "3")], "ready", "A")]
#[case::a_dispute_ends_with_a_newer_label(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").number("B"), "2"), 2 => told(assigned("C").made(2), "3")], "ready", "C")]
#[case::a_dispute_ends_with_a_void(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").number("B"), "2"), 2 => void("A")], "waits for a label", "B")]
#[case::a_dispute_ends_by_a_person(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").number("B"), "2"), 2 => use_label("A", "1")], "ready", "A")]
#[case::what_is_settled_stays_settled(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").number("B"), "2"), 2 => use_label("A", "1"), 3 => told(assigned("A").number("B"), "2")], "ready", "A")]
#[case::until_a_newer_telling(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").number("B"), "2"), 2 => use_label("A", "1"), 3 => told(assigned("A").number("B").updated(3), "3")], "ready", "B")]
#[case::it_is_held_by_a_person_first(steps![0 => told(assigned("A"), "1"), 0 => act(Action::Hold), 1 => told(assigned("A").number("B"), "2")], "held", "B")]
#[case::after_the_claim_it_is_a_mark(steps![0 => told(assigned("A"), "1"), 0 => claim("1"), 1 => told(assigned("A").number("B"), "2")], "sending +label_disputed", "B")]
#[case::what_was_refused_and_is_mended(steps![0 => told(assigned("A"), "1"), 0 => claim("1"), 0 => ended(refused()), 1 => told(assigned("A").number("B").updated(1), "2")], "ready", "B")]
#[case::what_was_refused_and_is_told_again(steps![0 => told(assigned("A"), "1"), 0 => claim("1"), 0 => ended(refused()), 1 => told(assigned("A").updated(1), "2")], "rejected InvalidInput", "A")]
#[case::what_is_refused_was_mended_meanwhile(steps![0 => told(assigned("A"), "1"), 0 => claim("1"), 1 => told(assigned("A").number("B").updated(1), "2"), 2 => ended(refused())], "ready", "B")]
#[case::a_person_sent_what_they_saw(steps![0 => told(label("A"), "1"), 1 => act(Action::SendNow), 2 => told(label("A").number("B").updated(2), "2")], "waits for movement", "B")]
#[case::a_person_sent_it_before_another_label(steps![0 => told(label("A"), "1"), 1 => act(Action::SendNow), 2 => told(label("B").made(2), "2"), 3 => told(label("A").made(3), "3")], "waits for movement", "A")]
#[case::a_number_that_a_person_dropped_comes_back(steps![0 => told(label("A"), "1"), 0 => told(label("A").number("B"), "2"), 2 => use_label("A", "1"), 5 => moved("B", 5), 6 => told(label("C").made(6).number("B"), "3")], "ready", "B")]
#[case::a_person_sent_what_is_told_again(steps![0 => told(label("A"), "1"), 1 => act(Action::SendNow), 2 => told(label("A").updated(2), "2")], "ready", "A")]
fn l7_tellings(#[case] steps: Vec<(i64, Step)>, #[case] state: &str, #[case] letter: &str) {
    assert_eq!(ends(steps), (state.to_owned(), Some(number(letter).to_string())));
}

/// An older label that is made anew is newer than one made between.
#[rstest]
#[case::in_order(&[0, 1, 2])]
#[case::the_correction_first(&[2, 1, 0])]
#[case::the_correction_between(&[0, 2, 1])]
#[case::the_other_label_first(&[1, 2, 0])]
fn l2_the_latest_time_of_a_label_orders_it(#[case] order: &[usize]) {
    let told = |n: &usize| match n {
        0 => told(assigned("A").made(0).updated(90), "1"),
        1 => told(assigned("B").made(30), "2"),
        _ => told(assigned("A").made(60).updated(70), "3"),
    };
    let steps = (100..).zip(order.iter().map(told)).collect();
    assert_eq!(ends(steps), ("ready".to_owned(), Some(number("A").to_string())));
}

#[rstest]
#[case::changes_nothing(steps![0 => assigned("A"), 1 => assigned("R").made(1).back()], "ready", Some("A"))]
#[case::is_never_sent(steps![0 => assigned("R").back()], "", None)]
#[case::voids_what_was_told_as_outbound(steps![0 => assigned("A"), 1 => assigned("A").back()], "waits for a label", Some("A"))]
#[case::that_comes_first_too(steps![0 => assigned("A").back(), 1 => assigned("A")], "waits for a label", Some("A"))]
#[case::does_not_move_the_order(steps![0 => label("A"), 1 => label("R").made(1).back(), 2 => moved("R", 2)], "waits for movement", Some("A"))]
fn l6_a_return(#[case] steps: Vec<(i64, Step)>, #[case] state: &str, #[case] letter: Option<&str>) {
    assert_eq!(ends(steps), (state.to_owned(), letter.map(|l| number(l).to_string())));
}

#[rstest]
#[case::a_former_one_moves(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8)], "held, a former label moves")]
#[case::the_current_one_moves_as_well(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => moved("B", 9)], "held, a former label moves")]
#[case::the_current_one_moves_alone(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("B", 8)], "ready")]
#[case::a_voided_one_moves(steps![0 => label("A"), 5 => void("A"), 6 => label("B").made(6), 9 => moved("A", 8)], "held, a former label moves")]
#[case::a_lesser_one_moves(steps![6 => label("B").made(6), 7 => label("A"), 9 => moved("A", 8)], "held, a former label moves")]
#[case::it_moved_before_the_new_one_was_made(steps![0 => label("A").under(Timing::Never), 4 => moved("A", 4), 6 => label("B").made(6)], "waits for movement")]
#[case::at_that_moment(steps![0 => label("A").under(Timing::Never), 4 => moved("A", 6), 6 => label("B").made(6)], "held, a former label moves")]
#[case::another_package_has_its_number(steps![0 => label("A"), 6 => label("B").made(6), 7 => label("C").of("2").number("A"), 9 => moved("A", 8)], "1: waits for movement; 2: ready")]
#[case::it_is_another_parcels(steps![0 => label("A"), DAY * 3 => label("B").made(DAY * 3), DAY * 3 + 9 => moved("A", -DAY - 1)], "waits for movement")]
#[case::under_assigned_timing_it_holds_what_waits(steps![0 => assigned("A").ships(DAY), 6 => assigned("B").made(6).ships(DAY), 9 => moved("A", 8)], "held, a former label moves")]
#[case::after_the_claim_it_is_a_mark(steps![0 => label("A"), 6 => assigned("B").made(6), 7 => claim("1"), 9 => moved("A", 8)], "sending +replaced_label_moves")]
#[case::a_newer_label_ends_it(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => label("C").made(10)], "waits for movement")]
#[case::a_release_was_of_the_one_that_was_sent(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => act(Action::Release), 11 => moved("B", 11), 12 => claim("1"), 13 => label("C").made(13)], "sending +superseded")]
#[case::a_void_ends_it(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => void("B")], "waits for a label")]
#[case::a_release_ends_it(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => act(Action::Release)], "waits for movement")]
#[case::for_good(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => act(Action::Release), 20 => moved("A", 20)], "waits for movement")]
#[case::a_choice_of_the_current_one_ends_it(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => use_label("B", "event-B")], "waits for movement")]
#[case::a_choice_of_the_former_one_ends_it(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => use_label("A", "event-A")], "ready")]
#[case::until_a_newer_label(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => use_label("A", "event-A"), 11 => label("C").made(11)], "waits for movement")]
fn l8_a_former_label_moves(#[case] steps: Vec<(i64, Step)>, #[case] state: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), state);
}

/// What a person can do while it is doubtful by which label a parcel goes: never `send_now`, which would decide it unseen.
#[rstest]
#[case::disputed(steps![0 => told(assigned("A"), "1"), 1 => told(assigned("A").number("B"), "2")], "hold, look, use_label A 2, use_label A 1")]
#[case::a_former_one_moves(steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8)], "hold, release, look, use_label B event-B, use_label A event-A")]
#[case::after_a_void(steps![0 => label("A"), 6 => label("B").made(6), 7 => void("B")], "hold, use_label A event-A")]
#[case::not_a_voided_one(steps![0 => label("A"), 6 => label("B").made(6), 7 => void("B"), 7 => void("A")], "hold")]
#[case::not_without_a_doubt(steps![0 => label("A"), 6 => label("B").made(6)], "send_now, hold, look")]
#[case::not_after_the_claim(steps![0 => label("A"), 6 => assigned("B").made(6), 7 => claim("1"), 9 => moved("A", 8)], "resolve as confirmed, resolve as closed")]
fn l7_l8_what_a_person_can_do(#[case] steps: Vec<(i64, Step)>, #[case] offered: &str) {
    let order = play(Channel::Amazon, steps).order;
    let names = possible(&order, &"1".parse().unwrap()).into_iter().map(|action| match action {
        Action::UseLabel(choice) => format!("use_label {} {}", choice.label, choice.event),
        other @ (Action::SendNow
        | Action::Hold
        | Action::Release
        | Action::Retry
        | Action::Look
        | Action::Resolve(_)) => other.name().to_owned(),
    });
    let names: Vec<String> = names.collect();
    assert_eq!(names.join(", "), offered);
}

#[rstest]
#[case::a_label_it_never_had("Z", "event-Z")]
#[case::a_telling_it_never_had("A", "9")]
fn l8_only_what_was_told_can_be_chosen(#[case] label_id: &str, #[case] event: &str) {
    let steps = steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8), 10 => use_label(label_id, event)];
    let scene = play(Channel::Amazon, steps);
    let refusal = scene.refused().cloned();
    assert!(matches!(refusal, Some(Refusal::NotNow { .. })), "{refusal:?}");
    assert_eq!(scene.shown(), "held, a former label moves");
}

#[rstest]
#[case::it_waits_for_its_day(steps![0 => assigned("A").ships(DAY)], "waits for its day at 86400")]
#[case::a_moment_before(steps![0 => assigned("A").ships(DAY), DAY - 1 => tick()], "waits for its day at 86400")]
#[case::on_its_day(steps![0 => assigned("A").ships(DAY), DAY => tick()], "ready")]
#[case::a_day_that_is_over(steps![10 => assigned("A").ships(5)], "ready")]
#[case::it_has_moved(steps![0 => assigned("A").ships(DAY), 60 => moved("A", 60)], "ready")]
#[case::a_person_sends_it(steps![0 => assigned("A").ships(DAY), 60 => act(Action::SendNow)], "ready")]
#[case::cancelled(steps![0 => assigned("A").ships(DAY), 60 => cancel(60)], "cancelled")]
#[case::under_movement_timing_it_says_nothing(steps![0 => label("A").ships(DAY), 60 => moved("A", 60)], "ready")]
fn l10_a_label_made_ahead(#[case] steps: Vec<(i64, Step)>, #[case] state: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), state);
}

#[rstest]
fn l10_its_day_is_the_ship_date() {
    let scene = play(Channel::Amazon, steps![0 => assigned("A").ships(DAY), DAY + 60 => tick()]);
    let submitted = domain::submission(&scene.order, &"1".parse().unwrap(), at(DAY + 60)).unwrap();
    assert_eq!(seconds(submitted.ship_date), DAY);
}

/// The window for IMEIs ends no earlier than the day the phone is packed.
#[rstest]
#[case::its_day_is_later(Some(DAY), DAY)]
#[case::its_day_is_sooner(Some(60), HOUR)]
#[case::without_a_day(None, HOUR)]
fn l10_imeis_may_come_until_that_day(#[case] ships: Option<i64>, #[case] ends: i64) {
    let made = assigned("A").phones(&[("i1", 1)]);
    let made = ships.into_iter().fold(made, Made::ships);
    let scene = play(Channel::BackMarket, steps![0 => made]);
    assert_eq!(scene.shown(), format!("waits for imeis to {ends}"));
}

#[rstest]
#[case::its_own(moved("A", 60), "ready")]
#[case::a_child_piece(moved("C", 60), "ready")]
#[case::another(moved("D", 60), "waits for movement")]
fn n4_a_scan_of_any_of_its_numbers_counts(#[case] scan: domain::Input, #[case] state: &str) {
    let steps = steps![0 => label("A").also(&["B", "C"]), 60 => scan];
    assert_eq!(play(Channel::Amazon, steps).shown(), state);
}

#[rstest]
fn n4_only_its_own_number_is_sent() {
    let order =
        play(Channel::Amazon, steps![0 => label("A").also(&["B"]), 60 => moved("B", 60)]).order;
    let submitted = domain::submission(&order, &"1".parse().unwrap(), at(60)).unwrap();
    assert_eq!(submitted.tracking, number("A"));
}

#[rstest]
#[case::a_further_number("1z999-b", "conflict with 1z999-b, another number of the same parcel")]
#[case::a_stranger("X9", "conflict with X9")]
fn n4_a_further_number_at_the_channel_is_another_number(#[case] found: &str, #[case] state: &str) {
    let steps = steps![
        0 => assigned("A").also(&["B"]), 0 => claim("1"), 0 => ended(unknown()),
        30 => read(domain::Reading::Other(text(found)))
    ];
    assert_eq!(play(Channel::Amazon, steps).shown(), state);
}

#[rstest]
#[case::while_it_waits(steps![0 => label("A"), 0 => overused("A")], "waits for movement +number_overused")]
#[case::of_a_further_number(steps![0 => label("A").also(&["B"]), 0 => overused("B")], "waits for movement +number_overused")]
#[case::of_another_number(steps![0 => label("A"), 0 => overused("B")], "waits for movement")]
#[case::until_a_label_of_another_number(steps![0 => label("A"), 0 => overused("A"), 1 => label("B").made(1)], "waits for movement")]
#[case::until_it_is_confirmed(steps![0 => assigned("A"), 0 => overused("A"), 1 => claim("1"), 2 => ended(domain::Outcome::ACCEPTED)], "confirmed")]
fn n5_a_number_without_a_place_is_shown(#[case] steps: Vec<(i64, Step)>, #[case] state: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), state);
}

fn overused(letter: &str) -> Step {
    let (package, number) = ("1".parse().unwrap(), number(letter).key());
    domain::Input::Overused { package, number }.into()
}

/// Rule L11: people are told what was left out of a label, once.
#[rstest]
fn l11_the_timeline_says_what_was_left_out() {
    let mut made = label("A");
    made.event.left_out = vec![domain::Fault::new("detail.sku", "is the number 7, not a text")];
    let scene = play(Channel::Amazon, steps![0 => told(made.clone(), "1"), 5 => told(made, "1")]);
    let notes: Vec<&str> = scene
        .order
        .timeline
        .iter()
        .filter(|change| change.what == domain::What::LeftOut)
        .filter_map(|change| Some(change.note.as_ref()?.as_str()))
        .collect();
    assert_eq!(notes, ["detail.sku: is the number 7, not a text"]);
}

/// What was sent is kept as it was told then, whoever tells the same once more (rule M7).
#[rstest]
fn l7_what_was_sent_keeps_its_event() {
    let steps = steps![0 => told(assigned("A"), "1"), 0 => claim("1"), 1 => told(assigned("A").updated(1), "2")];
    let order = play(Channel::Amazon, steps).order;
    let package = &order.packages[&"1".parse().unwrap()];
    let sent = package.lock().and_then(|lock| lock.label.as_ref());
    assert_eq!(sent.map(|label| label.telling.event.clone()), Some(EventId(text("1"))));
}

/// A person's word which telling is right does not make the label older (rule L2).
#[rstest]
fn l7_a_choice_keeps_the_latest_time() {
    let steps = steps![
        70 => told(assigned("A").made(0).updated(60), "1"),
        70 => told(assigned("A").made(50).updated(60).number("B"), "2"),
        71 => use_label("A", "1"),
    ];
    let order = play(Channel::Amazon, steps).order;
    let label = order.packages[&"1".parse().unwrap()].label.as_ref();
    assert_eq!(label.and_then(|label| label.latest_at), Some(at(50)));
}

/// A scan of one number of a parcel moves nobody who has another of its numbers only.
#[rstest]
fn n4_the_proof_is_of_its_own_number() {
    let steps = steps![
        0 => label("A").also(&["B"]), 10 => moved("A", 10), 11 => claim("1"),
        12 => ended(domain::Outcome::ACCEPTED), 20 => label("C").of("2").number("B"),
        21 => label("D").of("3").number("A"),
    ];
    let shown = play(Channel::Amazon, steps).shown();
    assert_eq!(shown, "1: confirmed; 2: waits for movement; 3: ready");
}

/// Made by 9, and by 2: a person settles that it was the latter. The label keeps the place that the former gave it (rule L2).
#[rstest]
fn l2_what_a_person_settles_keeps_the_latest_time_that_was_told() {
    let steps = steps![
        0 => told(assigned("A").made(2).updated(10), "1"),
        1 => told(assigned("A").number("B").made(9).updated(10), "2"),
        2 => use_label("A", "1"),
    ];
    let order = play(Channel::Amazon, steps).order;
    let label = order.packages[&"1".parse().unwrap()].label.clone().unwrap();
    assert_eq!((label.telling.labeled_at, label.latest_at), (at(2), Some(at(9))));
}
