//! Watches over what must never be, from outside: it knows what was told and when, what every marketplace holds, and who
//! claimed what, and never asks the code under test whether something is right.

mod claims;
mod end;
mod states;

use crate::plan::{Fact, Plan, What};
use crate::shops::Told;
use crate::world::{Sandbox, TaskId, World};
use domain::{Label, Moment, Notice, Order, OrderKey, Package, State, Timing};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use testkit::{IMEIS, START, parsed};

/// How long a marketplace may not show what it holds.
const LAG: SignedDuration = SignedDuration::from_secs(60);

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// What must hold.
    pub rule: &'static str,
    /// What is the case.
    pub what: String,
}

/// A claim that was saved.
#[derive(Clone, Debug)]
struct Claimed {
    /// Counts all claims.
    nth: u64,
    task: TaskId,
    fence: u32,
    number: String,
}

/// A confirmation that was sent.
#[derive(Clone, Debug)]
struct Sent {
    at: Moment,
    task: TaskId,
    told: Told,
    /// Its answer says that it was not applied, or a person knows.
    is_proven: bool,
    /// Whether it may still be applied.
    is_pending: bool,
    is_applied: bool,
    reads_since: u32,
}

/// What is known of a package.
#[derive(Clone, Debug, Default)]
struct Seen {
    claims: Vec<Claimed>,
    sent: Vec<Sent>,
    /// Runs that have read another's number; known to all once such a run has saved.
    foreign_read_by: BTreeSet<TaskId>,
    foreign_is_known: bool,
}

/// An order, as the watch knows it.
struct Watched {
    key: OrderKey,
    account: usize,
    packages: BTreeMap<u8, Seen>,
    /// Which happenings are about it.
    facts: Vec<usize>,
}

/// The watch.
pub struct Watch {
    plan: Rc<Plan>,
    broken: Option<Broken>,
    orders: Vec<Watched>,
    /// When each happening was put on the bus, and whether a function has dealt with it.
    told: Vec<Option<Moment>>,
    handled: Vec<Option<Moment>>,
    /// Scans that some order had kept once they were dealt with.
    kept: BTreeSet<usize>,
    /// The timings an account had, each since when.
    timings: Vec<Vec<(Moment, Timing)>>,
    /// Orders that a run has seen with work for a sender, as they are stored.
    at_work: BTreeSet<(TaskId, OrderKey)>,
    /// Claims and requests so far.
    pub claims: u64,
    /// The same of requests.
    pub requests: u64,
}

fn number(package: &domain::PackageId) -> u8 {
    package.as_str().parse().unwrap_or(0)
}

/// The label whose number is, or would be, sent.
fn locked(package: &Package) -> Option<&Label> {
    let lock = package.lock.as_ref()?;
    lock.label.as_ref().or(package.label.as_ref())
}

fn is_sending(package: &Package) -> bool {
    matches!(package.state, State::Sending { .. })
}

impl Watch {
    /// The watch over a plan.
    pub fn new(plan: &Rc<Plan>) -> Self {
        let orders = plan.sales.iter().enumerate().map(|(place, sale)| {
            let partner = &plan.accounts[sale.account].partner;
            let is_its = |what: &What| match what {
                What::Told(fact, _) => fact.sale() == Some(place),
                _ => false,
            };
            let facts = plan.happenings.iter().enumerate();
            Watched {
                key: OrderKey {
                    seller: partner.seller.clone(),
                    partner: partner.id.clone(),
                    order: parsed(&sale.order),
                },
                account: sale.account,
                packages: (1..=sale.packages).map(|n| (n, Seen::default())).collect(),
                facts: facts.filter(|(_, h)| is_its(&h.what)).map(|(place, _)| place).collect(),
            }
        });
        Self {
            broken: None,
            orders: orders.collect(),
            told: vec![None; plan.happenings.len()],
            handled: vec![None; plan.happenings.len()],
            timings: plan.accounts.iter().map(|a| vec![(START, a.partner.timing)]).collect(),
            kept: BTreeSet::new(),
            at_work: BTreeSet::new(),
            claims: 0,
            requests: 0,
            plan: Rc::clone(plan),
        }
    }

    /// Says what is wrong; the first counts.
    pub fn is_wrong(&mut self, rule: &'static str, what: impl FnOnce() -> String) {
        if self.broken.is_none() {
            self.broken = Some(Broken { rule, what: what() });
        }
    }

    /// What is wrong, if something is.
    pub fn broken(&self) -> Option<&Broken> {
        self.broken.as_ref()
    }

    /// The order's key, by its account and number.
    pub fn key(&self, account: usize, order: &str) -> Option<OrderKey> {
        self.sale(account, order).map(|sale| self.orders[sale].key.clone())
    }

    /// The key of an order.
    pub fn key_of(&self, sale: usize) -> Option<OrderKey> {
        self.orders.get(sale).map(|order| order.key.clone())
    }

    fn sale(&self, account: usize, order: &str) -> Option<usize> {
        let sales = self.plan.sales.iter();
        sales.clone().position(|sale| sale.account == account && sale.order == order)
    }

    fn sale_of_key(&self, key: &OrderKey) -> Option<usize> {
        self.orders.iter().position(|order| order.key == *key)
    }

    /// The order of a line.
    pub fn sale_of_line(&self, account: usize, line: &str) -> Option<usize> {
        let is_its = |sale: &crate::plan::Sale| {
            sale.account == account && sale.lines.iter().any(|id| id == line)
        };
        self.plan.sales.iter().position(is_its)
    }

    /// An event is on the bus.
    pub fn on_the_bus(&mut self, happening: usize, now: Moment) {
        self.told[happening] = Some(now);
    }

    /// A function has dealt with an event.
    pub fn handled(&mut self, world: &World, happening: usize) {
        let now = world.now();
        self.handled[happening].get_or_insert(now);
        let What::Told(Fact::Scan { seller, number, at, .. }, _) =
            &self.plan.happenings[happening].what
        else {
            return;
        };
        let (at, number) = (START.plus(SignedDuration::from_millis(*at)), parsed(number));
        let of_seller = self.orders.iter().filter(|order| order.key.seller.as_str() == seller);
        let keeps = |order: &Order| order.movements_of(&number).any(|m| m.occurred_at == at);
        if of_seller.map(|order| &order.key).any(|k| world.table.with_order(k, keeps) == Some(true))
        {
            self.kept.insert(happening);
        }
    }

    /// An account's timing is another one.
    pub fn timed(&mut self, account: usize, timing: Timing, now: Moment) {
        self.timings[account].push((now, timing));
    }

    /// A person who looked says that the channel has nothing.
    pub fn cleared(&mut self, sale: usize, package: u8) {
        if let Some(seen) = self.orders[sale].packages.get_mut(&package) {
            seen.sent.iter_mut().for_each(|sent| sent.is_proven = true);
        }
    }

    /// Whether a request of the order may still be applied.
    pub fn is_pending(&self, sale: usize) -> bool {
        self.orders[sale].packages.values().flat_map(|seen| &seen.sent).any(|sent| sent.is_pending)
    }

    /// Facts about an order that some function has dealt with.
    fn handled_facts(&self, sale: usize) -> impl Iterator<Item = &Fact> {
        let facts = self.orders[sale].facts.iter().filter(|place| self.handled[**place].is_some());
        facts.filter_map(|place| match &self.plan.happenings[*place].what {
            What::Told(fact, _) => Some(fact),
            _ => None,
        })
    }

    /// Whether a carrier has told of movement of a number that can be this label's: after some moment, or so that an order
    /// has kept it.
    fn has_moved(&self, key: &OrderKey, label: &Label, since: Option<Moment>) -> bool {
        self.plan.happenings.iter().enumerate().any(|(place, happening)| {
            let told = self.told[place];
            let What::Told(Fact::Scan { seller, number, status, at }, _) = &happening.what else {
                return false;
            };
            let at = START.plus(SignedDuration::from_millis(*at));
            let is_late = |told| since.is_none_or(|since| told > since);
            told.is_some_and(|told| is_late(told) || self.kept.contains(&place))
                && seller == key.seller.as_str()
                && number == label.tracking.as_str()
                && status.is_movement()
                && label.labeled_at.since(at) <= SignedDuration::from_hours(24)
        })
    }

    /// Notices that were published.
    pub fn told(&mut self, notices: &[Notice]) {
        for notice in notices {
            let words = notice.reason.as_str();
            if IMEIS.iter().any(|imei| words.contains(imei)) {
                self.is_wrong("I8: no event has an IMEI", || words.to_owned());
            }
            let key = OrderKey {
                seller: notice.seller.clone(),
                partner: notice.partner.clone(),
                order: notice.order.clone(),
            };
            if self.sale_of_key(&key).is_none() {
                self.is_wrong("nothing crosses sellers", || format!("told of {key}"));
            }
        }
    }

    /// An order was saved.
    pub fn saved(&mut self, world: &World, by: &Sandbox, before: Option<&Order>, after: &Order) {
        let Some(sale) = self.sale_of_key(&after.key) else {
            self.is_wrong("nothing crosses sellers", || format!("saved {}", after.key));
            return;
        };
        self.seen(by, after);
        for seen in self.orders[sale].packages.values_mut() {
            seen.foreign_is_known |= seen.foreign_read_by.contains(&by.task());
        }
        self.states(world, (sale, by), before, after);
        for (id, package) in &after.packages {
            let former = before.and_then(|before| before.packages.get(id)).map(Box::as_ref);
            if is_sending(package) && !former.is_some_and(is_sending) {
                self.claimed(by, (sale, number(id)), (before, former), (after, package));
            }
        }
    }

    /// A run has seen an order as it is stored.
    pub fn seen(&mut self, by: &Sandbox, order: &Order) {
        let has_work = order.packages.values().any(|package| {
            matches!(package.state, State::Ready { .. } | State::InDoubt(_))
                || !package.lines.is_empty()
        });
        if has_work {
            self.at_work.insert((by.task(), order.key.clone()));
        }
    }

    /// A run rings for an order.
    pub fn rung(&mut self, by: &Sandbox, key: &OrderKey) {
        if !self.at_work.contains(&(by.task(), key.clone())) {
            self.is_wrong("a doorbell is rung after the save, for what is stored", || {
                key.to_string()
            });
        }
    }

    /// A confirmation is sent; answers with the package it is of.
    pub fn submitted(
        &mut self,
        world: &World,
        by: &Sandbox,
        (account, told): (usize, &Told),
    ) -> Option<(usize, u8)> {
        self.requests += 1;
        let Some(sale) = self.sale(account, &told.order) else {
            self.is_wrong("nothing crosses sellers", || {
                format!("{} is not an order of the account whose credentials were used", told.order)
            });
            return None;
        };
        let now = world.now();
        let key = self.orders[sale].key.clone();
        let claimed_by = by.task();
        let is_its = |seen: &Seen| {
            let last = seen.claims.last();
            last.is_some_and(|claim| claim.task == claimed_by && claim.number == told.number)
        };
        let found = self.orders[sale].packages.iter().filter(|(_, seen)| is_its(seen));
        // Two parcels may have one number: the request is that of the last claim.
        let last = found.max_by_key(|(_, seen)| seen.claims.last().map(|claim| claim.nth));
        let Some(package) = last.map(|(package, _)| *package) else {
            self.is_wrong("nothing is sent without a claim", || {
                format!("{} of {key}", told.number)
            });
            return None;
        };
        let fence = self.orders[sale].packages[&package].claims.last().map(|claim| claim.fence);
        let is_open = world.table.with_order(&key, |order| {
            let package = order.packages.iter().find(|(id, _)| number(id) == package);
            package.is_some_and(|(_, p)| is_sending(p) && Some(p.fence) == fence)
        });
        if is_open != Some(true) {
            self.is_wrong("a request is made while its claim lasts", || {
                format!("{} of {key}", told.number)
            });
        }
        self.may_be_sent((sale, package), told, (claimed_by, now));
        let looks_first = self.plan.accounts[account].channel.facts().looks_first;
        let before = by.started_at.get().minus(LAG);
        if looks_first && world.shops.borrow().is_by_hand(account, &told.order, before) {
            self.is_wrong("nothing is sent over what a person entered", || {
                format!("{} of {key}", told.number)
            });
        }
        let seen = self.orders[sale].packages.get_mut(&package)?;
        seen.sent.push(Sent {
            at: now,
            task: claimed_by,
            told: told.clone(),
            is_proven: false,
            is_pending: true,
            is_applied: false,
            reads_since: 0,
        });
        Some((sale, package))
    }

    /// A request was answered with a refusal, which may be proof that it was not applied.
    pub fn refused(&mut self, (task, of): (TaskId, Option<(usize, u8)>), is_proof: bool) {
        let Some((sale, package)) = of else { return };
        let seen = self.orders[sale].packages.get_mut(&package);
        let sent = seen.and_then(|seen| seen.sent.iter_mut().rfind(|sent| sent.task == task));
        if let Some(sent) = sent {
            sent.is_pending = false;
            sent.is_proven |= is_proof;
        }
    }

    /// A request reached the marketplace.
    pub fn arrived(&mut self, (sale, package): (usize, u8), told: &Told, is_applied: bool) {
        let channel = self.plan.accounts[self.orders[sale].account].channel;
        let is_safe = self.is_repeat_safe(sale);
        let Some(seen) = self.orders[sale].packages.get_mut(&package) else { return };
        let it = seen.sent.iter_mut().find(|sent| sent.is_pending && sent.told == *told);
        if let Some(sent) = it {
            sent.is_pending = false;
            sent.is_applied = is_applied;
        }
        let all = || {
            let packages = self.orders[sale].packages.iter();
            let is_whole = channel.facts().confirming == domain::Confirming::WholeOrder;
            packages
                .filter(move |(other, _)| is_whole || **other == package)
                .flat_map(|(_, seen)| &seen.sent)
                .filter(|sent| sent.is_applied)
        };
        let numbers: BTreeSet<&str> = all().map(|sent| sent.told.number.as_str()).collect();
        let bodies: BTreeSet<&[u8]> = all().map(|sent| sent.told.body.as_slice()).collect();
        let count = all().count();
        let wrong = if numbers.len() > 1 {
            Some(("D1: at most one number of ours is ever applied", format!("{numbers:?}")))
        } else if count > 1 && !(is_safe && bodies.len() == 1) {
            Some(("D1: a confirmation is applied once", format!("{count} times {}", told.number)))
        } else {
            None
        };
        if let Some((rule, what)) = wrong {
            self.is_wrong(rule, || what);
        }
    }

    /// Whether the same request may be applied again to the same effect.
    fn is_repeat_safe(&self, sale: usize) -> bool {
        let account = &self.plan.accounts[self.orders[sale].account];
        account.channel.facts().identical_is_safe
            || matches!(
                account.partner.settings,
                domain::ChannelSettings::UntilGone { receiver_dedupes: true, .. }
            )
    }

    /// An IMEI reached the marketplace.
    pub fn registered(&mut self, sale: usize, line: &str, imei: &str, is_applied: bool) {
        let order = &self.orders[sale];
        let is_its = self.plan.happenings.iter().any(|happening| match &happening.what {
            What::Told(Fact::Imeis { sale: of, item, imeis, .. }, _) => {
                *of == sale && item == line && imeis.contains(&imei)
            }
            _ => false,
        });
        if is_applied && !is_its {
            let key = order.key.clone();
            self.is_wrong("nothing crosses orders", || {
                format!("another's IMEI at {line} of {key}")
            });
        }
    }

    /// A read was answered.
    pub fn read(
        &mut self,
        (world, by): (&World, &Sandbox),
        (account, order): (usize, Option<&str>),
        is_foreign: bool,
    ) {
        for (place, watched) in self.orders.iter_mut().enumerate() {
            let sale = &self.plan.sales[place];
            if watched.account != account || order.is_some_and(|order| order != sale.order) {
                continue;
            }
            // Where each package ships by itself, a read is for one that is in doubt; of two it may be for either.
            let is_whole = self.plan.accounts[account].channel.facts().confirming
                == domain::Confirming::WholeOrder;
            let in_doubt = world.table.with_order(&watched.key, |order| {
                let packages = order.packages.iter();
                let in_doubt = packages.filter(|(_, p)| matches!(p.state, State::InDoubt(_)));
                in_doubt.map(|(id, _)| number(id)).collect::<Vec<_>>()
            });
            let in_doubt = in_doubt.unwrap_or_default();
            for (id, seen) in &mut watched.packages {
                if is_foreign && (is_whole || in_doubt == [*id]) {
                    seen.foreign_read_by.insert(by.task());
                }
                seen.sent.iter_mut().for_each(|sent| sent.reads_since += 1);
            }
        }
    }
}
