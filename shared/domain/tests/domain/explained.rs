//! An order in sentences, for whoever supports a seller.

use crate::build::*;
use crate::steps;
use domain::{
    Action, Attention, Change, Channel, Explanation, Mark, Outcome, PackageId, Reading, Resolution,
    Text, Timing, What, explain,
};
use std::collections::BTreeSet;
use std::fmt::Write as _;

type Row = (&'static str, Channel, Vec<(i64, Step)>);

fn sent() -> Vec<(i64, Step)> {
    steps![0 => assigned("A"), 1 => claim("1")]
}

fn and(steps: Vec<(i64, Step)>, more: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    steps.into_iter().chain(more).collect()
}

fn in_doubt() -> Vec<(i64, Step)> {
    and(sent(), steps![2 => ended(unknown())])
}

/// An order in each state, for each of its reasons.
#[rustfmt::skip]
fn rows() -> Vec<Row> {
    use Channel::{Amazon, BackMarket, Groupon, Wish};
    let phone = || assigned("A").phones(&[("i1", 1)]);
    vec![
        ("waiting for a first label", Amazon, steps![0 => void("A")]),
        ("waiting in place of a voided label", Amazon, steps![0 => label("A"), 1 => void("A")]),
        ("waiting for movement", Amazon, steps![0 => label("A").ship_by(DAY)]),
        ("waiting for movement, sent without", Amazon, steps![0 => label("A").ship_by(DAY).sends(4).or_after(9)]),
        ("scans of another parcel", Amazon, steps![3 * DAY => label("A").made(3 * DAY), 3 * DAY => moved("A", 0)]),
        ("waiting for its day", Amazon, steps![0 => assigned("A").ships(DAY)]),
        ("waiting for its time", Amazon, steps![0 => assigned("A").sent_after(HOUR)]),
        ("waiting for IMEIs", BackMarket, steps![0 => phone()]),
        ("ready", Amazon, steps![0 => assigned("A")]),
        ("ready after a failure", Amazon, and(sent(), steps![2 => ended(not_applied())])),
        ("held for IMEIs", BackMarket, steps![0 => phone().or_hold(), HOUR => tick()]),
        ("held by a person", Amazon, steps![0 => label("A"), 1 => act(Action::Hold)]),
        ("a disputed label", Amazon, steps![0 => label("A"), 1 => label("A").number("B")]),
        ("a former label moves", Amazon, steps![0 => label("A"), 6 => label("B").made(6), 9 => moved("A", 8)]),
        ("lines were cancelled", Amazon, steps![0 => label("A").lines(&[("i1", 2)]).with_codes(&["AZ:2S9XQ7KD41B0M6TRW8PJFHYZ3N"]), 1 => cancel_lines(&[("i1", 1)])]),
        ("a wish to cancel", Amazon, steps![0 => label("A"), 1 => told_wish(true, 1)]),
        ("cancelled", Amazon, steps![0 => label("A"), 1 => cancel(1)]),
        ("another package's number", BackMarket, and(sent(), steps![2 => ended(Outcome::ACCEPTED), 3 => assigned("B").of("2")])),
        ("never", Amazon, steps![0 => label("A").under(Timing::Never)]),
        ("rejected", Amazon, and(sent(), steps![2 => ended(refused())])),
        ("closed before it was sent", Amazon, and(sent(), steps![2 => ended(refused()), 3 => act(Action::Resolve(Resolution::Closed))])),
        ("sending", Amazon, sent()),
        ("in doubt", Groupon, in_doubt()),
        ("the identical request again", Amazon, and(in_doubt(), steps![32 => read(Reading::Absent)])),
        ("in doubt where nobody can be asked", Channel::UntilGone, steps![0 => assigned("A"), 1 => claim_deduped("h"), 2 => ended(unknown())]),
        ("confirmed", Amazon, steps![0 => label("A"), 9 => moved("A", 8), 9 => claim_verified(), 10 => ended(Outcome::ACCEPTED)]),
        ("read back", Amazon, and(in_doubt(), steps![32 => read(Reading::Ours(domain::ShownImeis::default()))])),
        ("by a person's word", Amazon, and(in_doubt(), steps![DAY + HOUR => tick(), DAY + HOUR => act(Action::Resolve(Resolution::Confirmed))])),
        ("sent by a person", Amazon, steps![0 => label("A"), 1 => act(Action::SendNow), 2 => claim("1"), 3 => ended(Outcome::ACCEPTED)]),
        ("conflict", Amazon, and(in_doubt(), steps![32 => read(Reading::Other(text("X9.")))])),
        ("unresolved", Amazon, and(in_doubt(), steps![DAY + HOUR => tick()])),
        ("a former number", Wish, and(in_doubt(), steps![32 => read(Reading::Former(text("OLD1")))])),
        ("closed after it was sent", Amazon, and(in_doubt(), steps![DAY + HOUR => tick(), DAY + HOUR => act(Action::Resolve(Resolution::Closed))])),
        ("a device that is registered later", BackMarket, steps![0 => assigned("A").phones(&[("i1", 1), ("i2", 1)]), 0 => imeis("i1", &[IMEIS[0]], 0), 0 => imeis("i2", &[IMEIS[1]], 0), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)]),
        ("a refused label", Amazon, steps![0 => label_refused("e1", Some("1"))]),
        ("only updated", Amazon, steps![0 => told_shipped(0)]),
    ]
}

fn explained((_, channel, steps): &Row) -> Explanation {
    let last = steps.last().map_or(0, |(at, _)| *at);
    explain(play(*channel, steps.clone()).order, None, at(last))
}

fn in_words(explained: &Explanation) -> String {
    let mut text = String::new();
    for said in &explained.order {
        writeln!(text, "  {said}").unwrap();
    }
    for package in &explained.packages {
        writeln!(text, "  package {} is {}: {}", package.package_id, package.state, package.stands)
            .unwrap();
        let parts = [
            ("because", &package.because),
            ("next", &package.next),
            ("needs", &package.needs),
            ("would change", &package.would_change),
        ];
        for (name, said) in parts {
            for one in said {
                writeln!(text, "    {name}: {one}").unwrap();
            }
        }
    }
    for told in &explained.timeline {
        writeln!(text, "  {}: {}", told.at, told.says).unwrap();
    }
    text
}

/// Rules S1 to S5, L1 to L9, T5, M4, M7, P5 to P13: whatever state an order is in, it is said why, and what comes next.
#[test]
fn each_state_is_explained() {
    let mut text = String::new();
    for row in rows() {
        write!(text, "{}\n{}\n", row.0, in_words(&explained(&row))).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn each_state_is_among_the_rows() {
    let states: BTreeSet<&str> = rows()
        .iter()
        .flat_map(|row| explained(row).packages)
        .map(|package| package.state)
        .collect();
    let all = [
        "closed",
        "confirmed",
        "conflict",
        "held",
        "in_doubt",
        "ready",
        "rejected",
        "sending",
        "unresolved",
        "waiting",
        "withheld",
    ];
    assert_eq!(states, BTreeSet::from(all));
}

/// Nothing is said half, and everything is a sentence.
#[test]
fn what_is_said_is_whole() {
    for row in rows() {
        let explained = explained(&row);
        let packages = explained.packages.iter();
        let said = packages.flat_map(|package| {
            let parts = [&package.because, &package.next, &package.needs, &package.would_change];
            parts.into_iter().flatten().chain([&package.stands])
        });
        for sentence in
            said.chain(&explained.order).chain(explained.timeline.iter().map(|told| &told.says))
        {
            let is_whole =
                sentence.ends_with('.') && !sentence.contains("..") && !sentence.contains("  ");
            assert!(is_whole, "{}: {sentence}", row.0);
        }
        for package in &explained.packages {
            assert!(!package.stands.is_empty() && !package.next.is_empty(), "{}", row.0);
        }
    }
}

#[test]
fn i8_devices_and_codes_are_masked() {
    for row in rows() {
        let text = in_words(&explained(&row));
        for secret in [IMEIS[0], IMEIS[1], "2S9XQ7KD41B0M6TRW8PJFHYZ3N"] {
            assert!(!text.contains(secret), "{}: {text}", row.0);
        }
    }
}

/// Every mark: each is a reason by the same name.
fn marks() -> impl Iterator<Item = Mark> {
    Attention::ALL
        .into_iter()
        .filter_map(|reason| serde_json::from_value(reason.name().into()).ok())
}

/// A timeline that an older or a newer release wrote has any change and any mark.
#[test]
fn each_change_and_each_mark_has_words() {
    let package: PackageId = "1".parse().unwrap();
    let mut order = play(Channel::Amazon, sent()).order;
    let marked = |mark: Mark| Change {
        at: at(0),
        package: Some(package.clone()),
        what: What::Marked,
        note: Some(text(mark.name())),
    };
    order.timeline = marks().map(marked).collect();
    order.timeline.push(Change { note: Some(Text::cut("of_tomorrow")), ..marked(Mark::Delayed) });
    let told = explain(order, None, at(0)).timeline;
    let said: Vec<&str> = told.iter().map(|told| told.says.as_str()).collect();
    let different: BTreeSet<&str> = said.iter().copied().collect();
    assert_eq!(different.len(), said.len(), "{said:#?}");
    assert!(said.contains(&"It was marked for a person: no scan so far."), "{said:#?}");
    assert_eq!(said.last(), Some(&"It was marked for a person: of tomorrow."));
}
