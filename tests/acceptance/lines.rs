//! Lines of an order, from the bus to the marketplace: some pieces of which are cancelled (rule L9), and some of which Amazon
//! takes with Transparency codes only (rule L13).

use crate::parcel::Parcel;
use crate::stack::{Case, Shared, run, together};
use domain::{Channel, EventKind};
use local::Event;
use marketplaces::AmazonOrder;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const AMAZON: &str = "lines-amazon";
const BACK_MARKET: &str = "rules-back-market";

/// A code as it stands under the T of a label, a serial number, an SGTIN, and the address in a QR code.
const CODES: [&str; 4] = [
    "AZ:2S9XQ7KD41B0M6TRW8PJFHYZ3N",
    "SN7K41B0M6TRW8",
    "01006141411234562110AB12CD34EF56GH78JK",
    "https://transparency.example/c/9?n=2S9XQ7KD41B0",
];

/// An order on Amazon of two lines: two pieces of the parcel's own, one of another.
fn two_lines(shared: &'static Shared, number: u32) -> Parcel {
    let parcel = Parcel::amazon(shared, AMAZON, number);
    let lines = [(parcel.item.as_str(), 2), (other_line(&parcel).leak(), 1)];
    parcel.shop().sell(&parcel.order, &lines).expect("it can be sold");
    parcel
}

fn other_line(parcel: &Parcel) -> String {
    format!("9{}", parcel.item)
}

fn line(id: &str, quantity: u32) -> Value {
    json!({ "item_id": id, "quantity": quantity, "requires_imei": false })
}

/// The label of a package, with these lines.
fn label(parcel: &Parcel, package: &str, tracking: &str, lines: &[Value]) -> Event {
    let mut label = parcel.label_of(package, &format!("lbl_{package}"), tracking);
    label.detail["items"] = lines.into();
    label
}

/// The label of the parcel with both lines as they were bought.
fn whole(parcel: &Parcel) -> Event {
    let lines = [line(&parcel.item, 2), line(&other_line(parcel), 1)];
    label(parcel, "1", &parcel.tracking, &lines)
}

fn cancelled(parcel: &Parcel, lines: &[(&str, u32)]) -> Event {
    let line = |(id, remaining): &(&str, u32)| json!({ "item_id": id, "remaining": remaining });
    let detail = json!({ "cancelled_at": parcel.ago(1).to_string(),
        "items": lines.iter().map(line).collect::<Vec<_>>() });
    parcel.event(EventKind::OrderCancelled, detail)
}

/// The lines that Amazon holds in each package of the order: the line and its pieces.
fn held_lines(parcel: &Parcel) -> Vec<Vec<(String, u32)>> {
    let packages = parcel.shared.shops.amazon().packages(&parcel.order);
    let lines = |package: marketplaces::AmazonPackage| {
        package.items.into_iter().map(|item| (item.order_item_id, item.quantity)).collect()
    };
    packages.into_iter().map(lines).collect()
}

/// How a buyer cancels lines of [`two_lines`]: what comes before the label, and what after it.
struct Cut {
    name: &'static str,
    number: u32,
    before: &'static [(bool, u32)],
    after: &'static [(bool, u32)],
    /// How many pieces of the parcel's own line, and of the other one, Amazon is told of.
    sent: (u32, u32),
}

impl Cut {
    fn case(self, shared: &'static Shared) -> Case {
        (self.name, Box::pin(self.ends(shared)))
    }

    /// What is left goes out once the parcel moves.
    async fn ends(self, shared: &'static Shared) {
        let parcel = two_lines(shared, self.number);
        let other = other_line(&parcel);
        let line = |is_own| if is_own { parcel.item.as_str() } else { other.as_str() };
        let named = |lines: &[(bool, u32)]| -> Vec<Event> {
            lines.iter().map(|(own, n)| cancelled(&parcel, &[(line(*own), *n)])).collect()
        };
        parcel.put(&named(self.before)).await;
        parcel.put(&[whole(&parcel)]).await;
        parcel.until_is("waiting").await;
        parcel.put(&named(self.after)).await;
        let mut least: BTreeMap<&str, u32> = BTreeMap::new();
        for (own, remaining) in self.before.iter().chain(self.after) {
            let kept = least.entry(line(*own)).or_insert(*remaining);
            *kept = (*kept).min(*remaining);
        }
        let is_told = |view: &Value| {
            let told = |(item, remaining): (&&str, &u32)| {
                let mut lines = view["cancelled_lines"].as_array().into_iter().flatten();
                lines.any(|line| line["item_id"] == **item && line["remaining"] == *remaining)
            };
            least.iter().all(told)
        };
        parcel.until("the cancellation is known", is_told).await;
        parcel.put(&[parcel.scan("in_transit")]).await;
        parcel.until_is("confirmed").await;
        let mut expected = vec![(parcel.item.clone(), self.sent.0), (other.clone(), self.sent.1)];
        expected.retain(|(_, pieces)| *pieces > 0);
        expected.sort();
        let mut held = held_lines(&parcel);
        for lines in &mut held {
            lines.sort();
        }
        assert_eq!(held, [expected], "{}", self.name);
        assert_eq!(parcel.submitted(), (1, 1), "{}", self.name);
    }
}

/// One of two lines, or some pieces of one, are cancelled before the parcel goes.
#[test]
fn what_is_left_goes_out() {
    run(|shared| async move {
        let cut = |name, number, before, after, sent| {
            Cut { name, number, before, after, sent }.case(shared)
        };
        together(vec![
            cut("a line after the label", 2000, &[], &[(false, 0)], (2, 0)),
            cut("a line before the label", 2001, &[(false, 0)], &[], (2, 0)),
            cut("the larger line", 2002, &[], &[(true, 0)], (0, 1)),
            cut("one of two pieces", 2003, &[], &[(true, 1)], (1, 1)),
            cut("both lines in part", 2004, &[(true, 1)], &[(false, 0)], (1, 0)),
            cut("the least of what was told", 2005, &[(true, 1)], &[(true, 2)], (1, 1)),
            cut("no less than there is", 2006, &[], &[(true, 2)], (2, 1)),
        ])
        .await;
    });
}

#[test]
fn of_nothing_nothing_goes_out() {
    run(|shared| async move {
        let parcel = two_lines(shared, 2010);
        let other = other_line(&parcel);
        parcel.put(&[whole(&parcel), cancelled(&parcel, &[(&parcel.item, 0), (&other, 0)])]).await;
        let package = parcel.until_is("withheld").await;
        assert_eq!(package["detail"]["reason"], "cancelled", "{package:#}");
        parcel.put(&[parcel.scan("in_transit")]).await;
        parcel.until("the scan is known", |v| !v["packages"][0]["movements"][0].is_null()).await;
        assert_eq!(parcel.submitted(), (0, 0));
    });
}

/// Nobody knows of which of two parcels a piece was taken: newer labels say so.
#[test]
fn several_labels_wait_until_newer_ones_fit() {
    run(|shared| async move {
        let parcel = two_lines(shared, 2011);
        let second = format!("77{}", parcel.tracking);
        let one_each = [line(&parcel.item, 1)];
        let labels = [
            label(&parcel, "1", &parcel.tracking, &one_each),
            label(&parcel, "2", &second, &one_each),
        ];
        parcel.put(&labels).await;
        parcel.put(&[cancelled(&parcel, &[(&parcel.item, 1)])]).await;
        parcel.until_is("held").await;
        parcel.put(&[parcel.scan("in_transit")]).await;
        parcel.until("the scan is known", |v| !v["packages"][0]["movements"][0].is_null()).await;
        let package = parcel.until_is("held").await;
        assert_eq!(package["detail"]["reason"], "items_cancelled", "{package:#}");
        assert_eq!(package["attention"][0]["reason"], "items_cancelled");
        assert_eq!(parcel.submitted(), (0, 0), "neither goes");
        let mut newer = parcel.label_of("2", "lbl_3", &second);
        newer.detail["items"] = json!([line(&other_line(&parcel), 1)]);
        newer.detail["labeled_at"] = parcel.ago(2).to_string().into();
        parcel.put(&[newer]).await;
        parcel.until_is("confirmed").await;
        assert_eq!(held_lines(&parcel), [[(parcel.item.clone(), 1)]]);
    });
}

#[test]
fn what_was_sent_is_shown() {
    run(|shared| async move {
        let parcel = two_lines(shared, 2012);
        parcel.put(&[whole(&parcel), parcel.scan("in_transit")]).await;
        parcel.until_is("confirmed").await;
        parcel.put(&[cancelled(&parcel, &[(&parcel.item, 1)])]).await;
        let view = parcel.until_marked("cancelled_late").await;
        assert_eq!(view["cancelled_lines"][0]["remaining"], 1, "{view:#}");
        assert_eq!(view["packages"][0]["sent"]["items"][0]["quantity"], 2);
        assert_eq!(parcel.submitted(), (1, 1), "nothing is told anew");
    });
}

/// An IMEI is needed only for what is left.
#[test]
fn a_phone_that_was_cancelled_needs_no_imei() {
    run(|shared| async move {
        let parcel = Parcel::back_market(shared, BACK_MARKET, 2013);
        let phone = format!("9{}", parcel.item);
        let lines = [(parcel.item.as_str(), 1), (phone.as_str(), 1)];
        parcel.shop().sell(&parcel.order, &lines).expect("it can be sold");
        let mut needed = line(&phone, 1);
        needed["requires_imei"] = true.into();
        parcel
            .put(&[label(&parcel, "1", &parcel.tracking, &[line(&parcel.item, 1), needed])])
            .await;
        let package = parcel.until_is("waiting").await;
        assert_eq!(package["detail"]["for"], "imeis", "{package:#}");
        parcel.put(&[cancelled(&parcel, &[(&phone, 0)])]).await;
        parcel.until_is("confirmed").await;
        assert_eq!(parcel.submitted(), (1, 1));
    });
}

/// An order on Amazon of one line with so many pieces, whose item is enrolled in Transparency.
fn enrolled(shared: &'static Shared, number: u32, pieces: u32) -> Parcel {
    let parcel = Parcel::amazon(shared, AMAZON, number);
    let line = parcel.item.as_str();
    let order = AmazonOrder::new(&parcel.order, local::MARKETPLACE, &[(line, pieces)]);
    shared.shops.amazon().add_order(order.enrolled(&[line]));
    parcel
}

fn coded(parcel: &Parcel, pieces: u32, codes: &[&str]) -> Event {
    let mut item = line(&parcel.item, pieces);
    item["transparency_codes"] = codes.into();
    let mut label = label(parcel, "1", &parcel.tracking, &[item]);
    label.detail["supply_source_id"] = "057d3fcc-b750-419f-bbcd-4d340c60c430".into();
    label
}

/// Amazon takes an enrolled item with one code for each piece.
#[test]
fn codes_go_with_their_pieces() {
    run(|shared| async move {
        let case = |name: &'static str, number, codes: &'static [&'static str]| -> Case {
            let work = async move {
                let pieces = u32::try_from(codes.len()).expect("few");
                let parcel = enrolled(shared, number, pieces);
                parcel.put(&[coded(&parcel, pieces, codes), parcel.scan("in_transit")]).await;
                let package = parcel.until_is("confirmed").await;
                let submissions = parcel.submissions();
                let sent = &submissions[0].body["packageDetail"];
                let mut told: Vec<&str> = sent["orderItems"][0]["transparencyCodes"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .collect();
                let mut codes = codes.to_vec();
                codes.sort_unstable();
                told.sort_unstable();
                assert_eq!(told, codes);
                let source = "057d3fcc-b750-419f-bbcd-4d340c60c430";
                assert_eq!(sent["shipFromSupplySourceId"], source);
                let shown = package.to_string();
                assert!(codes.iter().all(|code| !shown.contains(code)), "{shown}");
            };
            (name, Box::pin(work))
        };
        together(vec![
            case("of a label with a T", 2020, &[CODES[0]]),
            case("a serial number", 2021, &[CODES[1]]),
            case("an SGTIN", 2022, &[CODES[2]]),
            case("of a QR code", 2023, &[CODES[3]]),
            case("of four pieces", 2024, &CODES),
        ])
        .await;
    });
}

/// Without its codes an enrolled item is refused, and goes out when they are told.
#[test]
fn codes_that_are_missing() {
    run(|shared| async move {
        let case = |name: &'static str, number, codes: &'static [&'static str]| -> Case {
            let work = async move {
                let parcel = enrolled(shared, number, 2);
                parcel.put(&[coded(&parcel, 2, codes), parcel.scan("in_transit")]).await;
                let package = parcel.until_is("rejected").await;
                let words = package["detail"]["message"].as_str().unwrap_or_default();
                assert!(words.contains("Transparency"), "{package:#}");
                let mut right = coded(&parcel, 2, &[CODES[0], CODES[1]]);
                right.detail["updated_at"] = parcel.ago(0).to_string().into();
                parcel.put(&[right]).await;
                parcel.until_is("confirmed").await;
                assert_eq!(parcel.submitted(), (2, 1));
            };
            (name, Box::pin(work))
        };
        together(vec![
            case("none", 2030, &[]),
            case("too few", 2031, &[CODES[0]]),
            case("one twice", 2032, &[CODES[0], CODES[0]]),
        ])
        .await;
    });
}

/// A line with codes of which some pieces were cancelled waits for a label that says which codes stay.
#[test]
fn codes_of_a_cut_line() {
    run(|shared| async move {
        let parcel = enrolled(shared, 2033, 2);
        let two = coded(&parcel, 2, &[CODES[0], CODES[1]]);
        parcel.put(&[two, cancelled(&parcel, &[(&parcel.item, 1)])]).await;
        let package = parcel.until_is("held").await;
        assert_eq!(package["detail"]["reason"], "items_cancelled", "{package:#}");
        let mut one = coded(&parcel, 1, &[CODES[1]]);
        one.detail["updated_at"] = parcel.ago(0).to_string().into();
        parcel.put(&[one, parcel.scan("in_transit")]).await;
        parcel.until_is("confirmed").await;
        assert_eq!(held_lines(&parcel), [[(parcel.item.clone(), 1)]]);
    });
}

/// Another marketplace takes none: the timeline says so, and the confirmation goes.
#[test]
fn codes_elsewhere() {
    run(|shared| async move {
        let parcel = Parcel::new(shared, (Channel::Ebay, "carriers-ebay"), 2034).sold();
        parcel.put(&[coded(&parcel, 1, &[CODES[0]])]).await;
        parcel.until_is("confirmed").await;
        let view = parcel.view().await.unwrap_or_default();
        let timeline = view["timeline"].to_string();
        assert!(
            timeline.contains("detail.items[0].transparency_codes: eBay takes none"),
            "{view:#}"
        );
        assert!(timeline.contains("detail.supply_source_id: eBay takes none"), "{view:#}");
        assert!(!view.to_string().contains(CODES[0]), "{view:#}");
    });
}
