//! A partner of Back Market's, and what is submitted for it.

use crate::given::{IMEI, device, partner, phone, text, with_setting};
use domain::{Channel, Partner, Submission};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn back_market() -> Partner {
    back_market_of("Acme")
}

pub(crate) fn back_market_of(company: &str) -> Partner {
    with_setting(partner("back-market-us", Channel::BackMarket), "company", company)
}

/// A phone to be shipped, its IMEI known.
pub(crate) fn back_market_submission() -> Submission {
    Submission {
        channel: Channel::BackMarket,
        order: "65443".parse().unwrap(),
        package: "1".parse().unwrap(),
        tracking: "1Z999AA10123456784".parse().unwrap(),
        carrier: text("UPS"),
        carrier_code: None,
        service: Some(text("Ground")),
        tracking_url: Some(text("https://www.ups.com/track?tracknum=1Z999AA10123456784")),
        ship_date: "2026-11-23T15:04:05.678Z".parse().unwrap(),
        items: vec![phone("7001", 1)],
        devices: BTreeMap::from([("7001".parse().unwrap(), device(IMEI))]),
        reference: None,
        imeis_apart: false,
        supply_source_id: None,
        siblings: BTreeSet::new(),
    }
}
