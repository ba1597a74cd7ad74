//! The coverage of a search: how often each input came in each state, and how often it was refused, by which reason.

use crate::inputs::{Input, Target};
use crate::order::Order;
use crate::sequences::target_of;
use crate::states::{Line, StateKind};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How often each input came in each state, and each refusal.
#[derive(Clone, Debug)]
pub struct Coverage {
    counts: [[[u64; 2]; Input::KINDS.len()]; StateKind::ALL.len()],
    refusals: BTreeMap<(usize, &'static str), u64>,
    inputs: u64,
}

impl Default for Coverage {
    fn default() -> Self {
        Self::new()
    }
}

impl Coverage {
    /// The coverage of no input.
    pub fn new() -> Self {
        Self {
            counts: [[[0; 2]; Input::KINDS.len()]; StateKind::ALL.len()],
            refusals: BTreeMap::new(),
            inputs: 0,
        }
    }

    /// The number of inputs.
    pub fn inputs(&self) -> u64 {
        self.inputs
    }

    /// Counts an input, by the order's state before it. An input about no package in particular counts for every package.
    pub fn record(&mut self, order: &Order, input: &Input, refused: Option<&domain::Refusal>) {
        self.inputs += 1;
        let kind = input.kind();
        let is_refused = usize::from(refused.is_some());
        if let Some(refused) = refused {
            *self.refusals.entry((kind, name(refused))).or_default() += 1;
        }
        let mut count =
            |state_kind: StateKind| self.counts[state_kind.index()][kind][is_refused] += 1;
        match target_of(input) {
            Some(target) => {
                let Some(parcel) = order.parcel(target.package()) else {
                    return count(StateKind::Absent);
                };
                match target {
                    Target::Package(_) => {
                        count(parcel.state_kind());
                        parcel.lines.iter().for_each(|line| {
                            if is_about_all_lines(input) {
                                count(line.state_kind());
                            }
                        });
                    }
                    Target::Line { item, .. } => {
                        let line = parcel.lines.iter().find(|line| line.item == item);
                        count(line.map_or(StateKind::Absent, Line::state_kind));
                    }
                }
            }
            None if order.parcels.is_empty() => count(StateKind::Absent),
            None => {
                for parcel in &order.parcels {
                    count(parcel.state_kind());
                    parcel.lines.iter().for_each(|line| count(line.state_kind()));
                }
            }
        }
    }

    /// How many inputs of a kind were refused by a reason.
    pub fn count_refused(&self, kind: &str, reason: &str) -> u64 {
        let is_it = |(at, name): &(usize, &str)| Input::KINDS[*at] == kind && *name == reason;
        self.refusals.iter().filter(|(refusal, _)| is_it(refusal)).map(|(_, count)| count).sum()
    }

    /// How many inputs came in a state.
    pub fn count_in(&self, state_kind: StateKind) -> u64 {
        self.counts[state_kind.index()].iter().flatten().sum()
    }

    /// The pairs of state and input that can come, and did not.
    pub fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        for state_kind in StateKind::ALL {
            for (kind, name) in Input::KINDS.iter().enumerate() {
                let [followed, refused] = self.counts[state_kind.index()][kind];
                if followed + refused == 0 && is_reachable(state_kind, kind) {
                    missing.push(format!("{state_kind:?} x {name}"));
                }
            }
        }
        missing
    }

    /// A table of how often each pair came. An `r` says that the input was refused each time, a `~` that it was at times.
    pub fn table(&self) -> String {
        let mut table = String::new();
        self.write(&mut table).unwrap_or_default();
        table
    }

    fn write(&self, table: &mut String) -> std::fmt::Result {
        write!(table, "{:18}", "")?;
        for name in Input::KINDS {
            write!(table, "{name:>9}")?;
        }
        table.push('\n');
        for state_kind in StateKind::ALL {
            write!(table, "{:18}", format!("{state_kind:?}"))?;
            for [followed, refused] in self.counts[state_kind.index()] {
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
            writeln!(table, "{:>10} {name:16} {count:>12}", Input::KINDS[*kind])?;
        }
        Ok(())
    }
}

/// Whether an input can come in a state. A preflight and a look say nothing of lines.
fn is_reachable(state_kind: StateKind, kind: usize) -> bool {
    let is_line = state_kind.index() >= StateKind::LinePending.index();
    !(is_line && ["prefl.", "looked", "lk.wait", "lk.park"].contains(&Input::KINDS[kind]))
}

fn is_about_all_lines(input: &Input) -> bool {
    matches!(
        input,
        Input::Label { .. }
            | Input::Return { .. }
            | Input::Void { .. }
            | Input::Overused { .. }
            | Input::Operator { .. }
    )
}

fn short(count: u64) -> String {
    match count {
        0 => "-".to_owned(),
        1..100_000 => count.to_string(),
        100_000..100_000_000 => format!("{}k", count / 1_000),
        _ => format!("{}M", count / 1_000_000),
    }
}

fn name(refused: &domain::Refusal) -> &'static str {
    match refused {
        domain::Refusal::NoImeisThere(_) => "NoImeisThere",
        domain::Refusal::TooManyPackages => "TooManyPackages",
        domain::Refusal::TooManyLabels => "TooManyLabels",
        domain::Refusal::TooManyLines => "TooManyLines",
        domain::Refusal::TooLarge { .. } => "TooLarge",
        domain::Refusal::NoneRefused => "NoneRefused",
        domain::Refusal::Absent => "Absent",
        domain::Refusal::NotReady => "NotReady",
        domain::Refusal::NotBefore(_) => "NotBefore",
        domain::Refusal::OtherSending => "OtherSending",
        domain::Refusal::Never => "Never",
        domain::Refusal::NoLongerSent => "NoLongerSent",
        domain::Refusal::Observed => "Observed",
        domain::Refusal::NotIdentical => "NotIdentical",
        domain::Refusal::Fenced { .. } => "Fenced",
        domain::Refusal::TooEarly { .. } => "TooEarly",
        domain::Refusal::NotNow { .. } => "NotNow",
    }
}
