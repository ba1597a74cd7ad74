//! Makes a failing schedule small: it leaves out whatever the failure does not need.

use crate::plan::Plan;
use crate::run::run;

/// The smallest schedule found that breaks this rule. Large parts are left out first, then single things.
pub fn shrunk(plan: &Plan, rule: &str) -> Plan {
    let fails = |plan: &Plan| run(plan.clone(), false).violation.is_some_and(|b| b.rule == rule);
    let mut plan = plan.clone();
    let mut part = plan.things().max(1);
    loop {
        let mut from = 0;
        while from < plan.things() {
            let smaller = plan.without(|index| (from..from + part).contains(&index));
            if fails(&smaller) {
                plan = smaller;
            } else {
                from += part;
            }
        }
        if part == 1 {
            return plan;
        }
        part = part.div_ceil(2);
    }
}
