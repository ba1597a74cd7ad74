//! What people, sheets and scanners put around a tracking number and into it (rules N1 and N2). Pure text, in upper case.

use crate::barcode::{Barcode, barcode_readings};
use crate::imei::Imei;
use crate::number::{TrackingNumberError, is_dash, is_gap, is_invisible};

/// Fewest letters and digits, and digits, of what may be a number of its own, beside another one.
const PART_MIN: usize = 8;
const PART_DIGITS_MIN: usize = 4;

/// Words that people write beside a number. None of them begins a carrier's number.
const WORDS_BESIDE: [&str; 38] = [
    "AMAZON",
    "AND",
    "ARAMEX",
    "AWB",
    "BPOST",
    "CARRIER",
    "CHRONOPOST",
    "COLISSIMO",
    "CONSIGNMENT",
    "CORREOS",
    "DHL",
    "DPD",
    "EVRI",
    "FEDEX",
    "GLS",
    "HERMES",
    "LASERSHIP",
    "MAIL",
    "NUMBER",
    "ONTRAC",
    "PAKET",
    "PARCEL",
    "PARCELFORCE",
    "POST",
    "POSTNL",
    "PUROLATOR",
    "ROYAL",
    "SAGAWA",
    "SENDUNGSNUMMER",
    "SHIPMENT",
    "TNT",
    "TRACK",
    "TRACKING",
    "UPS",
    "USPS",
    "WAYBILL",
    "YAMATO",
    "YODEL",
];

/// Fewest letters of a word behind a number. The longest group of letters that ends a carrier's number has two: a country.
const WORD_MIN: usize = 5;

/// Digits that a sheet keeps of a number; those after them become zeros. Source: "Excel specifications and limits", number
/// precision, 15 digits.
const SHEET_DIGITS: usize = 15;

/// Zeros in their place that no number ends with by chance.
const SHEET_ZEROS_MIN: usize = 6;

/// An IMEI without its check digit. Source: 3GPP TS 23.003, clause 6.2.
const IMEI_DIGITS_MIN: usize = 14;

/// Fewest letters and digits of each of two numbers that only blanks part, and how many of them both begin with.
const TWIN_MIN: usize = 10;
const TWIN_BEGINNING: usize = 4;

/// The text without what a scanner says of the barcode in front of it, and without the brackets that a label prints around
/// the barcode's application identifiers.
pub(crate) fn without_frame(text: &str) -> String {
    without_brackets(without_symbology(text))
}

/// A scanner may say first which barcode it read: `]`, a letter and a digit, such as `]C1`. Source: ISO/IEC 15424, symbology
/// identifiers.
fn without_symbology(text: &str) -> &str {
    let start = text.trim_start_matches(|c: char| c != ']' && !c.is_alphanumeric());
    let Some(rest) = start.strip_prefix(']') else { return text };
    let mut signs = rest.chars();
    match (signs.next(), signs.next()) {
        (Some(letter), Some(digit)) if letter.is_ascii_alphabetic() && digit.is_ascii_digit() => {
            signs.as_str()
        }
        _ => text,
    }
}

/// Below a barcode of GS1 its application identifiers are printed in brackets, which are not in the barcode: `(420) 10001
/// (94) 0013 …`. Source: GS1 General Specifications, "Human readable interpretation". Brackets anywhere else are a note.
fn without_brackets(text: &str) -> String {
    let start = text.trim_start_matches(|c: char| c != '(' && !c.is_alphanumeric());
    let first = start.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    if !first.is_some_and(|(identifier, _)| begins_a_parcels_barcode(identifier)) {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(start.len());
    let mut rest = start;
    while let Some((before, bracketed)) = rest.split_once('(') {
        let inside = bracketed.split_once(')');
        plain.push_str(before);
        if let Some((identifier, behind)) = inside.filter(|(text, _)| is_identifier(text)) {
            plain.push_str(identifier);
            rest = behind;
        } else {
            plain.push('(');
            rest = bracketed;
        }
    }
    plain.push_str(rest);
    plain
}

/// What stands first in a parcel's barcode of GS1: a logistic unit (00), a consignment or shipment (401 to 403), where it goes
/// (420, 421), or what carriers agreed on (90 to 99).
fn begins_a_parcels_barcode(identifier: &str) -> bool {
    let is_carriers = identifier.len() == 2 && identifier.starts_with('9');
    is_identifier(identifier)
        && (is_carriers || matches!(identifier, "00" | "401" | "402" | "403" | "420" | "421"))
}

fn is_identifier(text: &str) -> bool {
    (2..=4).contains(&text.len()) && are_digits(text)
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit())
}

/// A number of more than 15 digits becomes `9.4E+21` in a sheet, and any number may become `397414590114.0` or
/// `397,414,590,114`.
pub(crate) fn is_of_a_spreadsheet(text: &str) -> bool {
    let is_decimal = |text: &str| match text.split_once(['.', ',']) {
        Some((whole, part)) => are_digits(whole) && are_digits(part),
        None => are_digits(text),
    };
    if let Some((number, power)) = text.split_once('E') {
        let is_marked = number.contains(['.', ',']) || power.starts_with('+');
        return is_marked && is_decimal(number) && are_digits(power.trim_start_matches('+'));
    }
    let is_whole_with_zeros = text.split_once(['.', ',']).is_some_and(|(whole, part)| {
        are_digits(whole) && are_digits(part) && part.bytes().all(|sign| sign == b'0')
    });
    is_whole_with_zeros || is_in_thousands(text)
}

/// What a sheet made of a number, as a refusal may show it: it may be an IMEI's, and is personal data then (rule I8).
pub(crate) fn without_imei(text: &str) -> String {
    let whole = match text.rsplit_once(['.', ',']) {
        Some((whole, "0" | "00")) => whole,
        _ => text,
    };
    let digits = whole.bytes().filter(u8::is_ascii_digit).count();
    if digits < IMEI_DIGITS_MIN { text.to_owned() } else { "(a long number)".to_owned() }
}

fn is_in_thousands(text: &str) -> bool {
    let mut groups = text.split(',');
    let begins_right = groups.next().is_some_and(|first| are_digits(first) && first.len() <= 3);
    let mut others = groups.peekable();
    begins_right
        && others.peek().is_some()
        && others.all(|group| are_digits(group) && group.len() == 3)
}

/// A whole number whose digits after the fifteenth are zeros: nobody can say which they were.
pub(crate) fn is_rounded(text: &str) -> bool {
    let Some((kept, lost)) = text.split_at_checked(SHEET_DIGITS) else { return false };
    are_digits(kept)
        && !kept.starts_with('0')
        && lost.len() >= SHEET_ZEROS_MIN
        && lost.bytes().all(|sign| sign == b'0')
}

/// Rule N2: two parts that could each be a number are two numbers, whatever divides them. Shorter groups are one number
/// that is written in groups, unless they add up to two numbers.
pub(crate) fn several(text: &str) -> Result<(), TrackingNumberError> {
    let contiguous = numbers(text.split(|c: char| !is_within(c)).map(str::to_owned));
    if is_one_barcode(text, &contiguous) {
        return Ok(());
    }
    let in_groups = || numbers(without_blanks(text).split(is_divider).map(without_gaps));
    let found = [contiguous, in_groups(), twins(text)].into_iter().find(|parts| parts.len() > 1);
    match found {
        Some(parts) => {
            Err(TrackingNumberError::Several(parts.iter().map(|part| shown(part)).collect()))
        }
        None => Ok(()),
    }
}

/// Those parts that could be numbers.
fn numbers(parts: impl Iterator<Item = String>) -> Vec<String> {
    let count = |part: &str, is_one: fn(&u8) -> bool| part.bytes().filter(is_one).count();
    let is_number = |part: &String| {
        count(part, u8::is_ascii_alphanumeric) >= PART_MIN
            && count(part, u8::is_ascii_digit) >= PART_DIGITS_MIN
    };
    parts.filter(is_number).collect()
}

/// A barcode of the Postal Service may come as two parts: a scanner puts a separator behind the destination (rule N3).
fn is_one_barcode(text: &str, parts: &[String]) -> bool {
    let [destination, number] = parts else { return false };
    let whole: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_usps = barcode_readings(&whole)
        .any(|reading| reading.barcode == Barcode::Usps && reading.number == number);
    is_usps && whole.len() == destination.len().saturating_add(number.len())
}

/// What never divides two numbers. Signs are among it, for label systems put them into one.
const fn is_within(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '*' | '.' | '_')
}

/// What stands between two lines or two cells.
const fn is_line_end_or_tab(c: char) -> bool {
    matches!(c, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What parts numbers, and not only the groups of one.
fn is_divider(c: char) -> bool {
    is_line_end_or_tab(c) || !(is_within(c) || is_dash(c) || is_invisible(c))
}

/// The text without blanks. A dash between blanks is none that stands in a number: it becomes a divider.
fn without_blanks(text: &str) -> String {
    let is_blank = |c: char| c.is_whitespace() && !is_line_end_or_tab(c);
    let is_lone_dash = |group: &str| !group.is_empty() && group.chars().all(is_dash);
    text.split(is_blank).map(|group| if is_lone_dash(group) { "|" } else { group }).collect()
}

fn without_gaps(part: &str) -> String {
    part.chars().filter(|c| !is_gap(*c)).collect()
}

/// Two numbers of one kind, each in groups, with nothing but blanks and dashes between them: both are as long, and begin
/// alike.
fn twins(text: &str) -> Vec<String> {
    let groups = || text.split(is_gap).filter(|group| !group.is_empty());
    let half = groups().map(str::len).sum::<usize>() / 2;
    let whole: String = groups().collect();
    let (mut length, mut is_parted) = (0_usize, false);
    for group in groups() {
        length = length.saturating_add(group.len());
        is_parted |= length == half;
    }
    let halves = whole.split_at_checked(half).filter(|(one, other)| {
        let beginning = one.get(..TWIN_BEGINNING);
        is_parted
            && half >= TWIN_MIN
            && one.len() == other.len()
            && other.get(..TWIN_BEGINNING) == beginning
    });
    halves
        .map_or_else(Vec::new, |(one, other)| numbers([one, other].map(str::to_owned).into_iter()))
}

/// A part as a refusal may show it: an IMEI that stands in the wrong field is personal data there, too (rule I8).
fn shown(part: &str) -> String {
    match part.parse::<Imei>() {
        Ok(imei) => imei.masked(),
        Err(_) => part.to_owned(),
    }
}

/// A carrier's name or another word that was copied with the number would be sent with it. Behind digits no number has a group
/// of many letters; in front of them some carriers have.
pub(crate) fn beside(text: &str) -> Result<(), TrackingNumberError> {
    let mut is_behind_digits = false;
    for group in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let is_word =
            group.len() >= WORD_MIN && group.bytes().all(|sign| sign.is_ascii_alphabetic());
        if WORDS_BESIDE.contains(&group) || is_word && is_behind_digits {
            return Err(TrackingNumberError::WordBeside(group.to_owned()));
        }
        is_behind_digits |= group.bytes().any(|sign| sign.is_ascii_digit());
    }
    Ok(())
}
