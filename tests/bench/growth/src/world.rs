//! The world around the flows: a table, queues, a bus and a marketplace in memory, on a virtual clock, and sandboxes with
//! the CPU of a small function. It counts what it is asked for.

use crate::Calls;
use crate::marketplace::Shop;
use crate::measures::Stopwatch;
use crate::ports::Ports;
use domain::{Moment, NoticeKind, OrderKey};
use flows::ports::Bell;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use testkit::{Intercepted, START, Table};
use tokio::time::{Instant, sleep_until};

/// How long the answer of each service takes. Inferred: usual figures inside a region, and of a marketplace.
const TABLE_TAKES: Duration = Duration::from_millis(5);
const QUEUE_TAKES: Duration = Duration::from_millis(10);
const BUS_TAKES: Duration = Duration::from_millis(20);
const SECRET_TAKES: Duration = Duration::from_millis(10);
const MARKETPLACE_TAKES: Duration = Duration::from_millis(300);

/// CPU time of a function of 128 MB for one call over the network: 300 microseconds of a whole CPU, of which it has
/// 7.24 %. Measured by `cargo benchmark`: a scan's five calls take 1.3 to 1.8 ms.
const CALL_CPU: Duration = Duration::from_micros(4_144);

/// Entries of one batch. Source: SQS and `EventBridge` quotas.
const BATCH: usize = 10;

/// What a call asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Read,
    Save,
    Write,
    Page,
    Ring,
    Publish,
    Secret,
    Request,
}

impl Asked {
    fn takes(self) -> Duration {
        match self {
            Self::Read | Self::Save | Self::Write | Self::Page => TABLE_TAKES,
            Self::Ring => QUEUE_TAKES,
            Self::Publish => BUS_TAKES,
            Self::Secret => SECRET_TAKES,
            Self::Request => MARKETPLACE_TAKES,
        }
    }
}

/// What was done for a due order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Care {
    /// How often it was read.
    pub(crate) looks: u64,
    /// How often its doorbell was rung.
    pub(crate) rings: u64,
    /// When it was read first.
    pub(crate) looked_at: Option<Moment>,
}

/// The world.
pub(crate) struct World {
    pub(crate) table: RefCell<Rc<Table>>,
    pub(crate) shop: Shop,
    pub(crate) bells: RefCell<Vec<Bell>>,
    /// How often something was told of an order, and what. Emptied by who looks at it.
    pub(crate) told: RefCell<Vec<(OrderKey, NoticeKind)>>,
    /// Orders that are watched; their doorbells are not put into [`Self::bells`].
    pub(crate) watched: RefCell<BTreeMap<OrderKey, Care>>,
    pub(crate) calls: Cell<Calls>,
    pub(crate) watch: Stopwatch,
    began: Instant,
}

impl World {
    /// A world where it is [`START`]. Pages of what is due are as large as the real ones.
    pub(crate) fn new(table: Rc<Table>) -> Rc<Self> {
        Rc::new(Self {
            table: RefCell::new(table),
            shop: Shop::default(),
            bells: RefCell::default(),
            told: RefCell::default(),
            watched: RefCell::default(),
            calls: Cell::default(),
            watch: Stopwatch::default(),
            began: Instant::now(),
        })
    }

    pub(crate) fn now(&self) -> Moment {
        let passed = jiff::SignedDuration::try_from(self.began.elapsed()).unwrap_or_default();
        START.plus(passed)
    }

    pub(crate) fn table(&self) -> Rc<Table> {
        Rc::clone(&self.table.borrow())
    }

    fn note(&self, asked: Asked, times: u64) {
        let mut calls = self.calls.get();
        *match asked {
            Asked::Read => &mut calls.reads,
            Asked::Save => &mut calls.saves,
            Asked::Write => &mut calls.writes,
            Asked::Page => &mut calls.pages,
            Asked::Ring => &mut calls.rings,
            Asked::Publish => &mut calls.publications,
            Asked::Secret => &mut calls.secrets,
            Asked::Request => &mut calls.requests,
        } += times;
        self.calls.set(calls);
    }

    pub(crate) fn note_doorbells(&self, doorbells: u64) {
        let calls = self.calls.get();
        self.calls.set(Calls { doorbells: calls.doorbells + doorbells, ..calls });
    }

    /// A save moved an order in the `due` index.
    pub(crate) fn note_index(&self, before: Option<Moment>, after: Option<Moment>) {
        let writes = match (before, after) {
            (None, None) => 0,
            (Some(before), Some(after)) if before == after => 0,
            (Some(_), Some(_)) => 2,
            (None, Some(_)) | (Some(_), None) => 1,
        };
        let calls = self.calls.get();
        self.calls.set(Calls { index_writes: calls.index_writes + writes, ..calls });
    }
}

/// Where a function runs: it has a CPU of its own, and does one thing at a time on it.
pub(crate) struct Sandbox {
    pub(crate) world: Rc<World>,
    /// When its CPU has done what it was given so far.
    free_at: Cell<Instant>,
    /// CPU time it takes for a call.
    call: Duration,
}

impl Sandbox {
    /// One of 128 MB.
    pub(crate) fn ports(world: &Rc<World>) -> Ports {
        Intercepted(Self::new(world, CALL_CPU))
    }

    /// That of the sweep, which has four times the memory, and with it the CPU.
    pub(crate) fn ports_of_sweep(world: &Rc<World>) -> Ports {
        Intercepted(Self::new(world, CALL_CPU / 4))
    }

    fn new(world: &Rc<World>, call: Duration) -> Self {
        Self { world: Rc::clone(world), free_at: Cell::new(Instant::now()), call }
    }

    /// Takes the CPU for a call.
    fn busy(&self) -> Instant {
        let free_at = self.free_at.get().max(Instant::now()) + self.call;
        self.free_at.set(free_at);
        free_at
    }

    /// One call of so many entries, in batches one after the other; it takes effect when it is answered.
    pub(crate) async fn call<T>(
        &self,
        (asked, entries): (Asked, usize),
        effect: impl Future<Output = T>,
    ) -> T {
        let called = async {
            let times = entries.div_ceil(BATCH);
            self.world.note(asked, crate::count(times));
            for _ in 0..times {
                sleep_until(self.busy() + asked.takes()).await;
            }
            effect.await
        };
        self.world.watch.port(called).await
    }
}
