//! Labels that are refused: their seller sees which, and why (rule L15), also where an order would be too large to be stored
//! (rule L14).

use crate::bad_input::dead_lettered;
use crate::parcel::Parcel;
use crate::stack::{Case, Shared, run, together};
use domain::Imei;
use local::{Event, SELLER};
use serde_json::{Value, json};

const AMAZON: &str = "lines-amazon";
const BACK_MARKET: &str = "rules-back-market";

/// The refused labels of an order that need a person.
fn open(view: &Value) -> Vec<&Value> {
    let labels = view["refused_labels"].as_array().into_iter().flatten();
    labels.filter(|label| label["is_open"] == true).collect()
}

/// Makes a label bad.
type Spoil = fn(&mut Value);

/// The seller sees a refused label. It goes when a good one comes.
async fn shows_until_a_good_one(parcel: Parcel, spoil: Spoil, says: &str) {
    let mut bad = parcel.label();
    spoil(&mut bad.detail);
    parcel.put(&[bad]).await;
    let view = parcel.until("it is shown", |view| !open(view).is_empty()).await;
    let label = open(&view)[0];
    assert!(label["reason"].as_str().unwrap_or_default().contains(says), "{label:#}");
    assert_eq!(label["attention"]["reason"], "label_refused");
    assert_eq!(view["packages"], json!([]), "no package is made of it");
    assert!(!view["attention_since"].is_null());
    let parcel = parcel.sold();
    parcel.put(&[parcel.label(), parcel.scan("in_transit")]).await;
    parcel.until_is("confirmed").await;
    let view = parcel.view().await.unwrap_or_default();
    assert_eq!((open(&view).len(), &view["attention_since"]), (0, &Value::Null), "{view:#}");
}

#[test]
fn a_refused_label_is_shown_until_a_good_one_comes() {
    run(|shared| async move {
        let case = |name, number, spoil: Spoil, says: &'static str| -> Case {
            let parcel = Parcel::amazon(shared, AMAZON, number);
            (name, Box::pin(shows_until_a_good_one(parcel, spoil, says)))
        };
        together(vec![
            case("a word", 2100, |d| d["tracking_number"] = "PENDING".into(), "is a word"),
            case(
                "two numbers",
                2101,
                |d| d["tracking_number"] = "1Z999AA10123456784 and 1Z999AA10123456795".into(),
                "detail.tracking_number",
            ),
            case("no carrier", 2102, |d| d["carrier"] = Value::Null, "detail.carrier: is missing"),
            case(
                "no pieces",
                2103,
                |d| d["items"][0]["quantity"] = 0.into(),
                "detail.items[0].quantity",
            ),
            case("no time", 2104, |d| d["labeled_at"] = "yesterday".into(), "detail.labeled_at"),
            case(
                "a package that cannot be read",
                2105,
                |d| d["package_id"] = "1\n2".into(),
                "detail.package_id",
            ),
            case(
                "more codes than pieces",
                2106,
                |d| d["items"][0]["transparency_codes"] = json!(["SN1234567", "SN1234568"]),
                "detail.items[0].transparency_codes: has 2 codes for 1 pieces",
            ),
        ])
        .await;
    });
}

/// A person puts it aside, by the API.
#[test]
fn a_person_puts_it_aside() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, AMAZON, 2110);
        let mut bad = parcel.label();
        bad.detail["tracking_number"] = "NOTRACKING".into();
        parcel.put(&[bad]).await;
        parcel.until("it is shown", |view| !open(view).is_empty()).await;
        let token = shared.stack.token_for(SELLER).await.expect("there are users");
        let listed =
            shared.stack.api("GET /orders?attention=true&limit=100", Some(&token), &[], None).await;
        let listed = listed.expect("it answers");
        let orders = listed.body["orders"].as_array().cloned().unwrap_or_default();
        let ours = orders.iter().find(|order| order["order_id"] == *parcel.order);
        let label = &ours.expect("it is in the attention list")["refused_labels"][0];
        let action = &label["actions"][0];
        assert_eq!(action["action"], "put_aside", "{label:#}");
        let path = format!("POST /partners/{AMAZON}/orders/{}/actions", parcel.order);
        let body = json!({ "action": "put_aside", "event_id": action["event_id"],
            "reason": "it was a test" })
        .to_string();
        let done = shared.stack.api(&path, Some(&token), &[], Some(&body)).await;
        let done = done.expect("it answers");
        assert_eq!((done.status, open(&done.body).len()), (200, 0), "{}", done.text);
        assert!(done.text.contains("it was a test"), "{}", done.text);
        let again = shared.stack.api(&path, Some(&token), &[], Some(&body)).await;
        assert_eq!(again.expect("it answers").status, 409);
    });
}

/// Whose label cannot be found out, of that nothing is kept.
#[test]
fn of_nobody_nothing_is_kept() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, AMAZON, 2111);
        let neighbour = Parcel::amazon(shared, AMAZON, 2112);
        let bad = |field: &str, value: Value| {
            let mut label = parcel.label();
            label.detail["tracking_number"] = "PENDING".into();
            label.detail[field] = value;
            label
        };
        let events = [
            bad("partner_id", "nobody".into()),
            bad("partner_id", Value::Null),
            bad("seller_id", 7.into()),
            bad("order_id", "a#b".into()),
            neighbour.label(),
        ];
        parcel.put(&events).await;
        neighbour.until_is("waiting").await;
        assert_eq!(parcel.view().await, None);
    });
}

/// Labels of one order until one of them would make it too large. The refused ones are dead-lettered with their reason and shown
/// to their seller, and what comes of the order is saved as before.
async fn grows_to_its_end(parcel: Parcel, before: Vec<Event>, labels: Vec<Event>) {
    let shared: &Shared = parcel.shared;
    let (parcel, count) = (&parcel, labels.len());
    parcel.put(&before).await;
    for some in labels.chunks(4) {
        parcel.put(some).await;
    }
    let is_ours = |letter: &local::DeadLetter| letter.body.contains(parcel.order.as_str());
    let refused = |view: &Value| !open(view).is_empty();
    let view = parcel.until("a label is refused", refused).await;
    let reason = open(&view)[0]["reason"].as_str().unwrap_or_default().to_owned();
    assert!(reason.starts_with("detail.order_id: the order would have "), "{reason}");
    assert_eq!(open(&view)[0]["allowed"], "at most 307200");
    parcel.put(&[parcel.cancel()]).await;
    let view = parcel.until("it is cancelled", |view| !view["cancelled_at"].is_null()).await;
    let words = ["detail.order_id: the order would have ", "allowed: at most 307200"];
    dead_lettered(shared, "label-created", &words, is_ours).await;
    let kept = view["packages"].as_array().map_or(0, Vec::len);
    assert!((1..count).contains(&kept), "{kept} packages of {count} labels");
}

fn said(mut event: Event, fields: &Value) -> Event {
    for (name, value) in fields.as_object().into_iter().flatten() {
        event.detail[name] = value.clone();
    }
    event
}

fn packages(parcel: &Parcel, fields: impl Fn(usize) -> Value) -> Vec<Event> {
    let label = |place: usize| {
        let number = format!("{}{place:04}", parcel.tracking);
        said(parcel.label_of(&format!("p{place}"), "lbl_1", &number), &fields(place))
    };
    (0..50).map(label).collect()
}

fn lines(place: usize, count: usize) -> Value {
    let line = |n: usize| {
        json!({ "item_id": format!("{place:020}{n:020}"), "quantity": 1,
        "sku": format!("SKU-{n:026}"), "requires_imei": false })
    };
    json!({ "items": (0..count).map(line).collect::<Vec<_>>() })
}

#[test]
fn an_order_that_would_be_too_large() {
    run(|shared| async move {
        let amazon = |number| Parcel::amazon(shared, AMAZON, number);
        let case = |name, parcel: Parcel, labels: Vec<Event>| -> Case {
            (name, Box::pin(grows_to_its_end(parcel, Vec::new(), labels)))
        };
        let many = amazon(2120);
        let of_many = packages(&many, |place| lines(place, 100));
        let further = amazon(2121);
        let of_further = packages(&further, |place| {
            let numbers = (0..20).map(|n| format!("JD{place:018}{n:020}"));
            let all = numbers.collect::<Vec<_>>();
            said(
                Event { kind: domain::EventKind::LabelCreated, detail: lines(place, 80) },
                &json!({ "also_known_as": all }),
            )
            .detail
        });
        let words = amazon(2122);
        let of_words = packages(&words, |place| {
            let long = |n: usize| {
                json!({ "item_id": format!("{place:03}-{n:03}"), "quantity": 1,
                "sku": "w".repeat(200), "requires_imei": false })
            };
            json!({ "carrier": "w".repeat(200), "service": "w".repeat(200),
                "items": (0..40).map(long).collect::<Vec<_>>() })
        });
        let one = amazon(2123);
        let of_one: Vec<Event> = packages(&one, |place| lines(place, 100))
            .into_iter()
            .enumerate()
            .map(|(place, label)| {
                let id = format!("lbl_{place}");
                let package = format!("p{}", place % 3);
                let number = one.tracking.clone();
                said(
                    label,
                    &json!({ "package_id": package, "label_id": id, "tracking_number": number }),
                )
            })
            .collect();
        together(vec![
            case("packages of many lines", many, of_many),
            case("many further numbers", further, of_further),
            case("long words", words, of_words),
            case("many labels of a package", one, of_one),
        ])
        .await;
    });
}

/// IMEIs count, too.
#[test]
fn an_order_with_many_imeis() {
    run(|shared| async move {
        let parcel = Parcel::back_market(shared, BACK_MARKET, 2124);
        let imeis = |line: usize| -> Event {
            let imei = |n: usize| {
                let digits = format!("35{line:04}{n:08}");
                let checked = (0..10).map(|check| format!("{digits}{check}"));
                checked.into_iter().find(|text| text.parse::<Imei>().is_ok()).expect("one fits")
            };
            let all: Vec<String> = (0..100).map(imei).collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            parcel.imei(&format!("line-{line}"), &all)
        };
        let entered: Vec<Event> = (0..8).map(imeis).collect();
        let labels = packages(&parcel, |place| lines(place, 100));
        grows_to_its_end(parcel.clone(), entered, labels).await;
    });
}
