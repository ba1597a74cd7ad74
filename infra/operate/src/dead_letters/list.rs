//! How many dead letters each queue has, how old the oldest is, and why they are there.

use super::{Count, Seen};
use crate::{Error, Operator, Report};
use domain::Moment;
use flows::ports::Clock as _;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many dead letters of a queue are looked at for their age and their reasons.
const LOOKED_AT_MAX: usize = 500;

/// How many reasons are told of a queue, the commonest first.
const REASONS_MAX: usize = 5;

/// What is known of the dead letters of a queue.
struct Listed {
    queue: String,
    count: Count,
    looked_at: usize,
    oldest: Option<Moment>,
    reasons: Vec<(String, usize)>,
}

impl Operator {
    /// Lists the queues with their dead letters.
    pub(crate) async fn list_dead_letters(&self, is_json: bool) -> Result<Report, Error> {
        let mut all = Vec::with_capacity(self.queues.len());
        for queue in &self.queues {
            let count = self.count(queue).await?;
            let seen = match count.visible {
                0 => Vec::new(),
                _ => self.peek(queue, LOOKED_AT_MAX).await?,
            };
            all.push(listed(queue.name.clone(), count, &seen));
        }
        if is_json {
            let queues: Vec<Value> = all.iter().map(view).collect();
            return Ok(Report::done(json!({ "queues": queues }).to_string()));
        }
        let now = self.aws.now();
        let lines: Vec<String> = all.iter().flat_map(|listed| in_words(listed, now)).collect();
        Ok(Report::done(lines.join("\n")))
    }
}

fn listed(queue: String, count: Count, seen: &[Seen]) -> Listed {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for one in seen {
        *reasons.entry(one.why()).or_default() += 1;
    }
    let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| Reverse(*count));
    let oldest = seen.iter().filter_map(|one| one.sent_at).min();
    Listed { queue, count, looked_at: seen.len(), oldest, reasons }
}

fn view(listed: &Listed) -> Value {
    let Listed { queue, count, looked_at, oldest, reasons } = listed;
    let reasons: Vec<Value> =
        reasons.iter().map(|(reason, count)| json!({ "reason": reason, "count": count })).collect();
    json!({ "queue": queue, "count": count.visible, "out_of_sight": count.hidden, "looked_at": looked_at,
        "oldest_at": oldest.map(|at| at.to_string()), "reasons": reasons })
}

fn in_words(listed: &Listed, now: Moment) -> Vec<String> {
    let Listed { queue, count, looked_at, oldest, reasons } = listed;
    let mut line = format!("{queue:<18} {:>6}", count.visible);
    if let Some(oldest) = oldest {
        let ago = ago(*oldest, now);
        let _infallible = write!(line, "  the oldest is of {oldest}, {ago} ago");
    }
    if count.hidden > 0 {
        let more = "more are out of sight: somebody looks at them or redrives them";
        let _infallible = write!(line, "  ({} {more})", count.hidden);
    }
    let mut lines = vec![line];
    let told = reasons.iter().take(REASONS_MAX);
    lines.extend(told.map(|(reason, count)| format!("{count:>25}  {reason}")));
    if reasons.len() > REASONS_MAX {
        lines.push(format!(
            "{:>25}  for other reasons",
            reasons.iter().skip(REASONS_MAX).map(|(_, count)| count).sum::<usize>()
        ));
    }
    if u64::try_from(*looked_at).is_ok_and(|looked_at| looked_at < count.visible) {
        lines
            .push(format!("{looked_at:>25}  were looked at; the others are not counted by reason"));
    }
    lines
}

/// How long ago, in the largest unit that fits.
fn ago(then: Moment, now: Moment) -> String {
    let minutes = now.since(then).as_secs().max(0) / 60;
    match minutes {
        0..120 => format!("{minutes} min"),
        120..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_sqs::types::{Message, MessageAttributeValue, MessageSystemAttributeName};
    use rstest::rstest;

    fn seen(sent_ms: i64, reason: Option<&str>) -> Seen {
        let sent = (MessageSystemAttributeName::SentTimestamp, sent_ms.to_string());
        let message = Message::builder().attributes(sent.0, sent.1);
        let message = match reason {
            Some(reason) => {
                let value =
                    MessageAttributeValue::builder().data_type("String").string_value(reason);
                message.message_attributes("reason", value.build().unwrap())
            }
            None => message,
        };
        Seen::of(message.build())
    }

    #[test]
    fn the_commonest_reason_comes_first() {
        let all = [seen(60_000, None), seen(0, Some("bad")), seen(30_000, Some("bad"))];
        let listed = listed("amazon".to_owned(), Count { visible: 4, hidden: 1 }, &all);
        let lines = in_words(&listed, Moment::from_millis(7_200_000));
        assert_eq!(
            lines,
            [
                "amazon                  4  the oldest is of 1970-01-01T00:00:00Z, 2 h ago  (1 more are out of sight: somebody looks \
             at them or redrives them)",
                "                        2  bad",
                "                        1  no reason: it failed five times, or the bus could not deliver it",
                "                        3  were looked at; the others are not counted by reason",
            ]
        );
    }

    #[rstest]
    #[case::minutes(119, "119 min")]
    #[case::hours(120, "2 h")]
    #[case::still_hours(2_879, "47 h")]
    #[case::days(2_880, "2 days")]
    fn an_age_has_a_unit(#[case] minutes: i64, #[case] expected: &str) {
        assert_eq!(ago(Moment::from_millis(0), Moment::from_millis(minutes * 60_000)), expected);
    }
}
