//! Bad events (rule D4): what cannot be parsed or is not allowed is dead-lettered whole, with a reason that names the field
//! and what is allowed. Its neighbour in the batch goes on, and no order is made or changed, but that the seller sees a refused
//! label (rule L15).

use crate::parcel::{Parcel, queue_of};
use crate::stack::{Case, Shared, run, together};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::EventKind;
use jiff::SignedDuration;
use local::{DeadLetter, Event, SELLER};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

const AMAZON: &str = "bad-input-amazon";
const BACK_MARKET: &str = "bad-input-back-market";

/// The longest time until a message is dead-lettered: a batching window and a cold start. It is far less than a redelivery
/// takes.
const DEAD_LETTERED_MAX: Duration = Duration::from_secs(20);

const LOOK_EVERY: Duration = Duration::from_millis(200);

/// An IMEI whose check digit is wrong.
const WRONG_IMEI: &str = "490154203237519";

/// Waits for a dead letter of a queue, and for its reason to say all of these words.
pub(crate) async fn dead_lettered(
    shared: &Shared,
    queue: &str,
    words: &[&str],
    is_it: impl Fn(&DeadLetter) -> bool,
) -> DeadLetter {
    let deadline = tokio::time::Instant::now() + DEAD_LETTERED_MAX;
    loop {
        let letters = shared.stack.dead_letters(queue).await.expect("the queue answers");
        if let Some(letter) = letters.into_iter().find(&is_it) {
            let reason = letter.reason().unwrap_or_default();
            for word in words {
                assert!(reason.contains(word), "the reason has no `{word}`: {reason}");
            }
            return letter;
        }
        assert!(tokio::time::Instant::now() < deadline, "no dead letter of {queue}: {words:?}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Makes an event bad.
type Spoil = fn(&Parcel, &mut Value);

/// Puts a bad event and a good one on the bus together. The bad one is dead-lettered as it is. The good one goes on.
async fn refused(bad: (&Parcel, Event), spoil: Spoil, good: (&Parcel, Event), words: &[&str]) {
    let ((parcel, mut bad), (neighbour, good)) = (bad, good);
    spoil(parcel, &mut bad.detail);
    let before = parcel.view().await;
    neighbour.put(&[bad.clone(), good]).await;
    let is_it = |letter: &DeadLetter| {
        let body: Value = serde_json::from_str(&letter.body).unwrap_or_default();
        body["detail"] == bad.detail && body["detail-type"] == bad.kind.name()
    };
    dead_lettered(parcel.shared, queue_of(bad.kind), words, is_it).await;
    neighbour.until("the neighbour is known", |view| !view.is_null()).await;
    let is_led_to_its_order =
        bad.detail["partner_id"] == AMAZON && bad.detail["order_id"] == *parcel.order;
    match parcel.view().await {
        Some(view) if bad.kind == EventKind::LabelCreated && is_led_to_its_order => {
            assert_eq!(view["packages"], json!([]), "{view:#}");
            let reason = view["refused_labels"][0]["reason"].as_str().unwrap_or_default();
            assert!(reason.contains(words[0]), "{view:#}");
        }
        other => {
            assert!(bad.kind != EventKind::LabelCreated || !is_led_to_its_order, "it is not shown");
            assert_eq!(other, before);
        }
    }
}

/// A case about the label of an order of its own.
fn label(
    shared: &'static Shared,
    number: u32,
    (name, spoil): (&'static str, Spoil),
    words: &'static [&'static str],
) -> Case {
    let (bad, good) =
        (Parcel::amazon(shared, AMAZON, number), Parcel::amazon(shared, AMAZON, number + 50));
    let work = async move {
        let (event, neighbour) = (bad.label(), good.label());
        refused((&bad, event), spoil, (&good, neighbour), words).await;
    };
    (name, Box::pin(work))
}

/// The moment this many minutes ahead.
fn ahead(parcel: &Parcel, minutes: i64) -> Value {
    parcel.ago(0).plus(SignedDuration::from_mins(minutes)).to_string().into()
}

#[test]
fn labels() {
    run(|shared| async move {
        put_partner_of_unknown_channel(shared).await;
        the_other_partners_are_listed(shared).await;
        let channels =
            &["detail.partner_id", "etsy", "amazon, ebay, wish, back_market, groupon, until_gone"];
        let id = &["detail.order_id", "1 to 64 letters, digits, `-`, `_` or `.`"];
        let time = &["detail.labeled_at", "RFC 3339"];
        together(vec![
            label(
                shared,
                100,
                ("unknown partner", |_, d| d["partner_id"] = "nobody".into()),
                &["detail.partner_id", "nobody"],
            ),
            label(
                shared,
                101,
                ("unknown channel", |_, d| d["partner_id"] = "etsy-us".into()),
                channels,
            ),
            label(
                shared,
                102,
                ("missing field", |_, d| remove(d, "carrier")),
                &["detail.carrier", "missing"],
            ),
            label(
                shared,
                103,
                ("mistyped field", |_, d| d["items"][0]["quantity"] = "one".into()),
                &["detail.items[0].quantity", "1 to 9999"],
            ),
            label(
                shared,
                104,
                ("time without offset", |_, d| d["labeled_at"] = "2026-11-23T15:04:05".into()),
                time,
            ),
            label(
                shared,
                105,
                ("far future", |p, d| d["labeled_at"] = ahead(p, 24 * 60 + 1)),
                &["detail.labeled_at", "at most 24 hours after now", "ships_on"],
            ),
            label(shared, 106, ("an id with #", |_, d| d["order_id"] = "903#1".into()), id),
            label(
                shared,
                107,
                ("a number of blanks", |_, d| d["tracking_number"] = "      ".into()),
                &["detail.tracking_number", "5 to 40 letters and digits"],
            ),
            label(
                shared,
                108,
                ("quantity 0", |_, d| d["items"][0]["quantity"] = 0.into()),
                &["detail.items[0].quantity", "is the number 0", "1 to 9999"],
            ),
            label(
                shared,
                109,
                ("no items", |_, d| d["items"] = json!([])),
                &["detail.items", "1 to 100 lines"],
            ),
        ])
        .await;
    });
}

/// Rules N1 and N2: what is no tracking number, or more than one, is never sent.
#[test]
fn numbers_that_are_none() {
    run(|shared| async move {
        together(vec![
            label(
                shared,
                140,
                ("a word", |_, d| d["tracking_number"] = "PENDING".into()),
                &["detail.tracking_number", "`PENDING` is a word"],
            ),
            label(
                shared,
                141,
                ("two numbers", |_, d| {
                    d["tracking_number"] = "JD014600006345891234 JD014600006345891235".into();
                }),
                &["detail.tracking_number", "JD014600006345891234, JD014600006345891235"],
            ),
            label(
                shared,
                142,
                ("two numbers in two lines", |_, d| {
                    d["tracking_number"] = "1Z999AA10123456784\n1Z999AA10123456795".into();
                }),
                &["detail.tracking_number", "1Z999AA10123456784, 1Z999AA10123456795"],
            ),
            label(
                shared,
                136,
                ("two numbers in groups", |_, d| {
                    d["tracking_number"] = "7946 1234 5678\n7946 1234 5689".into();
                }),
                &["detail.tracking_number", "794612345678, 794612345689"],
            ),
            label(
                shared,
                137,
                ("a word behind it", |_, d| d["tracking_number"] = "794612345678 DELIVERED".into()),
                &["detail.tracking_number", "`DELIVERED` stands beside the number"],
            ),
            label(
                shared,
                138,
                ("a time that is none", |_, d| d["labeled_at"] = "0001-01-01T00:00:00Z".into()),
                &["detail.labeled_at", "is a placeholder, not a time"],
            ),
            label(
                shared,
                143,
                ("of a spreadsheet", |_, d| d["tracking_number"] = "9.40011E+21".into()),
                &["detail.tracking_number", "is what a spreadsheet made of a number"],
            ),
            label(
                shared,
                144,
                ("of a spreadsheet, too", |_, d| d["tracking_number"] = "397414590114.0".into()),
                &["detail.tracking_number", "is what a spreadsheet made of a number"],
            ),
        ])
        .await;
    });
}

fn remove(detail: &mut Value, field: &str) {
    detail.as_object_mut().expect("an object").remove(field);
}

/// A partner at a marketplace that does not have the setting, as another program may have written it.
async fn put_partner_of_unknown_channel(shared: &Shared) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let number = |number: i64| AttributeValue::N(number.to_string());
    let settings = HashMap::from([("channel".to_owned(), text("etsy"))]);
    let put = shared.stack.dynamodb().put_item().table_name(&shared.stack.state().table);
    let put = put
        .item("pk", text(&format!("S#{SELLER}")))
        .item("sk", text("PARTNER#etsy-us"))
        .item("format", number(1))
        .item("v", number(1))
        .item("name", text("Etsy US"))
        .item("settings", AttributeValue::M(settings))
        .item("timing", text("when_tracking_is_assigned"))
        .item("missing_imei", text("send_without"))
        .item("changed_at", number(0))
        .item("changed_by", text("a test"));
    put.send().await.expect("the table takes it");
}

/// One partner that cannot be read hides none of the others.
async fn the_other_partners_are_listed(shared: &Shared) {
    let token = shared.stack.token_for(SELLER).await.expect("there are users");
    let listed = shared.stack.api("GET /partners", Some(&token), &[], None).await;
    let listed = listed.expect("it answers");
    assert_eq!(listed.status, 200, "{}", listed.text);
    assert!(listed.text.contains(AMAZON) && !listed.text.contains("etsy-us"), "{}", listed.text);
}

#[test]
fn scans_voids_and_cancellations() {
    run(|shared| async move {
        let scan = |number, name, spoil: Spoil, words: &'static [&'static str]| -> Case {
            let (bad, good) = (
                Parcel::amazon(shared, AMAZON, number),
                Parcel::amazon(shared, AMAZON, number + 50),
            );
            let work = async move {
                bad.put(&[bad.label(), good.label()]).await;
                bad.until_is("waiting").await;
                good.until_is("waiting").await;
                let good = good.sold();
                let (event, neighbour) = (bad.scan("in_transit"), good.scan("in_transit"));
                refused((&bad, event), spoil, (&good, neighbour), words).await;
                good.until_is("confirmed").await;
            };
            (name, Box::pin(work))
        };
        let other = |number,
                     name,
                     event: fn(&Parcel) -> Event,
                     (spoil, words): (Spoil, &'static [&'static str])|
         -> Case {
            let (bad, good) = (
                Parcel::amazon(shared, AMAZON, number),
                Parcel::amazon(shared, AMAZON, number + 50),
            );
            let work = async move {
                let (bad_event, neighbour) = (event(&bad), event(&good));
                refused((&bad, bad_event), spoil, (&good, neighbour), words).await;
            };
            (name, Box::pin(work))
        };
        together(vec![
            scan(
                120,
                "far future",
                |p, d| d["occurred_at"] = ahead(p, 25 * 60),
                &["detail.occurred_at", "at most 24 hours after now"],
            ),
            scan(
                121,
                "unknown status",
                |_, d| d["status"] = "teleported".into(),
                &["detail.status", "teleported", "picked_up, in_transit"],
            ),
            scan(
                122,
                "missing number",
                |_, d| remove(d, "tracking_number"),
                &["detail.tracking_number", "missing"],
            ),
            other(
                123,
                "void without label",
                Parcel::void,
                (|_, d| remove(d, "label_id"), &["detail.label_id", "missing"]),
            ),
            other(
                124,
                "cancelled at no time",
                Parcel::cancel,
                (|_, d| d["cancelled_at"] = 5.into(), &["detail.cancelled_at", "RFC 3339"]),
            ),
        ])
        .await;
    });
}

#[test]
fn imeis() {
    run(|shared| async move {
        let neighbour = |number| {
            let good = Parcel::back_market(shared, BACK_MARKET, number);
            let event = good.imei(&good.item, &[&good.phone(0)]);
            (good, event)
        };
        let wrong = Parcel::back_market(shared, BACK_MARKET, 131);
        let event = wrong.imei(&wrong.item, &[WRONG_IMEI]);
        let words = ["detail.imeis[0]", "check digit", "15 digits"];
        let (good, entered) = neighbour(130);
        refused((&wrong, event), |_, _| {}, (&good, entered), &words).await;
        let is_it = |letter: &DeadLetter| letter.body.contains(&wrong.order);
        let letter = dead_lettered(shared, "imei-updated", &[], is_it).await;
        assert!(!letter.reason().unwrap_or_default().contains("49015420"), "it repeats the IMEI");

        let amazon = Parcel::amazon(shared, AMAZON, 132);
        let event = amazon.imei(&amazon.item, &[&good.phone(0)]);
        let (good, entered) = neighbour(133);
        refused((&amazon, event), |_, _| {}, (&good, entered), &["amazon", "back_market"]).await;
    });
}

/// An event as it is in a queue.
fn envelope(event: &Event) -> Value {
    json!({ "version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": event.kind,
        "source": "shipping", "detail": event.detail })
}

/// Sends a body to a queue without the bus, beside a good event. The body is dead-lettered byte for byte.
async fn unreadable(
    good: Parcel,
    queue: &'static str,
    body: String,
    words: &'static [&'static str],
) {
    let stack = &good.shared.stack;
    stack.send_to_queue(queue, body.clone()).await.expect("the queue takes it");
    good.put(&[good.label()]).await;
    let is_it = |letter: &DeadLetter| letter.body == body;
    dead_lettered(good.shared, queue, words, is_it).await;
    good.until("the neighbour is known", |view| !view.is_null()).await;
}

#[test]
fn what_is_no_event() {
    run(|shared| async move {
        let good = |number| Parcel::amazon(shared, AMAZON, number);
        let case = |number, (name, queue), body: String, words| -> Case {
            (name, Box::pin(unreadable(good(number), queue, body, words)))
        };
        let mut large = envelope(&good(149).label());
        large["detail"]["service"] = "x".repeat(300 * 1024).into();
        let mut unknown = envelope(&good(148).label());
        unknown["detail-type"] = "LabelPrinted".into();
        let scan = envelope(&good(147).scan("in_transit"));
        let bell = json!({ "v": 2, "seller": SELLER, "partner": AMAZON, "order": good(146).order });
        let queue = "label-created";
        together(vec![
            case(140, ("300 KB", queue), large.to_string(), &["body", "262,144 bytes"]),
            case(
                141,
                ("not JSON", queue),
                "label 903-1 made, regards".to_owned(),
                &["body", "is not JSON"],
            ),
            case(
                142,
                ("unknown type", queue),
                unknown.to_string(),
                &[
                    "detail-type",
                    "LabelPrinted",
                    "LabelCreated, LabelVoided, OrderCancelled, OrderUpdated, CarrierScan, ImeiUpdated",
                ],
            ),
            case(
                143,
                ("another queue's event", queue),
                scan.to_string(),
                &["detail-type", "CarrierScan", "LabelCreated"],
            ),
            case(
                144,
                ("not a doorbell", "amazon"),
                r#"{"ring":"ring"}"#.to_owned(),
                &["not a doorbell"],
            ),
            case(
                145,
                ("an unknown doorbell", "back-market"),
                bell.to_string(),
                &["v: 2", "known is 1"],
            ),
        ])
        .await;
        for number in 146..=149 {
            assert_eq!(good(number).view().await, None, "an order was made by a bad message");
        }
    });
}

#[test]
fn a_rule_wired_to_a_function_is_refused_with_the_name_of_the_queue() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, AMAZON, 199);
        let payload = envelope(&parcel.label());
        for function in [
            "label-created",
            "label-voided",
            "order-cancelled",
            "order-updated",
            "carrier-scan",
            "imei-updated",
            "send-amazon",
            "send-back-market",
        ] {
            let answer = shared.stack.invoke(function, &payload).await;
            let error = answer.expect_err("it is not a batch").to_string();
            assert!(error.contains("point the EventBridge rule at the queue"), "{error}");
        }
        assert_eq!(parcel.view().await, None);
    });
}
