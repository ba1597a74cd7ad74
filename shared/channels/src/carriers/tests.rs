//! The registry as it was compiled, held against its own rows and against labels that real sources make.

use super::*;
use crate::{Amazon, BackMarket, Ebay, Groupon, Marketplace, UntilGone, Visitor, Wish};
use rstest::rstest;

const REGISTRY: &str = include_str!("registry.tsv");

/// A row of the registry: carrier, fact, place, value, when.
type Row = [&'static str; 5];

fn rows(fact: &str) -> Vec<Row> {
    let rows = REGISTRY.lines().skip(1).map(|row| {
        let mut cells = row.split('\t');
        [(); 5].map(|()| cells.next().unwrap())
    });
    rows.filter(|row| row[1] == fact).collect()
}

const fn words<'a>(carrier: &'a str, service: &'a str, number: &'a str) -> Words<'a> {
    Words { carrier, service, number }
}

fn carrier(of: &Words<'_>) -> Option<Carrier> {
    match look_up(of) {
        Found::Carrier { carrier, .. } => Some(carrier),
        Found::Unlisted(_) => None,
    }
}

fn told<M: Marketplace>(of: &Words<'_>) -> String {
    M::told_carrier(of).map_or_else(|_| "refused".to_owned(), |told| told.carrier.to_owned())
}

/// What Amazon, eBay, Wish, Back Market and Groupon are told.
fn all(of: &Words<'_>) -> [String; 5] {
    [
        told::<Amazon>(of),
        told::<Ebay>(of),
        told::<Wish>(of),
        told::<BackMarket>(of),
        told::<Groupon>(of),
    ]
}

#[test]
fn every_name_and_code_of_a_platform_leads_to_its_carrier_or_to_a_rule() {
    let names = rows("name");
    assert!(names.len() > 1_500, "{}", names.len());
    for [key, _, place, name, when] in names {
        let service = when.strip_prefix("service:").unwrap_or_default();
        let found = look_up(&words(name, service, ""));
        let is_led = match found {
            Found::Carrier { carrier, doubt: None | Some(Doubt::Broker), .. } => {
                carrier.key() == key
            }
            Found::Carrier { doubt: Some(Doubt::Several(several)), .. } => {
                several.iter().any(|carrier| carrier.key() == key)
            }
            Found::Unlisted(_) => false,
        };
        assert!(is_led, "{place} `{name}` of {key}: {found:?}");
    }
}

#[test]
fn every_carrier_is_found_by_its_own_name_and_has_a_key_of_its_own() {
    for [key, _, _, shown, _] in rows("carrier") {
        let found = carrier(&words(shown, "", "")).unwrap();
        assert_eq!((found.key(), found.shown()), (key, shown));
        assert!(names_of(found).count() > 0, "{key}");
    }
    assert_eq!(Carrier::all().count(), rows("carrier").len());
}

/// The codes of a channel.
struct OfChannel;

impl Visitor for OfChannel {
    type Output = Option<&'static Codes>;

    fn visit<M: Marketplace>(self) -> Self::Output {
        M::CARRIERS
    }
}

#[test]
fn every_code_of_a_channel_is_told_for_its_carrier() {
    for [key, _, place, code, when] in rows("code") {
        let shown = Carrier::all().find(|carrier| carrier.key() == key).unwrap().shown();
        let channel = crate::visit(place.parse().unwrap(), OfChannel);
        let channel = channel.unwrap_or_else(|| panic!("{place} has codes, and no `CARRIERS`"));
        let site = when.strip_prefix("site:").unwrap_or_default();
        let of = match when.split_once(':') {
            None if when.is_empty() => words(shown, "", ""),
            None => words(code, "", ""),
            Some(("service", pattern)) => {
                words(shown, pattern.split('|').next().unwrap().trim_start_matches('='), "")
            }
            Some(("site", _)) => words(shown, "", ""),
            Some(_) => words(shown, "", "9400136999231104560125"),
        };
        assert_eq!(channel.listing(&of, site), Listing::Code(code), "{key} at {place}: {of:?}");
    }
}

/// The two tables of a channel, and what it is told of others.
struct BothLists;

impl Visitor for BothLists {
    type Output = ();

    fn visit<M: Marketplace>(self) {
        let (codes, list) = match (M::CARRIERS, M::CARRIER_LIST) {
            (None, None) => return,
            (Some(codes), Some(list)) => (codes, list),
            _ => panic!("{} has one of two tables", M::CHANNEL),
        };
        let listed: Vec<Carrier> = codes.carriers().collect();
        for carrier in Carrier::all() {
            assert_eq!(list.listed.has(carrier), listed.contains(&carrier), "{}", carrier.key());
        }
        let unknown = words("Kestrel Couriers", "", "");
        let (word, name) = match list.others {
            OtherCarriers::Refused => {
                assert!(M::told_carrier(&unknown).is_err(), "{}", M::CHANNEL);
                return;
            }
            OtherCarriers::WithName(word) => (word, Some("Kestrel Couriers")),
            OtherCarriers::Word(word) => (word, None),
        };
        let expected = Told { carrier: word, name, standing: Standing::Unlisted };
        assert_eq!(M::told_carrier(&unknown), Ok(expected));
    }
}

#[test]
fn a_channel_lists_the_carriers_that_have_a_code() {
    for channel in domain::Channel::ALL {
        crate::visit(channel, BothLists);
    }
}

#[test]
fn what_is_no_carrier_leads_nowhere() {
    for [_, _, place, code, _] in rows("never") {
        assert_eq!(carrier(&words(code, "", "")), None, "{place} `{code}`");
    }
}

#[rstest]
#[case::of_capitals("FEDEX", "fedex")]
#[case::blanks_and_signs("U.S.P.S. – (Stamps.com)", "uspsstampscom")]
#[case::underscores("dhl_express_worldwide", "dhlexpressworldwide")]
#[case::marks("Österreichische Post", "osterreichischepost")]
#[case::marks_apart("O\u{308}sterreichische Post", "osterreichischepost")]
#[case::other_marks("Yurtiçi Sürat Colis Privé España", "yurticisuratcolispriveespana")]
#[case::dotted_capital_i("İstanbul", "istanbul")]
#[case::two_letters_in_one("Straße Ærø", "strasseaero")]
#[case::full_width("ＵＰＳ　２", "ups2")]
#[case::other_scripts("佐川急便", "佐川急便")]
#[case::cyrillic("Почта России", "почтароссии")]
#[case::signs_only("®-–·", "")]
fn words_are_compared_in_a_plain_form(#[case] words: &str, #[case] expected: &str) {
    assert_eq!(plain::plain(words), expected);
}

#[rstest]
#[case::japanese("佐川急便", "sagawa")]
#[case::japanese_of_another("ヤマト運輸", "yamato")]
#[case::chinese("顺丰速运", "sf-express")]
#[case::korean("우체국", "korea-post")]
#[case::russian("Почта России", "russian-post")]
#[case::german("Österreichische Post", "osterreichische-post")]
#[case::german_without_mark("Osterreichische Post", "osterreichische-post")]
#[case::german_spelt_out("Oesterreichische Post", "osterreichische-post")]
#[case::french("Colis Privé", "colis-prive")]
#[case::turkish("SÜRAT KARGO", "surat-kargo")]
fn names_of_other_letters_are_found(#[case] name: &str, #[case] key: &str) {
    assert_eq!(carrier(&words(name, "", "")).unwrap().key(), key);
}

const UPS: Why = Why::Service { of: Carrier::UPS };
const FEDEX: Why = Why::Service { of: Carrier::FEDEX };
const DHL: Why = Why::Service { of: Carrier::DHL };

/// A service makes another carrier. The first five are from reports of sellers.
#[rstest]
#[case::mail_innovations("UPS", "Mail Innovations", Carrier::UPS_MAIL_INNOVATIONS, UPS)]
#[case::smart_post("FedEx", "SmartPost", Carrier::FEDEX_GROUND_ECONOMY, FEDEX)]
#[case::ground_economy("FedEx", "Ground Economy", Carrier::FEDEX_GROUND_ECONOMY, FEDEX)]
#[case::ecommerce("DHL", "eCommerce", Carrier::DHL_ECOMMERCE, DHL)]
#[case::sure_post("UPS", "SurePost", Carrier::UPS_SUREPOST, UPS)]
#[case::ground_saver("UPS", "UPS® Ground Saver", Carrier::UPS_SUREPOST, UPS)]
#[case::i_parcel("UPS", "i-parcel", Carrier::UPS_I_PARCEL, UPS)]
#[case::smart_mail("DHL", "SmartMail Parcel Plus Expedited", Carrier::DHL_ECOMMERCE, DHL)]
#[case::paket("DHL", "Paket", Carrier::DHL_GERMANY, DHL)]
#[case::in_short("UPS", "MI", Carrier::UPS_MAIL_INNOVATIONS, UPS)]
#[case::by_the_number_of_ups("UPS", "93", Carrier::UPS_SUREPOST, UPS)]
#[case::by_another_number_of_ups("UPS", "M4", Carrier::UPS_MAIL_INNOVATIONS, UPS)]
#[case::ground_by_its_number("UPS", "03", Carrier::UPS, Why::Name)]
#[case::token("ups", "ups_mail_innovations_expedited", Carrier::UPS_MAIL_INNOVATIONS, UPS)]
#[case::behind_the_name("FedEx SmartPost Returns", "", Carrier::FEDEX_GROUND_ECONOMY, FEDEX)]
#[case::of_another_carrier("GLS", "SmartPost", Carrier::GLS, Why::Name)]
#[case::another_service("UPS", "Ground", Carrier::UPS, Why::Name)]
#[case::of_a_platforms_code(
    "endicia",
    "DHL SmartMail",
    Carrier::DHL_ECOMMERCE,
    Why::NameWithService
)]
#[case::of_that_code_otherwise("endicia", "Priority Mail", Carrier::USPS, Why::Name)]
#[case::in_the_carriers_place("UPS Worldwide Saver", "", Carrier::UPS, Why::NameThenService)]
#[case::of_brazil("Correios SEDEX", "", Carrier::CORREIOS, Why::NameThenService)]
#[case::of_the_netherlands("PostNL Pakket", "", Carrier::POSTNL, Why::NameThenService)]
#[case::of_switzerland("Swiss Post PostPac", "", Carrier::SWISS_POST, Why::NameThenService)]
#[case::of_spain("Correos Express Paq 24", "", Carrier::CORREOS_EXPRESS, Why::NameThenService)]
#[case::of_britain("Royal Mail 24", "", Carrier::ROYAL_MAIL, Why::NameThenService)]
#[case::abroad("Asendia USA e-PAQ Plus", "", Carrier::ASENDIA_USA, Why::NameThenService)]
#[case::parcel_ground("DHL Parcel Ground", "", Carrier::DHL_ECOMMERCE, DHL)]
fn a_service_makes_another_carrier(
    #[case] name: &str,
    #[case] service: &str,
    #[case] carrier: Carrier,
    #[case] why: Why,
) {
    let found = Found::Carrier { carrier, why, doubt: None };
    assert_eq!(look_up(&words(name, service, "")), found);
}

/// A name with other words beside it, and a sign between them.
#[rstest]
#[case::a_country("DPD (CZ)", Carrier::DPD)]
#[case::a_country_of_its_own_name("DPD (DE)", Carrier::DPD_GERMANY)]
#[case::its_short_name("United States Postal Service (USPS)", Carrier::USPS)]
#[case::what_the_number_is("TNT Express (consignment)", Carrier::TNT)]
#[case::a_count("Interlink Express (2)", Carrier::DPD_LOCAL)]
#[case::a_service("Evri - Economy, Medium Parcel (0-15kg)", Carrier::EVRI)]
#[case::a_service_behind_a_long_dash("Evri \u{2013} Courier Collect", Carrier::EVRI)]
#[case::a_service_and_more("FedEx Regional Economy (Non docs)", Carrier::FEDEX)]
#[case::a_service_that_makes_another(
    "UPS Mail Innovations (Expedited)",
    Carrier::UPS_MAIL_INNOVATIONS
)]
#[case::two_languages("Canada Post / Postes Canada", Carrier::CANADA_POST)]
#[case::a_former_name("GLS US (formerly GSO)", Carrier::GLS_US)]
#[case::the_name_comes_last("Other: FedEx", Carrier::FEDEX)]
fn a_name_is_found_beside_other_words(#[case] name: &str, #[case] expected: Carrier) {
    assert_eq!(carrier(&words(name, "", "")), Some(expected));
}

#[rstest]
#[case::beginning_alike("UPSala Couriers", "")]
#[case::another_firm("DPD Laser Parts", "")]
#[case::two_carriers("UPS / USPS", "")]
#[case::one_by_way_of_another("Amazon (USPS)", "")]
#[case::another_firm_of_a_country("La Poste Burkina Faso (BF)", "")]
#[case::a_country_alone("Kestrel (DX)", "")]
#[case::a_dash_in_a_name("UPS-ala", "")]
#[case::an_unknown_one("Kestrel Couriers", "UPS Ground")]
#[case::empty("", "")]
#[case::signs("--", "Ground")]
#[case::a_number_says_nothing("Kestrel Couriers", "")]
fn other_words_lead_nowhere(#[case] name: &str, #[case] service: &str) {
    let found = look_up(&words(name, service, "1Z5W24700364158903"));
    assert_eq!(found, Found::Unlisted(Unlisted::UnknownWords));
}

/// Words of several carriers: the service decides, then the number's form, then the widest has it.
#[rstest]
#[case::dhl_by_number("dhl", "", "4067182534", Carrier::DHL_EXPRESS, Why::Number)]
#[case::dhl_wrong_check_digit("dhl", "", "4067182535", Carrier::DHL, Why::Widest)]
#[case::dhl_without_number("DHL", "", "", Carrier::DHL, Why::Widest)]
#[case::hermes("hermes", "", "", Carrier::HERMES, Why::Widest)]
#[case::apc("APC", "", "", Carrier::APC_POSTAL_LOGISTICS, Why::Widest)]
#[case::tourline("tourline", "", "", Carrier::TOURLINE, Why::Widest)]
#[case::la_poste("la-poste-colissimo", "", "", Carrier::COLISSIMO, Why::Widest)]
#[case::la_poste_by_number(
    "la-poste-colissimo",
    "",
    "RB123456785FR",
    Carrier::LA_POSTE,
    Why::Number
)]
fn a_name_of_several_is_doubtful(
    #[case] name: &str,
    #[case] service: &str,
    #[case] number: &str,
    #[case] expected: Carrier,
    #[case] expected_why: Why,
) {
    let Found::Carrier { carrier, why, doubt } = look_up(&words(name, service, number)) else {
        panic!("{name} leads nowhere");
    };
    assert_eq!((carrier, why), (expected, expected_why));
    assert!(matches!(doubt, Some(Doubt::Several(several)) if several.contains(&expected)));
}

#[rstest]
#[case::by_service("amazon_buy_shipping", "UPS® Ground", "", Some((Carrier::UPS, Why::ServiceOfBroker)))]
#[case::by_service_that_makes_another("globalpost", "UPS Mail Innovations", "", Some((Carrier::UPS_MAIL_INNOVATIONS, Why::ServiceOfBroker)))]
#[case::bought_at_amazon("Amazon", "USPS Ground Advantage", "", Some((Carrier::USPS, Why::ServiceOfBroker)))]
#[case::carried_by_amazon("Amazon", "", "TBA123456789012", Some((Carrier::AMAZON_SHIPPING, Why::Number)))]
#[case::bought_at_amazon_by_easypost("AmazonMws", "UPS Ground", "", Some((Carrier::UPS, Why::ServiceOfBroker)))]
#[case::by_number("easyship", "Standard", "1Z5W24700364158903", Some((Carrier::UPS, Why::Number)))]
#[case::by_service_before_number("easyship", "FedEx 2Day", "1Z5W24700364158903", Some((Carrier::FEDEX, Why::ServiceOfBroker)))]
#[case::by_the_operator("ems", "", "EB123456785JP", Some((Carrier::JAPAN_POST, Why::Number)))]
#[case::weak_form("easypost", "", "4067182534", None)]
#[case::wrong_check_digit("easypost", "", "1Z5W24700364158904", None)]
#[case::nothing("seko", "Standard", "", None)]
#[case::a_carriers_name("amazon_shipping", "", "", Some((Carrier::AMAZON_SHIPPING, Why::Name)))]
#[case::a_carriers_name_with_its_number("amazon_shipping", "", "TBA010000000000", Some((Carrier::AMAZON_SHIPPING, Why::Number)))]
#[case::a_carriers_name_with_a_number_of_ups("amazon_shipping", "", "1Z5W24700364158903", Some((Carrier::UPS, Why::Number)))]
#[case::ctt("CTT", "", "", Some((Carrier::CTT_PORTUGAL, Why::Name)))]
fn behind_a_broker_service_and_number_decide(
    #[case] name: &str,
    #[case] service: &str,
    #[case] number: &str,
    #[case] expected: Option<(Carrier, Why)>,
) {
    let found = match expected {
        Some((carrier, why)) => Found::Carrier { carrier, why, doubt: Some(Doubt::Broker) },
        None => Found::Unlisted(Unlisted::Broker),
    };
    assert_eq!(look_up(&words(name, service, number)), found);
}

/// Amazon, eBay, Wish, Back Market, Groupon. Groups of rows are reports of sellers, then others of their kind.
#[rustfmt::skip]
#[rstest]
// Services that are another carrier.
#[case("UPS", "Mail Innovations", "", ["UPS Mail Innovations", "UPS", "UPSMailInnovations", "UPS", "upsmi"])]
#[case("FedEx", "SmartPost", "", ["FedEx SmartPost", "FedEx", "FedEx", "FedEx", "fedexsp"])]
#[case("FedEx", "Ground Economy", "", ["FedEx SmartPost", "FedEx", "FedEx", "FedEx", "fedexsp"])]
#[case("DHL", "eCommerce", "", ["DHL eCommerce", "DHLGlobalMail", "DHLeCommerce", "DHL", "dhlgm"])]
#[case("UPS", "SurePost", "9400136999231104560125", ["USPS", "USPS", "UPSSurePost", "USPS", "usps"])]
#[case("UPS", "SurePost", "1Z5W24700364158903", ["UPS", "UPS", "UPSSurePost", "UPS", "ups"])]
#[case("UPS", "UPS i-parcel", "", ["iParcel", "Iparcel", "IParcel", "Other", "i-parcel"])]
#[case("dhl_express", "DHL SmartMail Parcel", "", ["DHL eCommerce", "DHLGlobalMail", "DHLeCommerce", "DHL", "dhlgm"])]
#[case("DHL", "DHL Paket", "", ["DHL", "DHL", "DHLGermany", "DHL DE", "refused"])]
#[case("La Poste", "Colissimo Access", "", ["Colissimo", "Colissimo", "Colissimo", "Colissimo", "refused"])]
// Codes of platforms.
#[case("endicia", "Priority Mail", "", ["USPS", "USPS", "USPS", "USPS - Priority Mail", "usps"])]
#[case("ups_walleted", "Ground", "", ["UPS", "UPS", "UPS", "UPS Ground", "ups"])]
#[case("dhl_express_worldwide", "Express Worldwide", "", ["DHL", "DHL", "DHL", "DHL Express", "dhl"])]
#[case("DhlEcs", "", "", ["DHL eCommerce", "DHLGlobalMail", "DHLeCommerce", "DHL", "dhlgm"])]
#[case("royal_mail", "", "", ["Royal Mail", "RoyalMail", "RoyalMail", "Royal Mail", "refused"])]
#[case("stamps_com", "", "", ["USPS", "USPS", "USPS", "USPS", "usps"])]
#[case("fedex_walleted", "FedEx 2Day®", "", ["FedEx", "FedEx", "FedEx", "FedEx - 2Days", "fedex"])]
#[case("canada_post_walleted", "", "", ["Canada Post", "Other", "CanadaPost", "Other", "refused"])]
#[case("100002", "", "", ["UPS", "UPS", "UPS", "UPS", "ups"])]
// Carriers of other countries.
#[case("Hermes", "", "", ["Hermes", "Hermes", "Hermes", "Other", "refused"])]
#[case("Chronopost", "", "", ["Chronopost", "Chronopost", "ChronopostFrance", "Chronopost", "refused"])]
#[case("Yamato", "", "", ["YamatoTransport", "Other", "TAQBINJapan", "Yamato", "refused"])]
#[case("Correos", "", "", ["Correos", "Correos", "CorreosDeEspana", "Correos", "refused"])]
#[case("Parcelforce", "", "", ["Parcelforce", "Parcelforce", "ParcelForce", "Parcelforce (Worldwide)", "refused"])]
#[case("StarTrack", "", "", ["StarTrack-ArticleID", "StarTrack", "StarTrackAustralia", "Star Track Express", "refused"])]
#[case("Sagawa", "", "", ["SagawaExpress", "Other", "Sagawa", "Sagawa", "refused"])]
#[case("Yun Express Logistics", "", "", ["Yun Express", "Other", "YunExpress", "Other", "refused"])]
#[case("Poste Italiane", "", "", ["Poste Italiane", "PosteItaliane", "PosteItaliane", "Poste Italiane", "refused"])]
// Nobody lists it.
#[case("Veho", "", "", ["Other", "Other", "refused", "Other", "refused"])]
#[case("Kestrel Couriers", "", "", ["Other", "Other", "refused", "Other", "refused"])]
fn each_channel_is_told(
    #[case] name: &str,
    #[case] service: &str,
    #[case] number: &str,
    #[case] expected: [&str; 5],
) {
    assert_eq!(all(&words(name, service, number)), expected);
}

#[test]
fn a_channel_without_a_list_is_told_the_labels_words() {
    let told = UntilGone::told_carrier(&words("ups_walleted", "", "")).unwrap();
    assert_eq!((told.carrier, told.standing), ("ups_walleted", Standing::NoList));
}
