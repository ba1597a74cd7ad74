//! What Groupon is told of a label's carrier. "The most common cause of broken tracking is inaccurate carrier codes" [its
//! seller help], and there is no code for any other carrier: what is not listed cannot be taken.

use crate::carriers::{GROUPON, Listing, Told, Words};
use crate::marketplace::Unbuildable;
use crate::wire::unbuildable;

/// Longest carrier's name that is repeated, in characters, so that what is allowed has room beside it.
const SHOWN_MAX: usize = 40;

/// Every code, the usual ones first.
const ALLOWED: &str =
    "ups, upsmi, usps, fedex, dhl, ont, fedexsp, Fedexhd, Fexp, dhlgm, uspsmm, i-parcel, glsit";

/// The code of a label's carrier.
///
/// # Errors
/// When it has none; names the carrier, and what is allowed.
pub(super) fn told(words: &Words<'_>) -> Result<Told<'static>, Unbuildable> {
    match GROUPON.listing(words, "") {
        Listing::Code(code) => Ok(Told::listed(code)),
        Listing::None(_) => {
            let shown: String = words.carrier.chars().take(SHOWN_MAX).collect();
            let why = format!("`{shown}` has no code at Groupon; allowed: {ALLOWED}");
            Err(unbuildable("carrier", why))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn code(carrier: &str) -> Result<&'static str, Unbuildable> {
        told(&Words { carrier, service: "", number: "" }).map(|told| told.carrier)
    }

    #[rstest]
    #[case::as_it_is("ups", "ups")]
    #[case::in_capitals("FEDEX", "fedex")]
    #[case::apart("Fed Ex", "fedex")]
    #[case::in_full("United Parcel Service", "ups")]
    #[case::with_its_service("FedEx Home Delivery", "fedex")]
    #[case::a_service_with_its_own_code("FedEx SmartPost", "fedexsp")]
    #[case::a_code_of_the_older_list("FedExSP", "fedexsp")]
    #[case::as_written("fedexhd", "Fedexhd")]
    #[case::usps("U.S.P.S.", "usps")]
    #[case::a_relative("UPS Mail Innovations", "upsmi")]
    #[case::media_mail("USPS Media Mail", "uspsmm")]
    #[case::with_an_underscore("DHL_EXPRESS", "dhl")]
    #[case::global_mail("DHL Global Mail", "dhlgm")]
    #[case::ontrac("OnTrac", "ont")]
    #[case::another_relative("DHL eCommerce", "dhlgm")]
    #[case::smart_mail("DHL SmartMail", "dhlgm")]
    #[case::with_a_hyphen("i-parcel", "i-parcel")]
    #[case::without_it("iParcel", "i-parcel")]
    #[case::of_one_country("GLS Italy", "glsit")]
    fn a_carrier_has_a_code(#[case] carrier: &str, #[case] expected: &str) {
        assert_eq!(code(carrier), Ok(expected));
    }

    #[rstest]
    #[case::amazon("Amazon Logistics")]
    #[case::other("Other")]
    #[case::no_country("GLS")]
    #[case::beginning_alike("UPSala Couriers")]
    #[case::not_latin("佐川急便")]
    #[case::longer_than_any(&"x".repeat(200))]
    fn a_carrier_without_a_code_cannot_be_taken(#[case] carrier: &str) {
        let why = code(carrier).unwrap_err().to_string();
        assert!(why.starts_with("carrier: `"), "{why}");
        assert!(why.contains("allowed: ups, upsmi, usps,") && why.ends_with("i-parcel, glsit"));
    }

    #[test]
    fn every_code_is_allowed_and_means_itself() {
        let mut listed: Vec<&str> =
            GROUPON.carriers().flat_map(|carrier| GROUPON.codes_of(carrier)).collect();
        let mut allowed: Vec<&str> = ALLOWED.split(", ").collect();
        for expected in &allowed {
            assert_eq!(code(expected), Ok(*expected));
        }
        listed.sort_unstable();
        listed.dedup();
        allowed.sort_unstable();
        assert_eq!(listed, allowed);
    }

    #[rstest]
    #[case("unitedparcelservice", "ups")]
    #[case("upsground", "ups")]
    #[case("ups2nddayair", "ups")]
    #[case("upsnextdayair", "ups")]
    #[case("upsmailinnovations", "upsmi")]
    #[case("unitedstatespostalservice", "usps")]
    #[case("uspostalservice", "usps")]
    #[case("uspsprioritymail", "usps")]
    #[case("uspsfirstclass", "usps")]
    #[case("federalexpress", "fedex")]
    #[case("fedexground", "fedex")]
    #[case("fedexexpress", "fedex")]
    #[case("fedexhomedelivery", "fedex")]
    #[case("fedexsmartpost", "fedexsp")]
    #[case("smartpost", "fedexsp")]
    #[case("dhlexpress", "dhl")]
    #[case("ontrac", "ont")]
    #[case("dhlglobalmail", "dhlgm")]
    #[case("dhlsm", "dhlgm")]
    #[case("dhlsmartmail", "dhlgm")]
    #[case("uspsmediamail", "uspsmm")]
    #[case("glsitaly", "glsit")]
    #[case("glsitalia", "glsit")]
    fn a_name_may_be_plain(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(code(name), Ok(expected));
    }
}
