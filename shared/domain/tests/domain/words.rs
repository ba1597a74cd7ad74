//! What became of an order, in words that fit into a table.

use crate::build::seconds;
use domain::{
    Attempt, Evidence, Held, LineState, Order, Package, Pending, Stage, State, WaitingFor, Withheld,
};

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
            let mut words = vec![format!("{prefix}{}", in_words(order, package))];
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

fn in_words(order: &Order, package: &Package) -> String {
    match &package.state {
        State::Waiting(WaitingFor::Label) => "waits for a label".to_owned(),
        State::Waiting(WaitingFor::Movement) => "waits for movement".to_owned(),
        State::Waiting(WaitingFor::Imeis { deadline, warned, .. }) => {
            format!("waits for imeis to {}{}", seconds(*deadline), if *warned { "!" } else { "" })
        }
        State::Waiting(WaitingFor::ShipDay { from }) => {
            format!("waits for its day at {}", seconds(*from))
        }
        State::Waiting(WaitingFor::SendAfter { from }) => {
            format!("waits for its time at {}", seconds(*from))
        }
        State::Ready(ready) if ready.pending.not_before.is_none() && order.lacks_imeis() => {
            "ready without imeis".to_owned()
        }
        State::Ready(ready) => pending_in_words("ready", &ready.pending),
        State::Held(Held::ImeisMissing) => "held without imeis".to_owned(),
        State::Held(Held::Person) => "held".to_owned(),
        State::Held(Held::LabelDisputed) => "held as disputed".to_owned(),
        State::Held(Held::ReplacedLabelMoves) => "held, a former label moves".to_owned(),
        State::Held(Held::ItemsCancelled) => "held, a line was cancelled".to_owned(),
        State::Held(Held::CancelRequested) => "held, the buyer wishes to cancel".to_owned(),
        State::Withheld(Withheld::Cancelled) => "cancelled".to_owned(),
        State::Withheld(Withheld::OneTrackingPerOrder) => "one_tracking_per_order".to_owned(),
        State::Withheld(Withheld::Never) => "never".to_owned(),
        State::Rejected(rejection) => format!("rejected {}", rejection.code),
        State::Closed { .. } => "closed".to_owned(),
        State::Observed(_) => "observed".to_owned(),
        State::Sent(sent) => match &sent.stage {
            Stage::Open(attempt) => attempt_in_words("ready", attempt),
            Stage::Confirmed { by: Evidence::Accepted, .. } => "confirmed".to_owned(),
            Stage::Confirmed { by: Evidence::ReadBack, .. } => "confirmed by reading".to_owned(),
            Stage::Confirmed { by: Evidence::Person, .. } => "confirmed by a person".to_owned(),
            Stage::Conflict { found, .. } => format!("conflict with {found}"),
            Stage::Unresolved { .. } => "unresolved".to_owned(),
            Stage::Closed { .. } => "closed".to_owned(),
        },
    }
}

fn attempt_in_words(pending: &str, attempt: &Attempt) -> String {
    match attempt {
        Attempt::Pending(when) => pending_in_words(pending, when),
        Attempt::Sending { .. } => "sending".to_owned(),
        Attempt::InDoubt(doubt) => format!("in doubt, read at {}", seconds(doubt.read_at)),
    }
}

fn pending_in_words(word: &str, pending: &Pending) -> String {
    match pending.not_before {
        None => word.to_owned(),
        Some(at) => format!("{word} at {}", seconds(at)),
    }
}

fn line_in_words(state: &LineState) -> String {
    match state {
        LineState::Open(attempt) => attempt_in_words("pending", attempt),
        LineState::Done { .. } => "done".to_owned(),
        LineState::Failed { .. } => "failed".to_owned(),
    }
}
