//! A small row of random numbers from a seed.

/// A row of numbers. Two with the same seed give the same.
#[derive(Debug, Clone)]
pub struct Dice {
    row: fastrand::Rng,
}

impl Dice {
    /// The row that this seed begins.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { row: fastrand::Rng::with_seed(seed) }
    }

    /// A number from 0 to `most`.
    pub fn up_to(&mut self, most: u64) -> u64 {
        self.row.u64(0..=most)
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.up_to(99) < percent
    }

    /// One of several.
    ///
    /// # Panics
    /// If there are none.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.row.usize(0..all.len())]
    }

    /// Brings a list into any order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        self.row.shuffle(all);
    }
}
