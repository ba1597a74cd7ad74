//! The watch: it looks at a schedule from outside and says what must never be.
//!
//! The watch knows which events were on the bus and when, what every marketplace holds, and who claimed what. It never asks
//! the code under test whether something is right.

mod announced;
mod answers;
mod circumstances;
mod claims;
mod deadlines;
mod final_state;
mod looks;
mod parts;
mod refusals;
mod requests;
mod restores;
mod saved_states;
mod tellings;

use crate::plan::{Fact, Plan, What};
use crate::shops::{LATEST, Submission};
use crate::world::{HTTP_TIMEOUT, Place, Sandbox, TaskId, World, attributes};
use announced::order_of;
use answers::StatusMeaning;
pub use circumstances::Leaving;
use deadlines::Unlabelled;
use domain::{Label, Moment, Notice, Order, OrderKey, Package, PackageId, Partner};
use jiff::SignedDuration;
use looks::Look;
use parts::Remaining;
use refusals::Refusals;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use tellings::{LabelWord, LabelWords};
use testkit::{IMEIS, START, parsed};

/// A request that is not applied within this time is never applied.
const APPLIED_WITHIN: SignedDuration = LATEST.saturating_add(HTTP_TIMEOUT);

/// A rule that a schedule breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: &'static str,
    /// What is the case instead.
    pub details: String,
}

/// A claim that was saved.
#[derive(Clone, Debug)]
struct SavedClaim {
    /// The number of this claim among all claims.
    nth: u64,
    task: TaskId,
    at: Moment,
    fence: u32,
    number: String,
    label: String,
    /// What remained of lines, as far as that was surely known (rule L9).
    remaining: Remaining,
    is_by_person: bool,
    is_repeat: bool,
}

/// A confirmation that was sent.
#[derive(Clone, Debug)]
struct SentConfirmation {
    at: Moment,
    task: TaskId,
    submission: Submission,
    /// Whether its answer, or a person, says that it was not applied.
    is_proven: bool,
    /// Whether nobody knows yet what became of it.
    is_open: bool,
    is_applied: bool,
    reads_since: u32,
    /// The due read for which a page of a day was counted last.
    paged_for: Option<Moment>,
}

impl SentConfirmation {
    /// Whether the confirmation may still be applied.
    fn is_pending(&self, now: Moment) -> bool {
        self.is_open && now.since(self.at) <= APPLIED_WITHIN
    }
}

/// A parcel of an order of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParcelId {
    /// The index of the order in the plan.
    pub sale: usize,
    /// The number of the package, from 1.
    pub package: u8,
}

impl ParcelId {
    /// A package of an order of the plan.
    pub fn new(sale: usize, package: &PackageId) -> Self {
        Self { sale, package: number(package) }
    }
}

/// A person's word that a former number is nothing to a label.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DismissedNumber {
    label: String,
    number: String,
}

/// A package before and after a save.
#[derive(Clone, Copy)]
struct SavedPackage<'a> {
    parcel: ParcelId,
    before: Option<&'a Order>,
    former: Option<&'a Package>,
    order: &'a Order,
    package: &'a Package,
}

/// What the watch knows of a package.
#[derive(Clone, Debug, Default)]
struct PackageRecord {
    claims: Vec<SavedClaim>,
    sent: Vec<SentConfirmation>,
    /// The runs that have read another's number. All runs know of it once such a run has saved.
    foreign_read_by: BTreeSet<TaskId>,
    foreign_is_known: bool,
    /// The former number that a run has read last.
    former_read_by: BTreeMap<TaskId, String>,
    /// The word of a person that was saved.
    dismissed: Option<DismissedNumber>,
    /// The words that people were about to say.
    to_be_dismissed: Vec<DismissedNumber>,
    /// When a person released a label that `never` had stopped.
    released: BTreeMap<String, Moment>,
    /// What people said of its labels.
    words: LabelWords,
    /// The last wish to cancel that may have been known when a person refused one, or sent in spite of it (rule S5).
    answered_wish: Option<Moment>,
    /// Since when it waits for a label in place of a voided one (rule S4).
    unlabelled: Option<Unlabelled>,
    /// The same in the backup of the table.
    unlabelled_at_backup: Option<Unlabelled>,
    /// The last confirmation was taken, and not stored (rule S8).
    is_lost: bool,
    /// How many reads have shown nothing since the table was restored (rule A2).
    absent_since_restore: u32,
    /// The due read for which a page of a day was counted last, for a restore.
    asked_for: Option<Moment>,
}

impl PackageRecord {
    /// When the first doubt may have begun. A sender that ends between its claim and its request leaves a doubt, too.
    fn first_doubtful(&self) -> Option<Moment> {
        let is_silent = |claim: &&SavedClaim| !self.sent.iter().any(|sent| sent.task == claim.task);
        let silent = self.claims.iter().find(is_silent).map(|claim| claim.at);
        silent.into_iter().chain(self.sent.first().map(|sent| sent.at)).min()
    }
}

/// An order, as the watch knows it.
struct OrderRecord {
    key: OrderKey,
    account: usize,
    packages: BTreeMap<u8, PackageRecord>,
    /// The indexes of the happenings that are events about this order.
    facts: Vec<usize>,
    /// The reads that were answered.
    looks: Vec<Look>,
    /// The runs that have read that the order is cancelled, and did not save it since.
    cancel_read_by: BTreeSet<TaskId>,
}

/// The watch over one schedule.
pub struct Watch {
    plan: Rc<Plan>,
    violation: Option<Violation>,
    orders: Vec<OrderRecord>,
    /// When each happening was put on the bus.
    on_the_bus: Vec<Option<Moment>>,
    /// When a function had first dealt with each happening.
    handled: Vec<Option<Moment>>,
    /// Scans that some order had kept once they were dealt with.
    kept: BTreeSet<usize>,
    /// The settings that each account has had, and since when.
    settings: Vec<Vec<(Moment, Partner)>>,
    /// The kinds of notices that were published of each package.
    published: BTreeSet<(OrderKey, Option<PackageId>, &'static str)>,
    /// The ids of the notices that were published.
    ids: BTreeSet<String>,
    /// What each run published, and did not save yet.
    to_be_saved: BTreeMap<TaskId, Vec<Notice>>,
    /// The numbers that orders showed when they were to be shipped once more.
    released_again: BTreeSet<(usize, String)>,
    /// The orders in which a run has found work for a sender.
    at_work: BTreeSet<(TaskId, OrderKey)>,
    /// The answers that a run has and did not save yet.
    answers: BTreeMap<(TaskId, ParcelId), StatusMeaning>,
    /// What a person is about to say of labels, by the run that is to save it.
    words: BTreeMap<TaskId, (ParcelId, LabelWord)>,
    /// The refusals of credentials so far.
    refusals: Refusals,
    /// Until when a run waited for a token or a turn of an account.
    waited: BTreeMap<(TaskId, usize), Vec<Moment>>,
    /// When the senders began again on a restored table.
    restored_at: Option<Moment>,
    /// Number of claims so far.
    pub claims: u64,
    /// Number of confirmations that were sent so far.
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
        let orders = plan.sales.iter().enumerate().map(|(index, sale)| {
            let partner = &plan.accounts[sale.account].partner;
            let is_its = |what: &What| match what {
                What::Event(fact, _) => fact.sale() == Some(index),
                _ => false,
            };
            let facts = plan.happenings.iter().enumerate();
            OrderRecord {
                key: OrderKey {
                    seller: partner.seller.clone(),
                    partner: partner.id.clone(),
                    order: parsed(&sale.order),
                },
                account: sale.account,
                packages: (1..=sale.packages).map(|n| (n, PackageRecord::default())).collect(),
                facts: facts.filter(|(_, h)| is_its(&h.what)).map(|(index, _)| index).collect(),
                looks: Vec::new(),
                cancel_read_by: BTreeSet::new(),
            }
        });
        Self {
            violation: None,
            orders: orders.collect(),
            on_the_bus: vec![None; plan.happenings.len()],
            handled: vec![None; plan.happenings.len()],
            settings: plan.accounts.iter().map(|a| vec![(START, a.partner.clone())]).collect(),
            published: BTreeSet::new(),
            ids: BTreeSet::new(),
            to_be_saved: BTreeMap::new(),
            kept: BTreeSet::new(),
            released_again: BTreeSet::new(),
            at_work: BTreeSet::new(),
            answers: BTreeMap::new(),
            refusals: Refusals::default(),
            waited: BTreeMap::new(),
            words: BTreeMap::new(),
            restored_at: None,
            claims: 0,
            requests: 0,
            plan: Rc::clone(plan),
        }
    }

    /// Reports that a rule is broken. Only the first report counts.
    pub fn report(&mut self, rule: &'static str, details: impl FnOnce() -> String) {
        if self.violation.is_none() {
            self.violation = Some(Violation { rule, details: details() });
        }
    }

    /// The rule that is broken, if one is.
    pub fn violation(&self) -> Option<&Violation> {
        self.violation.as_ref()
    }

    /// The key of an order, by its account and number.
    pub fn key(&self, account: usize, order: &str) -> Option<OrderKey> {
        self.sale(account, order).map(|sale| self.orders[sale].key.clone())
    }

    /// The key of an order.
    pub fn key_of(&self, sale: usize) -> Option<OrderKey> {
        self.orders.get(sale).map(|order| order.key.clone())
    }

    fn record(&self, parcel: ParcelId) -> Option<&PackageRecord> {
        self.orders[parcel.sale].packages.get(&parcel.package)
    }

    fn record_mut(&mut self, parcel: ParcelId) -> Option<&mut PackageRecord> {
        self.orders[parcel.sale].packages.get_mut(&parcel.package)
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
    pub fn put_on_the_bus(&mut self, happening: usize, now: Moment) {
        self.on_the_bus[happening] = Some(now);
    }

    /// A function has dealt with an event.
    pub fn handled(&mut self, world: &World, happening: usize) {
        let now = world.now();
        self.handled[happening].get_or_insert(now);
        let What::Event(Fact::Scan { seller, number, at, .. }, _) =
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

    /// An account has other settings from now on.
    pub fn settings_changed(&mut self, account: usize, partner: &Partner, now: Moment) {
        self.settings[account].push((now, partner.clone()));
    }

    /// An order is to be shipped once more, and shows the number of its former shipment.
    pub fn will_show_former(&mut self, sale: usize, number: String) {
        self.released_again.insert((sale, number));
    }

    /// A person who looked is about to say that a former number is nothing.
    pub fn will_dismiss(&mut self, parcel: ParcelId, label: String, number: String) {
        if let Some(record) = self.record_mut(parcel) {
            record.to_be_dismissed.push(DismissedNumber { label, number });
        }
    }

    /// A person is about to release a label that `never` stopped.
    pub fn will_release(&mut self, parcel: ParcelId, label: String, now: Moment) {
        if let Some(record) = self.record_mut(parcel) {
            record.released.insert(label, now);
        }
    }

    /// A person who looked says that the channel has nothing, or nothing but a former number.
    fn nothing_there(&mut self, parcel: ParcelId, label: Option<&str>, former: Option<&str>) {
        let Some(record) = self.record_mut(parcel) else { return };
        record.sent.iter_mut().for_each(|sent| sent.is_proven = true);
        let Some(number) = former else { return };
        let is_it =
            |word: &&DismissedNumber| Some(word.label.as_str()) == label && word.number == number;
        let Some(dismissed) = record.to_be_dismissed.iter().rev().find(is_it).cloned() else {
            let details = format!("{number} of package {}, label {label:?}", parcel.package);
            self.report("what a person is said to have seen they have seen", || details);
            return;
        };
        record.dismissed = Some(dismissed);
        // Somebody else's number took the place of what was applied before.
        let sent =
            self.orders[parcel.sale].packages.values_mut().flat_map(|record| &mut record.sent);
        sent.for_each(|sent| sent.is_applied = false);
    }

    /// The facts about an order that some function has dealt with.
    fn handled_facts(&self, sale: usize) -> impl Iterator<Item = &Fact> {
        let facts = self.orders[sale].facts.iter().filter(|index| self.handled[**index].is_some());
        facts.filter_map(|index| match &self.plan.happenings[*index].what {
            What::Event(fact, _) => Some(fact),
            _ => None,
        })
    }

    /// Whether a carrier has reported a movement of one of these numbers that can be this label's. It counts if it came after
    /// `since`, or if some order has kept it.
    fn has_moved(
        &self,
        key: &OrderKey,
        (label, numbers): (&Label, &BTreeSet<String>),
        since: Option<Moment>,
    ) -> bool {
        self.plan.happenings.iter().enumerate().any(|(index, happening)| {
            let came_at = self.on_the_bus[index];
            let What::Event(Fact::Scan { seller, number, status, at }, _) = &happening.what else {
                return false;
            };
            let at = START.plus(SignedDuration::from_millis(*at));
            let is_late = |came_at| since.is_none_or(|since| came_at > since);
            came_at.is_some_and(|at| is_late(at) || self.kept.contains(&index))
                && seller == key.seller.as_str()
                && numbers.contains(number)
                && status.is_movement()
                && label.telling.labeled_at.since(at) <= SignedDuration::from_hours(24)
        })
    }

    /// Notices were published.
    pub fn published(&mut self, by: &Sandbox, notices: &[Notice]) {
        for notice in notices {
            let words = notice.reason.as_str();
            if IMEIS.iter().any(|imei| words.contains(imei)) {
                self.report("I8: no event has an IMEI", || words.to_owned());
            }
            let key = order_of(notice);
            if self.sale_of_key(&key).is_none() {
                self.report("nothing crosses sellers", || format!("published of {key}"));
            }
            self.announced(by, notice);
            self.published.insert((key, notice.package.clone(), notice.kind.name()));
        }
    }

    /// An order was saved.
    pub fn saved(&mut self, world: &World, by: &Sandbox, before: Option<&Order>, after: &Order) {
        let Some(sale) = self.sale_of_key(&after.key) else {
            self.report("nothing crosses sellers", || format!("saved {}", after.key));
            return;
        };
        self.check_announced(by, before, after);
        self.loaded(by, after);
        self.word_saved(by);
        for (id, record) in &mut self.orders[sale].packages {
            record.foreign_is_known |= record.foreign_read_by.contains(&by.task());
            // "What it shows of a package counts where the number that it was compared with is still what a claim would submit".
            let number = |order: &Order| {
                let package = package(order, *id)?;
                let label = package.label.as_ref().filter(|_| package.lock().is_none());
                label.map(|label| label.telling.tracking.key())
            };
            if number(after).is_some() && before.and_then(number) != number(after) {
                record.foreign_read_by.clear();
            }
        }
        if self.plan.mixes_releases {
            self.check_carried_along(before, after);
        }
        self.look_saved(by, sale, before, after);
        self.check_saved(world, by, before, after);
        if self.is_too_large(sale, after) {
            self.report("L14: no label makes an order too large", || after.key.to_string());
        }
        for (id, package) in &after.packages {
            let former = before.and_then(|before| before.packages.get(id)).map(Box::as_ref);
            let parcel = ParcelId::new(sale, id);
            let saved = SavedPackage { parcel, before, former, order: after, package };
            self.answer_saved(by, saved);
            if is_sending(package) && !former.is_some_and(is_sending) {
                self.claimed(by, saved);
            }
        }
    }

    /// What a newer release stored with an order, package or label stays for as long as that does, whichever release saves.
    fn check_carried_along(&mut self, before: Option<&Order>, after: &Order) {
        let has = attributes(after);
        let lost = before.into_iter().flat_map(attributes).find(|(owner, value)| match owner {
            Place::Order | Place::Package(_) => has.get(owner) != Some(value),
            // A label that another one replaced takes its attribute with it.
            Place::Label(package, label) => {
                has.get(owner) != Some(value) && is_labelled(after, package, label)
            }
        });
        if let Some((owner, _)) = lost {
            self.report("what a newer release stored is carried along", || format!("{owner:?}"));
        }
    }

    /// A run has loaded an order.
    pub fn loaded(&mut self, by: &Sandbox, order: &Order) {
        self.forget_announced(by, &order.key);
        let has_work = order.packages.values().any(|package| {
            package.state.pending().is_some()
                || package.state.doubt().is_some()
                || !package.lines.is_empty()
                || package.looks.due.is_some()
        });
        if has_work {
            self.at_work.insert((by.task(), order.key.clone()));
        }
    }

    /// A run rings for an order.
    pub fn rung(&mut self, by: &Sandbox, key: &OrderKey) {
        if !self.at_work.contains(&(by.task(), key.clone())) {
            self.report("a doorbell is rung after the save, for what is stored", || {
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
