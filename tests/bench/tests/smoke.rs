//! What does not depend on the machine's speed: our built functions, over TLS, from the label to the marketplace.

use std::process::Command;

/// Write units, read units, doorbells, requests, bytes and lines of log of an order, and connections in warm events, each
/// at most what it may be: else the runner says which, and fails.
#[test]
fn an_order_costs_what_it_may() {
    let run = Command::new(env!("CARGO_BIN_EXE_benchmark")).arg("smoke").output();
    let run = run.expect("the runner starts");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    let shown = String::from_utf8_lossy(&run.stdout);
    for figure in ["| write units | 8.00 |", "| read units | 6.00 |", "| doorbells | 1.00 |"] {
        assert!(shown.contains(figure), "{figure} is missing:\n{shown}");
    }
}
