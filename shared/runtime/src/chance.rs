//! What is random: ids, secrets of orders, and the pauses between tries.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};

/// A source of random bytes and numbers: the system's own generator, which is fit for secrets.
///
/// A simulation takes one that a seed begins, so that the same seed gives the same ids and pauses each time. Clones share one
/// row of numbers.
#[derive(Clone, Default)]
pub struct Chance {
    seeded: Option<Arc<Mutex<StdRng>>>,
}

impl Chance {
    /// The system's.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The row of numbers that this seed begins. For simulations alone: who knows the seed knows every secret.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { seeded: Some(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))) }
    }

    /// Begins a seeded row anew, by another seed, for all clones. The system's generator stays as it is.
    pub fn reseed(&self, seed: u64) {
        if let Some(row) = &self.seeded {
            *row.lock().unwrap_or_else(PoisonError::into_inner) = StdRng::seed_from_u64(seed);
        }
    }

    /// So many random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.seeded {
            Some(row) => row.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes),
            None => rand::rng().fill_bytes(&mut bytes),
        }
        bytes
    }

    /// A number from 0 to `most`, each as likely.
    #[must_use]
    pub fn up_to(&self, most: u64) -> u64 {
        match &self.seeded {
            Some(row) => row.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..=most),
            None => rand::rng().random_range(0..=most),
        }
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chance").field("seeded", &self.seeded.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn a_seed_gives_the_same_row_each_time_and_the_system_another_one() {
        let row = |chance: &Chance| (chance.bytes::<16>(), chance.up_to(u64::MAX), chance.up_to(9));
        assert_eq!(row(&Chance::seeded(7)), row(&Chance::seeded(7)));
        assert_ne!(row(&Chance::seeded(7)).0, row(&Chance::seeded(8)).0);
        assert_ne!(row(&Chance::new()).0, row(&Chance::new()).0);
        let again = Chance::seeded(9);
        again.reseed(7);
        assert_eq!(row(&again), row(&Chance::seeded(7)));
        let chance = Chance::seeded(1);
        assert_ne!(chance.bytes::<16>(), chance.clone().bytes::<16>(), "clones go on in one row");
        assert!((0..200).all(|_| chance.up_to(3) <= 3));
    }
}
