//! Rules S2, S7 and S8 through the built functions: what a marketplace shows when it is looked at, what is sent before a ship-by, and
//! what was taken and does not show. Nobody waits for hours here: labels were made hours ago, and what was confirmed is put back.

use crate::parcel::Parcel;
use crate::sellers::Seller;
use crate::stack::{Shared, run};
use domain::{Channel, EventKind, Looks, OrderKey, Stage, State};
use flows::ports::{Clock as _, Orders as _};
use local::Event;
use marketplaces::{Fault, Operation, Standing};
use serde_json::{Value, json};

/// Seconds.
const HOUR: i64 = 3_600;

/// A label of three hours ago whose ship-by is two hours ahead: with the standard warning of four hours it is due.
fn due_label(parcel: &Parcel) -> Event {
    let mut label = parcel.label();
    label.detail["labeled_at"] = parcel.ago(3 * HOUR).to_string().into();
    label.detail["ship_by"] = parcel.ago(-2 * HOUR).to_string().into();
    label
}

fn stands(parcel: &Parcel, standing: Standing) {
    parcel.shop().set_standing(&parcel.order, standing).expect("it is sold");
}

async fn sweep(shared: &Shared) {
    shared.stack.invoke("sweep", &json!({})).await.expect("the sweep does all of its work");
}

/// Puts the confirmation of an order back by so many hours, and its looks with it.
async fn hours_later(parcel: &Parcel, key: &OrderKey, hours: i64) {
    let aws = &parcel.shared.aws;
    let stored = aws.order(key).await.expect("the table answers").expect("it is there");
    let mut order = stored.order;
    for package in order.packages.values_mut() {
        let State::Sent(sent) = &mut package.state else { panic!("it is not sent") };
        let Stage::Confirmed { at, .. } = &mut sent.stage else { panic!("it is not confirmed") };
        *at = parcel.ago(hours * HOUR);
        package.looks = Looks::default();
    }
    order.due_at = Some(aws.now());
    aws.save(&order, Some(stored.version), "hours-later.1").await.expect("it is saved");
    sweep(parcel.shared).await;
}

/// Rule S8: Amazon's 204 that stored nothing is told, and a person sends it again by the same reference.
#[test]
fn what_amazon_took_and_does_not_show_is_told_and_goes_again_by_a_persons_word() {
    run(|shared| async move {
        let seller = Seller::new(shared, "verifier").await;
        seller.registers("verifier-amazon", Channel::Amazon, "Amazon").await;
        let parcel = Parcel::amazon(shared, "verifier-amazon", 2_140).sold();
        parcel.fault(Operation::Submit, Fault::taken_and_lost());
        seller.put([parcel.label(), parcel.scan("in_transit")]).await;
        let view = seller.until_is(&parcel, "confirmed").await;
        let package = &view["packages"][0];
        assert_eq!(package["detail"]["evidence"], "accepted", "{package:#}");
        assert_eq!(package["verification"]["state"], "pending", "{package:#}");
        assert_eq!((parcel.submitted(), parcel.held().len()), ((1, 0), 0));

        let key = OrderKey { seller: "verifier".parse().expect("an id"), ..parcel.key() };
        hours_later(&parcel, &key, 7).await;
        let is_not_shown = |view: &Value| view["packages"][0]["marks"] == json!(["not_shown"]);
        let view = seller.until(&parcel, "it is marked", is_not_shown).await;
        assert!(!view["attention_since"].is_null(), "{view:#}");
        assert_eq!(view["packages"][0]["verification"]["state"], "not_shown", "{view:#}");
        parcel.published(&["ConfirmationAccepted", "ConfirmationNotShown"]).await;
        assert_eq!(parcel.submitted(), (1, 0), "nothing is repeated by itself");

        let word = json!({ "action": "resolve", "resolution": "nothing_there",
            "reason": "the buyer asked", "evidence": "Seller Central has no package" });
        seller.acts(&parcel, &word).await;
        let is_sent_again = |_: &Value| parcel.submitted() == (2, 1);
        seller.until(&parcel, "it goes again", is_sent_again).await;
        let view = seller.until_is(&parcel, "confirmed").await;
        assert_eq!(view["packages"][0]["marks"], json!([]), "{view:#}");
        let reference = |body: &Value| body["packageDetail"]["packageReferenceId"].clone();
        let sent = parcel.submissions();
        assert_eq!(reference(&sent[0].body), reference(&sent[1].body));
    });
}

/// Rules S7 and P13: a person asks for a look, and need not wait for those that are due.
#[test]
fn a_person_asks_what_amazon_shows() {
    run(|shared| async move {
        let seller = Seller::new(shared, "looker").await;
        seller.registers("looker-amazon", Channel::Amazon, "Amazon").await;
        let parcel = Parcel::amazon(shared, "looker-amazon", 2_141).sold();
        seller.put([parcel.label(), parcel.scan("in_transit")]).await;
        seller.until_is(&parcel, "confirmed").await;
        let look = json!({ "action": "look", "reason": "the buyer sees no number" });
        seller.acts(&parcel, &look).await;
        let is_shown = |view: &Value| view["packages"][0]["verification"]["state"] == "shown";
        let view = seller.until(&parcel, "it is looked at", is_shown).await;
        assert_eq!(view["packages"][0]["detail"]["evidence"], "read_back", "{view:#}");
        assert_eq!(parcel.submitted(), (1, 1));
    });
}

/// Rule S8: what shows is verified, and needs nobody.
#[test]
fn what_amazon_shows_is_read_back() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, "verified-amazon", 2_142).sold();
        parcel.put(&[parcel.label()]).await;
        parcel.until_is("confirmed").await;
        hours_later(&parcel, &parcel.key(), 1).await;
        let is_read_back = |view: &Value| view["packages"][0]["detail"]["evidence"] == "read_back";
        let view = parcel.until("it is verified", is_read_back).await;
        assert!(view["attention_since"].is_null(), "{view:#}");
        assert_eq!(parcel.submitted(), (1, 1));
    });
}

/// Rule S2: before the ship-by eBay is looked at, and what waits for its movement alone goes out. What eBay says of the ship-by comes
/// before what the label says.
#[test]
fn ebay_is_told_before_the_ship_by_of_what_nobody_scans() {
    run(|shared| async move {
        let parcel = Parcel::new(shared, (Channel::Ebay, "in-time-ebay"), 2_143).sold();
        let by = parcel.ago(-3 * HOUR).to_string();
        stands(&parcel, Standing::due(by.clone()));
        parcel.put(&[due_label(&parcel)]).await;
        let package = parcel.until_is("confirmed").await;
        let ship_by = &package["ship_by"];
        assert_eq!((&ship_by["by"], &ship_by["source"]), (&json!(by), &json!("channel")));
        let proof = &package["sent"]["proof"];
        assert_eq!((&proof["kind"], &proof["occurred_at"]), (&json!("deadline"), &json!(by)));
        assert_eq!(package["confirmed_late"], false, "{package:#}");
        assert_eq!(parcel.submitted(), (1, 1));
    });
}

/// Rule S7: a cancellation that the look shows stops it, as any other does.
#[test]
fn what_the_look_shows_as_cancelled_is_not_sent_before_its_ship_by() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, "in-time-amazon", 2_144).sold();
        stands(&parcel, Standing::cancelled());
        parcel.put(&[due_label(&parcel)]).await;
        let package = parcel.until_is("withheld").await;
        assert_eq!(package["detail"]["reason"], "cancelled", "{package:#}");
        sweep(shared).await;
        assert_eq!(parcel.submitted(), (0, 0));
    });
}

/// Rule S7: a wish that the look shows holds it.
#[test]
fn what_the_look_shows_as_wished_is_held_before_its_ship_by() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, "in-time-amazon", 2_145).sold();
        stands(&parcel, Standing::wished());
        parcel.put(&[due_label(&parcel)]).await;
        let package = parcel.until_is("held").await;
        assert_eq!(package["detail"]["reason"], "cancel_requested", "{package:#}");
        assert_eq!(parcel.submitted(), (0, 0));
    });
}

/// Rule S5: somebody shipped it by hand, and told. Nothing goes over their number.
#[test]
fn what_was_shipped_by_hand_is_a_conflict_once_it_is_told() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, "deadlines-amazon", 2_146).sold();
        parcel.put(&[parcel.label()]).await;
        parcel.until_is("waiting").await;
        parcel.shop().ship_elsewhere(&parcel.order, "9400111899223100097");
        let told = json!({ "updated_at": parcel.ago(1).to_string(), "shipped": {} });
        parcel.put(&[parcel.event(EventKind::OrderUpdated, told)]).await;
        let package = parcel.until_is("conflict").await;
        assert_eq!(package["detail"]["found"], "9400111899223100097", "{package:#}");
        parcel.put(&[parcel.scan("in_transit")]).await;
        sweep(shared).await;
        assert_eq!(parcel.submitted(), (0, 0));
        parcel.published(&["ConfirmationConflict"]).await;
    });
}

/// Rules S2 and S11: Groupon's rules forbid a number before the carrier has the parcel.
#[test]
fn groupon_refuses_to_send_before_a_ship_by_with_its_reason() {
    run(|shared| async move {
        let seller = Seller::new(shared, "groupon-seller").await;
        seller.registers("groupon-seller-us", Channel::Groupon, "Groupon").await;
        let path = "/partners/groupon-seller-us/settings";
        let read = seller.call(&format!("GET {path}"), None).await;
        let etag = read.header("etag").expect("settings have a version").to_owned();
        let timing = "when_tracking_shows_movement";
        for (field, setting) in [
            ("deadline.action", json!({ "timing": timing, "deadline": { "action": "send" } })),
            ("or_after_hours", json!({ "timing": timing, "or_after_hours": 24 })),
        ] {
            let call = format!("PUT {path}");
            let answer = seller.call_with(&call, &[("if-match", &etag)], Some(&setting)).await;
            assert_eq!((answer.status, &answer.body["field"]), (400, &json!(field)));
            let detail = answer.body["detail"].as_str().unwrap_or_default();
            assert!(detail.contains("no number before the carrier has the parcel"), "{detail}");
        }
        let body = json!({ "timing": timing, "sla_days": 2, "closed_days": ["2026-12-24"] });
        let call = format!("PUT {path}");
        let answer = seller.call_with(&call, &[("if-match", &etag)], Some(&body)).await;
        assert_eq!((answer.status, &answer.body["sla_days"]), (200, &json!(2)), "{}", answer.text);
    });
}
