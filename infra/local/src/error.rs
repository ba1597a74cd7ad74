//! Why the local stack could not be started, used or stopped. A message says what to do, where the program knows it.

use std::io;

/// Why the local stack could not be started, used or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Packages could not be installed.
    #[error(transparent)]
    Install(#[from] installer::Error),
    /// Cargo could not build the functions.
    #[error("the functions do not build\n{output}")]
    Build {
        /// What cargo printed, unless it was shown already.
        output: String,
    },
    /// The template names a function that no package builds.
    #[error(
        "the template names the function {function}, and no package builds it; add functions/{function} or take it out of infra/template.yaml"
    )]
    FunctionMissing {
        /// The function's name, as in `CodeUri`.
        function: String,
    },
    /// Another program listens on the port.
    #[error(
        "port {port} is in use; choose another with {option}, or end the program that uses it (`cargo local down`, if it is a stack left running)"
    )]
    PortTaken {
        /// The port that was asked for.
        port: u16,
        /// The command-line option that chooses this port.
        option: &'static str,
    },
    /// The engine ended before it answered.
    #[error("the local AWS engine did not start; its log {log} ends with\n{tail}")]
    EngineFailed {
        /// The path of its whole log.
        log: String,
        /// The log's last lines.
        tail: String,
    },
    /// The engine refused the template, or a resource failed.
    #[error("the template was not deployed: {reason}")]
    Deploy {
        /// The reason in the engine's words.
        reason: String,
    },
    /// A stack that was left running still runs.
    #[error("a local stack is already running at {engine}; end it with `cargo local down`")]
    AlreadyRunning {
        /// The engine's endpoint.
        engine: String,
    },
    /// No stack was left running.
    #[error("no local stack is running; start one with `cargo local up`")]
    NotRunning,
    /// The engine was asked to end and still runs.
    #[error("the local AWS engine did not end; end its process by hand: `kill -9 {pid}`")]
    StillRunning {
        /// The process that leads its group.
        pid: u32,
    },
    /// No queue of the stack has this name.
    #[error("no queue is called {name}; the queues are {known}")]
    UnknownQueue {
        /// The name that was asked for.
        name: String,
        /// The names of all queues, separated by commas.
        known: String,
    },
    /// A function answered with an error.
    #[error("the function {function} failed: {answer}")]
    Function {
        /// The function's name.
        function: String,
        /// The error as the function reported it.
        answer: String,
    },
    /// The engine refused a call.
    #[error("the engine refused to {doing}: {answer}")]
    Refused {
        /// What was asked of it: reads after "refused to".
        doing: String,
        /// The engine's answer.
        answer: String,
    },
    /// What was asked for is not there, or is not possible.
    #[error("cannot {doing}: {answer}")]
    Impossible {
        /// What was asked for: reads after "cannot".
        doing: String,
        /// Why not, and what is possible.
        answer: String,
    },
    /// A call got no usable answer.
    #[error("failed to {doing}")]
    Call {
        /// What was tried: reads after "failed to".
        doing: String,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
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

    /// Makes an [`Error::Call`] in `map_err`. `doing` says what was tried.
    pub(crate) fn call<E>(doing: impl Into<String>) -> impl FnOnce(E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let doing = doing.into();
        move |source| Self::Call { doing, source: Box::new(source) }
    }
}
