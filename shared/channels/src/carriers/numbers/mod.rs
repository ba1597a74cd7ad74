//! Which carriers' forms a tracking number has, and whether its check digit is right (rule N6). A number never says who
//! carries the parcel against a label's words: parcels are handed over, and forms are shared.

mod check;
mod countries;
mod table;

use super::Carrier;
use countries::{is_country, is_operator, operator};
use table::FORMS;

/// How much a form says of whose number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Letters or a check make it one carrier's beyond doubt.
    Unmistakable,
    /// It has a check digit, which one in ten foreign numbers of this length has by chance.
    Checked,
    /// Many numbers look like it.
    Weak,
}

/// A part of a form, as it stands in a number's letters and digits.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// These letters and digits.
    Text(&'static str),
    /// One of these letters and digits.
    OneOf(&'static str),
    /// One of these beginnings.
    Among(&'static [&'static str]),
    /// So many digits.
    Digits(usize),
    /// So many letters.
    Letters(usize),
    /// So many letters or digits.
    Signs(usize),
    /// So many digits, at least and at most. Only at the end.
    DigitsUpTo(usize, usize),
    /// So many letters or digits, at least and at most, a digit among them. Only at the end.
    SignsUpTo(usize, usize),
}

/// Which part of a number has a check digit at its end, and by which rule.
#[derive(Clone, Copy, Debug)]
enum Check {
    None,
    /// The weights of a sum to the next ten, from this place on.
    Ten(usize, &'static [u32]),
    /// The weights of a sum modulo 11 and 10, from one place to another.
    Eleven(usize, usize, &'static [u32]),
    /// A sum to the next ten over these digits and the number without its first sign.
    TenBehind(&'static str, usize, &'static [u32]),
    Seven,
    Luhn,
    Ups(usize),
    Upu,
    Iso7064,
}

/// A form of tracking numbers.
#[derive(Debug)]
pub struct Form {
    /// What people call it.
    pub name: &'static str,
    /// How much it says of whose number it is.
    pub strength: Strength,
    /// The carriers whose form it is.
    owners: &'static [Carrier],
    /// Other carriers whose parcels have such numbers, too.
    shared_with: &'static [Carrier],
    parts: &'static [Part],
    check: Check,
}

/// What a number's check digit says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckDigit {
    /// It is right.
    Right,
    /// It is wrong.
    Wrong,
    /// The form has none.
    None,
}

/// A form that a number has.
#[derive(Clone, Copy, Debug)]
pub struct FormFound {
    /// Which one.
    pub form: &'static Form,
    /// What its check digit says.
    pub check: CheckDigit,
    /// For a number of the postal union: whose country it names.
    operator: Option<Carrier>,
}

/// Why a person should look at a number.
#[derive(Clone, Copy, Debug)]
pub enum NumberHint {
    /// The number has this form of the label's carrier, and its check digit is wrong.
    CheckDigitWrong(&'static Form),
    /// The number has none of the carrier's forms, and this one of another.
    OfAnother(FormFound),
}

impl FormFound {
    /// Whether nothing contradicts the form.
    pub fn is_right(&self) -> bool {
        self.check != CheckDigit::Wrong
    }

    /// Whether the form is the carrier's own.
    pub fn is_main_of(&self, carrier: Carrier) -> bool {
        self.operator == Some(carrier) || self.form.owners.contains(&carrier)
    }

    /// Whether the carrier's parcels have numbers of this form.
    pub fn is_of(&self, carrier: Carrier) -> bool {
        let is_by_post = matches!(self.form.check, Check::Upu) && is_operator(carrier);
        self.is_main_of(carrier) || self.form.shared_with.contains(&carrier) || is_by_post
    }

    /// The carrier whose form it is, if it is one's alone.
    pub fn owner(&self) -> Option<Carrier> {
        match self.form.owners {
            [one] => Some(*one),
            _ => self.operator,
        }
    }
}

/// The forms that a number has, its signs left out.
pub fn forms(number: &str) -> impl Iterator<Item = FormFound> {
    let signs: Vec<u8> = number
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|sign| sign.to_ascii_uppercase())
        .collect();
    FORMS.iter().filter_map(move |form| form.found(&signs))
}

/// What a person should know of a number beside the label's carrier, if anything.
pub fn number_hint(carrier: Option<Carrier>, number: &str) -> Option<NumberHint> {
    let is_own = |found: &FormFound| carrier.is_some_and(|carrier| found.is_of(carrier));
    if forms(number).any(|found| is_own(&found) && found.is_right()) {
        return None;
    }
    if let Some(wrong) = forms(number).find(is_own) {
        return Some(NumberHint::CheckDigitWrong(wrong.form));
    }
    let has_forms =
        FORMS.iter().any(|form| carrier.is_some_and(|carrier| form.owners.contains(&carrier)));
    let says_enough = |found: &FormFound| match found.form.strength {
        Strength::Unmistakable => true,
        Strength::Checked => has_forms,
        Strength::Weak => false,
    };
    forms(number).find(|found| found.is_right() && says_enough(found)).map(NumberHint::OfAnother)
}

impl Form {
    fn found(&'static self, signs: &[u8]) -> Option<FormFound> {
        let mut rest = signs;
        for part in self.parts {
            rest = part.after(rest)?;
        }
        if !rest.is_empty() {
            return None;
        }
        let country = if matches!(self.check, Check::Upu) { signs.last_chunk::<2>() } else { None };
        if country.is_some_and(|country| !is_country(*country)) {
            return None;
        }
        let operator = country.and_then(|country| operator(*country));
        Some(FormFound { form: self, check: self.check.of(signs), operator })
    }
}

impl Part {
    /// What follows this part, if the signs begin with it.
    fn after(self, signs: &[u8]) -> Option<&[u8]> {
        let many = |count: usize, is_one: fn(&u8) -> bool| {
            let (part, rest) = signs.split_at_checked(count)?;
            part.iter().all(is_one).then_some(rest)
        };
        match self {
            Self::Text(text) => signs.strip_prefix(text.as_bytes()),
            Self::OneOf(choice) => {
                let (first, rest) = signs.split_first()?;
                choice.as_bytes().contains(first).then_some(rest)
            }
            Self::Among(texts) => texts.iter().find_map(|text| signs.strip_prefix(text.as_bytes())),
            Self::DigitsUpTo(least, most) => {
                let are_digits = signs.iter().all(u8::is_ascii_digit);
                (are_digits && (least..=most).contains(&signs.len())).then_some(&[])
            }
            Self::Digits(count) => many(count, u8::is_ascii_digit),
            Self::Letters(count) => many(count, u8::is_ascii_uppercase),
            Self::Signs(count) => many(count, u8::is_ascii_alphanumeric),
            Self::SignsUpTo(least, most) => {
                let has_digit = signs.iter().any(u8::is_ascii_digit);
                (has_digit && (least..=most).contains(&signs.len())).then_some(&[])
            }
        }
    }
}

impl Check {
    fn of(self, signs: &[u8]) -> CheckDigit {
        let from = |place: usize| signs.get(place..).unwrap_or_default();
        let is_right = match self {
            Self::None => return CheckDigit::None,
            Self::Ten(place, weights) => check::ten(from(place), weights),
            Self::Eleven(start, end, weights) => {
                check::eleven_then_ten(signs.get(start..end).unwrap_or_default(), weights)
            }
            Self::TenBehind(digits, place, weights) => {
                check::ten(&[digits.as_bytes(), from(place)].concat(), weights)
            }
            Self::Seven => check::seven(signs),
            Self::Luhn => check::luhn(signs),
            Self::Ups(place) => check::ups(from(place)),
            Self::Upu => check::upu(signs.get(2..11).unwrap_or_default()),
            Self::Iso7064 => check::iso_7064(signs),
        };
        if is_right { CheckDigit::Right } else { CheckDigit::Wrong }
    }
}

#[cfg(test)]
mod tests;
