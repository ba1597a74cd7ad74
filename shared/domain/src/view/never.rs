//! Who set `never` and who left it, as it is shown.

use crate::{NeverChange, NeverSpan};
use serde_json::{Value, json};

/// One time under `never`, in parts and in words.
pub fn never_view(span: &NeverSpan) -> Value {
    json!({ "set": span.set.as_ref().map(change), "left": span.left.as_ref().map(change),
        "in_words": span.to_string() })
}

fn change(change: &NeverChange) -> Value {
    json!({ "at": change.at.to_string(), "by": change.by })
}
