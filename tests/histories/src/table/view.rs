//! One order of items: the table's own, or an index'. What was written shows in it after a while.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use serde_json::{Value, json};

use super::evaluate::{self, Item};

/// A sort key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Number(rust_decimal::Decimal),
    Text(String),
}

impl Sort {
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value["S"].as_str() {
            Some(text) => Some(Self::Text(text.to_owned())),
            None => evaluate::number(value).map(Self::Number),
        }
    }

    /// The key as the protocol writes it.
    pub(super) fn written(&self) -> Value {
        match self {
            Self::Text(text) => json!({ "S": text }),
            Self::Number(number) => json!({ "N": number.normalize().to_string() }),
        }
    }
}

/// The key of an item in the table: partition and sort key.
pub(super) type Primary = (String, String);

/// A place in a view: its own partition and sort key, and the item's.
pub(super) type Place = (String, Sort, Primary);

/// A change that does not show yet: when it does, the place that is left, and what stands where then.
type Coming = (u64, Option<Place>, Option<(Place, Arc<Item>)>);

/// A view: which attributes order it, which it copies, and what it shows.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) hash: String,
    pub(super) range: String,
    /// None where all are copied.
    copied: Option<Vec<String>>,
    shown: BTreeMap<Place, Arc<Item>>,
    /// Changes that do not show yet, with the time at which they do.
    coming: VecDeque<Coming>,
    /// Where each item will be when all has come.
    places: BTreeMap<Primary, Place>,
}

impl View {
    pub(super) fn new(hash: &str, range: &str, copied: Option<Vec<String>>) -> Self {
        let (hash, range) = (hash.to_owned(), range.to_owned());
        Self { hash, range, copied, shown: BTreeMap::new(), coming: VecDeque::new(), places: BTreeMap::new() }
    }

    /// Takes in an item as it is now, or that it is gone; shown from that time on, in the order of the writes.
    pub(super) fn write(&mut self, key: &Primary, item: Option<&Arc<Item>>, at: u64) {
        let place = item.and_then(|item| {
            let hash = item.get(&self.hash)?["S"].as_str()?.to_owned();
            Some((hash, Sort::of(item.get(&self.range)?)?, key.clone()))
        });
        let before = self.places.remove(key);
        if before.is_none() && place.is_none() {
            return;
        }
        if let Some(place) = &place {
            self.places.insert(key.clone(), place.clone());
        }
        let entry = place.zip(item).map(|(place, item)| (place, self.copy(item)));
        let at = self.coming.back().map_or(at, |(last, ..)| at.max(*last));
        self.coming.push_back((at, before, entry));
    }

    fn copy(&self, item: &Arc<Item>) -> Arc<Item> {
        match &self.copied {
            None => item.clone(),
            Some(names) => {
                let own = item.iter().filter(|(name, _)| names.contains(name));
                Arc::new(own.map(|(name, value)| (name.clone(), value.clone())).collect())
            }
        }
    }

    /// Shows what has come by now.
    pub(super) fn catch_up(&mut self, now: u64) {
        while self.coming.front().is_some_and(|(at, ..)| *at <= now) {
            let Some((_, before, entry)) = self.coming.pop_front() else { return };
            if let Some(before) = before {
                self.shown.remove(&before);
            }
            if let Some((place, item)) = entry {
                self.shown.insert(place, item);
            }
        }
    }

    /// What a partition shows, in order or backwards, beyond a place.
    pub(super) fn partition<'a>(
        &'a self,
        hash: &str,
        forward: bool,
        after: Option<&'a Place>,
    ) -> Box<dyn Iterator<Item = (&'a Place, &'a Arc<Item>)> + 'a> {
        let (hash, low) = (
            hash.to_owned(),
            (hash.to_owned(), Sort::Number(rust_decimal::Decimal::MIN), (String::new(), String::new())),
        );
        let of_hash = self.shown.range(low..).take_while(move |((found, ..), _)| *found == hash);
        let beyond = move |place: &Place| after.is_none_or(|after| if forward { place > after } else { place < after });
        if forward {
            return Box::new(of_hash.filter(move |(place, _)| beyond(place)));
        }
        let mut backwards: Vec<_> = of_hash.filter(move |(place, _)| beyond(place)).collect();
        backwards.reverse();
        Box::new(backwards.into_iter())
    }

    /// Where an item stands by its own attributes, to go on from there.
    pub(super) fn place_of(&self, start: &Item, key: Primary) -> Option<Place> {
        let hash = start.get(&self.hash)?["S"].as_str()?.to_owned();
        Some((hash, Sort::of(start.get(&self.range)?)?, key))
    }
}
