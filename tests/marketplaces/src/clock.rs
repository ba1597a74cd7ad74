//! The one place of this crate that reads the clock. A fake marketplace has a wall clock of its own, as a real one has;
//! a simulation sets it.

use std::cell::Cell;

use jiff::Timestamp;

thread_local! {
    static SET: Cell<Option<Timestamp>> = const { Cell::new(None) };
}

/// Sets the clock of every marketplace of this thread. It stands still until it is set again.
pub fn set_clock(now: Timestamp) {
    SET.set(Some(now));
}

/// The moment it is.
#[expect(
    clippy::disallowed_methods,
    reason = "a marketplace dates what it is told by its own clock; it is not part of the product"
)]
pub(crate) fn now() -> Timestamp {
    SET.get().unwrap_or_else(Timestamp::now)
}

/// The moment it is, in unix milliseconds.
pub(crate) fn now_ms() -> i64 {
    now().as_millisecond()
}

/// A unix millisecond as the APIs write it. Out of range can only be a bug of ours, shown as 1970.
pub(crate) fn iso(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}
