//! Who set `never` and who left it: kept apart from the partner's last change, and shown on what it stopped.

use crate::build::*;
use crate::steps;
use domain::{
    ChangedBy, Channel, ChannelSettings, NEVER_SPANS_MAX, NeverChange, NeverSpan, NeverSpans,
    Order, Partner, PartnerEdit, PartnerRegistration, SettingsChange, Timing,
};
use rstest::rstest;
use serde_json::{Map, Value, json};

const NEVER: Timing = Timing::Never;

fn amazon() -> Partner {
    let settings = ChannelSettings::new(Channel::Amazon, Map::new());
    let (seller, id) = (key().seller, key().partner);
    let registration = PartnerRegistration { seller, id, name: text("Shop"), settings };
    Partner::new(registration, ChangedBy { person: text("eve"), at: at(0) })
}

/// The partner after these changes, each by somebody at a second.
fn after(changes: &[(Timing, &str, i64)]) -> Partner {
    changes.iter().fold(amazon(), |partner, (timing, by, seconds)| {
        let change = SettingsChange { timing: Some(*timing), ..SettingsChange::NONE };
        partner.changed(change, text(by), at(*seconds)).unwrap()
    })
}

fn words(span: Option<&NeverSpan>) -> Option<String> {
    span.map(ToString::to_string)
}

const ANN: (Timing, &str, i64) = (NEVER, "ann", 60);
const BOB: (Timing, &str, i64) = (MOVES, "bob", 120);

#[rustfmt::skip]
#[rstest]
#[case::nobody(&[], None)]
#[case::between_others(&[(ASSIGNED, "ann", 60)], None)]
#[case::set(&[ANN], Some("ann set Never (2026-11-23T15:01:00Z)"))]
#[case::set_once_more_it_is_who_began_it(&[ANN, (NEVER, "bob", 90)], Some("ann set Never (2026-11-23T15:01:00Z)"))]
#[case::left(&[ANN, BOB], Some("ann set Never (2026-11-23T15:01:00Z); bob left it (2026-11-23T15:02:00Z)"))]
#[case::changed_once_more_after_it_was_left(&[ANN, BOB, (ASSIGNED, "eve", 180)], Some("ann set Never (2026-11-23T15:01:00Z); bob left it (2026-11-23T15:02:00Z)"))]
#[case::set_again(&[ANN, BOB, (NEVER, "eve", 180)], Some("eve set Never (2026-11-23T15:03:00Z)"))]
fn the_last_never_is_whose_it_is(#[case] changes: &[(Timing, &str, i64)], #[case] expected: Option<&str>) {
    let partner = after(changes);
    assert_eq!(words(partner.last_never()).as_deref(), expected);
    let (name, settings) = (partner.name.clone(), partner.settings.clone());
    let edit = PartnerEdit { name, settings, time_zone: None, credentials: partner.credentials };
    let by = ChangedBy { person: text("zoe"), at: at(9_000) };
    let edited = partner.edited(edit, by).unwrap();
    assert_eq!(words(edited.last_never()).as_deref(), expected, "another change hides it");
}

/// A label of each second, under `never` from 60 to 120 and from 180 to 240.
#[rstest]
#[case::before_the_first(0, "ann")]
#[case::in_the_first(60, "ann")]
#[case::just_before_it_ends(119, "ann")]
#[case::as_it_ends(120, "eve")]
#[case::in_the_second(200, "eve")]
#[case::handled_by_who_saw_never_too_long(300, "eve")]
fn a_package_was_stopped_by_the_first_never_that_it_met(#[case] seconds: i64, #[case] by: &str) {
    let partner = after(&[ANN, BOB, (NEVER, "eve", 180), (ASSIGNED, "ann", 240)]);
    let span = words(partner.never_that_stopped(at(seconds))).unwrap();
    assert!(span.starts_with(&format!("{by} set Never")), "{span}");
}

#[rstest]
fn the_last_spans_are_kept_and_never_until_is_not_lost_with_them() {
    let changes: Vec<(Timing, &str, i64)> = (0..10)
        .flat_map(|n| [(NEVER, "ann", 100 * n), (ASSIGNED, "bob", 100 * n + 50)])
        .chain([(NEVER, "eve", 5_000)])
        .collect();
    let partner = after(&changes);
    assert_eq!(partner.never.as_slice().len(), NEVER_SPANS_MAX);
    assert_eq!(partner.timing_now().never_until, Some(at(950)));
}

fn change(seconds: i64, by: Option<&str>) -> NeverChange {
    NeverChange { at: at(seconds), by: by.map(text) }
}

/// `never_until` was there before the spans, and a function of before may write it without them.
#[rstest]
#[case::nothing(vec![], None, &[])]
#[case::stored_before(vec![], Some(9), &["Never was set; it was left (2026-11-23T15:00:09Z)"])]
#[case::left_by_a_function_of_before(
    vec![NeverSpan { set: Some(change(1, Some("ann"))), left: None }], Some(9),
    &["ann set Never (2026-11-23T15:00:01Z); it was left (2026-11-23T15:00:09Z)"]
)]
#[case::set_and_left_by_a_function_of_before(
    vec![NeverSpan { set: Some(change(1, Some("ann"))), left: Some(change(2, Some("bob"))) }], Some(9),
    &["ann set Never (2026-11-23T15:00:01Z); bob left it (2026-11-23T15:00:02Z)", "Never was set; it was left (2026-11-23T15:00:09Z)"]
)]
#[case::whole(
    vec![NeverSpan { set: Some(change(1, None)), left: Some(change(9, Some("bob"))) }], Some(9),
    &["Never was set (2026-11-23T15:00:01Z); bob left it (2026-11-23T15:00:09Z)"]
)]
fn t5_what_was_stored_before_is_completed(
    #[case] spans: Vec<NeverSpan>,
    #[case] until: Option<i64>,
    #[case] expected: &[&str],
) {
    let kept = NeverSpans::kept(spans, until.map(at));
    assert_eq!(kept.left_at(), until.map(at), "rule T5 goes by it");
    let words: Vec<String> = kept.as_slice().iter().map(ToString::to_string).collect();
    assert_eq!(words, expected);
}

/// A partner that was under `never` before anybody's name was kept: nobody is named, least of all who left it long ago.
#[rstest]
fn nobody_is_named_where_it_was_not_kept() {
    let former =
        NeverSpan { set: Some(change(1, Some("ann"))), left: Some(change(2, Some("bob"))) };
    let never = NeverSpans::kept(vec![former], Some(at(2)));
    let partner = Partner { timing: NEVER, never, ..amazon() };
    assert_eq!(partner.last_never(), None);
    assert_eq!(partner.never_that_stopped(at(50)), None);
    let change = SettingsChange { timing: Some(MOVES), ..SettingsChange::NONE };
    let left = partner.changed(change, text("eve"), at(60)).unwrap();
    let expected = "Never was set; eve left it (2026-11-23T15:01:00Z)";
    assert_eq!(words(left.last_never()).as_deref(), Some(expected));
}

fn package(partner: &Partner, order: Order) -> Value {
    domain::order_view_at(partner, order, 1)["packages"][0].clone()
}

#[rstest]
fn t5_a_withheld_package_is_shown_with_who_stopped_it() {
    let order = play(Channel::Amazon, steps![0 => label("A")]).order;
    let waiting = package(&amazon(), order.clone());
    assert_eq!(
        (&waiting["state"], &waiting["detail"]),
        (&json!("waiting"), &json!({ "for": "movement" }))
    );
    let partner = after(&[ANN, BOB, (ASSIGNED, "eve", 180)]);
    let withheld = package(&partner, order.clone());
    let never = json!({
        "set": { "at": "2026-11-23T15:01:00Z", "by": "ann" },
        "left": { "at": "2026-11-23T15:02:00Z", "by": "bob" },
        "in_words": "ann set Never (2026-11-23T15:01:00Z); bob left it (2026-11-23T15:02:00Z)",
    });
    assert_eq!(withheld["state"], "withheld");
    assert_eq!(withheld["detail"], json!({ "reason": "never", "never": never }));
    let line = domain::order_line_at(&partner, order, 1);
    assert_eq!(line["packages"][0]["detail"], withheld["detail"]);
}

#[rstest]
fn t5_what_never_stopped_and_moves_says_who_stopped_it() {
    let steps = steps![0 => assigned("A"), 70 => claim_under(NEVER, None), 90 => moved("A", 80)];
    let order = play(Channel::Amazon, steps).order;
    let says = |partner: &Partner| package(partner, order.clone())["attention"][0]["says"].clone();
    assert_eq!(
        says(&after(&[ANN])),
        "The setting Never stopped it, and the parcel is on its way since. ann set Never (2026-11-23T15:01:00Z)."
    );
    assert_eq!(
        says(&Partner { timing: NEVER, ..amazon() }),
        "The setting Never stopped it, and the parcel is on its way since."
    );
}
