//! Dead letters with their reasons. They stay where they are.

use super::Seen;
use super::letter::fields;
use crate::{Error, Operator, Report};
use aws_sdk_sqs::types::MessageSystemAttributeName;
use serde_json::{Map, Value, json};

/// A dead letter as it is shown.
struct Shown {
    queue: String,
    id: String,
    sent_at: Option<String>,
    receives: Option<String>,
    reason: String,
    fields: Map<String, Value>,
}

impl Operator {
    /// Shows the oldest dead letters.
    pub(crate) async fn show_dead_letters(
        &self,
        queue: Option<&str>,
        limit: usize,
        is_json: bool,
    ) -> Result<Report, Error> {
        let mut all = Vec::new();
        for queue in self.asked_queues(queue)? {
            if self.count(queue).await?.visible > 0 {
                let seen = self.peek(queue, limit).await?;
                all.extend(seen.iter().map(|seen| shown(&queue.name, seen)));
            }
        }
        if is_json {
            let letters: Vec<Value> = all.iter().map(view).collect();
            return Ok(Report::done(json!({ "dead_letters": letters }).to_string()));
        }
        if all.is_empty() {
            return Ok(Report::done("There are no dead letters."));
        }
        Ok(Report::done(all.iter().map(in_words).collect::<Vec<_>>().join("\n\n")))
    }
}

fn shown(queue: &str, seen: &Seen) -> Shown {
    let system = seen.message.attributes();
    let receives = system.and_then(|attributes| {
        attributes.get(&MessageSystemAttributeName::ApproximateReceiveCount)
    });
    Shown {
        queue: queue.to_owned(),
        id: seen.message.message_id().unwrap_or_default().to_owned(),
        sent_at: seen.sent_at.map(|at| at.to_string()),
        receives: receives.cloned(),
        reason: seen.why(),
        fields: fields(seen.message.body().unwrap_or_default()),
    }
}

fn view(shown: &Shown) -> Value {
    let Shown { queue, id, sent_at, receives, reason, fields } = shown;
    json!({ "queue": queue, "message_id": id, "sent_at": sent_at, "receives": receives, "reason": reason,
        "message": fields })
}

fn in_words(shown: &Shown) -> String {
    let Shown { queue, id, sent_at, receives, reason, fields } = shown;
    let sent = sent_at.as_deref().unwrap_or("an unknown time");
    let receives = receives.as_deref().unwrap_or("some");
    let mut lines = vec![
        format!("{queue}: message {id}, sent at {sent}, received {receives} times"),
        format!("  {reason}"),
    ];
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    lines.extend(fields.iter().map(|(name, value)| format!("    {name}: {}", word(value))));
    lines.join("\n")
}
