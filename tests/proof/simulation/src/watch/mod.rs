//! Watches over what must never be, from outside: it knows what was told and when, what every marketplace holds, and who
//! claimed what, and never asks the code under test whether something is right.

mod claims;
mod end;
mod heard;
mod requests;
mod states;

use crate::plan::{Fact, Plan, What};
use crate::shops::{LATEST, Told};
use crate::world::{HTTP_TIMEOUT, Place, Sandbox, TaskId, World, attributes};
use domain::{Label, Moment, Notice, Order, OrderKey, Package, PackageId, Partner};
use heard::Heard;
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use testkit::{IMEIS, START, parsed};

/// After this a request is applied, or never.
const APPLIED_WITHIN: SignedDuration = LATEST.saturating_add(HTTP_TIMEOUT);

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
    at: Moment,
    fence: u32,
    number: String,
    label: String,
}

/// A confirmation that was sent.
#[derive(Clone, Debug)]
struct Sent {
    at: Moment,
    task: TaskId,
    told: Told,
    /// Its answer says that it was not applied, or a person knows.
    is_proven: bool,
    /// Nothing is known of what became of it.
    is_open: bool,
    is_applied: bool,
    reads_since: u32,
    /// The due read that a page of a day was counted for last.
    paged_for: Option<Moment>,
}

impl Sent {
    /// Whether it may still be applied.
    fn is_pending(&self, now: Moment) -> bool {
        self.is_open && now.since(self.at) <= APPLIED_WITHIN
    }
}

/// What is known of a package.
#[derive(Clone, Debug, Default)]
struct Seen {
    claims: Vec<Claimed>,
    sent: Vec<Sent>,
    /// Runs that have read another's number; known to all once such a run has saved.
    foreign_read_by: BTreeSet<TaskId>,
    foreign_is_known: bool,
    /// The former number that a run has read last.
    former_read_by: BTreeMap<TaskId, String>,
    /// Of which label a person said, of which former number, that it is nothing; and whether that was saved.
    said: Option<(String, String)>,
    /// What they were about to say.
    about_to_say: Vec<(String, String)>,
    /// When a person let labels go that `never` had stopped.
    let_go: BTreeMap<String, Moment>,
}

impl Seen {
    /// When there was first something to doubt. A sender that ends between its claim and its request leaves a doubt, too.
    fn first_doubtful(&self) -> Option<Moment> {
        let is_silent = |claim: &&Claimed| !self.sent.iter().any(|sent| sent.task == claim.task);
        let silent = self.claims.iter().find(is_silent).map(|claim| claim.at);
        silent.into_iter().chain(self.sent.first().map(|sent| sent.at)).min()
    }
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
    /// An account's settings, each since when.
    settings: Vec<Vec<(Moment, Partner)>>,
    /// What was published, of which packages.
    published: BTreeSet<(OrderKey, PackageId, &'static str)>,
    /// Numbers of orders that were to be shipped once more.
    released_again: BTreeSet<(usize, String)>,
    /// Orders that a run has seen with work for a sender, as they are stored.
    at_work: BTreeSet<(TaskId, OrderKey)>,
    /// What a run was told by a marketplace and has not saved yet, by the package.
    heard: BTreeMap<(TaskId, usize, u8), Heard>,
    /// Until when a run waited for something of an account: a token, or a turn.
    waited: BTreeMap<(TaskId, usize), Vec<Moment>>,
    /// Claims and requests so far.
    pub claims: u64,
    /// The same of requests.
    pub requests: u64,
}

fn number(package: &PackageId) -> u8 {
    package.as_str().parse().unwrap_or(0)
}

/// A package of an order, by its number.
pub(crate) fn package(order: &Order, of: u8) -> Option<&Package> {
    order.packages.iter().find(|(id, _)| number(id) == of).map(|(_, package)| package.as_ref())
}

/// The label whose number is, or would be, sent.
fn locked(package: &Package) -> Option<&Label> {
    let lock = package.lock()?;
    lock.label.as_ref().or(package.label.as_ref())
}

fn is_sending(package: &Package) -> bool {
    package.state.is_sending()
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
            settings: plan.accounts.iter().map(|a| vec![(START, a.partner.clone())]).collect(),
            published: BTreeSet::new(),
            kept: BTreeSet::new(),
            released_again: BTreeSet::new(),
            at_work: BTreeSet::new(),
            heard: BTreeMap::new(),
            waited: BTreeMap::new(),
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

    /// An account's settings are others.
    pub fn set(&mut self, account: usize, partner: &Partner, now: Moment) {
        self.settings[account].push((now, partner.clone()));
    }

    /// An order is to be shipped once more, and shows this number of its former shipment.
    pub fn is_released_again(&mut self, sale: usize, number: String) {
        self.released_again.insert((sale, number));
    }

    /// A person who looked is about to say that a former number is nothing.
    pub fn is_said_of_former(
        &mut self,
        (sale, id): (usize, &PackageId),
        label: String,
        number: String,
    ) {
        if let Some(seen) = self.orders[sale].packages.get_mut(&self::number(id)) {
            seen.about_to_say.push((label, number));
        }
    }

    /// A person is about to let a label go on.
    pub fn is_let_go(&mut self, (sale, id): (usize, &PackageId), label: String, now: Moment) {
        if let Some(seen) = self.orders[sale].packages.get_mut(&number(id)) {
            seen.let_go.insert(label, now);
        }
    }

    /// A person who looked says that the channel has nothing, or nothing but a former number.
    fn cleared(&mut self, sale: usize, (id, label): (u8, Option<&str>), former: Option<&str>) {
        let Some(seen) = self.orders[sale].packages.get_mut(&id) else { return };
        seen.sent.iter_mut().for_each(|sent| sent.is_proven = true);
        let Some(number) = former else { return };
        let is_it = |(of, said): &&(String, String)| Some(of.as_str()) == label && said == number;
        let Some(said) = seen.about_to_say.iter().rev().find(is_it).cloned() else {
            let what = format!("{number} of package {id}, label {label:?}");
            self.is_wrong("what a person is said to have seen they have seen", || what);
            return;
        };
        seen.said = Some(said);
        // What was applied before is there no longer: somebody else's number was.
        let sent = self.orders[sale].packages.values_mut().flat_map(|seen| &mut seen.sent);
        sent.for_each(|sent| sent.is_applied = false);
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
            self.published.insert((key, notice.package.clone(), notice.kind.name()));
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
        if self.plan.mixes_releases {
            self.carries_along(before, after);
        }
        self.states(world, (sale, by), before, after);
        for (id, package) in &after.packages {
            let former = before.and_then(|before| before.packages.get(id)).map(Box::as_ref);
            if let Some(former) = former {
                self.records(by, (sale, number(id)), former, package);
            }
            if is_sending(package) && !former.is_some_and(is_sending) {
                self.claimed(by, (sale, number(id)), (before, former), (after, package));
            }
        }
    }

    /// What a newer release stored stays while what it is stored with stays, whichever release saves.
    fn carries_along(&mut self, before: Option<&Order>, after: &Order) {
        let has = attributes(after);
        let lost = before.into_iter().flat_map(attributes).find(|(place, value)| match place {
            Place::Order | Place::Package(_) => has.get(place) != Some(value),
            // A label that another one has replaced is gone with what it had.
            Place::Label(package, label) => {
                has.get(place) != Some(value) && is_labelled(after, package, label)
            }
        });
        if let Some((place, _)) = lost {
            self.is_wrong("what a newer release stored is carried along", || format!("{place:?}"));
        }
    }

    /// A run has seen an order as it is stored.
    pub fn seen(&mut self, by: &Sandbox, order: &Order) {
        let has_work = order.packages.values().any(|package| {
            package.state.pending().is_some()
                || package.state.doubt().is_some()
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
}

fn is_labelled(order: &Order, package: &str, label: &str) -> bool {
    let mut labels =
        order.packages.iter().filter_map(|(id, package)| Some((id, package.label.as_ref()?)));
    labels.any(|(id, current)| id.as_str() == package && current.id.as_str() == label)
}
