//! Announces long steps on standard error, so that a person knows what they wait for.

use std::io::Write as _;

/// Whether long steps are announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Each step is a line on standard error.
    Shown,
    /// Nothing is announced. For tests.
    Quiet,
}

impl Progress {
    /// Announces a step that is about to start.
    pub fn say(self, step: &str) {
        if self == Self::Shown {
            // A closed standard error must not stop the work.
            let _written = writeln!(std::io::stderr().lock(), "{step}").is_ok();
        }
    }
}
