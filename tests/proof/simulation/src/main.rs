//! `cargo simulate`: plays schedules until one fails.
#![expect(clippy::print_stdout, reason = "this is a command")]

use clap::Parser;
use domain::planted::{self, Bug};
use simulation::coverage::Coverage;
use simulation::plan::Plan;
use simulation::run::run;
use simulation::search::{Searched, search, story};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Plays schedules of everything that can go wrong, and says when a rule is broken.
#[derive(Parser)]
struct Arguments {
    /// How many schedules to play; with `--planted`, how many at most for each bug.
    #[arg(long)]
    schedules: Option<u64>,
    /// What they are made from; a fresh one unless given.
    #[arg(long)]
    seed: Option<u64>,
    /// Plays just this one, and prints everything that happens.
    #[arg(long)]
    play: Option<u64>,
    /// How many threads search, each its own schedules.
    #[arg(long, default_value_t = 1)]
    threads: u64,
    /// Plants each bug in turn, and says after how many schedules it is found.
    #[arg(long)]
    planted: bool,
    /// With `--planted`, only those whose name has this in it.
    #[arg(long, default_value = "")]
    only: String,
    /// Prints how often everything was met.
    #[arg(long)]
    coverage: bool,
    /// Prints the points at which functions died, as `points.txt` has them.
    #[arg(long)]
    points: bool,
}

/// So many schedules are played unless another number is given.
const SCHEDULES: u64 = 100_000;

/// In so many schedules everything that can go wrong does.
const ALL_IS_MET: u64 = 200_000;

/// A bug is looked for in so many schedules at most.
const LOOKED_FOR: u64 = 200_000;

/// Schedules make and drop many small things: a third of the time goes to the allocator of the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.play {
        return play(seed);
    }
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..));
    if arguments.planted { plant(seed, &arguments) } else { long_search(seed, &arguments) }
}

fn play(seed: u64) -> ExitCode {
    let ran = run(Plan::of(seed), true);
    println!("{}", ran.trace);
    match ran.broken {
        None => ExitCode::SUCCESS,
        Some(broken) => {
            println!("{}\n  {}", broken.rule, broken.what);
            ExitCode::FAILURE
        }
    }
}

fn long_search(seed: u64, arguments: &Arguments) -> ExitCode {
    let schedules = arguments.schedules.unwrap_or(SCHEDULES);
    println!("playing {schedules} schedules of seed {seed}");
    let began = Instant::now();
    let (played, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let threads = arguments.threads.max(1);
    let each = schedules.div_ceil(threads);
    let found: Vec<Searched> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let range = worker * each..((worker + 1) * each).min(schedules);
                let (played, is_over) = (&played, &is_over);
                scope.spawn(move || {
                    let searched = search(seed, range, |_| {
                        played.fetch_add(1, Ordering::Relaxed);
                        !is_over.load(Ordering::Relaxed)
                    });
                    if searched.failed.is_some() {
                        is_over.store(true, Ordering::Relaxed);
                    }
                    searched
                })
            })
            .collect();
        while workers.iter().any(|worker| !worker.is_finished()) {
            thread::sleep(Duration::from_millis(100));
            say(&played, began);
        }
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let mut coverage = Coverage::default();
    for searched in &found {
        coverage.and(&searched.coverage);
    }
    let sum = |count: fn(&Searched) -> u64| found.iter().map(count).sum::<u64>();
    let (schedules, seconds) = (sum(|s| s.schedules), began.elapsed().as_secs().max(1));
    println!(
        "{schedules} schedules in {seconds} s, {} a second: {} claims, {} confirmations sent",
        schedules / seconds,
        sum(|s| s.claims),
        sum(|s| s.requests)
    );
    if arguments.coverage {
        println!("{coverage}");
    }
    if arguments.points {
        for at in coverage.crashes.keys() {
            println!("{}", simulation::coverage::point(at));
        }
    }
    let failed = found.into_iter().find_map(|searched| searched.failed);
    let unmet = if schedules >= ALL_IS_MET { unmet(&coverage) } else { Vec::new() };
    if !unmet.is_empty() {
        println!("never met, so not tested:\n  {}", unmet.join("\n  "));
        return ExitCode::FAILURE;
    }
    match failed {
        None => {
            println!("no rule was broken");
            ExitCode::SUCCESS
        }
        Some((seed, broken)) => {
            println!("{}", story(seed, &broken));
            ExitCode::FAILURE
        }
    }
}

/// What a long search must have met, and has not.
fn unmet(coverage: &Coverage) -> Vec<String> {
    let points = coverage.missing_points(include_str!("../points.txt"));
    coverage.missing_faults().into_iter().chain(points).collect()
}

/// A line each ten seconds.
fn say(played: &AtomicU64, began: Instant) {
    let tenths = began.elapsed().as_millis() / 100;
    if tenths > 0 && tenths.is_multiple_of(100) {
        println!("{:>10} after {} s", played.load(Ordering::Relaxed), tenths / 10);
    }
}

fn plant(seed: u64, arguments: &Arguments) -> ExitCode {
    let most = arguments.schedules.unwrap_or(LOOKED_FOR);
    println!("planting each bug, with schedules of seed {seed}");
    let mut is_missed = false;
    let mut table = Vec::new();
    for bug in Bug::ALL {
        let name = format!("{bug:?}");
        if !name.to_lowercase().contains(&arguments.only.to_lowercase()) {
            continue;
        }
        planted::plant(Some(bug));
        let searched = search(seed, 0..most, |_| true);
        let (schedules, words) = (searched.schedules, bug.words());
        if let Some((seed, broken)) = searched.failed {
            println!("{schedules:>7}  {words:<62} {}", broken.rule);
            table.push(format!("{name} {seed} {}", broken.rule));
        } else {
            is_missed = true;
            println!(" MISSED  {words}");
        }
        planted::plant(None);
    }
    println!("\nfor tests/proof/simulation/planted.txt:");
    for line in table {
        println!("{line}");
    }
    if is_missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
