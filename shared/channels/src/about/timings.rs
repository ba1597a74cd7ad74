//! What each timing does at most marketplaces, and what a person should read before choosing it.

use super::about;
use domain::{Channel, Timing};

/// What a timing does at a marketplace, and what a person should know before they choose it.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The timing.
    pub timing: Timing,
    /// What it does. `IMEI_WINDOW` in it stands for how long a confirmation waits for IMEIs.
    pub meaning: &'static str,
    /// What a person should read first.
    pub warnings: &'static [&'static str],
}

/// What stands in a meaning for how long a confirmation waits for IMEIs.
const IMEI_WINDOW: &str = "{imei_window}";

pub(crate) const NO_SCAN: &str =
    "Parcels the carrier does not scan are not confirmed until it does.";
pub(crate) const LOCKED: &str = "What was sent is locked: a label that is voided or replaced afterwards cannot be corrected here.";

/// What [`Timing::WhenTrackingShowsMovement`] does at most marketplaces.
pub(crate) const fn moving(warnings: &'static [&'static str]) -> Choice {
    Choice {
        timing: Timing::WhenTrackingShowsMovement,
        meaning: "At the carrier's first scan: the parcel is on its way when the buyer is told.",
        warnings,
    }
}

/// What [`Timing::WhenTrackingIsAssigned`] does at most marketplaces.
pub(crate) const fn assigned(warnings: &'static [&'static str]) -> Choice {
    Choice {
        timing: Timing::WhenTrackingIsAssigned,
        meaning: "As soon as the label is made and assigned to the order, before the carrier has the parcel.",
        warnings,
    }
}

/// What [`Timing::Never`] does.
pub(crate) const NEVER: Choice = Choice {
    timing: Timing::Never,
    meaning: "Nothing is sent. For labels bought on Amazon, which confirm themselves.",
    warnings: &[
        "It also stops every package that is not sent yet.",
        "Going back to another choice releases none of them: each has to be sent by hand.",
    ],
};

fn choice(channel: Channel, timing: Timing) -> Option<&'static Choice> {
    about(channel).choices.iter().find(|choice| choice.timing == timing)
}

/// What a timing does at a marketplace; nothing where it cannot be chosen.
pub fn meaning(channel: Channel, timing: Timing, imei_window_minutes: u32) -> String {
    let unit = if imei_window_minutes == 1 { "minute" } else { "minutes" };
    let window = format!("{imei_window_minutes} {unit}");
    choice(channel, timing)
        .map(|choice| choice.meaning.replace(IMEI_WINDOW, &window))
        .unwrap_or_default()
}

/// What a person should read before choosing a timing; nothing where it cannot be chosen.
pub fn warnings(channel: Channel, timing: Timing) -> &'static [&'static str] {
    choice(channel, timing).map_or(&[], |choice| choice.warnings)
}
