//! An order in words, for a terminal.

use serde_json::Value;

/// The order's packages, refused labels and timeline, a line each.
pub(super) fn in_words(view: &Value) -> String {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut lines = vec![format!(
        "order {} of {} ({}), version {}",
        word(&view["order_id"]),
        word(&view["partner_id"]),
        word(&view["channel"]),
        view["version"]
    )];
    for package in view["packages"].as_array().into_iter().flatten() {
        let detail = said(&package["detail"]).map(|detail| format!(" ({detail})"));
        lines.push(format!(
            "package {}: {}{}",
            word(&package["package_id"]),
            word(&package["state"]),
            detail.unwrap_or_default()
        ));
        for part in ["marks", "label", "sent"] {
            lines.extend(said(&package[part]).map(|said| format!("  {part}: {said}")));
        }
    }
    for label in view["refused_labels"].as_array().into_iter().flatten() {
        lines.push(format!("refused label: {}", said(label).unwrap_or_default()));
    }
    lines.push("timeline:".to_owned());
    for change in view["timeline"].as_array().into_iter().flatten() {
        let note = change["note"].as_str().map(|note| format!(" {note}")).unwrap_or_default();
        lines.push(format!("  {} {}{note}", word(&change["at"]), word(&change["what"])));
    }
    lines.join("\n")
}

/// What a part of an order says, in one line: what is absent, false or empty is left out. The actions are the console's.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Bool(true) | Value::Number(_) => Some(value.to_string()),
        Value::Array(entries) => {
            let said: Vec<String> = entries.iter().filter_map(said).collect();
            (!said.is_empty()).then(|| said.join("; "))
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| *name != "actions");
            let said: Vec<String> = fields
                .filter_map(|(name, value)| {
                    let said = said(value)?;
                    let is_more = value.is_object() || value.is_array();
                    Some(if is_more {
                        format!("{name} [{said}]")
                    } else {
                        format!("{name} {said}")
                    })
                })
                .collect();
            (!said.is_empty()).then(|| said.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_order_is_said_without_what_says_nothing() {
        let view = json!({
            "order_id": "902-1", "partner_id": "amazon-us", "channel": "amazon", "version": 4,
            "packages": [{ "package_id": "1", "state": "confirmed", "detail": { "evidence": "accepted" }, "marks": [],
                "label": { "carrier": "FedEx", "disputed": null, "is_sent": true, "items": [{ "item_id": "5", "quantity": 1 }] },
                "sent": null }],
            "refused_labels": [{ "label_id": "l2", "reason": "detail.tracking_number: is empty", "actions": [1] }],
            "timeline": [{ "at": "2026-11-23T15:04:05Z", "what": "ready", "note": null },
                { "at": "2026-11-23T15:04:05Z", "what": "labelled", "note": "lbl_1" }],
        });
        assert_eq!(
            in_words(&view),
            "order 902-1 of amazon-us (amazon), version 4\n\
             package 1: confirmed (evidence accepted)\n  \
             label: carrier FedEx, is_sent true, items [item_id 5, quantity 1]\n\
             refused label: label_id l2, reason detail.tracking_number: is empty\n\
             timeline:\n  \
             2026-11-23T15:04:05Z ready\n  \
             2026-11-23T15:04:05Z labelled lbl_1"
        );
    }
}
