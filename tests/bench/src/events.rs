//! The events of an order, in the batches that Lambda's poller hands to a function.

use crate::Error;
use crate::candidates::Function;
use crate::partners::{Kind, PARTNERS_OF_KIND};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// The seller of all orders.
pub(crate) const SELLER: &str = "acme";

/// One order of one phone.
#[derive(Clone, Debug)]
pub(crate) struct Sale {
    /// The id of the partner who sold the order.
    pub(crate) partner: String,
    pub(crate) order: String,
    pub(crate) item: String,
    pub(crate) tracking: String,
    pub(crate) requires_imei: bool,
}

fn ago(seconds: i64) -> String {
    #[expect(clippy::disallowed_methods, reason = "events happened a moment ago")]
    let now = Timestamp::now();
    (now - SignedDuration::from_secs(seconds)).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// A batch of one event, as `EventBridge` puts it into the function's queue. Source: `EventBridge` user guide,
/// "Events"; Lambda developer guide, "Using Lambda with Amazon SQS", the example event.
fn batch(kind: &str, detail: &Value, id: &str) -> Bytes {
    let body = json!({ "version": "0", "id": id, "detail-type": kind, "source": "shipping",
        "account": "123456789012", "time": ago(0), "region": "us-east-1", "resources": [], "detail": detail });
    record(&body.to_string(), id)
}

fn record(body: &str, id: &str) -> Bytes {
    let attributes = json!({ "ApproximateReceiveCount": "1", "SentTimestamp": "1795446000000",
        "SenderId": "AIDAIENQZJOLO23YVJ4VO", "ApproximateFirstReceiveTimestamp": "1795446000001" });
    let record = json!({ "messageId": id, "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": body, "attributes": attributes, "messageAttributes": {},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3", "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:measured", "awsRegion": "us-east-1" });
    Bytes::from(json!({ "Records": [record] }).to_string())
}

/// A batch of one doorbell, as a sender gets it.
pub(crate) fn doorbell(body: &str, number: usize) -> Bytes {
    record(body, &id("d00ebe11", number))
}

fn id(kind: &str, number: usize) -> String {
    format!("{kind}-b491-4cf7-a9f1-{number:012x}")
}

/// The IMEI of the `number`-th phone: 14 digits and their check digit. Source: 3GPP TS 23.003, annex B.
fn imei_of(number: usize) -> String {
    let digits = format!("35209900{:06}", number % 1_000_000);
    let sum: u32 = digits
        .bytes()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 1 { 2 } else { 1 })
        .map(|value| value / 10 + value % 10)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

impl Sale {
    /// The `number`-th order, sold by this partner of the kind.
    pub(crate) fn of(kind: Kind, partner: usize, number: usize) -> Self {
        let partner = kind.id(partner % PARTNERS_OF_KIND);
        match kind {
            Kind::Movement | Kind::Assigned => Self {
                partner,
                order: format!("902-{number:07}-{number:07}"),
                item: format!("5298{number:010}"),
                tracking: format!("77{number:08}"),
                requires_imei: false,
            },
            Kind::Phones => Self {
                partner,
                order: format!("4{number:07}"),
                item: format!("5{number:08}"),
                tracking: format!("1Z{number:08}"),
                requires_imei: true,
            },
        }
    }

    /// The event of this order that the function handles. An error if the function takes doorbells.
    pub(crate) fn event(&self, function: Function, number: usize) -> Result<Bytes, Error> {
        match function {
            Function::LabelCreated => Ok(self.label(number)),
            Function::CarrierScan => Ok(self.scan(number)),
            Function::ImeiUpdated => Ok(self.imei(number)),
            Function::SendAmazon | Function::SendBackMarket => {
                Err(Error::Function(format!("{} takes doorbells", function.name())))
            }
        }
    }

    /// A batch of the order's `LabelCreated` event.
    fn label(&self, number: usize) -> Bytes {
        batch("LabelCreated", &self.label_detail(SELLER, number), &id("6a7e8feb", number))
    }

    /// A batch of the order's `CarrierScan` event.
    fn scan(&self, number: usize) -> Bytes {
        batch("CarrierScan", &self.scan_detail(SELLER), &id("7b7e8feb", number))
    }

    /// The `detail` of the order's `LabelCreated` event.
    pub(crate) fn label_detail(&self, seller: &str, number: usize) -> Value {
        let url = format!("https://www.fedex.com/fedextrack/?trknbr={}", self.tracking);
        json!({ "seller_id": seller, "partner_id": self.partner, "order_id": self.order,
            "package_id": "1", "label_id": format!("lbl_{number}"), "carrier": "FedEx", "service": "Ground",
            "tracking_number": self.tracking, "labeled_at": ago(60), "ship_by": ago(-86_400),
            "tracking_url": url, "items": [{ "item_id": self.item, "sku": "PHN-12", "quantity": 1,
                "requires_imei": self.requires_imei }] })
    }

    /// The `detail` of the order's `CarrierScan` event.
    pub(crate) fn scan_detail(&self, seller: &str) -> Value {
        json!({ "seller_id": seller, "carrier": "FedEx", "tracking_number": self.tracking,
            "status": "in_transit", "occurred_at": ago(1) })
    }

    /// A batch of the order's `ImeiUpdated` event.
    fn imei(&self, number: usize) -> Bytes {
        let detail = json!({ "seller_id": SELLER, "partner_id": self.partner, "order_id": self.order,
            "item_id": self.item, "imeis": [imei_of(number)], "updated_at": ago(0) });
        batch("ImeiUpdated", &detail, &id("8c7e8feb", number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phone_has_a_valid_imei_of_its_own() {
        let imeis: std::collections::BTreeSet<String> = (0..2_000).map(imei_of).collect();
        assert_eq!(imeis.len(), 2_000);
        assert!(imeis.iter().all(|imei| imei.parse::<domain::Imei>().is_ok()));
        assert_eq!(imei_of(176_148), "352099001761481");
    }
}
