//! Faults at Amazon and Back Market: what the caller sees, and what the marketplace holds then.

use std::time::{Duration, Instant};

use marketplaces::Shop as _;
use marketplaces::{Answer, Answered, BackMarketOrder, Fault, Marketplaces, Operation, Target};
use rstest::rstest;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::caller::{
    Caller, IMEI, ORDER, amazon_headers, amazon_order, confirm_path, confirmation, shipment, start,
};

const ID: u64 = 4_711;

async fn amazon() -> (Marketplaces, Caller, String) {
    let (marketplaces, caller) = start().await;
    marketplaces.amazon().add_order(amazon_order());
    let token = caller.login().await;
    (marketplaces, caller, token)
}

async fn back_market() -> (Marketplaces, Caller) {
    let (marketplaces, caller) = start().await;
    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, &[(1, 1)]));
    (marketplaces, caller)
}

#[rstest]
#[case::applied(Fault::apply_and_hang_up(), 1)]
#[case::not_applied(Fault::hang_up(), 0)]
#[tokio::test]
async fn a_hang_up_is_a_connection_error_whether_it_applied_or_not(
    #[case] fault: Fault,
    #[case] packages: usize,
) {
    let (marketplaces, caller, token) = amazon().await;
    marketplaces.amazon().fault(ORDER, Operation::Submit, fault);
    assert!(caller.confirm(&token, &confirmation()).await.is_err());
    assert_eq!(marketplaces.amazon().packages(ORDER).len(), packages);
    let submissions = marketplaces.amazon().submissions(ORDER);
    assert_eq!(submissions.len(), 1);
    assert_eq!((submissions[0].answered, submissions[0].status()), (Answered::HungUp, None));
    assert_eq!(submissions[0].applied, packages == 1);
    // A fault for one request is gone after it.
    assert_eq!(caller.confirm(&token, &confirmation()).await.unwrap().status, 204);
}

#[tokio::test]
async fn a_hang_up_sends_not_one_byte() {
    let (marketplaces, _caller, token) = amazon().await;
    marketplaces.amazon().fault(Target::Any, Operation::Submit, Fault::apply_and_hang_up());
    let body = confirmation().to_string();
    let headers: Vec<String> = amazon_headers(&token)
        .into_iter()
        .chain([("host", "x".to_owned()), ("content-length", body.len().to_string())])
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let path = confirm_path(ORDER);
    let request = format!("POST {path} HTTP/1.1\r\n{}\r\n{body}", headers.concat());
    let mut stream = TcpStream::connect(marketplaces.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    stream.read_to_end(&mut received).await.unwrap();
    assert_eq!(received.len(), 0);
    assert_eq!(marketplaces.amazon().packages(ORDER).len(), 1);
}

#[rstest]
#[case::server_error(Answer::ServerError, 500, "application/json")]
#[case::unavailable(Answer::Unavailable, 503, "application/json")]
#[case::too_many(Answer::TooManyRequests { retry_after_s: None }, 429, "application/json")]
#[case::not_json(Answer::NotJson, 200, "text/html; charset=UTF-8")]
#[case::wrong_json(Answer::WrongJson, 200, "application/json")]
#[case::already_shipped(Answer::AlreadyShipped, 400, "application/json")]
#[case::not_ready(Answer::NotReady, 400, "application/json")]
#[case::unauthorized(Answer::Unauthorized, 401, "application/json")]
#[case::token_expired(Answer::TokenExpired, 403, "application/json")]
#[case::firewall(Answer::Firewall, 403, "text/html; charset=UTF-8")]
#[case::custom(Answer::Custom { status: 418, body: json!("tea") }, 418, "text/html; charset=UTF-8")]
#[tokio::test]
async fn amazon_gives_the_faults_answer_whether_it_applied_or_not(
    #[case] answer: Answer,
    #[case] status: u16,
    #[case] content_type: &str,
) {
    for (fault, packages) in
        [(Fault::not_applied(answer.clone()), 0), (Fault::applied(answer.clone()), 1)]
    {
        let (marketplaces, caller, token) = amazon().await;
        marketplaces.amazon().fault(ORDER, Operation::Submit, fault);
        let answered = caller.confirm(&token, &confirmation()).await.unwrap();
        assert_eq!(answered.status, status);
        assert_eq!(answered.header("content-type"), Some(content_type));
        assert_eq!(marketplaces.amazon().packages(ORDER).len(), packages);
        let submission = &marketplaces.amazon().submissions(ORDER)[0];
        assert_eq!((submission.status(), submission.applied), (Some(status), packages == 1));
    }
}

#[rstest]
#[case::server_error(Answer::ServerError, 500, "application/json")]
#[case::too_many(Answer::TooManyRequests { retry_after_s: None }, 429, "text/html; charset=UTF-8")]
#[case::not_json(Answer::NotJson, 200, "text/html; charset=UTF-8")]
#[case::wrong_json(Answer::WrongJson, 200, "application/json")]
#[case::already_shipped(Answer::AlreadyShipped, 400, "application/json")]
#[case::not_accepted(Answer::NotReady, 400, "application/json")]
#[case::unauthorized(Answer::Unauthorized, 401, "application/json")]
#[case::firewall(Answer::Firewall, 403, "text/html; charset=UTF-8")]
#[tokio::test]
async fn back_market_gives_the_faults_answer_whether_it_applied_or_not(
    #[case] answer: Answer,
    #[case] status: u16,
    #[case] content_type: &str,
) {
    for (fault, shipped) in
        [(Fault::not_applied(answer.clone()), false), (Fault::applied(answer.clone()), true)]
    {
        let (marketplaces, caller) = back_market().await;
        marketplaces.back_market().fault(ID, Operation::Submit, fault);
        let answered = caller.update(ID, &shipment(ID)).await.unwrap();
        assert_eq!(answered.status, status);
        assert_eq!(answered.header("content-type"), Some(content_type));
        let held = marketplaces.back_market().held(ID).unwrap();
        assert_eq!(held.shipment.is_some(), shipped);
        assert_eq!(marketplaces.back_market().submissions(ID)[0].applied, shipped);
    }
}

#[tokio::test]
async fn each_channel_says_already_shipped_in_its_own_words() {
    let (marketplaces, caller, token) = amazon().await;
    let fault = Fault::not_applied(Answer::AlreadyShipped);
    marketplaces.amazon().fault(ORDER, Operation::Submit, fault.clone());
    let answered = caller.confirm(&token, &confirmation()).await.unwrap();
    assert!(answered.text.contains("errorMetric=PackageToUpdateNotFound"));

    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, &[(1, 1)]));
    marketplaces.back_market().fault(ID, Operation::Submit, fault);
    let answered = caller.update(ID, &shipment(ID)).await.unwrap();
    assert!(answered.text.contains("from state 3 to state 3"));
}

#[tokio::test]
async fn too_many_requests_may_say_how_long_to_wait() {
    let (marketplaces, caller, token) = amazon().await;
    marketplaces.amazon().fault(ORDER, Operation::Submit, Fault::retry_after(7));
    marketplaces.amazon().fault(ORDER, Operation::Submit, Fault::too_many_requests());
    let first = caller.confirm(&token, &confirmation()).await.unwrap();
    let second = caller.confirm(&token, &confirmation()).await.unwrap();
    assert_eq!((first.status, first.header("retry-after")), (429, Some("7")));
    assert_eq!((second.status, second.header("retry-after")), (429, None));
}

#[tokio::test]
async fn a_late_marketplace_applies_a_request_whose_caller_gave_up() {
    let (marketplaces, caller, token) = amazon().await;
    marketplaces.amazon().fault(ORDER, Operation::Submit, Fault::Late { delay_ms: 300 });
    let body = confirmation();
    let call = caller.confirm(&token, &body);
    assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err());
    assert_eq!(marketplaces.amazon().packages(ORDER), []);
    assert_eq!(marketplaces.amazon().submissions(ORDER)[0].answered, Answered::Pending);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(marketplaces.amazon().packages(ORDER).len(), 1);
    assert!(marketplaces.amazon().submissions(ORDER)[0].applied);
}

#[rstest]
#[case::applied_before(Fault::SlowAnswer { delay_ms: 200 }, 204, 1)]
#[case::applied_after(Fault::Late { delay_ms: 200 }, 204, 1)]
#[case::not_applied(Fault::late_not_applied(200), 503, 0)]
#[case::applied_and_lost(Fault::Applied { answer: Answer::ServerError, answer_after_ms: 200 }, 500, 1)]
#[tokio::test]
async fn a_patient_caller_gets_the_late_answer(
    #[case] fault: Fault,
    #[case] status: u16,
    #[case] packages: usize,
) {
    let (marketplaces, caller, token) = amazon().await;
    marketplaces.amazon().fault(ORDER, Operation::Submit, fault);
    let started = Instant::now();
    assert_eq!(caller.confirm(&token, &confirmation()).await.unwrap().status, status);
    assert!(started.elapsed() >= Duration::from_millis(200));
    assert_eq!(marketplaces.amazon().packages(ORDER).len(), packages);
}

#[tokio::test]
async fn a_request_answered_with_an_error_may_be_applied_later() {
    let (marketplaces, caller) = back_market().await;
    let fault = Fault::AppliedLater { after_ms: 200, answer: Answer::ServerError };
    marketplaces.back_market().fault(ID, Operation::Submit, fault);
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 500);
    assert_eq!(caller.read(ID).await.json()["tracking_number"], json!(null));
    assert!(!marketplaces.back_market().submissions(ID)[0].applied);
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(caller.read(ID).await.json()["tracking_number"], "1Z999AA10123456784");
    assert!(marketplaces.back_market().submissions(ID)[0].applied);
}

#[tokio::test]
async fn an_order_may_already_have_another_number() {
    let (marketplaces, caller, token) = amazon().await;
    let fault = Fault::ShippedElsewhere { tracking_number: "FOREIGN".to_owned() };
    marketplaces.amazon().fault(ORDER, Operation::Submit, fault.clone());
    assert_eq!(caller.confirm(&token, &confirmation()).await.unwrap().status, 400);
    assert_eq!(marketplaces.amazon().packages(ORDER)[0].tracking_number, "FOREIGN");

    marketplaces.back_market().add_order(BackMarketOrder::accepted(ID, &[(1, 1)]));
    marketplaces.back_market().fault(ID, Operation::Submit, fault);
    assert_eq!(caller.update(ID, &shipment(ID)).await.unwrap().status, 400);
    assert_eq!(caller.read(ID).await.json()["tracking_number"], "FOREIGN");
}

#[tokio::test]
async fn an_applying_fault_applies_nothing_that_the_rules_refuse() {
    let (marketplaces, caller) = back_market().await;
    marketplaces.back_market().fault(ID, Operation::Submit, Fault::apply_and_hang_up());
    assert!(caller.update(ID, &json!({ "order_id": ID, "new_state": 9 })).await.is_err());
    assert!(!marketplaces.back_market().submissions(ID)[0].applied);
}

#[tokio::test]
async fn a_fault_is_for_its_order_and_operation_only() {
    let (marketplaces, caller, token) = amazon().await;
    let error = || Fault::not_applied(Answer::ServerError);
    marketplaces.amazon().fault("902-1106328-1059051", Operation::Submit, error());
    marketplaces.amazon().fault(ORDER, Operation::ReadBack, error());
    marketplaces.amazon().fault(Target::Any, Operation::Token, error());
    assert_eq!(caller.confirm(&token, &confirmation()).await.unwrap().status, 204);
    assert_eq!(caller.get_order(&token, "").await.status, 500);
    assert_eq!(caller.get_order(&token, "").await.status, 200);
    let form = crate::caller::login_form();
    let headers = crate::caller::form_headers();
    let path = "/amazon/auth/o2/token";
    let login = caller.send(axum::http::Method::POST, path, &headers, form).await.unwrap();
    assert_eq!((login.status, login.json()["error"].as_str()), (500, Some("server_error")));
}

#[tokio::test]
async fn a_fault_for_one_request_comes_before_one_for_all_which_lasts_until_cleared() {
    let (marketplaces, caller) = back_market().await;
    let back_market = marketplaces.back_market();
    back_market.fault_forever(ID, Operation::ReadBack, Fault::not_applied(Answer::Unavailable));
    back_market.fault(ID, Operation::ReadBack, Fault::not_applied(Answer::ServerError));
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(caller.read(ID).await.status);
    }
    assert_eq!(seen, [500, 503, 503]);
    back_market.clear_faults();
    assert_eq!(caller.read(ID).await.status, 200);
}

#[tokio::test]
async fn a_registration_may_be_applied_without_an_answer() {
    let (marketplaces, caller) = back_market().await;
    marketplaces.back_market().fault(ID, Operation::Imei, Fault::apply_and_hang_up());
    assert!(caller.register(1, &json!({ "imei": IMEI })).await.is_err());
    assert_eq!(caller.read(ID).await.json()["orderlines"][0]["imei"], IMEI);
    let request = &marketplaces.back_market().imei_requests(1)[0];
    assert_eq!((request.answered, request.applied), (Answered::HungUp, true));
}

#[tokio::test]
async fn after_a_shutdown_nobody_listens_and_the_submissions_are_still_there() {
    let (marketplaces, caller, token) = amazon().await;
    caller.confirm(&token, &confirmation()).await.unwrap();
    let handle = marketplaces.amazon();
    marketplaces.shutdown().await;
    assert!(caller.confirm(&token, &confirmation()).await.is_err());
    assert_eq!(handle.submissions(ORDER).len(), 1);
}
