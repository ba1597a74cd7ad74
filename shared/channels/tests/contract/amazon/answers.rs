//! What Amazon's answers mean, row by row.

use super::given::amazon_submission;
use crate::given::{NOW, answer, json_answer, with};
use channels::{Amazon, Answer, Class, Marketplace, Says, Verdict};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

const FULFILLED: &str = "Failed to create package due to not reading a matching package or order already fulfilled.  \
    ErrorMessage(errorCode=GeneralError, errorMetric=PackageToUpdateNotFound, packageIndex=null)";

fn said(status: u16, code: &str, message: &str) -> Answer {
    json_answer(status, &json!({ "errors": [{ "code": code, "message": message, "details": "" }] }))
}

fn page(status: u16) -> Answer {
    answer(
        status,
        "<html><head><title>403 Forbidden</title></head><body>Access denied</body></html>",
    )
}

fn confirmed(answer: &Answer) -> Verdict {
    Amazon::confirmed(answer, &amazon_submission())
}

#[rstest]
#[case::accepted(answer(204, ""), Class::Accepted)]
#[case::another_success(answer(200, "{}"), Class::Unknown)]
#[case::a_page_of_success(answer(200, "<html></html>"), Class::Unknown)]
#[case::queued(answer(202, ""), Class::Unknown)]
#[case::moved(answer(302, ""), Class::Unknown)]
#[case::fulfilled_before(said(400, "InvalidInput", FULFILLED), Class::AlreadyShipped)]
#[case::fulfilled_in_short(said(400, "Whatever", "order ALREADY fulfilled"), Class::AlreadyShipped)]
#[case::metric_alone(said(400, "X", "errorMetric=PackageToUpdateNotFound"), Class::AlreadyShipped)]
#[case::more_than_was_ordered(
    said(400, "InvalidInput", "Failed to create/update package due to overfulfillment"),
    Class::AlreadyShipped
)]
#[case::a_package_that_has_changed(
    said(400, "InvalidInput", "errorMetric=InvalidPackageVersion"),
    Class::AlreadyShipped
)]
#[case::changed_too_often(
    said(400, "InvalidInput", "exceeded the maximum number of allowed updates"),
    Class::AlreadyShipped
)]
#[case::shipped_before(
    said(400, "InvalidInput", "the order was Already Shipped"),
    Class::AlreadyShipped
)]
#[case::another_validation(said(400, "InvalidInput", "errorMetric=InvalidCarrier"), Class::Final)]
#[case::no_such_order_in_a_page(page(404), Class::Passing)]
#[case::one_of_two_is_doubtful(
    json_answer(400, &json!({"errors": [{"code": "InvalidInput", "message": "no"}, {"code": "X", "message": FULFILLED}]})),
    Class::AlreadyShipped
)]
#[case::invalid(
    said(400, "InvalidInput", "invalid type [packageDetail.packageReferenceId]"),
    Class::Final
)]
#[case::invalid_in_the_sandbox(
    json_answer(400, &json!({"errors": [{"code": "Invalid Input", "message": "Invalid Input"}]})),
    Class::Final
)]
#[case::a_code_nobody_listed(said(400, "OrderOnHold", "wait"), Class::Unknown)]
#[case::a_refusal_without_words(answer(400, ""), Class::Unknown)]
#[case::a_page_saying_it(answer(400, "InvalidInput"), Class::Unknown)]
#[case::no_valid_token(
    said(401, "Unauthorized", "Access to requested resource is denied."),
    Class::Unauthorized
)]
#[case::no_valid_token_without_words(answer(401, ""), Class::Unauthorized)]
#[case::not_allowed(said(403, "Unauthorized", "no"), Class::Unauthorized)]
#[case::expired(said(403, "X", "The access token you provided has expired."), Class::Unauthorized)]
#[case::denied(said(403, "AccessDenied", "no"), Class::Unauthorized)]
#[case::signature(said(403, "InvalidSignature", "no"), Class::Unauthorized)]
#[case::forbidden_by_a_firewall(page(403), Class::Passing)]
#[case::forbidden_otherwise(said(403, "RequestBlocked", "slow down"), Class::Passing)]
#[case::no_such_order(said(404, "NotFound", "no"), Class::Final)]
#[case::too_large(answer(413, ""), Class::Unknown)]
#[case::too_many(said(429, "QuotaExceeded", "You exceeded your quota"), Class::Passing)]
#[case::internal(said(500, "InternalFailure", "We encountered an internal error."), Class::Unknown)]
#[case::bad_gateway(answer(502, ""), Class::Unknown)]
#[case::unavailable(said(503, "ServiceUnavailable", "no"), Class::Unknown)]
#[case::timed_out(answer(504, ""), Class::Unknown)]
fn a_confirmations_answer_means(#[case] answer: Answer, #[case] class: Class) {
    assert_eq!(confirmed(&answer).class, class);
}

#[test]
fn no_row_is_in_the_shadow_of_another() {
    for row in Amazon::CONFIRM_ANSWERS {
        let answer = match row.says {
            Says::Anything => answer(row.status, "-"),
            Says::Json => json_answer(row.status, &json!({})),
            Says::Code(code) => said(row.status, code, "-"),
            Says::Words(words) => said(row.status, "-", words),
        };
        assert_eq!(confirmed(&answer).class, row.class, "{row:?}");
    }
}

#[test]
fn a_verdict_has_the_channels_words_and_wait() {
    let answer = with(said(429, "QuotaExceeded", "Too fast."), "retry-after", "7");
    let verdict = confirmed(&answer);
    assert_eq!(verdict.code.as_str(), "QuotaExceeded");
    assert_eq!(verdict.message.as_str(), "Too fast.");
    assert_eq!(verdict.retry_after, Some(SignedDuration::from_secs(7)));
    assert_eq!(confirmed(&page(403)).message.as_str(), "403 Forbidden");
    assert_eq!(confirmed(&said(429, "x", "x")).retry_after, None);
}

#[test]
fn an_imei_in_an_answer_stays_hidden() {
    let verdict = confirmed(&said(400, "490154203237518", "no 490154203237518"));
    assert!(!format!("{verdict:?}").contains("490154203237518"));
}

fn token(answer: &Answer) -> Result<(String, i64), Verdict> {
    Amazon::token(answer, NOW).map(|token| (token.value, token.lives.as_secs()))
}

#[test]
fn a_token_is_taken_with_its_life() {
    let body = json!({"access_token": "Atza|x", "refresh_token": "Atzr|y", "token_type": "bearer", "expires_in": 3600});
    assert_eq!(token(&json_answer(200, &body)), Ok(("Atza|x".to_owned(), 3600)));
}

fn login(error: &str) -> Value {
    json!({ "error": error, "error_description": "no" })
}

#[rstest]
#[case::grant(json_answer(400, &login("invalid_grant")), Class::Unauthorized)]
#[case::client(json_answer(400, &login("invalid_client")), Class::Unauthorized)]
#[case::application(json_answer(400, &login("unauthorized_client")), Class::Unauthorized)]
#[case::client_by_status(json_answer(401, &login("invalid_client")), Class::Unauthorized)]
#[case::no_words(answer(401, ""), Class::Passing)]
#[case::our_mistake(json_answer(400, &login("invalid_request")), Class::Passing)]
#[case::a_page(answer(403, "<html></html>"), Class::Passing)]
#[case::too_many(answer(429, ""), Class::Passing)]
#[case::internal(json_answer(500, &login("server_error")), Class::Passing)]
#[case::unavailable(answer(503, ""), Class::Passing)]
#[case::not_json(answer(200, "<html>Atza|x</html>"), Class::Passing)]
#[case::no_token(json_answer(200, &json!({"expires_in": 3600})), Class::Passing)]
#[case::an_empty_token(json_answer(200, &json!({"access_token": "", "expires_in": 3600})), Class::Passing)]
#[case::a_blank_token(json_answer(200, &json!({"access_token": " ", "expires_in": 3600})), Class::Passing)]
#[case::a_token_no_header_can_carry(json_answer(200, &json!({"access_token": "Atza|\u{e4}", "expires_in": 3600})), Class::Passing)]
#[case::no_life(json_answer(200, &json!({"access_token": "Atza|x", "expires_in": 0})), Class::Passing)]
#[case::life_in_words(json_answer(200, &json!({"access_token": "Atza|x", "expires_in": "1h"})), Class::Passing)]
#[case::another_success(json_answer(201, &json!({"access_token": "Atza|x", "expires_in": 3600})), Class::Passing)]
fn no_token_means(#[case] answer: Answer, #[case] class: Class) {
    let verdict = token(&answer).unwrap_err();
    assert_eq!(verdict.class, class);
    assert!(!format!("{verdict:?}").contains("Atza"));
}
