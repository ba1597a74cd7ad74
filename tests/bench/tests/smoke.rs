//! Checks the figures that do not depend on the machine's speed, with our built functions, over TLS, from the label to
//! the marketplace.

use std::process::Command;

/// The runner fails, and says why, if an order uses more write units, read units, doorbells, requests, bytes or log
/// lines than it may, or if warm events open connections.
#[test]
fn an_order_costs_what_it_may() {
    let run = Command::new(env!("CARGO_BIN_EXE_benchmark")).arg("smoke").output();
    let run = run.expect("the runner starts");
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{errors}");
    let shown = String::from_utf8_lossy(&run.stdout);
    for figure in ["| write units | 8.00 |", "| read units | 6.00 |", "| doorbells | 1.00 |"] {
        assert!(shown.contains(figure), "{figure} is missing:\n{shown}");
    }
}
