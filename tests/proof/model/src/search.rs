//! The search: breadth first, every state once, until there is none left. So a counter-example is a shortest one.

use crate::model::{Model, Next};
use crate::moves::Move;
use crate::safety::Violation;
use crate::state::State;
use std::hash::{Hash, Hasher};

/// What a search found.
#[derive(Debug)]
pub struct Report {
    /// States reached.
    pub states: usize,
    /// Steps between them.
    pub transitions: usize,
    /// Steps to the furthest of them.
    pub depth: usize,
    /// Orders that differ, and steps of the domain.
    pub items: (usize, usize),
    /// The shortest way to what must not be.
    pub found: Option<Counterexample>,
}

/// A way to what must not be.
#[derive(Debug)]
pub struct Counterexample {
    /// What it is.
    pub violation: Violation,
    /// The steps, each with the state it leads to.
    pub trace: Vec<(Move, State)>,
}

/// Visits every state.
pub fn search(model: &mut Model) -> Report {
    let mut visited = Visited::new();
    visited.add(State::START.sorted(), (0, Move::Saves));
    let (mut at, mut transitions, mut depth, mut level_end) = (0_usize, 0_usize, 0_usize, 1_usize);
    let mut nexts: Vec<Next> = Vec::new();
    let mut fair: Vec<(u32, u32)> = Vec::new();
    let mut found = None;
    'all: while at < visited.states.len() {
        if at == level_end {
            (depth, level_end) = (depth + 1, visited.states.len());
        }
        let state = visited.states[at];
        model.next(&state, &mut nexts);
        let from = number(at);
        for next in &nexts {
            transitions += 1;
            let to = visited.add(next.state.sorted(), (from, next.by));
            if next.is_fair && to != from {
                fair.push((to, from));
            }
            if let Some(violation) = next.violation {
                let mut trace = visited.trace(from);
                trace.push((next.by, next.state.sorted()));
                found = Some(Counterexample { violation, trace });
                break 'all;
            }
        }
        at += 1;
    }
    if found.is_none() {
        found = stranded(model, &visited, fair);
    }
    Report { states: visited.states.len(), transitions, depth, items: model.items.counts(), found }
}

/// From every state a rest must be reachable by what happens in the end when no more faults come.
fn stranded(model: &Model, visited: &Visited, mut fair: Vec<(u32, u32)>) -> Option<Counterexample> {
    fair.sort_unstable();
    fair.dedup();
    let mut is_good: Vec<bool> =
        visited.states.iter().map(|state| model.is_at_rest(state)).collect();
    let mut todo: Vec<u32> = (0..is_good.len()).filter(|at| is_good[*at]).map(number).collect();
    while let Some(to) = todo.pop() {
        let start = fair.partition_point(|(t, _)| *t < to);
        for (_, from) in fair[start..].iter().take_while(|(t, _)| *t == to) {
            if !is_good[place(*from)] {
                is_good[place(*from)] = true;
                todo.push(*from);
            }
        }
    }
    let first = is_good.iter().position(|good| !good)?;
    Some(Counterexample { violation: Violation::Stranded, trace: visited.trace(number(first)) })
}

/// The states, in the order they were reached, and by which step from which.
struct Visited {
    states: Vec<State>,
    from: Vec<(u32, Move)>,
    /// Open addressing: places in `states`, plus one.
    table: Vec<u32>,
}

impl Visited {
    fn new() -> Self {
        Self { states: Vec::new(), from: Vec::new(), table: vec![0; 1 << 16] }
    }

    fn add(&mut self, state: State, from: (u32, Move)) -> u32 {
        if self.states.len() * 2 > self.table.len() {
            self.grow();
        }
        let mut slot = self.slot(&state);
        loop {
            match self.table[slot] {
                0 => break,
                known if self.states[place(known) - 1] == state => return known - 1,
                _ => slot = (slot + 1) & (self.table.len() - 1),
            }
        }
        let new = number(self.states.len());
        self.table[slot] = new + 1;
        self.states.push(state);
        self.from.push(from);
        new
    }

    fn slot(&self, state: &State) -> usize {
        let mut hasher = Fold(0);
        state.hash(&mut hasher);
        place(u32::try_from(hasher.finish() >> 32).unwrap()) & (self.table.len() - 1)
    }

    fn grow(&mut self) {
        self.table = vec![0; self.table.len() * 4];
        for at in 0..self.states.len() {
            let mut slot = self.slot(&self.states[at]);
            while self.table[slot] != 0 {
                slot = (slot + 1) & (self.table.len() - 1);
            }
            self.table[slot] = number(at) + 1;
        }
    }

    fn trace(&self, mut at: u32) -> Vec<(Move, State)> {
        let mut trace = Vec::new();
        while at != 0 {
            let (from, by) = self.from[place(at)];
            trace.push((by, self.states[place(at)]));
            at = from;
        }
        trace.reverse();
        trace
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap()
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap()
}

/// A quick hash: no adversary chooses our states.
struct Fold(u64);

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(u64::try_from(n).unwrap_or_default());
    }

    fn write_isize(&mut self, n: isize) {
        self.write_u64(n.unsigned_abs().try_into().unwrap_or_default());
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}
