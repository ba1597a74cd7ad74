//! eBay, as a sender sees it.

use super::reads::in_sight;
use super::requests::{
    Question, ShopDevice, ShopRequest, Submission, bearer, ids, of_form, of_order, pieces, text,
};
use super::{
    Arrival, HeldOrder, Manners, Parcel, Shops, SubmissionResult, answer, refused, taken, written,
};
use channels::Answer;
use domain::Moment;
use http::{Method, Request};
use serde_json::{Value, json};

/// eBay.
pub(super) struct Ebay;

impl Manners for Ebay {
    fn order(&self, n: usize) -> String {
        format!("01-03955-{:05}", 36_441 + n)
    }

    fn secret(&self, account: usize, generation: u32) -> Value {
        let grant = format!("grant/{account}/{generation}");
        json!({ "client_id": "c", "client_secret": "s", "refresh_token": grant })
    }

    fn parse_request(
        &self,
        request: &Request<Vec<u8>>,
        parts: &[&str],
        _: &Shops,
    ) -> Option<ShopRequest> {
        if let ["identity", "v1", "oauth2", "token"] = parts {
            return Some(ShopRequest::of(of_form(request)?, Question::Token));
        }
        let caller = bearer(request)?;
        if let ["sell", "fulfillment", "v1", "order"] = parts {
            return Some(ShopRequest::of(caller, Question::Account));
        }
        let ["sell", "fulfillment", "v1", "order", order, ..] = parts else {
            return None;
        };
        if request.method() == Method::GET {
            return Some(ShopRequest::of(caller, of_order(order)));
        }
        let body: Value = serde_json::from_slice(request.body()).ok()?;
        let submission = Submission {
            order: (*order).to_owned(),
            number: text(&body, "/trackingNumber"),
            reference: String::new(),
            lines: ids(&body, "/lineItems", "/lineItemId"),
            pieces: pieces(&body, "/lineItems"),
            codes: Vec::new(),
            device: ShopDevice::default(),
            body: request.body().clone(),
        };
        Some(ShopRequest::of(caller, Question::Submit(submission)))
    }

    /// Adds a fulfilment, unless its lines have shipped or the order has its number.
    fn take(
        &self,
        held: &mut HeldOrder,
        parcel: Parcel,
        _: &Submission,
        _: Arrival,
    ) -> SubmissionResult {
        if held.is_taken(&parcel.lines) {
            let words = "the tracking number already exists";
            return refused(400, &json!({ "errors": [{ "errorId": 34_500, "message": words }] }));
        }
        held.parcels.push(parcel);
        taken(201, &json!({}))
    }

    /// The order and its fulfilments together: either read of an order finds its own part.
    fn shown(&self, held: &HeldOrder, order: &str, by: Moment) -> Value {
        let standing = held.standing(by);
        let fulfillments: Vec<Value> = in_sight(held, by)
            .map(|parcel| {
                let lines: Vec<Value> =
                    parcel.lines.iter().map(|line| json!({ "lineItemId": line })).collect();
                json!({ "fulfillmentId": parcel.number, "lineItems": lines,
                    "shipmentTrackingNumber": parcel.number })
            })
            .collect();
        let line = |line: &String| {
            let mut line = json!({ "lineItemId": line });
            if let Some(by) = standing.ship_by {
                line["lineItemFulfillmentInstructions"] = json!({ "shipByDate": written(by) });
            }
            line
        };
        let lines: Vec<Value> = held.lines.iter().map(line).collect();
        let wish = json!({ "cancelRequestState": "REQUESTED", "cancelInitiator": "Buyer" });
        let wishes = if standing.is_wished { vec![wish] } else { Vec::new() };
        let state = if standing.is_cancelled { "CANCELED" } else { "NONE_REQUESTED" };
        json!({ "total": fulfillments.len(), "fulfillments": fulfillments, "orderId": order,
            "lineItems": lines, "cancelStatus": { "cancelState": state, "cancelRequests": wishes } })
    }

    fn for_good(&self) -> Answer {
        answer(400, &json!({ "errors": [{ "errorId": 32_300, "message": "invalid carrier" }] }))
    }

    fn shipped(&self, _: &[String]) -> Answer {
        let words = "the tracking number already exists";
        answer(400, &json!({ "errors": [{ "errorId": 34_500, "message": words }] }))
    }

    fn applies(&self, status: u16) -> bool {
        status == 201
    }
}
