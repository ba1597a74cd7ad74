//! Rules S1 to S5 and S10 through the built functions: ship-bys that are near, over and moved, parcels that nobody scans, buyers who
//! wish to cancel, and confirmations that are sent after a time. Nobody waits for hours here: labels are made hours ago, and
//! ship-bys are hours ahead.

use crate::parcel::{Ending, Parcel};
use crate::sellers::Seller;
use crate::stack::{Shared, run};
use domain::{Channel, EventKind, Moment, SendAfter, SendAfterChange, SettingsChange};
use domain::{Days, SilenceFlag, TimeOfDay};
use flows::ports::{Clock as _, Orders as _};
use jiff::SignedDuration;
use jiff::tz::{TimeZone, offset};
use local::Event;
use serde_json::{Value, json};
use std::time::Duration;

const AMAZON: &str = "deadlines-amazon";

/// Seconds.
const HOUR: i64 = 3_600;

/// A parcel whose label was made so many hours ago.
fn label_of(parcel: &Parcel, hours: i64) -> Event {
    let mut label = parcel.label();
    label.detail["labeled_at"] = parcel.ago(hours * HOUR).to_string().into();
    label
}

/// The same with a ship-by of so many hours from now.
fn due_in(parcel: &Parcel, hours: i64) -> Event {
    let mut label = label_of(parcel, 3);
    label.detail["ship_by"] = in_hours(parcel, hours).into();
    label
}

fn in_hours(parcel: &Parcel, hours: i64) -> String {
    parcel.ago(-hours * HOUR).to_string()
}

/// What became of the order, as of so many seconds ago.
fn updated(parcel: &Parcel, seconds: i64, said: Value) -> Event {
    let mut detail = said;
    detail["updated_at"] = parcel.ago(seconds).to_string().into();
    parcel.event(EventKind::OrderUpdated, detail)
}

fn wish(parcel: &Parcel, seconds: i64, is_wished: bool) -> Event {
    updated(parcel, seconds, json!({ "cancel_requested": is_wished }))
}

/// The marks of an order's first package.
fn marks(view: &Value) -> Vec<&str> {
    let marks = view["packages"][0]["marks"].as_array();
    marks.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn has_marks(expected: &'static [&'static str]) -> impl Fn(&Value) -> bool {
    move |view| !view["packages"][0].is_null() && marks(view) == expected
}

/// How many different notices of a kind were published about the order. One that is delivered twice has one id.
async fn told(parcel: &Parcel, kind: &str) -> usize {
    let events = parcel.shared.stack.published().await.expect("the queue answers");
    let ours = events.iter().filter(|event| event["detail"]["order_id"] == *parcel.order);
    let of_kind = ours.filter(|event| event["detail-type"] == kind);
    let mut ids: Vec<&str> = of_kind.filter_map(|event| event["detail"]["id"].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}

async fn sweep(shared: &Shared) {
    shared.stack.invoke("sweep", &json!({})).await.expect("the sweep does all of its work");
}

/// Rules S1 and S3: a moved ship-by takes its mark along, and each is told once.
#[test]
fn a_ship_by_is_warned_of_once_moved_and_told_once_when_it_is_over() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, AMAZON, 2_120).sold();
        let label = due_in(&parcel, 2);
        parcel.put(std::slice::from_ref(&label)).await;
        let view = parcel.until("it is warned of", has_marks(&["ship_by_near"])).await;
        assert!(!view["attention_since"].is_null(), "{view:#}");
        assert_eq!(view["packages"][0]["ship_by"]["source"], "label");
        parcel.put(&[label.clone(), label]).await;

        let by = in_hours(&parcel, 48);
        parcel.put(&[updated(&parcel, 3, json!({ "ship_by": by }))]).await;
        let view = parcel.until("it is moved", has_marks(&[])).await;
        let ship_by = &view["packages"][0]["ship_by"];
        assert_eq!((&ship_by["by"], &ship_by["source"]), (&json!(by), &json!("order_updated")));
        assert!(view["attention_since"].is_null(), "{view:#}");

        let over = updated(&parcel, 2, json!({ "ship_by": in_hours(&parcel, -1) }));
        parcel.put(std::slice::from_ref(&over)).await;
        parcel.until("it is over", has_marks(&["ship_by_passed"])).await;
        parcel.put(&[over]).await;
        sweep(shared).await;

        parcel.put(&[parcel.scan("in_transit")]).await;
        let view = parcel.until("it is confirmed late", |view| {
            view["packages"][0]["confirmed_late"] == true && marks(view).is_empty()
        });
        assert!(view.await["attention_since"].is_null());
        parcel.published(&["ConfirmationAccepted", "ShipByNear", "ShipByPassed"]).await;
        assert_eq!(
            (told(&parcel, "ShipByNear").await, told(&parcel, "ShipByPassed").await),
            (1, 1)
        );
        assert_eq!(parcel.submitted(), (1, 1));
    });
}

/// An update that comes before the label waits for it, and is in no list until then. A day is one of the partner's zone, which is none.
#[test]
fn an_update_may_come_before_its_label_and_tell_a_day() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, AMAZON, 2_121).sold();
        let day = TimeZone::UTC.to_datetime(parcel.ago(-48 * HOUR).timestamp()).date();
        parcel.put(&[updated(&parcel, 5, json!({ "ship_by": day.to_string() }))]).await;
        let view = parcel.until("it is known", Value::is_object).await;
        assert_eq!(view["packages"], json!([]), "{view:#}");
        assert!(view["attention_since"].is_null(), "{view:#}");
        parcel.put(&[parcel.label()]).await;
        let view = parcel.until_is("waiting").await;
        assert_eq!(view["ship_by"]["by"], format!("{day}T09:59:59.999Z"), "{view:#}");
    });
}

/// Rule S4.
#[test]
fn a_silence_is_told_and_ends_with_a_scan() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, AMAZON, 2_122).sold();
        parcel.put(&[label_of(&parcel, 97)]).await;
        let view = parcel.until("it is silent", has_marks(&["no_movement"])).await;
        assert!(!view["attention_since"].is_null(), "{view:#}");
        parcel.published(&["NoMovement"]).await;
        parcel.put(&[parcel.scan("picked_up")]).await;
        let held = Some(parcel.tracking.as_str());
        let published = &["ConfirmationAccepted", "NoMovement"];
        let ending =
            Ending { state: "confirmed", why: "accepted", submitted: (1, 1), held, published };
        let package = parcel.ends(ending).await;
        assert_eq!(package["marks"], json!([]));
    });
}

/// Rule S4: a package that waits for another label for as long. The wait is put back, for nobody waits four days here.
#[test]
fn a_voided_label_that_is_not_replaced_is_told() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, AMAZON, 2_123).sold();
        parcel.put(&[parcel.label(), parcel.void()]).await;
        // A void that is handled before its label waits for one, too.
        let waits = |view: &Value| {
            let package = &view["packages"][0];
            package["detail"]["for"] == "label" && package["label"]["label_id"] == "lbl_1"
        };
        parcel.until("its label is voided", waits).await;
        assert_eq!(marks(&parcel.view().await.expect("it is there")), [""; 0]);
        let stored = shared.aws.order(&parcel.key()).await.expect("the table answers");
        let stored = stored.expect("it is there");
        let mut order = stored.order;
        let (long_ago, now) = (parcel.ago(97 * HOUR), shared.aws.now());
        for package in order.packages.values_mut() {
            assert_eq!(package.silence, None::<SilenceFlag>);
            package.unlabelled_since = Some(long_ago);
        }
        order.due_at = Some(now);
        shared
            .aws
            .save(&order, Some(stored.version), "97-hours-later.1")
            .await
            .expect("it is saved");
        sweep(shared).await;
        parcel.until_marked("no_label").await;
        parcel.published(&["AttentionNeeded"]).await;
        let again = parcel.label_of("1", "lbl_2", "8800212399");
        parcel.put(&[again]).await;
        parcel.until("it has a label", has_marks(&[])).await;
    });
}

/// A seller with a partner of its own, whose people act.
async fn wisher(shared: &'static Shared, id: &'static str, partner: &str) -> Seller {
    let seller = Seller::new(shared, id).await;
    seller.registers(partner, Channel::Amazon, "Amazon").await;
    seller
}

fn is_held(view: &Value) -> bool {
    let package = &view["packages"][0];
    package["state"] == "held" && package["detail"]["reason"] == "cancel_requested"
}

/// Rule S5: a person refuses a wish; one that is told later holds again, and is taken back.
#[test]
fn a_wish_holds_is_refused_is_told_again_and_is_taken_back() {
    run(|shared| async move {
        let seller = wisher(shared, "wisher", "wisher-amazon").await;
        let parcel = Parcel::amazon(shared, "wisher-amazon", 2_124).sold();
        let first = wish(&parcel, 60, true);
        seller.put([parcel.label(), first.clone()]).await;
        let view = seller.until(&parcel, "the wish holds it", is_held).await;
        assert!(!view["attention_since"].is_null(), "{view:#}");
        let release = view["packages"][0]["actions"].as_array().cloned().unwrap_or_default();
        let release = release.into_iter().find(|action| action["action"] == "release");
        let warning = release.map(|action| action["warning"].to_string()).unwrap_or_default();
        assert!(warning.contains("The buyer's wish to cancel is refused here"), "{warning}");

        let action = json!({ "action": "release", "reason": "it is packed" });
        seller.acts(&parcel, &action).await;
        let refused = |view: &Value| {
            let word = &view["packages"][0]["refused_wish"]["refused"];
            word["by"] == "wisher@example.com" && view["packages"][0]["state"] == "waiting"
        };
        seller.until(&parcel, "it is refused", refused).await;
        // The same wish, told again, is refused already.
        seller.put([first]).await;
        seller.put([wish(&parcel, 30, true)]).await;
        seller.until(&parcel, "a later wish holds it", is_held).await;
        seller.put([parcel.scan("in_transit")]).await;
        assert_eq!(parcel.submitted(), (0, 0));

        seller.put([wish(&parcel, 20, false)]).await;
        seller.until_is(&parcel, "confirmed").await;
        parcel.published(&["CancelRequested", "ConfirmationAccepted"]).await;
        assert_eq!(told(&parcel, "CancelRequested").await, 2);
        assert_eq!(parcel.submitted(), (1, 1));
    });
}

/// Rule S5: after the claim a wish changes nothing at the marketplace. A person's word to send goes over one.
#[test]
fn a_wish_after_the_claim_is_marked_and_one_before_it_is_sent_over() {
    run(|shared| async move {
        let late = Parcel::amazon(shared, AMAZON, 2_125).sold();
        late.put(&[late.label(), late.scan("in_transit")]).await;
        late.until_is("confirmed").await;
        late.put(&[wish(&late, 0, true)]).await;
        let view = late.until_marked("cancel_requested").await;
        assert!(!view["attention_since"].is_null(), "{view:#}");
        late.published(&["CancelRequested", "ConfirmationAccepted"]).await;
        assert_eq!(late.submitted(), (1, 1));

        let seller = wisher(shared, "sender", "sender-amazon").await;
        let sent = Parcel::amazon(shared, "sender-amazon", 2_126).sold();
        seller.put([sent.label(), wish(&sent, 60, true)]).await;
        seller.until(&sent, "the wish holds it", is_held).await;
        let action = json!({ "action": "send_now", "reason": "it is on its way" });
        seller.acts(&sent, &action).await;
        let package = seller.until_is(&sent, "confirmed").await;
        assert_eq!(package["packages"][0]["marks"], json!([]), "a person knew of the wish");
        assert_eq!(sent.submitted(), (1, 1));
    });
}

async fn set_send_after(shared: &Shared, partner: &str, to: SendAfter) {
    let send_after = Some(SendAfterChange::To(to));
    let change = SettingsChange { send_after, ..SettingsChange::NONE };
    shared.stack.change_settings(partner, change).await.expect("the partner is there");
}

/// Rule S10: by hours alone, no parcel of this test would be sent before the day after tomorrow, unless it moves.
#[test]
fn a_confirmation_waits_for_its_time_unless_the_parcel_moves() {
    run(|shared| async move {
        let partner = "send-after-amazon";
        let after = SendAfter::new(48, None, Days::ALL).expect("it is a setting");
        set_send_after(shared, partner, after).await;
        let parcel = Parcel::amazon(shared, partner, 2_127).sold();
        parcel.put(&[parcel.label()]).await;
        let package = parcel.until_is("waiting").await;
        assert_eq!(package["detail"]["for"], "send_after", "{package:#}");
        let from: Moment =
            package["detail"]["from"].as_str().and_then(|at| at.parse().ok()).expect("a time");
        let wait = from.since(shared.aws.now());
        let two_days = SignedDuration::from_hours(48);
        assert!(wait <= two_days && wait > two_days - SignedDuration::from_mins(5), "{wait}");
        sweep(shared).await;
        assert_eq!(parcel.submitted(), (0, 0));
        parcel.put(&[parcel.scan("picked_up")]).await;
        let held = Some(parcel.tracking.as_str());
        let published = &["ConfirmationAccepted"];
        let ending =
            Ending { state: "confirmed", why: "accepted", submitted: (1, 1), held, published };
        parcel.ends(ending).await;
    });
}

/// Rule S10: a time of the day, which comes within two minutes.
#[test]
fn a_confirmation_is_sent_when_its_time_has_come() {
    run(|shared| async move {
        let seller = Seller::new(shared, "timer").await;
        seller.registers("timer-amazon", Channel::Amazon, "Amazon").await;
        let now = shared.aws.now();
        // The day must not end meanwhile.
        let zones = [("Etc/UTC", 0), ("Asia/Tokyo", 9)];
        let mut zones =
            zones.map(|(name, hours)| (name, TimeZone::fixed(offset(hours)))).into_iter();
        let early = zones.find(|(_, zone)| zone.to_datetime(now.timestamp()).hour() < 23);
        let (zone, clock) = early.expect("it is not midnight in both");
        let local = clock.to_datetime(now.plus(SignedDuration::from_secs(90)).timestamp());
        let earliest = format!("{:02}:{:02}", local.hour(), local.minute());
        assert!(earliest.parse::<TimeOfDay>().is_ok());
        sets_zone(&seller, "timer-amazon", zone).await;
        let body = json!({ "timing": "when_tracking_is_assigned", "send_after": { "earliest": earliest } });
        changes(&seller, "/partners/timer-amazon/settings", body).await;

        let parcel = Parcel::amazon(shared, "timer-amazon", 2_128).sold();
        seller.put([parcel.label()]).await;
        let view = seller.until_is(&parcel, "waiting").await;
        let detail = &view["packages"][0]["detail"];
        assert_eq!(detail["for"], "send_after", "{view:#}");
        let from: Moment = detail["from"].as_str().and_then(|at| at.parse().ok()).expect("a time");
        assert_eq!(parcel.submitted(), (0, 0));
        let wait = from.since(shared.aws.now()) + SignedDuration::from_secs(1);
        tokio::time::sleep(Duration::try_from(wait).unwrap_or_default()).await;
        sweep(shared).await;
        seller.until_is(&parcel, "confirmed").await;
        assert_eq!(parcel.submitted(), (1, 1));
    });
}

/// Changes what an address has, with the version that it has now.
async fn changes(seller: &Seller, path: &str, body: Value) {
    let read = seller.call(&format!("GET {path}"), None).await;
    let etag = read.header("etag").expect("it has a version").to_owned();
    let call = format!("PUT {path}");
    let answer = seller.call_with(&call, &[("if-match", &etag)], Some(&body)).await;
    assert_eq!(answer.status, 200, "{call}: {}", answer.text);
}

async fn sets_zone(seller: &Seller, partner: &str, zone: &str) {
    let path = format!("/partners/{partner}");
    let read = seller.call(&format!("GET {path}"), None).await.body;
    let body = json!({ "channel": read["channel"], "name": read["name"],
        "settings": read["settings"], "time_zone": zone });
    changes(seller, &path, body).await;
}
