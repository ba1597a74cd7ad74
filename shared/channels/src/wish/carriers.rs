//! Wish's shipping providers. Its own list (`GET /api/v3/orders/shipping_carriers`) is the authority and is published
//! nowhere, so only names with a source are here. A wrong one is the seller's fault in Wish's eyes (the number cannot be
//! followed, the order is not paid), and there is no `Other`: what is not listed is refused before it is sent.

use crate::marketplace::Unbuildable;
use crate::wire::{plain, unbuildable};

/// A provider, and the plain forms of what labels call it beside the name itself.
struct Carrier {
    provider: &'static str,
    names: &'static [&'static str],
}

const fn carrier(provider: &'static str, names: &'static [&'static str]) -> Carrier {
    Carrier { provider, names }
}

/// Source of `UPS`, `FedEx` and `DHL`: merchantfaq.wish.com 360036263093 ("How to Ship Wish Express to Mexico"), in
/// prose; of `DHL`, `DHLeCommerce` and `DPD`: 1260800536970 ("International Shipping Carriers"), a list of accepted
/// carriers; of `USPS`: from memory, unverified. The other names are ours, inferred. A service in a carrier's place is
/// taken for its carrier where Wish has no provider of its own for it.
const CARRIERS: &[Carrier] = &[
    carrier("UPS", &["unitedparcelservice", "upsground", "ups2nddayair", "upsnextdayair"]),
    carrier(
        "USPS",
        &["unitedstatespostalservice", "uspostalservice", "uspsprioritymail", "uspsfirstclass"],
    ),
    carrier("FedEx", &["federalexpress", "fedexground", "fedexexpress", "fedexhomedelivery"]),
    carrier("DHL", &["dhlexpress"]),
    carrier("DHLeCommerce", &["dhlglobalmail"]),
    carrier("DPD", &["dynamicparceldistribution"]),
];

/// The provider of a carrier in the label's words.
pub(super) fn provider(carrier: &str) -> Result<&'static str, Unbuildable> {
    let name = plain(carrier);
    CARRIERS
        .iter()
        .find(|known| plain(known.provider) == name || known.names.contains(&name.as_str()))
        .map(|known| known.provider)
        .ok_or_else(|| {
            let allowed: Vec<&str> = CARRIERS.iter().map(|known| known.provider).collect();
            // What is allowed comes first: the carrier's name may be so long that the rest is cut.
            let why = format!("allowed: {}; not `{carrier}`", allowed.join(", "));
            unbuildable("carrier", why)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::as_it_is("UPS", Some("UPS"))]
    #[case::in_small_letters("usps", Some("USPS"))]
    #[case::in_capitals("FEDEX", Some("FedEx"))]
    #[case::apart("Fed Ex", Some("FedEx"))]
    #[case::in_full("United Parcel Service", Some("UPS"))]
    #[case::with_its_service("UPS Ground", Some("UPS"))]
    #[case::with_signs("UPS 2nd Day Air®", Some("UPS"))]
    #[case::with_dots("U.S.P.S.", Some("USPS"))]
    #[case::express("DHL Express", Some("DHL"))]
    #[case::a_provider_of_its_own("DHL eCommerce", Some("DHLeCommerce"))]
    #[case::by_its_former_name("DHL Global Mail", Some("DHLeCommerce"))]
    #[case::dpd("DPD", Some("DPD"))]
    #[case::ontrac("OnTrac", None)]
    #[case::amazon("Amazon Logistics", None)]
    #[case::other("Other", None)]
    #[case::beginning_alike("UPSala Couriers", None)]
    #[case::not_latin("佐川急便", None)]
    fn a_carrier_has_a_provider(#[case] carrier: &str, #[case] expected: Option<&str>) {
        assert_eq!(provider(carrier).ok(), expected);
    }

    #[test]
    fn every_name_is_plain_and_means_one_carrier() {
        for known in CARRIERS {
            assert_eq!(provider(known.provider), Ok(known.provider));
            for name in known.names {
                assert_eq!((plain(name).as_str(), provider(name)), (*name, Ok(known.provider)));
            }
        }
    }
}
