//! What Groupon shows of our lines, case by case. It never says by which number one shipped.

use super::given::{groupon, groupon_submission};
use crate::given::{answer, item, json_answer, text, with};
use channels::GrouponApi;
use channels::{Answer, Groupon, GrouponPage, Marketplace};
use domain::{Reading, Submission};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

const ORDER: &str = "11561881-ABC";

fn pages(answers: &[Answer]) -> Vec<GrouponPage> {
    answers.iter().cloned().map(Groupon::page).collect()
}

/// Lines 54553918, one of it, and 54553919, two of it.
fn found(answers: &[Answer]) -> Reading {
    Groupon::found(&pages(answers), &groupon_submission())
}

fn page(orders: &[Value]) -> Answer {
    let meta = json!({ "no_of_items": orders.len() });
    json_answer(200, &json!({ "success": true, "data": orders, "meta": meta }))
}

fn order(orderid: &Value, lines: &[Value]) -> Value {
    json!({
        "orderid": orderid,
        "date": "11/23/2026 08:00AM UTC",
        "customer": { "name": "Jane Doe" },
        "line_items": lines,
    })
}

fn line(id: u64, status: &str, quantity: u32) -> Value {
    json!({
        "ci_lineitemid": id,
        "fulfillment_lineitem_id": "79862167",
        "status": status,
        "quantity": quantity,
    })
}

fn v4_line(id: &str, status: &str, quantity: u32) -> Value {
    json!({
        "ci_lineitemid": 146_599_167,
        "fulfillment_lineitem_id": id,
        "status": status,
        "quantity": quantity,
    })
}

fn ours(lines: &[Value]) -> Vec<Answer> {
    vec![page(&[order(&json!(ORDER), lines)])]
}

fn untold(words: &str) -> Reading {
    Reading::Unclear(text(words))
}

const SHIPPED: &str = "line 54553919 is not open any more: shipped or cancelled; Groupon does not say by which number";

#[rstest]
#[case::all_open(&[line(54_553_918, "open", 1), line(54_553_919, "open", 2)], Reading::Absent)]
#[case::in_another_case(&[line(54_553_918, "Open", 1), line(54_553_919, " OPEN ", 2)], Reading::Absent)]
#[case::by_the_other_version(&[v4_line("54553918", "open", 1), v4_line("54553919", "open", 2)], Reading::Absent)]
#[case::beside_a_shipped_one(
    &[line(54_553_918, "open", 1), line(54_553_919, "open", 2), line(3, "shipped", 1)],
    Reading::Absent
)]
#[case::more_than_was_ordered(&[line(54_553_918, "open", 1), line(54_553_919, "open", 1)], Reading::Absent)]
#[case::one_shipped(&[line(54_553_918, "open", 1), line(54_553_919, "shipped", 2)], untold(SHIPPED))]
#[case::one_cancelled_in_text(&[v4_line("54553918", "open", 1), v4_line("54553919", "cancelled", 2)], untold(SHIPPED))]
#[case::a_status_of_no_name(&[line(54_553_918, "open", 1), line(54_553_919, "", 2)], untold(SHIPPED))]
#[case::all_shipped(
    &[line(54_553_918, "exported", 1), line(54_553_919, "exported", 2)],
    untold("line 54553918 is not open any more: shipped or cancelled; Groupon does not say by which number")
)]
#[case::twice_and_once_shipped(
    &[line(54_553_918, "open", 1), line(54_553_919, "open", 2), line(54_553_919, "shipped", 2)],
    untold(SHIPPED)
)]
#[case::one_not_shown(
    &[line(54_553_918, "open", 1)],
    untold("line 54553919 is not shown with the order's others, so nobody can say whether it shipped")
)]
#[case::another_parcel_of_the_line(
    &[line(54_553_918, "open", 1), line(54_553_919, "open", 3)],
    untold("line 54553919 is open, but may stay so while it ships in several packages")
)]
#[case::no_quantity(
    &[json!({"ci_lineitemid": 54_553_918, "status": "open"}), line(54_553_919, "open", 2)],
    untold("line 54553918 is open, but may stay so while it ships in several packages")
)]
#[case::quantities_in_texts(
    &[
        json!({"ci_lineitemid": "54553918", "status": "open", "quantity": "1"}),
        json!({"fulfillment_lineitem_id": 54_553_919, "status": "open", "quantity": "2"})
    ],
    Reading::Absent
)]
fn groupon_shows(#[case] lines: &[Value], #[case] reading: Reading) {
    assert_eq!(found(&ours(lines)), reading);
}

#[test]
fn a_line_that_is_listed_twice_ships_all_of_it() {
    let items = vec![item("7", 1), item("7", 1)];
    let submission = Submission { items, ..groupon_submission() };
    assert_eq!(Groupon::found(&pages(&ours(&[line(7, "open", 2)])), &submission), Reading::Absent);
}

#[test]
fn an_order_that_does_not_say_its_number_is_known_by_its_lines() {
    let lines = [line(54_553_918, "open", 1), line(54_553_919, "open", 2)];
    assert_eq!(found(&[page(&[order(&Value::Null, &lines)])]), Reading::Absent);
}

#[test]
fn our_lines_are_found_on_any_page() {
    let other = page(&[order(&json!("1"), &[line(54_553_918, "shipped", 1)])]);
    let lines = [line(54_553_918, "open", 1), line(54_553_919, "open", 2)];
    let answers = [other.clone(), page(&[]), other, ours(&lines).remove(0)];
    assert_eq!(found(&answers), Reading::Absent);
}

/// Answers until nothing more is asked.
fn all_asked(answer: &Answer) -> Vec<Answer> {
    let partner = groupon(GrouponApi::V2);
    let mut answers = Vec::new();
    let mut pages = Vec::new();
    while Groupon::read(crate::given::at(&partner), &groupon_submission(), &pages).is_some() {
        answers.push(answer.clone());
        pages.push(Groupon::page(answer.clone()));
    }
    answers
}

#[rstest]
#[case::no_orders(
    page(&[]), 12,
    "not among the orders of 12 days up to its ship date; Groupon is said to hide orders that were exported"
)]
#[case::pages_without_end(
    page(&[order(&json!("1"), &[line(54_553_918, "open", 1)])]), 40,
    "not among the orders of the first 40 pages before its ship date; Groupon is said to hide orders that were exported"
)]
#[case::our_order_without_our_lines(
    page(&[order(&json!(ORDER), &[line(1, "open", 1)])]), 40,
    "not among the orders of the first 40 pages before its ship date; Groupon is said to hide orders that were exported"
)]
fn an_order_that_is_not_shown_may_have_shipped(
    #[case] answer: Answer,
    #[case] questions: usize,
    #[case] words: &str,
) {
    let answers = all_asked(&answer);
    assert_eq!(answers.len(), questions);
    assert_eq!(found(&answers), untold(words));
}

#[rstest]
#[case::no_answers(&[], "the channel was not asked")]
#[case::not_all_asked(&[page(&[])], "200: the channel was not asked everything")]
#[case::one_day_short(&vec![page(&[]); 6], "200: the channel was not asked everything")]
#[case::no_status(
    &ours(&[json!({"ci_lineitemid": 54_553_918}), line(54_553_919, "shipped", 2)]),
    "200: a line does not say whether it is open"
)]
#[case::a_reason(
    &[json_answer(200, &json!({"success": false, "reason": "Invalid date range"}))],
    "200: Invalid date range"
)]
#[case::an_error_at_the_end(&[page(&[]), answer(503, "")], "503: Service Unavailable")]
#[case::no_data(&[json_answer(200, &json!({"success": true}))], "200: the answer is not a list of orders")]
#[case::data_of_another_kind(
    &[json_answer(200, &json!({"success": true, "data": {"orders": []}}))],
    "200: the answer is not a list of orders"
)]
#[case::orders_of_another_kind(
    &[json_answer(200, &json!({"success": true, "data": ["Jane Doe"]}))],
    "200: the answer is not a list of orders"
)]
#[case::a_page(
    &[answer(200, "<html>we are sorry</html>")],
    "200: the answer is neither a success nor a reason"
)]
#[case::moved(&[answer(302, "")], "302: Found")]
#[case::a_firewall(
    &[answer(403, "<html><head><title>403 Forbidden</title></head></html>")],
    "403: 403 Forbidden"
)]
fn what_cannot_be_read_proves_nothing(#[case] answers: &[Answer], #[case] reason: &str) {
    let Reading::Unreadable(why) = found(answers) else { panic!("it was read") };
    assert_eq!((why.reason.as_str(), why.retry_after), (reason, None));
}

#[test]
fn a_read_that_came_too_soon_waits_as_asked() {
    let answers = [page(&[]), with(answer(429, ""), "retry-after", "30")];
    let Reading::Unreadable(why) = found(&answers) else { panic!("it was read") };
    assert_eq!(why.retry_after, Some(SignedDuration::from_secs(30)));
}
