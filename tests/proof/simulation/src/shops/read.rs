//! What a marketplace answers when it is asked what it holds.

use super::{Ask, Held, PLACED_BEFORE, Parcel, Shops, answer};
use channels::Answer;
use domain::{Channel, Moment};
use serde_json::{Value, json};

/// What shows by then of what an order holds.
fn shown(held: &Held, by: Moment) -> impl Iterator<Item = &Parcel> {
    held.parcels.iter().filter(move |parcel| parcel.since <= by)
}

pub(super) fn at_back_market(held: &Held, order: &str, by: Moment) -> Value {
    let number = shown(held, by).next().map(|parcel| parcel.number.as_str());
    let state = if number.is_some() { 3 } else { 2 };
    let id = |text: &str| text.parse::<u64>().unwrap_or_default();
    let lines: Vec<Value> = held
        .lines
        .iter()
        .map(|line| json!({ "id": id(line), "state": state, "imei": held.imeis.get(line) }))
        .collect();
    json!({ "order_id": id(order), "tracking_number": number, "orderlines": lines })
}

fn at_amazon(held: &Held, order: &str, by: Moment) -> Value {
    let items: Vec<Value> = held
        .lines
        .iter()
        .map(|line| json!({ "orderItemId": line, "quantityOrdered": 1 }))
        .collect();
    let packages: Vec<Value> = shown(held, by)
        .map(|parcel| {
            let items: Vec<Value> = parcel
                .lines
                .iter()
                .map(|line| json!({ "orderItemId": line, "quantity": 1 }))
                .collect();
            json!({ "packageReferenceId": parcel.reference, "trackingNumber": parcel.number,
                "packageItems": items })
        })
        .collect();
    json!({ "order": { "orderId": order, "orderItems": items, "packages": packages } })
}

fn at_ebay(held: &Held, by: Moment) -> Value {
    let fulfillments: Vec<Value> = shown(held, by)
        .map(|parcel| {
            let lines: Vec<Value> =
                parcel.lines.iter().map(|line| json!({ "lineItemId": line })).collect();
            json!({ "fulfillmentId": parcel.number, "lineItems": lines,
                "shipmentTrackingNumber": parcel.number })
        })
        .collect();
    json!({ "total": fulfillments.len(), "fulfillments": fulfillments })
}

fn at_wish(held: &Held, order: &str, by: Moment) -> Value {
    let tracking: Vec<Value> =
        shown(held, by).map(|parcel| json!({ "tracking_number": parcel.number })).collect();
    let is_shipped = shown(held, by).any(|parcel| !parcel.is_former(by));
    let state = if is_shipped { "SHIPPED" } else { "APPROVED" };
    json!({ "code": 0, "data": { "id": order, "state": state, "tracking_information": tracking } })
}

fn at_groupon(orders: &std::collections::BTreeMap<String, Held>, by: Moment) -> Value {
    let orders: Vec<Value> = orders
        .iter()
        .map(|(order, held)| {
            let is_open = |line: &String| !shown(held, by).any(|p| p.lines.contains(line));
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
    json!({ "success": true, "data": orders, "meta": { "no_of_pages": 1 } })
}

impl Shops {
    /// Answers a question with what shows by a moment: now, or earlier where the marketplace lags behind.
    pub fn read(&self, account: usize, ask: &Ask, (start, by): (Moment, Moment)) -> Answer {
        let shop = &self.0[account];
        let Ask::Read { order, day } = ask else { return answer(404, &Value::Null) };
        if shop.channel == Channel::Groupon {
            let placed = start.minus(PLACED_BEFORE);
            let is_in = day.is_some_and(|(from, to)| from <= placed && placed < to);
            let none = std::collections::BTreeMap::new();
            return answer(200, &at_groupon(if is_in { &shop.orders } else { &none }, by));
        }
        let order = order.as_deref().unwrap_or_default();
        let Some(held) = shop.orders.get(order) else { return answer(404, &Value::Null) };
        let body = match shop.channel {
            Channel::Amazon => at_amazon(held, order, by),
            Channel::Ebay => at_ebay(held, by),
            Channel::Wish => at_wish(held, order, by),
            Channel::BackMarket => at_back_market(held, order, by),
            Channel::Groupon | Channel::UntilGone => Value::Null,
        };
        answer(200, &body)
    }

    /// The number that a read shows by then of an order that is still to be shipped.
    pub fn shows_former(&self, account: usize, order: &str, by: Moment) -> Option<&str> {
        let held = self.0[account].orders.get(order)?;
        let is_shipped = shown(held, by).any(|parcel| !parcel.is_former(by));
        shown(held, by).next().filter(|_| !is_shipped).map(|parcel| parcel.number.as_str())
    }

    /// Whether what a read shows by then has a number that is ours, or one that is another's.
    pub fn shows(&self, account: usize, order: &str, (ours, by): (bool, Moment)) -> bool {
        let held = self.0[account].orders.get(order);
        held.is_some_and(|held| shown(held, by).any(|parcel| parcel.is_ours == ours))
    }
}
