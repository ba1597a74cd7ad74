//! Back Market's shippers: carriers, and some of their services.

use crate::wire::plain;

/// What a carrier without a name of its own is. Neither `OnTrac` nor Amazon has one. Source: B.
const OTHER: &str = "Other";

/// A carrier, the plain forms of what labels call it, and of those services that are told apart.
struct Carrier {
    shipper: &'static str,
    names: &'static [&'static str],
    services: &'static [(&'static str, &'static [&'static str])],
}

/// Source of the shippers, exact: B, the enumeration of an order's shipper (`UpdateOrder.shipper` itself is a plain
/// text). The names and services that lead there are ours, inferred; a service that is not listed goes as its carrier.
const CARRIERS: &[Carrier] = &[
    Carrier {
        shipper: "UPS",
        names: &["ups", "unitedparcelservice"],
        services: &[
            ("UPS Ground", &["ground"]),
            (
                "UPS 2nd Day Air",
                &["2nddayair", "2nddayairam", "2dayair", "seconddayair", "2ndday", "secondday"],
            ),
            ("UPS next day", &["nextday", "nextdayair", "nextdayairsaver", "nextdayairearly"]),
            ("UPS Overnight", &["overnight"]),
            ("UPS", &["surepost", "mailinnovations", "mi", "3dayselect", "standard"]),
        ],
    },
    Carrier {
        shipper: "USPS",
        names: &["usps", "unitedstatespostalservice", "uspostalservice"],
        services: &[
            (
                "USPS - First Class",
                &[
                    "first",
                    "firstclass",
                    "firstclassmail",
                    "firstclasspackage",
                    "firstclasspackageservice",
                ],
            ),
            ("USPS - Priority Mail", &["priority", "prioritymail"]),
            ("USPS - Priority Mail Express", &["prioritymailexpress", "priorityexpress"]),
            ("USPS Express", &["express", "expressmail"]),
            ("USPS", &["groundadvantage", "parcelselect", "mediamail"]),
        ],
    },
    Carrier {
        shipper: "FedEx",
        names: &["fedex", "federalexpress"],
        services: &[
            ("FedEx Express", &["express", "expresssaver"]),
            ("FedEx - 2Days", &["2day", "2days", "2dayam", "twoday", "twodays"]),
            (
                "FedEx - Overnight",
                &["overnight", "standardovernight", "priorityovernight", "firstovernight"],
            ),
            (
                "FedEx International",
                &[
                    "international",
                    "internationalpriority",
                    "internationaleconomy",
                    "internationalfirst",
                ],
            ),
            ("FedEx", &["ground", "homedelivery", "smartpost", "groundeconomy"]),
        ],
    },
    Carrier {
        shipper: "DHL",
        names: &["dhl"],
        services: &[
            ("DHL Express", &["express", "expressworldwide", "expressdomestic", "expresseasy"]),
            ("DHL", &["ecommerce", "globalmail", "parcel", "paket"]),
        ],
    },
    Carrier { shipper: "GLS", names: &["gls", "generallogisticssystems"], services: &[] },
    Carrier { shipper: "DPD", names: &["dpd", "dynamicparceldistribution"], services: &[] },
    Carrier { shipper: "TNT", names: &["tnt", "tntexpress"], services: &[] },
];

impl Carrier {
    fn service(&self, service: &str) -> Option<&'static str> {
        let of = self.services.iter().find(|(_, services)| services.contains(&service));
        of.map(|(shipper, _)| *shipper)
    }

    /// What follows the carrier's name, if the words begin with it.
    fn rest<'a>(&self, words: &'a str) -> Option<&'a str> {
        self.names.iter().find_map(|name| words.strip_prefix(name))
    }

    /// The shipper, if the words mean this carrier: its name, or its name and one of its services.
    fn shipper(&self, carrier: &str, service: &str) -> Option<&'static str> {
        if self.names.contains(&carrier) {
            let service = self.rest(service).unwrap_or(service);
            return Some(self.service(service).unwrap_or(self.shipper));
        }
        self.service(self.rest(carrier)?)
    }
}

/// The shipper, out of the label's words for carrier and service.
pub(super) fn shipper(carrier: &str, service: &str) -> &'static str {
    let (carrier, service) = (plain(carrier), plain(service));
    CARRIERS.iter().find_map(|known| known.shipper(&carrier, &service)).unwrap_or(OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// The whole enumeration. Source: B.
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
    #[case::beginning_alike("UPSala Couriers", "Ground", OTHER)]
    fn a_label_has_a_shipper(#[case] carrier: &str, #[case] service: &str, #[case] expected: &str) {
        assert_eq!(shipper(carrier, service), expected);
    }

    #[test]
    fn every_shipper_is_one_of_theirs_and_is_reached() {
        for expected in SHIPPERS {
            assert_eq!(shipper(expected, ""), expected);
        }
        for known in CARRIERS {
            assert!(SHIPPERS.contains(&known.shipper));
            for (shipper, services) in known.services {
                assert!(SHIPPERS.contains(shipper));
                assert!(services.iter().all(|service| plain(service) == *service));
            }
            assert!(known.names.iter().all(|name| plain(name) == *name));
        }
    }
}
