//! The changes of the timeline, in sentences.

use super::super::attention::bare;
use super::super::plain_words::PlainWords;
use super::Told;
use crate::{Change, Channel, Mark, Text, What};

/// A change in a sentence.
pub(super) fn told(change: &Change, channel: Channel) -> Told {
    let note = change.note.as_ref().map(Text::as_str);
    let note = note.map(|note| PlainWords::of(note, channel).text);
    let says = sentence(change.what, note.as_deref().map(bare), channel.shown());
    Told { at: change.at.to_string(), package_id: change.package.clone(), says }
}

fn sentence(what: What, note: Option<&str>, channel: &str) -> String {
    let because = note.map(|note| format!(": {note}")).unwrap_or_default();
    let note = note.unwrap_or("of it");
    match what {
        What::Labelled => format!("Label {note} became its label."),
        What::Voided => format!("Label {note} was voided."),
        What::LeftOut => {
            format!("Something of its label was left out, for it decides nothing{because}.")
        }
        What::Cancelled => "The order was cancelled.".to_owned(),
        What::LinesCancelled => format!("Lines were cancelled{because}."),
        What::ShipByTold => format!("A ship-by was told{because}."),
        What::ShippedOtherwise => format!("The channel was to be looked at{because}."),
        What::CancelRequested => format!("A wish to cancel was told{because}."),
        What::CancelTakenBack => format!("The wish to cancel was taken back{because}."),
        What::LabelRefused => format!("A label was refused{because}."),
        What::PutAside => format!("Somebody put aside {note}."),
        What::ImeisEntered => format!("IMEIs were entered{because}."),
        What::SerialsEntered => format!("Serial numbers were entered{because}."),
        What::Waiting => format!("It waited {note}."),
        What::Ready => format!("It was due, for {channel} to be told."),
        What::Held => format!("It was held{because}."),
        What::Withheld => format!("It was withheld{because}."),
        What::Sending => format!("A sender began to tell {channel}."),
        What::Confirmed => format!("{channel} had its number."),
        What::Verified => format!("{channel} was asked again{because}."),
        What::LookDropped => format!("A look was given up{because}."),
        What::Rejected => format!("{channel} refused it{because}."),
        What::InDoubt => format!("Nobody knew whether {channel} took it{because}."),
        What::Conflict => format!("{channel} was found to have another number{because}."),
        What::Unresolved => {
            format!("It could not be found out whether {channel} took it{because}.")
        }
        What::Observed => format!("It was due while its partner observed{because}."),
        What::Closed => "A person closed it.".to_owned(),
        What::Postponed => format!("It was put off {note}."),
        What::Marked => format!("It was marked for a person: {}.", mark_in_words(note)),
        What::ImeiRegistered => format!("{channel} took the device of line {note}."),
        What::ImeiFailed => format!("{channel} did not take the device of line {note}."),
        What::Person => format!("A person acted: {note}."),
        What::Evidence => format!("That person said what they saw at {channel}{because}."),
    }
}

/// A mark by its name. One that a newer release set has its own name.
fn mark_in_words(name: &str) -> String {
    let mark = serde_json::from_value::<Mark>(name.into());
    mark.map_or_else(|_newer| name.replace('_', " "), |mark| mark.words().to_owned())
}
