//! Faults at eBay: what the caller sees, and what eBay holds then.

use std::time::Duration;

use axum::http::Method;
use marketplaces::{Answer, Answered, Fault, Operation, Shop as _, Target};
use rstest::rstest;
use serde_json::json;

use crate::caller::start;
use crate::ebay::{
    NUMBER, ORDER, headers, login, login_fields, login_headers, login_with, order, path, read,
    ship, shipment,
};

#[rstest]
#[case::server_error(Answer::ServerError, 500, "application/json", "30500")]
#[case::unavailable(Answer::Unavailable, 503, "application/json", "Service unavailable")]
#[case::too_many(Answer::TooManyRequests { retry_after_s: None }, 429, "application/json", "2001")]
#[case::not_json(Answer::NotJson, 200, "text/html; charset=UTF-8", "<html>")]
#[case::wrong_json(Answer::WrongJson, 200, "application/json", "ok")]
#[case::already_shipped(
    Answer::AlreadyShipped,
    400,
    "application/json",
    "Please use PUT operation"
)]
#[case::not_ready(Answer::NotReady, 400, "application/json", "cannot be shipped yet")]
#[case::unauthorized(Answer::Unauthorized, 401, "application/json", "1001")]
#[case::token_expired(Answer::TokenExpired, 401, "application/json", "has expired")]
#[case::firewall(Answer::Firewall, 403, "text/html; charset=UTF-8", "Access Denied")]
#[case::custom(Answer::Custom { status: 418, body: json!({}) }, 418, "application/json", "{}")]
#[tokio::test]
async fn ebay_gives_the_faults_answer_whether_it_applied_or_not(
    #[case] answer: Answer,
    #[case] status: u16,
    #[case] content_type: &str,
    #[case] words: &str,
) {
    for (fault, held) in
        [(Fault::not_applied(answer.clone()), 0), (Fault::applied(answer.clone()), 1)]
    {
        let (marketplaces, caller) = start().await;
        let ebay = marketplaces.ebay();
        ebay.add_order(order());
        ebay.fault(ORDER, Operation::Submit, fault);
        let answered = ship(&caller, &login(&caller).await, &shipment()).await;
        assert_eq!(answered.status, status);
        assert_eq!(answered.header("content-type"), Some(content_type));
        assert!(answered.text.contains(words), "{}", answered.text);
        assert_eq!(ebay.fulfillments(ORDER).len(), held);
        let submission = &ebay.submissions_of(ORDER)[0];
        assert_eq!((submission.status(), submission.applied), (Some(status), held == 1));
    }
}

#[rstest]
#[case::applied(Fault::apply_and_hang_up(), 1)]
#[case::not_applied(Fault::hang_up(), 0)]
#[tokio::test]
async fn ebay_may_hang_up_whether_it_applied_or_not(#[case] fault: Fault, #[case] held: usize) {
    let (marketplaces, caller) = start().await;
    let ebay = marketplaces.ebay();
    ebay.add_order(order());
    ebay.fault(Target::Any, Operation::Submit, fault);
    let headers = headers(&login(&caller).await);
    let body = shipment().to_string();
    assert!(caller.send(Method::POST, &path(ORDER), &headers, body).await.is_err());
    assert_eq!(ebay.fulfillments(ORDER).len(), held);
    assert_eq!(ebay.submissions_of(ORDER)[0].answered, Answered::HungUp);
}

#[tokio::test]
async fn too_many_requests_may_say_how_long_to_wait() {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().fault_forever(ORDER, Operation::ReadBack, Fault::retry_after(7));
    let token = login(&caller).await;
    for _ in 0..2 {
        let answered = read(&caller, &token).await;
        assert_eq!((answered.status, answered.header("retry-after")), (429, Some("7")));
    }
    marketplaces.ebay().clear_faults();
    assert_eq!(read(&caller, &token).await.status, 400);
}

#[tokio::test]
async fn a_late_marketplace_applies_a_request_whose_caller_gave_up() {
    let (marketplaces, caller) = start().await;
    let ebay = marketplaces.ebay();
    ebay.add_order(order());
    ebay.fault(ORDER, Operation::Submit, Fault::Late { delay_ms: 300 });
    let (token, body) = (login(&caller).await, shipment());
    let call = ship(&caller, &token, &body);
    assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err());
    assert_eq!(ebay.fulfillments(ORDER), []);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(ebay.numbers(ORDER), [NUMBER]);
}

#[rstest]
#[case::server_error(Answer::ServerError, 500, "server_error")]
#[case::unavailable(Answer::Unavailable, 503, "temporarily_unavailable")]
#[case::unauthorized(Answer::Unauthorized, 401, "invalid_client")]
#[case::token_expired(Answer::TokenExpired, 400, "invalid_grant")]
#[case::firewall(Answer::Firewall, 403, "Access Denied")]
#[tokio::test]
async fn the_login_answers_in_its_own_words(
    #[case] answer: Answer,
    #[case] status: u16,
    #[case] words: &str,
) {
    let (marketplaces, caller) = start().await;
    marketplaces.ebay().fault(Target::Any, Operation::Token, Fault::not_applied(answer));
    let answered = login_with(&caller, &login_headers(), &login_fields()).await;
    assert_eq!(answered.status, status);
    assert!(answered.text.contains(words), "{}", answered.text);
}
