//! What a confirmed order takes over its whole way: our functions as they are deployed, from the label to the
//! marketplace's answer, and everything they ask AWS for counted by AWS's stand-in.

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

/// Requests with which the poller takes a message out of a queue and ends it, when messages come one by one.
const POLLER_REQUESTS: f64 = 2.0;

/// How many messages come at once on a busy day, at least. Source: the senders' `BatchSize` in the template; events come
/// in larger ones.
const BUSY_BATCH: f64 = 5.0;

/// How long a partner was left alone before what is counted. Source: `QUIET` of the sender's pacing, and a second.
const QUIET: Duration = Duration::from_secs(11);

/// Orders of busy partners that are counted, at most: each waits a second for its place.
const BUSY_ORDERS: usize = 10;

/// Numbers of orders begin here: none is used twice.
const FIRST: usize = 1_000_000;

/// A way an order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Flow {
    /// Under movement timing.
    Movement,
    /// The same, where the partner was asked for another order within the last ten seconds: the request takes a place in a
    /// row that all senders share.
    MovementBusy,
    /// Under assigned timing.
    Assigned,
    /// A phone on Back Market, under assigned timing, its IMEI in time.
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

    /// The functions that an order's events go to, in their order.
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

/// What a confirmed order of a flow took, on average.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cost {
    pub(crate) flow: Flow,
    pub(crate) orders: usize,
    /// Requests by service and operation.
    pub(crate) requests: BTreeMap<String, f64>,
    pub(crate) doorbells: f64,
    /// Bytes sent and received, with what HTTP adds, without TLS.
    pub(crate) bytes: f64,
    /// What AWS bills, where messages come one by one.
    pub(crate) usage: Usage,
    /// What a million orders come to.
    pub(crate) bill: Bill,
    /// The same where messages come in batches of five.
    pub(crate) busy: Bill,
}

/// Sends this many orders of each flow the whole way.
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
    // Each partner's first order gets its token, which later ones have: it is not counted.
    let mut first = FIRST;
    for flow in [Flow::Movement, Flow::Assigned, Flow::Phone] {
        for partner in 0..orders {
            way(flow, world, &mut sandboxes, (partner, first + partner))?;
        }
        first += orders;
    }
    std::thread::sleep(QUIET);
    let mut costs = Vec::new();
    for flow in Flow::ALL {
        costs.push(one(flow, world, &mut sandboxes, (first, orders))?);
        first += orders;
    }
    Ok(costs)
}

fn one(
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
        let (took, rung) = way(flow, world, sandboxes, (partner, first + partner))?;
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
        // The bus puts each event into its queue; we ring; the poller takes all of them.
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

/// An order's whole way: how long Lambda bills for it, and how often it was rung for. It must be confirmed at its end.
fn way(
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
            let aside = world.stub.take_messages(&world.queue("dead_letters"));
            Err(Error::Function(format!(
                "order {} ended {state:?}; put aside: {aside:?}",
                sale.order
            )))
        }
    }
}
