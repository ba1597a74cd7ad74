//! No bytes make the border panic, and what was stored comes back as it was.

use crate::build::*;
use crate::contracts;
use crate::sequences::{journey, run};
use domain::{BusEvent, Change, Doorbell, ImeiList, Package, Unpublished};
use proptest::prelude::*;
use serde_json::Value;

fn events() -> Vec<String> {
    vec![
        contracts::event("LabelCreated", &contracts::label()),
        contracts::event("LabelVoided", &contracts::void()),
        contracts::event("OrderCancelled", &contracts::cancel()),
        contracts::event("CarrierScan", &contracts::scan()),
        contracts::event("ImeiUpdated", &contracts::imei()),
        Doorbell::of(&key()).body(),
    ]
}

/// A valid event with some bytes replaced, or something strange in place of a value.
fn mutated() -> impl Strategy<Value = String> {
    let bytes =
        (prop::sample::select(events()), prop::collection::vec((any::<u16>(), any::<u8>()), 1..4))
            .prop_map(|(event, changes)| {
                let mut bytes = event.into_bytes();
                for (place, byte) in changes {
                    let place = usize::from(place) % bytes.len();
                    bytes[place] = byte;
                }
                String::from_utf8_lossy(&bytes).into_owned()
            });
    let values = [
        "null",
        "[]",
        "{}",
        "-1",
        "1e999",
        "9223372036854775808",
        "490154203237518",
        "\"\"",
        "\"\\u0000\"",
        "\"+262143-12-31T23:59:59Z\"",
        "\"-009999-01-01T00:00:00Z\"",
        "\"2026-12-31T23:59:60Z\"",
        "\"2026-11-23T15:04:05+25:59\"",
        "true",
        "[[[[]]]]",
    ];
    let replaced =
        (prop::sample::select(events()), any::<u16>(), prop::sample::select(values.to_vec()))
            .prop_map(|(event, which, value)| {
                let colons: Vec<usize> = event.match_indices("\":").map(|(at, _)| at + 2).collect();
                let start = colons[usize::from(which) % colons.len()];
                let end = event[start..].find([',', '}']).map_or(event.len(), |n| start + n);
                format!("{}{value}{}", &event[..start], &event[end..])
            });
    prop_oneof![bytes, replaced]
}

/// Neither parser panics, and what is refused names a field and what is allowed, without an IMEI.
fn check(body: &str) {
    if let Err(refusal) = BusEvent::parse(body, at(0)) {
        assert!(!refusal.field.is_empty() && !refusal.allowed.is_empty());
        assert!(!refusal.to_string().contains(IMEIS[0]), "{refusal}");
    }
    if let Err(refusal) = Doorbell::parse(body) {
        assert!(!refusal.to_string().is_empty());
    }
}

fn comes_back<T>(value: &T) -> Result<(), TestCaseError>
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let json: Value = serde_json::to_value(value).unwrap();
    let back: T = serde_json::from_str(&json.to_string()).unwrap();
    prop_assert_eq!(value, &back, "as {}", json);
    Ok(())
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn no_mutated_event_makes_it_panic(body in mutated()) {
        check(&body);
    }

    #[test]
    fn what_is_stored_comes_back(journey in journey()) {
        for order in run(journey) {
            for package in order.packages.values() {
                comes_back::<Package>(package)?;
            }
            comes_back::<Vec<Change>>(&order.timeline)?;
            comes_back::<Vec<ImeiList>>(&order.imeis.values().cloned().collect())?;
            comes_back::<Vec<Unpublished>>(&order.unpublished)?;
        }
    }
}
