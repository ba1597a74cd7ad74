//! A partner of Amazon's, and what is submitted for it.

use crate::given::{item, partner, text};
use domain::{Channel, Item, Partner, Submission, TransparencyCode};
use std::collections::{BTreeMap, BTreeSet};

/// The order of Amazon's sandbox.
pub(crate) const AMAZON_ORDER: &str = "902-1106328-1059050";

/// The body of Amazon's `confirmShipment`.
pub(crate) const CONFIRM_SHIPMENT: &str =
    include_str!("../../../../../tests/contracts/amazon/confirm-shipment.schema.json");

/// The requests of Amazon's static sandbox.
pub(crate) const SANDBOX: &str = include_str!("../../../../../tests/contracts/amazon/sandbox.json");

pub(crate) fn amazon() -> Partner {
    partner("amazon-us", Channel::Amazon)
}

fn code(code: &str) -> TransparencyCode {
    TransparencyCode::try_from(code.to_owned()).unwrap()
}

/// The shipment of Amazon's sandbox.
pub(crate) fn amazon_submission() -> Submission {
    Submission {
        channel: Channel::Amazon,
        order: AMAZON_ORDER.parse().unwrap(),
        package: "1".parse().unwrap(),
        tracking: "112345678".parse().unwrap(),
        carrier: text("FedEx"),
        carrier_code: None,
        service: Some(text("FedEx Ground")),
        tracking_url: None,
        ship_date: "2022-02-11T01:00:00Z".parse().unwrap(),
        items: vec![Item {
            transparency_codes: BTreeSet::from([code("09876543211234567890")]),
            ..item("79039765272157", 1)
        }],
        devices: BTreeMap::new(),
        reference: None,
        imeis_apart: false,
        supply_source_id: Some("057d3fcc-b750-419f-bbcd-4d340c60c430".parse().unwrap()),
        siblings: BTreeSet::new(),
    }
}
