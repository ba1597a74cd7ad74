//! A package's state, as a word and what there is to know of it.

use crate::{Held, State, WaitingFor, Withheld};
use serde_json::{Value, json};

pub(super) fn state_view(state: &State) -> (&'static str, Value) {
    match state {
        State::Waiting(WaitingFor::Label) => ("waiting", json!({ "for": "label" })),
        State::Waiting(WaitingFor::Movement) => ("waiting", json!({ "for": "movement" })),
        State::Waiting(WaitingFor::Imeis { deadline, .. }) => {
            ("waiting", json!({ "for": "imeis", "deadline": deadline.to_string() }))
        }
        State::Ready { not_before, imeis_missing, .. } => (
            "ready",
            json!({ "not_before": not_before.map(|at| at.to_string()), "imeis_missing": imeis_missing }),
        ),
        State::Held(held) => {
            let reason = match held {
                Held::ImeisMissing => "imeis_missing",
                Held::Person => "person",
            };
            ("held", json!({ "reason": reason }))
        }
        State::Withheld(withheld) => {
            let reason = match withheld {
                Withheld::Cancelled => "cancelled",
                Withheld::OneTrackingPerOrder => "one_tracking_per_order",
                Withheld::Never => "never",
            };
            ("withheld", json!({ "reason": reason }))
        }
        State::Sending { lease_until } => {
            ("sending", json!({ "lease_until": lease_until.to_string() }))
        }
        State::Confirmed { at, by } => {
            ("confirmed", json!({ "at": at.to_string(), "evidence": by }))
        }
        State::Rejected(rejection) => (
            "rejected",
            json!({ "at": rejection.at.to_string(), "code": rejection.code, "message": rejection.why }),
        ),
        State::InDoubt(doubt) => (
            "in_doubt",
            json!({ "since": doubt.since.to_string(), "reason": doubt.why, "reads": doubt.reads,
                "next_read_at": doubt.read_at.to_string() }),
        ),
        State::Conflict { at, found } => {
            ("conflict", json!({ "at": at.to_string(), "found": found }))
        }
        State::Unresolved { at, why } => {
            ("unresolved", json!({ "at": at.to_string(), "reason": why }))
        }
        State::Closed { at } => ("closed", json!({ "at": at.to_string() })),
    }
}
