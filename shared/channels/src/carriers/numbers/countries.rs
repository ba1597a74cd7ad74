//! The countries of the postal union's numbers, and the operators of theirs that the registry has.

use crate::carriers::Carrier;

/// Countries and territories whose letters end a number of the postal union, two letters each.
///
/// Source: `jkeen/tracking_number_data` @b79ce4b, which has them of the union's list.
const COUNTRIES: [&str; 3] = [
    "AEAFAGALAMAOARATAUAZBABBBDBEBFBGBHBIBJBNBOBRBSBTBWBYBZCACDCFCGCHCICLCMCNCOCRCUCVCYCZDEDJDKDMDODZECEEEGERESETFIFJFRGAGBGDGEGHGMGN",
    "GQGRGTGWGYHKHNHRHTHUIDIEILINIQIRISITJMJOJPKEKGKHKIKMKNKPKRKWKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMGMKMLMMMNMRMTMUMVMWMXMYMZNANENGNINL",
    "NONPNRNZOMPAPEPGPHPKPLPTPYQARORSRURWSASBSCSDSESGSISKSLSMSNSOSRSSSTSVSYSZTDTGTHTJTLTMTNTOTRTTTVTZUAUGUSUYUZVAVCVEVNVUWSYEZAZMZW",
];

/// The operator behind a country's letters.
///
/// Source: the same.
const OPERATORS: [([u8; 2], Carrier); 39] = [
    (*b"AE", Carrier::EMIRATES_POST),
    (*b"AT", Carrier::OSTERREICHISCHE_POST),
    (*b"AU", Carrier::AUSTRALIA_POST),
    (*b"BE", Carrier::BPOST),
    (*b"BR", Carrier::CORREIOS),
    (*b"CA", Carrier::CANADA_POST),
    (*b"CH", Carrier::SWISS_POST),
    (*b"CN", Carrier::CHINA_POST),
    (*b"CZ", Carrier::CZECH_POST),
    (*b"DE", Carrier::DEUTSCHE_POST),
    (*b"DK", Carrier::POSTNORD_DENMARK),
    (*b"ES", Carrier::CORREOS),
    (*b"FI", Carrier::POSTI),
    (*b"FR", Carrier::LA_POSTE),
    (*b"GB", Carrier::ROYAL_MAIL),
    (*b"HK", Carrier::HONGKONG_POST),
    (*b"HU", Carrier::MAGYAR_POSTA),
    (*b"ID", Carrier::POS_INDONESIA),
    (*b"IE", Carrier::AN_POST),
    (*b"IL", Carrier::ISRAEL_POST),
    (*b"IN", Carrier::INDIA_POST),
    (*b"IT", Carrier::POSTE_ITALIANE),
    (*b"JP", Carrier::JAPAN_POST),
    (*b"KR", Carrier::KOREA_POST),
    (*b"MX", Carrier::CORREOS_DE_MEXICO),
    (*b"MY", Carrier::POS_MALAYSIA),
    (*b"NL", Carrier::POSTNL),
    (*b"NO", Carrier::BRING),
    (*b"NZ", Carrier::NZ_POST),
    (*b"PH", Carrier::PHLPOST),
    (*b"PL", Carrier::POCZTA_POLSKA),
    (*b"PT", Carrier::CTT_PORTUGAL),
    (*b"RU", Carrier::RUSSIAN_POST),
    (*b"SE", Carrier::POSTNORD_SWEDEN),
    (*b"SG", Carrier::SINGAPORE_POST),
    (*b"TH", Carrier::THAILAND_POST),
    (*b"TR", Carrier::PTT),
    (*b"US", Carrier::USPS),
    (*b"VN", Carrier::VIETNAM_POST),
];

/// Whether numbers of the postal union end with these letters.
pub(super) fn is_country(letters: [u8; 2]) -> bool {
    COUNTRIES.iter().any(|row| row.as_bytes().as_chunks::<2>().0.contains(&letters))
}

/// The operator of a country's numbers, where the registry has it.
pub(super) fn operator(country: [u8; 2]) -> Option<Carrier> {
    OPERATORS.iter().find(|(letters, _)| *letters == country).map(|(_, carrier)| *carrier)
}

/// Whether a carrier is a country's operator.
pub(super) fn is_operator(carrier: Carrier) -> bool {
    OPERATORS.iter().any(|(_, operator)| *operator == carrier)
}
