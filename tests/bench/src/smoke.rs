//! A run of some seconds with our functions, built for tests. It fails if a figure that does not depend on the
//! machine's speed is above its limit.

use crate::Error;
use crate::candidates::{Candidate, Function};
use crate::flows::{self, Cost, Flow};
use crate::install::{Build, Places};
use crate::machine::{self, Core, Machine};
use crate::prices::Prices;
use crate::report::Report;
use crate::speed::{self, Plan, Speed};
use crate::world::World;
use std::collections::BTreeMap;

/// The most that an order of a flow may use. The AWS requests include the marketplace's.
struct CostLimit {
    flow: Flow,
    write_units: f64,
    read_units: f64,
    doorbells: f64,
    aws_requests: f64,
    bytes: f64,
}

const fn limit(flow: Flow, (write_units, read_units): (f64, f64), aws_requests: f64) -> CostLimit {
    CostLimit { flow, write_units, read_units, doorbells: 1.0, aws_requests, bytes: 30_000.0 }
}

const COST_LIMITS: [CostLimit; 4] = [
    limit(Flow::Movement, (8.0, 6.0), 14.0),
    limit(Flow::MovementBusy, (9.0, 7.0), 16.0),
    limit(Flow::Assigned, (7.0, 4.0), 12.0),
    limit(Flow::Phone, (11.0, 5.0), 14.0),
];

/// Runs the smoke test and prints its figures.
///
/// # Errors
/// A figure is above its limit, or something could not be measured.
pub(crate) fn run() -> Result<(), Error> {
    let candidates = [Candidate::Ours];
    let places = Places::prepare(&candidates, Build::Dev, &|_| ())?;
    machine::pin_to(Core::Rest);
    let runtime = crate::runtime()?;
    let world = World::start(&places)?;
    let plan = Plan { rounds: 2, warm: 20, limited: 0 };
    let speed = speed::measure(&candidates, (&world, &places, runtime.handle()), plan, &|_| ())?;
    let costs = flows::measure((&world, &places, runtime.handle()), 3)?;
    let report = Report {
        machine: &Machine::here(),
        command: "cargo benchmark smoke",
        speed: &Speed::new(),
        sizes: &BTreeMap::new(),
        costs: &costs,
        prices: &Prices::read()?,
    };
    println!("{}", report.markdown());
    let mut missed = missed_when_warm(&speed);
    missed.extend(COST_LIMITS.iter().flat_map(|limit| limit.missed(&costs)));
    if missed.is_empty() { Ok(()) } else { Err(Error::Missed(missed.join("\n"))) }
}

/// What warm events must not do, and did: open connections, or log what goes well.
fn missed_when_warm(speed: &Speed) -> Vec<String> {
    let mut missed = Vec::new();
    for function in Function::COMPARED {
        let Some(figures) = speed.get(&(Candidate::Ours, function)) else {
            missed.push(format!("{} was not measured", function.name()));
            continue;
        };
        let name = function.name();
        if figures.connections > 0 {
            missed.push(format!("{name} opened {} connections", figures.connections));
        }
        if figures.printed > 0 {
            missed.push(format!("{name} logged {} bytes", figures.printed));
        }
    }
    missed
}

impl CostLimit {
    fn missed(&self, costs: &[Cost]) -> Vec<String> {
        let title = self.flow.title();
        let Some(cost) = costs.iter().find(|cost| cost.flow == self.flow) else {
            return vec![format!("{title} was not measured")];
        };
        let requests: f64 = cost.requests.values().sum();
        let figures = [
            ("write units", cost.usage.write_units, self.write_units),
            ("read units", cost.usage.read_units, self.read_units),
            ("doorbells", cost.doorbells, self.doorbells),
            ("requests", requests, self.aws_requests),
            ("bytes over the wire", cost.bytes, self.bytes),
            ("bytes logged", cost.usage.log_bytes, 0.0),
        ];
        figures
            .into_iter()
            .filter(|(_, used, most)| used > most)
            .map(|(what, used, most)| {
                let requests = &cost.requests;
                format!("{title}: {used} {what} an order, allowed {most}; requests: {requests:?}")
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::Usage;

    fn cost(usage: Usage, bytes: f64) -> Cost {
        let bill = Prices::read().unwrap().bill(usage);
        let requests = [("dynamodb:GetItem".to_owned(), 14.0)].into();
        let flow = Flow::Movement;
        Cost { flow, orders: 1, requests, doorbells: 1.0, bytes, usage, bill, busy: bill }
    }

    #[test]
    fn what_is_above_its_limit_is_said() {
        let usage = Usage { write_units: 8.0, read_units: 6.0, ..Usage::default() };
        let [limit, ..] = &COST_LIMITS;
        assert_eq!(limit.missed(&[cost(usage, 30_000.0)]), [""; 0]);
        let more = Usage { write_units: 8.5, log_bytes: 1.0, ..usage };
        let missed = limit.missed(&[cost(more, 30_001.0)]);
        assert_eq!(missed.len(), 3);
        assert!(missed[0].starts_with("movement: 8.5 write units an order, allowed 8"));
        assert_eq!(limit.missed(&[]), ["movement was not measured"]);
    }
}
