//! Why something could not be measured.

use std::io;

/// Why something could not be measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("failed to {doing}: {source}")]
    Io { doing: String, source: io::Error },
    #[error("`{command}` failed\n{printed}")]
    Install { command: String, printed: String },
    #[error(transparent)]
    Local(#[from] local::Error),
    #[error("a candidate is not installed")]
    NotInstalled,
    #[error("the measured function: {0}")]
    Function(String),
    #[error(
        "this machine does not allow a control group for the CPU quota (it needs root, and the `cpu` controller under /sys/fs/cgroup); measure without the quota: --no-quota"
    )]
    NoCgroup,
    #[error("the stand-in for AWS: {0}")]
    Stub(#[from] stub::StubError),
    #[error("prices.toml: {0}")]
    Prices(String),
    #[error(transparent)]
    Growth(#[from] growth::GrowthError),
    #[error("{0}")]
    Missed(String),
}

impl Error {
    /// Makes an [`Error::Io`] in `map_err`. `doing` says what was tried.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}
