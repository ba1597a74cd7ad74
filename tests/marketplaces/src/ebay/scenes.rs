//! The operations behind the routes: a token, a fulfilment to be added, a reading.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::body::Shipment;
use super::gate::media_type;
use super::orders::Record;
use super::wording::{self, INVALID_INPUT, INVALID_ORDER, Refusal};
use super::{Ebay, login};
use crate::clock;
use crate::fakes::UnknownOrders;
use crate::fault::{Answer, Operation};
use crate::play::Scene;
use crate::reply::{Outcome, Reply};
use crate::shop::Shop;
use crate::submission::Receipt;

/// `POST /identity/v1/oauth2/token`.
pub(super) struct TokenScene {
    pub(super) ebay: Ebay,
    pub(super) headers: HeaderMap,
    pub(super) form: Bytes,
}

/// `createShippingFulfillment`.
pub(super) struct ShipScene {
    pub(super) ebay: Ebay,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) receipt: Receipt,
}

/// `getShippingFulfillments`.
pub(super) struct ReadScene {
    pub(super) ebay: Ebay,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
}

impl Scene for TokenScene {
    fn handle(&self) -> Reply {
        let options = &self.ebay.inner.options;
        let tokens = &mut self.ebay.desk().open().own.tokens;
        login::exchange(tokens, (&self.headers, &self.form), options, clock::now_ms())
    }

    fn say(&self, answer: &Answer) -> Outcome {
        wording::say(Operation::Token, answer)
    }
}

impl Scene for ShipScene {
    fn handle(&self) -> Reply {
        self.ship().unwrap_or_else(|refusal| refusal.reply())
    }

    fn say(&self, answer: &Answer) -> Outcome {
        wording::say(Operation::Submit, answer)
    }

    fn ship_elsewhere(&self, tracking_number: &str) {
        Shop::ship_elsewhere(&self.ebay, &self.order_id, tracking_number);
    }
}

impl ShipScene {
    fn ship(&self) -> Result<Reply, Refusal> {
        let ebay = &self.ebay;
        let account = ebay.gate(&self.headers)?;
        ebay.desk().open().book.let_in(&self.receipt, ebay.account_name(account));
        if media_type(&self.headers) != "application/json" {
            // The vendor requires the header; what it answers without one is unverified.
            return Err(Refusal::new(&INVALID_INPUT, "Content-Type must be application/json"));
        }
        let now = clock::now();
        let shipment = Shipment::parse(&self.body, now)?;
        let mut kept = ebay.desk().open();
        if ebay.inner.unknown_orders == UnknownOrders::Accept {
            kept.own.orders.believe(&self.order_id);
        }
        let fulfillment_id = kept
            .own
            .orders
            .get_mut(&self.order_id)
            .ok_or_else(|| Refusal::new(&INVALID_ORDER, &self.order_id))?
            .ship(&shipment, now.as_millisecond())?;
        kept.book.applied(&self.receipt);
        let location = wording::location(&self.order_id, &fulfillment_id);
        Ok(Reply::json(201, json!({})).header("location", location))
    }
}

impl Scene for ReadScene {
    fn handle(&self) -> Reply {
        self.read().unwrap_or_else(|refusal| refusal.reply())
    }

    fn say(&self, answer: &Answer) -> Outcome {
        wording::say(Operation::ReadBack, answer)
    }
}

impl ReadScene {
    fn read(&self) -> Result<Reply, Refusal> {
        self.ebay.gate(&self.headers)?;
        let kept = self.ebay.desk().open();
        let record = kept
            .own
            .orders
            .get(&self.order_id)
            .ok_or_else(|| Refusal::new(&INVALID_ORDER, &self.order_id))?;
        Ok(Reply::json(200, collection(record)))
    }
}

/// `ShippingFulfillmentPagedCollection`. A field without a value is not there.
fn collection(record: &Record) -> Value {
    let fulfillments: Vec<Value> = record
        .fulfillments
        .iter()
        .map(|held| {
            let lines: Vec<Value> = held
                .line_items
                .iter()
                .map(|line| json!({ "lineItemId": line.line_item_id, "quantity": line.quantity }))
                .collect();
            let mut shown = json!({
                "fulfillmentId": held.fulfillment_id,
                "lineItems": lines,
                "shippedDate": held.shipped_date,
            });
            if let (Some(number), Some(carrier), Some(fields)) =
                (&held.tracking_number, &held.carrier_code, shown.as_object_mut())
            {
                fields.insert("shipmentTrackingNumber".to_owned(), json!(number));
                fields.insert("shippingCarrierCode".to_owned(), json!(carrier));
            }
            shown
        })
        .collect();
    json!({ "total": fulfillments.len(), "fulfillments": fulfillments })
}
