//! `cargo model`: visits every state of the protocol, with all guards and without each of them.

#![expect(clippy::print_stdout, reason = "it is what the command is for")]

use domain::Channel;
use model::{GUARDS, Guard, Shown, Trial, Without, World, check, trial, worlds};
use std::process::ExitCode;

const HELP: &str = "Visits every state that an order, its senders and a marketplace can get into, and checks each.

cargo model            all worlds with every guard, then without each guard in turn
cargo model --full     for each channel one world in which everything may happen: takes minutes, and gigabytes of memory
cargo model --guard N  what goes wrong without guard N, as a story; N is the guard's number in the output of cargo model";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_as_expected = match arguments.as_slice() {
        [] => as_it_is(&worlds::all()) & without_each(),
        ["--full"] => {
            let full = Channel::ALL.map(|channel| World::full(channel.name(), channel));
            as_it_is(&full) & as_it_is(&[worlds::TWO_AT_EBAY])
        }
        ["--guard", number] => {
            let place = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            place.and_then(without_guard).unwrap_or(false)
        }
        [..] => {
            println!("{HELP}");
            return ExitCode::from(2);
        }
    };
    if is_as_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Checks these worlds with every guard: each must be complete, safe and live. Prints a line of figures for each.
fn as_it_is(worlds: &[World]) -> bool {
    println!(
        "{:26}{:>10}{:>13}{:>7}{:>8}{:>8}",
        "", "states", "transitions", "depth", "orders", "steps"
    );
    let mut is_as_expected = true;
    for world in worlds {
        let trial = trial(*world, Without::NOTHING);
        let report = &trial.report;
        let (orders, steps) = report.items;
        println!(
            "{:26}{:>10}{:>13}{:>7}{orders:>8}{steps:>8}",
            trial.world, report.states, report.transitions, report.depth
        );
        is_as_expected &= says(&trial, None);
    }
    is_as_expected
}

fn without_each() -> bool {
    (0..GUARDS.len()).filter_map(without_guard).fold(true, |all, one| all & one)
}

/// Checks the protocol without the guard at this place: either that does harm, or another guard covers it, as [`GUARDS`]
/// says.
fn without_guard(place: usize) -> Option<bool> {
    let (guard, shown) = GUARDS.into_iter().nth(place)?;
    println!("\n{}. without the guard: {}", place + 1, guard.words());
    Some(without(guard, shown))
}

fn without(guard: Guard, shown: Shown) -> bool {
    match shown {
        Shown::Harm { world, violation } => {
            let trial = trial(world, Without::guard(guard));
            tell(&trial);
            says(&trial, Some(violation))
        }
        Shown::Redundant { worlds, why, with } => {
            println!("   covered by another guard: {why}");
            let mut is_as_expected = true;
            for world in worlds {
                is_as_expected &= says(&trial(*world, Without::guard(guard)), None);
            }
            if let Some((other, world, violation)) = with {
                println!("   without this guard and also without: {}", other.words());
                let both = trial(world, Without::guard(guard).and(other));
                tell(&both);
                is_as_expected &= says(&both, Some(violation));
                is_as_expected &= says(&trial(world, Without::guard(other)), None);
            }
            is_as_expected
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
