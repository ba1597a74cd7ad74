//! What a channel calls a carrier: its codes, and under which conditions one of several is meant.

use super::Carrier;
use super::lookup::{Asked, Found, Words, after_names, fits};
use super::numbers::forms;
use super::plain::plain;

/// The codes of one channel, in the order of their carriers.
#[derive(Debug)]
pub struct Codes(pub(super) &'static [CodeRow]);

/// Which carriers a channel lists, a bit for each carrier of the registry. It is small where [`Codes`] are not.
#[derive(Debug)]
pub struct ListedCarriers(pub(super) &'static [u8]);

/// What a channel's list of carriers comes to, without its codes.
#[derive(Clone, Copy, Debug)]
pub struct CarrierList {
    /// The carriers that it lists.
    pub listed: &'static ListedCarriers,
    /// What becomes of all others.
    pub others: OtherCarriers,
}

/// What a channel is told of a carrier that it does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherCarriers {
    /// This word, and the carrier's name beside it.
    WithName(&'static str),
    /// This word.
    Word(&'static str),
    /// Nothing: a confirmation with such a carrier is refused before it is sent.
    Refused,
}

impl ListedCarriers {
    /// Whether a carrier is listed.
    pub fn has(&self, carrier: Carrier) -> bool {
        let bits = self.0.get(usize::from(carrier.0 / 8));
        bits.is_some_and(|bits| bits >> (carrier.0 % 8) & 1 == 1)
    }
}

/// A code of a carrier at a channel.
#[derive(Debug)]
pub(super) struct CodeRow {
    pub(super) carrier: Carrier,
    pub(super) when: When,
    pub(super) text: &'static str,
}

/// When a code is meant. The conditions of a carrier are tried in the order of the registry; each carrier has at most one
/// code without a condition, and it is the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Where no other code of the carrier is meant.
    Always,
    /// Where the label's words are this code, without regard to case, blanks and signs.
    Said,
    /// Where the label's words are this code to the letter.
    Exact,
    /// Where the service fits the pattern, or the label's words are this code.
    Service(&'static str),
    /// At this site of the channel.
    Site(&'static str),
    /// Where the number has this carrier's form.
    Number(Carrier),
}

/// Whether a channel lists what a label's words mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    /// By this code.
    Code(&'static str),
    /// Not; the carrier, where the registry knows it.
    None(Option<Carrier>),
}

/// What a channel is told of a label's carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told<'a> {
    /// What goes in the carrier's place.
    pub carrier: &'a str,
    /// The name that goes beside it, where the channel takes one.
    pub name: Option<&'a str>,
    /// Whether the channel lists it.
    pub standing: Standing,
}

/// How a carrier stands at a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The channel lists it.
    Listed,
    /// The channel does not list it, and takes it by its word for all others.
    Unlisted,
    /// The channel has no list.
    NoList,
}

impl<'a> Told<'a> {
    pub(crate) const fn listed(code: &'a str) -> Self {
        Self { carrier: code, name: None, standing: Standing::Listed }
    }

    pub(crate) const fn unlisted(code: &'a str) -> Self {
        Self { carrier: code, name: None, standing: Standing::Unlisted }
    }
}

impl Codes {
    /// The code of what a label's words mean. `site` is the channel's site as the registry writes it, or empty where it is
    /// not known.
    pub(crate) fn listing(&self, words: &Words<'_>, site: &str) -> Listing {
        let asked = Asked::of(words);
        let Found::Carrier { carrier, .. } = asked.found() else { return Listing::None(None) };
        match self.code(carrier, &asked, site) {
            Some(code) => Listing::Code(code),
            None => Listing::None(Some(carrier)),
        }
    }

    /// The carriers that the channel lists, each once.
    pub fn carriers(&self) -> impl Iterator<Item = Carrier> {
        self.0
            .chunk_by(|one, next| one.carrier == next.carrier)
            .filter_map(|codes| codes.first())
            .map(|code| code.carrier)
    }

    /// Every code of a carrier that can be told.
    pub fn codes_of(&self, carrier: Carrier) -> impl Iterator<Item = &'static str> {
        self.of(carrier).iter().map(|code| code.text)
    }

    /// A code as the channel writes it: this very one, or the only one that has the same letters and digits.
    pub(crate) fn spelled(&self, code: &str) -> Option<&'static str> {
        let codes = || self.0.iter().map(|row| row.text);
        if let Some(exact) = codes().find(|text| *text == code) {
            return Some(exact);
        }
        let form = plain(code);
        let mut alike = codes().filter(|text| plain(text) == form);
        let first = alike.next()?;
        alike.all(|other| other == first).then_some(first)
    }

    fn of(&self, carrier: Carrier) -> &'static [CodeRow] {
        let start = self.0.partition_point(|code| code.carrier < carrier);
        let end = self.0.partition_point(|code| code.carrier <= carrier);
        self.0.get(start..end).unwrap_or_default()
    }

    fn code(&self, carrier: Carrier, asked: &Asked<'_>, site: &str) -> Option<&'static str> {
        let codes = self.of(carrier);
        let always = codes.iter().find(|code| code.when == When::Always);
        let is_always = always.is_some_and(|code| plain(code.text) == asked.carrier);
        let is_said = |code: &&CodeRow| match code.when {
            When::Exact => code.text == asked.words.carrier,
            When::Said | When::Service(_) => !is_always && plain(code.text) == asked.carrier,
            When::Always | When::Site(_) | When::Number(_) => false,
        };
        let is_meant = |code: &&CodeRow| match code.when {
            When::Service(pattern) => {
                services(asked, carrier).any(|service| fits(pattern, service))
            }
            When::Site(known) => known == site,
            When::Number(owner) => {
                forms(asked.words.number).any(|found| found.is_right() && found.is_main_of(owner))
            }
            When::Always | When::Said | When::Exact => false,
        };
        let special = codes.iter().find(is_said).or_else(|| codes.iter().find(is_meant));
        special.or(always).map(|code| code.text)
    }
}

/// What may be the service: what a label says as such, what follows the carrier's name there, as some labels have it, and
/// what follows its name in the carrier's place.
fn services<'a>(asked: &'a Asked<'_>, carrier: Carrier) -> impl Iterator<Item = &'a str> {
    let behind = [&asked.carrier, &asked.service].map(String::as_str);
    let behind = behind.into_iter().flat_map(move |form| after_names(form, carrier));
    std::iter::once(asked.service.as_str()).chain(behind)
}
