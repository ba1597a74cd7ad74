//! Installs cargo-fuzz into the build folder, and builds the targets with it.

use crate::{Stop, say};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of cargo-fuzz.
const VERSION: &str = "0.13.2";

/// Paths of cargo-fuzz and of what it builds.
pub(crate) struct Tools {
    /// The executable of cargo-fuzz.
    program: PathBuf,
    /// The folder of the cargo-fuzz project, in this package.
    project: PathBuf,
    /// The folder for builds, inputs, findings and logs.
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
            say(&format!(
                "Installing cargo-fuzz {VERSION} into {} (only the first time)",
                root.display()
            ));
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
                "libFuzzer is written in C++ and needs a compiler; install one, such as the package g++".to_owned(),
            ));
        }
        say("Building the targets with coverage counters. This takes some minutes the first time");
        succeed(&mut self.cargo_fuzz(), "build the targets")
    }

    /// A command that starts a target as it was built. It does not go through cargo-fuzz, which would build the target
    /// again: all runs of hours must be of one build.
    pub(crate) fn built(&self, target: &str) -> Result<Command, Stop> {
        let build = self.home.join("build");
        let platforms = std::fs::read_dir(&build).map_err(Stop::doing("find what was built"))?;
        let programs = platforms.flatten().map(|of| of.path().join("release").join(target));
        let mut files = programs.filter(|program| program.is_file());
        let missing = || Stop(format!("{target} is not in {}", build.display()));
        files.next().map(Command::new).ok_or_else(missing)
    }

    /// The cargo-fuzz command that builds all targets.
    ///
    /// It uses no sanitizer: our code has no `unsafe`, the targets run several times as fast without one, and the
    /// workspace's own toolchain can build them. It does not trace comparisons, because the seeds and words hold what
    /// numbers and words are compared with: the inputs reach as much without the trace, in half the time. It leaves out
    /// code that nothing calls, because libFuzzer would look at the counters of that code after each run.
    fn cargo_fuzz(&self) -> Command {
        let mut fuzz = without_cargo_variables(&self.program);
        fuzz.args(["build", "--sanitizer", "none", "--no-trace-compares", "--strip-dead-code"]);
        fuzz.arg("--fuzz-dir").arg(&self.project);
        fuzz.arg("--target-dir").arg(self.home.join("build"));
        fuzz
    }
}

fn cargo() -> Command {
    without_cargo_variables(Path::new(&std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())))
}

/// A command without the variables that `cargo run` set for this program. With them cargo would build everything again
/// each time.
fn without_cargo_variables(program: &Path) -> Command {
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

/// Asks cargo for the build folder, which may be configured to be anywhere.
fn build_folder(package: &Path) -> Result<PathBuf, Stop> {
    let mut metadata = cargo();
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(package);
    let output = metadata.output().map_err(Stop::doing("ask cargo where the build folder is"))?;
    let metadata: Option<serde_json::Value> = serde_json::from_slice(&output.stdout).ok();
    let folder = metadata.as_ref().and_then(|metadata| metadata.get("target_directory")?.as_str());
    folder
        .map(PathBuf::from)
        .ok_or_else(|| Stop("cargo does not say where the build folder is".to_owned()))
}

fn succeed(command: &mut Command, what: &str) -> Result<(), Stop> {
    let status = command.status().map_err(Stop::doing(what))?;
    if status.success() { Ok(()) } else { Err(Stop(format!("failed to {what}: {status}"))) }
}
