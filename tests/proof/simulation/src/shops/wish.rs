//! Wish, as a sender sees it.

use super::reads::in_sight;
use super::requests::{
    Question, ShopDevice, ShopRequest, Submission, bearer, caller, of_order, parameter, text,
};
use super::{Arrival, HeldOrder, Manners, Parcel, Shops, SubmissionResult, answer, taken, written};
use channels::Answer;
use domain::Moment;
use http::{Method, Request};
use serde_json::{Value, json};

/// Wish.
pub(super) struct Wish;

impl Manners for Wish {
    fn order(&self, n: usize) -> String {
        format!("5f{n:022x}")
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
        if let ["api", "v3", "oauth", "refresh_token"] = parts {
            let caller = caller(&parameter(request.uri().query()?, "refresh_token")?)?;
            return Some(ShopRequest::of(caller, Question::Token));
        }
        let caller = bearer(request)?;
        let question = match (request.method(), parts) {
            (&Method::GET, ["api", "v3", "orders"]) => Question::Account,
            (&Method::GET, ["api", "v3", "orders", order]) => of_order(order),
            (&Method::PUT, ["api", "v3", "orders", order, "tracking"]) => {
                let body: Value = serde_json::from_slice(request.body()).ok()?;
                Question::Submit(Submission {
                    order: (*order).to_owned(),
                    number: text(&body, "/tracking_number"),
                    reference: String::new(),
                    lines: Vec::new(),
                    pieces: Vec::new(),
                    codes: Vec::new(),
                    device: ShopDevice::default(),
                    body: request.body().clone(),
                })
            }
            _ => return None,
        };
        Some(ShopRequest::of(caller, question))
    }

    /// Sets the order's number, whatever number the order has.
    fn take(
        &self,
        held: &mut HeldOrder,
        parcel: Parcel,
        submission: &Submission,
        _: Arrival,
    ) -> SubmissionResult {
        let number = parcel.number.clone();
        held.parcels = vec![parcel];
        taken(
            200,
            &json!({ "code": 0, "data": { "id": submission.order, "state": "SHIPPED",
            "tracking_information": [{ "tracking_number": number }] } }),
        )
    }

    fn shown(&self, held: &HeldOrder, order: &str, by: Moment) -> Value {
        let tracking: Vec<Value> =
            in_sight(held, by).map(|parcel| json!({ "tracking_number": parcel.number })).collect();
        let is_shipped = in_sight(held, by).any(|parcel| !parcel.is_former(by));
        let standing = held.standing(by);
        let is_refunded = standing.is_cancelled && tracking.is_empty();
        let state = match (is_shipped, is_refunded) {
            (true, _) => "SHIPPED",
            (false, true) => "REFUNDED",
            (false, false) => "APPROVED",
        };
        let ship_by = standing.ship_by.map(written);
        json!({ "code": 0, "data": { "id": order, "state": state, "tracking_information": tracking,
            "fulfillment_requirements": { "expected_ship_time": ship_by } } })
    }

    fn for_good(&self) -> Answer {
        answer(400, &json!({ "code": 4_000, "message": "bad provider" }))
    }

    fn unauthorized(&self) -> Answer {
        answer(401, &json!({ "code": 1_016, "message": "revoked" }))
    }
}
