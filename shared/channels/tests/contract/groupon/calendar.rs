//! Groupon's business days, and the ship-by that they come to. The days were looked up in calendars, not reckoned.

use channels::calendar;
use domain::{Channel, ClosedDays, SlaDays};
use jiff::civil::{Date, DateTime};
use rstest::rstest;

/// The ship-by of an order that was placed at this time in Chicago.
fn due(ordered: &str, sla_days: u64, closed: &[&str]) -> String {
    let closed: Vec<Date> = closed.iter().map(|day| day.parse().unwrap()).collect();
    let closed = ClosedDays::new(closed).unwrap();
    let calendar = calendar(Channel::Groupon).unwrap();
    let sla_days = SlaDays::new(sla_days).unwrap();
    let due = calendar.due(ordered.parse::<DateTime>().unwrap(), sla_days, &closed);
    due.map_or_else(|| "never".to_owned(), |due| due.to_string())
}

#[rstest]
// The help page's own examples.
#[case::monday_evening("2026-11-16T19:00:00", 1, "2026-11-18T17:00:00")]
#[case::friday_before_five("2026-11-13T16:00:00", 1, "2026-11-16T17:00:00")]
#[case::friday_after_five("2026-11-13T17:30:00", 1, "2026-11-17T17:00:00")]
// Both sides of the end of a day.
#[case::at_five("2026-11-16T17:00:00", 1, "2026-11-17T17:00:00")]
#[case::a_second_later("2026-11-16T17:00:01", 1, "2026-11-18T17:00:00")]
#[case::midnight("2026-11-16T00:00:00", 1, "2026-11-17T17:00:00")]
#[case::saturday("2026-11-14T12:00:00", 1, "2026-11-17T17:00:00")]
#[case::sunday_evening("2026-11-15T23:00:00", 1, "2026-11-17T17:00:00")]
#[case::two_days("2026-11-16T12:00:00", 2, "2026-11-18T17:00:00")]
#[case::three_days_over_a_weekend("2026-11-12T12:00:00", 3, "2026-11-17T17:00:00")]
#[case::the_most("2026-11-30T12:00:00", 20, "2026-12-29T17:00:00")]
fn s9_an_order_is_due_by_five_of_a_business_day(
    #[case] ordered: &str,
    #[case] sla_days: u64,
    #[case] by: &str,
) {
    assert_eq!(due(ordered, sla_days, &[]), by);
}

/// Ordered at noon of the business day before the holiday, so that the day after the holiday is due; or on the holiday itself.
#[rstest]
// New Year's Day: a Wednesday, a Thursday, a Friday; a Saturday is kept on Friday, 2021-12-31, and a Sunday on Monday.
#[case::new_year_2025("2024-12-31T12:00:00", "2025-01-02T17:00:00")]
#[case::new_year_2026("2025-12-31T12:00:00", "2026-01-02T17:00:00")]
#[case::new_year_2027("2026-12-31T12:00:00", "2027-01-04T17:00:00")]
#[case::new_year_on_a_saturday("2021-12-30T12:00:00", "2022-01-03T17:00:00")]
#[case::new_year_on_a_sunday("2022-12-30T12:00:00", "2023-01-03T17:00:00")]
#[case::memorial_day_2024("2024-05-24T12:00:00", "2024-05-28T17:00:00")]
#[case::memorial_day_2025("2025-05-23T12:00:00", "2025-05-27T17:00:00")]
#[case::memorial_day_2026("2026-05-22T12:00:00", "2026-05-26T17:00:00")]
#[case::memorial_day_2027("2027-05-28T12:00:00", "2027-06-01T17:00:00")]
#[case::independence_day_on_a_thursday("2024-07-03T12:00:00", "2024-07-05T17:00:00")]
#[case::independence_day_on_a_saturday("2026-07-02T12:00:00", "2026-07-06T17:00:00")]
#[case::independence_day_on_a_sunday("2027-07-02T12:00:00", "2027-07-06T17:00:00")]
#[case::labor_day_2024("2024-08-30T12:00:00", "2024-09-03T17:00:00")]
#[case::labor_day_2026("2026-09-04T12:00:00", "2026-09-08T17:00:00")]
#[case::thanksgiving_2025("2025-11-26T12:00:00", "2025-11-28T17:00:00")]
#[case::thanksgiving_2026("2026-11-25T12:00:00", "2026-11-27T17:00:00")]
#[case::thanksgiving_in_a_month_of_five_thursdays("2023-11-22T12:00:00", "2023-11-24T17:00:00")]
#[case::christmas_on_a_thursday("2025-12-24T12:00:00", "2025-12-26T17:00:00")]
#[case::christmas_on_a_friday("2026-12-24T12:00:00", "2026-12-28T17:00:00")]
#[case::christmas_on_a_saturday("2027-12-23T12:00:00", "2027-12-27T17:00:00")]
#[case::christmas_on_a_sunday("2022-12-23T12:00:00", "2022-12-27T17:00:00")]
#[case::ordered_on_a_holiday("2026-11-26T12:00:00", "2026-11-30T17:00:00")]
fn s9_a_holiday_is_no_business_day(#[case] ordered: &str, #[case] by: &str) {
    assert_eq!(due(ordered, 1, &[]), by);
}

#[rstest]
#[case::columbus_day("2026-10-09T12:00:00", "2026-10-12T17:00:00")]
#[case::veterans_day("2026-11-10T12:00:00", "2026-11-11T17:00:00")]
#[case::the_day_after_thanksgiving("2025-11-26T12:00:00", "2025-11-28T17:00:00")]
#[case::christmas_eve("2026-12-23T12:00:00", "2026-12-24T17:00:00")]
#[case::juneteenth("2026-06-18T12:00:00", "2026-06-19T17:00:00")]
fn s9_other_holidays_are_business_days(#[case] ordered: &str, #[case] by: &str) {
    assert_eq!(due(ordered, 1, &[]), by);
}

#[rstest]
#[case::the_day_it_is_due("2026-11-16T12:00:00", &["2026-11-17"], "2026-11-18T17:00:00")]
#[case::the_day_it_was_ordered("2026-11-16T12:00:00", &["2026-11-16"], "2026-11-18T17:00:00")]
#[case::both("2026-11-16T12:00:00", &["2026-11-16", "2026-11-17"], "2026-11-19T17:00:00")]
#[case::a_day_before("2026-11-16T12:00:00", &["2026-11-13"], "2026-11-17T17:00:00")]
#[case::a_weekend_is_closed_anyway("2026-11-13T12:00:00", &["2026-11-14", "2026-11-15"], "2026-11-16T17:00:00")]
fn s9_a_partners_own_closed_days_are_none(
    #[case] ordered: &str,
    #[case] closed: &[&str],
    #[case] by: &str,
) {
    assert_eq!(due(ordered, 1, closed), by);
}

#[test]
fn a_calendar_ends_with_time_itself() {
    assert_eq!(due("9999-12-31T12:00:00", 1, &[]), "never");
}

#[test]
fn s9_who_reckons_a_ship_by_has_a_calendar() {
    for channel in Channel::ALL {
        assert_eq!(calendar(channel).is_some(), channel.facts().reckons_ship_by, "{channel}");
    }
}
