//! What comes next, and when: the one thing that decides the order of all that happens.

use domain::Moment;
use jiff::SignedDuration;
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// The number of a function's run.
pub type TaskId = usize;

/// Something to come.
pub enum What {
    /// A call of a function comes to its end.
    Wake(TaskId, Rc<Pause>),
    /// A function has run for as long as it may.
    Kill(TaskId),
    /// A queue may have something to hand out.
    Look(super::Function),
    /// The plan's next happening.
    Happening(usize),
    /// A copy of an event comes out of the bus.
    Delivery(usize),
    /// An account's timing becomes `never`.
    Never(usize),
    /// A marketplace takes a request that is late.
    Late(usize),
    /// The table is backed up.
    BackUp,
    /// The table is restored.
    Restore,
}

/// Something to come, and when.
pub struct Entry {
    /// The moment.
    pub at: Moment,
    count: u64,
    /// What comes then.
    pub what: What,
}

impl Ord for Entry {
    /// The greatest entry of the heap is the earliest. Of two entries at one moment it is the one that was put first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.count).cmp(&(self.at, self.count))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

/// The clock and what is to come.
pub struct Agenda {
    now: Cell<Moment>,
    count: Cell<u64>,
    entries: RefCell<BinaryHeap<Entry>>,
}

impl Agenda {
    /// An empty agenda.
    pub fn new(now: Moment) -> Self {
        Self { now: Cell::new(now), count: Cell::new(0), entries: RefCell::default() }
    }

    /// The present moment.
    pub fn now(&self) -> Moment {
        self.now.get()
    }

    /// Puts something to come.
    pub fn put(&self, at: Moment, what: What) {
        let count = self.count.get();
        self.count.set(count + 1);
        self.entries.borrow_mut().push(Entry { at: at.max(self.now()), count, what });
    }

    /// When the next thing comes.
    pub fn next_at(&self) -> Option<Moment> {
        self.entries.borrow().peek().map(|entry| entry.at)
    }

    /// Takes the next thing. The clock goes to its moment.
    pub fn take(&self) -> Option<Entry> {
        let entry = self.entries.borrow_mut().pop()?;
        self.now.set(entry.at);
        Some(entry)
    }

    /// Lets time pass in which nothing comes.
    pub fn pass_to(&self, now: Moment) {
        self.now.set(self.now().max(now));
    }

    /// Waits in a function's run.
    pub fn pause(&self, task: TaskId, span: SignedDuration) -> Pausing {
        let pause = Rc::new(Pause::default());
        self.put(self.now().plus(span), What::Wake(task, Rc::clone(&pause)));
        Pausing(pause)
    }
}

/// A wait that is under way.
#[derive(Default)]
pub struct Pause {
    is_over: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

impl Pause {
    /// Ends the wait.
    pub fn end(&self) {
        self.is_over.set(true);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// The future of a wait.
pub struct Pausing(Rc<Pause>);

impl Future for Pausing {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0.is_over.get() {
            return Poll::Ready(());
        }
        self.0.waker.set(Some(context.waker().clone()));
        Poll::Pending
    }
}
