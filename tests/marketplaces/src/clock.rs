//! The marketplaces' clock. Only this module reads the machine's clock. A test can set the time instead.

use std::cell::Cell;

use jiff::Timestamp;

thread_local! {
    static SET: Cell<Option<Timestamp>> = const { Cell::new(None) };
}

/// Sets the clock of every marketplace that runs on this thread. The clock then stands still until the next call.
pub fn set_clock(now: Timestamp) {
    SET.set(Some(now));
}

/// The time by the marketplaces' clock.
#[expect(
    clippy::disallowed_methods,
    reason = "a fake marketplace has a clock of its own and is not part of the product"
)]
pub(crate) fn now() -> Timestamp {
    SET.get().unwrap_or_else(Timestamp::now)
}

/// The time by the marketplaces' clock. Unit: unix milliseconds.
pub(crate) fn now_ms() -> i64 {
    now().as_millisecond()
}

/// A time in unix milliseconds as ISO 8601 text, as the APIs write it. A time out of range, which only a bug of ours
/// can make, is written as 1970.
pub(crate) fn iso(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}
