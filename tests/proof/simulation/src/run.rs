//! Plays a schedule: the functions' own code, on the world's one clock, with everything that the plan has in store.

mod happenings;
mod restores;
mod tasks;

use crate::coverage::Coverage;
use crate::plan::{Plan, Speed};
use crate::watch::Violation;
use crate::world::{Function, Senders, What, World};
use domain::{Channel, DeadlineAction, Moment, SilentHours};
use jiff::SignedDuration;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use tasks::Task;
use testkit::secret_name;

const MINUTE_MS: i64 = 60_000;

/// How long after the last happening things may go on going wrong.
const WRONG_FOR: SignedDuration = SignedDuration::from_hours(24);

/// How long it may take until nothing is left to do, once all goes well: people are warned of a ship-by up to 60 days ahead.
const QUIET_WITHIN: SignedDuration = SignedDuration::from_hours(24 * 90);

/// The most steps of a schedule. A schedule that needs more never becomes quiet.
const STEPS_MAX: u64 = 2_000_000;

/// The result of a schedule.
pub struct Ran {
    /// The rule that is broken, if one is.
    pub violation: Option<Violation>,
    /// What happened, line by line, where a trace was asked for.
    pub trace: String,
    /// What went wrong, and how often.
    pub coverage: Coverage,
    /// Number of claims that were saved.
    pub claims: u64,
    /// Number of confirmations that were sent.
    pub requests: u64,
}

/// A schedule being played.
struct Simulation {
    world: Rc<World>,
    tasks: Vec<Option<Task>>,
    senders: BTreeMap<Channel, Rc<RefCell<Senders>>>,
    deliveries: Vec<(Function, String, usize)>,
    swept_at: Moment,
    steps: u64,
}

/// Plays a schedule to its end, or to the first rule that is broken.
pub fn run(plan: Plan, has_trace: bool) -> Ran {
    let world = Rc::new(World::new(plan, has_trace));
    let mut simulation = Simulation {
        swept_at: world.now(),
        world: Rc::clone(&world),
        tasks: Vec::new(),
        senders: BTreeMap::new(),
        deliveries: Vec::new(),
        steps: 0,
    };
    simulation.play();
    drop(simulation);
    let watch = world.watch.borrow();
    Ran {
        violation: watch.violation().cloned(),
        trace: world.trace(),
        coverage: world.coverage.borrow().clone(),
        claims: watch.claims,
        requests: watch.requests,
    }
}

impl Simulation {
    fn play(&mut self) {
        let start = self.world.now();
        let speed = match self.world.plan.speed {
            Speed::Usual => None,
            Speed::Slow => Some("schedule of slow calls"),
            Speed::Hanging(_) => Some("schedule of calls that hang"),
        };
        if let Some(speed) = speed {
            self.world.coverage.borrow_mut().happening(speed);
        }
        self.count_partners();
        let mut last = start;
        for (place, happening) in self.world.plan.happenings.iter().enumerate() {
            let at = start.plus(SignedDuration::from_millis(happening.at));
            self.world.agenda.put(at, What::Happening(place));
            last = last.max(at);
        }
        if let Some(restore) = self.world.plan.restore {
            let at = |ms| start.plus(SignedDuration::from_millis(ms));
            self.world.agenda.put(at(restore.backed_up_at), What::BackUp);
            self.world.agenda.put(at(restore.at), What::Restore);
            last = last.max(at(restore.at));
        }
        self.play_until(last.plus(WRONG_FOR));
        if self.is_broken() {
            return;
        }
        self.world.note(|| "from now on all goes well".to_owned());
        self.world.faults.borrow_mut().end();
        self.mend();
        let end = self.world.now().plus(QUIET_WITHIN);
        for _ in 0..16 {
            self.play_until(end);
            if !self.world.queues.borrow().has_aside() || self.is_broken() {
                break;
            }
            self.redrive();
        }
        if self.is_broken() {
            return;
        }
        if self.next_at().is_some() || self.world.queues.borrow().has_aside() {
            self.world.report("it becomes quiet", || format!("more to do at {:?}", self.next_at()));
            return;
        }
        let world = &self.world;
        world.watch.borrow_mut().check_final_state(world);
        for stored in world.table.all_orders() {
            for package in stored.order.packages.values() {
                world.coverage.borrow_mut().end(package.state.name());
            }
        }
    }

    /// Counts what the schedule's partners want to be told, and the orders that are never scanned.
    fn count_partners(&self) {
        let mut coverage = self.world.coverage.borrow_mut();
        for partner in self.world.plan.accounts.iter().map(|account| &account.partner) {
            let has = [
                (partner.deadline.action() == DeadlineAction::Off, "partner without warnings"),
                (partner.silent_hours == SilentHours::OFF, "partner without silences"),
                (partner.send_after.is_some(), "partner that sends after a time"),
                (partner.moved_on.is_none(), "partner of whose parcels no scan came yet"),
            ];
            has.iter().filter(|(has, _)| *has).for_each(|(_, what)| coverage.happening(what));
        }
        let never = &self.world.plan.never_scanned;
        for _ in never {
            coverage.happening("order whose parcels are never scanned");
        }
    }

    /// Outages end, and every account has credentials that are good.
    fn mend(&mut self) {
        let mut shops = self.world.shops.borrow_mut();
        shops.open_all(self.world.now());
        for (place, account) in self.world.plan.accounts.iter().enumerate() {
            shops.renew(place);
            self.world.table.set_secret(&secret_name(&account.partner), Some(shops.secret(place)));
        }
        drop(shops);
        for account in 0..self.world.plan.accounts.len() {
            self.resumes(account, true);
            // A line's own request waits for as long as its account observes (rule A3).
            self.leaves_observation(account);
        }
        self.redrive();
    }

    fn is_broken(&self) -> bool {
        self.world.watch.borrow().violation().is_some()
    }

    /// The first minute at which the sweep finds something. Before that minute the sweep does nothing.
    fn sweep_at(&self) -> Option<Moment> {
        // A sweep whose clock is behind may not see what is due. The next minute's sweep does.
        let due = self.world.table.next_due()?.as_millis();
        let minute = due.div_euclid(MINUTE_MS) + i64::from(due.rem_euclid(MINUTE_MS) > 0);
        let at = Moment::from_millis(minute.saturating_mul(MINUTE_MS));
        let off_until = self.off_until().unwrap_or(at);
        Some(at.max(self.swept_at.plus(SignedDuration::from_mins(1))).max(off_until))
    }

    fn next_at(&self) -> Option<Moment> {
        [self.world.agenda.next_at(), self.sweep_at()].into_iter().flatten().min()
    }

    fn play_until(&mut self, end: Moment) {
        while let Some(next) = self.next_at() {
            if next > end || self.is_broken() {
                return;
            }
            self.steps += 1;
            if self.steps > STEPS_MAX {
                self.world.report("it becomes quiet", || format!("{STEPS_MAX} steps"));
                return;
            }
            if self.sweep_at() == Some(next)
                && self.world.agenda.next_at().is_none_or(|at| at > next)
            {
                self.world.agenda.pass_to(next);
                self.swept_at = next;
                self.sweep();
            } else if let Some(entry) = self.world.agenda.take() {
                self.take(entry.what, entry.at);
            }
        }
    }

    fn take(&mut self, what: What, at: Moment) {
        match what {
            What::Wake(task, pause) => {
                pause.end();
                self.go_on(task);
            }
            What::Kill(task) => self.kill(task),
            What::Look(function) => self.look(function, at),
            What::Happening(place) => self.happens(place),
            What::Delivery(place) => {
                let (to, body, fact) = self.deliveries[place].clone();
                self.world.queues.borrow_mut().send(to, (body, Some(fact)), at);
                let gathered = self.world.throw(0, to.gathers_ms() + 1);
                self.world.look_at(to, at.plus(SignedDuration::from_millis(gathered)));
            }
            What::Never(account) => self.never_comes(account),
            What::Late(index) => self.world.take_late(index),
            What::BackUp => self.back_up(),
            What::Restore => self.restore(),
        }
    }

    fn redrive(&mut self) {
        let now = self.world.now();
        let functions = self.world.queues.borrow_mut().redrive(now);
        self.world.coverage.borrow_mut().put_aside += u64::try_from(functions.len()).unwrap_or(0);
        for function in functions {
            self.world.look_at(function, now);
        }
    }
}
