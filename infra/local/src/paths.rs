//! Paths of the workspace, its build folder, and the runner's own files in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::Error;

/// The environment variable with the path of another state file. With it, two stacks of `cargo local up` can run at
/// once.
const STATE_FILE: &str = "SHIPCONFIRM_LOCAL_STATE";

/// The folders the runner works with.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// The workspace's root.
    pub(crate) root: PathBuf,
    /// Cargo's build folder.
    pub(crate) target: PathBuf,
    /// The runner's folder in the build folder: what it installs and writes.
    pub(crate) home: PathBuf,
    state_file: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

impl Paths {
    /// Asks cargo for the paths, because the build folder may be configured to be anywhere.
    pub(crate) fn find() -> Result<Self, Error> {
        let doing = "ask cargo where the workspace is";
        let output = cargo()
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(scripts())
            .output()
            .map_err(Error::io(doing))?;
        if !output.status.success() {
            let answer = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(Error::Refused { doing: doing.to_owned(), answer });
        }
        let metadata: Metadata =
            serde_json::from_slice(&output.stdout).map_err(Error::call(doing))?;
        let home = metadata.target_directory.join("local-engine");
        std::fs::create_dir_all(&home).map_err(Error::io(format!("make {}", home.display())))?;
        let state_file =
            std::env::var_os(STATE_FILE).map_or_else(|| home.join("state.json"), PathBuf::from);
        let (root, target) = (metadata.workspace_root, metadata.target_directory);
        Ok(Self { root, target, home, state_file })
    }

    /// The file that describes the stack which `cargo local up` left running.
    pub(crate) fn state_file(&self) -> &Path {
        &self.state_file
    }
}

/// Beginnings of the variables that `cargo run` and `cargo test` set for the program they run.
const SET_BY_CARGO: [&str; 5] =
    ["CARGO_BIN_", "CARGO_CRATE_NAME", "CARGO_MANIFEST_", "CARGO_PKG_", "OUT_DIR"];

/// A command for the cargo that runs this program, so that the functions are built with one toolchain.
///
/// The command does not get the variables that cargo set for this program. Some build scripts read them, so cargo would
/// run those scripts again, and compile all that depends on them, whenever a person's build is followed by ours.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if SET_BY_CARGO.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
}

/// The folder of `engine.py` and `deploy.py`: this package.
pub(crate) fn scripts() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
