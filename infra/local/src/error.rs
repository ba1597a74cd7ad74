//! What can go wrong between a checkout and a running stack. Each message says what to do about it.

use std::io;

/// Why the local stack could not be started, used or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Packages could not be installed.
    #[error(transparent)]
    Install(#[from] installer::Error),
    /// The functions do not build.
    #[error("the functions do not build\n{output}")]
    Build {
        /// What cargo said, unless it was shown already.
        output: String,
    },
    /// The template names a function that was not built.
    #[error(
        "the template names the function {function}, and no package builds it; add functions/{function} or take it out of infra/template.yaml"
    )]
    FunctionMissing {
        /// As in `CodeUri`.
        function: String,
    },
    /// Another program listens there.
    #[error(
        "port {port} is taken; give another with {option}, or end what uses it (`cargo local down`, if it is a stack left running)"
    )]
    PortTaken {
        /// The port asked for.
        port: u16,
        /// How it was asked for.
        option: &'static str,
    },
    /// The engine ended before it answered.
    #[error("the local AWS engine did not start; its log {log} ends with\n{tail}")]
    EngineFailed {
        /// Where its whole log is.
        log: String,
        /// The log's last lines.
        tail: String,
    },
    /// The template was refused, or a resource failed.
    #[error("the template was not deployed: {reason}")]
    Deploy {
        /// In the engine's words.
        reason: String,
    },
    /// A stack was left running before.
    #[error("a local stack is already running at {engine}; end it with `cargo local down`")]
    AlreadyRunning {
        /// Its endpoint.
        engine: String,
    },
    /// No stack was left running.
    #[error("no local stack is running; start one with `cargo local up`")]
    NotRunning,
    /// The engine was told to end and did not.
    #[error("the local AWS engine did not end; end its process by hand: `kill -9 {pid}`")]
    StillRunning {
        /// The process that leads its group.
        pid: u32,
    },
    /// No queue of the stack has this name.
    #[error("no queue is called {name}; there are {known}")]
    UnknownQueue {
        /// The name given.
        name: String,
        /// The names there are, separated by commas.
        known: String,
    },
    /// A function answered with an error.
    #[error("the function {function} failed: {answer}")]
    Function {
        /// The function's name.
        function: String,
        /// Its error, as it reported it.
        answer: String,
    },
    /// The engine refused a call.
    #[error("the engine refused to {doing}: {answer}")]
    Refused {
        /// What was asked.
        doing: String,
        /// Its answer.
        answer: String,
    },
    /// Something that is not there, or cannot be.
    #[error("cannot {doing}: {answer}")]
    Impossible {
        /// What was asked.
        doing: String,
        /// Why not, and what can be.
        answer: String,
    },
    /// A call did not come back.
    #[error("failed to {doing}")]
    Call {
        /// What was asked.
        doing: String,
        /// Why not.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
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

    /// For `map_err`: what was asked of the engine when a call failed.
    pub(crate) fn call<E>(doing: impl Into<String>) -> impl FnOnce(E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let doing = doing.into();
        move |source| Self::Call { doing, source: Box::new(source) }
    }
}
