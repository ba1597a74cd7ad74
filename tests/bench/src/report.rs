//! The report of a measurement, as tables in Markdown.

use crate::candidates::{Candidate, Function};
use crate::flows::Cost;
use crate::goals::{self, Goal};
use crate::machine::Machine;
use crate::prices::Prices;
use crate::size::Size;
use crate::speed::{Figures, Speed};
use crate::statistics::{Samples, figure};
use std::collections::BTreeMap;
use std::fmt::{Display, Write};

/// Everything that was measured.
pub(crate) struct Report<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) command: &'a str,
    pub(crate) speed: &'a Speed,
    pub(crate) sizes: &'a BTreeMap<Candidate, Size>,
    pub(crate) costs: &'a [Cost],
    pub(crate) prices: &'a Prices,
}

/// A figure with up to three significant digits. A dash if it was not measured.
fn shown(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value.abs() >= 100.0 => format!("{value:.0}"),
        Some(value) if value.abs() >= 10.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.2}"),
    }
}

fn median(samples: &Samples) -> String {
    shown(samples.median())
}

fn median_and_p99(samples: &Samples) -> String {
    format!("{} / {}", median(samples), shown(samples.percentile(99)))
}

fn per_event(total: impl Into<f64>, figures: &Figures) -> String {
    shown((figures.events > 0).then(|| total.into() / figure(figures.events)))
}

impl Report<'_> {
    /// The whole report.
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        self.write(&mut text).unwrap_or_default();
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let Machine { cpu, cores, kernel, date } = self.machine;
        writeln!(text, "`{}`, {date}, {cpu}, {cores} cores, Linux {kernel}.\n", self.command)?;
        if !self.speed.is_empty() {
            self.goals(text)?;
            for function in Function::COMPARED {
                self.candidates(text, function)?;
            }
            self.ratios(text)?;
        }
        if !self.costs.is_empty() {
            self.costs(text)?;
        }
        Ok(())
    }

    fn goals(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "### Goals\n")?;
        row(text, &["figure", "goal", "reached", "others", "met"])?;
        line(text, 5)?;
        for Goal { figure, asked, reached, others, is_met } in
            goals::all(self.speed, self.sizes, self.costs)
        {
            let met = if is_met { "yes" } else { "**no**" };
            row(text, &[figure, &asked, &reached, &others, met])?;
        }
        writeln!(text)
    }

    fn candidates(&self, text: &mut String, function: Function) -> std::fmt::Result {
        writeln!(text, "### {}\n", function.name())?;
        row(
            text,
            &[
                "",
                "spawn to `/next`, ms (CPU)",
                "first event, ms (CPU)",
                "first at 128 MB, ms p50 / p99",
                "warm, ms p50 / p99",
                "warm at 128 MB, ms p50 / p99",
                "CPU, µs an event",
                "RSS, MB",
                "size, MB / zipped",
                "connections in 1,000 events",
                "AWS requests an event",
                "write units",
                "bytes logged an event",
            ],
        )?;
        line(text, 13)?;
        for ((candidate, _), figures) in self.speed.iter().filter(|((_, of), _)| *of == function) {
            let size = self.sizes.get(candidate).map_or_else(|| "–".to_owned(), Size::to_string);
            let with_cpu =
                |took: &Samples, cpu: &Samples| format!("{} ({})", median(took), median(cpu));
            row(
                text,
                &[
                    candidate.title(),
                    &with_cpu(&figures.init_ms, &figures.init_cpu_ms),
                    &with_cpu(&figures.first_ms, &figures.first_cpu_ms),
                    &median_and_p99(&figures.limited_first_ms),
                    &median_and_p99(&figures.warm_ms),
                    &median_and_p99(&figures.limited_ms),
                    &median(&figures.cpu_us),
                    &median(&figures.rss_mb),
                    &size,
                    &per_event(figure(figures.connections) * 1e3, figures),
                    &per_event(figure(figures.requests), figures),
                    &per_event(figure(figures.write_units), figures),
                    &per_event(figure(figures.printed), figures),
                ],
            )?;
        }
        writeln!(text)
    }

    /// The table of each candidate's figures, divided by ours of the same round.
    fn ratios(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "### Each figure divided by ours of the same round: median (p99)\n")?;
        row(text, &["", "function", "cold", "first at 128 MB", "CPU an event", "RSS"])?;
        line(text, 6)?;
        for ((candidate, function), figures) in self.speed {
            let Some(ours) = self.speed.get(&(Candidate::Ours, *function)) else { continue };
            if *candidate == Candidate::Ours {
                continue;
            }
            let times = |theirs: &Samples, ours: &Samples| {
                let ratios = theirs.ratios(ours);
                format!("{} ({})", median(&ratios), shown(ratios.percentile(99)))
            };
            row(
                text,
                &[
                    candidate.title(),
                    function.name(),
                    &times(&figures.cold_ms, &ours.cold_ms),
                    &times(&figures.limited_first_ms, &ours.limited_first_ms),
                    &times(&figures.cpu_us, &ours.cpu_us),
                    &times(&figures.rss_mb, &ours.rss_mb),
                ],
            )?;
        }
        writeln!(text)
    }

    fn costs(&self, text: &mut String) -> std::fmt::Result {
        let Prices { date, region, .. } = self.prices;
        writeln!(text, "### A confirmed order of one package ({region}, list prices of {date})\n")?;
        let titles: Vec<&str> = self.costs.iter().map(|cost| cost.flow.title()).collect();
        row(text, &[&["an order"], titles.as_slice()].concat())?;
        line(text, 1 + titles.len())?;
        let mut of = |name: &str, value: &dyn Fn(&Cost) -> String| {
            let cells: Vec<String> = self.costs.iter().map(value).collect();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            row(text, &[&[name], cells.as_slice()].concat())
        };
        let exact = |value: f64| shown(Some(value));
        of("write units", &|cost| exact(cost.usage.write_units))?;
        of("read units", &|cost| exact(cost.usage.read_units))?;
        of("doorbells", &|cost| exact(cost.doorbells))?;
        let mut operations: Vec<&String> =
            self.costs.iter().flat_map(|cost| cost.requests.keys()).collect();
        operations.sort();
        operations.dedup();
        for operation in operations {
            let made = |cost: &Cost| cost.requests.get(operation).copied().unwrap_or_default();
            of(&format!("requests: {operation}"), &|cost| exact(made(cost)))?;
        }
        of("SQS requests, with the poller's", &|cost| exact(cost.usage.sqs_requests))?;
        of("invocations", &|cost| exact(cost.usage.invocations))?;
        of("events on the bus", &|cost| exact(cost.usage.events))?;
        of("billed, ms of 128 MB", &|cost| exact(cost.usage.billed_ms))?;
        of("bytes over the wire, without TLS", &|cost| exact(cost.bytes))?;
        of("bytes logged", &|cost| exact(cost.usage.log_bytes))?;
        of("USD a million: DynamoDB", &|cost| exact(cost.bill.dynamodb))?;
        of("SQS", &|cost| exact(cost.bill.sqs))?;
        of("Lambda", &|cost| exact(cost.bill.lambda))?;
        of("EventBridge", &|cost| exact(cost.bill.eventbridge))?;
        of("logs", &|cost| exact(cost.bill.logs))?;
        of("**all, messages one by one**", &|cost| format!("**{:.2}**", cost.bill.total()))?;
        of("**all, in batches of five**", &|cost| format!("**{:.2}**", cost.busy.total()))?;
        writeln!(text)
    }
}

fn row(text: &mut String, cells: &[impl Display]) -> std::fmt::Result {
    for cell in cells {
        write!(text, "| {cell} ")?;
    }
    writeln!(text, "|")
}

fn line(text: &mut String, columns: usize) -> std::fmt::Result {
    writeln!(text, "|---|{}", "--:|".repeat(columns.saturating_sub(1)))
}
