//! Measures cold starts, warm events, CPU and memory. Every round has every candidate, so that a disturbance hits all
//! of them.

use crate::Error;
use crate::candidates::{Candidate, Function, Program};
use crate::events::Sale;
use crate::install::Places;
use crate::partners::Kind;
use crate::sandbox::Sandbox;
use crate::statistics::{Samples, figure};
use crate::world::{MEMORY_MB, World};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::runtime::Handle;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Number of rounds, each with a cold start of every candidate.
    pub(crate) rounds: usize,
    /// Number of warm events after each cold start.
    pub(crate) warm: usize,
    /// Number of warm events under the CPU quota. 0 leaves out the measurements under the quota.
    pub(crate) limited: usize,
}

/// The figures of a candidate's function. There is one sample a round, unless a field says otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    /// From the process's start until it asks for its first event. Unit: ms.
    pub(crate) init_ms: Samples,
    /// CPU time from the process's start until it asks for its first event. Unit: ms.
    pub(crate) init_cpu_ms: Samples,
    /// Time of the first event. Unit: ms.
    pub(crate) first_ms: Samples,
    /// CPU time of the first event. Unit: ms.
    pub(crate) first_cpu_ms: Samples,
    /// From the process's start to the first answer. Unit: ms.
    pub(crate) cold_ms: Samples,
    /// Time of the first event under the CPU quota, after an init without the quota. Unit: ms.
    pub(crate) limited_first_ms: Samples,
    /// Time of later events under the CPU quota, one sample an event. Unit: ms.
    pub(crate) limited_ms: Samples,
    /// Time of warm events, one sample an event. Unit: ms.
    pub(crate) warm_ms: Samples,
    /// CPU time of a warm event. Unit: µs.
    pub(crate) cpu_us: Samples,
    /// Memory after all events of a round. Unit: MB.
    pub(crate) rss_mb: Samples,
    /// Number of warm events in all rounds.
    pub(crate) events: u64,
    /// Number of connections to AWS and the Runtime API that were opened in warm events.
    pub(crate) connections: u64,
    /// Bytes that the function printed in all rounds.
    pub(crate) printed: u64,
    /// Number of AWS requests in warm events.
    pub(crate) requests: u64,
    /// Number of write units in warm events.
    pub(crate) write_units: u64,
}

/// The figures of each candidate and function.
pub(crate) type Speed = BTreeMap<(Candidate, Function), Figures>;

struct Bench<'a> {
    world: &'a World,
    places: &'a Places,
    runtime: &'a Handle,
    plan: Plan,
    /// Number of orders so far. No order is used twice.
    sold: usize,
}

/// Measures these candidates. `say` announces each round.
pub(crate) fn measure(
    candidates: &[Candidate],
    (world, places, runtime): (&World, &Places, &Handle),
    plan: Plan,
    say: &dyn Fn(&str),
) -> Result<Speed, Error> {
    let mut bench = Bench { world, places, runtime, plan, sold: 0 };
    let mut speed = Speed::new();
    for round in 0..plan.rounds {
        say(&format!("round {} of {}", round + 1, plan.rounds));
        // Each round begins with another candidate, so that none always follows the same one.
        let turn = round % candidates.len();
        for candidate in candidates.iter().cycle().skip(turn).take(candidates.len()) {
            bench.round(*candidate, &mut speed)?;
        }
    }
    Ok(speed)
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

impl Bench<'_> {
    /// Plays one round of a candidate: its orders get labels, then scans.
    fn round(&mut self, candidate: Candidate, speed: &mut Speed) -> Result<(), Error> {
        let count = 1 + self.plan.warm;
        let sales = self.sell(count);
        for function in Function::COMPARED {
            let events = events(function, &sales)?;
            let figures = speed.entry((candidate, function)).or_default();
            self.unlimited(candidate, function, &events, figures)?;
        }
        self.check_doorbells(candidate, count)?;
        if self.plan.limited > 0 {
            let sales = self.sell(1 + self.plan.limited);
            for function in Function::COMPARED {
                let events = events(function, &sales)?;
                let figures = speed.entry((candidate, function)).or_default();
                self.limited(candidate, function, &events, figures)?;
            }
            self.check_doorbells(candidate, 1 + self.plan.limited)?;
        }
        Ok(())
    }

    fn sell(&mut self, count: usize) -> Vec<(usize, Sale)> {
        let first = self.sold;
        self.sold += count;
        (first..self.sold)
            .map(|number| (number, Sale::of(Kind::Movement, number, number)))
            .collect()
    }

    fn start(&self, candidate: Candidate, function: Function) -> Result<Sandbox, Error> {
        let program = Program::of(candidate, function, self.places)?;
        let environment = self.world.environment(candidate);
        Sandbox::start(&program, &environment, self.runtime, &self.places.folder)
    }

    fn unlimited(
        &self,
        candidate: Candidate,
        function: Function,
        events: &[Bytes],
        figures: &mut Figures,
    ) -> Result<(), Error> {
        let mut sandbox = self.start(candidate, function)?;
        let init = sandbox.init;
        let Some((first, warm)) = events.split_first() else { return Ok(()) };
        let took = sandbox.invoke(first)?;
        let cpu = sandbox.cpu()?;
        figures.init_ms.add(ms(init.took));
        figures.init_cpu_ms.add(ms(init.cpu));
        figures.first_ms.add(ms(took));
        figures.first_cpu_ms.add(ms(cpu.saturating_sub(init.cpu)));
        figures.cold_ms.add(ms(init.took + took));
        self.world.stub.take_counts();
        let connections = sandbox.runtime_connections();
        for event in warm {
            figures.warm_ms.add(ms(sandbox.invoke(event)?));
        }
        let spent = sandbox.cpu()?.saturating_sub(cpu);
        let count = u32::try_from(warm.len()).unwrap_or(u32::MAX).max(1);
        figures.cpu_us.add((spent / count).as_secs_f64() * 1e6);
        let counts = self.world.stub.take_counts();
        figures.events += u64::from(count);
        figures.connections += counts.connections + sandbox.runtime_connections() - connections;
        figures.printed += sandbox.printed()?;
        figures.requests += counts.requests.values().map(|requests| requests.count).sum::<u64>();
        figures.write_units += counts.write_units;
        figures.rss_mb.add(figure(sandbox.rss()?) / 1e6);
        Ok(())
    }

    fn limited(
        &self,
        candidate: Candidate,
        function: Function,
        events: &[Bytes],
        figures: &mut Figures,
    ) -> Result<(), Error> {
        let mut sandbox = self.start(candidate, function)?;
        sandbox.limit(MEMORY_MB)?;
        let Some((first, warm)) = events.split_first() else { return Ok(()) };
        figures.limited_first_ms.add(ms(sandbox.invoke(first)?));
        for event in warm {
            figures.limited_ms.add(ms(sandbox.invoke(event)?));
        }
        Ok(())
    }

    /// Checks that the candidate rang once for each order with a label and a scan. A candidate that does less work must
    /// not be compared.
    fn check_doorbells(&self, candidate: Candidate, expected: usize) -> Result<(), Error> {
        let rung = self.world.stub.take_messages(&self.world.queue("amazon")).len();
        if rung == expected {
            return Ok(());
        }
        let why = format!("{}: {rung} doorbells of {expected} orders", candidate.title());
        Err(Error::Function(why))
    }
}

fn events(function: Function, sales: &[(usize, Sale)]) -> Result<Vec<Bytes>, Error> {
    sales.iter().map(|(number, sale)| sale.event(function, *number)).collect()
}
