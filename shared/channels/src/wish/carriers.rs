//! What Wish is told of a label's carrier: one of its shipping providers. Its own list
//! (`GET /api/v3/orders/shipping_carriers`) is the authority and is published nowhere. A wrong provider is the seller's
//! fault in Wish's eyes (the number cannot be followed, the order is not paid), and there is no `Other`: what the registry
//! does not list is refused before it is sent.

use crate::carriers::{Listing, Told, WISH, Words};
use crate::marketplace::Unbuildable;
use crate::wire::unbuildable;

/// Some of the providers, for a refusal. All of them are too many.
const SOME: &str = "UPS, USPS, FedEx, DHL, DHLeCommerce, DPD";

/// The provider of a label.
///
/// # Errors
/// When Wish lists none; names the carrier, and some that are listed.
pub(super) fn told(words: &Words<'_>) -> Result<Told<'static>, Unbuildable> {
    match WISH.listing(words, "") {
        Listing::Code(provider) => Ok(Told::listed(provider)),
        // What is allowed comes first: the carrier's name may be so long that the rest is cut.
        Listing::None(_) => {
            let why =
                format!("allowed: {SOME} and the others that Wish lists; not `{}`", words.carrier);
            Err(unbuildable("carrier", why))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn provider(carrier: &str) -> Option<&'static str> {
        told(&Words { carrier, service: "", number: "" }).ok().map(|told| told.carrier)
    }

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
    #[case::ontrac("OnTrac", Some("OnTrac"))]
    #[case::amazon("Amazon Logistics", None)]
    #[case::other("Other", None)]
    #[case::beginning_alike("UPSala Couriers", None)]
    #[case::not_latin("佐川急便", Some("Sagawa"))]
    #[case::of_one_country("DPD UK", Some("DPDUK"))]
    #[case::yun_express("YunExpress", Some("YunExpress"))]
    #[case::chronopost("Chronopost", Some("ChronopostFrance"))]
    #[case::sure_post("UPS SurePost", Some("UPSSurePost"))]
    #[case::mail_innovations("UPS Mail Innovations", Some("UPSMailInnovations"))]
    #[case::an_unknown_one("Kestrel Couriers", None)]
    fn a_carrier_has_a_provider(#[case] carrier: &str, #[case] expected: Option<&str>) {
        assert_eq!(provider(carrier), expected);
    }

    #[rstest]
    #[case("UPS")]
    #[case("USPS")]
    #[case("FedEx")]
    #[case("DHL")]
    #[case("DHLeCommerce")]
    #[case("DPD")]
    fn a_provider_means_itself(#[case] expected: &str) {
        assert_eq!(provider(expected), Some(expected));
        assert!(SOME.split(", ").any(|some| some == expected));
    }

    #[rstest]
    #[case("unitedparcelservice", "UPS")]
    #[case("upsground", "UPS")]
    #[case("ups2nddayair", "UPS")]
    #[case("upsnextdayair", "UPS")]
    #[case("unitedstatespostalservice", "USPS")]
    #[case("uspostalservice", "USPS")]
    #[case("uspsprioritymail", "USPS")]
    #[case("uspsfirstclass", "USPS")]
    #[case("federalexpress", "FedEx")]
    #[case("fedexground", "FedEx")]
    #[case("fedexexpress", "FedEx")]
    #[case("fedexhomedelivery", "FedEx")]
    #[case("dhlexpress", "DHL")]
    #[case("dhlglobalmail", "DHLeCommerce")]
    #[case("dynamicparceldistribution", "DPD")]
    fn a_name_may_be_plain(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(provider(name), Some(expected));
    }
}
