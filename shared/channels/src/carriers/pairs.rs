//! A partner's own pairs (rule K2): which of them a label's words lead to, and what a code may be.

use super::lookup::Words;
use super::plain::plain;
use crate::marketplace::{Marketplace, Visitor};
use crate::visit;
use domain::{CarrierPair, Channel, Fault, TEXT_MAX, Text};

/// The form of a channel's codes. Which codes there are may be known to the seller alone.
#[derive(Clone, Copy, Debug)]
pub struct CodeForm {
    /// The longest code, in characters.
    chars_max: usize,
    is_taken: fn(char) -> bool,
    /// What is allowed, in words.
    allowed: &'static str,
}

impl CodeForm {
    /// Whatever a text may have: a name that people read.
    pub(crate) const ANY: Self =
        Self { chars_max: TEXT_MAX, is_taken: |_| true, allowed: "1 to 200 characters" };

    /// As every code of eBay's is. Source: E and the lists that the registry names.
    pub(crate) const LETTERS_AND_DIGITS: Self = Self {
        chars_max: 50,
        is_taken: |sign| sign.is_ascii_alphanumeric(),
        allowed: "1 to 50 letters and digits, no blanks or signs, such as FedEx",
    };

    /// As every known code of Groupon's is.
    pub(crate) const LETTERS_DIGITS_HYPHENS: Self = Self {
        chars_max: 50,
        is_taken: |sign| sign.is_ascii_alphanumeric() || sign == '-',
        allowed: "1 to 50 letters, digits and hyphens, such as i-parcel",
    };

    /// As every known provider of Wish's is.
    pub(crate) const WORDS: Self = Self {
        chars_max: 50,
        is_taken: |sign| sign.is_ascii_alphanumeric() || "-_() ".contains(sign),
        allowed: "1 to 50 letters, digits, blanks, hyphens, underscores and brackets, such as DHLeCommerce",
    };
}

/// The form in which the words of a carrier are compared. `-` where they have neither a letter nor a digit.
pub fn form(carrier: &str) -> Text {
    Text::cut(&plain(carrier))
}

/// The channel's code of the pair that a label's words lead to. A pair with the service comes before one without.
pub fn own_code<'a>(pairs: &'a [CarrierPair], words: &Words<'_>) -> Option<&'a Text> {
    if pairs.is_empty() {
        return None;
    }
    let (carrier, service) = (plain(words.carrier), plain(words.service));
    let of_carrier = || pairs.iter().filter(|pair| plain(pair.carrier.as_str()) == carrier);
    let with_service = of_carrier()
        .find(|pair| pair.service.as_ref().is_some_and(|own| plain(own.as_str()) == service));
    with_service.or_else(|| of_carrier().find(|pair| pair.service.is_none())).map(|pair| &pair.code)
}

/// Whether two pairs are for the same words, so that nobody could say which of them counts.
pub fn are_for_same_words(one: &CarrierPair, other: &CarrierPair) -> bool {
    let service = |pair: &CarrierPair| pair.service.as_ref().map(|own| plain(own.as_str()));
    plain(one.carrier.as_str()) == plain(other.carrier.as_str()) && service(one) == service(other)
}

/// What is wrong with a pair of a partner at this channel, if anything is.
pub fn pair_fault(channel: Channel, pair: &CarrierPair) -> Option<Fault> {
    let words = [("carrier", Some(&pair.carrier)), ("service", pair.service.as_ref())];
    for (field, text) in words {
        if text.is_some_and(|text| plain(text.as_str()).is_empty()) {
            let problem = "has neither a letter nor a digit, so that it would be like any other";
            return Some(Fault::new(field, problem).allowing(["the words of a label"]));
        }
    }
    let form = visit(channel, FormOf);
    let code = pair.code.as_str();
    let is_right = code.chars().count() <= form.chars_max
        && code.chars().all(form.is_taken)
        && !plain(code).is_empty();
    (!is_right).then(|| {
        let problem = format!("`{code}` cannot be a carrier's code at {}", channel.shown());
        Fault::new("code", problem).allowing([form.allowed])
    })
}

/// Asks for the form of a channel's codes.
struct FormOf;

impl Visitor for FormOf {
    type Output = CodeForm;

    fn visit<M: Marketplace>(self) -> CodeForm {
        M::CODE_FORM
    }
}
