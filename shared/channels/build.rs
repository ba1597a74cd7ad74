//! Makes the tables of the carriers out of `src/carriers/registry.tsv`, so that a lookup reads static slices and a cold
//! start pays nothing for them. A row that contradicts another fails the build.

#![expect(
    clippy::disallowed_methods,
    reason = "this is how cargo tells a build script where to write"
)]
#![expect(clippy::print_stderr, reason = "cargo shows it to whoever's build fails")]

#[path = "src/carriers/plain.rs"]
mod plain;

use plain::plain;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

const REGISTRY: &str = "src/carriers/registry.tsv";

/// What carries a row that belongs to no carrier.
const NOBODY: &str = "-";

/// How well a fact is known. README.md beside the registry says what each means.
const MARKS: [&str; 4] = ["V", "V*", "M", "I"];

type Failure = Box<dyn std::error::Error>;

/// A row of the registry.
struct Fact<'a> {
    line: usize,
    carrier: &'a str,
    kind: &'a str,
    place: &'a str,
    value: &'a str,
    when: &'a str,
}

/// Where a name leads.
#[derive(Clone, PartialEq, Eq)]
enum Lead {
    Carrier(usize),
    Several(Vec<usize>),
    Broker(Option<usize>),
}

/// All carriers, in the order of their keys.
struct Carriers<'a> {
    keys: Vec<&'a str>,
    shown: Vec<&'a str>,
}

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed={REGISTRY}");
    println!("cargo::rerun-if-changed=src/carriers/plain.rs");
    println!("cargo::rerun-if-changed=build.rs");
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The tables of the carriers could not be made: {error}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Failure> {
    let text = fs::read_to_string(REGISTRY)?;
    let facts = facts(&text)?;
    let carriers = carriers(&facts)?;
    let mut out = String::new();
    write_carriers(&mut out, &carriers)?;
    write_names(&mut out, &names(&facts, &carriers)?)?;
    write_services(&mut out, &facts, &carriers)?;
    let channels: BTreeSet<&str> =
        facts.iter().filter(|fact| fact.kind == "code").map(|fact| fact.place).collect();
    for channel in channels {
        write_codes(&mut out, &facts, &carriers, channel)?;
    }
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("registry.rs"), out)?;
    Ok(())
}

fn facts(text: &str) -> Result<Vec<Fact<'_>>, Failure> {
    let mut facts = Vec::new();
    for (number, row) in text.lines().enumerate().skip(1) {
        let line = number.saturating_add(1);
        let cells: Vec<&str> = row.split('\t').collect();
        let [carrier, kind, place, value, when, source, mark] = cells[..] else {
            return Err(format!("line {line} has not seven columns").into());
        };
        let is_sourced = kind == "carrier" || (!source.is_empty() && MARKS.contains(&mark));
        if value.is_empty() || !is_sourced {
            return Err(format!("line {line} needs a value, a source and a mark").into());
        }
        facts.push(Fact { line, carrier, kind, place, value, when });
    }
    Ok(facts)
}

fn carriers<'a>(facts: &[Fact<'a>]) -> Result<Carriers<'a>, Failure> {
    let mut carriers = Carriers { keys: Vec::new(), shown: Vec::new() };
    for fact in facts.iter().filter(|fact| fact.kind == "carrier") {
        if carriers.keys.last().is_some_and(|last| *last >= fact.carrier) {
            return Err(format!("line {}: carriers are not in order", fact.line).into());
        }
        carriers.keys.push(fact.carrier);
        carriers.shown.push(fact.value);
    }
    Ok(carriers)
}

impl Carriers<'_> {
    fn index(&self, key: &str, line: usize) -> Result<usize, Failure> {
        let refuse = |_| format!("line {line}: there is no carrier `{key}`").into();
        self.keys.binary_search(&key).map_err(refuse)
    }
}

/// Every name in its plain form. A channel's code is a name, too, where no other carrier has it as name or code.
fn names(facts: &[Fact<'_>], carriers: &Carriers<'_>) -> Result<BTreeMap<String, Lead>, Failure> {
    let mut names: BTreeMap<String, Lead> = BTreeMap::new();
    let with_several: BTreeSet<&str> =
        facts.iter().filter(|fact| fact.kind == "several").map(|fact| fact.value).collect();
    for fact in facts {
        let form = plain(fact.value);
        let lead = match fact.kind {
            "name" | "also" if fact.when.is_empty() => {
                Lead::Carrier(carriers.index(fact.carrier, fact.line)?)
            }
            "several" => Lead::Several(several(fact, carriers)?),
            "broker" if fact.carrier == NOBODY => Lead::Broker(None),
            "broker" => Lead::Broker(Some(carriers.index(fact.carrier, fact.line)?)),
            "carrier" | "also" | "code" | "name" | "service" | "words" | "never" => continue,
            other => return Err(format!("line {}: `{other}` is no fact", fact.line).into()),
        };
        if matches!(fact.kind, "name" | "also") && with_several.contains(form.as_str()) {
            continue;
        }
        let known = names.get(&form);
        let may_replace = matches!(lead, Lead::Broker(Some(_)));
        if form.is_empty() || known.is_some_and(|known| *known != lead) && !may_replace {
            return Err(format!("line {}: `{form}` leads to two carriers", fact.line).into());
        }
        names.insert(form, lead);
    }
    let mut codes: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.kind == "code") {
        let index = carriers.index(fact.carrier, fact.line)?;
        codes.entry(plain(fact.value)).or_default().insert(index);
    }
    for (form, owners) in codes {
        if let (Some(owner), 1) = (owners.first(), owners.len()) {
            names.entry(form).or_insert(Lead::Carrier(*owner));
        }
    }
    Ok(names)
}

/// The carriers of a name that several have, the widest first.
fn several(fact: &Fact<'_>, carriers: &Carriers<'_>) -> Result<Vec<usize>, Failure> {
    let keys = std::iter::once(fact.carrier).chain(fact.when.split('+'));
    keys.map(|key| carriers.index(key, fact.line)).collect()
}

fn write_carriers(out: &mut String, carriers: &Carriers<'_>) -> Result<(), Failure> {
    writeln!(out, "pub(super) static KEYS: &[&str] = &{:?};", carriers.keys)?;
    writeln!(out, "pub(super) static SHOWN: &[&str] = &{:?};", carriers.shown)?;
    writeln!(out, "impl Carrier {{")?;
    for (index, (key, shown)) in carriers.keys.iter().zip(&carriers.shown).enumerate() {
        let starts_with_digit = key.starts_with(|first: char| first.is_ascii_digit());
        let prefix = if starts_with_digit { "N_" } else { "" };
        let name = key.to_uppercase().replace('-', "_");
        writeln!(
            out,
            "/// The carrier `{shown}`.\npub const {prefix}{name}: Self = Self({index});"
        )?;
    }
    writeln!(out, "}}")?;
    Ok(())
}

fn write_names(out: &mut String, names: &BTreeMap<String, Lead>) -> Result<(), Failure> {
    let mut text = String::new();
    let (mut rows, mut sharers) = (String::new(), Vec::new());
    for (name, lead) in names {
        let start = u16::try_from(text.len())?;
        let lead = match lead {
            Lead::Carrier(index) => format!("Lead::Carrier(Carrier({index}))"),
            Lead::Several(indexes) => {
                let list: Vec<String> =
                    indexes.iter().map(|index| format!("Carrier({index})")).collect();
                sharers.push(format!("&[{}]", list.join(", ")));
                format!("Lead::Several({})", sharers.len().saturating_sub(1))
            }
            Lead::Broker(None) => "Lead::Broker(None)".to_owned(),
            Lead::Broker(Some(index)) => format!("Lead::Broker(Some(Carrier({index})))"),
        };
        writeln!(rows, "NameRow {{ start: {start}, lead: {lead} }},")?;
        text.push_str(name);
    }
    writeln!(out, "pub(super) static NAMES_TEXT: &str = {text:?};")?;
    writeln!(out, "pub(super) static SHARERS: &[&[Carrier]] = &[{}];", sharers.join(", "))?;
    writeln!(out, "pub(super) static NAMES: &[NameRow] = &[\n{rows}];")?;
    Ok(())
}

fn write_services(
    out: &mut String,
    facts: &[Fact<'_>],
    carriers: &Carriers<'_>,
) -> Result<(), Failure> {
    let mut rows: Vec<(usize, &Fact<'_>)> = Vec::new();
    let (mut named, mut words) = (String::new(), String::new());
    for fact in facts {
        let carrier = || carriers.index(fact.carrier, fact.line);
        match (fact.kind, fact.when.strip_prefix("service:")) {
            ("service", _) => rows.push((fact.when.parse()?, fact)),
            ("name", Some(pattern)) => writeln!(
                named,
                "NameWithService {{ name: {:?}, pattern: {pattern:?}, carrier: Carrier({}) }},",
                plain(fact.value),
                carrier()?
            )?,
            ("words", _) => writeln!(
                words,
                "ServiceWords {{ carrier: Carrier({}), words: {:?} }},",
                carrier()?,
                fact.value
            )?,
            _ => {}
        }
    }
    rows.sort_by_key(|(place, _)| *place);
    writeln!(out, "pub(super) static SERVICES: &[ServiceRow] = &[")?;
    for (_, fact) in rows {
        let from = carriers.index(fact.place, fact.line)?;
        let to = carriers.index(fact.carrier, fact.line)?;
        let pattern = fact.value;
        writeln!(
            out,
            "ServiceRow {{ from: Carrier({from}), pattern: {pattern:?}, to: Carrier({to}) }},"
        )?;
    }
    writeln!(out, "];\npub(super) static NAMES_WITH_SERVICE: &[NameWithService] = &[\n{named}];")?;
    writeln!(out, "pub(super) static SERVICE_WORDS: &[ServiceWords] = &[\n{words}];")?;
    Ok(())
}

/// The codes of a channel, in the order of their carriers; within a carrier, as the registry has them. Their table has the
/// channel's name in capitals. A second one has a bit for each carrier that is listed, for who needs no codes: so each of them
/// needs a code without a condition. One of a misspelt channel is never used, and the compiler says so.
fn write_codes(
    out: &mut String,
    facts: &[Fact<'_>],
    carriers: &Carriers<'_>,
    channel: &str,
) -> Result<(), Failure> {
    let table = channel.to_uppercase();
    writeln!(out, "pub(crate) static {table}: Codes = Codes(&[")?;
    let (mut seen, mut all) = (BTreeSet::new(), BTreeSet::new());
    let is_code = |fact: &&Fact<'_>| fact.kind == "code" && fact.place == channel;
    for fact in facts.iter().filter(is_code) {
        let index = carriers.index(fact.carrier, fact.line)?;
        all.insert(index);
        let when = match fact.when.split_once(':').unwrap_or((fact.when, "")) {
            ("", "") => "When::Always".to_owned(),
            ("said", "") => "When::Said".to_owned(),
            ("exact", "") => "When::Exact".to_owned(),
            ("service", pattern) => format!("When::Service({pattern:?})"),
            ("site", site) => format!("When::Site({site:?})"),
            ("number", key) => {
                format!("When::Number(Carrier({}))", carriers.index(key, fact.line)?)
            }
            _ => return Err(format!("line {}: `{}` is no condition", fact.line, fact.when).into()),
        };
        if when == "When::Always" && !seen.insert(index) {
            return Err(format!("line {}: a second code of {channel}", fact.line).into());
        }
        writeln!(
            out,
            "CodeRow {{ carrier: Carrier({index}), when: {when}, text: {:?} }},",
            fact.value
        )?;
    }
    writeln!(out, "]);")?;
    if let Some(index) = all.difference(&seen).next() {
        let key = carriers.keys.get(*index).copied().unwrap_or_default();
        return Err(format!("`{key}` has no code of {channel} without a condition").into());
    }
    let indexes: Vec<usize> = (0..carriers.keys.len()).collect();
    let bits = |eight: &[usize]| {
        eight.iter().rev().fold(0_u8, |bits, index| bits << 1 | u8::from(seen.contains(index)))
    };
    let listed: Vec<u8> = indexes.chunks(8).map(bits).collect();
    writeln!(
        out,
        "pub(crate) static {table}_LISTED: ListedCarriers = ListedCarriers(&{listed:?});"
    )?;
    Ok(())
}
