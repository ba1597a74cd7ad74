//! What every fake marketplace can be asked and told by a test, whichever channel it plays; and what all of them keep.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::fault::{Fault, Faults, Operation, Target, Times};
use crate::submission::{Book, Submission};

/// A fake marketplace as a test sees it. Orders and lines are named as the channel names them.
pub trait Shop: Send + Sync {
    /// The channel, which is also its path: `back_market`.
    fn name(&self) -> &'static str;

    /// Sells an order that can be shipped at once, of lines and their quantities.
    ///
    /// # Errors
    ///
    /// Why the channel can have no such order.
    fn sell(&self, order: &str, lines: &[(&str, u32)]) -> Result<(), String>;

    /// Lets somebody else have shipped the order, by hand or with another tool.
    fn ship_elsewhere(&self, order: &str, tracking_number: &str);

    /// Adds an order as `POST /_admin/{channel}/orders` describes it; answers with its name.
    ///
    /// # Errors
    ///
    /// What is wrong with the description.
    fn add(&self, order: Value) -> Result<String, String>;

    /// Every order it knows or was told of.
    fn orders(&self) -> Vec<String>;

    /// The order, what it holds of it, and every submission.
    fn show(&self, order: &str) -> Value;

    /// Every confirmation that arrived for the order, the refused and the unanswered too, in order of arrival.
    fn told(&self, order: &str) -> Vec<Submission>;

    /// The tracking numbers it holds for the order now.
    fn numbers(&self, order: &str) -> Vec<String>;

    /// How many requests have arrived, by what they asked for, whatever became of them.
    fn counts(&self) -> Value;

    /// Plays a fault at matching requests.
    fn put_fault(&self, target: Target, operation: Operation, times: Times, fault: Fault);

    /// Forgets all faults that were not played yet.
    fn clear_faults(&self);
}

/// What a shop keeps beside its orders: who told it what, what is to go wrong, how often it was called.
#[derive(Debug, Default)]
pub(crate) struct Desk<T> {
    state: Mutex<Kept<T>>,
}

/// The contents of a [`Desk`]. `own` is the shop's: its orders, its tokens.
#[derive(Debug, Default)]
pub(crate) struct Kept<T> {
    pub(crate) book: Book,
    pub(crate) faults: Faults,
    pub(crate) requests: BTreeMap<Operation, u64>,
    pub(crate) own: T,
}

impl<T> Desk<T> {
    /// Each change of the state is complete by itself, so a panic of another holder leaves nothing half done.
    pub(crate) fn open(&self) -> MutexGuard<'_, Kept<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request, and takes the fault that waits for it.
    pub(crate) fn arrived(&self, operation: Operation, order: Option<&str>) -> Option<Fault> {
        let mut kept = self.open();
        *kept.requests.entry(operation).or_default() += 1;
        kept.faults.take(operation, order)
    }
}

/// The parts of [`Shop`] that are the same in every shop with a [`Desk`].
macro_rules! at_the_desk {
    ($desk:ident) => {
        fn told(&self, order: &str) -> Vec<$crate::submission::Submission> {
            self.$desk().open().book.of(order)
        }

        fn counts(&self) -> serde_json::Value {
            serde_json::to_value(&self.$desk().open().requests).unwrap_or_default()
        }

        fn put_fault(
            &self,
            target: $crate::fault::Target,
            operation: $crate::fault::Operation,
            times: $crate::fault::Times,
            fault: $crate::fault::Fault,
        ) {
            self.$desk().open().faults.put(target, operation, times, fault);
        }

        fn clear_faults(&self) {
            self.$desk().open().faults.clear();
        }
    };
}
pub(crate) use at_the_desk;
