//! What Wish's answers mean, row by row. W lists no refusal of an update.

use super::given::{WISH_ORDER, wish_submission};
use crate::given::{IMEI, NOW, answer, json_answer, with};
use channels::{Answer, Class, Marketplace, Says, Verdict, Wish};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

const OURS: &str = "1Z999AA10123456784";

const PAGE: &str = "<html><head><title>403 Forbidden</title></head><body>code 1008</body></html>";

fn confirmed(answer: &Answer) -> Verdict {
    Wish::confirmed(answer, &wish_submission())
}

fn said(status: u16, code: impl Into<Value>, message: &str) -> Answer {
    let code = code.into();
    json_answer(status, &json!({ "message": message, "code": code, "data": {} }))
}

fn done(data: &Value) -> Answer {
    json_answer(200, &json!({ "message": "", "code": 0, "data": data }))
}

fn order(state: &str, number: Option<&str>, processing: Option<&str>) -> Value {
    let numbers: Vec<Value> =
        number.iter().map(|number| json!({ "tracking_number": number })).collect();
    json!({
        "id": WISH_ORDER,
        "state": state,
        "tracking_information": numbers,
        "processing_source": processing.map(|_| "UPDATE_TRACKING"),
        "processing_status": processing,
    })
}

#[rstest]
#[case::shipped(done(&order("SHIPPED", Some(OURS), Some("SUCCEEDED"))), Class::Accepted)]
#[case::shipped_before_the_work_is_done(done(&order("APPROVED", Some(OURS), Some("IN_PROGRESS"))), Class::Unknown)]
#[case::no_order(done(&json!({})), Class::Unknown)]
#[case::null_for_an_order(done(&json!(null)), Class::Unknown)]
#[case::no_data(json_answer(200, &json!({ "code": 0 })), Class::Unknown)]
#[case::a_code_in_digits(json_answer(200, &json!({ "code": "0", "data": order("SHIPPED", Some(OURS), None) })), Class::Accepted)]
#[case::at_work(done(&order("APPROVED", None, Some("IN_PROGRESS"))), Class::Unknown)]
#[case::at_work_over_another(done(&order("SHIPPED", Some("999999"), Some("IN_PROGRESS"))), Class::Unknown)]
#[case::failed_later(done(&order("APPROVED", None, Some("FAILED"))), Class::Unknown)]
#[case::nothing_there(done(&order("APPROVED", None, None)), Class::Unknown)]
#[case::another_number(done(&order("SHIPPED", Some("999999"), None)), Class::Unknown)]
#[case::a_former_number(done(&order("APPROVED", Some("999999"), None)), Class::Unknown)]
#[case::ours_and_the_update_failed(done(&order("APPROVED", Some(OURS), Some("FAILED"))), Class::Unknown)]
#[case::another_order(done(&json!({ "id": "1", "tracking_information": [{ "tracking_number": OURS }] })), Class::Unknown)]
#[case::something_else(done(&json!({ "ok": true })), Class::Unknown)]
#[case::no_code(json_answer(200, &json!({ "ok": true })), Class::Unknown)]
#[case::no_code_that_is_one(said(200, true, ""), Class::Unknown)]
#[case::a_code_in_words(said(200, "ok", ""), Class::Unknown)]
#[case::a_page_of_success(answer(200, "<html></html>"), Class::Unknown)]
#[case::nothing_at_all(answer(200, ""), Class::Unknown)]
#[case::another_success(json_answer(201, &json!({ "code": 0 })), Class::Unknown)]
#[case::no_content(answer(204, ""), Class::Unknown)]
#[case::moved(answer(302, ""), Class::Unknown)]
#[case::refused_with_a_200(said(200, 1100, "Invalid request body"), Class::Unknown)]
#[case::refused(said(400, 1100, "Invalid request body"), Class::Unknown)]
#[case::refused_without_words(answer(400, ""), Class::Unknown)]
#[case::success_with_a_400(said(400, 0, ""), Class::Unknown)]
#[case::a_page_naming_a_code(answer(400, PAGE), Class::Unknown)]
#[case::a_code_beside_those_of_tokens(said(400, 1010, ""), Class::Unknown)]
#[case::no_valid_token(said(401, 1012, "Missing access token"), Class::Unauthorized)]
#[case::no_valid_token_in_words(answer(401, "no"), Class::Unauthorized)]
#[case::revoked_with_a_200(
    said(200, 1016, "This access token has been revoked."),
    Class::Unauthorized
)]
#[case::revoked(said(400, 1008, "This access token has been revoked"), Class::Unauthorized)]
#[case::revoked_in_digits(
    said(400, "1008", "This access token has been revoked"),
    Class::Unauthorized
)]
#[case::revoked_with_a_403(said(403, 1009, ""), Class::Unauthorized)]
#[case::revoked_with_a_500(said(500, 1008, ""), Class::Unauthorized)]
#[case::expired(said(400, 1007, "This access token has expired"), Class::Unauthorized)]
#[case::disabled(
    said(400, 1002, "Cannot access API due to account is disabled"),
    Class::Unauthorized
)]
#[case::forbidden_by_a_firewall(answer(403, PAGE), Class::Passing)]
#[case::forbidden_by_the_api(said(403, 1, "no"), Class::Unknown)]
#[case::no_such_order(said(404, 1, "no"), Class::Unknown)]
#[case::conflict(said(409, 1, "no"), Class::Unknown)]
#[case::too_many(said(429, 1, "Too Many Requests"), Class::Passing)]
#[case::too_many_in_words(answer(429, PAGE), Class::Passing)]
#[case::internal(said(500, 1, "no"), Class::Unknown)]
#[case::bad_gateway(answer(502, ""), Class::Unknown)]
#[case::unavailable(answer(503, ""), Class::Unknown)]
#[case::timed_out(answer(504, ""), Class::Unknown)]
fn a_confirmations_answer_means(#[case] answer: Answer, #[case] class: Class) {
    assert_eq!(confirmed(&answer).class, class);
}

#[test]
fn no_row_is_in_the_shadow_of_another() {
    for row in Wish::CONFIRM_ANSWERS {
        let answer = match row.says {
            Says::Anything => answer(row.status, "-"),
            Says::Json => json_answer(row.status, &json!({})),
            Says::Code(code) => said(row.status, code, "-"),
            Says::Words(words) => said(row.status, 1, words),
        };
        assert_eq!(confirmed(&answer).class, row.class, "{row:?}");
    }
}

#[test]
fn a_token_code_counts_whatever_the_status() {
    for (code, mark) in Wish::TOKEN_CODES {
        for status in [200, 400, 401, 403, 404, 429, 500] {
            let answer = said(status, *code, "no");
            assert_eq!(confirmed(&answer).class, Class::Unauthorized, "{code} {mark:?}");
            assert!(Wish::is_unauthorized(&answer));
        }
    }
}

#[rstest]
#[case::no_valid_token(answer(401, ""), true)]
#[case::revoked(said(200, 1016, ""), true)]
#[case::forbidden_by_a_firewall(answer(403, PAGE), false)]
#[case::forbidden_by_the_api(said(403, 1, "no"), false)]
#[case::another_code(said(400, 1100, "no"), false)]
#[case::an_order(done(&json!({ "id": WISH_ORDER, "code": 1008 })), false)]
#[case::unavailable(answer(503, ""), false)]
fn a_read_stops_the_partner_for_its_token_only(#[case] answer: Answer, #[case] expected: bool) {
    assert_eq!(Wish::is_unauthorized(&answer), expected);
}

#[test]
fn a_verdict_has_wishs_code_and_words() {
    let verdict = confirmed(&said(400, 1100, "Invalid request body"));
    assert_eq!(verdict.code.as_str(), "1100");
    assert_eq!(verdict.message.as_str(), "Invalid request body");
    let verdict = confirmed(&said(200, 1100, "Jane Doe has moved"));
    assert_eq!(verdict.code.as_str(), "1100");
    assert_eq!(verdict.message.as_str(), "refused, by a code nobody has listed");
    let verdict = confirmed(&answer(403, PAGE));
    assert_eq!((verdict.code.as_str(), verdict.message.as_str()), ("403", "403 Forbidden"));
    let verdict = confirmed(&done(&order("APPROVED", None, Some("IN_PROGRESS"))));
    assert_eq!(verdict.message.as_str(), "200: Wish is still at work on the order");
    let verdict = confirmed(&done(&order("SHIPPED", Some("999999"), None)));
    assert_eq!(verdict.message.as_str(), "the answer's order has the number 999999");
}

#[rstest]
#[case::as_http_has_it(with(answer(429, ""), "retry-after", "7"), Some(7))]
#[case::as_http_has_it_first(
    with(with(answer(429, ""), "retry-after", "7"), "wish-rate-limit-reset", "9"),
    Some(7)
)]
#[case::as_wish_has_it(with(answer(429, ""), "wish-rate-limit-reset", "9"), Some(9))]
#[case::as_a_moment(
    with(
        with(answer(429, ""), "wish-rate-limit-reset", "1795446660"),
        "date",
        "Mon, 23 Nov 2026 15:10:00 GMT"
    ),
    Some(60)
)]
#[case::as_a_moment_beside_no_date(
    with(answer(429, ""), "wish-rate-limit-reset", "1795446660"),
    None
)]
#[case::not_said(answer(429, ""), None)]
#[case::not_for_too_many(with(answer(503, ""), "wish-rate-limit-reset", "9"), None)]
#[case::unavailable_as_http_has_it(with(answer(503, ""), "retry-after", "7"), Some(7))]
fn a_wait_is_read(#[case] answer: Answer, #[case] seconds: Option<i64>) {
    let wait = seconds.map(SignedDuration::from_secs);
    assert_eq!(confirmed(&answer).retry_after, wait);
    assert_eq!(Wish::token(&answer, NOW).err().unwrap().retry_after, wait);
    assert_eq!(Wish::wait(&answer), wait);
}

#[test]
fn an_imei_in_an_answer_stays_hidden() {
    let verdict = confirmed(&said(400, 1, &format!("no {IMEI}")));
    assert!(!format!("{verdict:?}").contains(IMEI), "{verdict:?}");
    let as_code = said(400, IMEI, "no");
    let (verdict, refused) = (confirmed(&as_code), token(&as_code).unwrap_err());
    assert!(!format!("{verdict:?} {refused:?}").contains(IMEI), "{verdict:?} {refused:?}");
}

#[test]
fn an_order_is_never_quoted() {
    for body in [
        json!({ "message": "Jane Doe", "code": 0, "data": { "full_address": "Jane Doe" } }),
        json!({ "message": "Jane Doe", "code": 7, "data": { "full_address": "Jane Doe" } }),
        json!({ "message": "Jane Doe", "code": 0, "data": { "state": "Jane Doe" } }),
        json!({ "message": "Jane Doe", "code": 0, "data": { "state": ["Jane Doe"] } }),
        json!({ "name": "Jane Doe" }),
    ] {
        let verdict = confirmed(&json_answer(200, &body));
        let reading = Wish::found(&[json_answer(200, &body)], &wish_submission());
        assert!(!format!("{verdict:?} {reading:?}").contains("Jane"), "{verdict:?} {reading:?}");
    }
}

fn token(answer: &Answer) -> Result<(String, i64), Verdict> {
    Wish::token(answer, NOW).map(|token| (token.value, token.lives.as_secs()))
}

fn granted(expiry_time: &Value) -> Answer {
    done(&json!({
        "access_token": "7f801156e6d2458e",
        "refresh_token": "2f801156e6d2458e",
        "expiry_time": expiry_time,
        "merchant_id": "5d30f60e0a6fc464f4f376b2",
    }))
}

/// It is 15:10.
#[rstest]
#[case::as_wish_has_it(json!("2026-11-23T15:11:00.661+00:00"), 60)]
#[case::utc(json!("2026-11-23T15:11:00Z"), 60)]
#[case::elsewhere(json!("2026-11-23T10:11:00-05:00"), 60)]
#[case::seconds_since_the_epoch(json!(1_795_446_660), 60)]
#[case::seconds_since_the_epoch_as_text(json!("1795446660"), 60)]
#[case::milliseconds_since_the_epoch(json!(1_795_446_660_000_i64), 60)]
#[case::seconds_from_now(json!(2_591_976), 2_591_976)]
#[case::over(json!("2026-11-23T15:10:00Z"), 86_400)]
#[case::no_time_at_all(json!(0), 86_400)]
#[case::negative(json!(-1), 86_400)]
#[case::without_its_offset(json!("2026-11-23T15:11:00"), 86_400)]
#[case::in_words(json!("soon"), 86_400)]
#[case::a_fraction(json!(1_795_446_660.5), 86_400)]
#[case::null(json!(null), 86_400)]
fn a_token_is_taken_with_its_life(#[case] expiry_time: Value, #[case] seconds: i64) {
    assert_eq!(token(&granted(&expiry_time)), Ok(("7f801156e6d2458e".to_owned(), seconds)));
}

#[test]
fn a_token_without_an_end_is_taken() {
    let answer = done(&json!({ "access_token": "a" }));
    assert_eq!(token(&answer), Ok(("a".to_owned(), 86_400)));
}

#[rstest]
#[case::wrong_client(said(400, "10001", "Incorrect credentials"), Class::Unauthorized)]
#[case::wrong_client_with_a_200(said(200, 10001, "Incorrect credentials"), Class::Unauthorized)]
#[case::wrong_grant(said(400, 1006, "Unauthorized access on this API"), Class::Unauthorized)]
#[case::revoked(said(200, 1016, "revoked"), Class::Unauthorized)]
#[case::disabled(said(400, 1002, "account is disabled"), Class::Unauthorized)]
#[case::refused_for_anything(said(400, 1, "no"), Class::Unauthorized)]
#[case::no_words(answer(401, ""), Class::Unauthorized)]
#[case::a_page_of_a_proxy(answer(400, "<html></html>"), Class::Passing)]
#[case::a_page(answer(403, PAGE), Class::Passing)]
#[case::forbidden_by_the_api(said(403, 1, "no"), Class::Passing)]
#[case::another_code_with_a_200(said(200, 1, "no"), Class::Passing)]
#[case::no_such_path(answer(404, ""), Class::Passing)]
#[case::too_many(answer(429, ""), Class::Passing)]
#[case::internal(said(500, 1, "no"), Class::Passing)]
#[case::unavailable(answer(503, ""), Class::Passing)]
#[case::moved(answer(302, ""), Class::Passing)]
#[case::not_json(answer(200, "<html>7f801156e6d2458e</html>"), Class::Passing)]
#[case::no_code(json_answer(200, &json!({ "data": { "access_token": "7f801156e6d2458e" } })), Class::Passing)]
#[case::no_token(done(&json!({ "refresh_token": "7f801156e6d2458e" })), Class::Passing)]
#[case::a_token_no_header_can_carry(done(&json!({ "access_token": "7f801156e6d2458e\u{e4}" })), Class::Passing)]
#[case::an_empty_token(done(&json!({ "access_token": " " })), Class::Passing)]
#[case::a_token_of_another_kind(done(&json!({ "access_token": 7 })), Class::Passing)]
#[case::another_success(json_answer(201, &json!({ "code": 0, "data": { "access_token": "7f801156e6d2458e" } })), Class::Passing)]
fn no_token_means(#[case] answer: Answer, #[case] class: Class) {
    let verdict = token(&answer).unwrap_err();
    assert_eq!(verdict.class, class);
    assert!(!format!("{verdict:?}").contains("7f801156e6d2458e"));
}

#[test]
fn a_refused_refresh_names_its_code() {
    let verdict = token(&said(400, 10001, "no")).unwrap_err();
    assert_eq!(verdict.code.as_str(), "10001");
    assert_eq!(verdict.message.as_str(), "Wish refused to renew the access token (10001)");
    let verdict = token(&answer(503, "")).unwrap_err();
    assert_eq!(verdict.message.as_str(), "no access token in the answer (503)");
}
