//! Orders of several phones: each IMEI is registered by a request of its own, after the confirmation (rule I7).

use crate::outcomes::{case, custom};
use crate::parcel::Parcel;
use crate::stack::{Shared, run, together};
use marketplaces::{Fault, ImeiOfSeveral, Operation};
use serde_json::{Value, json};

/// An order of two phones, whose IMEIs are registered one by one after the confirmation.
struct TwoPhones {
    parcel: Parcel,
    second: String,
    imeis: [String; 2],
}

impl TwoPhones {
    fn sold(shared: &'static Shared, number: u32) -> Self {
        let parcel = Parcel::back_market(shared, "doubt-back-market", number);
        let second = format!("596{number:06}");
        let lines = [&parcel.item, &second].map(|line| (line.parse().expect("a number"), 1));
        let order = marketplaces::BackMarketOrder::accepted(parcel.number(), &lines);
        shared.shops.back_market().add_order(order);
        let imeis = [0, 1].map(|place| parcel.phone(place));
        Self { parcel, second, imeis }
    }

    /// Puts the IMEIs on the bus, then the label. Waits until the first line's registration is in this state.
    async fn registered(&self, state: &str) -> Value {
        let Self { parcel, second, imeis: [of_first, of_second] } = self;
        let entered = [parcel.imei(&parcel.item, &[of_first]), parcel.imei(second, &[of_second])];
        parcel.put(&entered).await;
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
        let words = format!("imei {} is not allowed", refused.imeis[0]);
        let no = custom(422, json!({ "error": { "code": "invalid", "message": words } }));
        together(vec![
            case("refused: the order stays confirmed, and a person must look", async move {
                refused.parcel.fault(Operation::Imei, Fault::not_applied(no));
                let view = refused.registered("failed").await;
                let package = &view["packages"][0];
                assert_eq!(package["marks"], json!(["imei_failed"]));
                assert!(!view["attention_since"].is_null(), "{view:#}");
                assert!(!view.to_string().contains(&refused.imeis[0]), "the IMEI is shown");
                assert_eq!(refused.held(), [None, Some(refused.imeis[1].clone())]);
                refused.parcel.is_confirmed("accepted", (1, 1)).await;
            }),
            case("registered, then hung up: read back", async move {
                lost.parcel.fault(Operation::Imei, Fault::apply_and_hang_up());
                let view = lost.registered("done").await;
                assert_eq!(view["packages"][0]["marks"], json!([]));
                assert_eq!(lost.held(), lost.imeis.clone().map(Some));
                let line = lost.parcel.item.parse().expect("a number");
                assert_eq!(shared.shops.back_market().imei_requests(line).len(), 1);
                lost.parcel.is_confirmed("accepted", (1, 1)).await;
            }),
        ])
        .await;
    });
}

/// Of an order of two lines one is labelled, so our confirmation carries its IMEI. Back Market takes an IMEI only with an order
/// of one piece. Its documents leave open whether it refuses such a confirmation or leaves the IMEI out. In both cases the
/// order is confirmed once, and the IMEI is registered by its own request.
#[test]
fn an_imei_that_back_market_does_not_take_with_the_order_is_registered_by_itself() {
    run(|shared| async move {
        // The two run one after the other, because all tests share one Back Market. No other test sends an IMEI for several
        // lines.
        for (number, reading, submitted) in
            [(292, ImeiOfSeveral::Refuse, (2, 1)), (293, ImeiOfSeveral::Ignore, (1, 1))]
        {
            shared.shops.back_market().set_imei_of_several(reading);
            let TwoPhones { parcel, imeis: [imei, _], .. } = &TwoPhones::sold(shared, number);
            let imei = imei.as_str();
            parcel.put(&[parcel.imei(&parcel.item, &[imei])]).await;
            let is_known = |view: &Value| view["imeis"].as_array().is_some_and(|i| i.len() == 1);
            parcel.until("the IMEI is known", is_known).await;
            let mut label = parcel.label();
            label.detail["items"][0]["requires_imei"] = true.into();
            parcel.put(&[label]).await;
            let is_done =
                |view: &Value| view["packages"][0]["imei_registrations"][0]["state"] == "done";
            parcel.until("the IMEI is registered", is_done).await;
            parcel.is_confirmed("accepted", submitted).await;
            let first = &parcel.submissions()[0];
            assert_eq!(first.body["imei"], imei, "{reading:?}: it was tried with the order");
            let back_market = shared.shops.back_market();
            let lines = back_market.held(parcel.number()).expect("it is sold").orderlines;
            let held: Vec<Option<&str>> = lines.iter().map(|line| line.imei.as_deref()).collect();
            assert_eq!(held, [Some(imei), None], "{reading:?}");
            let requests = back_market.imei_requests(lines[0].id);
            assert_eq!(requests.len(), 1, "{reading:?}: it is registered once");
            assert!(requests[0].applied && requests[0].body["imei"] == imei, "{reading:?}");
        }
        shared.shops.back_market().set_imei_of_several(ImeiOfSeveral::Refuse);
    });
}
