//! A partner of `UntilGone`'s, and what is submitted for it.

use crate::given::{IMEI, device, item, partner, phone, text, with_setting};
use domain::{Channel, Item, Partner, Submission};
use std::collections::{BTreeMap, BTreeSet};

/// Our own contract: what the receiver of a webhook is told.
pub(crate) const SHIPMENT_CONFIRMED: &str =
    include_str!("../../../../../tests/contracts/until_gone/shipment.confirmed.schema.json");

pub(crate) fn until_gone() -> Partner {
    until_gone_at("https://hooks.untilgone.example/shipments?account=7", true)
}

pub(crate) fn until_gone_at(url: &str, receiver_dedupes: bool) -> Partner {
    let partner = with_setting(partner("until-gone-us", Channel::UntilGone), "url", url);
    with_setting(partner, "receiver_dedupes", receiver_dedupes)
}

/// Two lines of an order in one parcel. What needs an IMEI elsewhere is like everything else here.
pub(crate) fn until_gone_submission() -> Submission {
    let sku = Some(text("PHONE-128-\u{3b1}"));
    Submission {
        channel: Channel::UntilGone,
        order: "UG-100042".parse().unwrap(),
        package: "1".parse().unwrap(),
        tracking: "1Z999AA10123456784".parse().unwrap(),
        carrier: text("UPS"),
        carrier_code: None,
        service: Some(text("Ground")),
        tracking_url: Some(text("https://www.ups.com/track?tracknum=1Z999AA10123456784")),
        ship_date: "2026-11-23T15:04:05.678Z".parse().unwrap(),
        items: vec![Item { sku, ..phone("7001", 1) }, item("7002", 2)],
        devices: BTreeMap::from([("7001".parse().unwrap(), device(IMEI))]),
        reference: None,
        imeis_apart: false,
        supply_source_id: None,
        siblings: BTreeSet::new(),
    }
}
