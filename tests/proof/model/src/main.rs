//! `cargo model`: every state of the protocol, and what each guard is for.

#![expect(clippy::print_stdout, reason = "it is what the command is for")]

use domain::Channel;
use model::{Guard, Shown, Trial, Without, World, check, expected, trial, worlds};
use std::process::ExitCode;

const HELP: &str = "cargo model            every world, and every guard away alone
cargo model --full     everything that may happen in one world, for each channel: minutes, and gigabytes
cargo model --guard N  the counter-example of one guard, by its number in the table";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_well = match arguments.as_slice() {
        [] => as_it_is(&worlds::ALL) & without_each(),
        ["--full"] => {
            let full = Channel::ALL.map(|channel| World::full(channel.name(), channel));
            as_it_is(&full) & as_it_is(&[worlds::TWO_AT_EBAY])
        }
        ["--guard", number] => {
            let place = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            place.and_then(|place| Guard::ALL.get(place)).is_some_and(|guard| without(*guard))
        }
        [..] => {
            println!("{HELP}");
            return ExitCode::from(2);
        }
    };
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The protocol with every guard: complete, safe and live.
fn as_it_is(worlds: &[World]) -> bool {
    println!(
        "{:26}{:>10}{:>13}{:>7}{:>8}{:>8}",
        "", "states", "transitions", "depth", "orders", "steps"
    );
    let mut is_well = true;
    for world in worlds {
        let trial = trial(*world, Without::NOTHING);
        let report = &trial.report;
        let (orders, steps) = report.items;
        println!(
            "{:26}{:>10}{:>13}{:>7}{orders:>8}{steps:>8}",
            trial.world, report.states, report.transitions, report.depth
        );
        is_well &= says(&trial, None);
    }
    is_well
}

fn without_each() -> bool {
    Guard::ALL.into_iter().map(without).fold(true, |all, one| all & one)
}

/// One guard away.
fn without(guard: Guard) -> bool {
    let number = Guard::ALL.iter().take_while(|other| **other != guard).count() + 1;
    println!("\n{number}. without: {}", guard.words());
    match expected(guard) {
        Shown::Harm { world, violation } => {
            let trial = trial(world, Without::guard(guard));
            tell(&trial);
            says(&trial, Some(violation))
        }
        Shown::Redundant { worlds, why, with } => {
            println!("   redundant: {why}");
            let mut is_well = true;
            for world in worlds {
                is_well &= says(&trial(*world, Without::guard(guard)), None);
            }
            if let Some((other, world, violation)) = with {
                println!("   both away, this one and: {}", other.words());
                let both = trial(world, Without::guard(guard).and(other));
                tell(&both);
                is_well &= says(&both, Some(violation));
                is_well &= says(&trial(world, Without::guard(other)), None);
            }
            is_well
        }
    }
}

fn tell(trial: &Trial) {
    println!("   in {}, after {} states:", trial.world, trial.report.states);
    for line in &trial.story {
        println!("      {line}");
    }
}

fn says(trial: &Trial, expected: Option<model::Violation>) -> bool {
    match check(trial, expected) {
        Ok(()) => true,
        Err(other) => {
            println!("   NOT AS EXPECTED: {other}");
            false
        }
    }
}
