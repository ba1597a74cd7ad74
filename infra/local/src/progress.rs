//! Tells a person what takes so long. The only place of this library that writes to the terminal.

use std::io::Write as _;

/// Whether long steps are announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// On standard error, a line per step.
    Shown,
    /// Not at all, for tests.
    Quiet,
}

impl Progress {
    /// Announces a step that is about to start.
    pub fn say(self, step: &str) {
        if self == Self::Shown {
            // Nobody to tell is no reason to stop.
            let _written = writeln!(std::io::stderr().lock(), "{step}").is_ok();
        }
    }
}
