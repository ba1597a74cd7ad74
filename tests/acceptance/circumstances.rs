//! An account's circumstances, on the built functions: a pause lets nothing out and then all of it, once (rule A1); what is observed
//! reaches no marketplace (rule A3).

use crate::parcel::Parcel;
use crate::sellers::Seller;
use crate::stack::run;
use domain::{Channel, Moment, Timing};
use flows::ports::Clock as _;
use jiff::SignedDuration;
use marketplaces::{Answer, Fault, Operation};
use serde_json::{Value, json};

/// Whether the package's work was put off for the time of a pause.
fn is_put_off(order: &Value, field: &str, now: Moment) -> bool {
    let at = order["packages"][0]["detail"][field].as_str();
    let at = at.and_then(|at| at.parse::<Moment>().ok());
    at.is_some_and(|at| at > now.plus(SignedDuration::from_mins(20)))
}

#[test]
fn a_pause_lets_nothing_out_and_then_all_of_it_once() {
    const PARTNER: &str = "pauser-ebay";
    run(|shared| async move {
        let seller = Seller::new(shared, "pauser").await;
        seller.registers(PARTNER, Channel::Ebay, "eBay US").await;
        seller.sets(PARTNER, Timing::WhenTrackingIsAssigned, None).await;
        let [doubtful, ready] =
            [960, 961].map(|number| Parcel::new(shared, (Channel::Ebay, PARTNER), number).sold());
        let answer = Answer::ServerError;
        doubtful.fault(Operation::Submit, Fault::Applied { answer, answer_after_ms: 0 });
        seller.put([doubtful.label()]).await;
        seller.until_is(&doubtful, "in_doubt").await;
        let reason = json!({ "reason": "A wrong release." });
        let paused = seller.call(&format!("POST /partners/{PARTNER}/pause"), Some(&reason)).await;
        assert_eq!(paused.status, 200, "{}", paused.text);
        assert_eq!(paused.body["paused"]["reason"], "A wrong release.");
        seller.put([ready.label()]).await;
        let now = || shared.aws.now();
        let put_off = |field: &'static str| move |order: &Value| is_put_off(order, field, now());
        seller.until(&ready, "it waits for the pause", put_off("not_before")).await;
        let order =
            seller.until(&doubtful, "its read waits for the pause", put_off("next_read_at")).await;
        assert_eq!(order["packages"][0]["detail"]["reads"], 0, "{order:#}");
        assert_eq!((ready.submitted(), doubtful.submitted()), ((0, 0), (1, 1)));
        let listed = seller.call("GET /orders?attention=true", None).await;
        assert_eq!(listed.body["partners"][0]["paused"]["reason"], "A wrong release.");
        assert_eq!(listed.body["orders"], json!([]), "{}", listed.text);

        let resumed = seller.call("POST /resume", Some(&json!({ "channel": "ebay" }))).await;
        assert_eq!(resumed.body["changed"], json!([PARTNER]), "{}", resumed.text);
        for parcel in [&ready, &doubtful] {
            seller.until_is(parcel, "confirmed").await;
            assert_eq!(parcel.submitted(), (1, 1), "each once");
            assert_eq!(parcel.held(), [parcel.tracking.as_str()]);
        }
    });
}

#[test]
fn what_is_observed_reaches_no_marketplace() {
    const PARTNER: &str = "observer-amazon";
    run(|shared| async move {
        let seller = Seller::new(shared, "observer").await;
        seller.registers(PARTNER, Channel::Amazon, "Amazon US").await;
        let settings = format!("/partners/{PARTNER}/settings");
        let set = async |mode: &str| {
            let read = seller.call(&format!("GET {settings}"), None).await;
            let etag = read.header("etag").expect("settings have a version").to_owned();
            let body = json!({ "timing": "when_tracking_is_assigned", "mode": mode });
            let call = format!("PUT {settings}");
            let put = seller.call_with(&call, &[("if-match", &etag)], Some(&body)).await;
            assert_eq!(put.status, 200, "{}", put.text);
        };
        set("observe").await;
        let parcel = Parcel::amazon(shared, PARTNER, 962).sold();
        seller.put([parcel.label()]).await;
        let order = seller.until_is(&parcel, "observed").await;
        let observed = &order["packages"][0]["observed"];
        assert_eq!(observed["tracking_number"], parcel.tracking, "{order:#}");
        assert_eq!(observed["proof"]["kind"], "label", "{order:#}");
        seller.acts(&parcel, &json!({ "action": "look", "reason": "To see." })).await;
        let has_looked = |order: &Value| order["packages"][0]["detail"]["shows"].is_object();
        let order = seller.until(&parcel, "the channel was asked", has_looked).await;
        assert_eq!(order["packages"][0]["detail"]["shows"]["what"], "nothing", "{order:#}");
        let listed = seller.call("GET /orders?attention=true", None).await;
        assert_eq!(listed.body["orders"], json!([]), "it needs nobody");
        set("live").await;
        let listed =
            seller.call(&format!("GET /partners/{PARTNER}/orders?state=observed"), None).await;
        assert_eq!(listed.body["orders"][0]["order_id"], parcel.order, "{}", listed.text);
        assert_eq!((parcel.submitted(), parcel.held().len()), ((0, 0), 0), "leaving sends nothing");
        seller.acts(&parcel, &json!({ "action": "send_now", "reason": "It is right." })).await;
        seller.until_is(&parcel, "confirmed").await;
        assert_eq!(parcel.submitted(), (1, 1));
    });
}
