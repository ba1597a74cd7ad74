//! Rule L14: what the rules count of an order is no less than its item has, and little more.

use super::*;
use domain::{
    Claim, Fact, ImeiTerms, ImeiUpdated, Input, MissingImei, Outcome, PartnerNow, Refusal, Seal,
    Target, Text, Timing, TimingNow, step,
};
use rstest::rstest;
use serde_json::json;
use testkit::{at, key, parsed};

const NOW: Moment = testkit::START;

/// As long as a writer's name is: the end of a request id, and a count.
const WRITER: &str = "9b3f60a2c4d1.1";

/// What a label says in place of the usual, by its place among the labels of its order.
type Said = fn(usize) -> serde_json::Value;

fn lines(place: usize) -> serde_json::Value {
    let line = |n: usize| json!({ "item_id": format!("{place:024}{n:024}"), "quantity": 1, "requires_imei": false });
    json!({ "package_id": format!("{}", place % 50), "items": (0..100).map(line).collect::<Vec<_>>() })
}

/// Lines that every label names: a claim fixes each of them once.
fn lines_of_all(place: usize) -> serde_json::Value {
    let line =
        |n: usize| json!({ "item_id": format!("{n:048}"), "quantity": 1, "requires_imei": true });
    json!({ "package_id": format!("{}", place % 49), "label_id": format!("lbl_{place}"),
        "items": (0..100).map(line).collect::<Vec<_>>() })
}

fn words(place: usize) -> serde_json::Value {
    json!({ "package_id": format!("{}", place % 50), "label_id": format!("{place}-{}", "w".repeat(50)),
        "carrier": "w".repeat(200), "service": "w".repeat(200),
        "tracking_url": format!("https://example.test/{}", "w".repeat(170)) })
}

fn further_numbers(place: usize) -> serde_json::Value {
    let numbers = (0..20).map(|n| format!("JD{:018}{n:020}", place % 50));
    json!({ "package_id": format!("{}", place % 50), "label_id": format!("lbl_{place}"),
        "also_known_as": numbers.collect::<Vec<_>>() })
}

fn codes(place: usize) -> serde_json::Value {
    let codes = (0..50).map(|n| format!("https://example.test/{n:0100}"));
    json!({ "package_id": format!("{}", place % 50), "items": [{ "item_id": "1", "quantity": 50,
        "requires_imei": false, "transparency_codes": codes.collect::<Vec<_>>() }] })
}

/// Rule L14: an order grows until a label is refused. What the rules count is no less than the item has, and little more.
#[rstest]
#[case::lines_of_many_packages(lines)]
#[case::long_words(words)]
#[case::many_labels_with_further_numbers(further_numbers)]
#[case::codes(codes)]
fn l14_an_order_fits_into_an_item(#[case] said: Said) {
    let order = Order::new(key("amazon-us", testkit::AMAZON_ORDER), Channel::Amazon, NOW);
    let size = size(&grown(order, said));
    assert!((240 * 1_024..300 * 1_024).contains(&size), "{size} bytes");
}

fn size(order: &Order) -> ItemSize {
    order_item_size(order, Version(7), WRITER, NOW).expect("an order can be stored")
}

fn label_input(order: &Order, said: &serde_json::Value) -> Input {
    let label = testkit::label(order.key.partner.as_str(), order.key.order.as_str());
    let fields = said.as_object().expect("an object").iter();
    let label = fields.fold(label, |label, (name, value)| label.with(name, value.clone()));
    let event = domain::BusEvent::parse(&label.body(), NOW).expect("a label");
    let Fact::LabelCreated(label) = event.fact else { panic!("a label") };
    let imei = ImeiTerms { missing: MissingImei::SendWithout, window_s: 3_600 };
    let imei = (order.channel == Channel::BackMarket).then_some(imei);
    let unwatched = domain::Terms::unwatched(Timing::WhenTrackingIsAssigned, imei);
    let terms = domain::Terms { watch: domain::Watch::STANDARD, ..unwatched };
    Input::Label { event: label, terms, id: event.id }
}

/// The order after as many labels as it takes.
fn grown(mut order: Order, said: Said) -> Order {
    for place in 0..1_000 {
        let decision = step(order.clone(), &label_input(&order, &said(place)), NOW);
        order = decision.order;
        match decision.refused {
            None => {}
            Some(Refusal::TooLarge { .. }) => break,
            Some(other) => panic!("{other}"),
        }
    }
    order
}

fn followed(order: Order, input: &Input) -> Order {
    let decision = step(order, input, NOW);
    assert_eq!(decision.refused, None);
    decision.order
}

/// An IMEI: its first digits, and the check digit.
fn imei(n: usize) -> String {
    let digits = format!("35{n:012}");
    let doubled = digits.chars().zip([1, 2].into_iter().cycle());
    let values = doubled.filter_map(|(digit, times)| Some(digit.to_digit(10)? * times));
    let sum: u32 = values.map(|value| value / 10 + value % 10).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// An order of Back Market whose hundred lines each have an IMEI and a serial number: confirmed, and each is to be registered.
fn order_of_devices() -> Order {
    let order = Order::new(key("back-market-us", "700001"), Channel::BackMarket, NOW);
    let id = |n: usize| format!("{n:064}");
    let line = |n: usize| json!({ "item_id": id(n), "quantity": 1, "requires_imei": true, "requires_serial": true });
    let said = json!({ "package_id": "devices", "items": (0..100).map(line).collect::<Vec<_>>() });
    let label = label_input(&order, &said);
    let entered = (0..100).map(|n| {
        Input::Imei(ImeiUpdated {
            seller_id: order.key.seller.clone(),
            partner_id: order.key.partner.clone(),
            order_id: order.key.order.clone(),
            item_id: parsed(&id(n)),
            imeis: Some(vec![parsed(&imei(n))]),
            serials: Some(vec![parsed(&format!("{n:050}"))]),
            updated_at: NOW,
            updated_by: None,
        })
    });
    let target = Target::Confirmation(parsed("devices"));
    let claim = Input::Claim(Claim {
        target: target.clone(),
        now: PartnerNow {
            verifies: true,
            ..PartnerNow::under(TimingNow {
                timing: Timing::WhenTrackingIsAssigned,
                never_until: None,
            })
        },
        restored_at: None,
        lease_until: at(65),
        seal: Seal {
            reference: None,
            hash: Text::cut("9f86d081884c7d659a2feaa0"),
            is_deduped: false,
            carrier_code: None,
        },
    });
    let accepted = Input::Outcome { target, fence: 1, outcome: Outcome::ACCEPTED };
    let inputs = std::iter::once(label).chain(entered).chain([claim, accepted]);
    inputs.collect::<Vec<_>>().iter().fold(order.clone(), followed)
}

/// Rule L14: an order's devices are kept three times, and each of them counts.
#[rstest]
fn l14_an_order_of_devices_fits_into_an_item() {
    let order = order_of_devices();
    let lines: usize = order.packages.values().map(|package| package.lines.len()).sum();
    assert_eq!(lines, 100, "each is to be registered");
    let size = size(&grown(order, lines_of_all));
    assert!((240 * 1_024..300 * 1_024).contains(&size), "{size} bytes");
}
