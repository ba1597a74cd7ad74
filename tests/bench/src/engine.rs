//! Measures growth with the built functions on the local AWS engine. Every event goes over the bus and the engine's
//! pollers, to the strict fake of Amazon. The engine is slow, so only one thing counts: whether the lag stays flat
//! while the table fills with orders.

use crate::Error;
use crate::events::Sale;
use crate::partners::Kind;
use crate::statistics::{Samples, figure};
use domain::{Channel, EventKind, OrderKey, order_view};
use flows::ports::Orders as _;
use local::{Event, NewPartner, Options, SELLER, Stack};
use marketplaces::{AmazonOrder, Marketplaces};
use serde_json::Value;
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Number of orders between scan and confirmation at the same time.
const UNDER_WAY: usize = 16;

/// Time between two looks whether an order is confirmed.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Longest an order may take from its scan. It is longer than the sweep needs to ring for a lost doorbell: such an
/// order must show in the figures, and not as an error.
const CONFIRMED_MAX: Duration = Duration::from_mins(10);

const fn partner(id: &'static str) -> NewPartner {
    NewPartner::new(id, id, Channel::Amazon).of_its_own()
}

/// The partners. They are enough that no account exceeds Amazon's rate at the engine's speed.
const PARTNERS: [NewPartner; 8] = [
    partner("engine-0"),
    partner("engine-1"),
    partner("engine-2"),
    partner("engine-3"),
    partner("engine-4"),
    partner("engine-5"),
    partner("engine-6"),
    partner("engine-7"),
];

/// The figures of one tenth of the orders.
struct Tenth {
    stored: usize,
    lag_s: Samples,
    took: Duration,
}

/// Sends this many orders the whole way, `UNDER_WAY` at a time. Returns a table in Markdown: the lag by the number of
/// orders stored.
pub(crate) async fn grow(orders: usize, say: &dyn Fn(&str)) -> Result<String, Error> {
    say("the local AWS engine");
    let options = PARTNERS.iter().fold(marketplaces::Options::demo(), |options, partner| {
        options.with_account(partner.channel.name(), partner.account)
    });
    let shops =
        Marketplaces::start(options).await.map_err(Error::io("start the fake marketplaces"))?;
    let stack = Stack::start(Options::new(shops.base_url())).await?;
    stack.register(&PARTNERS).await?;
    let mut tenths = Vec::new();
    let each = orders.div_ceil(10).max(1);
    for first in (0..orders).step_by(each) {
        let last = orders.min(first + each);
        say(&format!("orders {first} to {last} of {orders} on the engine"));
        tenths.push(tenth(&stack, &shops, first..last).await?);
    }
    Ok(table(&tenths))
}

async fn tenth(
    stack: &Stack,
    shops: &Marketplaces,
    numbers: std::ops::Range<usize>,
) -> Result<Tenth, Error> {
    let start = Instant::now();
    let stored = numbers.end;
    let sales: Vec<(usize, Sale)> = numbers.map(|number| (number, sale(number))).collect();
    for (_, sale) in &sales {
        let order = AmazonOrder::new(&sale.order, local::MARKETPLACE, &[(sale.item.as_str(), 1)]);
        shops.amazon().add_order(order);
    }
    let labels: Vec<Event> = sales
        .iter()
        .map(|(number, sale)| event(EventKind::LabelCreated, sale.label_detail(SELLER, *number)))
        .collect();
    stack.put_events(&labels).await?;
    let aws = stack.aws();
    let mut lag_s = Samples::default();
    let mut waiting: VecDeque<(usize, Sale)> = sales.into();
    let mut under_way: Vec<(Instant, Sale)> = Vec::new();
    while !waiting.is_empty() || !under_way.is_empty() {
        while under_way.len() < UNDER_WAY
            && let Some((_, sale)) = waiting.pop_front()
        {
            let scan = event(EventKind::CarrierScan, sale.scan_detail(SELLER));
            stack.put_events(&[scan]).await?;
            under_way.push((Instant::now(), sale));
        }
        tokio::time::sleep(LOOK_EVERY).await;
        let mut still = Vec::new();
        for (since, sale) in under_way {
            let stored = aws.order(&key(&sale)?).await;
            let state = stored.ok().flatten().and_then(|stored| {
                let view = order_view(&stored.order, stored.version.0);
                Some(view.pointer("/packages/0/state")?.as_str()?.to_owned())
            });
            match state.as_deref() {
                Some("confirmed") => lag_s.add(since.elapsed().as_secs_f64()),
                Some("waiting" | "ready" | "sending" | "in_doubt") | None
                    if since.elapsed() < CONFIRMED_MAX =>
                {
                    still.push((since, sale));
                }
                state => {
                    let why = format!("order {} on the engine is {state:?}", sale.order);
                    return Err(Error::Function(why));
                }
            }
        }
        under_way = still;
    }
    Ok(Tenth { stored, lag_s, took: start.elapsed() })
}

fn sale(number: usize) -> Sale {
    let id = PARTNERS.get(number % PARTNERS.len()).map_or("", |partner| partner.id);
    Sale { partner: id.to_owned(), ..Sale::of(Kind::Movement, 0, 5_000_000 + number) }
}

fn key(sale: &Sale) -> Result<OrderKey, Error> {
    let id = |error: &dyn std::fmt::Display| Error::Function(error.to_string());
    Ok(OrderKey {
        seller: SELLER.parse().map_err(|error| id(&error))?,
        partner: sale.partner.parse().map_err(|error| id(&error))?,
        order: sale.order.parse().map_err(|error| id(&error))?,
    })
}

const fn event(kind: EventKind, detail: Value) -> Event {
    Event { kind, detail }
}

fn table(tenths: &[Tenth]) -> String {
    let mut text = String::from(
        "| orders stored | scan to confirmed, s p50 | p99 | orders a second |\n|--:|--:|--:|--:|\n",
    );
    for tenth in tenths {
        let lag = |percent| tenth.lag_s.percentile(percent).unwrap_or_default();
        let speed = figure(tenth.lag_s.len()) / tenth.took.as_secs_f64();
        let (stored, half, most) = (tenth.stored, lag(50), lag(99));
        // Writing to a string cannot fail.
        writeln!(text, "| {stored} | {half:.2} | {most:.2} | {speed:.1} |").unwrap_or_default();
    }
    text
}
