//! `cargo benchmark`: measures what our functions cost, beside what a user would otherwise run.
//!
//! The last figures are kept in `tests/bench/figures`. A run writes its report into the build folder; copy it from
//! there.
//!
//! Figures are medians of interleaved rounds. Compare machines by the ratios, which are of one round each: absolute
//! figures depend on the machine.

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

/// Measures speed and cost of our functions, beside Python, Node and a stock build in Rust.
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
    /// Measures how cost, memory and lag grow with the number of orders
    Growth(GrowthOptions),
    /// Sends a few events through our functions, built for tests, and fails if an order costs more than its limits
    Smoke,
}

#[derive(Args)]
struct Options {
    /// Number of rounds, each with a cold start of each candidate
    #[arg(long, default_value_t = 30)]
    rounds: usize,
    /// Number of warm events in each round
    #[arg(long, default_value_t = 200)]
    events: usize,
    /// Number of orders of each flow that go the whole way
    #[arg(long, default_value_t = partners::PARTNERS_OF_KIND)]
    orders: usize,
    /// Measures only our own functions
    #[arg(long)]
    ours: bool,
    /// Compares our functions with another build of them, and with nothing else: the folder of that build's executables
    #[arg(long)]
    against: Option<std::path::PathBuf>,
    /// Leaves out the measurements under the CPU quota of 128 MB, which need root
    #[arg(long)]
    no_quota: bool,
}

#[derive(Args)]
struct GrowthOptions {
    /// Most orders. The sizes are powers of ten up to this number, and a million at most
    #[arg(long, default_value_t = 100_000)]
    orders: u64,
    /// Number of orders to send also through the built functions on the local AWS engine
    #[arg(long, default_value_t = 0)]
    engine: usize,
}

fn main() -> ExitCode {
    let command = Command::parse();
    let result = match command.what {
        None => measure(&command.options),
        Some(What::Growth(options)) => grow(&options),
        Some(What::Smoke) => smoke::run(),
    };
    match result {
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

/// The async runtime of the Lambda Runtime API, on a thread of its own.
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
