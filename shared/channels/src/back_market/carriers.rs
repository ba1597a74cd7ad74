//! What Back Market is told of a label's carrier: one of its shippers, which are carriers and some of their services.

use crate::carriers::{BACK_MARKET, Listing, Told, Words};

/// What a carrier without a shipper of its own is. Source: B.
pub(super) const OTHER: &str = "Other";

/// The shipper of a label. A service that has none goes as its carrier.
pub(super) fn told(words: &Words<'_>) -> Told<'static> {
    match BACK_MARKET.listing(words, "") {
        Listing::Code(code) => Told::listed(code),
        Listing::None(_) => Told::unlisted(OTHER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// Those of its values that carriers of the United States have, and the widest ones. Source: B.
    const SHIPPERS: [&str; 21] = [
        "UPS",
        "UPS Ground",
        "UPS 2nd Day Air",
        "UPS next day",
        "UPS Overnight",
        "USPS",
        "USPS - First Class",
        "USPS - Priority Mail",
        "USPS - Priority Mail Express",
        "USPS Express",
        "FedEx",
        "FedEx Express",
        "FedEx - 2Days",
        "FedEx - Overnight",
        "FedEx International",
        "DHL",
        "DHL Express",
        "GLS",
        "DPD",
        "TNT",
        "Other",
    ];

    #[rstest]
    #[case::a_listed_service("UPS", "Ground", "UPS Ground")]
    #[case::with_its_carrier("ups", "UPS Ground", "UPS Ground")]
    #[case::in_place_of_the_carrier("UPS Ground", "whatever", "UPS Ground")]
    #[case::underscores("ups", "UPS_NEXT_DAY_AIR", "UPS next day")]
    #[case::signs("UPS", "UPS 2nd Day Air®", "UPS 2nd Day Air")]
    #[case::another_service("UPS", "Worldwide Saver", "UPS")]
    #[case::in_full("United Parcel Service", "Ground", "UPS Ground")]
    #[case::priority("USPS", "Priority Mail", "USPS - Priority Mail")]
    #[case::priority_express("USPS", "Priority Mail Express", "USPS - Priority Mail Express")]
    #[case::ground_advantage("USPS", "Ground Advantage", "USPS")]
    #[case::fedex_ground("FedEx", "Ground", "FedEx")]
    #[case::fedex_two_days("FedEx", "2Day", "FedEx - 2Days")]
    #[case::fedex_in_full("Federal Express", "FedEx Priority Overnight", "FedEx - Overnight")]
    #[case::dhl("DHL", "-", "DHL")]
    #[case::dhl_express("DHL Express", "Worldwide", "DHL Express")]
    #[case::dhl_with_express("DHL", "Express Worldwide", "DHL Express")]
    #[case::gls("GLS", "Ground", "GLS")]
    #[case::ontrac("OnTrac", "Ground", OTHER)]
    #[case::amazon("Amazon Logistics", "Ground", OTHER)]
    #[case::of_one_country("DHL Paket", "", "DHL DE")]
    #[case::gls_of_one_country("gls_de", "", "GLS - DE")]
    #[case::tnt_express("TNT Express", "", "TNT Express")]
    #[case::evri("Evri", "", "Hermes - UK")]
    #[case::two_words("PostNL", "", "Post NL")]
    #[case::with_accent("Colis Prive", "", "ColisPrivé")]
    #[case::special_delivery("Royal Mail", "Special Delivery by 1pm", "Royal Mail Express")]
    #[case::mail_innovations("UPS", "Mail Innovations", "UPS")]
    #[case::one_blank("DHL Express", "", "DHL Express")]
    #[case::no_carrier("Private Transporter", "", OTHER)]
    #[case::which_ctt_is_not_said("CTT", "", OTHER)]
    #[case::beginning_alike("UPSala Couriers", "Ground", OTHER)]
    fn a_label_has_a_shipper(#[case] carrier: &str, #[case] service: &str, #[case] expected: &str) {
        assert_eq!(told(&Words { carrier, service, number: "" }).carrier, expected);
    }

    #[test]
    fn every_shipper_is_one_of_theirs_and_is_reached() {
        for expected in SHIPPERS {
            let words = Words { carrier: expected, service: "", number: "" };
            assert_eq!(told(&words).carrier, expected);
        }
    }
}
