//! The world around the flows: a table, queues, a bus and a marketplace in memory, on a virtual clock, and sandboxes
//! with the CPU of a small function. It counts the calls of its ports.

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

/// How long each service takes to answer. Inferred: usual figures inside a region, and of a marketplace.
const TABLE_TAKES: Duration = Duration::from_millis(5);
const QUEUE_TAKES: Duration = Duration::from_millis(10);
const BUS_TAKES: Duration = Duration::from_millis(20);
const SECRET_TAKES: Duration = Duration::from_millis(10);
const MARKETPLACE_TAKES: Duration = Duration::from_millis(300);

/// CPU time of a function of 128 MB for one call over the network: 300 microseconds of a whole CPU, of which it has
/// 7.24 %. Measured by `cargo benchmark`: a scan's five calls take 1.3 to 1.8 ms.
const CALL_CPU: Duration = Duration::from_micros(4_144);

/// Most entries of one batch. Source: SQS and `EventBridge` quotas.
const BATCH: usize = 10;

/// The kind of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallKind {
    Read,
    Save,
    Write,
    Page,
    Ring,
    Publish,
    Secret,
    Request,
}

impl CallKind {
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

/// What the sweep did for a due order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DueOrderRecord {
    /// How often the order was read.
    pub(crate) looks: u64,
    /// How often the order's doorbell was rung.
    pub(crate) rings: u64,
    /// When the order was first read.
    pub(crate) looked_at: Option<Moment>,
}

/// The world that all sandboxes share.
pub(crate) struct World {
    pub(crate) table: RefCell<Rc<Table>>,
    pub(crate) shop: Shop,
    pub(crate) bells: RefCell<Vec<Bell>>,
    /// The notices that were published: the order and the kind of each. Whoever checks them empties this.
    pub(crate) notices: RefCell<Vec<(OrderKey, NoticeKind)>>,
    /// The due orders whose treatment is recorded. Their doorbells are not put into [`Self::bells`].
    pub(crate) watched: RefCell<BTreeMap<OrderKey, DueOrderRecord>>,
    pub(crate) calls: Cell<Calls>,
    pub(crate) stopwatch: Stopwatch,
    began: Instant,
}

impl World {
    /// A world with this table, whose clock begins at [`START`].
    pub(crate) fn new(table: Rc<Table>) -> Rc<Self> {
        Rc::new(Self {
            table: RefCell::new(table),
            shop: Shop::default(),
            bells: RefCell::default(),
            notices: RefCell::default(),
            watched: RefCell::default(),
            calls: Cell::default(),
            stopwatch: Stopwatch::default(),
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

    fn note(&self, asked: CallKind, times: u64) {
        let mut calls = self.calls.get();
        *match asked {
            CallKind::Read => &mut calls.reads,
            CallKind::Save => &mut calls.saves,
            CallKind::Write => &mut calls.writes,
            CallKind::Page => &mut calls.pages,
            CallKind::Ring => &mut calls.rings,
            CallKind::Publish => &mut calls.publications,
            CallKind::Secret => &mut calls.secrets,
            CallKind::Request => &mut calls.requests,
        } += times;
        self.calls.set(calls);
    }

    pub(crate) fn note_doorbells(&self, doorbells: u64) {
        let calls = self.calls.get();
        self.calls.set(Calls { doorbells: calls.doorbells + doorbells, ..calls });
    }

    /// Counts the index writes of a save that changed an order's due time.
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

/// The place where a function runs. It has a CPU of its own, which does one thing at a time.
pub(crate) struct Sandbox {
    pub(crate) world: Rc<World>,
    /// When its CPU has finished its work so far.
    free_at: Cell<Instant>,
    /// CPU time of one call.
    call: Duration,
}

impl Sandbox {
    /// The ports of a sandbox of 128 MB.
    pub(crate) fn ports(world: &Rc<World>) -> Ports {
        Intercepted(Self::new(world, CALL_CPU))
    }

    /// The ports of the sweep's sandbox, which has four times the memory and so four times the CPU.
    pub(crate) fn ports_of_sweep(world: &Rc<World>) -> Ports {
        Intercepted(Self::new(world, CALL_CPU / 4))
    }

    fn new(world: &Rc<World>, call: Duration) -> Self {
        Self { world: Rc::clone(world), free_at: Cell::new(Instant::now()), call }
    }

    /// Uses the CPU for a call, and returns when the CPU is free again.
    fn busy(&self) -> Instant {
        let free_at = self.free_at.get().max(Instant::now()) + self.call;
        self.free_at.set(free_at);
        free_at
    }

    /// Makes the calls for this many entries, in batches one after the other. `effect` happens when the last is
    /// answered.
    pub(crate) async fn call<T>(
        &self,
        (asked, entries): (CallKind, usize),
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
        self.world.stopwatch.port(called).await
    }
}
