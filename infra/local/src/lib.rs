//! The whole product on this machine: installs the local AWS engine, builds the functions, deploys the template and
//! hands out a [`Stack`] to drive it with. It must never talk to the real AWS.

#![expect(
    clippy::indexing_slicing,
    reason = "only JSON is indexed, by name, and what is not there reads as null"
)]

pub mod api;
pub mod commands;
pub mod day;

mod calls;
mod deploy;
mod drive;
mod engine;
mod error;
mod functions;
mod partners;
mod paths;
mod progress;
mod python;
mod stack;
mod state;

pub use drive::{DeadLetter, Event};
pub use error::Error;
pub use partners::{MARKETPLACE, NewPartner, SELLER, standard};
pub use paths::cargo;
pub use progress::Progress;
pub use stack::{Lifetime, Options, Stack};
pub use state::{State, Stopped, stop};

/// The interpreter of a Python environment that has the packages of a `requirements.txt`, installed first where needed.
///
/// # Errors
///
/// The list cannot be read, there is no suitable Python, or `pip` failed.
pub fn python_with(list: &std::path::Path) -> Result<std::path::PathBuf, Error> {
    python::listed(list, &paths::Paths::find()?, Progress::Shown)
}

/// Builds functions with the quick profile, as [`Stack::start`] does, and answers with their executables.
///
/// # Errors
///
/// A function that does not build, or that no package of the workspace builds.
pub fn build_functions(
    functions: &[String],
) -> Result<std::collections::BTreeMap<String, std::path::PathBuf>, Error> {
    functions::build(&paths::Paths::find()?, functions, Progress::Quiet)
}

/// Cargo's build folder.
///
/// # Errors
///
/// Cargo does not say where it is.
pub fn build_folder() -> Result<std::path::PathBuf, Error> {
    Ok(paths::Paths::find()?.target)
}
