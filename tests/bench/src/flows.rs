//! Measures what a confirmed order costs on its whole way. Our functions run as they are deployed, from the label to
//! the marketplace's answer, and the stand-in for AWS counts all their requests.

use crate::Error;
use crate::candidates::{Candidate, Function, Program};
use crate::events::{Sale, doorbell};
use crate::install::Places;
use crate::partners::Kind;
use crate::prices::{Bill, Prices, Usage};
use crate::sandbox::Sandbox;
use crate::statistics::figure;
use crate::world::{MEMORY_MB, World};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::runtime::Handle;

/// Requests of the poller for each message, when messages come one by one: it receives the message and deletes it.
const POLLER_REQUESTS: f64 = 2.0;

/// Messages in a batch on a busy day, at least. Source: the senders' `BatchSize` in the template. Batches of events are
/// larger.
const BUSY_BATCH: f64 = 5.0;

/// Pause before the counted orders, so that the pacing takes every partner for quiet. Source: `QUIET` of the sender's
/// pacing, and a second.
const QUIET: Duration = Duration::from_secs(11);

/// Most orders of busy partners. Each waits a second for its place.
const BUSY_ORDERS: usize = 10;

/// The first order's number. No number is used twice.
const FIRST_NUMBER: usize = 1_000_000;

/// A kind of order, by the way it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Flow {
    /// An order that is sent at the first movement.
    Movement,
    /// An order that is sent at the first movement, of a busy partner: it had another request within the last ten
    /// seconds. So this request takes a place in the row that all senders share.
    MovementBusy,
    /// An order that is sent as soon as the label is made.
    Assigned,
    /// A phone on Back Market that is sent when its IMEI is entered, in time.
    Phone,
}

impl Flow {
    pub(crate) const ALL: [Self; 4] =
        [Self::Movement, Self::MovementBusy, Self::Assigned, Self::Phone];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Movement => "movement",
            Self::MovementBusy => "movement, busy account",
            Self::Assigned => "assigned",
            Self::Phone => "Back Market, with IMEI",
        }
    }

    fn partners(self) -> Kind {
        match self {
            Self::Movement | Self::MovementBusy => Kind::Movement,
            Self::Assigned => Kind::Assigned,
            Self::Phone => Kind::Phones,
        }
    }

    /// The functions that handle the order's events, in the order of the events.
    fn events(self) -> &'static [Function] {
        match self {
            Self::Movement | Self::MovementBusy => &[Function::LabelCreated, Function::CarrierScan],
            Self::Assigned => &[Function::LabelCreated],
            Self::Phone => &[Function::LabelCreated, Function::ImeiUpdated],
        }
    }

    fn sender(self) -> Function {
        match self {
            Self::Movement | Self::MovementBusy | Self::Assigned => Function::SendAmazon,
            Self::Phone => Function::SendBackMarket,
        }
    }

    fn queue(self) -> &'static str {
        match self {
            Self::Movement | Self::MovementBusy | Self::Assigned => "amazon",
            Self::Phone => "back_market",
        }
    }
}

/// What a confirmed order of a flow cost, on average.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cost {
    pub(crate) flow: Flow,
    pub(crate) orders: usize,
    /// Requests an order, by service and operation.
    pub(crate) requests: BTreeMap<String, f64>,
    pub(crate) doorbells: f64,
    /// Bytes sent and received, with HTTP's headers, without TLS.
    pub(crate) bytes: f64,
    /// What AWS bills for an order, when messages come one by one.
    pub(crate) usage: Usage,
    /// The bill of a million orders, when messages come one by one.
    pub(crate) bill: Bill,
    /// The bill of a million orders, when messages come in batches of five.
    pub(crate) busy: Bill,
}

/// Sends this many orders of each flow the whole way, and returns the cost of each flow.
pub(crate) fn measure(
    (world, places, runtime): (&World, &Places, &Handle),
    orders: usize,
) -> Result<Vec<Cost>, Error> {
    let mut sandboxes = BTreeMap::new();
    for function in Function::ALL {
        let program = Program::of(Candidate::Ours, function, places)?;
        let folder = places.folder.join(function.name());
        std::fs::create_dir_all(&folder)
            .map_err(Error::io(format!("make {}", folder.display())))?;
        let environment = world.environment(Candidate::Ours);
        sandboxes.insert(function, Sandbox::start(&program, &environment, runtime, &folder)?);
    }
    // The first order of a partner fetches the token that later ones use, so the counts leave it out.
    let mut first = FIRST_NUMBER;
    for flow in [Flow::Movement, Flow::Assigned, Flow::Phone] {
        for partner in 0..orders {
            send_order(flow, world, &mut sandboxes, (partner, first + partner))?;
        }
        first += orders;
    }
    std::thread::sleep(QUIET);
    let mut costs = Vec::new();
    for flow in Flow::ALL {
        costs.push(measure_flow(flow, world, &mut sandboxes, (first, orders))?);
        first += orders;
    }
    Ok(costs)
}

fn measure_flow(
    flow: Flow,
    world: &World,
    sandboxes: &mut BTreeMap<Function, Sandbox>,
    (first, orders): (usize, usize),
) -> Result<Cost, Error> {
    let orders = match flow {
        Flow::Movement | Flow::Assigned | Flow::Phone => orders,
        Flow::MovementBusy => orders.min(BUSY_ORDERS),
    };
    let printed = |sandboxes: &BTreeMap<Function, Sandbox>| -> Result<u64, Error> {
        sandboxes.values().map(Sandbox::printed).sum()
    };
    let before = printed(sandboxes)?;
    world.stub.take_counts();
    let (mut billed, mut doorbells) = (Duration::ZERO, 0);
    for partner in 0..orders {
        let (took, rung) = send_order(flow, world, sandboxes, (partner, first + partner))?;
        billed += took;
        doorbells += rung;
    }
    let counts = world.stub.take_counts();
    let printed = printed(sandboxes)? - before;
    let each = |count: u64| figure(count) / figure(orders);
    let mut requests = BTreeMap::new();
    let mut bytes = 0;
    for (call, made) in &counts.requests {
        requests.insert(call.to_string(), each(made.count));
        bytes += made.bytes_in + made.bytes_out;
    }
    let (events, doorbells) = (figure(flow.events().len()), figure(doorbells) / figure(orders));
    let invocations = events + doorbells;
    let usage = Usage {
        write_units: each(counts.write_units),
        read_units: each(counts.read_half_units) / 2.0,
        // The bus sends each event to its queue, we send the doorbells, and the poller takes all of these messages.
        sqs_requests: invocations + POLLER_REQUESTS * invocations,
        invocations,
        events: events + each(counts.events),
        billed_ms: billed.as_secs_f64() * 1e3 / figure(orders),
        memory_mb: f64::from(MEMORY_MB),
        log_bytes: each(printed),
    };
    let busy = Usage {
        sqs_requests: invocations + POLLER_REQUESTS * invocations / BUSY_BATCH,
        invocations: invocations / BUSY_BATCH,
        ..usage
    };
    let prices = Prices::read()?;
    Ok(Cost {
        flow,
        orders,
        requests,
        doorbells,
        bytes: each(bytes),
        usage,
        bill: prices.bill(usage),
        busy: prices.bill(busy),
    })
}

/// Sends one order the whole way. Returns the time that Lambda bills and the number of doorbells. An error if the order
/// is not confirmed at the end.
fn send_order(
    flow: Flow,
    world: &World,
    sandboxes: &mut BTreeMap<Function, Sandbox>,
    (partner, number): (usize, usize),
) -> Result<(Duration, usize), Error> {
    let sale = Sale::of(flow.partners(), partner, number);
    world.sell(flow.partners(), &sale)?;
    let mut billed = Duration::ZERO;
    let mut invoke = |function: Function, event| -> Result<(), Error> {
        let sandbox = sandboxes.get_mut(&function).ok_or(Error::NotInstalled)?;
        let took = sandbox.invoke(&event)?;
        // Lambda bills whole milliseconds.
        billed += Duration::from_millis(
            u64::try_from(took.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX),
        );
        Ok(())
    };
    for function in flow.events() {
        invoke(*function, sale.event(*function, number)?)?;
    }
    let bells = world.stub.take_messages(&world.queue(flow.queue()));
    for bell in &bells {
        invoke(flow.sender(), doorbell(&bell.body, number))?;
    }
    match world.state(&sale) {
        Some(state) if state == "confirmed" => Ok((billed, bells.len())),
        state => {
            let dead_letters = world.stub.take_messages(&world.queue("dead_letters"));
            Err(Error::Function(format!(
                "order {} ended {state:?}; dead letters: {dead_letters:?}",
                sale.order
            )))
        }
    }
}
