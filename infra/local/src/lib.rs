//! Runs the whole product on this machine. It installs the local AWS engine, builds the functions, deploys the template
//! and returns a [`Stack`], whose methods operate it. It must never talk to the real AWS.

#![expect(
    clippy::indexing_slicing,
    reason = "only JSON is indexed, by name, and what is not there reads as null"
)]

pub mod api;
pub mod commands;
pub mod day;
pub mod drill;

mod calls;
mod deploy;
mod engine;
mod error;
mod functions;
mod operations;
mod partners;
mod paths;
mod progress;
mod python;
mod stack;
mod state;

pub use error::Error;
pub use operations::{DeadLetter, Event};
pub use partners::{MARKETPLACE, NewPartner, SELLER, standard};
pub use paths::cargo;
pub use progress::Progress;
pub use stack::{AMAZON_APPLICATION, Lifetime, Options, Stack};
pub use state::{State, Stopped, stop};

/// Path of the interpreter of a Python environment with the packages of a `requirements.txt`. Installs them the first
/// time.
///
/// # Errors
///
/// The file `list` cannot be read, there is no suitable Python, or `pip` failed.
pub fn python_with(list: &std::path::Path) -> Result<std::path::PathBuf, Error> {
    python::listed(list, &paths::Paths::find()?, Progress::Shown)
}

/// Builds functions with the dev profile, as [`Stack::start`] does. Returns the path of each function's executable.
///
/// # Errors
///
/// A function does not build, or no package of the workspace has its name.
pub fn build_functions(
    functions: &[String],
) -> Result<std::collections::BTreeMap<String, std::path::PathBuf>, Error> {
    functions::build(&paths::Paths::find()?, functions, Progress::Quiet)
}

/// Cargo's build folder.
///
/// # Errors
///
/// `cargo metadata` failed.
pub fn build_folder() -> Result<std::path::PathBuf, Error> {
    Ok(paths::Paths::find()?.target)
}
