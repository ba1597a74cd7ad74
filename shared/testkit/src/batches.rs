//! Batches of messages, as functions take them: each body is read by itself, and the flow handles all of them. The crate `aws`
//! does the same on AWS.

use crate::ENDLESS;
use channels::{Marketplace, OrderChange};
use domain::{BusEvent, Doorbell, EventKind, Moment, ResumeBell, TestBell};
use flows::ports::{EventPorts, RelayPorts, ScanPorts, SenderPorts};
use flows::{
    EventFunction, Handled, Invocation, Record, Sender, UnknownPartners, Writer, handle_events,
    handle_scans, relay_order_changes,
};

/// How long after a label its IMEIs may come. Source: the template's `ImeiWindowMinutes`.
pub const IMEI_WINDOW_MINUTES: u32 = 60;

/// An invocation that has all the time it needs.
pub fn endless(writer: Writer) -> Invocation {
    Invocation { writer, deadline: ENDLESS }
}

fn records(bodies: &[String], now: Moment) -> Vec<Record> {
    bodies.iter().map(|body| BusEvent::read(body, now)).collect()
}

const fn event_function(kind: EventKind, unknown_partners: UnknownPartners) -> EventFunction {
    EventFunction { kind, imei_window_minutes: Some(IMEI_WINDOW_MINUTES), unknown_partners }
}

/// Lets the function for events of this kind take a batch.
pub async fn take_events<P: EventPorts>(
    ports: &P,
    bodies: &[String],
    kind: EventKind,
    invocation: &Invocation,
) -> Vec<Handled> {
    let function = event_function(kind, UnknownPartners::Refuse);
    handle_events(ports, records(bodies, ports.now()), function, invocation).await
}

/// Lets a function for events take a batch on a bus that others share: events of partners that are not registered are ignored.
pub async fn take_shared_events<P: EventPorts>(
    ports: &P,
    bodies: &[String],
    kind: EventKind,
    invocation: &Invocation,
) -> Vec<Handled> {
    let function = event_function(kind, UnknownPartners::Ignore);
    handle_events(ports, records(bodies, ports.now()), function, invocation).await
}

/// Lets the function for scans take a batch.
pub async fn take_scans<P: ScanPorts>(
    ports: &P,
    bodies: &[String],
    invocation: &Invocation,
) -> Vec<Handled> {
    handle_scans(ports, records(bodies, ports.now()), invocation).await
}

/// The application whose notifications are taken.
pub const APPLICATION: &str = "amzn1.sp.solution.demo";

/// Lets the function that relays Amazon's notifications take a batch.
pub async fn take_order_changes<P: RelayPorts>(
    ports: &P,
    bodies: &[String],
    invocation: &Invocation,
) -> Vec<Handled> {
    let changes = bodies.iter().map(|body| OrderChange::read(body, ports.now())).collect();
    relay_order_changes(ports, changes, APPLICATION, invocation).await
}

/// Lets a sender take one message.
pub async fn take_doorbell<M: Marketplace, P: SenderPorts>(
    sender: &Sender<M, P>,
    body: &str,
    invocation: &Invocation,
) -> Handled {
    match Doorbell::parse(body) {
        Ok(order) => sender.answer(&order, invocation).await,
        Err(error) => match TestBell::parse(body) {
            Some(test) => sender.test(&test, invocation).await,
            None => match ResumeBell::parse(body) {
                Some(bell) => sender.resume(&bell, invocation).await,
                None => Handled::Refused(error.to_string()),
            },
        },
    }
}
