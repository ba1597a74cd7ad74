//! Forms of tracking numbers. Amazon says on its help pages that a number must be of the carrier that is named beside it, and
//! lists forms of the three big carriers of the US as those publish them. The check and its wording are unverified: that a
//! number of another form is refused, and not merely left out of the valid tracking rate, is reported by sellers.

/// Whether the number has a form of the carrier. A carrier whose forms nobody publishes takes any number.
pub(super) fn fits(carrier_code: &str, number: &str) -> bool {
    let plain: Vec<u8> = number.bytes().filter(u8::is_ascii_alphanumeric).collect();
    match carrier_code {
        "USPS" => is_usps(&plain),
        "UPS" => is_ups(&plain),
        "FedEx" => is_fedex(&plain),
        _ => true,
    }
}

/// `1Z` and 16 letters and digits, `T` and 10 digits, or 9, 10 (freight) or 12 digits. Source: ups.com, "tracking number".
fn is_ups(plain: &[u8]) -> bool {
    match plain {
        [b'1', b'Z' | b'z', rest @ ..] => rest.len() == 16,
        [b'T' | b't', rest @ ..] => rest.len() == 10 && is_digits(rest),
        _ => matches!(plain.len(), 9 | 10 | 12) && is_digits(plain),
    }
}

/// 20 or 22 digits, 26 of a hybrid service, each also behind `420` and a ZIP of 5 or 9 digits; 10 of a Global Express
/// Guaranteed parcel; two letters, 9 digits and `US`. Source: usps.com, "Where is my tracking number?".
fn is_usps(plain: &[u8]) -> bool {
    match plain {
        [a, b, digits @ .., b'U' | b'u', b'S' | b's'] if is_letter(*a) && is_letter(*b) => {
            digits.len() == 9 && is_digits(digits)
        }
        [b'4', b'2', b'0', ..] if matches!(plain.len(), 28 | 30 | 32 | 34 | 38) => is_digits(plain),
        _ => matches!(plain.len(), 10 | 20 | 22 | 26) && is_digits(plain),
    }
}

/// 9 or 10 digits of freight, 12 of Express, 15 of Ground, 20 or 22 of a door tag or an SSCC, 34 of a barcode. Source:
/// fedex.com, "How do I find my tracking number?", and the barcode forms that label makers print.
fn is_fedex(plain: &[u8]) -> bool {
    matches!(plain.len(), 9 | 10 | 12 | 14 | 15 | 18 | 20 | 22 | 34) && is_digits(plain)
}

fn is_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

const fn is_letter(sign: u8) -> bool {
    sign.is_ascii_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::fits;
    use rstest::rstest;

    #[rstest]
    #[case::ups("UPS", "1Z12345E0205271688")]
    #[case::ups_small("UPS", "1z12345e0205271688")]
    #[case::ups_freight("UPS", "1234567890")]
    #[case::usps("USPS", "9400 1072 0254 6100 9371 87")]
    #[case::usps_with_its_zip("USPS", "420606149400107202546100937187")]
    #[case::usps_abroad("USPS", "LZ123456785US")]
    #[case::fedex_express("FedEx", "123456789012")]
    #[case::fedex_ground("FedEx", "961234567890125")]
    #[case::a_carrier_that_publishes_none("Yodel", "JD0002233456789")]
    fn a_number_of_the_carrier_fits(#[case] carrier: &str, #[case] number: &str) {
        assert!(fits(carrier, number));
    }

    #[rstest]
    #[case::mail_innovations("UPS", "9274890301625300472150")]
    #[case::post_under_ups("UPS", "LZ123456785US")]
    #[case::ups_under_usps("USPS", "1Z12345E0205271688")]
    #[case::another_post("USPS", "RR123456785GB")]
    #[case::ups_under_fedex("FedEx", "1Z12345E0205271688")]
    #[case::too_short("FedEx", "12345678")]
    fn a_number_of_another_carrier_does_not_fit(#[case] carrier: &str, #[case] number: &str) {
        assert!(!fits(carrier, number));
    }
}
