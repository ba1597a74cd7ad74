//! Faults at a receiver of webhooks, set by the controls in Rust and over HTTP.

use axum::http::Method;
use marketplaces::{Answer, Answered, Fault, Operation, Shop as _, Target};
use rstest::rstest;
use serde_json::{Value, json};

use crate::caller::start;
use crate::until_gone::{NUMBER, ORDER, send_signed, signed, start_with_order, webhook};

#[rstest]
#[case::server_error(Answer::ServerError, 500, "application/json")]
#[case::unavailable(Answer::Unavailable, 503, "application/json")]
#[case::too_many(Answer::TooManyRequests { retry_after_s: None }, 429, "application/json")]
#[case::not_json(Answer::NotJson, 200, "text/html; charset=UTF-8")]
#[case::wrong_json(Answer::WrongJson, 200, "application/json")]
#[case::already_shipped(Answer::AlreadyShipped, 422, "application/json")]
#[case::not_ready(Answer::NotReady, 429, "application/json")]
#[case::unauthorized(Answer::Unauthorized, 401, "application/json")]
#[case::token_expired(Answer::TokenExpired, 401, "application/json")]
#[case::firewall(Answer::Firewall, 403, "text/html; charset=UTF-8")]
#[case::custom(Answer::Custom { status: 418, body: json!("tea") }, 418, "text/html; charset=UTF-8")]
#[tokio::test]
async fn the_receiver_gives_the_faults_answer_whether_it_applied_or_not(
    #[case] answer: Answer,
    #[case] status: u16,
    #[case] content_type: &str,
) {
    for (fault, held) in
        [(Fault::not_applied(answer.clone()), 0), (Fault::applied(answer.clone()), 1)]
    {
        let (marketplaces, caller) = start_with_order().await;
        marketplaces.until_gone().fault(ORDER, Operation::Submit, fault);
        let answered = send_signed(&caller, "msg_1", &webhook()).await;
        assert_eq!(answered.status, status);
        assert_eq!(answered.header("content-type"), Some(content_type));
        assert_eq!(marketplaces.until_gone().numbers(ORDER).len(), held);
        let submission = &marketplaces.until_gone().submissions_of(ORDER)[0];
        assert_eq!((submission.status(), submission.applied), (Some(status), held == 1));
    }
}

#[rstest]
#[case::applied(Fault::apply_and_hang_up(), 409)]
#[case::not_applied(Fault::hang_up(), 204)]
#[tokio::test]
async fn a_hang_up_is_a_connection_error_whether_it_applied_or_not(
    #[case] fault: Fault,
    #[case] repeat: u16,
) {
    let (marketplaces, caller) = start_with_order().await;
    marketplaces.until_gone().fault(ORDER, Operation::Submit, fault);
    let headers = signed("msg_1", &webhook());
    let body = webhook().to_string();
    assert!(caller.send(Method::POST, "/until_gone", &headers, body).await.is_err());
    assert_eq!(marketplaces.until_gone().submissions_of(ORDER)[0].answered, Answered::HungUp);
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, repeat);
    assert_eq!(marketplaces.until_gone().numbers(ORDER), [NUMBER]);
}

#[tokio::test]
async fn too_many_requests_may_say_how_long_to_wait() {
    let (marketplaces, caller) = start_with_order().await;
    let until_gone = marketplaces.until_gone();
    until_gone.fault_forever(Target::Any, Operation::Submit, Fault::too_many_requests());
    until_gone.fault(ORDER, Operation::Submit, Fault::retry_after(7));
    let first = send_signed(&caller, "msg_1", &webhook()).await;
    let second = send_signed(&caller, "msg_1", &webhook()).await;
    assert_eq!((first.status, first.header("retry-after")), (429, Some("7")));
    assert_eq!((second.status, second.header("retry-after")), (429, None));
    until_gone.clear_faults();
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 204);
}

#[tokio::test]
async fn the_controls_over_http_add_disturb_and_show_an_order() {
    let (_marketplaces, caller) = start().await;
    let admin = async |method: Method, path: &str, body: Value| {
        let headers = vec![("content-type", "application/json".to_owned())];
        let path = format!("/_admin/until_gone{path}");
        caller.send(method, &path, &headers, body.to_string()).await.unwrap()
    };
    let order = json!({
        "id": ORDER,
        "items": [{ "item_id": "7001", "quantity": 1 }, { "item_id": "7002", "quantity": 3 }],
    });
    assert_eq!(admin(Method::POST, "/orders", order).await.status, 201);
    let fault = json!({
        "order": ORDER,
        "operation": "submit",
        "fault": { "kind": "applied", "answer": "server_error" },
    });
    assert_eq!(admin(Method::POST, "/faults", fault).await.status, 204);
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 500);
    let shown = admin(Method::GET, &format!("/orders/{ORDER}"), Value::Null).await.json();
    assert_eq!(shown["shipments"][0]["tracking_number"], NUMBER);
    assert_eq!(shown["submissions"][0]["answered"], json!({ "status": 500 }));
    let all = admin(Method::GET, "/orders", Value::Null).await.json();
    assert_eq!(all["orders"], json!([shown]));
    let requests = admin(Method::GET, "/requests", Value::Null).await.json();
    assert_eq!(requests, json!({ "submit": 1 }));
    let fault = json!({
        "operation": "submit",
        "times": "forever",
        "fault": { "kind": "not_applied", "answer": "firewall" },
    });
    assert_eq!(admin(Method::POST, "/faults", fault).await.status, 204);
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 403);
    assert_eq!(admin(Method::DELETE, "/faults", Value::Null).await.status, 204);
    assert_eq!(send_signed(&caller, "msg_1", &webhook()).await.status, 409);
}
