//! An order like the example of the contract stays within one write unit from its label to `confirmed`.

use crate::build::*;
use crate::contracts;
use crate::steps;
use domain::{BusEvent, Channel, EventId, Fact, Input, Movement, Order, Outcome, Terms, Watch};
use rstest::rstest;

/// One write unit, less the keys, the version, the writer, the indexes' attributes and their names. As JSON, which is
/// longer than an item: its very size is measured where items are made, in `aws`. Unit: bytes.
const LEFT_FOR_FACTS: usize = 835;

fn event_id(n: u8) -> EventId {
    EventId(text(&format!("6f1e5c0a-93a1-4d0e-8f63-0d2f1c9a77b{n}")))
}

fn json_bytes(order: &Order) -> usize {
    let packages = serde_json::to_string(&order.packages.values().collect::<Vec<_>>()).unwrap();
    packages.len() + serde_json::to_string(&order.timeline).unwrap().len()
}

/// The serialized package is what an item holds.
#[rstest]
#[case::not_claimed_and_not_rung(steps![0 => assigned("A")], "/f", None)]
#[case::claimed(steps![0 => assigned("A"), 0 => claim("1")], "/f", Some(1))]
#[case::never_rung(steps![0 => assigned("A")], "/st/ready/p/r/n", None)]
#[case::rung_once(steps![0 => assigned("A"), 300 => tick()], "/st/ready/p/r/n", Some(1))]
#[case::never_back_from_doubt(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(not_applied())], "/st/sent/r", None)]
#[case::failed_once(steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(not_applied())], "/st/ready/t/f/n", Some(1))]
fn a_count_of_none_is_not_stored(
    #[case] steps: Vec<(i64, Step)>,
    #[case] pointer: &str,
    #[case] count: Option<u64>,
) {
    let order = play(Channel::Amazon, steps).order;
    let package = serde_json::to_value(order.packages.values().next().unwrap()).unwrap();
    assert_eq!(package.pointer(pointer).map(|count| count.as_u64().unwrap()), count);
}

/// Nothing was set, and scans of the seller's parcels come.
fn usual_terms() -> Terms {
    let watch = Watch { is_fed: true, ..Watch::STANDARD };
    Terms { watch, ..Terms::unwatched(MOVES, None) }
}

#[rstest]
fn a_usual_order_is_small() {
    let body = contracts::event("LabelCreated", &contracts::label());
    let Fact::LabelCreated(event) = BusEvent::parse(&body, at(900)).unwrap().fact else {
        panic!("a label")
    };
    let labeled = Input::Label { event, terms: usual_terms(), id: event_id(1) };
    let moved = Input::Moved {
        number: "112345678".parse().unwrap(),
        movements: vec![Movement {
            event: event_id(2),
            ..movement(domain::CarrierStatus::InTransit, HOUR)
        }],
    };
    let digest = "9f86d081884c7d659a2feaa0c55ad015";
    let claim = Step::ClaimNow(ALL_SET, digest);
    let steps = steps![0 => labeled, HOUR => moved, HOUR + 1 => claim, HOUR + 2 => ended(Outcome::ACCEPTED)];
    let mut scene = play(Channel::Amazon, vec![]);
    let mut sizes = Vec::new();
    for (now, step) in steps {
        scene = then(scene, now, step);
        sizes.push(json_bytes(&scene.order));
    }
    assert_eq!(scene.shown(), "confirmed");
    assert!(
        sizes.iter().all(|size| *size <= LEFT_FOR_FACTS),
        "{sizes:?}: {}",
        serde_json::to_string(&(
            scene.order.packages.values().collect::<Vec<_>>(),
            &scene.order.timeline
        ))
        .unwrap()
    );
}
