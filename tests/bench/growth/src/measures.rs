//! Reads the CPU time of this thread and the memory of this process.

use crate::{Cost, GrowthError};
use nix::time::{ClockId, clock_gettime};
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

const STATUS: &str = "/proc/self/status";
const CLEAR_REFS: &str = "/proc/self/clear_refs";

/// Resets the peak of the memory to its present size. Source: `proc(5)`, `/proc/pid/clear_refs`.
const RESET_PEAK: &str = "5";

fn unreadable(what: &'static str) -> impl Fn(String) -> GrowthError {
    move |why| GrowthError::Unreadable { what, why }
}

/// CPU time that this thread used so far.
fn cpu() -> Result<Duration, GrowthError> {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID);
    time.map(Duration::from).map_err(|error| unreadable("the CPU time")(error.to_string()))
}

fn memory(name: &str) -> Result<u64, GrowthError> {
    let unreadable = unreadable(STATUS);
    let status = std::fs::read_to_string(STATUS).map_err(|error| unreadable(error.to_string()))?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.map(|kb| kb * 1_024).ok_or_else(|| unreadable(format!("it has no {name}")))
}

/// Memory that this process has now. Unit: bytes.
pub(crate) fn resident() -> Result<u64, GrowthError> {
    memory("VmRSS:")
}

/// The most memory that this process had since [`reset_peak`]. Unit: bytes.
pub(crate) fn peak() -> Result<u64, GrowthError> {
    memory("VmHWM:")
}

pub(crate) fn reset_peak() -> Result<(), GrowthError> {
    std::fs::write(CLEAR_REFS, RESET_PEAK)
        .map_err(|error| unreadable(CLEAR_REFS)(error.to_string()))
}

/// Measures the time inside the ports apart from the time inside the flows.
#[derive(Debug, Default)]
pub(crate) struct Stopwatch {
    flows: Cell<Duration>,
    ports: Cell<Duration>,
}

impl Stopwatch {
    /// Runs a flow, and adds its time to the flows' time.
    pub(crate) async fn flow<T>(&self, flow: impl Future<Output = T>) -> T {
        polled(&self.flows, flow).await
    }

    /// Runs a call of a port inside a flow, and adds its time to the ports' time.
    pub(crate) async fn port<T>(&self, call: impl Future<Output = T>) -> T {
        polled(&self.ports, call).await
    }

    /// Runs flows, and returns their result and cost.
    ///
    /// Other processes may take the CPU meanwhile. So the parts are measured as shares of the time that passed, and the
    /// sum is the CPU time.
    pub(crate) async fn cost<T>(
        &self,
        flows: impl Future<Output = T>,
    ) -> Result<(T, Cost), GrowthError> {
        let (flows_before, ports_before) = (self.flows.get(), self.ports.get());
        let (cpu_before, began) = (cpu()?, Instant::now());
        let done = flows.await;
        let (used, passed) = (cpu()?.saturating_sub(cpu_before), began.elapsed());
        let ports = self.ports.get().saturating_sub(ports_before);
        let ours = self.flows.get().saturating_sub(flows_before).saturating_sub(ports);
        let share = |part: Duration| {
            let share = part.as_nanos() * used.as_nanos() / passed.as_nanos().max(1);
            u64::try_from(share).unwrap_or(u64::MAX)
        };
        let cost = Cost { cpu_ns: share(passed), ours_ns: share(ours), ports_ns: share(ports) };
        Ok((done, cost))
    }
}

/// Adds up the time in which a future is polled.
async fn polled<T>(sum: &Cell<Duration>, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let began = Instant::now();
        let polled = future.as_mut().poll(context);
        sum.set(sum.get() + began.elapsed());
        polled
    })
    .await
}
