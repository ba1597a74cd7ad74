//! Every target on all of its seeds and on some thousands of mutations of them, within seconds. The long run is
//! `cargo fuzzing`, which is guided by what each input reaches.
#![expect(clippy::indexing_slicing, reason = "places are drawn from what is there")]

use domain::Channel;
use fuzz::{Target, targets};
use rstest::rstest;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Number of mutations of each target with the fixed seed, and as many with a new one.
const MUTATIONS: usize = 2_000;

/// The fixed seed.
const FIXED_SEED: u64 = 0x5eed_0001;

/// The variable with another seed than a new one: the seed that a failure named.
const SEED: &str = "FUZZ_SEED";

/// The longest input that is made. Unit: bytes.
const BYTES_MAX: usize = 2_048;

/// Numbers that look random and are not: xorshift64*, by Vigna.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// A number below a limit, which is not zero.
    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A range within a length.
    fn part(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        start..start + self.below((length - start).min(32) + 1)
    }
}

/// One to four small changes, as a fuzzer makes them.
fn mutated(chance: &mut Chance, seeds: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let mut bytes = chance.of(seeds).clone();
    for _ in 0..=chance.below(4) {
        let part = chance.part(bytes.len());
        match chance.below(7) {
            0 => drop(bytes.drain(part)),
            1 => drop(bytes.splice(part, chance.of(words).bytes())),
            2 => {
                let other = chance.of(seeds);
                let theirs = other[chance.part(other.len())].to_vec();
                drop(bytes.splice(part, theirs));
            }
            3 => {
                let copy = bytes[part.clone()].to_vec();
                drop(bytes.splice(part.start..part.start, copy));
            }
            4 if !bytes.is_empty() => {
                let place = chance.below(bytes.len());
                bytes[place] ^= 1 << chance.below(8);
            }
            5 if !bytes.is_empty() => {
                let place = chance.below(bytes.len());
                bytes[place] = chance.next().to_le_bytes()[0];
            }
            _ => bytes.truncate(part.end),
        }
    }
    bytes.truncate(BYTES_MAX);
    bytes
}

/// Tries an input. Where something is wrong, it prints the input and how to try it again.
fn tried(target: &Target, bytes: &[u8], by: &str) {
    let is_fine = catch_unwind(AssertUnwindSafe(|| (target.check)(bytes))).is_ok();
    let shown = bytes.escape_ascii();
    assert!(is_fine, "{} finds something wrong with \"{shown}\" ({by})", target.name);
}

fn mutations(target: &Target, seed: u64) {
    let seeds = (target.seeds)();
    let mut chance = Chance(seed);
    for _ in 0..MUTATIONS {
        let bytes = mutated(&mut chance, &seeds, target.words);
        tried(target, &bytes, &format!("{SEED}={seed}"));
    }
}

fn fresh_seed() -> u64 {
    let told = std::env::var_os(SEED).and_then(|seed| seed.to_str()?.parse().ok());
    told.unwrap_or_else(|| RandomState::new().build_hasher().finish() | 1)
}

#[rstest]
#[case::events("events")]
#[case::doorbells("doorbells")]
#[case::settings("settings")]
#[case::api("api")]
#[case::cursors("cursors")]
fn what_must_hold_for_any_bytes_holds(#[case] name: &str) {
    looked_at(name);
}

/// The answers of each channel, side by side.
#[test]
fn what_must_hold_for_any_answer_holds() {
    std::thread::scope(|scope| {
        for channel in Channel::ALL {
            scope.spawn(move || looked_at(channel.name()));
        }
    });
}

fn looked_at(name: &str) {
    let targets = targets();
    assert!(targets.iter().any(|target| target.name == name), "{name} is no target");
    for target in targets.iter().filter(|target| target.name == name) {
        for bytes in (target.seeds)() {
            tried(target, &bytes, "a seed of its own");
        }
        mutations(target, FIXED_SEED);
        mutations(target, fresh_seed());
    }
}

#[test]
fn each_target_is_built_by_cargo_fuzz() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/src/bin");
    let entries = std::fs::read_dir(folder).expect("there are targets");
    let mut built: Vec<String> = entries
        .map(|entry| {
            entry.expect("it is readable").file_name().to_string_lossy().replace(".rs", "")
        })
        .collect();
    built.sort();
    let mut known: Vec<&str> = targets().iter().map(|target| target.name).collect();
    known.sort_unstable();
    assert_eq!(built, known);
}
