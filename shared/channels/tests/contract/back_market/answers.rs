//! What Back Market's answers mean, row by row. The wording of refusals is unverified.

use super::given::back_market_submission;
use crate::given::{
    IMEI, OTHER_IMEI, SERIAL, answer, device, json_answer, line, with, with_serial,
};
use channels::{Answer, BackMarket, Class, Marketplace, Row, Says, Verdict};
use domain::Submission;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

const PAGE: &str = "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head>\
    <body>already, imei</body></html>";

fn confirmed(answer: &Answer) -> Verdict {
    BackMarket::confirmed(answer, &back_market_submission())
}

fn imei_registered(answer: &Answer) -> Verdict {
    BackMarket::device_registered(answer, &device(IMEI))
}

fn both_registered(answer: &Answer) -> Verdict {
    BackMarket::device_registered(answer, &with_serial(IMEI, SERIAL))
}

fn said(status: u16, message: &str) -> Answer {
    json_answer(
        status,
        &json!({ "error": { "code": "invalid_request", "message": message }, "requestId": "1" }),
    )
}

fn order(states: &[u8]) -> Value {
    let lines: Vec<Value> =
        states.iter().enumerate().map(|(id, state)| json!({ "id": id, "state": state })).collect();
    json!({ "order_id": 65443, "state": 3, "tracking_number": "1Z999AA10123456784", "orderlines": lines })
}

#[rstest]
#[case::shipped(json_answer(200, &order(&[3])), Class::Accepted)]
#[case::shipped_but_for_a_refused_line(json_answer(200, &order(&[4, 3])), Class::Accepted)]
#[case::lines_that_say_nothing(
    json_answer(200, &json!({"order_id": 65443, "tracking_number": "1Z999AA10123456784", "orderlines": [{"id": 1}]})),
    Class::Accepted
)]
#[case::no_number(json_answer(200, &json!({"order_id": 65443, "orderlines": [{"id": 1}]})), Class::Unknown)]
#[case::another_number(
    json_answer(200, &json!({"order_id": 65443, "tracking_number": "1Z1", "orderlines": [{"id": 1, "state": 3}]})),
    Class::Unknown
)]
#[case::another_order(
    json_answer(200, &json!({"order_id": 65444, "tracking_number": "1Z999AA10123456784"})),
    Class::Unknown
)]
#[case::nothing_moved(json_answer(200, &order(&[2])), Class::Unknown)]
#[case::no_lines(json_answer(200, &json!({"order_id": 1})), Class::Unknown)]
#[case::not_an_order(json_answer(200, &json!({"ok": true})), Class::Unknown)]
#[case::a_page_of_success(answer(200, PAGE), Class::Unknown)]
#[case::another_success(json_answer(202, &order(&[3])), Class::Unknown)]
#[case::shipped_before(
    said(400, "orderline 1: transition from state 3 to state 3 is not allowed"),
    Class::AlreadyShipped
)]
#[case::shipped_before_in_words(
    said(400, "This order has Already been shipped"),
    Class::AlreadyShipped
)]
#[case::imei_registered_before(said(400, "orderline 1: imei is already registered"), Class::Final)]
// Rule P12: lines that are not accepted yet.
#[case::not_accepted(
    said(400, "orderline 1: transition from state 1 to state 3 is not allowed"),
    Class::Passing
)]
#[case::not_accepted_in_words(said(400, "the order is not accepted yet"), Class::Passing)]
#[case::a_line_not_accepted(
    said(400, "orderline 7000: the orderline is not accepted"),
    Class::Passing
)]
#[case::to_be_accepted(said(400, "The order must be accepted first"), Class::Passing)]
#[case::no_such_state(said(400, "new_state 9 must be in 2,3,4,5,6"), Class::Final)]
#[case::no_such_state_by_field(json_answer(400, &json!({"new_state": ["new_state 9 must be in 2,3,4,5,6"]})), Class::Final)]
#[case::a_step_in_other_words(said(400, "new_state 3 must be in 6"), Class::Unknown)]
#[case::no_sku(said(400, "sku not found"), Class::Final)]
#[case::no_imei(said(400, "imei 490154203237519 is not a valid IMEI"), Class::Final)]
#[case::no_serial_number(said(400, "serial_number X is already registered"), Class::Final)]
#[case::a_refusal_nobody_listed(said(400, "tracking_number cannot be changed"), Class::Unknown)]
#[case::a_page_of_refusal(answer(400, PAGE), Class::Unknown)]
#[case::no_valid_token(said(401, "Invalid authentication credentials"), Class::Unauthorized)]
#[case::forbidden_by_the_firewall(answer(403, PAGE), Class::Passing)]
#[case::forbidden_without_words(answer(403, ""), Class::Passing)]
#[case::a_challenge(json_answer(403, &json!({"code": "bot-need-challenge"})), Class::Passing)]
#[case::a_nested_challenge(json_answer(403, &json!({"error": {"code": "bot-need-challenge"}})), Class::Passing)]
#[case::forbidden_by_the_api(said(403, "no"), Class::Unauthorized)]
#[case::forbidden_by_the_api_behind_the_firewall(
    with(said(403, "no"), "cf-ray", "8f0a-FRA"),
    Class::Unauthorized
)]
#[case::no_such_order(said(404, "order 65443 not found"), Class::Unknown)]
#[case::away(said(404, "Webservices unavailable"), Class::Unknown)]
#[case::away_in_a_page(answer(404, PAGE), Class::Passing)]
#[case::away_without_a_word(answer(404, ""), Class::Passing)]
#[case::a_shipper_not_accepted(said(400, "shipper: value not accepted"), Class::Unknown)]
#[case::a_format_not_accepted(said(400, "tracking_number format not accepted"), Class::Unknown)]
#[case::unprocessable(said(422, "imei"), Class::Unknown)]
#[case::too_many(answer(429, "error code: 1015"), Class::Passing)]
#[case::internal(said(500, "Internal server error"), Class::Unknown)]
#[case::unavailable(said(503, "Service unavailable"), Class::Unknown)]
#[case::the_firewalls_own(answer(520, PAGE), Class::Unknown)]
fn a_confirmations_answer_means(#[case] answer: Answer, #[case] class: Class) {
    assert_eq!(confirmed(&answer).class, class);
}

#[rstest]
#[case::registered(json_answer(200, &json!({"imei": IMEI, "serial_number": null})), Class::Accepted)]
#[case::another_registered(json_answer(200, &json!({"imei": OTHER_IMEI})), Class::Unknown)]
#[case::nothing_registered(json_answer(200, &json!({"imei": null})), Class::Unknown)]
#[case::not_a_line(json_answer(200, &json!({"ok": true})), Class::Unknown)]
#[case::a_page_of_success(answer(200, PAGE), Class::Unknown)]
#[case::registered_before(
    said(422, "orderline 1: imei is already registered"),
    Class::AlreadyShipped
)]
#[case::registered_before_as_400(said(400, "already registered"), Class::AlreadyShipped)]
#[case::invalid(said(422, "imei is not a valid IMEI"), Class::Final)]
#[case::refused(said(400, "no"), Class::Final)]
#[case::no_such_line(said(404, "orderline 1 not found"), Class::Final)]
#[case::away(said(404, "Webservices unavailable"), Class::Unknown)]
#[case::away_in_a_page(answer(404, PAGE), Class::Passing)]
#[case::refused_in_a_page(answer(400, PAGE), Class::Passing)]
#[case::refused_without_a_word(answer(400, ""), Class::Passing)]
#[case::no_valid_token(said(401, "no"), Class::Unauthorized)]
#[case::forbidden_by_the_firewall(answer(403, PAGE), Class::Passing)]
#[case::forbidden_by_the_api(said(403, "no"), Class::Unauthorized)]
#[case::too_many(answer(429, ""), Class::Passing)]
#[case::internal(said(500, "no"), Class::Unknown)]
fn a_registrations_answer_means(#[case] answer: Answer, #[case] class: Class) {
    assert_eq!(imei_registered(&answer).class, class);
}

/// Rule I11: a 200 counts only with both in it.
#[rstest]
#[case::both(json!({"imei": IMEI, "serial_number": SERIAL}), Class::Accepted)]
#[case::both_in_their_case(json!({"imei": IMEI, "serial_number": SERIAL.to_lowercase()}), Class::Accepted)]
#[case::the_imei_alone(json!({"imei": IMEI, "serial_number": null}), Class::Unknown)]
#[case::the_serial_number_alone(json!({"imei": "", "serial_number": SERIAL}), Class::Unknown)]
#[case::another_imei(json!({"imei": OTHER_IMEI, "serial_number": SERIAL}), Class::Unknown)]
#[case::another_serial_number(json!({"imei": IMEI, "serial_number": "C02XK1ABJG5K"}), Class::Unknown)]
#[case::each_in_the_others_place(json!({"imei": SERIAL, "serial_number": IMEI}), Class::Unknown)]
#[case::neither(json!({"imei": null}), Class::Unknown)]
fn a_registration_of_both_means(#[case] body: Value, #[case] class: Class) {
    assert_eq!(both_registered(&json_answer(200, &body)).class, class);
}

/// Rule I8: whatever says a serial number, it is not kept.
#[rstest]
#[case::in_words("serial_number C02XK1ABJG5J is not valid")]
#[case::in_another_case("Serial c02xk1abjg5j?")]
#[case::inside_a_word("SNC02XK1ABJG5JX")]
#[case::twice("C02XK1ABJG5J, C02XK1ABJG5J")]
#[case::cut_at_the_end("{words} C02XK1ABJG5J")]
fn a_serial_number_in_an_answer_stays_hidden(#[case] words: &str) {
    // A text is cut at 200 characters, here in the midst of the serial number.
    let words = words.replace("{words}", &"x".repeat(190));
    let submission = Submission {
        devices: [(line("7001"), with_serial(IMEI, SERIAL))].into(),
        ..back_market_submission()
    };
    for answer in [said(400, &words), answer(503, words.clone())] {
        for verdict in [both_registered(&answer), BackMarket::confirmed(&answer, &submission)] {
            let kept = format!("{verdict:?}").to_uppercase();
            assert!(!kept.contains("C02XK1"), "{kept}");
        }
        let found = BackMarket::found(std::slice::from_ref(&answer), &submission);
        assert!(!format!("{found:?}").to_uppercase().contains("C02XK1"), "{found:?}");
    }
}

#[rstest]
#[case::confirmation(BackMarket::CONFIRM_ANSWERS, confirmed)]
#[case::registration(BackMarket::DEVICE_ANSWERS, imei_registered)]
fn no_row_is_in_the_shadow_of_another(
    #[case] rows: &[Row],
    #[case] verdict: fn(&Answer) -> Verdict,
) {
    for row in rows {
        let answer = match row.says {
            Says::Anything => answer(row.status, "-"),
            Says::Json => json_answer(row.status, &json!({})),
            Says::Code(words) | Says::Words(words) => said(row.status, words),
        };
        assert_eq!(verdict(&answer).class, row.class, "{row:?}");
    }
}

#[rstest]
#[case::not_asked(answer(429, "error code: 1015"), 10)]
#[case::asked_for_less(with(answer(429, ""), "retry-after", "3"), 10)]
#[case::asked_for_more(with(answer(429, ""), "retry-after", "60"), 60)]
fn too_many_requests_wait_ten_seconds_at_least(#[case] answer: Answer, #[case] seconds: i64) {
    let wait = Some(SignedDuration::from_secs(seconds));
    assert_eq!(confirmed(&answer).retry_after, wait);
    assert_eq!(imei_registered(&answer).retry_after, wait);
    assert_eq!(BackMarket::wait(&answer), wait);
}

#[test]
fn the_firewalls_page_is_named_by_its_ray() {
    let verdict = confirmed(&with(answer(403, PAGE), "cf-ray", "8f0a-FRA"));
    assert_eq!(verdict.code.as_str(), "403");
    assert_eq!(verdict.message.as_str(), "cf-ray 8f0a-FRA: Attention Required! | Cloudflare");
}

#[test]
fn an_imei_in_an_answer_stays_hidden() {
    let message = format!("imei {IMEI} is not a valid IMEI");
    for answer in
        [said(400, &message), answer(500, message), json_answer(400, &json!({ IMEI: IMEI }))]
    {
        let verdict = confirmed(&answer);
        assert!(!format!("{verdict:?}").contains(IMEI), "{verdict:?}");
        assert!(verdict.message.as_str().contains("*7518"), "{verdict:?}");
    }
}

#[test]
fn an_order_is_never_quoted() {
    let body = json!({ "order_id": "x", "shipping_address": "Jane Doe", "message": "Jane Doe" });
    assert!(!format!("{:?}", confirmed(&json_answer(200, &body))).contains("Jane"));
}
