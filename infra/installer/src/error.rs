//! Why something was not installed. Each message says what to do about it.

use std::io;

/// Why something was not installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// This machine has no Python that is new enough.
    #[error("no Python 3.10 or newer was found; install it so that `python3` starts it")]
    PythonMissing,
    /// Python lacks the module that makes virtual environments. Debian and Ubuntu ship it as a package of its own.
    #[error(
        "{python} cannot make virtual environments; install its venv module (Debian, Ubuntu: `apt install python3-venv`)\n{output}"
    )]
    VenvModuleMissing {
        /// The interpreter that was tried.
        python: String,
        /// What the interpreter printed.
        output: String,
    },
    /// This machine has no Node.js that is new enough, and Python could not install one.
    #[error(
        "{what} need Node.js {least} or newer with npm; there is none on the PATH, and Python could not install it"
    )]
    NodeMissing {
        /// What the packages are, in words for people.
        what: String,
        /// The oldest major version that will do.
        least: u32,
        /// Why Node.js could not be installed.
        #[source]
        source: Box<Error>,
    },
    /// Packages could not be installed.
    #[error(
        "{what} could not be installed; is there a network, and does `{tool}` work here?\n{output}"
    )]
    Install {
        /// What the packages are, in words for people.
        what: String,
        /// The program that installs them.
        tool: &'static str,
        /// What that program printed.
        output: String,
    },
    /// An operation on a file or process of this machine failed.
    #[error("failed to {doing}")]
    Io {
        /// What was tried: reads after "failed to".
        doing: String,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// Makes an [`Error::Io`] in `map_err`. `doing` says what was tried.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}
