//! The order's item: a real [`domain::Order`], changed by the real [`domain::step`] and by nothing else. Each order that
//! differs to the rules is kept once, and each step of it is made once.

use crate::around::{Around, FORMER};
use crate::clock::{self, Age, Choice, NOW, Passing};
use crate::guard::{Without, World};
use domain::guard::Guard;
use domain::{
    Attempt, Order, OrderKey, Package, PackageId, Stage, State, WaitingFor, Withheld, Work,
};
use std::collections::HashMap;

/// Which order: an index into what [`Items`] keeps.
pub type Item = u32;

/// What happens to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the domain's")]
pub enum Happening {
    /// A label with this number.
    Label(u8),
    /// Its void.
    Void(u8),
    Cancel,
    /// What is told of the buyer's wish to cancel.
    Wish(Wished),
    Tick,
    /// A tick of the sweep, at the time of a ring.
    Sweep,
    Claim {
        package: u8,
        deployed: bool,
        never: bool,
        /// Whether its partner sends by a deadline.
        sends: bool,
        /// Whether the table was restored.
        restored: bool,
        /// Whether its partner observes.
        observes: bool,
    },
    /// A sender found the partner paused.
    Park {
        package: u8,
        todo: Todo,
    },
    /// A sender found the partner paused no longer.
    Resumed,
    Postpone {
        package: u8,
    },
    Outcome {
        package: u8,
        ended: SubmissionEnd,
        is_current: bool,
    },
    Probe {
        package: u8,
        found: ReadResult,
        is_current: bool,
        deployed: bool,
        is_early: bool,
    },
    Preflight {
        package: u8,
        number: u8,
        found: ReadResult,
    },
    Looked {
        package: u8,
        number: u8,
        found: ReadResult,
        is_current: bool,
    },
    Person {
        package: u8,
        act: PersonAction,
    },
}

/// What is told of the buyer's wish to cancel, the earliest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wished {
    /// There is one.
    First,
    /// There is none any more.
    TakenBack,
    /// There is one again.
    Again,
}

impl Wished {
    /// All that is told.
    pub const ALL: [Self; 3] = [Self::First, Self::TakenBack, Self::Again];
}

/// How a submission ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the domain's")]
pub enum SubmissionEnd {
    Accepted,
    NotApplied,
    Refused,
    AlreadyShipped,
    Unknown,
}

/// What a read found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the domain's")]
pub enum ReadResult {
    Ours,
    Other,
    Former,
    Absent,
    Unclear,
    Unreadable,
}

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the domain's")]
pub enum PersonAction {
    SendNow,
    Retry,
    Release,
    NothingThere,
}

/// What came of a step.
#[derive(Clone, Copy, Debug)]
pub struct Applied {
    /// The order now.
    pub item: Item,
    /// Whether there was something to save.
    pub is_saved: bool,
    /// Whether the package's fence moved.
    pub is_fenced: [bool; 2],
    /// Whether a doorbell is rung.
    pub rings: bool,
    /// Whether the input was refused.
    pub is_refused: bool,
}

/// What a state is, in the model's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the domain's")]
pub enum Kind {
    Waiting,
    Ready,
    Held,
    Withheld,
    Sending,
    Confirmed,
    Rejected,
    InDoubt,
    Conflict,
    Unresolved,
    Closed,
    Observed,
}

/// What the model asks of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent answers")]
pub struct Seen {
    /// Its state.
    pub kind: Kind,
    /// The number of its label, unless voided.
    pub current: Option<u8>,
    /// The number that is locked.
    pub locked: Option<u8>,
    /// The number a rejection was of.
    pub rejected: Option<u8>,
    /// Whether a lease's end, a read or a try is still to come.
    pub is_later: bool,
    /// How long it is in doubt.
    pub age: Option<Age>,
    /// Whether it waits for something that is not ours to bring.
    pub is_at_rest: bool,
    /// Whether it is in the attention list.
    pub is_shown: bool,
    /// Whether the order was cancelled after what is locked now was, if anything is.
    pub is_cancelled: bool,
    /// Whether the buyer wishes to cancel, and no person has refused that for the package, or sent it all the same.
    pub is_wished: bool,
    /// Whether a person said to send this label.
    pub is_sent_by_person: bool,
    /// Whether it waits for a person to say what a former number is.
    pub asks_of_former: bool,
    /// Whether a person said of its label that the former number is nothing.
    pub is_former_said: bool,
    /// Whether it was in doubt, and is to be sent, is sent, or is in doubt again by the identical request.
    pub is_repeated: bool,
}

impl Seen {
    /// Whether a read that shows nothing counts now.
    pub fn is_read_due(&self) -> bool {
        self.kind == Kind::InDoubt && !self.is_later
    }
}

/// What the model asks of an order.
#[derive(Clone, Debug)]
pub struct View {
    /// Its packages.
    pub packages: [Option<Seen>; 2],
    /// Whether the sweep will look at it.
    pub has_timer: bool,
    /// What a sender finds to do.
    pub work: Vec<(u8, Todo)>,
    /// Whether it was cancelled.
    pub is_cancelled: bool,
    /// Whether some of its work waits because the partner was paused.
    pub is_paused: bool,
}

/// What a sender does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the domain's")]
pub enum Todo {
    Submit,
    Read,
    Look,
}

/// Every order met so far, and every step made.
pub struct Items {
    around: Around,
    choice: Choice,
    orders: Vec<Order>,
    views: Vec<View>,
    known: HashMap<String, Item>,
    steps: HashMap<(Item, Happening), Applied>,
}

impl Items {
    /// None yet but the order nobody has heard of, which is item 0.
    ///
    /// # Panics
    /// Never: its key is a key.
    pub fn new(world: World, without: Without, choice: Choice) -> Self {
        let key = OrderKey {
            seller: "acme".parse().unwrap(),
            partner: "shop".parse().unwrap(),
            order: "902-1".parse().unwrap(),
        };
        let order = Order::new(key, world.channel, NOW);
        let mut items = Self {
            around: Around { world, without },
            choice,
            orders: Vec::new(),
            views: Vec::new(),
            known: HashMap::new(),
            steps: HashMap::new(),
        };
        items.intern(order);
        items
    }

    /// How many there are, and how many steps were made.
    pub fn counts(&self) -> (usize, usize) {
        (self.orders.len(), self.steps.len())
    }

    /// Every step made so far.
    pub fn steps(&self) -> impl Iterator<Item = (Item, Happening)> {
        self.steps.keys().copied()
    }

    /// An order, as the rules know it.
    pub fn order(&self, item: Item) -> &Order {
        &self.orders[index(item)]
    }

    /// What is to be seen of an order.
    pub fn view(&self, item: Item) -> &View {
        &self.views[index(item)]
    }

    /// Something happens: one step of the domain.
    pub fn apply(&mut self, item: Item, what: Happening) -> Applied {
        if let Some(applied) = self.steps.get(&(item, what)) {
            return *applied;
        }
        let before = self.orders[index(item)].clone();
        let mut came = self.around.step(&before, what);
        // A timer's moment is its class's here, and may differ from what the rules compute: whether there is one counts.
        if came.order.due_at.is_some() && before.due_at.is_some() {
            came.order.due_at = before.due_at;
        }
        let fence = |order: &Order, package: u8| {
            order.packages.get(&package_id(package)).map_or(clock::FENCE, |p| p.fence)
        };
        let is_fenced = [0, 1].map(|package| fence(&came.order, package) != clock::FENCE);
        let applied = Applied {
            is_saved: came.order != before,
            is_fenced,
            rings: came.rings,
            is_refused: came.is_refused,
            item: self.intern(came.order),
        };
        self.steps.insert((item, what), applied);
        applied
    }

    /// Whether a claim may follow what was found before it.
    pub fn may_follow(&self, item: Item, package: u8, found: ReadResult) -> bool {
        self.around.may_follow(self.order(item), package, found)
    }

    /// Time passes for a package.
    pub fn pass(&mut self, item: Item, package: u8, passing: Passing) -> Option<Item> {
        let mut order = self.orders[index(item)].clone();
        let id = package_id(package);
        let next = clock::pass(order.packages.get(&id)?, passing, &self.choice)?;
        order.packages.insert(id, Box::new(next));
        Some(self.intern(order))
    }

    fn intern(&mut self, order: Order) -> Item {
        let order = clock::canonical(order, &self.choice);
        let text = format!("{order:?}");
        if let Some(item) = self.known.get(&text) {
            return *item;
        }
        let item = Item::try_from(self.orders.len()).unwrap();
        self.views.push(self.view_of(&order));
        self.orders.push(order);
        self.known.insert(text, item);
        item
    }

    fn view_of(&self, order: &Order) -> View {
        let package = |n: u8| order.packages.get(&package_id(n)).map(|_| seen(order, n));
        let work = self.around.work(order);
        let work = work.iter().map(|work| match work {
            Work::Submit(target) => (number_of(target.package()), Todo::Submit),
            Work::Read(target) => (number_of(target.package()), Todo::Read),
            Work::Look(package) => (number_of(package), Todo::Look),
        });
        View {
            packages: [package(0), package(1)],
            has_timer: order.due_at.is_some() && self.around.without.keeps(Guard::Sweep),
            work: work.collect(),
            is_cancelled: order.cancelled.is_some(),
            is_paused: order.is_paused(),
        }
    }
}

fn index(item: Item) -> usize {
    usize::try_from(item).unwrap()
}

/// The packages are `1` and `2`.
pub(crate) fn package_id(package: u8) -> PackageId {
    if package == 0 { "1".parse().unwrap() } else { "2".parse().unwrap() }
}

fn number_of(package: &PackageId) -> u8 {
    u8::from(package.as_str() == "2")
}

/// Whether the buyer wishes to cancel, and no person has refused that for the package, or sent it all the same.
fn is_wished(order: &Order, package: &Package) -> bool {
    order.wish.is_some_and(|wish| {
        let is_refused =
            package.refused_wish.as_ref().is_some_and(|refused| wish.at <= refused.told_at);
        wish.is_wished && !is_refused && package.send_now.is_none()
    })
}

fn is_to_be_looked_at(package: &Package) -> bool {
    package.looks.due.is_some_and(|tried| clock::is_later(tried.at))
}

/// Which label was refused.
fn rejected(state: &State) -> Option<u8> {
    let State::Rejected(rejection) = state else { return None };
    Some(u8::from(rejection.label.as_str() == "B"))
}

fn seen(order: &Order, n: u8) -> Seen {
    let id = package_id(n);
    let package = &order.packages[&id];
    let of_label = |label: &domain::Label| u8::from(label.telling.tracking.as_str().ends_with('B'));
    let current = package.label.as_ref().filter(|label| !package.voided.contains(&label.id));
    let locked = package.lock().and_then(|lock| lock.label.as_ref().or(package.label.as_ref()));
    let (kind, is_later, is_at_rest) = match &package.state {
        State::Waiting(wait) => {
            // What its partner stopped waits for a movement, which is not ours to bring.
            let stays = *wait == WaitingFor::Movement && current.is_some_and(|label| label.stays);
            let is_to_be_looked_at = is_to_be_looked_at(package);
            let is_unlabelled = *wait == WaitingFor::Label && current.is_none();
            (Kind::Waiting, is_to_be_looked_at, is_unlabelled || stays)
        }
        State::Ready(ready) => (Kind::Ready, ready.pending.not_before.is_some(), false),
        State::Held(_) => (Kind::Held, false, true),
        State::Withheld(why) => {
            let has_cause = match why {
                Withheld::OneTrackingPerOrder => !domain::attention(order, &id).is_empty(),
                Withheld::Cancelled => order.cancelled.is_some(),
                Withheld::Never => current.is_some(),
            };
            (Kind::Withheld, false, has_cause)
        }
        State::Rejected(_) => (Kind::Rejected, false, true),
        State::Sent(sent) => match &sent.stage {
            Stage::Open(Attempt::Pending(repeat)) => {
                (Kind::Ready, repeat.not_before.is_some(), false)
            }
            Stage::Open(Attempt::Sending { lease_until }) => {
                (Kind::Sending, !clock::is_lease_over(*lease_until), false)
            }
            Stage::Open(Attempt::InDoubt(doubt)) => {
                (Kind::InDoubt, clock::is_later(doubt.read_at), false)
            }
            Stage::Confirmed { .. } => (Kind::Confirmed, false, true),
            Stage::Conflict { .. } => (Kind::Conflict, false, true),
            Stage::Unresolved { .. } => (Kind::Unresolved, false, true),
            // No person closes anything here.
            Stage::Closed { .. } => (Kind::Closed, false, false),
        },
        State::Closed { .. } => (Kind::Closed, false, false),
        State::Observed(_) => (Kind::Observed, false, true),
    };
    let age = package.state.doubt().map(Age::of);
    let rejected = rejected(&package.state);
    let despite = package.lock().is_some_and(|lock| lock.despite_cancel);
    let is_sent_by_person = package.send_now.as_ref().map(|word| &word.label);
    let is_sent_by_person =
        is_sent_by_person.is_some_and(|id| current.is_some_and(|l| l.id == *id));
    Seen {
        kind,
        current: current.map(of_label),
        locked: locked.map(of_label),
        rejected,
        is_later,
        age,
        is_at_rest,
        is_shown: order.attention_since.is_some() && !domain::attention(order, &id).is_empty(),
        is_cancelled: order.cancelled.is_some() && !despite && !is_sent_by_person,
        is_wished: is_wished(order, package),
        is_sent_by_person,
        asks_of_former: matches!(
            package.state.stage(),
            Some(Stage::Unresolved { former: Some(_), .. })
        ),
        is_former_said: current
            .and_then(|label| label.former.as_ref())
            .is_some_and(|former| former.as_str() == FORMER),
        is_repeated: package.state.sent().is_some_and(|sent| sent.repeats.is_some()),
    }
}
