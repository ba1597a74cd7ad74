//! `cargo fuzzing`: the long run. It builds the targets with coverage counters, runs one after the other, and prints
//! the results as a table.

mod run;
mod table;
mod tools;

use clap::Parser;
use fuzz::targets;
use std::io::Write as _;
use std::process::ExitCode;

/// Runs libFuzzer on everything that comes from outside, and prints the inputs that show a fault. Installs cargo-fuzz
/// into the build folder.
#[derive(Parser)]
#[command(name = "cargo fuzzing")]
struct Arguments {
    /// Targets to run, such as events. Default: all
    targets: Vec<String>,
    /// Most inputs that each target tries
    #[arg(long, default_value_t = 50_000_000)]
    runs: u64,
    /// Longest time that each target runs. Unit: seconds
    #[arg(long, default_value_t = 3_600)]
    seconds: u64,
    /// Runs the given target on this input only, once: repeats a finding
    #[arg(long, value_name = "FILE")]
    replay: Option<std::path::PathBuf>,
}

/// Why the command ends without a table. Shape: a sentence for the terminal.
#[derive(Debug)]
pub(crate) struct Stop(String);

impl Stop {
    /// Makes a `Stop` in `map_err`. `what` says what was tried.
    pub(crate) fn doing(what: &str) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.to_owned();
        move |error| Self(format!("failed to {what}: {error}"))
    }
}

/// Prints a line on standard error. A closed standard error must not stop the run.
pub(crate) fn say(line: &str) {
    let _written = writeln!(std::io::stderr().lock(), "{line}").is_ok();
}

fn main() -> ExitCode {
    match fuzzing(&Arguments::parse()) {
        Ok(findings) => ExitCode::from(u8::from(findings > 0)),
        Err(Stop(why)) => {
            say(&why);
            ExitCode::FAILURE
        }
    }
}

/// Runs the targets that are asked for. Returns how many found something.
fn fuzzing(arguments: &Arguments) -> Result<usize, Stop> {
    let names: Vec<&str> = targets().iter().map(|target| target.name).collect();
    if let Some(unknown) = arguments.targets.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(Stop(format!(
            "there is no target {unknown}; the targets are {}",
            names.join(", ")
        )));
    }
    let is_asked = |name: &str| {
        arguments.targets.is_empty() || arguments.targets.iter().any(|asked| asked == name)
    };
    let tools = tools::Tools::find()?;
    if let Some(input) = &arguments.replay {
        let [name] = arguments.targets.as_slice() else {
            return Err(Stop(
                "--replay needs the name of one target, as in `cargo fuzzing events --replay FILE`"
                    .to_owned(),
            ));
        };
        tools.build()?;
        return run::replay(&tools, name, input);
    }
    tools.build()?;
    let mut done = Vec::new();
    for target in targets().iter().filter(|target| is_asked(target.name)) {
        done.push(run::run(&tools, target, (arguments.runs, arguments.seconds))?);
    }
    let table = table::table(&done);
    std::io::stdout().write_all(table.as_bytes()).map_err(Stop::doing("show the table"))?;
    Ok(done.iter().filter(|done| done.finding.is_some()).count())
}
