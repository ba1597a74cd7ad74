//! `cargo fuzzing`: the long run. It builds the targets with coverage in them, tries one after the other, and says in a
//! table what came of it.

mod run;
mod table;
mod tools;

use clap::Parser;
use fuzz::targets;
use std::io::Write as _;
use std::process::ExitCode;

/// Looks for inputs that something is wrong with, guided by what each reaches. Installs cargo-fuzz into the build folder.
#[derive(Parser)]
#[command(name = "cargo fuzzing")]
struct Arguments {
    /// Such as events; all of them unless given
    targets: Vec<String>,
    /// How many inputs each target tries at most
    #[arg(long, default_value_t = 50_000_000)]
    runs: u64,
    /// How long each target is tried at most
    #[arg(long, default_value_t = 3_600)]
    seconds: u64,
    /// Tries this input only, once: a finding again
    #[arg(long, value_name = "FILE")]
    replay: Option<std::path::PathBuf>,
}

/// Why there is no table.
#[derive(Debug)]
pub(crate) struct Stop(String);

impl Stop {
    /// Something could not be done.
    pub(crate) fn doing(what: &str) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.to_owned();
        move |error| Self(format!("failed to {what}: {error}"))
    }
}

/// Says something on standard error. Nobody to tell is no reason to stop.
pub(crate) fn say(words: &str) {
    let _said = writeln!(std::io::stderr().lock(), "{words}").is_ok();
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

/// How many targets found something.
fn fuzzing(arguments: &Arguments) -> Result<usize, Stop> {
    let names: Vec<&str> = targets().iter().map(|target| target.name).collect();
    if let Some(unknown) = arguments.targets.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(Stop(format!("there is no target {unknown}; there are {}", names.join(", "))));
    }
    let is_asked = |name: &str| {
        arguments.targets.is_empty() || arguments.targets.iter().any(|asked| asked == name)
    };
    let tools = tools::Tools::find()?;
    if let Some(input) = &arguments.replay {
        let [name] = arguments.targets.as_slice() else {
            return Err(Stop("one input is of one target: name it".to_owned()));
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
    Ok(done.iter().filter(|done| done.reading.is_some()).count())
}
