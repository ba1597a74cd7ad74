//! Where each marketplace has the tracking numbers of an order, stated apart from the product.

use crate::answers::known;
use channels::Answer;
use domain::{Submission, TrackingNumber};
use serde_json::Value;

/// Whether our number stands where the channel has the numbers of this order, or of these lines.
pub(super) fn has_ours(answer: &Answer, submission: &Submission) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else { return false };
    (known(submission.channel).has_ours)(&body, &Numbers(submission))
}

/// The submitted number, which is looked for in answers.
pub(super) struct Numbers<'a>(&'a Submission);

impl Numbers<'_> {
    /// Whether this value is the number.
    pub(super) fn is_ours(&self, number: &Value) -> bool {
        match number {
            Value::String(number) => is_same(number, &self.0.tracking),
            Value::Number(number) => is_same(&number.to_string(), &self.0.tracking),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
        }
    }

    /// Whether one of a list has the number in a field.
    pub(super) fn has(
        &self,
        body: &Value,
        list: &str,
        is_of: &dyn Fn(&Value) -> bool,
        field: &str,
    ) -> bool {
        let held = body.pointer(list).and_then(Value::as_array);
        let is_in = |held: &Value| held.get(field).is_some_and(|number| self.is_ours(number));
        held.into_iter().flatten().any(|held| is_of(held) && is_in(held))
    }

    /// Whether a held number is of lines of ours, or does not say of which lines it is.
    pub(super) fn is_of_lines(&self, held: &Value, lines: &str, id: &str) -> bool {
        let lines = held.get(lines).and_then(Value::as_array);
        lines.is_none_or(|lines| lines.iter().any(|line| is_our_line(line.get(id), self.0)))
    }
}

/// Whether a text is this number, however it is written.
pub(super) fn is_same(text: &str, number: &TrackingNumber) -> bool {
    number.key().is_in(text)
}

fn is_our_line(id: Option<&Value>, submission: &Submission) -> bool {
    let id = id.and_then(Value::as_str);
    submission.items.iter().any(|item| Some(item.item_id.as_str()) == id)
}
