//! Amazon, as a sender sees it.

use super::reads::in_sight;
use super::requests::{
    Question, ShopDevice, ShopRequest, Submission, caller, ids, of_form, of_order, pieces, text,
};
use super::words::said;
use super::{
    Arrival, HeldOrder, Manners, Parcel, Shops, SubmissionResult, refused, taken, written,
};
use channels::Answer;
use domain::Moment;
use http::{Method, Request};
use serde_json::{Value, json};

/// Amazon.
pub(super) struct Amazon;

/// The Transparency codes of each line of a confirmation.
fn codes(body: &Value) -> Vec<Vec<String>> {
    let items = body.pointer("/packageDetail/orderItems").and_then(Value::as_array);
    let of_item = |item: &Value| {
        let codes = item.pointer("/transparencyCodes").and_then(Value::as_array);
        let codes = codes.into_iter().flatten().filter_map(Value::as_str);
        codes.map(str::to_owned).collect()
    };
    items.into_iter().flatten().map(of_item).collect()
}

impl Manners for Amazon {
    fn order(&self, n: usize) -> String {
        format!("902-1106328-{:07}", 1_059_050 + n)
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
        if let ["auth", "o2", "token"] = parts {
            return Some(ShopRequest::of(of_form(request)?, Question::Token));
        }
        let caller = caller(request.headers().get("x-amz-access-token")?.to_str().ok()?)?;
        let question = match (request.method(), parts) {
            (&Method::POST, ["orders", "v0", "orders", order, "shipmentConfirmation"]) => {
                let body: Value = serde_json::from_slice(request.body()).ok()?;
                Question::Submit(Submission {
                    order: (*order).to_owned(),
                    number: text(&body, "/packageDetail/trackingNumber"),
                    reference: text(&body, "/packageDetail/packageReferenceId"),
                    lines: ids(&body, "/packageDetail/orderItems", "/orderItemId"),
                    pieces: pieces(&body, "/packageDetail/orderItems"),
                    codes: codes(&body),
                    device: ShopDevice::default(),
                    body: request.body().clone(),
                })
            }
            (&Method::GET, ["orders", "2026-01-01", "orders"]) => Question::Account,
            (&Method::GET, ["orders", "2026-01-01", "orders", order]) => of_order(order),
            _ => return None,
        };
        Some(ShopRequest::of(caller, question))
    }

    /// Inserts or replaces the parcel of our reference. Lines in others' parcels are refused.
    fn take(
        &self,
        held: &mut HeldOrder,
        parcel: Parcel,
        _: &Submission,
        _: Arrival,
    ) -> SubmissionResult {
        held.parcels.retain(|held| held.reference != parcel.reference || !held.is_ours);
        if held.is_taken(&parcel.lines) {
            let words = "PackageToUpdateNotFound: the order is already fulfilled";
            return refused(
                400,
                &json!({ "errors": [{ "code": "InvalidInput", "message": words }] }),
            );
        }
        held.parcels.push(parcel);
        taken(204, &Value::Null)
    }

    fn shown(&self, held: &HeldOrder, order: &str, by: Moment) -> Value {
        let standing = held.standing(by);
        // A parcel by hand has all pieces of a line.
        let ordered = |line: &String| held.ordered.get(line).copied().unwrap_or(1);
        let item = |line: &String| {
            let mut item = json!({ "orderItemId": line, "quantityOrdered": ordered(line) });
            if standing.is_wished {
                item["cancellation"] = json!({ "cancellationRequest": { "requester": "BUYER" } });
            }
            item
        };
        let items: Vec<Value> = held.lines.iter().map(item).collect();
        let mut fulfillment = json!({});
        if let Some(by) = standing.ship_by {
            fulfillment["shipByWindow"] = json!({ "latestDateTime": written(by) });
        }
        if standing.is_cancelled {
            fulfillment["fulfillmentStatus"] = "CANCELLED".into();
        }
        let packages: Vec<Value> = in_sight(held, by)
            .map(|parcel| {
                let items: Vec<Value> = parcel
                    .lines
                    .iter()
                    .map(|line| {
                        let quantity = if parcel.is_ours { 1 } else { ordered(line) };
                        json!({ "orderItemId": line, "quantity": quantity })
                    })
                    .collect();
                json!({ "packageReferenceId": parcel.reference, "trackingNumber": parcel.number,
                    "packageItems": items })
            })
            .collect();
        json!({ "order": { "orderId": order, "orderItems": items, "packages": packages,
            "fulfillment": fulfillment } })
    }

    fn for_good(&self) -> Answer {
        said(400, "InvalidInput", "the carrier is not valid")
    }

    fn shipped(&self, _: &[String]) -> Answer {
        said(400, "InvalidInput", "the order is already fulfilled")
    }

    fn applies(&self, status: u16) -> bool {
        status == 204
    }
}
