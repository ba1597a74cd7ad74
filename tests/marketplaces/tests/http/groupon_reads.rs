//! Reads of Groupon's orders by their dates.

use axum::http::Method;
use marketplaces::{
    Answer, Fault, Groupon, GrouponAccount, GrouponOrder, Marketplaces, Operation, Shop as _,
    Target, set_clock,
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::caller::{Caller, HttpAnswer, form, high_limit_options, start_with};
use crate::groupon::{ORDER, notify, order};

const DAY: (&str, &str) = ("11/23/2026 00:00", "11/24/2026 00:00");

/// Starts marketplaces with an order that was bought on 2026-11-23 at 15:00:30, and with two orders on a page.
async fn start() -> (Marketplaces, Caller, Groupon) {
    let mut options = high_limit_options();
    options.groupon.page_size = 2;
    let (marketplaces, caller) = start_with(options).await;
    set_clock("2026-11-23T15:00:30Z".parse().expect("a moment"));
    let groupon = marketplaces.groupon();
    groupon.add_order(order());
    (marketplaces, caller, groupon)
}

async fn get(caller: &Caller, parameters: &[(&str, &str)]) -> HttpAnswer {
    let path = format!("/groupon/api/v2/get_orders?{}", form(parameters));
    caller.send(Method::GET, &path, &Vec::new(), "").await.expect("an answer")
}

async fn read(caller: &Caller, (start, end): (&str, &str), page: &str) -> Value {
    let account = GrouponAccount::named(marketplaces::DEMO_ACCOUNT);
    let parameters = [
        ("supplier_id", account.supplier_id.as_str()),
        ("token", account.token.as_str()),
        ("start_datetime", start),
        ("end_datetime", end),
        ("page", page),
    ];
    get(caller, &parameters).await.json()
}

fn names(page: &Value) -> Vec<&str> {
    let orders = page["data"].as_array().expect("a page of orders");
    orders.iter().filter_map(|order| order["orderid"].as_str()).collect()
}

fn statuses(page: &Value) -> Vec<&str> {
    let lines = page["data"][0]["line_items"].as_array().expect("an order with lines");
    lines.iter().filter_map(|line| line["status"].as_str()).collect()
}

#[tokio::test]
async fn an_order_is_shown_with_its_lines_and_never_with_a_number() {
    let (_marketplaces, caller, groupon) = start().await;
    let page = read(&caller, DAY, "1").await;
    assert_eq!((&page["success"], names(&page)), (&json!(true), vec![ORDER]));
    assert_eq!(page["meta"], json!({ "no_of_items": 1, "no_of_pages": 1 }));
    let shown = &page["data"][0];
    assert_eq!(shown["date"], "11/23/2026 03:00PM UTC");
    let line = &shown["line_items"][1];
    assert_eq!((&line["ci_lineitemid"], &line["quantity"]), (&json!(12), &json!(2)));
    assert_eq!(line["fulfillment_lineitem_id"], "12");
    assert_eq!(statuses(&page), ["open", "open"]);

    let one = |line: u64| json!([{ "carrier": "ups", "ci_lineitem_id": line, "tracking": "1Z1", "quantity": 1 }]);
    notify(&caller, &one(11)).await;
    notify(&caller, &one(12)).await;
    let page = read(&caller, DAY, "1").await;
    assert_eq!(statuses(&page), ["shipped", "open"]);
    assert!(!page.to_string().contains("1Z1"));
    notify(&caller, &one(12)).await;
    assert_eq!(statuses(&read(&caller, DAY, "1").await), ["shipped", "shipped"]);
    assert_eq!(groupon.counts(), json!({ "submit": 3, "read_back": 3 }));
}

#[rstest]
#[case::ends_before("11/22/2026 15:00", "11/23/2026 15:00", false)]
#[case::ends_after("11/22/2026 15:01", "11/23/2026 15:01", true)]
#[case::begins_before("11/23/2026 15:00", "11/24/2026 15:00", true)]
#[case::begins_after("11/23/2026 15:01", "11/24/2026 15:01", false)]
#[case::a_minute("11/23/2026 15:00", "11/23/2026 15:01", true)]
#[tokio::test]
async fn an_order_is_shown_in_the_window_of_its_date(
    #[case] start_datetime: &str,
    #[case] end_datetime: &str,
    #[case] is_shown: bool,
) {
    let (_marketplaces, caller, _groupon) = start().await;
    let page = read(&caller, (start_datetime, end_datetime), "1").await;
    assert_eq!(names(&page).len(), usize::from(is_shown));
}

#[rstest]
#[case::a_minute_too_long("11/23/2026 00:00", "11/24/2026 00:01", "1", "within 24 hours")]
#[case::no_time_at_all("11/23/2026 00:00", "11/23/2026 00:00", "1", "within 24 hours")]
#[case::backwards("11/24/2026 00:00", "11/23/2026 00:00", "1", "within 24 hours")]
#[case::day_before_month("23/11/2026 00:00", "11/24/2026 00:00", "1", "MM/DD/YYYY HH:MM")]
#[case::an_iso_date("2026-11-23T00:00:00Z", "11/24/2026 00:00", "1", "MM/DD/YYYY HH:MM")]
#[case::with_seconds("11/23/2026 00:00:00", "11/24/2026 00:00", "1", "MM/DD/YYYY HH:MM")]
#[case::without_zeros("11/23/2026 00:00", "11/24/2026 0:00", "1", "MM/DD/YYYY HH:MM")]
#[case::no_such_day("02/30/2026 00:00", "03/01/2026 00:00", "1", "MM/DD/YYYY HH:MM")]
#[case::page_zero("11/23/2026 00:00", "11/24/2026 00:00", "0", "page must be")]
#[case::a_page_in_words("11/23/2026 00:00", "11/24/2026 00:00", "one", "page must be")]
#[tokio::test]
async fn a_malformed_window_or_page_is_refused(
    #[case] start_datetime: &str,
    #[case] end_datetime: &str,
    #[case] page: &str,
    #[case] words: &str,
) {
    let (_marketplaces, caller, _groupon) = start().await;
    let refused = read(&caller, (start_datetime, end_datetime), page).await;
    assert_eq!(refused["success"], false);
    assert!(refused["reason"].as_str().unwrap().contains(words), "{refused}");
}

#[rstest]
#[case::no_token("token", None, "token is missing")]
#[case::another_token("token", Some("x"), "Invalid supplier_id or token")]
#[case::another_supplier("supplier_id", Some("2"), "Invalid supplier_id or token")]
#[case::no_start("start_datetime", None, "start_datetime is missing")]
#[case::no_end("end_datetime", None, "end_datetime is missing")]
#[case::a_parameter_nobody_knows("orderid", Some(ORDER), "orderid is not a parameter")]
#[tokio::test]
async fn a_parameter_that_is_missing_or_wrong_is_refused(
    #[case] name: &str,
    #[case] value: Option<&str>,
    #[case] words: &str,
) {
    let (_marketplaces, caller, _groupon) = start().await;
    let account = GrouponAccount::named(marketplaces::DEMO_ACCOUNT);
    let mut parameters = vec![
        ("supplier_id", account.supplier_id.as_str()),
        ("token", account.token.as_str()),
        ("start_datetime", DAY.0),
        ("end_datetime", DAY.1),
    ];
    assert_eq!(get(&caller, &parameters).await.json()["success"], true);
    parameters.retain(|(known, _)| *known != name);
    parameters.extend(value.map(|value| (name, value)));
    let answered = get(&caller, &parameters).await;
    assert_eq!((answered.status, &answered.json()["success"]), (200, &json!(false)));
    assert!(answered.text.contains(words), "{}", answered.text);
}

#[tokio::test]
async fn orders_come_in_pages_until_there_are_no_more() {
    let (_marketplaces, caller, groupon) = start().await;
    for (id, line) in [("A", 21), ("B", 31)] {
        groupon.add_order(GrouponOrder::new(id, &[(line, 1)]));
    }
    let mut pages = Vec::new();
    for page in ["1", "2", "3"] {
        pages.push(read(&caller, DAY, page).await);
    }
    assert_eq!(pages.iter().map(|page| names(page).len()).collect::<Vec<usize>>(), [2, 1, 0]);
    assert!(pages.iter().all(|page| page["meta"]["no_of_pages"] == 2));
}

#[tokio::test]
async fn an_exported_order_is_not_shown_but_still_accepts_a_notification() {
    let (_marketplaces, caller, groupon) = start().await;
    groupon.export(ORDER);
    assert_eq!(names(&read(&caller, DAY, "1").await), [""; 0]);
    let info = json!([{ "carrier": "ups", "ci_lineitem_id": 11, "tracking": "1Z1" }]);
    assert_eq!(notify(&caller, &info).await.json()["success"], true);
    assert_eq!(groupon.numbers(ORDER), ["1Z1"]);
}

#[tokio::test]
async fn a_fault_of_a_read_matches_the_orders_of_the_window() {
    let (_marketplaces, caller, groupon) = start().await;
    let error = || Fault::not_applied(Answer::ServerError);
    groupon.fault(ORDER, Operation::ReadBack, error());
    let before = ("11/22/2026 00:00", "11/23/2026 00:00");
    assert_eq!(read(&caller, before, "1").await["success"], true);
    assert_eq!(read(&caller, DAY, "1").await["success"], false);
    assert_eq!(read(&caller, DAY, "1").await["success"], true);
    groupon.fault(Target::Any, Operation::ReadBack, error());
    assert_eq!(read(&caller, before, "1").await["success"], false);
    let fault = Fault::not_applied(Answer::AlreadyShipped);
    groupon.fault(ORDER, Operation::ReadBack, fault);
    assert_eq!(names(&read(&caller, DAY, "1").await), [""; 0]);
}

#[tokio::test]
async fn an_unknown_path_is_refused() {
    let (_marketplaces, caller, _groupon) = start().await;
    let answered = caller.send(Method::GET, "/groupon/api/v3/get_orders", &Vec::new(), "").await;
    assert_eq!(answered.unwrap().status, 404);
}
