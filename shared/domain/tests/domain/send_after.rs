//! Rule S10: what a confirmation waits for under assigned timing.

use crate::build::*;
use crate::steps;
use domain::{
    Action, ChangedBy, Channel, Days, Moment, Partner, PartnerEdit, SendAfter, SendAfterChange,
    SettingsChange, TimeOfDay,
};
use jiff::tz::{Offset, TimeZone};
use rstest::rstest;

fn after(hours: u64, earliest: Option<&str>, days: &[&str]) -> SendAfter {
    let earliest = earliest.map(|text| text.parse::<TimeOfDay>().unwrap());
    let days = if days.is_empty() { Days::ALL } else { Days::of(days).unwrap() };
    SendAfter::new(hours, earliest, days).unwrap()
}

#[rustfmt::skip]
#[rstest]
#[case::s10_it_waits(steps![0 => assigned("A").sent_after(HOUR), HOUR - 1 => tick()], "waits for its time at 3600")]
#[case::s10_its_time_has_come(steps![0 => assigned("A").sent_after(HOUR), HOUR => tick()], "ready")]
#[case::s10_the_parcel_moves_before(steps![0 => assigned("A").sent_after(HOUR), 9 => moved("A", 9)], "ready")]
#[case::s10_not_under_movement_timing(steps![0 => label("A").sent_after(HOUR), 9 => moved("A", 9)], "ready")]
#[case::s10_a_person_sends_it(steps![0 => assigned("A").sent_after(HOUR), 9 => act(Action::SendNow)], "ready")]
#[case::s10_its_day_first(steps![0 => assigned("A").sent_after(HOUR).ships(DAY)], "waits for its day at 86400")]
#[case::s10_its_time_after_its_day(steps![0 => assigned("A").sent_after(2 * DAY).ships(DAY), DAY => tick()], "waits for its time at 172800")]
#[case::s10_nothing_set(steps![0 => assigned("A")], "ready")]
#[case::t7_a_label_keeps_its_own(steps![0 => assigned("A").sent_after(HOUR), 1 => assigned("A").sent_after(9 * HOUR)], "waits for its time at 3600")]
#[case::t7_a_new_label_has_its_own(steps![0 => assigned("A").sent_after(HOUR), 1 => assigned("B").made(1)], "ready")]
fn a_confirmation(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Amazon, steps).shown(), expected);
}

#[rstest]
fn s10_imeis_first_and_their_hold_last() {
    let phone = assigned("A").phones(&[("i1", 1)]).or_hold().sent_after(2 * HOUR);
    let waiting = play(Channel::BackMarket, steps![0 => phone]);
    assert!(waiting.shown().starts_with("waits for imeis"), "{}", waiting.shown());
    let over = then(waiting, HOUR, tick());
    assert_eq!((over.shown().as_str(), over.due()), ("waits for its time at 7200", Some(2 * HOUR)));
    assert_eq!(then(over, 2 * HOUR, tick()).shown(), "held without imeis");
}

#[rstest]
fn s10_the_sweep_looks_when_its_time_comes() {
    let scene = play(Channel::Amazon, steps![0 => assigned("A").sent_after(HOUR)]);
    assert_eq!((scene.due(), scene.rings()), (Some(HOUR), vec![]));
    assert_eq!(then(scene, HOUR, tick()).rings(), [0]);
}

/// Two hours behind UTC all year; labels are first handled on Monday, 2026-11-23, at 15:00 UTC.
fn behind() -> TimeZone {
    TimeZone::fixed(Offset::constant(-2))
}

#[rustfmt::skip]
#[rstest]
#[case::s10_at_once(after(0, None, &[]), "2026-11-23T15:00:00Z")]
#[case::s10_an_hour(after(1, None, &[]), "2026-11-23T16:00:00Z")]
#[case::s10_the_most(after(120, None, &[]), "2026-11-28T15:00:00Z")]
#[case::s10_its_time_is_over_today(after(0, Some("13:00"), &[]), "2026-11-23T15:00:00Z")]
#[case::s10_its_time_is_to_come(after(0, Some("13:01"), &[]), "2026-11-23T15:01:00Z")]
#[case::s10_hours_into_the_next_day(after(12, Some("09:30"), &[]), "2026-11-24T11:30:00Z")]
#[case::s10_today(after(0, None, &["mon"]), "2026-11-23T15:00:00Z")]
#[case::s10_tomorrow(after(0, None, &["tue"]), "2026-11-24T02:00:00Z")]
#[case::s10_in_six_days(after(0, None, &["sun"]), "2026-11-29T02:00:00Z")]
#[case::s10_hours_past_the_only_day(after(24, None, &["mon"]), "2026-11-30T02:00:00Z")]
#[case::s10_the_day_in_the_zone(after(10, None, &["mon"]), "2026-11-24T01:00:00Z")]
#[case::s10_the_first_of_several(after(0, Some("08:00"), &["sat", "thu"]), "2026-11-26T10:00:00Z")]
#[case::s10_all_of_it(after(48, Some("23:59"), &["mon", "tue"]), "2026-12-01T01:59:00Z")]
fn comes_to(#[case] set: SendAfter, #[case] expected: &str) {
    assert_eq!(set.first_after(at(0), Some(&behind())), expected.parse::<Moment>().unwrap());
}

/// Chicago's clocks go from 02:00 to 03:00 on 2026-03-08, and from 02:00 back to 01:00 on 2026-11-01.
fn chicago() -> TimeZone {
    TimeZone::posix("CST6CDT,M3.2.0,M11.1.0").unwrap()
}

#[rustfmt::skip]
#[rstest]
#[case::s10_just_before_what_is_skipped("2026-03-08T05:00:00-06:00", "2026-03-07T23:00:00-06:00", "01:59", "2026-03-08T01:59:00-06:00")]
#[case::s10_the_first_that_is_skipped("2026-03-08T05:00:00-06:00", "2026-03-07T23:00:00-06:00", "02:00", "2026-03-08T03:00:00-05:00")]
#[case::s10_the_last_that_is_skipped("2026-03-08T05:00:00-06:00", "2026-03-07T23:00:00-06:00", "02:59", "2026-03-08T03:00:00-05:00")]
#[case::s10_the_first_that_is_not("2026-03-08T05:00:00-06:00", "2026-03-07T23:00:00-06:00", "03:01", "2026-03-08T03:01:00-05:00")]
#[case::s10_what_comes_twice("2026-11-01T05:00:00-06:00", "2026-10-31T23:30:00-05:00", "01:30", "2026-11-01T01:30:00-05:00")]
#[case::s10_between_the_two("2026-11-01T05:00:00-06:00", "2026-11-01T01:10:00-06:00", "01:30", "2026-11-01T01:10:00-06:00")]
fn on_a_day_of_a_clock_change(#[case] until: &str, #[case] now: &str, #[case] earliest: &str, #[case] expected: &str) {
    let moment = |text: &str| text.parse::<Moment>().unwrap();
    let zone = chicago();
    let found = after(0, Some(earliest), &["sun"]).first_after(moment(now), Some(&zone));
    assert_eq!(found, moment(expected));
    assert!(found <= moment(until));
}

/// The last zone of the Earth is twelve hours behind UTC.
#[rustfmt::skip]
#[rstest]
#[case::hours_need_none(after(3, None, &[]), "2026-11-23T18:00:00Z")]
#[case::a_time(after(0, Some("09:00"), &[]), "2026-11-23T21:00:00Z")]
#[case::a_day(after(0, None, &["tue"]), "2026-11-24T12:00:00Z")]
fn s10_without_a_zone_nothing_is_early(#[case] set: SendAfter, #[case] expected: &str) {
    assert_eq!(set.first_after(at(0), None), expected.parse::<Moment>().unwrap());
}

#[rustfmt::skip]
#[rstest]
#[case::s10_hours(SendAfter::new(121, None, Days::ALL).unwrap_err(), "send_after.hours: is 121; allowed: a whole number of hours from 0 to 120")]
#[case::s10_no_time("24:00".parse::<TimeOfDay>().unwrap_err(), "send_after.earliest: `24:00` is not a time of the day; allowed: 00:00 to 23:59, such as 09:30")]
#[case::s10_no_minute("09:60".parse::<TimeOfDay>().unwrap_err(), "send_after.earliest: `09:60` is not a time of the day; allowed: 00:00 to 23:59, such as 09:30")]
#[case::s10_half_a_time("9:30".parse::<TimeOfDay>().unwrap_err(), "send_after.earliest: `9:30` is not a time of the day; allowed: 00:00 to 23:59, such as 09:30")]
#[case::s10_a_sign("+9:30".parse::<TimeOfDay>().unwrap_err(), "send_after.earliest: `+9:30` is not a time of the day; allowed: 00:00 to 23:59, such as 09:30")]
#[case::s10_no_days(Days::of(&[]).unwrap_err(), "send_after.days: names no day; allowed: mon, tue, wed, thu, fri, sat, sun")]
#[case::s10_no_day(Days::of(&["mon", "Tuesday"]).unwrap_err(), "send_after.days: `Tuesday` is not the name of a day; allowed: mon, tue, wed, thu, fri, sat, sun")]
fn is_refused(#[case] fault: domain::Fault, #[case] expected: &str) {
    assert_eq!(fault.to_string(), expected);
}

#[rstest]
fn s10_what_is_set_is_shown_as_it_was_written() {
    let set = after(120, Some("00:00"), &["sun", "mon", "mon"]);
    assert_eq!(set.earliest().map(TimeOfDay::shown).as_deref(), Some("00:00"));
    assert_eq!(set.days().names().collect::<Vec<_>>(), ["mon", "sun"]);
    assert_eq!(
        after(0, Some("23:59"), &[]).earliest().map(TimeOfDay::shown).as_deref(),
        Some("23:59")
    );
    let stored = serde_json::to_string(&set).unwrap();
    assert_eq!(serde_json::from_str::<SendAfter>(&stored).unwrap(), set);
    assert_eq!(serde_json::to_string(&after(0, None, &[])).unwrap(), "{}");
}

fn partner(zone: Option<&str>) -> Partner {
    Partner { time_zone: zone.map(text), ..crate::partners::amazon_partner() }
}

fn changed(partner: Partner, to: SendAfterChange) -> Result<Partner, domain::Fault> {
    let change = SettingsChange { send_after: Some(to), ..SettingsChange::NONE };
    partner.changed(change, text("ann"), at(1))
}

#[rustfmt::skip]
#[rstest]
#[case::s10_hours_need_no_zone(None, after(9, None, &[]), None)]
#[case::s10_a_time_in_a_zone(Some("America/Chicago"), after(9, Some("09:00"), &["mon"]), None)]
#[case::s10_a_time_without_a_zone(None, after(9, Some("09:00"), &["mon"]), Some("send_after.earliest: is read in the partner's time_zone, and it has none; allowed: send_after.hours alone, or first a time_zone for the partner"))]
#[case::s10_days_without_a_zone(None, after(9, None, &["mon"]), Some("send_after.days: is read in the partner's time_zone, and it has none; allowed: send_after.hours alone, or first a time_zone for the partner"))]
fn is_set(#[case] zone: Option<&str>, #[case] set: SendAfter, #[case] refusal: Option<&str>) {
    let result = changed(partner(zone), SendAfterChange::To(set));
    assert_eq!(result.as_ref().err().map(ToString::to_string).as_deref(), refusal);
    assert_eq!(result.ok().and_then(|partner| partner.send_after), refusal.is_none().then_some(set));
}

#[rstest]
fn s10_a_zone_that_is_needed_cannot_be_taken() {
    let set = SendAfterChange::To(after(0, Some("09:00"), &[]));
    let there = changed(partner(Some("Asia/Tokyo")), set).unwrap();
    let edit = |there: Partner| {
        let (name, settings) = (there.name.clone(), there.settings.clone());
        let edit = PartnerEdit { name, settings, time_zone: None, credentials: there.credentials };
        there.edited(edit, ChangedBy { person: text("bob"), at: at(2) })
    };
    let refusal = edit(there.clone()).unwrap_err().to_string();
    assert_eq!(
        refusal,
        "time_zone: is needed by send_after.earliest and send_after.days, which are set; allowed: a time zone, or first a send_after of hours alone"
    );
    let off = changed(there, SendAfterChange::Off).unwrap();
    assert_eq!(off.send_after, None);
    assert_eq!(edit(off).unwrap().time_zone, None);
}
