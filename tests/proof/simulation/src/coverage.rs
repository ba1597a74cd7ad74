//! How often each thing went wrong, and where functions died. A fault that never happens tests nothing.

use crate::fault::{Fault, FaultPoint};
use std::collections::BTreeMap;
use std::fmt;

/// Where a function died: at which call, before or after its effect, and the state of the order's first package.
pub type Point = ((FaultPoint, &'static str), &'static str);

/// What happened in schedules, counted.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Faults, by the port.
    pub faults: BTreeMap<(FaultPoint, Fault), u64>,
    /// Deaths.
    pub crashes: BTreeMap<Point, u64>,
    /// Calls that hung for as long as their caller waited, by the port.
    pub hung: BTreeMap<FaultPoint, u64>,
    /// Functions that ran for longer than they may.
    pub timeouts: u64,
    /// Messages that were received too often, and so dead-lettered.
    pub put_aside: u64,
    /// What happened, by kind.
    pub happenings: BTreeMap<&'static str, u64>,
    /// The states in which packages ended.
    pub ends: BTreeMap<&'static str, u64>,
}

fn add<K: Ord + Copy>(sum: &mut BTreeMap<K, u64>, more: &BTreeMap<K, u64>) {
    for (key, count) in more {
        *sum.entry(*key).or_default() += count;
    }
}

impl Coverage {
    pub(crate) fn fault(&mut self, port: FaultPoint, fault: Fault) {
        *self.faults.entry((port, fault)).or_default() += 1;
    }

    pub(crate) fn hung(&mut self, port: FaultPoint) {
        *self.hung.entry(port).or_default() += 1;
    }

    pub(crate) fn crash(&mut self, point: (FaultPoint, &'static str), state: &'static str) {
        *self.crashes.entry((point, state)).or_default() += 1;
    }

    pub(crate) fn happening(&mut self, what: &'static str) {
        *self.happenings.entry(what).or_default() += 1;
    }

    pub(crate) fn end(&mut self, state: &'static str) {
        *self.ends.entry(state).or_default() += 1;
    }

    /// Adds the counts of another coverage.
    pub fn and(&mut self, more: &Self) {
        add(&mut self.faults, &more.faults);
        add(&mut self.hung, &more.hung);
        add(&mut self.crashes, &more.crashes);
        add(&mut self.happenings, &more.happenings);
        add(&mut self.ends, &more.ends);
        self.timeouts += more.timeouts;
        self.put_aside += more.put_aside;
    }

    /// The kinds of fault that can be planned and never came.
    pub fn missing_faults(&self) -> Vec<String> {
        let of = |port: &FaultPoint| port.faults().iter().chain(port.more_faults());
        let all = FaultPoint::ALL.iter().flat_map(|port| of(port).map(move |f| (*port, *f)));
        let missing = all.filter(|fault| !self.faults.contains_key(fault));
        missing.map(|(port, fault)| format!("{port:?}: {fault:?}")).collect()
    }

    /// The lines of a list of points at which no function died.
    pub fn missing_points(&self, expected: &str) -> Vec<String> {
        let met: Vec<String> = self.crashes.keys().map(point).collect();
        let lines = expected.lines().map(str::trim).filter(|line| !line.is_empty());
        let is_missing = |line: &&str| !line.starts_with('#') && !met.iter().any(|met| met == line);
        lines.filter(is_missing).map(str::to_owned).collect()
    }
}

/// A point as it is written in lists: `after Save, ready`.
pub fn point((at, state): &Point) -> String {
    format!("{} {:?}, {state}", at.1, at.0)
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "What happened:")?;
        for (what, count) in &self.happenings {
            writeln!(f, "  {what:<34} {count:>10}")?;
        }
        writeln!(f, "What went wrong:")?;
        for ((port, fault), count) in &self.faults {
            writeln!(f, "  {:<34} {count:>10}", format!("{port:?}: {fault:?}"))?;
        }
        for (port, count) in &self.hung {
            writeln!(f, "  {:<34} {count:>10}", format!("{port:?}: hung"))?;
        }
        writeln!(f, "  {:<34} {:>10}", "function ran for too long", self.timeouts)?;
        writeln!(f, "  {:<34} {:>10}", "message received too often", self.put_aside)?;
        writeln!(f, "Where functions died, and the state of their order:")?;
        for (at, count) in &self.crashes {
            writeln!(f, "  {:<34} {count:>10}", point(at))?;
        }
        writeln!(f, "How packages ended:")?;
        for (state, count) in &self.ends {
            writeln!(f, "  {state:<34} {count:>10}")?;
        }
        Ok(())
    }
}
