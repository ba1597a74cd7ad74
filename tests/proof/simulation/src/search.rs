//! Plays schedule after schedule, until one fails or all were played.

use crate::coverage::Coverage;
use crate::plan::Plan;
use crate::run::run;
use crate::shrink::shrunk;
use crate::watch::Broken;
use std::fmt::Write as _;
use std::ops::Range;

/// What a search came to.
#[derive(Default)]
pub struct Searched {
    /// Schedules played.
    pub schedules: u64,
    /// What was met.
    pub coverage: Coverage,
    /// Claims that were saved.
    pub claims: u64,
    /// Confirmations that were sent.
    pub requests: u64,
    /// The first seed that failed, and what is wrong with it.
    pub failed: Option<(u64, Broken)>,
}

/// The seed of the `n`-th schedule of a search.
pub fn seed(of: u64, n: u64) -> u64 {
    // SplitMix64: seeds that are near each other are far apart.
    let mut z = of.wrapping_add(n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Plays these schedules of a search's seed; `each` is told of every one.
pub fn search(of: u64, schedules: Range<u64>, mut each: impl FnMut(&Searched) -> bool) -> Searched {
    let mut searched = Searched::default();
    for n in schedules {
        let seed = seed(of, n);
        let ran = run(Plan::of(seed), false);
        searched.schedules += 1;
        searched.coverage.and(&ran.coverage);
        searched.claims += ran.claims;
        searched.requests += ran.requests;
        if let Some(broken) = ran.broken {
            searched.failed = Some((seed, broken));
            return searched;
        }
        if !each(&searched) {
            break;
        }
    }
    searched
}

/// A failure, for a person: the seed, what is wrong, and the shortest story found that shows it.
pub fn story(seed: u64, broken: &Broken) -> String {
    let plan = shrunk(&Plan::of(seed), broken.rule);
    let ran = run(plan.clone(), true);
    let mut story = String::new();
    let _infallible = writeln!(
        story,
        "schedule {seed} breaks a rule:\n  {}\n  {}\n\nThe story, with all left out that it does not need ({} things):",
        broken.rule,
        broken.what,
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
    if let Some(broken) = ran.broken {
        let _infallible = writeln!(story, "\nHere it breaks: {}\n  {}", broken.rule, broken.what);
    }
    let _infallible = writeln!(story, "\nPlay it whole: cargo simulate --play {seed}");
    story
}
