//! A search: it plays schedule after schedule, until one fails or all were played.

use crate::coverage::Coverage;
use crate::plan::Plan;
use crate::run::run;
use crate::shrink::shrunk;
use crate::watch::Violation;
use std::fmt::Write as _;
use std::ops::Range;

/// The result of a search.
#[derive(Default)]
pub struct Searched {
    /// Number of schedules that were played.
    pub schedules: u64,
    /// What went wrong in them.
    pub coverage: Coverage,
    /// Number of claims that were saved.
    pub claims: u64,
    /// Number of confirmations that were sent.
    pub requests: u64,
    /// The first seed that failed, and the rule that it breaks.
    pub failed: Option<(u64, Violation)>,
}

/// The seed of the `n`-th schedule of a search.
pub fn seed(of: u64, n: u64) -> u64 {
    // SplitMix64: seeds that are near each other are far apart.
    let mut z = of.wrapping_add(n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Plays these schedules of a search's seed. `each` sees the result so far after every schedule, and says whether to go on.
pub fn search(of: u64, schedules: Range<u64>, mut each: impl FnMut(&Searched) -> bool) -> Searched {
    let mut searched = Searched::default();
    for n in schedules {
        let seed = seed(of, n);
        let ran = run(Plan::of(seed), false);
        searched.schedules += 1;
        searched.coverage.and(&ran.coverage);
        searched.claims += ran.claims;
        searched.requests += ran.requests;
        if let Some(violation) = ran.violation {
            searched.failed = Some((seed, violation));
            return searched;
        }
        if !each(&searched) {
            break;
        }
    }
    searched
}

/// A failure, for a person: the seed, the rule that is broken, and the shortest story found that shows it.
pub fn story(seed: u64, violation: &Violation) -> String {
    let plan = shrunk(&Plan::of(seed), violation.rule);
    let ran = run(plan.clone(), true);
    let mut story = String::new();
    let _infallible = writeln!(
        story,
        "schedule {seed} breaks a rule:\n  {}\n  {}\n\nThe story, with all left out that it does not need ({} things):",
        violation.rule,
        violation.details,
        plan.things()
    );
    let ids: std::collections::BTreeSet<usize> =
        plan.sales.iter().map(|sale| sale.account).collect();
    for account in ids {
        let account = &plan.accounts[account].partner;
        let _infallible = writeln!(
            story,
            "  {}/{}: {}, {}",
            account.seller,
            account.id,
            account.timing,
            account.missing_imei.name()
        );
    }
    story.push('\n');
    story.push_str(&ran.trace);
    if let Some(violation) = ran.violation {
        let _infallible =
            writeln!(story, "\nHere it breaks: {}\n  {}", violation.rule, violation.details);
    }
    let _infallible = writeln!(story, "\nPlay it whole: cargo simulate --play {seed}");
    story
}
