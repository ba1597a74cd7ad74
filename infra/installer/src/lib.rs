//! Installs what is not ours into the build folder, once per list of pinned versions: Python's packages and npm's.
//!
//! It knows no AWS and compiles in seconds, because the build script of `settings-api` runs it.

mod error;
mod node;
mod once;
mod python;

pub use error::Error;
pub use python::PythonPackages;

use std::path::PathBuf;
use std::process::{Command, Output};

/// Where packages are installed, and who is told of it.
pub struct Installer<'a> {
    folder: PathBuf,
    say: &'a dyn Fn(&str),
}

impl<'a> Installer<'a> {
    /// `folder` is made where it is missing. `say` gets a line before each step that takes long.
    pub fn new(folder: PathBuf, say: &'a dyn Fn(&str)) -> Self {
        Self { folder, say }
    }
}

/// What a command printed, whether it succeeded or not.
fn output(command: &mut Command) -> Result<Output, Error> {
    let doing = format!("start {}", command.get_program().display());
    command.output().map_err(Error::io(doing))
}

/// Both streams: `venv` complains on the one, `pip` and `npm` on the other.
fn said(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    format!("{stdout}{stderr}").trim().to_owned()
}
