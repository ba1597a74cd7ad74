//! `cargo simulate`: plays schedules until one fails.
#![expect(clippy::print_stdout, reason = "this is a command")]

use clap::Parser;
use domain::guard::{Guard, leave_out};
use simulation::OF_THE_MODEL;
use simulation::coverage::Coverage;
use simulation::plan::Plan;
use simulation::run::run;
use simulation::search::{Searched, search, story};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Plays random schedules, in which whatever can go wrong does, and stops at the first that breaks a rule.
///
/// A schedule is a few orders, what happens to them and when, and what goes wrong. Its seed makes it.
#[derive(Parser)]
struct Arguments {
    /// Number of schedules to play; with `--planted`, the most for each guard. Default: 100,000; with `--planted`
    /// 200,000.
    #[arg(long)]
    schedules: Option<u64>,
    /// Seed of the random schedules. Default: a new random seed.
    #[arg(long)]
    seed: Option<u64>,
    /// Plays only the schedule with this seed, and prints everything that happens in it.
    #[arg(long, value_name = "SEED")]
    play: Option<u64>,
    /// Number of threads. They share the schedules.
    #[arg(long, default_value_t = 1)]
    threads: u64,
    /// Leaves out one guard of the product after the other, and prints after how many schedules that is found.
    #[arg(long)]
    planted: bool,
    /// With `--planted`, leaves out only the guards whose name contains this text. Default: all but those that
    /// only the model shows.
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    only: String,
    /// Prints how often each kind of fault and each other event happened.
    #[arg(long)]
    coverage: bool,
    /// Prints the points at which functions died, in the form of `points.txt`.
    #[arg(long)]
    points: bool,
}

/// Default number of schedules.
const SCHEDULES: u64 = 100_000;

/// From this number of schedules on, a search must have seen every kind of fault and every point of `points.txt`.
const COMPLETE_FROM: u64 = 200_000;

/// Default of the most schedules in which the absence of a guard is looked for.
const PLANTED_SCHEDULES_MAX: u64 = 200_000;

/// Schedules make and drop many small values. With the system's allocator a third of the time went into allocation.
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
    match ran.violation {
        None => ExitCode::SUCCESS,
        Some(violation) => {
            println!("{}\n  {}", violation.rule, violation.details);
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
    let unmet = if schedules >= COMPLETE_FROM { unmet(&coverage) } else { Vec::new() };
    if !unmet.is_empty() {
        println!("the search never met these, so they are not tested:\n  {}", unmet.join("\n  "));
        return ExitCode::FAILURE;
    }
    match failed {
        None => {
            println!("no schedule broke a rule");
            ExitCode::SUCCESS
        }
        Some((seed, violation)) => {
            println!("{}", story(seed, &violation));
            ExitCode::FAILURE
        }
    }
}

/// The kinds of fault and the points of death that a long search must meet, and this one did not.
fn unmet(coverage: &Coverage) -> Vec<String> {
    let points = coverage.missing_points(include_str!("../points.txt"));
    coverage.missing_faults().into_iter().chain(points).collect()
}

/// Prints the number of schedules played so far, every ten seconds.
fn say(played: &AtomicU64, began: Instant) {
    let tenths = began.elapsed().as_millis() / 100;
    if tenths > 0 && tenths.is_multiple_of(100) {
        println!("{:>10} after {} s", played.load(Ordering::Relaxed), tenths / 10);
    }
}

fn plant(seed: u64, arguments: &Arguments) -> ExitCode {
    let most = arguments.schedules.unwrap_or(PLANTED_SCHEDULES_MAX);
    println!("leaving out one guard after the other, with schedules of seed {seed}");
    println!("{:>9}  {:<84} rule that was broken", "schedules", "left out");
    let mut is_missed = false;
    let mut table = Vec::new();
    for guard in Guard::ALL {
        let name = format!("{guard:?}");
        if arguments.only.is_empty() && OF_THE_MODEL.contains(&guard)
            || !name.to_lowercase().contains(&arguments.only.to_lowercase())
        {
            continue;
        }
        leave_out(&[guard]);
        let searched = search(seed, 0..most, |_| true);
        let (schedules, words) = (searched.schedules, guard.words());
        if let Some((seed, violation)) = searched.failed {
            println!("{schedules:>7}  {words:<86} {}", violation.rule);
            table.push(format!("{name} {seed} {}", violation.rule));
        } else {
            is_missed = true;
            println!(" MISSED  {words} (not found in {schedules} schedules)");
        }
        leave_out(&[]);
    }
    println!("\nlines for tests/proof/simulation/planted.txt:");
    for line in table {
        println!("{line}");
    }
    if is_missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
