//! What became of an order, in words that fit into a table.

use crate::build::seconds;
use domain::{Evidence, Held, LineState, Order, State, WaitingFor, Withheld};

/// Every package's state and marks in words: `ready`, or `1: sending; 2: withheld one_tracking_per_order`.
pub(crate) fn shown(order: &Order) -> String {
    let view = domain::order_view(order, 1);
    let packages = view["packages"].as_array().unwrap();
    let words: Vec<String> = order
        .packages
        .iter()
        .zip(packages)
        .map(|((id, package), view)| {
            let marks = view["marks"].as_array().unwrap();
            let prefix = if order.packages.len() > 1 { format!("{id}: ") } else { String::new() };
            let mut words = vec![format!("{prefix}{}", in_words(&package.state))];
            words.extend(
                package
                    .lines
                    .iter()
                    .map(|(item, line)| format!("[{item} {}]", line_in_words(&line.state))),
            );
            words.extend(marks.iter().map(|mark| format!("+{}", mark.as_str().unwrap())));
            words.join(" ")
        })
        .collect();
    words.join("; ")
}

fn in_words(state: &State) -> String {
    match state {
        State::Waiting(WaitingFor::Label) => "waits for a label".to_owned(),
        State::Waiting(WaitingFor::Movement) => "waits for movement".to_owned(),
        State::Waiting(WaitingFor::Imeis { deadline, warned, .. }) => {
            format!("waits for imeis to {}{}", seconds(*deadline), if *warned { "!" } else { "" })
        }
        State::Ready { not_before: None, imeis_missing: false, .. } => "ready".to_owned(),
        State::Ready { not_before: None, .. } => "ready without imeis".to_owned(),
        State::Ready { not_before: Some(at), .. } => format!("ready at {}", seconds(*at)),
        State::Held(Held::ImeisMissing) => "held without imeis".to_owned(),
        State::Held(Held::Person) => "held".to_owned(),
        State::Withheld(Withheld::Cancelled) => "cancelled".to_owned(),
        State::Withheld(Withheld::OneTrackingPerOrder) => "one_tracking_per_order".to_owned(),
        State::Withheld(Withheld::Never) => "never".to_owned(),
        State::Sending { .. } => "sending".to_owned(),
        State::Confirmed { by: Evidence::Accepted, .. } => "confirmed".to_owned(),
        State::Confirmed { by: Evidence::ReadBack, .. } => "confirmed by reading".to_owned(),
        State::Confirmed { by: Evidence::Person, .. } => "confirmed by a person".to_owned(),
        State::Rejected(rejection) => format!("rejected {}", rejection.code),
        State::InDoubt(doubt) => format!("in doubt, read at {}", seconds(doubt.read_at)),
        State::Conflict { found, .. } => format!("conflict with {found}"),
        State::Unresolved { .. } => "unresolved".to_owned(),
        State::Closed { .. } => "closed".to_owned(),
    }
}

fn line_in_words(state: &LineState) -> String {
    match state {
        LineState::Pending { not_before: None, .. } => "pending".to_owned(),
        LineState::Pending { not_before: Some(at), .. } => format!("pending at {}", seconds(*at)),
        LineState::Sending { .. } => "sending".to_owned(),
        LineState::InDoubt(doubt) => format!("in doubt, read at {}", seconds(doubt.read_at)),
        LineState::Done { .. } => "done".to_owned(),
        LineState::Failed { .. } => "failed".to_owned(),
    }
}
