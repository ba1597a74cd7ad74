//! The log of what people changed of a partner. Of a secret it says only that it was replaced.

use super::SettingsCall;
use super::watch;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::views::said_ends;
use domain::{CarrierPair, CarrierPairs, FieldChange, Partner, PartnerChange, PartnerId, gather};
use flows::ports::{SettingsDesk, in_one_line};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// How many changes are shown.
const SHOWN_MAX: u16 = 100;

/// How many pairs of a change are kept. Who replaces more of them at once knows it by their number.
const PAIRS_MAX: usize = 100;

/// What happens to a partner's credentials in a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretChange {
    /// They stay.
    Kept,
    /// They are replaced.
    Replaced,
}

impl<P: SettingsDesk> SettingsCall<'_, P> {
    /// `GET /partners/{partner}/changes`: the newest changes.
    pub(super) async fn changes(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let seller = &self.caller.seller;
        let (changes, has_more) = self.desk.changes(seller, id, SHOWN_MAX).await?;
        // Those of a partner that was deleted are shown, too.
        if changes.is_empty() {
            self.known(id).await?;
        }
        let changes: Vec<Value> = changes.iter().map(change_view).collect();
        Ok(Reply::ok(&json!({ "partner_id": id, "changes": changes, "is_complete": !has_more })))
    }

    /// Keeps what was changed of a partner.
    pub(super) async fn note(
        &self,
        before: Option<&Partner>,
        after: &Partner,
        secret: SecretChange,
    ) {
        let facts_before = before.map(facts).unwrap_or_default();
        let mut fields = differences(&facts_before, &facts(after));
        if secret == SecretChange::Replaced {
            fields.push(FieldChange::secret("credentials"));
        }
        self.keep_change(after, fields).await;
    }

    /// Keeps what was changed of a partner's pairs.
    pub(super) async fn note_pairs(
        &self,
        partner: &Partner,
        before: &CarrierPairs,
        after: &CarrierPairs,
    ) {
        let gone = before.pairs.iter().filter(|pair| !after.pairs.contains(pair));
        let new = after.pairs.iter().filter(|pair| !before.pairs.contains(pair));
        let gone = gone.map(|pair| FieldChange::new("carriers", Some(&pair_words(pair)), None));
        let new = new.map(|pair| FieldChange::new("carriers", None, Some(&pair_words(pair))));
        let mut fields: Vec<FieldChange> = gone.chain(new).collect();
        let more = fields.len().saturating_sub(PAIRS_MAX);
        if more > 0 {
            fields.truncate(PAIRS_MAX);
            let words = format!("{more} more");
            fields.push(FieldChange::new("carriers", None, Some(&words)));
        }
        self.keep_change(partner, fields).await;
    }

    /// The change is made already, so a log that cannot be written does not undo it.
    pub(super) async fn keep_change(&self, partner: &Partner, fields: Vec<FieldChange>) {
        let change = PartnerChange { at: self.desk.now(), by: self.caller.person.clone(), fields };
        if let Err(error) = self.desk.note_change(partner, &change).await {
            let error = in_one_line(&error);
            tracing::error!(error, partner = %partner.id, "a change of a partner is not in its log");
        }
    }
}

fn pair_words(CarrierPair { carrier, service, code }: &CarrierPair) -> String {
    match service {
        Some(service) => format!("{carrier}, {service}: {code}"),
        None => format!("{carrier}: {code}"),
    }
}

/// What people set of a partner, each fact by the name of its field.
fn facts(partner: &Partner) -> Map<String, Value> {
    let mut settings = serde_json::to_value(&partner.settings).unwrap_or_default();
    if let Some(fields) = settings.as_object_mut() {
        fields.remove("channel");
    }
    let own = [
        ("name", json!(partner.name)),
        ("channel", json!(partner.settings.channel())),
        ("time_zone", json!(partner.time_zone)),
        ("timing", json!(partner.timing)),
        ("missing_imei", json!(partner.missing_imei)),
        ("settings", settings),
        ("credential_ends", said_ends(partner)),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value));
    let all: Map<String, Value> = gather(own.into_iter().chain(watch::view(partner)));
    let flat = all.into_iter().flat_map(|(name, value)| match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(field, value)| (format!("{name}.{field}"), value))
            .collect::<Vec<_>>(),
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)) => vec![(name, other)],
    });
    gather(flat.filter(|(_, value)| !value.is_null()))
}

fn differences(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<FieldChange> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    let change = |name: &String| {
        let (from, to) = (before.get(name).map(words), after.get(name).map(words));
        FieldChange::new(name, from.as_deref(), to.as_deref())
    };
    changed.map(change).collect()
}

/// A value as people read it.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

fn change_view(change: &PartnerChange) -> Value {
    let field = |FieldChange { field, from, to }: &FieldChange| json!({ "field": field, "from": from, "to": to });
    json!({
        "at": change.at.to_string(),
        "by": change.by,
        "fields": change.fields.iter().map(field).collect::<Vec<_>>(),
    })
}
