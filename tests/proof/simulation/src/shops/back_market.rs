//! Back Market, as a sender sees it.

use super::reads::in_sight;
use super::requests::{Question, ShopDevice, ShopRequest, Submission, bearer, of_order, text};
use super::{
    Arrival, HeldOrder, Manners, Parcel, Shops, SubmissionResult, answer, refused, taken, written,
};
use channels::Answer;
use domain::Moment;
use http::{Method, Request};
use serde_json::{Value, json};

/// Back Market.
pub(super) struct BackMarket;

impl Manners for BackMarket {
    fn order(&self, n: usize) -> String {
        format!("{}", 700_001 + n)
    }

    fn secret(&self, account: usize, generation: u32) -> Value {
        json!({ "token": format!("grant/{account}/{generation}") })
    }

    fn parse_request(
        &self,
        request: &Request<Vec<u8>>,
        parts: &[&str],
        _: &Shops,
    ) -> Option<ShopRequest> {
        let caller = bearer(request)?;
        let body = || -> Option<Value> { serde_json::from_slice(request.body()).ok() };
        let question = match (request.method(), parts) {
            (&Method::GET, ["ws", "orders"]) => Question::Account,
            (&Method::GET, ["ws", "orders", order]) => of_order(order),
            (&Method::PATCH, ["ws", "orderlines", line]) => {
                Question::Register { line: (*line).to_owned(), device: ShopDevice::of(&body()?) }
            }
            (&Method::POST, ["ws", "orders", order]) => {
                let body = body()?;
                Question::Submit(Submission {
                    order: (*order).to_owned(),
                    number: text(&body, "/tracking_number"),
                    reference: String::new(),
                    lines: Vec::new(),
                    pieces: Vec::new(),
                    codes: Vec::new(),
                    device: ShopDevice::of(&body),
                    body: request.body().clone(),
                })
            }
            _ => return None,
        };
        Some(ShopRequest::of(caller, question))
    }

    /// Ships every line of the order, once the seller has accepted the lines.
    fn take(
        &self,
        held: &mut HeldOrder,
        parcel: Parcel,
        submission: &Submission,
        arrival: Arrival,
    ) -> SubmissionResult {
        if !held.parcels.is_empty() {
            return refused(400, &json!({ "message": "the order is already shipped" }));
        }
        if arrival.now < held.accepted_at {
            return refused(400, &json!({ "message": "the lines are not accepted" }));
        }
        // What becomes of an IMEI in a confirmation is not sure: it is taken, left out, or refused with all the rest.
        match (&submission.device, held.accepted_at.as_millis().rem_euclid(3)) {
            (ShopDevice { imei: None, serial: None }, _) => {}
            (_, 2) => return refused(400, &json!({ "message": "the imei is not valid" })),
            (device, 0) if held.lines.len() == 1 => {
                held.devices.insert(held.lines[0].clone(), device.clone());
            }
            (_, _) => {}
        }
        held.parcels.push(parcel);
        taken(200, &self.shown(held, &submission.order, arrival.now))
    }

    fn shown(&self, held: &HeldOrder, order: &str, by: Moment) -> Value {
        let number = in_sight(held, by).next().map(|parcel| parcel.number.as_str());
        let state = if number.is_some() { 3 } else { 2 };
        let id = |text: &str| text.parse::<u64>().unwrap_or_default();
        let lines: Vec<Value> = held
            .lines
            .iter()
            .map(|line| {
                let device = held.devices.get(line).cloned().unwrap_or_default();
                json!({ "id": id(line), "state": state, "imei": device.imei,
                    "serial_number": device.serial })
            })
            .collect();
        let ship_by = held.standing(by).ship_by.map(written);
        json!({ "order_id": id(order), "tracking_number": number, "orderlines": lines,
            "expected_dispatch_date": ship_by })
    }

    fn for_good(&self) -> Answer {
        answer(400, &json!({ "message": "sku not found" }))
    }

    fn shipped(&self, _: &[String]) -> Answer {
        answer(400, &json!({ "message": "the order is already shipped" }))
    }
}
