//! What eBay is told of a label's carrier. There is no field for a carrier's own name: one that has no code goes as `Other`.

use crate::carriers::{EBAY, Listing, Told, Words};

/// The code of a carrier that has none.
pub(super) const OTHER: &str = "Other";

/// The code of a label's carrier. Which site an order is of is not known, so codes of one site go only where the label
/// itself says them.
pub(super) fn told(words: &Words<'_>) -> Told<'static> {
    match EBAY.listing(words, "") {
        Listing::Code(code) => Told::listed(code),
        Listing::None(_) => Told::unlisted(OTHER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// Codes that go where the label says them to the letter.
    const CODES: [&str; 14] = [
        "UPS",
        "UPSMailInnovations",
        "USPS",
        "USPSCeP",
        "USPSPMI",
        "FedEx",
        "FedExSmartPost",
        "DHL",
        "DHLEXPRESS",
        "DHLGlobalMail",
        "ONTRACK",
        "GLS",
        "DPD",
        "Other",
    ];

    #[rstest]
    #[case::as_it_is("FedEx", "Ground", "FedEx")]
    #[case::in_capitals("FEDEX", "", "FedEx")]
    #[case::in_full("Federal Express", "2Day", "FedEx")]
    #[case::a_service_that_goes_as_its_carrier("FedEx", "SmartPost", "FedEx")]
    #[case::with_its_carrier("FedEx", "FedEx SmartPost®", "FedEx")]
    #[case::in_place_of_the_carrier("FedEx SmartPost", "whatever", "FedEx")]
    #[case::mail_innovations("UPS", "UPS_MAIL_INNOVATIONS", "UPS")]
    #[case::mail_innovations_in_short("UPSMI", "", "UPS")]
    #[case::another_service("UPS", "Worldwide Saver", "UPS")]
    #[case::a_service_in_place_of_the_carrier("UPS Ground", "", "UPS")]
    #[case::usps("U.S.P.S.", "Priority Mail", "USPS")]
    #[case::epacket("USPS", "Commercial ePacket", "USPSCeP")]
    #[case::priority_abroad("USPS", "Priority Mail International", "USPSPMI")]
    #[case::dhl("DHL", "Paket", "DHL")]
    #[case::dhl_express("DHL Express", "Worldwide", "DHL")]
    #[case::dhl_express_by_service("DHL", "Express", "DHL")]
    #[case::global_mail("DHL Global Mail", "", "DHLGlobalMail")]
    #[case::a_relative("DHL eCommerce", "", "DHLGlobalMail")]
    #[case::ontrac_has_a_k("OnTrac", "Ground", "ONTRACK")]
    #[case::another_carriers_service("GLS", "SmartPost", "GLS")]
    #[case::amazon("Amazon Logistics", "Ground", OTHER)]
    #[case::other("other", "", OTHER)]
    #[case::beginning_alike("UPSala Couriers", "Ground", OTHER)]
    #[case::not_latin("佐川急便", "", OTHER)]
    #[case::in_its_own_letters("Österreichische Post", "", "OsterreichischePostAG")]
    #[case::laser_ship("LaserShip", "", "Prestige")]
    #[case::old_dominion("Old Dominion", "", "ODFL")]
    #[case::royal_mail("royal_mail", "", "RoyalMail")]
    #[case::australia_post("Australia Post", "", "AustraliaPost")]
    #[case::not_supported("TNT", "", OTHER)]
    #[case::reserved("SEUR", "", OTHER)]
    #[case::canada_post_is_not_cpc("Canada Post", "", OTHER)]
    #[case::the_irish_one_is_another("City Link", "", OTHER)]
    #[case::sure_post("UPS", "SurePost", "UPS")]
    fn a_label_has_a_code(#[case] carrier: &str, #[case] service: &str, #[case] expected: &str) {
        assert_eq!(told(&Words { carrier, service, number: "" }).carrier, expected);
    }

    #[test]
    fn every_code_is_one_of_theirs_and_is_reached() {
        for expected in CODES {
            let words = Words { carrier: expected, service: "", number: "" };
            assert_eq!(told(&words).carrier, expected);
        }
    }
}
