//! A partner that is deleted, on the local engine with permissions enforced: nothing of it is left.

use crate::parcel::Parcel;
use crate::sellers::Seller;
use crate::stack::run;
use domain::Channel;
use flows::ports::{Orders as _, Secrets as _};
use serde_json::json;
use std::time::Duration;

#[test]
fn nothing_is_left_of_a_deleted_partner() {
    run(|shared| async move {
        let seller = Seller::new(shared, "gone").await;
        seller.registers("gone-amazon", Channel::Amazon, "Gone").await;
        let parcels = [946, 947].map(|number| Parcel::amazon(shared, "gone-amazon", number).sold());
        seller.put(parcels.iter().map(Parcel::label)).await;
        for parcel in &parcels {
            seller.until_is(parcel, "waiting").await;
        }
        let pairs = json!({ "pairs": [{ "carrier": "UPS", "code": "Other" }] });
        let path = "/partners/gone-amazon";
        let put = format!("PUT {path}/carriers");
        assert_eq!(
            seller.call_with(&put, &[("if-match", "\"0\"")], Some(&pairs)).await.status,
            200
        );
        let before = seller.call(&format!("GET {path}/deletion"), None).await;
        assert_eq!((before.status, &before.body["orders"]), (200, &json!(2)), "{}", before.text);
        let tag = before.header("etag").expect("it has its version").to_owned();
        let delete = format!("DELETE {path}");
        let begun = seller.call_with(&delete, &[("if-match", &tag)], None).await;
        assert_eq!(begun.status, 202, "{}", begun.text);
        let go_on = format!("POST {path}/deletion");
        let progress = loop {
            let progress = seller.call(&go_on, None).await;
            assert_eq!(progress.status, 200, "{}", progress.text);
            if progress.body["done_at"].is_string() {
                break progress;
            }
            tokio::time::sleep(Duration::from_secs(3)).await;
        };
        assert_eq!(progress.body["orders_deleted"], 2, "{}", progress.text);
        for parcel in &parcels {
            let key = format!("{}/gone-amazon/{}", seller.id, parcel.order);
            let key = domain::OrderKey {
                seller: seller.id.parse().expect("an id"),
                partner: "gone-amazon".parse().expect("an id"),
                order: parcel.order.parse().unwrap_or_else(|error| panic!("{key}: {error}")),
            };
            assert_eq!(shared.aws.order(&key).await, Ok(None));
        }
        let name = format!("shipconfirm/amazon/{}/gone-amazon", seller.id);
        assert_eq!(shared.aws.secret(&name).await, Ok(None));
        assert_eq!(seller.call(&format!("GET {path}"), None).await.status, 404);
        let partners = seller.call("GET /partners", None).await;
        assert_eq!(
            (&partners.body["partners"], &partners.body["leaving"]),
            (&json!([]), &json!([]))
        );
    });
}
