//! Writes the figures as a page of tables in Markdown.

use crate::{
    Batch, Calls, Cost, Fit, Growth, Orders, PassingOrders, Shards, SweepFigures, Throttling, count,
};
use std::fmt;

/// The name of a kind of traffic, and how to get its throttling from a number of shards.
type Need = (&'static str, fn(&Fit) -> Throttling);

/// The first number divided by the second, with two decimals.
struct Per(u64, u64);

impl fmt::Display for Per {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = u128::from(self.0) * 100 / u128::from(self.1.max(1));
        let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        f.pad(&text)
    }
}

/// Nanoseconds divided by a number, in microseconds.
fn micros(nanoseconds: u64, each: u64) -> Per {
    Per(nanoseconds, each.saturating_mul(1_000))
}

/// A number with commas between thousands.
struct Long(u64);

impl fmt::Display for Long {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut text = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        f.pad(&text)
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { orders, passing, sweeps, ship_bys, batches, shards } = self;
        of_orders(f, orders)?;
        of_passing(f, *passing)?;
        of_sweeps(f, "with orders due at once", sweeps)?;
        of_sweeps(f, "with ship-bys that come near in the same minute", ship_bys)?;
        of_batches(f, batches)?;
        of_shards(f, shards)
    }
}

fn of_orders(f: &mut fmt::Formatter<'_>, all: &[Orders]) -> fmt::Result {
    writeln!(f, "### Orders, from the label to the confirmation\n")?;
    writeln!(
        f,
        "CPU in microseconds an order; lag from the scan to the confirmation in virtual milliseconds.\n"
    )?;
    writeln!(
        f,
        "| orders | CPU | of it ours | label | scan | send | ports | bytes stored | mean lag | p99 | longest |"
    )?;
    writeln!(f, "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for of in all {
        let (cost, each) = (of.cost(), of.size);
        let ours = |part: Cost| micros(part.ours_ns, each);
        writeln!(
            f,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            Long(each),
            micros(cost.cpu_ns, each),
            ours(cost),
            ours(of.label),
            ours(of.scan),
            ours(of.send),
            micros(cost.ports_ns, each),
            Long(of.stored_bytes / each.max(1)),
            of.lag.mean_ms,
            of.lag.p99_ms,
            of.lag.max_ms,
        )?;
    }
    writeln!(f, "\nCalls an order:\n")?;
    calls_of(f, "orders", all.iter().map(|of| (Long(of.size).to_string(), of.calls, of.size)))
}

fn calls_of(
    f: &mut fmt::Formatter<'_>,
    first: &str,
    rows: impl Iterator<Item = (String, Calls, u64)>,
) -> fmt::Result {
    writeln!(
        f,
        "| {first} | all | reads | saves | other writes | pages | rings | doorbells | publications | secrets | requests | index writes |"
    )?;
    writeln!(f, "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for (name, calls, each) in rows {
        let Calls { reads, saves, writes, pages, rings, doorbells, publications, .. } = calls;
        let Calls { secrets, requests, index_writes, .. } = calls;
        write!(f, "| {name} | {}", Per(calls.all(), each))?;
        for some in [reads, saves, writes, pages, rings, doorbells, publications, secrets] {
            write!(f, " | {}", Per(some, each))?;
        }
        writeln!(f, " | {} | {} |", Per(requests, each), Per(index_writes, each))?;
    }
    writeln!(f)
}

fn of_passing(f: &mut fmt::Formatter<'_>, passing: PassingOrders) -> fmt::Result {
    let PassingOrders { orders, bytes, first_orders, first, rest } = passing;
    writeln!(f, "Orders that are removed when they are confirmed, so that none are stored:\n")?;
    writeln!(f, "| | orders | CPU an order | of it ours | ports | memory more, an order |")?;
    writeln!(f, "|---|--:|--:|--:|--:|--:|")?;
    for (name, each, cost, memory) in [
        ("the first tenth", first_orders, first, "-".to_owned()),
        ("all after them", orders, rest, format!("{} bytes", Per(bytes, orders))),
    ] {
        writeln!(
            f,
            "| {name} | {} | {} | {} | {} | {memory} |",
            Long(each),
            micros(cost.cpu_ns, each),
            micros(cost.ours_ns, each),
            micros(cost.ports_ns, each),
        )?;
    }
    writeln!(f)
}

fn of_sweeps(f: &mut fmt::Formatter<'_>, what: &str, sweeps: &[SweepFigures]) -> fmt::Result {
    writeln!(f, "### The sweep, {what}\n")?;
    writeln!(
        f,
        "| due | sweeps | late | CPU an order | of it ours | peak memory, KB | rung | told once | looked at again | longest wait, s | of the oldest tenth |"
    )?;
    writeln!(f, "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for swept in sweeps {
        writeln!(
            f,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            Long(swept.due),
            swept.sweeps,
            swept.late,
            micros(swept.cost.cpu_ns, swept.due),
            micros(swept.cost.ours_ns, swept.due),
            Long(swept.peak_bytes / 1_024),
            Long(swept.rung),
            Long(swept.told),
            Long(swept.looked_again),
            swept.waited_s,
            swept.oldest_waited_s,
        )?;
    }
    writeln!(f, "\nCalls an order:\n")?;
    calls_of(f, "due", sweeps.iter().map(|of| (Long(of.due).to_string(), of.calls, of.due)))
}

fn of_batches(f: &mut fmt::Formatter<'_>, batches: &[Batch]) -> fmt::Result {
    writeln!(f, "### A batch of 100 events\n")?;
    writeln!(
        f,
        "| events | orders | reads | saves | other writes | CPU, microseconds | of it ours |"
    )?;
    writeln!(f, "|---|--:|--:|--:|--:|--:|--:|")?;
    for Batch { events, orders, batches, calls, cost } in batches {
        writeln!(
            f,
            "| {events} | {orders} | {} | {} | {} | {} | {} |",
            Per(calls.reads, *batches),
            Per(calls.saves, *batches),
            Per(calls.writes, *batches),
            micros(cost.cpu_ns, *batches),
            micros(cost.ours_ns, *batches),
        )?;
    }
    writeln!(f)
}

fn of_shards(f: &mut fmt::Formatter<'_>, shards: &Shards) -> fmt::Result {
    let Shards { traffic, writes_per_order, fits } = shards;
    let writes = traffic.orders_per_s * writes_per_order;
    writeln!(
        f,
        "### Shards of the `due` index, at {} orders a second\n",
        Long(traffic.orders_per_s)
    )?;
    writeln!(
        f,
        "An order writes the index {writes_per_order} times: {} writes a second, of which a shard takes 1,000. The surge is \
         three times as many orders for {} s; with a burst, unused capacity of 300 s is kept. \"Turned away\" counts the \
         throttled writes of a million. Delays are the least possible, in milliseconds: mean, longest.\n",
        Long(writes),
        traffic.surge_s
    )?;
    writeln!(
        f,
        "| shards | calculated a second | busiest, simulated | in its busiest second | steady: turned away | delay | with a burst | delay | surge: turned away | delay | with a burst | delay |"
    )?;
    writeln!(f, "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for fit in fits {
        let Fit { shards, calculated_per_s, busiest_per_s, most_in_a_second, .. } = fit;
        write!(
            f,
            "| {shards} | {} | {} | {}",
            Long(*calculated_per_s),
            Long(*busiest_per_s),
            Long(*most_in_a_second)
        )?;
        for throttling in [fit.steady, fit.steady_burst, fit.surge, fit.surge_burst] {
            let Throttling { throttled_ppm, delay_mean_ms, delay_max_ms } = throttling;
            let (mean, max) = (Long(delay_mean_ms), Long(delay_max_ms));
            write!(f, " | {} | {mean}, {max}", Long(throttled_ppm))?;
        }
        writeln!(f, " |")?;
    }
    writeln!(f)?;
    let least = writes.div_ceil(1_000);
    writeln!(f, "By calculation {least} shards are just enough.")?;
    let needs: [Need; 3] = [
        ("Steady traffic", |fit| fit.steady),
        ("The surge with a burst", |fit| fit.surge_burst),
        ("The surge without one", |fit| fit.surge),
    ];
    for (name, throttling) in needs {
        match shards.fewest(throttling) {
            Some(shards) => writeln!(f, "{name} needs {} shards.", Long(count(shards)))?,
            None => writeln!(f, "{name} needs more shards than were tried.")?,
        }
    }
    Ok(())
}
