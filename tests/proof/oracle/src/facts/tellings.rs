//! What was told of each label, and what of it counts. Rules L2, L7 and T4, and "Labels" under "Said exactly".

use super::{Facts, Label, Lines};
use crate::inputs::{LabelDetails, Ms};
use crate::names::{BASKETS, BasketLine, CARRIER_CLAIMS, NAMES, key};
use std::cmp::Ordering;

/// A label, as all that was told of it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptLabel {
    /// The telling that counts.
    pub telling: Label,
    /// The least of the tellings at its place that contradict it.
    pub least: Option<Label>,
    /// The latest `labeled_at` of its tellings.
    pub latest_at: Ms,
}

impl KeptLabel {
    /// Both tellings that are kept, the one that counts first.
    pub fn tellings(&self) -> impl Iterator<Item = Label> {
        std::iter::once(self.telling).chain(self.least)
    }

    /// The numbers that the parcel is known by, as keys.
    pub fn keys(&self) -> impl Iterator<Item = usize> {
        self.tellings().flat_map(|telling| telling.details.keys())
    }
}

/// What is submitted of a label: "number, carrier, service, address, lines and supply source".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Submitted {
    pub number: usize,
    pub carrier: usize,
    pub service: usize,
    pub url: usize,
    pub basket: usize,
    pub supply: usize,
}

impl LabelDetails {
    /// "Its place is `updated_at`, or without one `labeled_at`".
    pub fn place(&self) -> Ms {
        self.updated_at.unwrap_or(self.at)
    }

    /// The key of its number, and those of its further numbers (rule N4).
    pub fn keys(&self) -> impl Iterator<Item = usize> + use<> {
        let further = self.further;
        std::iter::once(key(self.number)).chain((0..3).filter(move |bit| further >> bit & 1 == 1))
    }

    /// What would be submitted of it.
    pub fn submitted(&self) -> Submitted {
        let Self { number, carrier, service, url, basket, supply, .. } = *self;
        Submitted { number, carrier, service, url, basket, supply }
    }

    /// "the key of the number, the carrier (as the registry knows it, else its letters and digits), the lines."
    fn claims(&self) -> (usize, &'static str, Lines) {
        let mut lines: Lines = BASKETS[self.basket].iter().map(BasketLine::claims).collect();
        lines.sort_unstable();
        (key(self.number), CARRIER_CLAIMS[self.carrier], lines)
    }

    /// "number, carrier, service, address, further numbers, lines, supply source, `ship_by`, `ships_on`, `labeled_at`."
    fn value(&self) -> impl Ord {
        let words = (
            &NAMES.numbers[self.number],
            &NAMES.carriers[self.carrier],
            &NAMES.services[self.service],
            &NAMES.urls[self.url],
        );
        let lines = (&NAMES.baskets[self.basket], &NAMES.supplies[self.supply]);
        (words, &NAMES.further[self.further], lines, self.ship_by, self.ships_on, self.at)
    }
}

impl Facts {
    /// Finds anew what counts of a label.
    pub(super) fn weigh(&mut self, package: usize, id: usize) {
        let is_of = |label: &&Label| (label.details.package, label.details.id) == (package, id);
        let told = || self.tellings.iter().filter(is_of);
        let Some(latest_at) = told().map(|label| label.details.at).max() else { return };
        let settled = self.settled.iter().rfind(is_of).copied();
        let counting = match settled {
            // "its telling counts, until one of a greater place comes"
            Some(settled) => {
                told().filter(|t| t.details.place() > settled.details.place()).collect()
            }
            None => told().collect::<Vec<_>>(),
        };
        let place = counting.iter().map(|label| label.details.place()).max();
        let at_place: Vec<Label> = counting
            .into_iter()
            .filter(|label| Some(label.details.place()) == place)
            .copied()
            .collect();
        let greatest = at_place.iter().map(|label| label.details.claims()).max();
        let least = at_place.iter().map(|label| label.details.claims()).min();
        let of_claims = |claims: &Option<_>| {
            let with = at_place.iter().filter(|l| Some(l.details.claims()) == *claims);
            // Of tellings that are equal by value the one that came first stays.
            with.copied().reduce(|best, next| {
                let is_greater = next.details.value().cmp(&best.details.value());
                if is_greater == Ordering::Greater { next } else { best }
            })
        };
        let telling = of_claims(&greatest).or(settled);
        let least = if least == greatest { None } else { of_claims(&least) };
        self.kept.retain(|kept| !is_of(&&kept.telling));
        self.kept.extend(telling.map(|telling| KeptLabel { telling, least, latest_at }));
        self.kept.sort_by_key(|kept| (kept.telling.details.package, kept.telling.details.id));
    }

    /// A label of a package, as all that was told of it comes to.
    pub fn kept(&self, package: usize, id: usize) -> Option<&KeptLabel> {
        self.kept_of(package).find(|kept| kept.telling.details.id == id)
    }

    /// Every label of a package.
    pub fn kept_of(&self, package: usize) -> impl Iterator<Item = &KeptLabel> {
        self.kept.iter().filter(move |kept| kept.telling.details.package == package)
    }
}
