//! What a run of a minute can show: a fixed seed and a new one, equal traces of one seed, every kind of fault, and that
//! planted bugs are found. The long runs are `cargo simulate`; see `tests/README.md`.

use domain::guard::{Guard, leave_out};
use simulation::guards;
use simulation::plan::Plan;
use simulation::run::run;
use simulation::search::{search, seed, story};

/// Schedules of each of the two seeds.
const SCHEDULES: u64 = 1_500;

/// The fixed seed.
const FIXED: u64 = 1;

/// Ports that are called in few schedules.
const RARE: [&str; 8] = [
    "StopPartner",
    "ResumePartner",
    "HoldBack",
    "LeaseRenewal",
    "PutSecret",
    "Due",
    "Token",
    "Register",
];

#[test]
fn a_fixed_seed_breaks_no_rule_and_meets_every_fault() {
    let searched = search(FIXED, 0..SCHEDULES, |_| true);
    if let Some((seed, broken)) = &searched.failed {
        panic!("{}", story(*seed, broken));
    }
    // Faults of ports that are rarely called are left to the long run, which asks for all kinds.
    let is_rare = |fault: &String| RARE.iter().any(|port| fault.starts_with(port));
    let mut missing = searched.coverage.missing_faults();
    missing.retain(|fault| !is_rare(fault));
    assert!(missing.is_empty(), "never came: {missing:#?}");
    assert!(searched.claims > SCHEDULES && searched.requests > SCHEDULES, "too little happens");
}

#[test]
fn a_fresh_seed_breaks_no_rule() {
    let fresh = fastrand::u64(..);
    let searched = search(fresh, 0..SCHEDULES, |_| true);
    if let Some((seed, broken)) = &searched.failed {
        panic!("search of seed {fresh}: {}", story(*seed, broken));
    }
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for n in 0..100 {
        let play = || run(Plan::of(seed(7, n)), true).trace;
        let trace = play();
        assert!(!trace.is_empty());
        assert_eq!(trace, play(), "schedule {n}");
    }
}

/// Schedules that show the absence of each guard: `guard seed rule`, as `cargo simulate --planted` prints them.
const PLANTED: &str = include_str!("../planted.txt");

#[test]
fn every_planted_bug_is_found() {
    let mut missed = Vec::new();
    for line in PLANTED.lines() {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let [name, seed, rule] = words[..] else { panic!("a guard, a seed and a rule: {line}") };
        let guard = Guard::ALL.into_iter().find(|guard| format!("{guard:?}") == name).expect(name);
        let seed = seed.parse().expect("a seed is a number");
        assert_eq!(run(Plan::of(seed), false).violation, None, "schedule {seed} with every guard");
        leave_out(&[guard]);
        let broken = run(Plan::of(seed), false).violation;
        leave_out(&[]);
        let found = broken.map(|broken| broken.rule);
        if found != Some(rule) {
            missed.push(format!("{guard:?}: {found:?}, expected {rule:?}"));
        }
    }
    let is_shown = |guard: &Guard| PLANTED.lines().any(|l| l.starts_with(&format!("{guard:?} ")));
    let unseen: Vec<Guard> = guards().filter(|guard| !is_shown(guard)).collect();
    assert_eq!(unseen, [], "`cargo simulate --planted` finds schedules that show them");
    assert_eq!(missed, [""; 0], "`cargo simulate --planted` finds schedules that show them");
}

#[test]
fn a_story_is_as_short_as_it_can_be() {
    leave_out(&[Guard::CancelStops]);
    let searched = search(FIXED, 0..20_000, |_| true);
    let (seed, broken) = searched.failed.expect("its absence is found");
    let story = story(seed, &broken);
    leave_out(&[]);
    let lines = story.lines().count();
    assert!(lines < 60, "{story}");
    assert!(story.contains("OrderCancelled") || story.contains("Cancel {"), "{story}");
}
