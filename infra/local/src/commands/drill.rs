//! `cargo local drill`: the table is restored in the middle of a day.

use super::Report;
use crate::drill::{self, Drill, Patience};
use crate::{Error, Options, Progress};

/// `cargo local drill`: plays the restore of the table, as the runbook says. The report is not a success if anything was sent twice, or
/// was lost.
///
/// # Errors
///
/// The stack could not be started, or it failed.
pub async fn drill(orders: u32, to_the_end: bool) -> Result<Report, Error> {
    let progress = Progress::Shown;
    let (mut stack, shops) = drill::open(Options { progress, ..Options::new("") }).await?;
    let patience = if to_the_end { Patience::ToTheEnd } else { Patience::UntilAsked };
    let drill = Drill { orders, patience };
    let outcome = drill::play(&mut stack, &shops, drill, |step| progress.say(step)).await?;
    let succeeded = outcome.wrong.is_empty();
    let verdict = if succeeded {
        "Nothing was sent twice, and nothing was lost.".to_owned()
    } else {
        format!("{} orders are wrong:\n{}", outcome.wrong.len(), outcome.wrong.join("\n"))
    };
    let counts: Vec<String> =
        outcome.counts.iter().map(|(how, count)| format!("{count:>5} {how}")).collect();
    Ok(Report { text: format!("{}\n{verdict}", counts.join("\n")), succeeded })
}
