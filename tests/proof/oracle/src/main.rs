//! `cargo oracle`: gives random inputs to the product and to the oracle, and prints where they differ.
#![expect(clippy::print_stdout, reason = "a command for people")]

use clap::Parser;
use fastrand::Rng;
use oracle::coverage::Coverage;
use oracle::report::report;
use oracle::sequences::{Product, search, shrink};
use std::process::ExitCode;
use std::time::Instant;

/// Orders are cloned, and are made of short texts. With the system's allocator a third of the time went into
/// allocation.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Gives random inputs to the product and to the oracle, a second statement of the rules, and prints where they differ.
#[derive(Parser)]
struct Arguments {
    /// Number of inputs.
    #[arg(long, default_value_t = 10_000_000)]
    inputs: u64,
    /// Seed of the random inputs. Default: a new random seed.
    #[arg(long)]
    seed: Option<u64>,
    /// Number of differences to print before the search ends.
    #[arg(long, default_value_t = 1)]
    most: u32,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seed = arguments.seed.unwrap_or_else(|| Rng::new().u64(0..1 << 32));
    println!("seed {seed}, {} inputs", arguments.inputs);
    let product: Product<'_> = &domain::step;
    let began = Instant::now();
    let mut rng = Rng::with_seed(seed);
    let mut coverage = Coverage::new();
    let (mut sequences, mut shown, mut next) = (0_u64, 0, 5_000_000);
    while coverage.inputs() < arguments.inputs {
        sequences += 1;
        if let Some(divergence) = search(&mut rng, product, &mut coverage) {
            println!("{}", report(&shrink(divergence, product), seed));
            shown += 1;
            if shown == arguments.most {
                return ExitCode::FAILURE;
            }
        }
        if coverage.inputs() >= next {
            next += 5_000_000;
            let seconds = began.elapsed().as_secs().max(1);
            println!(
                "{:>12} inputs, {:>8} a second",
                coverage.inputs(),
                coverage.inputs() / seconds
            );
        }
    }
    let seconds = began.elapsed().as_secs().max(1);
    println!("\n{}", coverage.table());
    println!(
        "{} inputs in {sequences} sequences, {seconds} s, {} a second, {shown} differences",
        coverage.inputs(),
        coverage.inputs() / seconds
    );
    let missing = coverage.missing();
    if !missing.is_empty() {
        println!("never came, so not compared: {}", missing.join(", "));
    }
    if missing.is_empty() && shown == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
