//! Objects by id and in the order of their creation.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An object that a [`Table`] keeps.
pub(crate) trait Stored {
    /// As `pi_` and 24 letters; unique in its table.
    fn id(&self) -> &str;
    /// When it was made, in seconds since 1970.
    fn created(&self) -> i64;
}

/// All objects of one kind.
#[derive(Debug)]
pub(crate) struct Table<T> {
    items: HashMap<String, (u64, T)>,
    order: BTreeMap<u64, String>,
    next: u64,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { items: HashMap::new(), order: BTreeMap::new(), next: 0 }
    }
}

impl<T: Stored> Table<T> {
    /// Adds an object, as the newest.
    pub(crate) fn insert(&mut self, item: T) {
        let id = item.id().to_owned();
        self.order.insert(self.next, id.clone());
        self.items.insert(id, (self.next, item));
        self.next += 1;
    }

    /// The object of an id.
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.items.get(id).map(|(_, item)| item)
    }

    /// The object of an id, to be changed.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.items.get_mut(id).map(|(_, item)| item)
    }

    /// Takes out the object of an id, and says whether there was one.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let place = self.items.remove(id).map(|(place, _)| place);
        place.is_some_and(|place| self.order.remove(&place).is_some())
    }

    /// Where in the order of creation an object stands.
    pub(crate) fn place(&self, id: &str) -> Option<u64> {
        self.items.get(id).map(|(place, _)| *place)
    }

    /// All objects in the order of creation, with their places.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> {
        self.order.iter().filter_map(|(place, id)| Some((*place, self.get(id)?)))
    }

    /// The objects made before `place`, newest first.
    pub(crate) fn older(&self, place: u64) -> impl Iterator<Item = &T> {
        self.order.range(..place).rev().filter_map(|(_, id)| self.get(id))
    }

    /// The objects made after `place`, oldest first.
    pub(crate) fn newer(&self, place: u64) -> impl Iterator<Item = &T> {
        self.order.range(place.saturating_add(1)..).filter_map(|(_, id)| self.get(id))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The oldest object.
    pub(crate) fn oldest(&self) -> Option<&T> {
        self.order.first_key_value().and_then(|(_, id)| self.get(id))
    }

    /// Takes out the oldest object.
    pub(crate) fn drop_oldest(&mut self) {
        if let Some((_, id)) = self.order.pop_first() {
            self.items.remove(&id);
        }
    }
}

impl<T: Stored + Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|(_, item)| item))
    }
}

impl<'de, T: Stored + Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table = Self::default();
        for item in Vec::<T>::deserialize(deserializer)? {
            table.insert(item);
        }
        Ok(table)
    }
}
