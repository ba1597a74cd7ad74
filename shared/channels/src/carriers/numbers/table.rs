//! The forms of tracking numbers.
//!
//! Source: `jkeen/tracking_number_data` @b79ce4b (2026-08-17, MIT), whose published sample numbers pass and fail here as they
//! do there; told in our own words. UPS Mail Innovations' own form is from memory. What else has a source names it.

use super::Strength::{Checked, Unmistakable, Weak};
use super::{Check, Form, Part};
use crate::carriers::Carrier;
use Part::{Among, Digits, Letters, OneOf, Signs, SignsUpTo, Text};

/// Carriers whose parcels the Postal Service delivers under numbers of its form. Source: the registry's README, "Numbers".
const HANDED_TO_USPS: &[Carrier] = &[
    Carrier::APC_POSTAL_LOGISTICS,
    Carrier::APG_ECOMMERCE,
    Carrier::ASENDIA,
    Carrier::ASENDIA_USA,
    Carrier::DHL_ECOMMERCE,
    Carrier::DHL,
    Carrier::EPOST_GLOBAL,
    Carrier::FEDEX_GROUND_ECONOMY,
    Carrier::FEDEX,
    Carrier::FIRSTMILE,
    Carrier::GLOBEGISTICS,
    Carrier::LANDMARK_GLOBAL,
    Carrier::NEWGISTICS,
    Carrier::OSM_WORLDWIDE,
    Carrier::PASSPORT,
    Carrier::PITNEY_BOWES,
    Carrier::STREAMLITE,
    Carrier::UPS_MAIL_INNOVATIONS,
    Carrier::UPS_SUREPOST,
    Carrier::UPS,
];

/// Carriers that ship by numbers of the postal union without being a country's operator.
const BY_POST: &[Carrier] = &[
    Carrier::N_4PX,
    Carrier::ASENDIA,
    Carrier::ASENDIA_GERMANY,
    Carrier::ASENDIA_HK,
    Carrier::ASENDIA_UK,
    Carrier::ASENDIA_USA,
    Carrier::CAINIAO,
    Carrier::CHINA_EMS,
    Carrier::CHINA_POST_EPACKET,
    Carrier::CHRONOPOST,
    Carrier::COLISSIMO,
    Carrier::DHL,
    Carrier::DHL_ECOMMERCE,
    Carrier::DHL_ECOMMERCE_ASIA,
    Carrier::DHL_GERMANY,
    Carrier::EPOST_GLOBAL,
    Carrier::PARCELFORCE,
    Carrier::POSTNORD,
    Carrier::POSTNORD_NORWAY,
    Carrier::SUNYOU,
    Carrier::WISHPOST,
    Carrier::YANWEN,
    Carrier::YUNEXPRESS,
];

const UPS: &[Carrier] = &[Carrier::UPS];
const UPS_KIN: &[Carrier] = &[
    Carrier::UPS_SUREPOST,
    Carrier::UPS_I_PARCEL,
    Carrier::UPS_FREIGHT,
    Carrier::UPS_MAIL_INNOVATIONS,
];
const USPS: &[Carrier] = &[Carrier::USPS];
const FEDEX: &[Carrier] = &[Carrier::FEDEX];
const FEDEX_KIN: &[Carrier] = &[Carrier::FEDEX_GROUND_ECONOMY, Carrier::FEDEX_FREIGHT];
const DHL_KIN: &[Carrier] = &[Carrier::DHL];
const LASERSHIP: &[Carrier] = &[Carrier::LASERSHIP];
const ONTRAC: &[Carrier] = &[Carrier::ONTRAC];
const DPD_KIN: &[Carrier] = &[
    Carrier::DPD_UK,
    Carrier::DPD_LOCAL,
    Carrier::DPD_IRELAND,
    Carrier::DPD_GERMANY,
    Carrier::DPD_AUSTRIA,
    Carrier::DPD_SWITZERLAND,
    Carrier::DPD_FRANCE,
    Carrier::DPD_NETHERLANDS,
    Carrier::DPD_BELGIUM,
    Carrier::DPD_POLAND,
];

const THREE_ONE: &[u32] = &[3, 1];
const ONE_THREE: &[u32] = &[1, 3];
const ONE_TWO: &[u32] = &[1, 2];
const THREE_ONE_SEVEN: &[u32] = &[3, 1, 7];
const ONE_SEVEN_THREE: &[u32] = &[1, 7, 3];

/// Source: UPU S10, clause 8.
const S10: &[Part] = &[Letters(2), Digits(9), Letters(2)];

/// Two letters with which numbers of DHL eCommerce begin.
const MAIL: Part = Among(&["GM", "LX", "RX", "UV", "CN", "SG", "TH", "IN", "HK", "MY"]);

const fn form(
    (name, strength): (&'static str, super::Strength),
    owners: &'static [Carrier],
    shared_with: &'static [Carrier],
    parts: &'static [Part],
    check: Check,
) -> Form {
    Form { name, strength, owners, shared_with, parts, check }
}

/// Where a number has several forms, the one that says more stands first.
#[rustfmt::skip]
pub(super) static FORMS: &[Form] = &[
    form(("UPS 1Z", Unmistakable), UPS, UPS_KIN, &[Text("1Z"), Signs(15), Digits(1)], Check::Ups(2)),
    form(("UPS waybill", Checked), UPS, UPS_KIN, &[OneOf("AHJKTV"), Digits(10)], Check::Ups(1)),
    // From memory.
    form(("UPS Mail Innovations", Weak), &[Carrier::UPS_MAIL_INNOVATIONS], UPS, &[Text("MI"), Digits(6), SignsUpTo(1, 22)], Check::None),
    form(("USPS 22 digits", Checked), USPS, HANDED_TO_USPS, &[Text("9"), OneOf("12345"), Digits(20)], Check::Ten(0, THREE_ONE)),
    form(("USPS 26 digits", Checked), USPS, HANDED_TO_USPS, &[Text("9"), OneOf("12345"), Digits(24)], Check::Ten(0, THREE_ONE)),
    form(("USPS barcode, ZIP and 22 digits", Checked), USPS, HANDED_TO_USPS, &[Text("420"), Digits(5), Text("9"), OneOf("12345"), Digits(20)], Check::Ten(8, THREE_ONE)),
    form(("USPS barcode, ZIP+4 and 22 digits", Checked), USPS, HANDED_TO_USPS, &[Text("420"), Digits(9), Text("9"), OneOf("12345"), Digits(20)], Check::Ten(12, THREE_ONE)),
    form(("USPS barcode, ZIP and 26 digits", Checked), USPS, HANDED_TO_USPS, &[Text("420"), Digits(5), Text("9"), OneOf("12345"), Digits(24)], Check::Ten(8, THREE_ONE)),
    form(("USPS barcode, ZIP+4 and 26 digits", Checked), USPS, HANDED_TO_USPS, &[Text("420"), Digits(9), Text("9"), OneOf("12345"), Digits(24)], Check::Ten(12, THREE_ONE)),
    form(("USPS 20 digits", Checked), USPS, HANDED_TO_USPS, &[Digits(20)], Check::Ten(0, THREE_ONE)),
    form(("USPS 20 digits of 22", Checked), USPS, HANDED_TO_USPS, &[Digits(20)], Check::TenBehind("91", 0, THREE_ONE)),
    form(("S10 of the postal union", Checked), &[], BY_POST, S10, Check::Upu),
    form(("FedEx 12 digits", Checked), FEDEX, FEDEX_KIN, &[Digits(12)], Check::Eleven(0, 12, THREE_ONE_SEVEN)),
    form(("FedEx Ground 15 digits", Checked), FEDEX, FEDEX_KIN, &[Digits(15)], Check::Ten(0, ONE_THREE)),
    form(("FedEx Ground barcode, 22 digits", Checked), FEDEX, FEDEX_KIN, &[Text("96"), Digits(20)], Check::Ten(7, ONE_THREE)),
    form(("FedEx Ground barcode, 34 digits", Checked), FEDEX, FEDEX_KIN, &[Text("96"), Digits(32)], Check::Eleven(20, 34, ONE_SEVEN_THREE)),
    form(("FedEx Express barcode, 34 digits", Checked), FEDEX, FEDEX_KIN, &[OneOf("012345678"), Digits(33)], Check::Eleven(20, 34, ONE_SEVEN_THREE)),
    form(("FedEx barcode, 32 digits", Checked), FEDEX, FEDEX_KIN, &[Text("3"), Digits(31)], Check::Eleven(16, 28, THREE_ONE_SEVEN)),
    form(("FedEx Ground SSCC-18", Checked), FEDEX, FEDEX_KIN, &[Digits(18)], Check::Ten(2, THREE_ONE)),
    form(("DHL Express 10 digits", Weak), &[Carrier::DHL_EXPRESS], DHL_KIN, &[Digits(10)], Check::Seven),
    form(("DHL Express 11 digits", Weak), &[Carrier::DHL_EXPRESS], DHL_KIN, &[Digits(11)], Check::Seven),
    form(("DHL Express piece, two letters", Weak), &[Carrier::DHL_EXPRESS], DHL_KIN, &[Text("J"), Letters(2), DIGITS_9_10], Check::None),
    form(("DHL Express piece, three letters", Weak), &[Carrier::DHL_EXPRESS], DHL_KIN, &[Text("J"), Letters(3), DIGITS_9_10], Check::None),
    form(("DHL Express piece, one letter", Weak), &[Carrier::DHL_EXPRESS], DHL_KIN, &[Text("J"), Letters(1), DIGITS_9_10], Check::None),
    form(("DHL eCommerce mail", Weak), &[Carrier::DHL_ECOMMERCE], &[Carrier::DHL, Carrier::DHL_ECOMMERCE_ASIA], &[MAIL, SignsUpTo(10, 39)], Check::None),
    form(("DHL eCommerce 14 digits", Weak), &[Carrier::DHL_ECOMMERCE], DHL_KIN, &[Digits(14)], Check::None),
    form(("DPD 28", Checked), &[Carrier::DPD], DPD_KIN, &[Digits(27), Signs(1)], Check::Iso7064),
    form(("DPD 15", Checked), &[Carrier::DPD], DPD_KIN, &[Digits(14), Signs(1)], Check::Iso7064),
    form(("OnTrac C", Checked), ONTRAC, LASERSHIP, &[Text("C"), Digits(14)], Check::TenBehind("4", 1, ONE_TWO)),
    form(("OnTrac D", Checked), ONTRAC, LASERSHIP, &[Text("D"), Digits(14)], Check::TenBehind("5", 1, ONE_TWO)),
    form(("LaserShip 1LS7, 15", Unmistakable), LASERSHIP, ONTRAC, &[Text("1LS7"), OneOf("12"), Digits(10)], Check::None),
    form(("LaserShip 1LS7, 17", Unmistakable), LASERSHIP, ONTRAC, &[Text("1LS7"), OneOf("12"), Digits(2), Text("01"), OneOf("1234"), Digits(6), Text("1")], Check::None),
    form(("LaserShip 1LSCX", Unmistakable), LASERSHIP, ONTRAC, &[Text("1LSCX"), Signs(10)], Check::None),
    form(("LaserShip L", Weak), LASERSHIP, ONTRAC, &[Text("L"), OneOf("AEHINX"), OneOf("123"), Digits(7)], Check::None),
    form(("Amazon TBA", Unmistakable), &[Carrier::AMAZON_SHIPPING], &[], &[Text("TB"), OneOf("ACM"), Digits(12)], Check::None),
    form(("Amazon international", Weak), &[Carrier::AMAZON_SHIPPING], &[], &[OneOf("AFC"), Digits(10)], Check::None),
    form(("Canada Post 16 digits", Checked), &[Carrier::CANADA_POST], &[], &[Digits(16)], Check::Ten(0, THREE_ONE)),
    form(("Canpar 22", Checked), &[Carrier::CANPAR], &[], &[OneOf("CDKLSUXZ"), Digits(21)], Check::None),
    form(("Purolator 12 digits", Checked), &[Carrier::PUROLATOR], &[], &[OneOf("012345"), Digits(11)], Check::Luhn),
    form(("Purolator 3 letters", Weak), &[Carrier::PUROLATOR], &[], &[Letters(3), Digits(9)], Check::None),
    form(("Spee-Dee", Unmistakable), &[Carrier::SPEE_DEE], &[], &[Text("SP"), Digits(18)], Check::None),
    form(("Yodel", Weak), &[Carrier::YODEL], &[], &[Among(&["JJD", "JD"]), Digits(16)], Check::None),
    form(("YunExpress", Checked), &[Carrier::YUNEXPRESS], &[], &[Text("YT"), Digits(16)], Check::None),
    form(("GOFO", Unmistakable), &[Carrier::GOFO], &[], &[Text("GFUS"), Digits(14)], Check::None),
    form(("Landmark LTN", Unmistakable), &[Carrier::LANDMARK_GLOBAL], &[], &[Text("LTN"), Digits(8), Text("N1")], Check::None),
    form(("Old Dominion", Checked), &[Carrier::OLD_DOMINION], &[], &[Among(&["777", "778", "072", "780"]), Digits(8)], Check::Luhn),
    form(("Old Dominion guaranteed", Checked), &[Carrier::OLD_DOMINION], &[], &[Text("80"), Digits(9)], Check::Luhn),
];

/// The digits of a DHL Express piece.
const DIGITS_9_10: Part = Part::DigitsUpTo(9, 10);
