//! `EventBridge`, as far as publishers use it. It takes events, and [`crate::Stub::take_events`] gives them out. It has
//! no rules.

use crate::refusal::{Refusal, read, write};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Most entries of one call. Source: `EventBridge` quotas.
const BATCH_MAX: usize = 10;

/// The bus of entries that name no bus.
const DEFAULT_BUS: &str = "default";

/// An event that a bus took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The name of the bus.
    pub bus: String,
    /// The `source`.
    pub source: String,
    /// The `detail-type`.
    pub kind: String,
    /// The `detail`. Shape: the text of a JSON object.
    pub detail: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PutEvents {
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Entry {
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
    #[serde(rename = "Time")]
    _time: Option<serde_json::Value>,
    #[serde(rename = "Resources")]
    _resources: Option<Vec<String>>,
    #[serde(rename = "TraceHeader")]
    _trace_header: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    failed_entry_count: usize,
    entries: Vec<Put>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Put {
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'static str>,
}

/// Every bus.
#[derive(Debug, Default)]
pub(crate) struct Buses {
    events: Vec<Event>,
    taken: u64,
}

impl Buses {
    /// Answers `PutEvents`.
    pub(crate) fn put_events(&mut self, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let request: PutEvents = read(body)?;
        if !(1..=BATCH_MAX).contains(&request.entries.len()) {
            return Err(Refusal::invalid(format!(
                "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length from 1 to {BATCH_MAX}"
            )));
        }
        let entries: Vec<Put> = request.entries.into_iter().map(|entry| self.put(entry)).collect();
        let failed_entry_count = entries.iter().filter(|put| put.error_code.is_some()).count();
        write(&Answer { failed_entry_count, entries })
    }

    fn put(&mut self, entry: Entry) -> Put {
        let refused = |code, message| Put {
            event_id: None,
            error_code: Some(code),
            error_message: Some(message),
        };
        let (Some(source), Some(kind), Some(detail)) =
            (entry.source, entry.detail_type, entry.detail)
        else {
            return refused(
                "InvalidArgument",
                "Parameter Source, DetailType or Detail is missing.",
            );
        };
        let is_object = detail.trim_start().starts_with('{')
            && serde_json::from_str::<&RawValue>(&detail).is_ok();
        if !is_object {
            return refused("MalformedDetail", "Detail is malformed.");
        }
        self.taken += 1;
        let event_id = Some(format!("00000000-0000-4000-9000-{:012x}", self.taken));
        let bus = entry.event_bus_name.unwrap_or_else(|| DEFAULT_BUS.to_owned());
        self.events.push(Event { bus, source, kind, detail });
        Put { event_id, error_code: None, error_message: None }
    }

    /// Number of events taken so far.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Gives out all events and forgets them, in the order of arrival.
    pub(crate) fn drain(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn put(buses: &mut Buses, entries: &Value) -> Result<Value, Refusal> {
        let answer = buses.put_events(json!({ "Entries": entries }).to_string().as_bytes())?;
        Ok(serde_json::from_slice(&answer).unwrap())
    }

    #[test]
    fn each_entry_is_taken_or_refused_by_itself() {
        let mut buses = Buses::default();
        let entries = json!([
            {"Source": "s", "DetailType": "K", "Detail": "{\"a\":1}", "EventBusName": "b"},
            {"Source": "s", "DetailType": "K", "Detail": "{"},
            {"Source": "s", "DetailType": "K", "Detail": "[]"},
            {"DetailType": "K", "Detail": "{}"},
            {"Source": "s", "DetailType": "K", "Detail": "{}"}]);
        let answer = put(&mut buses, &entries).unwrap();
        assert_eq!(answer["FailedEntryCount"], 3);
        let codes: Vec<&Value> =
            answer["Entries"].as_array().unwrap().iter().map(|entry| &entry["ErrorCode"]).collect();
        assert_eq!(
            codes,
            [
                &Value::Null,
                &json!("MalformedDetail"),
                &json!("MalformedDetail"),
                &json!("InvalidArgument"),
                &Value::Null
            ]
        );
        let buses_of: Vec<String> = buses.drain().into_iter().map(|event| event.bus).collect();
        assert_eq!((buses_of, buses.taken()), (vec!["b".to_owned(), "default".to_owned()], 2));
    }

    #[test]
    fn a_call_has_one_to_ten_entries() {
        let entry = json!({"Source": "s", "DetailType": "K", "Detail": "{}"});
        for (count, is_taken) in [(0, false), (1, true), (10, true), (11, false)] {
            let entries = vec![entry.clone(); count].into();
            assert_eq!(put(&mut Buses::default(), &entries).is_ok(), is_taken, "{count}");
        }
        assert!(put(&mut Buses::default(), &json!([{"Sauce": "s"}])).is_err());
    }
}
