//! `cargo local carriers`: what each channel would be told of a label's carrier, and what the registry knows. It needs no
//! stack.

use super::{Report, success};
use channels::Marketplace;
use channels::carriers::{Carrier, Codes, Found, Standing, Words, look_up, names_of, number_hint};
use domain::Channel;

/// Columns of a channel's name.
const NAME_WIDTH: usize = 12;

/// How much of the coverage is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The totals of each channel.
    Totals,
    /// Every carrier of each channel, too.
    All,
}

/// `cargo local carriers`: the carrier that words lead to and why, and what each channel would be told.
pub fn carriers(carrier: &str, service: &str, number: &str) -> Report {
    let words = Words { carrier, service, number };
    let found = look_up(&words);
    let mut lines = vec![found.to_string()];
    let carrier = match found {
        Found::Carrier { carrier, .. } => Some(carrier),
        Found::Unlisted(_) => None,
    };
    lines.extend(number_hint(carrier, number).map(|hint| hint.to_string()));
    let told = |channel: &Channel| channels::visit(*channel, Told { words });
    lines.extend(Channel::ALL.iter().map(told));
    success(lines.join("\n"))
}

/// `cargo local carriers --coverage`: how many carriers each channel lists, and how many names lead to them.
pub fn coverage(detail: Detail) -> Report {
    let total = Carrier::all().count();
    let names: usize = Carrier::all().map(|carrier| names_of(carrier).count()).sum();
    let mut lines = vec![format!("{total} carriers, {names} names")];
    lines.extend(Channel::ALL.iter().map(|channel| channels::visit(*channel, Coverage { detail })));
    success(lines.join("\n"))
}

/// Says what a channel would be told.
struct Told<'a> {
    words: Words<'a>,
}

impl channels::Visitor for Told<'_> {
    type Output = String;

    fn visit<M: Marketplace>(self) -> String {
        let told = match M::told_carrier(&self.words) {
            Ok(told) => {
                let name = told.name.filter(|name| *name != told.carrier);
                let name = name.map(|name| format!(", named `{name}`")).unwrap_or_default();
                let standing = match told.standing {
                    Standing::Listed => "listed",
                    Standing::Unlisted => "not listed",
                    Standing::NoList => "the label's words",
                };
                format!("`{}`{name} ({standing})", told.carrier)
            }
            Err(why) => format!("nothing: refused before it is sent ({why})"),
        };
        format!("{:NAME_WIDTH$} {told}", M::CHANNEL.to_string())
    }
}

/// Says what a channel lists.
struct Coverage {
    detail: Detail,
}

impl channels::Visitor for Coverage {
    type Output = String;

    fn visit<M: Marketplace>(self) -> String {
        let channel = format!("{:NAME_WIDTH$}", M::CHANNEL.to_string());
        let Some(codes) = M::CARRIERS else { return format!("{channel} has no list") };
        let names: usize = codes.carriers().map(|carrier| names_of(carrier).count()).sum();
        let mut lines = vec![format!(
            "{channel} lists {} carriers; {names} names lead to them",
            codes.carriers().count()
        )];
        if self.detail == Detail::All {
            lines.extend(codes.carriers().map(|carrier| row(codes, carrier)));
        }
        lines.join("\n")
    }
}

/// A carrier with its codes and the count of its names.
fn row(codes: &Codes, carrier: Carrier) -> String {
    let told: Vec<&str> = codes.codes_of(carrier).collect();
    format!("  {}: {} ({} names)", carrier.shown(), told.join(" | "), names_of(carrier).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_says_what_it_would_be_told() {
        let Report { text, succeeded } = carriers("UPS", "Mail Innovations", "1Z5W24700364158904");
        assert!(succeeded);
        for line in [
            "UPS Mail Innovations: the service makes another carrier of UPS",
            "the number has the form UPS 1Z, and its check digit is wrong",
            "amazon       `UPS Mail Innovations` (listed)",
            "ebay         `UPS` (listed)",
            "groupon      `upsmi` (listed)",
            "until_gone   `UPS` (the label's words)",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn an_unlisted_carrier_is_named_or_refused() {
        let Report { text, .. } = carriers("uds", "", "");
        assert!(text.contains("`Other`, named `United Delivery Service` (not listed)"), "{text}");
        assert!(text.contains("wish         nothing: refused before it is sent"), "{text}");
    }

    #[test]
    fn the_coverage_has_totals_and_a_list() {
        let totals = coverage(Detail::Totals).text;
        assert_eq!(totals.lines().count(), Channel::ALL.len() + 1);
        assert!(totals.contains("groupon      lists "), "{totals}");
        let all = coverage(Detail::All).text;
        assert!(all.lines().any(|line| line.starts_with("  OnTrac: ont (")), "{all}");
    }
}
