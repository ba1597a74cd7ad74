//! Cold starts, warm events, CPU and memory: every candidate in every round, so that what disturbs one disturbs all.

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
    /// Rounds, each with a cold start of every candidate.
    pub(crate) rounds: usize,
    /// Warm events after each cold start.
    pub(crate) warm: usize,
    /// Warm events under the CPU quota.
    pub(crate) limited: usize,
}

/// What was measured of a function of a candidate. A sample per round, but for what is said to have one per event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    /// From the process's start until it asks for its first event. Unit: ms.
    pub(crate) init_ms: Samples,
    /// CPU time of that. Unit: ms.
    pub(crate) init_cpu_ms: Samples,
    /// The first event. Unit: ms.
    pub(crate) first_ms: Samples,
    /// CPU time of the first event. Unit: ms.
    pub(crate) first_cpu_ms: Samples,
    /// From the process's start to the first answer. Unit: ms.
    pub(crate) cold_ms: Samples,
    /// The first event under the CPU quota, after an init without it. Unit: ms.
    pub(crate) limited_first_ms: Samples,
    /// Later events under it, one per event. Unit: ms.
    pub(crate) limited_ms: Samples,
    /// Warm events, one per event. Unit: ms.
    pub(crate) warm_ms: Samples,
    /// CPU time of a warm event. Unit: µs.
    pub(crate) cpu_us: Samples,
    /// Memory after all of them. Unit: MB.
    pub(crate) rss_mb: Samples,
    /// Warm events in all.
    pub(crate) events: u64,
    /// Connections opened while they were handled, to AWS and to the Runtime API.
    pub(crate) connections: u64,
    /// Bytes printed.
    pub(crate) printed: u64,
    /// AWS requests.
    pub(crate) requests: u64,
    /// Write units.
    pub(crate) write_units: u64,
}

/// What was measured, by candidate and function.
pub(crate) type Speed = BTreeMap<(Candidate, Function), Figures>;

struct Bench<'a> {
    world: &'a World,
    places: &'a Places,
    runtime: &'a Handle,
    plan: Plan,
    /// Orders so far: none is used twice.
    sold: usize,
}

/// Measures these candidates. `say` tells people how far it is.
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
        // Who is first changes, so that nobody always follows the same.
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
    /// One round of a candidate: its orders get labels, then scans.
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

    /// Each order that got a label and a scan is rung for once: who does less is not compared.
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
