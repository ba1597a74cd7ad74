//! Rule S6 through the built functions: what Amazon puts into the queue is relayed to the partner whose account it is, once Amazon has
//! taken a confirmation with the partner's own credentials. The account is subscribed at the strict fake.

use crate::bad_input::dead_lettered;
use crate::parcel::Parcel;
use crate::sellers::{ACCOUNT, Seller};
use crate::stack::{Shared, run};
use domain::{MerchantAccount, Text, Timing};
use flows::ports::MerchantLinks as _;
use local::AMAZON_APPLICATION;
use serde_json::{Value, json};
use std::time::Duration;
use subscribe::{Account, Started};

const QUEUE: &str = "amazon-order-change";
const PARTNER: &str = "notified-amazon";
const MERCHANT: &str = "ANOTIFIEDSELLER";
const MARKETPLACE: &str = "ATVPDKIKX0DER";
const SAMPLE: &str = include_str!("../contracts/amazon/order-change.json");
const HOUR: i64 = 3_600;

/// Registers a partner that is linked with the merchant.
async fn registers(seller: &Seller, merchant: &str) {
    let body = json!({ "channel": "amazon", "name": "Amazon",
        "settings": { "region": "na", "marketplace_id": MARKETPLACE, "merchant_id": merchant },
        "credentials": marketplaces::credentials("amazon", ACCOUNT) });
    let call = format!("PUT /partners/{PARTNER}");
    let answer = seller.call_with(&call, &[("if-none-match", "*")], Some(&body)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

/// A notification of an order, made now.
fn change(parcel: &Parcel, status: &str) -> Value {
    let mut body: Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    body["EventTime"] = parcel.ago(0).to_string().into();
    body["NotificationMetadata"]["ApplicationId"] = AMAZON_APPLICATION.into();
    let change = &mut body["Payload"]["OrderChangeNotification"];
    change["SellerId"] = MERCHANT.into();
    change["AmazonOrderId"] = parcel.order.clone().into();
    change["Summary"]["OrderStatus"] = status.into();
    change["Summary"]["LatestShipDate"] = parcel.ago(-48 * HOUR).to_string().into();
    body
}

/// As Amazon does it.
async fn notify(shared: &Shared, body: &Value) {
    shared.stack.send_to_queue(QUEUE, body.to_string()).await.expect("the queue takes it");
}

/// A parcel of the seller, whose label is told.
async fn labelled(shared: &'static Shared, seller: &Seller, number: u32) -> Parcel {
    let parcel = Parcel::amazon(shared, PARTNER, number).sold();
    seller.put([parcel.label()]).await;
    parcel
}

/// Waits until the seller's link is believed.
async fn is_believed(shared: &Shared, seller: &Seller) {
    let account = MerchantAccount {
        merchant: MERCHANT.parse().expect("an id"),
        marketplace: Text::cut(MARKETPLACE),
    };
    for _ in 0..200 {
        let links = shared.aws.merchant_links(&account).await.expect("the table answers");
        let [link] = links.as_slice() else { panic!("there is one link: {links:?}") };
        assert_eq!(link.seller.as_str(), seller.id);
        if link.believed_at.is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the link is not believed");
}

#[test]
fn what_amazon_notifies_is_believed_once_it_took_a_confirmation() {
    run(|shared| async move {
        let seller = Seller::new(shared, "notified").await;
        registers(&seller, MERCHANT).await;
        seller.sets(PARTNER, Timing::WhenTrackingIsAssigned, None).await;
        let first = labelled(shared, &seller, 2_150).await;
        seller.until_is(&first, "confirmed").await;
        notify(shared, &change(&first, "Shipped")).await;
        is_believed(shared, &seller).await;

        seller.sets(PARTNER, Timing::WhenTrackingShowsMovement, None).await;
        let wished = labelled(shared, &seller, 2_151).await;
        let cancelled = labelled(shared, &seller, 2_152).await;
        for parcel in [&wished, &cancelled] {
            seller.until_is(parcel, "waiting").await;
        }
        let wish = change(&wished, "Unshipped");
        notify(shared, &wish).await;
        notify(shared, &change(&cancelled, "Canceled")).await;
        let view = seller.until_is(&wished, "held").await;
        let package = &view["packages"][0];
        assert_eq!(package["detail"]["reason"], "cancel_requested", "{view:#}");
        let latest = &wish["Payload"]["OrderChangeNotification"]["Summary"]["LatestShipDate"];
        assert_eq!(package["ship_by"]["source"], "channel", "{view:#}");
        assert_eq!(&package["ship_by"]["by"], latest);
        let view = seller.until_is(&cancelled, "withheld").await;
        assert_eq!(view["packages"][0]["detail"]["reason"], "cancelled", "{view:#}");

        // An order that nobody has heard of is known before its label.
        let early = Parcel::amazon(shared, PARTNER, 2_153).sold();
        let mut told = change(&early, "Unshipped");
        told["Payload"]["OrderChangeNotification"]["OrderChangeType"] = "OrderStatusChange".into();
        notify(shared, &told).await;
        seller.put([early.label()]).await;
        let is_told = |view: &Value| view["packages"][0]["ship_by"]["source"] == "channel";
        let view = seller.until(&early, "its ship-by is Amazon's", is_told).await;
        assert_eq!(view["packages"][0]["state"], "waiting", "{view:#}");
    });
}

/// Rule D4.
#[test]
fn a_bad_notification_is_dead_lettered_with_its_reason() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, PARTNER, 2_154);
        let mut body = change(&parcel, "Unshipped");
        body["PayloadVersion"] = "2.0".into();
        notify(shared, &body).await;
        let words = ["PayloadVersion", "allowed: 1.0"];
        let letter =
            dead_lettered(shared, QUEUE, &words, |letter| letter.body.contains(&parcel.order));
        assert_eq!(letter.await.body, body.to_string());
    });
}

/// The command works with what the stack keeps: the partner's settings, and its secret.
#[test]
fn an_account_is_subscribed_with_the_credentials_of_its_secret() {
    run(|shared| async move {
        let seller = Seller::new(shared, "subscriber").await;
        registers(&seller, "ASUBSCRIBER").await;
        let ids = (seller.id.parse().expect("an id"), PARTNER.parse().expect("an id"));
        let kept = subscribe::kept(&shared.aws, &shared.stack.state().stack, (&ids.0, &ids.1));
        let (partner, credentials) = kept.await.unwrap_or_else(|error| panic!("{error}"));
        let endpoint = shared.shops.base_url();
        let account = Account {
            ports: &shared.aws,
            partner: &partner,
            credentials: &credentials,
            endpoint: Some(&endpoint),
        };
        let arn = "arn:aws:sqs:us-east-1:000000000000:shipconfirm-amazon-order-change";
        let started = account.start(arn).await.expect("it is subscribed");
        assert!(matches!(started, Started::New(_)), "{started:?}");
        let known = shared.shops.amazon().subscriptions();
        assert!(known.iter().any(|one| one.account == ACCOUNT && one.queue == arn), "{known:?}");
        assert!(account.show().await.expect("it is shown").is_some());
        assert!(account.end().await.expect("it ends").is_some());
    });
}
