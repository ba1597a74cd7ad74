//! What the answers to a webhook mean, row by row: our own contract.

use super::given::until_gone_submission;
use crate::given::{answer, json_answer, with};
use channels::{Answer, Class, Marketplace, UntilGone, Verdict};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;

const PAGE: &str =
    "\n<!DOCTYPE html><html><head><title>Attention Required!</title></head><body>no</body></html>";

fn confirmed(answer: &Answer) -> Verdict {
    UntilGone::confirmed(answer, &until_gone_submission())
}

fn said(status: u16, code: &str, message: &str) -> Answer {
    json_answer(status, &json!({ "error": { "code": code, "message": message } }))
}

#[rstest]
#[case::before_success(answer(199, ""), Class::Unknown)]
#[case::taken(answer(200, ""), Class::Accepted)]
#[case::taken_in_words(json_answer(200, &json!({"ok": true})), Class::Accepted)]
#[case::queued(answer(202, "OK"), Class::Accepted)]
#[case::no_content(answer(204, ""), Class::Accepted)]
#[case::the_last_success(answer(299, ""), Class::Accepted)]
#[case::choices(answer(300, ""), Class::Unknown)]
#[case::moved(
    with(answer(301, ""), "location", "https://hooks.untilgone.example/new"),
    Class::Unknown
)]
#[case::moved_for_a_post(with(answer(308, ""), "location", "/new"), Class::Unknown)]
#[case::before_refusals(answer(399, ""), Class::Unknown)]
#[case::not_of_the_schema(said(400, "invalid", "data.items: is empty"), Class::Final)]
#[case::no_valid_signature(said(401, "signature", "no"), Class::Unauthorized)]
#[case::no_valid_signature_without_words(answer(401, ""), Class::Unauthorized)]
#[case::no_valid_signature_in_a_page(answer(401, PAGE), Class::Unauthorized)]
#[case::forbidden(said(403, "forbidden", "no"), Class::Final)]
#[case::forbidden_without_words(answer(403, ""), Class::Final)]
#[case::forbidden_in_words(answer(403, "go away"), Class::Final)]
#[case::forbidden_by_a_firewall(answer(403, PAGE), Class::Passing)]
#[case::forbidden_by_a_firewall_of_few_words(
    with(answer(403, "blocked"), "content-type", "Text/HTML; charset=UTF-8"),
    Class::Passing
)]
#[case::no_such_order(said(404, "unknown_order", "no"), Class::Final)]
#[case::no_such_page(answer(404, PAGE), Class::Passing)]
#[case::no_such_page_of_few_words(
    with(answer(404, ""), "content-type", "text/html"),
    Class::Passing
)]
#[case::a_bad_request_in_a_page(answer(400, PAGE), Class::Passing)]
#[case::too_large_in_a_page(answer(413, PAGE), Class::Final)]
#[case::too_long_an_address_in_a_page(answer(414, PAGE), Class::Final)]
#[case::too_large_a_header_in_a_page(answer(431, PAGE), Class::Final)]
#[case::late_in_a_page(answer(408, PAGE), Class::Unknown)]
#[case::no_such_order_of_few_words(answer(404, "unknown order"), Class::Final)]
#[case::before_a_time_out(answer(407, ""), Class::Final)]
#[case::timed_out(answer(408, ""), Class::Unknown)]
#[case::timed_out_in_words(said(408, "timeout", "no"), Class::Unknown)]
#[case::taken_before(said(409, "duplicate", "this webhook-id was taken before"), Class::Accepted)]
#[case::taken_before_without_words(answer(409, ""), Class::Accepted)]
#[case::gone(answer(410, ""), Class::Unauthorized)]
#[case::gone_in_a_page(answer(410, PAGE), Class::Unauthorized)]
#[case::another_type(answer(415, ""), Class::Final)]
#[case::locked(said(422, "locked", "another number is there"), Class::Final)]
#[case::before_too_early(answer(424, ""), Class::Final)]
#[case::too_early(answer(425, ""), Class::Passing)]
#[case::after_too_early(answer(426, ""), Class::Final)]
#[case::before_too_many(answer(428, ""), Class::Final)]
#[case::too_many(answer(429, ""), Class::Passing)]
#[case::too_many_in_a_page(answer(429, PAGE), Class::Passing)]
#[case::legal(answer(451, ""), Class::Final)]
#[case::the_last_refusal(answer(498, ""), Class::Final)]
#[case::left_first(answer(499, ""), Class::Unknown)]
#[case::internal(said(500, "internal", "no"), Class::Unknown)]
#[case::bad_gateway(answer(502, PAGE), Class::Unknown)]
#[case::unavailable(with(answer(503, ""), "retry-after", "30"), Class::Unknown)]
#[case::gateway_timed_out(answer(504, ""), Class::Unknown)]
#[case::no_status(answer(999, ""), Class::Unknown)]
fn an_answer_means(#[case] answer: Answer, #[case] class: Class) {
    assert_eq!(confirmed(&answer).class, class);
}

#[test]
fn no_row_is_in_the_shadow_of_another() {
    for row in UntilGone::CONFIRM_ANSWERS {
        assert_eq!(confirmed(&said(row.status, "-", "-")).class, row.class, "{row:?}");
    }
    for row in UntilGone::PAGES {
        assert_eq!(confirmed(&answer(row.status, PAGE)).class, row.class, "{row:?}");
    }
}

#[rstest]
#[case::asked(with(answer(429, ""), "retry-after", "120"), Some(120))]
#[case::asked_by_a_firewall(with(answer(403, PAGE), "retry-after", "60"), Some(60))]
#[case::not_asked(answer(429, ""), None)]
fn a_wait_is_kept(#[case] answer: Answer, #[case] seconds: Option<i64>) {
    assert_eq!(confirmed(&answer).retry_after, seconds.map(SignedDuration::from_secs));
}

#[test]
fn a_refusal_has_the_receivers_words() {
    let verdict = confirmed(&said(422, "locked", "order UG-1 has another number"));
    assert_eq!(verdict.code.as_str(), "locked");
    assert_eq!(verdict.message.as_str(), "order UG-1 has another number");
    let page = confirmed(&answer(403, PAGE));
    assert_eq!((page.code.as_str(), page.message.as_str()), ("403", "Attention Required!"));
    assert_eq!(confirmed(&answer(400, "no such field")).message.as_str(), "no such field");
}

#[test]
fn an_imei_in_an_answer_stays_hidden() {
    let verdict = confirmed(&said(400, "invalid", "no 490154203237518"));
    assert!(!format!("{verdict:?}").contains("490154203237518"));
}

#[rstest]
#[case::taken(200, "OK")]
#[case::moved(302, "Found")]
fn what_does_not_refuse_is_not_quoted(#[case] status: u16, #[case] words: &str) {
    let verdict = confirmed(&json_answer(status, &json!({ "message": "Jane Doe" })));
    assert_eq!(verdict.message.as_str(), words);
}
