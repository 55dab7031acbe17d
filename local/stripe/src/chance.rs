//! Where random letters and orders come from.

use std::cell::RefCell;

use rand::{RngCore, SeedableRng, rngs::StdRng};

thread_local! {
    static SEEDED: RefCell<Option<StdRng>> = const { RefCell::new(None) };
}

/// Makes all that is random on this thread come from a seed: ids, secrets of intents, the order of shuffled webhooks. A
/// simulation that runs its stand-in on one thread then sees the same ids each time. None goes back to the system's generator.
pub fn seed_thread(seed: Option<u64>) {
    SEEDED.set(seed.map(StdRng::seed_from_u64));
}

/// Hands out this thread's source.
pub(crate) fn with<T>(draw: impl FnOnce(&mut dyn RngCore) -> T) -> T {
    SEEDED.with_borrow_mut(|seeded| match seeded {
        Some(row) => draw(row),
        None => draw(&mut rand::rng()),
    })
}

#[cfg(test)]
mod tests {
    use super::{seed_thread, with};

    #[test]
    fn a_seed_gives_the_same_row_until_it_is_taken_away() {
        let row = || with(|row| (row.next_u64(), row.next_u64()));
        seed_thread(Some(3));
        let first = row();
        seed_thread(Some(3));
        assert_eq!(row(), first);
        seed_thread(None);
        assert_ne!(row(), first);
    }
}
