//! Random numbers of a seed. One seed always throws one sequence of numbers.

use fastrand::Rng;
use std::ops::Range;

/// A seeded source of choices.
#[derive(Clone, Debug)]
pub struct Dice(Rng);

impl Dice {
    /// The dice of a seed.
    pub fn new(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    /// Whether one throw in `n` came.
    pub fn one_in(&mut self, n: u32) -> bool {
        self.0.u32(0..n) == 0
    }

    /// A number of a range.
    pub fn of(&mut self, range: Range<i64>) -> i64 {
        self.0.i64(range)
    }

    /// An index below `count`.
    pub fn index(&mut self, count: usize) -> usize {
        self.0.usize(0..count)
    }

    /// One of these values.
    pub fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.index(all.len())].clone()
    }
}
