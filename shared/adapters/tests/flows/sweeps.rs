//! The sweep: page by page, each order by itself, whatever another does.

use crate::worlds::*;
use adapters::flow::{Swept, Unfinished, handle_events};
use jiff::SignedDuration;
use rstest::rstest;
use testkit::{Fault, Port, Town, label};

/// A town with this many orders whose doorbells were lost, five minutes on.
async fn forgotten(orders: usize) -> Town {
    let mut town = town_under(ASSIGNED);
    let body = |order: usize| {
        let number = format!("1Z999FORGOTTEN{order}");
        let label = label("amazon-us", &format!("902-1106328-1000{order:03}"));
        label.with("tracking_number", number).body()
    };
    let (writer, bodies) = (town.writer(), (0..orders).map(body).collect::<Vec<_>>());
    handle_events(&*town.ports, &bodies, ("LabelCreated", None), (&writer, testkit::ENDLESS)).await;
    town.memory.take_bells();
    town.memory.advance(minutes(6));
    town
}

#[rstest]
#[tokio::test]
async fn every_page_is_read() {
    let mut town = forgotten(120).await;
    let swept = town.sweep().await;
    assert_eq!(swept, Some(Swept { due: 120, failed: 0, unrung: 0, late: false }));
    assert_eq!(bells(&town).len(), 120);
    let swept = town.sweep().await;
    assert_eq!(swept, Some(Swept::default()), "each has its next timer");
}

#[rstest]
#[tokio::test]
async fn an_order_that_fails_stops_no_other() {
    let mut town = forgotten(20).await;
    town.ports.fail_next(Port::Save, Fault::Before);
    let swept = town.sweep().await;
    assert_eq!(swept, Some(Swept { due: 20, failed: 1, unrung: 0, late: false }));
    let verdict: Result<(), Unfinished> = swept.unwrap_or_default().verdict();
    let words = verdict.map_err(|error| error.to_string());
    let expected = "1 of 20 due orders could not be stepped, 0 doorbells not rung";
    assert_eq!(words, Err(expected.to_owned()));
    assert_eq!(town.sweep().await, Some(Swept { due: 1, failed: 0, unrung: 0, late: false }));
}

#[rstest]
#[tokio::test]
async fn a_shard_that_cannot_be_read_stops_no_other() {
    let mut town = forgotten(40).await;
    town.ports.fail_next(Port::Due, Fault::Before);
    let first = town.sweep().await.unwrap_or_default();
    assert_eq!(first.failed, 1);
    let second = town.sweep().await.unwrap_or_default();
    assert_eq!((first.due + second.due, second.failed), (40, 0));
}

#[rstest]
#[tokio::test]
async fn what_was_not_rung_is_counted_and_rings_by_its_next_timer() {
    let mut town = forgotten(1).await;
    town.ports.fail_next(Port::Ring, Fault::Before);
    assert_eq!(town.sweep().await, Some(Swept { due: 1, failed: 0, unrung: 1, late: false }));
    town.until_quiet().await;
    assert_eq!(town.memory.shops().applied().len(), 1);
}

#[rstest]
#[tokio::test]
async fn what_is_not_due_is_left_alone() {
    let mut town = town_with_ready_order().await;
    town.memory.advance(minutes(4));
    assert_eq!(town.sweep().await, Some(Swept::default()));
    assert_eq!(Swept::default().verdict::<Unfinished>(), Ok(()));
}

/// What was begun when its time was over would be saved and never rung.
#[rstest]
#[tokio::test]
async fn a_sweep_that_has_no_time_leaves_what_is_due_to_the_next() {
    let mut town = forgotten(20).await;
    let swept = town.sweep_within(SignedDuration::from_secs(10)).await;
    assert_eq!(swept, Some(Swept { late: true, ..Swept::default() }));
    let verdict: Result<(), Unfinished> = swept.unwrap_or_default().verdict();
    let words = verdict.map_err(|error| error.to_string());
    let expected = "0 of 0 due orders could not be stepped, 0 doorbells not rung, and there was no time for more";
    assert_eq!(words, Err(expected.to_owned()));
    assert_eq!(bells(&town), []);
    assert_eq!(town.sweep().await, Some(Swept { due: 20, ..Swept::default() }));
    assert_eq!(bells(&town).len(), 20);
}
