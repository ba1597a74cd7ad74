//! What was met: how often each input came in each state, and how often it was refused, by which reason.

use crate::act::{Act, Aim};
use crate::model::Order;
use crate::play::aim;
use crate::stand::{Class, Line};
use domain::Refusal;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The counts.
#[derive(Clone, Debug)]
pub struct Met {
    counts: [[[u64; 2]; Act::KINDS.len()]; Class::ALL.len()],
    refusals: BTreeMap<(usize, &'static str), u64>,
    inputs: u64,
}

impl Default for Met {
    fn default() -> Self {
        Self::new()
    }
}

impl Met {
    /// Nothing met yet.
    pub fn new() -> Self {
        Self {
            counts: [[[0; 2]; Act::KINDS.len()]; Class::ALL.len()],
            refusals: BTreeMap::new(),
            inputs: 0,
        }
    }

    /// How many inputs were given.
    pub fn inputs(&self) -> u64 {
        self.inputs
    }

    /// Notes an input, by where the order stood. An input about no package in particular meets all there are.
    pub fn note(&mut self, order: &Order, act: &Act, refused: Option<&Refusal>) {
        self.inputs += 1;
        let kind = act.kind();
        let is_refused = usize::from(refused.is_some());
        if let Some(refused) = refused {
            *self.refusals.entry((kind, name(refused))).or_default() += 1;
        }
        let mut count = |class: Class| self.counts[class.place()][kind][is_refused] += 1;
        match aim(act) {
            Some(aim) => {
                let Some(parcel) = order.parcel(aim.package()) else { return count(Class::Absent) };
                match aim {
                    Aim::Package(_) => {
                        count(parcel.class());
                        parcel.lines.iter().for_each(|line| {
                            if is_for_all_lines(act) {
                                count(line.class());
                            }
                        });
                    }
                    Aim::Line(_, item) => {
                        let line = parcel.lines.iter().find(|line| line.item == item);
                        count(line.map_or(Class::Absent, Line::class));
                    }
                }
            }
            None if order.parcels.is_empty() => count(Class::Absent),
            None => {
                for parcel in &order.parcels {
                    count(parcel.class());
                    parcel.lines.iter().for_each(|line| count(line.class()));
                }
            }
        }
    }

    /// How many inputs met a state.
    pub fn all_of(&self, class: Class) -> u64 {
        self.counts[class.place()].iter().flatten().sum()
    }

    /// Pairs that can be met and were not.
    pub fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        for class in Class::ALL {
            for (kind, name) in Act::KINDS.iter().enumerate() {
                let [followed, refused] = self.counts[class.place()][kind];
                if followed + refused == 0 && is_reachable(class, kind) {
                    missing.push(format!("{class:?} x {name}"));
                }
            }
        }
        missing
    }

    /// As a table: how often each pair was met; with an `r`, that it was refused each time, with `~`, that it was at times.
    pub fn table(&self) -> String {
        let mut table = String::new();
        self.written(&mut table).unwrap_or_default();
        table
    }

    fn written(&self, table: &mut String) -> std::fmt::Result {
        write!(table, "{:18}", "")?;
        for name in Act::KINDS {
            write!(table, "{name:>9}")?;
        }
        table.push('\n');
        for class in Class::ALL {
            write!(table, "{:18}", format!("{class:?}"))?;
            for [followed, refused] in self.counts[class.place()] {
                let sign = match (followed, refused) {
                    (_, 0) => ' ',
                    (0, _) => 'r',
                    (_, _) => '~',
                };
                write!(table, "{:>8}{sign}", short(followed + refused))?;
            }
            table.push('\n');
        }
        table.push_str("\nrefused:\n");
        for ((kind, name), count) in &self.refusals {
            writeln!(table, "{:>10} {name:16} {count:>12}", Act::KINDS[*kind])?;
        }
        Ok(())
    }
}

/// A preflight says nothing of lines.
fn is_reachable(class: Class, kind: usize) -> bool {
    let is_line = class.place() >= Class::LinePending.place();
    !(is_line && Act::KINDS[kind] == "prefl.")
}

fn is_for_all_lines(act: &Act) -> bool {
    matches!(act, Act::Label { .. } | Act::Void { .. } | Act::Operator { .. })
}

fn short(count: u64) -> String {
    match count {
        0 => "-".to_owned(),
        1..100_000 => count.to_string(),
        100_000..100_000_000 => format!("{}k", count / 1_000),
        _ => format!("{}M", count / 1_000_000),
    }
}

fn name(refused: &Refusal) -> &'static str {
    match refused {
        Refusal::NoImeisThere(_) => "NoImeisThere",
        Refusal::TooManyPackages => "TooManyPackages",
        Refusal::TooManyLabels => "TooManyLabels",
        Refusal::TooManyLines => "TooManyLines",
        Refusal::Absent => "Absent",
        Refusal::NotReady => "NotReady",
        Refusal::NotBefore(_) => "NotBefore",
        Refusal::OtherSending => "OtherSending",
        Refusal::Never => "Never",
        Refusal::NotIdentical => "NotIdentical",
        Refusal::Fenced { .. } => "Fenced",
        Refusal::TooEarly { .. } => "TooEarly",
        Refusal::NotNow { .. } => "NotNow",
    }
}
