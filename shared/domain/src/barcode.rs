//! Barcodes that hold a tracking number beside other things (rule N3): the Postal Service's with the destination in front,
//! and `FedEx`'s. Pure text: nothing here knows labels, scans or orders.

/// A number that stands in a barcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BarcodeReading<'a> {
    /// The number: a part of the barcode's text.
    pub number: &'a str,
    /// Whose barcode it is.
    pub barcode: Barcode,
}

/// Whose barcode it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Barcode {
    /// The United States Postal Service's: `420`, the ZIP code, the number. Other carriers print it, too.
    Usps,
    /// `FedEx`'s.
    Fedex,
}

/// What stands before the ZIP code. Source: USPS Publication 199, "Intelligent Mail Package Barcode", application
/// identifier 420.
const DESTINATION: &str = "420";

/// Digits of a ZIP code, and of one with its four further digits.
const ZIPS: [usize; 2] = [5, 9];

/// Digits of a number in a barcode of the Postal Service. Source: the same.
const USPS_DIGITS: [usize; 2] = [22, 26];

/// With what such a number begins. Source: the same; `91` is of older barcodes.
const USPS_BEGINNINGS: [&str; 5] = ["91", "92", "93", "94", "95"];

/// Digits of `FedEx`'s longer barcode, and of the number at its end with the zeros before it. Source:
/// `jkeen/tracking_number_data` @b79ce4b (MIT), `FedEx` Express (34) and Ground GSN.
const FEDEX_LONG: usize = 34;
const FEDEX_LONG_NUMBER: usize = 14;

/// Digits that `FedEx`'s number has at least, without zeros before it. A shorter one is a mostly empty barcode: inferred.
const FEDEX_NUMBER_MIN: usize = 10;

/// Digits of `FedEx`'s Ground barcode, what it begins with, and the digits of the number at its end. Source: the same,
/// `FedEx` Ground 96 (22).
const FEDEX_GROUND: usize = 22;
const FEDEX_GROUND_BEGINNING: &str = "96";
const FEDEX_GROUND_NUMBER: usize = 15;

/// Every number that a text can be a barcode of. The text is a number's key: without blanks and signs.
///
/// A barcode of the Postal Service with 34 digits can be read in two ways, and both can have a right check digit. The same
/// digits may be a barcode of `FedEx`, which counts only where the label's words lead there, and in scans.
pub fn barcode_readings(text: &str) -> impl Iterator<Item = BarcodeReading<'_>> {
    let usps = ZIPS.iter().filter_map(move |zip| usps_number(text, *zip));
    let usps = usps.map(|number| BarcodeReading { number, barcode: Barcode::Usps });
    let fedex = [fedex_number(text), fedex_ground_number(text)].into_iter().flatten();
    usps.chain(fedex.map(|number| BarcodeReading { number, barcode: Barcode::Fedex }))
}

fn usps_number(text: &str, zip: usize) -> Option<&str> {
    let (zip_code, number) = text.strip_prefix(DESTINATION)?.split_at_checked(zip)?;
    let begins_right = USPS_BEGINNINGS.iter().any(|beginning| number.starts_with(beginning));
    let is_number = USPS_DIGITS.contains(&number.len()) && begins_right;
    (is_number && are_digits(zip_code) && ends_with_check(number, &[3, 1])).then_some(number)
}

fn fedex_number(text: &str) -> Option<&str> {
    let (before, padded) = text.split_at_checked(FEDEX_LONG.checked_sub(FEDEX_LONG_NUMBER)?)?;
    let begins_right = !before.starts_with('9') || before.starts_with(FEDEX_GROUND_BEGINNING);
    let is_barcode = text.len() == FEDEX_LONG && are_digits(before) && begins_right;
    let number = padded.trim_start_matches('0');
    let is_number = number.len() >= FEDEX_NUMBER_MIN && ends_with_fedex_check(padded);
    (is_barcode && is_number).then_some(number)
}

fn fedex_ground_number(text: &str) -> Option<&str> {
    let at = FEDEX_GROUND.checked_sub(FEDEX_GROUND_NUMBER)?;
    let (before, number) = text.split_at_checked(at)?;
    let is_barcode = text.len() == FEDEX_GROUND && text.starts_with(FEDEX_GROUND_BEGINNING);
    (is_barcode && are_digits(before) && ends_with_check(number, &[1, 3])).then_some(number)
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|sign| sign.is_ascii_digit())
}

/// The digits before the last, by weights over and over from the left, and the last one. Nothing if one is no digit.
fn weighted(digits: &str, weights: &[u32]) -> Option<(u32, u32)> {
    let mut values = Vec::with_capacity(digits.len());
    for sign in digits.chars() {
        values.push(sign.to_digit(10)?);
    }
    let (last, before) = values.split_last()?;
    let products = before.iter().zip(weights.iter().cycle());
    Some((products.map(|(value, weight)| value * weight).sum(), *last))
}

/// Whether the last digit is what is missing from the weighted sum to the next ten.
fn ends_with_check(digits: &str, weights: &[u32]) -> bool {
    weighted(digits, weights).is_some_and(|(sum, last)| (sum + last) % 10 == 0)
}

/// Whether the last digit is the sum by the weights 1, 7, 3, modulo 11, then modulo 10.
fn ends_with_fedex_check(digits: &str) -> bool {
    weighted(digits, &[1, 7, 3]).is_some_and(|(sum, last)| sum % 11 % 10 == last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const USPS: Barcode = Barcode::Usps;
    const FEDEX: Barcode = Barcode::Fedex;

    /// The check digits of the rows were computed by hand from the published rule.
    #[rstest]
    #[case::zip_and_22_digits("420100019400136999231104560125", &[(USPS, "9400136999231104560125")])]
    #[case::zip_plus_4_and_22_digits("4201000112349400136999231104560125", &[(USPS, "9400136999231104560125")])]
    #[case::zip_and_26_digits("4201000192748903016253004721512348", &[(USPS, "92748903016253004721512348")])]
    #[case::zip_plus_4_and_26_digits("42010001123492748903016253004721512348", &[(USPS, "92748903016253004721512348")])]
    #[case::two_that_both_fit(
        "4201000195849132979232073202152737",
        &[(USPS, "95849132979232073202152737"), (USPS, "9132979232073202152737")]
    )]
    #[case::two_that_both_fit_again(
        "4201000193489394807559200487183066",
        &[(USPS, "93489394807559200487183066"), (USPS, "9394807559200487183066")]
    )]
    #[case::of_older_barcodes("420100019101104528763019283747", &[(USPS, "9101104528763019283747")])]
    #[case::without_destination("9400136999231104560125", &[])]
    #[case::another_beginning("420100019000111206206406260787", &[])]
    #[case::wrong_check_digit("420100019400136999231104560126", &[])]
    #[case::a_digit_short("42010001940013699923110456012", &[])]
    #[case::a_digit_long("4201000194001369992311045601250", &[])]
    #[case::a_letter_in_the_zip("4201000A9400136999231104560125", &[])]
    #[case::a_letter_in_the_number("42010001940013699923110456012A", &[])]
    #[case::fedex_express("1001850012340002000400407182635146", &[(FEDEX, "407182635146")])]
    #[case::fedex_ground_34("9622004500000000000000613504829176", &[(FEDEX, "613504829176")])]
    #[case::fedex_34_wrong_check_digit("1001850012340002000400407182635147", &[])]
    #[case::fedex_34_another_beginning("9001850012340002000400407182635146", &[])]
    #[case::fedex_34_a_digit_short("100185001234000200040040718263514", &[])]
    #[case::fedex_34_empty("0000000000000000000000000000000000", &[])]
    #[case::fedex_ground_96("9620135006184027193540", &[(FEDEX, "006184027193540")])]
    #[case::fedex_ground_96_wrong_check_digit("9620135006184027193549", &[])]
    #[case::fedex_ground_95("9520135006184027193540", &[])]
    #[case::no_ascii("４20100019400136999231104560125", &[])]
    #[case::empty("", &[])]
    fn a_barcode_holds_a_number(#[case] text: &str, #[case] expected: &[(Barcode, &str)]) {
        let read: Vec<(Barcode, &str)> =
            barcode_readings(text).map(|reading| (reading.barcode, reading.number)).collect();
        assert_eq!(read, expected);
    }
}
