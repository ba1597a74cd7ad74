//! `attention`: what needs a person, counted and grouped by the API's own code.

use crate::in_process::door;
use crate::{Error, Operator, Report};
use api::OrdersApi;
use domain::{Attention, SellerId};
use flows::Writer;
use serde::Deserialize;
use serde_json::{Value, json};

/// A row of the answer, as `GET /attention` says it.
#[derive(Deserialize)]
struct Group {
    partner_id: String,
    reason: String,
    day: String,
    count: usize,
}

impl Operator {
    /// What needs a person, of one seller or of all.
    pub(crate) async fn attention(
        &self,
        seller: Option<&str>,
        is_json: bool,
    ) -> Result<Report, Error> {
        let sellers = self.sellers_named(seller).await?;
        let mut answers = Vec::with_capacity(sellers.len());
        for seller in sellers {
            let answer = self.attention_of(&seller).await?;
            answers.push((seller, answer));
        }
        if is_json {
            let with_seller = |(seller, mut answer): (SellerId, Value)| {
                if let Some(fields) = answer.as_object_mut() {
                    fields.insert("seller_id".to_owned(), json!(seller));
                }
                answer
            };
            let answers: Vec<Value> = answers.into_iter().map(with_seller).collect();
            return Ok(Report::done(json!({ "sellers": answers }).to_string()));
        }
        let mut lines = Vec::new();
        for (seller, answer) in &answers {
            lines.extend(of_seller(seller, answer)?);
        }
        if lines.is_empty() {
            lines.push("Nothing needs a person.".to_owned());
        }
        Ok(Report::done(lines.join("\n")))
    }

    async fn attention_of(&self, seller: &SellerId) -> Result<Value, Error> {
        let call = self.get(seller, "/attention");
        let reply = OrdersApi::new(&self.aws, door()).answer(&call, &Writer::new("operate")).await;
        Self::answered(reply, "count what needs a person")
    }
}

/// The rows of a seller. What is too much to be counted is said.
fn of_seller(seller: &SellerId, answer: &Value) -> Result<Vec<String>, Error> {
    let groups = answer.get("groups").cloned().unwrap_or_default();
    let groups: Vec<Group> = serde_json::from_value(groups).map_err(|error| Error::Failed {
        doing: "read what needs a person".to_owned(),
        answer: error.to_string(),
    })?;
    let mut lines = Vec::new();
    if !groups.is_empty() {
        let total: usize = groups.iter().map(|group| group.count).sum();
        lines.push(format!("Seller {seller}: {total}"));
    }
    for Group { partner_id, reason, day, count } in groups {
        lines.push(format!("  {count:>6}  {day}  {partner_id}: {}", in_words(&reason)));
    }
    if answer.get("is_complete") == Some(&Value::Bool(false)) {
        lines.push("  There is more, which is not counted.".to_owned());
    }
    Ok(lines)
}

/// A reason in words, whatever it is of.
fn in_words(reason: &str) -> &str {
    let of_order = Attention::ALL.into_iter().find(|one| one.name() == reason);
    match (of_order, reason) {
        (Some(reason), _) => reason.words(),
        (None, "partner_stopped") => "the partner is stopped: its credentials are refused",
        (None, "carrier_unlisted") => "a carrier that its channel does not list",
        (None, other) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The console's list and this one say the same of each reason that the console has words for.
    #[test]
    fn the_console_says_the_same() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../functions/settings-api/console/src/attention/groups.js"
        );
        let text = std::fs::read_to_string(file).unwrap();
        let (_, rows) = text.split_once("const REASONS = {").unwrap();
        let (rows, _) = rows.split_once("};").unwrap();
        let row = |row: &str| {
            let (name, rest) = row.trim().split_once(": [\"")?;
            let (words, _) = rest.split_once("\", [")?;
            Some((name.to_owned(), words.to_owned()))
        };
        let said: Vec<(String, String)> = rows.lines().filter_map(row).collect();
        assert!(said.len() > 15, "{said:?}");
        for (name, words) in said {
            assert_eq!(in_words(&name), words, "{name}");
        }
    }

    #[test]
    fn rows_are_counted_by_seller() {
        let answer = json!({ "groups": [
            { "partner_id": "p", "reason": "no_movement", "day": "2026-11-28", "count": 12, "rank": 16 },
            { "partner_id": "p", "reason": "partner_stopped", "day": "2026-11-29", "count": 1, "rank": 0 },
        ], "is_complete": false });
        let lines = of_seller(&"acme".parse().unwrap(), &answer).unwrap();
        assert_eq!(
            lines,
            [
                "Seller acme: 13",
                "      12  2026-11-28  p: no scan so far",
                "       1  2026-11-29  p: the partner is stopped: its credentials are refused",
                "  There is more, which is not counted.",
            ]
        );
    }
}
