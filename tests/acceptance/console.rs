//! The console in headless Chromium, as a person uses it.
//!
//! `tests/browser` has what the person does. These tests prepare what the person finds, and check what became of it at the
//! marketplace. Pictures of every view are kept under `target/console`.

#![expect(clippy::print_stdout, reason = "what the browser measured is for people")]

use crate::browser::{chromium, say_loudly};
use crate::parcel::Parcel;
use crate::python::{artefacts, folder, python, run_script};
use crate::sellers::{Seller, token};
use crate::stack::{Shared, run};
use crate::states::{States, states};
use channels::about::warnings;
use domain::{Channel, EventKind, OrderKey, Sent, Stage, State, Timing};
use flows::ports::Orders as _;
use marketplaces::{Fault, WishTracking};
use serde_json::{Value, json};
use std::path::Path;

/// The IMEI that is typed. `tests/browser/imeis.py` has this number, too.
const IMEI: &str = "356938035643809";

/// The number of a former shipment.
const FORMER: &str = "9400FORMER";

/// The e-mail address of a seller's person.
fn person(seller: &str) -> String {
    format!("{seller}@example.com")
}

/// Plays a scenario of `tests/browser`. `facts` are what the scenario needs to know beside the addresses.
async fn plays(shared: &'static Shared, browser: &'static Path, scenario: &str, mut facts: Value) {
    facts["api"] = shared.stack.state().api.clone().into();
    facts["browser"] = browser.to_string_lossy().into();
    facts["artefacts"] = artefacts("console").to_string_lossy().into();
    let (script, name) = (folder().join("browser/run.py"), scenario.to_owned());
    let playing = tokio::task::spawn_blocking(move || run_script(&script, &[&name], &facts));
    let ended = playing.await.expect("it is played");
    print!("{}", String::from_utf8_lossy(&ended.stdout));
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

/// The browser. Where there is none, the terminal says which scenario was not tried.
///
/// The packages that drive the browser are installed here, too, so that an IMEI's time does not run out meanwhile.
fn browser(scenario: &str) -> Option<&'static Path> {
    let found = chromium();
    if found.is_some() {
        let _installed = python();
    }
    if found.is_none() {
        say_loudly(&format!(
            "NOT TRIED: {scenario}. There is no Chromium here; install it (Debian: apt install chromium) and run \
             `cargo test -p tests console`."
        ));
    }
    found
}

/// A seller of a test's own, with partners that have the names of the scenarios.
async fn seller(shared: &'static Shared, id: &'static str, partners: &[&'static str]) -> Seller {
    let seller = Seller::new(shared, id).await;
    for partner in partners {
        let (channel, name) = if partner.ends_with("back-market") {
            (Channel::BackMarket, "Back Market US")
        } else {
            (Channel::Amazon, "Amazon US")
        };
        seller.registers(partner, channel, name).await;
    }
    seller
}

#[test]
fn a_setting_is_changed_and_later_labels_go_by_it() {
    let Some(browser) = browser("change_a_setting") else { return };
    run(|shared| async move {
        let seller = seller(shared, "chooser", &["chooser-amazon", "chooser-back-market"]).await;
        let [before, after] =
            [830, 831].map(|number| Parcel::amazon(shared, "chooser-amazon", number).sold());
        seller.put([before.label()]).await;
        seller.until_is(&before, "waiting").await;
        let warnings: Vec<_> =
            Timing::ALL.iter().map(|timing| warnings(Channel::Amazon, *timing)).collect();
        let facts =
            json!({ "token": seller.token, "person": person("chooser"), "warnings": warnings });
        plays(shared, browser, "change_a_setting", facts).await;
        seller.put([after.label()]).await;
        seller.until_is(&after, "confirmed").await;
        assert_eq!(after.held(), [after.tracking.as_str()]);
        seller.until_is(&before, "waiting").await;
        assert_eq!(before.submitted(), (0, 0), "a label made before keeps its timing");
    });
}

#[test]
fn a_person_pauses_a_partner_and_lets_it_observe() {
    let Some(browser) = browser("pause_a_partner") else { return };
    run(|shared| async move {
        let seller = seller(shared, "halter", &["halter-amazon"]).await;
        let facts = json!({ "token": seller.token, "person": person("halter") });
        plays(shared, browser, "pause_a_partner", facts.clone()).await;
        plays(shared, browser, "observe", facts).await;
        let partner = seller.call("GET /partners/halter-amazon", None).await.body;
        assert_eq!((&partner["paused"], &partner["mode"]), (&Value::Null, &json!("live")));
    });
}

#[test]
fn a_person_says_by_which_code_a_carrier_goes() {
    let Some(browser) = browser("pair_a_carrier") else { return };
    run(|shared| async move {
        let seller = seller(shared, "pairer", &["pairer-amazon"]).await;
        let parcels =
            [940, 941, 942].map(|number| Parcel::amazon(shared, "pairer-amazon", number).sold());
        let carriers = ["Kestrel Couriers", "Falcon Lines", "Kestrel Couriers"];
        let labels = parcels.iter().zip(carriers).map(|(parcel, carrier)| {
            let mut label = parcel.label();
            label.detail["carrier"] = carrier.into();
            label
        });
        let labels: Vec<_> = labels.collect();
        seller.put(labels[..2].to_vec()).await;
        for parcel in &parcels[..2] {
            seller.until_is(parcel, "waiting").await;
        }
        let facts = json!({ "token": seller.token, "person": person("pairer") });
        plays(shared, browser, "pair_a_carrier", facts).await;
        // It counts for what is not sent yet, whether it was labelled before or after.
        seller
            .put([labels[2].clone(), parcels[0].scan("in_transit"), parcels[2].scan("in_transit")])
            .await;
        for parcel in [&parcels[0], &parcels[2]] {
            seller.until_is(parcel, "confirmed").await;
            let told = parcel.submissions()[0].body["packageDetail"]["carrierCode"].clone();
            assert_eq!(told, "OnTrac");
        }
    });
}

#[test]
fn a_setting_is_changed_by_keyboard() {
    let Some(browser) = browser("change_a_setting_by_keyboard") else { return };
    run(|shared| async move {
        let seller = seller(shared, "typist", &["typist-amazon"]).await;
        let facts = json!({ "token": seller.token });
        plays(shared, browser, "change_a_setting_by_keyboard", facts).await;
        let settings = seller.call("GET /partners/typist-amazon/settings", None).await;
        assert_eq!(settings.body["timing"], "when_tracking_is_assigned");
    });
}

#[test]
fn a_person_whose_update_was_lost_sees_it() {
    let Some(browser) = browser("lost_update") else { return };
    run(|shared| async move {
        let seller = seller(shared, "two", &["two-amazon"]).await;
        let other = seller.person("two-other@example.com").await;
        let facts = json!({ "token": seller.token, "person": person("two"), "other_token": other,
            "other_person": "two-other@example.com" });
        plays(shared, browser, "lost_update", facts).await;
        let settings = seller.call("GET /partners/two-amazon/settings", None).await;
        assert_eq!(
            (&settings.body["timing"], &settings.body["version"]),
            (&json!("never"), &json!(3))
        );
    });
}

#[test]
fn the_console_shows_who_set_never_wherever_it_stopped_something() {
    let Some(browser) = browser("who_set_never") else { return };
    run(|shared| async move {
        let seller = seller(shared, "stopper", &["stopper-amazon"]).await;
        let parcel = Parcel::amazon(shared, "stopper-amazon", 832).sold();
        seller.put([parcel.label()]).await;
        seller.until_is(&parcel, "waiting").await;
        let other = seller.person("stopper-other@example.com").await;
        let facts = json!({ "token": seller.token, "person": person("stopper"), "other_token": other,
            "other_person": "stopper-other@example.com", "partner": parcel.partner,
            "order": parcel.order });
        plays(shared, browser, "who_set_never", facts).await;
        assert_eq!(parcel.submitted(), (0, 0));
    });
}

#[test]
fn an_imei_is_entered_in_time() {
    let Some(browser) = browser("enter_an_imei") else { return };
    run(|shared| async move {
        let seller = seller(shared, "scanner", &["scanner-back-market"]).await;
        seller.sets("scanner-back-market", Timing::WhenTrackingIsAssigned, None).await;
        let parcel = Parcel::back_market(shared, "scanner-back-market", 840).sold();
        let mut label = parcel.label();
        label.detail["items"][0]["requires_imei"] = true.into();
        seller.put([label]).await;
        seller.until_is(&parcel, "waiting").await;
        let facts = json!({ "token": seller.token, "order": parcel.order });
        plays(shared, browser, "enter_an_imei", facts).await;
        seller.until_is(&parcel, "confirmed").await;
        let sent = parcel.submissions();
        assert!(sent.iter().any(|sent| format!("{sent:?}").contains(IMEI)), "{sent:?}");
    });
}

/// Plays a scenario on the function's own page, with a fake API whose answers are late (`tests/browser/late.js`).
fn plays_late(scenario: &'static str, runs: u64) {
    let Some(browser) = browser(scenario) else { return };
    run(move |shared| async move {
        plays(shared, browser, scenario, json!({ "runs": runs, "seed": 0 })).await;
    });
}

/// `SCAN_RUNS` says how many stacks of forty phones are scanned. Each stack takes some ten seconds.
#[test]
fn phones_scanned_in_one_go_are_neither_mixed_up_nor_lost() {
    let runs = std::env::vars().find(|(name, _)| name == "SCAN_RUNS");
    plays_late("scan_forty", runs.map_or(3, |(_, runs)| runs.parse().expect("a count")));
}

#[test]
fn a_field_stays_when_another_person_saves_its_order() {
    plays_late("another_person", 1);
}

#[test]
fn one_phone_for_two_orders_is_asked_about() {
    plays_late("one_phone_twice", 1);
}

#[test]
fn two_imeis_of_each_phone_are_scanned() {
    plays_late("two_imeis_each", 1);
}

#[test]
fn a_scan_is_never_swallowed() {
    plays_late("a_scan_for_nobody", 1);
}

#[test]
fn a_wrong_imei_is_changed_until_it_is_sent() {
    plays_late("change_an_imei", 1);
}

#[test]
fn never_asks_for_the_number_it_stops() {
    plays_late("never_asks", 1);
}

#[test]
fn what_a_dialog_shows_is_what_is_sent() {
    plays_late("what_is_shown_is_sent", 1);
}

#[test]
fn what_needs_a_person_is_resolved_with_evidence() {
    let Some(browser) = browser("resolve") else { return };
    run(|shared| async move {
        let seller = seller(shared, "resolver", &["resolver-amazon"]).await;
        seller.sets("resolver-amazon", Timing::WhenTrackingIsAssigned, None).await;
        let fault = Fault::ShippedElsewhere { tracking_number: "OTHER00850".to_owned() };
        let parcel = Parcel::amazon(shared, "resolver-amazon", 850).sold().faulty(fault);
        seller.put([parcel.label()]).await;
        seller.until_is(&parcel, "conflict").await;
        let facts = json!({ "token": seller.token, "person": person("resolver"), "found": "OTHER00850",
            "partner": "resolver-amazon", "order": parcel.order });
        plays(shared, browser, "resolve", facts).await;
        assert_eq!(parcel.submitted().1, 0, "a resolution sends nothing");
    });
}

#[test]
fn what_was_rejected_is_tried_again_together() {
    let Some(browser) = browser("retry_all") else { return };
    run(|shared| async move {
        let seller = seller(shared, "retrier", &["retrier-amazon"]).await;
        seller.sets("retrier-amazon", Timing::WhenTrackingIsAssigned, None).await;
        let rejected = [860, 861].map(|number| Parcel::amazon(shared, "retrier-amazon", number));
        let fault = Fault::ShippedElsewhere { tracking_number: "OTHER00862".to_owned() };
        let conflict = Parcel::amazon(shared, "retrier-amazon", 862).sold().faulty(fault);
        let all = rejected.iter().chain([&conflict]);
        seller.put(all.map(Parcel::label)).await;
        for parcel in &rejected {
            seller.until_is(parcel, "rejected").await;
        }
        seller.until_is(&conflict, "conflict").await;
        let rejected = rejected.map(Parcel::sold);
        let orders = rejected.each_ref().map(|parcel| parcel.order.clone());
        let facts =
            json!({ "token": seller.token, "rejected": orders, "conflict": conflict.order });
        plays(shared, browser, "retry_all", facts).await;
        for parcel in &rejected {
            seller.until_is(parcel, "confirmed").await;
            assert_eq!(parcel.held(), [parcel.tracking.as_str()]);
        }
        seller.until_is(&conflict, "conflict").await;
    });
}

/// A pick-up is late, and many parcels are due at once: a row for each partner, with one action for all of it.
#[test]
fn many_that_are_due_are_a_handful_of_rows() {
    let Some(browser) = browser("rows") else { return };
    run(|shared| async move {
        let seller = Seller::new(shared, "crowd").await;
        seller.registers("crowd-amazon", Channel::Amazon, "Crowd US").await;
        seller.registers("crowd-ebay", Channel::Ebay, "Crowd eBay").await;
        let many: Vec<Parcel> =
            (1500..1555).map(|number| Parcel::amazon(shared, "crowd-amazon", number)).collect();
        let few = [1560, 1561, 1562]
            .map(|number| Parcel::new(shared, (Channel::Ebay, "crowd-ebay"), number));
        let by = many[0].ago(-3_600).to_string();
        let due = |parcel: &Parcel| {
            let mut label = parcel.label();
            label.detail["ship_by"] = by.clone().into();
            label
        };
        seller.put(many.iter().chain(&few).map(due)).await;
        let counts = async || {
            let rows = seller.call("GET /attention", None).await.body;
            let rows = rows["groups"].as_array().cloned().unwrap_or_default();
            rows.iter().map(|row| (row["reason"].clone(), row["count"].clone())).collect::<Vec<_>>()
        };
        let near = |count: u64| (json!("ship_by_near"), json!(count));
        let both = [near(55), near(3)];
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(110);
        while counts().await != both {
            assert!(tokio::time::Instant::now() < deadline, "{:?}", counts().await);
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
        plays(shared, browser, "rows", json!({ "token": seller.token })).await;
        assert_eq!(counts().await, [near(55)]);
        for parcel in &few {
            assert_eq!(parcel.submitted(), (0, 0), "what is put aside is not sent");
        }
    });
}

#[test]
fn a_person_who_sends_by_hand_is_warned_before() {
    let Some(browser) = browser("send_now") else { return };
    run(|shared| async move {
        let seller = seller(shared, "hasty", &["hasty-amazon"]).await;
        let parcel = Parcel::amazon(shared, "hasty-amazon", 870).sold();
        seller.put([parcel.label()]).await;
        seller.until_is(&parcel, "waiting").await;
        let facts = json!({ "token": seller.token, "person": person("hasty"), "order": parcel.order,
            "tracking": parcel.tracking });
        plays(shared, browser, "send_now", facts).await;
        assert_eq!(parcel.held(), [parcel.tracking.as_str()]);
    });
}

/// Sets `never`, agrees to stop what waits, and lets the parcel move, so that the sender stops it.
async fn stopped(shared: &'static Shared, seller: &Seller) -> Parcel {
    let parcel = Parcel::amazon(shared, "releaser-amazon", 871).sold();
    seller.put([parcel.label()]).await;
    seller.until_is(&parcel, "waiting").await;
    let path = "/partners/releaser-amazon/settings";
    let etag = seller.call(&format!("GET {path}"), None).await;
    let etag = etag.header("etag").expect("settings have a version").to_owned();
    let never = json!({ "timing": "never", "stops": 1 });
    let set = seller.call_with(&format!("PUT {path}"), &[("if-match", &etag)], Some(&never)).await;
    assert_eq!(set.status, 200, "{}", set.text);
    seller.put([parcel.scan("in_transit")]).await;
    let is_stopped =
        |order: &Value| order["packages"][0]["attention"][0]["reason"] == "withheld_moved";
    seller.until(&parcel, "it is stopped, and has moved", is_stopped).await;
    seller.sets("releaser-amazon", Timing::WhenTrackingShowsMovement, None).await;
    assert_eq!(parcel.submitted(), (0, 0), "leaving Never releases nothing");
    parcel
}

/// An order that Wish has released again, and that shows the number of its former shipment. It became `unresolved` an hour
/// ago, because a person can dismiss a number only when nothing may be applied any more.
async fn formerly(shared: &'static Shared, seller: &Seller) -> Parcel {
    seller.sets("releaser-wish", Timing::WhenTrackingIsAssigned, None).await;
    let parcel = Parcel::new(shared, (Channel::Wish, "releaser-wish"), 872).sold();
    let mut order = shared.shops.wish().order(&parcel.order).expect("it is sold");
    order.tracking = Some(WishTracking {
        tracking_number: FORMER.to_owned(),
        shipping_provider: "USPS".to_owned(),
        origin_country: "US".to_owned(),
    });
    shared.shops.wish().add_order(order);
    seller.put([parcel.label()]).await;
    seller.until_is(&parcel, "unresolved").await;
    let key = OrderKey { seller: seller.id.parse().expect("an id"), ..parcel.key() };
    let stored = shared.aws.order(&key).await.expect("the table answers").expect("it is there");
    let mut order = stored.order;
    for package in order.packages.values_mut() {
        if let State::Sent(Sent { stage: Stage::Unresolved { at, .. }, .. }) = &mut package.state {
            *at = parcel.ago(3_600);
        }
    }
    shared.aws.save(&order, Some(stored.version), "an-hour-later.1").await.expect("it is saved");
    assert_eq!(parcel.submitted(), (0, 0), "nothing goes over it by itself");
    parcel
}

#[test]
fn what_only_a_person_lets_go_out_goes_out_by_their_word() {
    let Some(browser) = browser("released_by_a_person") else { return };
    run(|shared| async move {
        let seller = seller(shared, "releaser", &["releaser-amazon"]).await;
        seller.registers("releaser-wish", Channel::Wish, "Wish").await;
        let (stopped, former) = (stopped(shared, &seller).await, formerly(shared, &seller).await);
        let facts = json!({ "token": seller.token, "person": person("releaser"),
            "stopped": { "partner": stopped.partner, "order": stopped.order, "tracking": stopped.tracking },
            "former": { "partner": former.partner, "order": former.order, "tracking": former.tracking,
                "found": FORMER } });
        plays(shared, browser, "released_by_a_person", facts).await;
        for parcel in [&stopped, &former] {
            seller.until_is(parcel, "confirmed").await;
            assert_eq!(parcel.held(), [parcel.tracking.as_str()]);
            assert_eq!(parcel.submitted(), (1, 1));
        }
    });
}

/// A label that was told in two ways that contradict each other. Answers with the other number, too.
async fn disputed(shared: &'static Shared, seller: &Seller) -> (Parcel, &'static str) {
    let parcel = Parcel::amazon(shared, "settler-amazon", 873).sold();
    let told = parcel.label();
    let mut detail = told.detail.clone();
    detail["tracking_number"] = "770000008730".into();
    let other = parcel.event(EventKind::LabelCreated, detail);
    seller.put([told, other]).await;
    seller.until_is(&parcel, "held").await;
    (parcel, "770000008730")
}

/// A label that was replaced, and whose parcel moves since. Answers with the number of the current label, too.
async fn moving(shared: &'static Shared, seller: &Seller) -> (Parcel, &'static str) {
    let parcel = Parcel::amazon(shared, "settler-amazon", 874).sold();
    let (mut former, mut scan) = (parcel.label(), parcel.scan("in_transit"));
    former.detail["labeled_at"] = parcel.ago(60).to_string().into();
    scan.detail["location"] = "Memphis, TN".into();
    seller.put([former, parcel.label_of("1", "lbl_2", "770000008740")]).await;
    let is_replaced = |order: &Value| order["packages"][0]["label"]["label_id"] == "lbl_2";
    seller.until(&parcel, "its label is replaced", is_replaced).await;
    scan.detail["occurred_at"] = parcel.ago(0).to_string().into();
    seller.put([scan]).await;
    seller.until_is(&parcel, "held").await;
    (parcel, "770000008740")
}

#[test]
fn a_person_says_which_label_is_right() {
    let Some(browser) = browser("choose_a_label") else { return };
    run(|shared| async move {
        let seller = seller(shared, "settler", &["settler-amazon"]).await;
        let (disputed, right) = disputed(shared, &seller).await;
        let (moving, current) = moving(shared, &seller).await;
        let facts = json!({ "token": seller.token,
            "disputed": { "partner": disputed.partner, "order": disputed.order, "right": right,
                "wrong": disputed.tracking },
            "moving": { "partner": moving.partner, "order": moving.order, "current": current,
                "former": moving.tracking } });
        plays(shared, browser, "choose_a_label", facts).await;
        for (parcel, number) in [(&disputed, right), (&moving, current)] {
            assert_eq!(parcel.submitted(), (0, 0), "nothing moved that goes by this label");
            let mut scan = parcel.scan("in_transit");
            scan.detail["tracking_number"] = number.into();
            seller.put([scan]).await;
            seller.until_is(parcel, "confirmed").await;
            assert_eq!(parcel.held(), [number]);
        }
    });
}

/// A label that was refused, and an order of which a line was cancelled.
#[test]
fn a_person_puts_a_refused_label_aside() {
    let Some(browser) = browser("put_aside") else { return };
    run(|shared| async move {
        let seller = seller(shared, "refuser", &["refuser-amazon"]).await;
        let [refused, cut] =
            [875, 876].map(|number| Parcel::amazon(shared, "refuser-amazon", number).sold());
        let (mut word, mut two, mut cancel) = (refused.label(), cut.label(), cut.cancel());
        word.detail["tracking_number"] = "PENDING".into();
        two.detail["items"][0]["quantity"] = 2.into();
        cancel.detail["items"] = json!([{ "item_id": cut.item, "remaining": 1 }]);
        seller.put([word, two, cancel]).await;
        let is_shown = |order: &Value| order["refused_labels"][0]["is_open"] == true;
        seller.until(&refused, "its label is refused", is_shown).await;
        let is_cut = |order: &Value| order["cancelled_lines"][0]["remaining"] == 1;
        seller.until(&cut, "its line is cancelled", is_cut).await;
        seller.until_is(&cut, "waiting").await;
        let facts = json!({ "token": seller.token, "person": person("refuser"),
            "partner": "refuser-amazon", "order": refused.order, "cut": cut.order, "item": cut.item });
        plays(shared, browser, "put_aside", facts).await;
        let order = seller
            .call(&format!("GET /partners/refuser-amazon/orders/{}", refused.order), None)
            .await;
        assert_eq!(order.body["refused_labels"][0]["is_open"], false, "{}", order.text);
    });
}

#[test]
fn another_sellers_orders_are_not_shown() {
    let Some(browser) = browser("another_sellers_order") else { return };
    run(|shared| async move {
        let owner = seller(shared, "discreet", &["discreet-amazon"]).await;
        let parcel = Parcel::amazon(shared, "discreet-amazon", 880);
        owner.put([parcel.label()]).await;
        owner.until_is(&parcel, "waiting").await;
        let another = seller(shared, "nosy", &["nosy-amazon"]).await;
        let facts = json!({ "token": another.token, "partner": "discreet-amazon", "order": parcel.order,
            "marks": [parcel.tracking, parcel.item, "discreet@example.com"] });
        plays(shared, browser, "another_sellers_order", facts).await;
    });
}

#[test]
fn a_person_without_access_sees_why() {
    let Some(browser) = browser("sign_in") else { return };
    run(|shared| async move {
        let seller = seller(shared, "guest", &["guest-amazon"]).await;
        let foreign = token(shared, "guest-of-nobody@example.com", None).await;
        // A token that is over is refused as a token with a wrong signature is.
        let ended =
            format!("{}AAAA", seller.token.get(..seller.token.len() - 4).expect("it is ASCII"));
        let facts = json!({ "token": seller.token, "person": person("guest"), "foreign_token": foreign,
            "ended_token": ended });
        plays(shared, browser, "sign_in", facts).await;
    });
}

#[test]
fn a_link_with_a_token_takes_nobody_over() {
    let Some(browser) = browser("token_in_address") else { return };
    run(|shared| async move {
        let seller = seller(shared, "linked", &["linked-amazon"]).await;
        let other = Seller::new(shared, "linker").await;
        let facts = json!({ "token": seller.token, "person": person("linked"),
            "other_token": other.token, "other_person": person("linker") });
        plays(shared, browser, "token_in_address", facts).await;
    });
}

#[test]
fn all_sessions_of_a_seller_are_ended() {
    let Some(browser) = browser("end_all_sessions") else { return };
    run(|shared| async move {
        let seller = seller(shared, "leaver", &["leaver-amazon"]).await;
        let other = seller.person("leaver-other@example.com").await;
        let facts = json!({ "token": seller.token, "other_token": other });
        plays(shared, browser, "end_all_sessions", facts).await;
    });
}

#[test]
fn a_sign_in_lasts_a_shift_and_ends_with_the_sign_out() {
    let Some(browser) = browser("a_shift") else { return };
    run(|shared| async move {
        let seller = seller(shared, "shift", &["shift-amazon"]).await;
        // The next token of the same person differs in its time.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        let renewed = token(shared, &person("shift"), Some("shift")).await;
        assert_ne!(renewed, seller.token);
        let facts =
            json!({ "token": seller.token, "renewed_token": renewed, "person": person("shift") });
        plays(shared, browser, "a_shift", facts).await;
    });
}

#[test]
fn a_partner_is_deleted_by_its_id() {
    let Some(browser) = browser("delete_a_partner") else { return };
    run(|shared| async move {
        let seller = seller(shared, "goer", &["goer-amazon"]).await;
        let parcel = Parcel::amazon(shared, "goer-amazon", 945).sold();
        seller.put([parcel.label()]).await;
        seller.until_is(&parcel, "waiting").await;
        let facts =
            json!({ "token": seller.token, "person": person("goer"), "partner": "goer-amazon" });
        plays(shared, browser, "delete_a_partner", facts).await;
        seller.put([parcel.scan("in_transit")]).await;
        let log = seller.call("GET /partners/goer-amazon/changes", None).await;
        assert_eq!(log.body["changes"][0]["by"], person("goer"), "{}", log.text);
        assert_eq!(parcel.submitted(), (0, 0));
    });
}

#[test]
fn a_tab_that_nobody_touches_asks_seldom() {
    plays_late("a_quiet_tab", 1);
}

#[test]
fn what_was_read_stays_without_a_connection() {
    let Some(browser) = browser("offline") else { return };
    run(|shared| async move {
        let seller = seller(shared, "offline", &["offline-amazon"]).await;
        let parcel = Parcel::amazon(shared, "offline-amazon", 890);
        seller.put([parcel.label()]).await;
        seller.until_is(&parcel, "waiting").await;
        let facts = json!({ "token": seller.token, "order": parcel.order });
        plays(shared, browser, "offline", facts).await;
    });
}

#[test]
fn every_view_is_for_everybody_on_any_screen() {
    let Some(browser) = browser("every_view") else { return };
    run(|shared| async move {
        let States { seller, orders } = states(shared).await;
        let named = |number: u32, channel: Channel| {
            let wanted = Parcel::new(shared, (channel, ""), number).order;
            let found = orders.iter().find(|(parcel, _)| parcel.order == wanted);
            let (parcel, _) = found.expect("it is one of them");
            json!({ "partner": parcel.partner, "order": parcel.order, "tracking": parcel.tracking })
        };
        let facts = json!({ "token": seller.token,
            "confirmed": named(800, Channel::Amazon), "conflict": named(802, Channel::Amazon),
            "in_doubt": named(804, Channel::BackMarket), "marked": named(806, Channel::Amazon),
            "twice": named(807, Channel::BackMarket), "phone": named(814, Channel::BackMarket),
            "waiting": named(810, Channel::Amazon), "disputed": named(817, Channel::Amazon),
            "cut": named(818, Channel::Amazon), "due": named(2_130, Channel::Amazon),
            "wished": named(2_131, Channel::Amazon), "wish_refused": named(2_132, Channel::Amazon),
            "refused": { "partner": "states-waiting",
                "order": Parcel::amazon(shared, "", 819).order } });
        plays(shared, browser, "every_view", facts).await;
    });
}

#[test]
fn the_first_view_is_small_and_asks_nobody_else() {
    let Some(browser) = browser("first_view") else { return };
    run(|shared| async move {
        let facts = json!({ "token": states(shared).await.seller.token });
        plays(shared, browser, "first_view", facts).await;
    });
}
