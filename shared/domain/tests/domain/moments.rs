//! A point in time: to the millisecond, and total, whatever the border lets in.

use domain::Moment;
use jiff::Timestamp;
use rstest::rstest;

#[rstest]
#[case::the_epoch("1970-01-01T00:00:00Z", 0)]
#[case::to_the_millisecond("2026-11-23T15:04:05.678Z", 1_795_446_245_678)]
#[case::no_finer("2026-11-23T15:04:05.678999Z", 1_795_446_245_678)]
#[case::of_one_clock("2026-11-23T16:04:05.678+01:00", 1_795_446_245_678)]
#[case::before_the_epoch("1969-12-31T23:59:59.999Z", -1)]
fn is_kept_in_milliseconds(#[case] text: &str, #[case] millis: i64) {
    let moment: Moment = text.parse().unwrap();
    assert_eq!(moment.as_millis(), millis);
    assert_eq!(moment, Moment::from_millis(millis));
}

#[rstest]
#[case::the_epoch(0, Timestamp::UNIX_EPOCH)]
#[case::past_the_last_of_a_calendar(i64::MAX, Timestamp::MAX)]
#[case::before_the_first_of_a_calendar(i64::MIN, Timestamp::MIN)]
fn has_a_place_in_a_calendar(#[case] millis: i64, #[case] expected: Timestamp) {
    assert_eq!(Moment::from_millis(millis).timestamp(), expected);
}
