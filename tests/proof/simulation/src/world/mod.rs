//! The world that functions run in: one clock, one table, the queues, the bus and the marketplaces. The world has one thread, and the
//! agenda alone decides what happens next.

mod agenda;
mod calls;
mod ports;
mod queues;
mod releases;
mod sandbox;

pub use agenda::{Agenda, Entry, Pause, TaskId, What};
pub use calls::HTTP_TIMEOUT;
pub use queues::{Function, Message, Queues};
pub use releases::{Place, attributes};
pub use sandbox::{Answering, SKEW_MS, Sandbox, Seat, Senders};

use crate::coverage::Coverage;
use crate::dice::Dice;
use crate::fault::{Fault, FaultPoint, Faults};
use crate::plan::{CROWDED, Fact, Plan, Speed, What as Happens};
use crate::shops::{ShopDevice, Shops, Submission};
use crate::watch::{ParcelId, Watch};
use domain::{Moment, Notice, ORDERS_MAX, OrderKey};
use flows::ports::Trackings as _;
use futures_util::FutureExt as _;
use jiff::SignedDuration;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::rc::Rc;
use testkit::{START, Table, parsed, secret_name};

/// How long a call to AWS may take, and one to its bus. Source: `aws`, the clients' time limits.
const CALL_WAITS: SignedDuration = SignedDuration::from_secs(10);
const PUBLISH_WAITS: SignedDuration = SignedDuration::from_secs(1);

const fn lost_or_refused(is_done: bool) -> Fault {
    if is_done { Fault::Lost } else { Fault::Refused }
}

/// Gives a number as many other orders as there is place for (rule N5), where the plan has the number.
fn crowd(table: &Table, plan: &Plan) {
    let has_it = |what: &Happens| matches!(what, Happens::Event(Fact::Label(label), _) if label.number == CROWDED);
    if !plan.happenings.iter().any(|happening| has_it(&happening.what)) {
        return;
    }
    for account in &plan.accounts {
        for n in 0..ORDERS_MAX {
            let key = OrderKey {
                seller: account.partner.seller.clone(),
                partner: account.partner.id.clone(),
                order: parsed(&format!("crowd-{n}")),
            };
            let added = table.add_to_tracking(&key, &parsed(CROWDED)).now_or_never();
            drop(added);
        }
    }
}

/// The world of one schedule.
pub struct World {
    pub(crate) plan: Rc<Plan>,
    pub(crate) agenda: Agenda,
    pub(crate) table: Table,
    pub(crate) queues: RefCell<Queues>,
    pub(crate) shops: RefCell<Shops>,
    pub(crate) faults: RefCell<Faults>,
    pub(crate) watch: RefCell<Watch>,
    pub(crate) coverage: RefCell<Coverage>,
    /// How long things take.
    pub(crate) dice: RefCell<Dice>,
    /// The function that was just polled is dead.
    pub(crate) has_crashed: Cell<bool>,
    /// When each queue is looked at next.
    looks: RefCell<BTreeMap<Function, Moment>>,
    /// Requests that a marketplace takes later than their sender waited.
    late: RefCell<Vec<(usize, Late)>>,
    /// How slow a slow schedule's calls are, and which hang.
    slowness: RefCell<Dice>,
    /// Accounts whose timing becomes `never` when a sender waits next.
    never_to_come: RefCell<BTreeSet<usize>>,
    /// The backup of the table.
    pub(crate) backup: RefCell<Option<Table>>,
    /// When the system is started again on the restored table.
    pub(crate) restored_at: Cell<Option<Moment>>,
    trace: RefCell<Option<String>>,
}

/// A request that is still on its way.
pub enum Late {
    /// The confirmation of a package.
    Submission(ParcelId, Submission),
    /// The registration of an IMEI: order, line, IMEI.
    Registration(usize, String, ShopDevice),
}

impl World {
    /// The world of a plan, in which nothing has happened yet.
    pub fn new(plan: Plan, has_trace: bool) -> Self {
        let plan = Rc::new(plan);
        let (table, shops) = (Table::default(), Shops::new(&plan, START));
        for (place, account) in plan.accounts.iter().enumerate() {
            table.put(account.partner.clone());
            table.set_secret(&secret_name(&account.partner), Some(shops.secret(place)));
        }
        crowd(&table, &plan);
        let watch = Watch::new(&plan);
        Self {
            agenda: Agenda::new(START),
            table,
            queues: RefCell::default(),
            shops: RefCell::new(shops),
            faults: RefCell::new(Faults::new(&plan.faults)),
            watch: RefCell::new(watch),
            coverage: RefCell::default(),
            dice: RefCell::new(Dice::new(plan.seed ^ 0x5eed)),
            has_crashed: Cell::new(false),
            looks: RefCell::default(),
            late: RefCell::default(),
            slowness: RefCell::new(Dice::new(plan.seed ^ 0x510)),
            never_to_come: RefCell::default(),
            backup: RefCell::default(),
            restored_at: Cell::default(),
            trace: RefCell::new(has_trace.then(String::new)),
            plan,
        }
    }

    /// The true time.
    pub fn now(&self) -> Moment {
        self.agenda.now()
    }

    /// Notes a line of the trace, if the trace is wanted.
    pub fn note(&self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut *self.trace.borrow_mut() {
            let span = self.now().since(START);
            let (seconds, millis) = (span.as_secs(), span.subsec_millis());
            let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            let _infallible = writeln!(trace, "{h:02}:{m:02}:{s:02}.{millis:03} {}", line());
        }
    }

    /// The trace so far.
    pub fn trace(&self) -> String {
        self.trace.borrow().clone().unwrap_or_default()
    }

    /// Reports that a rule is broken. The schedule ends then.
    pub fn report(&self, rule: &'static str, what: impl FnOnce() -> String) {
        self.watch.borrow_mut().report(rule, what);
    }

    /// A number of a range, by chance.
    pub fn throw(&self, from: i64, to: i64) -> i64 {
        self.dice.borrow_mut().of(from..to)
    }

    /// Plans a look at a queue, unless one is planned by then.
    pub fn look_at(&self, function: Function, at: Moment) {
        let mut looks = self.looks.borrow_mut();
        let at = at.max(self.now());
        if looks.get(&function).is_none_or(|planned| *planned > at) {
            looks.insert(function, at);
            self.agenda.put(at, What::Look(function));
        }
    }

    /// Whether a queue is to be looked at now. One look takes the place of those that are planned for later.
    pub(crate) fn is_looked_at(&self, function: Function, at: Moment) -> bool {
        let mut looks = self.looks.borrow_mut();
        let is_it = looks.get(&function) == Some(&at);
        if is_it {
            looks.remove(&function);
        }
        is_it
    }

    /// How long a call takes, mostly. Unit: milliseconds.
    pub fn latency(&self) -> SignedDuration {
        if self.plan.speed == Speed::Slow {
            return SignedDuration::from_millis(self.slowness.borrow_mut().of(0..2_000));
        }
        let mut dice = self.dice.borrow_mut();
        let slowly = dice.one_in(16);
        SignedDuration::from_millis(if slowly { dice.of(100..2_500) } else { dice.of(1..25) })
    }

    /// Whether a call hangs, for how long, and with which fault it ends. Its caller does not learn whether the call had its
    /// effect.
    pub(crate) fn hangs(&self, port: FaultPoint) -> Option<(SignedDuration, Fault)> {
        let Speed::Hanging(one_in) = self.plan.speed else { return None };
        let mut dice = self.slowness.borrow_mut();
        if self.faults.borrow().is_over() || !dice.one_in(one_in) {
            return None;
        }
        self.coverage.borrow_mut().hung(port);
        let is_done = dice.one_in(2);
        Some(match port {
            // The caller of these waits for an answer, and the fault is about that answer.
            FaultPoint::Read => (SignedDuration::ZERO, Fault::NoAnswer),
            FaultPoint::Token | FaultPoint::Submit | FaultPoint::Register => {
                let fault = if is_done { Fault::AnswerLost } else { Fault::NoAnswer };
                (SignedDuration::ZERO, fault)
            }
            FaultPoint::Publish => (PUBLISH_WAITS, lost_or_refused(is_done)),
            FaultPoint::Order
            | FaultPoint::Save
            | FaultPoint::Partner
            | FaultPoint::StopPartner
            | FaultPoint::ResumePartner
            | FaultPoint::Book
            | FaultPoint::HoldBack
            | FaultPoint::LeaseRenewal
            | FaultPoint::Tracking
            | FaultPoint::AddToTracking
            | FaultPoint::NoteMovements
            | FaultPoint::Due
            | FaultPoint::Ring
            | FaultPoint::Secret
            | FaultPoint::PutSecret
            | FaultPoint::Receive => (CALL_WAITS, lost_or_refused(is_done)),
        })
    }

    /// An account's timing is to become `never` when a sender waits next.
    pub(crate) fn never_is_to_come(&self, account: usize) {
        self.never_to_come.borrow_mut().insert(account);
    }

    /// A sender is about to wait for a span, in which `never` may come. Returns whether it does.
    pub(crate) fn never_comes_within(&self, account: usize, span: SignedDuration) -> bool {
        let millis = i64::try_from(span.as_millis()).unwrap_or(0);
        if millis < 1 || !self.never_to_come.borrow_mut().remove(&account) {
            return false;
        }
        let after = SignedDuration::from_millis(self.throw(0, millis));
        self.agenda.put(self.now().plus(after), What::Never(account));
        true
    }

    /// Whether `never` waits for a sender of this account.
    pub(crate) fn is_never_to_come(&self, account: usize) -> bool {
        self.never_to_come.borrow().contains(&account)
    }

    /// Publishes notices: notes them, and shows them to the watch.
    pub fn publish(&self, by: &Sandbox, notices: &[Notice]) {
        for notice in notices {
            self.note(|| format!("published: {} {}", notice.kind.name(), notice.reason));
        }
        self.watch.borrow_mut().published(by, notices);
    }

    /// Lets a marketplace take a request later.
    pub(crate) fn take_later(&self, account: usize, late: Late, after: SignedDuration) {
        let mut all = self.late.borrow_mut();
        all.push((account, late));
        self.agenda.put(self.now().plus(after), What::Late(all.len() - 1));
    }

    /// The marketplace takes a late request now.
    pub(crate) fn take_late(&self, index: usize) {
        let late = self.late.borrow();
        let Some((account, late)) = late.get(index) else { return };
        let mut shops = self.shops.borrow_mut();
        match late {
            Late::Submission(parcel, submission) => {
                let is_applied = shops.submit(*account, submission, self.now()).is_applied;
                self.note(|| {
                    let what = if is_applied { "applied" } else { "refused" };
                    format!(
                        "the marketplace takes {} of {} only now: {what}",
                        submission.number, submission.order
                    )
                });
                self.watch.borrow_mut().arrived(*parcel, submission, is_applied);
            }
            Late::Registration(sale, line, device) => {
                let is_applied = shops.register(*account, line, device).is_applied;
                self.watch.borrow_mut().registered(*sale, line, device, is_applied);
            }
        }
    }

    /// The fault at a call, if there is one.
    pub(crate) fn fault(&self, port: FaultPoint) -> Option<Fault> {
        let fault = self.faults.borrow_mut().take(port);
        if let Some(fault) = fault {
            self.coverage.borrow_mut().fault(port, fault);
        }
        fault
    }
}
