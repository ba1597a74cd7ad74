//! cargo-fuzz, in the build folder; and what it builds.

use crate::{Stop, say};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of cargo-fuzz.
const VERSION: &str = "0.13.2";

/// Where things are.
pub(crate) struct Tools {
    /// cargo-fuzz.
    program: PathBuf,
    /// Its project, beside this package.
    project: PathBuf,
    /// Everything that is made: builds, inputs, findings, logs.
    pub(crate) home: PathBuf,
}

impl Tools {
    /// Finds cargo-fuzz, or installs it.
    pub(crate) fn find() -> Result<Self, Stop> {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = build_folder(package)?;
        let root = target.join("tools");
        let tools = Self {
            program: root.join("bin").join("cargo-fuzz"),
            project: package.join("fuzz"),
            home: target.join("fuzzing"),
        };
        let version = Command::new(&tools.program).arg("--version").output();
        let is_there = version
            .is_ok_and(|said| String::from_utf8_lossy(&said.stdout).trim().ends_with(VERSION));
        if !is_there {
            say(&format!("Installing cargo-fuzz {VERSION} into {}, once", root.display()));
            let mut install = cargo();
            install.args([
                "install",
                "--quiet",
                "--locked",
                "cargo-fuzz",
                "--version",
                VERSION,
                "--root",
            ]);
            succeed(install.arg(&root), "install cargo-fuzz")?;
        }
        Ok(tools)
    }

    /// Builds every target.
    pub(crate) fn build(&self) -> Result<(), Stop> {
        if ["c++", "g++", "clang++"]
            .iter()
            .all(|name| Command::new(name).arg("--version").output().is_err())
        {
            return Err(Stop(
                "libFuzzer is in C++: a compiler is needed, such as the package g++".to_owned(),
            ));
        }
        say("Building the targets with coverage in them; the first time takes some minutes");
        succeed(&mut self.cargo_fuzz(), "build the targets")
    }

    /// A target as it was built. It is started by itself: cargo-fuzz would build it again before each, and a run of hours
    /// is of one build.
    pub(crate) fn built(&self, target: &str) -> Result<Command, Stop> {
        let build = self.home.join("build");
        let platforms = std::fs::read_dir(&build).map_err(Stop::doing("find what was built"))?;
        let programs = platforms.flatten().map(|of| of.path().join("release").join(target));
        let mut files = programs.filter(|program| program.is_file());
        let missing = || Stop(format!("{target} is not in {}", build.display()));
        files.next().map(Command::new).ok_or_else(missing)
    }

    /// How cargo-fuzz builds.
    ///
    /// Without a sanitizer: there is no unsafe code of ours that one would look at, without one the targets run several
    /// times as fast, and the toolchain of everything else can build them. Comparisons are not traced, for the same inputs
    /// reach as much without it and take half the time: what a number or a word is compared with is in the seeds and words.
    /// Code that nothing calls is left out: its counters would be gone through after each run.
    fn cargo_fuzz(&self) -> Command {
        let mut fuzz = free_of_cargo(&self.program);
        fuzz.args(["build", "--sanitizer", "none", "--no-trace-compares", "--strip-dead-code"]);
        fuzz.arg("--fuzz-dir").arg(&self.project);
        fuzz.arg("--target-dir").arg(self.home.join("build"));
        fuzz
    }
}

fn cargo() -> Command {
    free_of_cargo(Path::new(&std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())))
}

/// A program that does not take over what `cargo run` has set for this one: it would build everything anew each time.
fn free_of_cargo(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        }) {
            command.env_remove(&name);
        }
    }
    command
}

/// Asks cargo, for the build folder may be configured to be anywhere.
fn build_folder(package: &Path) -> Result<PathBuf, Stop> {
    let mut metadata = cargo();
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(package);
    let said = metadata.output().map_err(Stop::doing("ask cargo where the build folder is"))?;
    let metadata: Option<serde_json::Value> = serde_json::from_slice(&said.stdout).ok();
    let folder = metadata.as_ref().and_then(|metadata| metadata.get("target_directory")?.as_str());
    folder
        .map(PathBuf::from)
        .ok_or_else(|| Stop("cargo does not say where the build folder is".to_owned()))
}

fn succeed(command: &mut Command, what: &str) -> Result<(), Stop> {
    let status = command.status().map_err(Stop::doing(what))?;
    if status.success() { Ok(()) } else { Err(Stop(format!("failed to {what}: {status}"))) }
}
