//! What Wish shows of an order beside its numbers.

use super::given::{WISH_ORDER, wish_submission};
use crate::given::{answer, json_answer};
use channels::{Marketplace, Wish};
use domain::{OrderShown, Reading};
use rstest::rstest;
use serde_json::{Value, json};

fn order(state: &str, requirements: &Value) -> Value {
    json!({ "id": WISH_ORDER, "state": state, "fulfillment_requirements": requirements })
}

fn due(ship_by: &Value) -> Value {
    json!({ "is_requires_delivery_confirmation": false, "expected_ship_time": ship_by })
}

fn shown(data: &Value) -> OrderShown {
    let body = json!({ "message": "", "code": 0, "data": data });
    Wish::shown(&[json_answer(200, &body)], &wish_submission())
}

#[test]
fn s7_the_ship_by_is_when_wish_refunds() {
    let ship_by = Some("2026-11-25T00:00:00Z".parse().unwrap());
    let shown = shown(&order("APPROVED", &due(&json!("2026-11-25T00:00:00.000+00:00"))));
    assert_eq!(shown, OrderShown { ship_by, ..OrderShown::default() });
}

#[rstest]
#[case::refunded("REFUNDED", true)]
#[case::to_be_shipped("APPROVED", false)]
#[case::declined("DECLINED", false)]
#[case::under_review("REQUIRE_REVIEW", false)]
#[case::shipped("SHIPPED", false)]
fn s7_a_refunded_order_is_cancelled(#[case] state: &str, #[case] is_cancelled: bool) {
    let shown = shown(&order(state, &json!(null)));
    assert_eq!(shown, OrderShown { is_cancelled, ..OrderShown::default() });
}

#[rstest]
#[case::words(due(&json!("soon")))]
#[case::a_number(due(&json!(7)))]
#[case::no_offset(due(&json!("2026-11-25T00:00:00")))]
#[case::a_list(json!([]))]
#[case::none(json!(null))]
fn what_is_malformed_is_not_shown_and_costs_no_reading(#[case] requirements: Value) {
    let order = order("APPROVED", &requirements);
    assert_eq!(shown(&order), OrderShown::default());
    let body = json!({ "message": "", "code": 0, "data": order });
    let reading = Wish::found(&[json_answer(200, &body)], &wish_submission());
    assert_eq!(reading, Reading::Absent);
}

#[test]
fn an_order_of_another_number_shows_nothing() {
    let mut order = order("REFUNDED", &due(&json!("2026-11-25T00:00:00Z")));
    order["id"] = json!("5f0000000000000000009999");
    assert_eq!(shown(&order), OrderShown::default());
}

#[test]
fn what_is_no_success_shows_nothing() {
    let refusal = json!({ "message": "no", "code": 1001, "data": order("REFUNDED", &json!(null)) });
    for answers in
        [vec![json_answer(200, &refusal)], vec![answer(200, "<html></html>")], Vec::new()]
    {
        assert_eq!(Wish::shown(&answers, &wish_submission()), OrderShown::default());
    }
}
