//! What eBay's answers mean, row by row.

use super::given::ebay_submission;
use crate::given::{NOW, answer, json_answer, with};
use channels::{Answer, Class, Ebay, Marketplace, Says, Verdict};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

const PUT: &str = "Please use PUT operation for updating shipping fulfillment";

fn error(id: u64, message: &str) -> Value {
    json!({ "errorId": id, "domain": "API_FULFILLMENT", "category": "REQUEST", "message": message })
}

fn said(status: u16, id: u64, message: &str) -> Answer {
    json_answer(status, &json!({ "errors": [error(id, message)] }))
}

fn page(status: u16) -> Answer {
    answer(
        status,
        "<html><head><title>Access Denied</title></head><body>34500 already exists</body></html>",
    )
}

fn confirmed(answer: &Answer) -> Verdict {
    Ebay::confirmed(answer, &ebay_submission())
}

#[rstest]
#[case::accepted(json_answer(201, &json!({})), Class::Accepted)]
#[case::accepted_without_a_word(answer(201, ""), Class::Accepted)]
#[case::another_success(json_answer(200, &json!({})), Class::Unknown)]
#[case::a_page_of_success(page(200), Class::Unknown)]
#[case::queued(answer(202, ""), Class::Unknown)]
#[case::no_content(answer(204, ""), Class::Unknown)]
#[case::moved(with(answer(301, ""), "location", "https://api.ebay.com/"), Class::Unknown)]
#[case::see_other(answer(303, ""), Class::Unknown)]
#[case::shipped_before(said(400, 34500, PUT), Class::AlreadyShipped)]
#[case::no_number_more(
    said(400, 34100, "Maximum tracking number for order is exceeded"),
    Class::AlreadyShipped
)]
#[case::number_known(said(400, 32300, "Tracking number(s) Already Exists"), Class::AlreadyShipped)]
#[case::one_of_two_is_doubtful(
    json_answer(400, &json!({ "errors": [error(32300, "no"), error(34500, PUT)] })),
    Class::AlreadyShipped
)]
#[case::conflict(answer(409, ""), Class::AlreadyShipped)]
#[case::conflict_in_words(said(409, 1, "no"), Class::AlreadyShipped)]
#[case::input_of_any_kind(said(400, 32600, "Invalid input data"), Class::Unknown)]
#[case::input_of_any_kind_among_others(
    json_answer(400, &json!({ "errors": [error(32200, "no"), error(32600, "no")] })),
    Class::Unknown
)]
#[case::no_such_order(said(400, 32100, "Invalid Order Id: 1"), Class::Final)]
#[case::no_such_line(said(400, 32200, "Invalid line item id: 1"), Class::Final)]
#[case::a_line_twice(said(400, 32210, "Duplicate line item in the request"), Class::Final)]
#[case::no_such_number(
    said(400, 32300, "Invalid shipment tracking number or carrier"),
    Class::Final
)]
#[case::no_such_number_in_german(said(400, 32300, "Ungültige Sendungsnummer"), Class::Final)]
#[case::suspended(said(400, 32400, "Requested user is suspended"), Class::Unauthorized)]
#[case::no_such_date(said(400, 32500, "Invalid shipped date"), Class::Final)]
#[case::mixed_program(said(400, 34200, "no"), Class::Final)]
#[case::several_of_the_program(said(400, 34300, "no"), Class::Final)]
#[case::a_code_as_text(
    json_answer(400, &json!({ "errors": [{ "errorId": "32100", "message": "no" }] })),
    Class::Final
)]
#[case::a_bare_error(json_answer(400, &error(32100, "no")), Class::Final)]
#[case::the_code_before(said(400, 32099, "no"), Class::Unknown)]
#[case::a_code_of_another_call(said(400, 32110, "Invalid shipping fulfillment ID"), Class::Unknown)]
#[case::a_longer_code(said(400, 321_000, "no"), Class::Unknown)]
#[case::a_code_nobody_listed(said(400, 35000, "no"), Class::Unknown)]
#[case::a_code_in_the_words_alone(said(400, 1, "32100"), Class::Unknown)]
#[case::a_listed_code_with_another_status(said(422, 32100, "no"), Class::Unknown)]
#[case::a_system_error_as_400(said(400, 30500, "System error"), Class::Unknown)]
#[case::a_refusal_without_words(answer(400, ""), Class::Unknown)]
#[case::a_page_of_refusal(page(400), Class::Unknown)]
#[case::no_valid_token(said(401, 1001, "Invalid access token"), Class::Unauthorized)]
#[case::no_valid_token_without_words(answer(401, ""), Class::Unauthorized)]
#[case::not_allowed(said(403, 1100, "Access denied"), Class::Unauthorized)]
#[case::forbidden_by_a_firewall(page(403), Class::Passing)]
#[case::forbidden_without_words(answer(403, ""), Class::Passing)]
#[case::not_found(said(404, 32100, "Invalid Order Id: 1"), Class::Unknown)]
#[case::not_there(answer(404, ""), Class::Unknown)]
#[case::not_that_type(answer(415, ""), Class::Unknown)]
#[case::too_many(said(429, 2001, "Too many requests"), Class::Passing)]
#[case::too_many_by_a_page(page(429), Class::Passing)]
#[case::internal(said(500, 30500, "System error"), Class::Unknown)]
#[case::internal_with_a_listed_code(said(500, 32100, "no"), Class::Unknown)]
#[case::bad_gateway(answer(502, ""), Class::Unknown)]
#[case::unavailable(answer(503, ""), Class::Unknown)]
#[case::timed_out(answer(504, ""), Class::Unknown)]
fn a_confirmations_answer_means(#[case] answer: Answer, #[case] class: Class) {
    assert_eq!(confirmed(&answer).class, class);
}

#[test]
fn no_row_is_in_the_shadow_of_another() {
    for row in Ebay::CONFIRM_ANSWERS {
        let answer = match row.says {
            Says::Anything => answer(row.status, "-"),
            Says::Json => json_answer(row.status, &json!({})),
            Says::Code(code) => said(row.status, code.parse().unwrap(), "-"),
            Says::Words(words) => said(row.status, 1, words),
        };
        assert_eq!(confirmed(&answer).class, row.class, "{row:?}");
    }
}

#[test]
fn a_verdict_has_the_channels_words_and_wait() {
    let body = json!({ "errors": [{
        "errorId": 2001,
        "message": "Too many requests.",
        "longMessage": "Too many requests. The limit was reached.",
    }] });
    let answer = with(json_answer(429, &body), "retry-after", "7");
    assert_eq!(Ebay::wait(&answer), Some(SignedDuration::from_secs(7)));
    let verdict = confirmed(&answer);
    assert_eq!(verdict.code.as_str(), "2001");
    assert_eq!(verdict.message.as_str(), "Too many requests. The limit was reached.");
    assert_eq!(verdict.retry_after, Some(SignedDuration::from_secs(7)));
    assert_eq!(confirmed(&page(403)).message.as_str(), "Access Denied");
    assert_eq!(confirmed(&page(429)).retry_after, None);
}

#[test]
fn what_does_not_refuse_is_not_quoted() {
    let body = json!({ "buyer": "Jane Doe", "message": "Jane Doe", "errors": ["Jane Doe"] });
    for status in [200, 201, 302] {
        assert!(!format!("{:?}", confirmed(&json_answer(status, &body))).contains("Jane"));
    }
}

fn token(answer: &Answer) -> Result<(String, i64), Verdict> {
    Ebay::token(answer, NOW).map(|token| (token.value, token.lives.as_secs()))
}

#[test]
fn a_token_is_taken_with_its_life() {
    let body =
        json!({ "access_token": "v^1.1#x", "token_type": "User Access Token", "expires_in": 7200 });
    assert_eq!(token(&json_answer(200, &body)), Ok(("v^1.1#x".to_owned(), 7200)));
}

fn login(error: &str) -> Value {
    json!({ "error": error, "error_description": "no" })
}

#[rstest]
#[case::grant(json_answer(400, &login("invalid_grant")), Class::Unauthorized)]
#[case::client(json_answer(401, &login("invalid_client")), Class::Unauthorized)]
#[case::scope(json_answer(400, &login("invalid_scope")), Class::Unauthorized)]
#[case::our_mistake(json_answer(400, &login("invalid_request")), Class::Passing)]
#[case::a_page(page(403), Class::Passing)]
#[case::too_many(answer(429, ""), Class::Passing)]
#[case::internal(json_answer(500, &login("server_error")), Class::Passing)]
#[case::not_json(answer(200, "<html>v^1.1#x</html>"), Class::Passing)]
#[case::no_life(json_answer(200, &json!({ "access_token": "v^1.1#x" })), Class::Passing)]
fn no_token_means(#[case] answer: Answer, #[case] class: Class) {
    let verdict = token(&answer).unwrap_err();
    assert_eq!(verdict.class, class);
    assert!(!format!("{verdict:?}").contains("v^1.1#"));
}

#[rstest]
#[case::no_valid_token(said(401, 1001, "Invalid access token"), true)]
#[case::not_allowed(said(403, 1100, "Access denied"), true)]
#[case::a_firewall(page(403), false)]
#[case::too_many(said(429, 2001, "no"), false)]
#[case::read(json_answer(200, &json!({ "total": 0 })), false)]
fn a_read_is_unauthorized(#[case] answer: Answer, #[case] expected: bool) {
    assert_eq!(Ebay::is_unauthorized(&answer), expected);
}
