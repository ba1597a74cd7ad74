//! Groupon, as a sender sees it.

use super::reads::in_sight;
use super::requests::{
    Question, ShopDevice, ShopRequest, Submission, caller, ids, parameter, text,
};
use super::{Arrival, HeldOrder, Manners, Parcel, Shops, SubmissionResult, answer, refused, taken};
use channels::Answer;
use domain::Moment;
use http::{Method, Request};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Groupon.
pub(super) struct Groupon;

impl Manners for Groupon {
    fn order(&self, n: usize) -> String {
        format!("FG-{n:08}")
    }

    fn secret(&self, account: usize, generation: u32) -> Value {
        json!({ "token": format!("grant/{account}/{generation}") })
    }

    /// Finds the order by its lines, because a confirmation does not name it.
    fn parse_request(
        &self,
        request: &Request<Vec<u8>>,
        _: &[&str],
        shops: &Shops,
    ) -> Option<ShopRequest> {
        if request.method() == Method::GET {
            let query = request.uri().query()?;
            let caller = caller(&parameter(query, "token")?)?;
            let time = |name| date(&parameter(query, name)?);
            let day = Some((time("start_datetime")?, time("end_datetime")?));
            return Some(ShopRequest::of(caller, Question::Read { order: None, day }));
        }
        let form = std::str::from_utf8(request.body()).ok()?;
        let caller = caller(&parameter(form, "token")?)?;
        let entries: Value = serde_json::from_str(&parameter(form, "tracking_info")?).ok()?;
        let lines = ids(&entries, "", "/fulfillment_lineitem_id");
        let shop = shops.0.get(caller.account)?;
        let is_its = |held: &HeldOrder| lines.first().is_some_and(|line| held.lines.contains(line));
        let order =
            shop.orders.iter().find(|(_, held)| is_its(held)).map(|(order, _)| order.clone());
        let submission = Submission {
            order: order?,
            number: text(&entries, "/0/tracking"),
            reference: String::new(),
            lines,
            pieces: Vec::new(),
            codes: Vec::new(),
            device: ShopDevice::default(),
            body: request.body().clone(),
        };
        Some(ShopRequest::of(caller, Question::Submit(submission)))
    }

    /// Closes the lines that are open.
    fn take(
        &self,
        held: &mut HeldOrder,
        parcel: Parcel,
        _: &Submission,
        _: Arrival,
    ) -> SubmissionResult {
        if held.is_taken(&parcel.lines) {
            let body = json!({ "success": true, "data": { "non_open_ids": parcel.lines } });
            return refused(200, &body);
        }
        held.parcels.push(parcel);
        taken(200, &json!({ "success": true, "data": { "non_open_ids": [] } }))
    }

    fn shown(&self, _: &HeldOrder, _: &str, _: Moment) -> Value {
        Value::Null
    }

    fn day(&self, orders: &BTreeMap<String, HeldOrder>, by: Moment) -> Option<Value> {
        let orders: Vec<Value> = orders
            .iter()
            .map(|(order, held)| {
                let is_open = |line: &String| !in_sight(held, by).any(|p| p.lines.contains(line));
                let lines: Vec<Value> = held
                    .lines
                    .iter()
                    .map(|line| {
                        let status = if is_open(line) { "open" } else { "shipped" };
                        json!({ "fulfillment_lineitem_id": line, "status": status, "quantity": 1 })
                    })
                    .collect();
                json!({ "orderid": order, "line_items": lines })
            })
            .collect();
        Some(json!({ "success": true, "data": orders, "meta": { "no_of_pages": 1 } }))
    }

    fn for_good(&self) -> Answer {
        answer(400, &json!({ "success": false, "reason": "bad carrier" }))
    }

    fn shipped(&self, lines: &[String]) -> Answer {
        answer(200, &json!({ "success": true, "data": { "non_open_ids": lines } }))
    }
}

/// A moment as Groupon writes it: `11/23/2026 15:00`, in UTC.
fn date(text: &str) -> Option<Moment> {
    let civil = DateTime::strptime("%m/%d/%Y %H:%M", text).ok()?;
    Some(civil.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp().into())
}
