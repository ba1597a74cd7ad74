//! Measures what our functions cost, beside what a user would otherwise run: `cargo benchmark`.
//!
//! The last figures are kept in `tests/bench/figures`: copy what a run writes into the build folder there.
//!
//! Figures are medians of interleaved rounds, and ratios of the same round: they travel, absolute ones do not.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people: the report on standard output, how far it is on standard error"
)]
#![expect(clippy::float_arithmetic, reason = "figures are fractions")]

mod candidates;
mod cgroup;
mod chart;
mod engine;
mod error;
mod events;
mod flows;
mod goals;
mod install;
mod machine;
mod partners;
mod prices;
mod report;
mod runtime_api;
mod sandbox;
mod size;
mod smoke;
mod speed;
mod statistics;
mod world;

use candidates::Candidate;
use clap::{Args, Parser, Subcommand};
use error::Error;
use install::{Build, Places};
use machine::{Core, Machine};
use report::Report;
use std::process::ExitCode;
use world::World;

/// Measures speed and cost, beside what a user would otherwise run.
#[derive(Parser)]
#[command(name = "cargo benchmark")]
struct Command {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum What {
    /// How cost, memory and lag grow with the number of orders.
    Growth(GrowthOptions),
    /// A few events through our functions as tests build them: whether they cost what they must.
    Smoke,
}

#[derive(Args)]
struct Options {
    /// Rounds: cold starts of each candidate.
    #[arg(long, default_value_t = 30)]
    rounds: usize,
    /// Warm events in each round.
    #[arg(long, default_value_t = 200)]
    events: usize,
    /// Orders that go the whole way, of each flow.
    #[arg(long, default_value_t = partners::EACH)]
    orders: usize,
    /// Measures our own functions only.
    #[arg(long)]
    ours: bool,
    /// Measures our functions of another build beside them, with our own only: the folder with its executables.
    #[arg(long)]
    against: Option<std::path::PathBuf>,
    /// Leaves out the CPU quota of 128 MB.
    #[arg(long)]
    no_quota: bool,
}

#[derive(Args)]
struct GrowthOptions {
    /// The most orders: sizes are powers of ten up to it, a million at most.
    #[arg(long, default_value_t = 100_000)]
    orders: u64,
    /// Orders through the built functions on the local AWS engine, too.
    #[arg(long, default_value_t = 0)]
    engine: usize,
}

fn main() -> ExitCode {
    let command = Command::parse();
    let done = match command.what {
        None => measure(&command.options),
        Some(What::Growth(options)) => grow(&options),
        Some(What::Smoke) => smoke::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) {
    eprintln!("{text}");
}

/// A runtime for the Runtime API, on a thread beside the stand-in's.
fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .on_thread_start(|| machine::pin_to(Core::Rest))
        .enable_all()
        .build()
        .map_err(Error::io("start a runtime"))
}

fn measure(options: &Options) -> Result<(), Error> {
    let candidates: Vec<Candidate> = match (&options.against, options.ours) {
        (Some(_), _) => vec![Candidate::Ours, Candidate::Other],
        (None, true) => vec![Candidate::Ours],
        (None, false) => {
            Candidate::ALL.into_iter().filter(|one| *one != Candidate::Other).collect()
        }
    };
    let mut places = Places::prepare(&candidates, Build::Release, &|what| {
        say(&format!("preparing {what}"));
    })?;
    places.other.clone_from(&options.against);
    machine::pin_to(Core::Rest);
    let runtime = runtime()?;
    let world = World::start(&places)?;
    let plan = speed::Plan {
        rounds: options.rounds,
        warm: options.events,
        limited: if options.no_quota { 0 } else { 10 },
    };
    let speed = speed::measure(&candidates, (&world, &places, runtime.handle()), plan, &say)?;
    say("whole flows");
    let costs = flows::measure((&world, &places, runtime.handle()), options.orders)?;
    let machine = Machine::here();
    let command = std::env::args().skip(1).fold("cargo benchmark".to_owned(), |mut all, option| {
        all.extend([" ", &option]);
        all
    });
    let report = Report {
        machine: &machine,
        command: &command,
        speed: &speed,
        sizes: &size::all(&candidates, &places)?,
        costs: &costs,
        prices: &prices::Prices::read()?,
    };
    let text = report.markdown();
    println!("{text}");
    write(&places, "report.md", &text)?;
    write(&places, "chart.svg", &chart::svg(&speed, &machine, &command))
}

fn write(places: &Places, name: &str, text: &str) -> Result<(), Error> {
    let file = places.folder.join(name);
    std::fs::write(&file, text).map_err(Error::io(format!("write {}", file.display())))?;
    say(&format!("written: {}", file.display()));
    Ok(())
}

fn grow(options: &GrowthOptions) -> Result<(), Error> {
    let growth = growth::run(&growth::Plan::up_to(options.orders), &mut say)?;
    println!("{growth}");
    if options.engine > 0 {
        let runtime = runtime()?;
        let table = runtime.block_on(engine::grow(options.engine, &say))?;
        println!("### Orders through the local AWS engine\n\n{table}");
    }
    Ok(())
}
