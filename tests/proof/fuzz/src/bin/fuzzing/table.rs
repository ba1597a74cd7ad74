//! The results of all targets, as a table.

use crate::run::Done;
use std::fmt::Write as _;

/// The results as a table in Markdown, one row for each target.
pub(crate) fn table(done: &[Done]) -> String {
    let mut table = String::from(
        "| target | runs | seconds | runs/s | edges reached | inputs kept | finding |\n|---|---:|---:|---:|---:|---:|---|\n",
    );
    for done in done {
        let finding = done
            .finding
            .as_ref()
            .map_or_else(|| "none".to_owned(), |file| file.display().to_string());
        let Done { target, runs, seconds, reached, inputs, .. } = done;
        let rate = runs / (*seconds).max(1);
        // Writing to a string cannot fail.
        let _written = writeln!(
            table,
            "| {target} | {runs} | {seconds} | {rate} | {reached} | {inputs} | {finding} |"
        )
        .is_ok();
    }
    table
}
