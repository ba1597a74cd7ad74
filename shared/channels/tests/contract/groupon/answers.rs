//! What Groupon's answers mean, row by row. The wording of refusals is unverified.

use super::given::groupon_submission;
use crate::given::{answer, item, json_answer, with};
use channels::{Answer, Class, Groupon, Marketplace, Says, Verdict};
use domain::Submission;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

const PAGE: &str =
    "<html><head><title>403 Forbidden</title></head><body>invalid supplier</body></html>";

/// Lines 54553918 and 54553919.
fn confirmed(answer: &Answer) -> Verdict {
    Groupon::confirmed(answer, &groupon_submission())
}

fn saved(non_open_ids: &Value) -> Answer {
    json_answer(200, &json!({ "success": true, "data": { "non_open_ids": non_open_ids } }))
}

fn failed(reason: &str) -> Answer {
    json_answer(200, &json!({ "success": false, "reason": reason }))
}

fn said(status: u16, reason: &str) -> Answer {
    json_answer(status, &json!({ "success": false, "reason": reason }))
}

#[rstest]
#[case::all_saved(saved(&json!([])), Class::Accepted)]
#[case::none_saved(saved(&json!([54_553_918, 54_553_919])), Class::AlreadyShipped)]
#[case::none_saved_in_texts(saved(&json!(["54553919", " 54553918 "])), Class::AlreadyShipped)]
#[case::none_saved_said_twice(saved(&json!([54_553_918, "54553918", 54_553_919])), Class::AlreadyShipped)]
#[case::one_not_saved(saved(&json!([54_553_919])), Class::Unknown)]
#[case::one_not_saved_in_a_text(saved(&json!(["54553918"])), Class::Unknown)]
#[case::one_not_saved_said_twice(saved(&json!([54_553_918, 54_553_918])), Class::Unknown)]
#[case::a_line_nobody_sent(saved(&json!([1])), Class::Unknown)]
#[case::all_and_a_line_nobody_sent(saved(&json!([54_553_918, 54_553_919, 1])), Class::Unknown)]
#[case::no_list(json_answer(200, &json!({"success": true, "data": {}})), Class::Accepted)]
#[case::an_empty_place_for_a_list(saved(&Value::Null), Class::Accepted)]
#[case::no_data(json_answer(200, &json!({"success": true})), Class::Accepted)]
#[case::an_empty_list_for_data(json_answer(200, &json!({"success": true, "data": []})), Class::Accepted)]
#[case::data_of_another_kind(json_answer(200, &json!({"success": true, "data": "saved"})), Class::Unknown)]
#[case::a_list_of_another_kind(saved(&json!("54553918")), Class::Unknown)]
#[case::no_ids_in_the_list(saved(&json!([{ "id": 54_553_918 }])), Class::Unknown)]
#[case::a_fraction(saved(&json!([54_553_918.5])), Class::Unknown)]
#[case::success_in_words(
    json_answer(200, &json!({"success": "true", "data": {"non_open_ids": []}})),
    Class::Unknown
)]
#[case::no_success(json_answer(200, &json!({"data": {"non_open_ids": []}})), Class::Unknown)]
#[case::another_success(
    json_answer(201, &json!({"success": true, "data": {"non_open_ids": []}})),
    Class::Unknown
)]
#[case::not_json(answer(200, PAGE), Class::Unknown)]
#[case::not_an_object(answer(200, "true"), Class::Unknown)]
#[case::nothing(answer(200, ""), Class::Unknown)]
#[case::moved(answer(302, ""), Class::Unknown)]
#[case::a_reason_nobody_listed(failed("Something went wrong"), Class::Unknown)]
#[case::no_reason(json_answer(200, &json!({"success": false})), Class::Unknown)]
#[case::a_reason_of_another_kind(
    json_answer(200, &json!({"success": false, "reason": {"text": "invalid token"}})),
    Class::Unknown
)]
#[case::a_tracking_number_that_is_not_valid(failed("Invalid tracking number"), Class::Unknown)]
#[case::not_authorized_for_what(failed("Not authorized"), Class::Unknown)]
#[case::a_token_without_a_word(failed("token"), Class::Unknown)]
#[case::no_valid_token(failed("Invalid token"), Class::Unauthorized)]
#[case::no_valid_token_in_other_words(failed("The TOKEN is not valid."), Class::Unauthorized)]
#[case::no_valid_supplier(failed("Invalid supplier_id or token"), Class::Unauthorized)]
#[case::not_this_supplier(failed("Supplier not authorized"), Class::Unauthorized)]
#[case::a_reason_of_a_success(
    json_answer(200, &json!({"success": true, "reason": "invalid token"})),
    Class::Unknown
)]
#[case::a_bad_request(said(400, "invalid token"), Class::Unknown)]
#[case::unauthorized(said(401, "no"), Class::Unauthorized)]
#[case::unauthorized_without_words(answer(401, ""), Class::Unauthorized)]
#[case::forbidden_by_the_api(said(403, "no"), Class::Unauthorized)]
#[case::forbidden_by_a_firewall(answer(403, PAGE), Class::Passing)]
#[case::forbidden_without_words(answer(403, ""), Class::Passing)]
#[case::no_such_path(answer(404, ""), Class::Unknown)]
#[case::unprocessable(said(422, "no"), Class::Unknown)]
#[case::too_many(answer(429, ""), Class::Passing)]
#[case::internal(answer(500, ""), Class::Unknown)]
#[case::unavailable(answer(503, ""), Class::Unknown)]
fn a_confirmations_answer_means(#[case] answer: Answer, #[case] class: Class) {
    assert_eq!(confirmed(&answer).class, class);
}

#[rstest]
#[case::saved(saved(&json!([])), "OK")]
#[case::none_saved(
    saved(&json!([54_553_918, 54_553_919])),
    "2 of 2 lines are not open: shipped already, or cancelled"
)]
#[case::some_saved(
    saved(&json!([54_553_918])),
    "1 of 2 lines were not saved: they are not open"
)]
#[case::not_ours(saved(&json!([1, 2])), "non_open_ids has 2 that were not sent")]
#[case::no_list(json_answer(200, &json!({"success": true})), "OK")]
#[case::a_page(answer(200, PAGE), "the answer is neither a success nor a reason")]
#[case::a_reason(failed(" Something went wrong "), "Something went wrong")]
#[case::no_reason(json_answer(200, &json!({"success": false})), "it failed, without a reason")]
#[case::a_refusal(said(500, "Out of order"), "Out of order")]
#[case::a_firewall(answer(403, PAGE), "403 Forbidden")]
#[case::the_token_written_in_another_way(
    answer(200, r#"{"success":false,"reason":"\u0074oken abc is no good"}"#),
    "the answer speaks of a token, so its words are not repeated"
)]
#[case::the_token_around_what_is_left_out(
    failed("Invalid to\u{7f}k\u{1}en S3CR3T"),
    "the answer speaks of a token, so its words are not repeated"
)]
#[case::the_token(
    failed("Invalid token"),
    "the answer speaks of a token, so its words are not repeated"
)]
fn a_verdict_says_what_groupon_said(#[case] answer: Answer, #[case] message: &str) {
    let verdict = confirmed(&answer);
    assert_eq!(verdict.message.as_str(), message);
    assert_eq!(verdict.code.as_str(), answer.status.to_string());
}

#[test]
fn a_line_that_was_sent_twice_is_one_line() {
    let items = vec![item("1", 1), item("1", 1)];
    let submission = Submission { items, ..groupon_submission() };
    let verdict = Groupon::confirmed(&saved(&json!([1])), &submission);
    assert_eq!(verdict.class, Class::AlreadyShipped);
}

#[test]
fn no_row_is_in_the_shadow_of_another() {
    for row in Groupon::CONFIRM_ANSWERS {
        let answer = match row.says {
            Says::Anything => answer(row.status, "-"),
            Says::Json => json_answer(row.status, &json!({})),
            Says::Code(words) | Says::Words(words) => said(row.status, words),
        };
        assert_eq!(confirmed(&answer).class, row.class, "{row:?}");
        let others = Groupon::CONFIRM_ANSWERS.iter().filter(|other| {
            matches!((other.says, row.says), (Says::Words(other), Says::Words(words))
                if words.contains(other))
        });
        assert!(others.count() <= 1, "{row:?}");
    }
}

#[test]
fn too_many_requests_wait_as_asked() {
    let asked = with(answer(429, ""), "retry-after", "7");
    assert_eq!(confirmed(&asked).retry_after, Some(SignedDuration::from_secs(7)));
    assert_eq!(confirmed(&answer(429, "")).retry_after, None);
}

#[rstest]
#[case::a_reason(failed("Invalid token"), true)]
#[case::another_reason(failed("Something went wrong"), false)]
#[case::unauthorized(answer(401, ""), true)]
#[case::forbidden_by_the_api(said(403, "no"), true)]
#[case::forbidden_by_a_firewall(answer(403, PAGE), false)]
#[case::a_page_of_orders(json_answer(200, &json!({"success": true, "data": []})), false)]
fn a_reads_answer_says_whether_the_credentials_are_good(
    #[case] answer: Answer,
    #[case] is_unauthorized: bool,
) {
    assert_eq!(Groupon::is_unauthorized(&answer), is_unauthorized);
}

#[test]
fn a_buyer_is_never_quoted() {
    let orders = json!([{ "orderid": "1", "customer": { "name": "Jane Doe" } }]);
    for body in [
        json!({ "success": true, "data": orders }),
        json!({ "data": orders, "reason": "Jane Doe", "message": "Jane Doe" }),
        json!({ "success": true, "data": { "non_open_ids": ["Jane Doe"] } }),
    ] {
        assert!(!format!("{:?}", confirmed(&json_answer(200, &body))).contains("Jane"));
    }
}

#[test]
fn a_long_number_in_a_reason_stays_hidden() {
    let verdict = confirmed(&failed("unknown number 490154203237518"));
    assert_eq!(verdict.message.as_str(), "unknown number ***********7518");
}
