//! Why something was not installed. Each message says what to do about it.

use std::io;

/// Why something was not installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No Python that is new enough.
    #[error("no Python 3.10 or newer was found; install it so that `python3` starts it")]
    PythonMissing,
    /// Debian and its kin ship the module that makes virtual environments as a package of its own.
    #[error(
        "{python} cannot make virtual environments; install its venv module (Debian, Ubuntu: `apt install python3-venv`)\n{output}"
    )]
    VenvModuleMissing {
        /// The interpreter tried.
        python: String,
        /// What it said.
        output: String,
    },
    /// No Node that is new enough, and Python could not install one.
    #[error(
        "{what} need Node.js {least} or newer with npm; there is none on the PATH, and Python could not install it"
    )]
    NodeMissing {
        /// The packages.
        what: String,
        /// The oldest major version that will do.
        least: u32,
        /// Why it could not be installed.
        #[source]
        source: Box<Error>,
    },
    /// Packages could not be installed.
    #[error(
        "{what} could not be installed; is there a network, and does `{tool}` work here?\n{output}"
    )]
    Install {
        /// What they are.
        what: String,
        /// What installs them.
        tool: &'static str,
        /// What it said.
        output: String,
    },
    /// A file or process of this machine.
    #[error("failed to {doing}")]
    Io {
        /// What was tried.
        doing: String,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: what was tried when an I/O error came.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}
