//! What Back Market shows of an order beside its number.

use super::given::back_market_submission;
use crate::given::{answer, json_answer};
use channels::{BackMarket, Marketplace};
use domain::{OrderShown, Reading};
use rstest::rstest;
use serde_json::{Value, json};

fn order(dispatch: &Value, market: &Value, states: &[u8]) -> Value {
    let lines: Vec<Value> =
        states.iter().enumerate().map(|(id, state)| json!({ "id": id, "state": state })).collect();
    json!({ "order_id": 65443, "state": 3, "expected_dispatch_date": dispatch, "country_code": market,
            "orderlines": lines })
}

fn shown(body: &Value) -> OrderShown {
    BackMarket::shown(&[json_answer(200, body)], &back_market_submission())
}

/// 09:35:24 by the clock of the market, or by UTC where that is earlier.
#[rstest]
#[case::with_an_offset("2026-04-29T09:35:24+02:00", json!("en-us"), "2026-04-29T07:35:24Z")]
#[case::in_utc("2026-04-29T09:35:24.123456Z", json!("ja-jp"), "2026-04-29T09:35:24.123Z")]
#[case::france("2026-04-29T09:35:24", json!("fr-fr"), "2026-04-29T07:35:24Z")]
#[case::greece("2026-04-29T09:35:24", json!("el-gr"), "2026-04-29T06:35:24Z")]
#[case::the_united_states("2026-04-29T09:35:24", json!("en-us"), "2026-04-29T09:35:24Z")]
#[case::japan("2026-04-29T09:35:24", json!("ja-jp"), "2026-04-29T00:35:24Z")]
#[case::a_market_nobody_listed("2026-04-29T09:35:24", json!("xx-xx"), "2026-04-28T22:35:24Z")]
#[case::no_market("2026-04-29T09:35:24", json!(null), "2026-04-28T22:35:24Z")]
#[case::a_day("2026-04-29", json!("en-us"), "2026-04-29T00:00:00Z")]
fn s7_a_ship_by_without_an_offset_is_read_so_that_nothing_is_late(
    #[case] told: &str,
    #[case] market: Value,
    #[case] ship_by: &str,
) {
    let ship_by = Some(ship_by.parse().unwrap());
    let shown = shown(&order(&json!(told), &market, &[2]));
    assert_eq!(shown, OrderShown { ship_by, ..OrderShown::default() });
}

#[rstest]
#[case::accepted(&[2], false)]
#[case::cancelled(&[4], true)]
#[case::refunded_before_it_shipped(&[5, 4], true)]
#[case::one_of_two(&[4, 2], false)]
#[case::refunded_after_it_shipped(&[6], false)]
#[case::not_paid(&[7], false)]
#[case::on_hold(&[9], false)]
#[case::no_lines(&[], false)]
fn s7_an_order_is_cancelled_where_none_of_its_lines_is_to_ship(
    #[case] states: &[u8],
    #[case] is_cancelled: bool,
) {
    let shown = shown(&order(&json!(null), &json!("fr-fr"), states));
    assert_eq!(shown, OrderShown { is_cancelled, ..OrderShown::default() });
}

#[rstest]
#[case::words(json!("soon"))]
#[case::a_number(json!(7))]
#[case::no_day_of_the_calendar(json!("2026-02-30T09:35:24"))]
#[case::before_all_time(json!("-009999-01-01T00:00:00"))]
fn what_is_malformed_is_not_shown_and_costs_no_reading(#[case] dispatch: Value) {
    let order = order(&dispatch, &json!(7), &[2]);
    assert!(shown(&order).ship_by.is_none_or(|by| by.as_millis().is_negative()));
    let reading = BackMarket::found(&[json_answer(200, &order)], &back_market_submission());
    assert_eq!(reading, Reading::Absent);
}

#[test]
fn an_order_of_another_number_shows_nothing() {
    let mut order = order(&json!("2026-04-29T09:35:24Z"), &json!("fr-fr"), &[4]);
    for id in [json!(1), json!("65443"), json!(null)] {
        order["order_id"] = id;
        assert_eq!(shown(&order), OrderShown::default());
    }
}

#[test]
fn what_is_no_order_shows_nothing() {
    let submission = back_market_submission();
    let refusal = answer(404, order(&json!(null), &json!("fr-fr"), &[4]).to_string());
    for answers in [vec![refusal], vec![answer(200, "<html></html>")], Vec::new()] {
        assert_eq!(BackMarket::shown(&answers, &submission), OrderShown::default());
    }
}
