//! How a receiver of webhooks fails when it is told to, and how it is told so over HTTP.

use axum::http::Method;
use marketplaces::{Answer, Answered, Fault, Operation, Shop as _, Target};
use rstest::rstest;
use serde_json::{Value, json};

use crate::caller::start;
use crate::until_gone::{NUMBER, ORDER, signed, sold, tell, webhook};

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
async fn it_answers_as_told_whether_it_applied_or_not(
    #[case] answer: Answer,
    #[case] status: u16,
    #[case] content_type: &str,
) {
    for (fault, held) in
        [(Fault::not_applied(answer.clone()), 0), (Fault::applied(answer.clone()), 1)]
    {
        let (marketplaces, caller) = sold().await;
        marketplaces.until_gone().fault(ORDER, Operation::Submit, fault);
        let answered = tell(&caller, "msg_1", &webhook()).await;
        assert_eq!(answered.status, status);
        assert_eq!(answered.header("content-type"), Some(content_type));
        assert_eq!(marketplaces.until_gone().numbers(ORDER).len(), held);
        let told = &marketplaces.until_gone().told(ORDER)[0];
        assert_eq!((told.status(), told.applied), (Some(status), held == 1));
    }
}

#[rstest]
#[case::applied(Fault::apply_and_hang_up(), 409)]
#[case::not_applied(Fault::hang_up(), 204)]
#[tokio::test]
async fn hanging_up_is_a_connection_error_whatever_was_applied(
    #[case] fault: Fault,
    #[case] repeat: u16,
) {
    let (marketplaces, caller) = sold().await;
    marketplaces.until_gone().fault(ORDER, Operation::Submit, fault);
    let headers = signed("msg_1", &webhook());
    let body = webhook().to_string();
    assert!(caller.send(Method::POST, "/until_gone", &headers, body).await.is_err());
    assert_eq!(marketplaces.until_gone().told(ORDER)[0].answered, Answered::HungUp);
    assert_eq!(tell(&caller, "msg_1", &webhook()).await.status, repeat);
    assert_eq!(marketplaces.until_gone().numbers(ORDER), [NUMBER]);
}

#[tokio::test]
async fn a_wait_is_said_if_asked_for() {
    let (marketplaces, caller) = sold().await;
    let until_gone = marketplaces.until_gone();
    until_gone.fault_forever(Target::Any, Operation::Submit, Fault::too_many_requests());
    until_gone.fault(ORDER, Operation::Submit, Fault::retry_after(7));
    let first = tell(&caller, "msg_1", &webhook()).await;
    let second = tell(&caller, "msg_1", &webhook()).await;
    assert_eq!((first.status, first.header("retry-after")), (429, Some("7")));
    assert_eq!((second.status, second.header("retry-after")), (429, None));
    until_gone.clear_faults();
    assert_eq!(tell(&caller, "msg_1", &webhook()).await.status, 204);
}

#[tokio::test]
async fn it_is_looked_at_and_disturbed_over_http() {
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
    assert_eq!(tell(&caller, "msg_1", &webhook()).await.status, 500);
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
    assert_eq!(tell(&caller, "msg_1", &webhook()).await.status, 403);
    assert_eq!(admin(Method::DELETE, "/faults", Value::Null).await.status, 204);
    assert_eq!(tell(&caller, "msg_1", &webhook()).await.status, 409);
}
