//! An order of several phones: each IMEI is registered by a request of its own, after the confirmation (rule I7).

use crate::outcomes::{case, custom};
use crate::parcel::Parcel;
use crate::stack::{Shared, run, together};
use marketplaces::{Fault, Operation};
use serde_json::{Value, json};

/// Two phones of one order: their IMEIs are registered one by one after the confirmation.
struct TwoPhones {
    parcel: Parcel,
    second: String,
}

const IMEIS: [&str; 2] = ["356938035643809", "352099001761481"];

impl TwoPhones {
    fn sold(shared: &'static Shared, number: u32) -> Self {
        let parcel = Parcel::back_market(shared, "doubt-back-market", number);
        let second = format!("596{number:06}");
        let lines = [&parcel.item, &second].map(|line| (line.parse().expect("a number"), 1));
        let order = marketplaces::BackMarketOrder::accepted(parcel.number(), &lines);
        shared.shops.back_market().add_order(order);
        Self { parcel, second }
    }

    /// The IMEIs come, then the label; waits until the first line's registration is in this state.
    async fn registered(&self, state: &str) -> Value {
        let Self { parcel, second } = self;
        parcel
            .put(&[parcel.imei(&parcel.item, &IMEIS[..1]), parcel.imei(second, &IMEIS[1..])])
            .await;
        parcel
            .until("both IMEIs are known", |view| {
                view["imeis"].as_array().is_some_and(|i| i.len() == 2)
            })
            .await;
        let mut label = parcel.label();
        label.detail["items"] = json!([
            { "item_id": parcel.item, "quantity": 1, "requires_imei": true },
            { "item_id": second, "quantity": 1, "requires_imei": true },
        ]);
        parcel.put(&[label]).await;
        let is_so = |view: &Value| {
            let lines = &view["packages"][0]["imei_registrations"];
            lines[0]["state"] == state && lines[1]["state"] == "done"
        };
        parcel.until(&format!("the IMEI is {state}"), is_so).await
    }

    fn held(&self) -> Vec<Option<String>> {
        let held = self.parcel.shared.shops.back_market().held(self.parcel.number());
        held.expect("it is sold").orderlines.into_iter().map(|line| line.imei).collect()
    }
}

#[test]
fn imeis_registered_one_by_one() {
    run(|shared| async move {
        let (refused, lost) = (TwoPhones::sold(shared, 290), TwoPhones::sold(shared, 291));
        let words = format!("imei {} is not allowed", IMEIS[0]);
        let no = custom(422, json!({ "error": { "code": "invalid", "message": words } }));
        together(vec![
            case("refused: the order stays confirmed, and a person must look", async move {
                refused.parcel.fault(Operation::Imei, Fault::not_applied(no));
                let view = refused.registered("failed").await;
                let package = &view["packages"][0];
                assert_eq!(package["marks"], json!(["imei_failed"]));
                assert!(!view["attention_since"].is_null(), "{view:#}");
                assert!(!view.to_string().contains(IMEIS[0]), "the IMEI is shown");
                assert_eq!(refused.held(), [None, Some(IMEIS[1].to_owned())]);
                refused.parcel.is_confirmed("accepted", (1, 1)).await;
            }),
            case("registered, then hung up: read back", async move {
                lost.parcel.fault(Operation::Imei, Fault::apply_and_hang_up());
                let view = lost.registered("done").await;
                assert_eq!(view["packages"][0]["marks"], json!([]));
                assert_eq!(lost.held(), IMEIS.map(|imei| Some(imei.to_owned())));
                let line = lost.parcel.item.parse().expect("a number");
                assert_eq!(shared.shops.back_market().imei_requests(line).len(), 1);
                lost.parcel.is_confirmed("accepted", (1, 1)).await;
            }),
        ])
        .await;
    });
}
