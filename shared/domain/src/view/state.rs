//! The details of a package's state, beside its name.

use super::looks::shows_view;
use super::never::never_view;
use super::plain_words::PlainWords;
use crate::{
    Attempt, Channel, Held, Lacking, NeverSpan, Order, Package, Pending, Stage, State, WaitingFor,
    Withheld,
};
use serde_json::{Value, json};

/// `never` is the time under `never` that stopped the package, where that is known.
pub(super) fn detail(order: &Order, package: &Package, never: Option<&NeverSpan>) -> Value {
    match &package.state {
        State::Waiting(WaitingFor::Label) => json!({ "for": "label" }),
        State::Waiting(WaitingFor::Movement) => json!({ "for": "movement" }),
        State::Waiting(WaitingFor::ShipDay { from }) => {
            json!({ "for": "ship_day", "from": from.to_string() })
        }
        State::Waiting(WaitingFor::SendAfter { from }) => {
            json!({ "for": "send_after", "from": from.to_string() })
        }
        State::Waiting(WaitingFor::Imeis { deadline, .. }) => {
            json!({ "for": "imeis", "deadline": deadline.to_string(),
                "missing": order.lacking().names() })
        }
        State::Ready(ready) => pending(&ready.pending, order.lacking()),
        State::Held(held) => {
            let reason = match held {
                Held::ImeisMissing => "imeis_missing",
                Held::Person => "person",
                Held::LabelDisputed => "label_disputed",
                Held::ReplacedLabelMoves => "replaced_label_moves",
                Held::ItemsCancelled => "items_cancelled",
                Held::CancelRequested => "cancel_requested",
            };
            let mut view = json!({ "reason": reason });
            if let (Held::ImeisMissing, Some(fields)) = (held, view.as_object_mut()) {
                fields.insert("missing".to_owned(), json!(order.lacking().names()));
            }
            view
        }
        State::Withheld(Withheld::Cancelled) => json!({ "reason": "cancelled" }),
        State::Withheld(Withheld::OneTrackingPerOrder) => {
            json!({ "reason": "one_tracking_per_order" })
        }
        State::Withheld(Withheld::Never) => {
            json!({ "reason": "never", "never": never.map(never_view) })
        }
        State::Rejected(rejection) => {
            json!({ "at": rejection.at.to_string(), "code": rejection.code, "message": rejection.why })
        }
        State::Closed { at } => json!({ "at": at.to_string() }),
        State::Observed(observed) => {
            json!({ "at": observed.at.to_string(), "shows": observed.shows.as_ref().map(shows_view) })
        }
        State::Sent(sent) => stage(&sent.stage, order.channel),
    }
}

fn stage(stage: &Stage, channel: Channel) -> Value {
    match stage {
        // A repeat goes out as it was, whatever is missing.
        Stage::Open(Attempt::Pending(repeat)) => pending(repeat, Lacking::default()),
        Stage::Open(Attempt::Sending { lease_until }) => {
            json!({ "lease_until": lease_until.to_string() })
        }
        Stage::Open(Attempt::InDoubt(doubt)) => {
            let why = PlainWords::of(doubt.why.as_str(), channel);
            let view = json!({ "since": doubt.since.to_string(), "reason": why.text,
                "reads": doubt.reads, "next_read_at": doubt.read_at.to_string() });
            why.beside(view)
        }
        Stage::Confirmed { at, by } => json!({ "at": at.to_string(), "evidence": by }),
        Stage::Conflict { at, found } => json!({ "at": at.to_string(), "found": found }),
        Stage::Unresolved { at, why, former } => {
            let why = PlainWords::of(why.as_str(), channel);
            let mut detail = json!({ "at": at.to_string(), "reason": why.text });
            if let (Some(former), Some(fields)) = (former, detail.as_object_mut()) {
                fields.insert("former".to_owned(), json!(former));
            }
            why.beside(detail)
        }
        Stage::Closed { at } => json!({ "at": at.to_string() }),
    }
}

fn pending(pending: &Pending, lacking: Lacking) -> Value {
    let not_before = pending.not_before.map(|at| at.to_string());
    json!({ "not_before": not_before, "imeis_missing": lacking.any(), "missing": lacking.names() })
}
