//! A partner of Amazon's, and what is submitted for it.

use crate::given::{item, partner, text};
use domain::{Channel, Partner, Submission};
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
        items: vec![item("79039765272157", 1)],
        imeis: BTreeMap::new(),
        reference: None,
        imeis_apart: false,
        siblings: BTreeSet::new(),
    }
}
