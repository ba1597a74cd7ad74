//! [`Shop`], the controls that every fake marketplace gives to a test, and [`SharedState`], in which most of the fakes
//! keep their state.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::fault::{Fault, Faults, Operation, Target, Times};
use crate::standing::Standing;
use crate::submission::{Submission, SubmissionLog};

/// A fake marketplace as a test controls it. Orders and lines have the ids that the channel gives them.
pub trait Shop: Send + Sync {
    /// The channel's name, such as `back_market`. The marketplace's path has this name too.
    fn name(&self) -> &'static str;

    /// The codes of carriers that the marketplace takes. Empty where it takes any text.
    fn carrier_codes(&self) -> Vec<&'static str>;

    /// Adds an order that can be shipped at once, with lines as (line id, quantity).
    ///
    /// # Errors
    ///
    /// The channel cannot have such an order. The text says why.
    fn sell(&self, order: &str, lines: &[(&str, u32)]) -> Result<(), String>;

    /// Ships the order as somebody else would, by hand or with another tool, under this number.
    fn ship_elsewhere(&self, order: &str, tracking_number: &str);

    /// Sets where the order stands beside its shipments.
    ///
    /// # Errors
    ///
    /// The marketplace does not know the order, or does not say such a thing of any. The text says which.
    fn set_standing(&self, order: &str, standing: Standing) -> Result<(), String>;

    /// Adds an order from the body of `POST /_admin/{channel}/orders`. Returns the order's id.
    ///
    /// # Errors
    ///
    /// The body describes no order that the channel can have. The text says why.
    fn add(&self, order: Value) -> Result<String, String>;

    /// The ids of all orders that a test added or a submission named. An id may come twice.
    fn orders(&self) -> Vec<String>;

    /// The order, what the marketplace holds for it, and every submission, as `GET /_admin/{channel}/orders/{order_id}`
    /// answers it.
    fn show(&self, order: &str) -> Value;

    /// Every submission that arrived for the order, in order of arrival, with the refused and the unanswered ones.
    fn submissions_of(&self, order: &str) -> Vec<Submission>;

    /// The tracking numbers that the marketplace holds for the order now.
    fn numbers(&self, order: &str) -> Vec<String>;

    /// How many requests have arrived for each operation, with the refused and the unanswered ones.
    fn counts(&self) -> Value;

    /// Makes requests of this operation that are for `target` go wrong: the next one, or all of them.
    fn put_fault(&self, target: Target, operation: Operation, times: Times, fault: Fault);

    /// Removes all faults that wait for a request.
    fn clear_faults(&self);
}

/// The state of one fake marketplace, behind a lock. `T` is the part that only this channel has.
#[derive(Debug, Default)]
pub(crate) struct SharedState<T> {
    state: Mutex<State<T>>,
}

/// The contents of a [`SharedState`]: submissions, waiting faults, the number of requests for each operation, and what
/// only this channel has, such as its orders and tokens.
#[derive(Debug, Default)]
pub(crate) struct State<T> {
    pub(crate) submissions: SubmissionLog,
    pub(crate) faults: Faults,
    pub(crate) requests: BTreeMap<Operation, u64>,
    pub(crate) channel: T,
}

impl<T> SharedState<T> {
    /// Locks the state. A poisoned lock is still usable, because each change of the state is one whole step.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request, and returns the fault that waits for it. A fault that is played once waits no longer.
    pub(crate) fn count_and_take_fault(
        &self,
        operation: Operation,
        order: Option<&str>,
    ) -> Option<Fault> {
        let mut state = self.lock();
        *state.requests.entry(operation).or_default() += 1;
        state.faults.take(operation, order)
    }
}

/// Implements those methods of [`Shop`] that every marketplace with a [`SharedState`] has in common. `$shared` is the
/// method that returns the state.
macro_rules! shared_state_methods {
    ($shared:ident) => {
        fn submissions_of(&self, order: &str) -> Vec<$crate::submission::Submission> {
            self.$shared().lock().submissions.of(order)
        }

        fn counts(&self) -> serde_json::Value {
            serde_json::to_value(&self.$shared().lock().requests).unwrap_or_default()
        }

        fn put_fault(
            &self,
            target: $crate::fault::Target,
            operation: $crate::fault::Operation,
            times: $crate::fault::Times,
            fault: $crate::fault::Fault,
        ) {
            self.$shared().lock().faults.put(target, operation, times, fault);
        }

        fn clear_faults(&self) {
            self.$shared().lock().faults.clear();
        }
    };
}
pub(crate) use shared_state_methods;
