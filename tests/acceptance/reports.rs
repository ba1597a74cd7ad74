//! What sellers and integrators report, each kind with inputs of our own, from the API and the bus to the marketplace: carriers that
//! a channel does not list, one order that is refused, and many orders of one number.

use crate::parcel::Parcel;
use crate::sellers::Seller;
use crate::stack::run;
use domain::{Channel, Timing};
use local::Event;
use marketplaces::{Answer, Fault, Operation, Times};
use serde_json::{Value, json};
use std::time::Duration;

/// The longest time that a test waits for one thing, and how often it looks.
const WAIT_MAX: Duration = Duration::from_secs(110);
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// A seller with one partner under assigned timing.
async fn seller_at(
    shared: &'static crate::stack::Shared,
    (id, partner): (&'static str, &'static str),
    channel: Channel,
) -> Seller {
    let seller = Seller::new(shared, id).await;
    seller.registers(partner, channel, "Shop").await;
    seller.sets(partner, Timing::WhenTrackingIsAssigned, None).await;
    seller
}

fn by(mut label: Event, carrier: &str, service: &str) -> Event {
    label.detail["carrier"] = carrier.into();
    label.detail["service"] = if service.is_empty() { Value::Null } else { service.into() };
    label
}

/// The rows of the attention list for carriers that are not listed.
async fn rows(seller: &Seller) -> Vec<(String, u64)> {
    let answer = seller.call("GET /orders?attention=true", None).await;
    let rows = answer.body["carriers"].as_array().cloned().unwrap_or_default();
    let row = |row: &Value| {
        (
            row["carrier"].as_str().unwrap_or_default().to_owned(),
            row["labels"].as_u64().unwrap_or(0),
        )
    };
    rows.iter().map(row).collect()
}

async fn until_rows(seller: &Seller, expected: &[(&str, u64)]) {
    let deadline = tokio::time::Instant::now() + WAIT_MAX;
    loop {
        let mut found = rows(seller).await;
        found.sort();
        if found
            .iter()
            .map(|(carrier, labels)| (carrier.as_str(), *labels))
            .eq(expected.iter().copied())
        {
            return;
        }
        assert!(tokio::time::Instant::now() < deadline, "{found:?}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Carriers that our list does not have are told as the seller says, from the next claim on.
#[test]
fn carriers_that_are_not_listed_go_by_a_partners_own_pairs() {
    run(|shared| async move {
        let partner = "pairs-amazon";
        let seller = seller_at(shared, ("pairs", partner), Channel::Amazon).await;
        let parcel = |n| Parcel::amazon(shared, partner, n).sold();
        // Before there are pairs each goes as `Other`, and is a row.
        let unlisted = [("Nordlicht Kurier", 900), ("Kestrel Couriers", 901), ("黒猫急送", 902)];
        for (carrier, n) in unlisted {
            let one = parcel(n);
            seller.put([by(one.label(), carrier, "")]).await;
            seller.until_is(&one, "confirmed").await;
            assert_eq!(told(&one), ("Other".to_owned(), carrier.to_owned()));
        }
        let again = parcel(903);
        seller.put([by(again.label(), "KESTREL couriers", "Night")]).await;
        seller.until_is(&again, "confirmed").await;
        until_rows(&seller, &[("Kestrel Couriers", 2), ("Nordlicht Kurier", 1), ("黒猫急送", 1)])
            .await;
        let pairs = json!({ "pairs": [
            { "carrier": "nordlicht-kurier", "code": "Hermes" },
            { "carrier": "黒猫急送", "code": "YamatoTransport" },
            { "carrier": "Kestrel Couriers", "service": "Night", "code": "GLS" },
            { "carrier": "UPS", "service": "Sure Post", "code": "USPS" },
            { "carrier": "Pigeon Post", "code": "Pigeons of Leeds" } ] });
        let path = "/partners/pairs-amazon/carriers";
        let call = format!("PUT {path}");
        let put = seller.call_with(&call, &[("if-match", "\"0\"")], Some(&pairs)).await;
        assert_eq!(put.status, 200, "{}", put.text);
        until_rows(&seller, &[]).await;
        let later = [
            ("Nordlicht Kurier", "Express", "Hermes", "Hermes"),
            ("黒猫急送", "", "YamatoTransport", "YamatoTransport"),
            ("Kestrel-Couriers", "NIGHT", "GLS", "GLS"),
            ("Kestrel Couriers", "Day", "Other", "Kestrel Couriers"),
            ("ups", "SurePost", "USPS", "USPS"),
            ("UPS", "Ground", "UPS", "UPS"),
            ("pigeon post", "", "Other", "Pigeons of Leeds"),
        ];
        for ((carrier, service, code, name), n) in later.into_iter().zip(904..) {
            let one = parcel(n);
            seller.put([by(one.label(), carrier, service)]).await;
            seller.until_is(&one, "confirmed").await;
            assert_eq!(told(&one), (code.to_owned(), name.to_owned()), "{carrier} {service}");
        }
        until_rows(&seller, &[("Kestrel Couriers", 1)]).await;
        let aside = json!({ "carrier": "kestrel couriers" });
        let put = seller.call(&format!("POST {path}/aside"), Some(&aside)).await;
        assert_eq!(put.status, 200, "{}", put.text);
        until_rows(&seller, &[]).await;
    });
}

/// What Amazon was told of a parcel's carrier, and the name beside it.
fn told(parcel: &Parcel) -> (String, String) {
    let submissions = parcel.submissions();
    let body = submissions.last().map(|submission| submission.body["packageDetail"].clone());
    let body = body.unwrap_or_default();
    let of = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    (of("carrierCode"), of("carrierName"))
}

/// Wish and Groupon take no other carrier than they list: a pair makes of a refusal a confirmation.
#[test]
fn where_there_is_no_other_a_pair_saves_the_order() {
    run(|shared| async move {
        let cases = [
            (Channel::Wish, ("pairs-wish-seller", "pairs-wish"), "DPD", 910),
            (Channel::Groupon, ("pairs-groupon-seller", "pairs-groupon"), "usps", 912),
        ];
        for (channel, ids, code, n) in cases {
            let seller = seller_at(shared, ids, channel).await;
            let (refused, taken) = (
                Parcel::new(shared, (channel, ids.1), n).sold(),
                Parcel::new(shared, (channel, ids.1), n + 1).sold(),
            );
            seller.put([by(refused.label(), "Kestrel Couriers", "")]).await;
            seller.until_is(&refused, "rejected").await;
            until_rows(&seller, &[("Kestrel Couriers", 1)]).await;
            let pairs = json!({ "pairs": [{ "carrier": "Kestrel Couriers", "code": code }] });
            let call = format!("PUT /partners/{}/carriers", ids.1);
            let put = seller.call_with(&call, &[("if-match", "\"0\"")], Some(&pairs)).await;
            assert_eq!(put.status, 200, "{}", put.text);
            seller.put([by(taken.label(), "Kestrel Couriers", "")]).await;
            seller.until_is(&taken, "confirmed").await;
            seller
                .acts(&refused, &json!({ "action": "retry", "reason": "there is a pair now" }))
                .await;
            seller.until_is(&refused, "confirmed").await;
            assert_eq!(refused.held(), [refused.tracking.as_str()]);
        }
    });
}

/// A marketplace refuses one order for good. It is rejected, and the account goes on.
#[test]
fn an_order_that_alone_is_refused_stops_nobody() {
    run(|shared| async move {
        let channels =
            [Channel::Amazon, Channel::Ebay, Channel::Wish, Channel::BackMarket, Channel::Groupon];
        for (channel, n) in channels.into_iter().zip((920..).step_by(2)) {
            let id: &'static str = format!("refused-{}", channel.name().replace('_', "-")).leak();
            let seller = seller_at(shared, (id, id), channel).await;
            let refused = Parcel::new(shared, (channel, id), n).sold();
            let good = Parcel::new(shared, (channel, id), n + 1).sold();
            let fault = Fault::not_applied(Answer::Unauthorized);
            refused.shop().put_fault(
                refused.order.as_str().into(),
                Operation::Submit,
                Times::Forever,
                fault,
            );
            seller.put([refused.label()]).await;
            let order = seller.until_is(&refused, "rejected").await;
            assert!(order["packages"][0]["detail"]["message"].is_string(), "{order:#}");
            let call = format!("GET /partners/{id}");
            let partner = seller.call(&call, None).await.body;
            assert_eq!(partner["stopped"], Value::Null, "{partner:#}");
            assert_eq!(partner["refused_orders"], json!([refused.order]));
            seller.put([good.label()]).await;
            seller.until_is(&good, "confirmed").await;
            let partner = seller.call(&call, None).await.body;
            assert_eq!(partner["refused_orders"], json!([]), "a confirmation clears the count");
        }
    });
}

/// What a person is told when they test a connection.
#[test]
fn a_connection_is_tested_when_credentials_are_saved_and_by_a_person() {
    run(|shared| async move {
        for channel in Channel::ALL {
            let id: &'static str = format!("tested-{}", channel.name().replace('_', "-")).leak();
            let seller = Seller::new(shared, id).await;
            seller.registers(id, channel, "Shop").await;
            let expected = if channel == Channel::UntilGone { "untestable" } else { "taken" };
            until_tested(&seller, id, expected).await;
            let asked = seller.call(&format!("POST /partners/{id}/test"), Some(&json!({}))).await;
            assert_eq!(
                (asked.status, &asked.body["connection"]),
                (202, &Value::Null),
                "{}",
                asked.text
            );
            until_tested(&seller, id, expected).await;
        }
    });
}

async fn until_tested(seller: &Seller, partner: &str, expected: &str) {
    let deadline = tokio::time::Instant::now() + WAIT_MAX;
    loop {
        let answer = seller.call(&format!("GET /partners/{partner}/test"), None).await;
        if answer.body["connection"] == expected {
            return;
        }
        assert!(tokio::time::Instant::now() < deadline, "{partner}: {}", answer.text);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// A freight number of many orders: how many, what the label says, and what the scan says.
struct Freight {
    orders: u32,
    label: Value,
    scan: Value,
    number: &'static str,
}

/// A business buyer's freight: each of many orders of one number moves, beside others' scans, however the number is written.
#[test]
fn many_orders_of_one_number_all_move() {
    run(|shared| async move {
        let partner = "freight";
        let seller = Seller::new(shared, "freight-seller").await;
        seller.registers(partner, Channel::BackMarket, "Shop").await;
        let usps = |tail: &str| format!("94001118992233445{tail}");
        let freights = [
            Freight {
                orders: 60,
                label: json!({ "tracking_number": "FRT0000060" }),
                scan: json!({ "tracking_number": "FRT0000060" }),
                number: "FRT0000060",
            },
            Freight {
                orders: 51,
                label: json!({ "tracking_number": "FRT-0000-051" }),
                scan: json!({ "tracking_number": "frt 0000 051" }),
                number: "FRT0000051",
            },
            Freight {
                orders: 52,
                label: json!({ "carrier": "USPS", "tracking_number": usps("56677") }),
                scan: json!({ "tracking_number": format!("42010001{}", usps("56677")) }),
                number: "9400111899223344556677",
            },
            Freight {
                orders: 53,
                label: json!({ "also_known_as": ["PALLET000053"] }),
                scan: json!({ "tracking_number": "PALLET000053" }),
                number: "PALLET000053",
            },
            Freight {
                orders: 54,
                label: json!({ "tracking_number": "FRT/0000/54*7" }),
                scan: json!({ "tracking_number": "FRT0000547", "status": "delivered" }),
                number: "FRT0000547",
            },
        ];
        let mut n = 4_000;
        for freight in freights {
            let parcels: Vec<Parcel> = (n..n + freight.orders)
                .map(|n| Parcel::new(shared, (Channel::BackMarket, partner), n).sold())
                .collect();
            n += freight.orders;
            let labels: Vec<Event> =
                parcels.iter().map(|parcel| said(parcel.label(), &freight.label)).collect();
            for some in labels.chunks(10) {
                seller.put(some.to_vec()).await;
            }
            until_all(&seller, &freight, "waiting").await;
            let beside = (0..5).map(|other| {
                let number = json!({ "tracking_number": format!("BESIDE{n}{other}") });
                said(parcels[0].scan("in_transit"), &number)
            });
            let scan = said(parcels[0].scan("in_transit"), &freight.scan);
            seller.put([scan].into_iter().chain(beside)).await;
            until_all(&seller, &freight, "confirmed").await;
        }
    });
}

/// Waits until every order of the freight is in a state.
async fn until_all(seller: &Seller, freight: &Freight, state: &str) {
    let call = format!("GET /trackings/{}", freight.number);
    let deadline = tokio::time::Instant::now() + WAIT_MAX + WAIT_MAX;
    loop {
        let answer = seller.call(&call, None).await;
        let orders = answer.body["orders"].as_array().cloned().unwrap_or_default();
        let is_so = |order: &&Value| order["packages"][0]["state"] == state;
        let so_far = orders.iter().filter(is_so).count();
        if so_far == usize::try_from(freight.orders).unwrap_or_default() {
            return;
        }
        let is_over = tokio::time::Instant::now() > deadline;
        assert!(!is_over, "{call}: {so_far} of {} are {state}", freight.orders);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The event with these fields in place of its own.
fn said(mut event: Event, fields: &Value) -> Event {
    for (name, value) in fields.as_object().into_iter().flatten() {
        event.detail[name] = value.clone();
    }
    event
}
