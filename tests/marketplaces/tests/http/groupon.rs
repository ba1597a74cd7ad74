//! Groupon: who may call, which notifications it accepts, and which lines it saves.

use axum::http::Method;
use marketplaces::{
    Answer, Answered, Fault, Groupon, GrouponAccount, GrouponOrder, Marketplaces, Operation,
    Options, ShippedElsewhere, Shop as _, UnknownOrders,
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::caller::{self, Caller, Headers, form, form_headers, high_limit_options, start_with};

pub(crate) const ORDER: &str = "11561881-ABC";
const V2: &str = "/groupon/api/v2/tracking_notification";
const V4: &str = "/groupon/api/v4/lineitem_tracking_notification";

/// An order with one piece of line 11 and two pieces of line 12.
pub(crate) fn order() -> GrouponOrder {
    GrouponOrder::new(ORDER, &[(11, 1), (12, 2)])
}

pub(crate) async fn start() -> (Marketplaces, Caller, Groupon) {
    let (marketplaces, caller) = caller::start().await;
    let groupon = marketplaces.groupon();
    groupon.add_order(order());
    (marketplaces, caller, groupon)
}

fn entry(line: u64, quantity: u32) -> Value {
    json!({ "carrier": "ups", "ci_lineitem_id": line, "tracking": "1Z1", "quantity": quantity })
}

fn all() -> Value {
    json!([entry(11, 1), entry(12, 2)])
}

fn fields(info: &Value) -> Vec<(&'static str, String)> {
    let account = GrouponAccount::named(marketplaces::DEMO_ACCOUNT);
    vec![
        ("supplier_id", account.supplier_id),
        ("tracking_info", info.to_string()),
        ("token", account.token),
    ]
}

async fn send(
    caller: &Caller,
    path: &str,
    headers: &Headers,
    fields: &[(&str, String)],
) -> caller::HttpAnswer {
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    caller.send(Method::POST, path, headers, form(&fields)).await.expect("an answer")
}

pub(crate) async fn notify(caller: &Caller, info: &Value) -> caller::HttpAnswer {
    send(caller, V2, &form_headers(), &fields(info)).await
}

fn saved(non_open_ids: &Value) -> Value {
    json!({ "success": true, "data": { "non_open_ids": non_open_ids } })
}

#[tokio::test]
async fn a_valid_notification_is_saved_for_every_line() {
    let (_marketplaces, caller, groupon) = start().await;
    let answered = notify(&caller, &all()).await;
    assert_eq!((answered.status, answered.json()), (200, saved(&json!([]))));
    let trackings = groupon.trackings(ORDER);
    assert_eq!(
        trackings.iter().map(|tracking| tracking.ci_lineitem_id).collect::<Vec<u64>>(),
        [11, 12]
    );
    assert_eq!((trackings[1].carrier.as_str(), trackings[1].quantity), ("ups", 2));
    assert_eq!(groupon.numbers(ORDER), ["1Z1"]);

    let submissions = groupon.submissions_of(ORDER);
    assert_eq!((submissions.len(), submissions[0].answered), (1, Answered::Status(200)));
    assert_eq!((submissions[0].account.as_deref(), submissions[0].applied), (Some("demo"), true));
    assert_eq!(submissions[0].body, json!({ "supplier_id": "1042", "tracking_info": all() }));
    assert!(String::from_utf8_lossy(&submissions[0].raw_body).contains("token="));
    assert_eq!(groupon.counts(), json!({ "submit": 1 }));
}

#[tokio::test]
async fn version_four_names_lines_by_text_ids() {
    let (_marketplaces, caller, groupon) = start().await;
    let entry = |id: Value| json!([{ "carrier": "usps", "fulfillment_lineitem_id": id, "tracking": "9400" }]);
    let refused = send(&caller, V4, &form_headers(), &fields(&entry(json!(12)))).await;
    assert!(refused.text.contains("fulfillment_lineitem_id 12 has the wrong type"));
    let answered = send(&caller, V4, &form_headers(), &fields(&entry(json!("12")))).await;
    assert_eq!(answered.json(), saved(&json!([])));
    // A notification without a quantity is for all pieces of the line.
    assert_eq!(groupon.trackings(ORDER)[0].quantity, 2);
    let repeated = send(&caller, V4, &form_headers(), &fields(&entry(json!("12")))).await;
    assert_eq!(repeated.json(), saved(&json!(["12"])));
}

#[rstest]
#[case::not_json(json!("x"), "tracking_info must be an array with entries")]
#[case::an_object(entry(11, 1), "tracking_info must be an array with entries")]
#[case::no_entries(json!([]), "tracking_info must be an array with entries")]
#[case::an_entry_of_another_kind(json!([11]), "tracking_info must be an array of objects")]
#[case::a_field_nobody_knows(json!([{"carrier": "ups", "ci_lineitem_id": 11, "tracking": "1Z1", "service": "x"}]), "service is not a field")]
#[case::the_other_versions_id(json!([{"carrier": "ups", "fulfillment_lineitem_id": "11", "tracking": "1Z1"}]), "fulfillment_lineitem_id is not a field")]
#[case::no_carrier(json!([{"ci_lineitem_id": 11, "tracking": "1Z1"}]), "carrier is missing")]
#[case::another_carrier(json!([{"carrier": "Other", "ci_lineitem_id": 11, "tracking": "1Z1"}]), "carrier Other is not a carrier")]
#[case::a_carrier_in_capitals(json!([{"carrier": "UPS", "ci_lineitem_id": 11, "tracking": "1Z1"}]), "carrier UPS is not a carrier")]
#[case::no_line(json!([{"carrier": "ups", "tracking": "1Z1"}]), "ci_lineitem_id is missing")]
#[case::a_line_in_text(json!([{"carrier": "ups", "ci_lineitem_id": "11", "tracking": "1Z1"}]), "has the wrong type")]
#[case::no_tracking(json!([{"carrier": "ups", "ci_lineitem_id": 11}]), "tracking is missing")]
#[case::an_empty_tracking(json!([{"carrier": "ups", "ci_lineitem_id": 11, "tracking": " "}]), "tracking must be a text")]
#[case::a_tracking_number(json!([{"carrier": "ups", "ci_lineitem_id": 11, "tracking": 1}]), "tracking must be a text")]
#[case::no_pieces(json!([entry(11, 0)]), "quantity 0 must be a number above 0")]
#[case::quantity_in_text(json!([{"carrier": "ups", "ci_lineitem_id": 11, "tracking": "1Z1", "quantity": "1"}]), "must be a number above 0")]
#[case::too_many_pieces(json!([entry(12, 3)]), "Quantity 3 of line item 12 is more than 2")]
#[case::a_line_nobody_sold(json!([entry(11, 1), entry(13, 1)]), "Line item 13 not found")]
#[tokio::test]
async fn a_bad_notification_is_refused_as_a_whole_and_recorded(
    #[case] info: Value,
    #[case] words: &str,
) {
    let (_marketplaces, caller, groupon) = start().await;
    let answered = notify(&caller, &info).await;
    let body = answered.json();
    assert_eq!((answered.status, &body["success"]), (200, &json!(false)));
    assert!(body["reason"].as_str().unwrap().contains(words), "{body}");
    assert_eq!(groupon.trackings(ORDER), []);
    let names = groupon.orders();
    let submissions: Vec<_> = names.iter().flat_map(|name| groupon.submissions_of(name)).collect();
    assert!(
        submissions.iter().all(|submission| !submission.applied && submission.refusal.is_some())
    );
    assert!(!submissions.is_empty());
}

#[rstest]
#[case::all_of_a_line(json!([entry(12, 2)]), &[2])]
#[case::a_part_of_it(json!([entry(12, 1)]), &[1])]
#[case::the_rest_of_it(json!([entry(12, 1), entry(12, 1)]), &[1, 1])]
#[tokio::test]
async fn a_line_ships_in_as_many_packages_as_it_has_pieces(
    #[case] info: Value,
    #[case] quantities: &[u32],
) {
    let (_marketplaces, caller, groupon) = start().await;
    assert_eq!(notify(&caller, &info).await.json(), saved(&json!([])));
    let trackings = groupon.trackings(ORDER);
    assert_eq!(
        trackings.iter().map(|tracking| tracking.quantity).collect::<Vec<u32>>(),
        quantities
    );
    // A number that one line has twice counts twice, so that a test sees a double submission.
    assert_eq!(groupon.numbers(ORDER).len(), quantities.len());
}

#[tokio::test]
async fn a_saved_tracking_never_changes() {
    let (_marketplaces, caller, groupon) = start().await;
    notify(&caller, &json!([entry(11, 1)])).await;
    let second = json!([{ "carrier": "ups", "ci_lineitem_id": 11, "tracking": "OTHER" }]);
    assert_eq!(notify(&caller, &second).await.json(), saved(&json!([11])));
    assert_eq!(groupon.numbers(ORDER), ["1Z1"]);
    // A success may save only a part of the lines.
    assert_eq!(notify(&caller, &all()).await.json(), saved(&json!([11])));
    assert_eq!(groupon.trackings(ORDER).len(), 2);
    let submissions = groupon.submissions_of(ORDER);
    assert_eq!(
        submissions.iter().map(|submission| submission.applied).collect::<Vec<bool>>(),
        [true, false, true]
    );
    assert_eq!(submissions[1].refusal.as_deref(), Some("not open: 11"));
}

#[tokio::test]
async fn a_line_that_was_cancelled_or_shipped_elsewhere_is_not_open() {
    let (_marketplaces, caller, groupon) = start().await;
    let mut cancelled = order();
    cancelled.line_items[0].cancelled = true;
    groupon.add_order(cancelled);
    assert_eq!(notify(&caller, &all()).await.json(), saved(&json!([11])));
    let elsewhere =
        ShippedElsewhere { tracking_number: "FOREIGN".to_owned(), carrier: "dhl".to_owned() };
    groupon.add_order(GrouponOrder { shipped_elsewhere: Some(elsewhere), ..order() });
    assert_eq!(notify(&caller, &all()).await.json(), saved(&json!([11, 12])));
    assert_eq!(groupon.numbers(ORDER), ["FOREIGN"]);
}

#[rstest]
#[case::no_address(None, None, false)]
#[case::one_address(Some("here"), None, false)]
#[case::two_addresses(Some("here"), Some("there"), false)]
#[case::the_same_address(Some("here"), Some("here"), true)]
#[tokio::test]
async fn two_orders_share_a_number_only_when_they_go_to_the_same_address(
    #[case] first: Option<&str>,
    #[case] second: Option<&str>,
    #[case] is_saved: bool,
) {
    let (_marketplaces, caller, groupon) = start().await;
    let to = |order: GrouponOrder, address: Option<&str>| GrouponOrder {
        address: address.map(str::to_owned),
        ..order
    };
    groupon.add_order(to(order(), first));
    groupon.add_order(to(GrouponOrder::new("2", &[(21, 1)]), second));
    notify(&caller, &all()).await;
    let answered = notify(&caller, &json!([entry(21, 1)])).await.json();
    assert_eq!(answered["success"], is_saved);
    assert_eq!(groupon.numbers("2").len(), usize::from(is_saved));
}

#[rstest]
#[case::no_token("token", None, "token is missing")]
#[case::another_token("token", Some("x"), "Invalid supplier_id or token")]
#[case::no_supplier("supplier_id", None, "supplier_id is missing")]
#[case::another_supplier("supplier_id", Some("2"), "Invalid supplier_id or token")]
#[case::no_tracking_info("tracking_info", None, "tracking_info is missing")]
#[case::no_json("tracking_info", Some("[{"), "tracking_info is not JSON")]
#[tokio::test]
async fn a_parameter_that_is_missing_or_wrong_is_refused(
    #[case] name: &'static str,
    #[case] value: Option<&str>,
    #[case] words: &str,
) {
    let (_marketplaces, caller, groupon) = start().await;
    let mut fields = fields(&all());
    fields.retain(|(field, _)| *field != name);
    fields.extend(value.map(|value| (name, value.to_owned())));
    let answered = send(&caller, V2, &form_headers(), &fields).await;
    assert_eq!((answered.status, &answered.json()["success"]), (200, &json!(false)));
    assert!(answered.text.contains(words), "{}", answered.text);
    assert_eq!(groupon.trackings(ORDER), []);
}

#[tokio::test]
async fn the_parameters_must_be_in_a_form_each_once() {
    let (_marketplaces, caller, groupon) = start().await;
    let mut unknown = fields(&all());
    unknown.push(("page", "1".to_owned()));
    let mut twice = fields(&all());
    twice.push(("supplier_id", "1".to_owned()));
    let json_headers: Headers = vec![("content-type", "application/json".to_owned())];
    let query = format!("{V2}?supplier_id=1");
    let form = form_headers();
    for (path, headers, fields, words) in [
        (V2, &form, unknown, "page is not a parameter"),
        (V2, &form, twice, "supplier_id is there twice"),
        (V2, &json_headers, fields(&all()), "the body must be a form"),
        (V2, &Vec::new(), fields(&all()), "the body must be a form"),
        (query.as_str(), &form, fields(&all()), "must be in the form"),
    ] {
        let answered = send(&caller, path, headers, &fields).await;
        assert!(answered.text.contains(words), "{}", answered.text);
    }
    assert_eq!(groupon.trackings(ORDER), []);
    assert!(
        groupon
            .submissions_of(ORDER)
            .iter()
            .all(|submission| submission.account.is_none() || !submission.applied)
    );
}

#[tokio::test]
async fn the_eleventh_request_at_once_is_too_many() {
    let (marketplaces, caller) = start_with(Options::demo()).await;
    marketplaces::set_clock("2026-11-23T15:00:00Z".parse().unwrap());
    marketplaces.groupon().add_order(order());
    let mut statuses = Vec::new();
    for _ in 0..11 {
        statuses.push(notify(&caller, &all()).await.status);
    }
    assert_eq!(statuses, [vec![200; 10], vec![429]].concat());
    marketplaces::set_clock("2026-11-23T15:00:00.200Z".parse().unwrap());
    let answered = notify(&caller, &all()).await;
    assert_eq!((answered.status, notify(&caller, &all()).await.status), (200, 429));
}

#[tokio::test]
async fn an_unknown_order_is_created_if_the_options_say_so() {
    let mut options = high_limit_options();
    options.unknown_orders = UnknownOrders::Accept;
    let (marketplaces, caller) = start_with(options).await;
    assert_eq!(notify(&caller, &all()).await.json(), saved(&json!([])));
    assert_eq!(notify(&caller, &all()).await.json(), saved(&json!([11, 12])));
    let text = json!([{ "carrier": "ups", "fulfillment_lineitem_id": "FF-1", "tracking": "1Z2" }]);
    assert_eq!(send(&caller, V4, &form_headers(), &fields(&text)).await.json(), saved(&json!([])));
    let groupon = marketplaces.groupon();
    assert_eq!(
        (groupon.numbers("11"), groupon.submissions_of("11").len()),
        (vec!["1Z1".to_owned()], 2)
    );
    assert_eq!(groupon.order("FF-1").unwrap().line_items[0].ci_lineitem_id, 13);
}

#[rstest]
#[case::server_error(Answer::ServerError, 500, "application/json", "Something went wrong")]
#[case::unavailable(Answer::Unavailable, 503, "application/json", "Service unavailable")]
#[case::too_many(Answer::TooManyRequests { retry_after_s: None }, 429, "application/json", "Too many requests")]
#[case::not_json(Answer::NotJson, 200, "text/html; charset=UTF-8", "right back")]
#[case::wrong_json(Answer::WrongJson, 200, "application/json", r#"{"ok":true}"#)]
#[case::already_shipped(
    Answer::AlreadyShipped,
    200,
    "application/json",
    r#""non_open_ids":[11,12]"#
)]
#[case::not_ready(Answer::NotReady, 200, "application/json", "cannot be shipped yet")]
#[case::unauthorized(Answer::Unauthorized, 200, "application/json", "Invalid supplier_id or token")]
#[case::token_expired(
    Answer::TokenExpired,
    200,
    "application/json",
    "Invalid supplier_id or token"
)]
#[case::firewall(Answer::Firewall, 403, "text/html; charset=UTF-8", "Forbidden")]
#[case::custom(Answer::Custom { status: 418, body: json!("tea") }, 418, "text/html; charset=UTF-8", "tea")]
#[tokio::test]
async fn groupon_gives_the_faults_answer_whether_it_applied_or_not(
    #[case] answer: Answer,
    #[case] status: u16,
    #[case] content_type: &str,
    #[case] words: &str,
) {
    for (fault, is_saved) in
        [(Fault::not_applied(answer.clone()), false), (Fault::applied(answer.clone()), true)]
    {
        let (_marketplaces, caller, groupon) = start().await;
        groupon.fault(ORDER, Operation::Submit, fault);
        let answered = notify(&caller, &all()).await;
        assert_eq!(
            (answered.status, answered.header("content-type")),
            (status, Some(content_type))
        );
        assert!(answered.text.contains(words), "{}", answered.text);
        assert_eq!(groupon.numbers(ORDER).len(), usize::from(is_saved));
        assert_eq!(groupon.submissions_of(ORDER)[0].applied, is_saved);
    }
}

#[rstest]
#[case::applied(Fault::apply_and_hang_up(), true)]
#[case::not_applied(Fault::hang_up(), false)]
#[tokio::test]
async fn a_hang_up_is_a_connection_error_whether_it_saved_or_not(
    #[case] fault: Fault,
    #[case] is_saved: bool,
) {
    let (_marketplaces, caller, groupon) = start().await;
    groupon.fault(ORDER, Operation::Submit, fault);
    let fields = fields(&all());
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert!(caller.send(Method::POST, V2, &form_headers(), form(&fields)).await.is_err());
    assert_eq!(groupon.submissions_of(ORDER)[0].answered, Answered::HungUp);
    assert_eq!(groupon.numbers(ORDER).len(), usize::from(is_saved));
    // A fault for one request is gone after it.
    let left = if is_saved { json!([11, 12]) } else { json!([]) };
    assert_eq!(notify(&caller, &all()).await.json(), saved(&left));
}

#[tokio::test]
async fn too_many_requests_may_say_how_long_to_wait() {
    let (_marketplaces, caller, groupon) = start().await;
    groupon.fault(ORDER, Operation::Submit, Fault::retry_after(7));
    let answered = notify(&caller, &all()).await;
    assert_eq!((answered.status, answered.header("retry-after")), (429, Some("7")));
}

#[tokio::test]
async fn an_order_may_already_have_another_number() {
    let (_marketplaces, caller, groupon) = start().await;
    let fault = Fault::ShippedElsewhere { tracking_number: "FOREIGN".to_owned() };
    groupon.fault(ORDER, Operation::Submit, fault);
    assert_eq!(notify(&caller, &all()).await.json(), saved(&json!([11, 12])));
    assert_eq!(groupon.numbers(ORDER), ["FOREIGN"]);
}

#[tokio::test]
async fn a_fault_is_for_its_order_only() {
    let (_marketplaces, caller, groupon) = start().await;
    groupon.fault("2", Operation::Submit, Fault::not_applied(Answer::ServerError));
    assert_eq!(notify(&caller, &all()).await.status, 200);
    groupon.fault_forever(ORDER, Operation::Submit, Fault::not_applied(Answer::ServerError));
    assert_eq!(notify(&caller, &all()).await.status, 500);
    groupon.clear_faults();
    assert_eq!(notify(&caller, &all()).await.status, 200);
}

#[tokio::test]
async fn the_controls_over_http_add_disturb_and_show_an_order() {
    let (_marketplaces, caller) = caller::start().await;
    let headers: Headers = vec![("content-type", "application/json".to_owned())];
    let admin = async |method: Method, path: &str, body: &Value| {
        let path = format!("/_admin/groupon{path}");
        caller.send(method, &path, &headers, body.to_string()).await.expect("an answer")
    };
    let line =
        json!({ "ci_lineitem_id": 11, "fulfillment_lineitem_id": "79862167", "quantity": 1 });
    let added = json!({ "id": ORDER, "line_items": [line] });
    assert_eq!(admin(Method::POST, "/orders", &added).await.status, 201);
    for bad in [
        json!({ "id": " ", "line_items": [line] }),
        json!({ "id": "2", "line_items": [] }),
        json!({ "id": "2", "line_items": [line] }),
        json!({ "id": "2", "line_items": [line, line] }),
        json!({ "id": "2" }),
    ] {
        assert_eq!(admin(Method::POST, "/orders", &bad).await.status, 400);
    }
    let fault = json!({
        "order": ORDER,
        "operation": "submit",
        "fault": { "kind": "not_applied", "answer": "server_error" },
    });
    assert_eq!(admin(Method::POST, "/faults", &fault).await.status, 204);
    assert_eq!(notify(&caller, &json!([entry(11, 1)])).await.status, 500);
    assert_eq!(notify(&caller, &json!([entry(11, 1)])).await.status, 200);
    let shown = admin(Method::GET, &format!("/orders/{ORDER}"), &Value::Null).await;
    assert_eq!(shown.json()["trackings"][0]["tracking"], "1Z1");
    assert_eq!(shown.json()["submissions"][0]["answered"], json!({ "status": 500 }));
    assert!(!shown.text.contains(&GrouponAccount::named(marketplaces::DEMO_ACCOUNT).token));
    let requests = admin(Method::GET, "/requests", &Value::Null).await.json();
    assert_eq!(requests, json!({ "submit": 2 }));
}
