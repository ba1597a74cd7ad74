//! What Amazon is told of a label's carrier. A wrong code makes a valid tracking number invalid in Amazon's eyes, so only
//! what the registry lists goes by a code; everything else goes as `Other`, with the carrier's name.

use crate::carriers::{AMAZON, Listing, Told, Words};

/// The code of a carrier that has none. Source: A0, `carrierName`: "Required when `carrierCode` is "Other"".
pub(super) const OTHER: &str = "Other";

/// The sites whose codes differ from others', by marketplace id, as the registry writes them. Source: Amazon's list of
/// marketplace ids.
const SITES: [(&str, &str); 3] =
    [("A21TJRUUN4KGV", "IN"), ("A1VC38T7YXB528", "JP"), ("A39IBJ37TRP1C6", "AU")];

/// What goes as carrier of a label at a marketplace. The name repeats a code, as A0's sandbox does, so that the two cannot
/// contradict each other.
pub(super) fn told<'a>(words: &Words<'a>, marketplace: &str) -> Told<'a> {
    let site = SITES.iter().find(|(id, _)| *id == marketplace).map_or("", |(_, site)| site);
    match AMAZON.listing(words, site) {
        Listing::Code(code) => Told { name: Some(code), ..Told::listed(code) },
        // Amazon shows the name to the buyer: a carrier that is known goes by its own, not by a platform's code of it.
        Listing::None(known) => {
            let name = known.map_or(words.carrier, |carrier| carrier.shown());
            Told { name: Some(name), ..Told::unlisted(OTHER) }
        }
    }
}

/// What goes as carrier by a pair of a partner's own. What is no code of Amazon's goes as the name of another carrier: a
/// code that Amazon does not know has been answered with success, and the package never shown (unverified).
pub(super) fn told_by_pair(code: &str) -> Told<'_> {
    match AMAZON.spelled(code) {
        Some(code) => Told { name: Some(code), ..Told::listed(code) },
        None => Told { name: Some(code), ..Told::unlisted(OTHER) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn of<'a>(carrier: &'a str, service: &'a str) -> Words<'a> {
        Words { carrier, service, number: "" }
    }

    #[rstest]
    #[case::as_it_is("FedEx", "FedEx")]
    #[case::in_capitals("FEDEX", "FedEx")]
    #[case::apart("Fed Ex", "FedEx")]
    #[case::in_full("Federal Express", "FedEx")]
    #[case::with_its_service("fedex ground", "FedEx")]
    #[case::a_code_of_its_own("FedEx SmartPost", "FedEx SmartPost")]
    #[case::ups("United Parcel Service", "UPS")]
    #[case::usps("U.S.P.S.", "USPS")]
    #[case::with_an_underscore("DHL_EXPRESS", "DHL")]
    #[case::a_relative("DHL Global Mail", "DHL Global Mail")]
    #[case::another_relative("DHL eCommerce", "DHL eCommerce")]
    #[case::amazon("Amazon Logistics", "Amazon Shipping")]
    #[case::other("other", OTHER)]
    #[case::beginning_alike("UPSala Couriers", OTHER)]
    #[case::not_latin("佐川急便", "SagawaExpress")]
    fn a_carrier_has_a_code(#[case] carrier: &str, #[case] expected: &str) {
        assert_eq!(told(&of(carrier, ""), "").carrier, expected);
    }

    #[rstest]
    #[case::mail_innovations("UPS", "Mail Innovations", "UPS Mail Innovations")]
    #[case::sure_post("UPS", "SurePost", "UPS")]
    #[case::smart_post("FedEx", "SmartPost", "FedEx SmartPost")]
    #[case::ground_economy("FedEx", "Ground Economy", "FedEx SmartPost")]
    #[case::ecommerce("DHL", "eCommerce", "DHL eCommerce")]
    #[case::a_platforms_code("ups_walleted", "ups_ground", "UPS")]
    #[case::hermes("Hermes", "", "Hermes")]
    #[case::evri("Evri", "", "Hermes")]
    #[case::chronopost("Chronopost", "", "Chronopost")]
    #[case::yamato("Yamato", "", "YamatoTransport")]
    #[case::correos("Correos", "", "Correos")]
    #[case::two_codes_that_differ_in_case("AT Post", "", "AT POST")]
    #[case::geodis("geodis", "", "GEODIS")]
    #[case::nacex("NACEX", "", "Nacex")]
    #[case::post_nl("PostNL", "", "Post NL")]
    #[case::ctt_express("CTT EXPRESS", "", "CTTExpress")]
    #[case::swiss_post_has_none("Swiss Post", "", OTHER)]
    fn a_label_has_a_code(#[case] carrier: &str, #[case] service: &str, #[case] expected: &str) {
        assert_eq!(told(&of(carrier, service), "").carrier, expected);
    }

    #[rstest]
    #[case::india("FedEx", "A21TJRUUN4KGV", "AFL/Fedex")]
    #[case::japan("FedEx", "A1VC38T7YXB528", "FEDEX_JP")]
    #[case::elsewhere("FedEx", "ATVPDKIKX0DER", "FedEx")]
    #[case::australia("Australia Post", "A39IBJ37TRP1C6", "Australia Post-ArticleId")]
    #[case::yanwen_in_australia("Yanwen", "A39IBJ37TRP1C6", "YANWEN")]
    #[case::yanwen_elsewhere("YANWEN", "ATVPDKIKX0DER", "Yanwen")]
    #[case::said("Australia Post-Consignment", "A39IBJ37TRP1C6", "Australia Post-Consignment")]
    fn a_site_has_its_own_code(
        #[case] carrier: &str,
        #[case] marketplace: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(told(&of(carrier, ""), marketplace).carrier, expected);
    }

    #[rstest]
    #[case::a_code("Fed Ex", "FedEx")]
    #[case::a_known_carrier_without_a_code("uds", "United Delivery Service")]
    #[case::an_unknown_carrier("Kestrel Couriers", "Kestrel Couriers")]
    fn the_name_beside_the_code(#[case] carrier: &str, #[case] expected: &str) {
        assert_eq!(told(&of(carrier, ""), "").name, Some(expected));
    }

    /// By its number of the Postal Service a parcel is not found at UPS.
    #[rstest]
    #[case::of_ups("1Z5W24700364158903", "UPS")]
    #[case::of_the_postal_service("9400136999231104560125", "USPS")]
    #[case::wrong_check_digit("9400136999231104560126", "UPS")]
    fn sure_post_goes_by_its_number(#[case] number: &str, #[case] expected: &str) {
        let words = Words { number, ..of("UPS", "SurePost") };
        assert_eq!(told(&words, "").carrier, expected);
    }

    #[rstest]
    #[case::target("Target")]
    #[case::best_buy("Best Buy")]
    #[case::hs_code("HS code")]
    #[case::self_delivery("Self Delivery")]
    #[case::digital_delivery("Digital Delivery")]
    #[case::misspelt("DASCHER")]
    #[case::misspelt_otherwise("DACSHER")]
    #[case::other_in_spanish("Otro")]
    #[case::other_in_german("Andere")]
    fn a_code_that_is_no_carrier_is_never_told(#[case] carrier: &str) {
        assert_eq!(told(&of(carrier, ""), "").carrier, OTHER);
    }

    #[rstest]
    #[case("USPS")]
    #[case("UPS")]
    #[case("UPSMI")]
    #[case("FedEx")]
    #[case("DHL")]
    #[case("OnTrac")]
    #[case("DHL Global Mail")]
    #[case("UPS Mail Innovations")]
    #[case("FedEx SmartPost")]
    #[case("Newgistics")]
    #[case("GLS")]
    #[case("DPD")]
    #[case("Royal Mail")]
    #[case("Canada Post")]
    #[case("Aramex")]
    fn a_code_means_itself(#[case] code: &str) {
        assert_eq!(told(&of(code, ""), "").carrier, code);
    }

    #[rstest]
    #[case("unitedstatespostalservice", "USPS")]
    #[case("uspostalservice", "USPS")]
    #[case("uspsprioritymail", "USPS")]
    #[case("uspsfirstclass", "USPS")]
    #[case("unitedparcelservice", "UPS")]
    #[case("upsground", "UPS")]
    #[case("ups2nddayair", "UPS")]
    #[case("upsnextdayair", "UPS")]
    #[case("federalexpress", "FedEx")]
    #[case("fedexground", "FedEx")]
    #[case("fedexexpress", "FedEx")]
    #[case("fedexhomedelivery", "FedEx")]
    #[case("dhlexpress", "DHL")]
    #[case("smartpost", "FedEx SmartPost")]
    #[case("generallogisticssystems", "GLS")]
    #[case("dynamicparceldistribution", "DPD")]
    #[case("postescanada", "Canada Post")]
    fn a_name_may_be_plain(#[case] name: &str, #[case] code: &str) {
        assert_eq!(told(&of(name, ""), "").carrier, code);
    }
}
