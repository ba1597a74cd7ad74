//! A seller with an order in every state that lasts. The API's document and the console must be able to show each of them.

use crate::parcel::Parcel;
use crate::sellers::Seller;
use crate::stack::Shared;
use domain::{Channel, EventKind, Timing};
use marketplaces::Fault;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

/// The seller and their orders.
pub(crate) struct States {
    pub(crate) seller: Seller,
    pub(crate) orders: Vec<Ended>,
}

/// The seller and their orders. The first test that asks for them makes them.
pub(crate) async fn states(shared: &'static Shared) -> &'static States {
    static STATES: OnceCell<States> = OnceCell::const_new();
    let make = || async {
        let seller = Seller::new(shared, "states").await;
        // A partner without any order.
        seller.registers("states-ebay", Channel::Ebay, "states-ebay").await;
        let orders = [
            sent(shared, &seller).await,
            unsent(shared, &seller).await,
            watched(shared, &seller).await,
        ];
        let orders = orders.concat();
        States { seller, orders }
    };
    STATES.get_or_init(make).await
}

/// An order, and the state its first package ends in.
pub(crate) type Ended = (Parcel, &'static str);

/// Orders that are sent once their label is made, each with the state that it gets.
async fn sent(shared: &'static Shared, seller: &Seller) -> Vec<Ended> {
    for (partner, channel) in [
        ("states-amazon", Channel::Amazon),
        ("states-back-market", Channel::BackMarket),
        ("states-groupon", Channel::Groupon),
    ] {
        seller.registers(partner, channel, partner).await;
        seller.sets(partner, Timing::WhenTrackingIsAssigned, None).await;
    }
    let amazon = |number| Parcel::amazon(shared, "states-amazon", number);
    let back_market = |number| Parcel::back_market(shared, "states-back-market", number);
    let groupon = Parcel::new(shared, (Channel::Groupon, "states-groupon"), 805);
    let elsewhere = || Fault::ShippedElsewhere { tracking_number: "OTHER12345".to_owned() };
    let (late, twice) = (amazon(806).sold(), back_market(807).sold());
    let closed = amazon(803).sold().faulty(elsewhere());
    let orders = vec![
        (amazon(800).sold(), "confirmed"),
        (amazon(801), "rejected"),
        (amazon(802).sold().faulty(elsewhere()), "conflict"),
        (back_market(804).sold().faulty(Fault::hang_up()), "in_doubt"),
        (groupon.sold().faulty(Fault::apply_and_hang_up()), "unresolved"),
        (late.clone(), "confirmed"),
        (twice.clone(), "confirmed"),
    ];
    seller.put(orders.iter().map(|(parcel, _)| parcel.label()).chain([closed.label()])).await;
    // A carrier that Amazon does not list, beside one that has a pair.
    let pairs = json!({ "pairs": [{ "carrier": "Pigeon Post", "service": "Night flight", "code": "OnTrac" }] });
    let call = "PUT /partners/states-amazon/carriers";
    let put = seller.call_with(call, &[("if-match", "\"0\"")], Some(&pairs)).await;
    assert_eq!(put.status, 200, "{}", put.text);
    let mut unlisted = amazon(809).sold().label();
    unlisted.detail["carrier"] = "Kestrel Couriers".into();
    seller.put([unlisted]).await;
    for (parcel, state) in &orders {
        seller.until_is(parcel, state).await;
    }
    seller.until_is(&closed, "conflict").await;
    let resolved = json!({ "action": "resolve", "resolution": "closed", "reason": "It is shipped.", "evidence": "Seen there." });
    seller.acts(&closed, &resolved).await;
    seller.put([late.void(), late.cancel(), twice.label_of("2", "lbl_2", "SECOND8070")]).await;
    let marked =
        |order: &Value| order["packages"][0]["marks"].as_array().is_some_and(|m| m.len() == 2);
    seller.until(&late, "it is replaced and cancelled", marked).await;
    let withheld = |order: &Value| order["packages"][1]["state"] == "withheld";
    seller.until(&twice, "its second package is withheld", withheld).await;
    orders.into_iter().chain([(closed, "closed")]).collect()
}

/// Orders of which nothing is sent.
async fn unsent(shared: &'static Shared, seller: &Seller) -> Vec<Ended> {
    seller.registers("states-waiting", Channel::Amazon, "On movement").await;
    seller.registers("states-phones", Channel::BackMarket, "Phones").await;
    let parcel = |number| Parcel::amazon(shared, "states-waiting", number);
    let (held, cancelled, voided, disputed) = (parcel(811), parcel(812), parcel(813), parcel(817));
    let (cut, refused) = (parcel(818), parcel(819));
    let mut two = cut.label();
    two.detail["items"][0]["quantity"] = 2.into();
    two.detail["items"][0]["transparency_codes"] = json!(["AZ:2S9XQ7KD41B0M6TRW8PJFHYZ3N"]);
    two.detail["supply_source_id"] = "057d3fcc-b750-419f-bbcd-4d340c60c430".into();
    let mut cancel = cut.cancel();
    cancel.detail["items"] = json!([{ "item_id": cut.item, "remaining": 1 }]);
    let mut word = refused.label();
    word.detail["tracking_number"] = "PENDING".into();
    let told = disputed.label();
    let mut otherwise = told.detail.clone();
    otherwise["tracking_number"] = "SECOND8170".into();
    let otherwise = disputed.event(EventKind::LabelCreated, otherwise);
    let [phone, early, lacking] =
        [814, 815, 816].map(|number| Parcel::back_market(shared, "states-phones", number));
    let of_phone = |parcel: &Parcel| {
        let mut label = parcel.label();
        label.detail["items"][0]["requires_imei"] = true.into();
        label
    };
    let imei = phone.imei(&phone.item, &[&phone.phone(0)]);
    // A device that needs both, and of whose IMEIs nobody knows which are its own.
    let mut of_lacking = of_phone(&lacking);
    of_lacking.detail["items"][0]["requires_serial"] = true.into();
    let several = [0, 1, 2].map(|place| lacking.phone(place));
    let ambiguous = lacking.imei(&lacking.item, &several.each_ref().map(String::as_str));
    let labels =
        [parcel(810), held.clone(), cancelled.clone(), voided.clone()].map(|parcel| parcel.label());
    let rest = [
        of_phone(&phone),
        of_lacking,
        ambiguous,
        imei,
        cancelled.cancel(),
        voided.void(),
        early.imei(&early.item, &[&early.phone(0)]),
        told,
        otherwise,
        two,
        cancel,
        word,
    ];
    seller.put(labels.into_iter().chain(rest)).await;
    seller.until_is(&held, "waiting").await;
    seller.acts(&held, &json!({ "action": "hold", "reason": "The buyer asks." })).await;
    seller.until_is(&disputed, "held").await;
    seller.until_is(&cut, "held").await;
    let is_shown = |order: &Value| order["refused_labels"][0]["is_open"] == true;
    seller.until(&refused, "its label is refused", is_shown).await;
    seller.until(&early, "its IMEI is known", |order| !order["imeis"].is_null()).await;
    vec![
        (parcel(810), "waiting"),
        (held, "held"),
        (disputed, "held"),
        (cut, "held"),
        (cancelled, "withheld"),
        (voided, "waiting"),
        (phone, "waiting"),
        (lacking, "waiting"),
    ]
}

/// Orders of which people are warned, and one whose buyer wishes to cancel. One confirmation waits for its time.
async fn watched(shared: &'static Shared, seller: &Seller) -> Vec<Ended> {
    seller.registers("states-watched", Channel::Amazon, "Watched").await;
    seller.registers("states-later", Channel::Amazon, "Sent later").await;
    let path = "/partners/states-later/settings";
    let read = seller.call(&format!("GET {path}"), None).await;
    let etag = read.header("etag").expect("settings have a version").to_owned();
    let body = json!({ "timing": "when_tracking_is_assigned", "send_after": { "hours": 2 } });
    let put = seller.call_with(&format!("PUT {path}"), &[("if-match", &etag)], Some(&body)).await;
    assert_eq!(put.status, 200, "{}", put.text);
    let parcel = |number| Parcel::amazon(shared, "states-watched", number);
    let (due, wished, refused) = (parcel(2_130), parcel(2_131), parcel(2_132));
    let later = Parcel::amazon(shared, "states-later", 2_133);
    let due_soon = |parcel: &Parcel| {
        let mut label = parcel.label();
        label.detail["ship_by"] = parcel.ago(-2 * 3_600).to_string().into();
        label
    };
    let wish = |parcel: &Parcel| {
        let detail = json!({ "updated_at": parcel.ago(2).to_string(), "cancel_requested": true });
        parcel.event(EventKind::OrderUpdated, detail)
    };
    let events = [due_soon(&due), due_soon(&wished), wish(&wished), due_soon(&refused)];
    seller.put(events.into_iter().chain([wish(&refused), later.label()])).await;
    seller.until_is(&wished, "held").await;
    seller.until_is(&refused, "held").await;
    let release = json!({ "action": "release", "reason": "The parcel is packed." });
    seller.acts(&refused, &release).await;
    let marked = |order: &Value| order["packages"][0]["marks"] == json!(["ship_by_near"]);
    seller.until(&due, "it is warned of", marked).await;
    seller.until_is(&later, "waiting").await;
    vec![(due, "waiting"), (wished, "held"), (refused, "waiting"), (later, "waiting")]
}
