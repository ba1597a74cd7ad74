//! Where things are: the workspace, its build folder, and what the runner keeps there.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::Error;

/// The variable that names another file for what `cargo local up` left running, so that two can run side by side.
const STATE_FILE: &str = "SHIPCONFIRM_LOCAL_STATE";

/// The folders the runner works with.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// The workspace's root.
    pub(crate) root: PathBuf,
    /// Cargo's build folder.
    pub(crate) target: PathBuf,
    /// What the runner installs and writes there.
    pub(crate) home: PathBuf,
    state_file: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

impl Paths {
    /// Asks cargo, for the build folder may be configured to be anywhere.
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

    /// What `cargo local up` left running.
    pub(crate) fn state_file(&self) -> &Path {
        &self.state_file
    }
}

/// Variables that `cargo run` and `cargo test` set for the program they run.
const SET_BY_CARGO: [&str; 5] =
    ["CARGO_BIN_", "CARGO_CRATE_NAME", "CARGO_MANIFEST_", "CARGO_PKG_", "OUT_DIR"];

/// The cargo that runs us, so that the functions are built with the same toolchain.
///
/// Without what it told us about ourselves: build scripts look at some of these variables, and cargo would run them
/// again, and compile all that depends on them, each time it is started by us after it was started by a person.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if SET_BY_CARGO.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
}

/// The folder of the engine's scripts: this package.
pub(crate) fn scripts() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
