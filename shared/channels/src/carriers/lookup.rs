//! The words of a label lead to a carrier (rule K1): by names and by the codes of label and tracking platforms, then by
//! the service where it makes another carrier. A number decides only where the words leave it open.

use super::Carrier;
use super::numbers::{Strength, forms};
use super::plain::plain;
use super::tables::{NAMES, NAMES_TEXT, NAMES_WITH_SERVICE, SERVICE_WORDS, SERVICES, SHARERS};
use domain::{Submission, Text};

/// What a label says of its carrier.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The carrier: a name, or the code of a platform.
    pub carrier: &'a str,
    /// The service. Empty where the label has none.
    pub service: &'a str,
    /// The tracking number. Empty where it is not known.
    pub number: &'a str,
}

impl<'a> Words<'a> {
    /// What a submission's label says of its carrier.
    pub fn of(submission: &'a Submission) -> Self {
        Self {
            carrier: submission.carrier.as_str(),
            service: submission.service.as_ref().map(Text::as_str).unwrap_or_default(),
            number: submission.tracking.as_str(),
        }
    }
}

/// What a label's words lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A carrier of the registry.
    Carrier {
        /// Which one.
        carrier: Carrier,
        /// What led there.
        why: Why,
        /// What a person should know, where the words could mean another carrier.
        doubt: Option<Doubt>,
    },
    /// No carrier of the registry.
    Unlisted(Unlisted),
}

/// Why words lead to no carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlisted {
    /// No row has these words.
    UnknownWords,
    /// The words name a broker or a reseller, and neither service nor number says whose parcel it is.
    Broker,
}

/// Which rule led to a carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The words are a name or a platform's code of the carrier.
    Name,
    /// The words are a platform's code that means this carrier with these services.
    NameWithService,
    /// The words are the carrier's name and one of its services.
    NameThenService,
    /// The words are the carrier's name with other words beside it, and a sign between them.
    NameBesideWords,
    /// The words mean `of`, and the service makes another carrier of it.
    Service {
        /// The carrier that the words alone mean.
        of: Carrier,
    },
    /// The words belong to several carriers or to a broker, and the number has this carrier's form.
    Number,
    /// The words belong to a broker, and the service begins with this carrier's name.
    ServiceOfBroker,
    /// The words belong to several carriers, and this is the widest of them.
    Widest,
}

/// Why a person should look at what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The words belong to these carriers, the one that was found included.
    Several(&'static [Carrier]),
    /// The words name a broker, so the carrier was taken from service or number.
    Broker,
}

/// Where a name leads.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lead {
    /// To one carrier.
    Carrier(Carrier),
    /// To several: this place among those that share names. A row is small so.
    Several(u8),
    /// To a broker. Some brokers share their name with a carrier.
    Broker(Option<Carrier>),
}

/// A name in its plain form: where it starts in the text of all names, which are in order, and where it leads.
#[derive(Debug)]
pub(super) struct NameRow {
    pub(super) start: u16,
    pub(super) lead: Lead,
}

/// A name that means a carrier with some services only.
#[derive(Debug)]
pub(super) struct NameWithService {
    pub(super) name: &'static str,
    pub(super) pattern: &'static str,
    pub(super) carrier: Carrier,
}

/// A service that makes another carrier.
#[derive(Debug)]
pub(super) struct ServiceRow {
    pub(super) from: Carrier,
    pub(super) pattern: &'static str,
    pub(super) to: Carrier,
}

/// The services of a carrier that may follow its name, between bars.
#[derive(Debug)]
pub(super) struct ServiceWords {
    pub(super) carrier: Carrier,
    pub(super) words: &'static str,
}

/// A label's words in their plain form.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) carrier: String,
    pub(super) service: String,
    pub(super) words: Words<'a>,
}

/// The carrier that a label's words mean.
pub fn look_up(words: &Words<'_>) -> Found {
    let found = Asked::of(words).found();
    if found == Found::Unlisted(Unlisted::UnknownWords) { beside_other_words(words) } else { found }
}

/// Letters and digits of a word beside a name that may be a name itself. Shorter ones are countries and counts.
const BESIDE_MIN: usize = 3;

/// The carrier of words that signs part, such as `DPD (CZ)` and `Canada Post / Postes Canada`: all of them that are names must
/// be names of one carrier.
fn beside_other_words(words: &Words<'_>) -> Found {
    let mut only = None;
    let parts = words.carrier.split(is_between_words).flat_map(|part| part.split(" - "));
    for (place, part) in parts.enumerate() {
        let asked = Asked::of(&Words { carrier: part, ..*words });
        if place > 0 && asked.carrier.len() < BESIDE_MIN {
            continue;
        }
        let Found::Carrier { carrier, doubt, .. } = asked.found() else { continue };
        match only {
            Some((former, _)) if former != carrier => {
                return Found::Unlisted(Unlisted::UnknownWords);
            }
            Some(_) => {}
            None => only = Some((carrier, doubt)),
        }
    }
    only.map_or(Found::Unlisted(Unlisted::UnknownWords), |(carrier, doubt)| Found::Carrier {
        carrier,
        why: Why::NameBesideWords,
        doubt,
    })
}

/// Signs that stand between a name and other words, and in no name.
const fn is_between_words(sign: char) -> bool {
    matches!(sign, '(' | ')' | '[' | ']' | ':' | ';' | ',' | '/' | '|' | '\u{2013}' | '\u{2014}')
}

/// The plain forms of the names that lead to a carrier, those that it shares with others included.
pub fn names_of(carrier: Carrier) -> impl Iterator<Item = &'static str> {
    let leads_there = move |lead: Lead| match lead {
        Lead::Carrier(one) => one == carrier,
        Lead::Several(place) => sharers(place).contains(&carrier),
        Lead::Broker(own) => own == Some(carrier),
    };
    let named = NAMES.iter().enumerate().filter(move |(_, row)| leads_there(row.lead));
    named.filter_map(|(index, _)| name(index))
}

/// Whether a plain form fits a pattern: parts between bars, each found anywhere in it, or `=` and the whole of it.
pub(super) fn fits(pattern: &str, form: &str) -> bool {
    pattern.split('|').any(|part| match part.strip_prefix('=') {
        Some(whole) => form == whole,
        None => form.contains(part),
    })
}

/// What follows each name of a carrier that a plain form begins with.
pub(super) fn after_names(form: &str, carrier: Carrier) -> impl Iterator<Item = &str> {
    let is_name = move |name: &str| lead(name).and_then(carrier_of) == Some(carrier);
    beginnings(form).filter(move |(name, _)| is_name(name)).map(|(_, rest)| rest)
}

fn name(index: usize) -> Option<&'static str> {
    let start = usize::from(NAMES.get(index)?.start);
    let end = NAMES.get(index.saturating_add(1)).map_or(NAMES_TEXT.len(), |row| row.start.into());
    NAMES_TEXT.get(start..end)
}

fn lead(form: &str) -> Option<Lead> {
    let (mut from, mut to) = (0, NAMES.len());
    while from < to {
        let middle = from.midpoint(to);
        let name = name(middle)?;
        match name.cmp(form) {
            std::cmp::Ordering::Less => from = middle.saturating_add(1),
            std::cmp::Ordering::Greater => to = middle,
            std::cmp::Ordering::Equal => return NAMES.get(middle).map(|row| row.lead),
        }
    }
    None
}

/// The carriers that share a name, the widest first.
fn sharers(place: u8) -> &'static [Carrier] {
    SHARERS.get(usize::from(place)).copied().unwrap_or_default()
}

/// The carrier of a name, and the widest of several.
fn carrier_of(lead: Lead) -> Option<Carrier> {
    match lead {
        Lead::Carrier(carrier) => Some(carrier),
        Lead::Several(place) => sharers(place).first().copied(),
        Lead::Broker(_) => None,
    }
}

/// Each way to part a form into a beginning and a rest, the longest beginning first.
fn beginnings(form: &str) -> impl Iterator<Item = (&str, &str)> {
    form.char_indices()
        .rev()
        .filter(|(at, _)| *at > 0)
        .filter_map(|(at, _)| form.split_at_checked(at))
}

/// The carrier that a service makes of another.
fn by_service(of: Carrier, service: &str) -> Option<Carrier> {
    SERVICES.iter().find(|row| row.from == of && fits(row.pattern, service)).map(|row| row.to)
}

fn is_service_of(carrier: Carrier, service: &str) -> bool {
    let known = SERVICE_WORDS.iter().find(|known| known.carrier == carrier);
    known.is_some_and(|known| known.words.split('|').any(|word| word == service))
}

const fn sure(carrier: Carrier, why: Why) -> Found {
    Found::Carrier { carrier, why, doubt: None }
}

impl<'a> Asked<'a> {
    pub(super) fn of(words: &Words<'a>) -> Self {
        Self { carrier: plain(words.carrier), service: plain(words.service), words: *words }
    }

    pub(super) fn found(&self) -> Found {
        let special = NAMES_WITH_SERVICE
            .iter()
            .find(|row| row.name == self.carrier && fits(row.pattern, &self.service));
        if let Some(row) = special {
            return sure(row.carrier, Why::NameWithService);
        }
        match lead(&self.carrier) {
            Some(Lead::Carrier(carrier)) => self.by_name(carrier, Why::Name),
            Some(Lead::Several(place)) => self.one_of(sharers(place)),
            Some(Lead::Broker(own)) => self.behind_a_broker(own),
            None => self.name_then_service(),
        }
    }

    fn by_name(&self, carrier: Carrier, why: Why) -> Found {
        match by_service(carrier, &self.service) {
            Some(other) => sure(other, Why::Service { of: carrier }),
            None => sure(carrier, why),
        }
    }

    /// The carrier's name, and behind it a service: one that makes another carrier, or one that is known to be its own.
    /// Other words behind a name may be part of another firm's name.
    fn name_then_service(&self) -> Found {
        for (name, service) in beginnings(&self.carrier) {
            let Some(carrier) = lead(name).and_then(carrier_of) else { continue };
            if let Some(other) = by_service(carrier, service) {
                return sure(other, Why::Service { of: carrier });
            }
            if is_service_of(carrier, service) {
                return self.by_name(carrier, Why::NameThenService);
            }
        }
        Found::Unlisted(Unlisted::UnknownWords)
    }

    fn one_of(&self, several: &'static [Carrier]) -> Found {
        let Some(widest) = several.first().copied() else {
            return Found::Unlisted(Unlisted::UnknownWords);
        };
        if let Some(other) = by_service(widest, &self.service) {
            return sure(other, Why::Service { of: widest });
        }
        let doubt = Some(Doubt::Several(several));
        let has_form = |carrier: &&Carrier| {
            forms(self.words.number).any(|found| found.is_right() && found.is_main_of(**carrier))
        };
        let mut with_form = several.iter().filter(has_form);
        match (with_form.next(), with_form.next()) {
            (Some(one), None) => Found::Carrier { carrier: *one, why: Why::Number, doubt },
            _ => Found::Carrier { carrier: widest, why: Why::Widest, doubt },
        }
    }

    fn behind_a_broker(&self, own: Option<Carrier>) -> Found {
        let doubt = Some(Doubt::Broker);
        if let Some(carrier) = self.carrier_in_service() {
            let carrier = by_service(carrier, &self.service).unwrap_or(carrier);
            return Found::Carrier { carrier, why: Why::ServiceOfBroker, doubt };
        }
        let mut owners = forms(self.words.number)
            .filter(|found| found.is_right() && found.form.strength != Strength::Weak)
            .filter_map(|found| found.owner());
        match (owners.next(), own) {
            (Some(carrier), _) if owners.all(|other| other == carrier) => {
                Found::Carrier { carrier, why: Why::Number, doubt }
            }
            (_, Some(own)) => Found::Carrier { carrier: own, why: Why::Name, doubt },
            (_, None) => Found::Unlisted(Unlisted::Broker),
        }
    }

    /// The carrier whose name the service begins with, in whole words: the longest such name.
    fn carrier_in_service(&self) -> Option<Carrier> {
        let mut form = String::new();
        let mut carrier = None;
        for word in self.words.service.split(|sign: char| !sign.is_alphanumeric()) {
            form.push_str(&plain(word));
            carrier = lead(&form).and_then(carrier_of).or(carrier);
        }
        carrier
    }
}
