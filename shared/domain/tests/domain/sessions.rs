//! What is known of a seller's people in common, and when credentials end.

use crate::build::{at, text};
use domain::{CredentialDates, CredentialPart, Moment, SellerSessions, SessionsEnd, said_day};
use jiff::SignedDuration;
use rstest::rstest;

/// A day. Unit: seconds.
const DAY: i64 = 24 * 3_600;

#[rstest]
#[case::the_first_window(None, 20, (Some(20), 3))]
#[case::the_same(Some((20, 5)), 20, (Some(20), 8))]
#[case::a_later_one(Some((10, 5)), 20, (Some(20), 3))]
#[case::one_that_is_over(Some((30, 5)), 20, (Some(30), 5))]
fn calls_count_in_their_window(
    #[case] before: Option<(i64, u32)>,
    #[case] window: i64,
    #[case] expected: (Option<i64>, u32),
) {
    let ended = Some(SessionsEnd { at: at(1), by: text("ann") });
    let known = SellerSessions {
        ended: ended.clone(),
        window: before.map(|(window, _)| at(window)),
        calls: before.map_or(0, |(_, calls)| calls),
    };
    let after = known.counted(at(window), 3);
    let (window, calls) = expected;
    assert_eq!(after, SellerSessions { ended, window: window.map(at), calls });
}

/// `START` is 2026-11-23, so 180 days later is 2027-05-22.
#[rstest]
#[case::fifteen_days_before(165, Some(("2027-05-22", false)))]
#[case::two_weeks_before(166, Some(("2027-05-22", true)))]
#[case::over(200, Some(("2027-05-22", true)))]
fn an_end_is_near_two_weeks_before(#[case] days: i64, #[case] expected: Option<(&str, bool)>) {
    let dates = CredentialDates::put(at(0));
    let end = dates.end(CredentialPart::ClientSecret, 180, at(days * DAY));
    let shown = end.map(|end| (end.on.to_string(), end.is_near));
    assert_eq!(shown, expected.map(|(on, is_near)| (on.to_owned(), is_near)));
}

#[rstest]
#[case::nothing(CredentialDates::default(), None)]
#[case::reckoned(CredentialDates::put(at(0)), Some(("2027-11-23", false)))]
#[case::said(said(), Some(("2027-01-31", true)))]
#[case::said_of_another_part(said().saying(CredentialPart::Authorization, None), None)]
fn what_a_person_says_comes_first(
    #[case] dates: CredentialDates,
    #[case] expected: Option<(&str, bool)>,
) {
    let end = dates.end(CredentialPart::Authorization, 365, at(0));
    let shown = end.map(|end| (end.on.to_string(), end.is_said));
    assert_eq!(shown, expected.map(|(on, is_said)| (on.to_owned(), is_said)));
}

fn said() -> CredentialDates {
    let day = said_day("a", "2027-01-31").ok();
    let none = CredentialDates::default().saying(CredentialPart::Authorization, day);
    none.saying(CredentialPart::ClientSecret, said_day("a", "2027-02-28").ok())
}

#[rstest]
#[case("2027-02-29")]
#[case("2027-2-1")]
#[case("tomorrow")]
#[case("2027-02-01T00:00:00Z")]
#[case("")]
fn what_is_no_day_is_refused_by_its_field(#[case] given: &str) {
    let fault = said_day("credential_ends.authorization", given).unwrap_err();
    assert_eq!(fault.field, "credential_ends.authorization");
    assert!(fault.to_string().contains("2027-03-31"), "{fault}");
}

#[rstest]
fn credentials_that_are_put_forget_what_was_said() {
    let later: Moment = at(0).plus(SignedDuration::from_secs(1));
    let put = CredentialDates::put(later);
    assert_eq!((put.put_at, put.authorization, put.client_secret), (Some(later), None, None));
}
