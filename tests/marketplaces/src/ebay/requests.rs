//! eBay's requests: a login, a new fulfilment, and a read of the fulfilments.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::access::media_type;
use super::body::Shipment;
use super::orders::{EbayLineItem, Record};
use super::wording::{self, INVALID_INPUT, INVALID_ORDER, Refusal};
use super::{Ebay, login};
use crate::clock;
use crate::fakes::UnknownOrders;
use crate::fault::{Answer, Operation};
use crate::reply::{Outcome, Reply};
use crate::request::MarketplaceRequest;
use crate::shop::Shop;
use crate::submission::SubmissionId;

/// A request of `POST /identity/v1/oauth2/token`.
pub(super) struct TokenRequest {
    pub(super) ebay: Ebay,
    pub(super) headers: HeaderMap,
    pub(super) form: Bytes,
}

/// A request of `createShippingFulfillment`.
pub(super) struct ShipRequest {
    pub(super) ebay: Ebay,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) submission: SubmissionId,
}

/// A read of an order: a request of `getShippingFulfillments`, or of `getOrder`.
pub(super) struct ReadRequest {
    pub(super) ebay: Ebay,
    pub(super) order_id: String,
    pub(super) headers: HeaderMap,
    pub(super) operation: Operation,
}

impl MarketplaceRequest for TokenRequest {
    fn handle(&self) -> Reply {
        let options = &self.ebay.inner.options;
        let tokens = &mut self.ebay.shared().lock().channel.tokens;
        login::exchange(tokens, (&self.headers, &self.form), options, clock::now_ms())
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(Operation::Token, answer)
    }
}

impl MarketplaceRequest for ShipRequest {
    fn handle(&self) -> Reply {
        self.ship().unwrap_or_else(|refusal| refusal.reply())
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(Operation::Submit, answer)
    }

    fn ship_elsewhere(&self, tracking_number: &str) {
        Shop::ship_elsewhere(&self.ebay, &self.order_id, tracking_number);
    }
}

impl ShipRequest {
    fn ship(&self) -> Result<Reply, Refusal> {
        let ebay = &self.ebay;
        let account = ebay.admit(&self.headers)?;
        ebay.shared().lock().submissions.set_account(&self.submission, ebay.account_name(account));
        if media_type(&self.headers) != "application/json" {
            // The vendor requires this header. Its answer to a request without one is unverified.
            return Err(Refusal::new(&INVALID_INPUT, "Content-Type must be application/json"));
        }
        let now = clock::now();
        let shipment = Shipment::parse(&self.body, now)?;
        let mut state = ebay.shared().lock();
        if ebay.inner.unknown_orders == UnknownOrders::Accept {
            state.channel.orders.create_if_unknown(&self.order_id);
        }
        let fulfillment_id = state
            .channel
            .orders
            .get_mut(&self.order_id)
            .ok_or_else(|| Refusal::new(&INVALID_ORDER, &self.order_id))?
            .ship(&shipment, now.as_millisecond())?;
        state.submissions.set_applied(&self.submission);
        let location = wording::location(&self.order_id, &fulfillment_id);
        Ok(Reply::json(201, json!({})).header("location", location))
    }
}

impl MarketplaceRequest for ReadRequest {
    fn handle(&self) -> Reply {
        self.read().unwrap_or_else(|refusal| refusal.reply())
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(self.operation, answer)
    }
}

impl ReadRequest {
    fn read(&self) -> Result<Reply, Refusal> {
        self.ebay.admit(&self.headers)?;
        let state = self.ebay.shared().lock();
        let record = state
            .channel
            .orders
            .get(&self.order_id)
            .ok_or_else(|| Refusal::new(&INVALID_ORDER, &self.order_id))?;
        let is_order = self.operation == Operation::ReadOrder;
        let body = if is_order { order(record) } else { collection(record) };
        Ok(Reply::json(200, body))
    }
}

/// Makes an `Order`. Of E's fields it has those about shipment and cancellation, and a buyer's name, so that a test can check
/// that nobody quotes it.
fn order(record: &Record) -> Value {
    let standing = &record.order.standing;
    let lines: Vec<Value> = record
        .order
        .line_items
        .iter()
        .map(|line| {
            let mut shown = json!({
                "lineItemId": line.line_item_id,
                "quantity": line.quantity,
                "lineItemFulfillmentStatus": status(std::slice::from_ref(line), record),
            });
            if let (Some(ship_by), Some(fields)) = (&standing.ship_by, shown.as_object_mut()) {
                let instructions = json!({ "guaranteedDelivery": false, "shipByDate": ship_by });
                fields.insert("lineItemFulfillmentInstructions".to_owned(), instructions);
            }
            shown
        })
        .collect();
    let requests: Vec<Value> = standing
        .is_wished
        .then(|| {
            json!({
                "cancelInitiator": "Buyer",
                "cancelReason": "BUYER_ASKED_CANCEL",
                "cancelRequestId": "5000000001",
                "cancelRequestState": "REQUESTED",
            })
        })
        .into_iter()
        .collect();
    json!({
        "orderId": record.order.id,
        "orderFulfillmentStatus": status(&record.order.line_items, record),
        "buyer": { "username": "jane_doe" },
        "lineItems": lines,
        "cancelStatus": { "cancelState": cancel_state(record), "cancelRequests": requests },
    })
}

/// The states of a fulfilment. Source: E links to `OrderFulfillmentStatus` and `LineItemFulfillmentStatusEnum` only: the words are
/// from memory.
fn status(lines: &[EbayLineItem], record: &Record) -> &'static str {
    let (shipped, ordered) = lines.iter().fold((0_u32, 0_u32), |(shipped, ordered), line| {
        let of_line = record.shipped(&line.line_item_id);
        (shipped.saturating_add(of_line), ordered.saturating_add(line.quantity))
    });
    match shipped {
        0 => "NOT_STARTED",
        some if some < ordered => "IN_PROGRESS",
        _ => "FULFILLED",
    }
}

/// The state of a cancellation. Source: E names `NONE_REQUESTED`; the others are from memory.
fn cancel_state(record: &Record) -> &'static str {
    match &record.order.standing {
        standing if standing.is_cancelled => "CANCELED",
        standing if standing.is_wished => "IN_PROGRESS",
        _ => "NONE_REQUESTED",
    }
}

/// A request of `getOrders`.
pub(super) struct OrdersRequest {
    pub(super) ebay: Ebay,
    pub(super) headers: HeaderMap,
    pub(super) query: String,
}

impl MarketplaceRequest for OrdersRequest {
    fn handle(&self) -> Reply {
        self.orders().unwrap_or_else(|refusal| refusal.reply())
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(Operation::Account, answer)
    }
}

impl OrdersRequest {
    /// Which orders there are does not matter to whoever asks whether the account is taken. A limit is 1 to 200. Source: E.
    fn orders(&self) -> Result<Reply, Refusal> {
        self.ebay.admit(&self.headers)?;
        let limit = self.query.strip_prefix("limit=").and_then(|limit| limit.parse().ok());
        if !limit.is_some_and(|limit: u32| (1..=200).contains(&limit)) {
            return Err(Refusal::new(&INVALID_INPUT, &format!("query {}", self.query)));
        }
        Ok(Reply::json(200, json!({ "limit": limit, "offset": 0, "orders": [], "total": 0 })))
    }
}

/// Makes a `ShippingFulfillmentPagedCollection`. It leaves out fields without a value.
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
