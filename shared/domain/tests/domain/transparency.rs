//! Rule L13: Transparency codes, and where a parcel ships from.

use crate::build::*;
use crate::contracts;
use crate::steps;
use domain::{BusEvent, Channel, Fact, Outcome, TransparencyCode, What, submission};
use rstest::rstest;
use serde_json::json;

const CODE: &str = "AZ:2S9XQ7KD41B0M6TRW8PJFHYZ3N";

#[rstest]
#[case::of_a_logo_with_t("AZ:2S9XQ7KD41B0M6TRW8PJFHYZ3N", "***********YZ3N")]
#[case::an_sgtin("01006141411234562110AB12CD34EF56GH78JK", "***********78JK")]
#[case::a_serial_number("SN1234567", "***********4567")]
#[case::a_short_one("SN12345", "***********")]
#[case::of_a_qr_code("https://transparency.example/c?id=9&n=8", "***********&n=8")]
#[case::of_a_scanner("SN1234567\r\n", "***********4567")]
#[case::of_a_sheet("\u{feff}SN1234567 ", "***********4567")]
fn l13_a_code_is_masked(#[case] text: impl Into<String>, #[case] masked: &str) {
    let code = TransparencyCode::try_from(text.into()).unwrap();
    assert_eq!(code.masked(), masked);
    assert_eq!(format!("{code:?}"), format!("{masked:?}"));
}

#[rstest]
#[case::nothing("", "is empty")]
#[case::blanks("  ", "is empty")]
#[case::a_blank_inside("AZ 123", "has a blank or a character that cannot be seen in it")]
#[case::two_lines("SN1234567\nSN1234568", "has a blank or a character that cannot be seen in it")]
#[case::too_long("x".repeat(201), "has 201 characters")]
fn l13_what_is_no_code(#[case] text: impl Into<String>, #[case] problem: &str) {
    let error = TransparencyCode::try_from(text.into()).unwrap_err();
    assert_eq!(error.to_string(), problem);
}

/// At most one code for each piece, and none of them in a refusal.
#[rstest]
#[case::one(1, json!([CODE]), None)]
#[case::fewer_than_pieces(2, json!([CODE]), None)]
#[case::none(1, json!([]), None)]
#[case::scanned_twice(1, json!([CODE, CODE]), None)]
#[case::more_than_pieces(1, json!([CODE, "SN1234567"]), Some("items[0].transparency_codes: has 2 codes for 1 pieces"))]
#[case::no_list(1, json!(CODE), Some("items[0].transparency_codes: is not a list of texts"))]
#[case::a_number(1, json!([123_456_789]), Some("items[0].transparency_codes[0]: is not a text"))]
#[case::a_blank(1, json!(["AZ 2S9XQ7KD41B0M6TRW8"]), Some("items[0].transparency_codes[0]: has a blank"))]
fn l13_the_border(
    #[case] pieces: u32,
    #[case] codes: serde_json::Value,
    #[case] problem: Option<&str>,
) {
    let label = contracts::with(contracts::label(), "/items/0/quantity", json!(pieces));
    let label = contracts::with(label, "/items/0/transparency_codes", codes);
    let parsed = BusEvent::parse(&contracts::event("LabelCreated", &label), at(3_600));
    let fault = parsed.map(drop).map_err(|fault| fault.to_string());
    match problem {
        None => assert_eq!(fault, Ok(())),
        Some(problem) => {
            let fault = fault.unwrap_err();
            assert!(fault.contains(problem), "{fault}");
            assert!(!fault.contains("2S9X") && !fault.contains("SN12"), "{fault}");
        }
    }
}

#[rstest]
fn l13_an_event_shows_no_code() {
    let label = contracts::with(contracts::label(), "/items/0/transparency_codes", json!([CODE]));
    let event = BusEvent::parse(&contracts::event("LabelCreated", &label), at(3_600)).unwrap();
    assert!(!format!("{event:?}").contains("2S9XQ7KD"), "{event:?}");
    let Fact::LabelCreated(label) = event.fact else { panic!("a label") };
    assert_eq!(label.items[0].transparency_codes.first().unwrap().as_str(), CODE);
}

fn with_code() -> Made {
    let mut label = assigned("A").with_codes(&[CODE]);
    label.event.supply_source_id = Some("057d3fcc".parse().unwrap());
    label
}

#[rstest]
#[case::amazon(Channel::Amazon, true)]
#[case::ebay(Channel::Ebay, false)]
#[case::wish(Channel::Wish, false)]
#[case::back_market(Channel::BackMarket, false)]
#[case::groupon(Channel::Groupon, false)]
#[case::until_gone(Channel::UntilGone, false)]
fn l13_who_takes_them(#[case] channel: Channel, #[case] takes_them: bool) {
    let scene = play(channel, steps![0 => with_code()]);
    let submitted = submission(&scene.order, &"1".parse().unwrap(), at(0)).unwrap();
    assert_eq!(submitted.items[0].transparency_codes.len(), usize::from(takes_them));
    assert_eq!(submitted.supply_source_id.is_some(), takes_them);
    let left_out = scene.order.timeline.iter().filter(|change| change.what == What::LeftOut);
    let notes: Vec<String> =
        left_out.filter_map(|change| Some(change.note.as_ref()?.to_string())).collect();
    let shown = channel.shown();
    let expected = [
        format!("detail.items[0].transparency_codes: {shown} takes none"),
        format!("detail.supply_source_id: {shown} takes none"),
    ];
    assert_eq!(notes, if takes_them { Vec::new() } else { expected.to_vec() });
}

/// What a channel says of a code is masked before it is kept, also where its words were cut.
#[rstest]
#[case::whole(format!("Transparency code {CODE} is not valid"), "Transparency code ***********YZ3N is not valid")]
#[case::cut(format!("{} {}", "x".repeat(180), CODE), "xx ***********")]
fn l13_what_a_channel_says(#[case] words: String, #[case] kept: &str) {
    let outcome = Outcome::Refused { code: text("InvalidInput"), message: text(&words) };
    let scene =
        play(Channel::Amazon, steps![0 => with_code(), 0 => claim("1"), 1 => ended(outcome)]);
    let order = format!("{:?} {}", scene.order, domain::order_view(&scene.order, 1));
    assert!(order.contains(kept), "{order}");
    assert!(!order.contains("2S9X"), "{order}");
}
