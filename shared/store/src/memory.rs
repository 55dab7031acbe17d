//! What a process remembers of listings: which items belong to one besides its own partition. It says what to read and
//! never what is there, so nothing in it can be outdated; at worst something is read that is of no use any more, or is read
//! later than the rest.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, RwLock},
};

use domain::ListingId;

use crate::Key;

/// How many listings are remembered. One has up to some hundred keys.
const MOST: usize = 200;

type Keys = Arc<BTreeSet<Key>>;

/// What a process remembers of listings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory(Arc<RwLock<HashMap<ListingId, Keys>>>);

impl Memory {
    /// The items that belonged to a listing when it was last read; none if it was not.
    pub(crate) fn keys_of(&self, listing: &ListingId) -> Keys {
        self.0.read().ok().and_then(|known| known.get(listing).cloned()).unwrap_or_default()
    }

    /// Remembers which items belong to a listing.
    pub(crate) fn keep(&self, listing: &ListingId, keys: BTreeSet<Key>) {
        let Ok(mut known) = self.0.write() else { return };
        if known.len() >= MOST && !known.contains_key(listing) {
            known.clear();
        }
        known.insert(listing.clone(), Arc::new(keys));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::ListingId;

    use super::{MOST, Memory};
    use crate::Key;

    #[test]
    fn so_many_listings_are_remembered_and_one_more_forgets_the_others() {
        let memory = Memory::default();
        let id = |n: usize| ListingId::parse(format!("listing-{n}")).expect("legal");
        let keys = |text: &str| BTreeSet::from([Key::new(text.to_owned(), "META")]);
        assert!(memory.keys_of(&id(0)).is_empty());
        (0..MOST).for_each(|n| memory.keep(&id(n), keys("first")));
        // What is known already takes no room.
        memory.keep(&id(0), keys("second"));
        assert_eq!(*memory.keys_of(&id(0)), keys("second"));
        assert!((1..MOST).all(|n| *memory.keys_of(&id(n)) == keys("first")));
        memory.keep(&id(MOST), keys("third"));
        assert_eq!(*memory.keys_of(&id(MOST)), keys("third"));
        assert!((0..MOST).all(|n| memory.keys_of(&id(n)).is_empty()));
    }
}
