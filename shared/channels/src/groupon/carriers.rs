//! Groupon's carrier codes. "The most common cause of broken tracking is inaccurate carrier codes" [its seller help], and
//! there is no code for any other carrier: what is not listed cannot be taken.

use crate::marketplace::Unbuildable;
use crate::wire::{plain, unbuildable};

/// Longest carrier's name that is repeated, in characters, so that what is allowed has room beside it.
const SHOWN_MAX: usize = 40;

/// A carrier code, and the plain forms of what labels call it beside the code itself.
struct Carrier {
    code: &'static str,
    names: &'static [&'static str],
}

const fn carrier(code: &'static str, names: &'static [&'static str]) -> Carrier {
    Carrier { code, names }
}

/// Source of the codes, as written: `ShipWorks`, all but the last (a third party with unit tests: unverified). The first
/// five are its usual ones. `ShipWorks` sends `fedexsp`, `Fedexhd` and `Fexp` for `SmartPost`, home delivery and priority
/// overnight; here these services go as `fedex` unless the label itself says the code, since the usual code is the one
/// that all lists have. `dhlgm` is by Groupon's own advice, which `ShipWorks` quotes, also what DHL `SmartMail` goes by.
/// `glsit` is of the `PrestaShop` module (a third party: unverified). The other names are ours, inferred.
const CARRIERS: &[Carrier] = &[
    carrier("ups", &["unitedparcelservice", "upsground", "ups2nddayair", "upsnextdayair"]),
    carrier("upsmi", &["upsmailinnovations"]),
    carrier(
        "usps",
        &["unitedstatespostalservice", "uspostalservice", "uspsprioritymail", "uspsfirstclass"],
    ),
    carrier(
        "fedex",
        &[
            "federalexpress",
            "fedexground",
            "fedexexpress",
            "fedexhomedelivery",
            "fedexsmartpost",
            "smartpost",
        ],
    ),
    carrier("dhl", &["dhlexpress"]),
    carrier("ont", &["ontrac"]),
    carrier("fedexsp", &[]),
    carrier("Fedexhd", &[]),
    carrier("Fexp", &[]),
    carrier("dhlgm", &["dhlglobalmail", "dhlsm", "dhlsmartmail"]),
    carrier("uspsmm", &["uspsmediamail"]),
    carrier("i-parcel", &[]),
    carrier("glsit", &["glsitaly", "glsitalia"]),
];

/// The code of a carrier in the label's words.
///
/// # Errors
/// When it has none; names the carrier, and what is allowed.
pub(super) fn code(carrier: &str) -> Result<&'static str, Unbuildable> {
    let name = plain(carrier);
    CARRIERS
        .iter()
        .find(|known| plain(known.code) == name || known.names.contains(&name.as_str()))
        .map(|known| known.code)
        .ok_or_else(|| {
            let codes: Vec<&str> = CARRIERS.iter().map(|known| known.code).collect();
            let shown: String = carrier.chars().take(SHOWN_MAX).collect();
            let why = format!("`{shown}` has no code at Groupon; allowed: {}", codes.join(", "));
            unbuildable("carrier", why)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::as_it_is("ups", "ups")]
    #[case::in_capitals("FEDEX", "fedex")]
    #[case::apart("Fed Ex", "fedex")]
    #[case::in_full("United Parcel Service", "ups")]
    #[case::with_its_service("FedEx Home Delivery", "fedex")]
    #[case::a_service_that_goes_as_its_carrier("FedEx SmartPost", "fedex")]
    #[case::a_code_of_the_older_list("FedExSP", "fedexsp")]
    #[case::as_written("fedexhd", "Fedexhd")]
    #[case::usps("U.S.P.S.", "usps")]
    #[case::a_relative("UPS Mail Innovations", "upsmi")]
    #[case::media_mail("USPS Media Mail", "uspsmm")]
    #[case::with_an_underscore("DHL_EXPRESS", "dhl")]
    #[case::global_mail("DHL Global Mail", "dhlgm")]
    #[case::ontrac("OnTrac", "ont")]
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
    #[case::another_relative("DHL eCommerce")]
    #[case::beginning_alike("UPSala Couriers")]
    #[case::not_latin("佐川急便")]
    #[case::longer_than_any(&"x".repeat(200))]
    fn a_carrier_without_a_code_cannot_be_taken(#[case] carrier: &str) {
        let why = code(carrier).unwrap_err().to_string();
        assert!(why.starts_with("carrier: `"), "{why}");
        assert!(why.contains("allowed: ups, upsmi, usps,") && why.ends_with("i-parcel, glsit"));
    }

    #[test]
    fn every_name_is_plain_and_means_one_carrier() {
        for known in CARRIERS {
            assert_eq!(code(known.code), Ok(known.code));
            for name in known.names {
                assert_eq!((plain(name).as_str(), code(name)), (*name, Ok(known.code)));
            }
        }
    }
}
