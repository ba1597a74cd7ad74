//! The machine that measures: its description for reports, and the use of its cores. The function that is measured has
//! one core, and everything else has another.

use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::Pid;
use serde::Serialize;
use std::fs;

/// What a core is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Core {
    /// The function that is measured.
    Function,
    /// The stand-in for AWS and the marketplaces, the Runtime API, and the code that measures.
    Rest,
}

/// Keeps this thread, and the processes that it starts, on a core. Does nothing on a machine with one core.
pub(crate) fn pin_to(core: Core) {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut set = CpuSet::new();
    let place = match core {
        Core::Function => 0,
        Core::Rest => 1,
    };
    // A thread that is kept on one core sees only that core, so the machine's own list of cores counts too.
    let all = fs::read_to_string("/sys/devices/system/cpu/online").unwrap_or_default();
    if (cores > 1 || all.trim() != "0") && set.set(place).is_ok() {
        sched_setaffinity(Pid::from_raw(0), &set).ok();
    }
}

/// The machine and the date of a measurement.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    pub(crate) date: String,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let cpu = cpus
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
            .map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned());
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        #[expect(clippy::disallowed_methods, reason = "figures are dated")]
        let date = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
        let cores = cpus.lines().filter(|line| line.starts_with("processor")).count();
        Self { cpu, cores, kernel: kernel.trim().to_owned(), date }
    }
}
