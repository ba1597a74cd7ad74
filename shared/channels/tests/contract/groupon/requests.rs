//! Groupon's requests, in both versions of its API.

use super::given::{groupon, groupon_submission};
use crate::amazon::given::amazon;
use crate::given::{NOW, answer, at, item, json_answer, near, shown, text};
use channels::GrouponApi::{self, V2, V4};
use channels::{Answer, Groupon, GrouponCredentials, Marketplace, seal};
use domain::Submission;
use http::Request;
use insta::assert_snapshot;
use rstest::rstest;
use serde_json::{Value, json};

fn credentials() -> GrouponCredentials {
    serde_json::from_value(json!({ "token": " s3cret&+/ =%é " })).unwrap()
}

fn confirm(version: GrouponApi, submission: &Submission) -> Request<Vec<u8>> {
    Groupon::confirm(at(&groupon(version)), submission, None).unwrap()
}

fn refused(version: GrouponApi, submission: &Submission) -> String {
    Groupon::confirm(at(&groupon(version)), submission, None).unwrap_err().to_string()
}

fn fields(form: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(form).into_owned().collect()
}

fn authorized(mut request: Request<Vec<u8>>) -> Request<Vec<u8>> {
    Groupon::authorize(&mut request, &credentials(), None, NOW).unwrap();
    request
}

/// The request with its form, or its query, a field a line.
fn by_field(request: &Request<Vec<u8>>) -> String {
    let form = if request.method() == "POST" {
        request.body().clone()
    } else {
        request.uri().query().unwrap().as_bytes().to_vec()
    };
    let lines: Vec<String> =
        fields(&form).into_iter().map(|(name, value)| format!("{name} = {value}")).collect();
    format!("{}\n\n{}", shown(request), lines.join("\n"))
}

fn orders(ids: &[&str]) -> Answer {
    let orders: Vec<Value> =
        ids.iter().map(|id| json!({ "orderid": id, "line_items": [] })).collect();
    json_answer(200, &json!({ "success": true, "data": orders, "meta": { "no_of_items": 1 } }))
}

fn asked(answers: &[Answer]) -> Option<String> {
    let pages: Vec<_> = answers.iter().cloned().map(Groupon::page).collect();
    let request = Groupon::read(at(&groupon(V2)), &groupon_submission(), &pages)?;
    let fields = fields(request.uri().query().unwrap().as_bytes());
    let of = |name: &str| fields.iter().find(|(field, _)| field == name).unwrap().1.clone();
    Some(format!("{} to {}, page {}", of("start_datetime"), of("end_datetime"), of("page")))
}

#[rstest]
#[case::v2("lines_are_told_by_number", V2)]
#[case::v4("lines_are_told_by_text", V4)]
fn lines_are_told_their_number(#[case] name: &str, #[case] version: GrouponApi) {
    assert_snapshot!(name, by_field(&confirm(version, &groupon_submission())));
}

#[rstest]
#[case::v2("the_first_page_by_number", V2)]
#[case::v4("the_first_page_by_text", V4)]
fn the_first_page_of_a_day_is_read(#[case] name: &str, #[case] version: GrouponApi) {
    let request = Groupon::read(at(&groupon(version)), &groupon_submission(), &[]).unwrap();
    assert_snapshot!(name, by_field(&request));
}

#[test]
fn the_token_goes_to_the_end_of_a_form() {
    let request = authorized(confirm(V2, &groupon_submission()));
    assert_eq!(fields(request.body()).last().unwrap().1, "s3cret&+/ =%é");
    assert_snapshot!(shown(&request));
}

#[test]
fn the_token_goes_to_the_end_of_a_query() {
    let request = authorized(Groupon::read(at(&groupon(V2)), &groupon_submission(), &[]).unwrap());
    let query = request.uri().query().unwrap().as_bytes();
    assert_eq!(fields(query).last().unwrap().1, "s3cret&+/ =%é");
    assert_snapshot!(shown(&request));
}

#[test]
fn everything_can_be_called_elsewhere() {
    let mut requests = Vec::new();
    for version in [V2, V4] {
        let partner = groupon(version);
        requests.push(Groupon::confirm(near(&partner), &groupon_submission(), None).unwrap());
        requests.push(Groupon::read(near(&partner), &groupon_submission(), &[]).unwrap());
    }
    let uris: Vec<String> = requests.iter().map(|request| request.uri().to_string()).collect();
    assert_snapshot!(uris.join("\n"));
}

#[test]
fn a_line_that_is_listed_twice_is_one_entry() {
    let items = vec![item("1", 1), item("2", 1), item("1", 2)];
    let request = confirm(V2, &Submission { items, ..groupon_submission() });
    let entries: Value = serde_json::from_str(&fields(request.body())[1].1).unwrap();
    let entries: Vec<(u64, u64)> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (entry["ci_lineitem_id"].as_u64().unwrap(), entry["quantity"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(entries, [(1, 3), (2, 1)]);
}

#[test]
fn a_repeat_is_the_same_to_the_byte() {
    let (first, second) = (confirm(V2, &groupon_submission()), confirm(V2, &groupon_submission()));
    assert_eq!(first.body(), second.body());
    assert_eq!(seal(&first), seal(&second));
    assert_ne!(seal(&first), seal(&confirm(V4, &groupon_submission())));
}

#[test]
fn days_are_gone_through_backwards_page_by_page() {
    let mut answers = Vec::new();
    let mut all = Vec::new();
    for (day, pages) in [2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0].into_iter().enumerate() {
        for page in 0..pages {
            all.push(asked(&answers).unwrap());
            answers.push(orders(&[&format!("{day}-{page}")]));
        }
        all.push(asked(&answers).unwrap());
        answers.push(orders(&[]));
    }
    assert_eq!(asked(&answers), None);
    assert_snapshot!(all.join("\n"));
}

#[test]
fn a_day_that_says_how_many_pages_it_has_is_asked_no_more() {
    let page = |pages: Value| {
        json_answer(
            200,
            &json!({ "success": true, "data": [{ "orderid": "1" }], "meta": { "no_of_pages": pages } }),
        )
    };
    let second_page = Some("11/23/2026 03:04 to 11/24/2026 03:04, page 2".to_owned());
    let day_before = Some("11/22/2026 03:04 to 11/23/2026 03:04, page 1".to_owned());
    assert_eq!(asked(&[page(json!(2))]), second_page);
    assert_eq!(asked(&[page(json!(1))]), day_before);
    assert_eq!(asked(&[page(json!("1"))]), day_before);
    assert_eq!(asked(&[page(json!(2)), page(json!(2))]), day_before);
    assert_eq!(asked(&[page(json!("many"))]), second_page);
}

#[test]
fn pages_without_end_are_asked_forty_times() {
    let answers = vec![orders(&["1"]); 40];
    assert!(asked(&answers[..39]).unwrap().ends_with("page 40"));
    assert_eq!(asked(&answers), None);
}

#[rstest]
#[case::one_of_our_lines(
    json_answer(200, &json!({"success": true, "data": [
        {"orderid": "11561881-ABC", "line_items": [{"ci_lineitemid": 54_553_919}]}
    ]})),
    true
)]
#[case::an_error(json_answer(200, &json!({"success": false, "reason": "no"})), true)]
#[case::not_a_page(json_answer(200, &json!({"success": true})), true)]
#[case::unavailable(answer(503, ""), true)]
#[case::our_line_of_another_order(
    json_answer(200, &json!({"success": true, "data": [
        {"orderid": "2", "line_items": [{"ci_lineitemid": 54_553_919}]}
    ]})),
    false
)]
#[case::another_line_of_our_order(
    json_answer(200, &json!({"success": true, "data": [
        {"orderid": "11561881-ABC", "line_items": [{"ci_lineitemid": 1}]}
    ]})),
    false
)]
fn the_search_ends_with(#[case] answer: Answer, #[case] ends: bool) {
    assert_eq!(asked(&[orders(&[]), answer]).is_none(), ends);
}

#[rstest]
#[case::a_text("FF-1")]
#[case::leading_zeros("007")]
#[case::too_large("18446744073709551616")]
fn a_line_that_is_no_number_is_refused_by_name_in_v2(#[case] id: &str) {
    let submission = Submission { items: vec![item(id, 1)], ..groupon_submission() };
    assert_eq!(
        refused(V2, &submission),
        format!("item_id: `{id}` is not a ci_lineitem_id; allowed: a number")
    );
    assert!(Groupon::confirm(at(&groupon(V4)), &submission, None).is_ok());
}

#[test]
fn what_cannot_be_built_says_why() {
    let without_items = Submission { items: Vec::new(), ..groupon_submission() };
    let unlisted = Submission { carrier: text("Amazon Logistics"), ..groupon_submission() };
    let partner = amazon();
    let elsewhere = Groupon::confirm(at(&partner), &groupon_submission(), None).unwrap_err();
    assert!(Groupon::read(at(&partner), &groupon_submission(), &[]).is_none());
    assert_snapshot!(
        [refused(V2, &without_items), refused(V4, &unlisted), elsewhere.to_string()].join("\n")
    );
}

#[test]
fn groupon_has_no_references_imeis_or_tokens_of_its_own() {
    let partner = groupon(V2);
    let imei = crate::given::device(crate::given::IMEI);
    assert!(Groupon::reference(&crate::given::key(), &groupon_submission()).is_none());
    assert!(Groupon::register_device(at(&partner), &crate::given::line("1"), &imei).is_none());
    assert!(Groupon::token_request(at(&partner), &credentials()).is_none());
    assert!(!Groupon::is_deduped(at(&partner)));
}
