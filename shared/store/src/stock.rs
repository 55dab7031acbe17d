//! Drawing units from an offer's shards.

use std::collections::BTreeMap;

use domain::{
    ListingId, Offer, OfferId, Order,
    order::{Draw, MoveKind, StockMove},
};
use runtime::Chance;

use crate::{
    Item, Key, Shard, Store, StoreError,
    items::{self, stock},
    key,
    value::{Change, n},
    write::Write,
};

/// After so many plans that came to nothing, or lost to others, one read of all shards is cheaper than meeting them one by
/// one.
pub(crate) const GUESSES: usize = 3;

/// What an order needs of one offer's stock: all its lines of that offer together.
#[derive(Debug, Clone)]
pub(crate) struct Need {
    pub(crate) listing: ListingId,
    pub(crate) offer: OfferId,
    quantity: u32,
    /// How many shards the offer has.
    pub(crate) shards: u16,
    /// The version that the units must be sold under; None for late payments, whose price is agreed already.
    version: Option<u64>,
    /// What is known of each shard. A shard that was not read yet may hold any number.
    known: BTreeMap<u16, u32>,
    /// The shard to begin with, instead of the order's own.
    first: Option<u16>,
}

/// There are fewer units than asked for, by what is known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Short;

impl Need {
    fn new(listing: ListingId, offer: OfferId, quantity: u32, shards: u16, version: Option<u64>) -> Self {
        Self { listing, offer, quantity, shards: shards.max(1), version, known: BTreeMap::new(), first: None }
    }

    /// Plans where to take the units from: one shard if one has enough, else several.
    ///
    /// It starts at a shard that depends on the order, so that a crowd spreads over all of them.
    pub(crate) fn plan(&self, order: &str) -> Result<Vec<Draw>, Short> {
        let first = self.first.unwrap_or_else(|| key::pick(order, self.shards));
        let turn = || (0..self.shards).map(|i| (first + i) % self.shards);
        let enough = |shard: &u16| self.known.get(shard).is_none_or(|available| *available >= self.quantity);
        if let Some(shard) = turn().find(enough) {
            return Ok(vec![Draw { shard, quantity: self.quantity }]);
        }
        let mut left = self.quantity;
        let mut draws = Vec::new();
        // The fullest first, because each one more is one more item that others may be at.
        let mut all: Vec<_> = turn().map(|shard| (shard, self.known.get(&shard).copied().unwrap_or(0))).collect();
        all.sort_by_key(|(_, available)| std::cmp::Reverse(*available));
        for (shard, available) in all {
            let units = available.min(left);
            if units > 0 {
                draws.push(Draw { shard, quantity: units });
                left -= units;
            }
        }
        if left == 0 { Ok(draws) } else { Err(Short) }
    }

    /// Begins at any other shard, because others were at the one that was planned.
    pub(crate) fn move_on(&mut self, chance: &Chance) {
        let shard = chance.up_to(u64::from(self.shards - 1));
        self.first = Some(u16::try_from(shard).unwrap_or(0));
    }

    /// The write that draws units for this need.
    pub(crate) fn movement(&self, draw: &Draw, kind: MoveKind) -> Write {
        movement(&self.listing, &self.offer, draw.shard, draw.quantity, kind, self.version)
    }

    fn learn(&mut self, shard: u16, available: u32) {
        self.known.insert(shard, available);
    }

    fn keys(&self) -> Vec<Key> {
        (0..self.shards).map(|n| stock::key(&self.listing, &self.offer, n)).collect()
    }

    /// How many units there are, by what is known.
    pub(crate) fn left(&self) -> u32 {
        self.known.values().sum()
    }
}

/// A move of units, guarded so that no counter falls below zero. All counters of a shard change together, so their sum
/// stays its capacity.
fn movement(
    listing: &ListingId,
    offer: &OfferId,
    shard: u16,
    quantity: u32,
    kind: MoveKind,
    version: Option<u64>,
) -> Write {
    let (from, to) = match kind {
        MoveKind::Hold => ("available", "held"),
        MoveKind::Take => ("available", "sold"),
        MoveKind::Sell => ("held", "sold"),
        MoveKind::Release => ("held", "available"),
        MoveKind::Restock => ("sold", "available"),
    };
    let change =
        Change::default().add(from, -i64::from(quantity)).add(to, i64::from(quantity)).given(":least", n(quantity));
    let (change, condition) = match (from, version) {
        ("available", Some(version)) => (
            change.given(":version", n(version)).naming("offer_version"),
            "#available >= :least AND #offer_version = :version",
        ),
        ("available", None) => (change, "#available >= :least"),
        ("held", _) => (change, "#held >= :least"),
        _ => (change, "#sold >= :least"),
    };
    Write::Update { key: stock::key(listing, offer, shard), change, condition }
}

pub(crate) fn moves(moves: &[StockMove]) -> Vec<Write> {
    // One entry per shard and kind: DynamoDB refuses two writes of one item in a transaction. Two kinds never meet in
    // one decision.
    let mut merged: BTreeMap<(&ListingId, &OfferId, u16), (MoveKind, u32)> = BTreeMap::new();
    for m in moves {
        let entry = merged.entry((&m.listing, &m.offer, m.shard)).or_insert((m.kind, 0));
        debug_assert_eq!(entry.0, m.kind, "one decision moves a shard's units in one direction");
        entry.1 += m.quantity;
    }
    merged.into_iter().map(|((l, o, shard), (kind, quantity))| movement(l, o, shard, quantity, kind, None)).collect()
}

/// Shares the units drawn for a need out to the order's lines of that offer.
pub(crate) fn assign(order: &mut Order, need: &Need, mut draws: Vec<Draw>) {
    let lines = order.lines.iter_mut().filter(|line| line.listing == need.listing && line.offer == need.offer);
    for line in lines.filter(|line| !line.unlimited) {
        let mut left = line.quantity;
        line.draws.clear();
        for draw in &mut draws {
            let units = draw.quantity.min(left);
            if units > 0 {
                line.draws.push(Draw { shard: draw.shard, quantity: units });
                draw.quantity -= units;
                left -= units;
            }
        }
    }
}

/// What an order needs of stock, one entry for each offer with a limit. `offer` says shards and version.
pub(crate) fn needs(order: &Order, offer: impl Fn(&ListingId, &OfferId) -> Option<(u16, Option<u64>)>) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    for line in order.lines.iter().filter(|line| !line.unlimited) {
        match needs.iter_mut().find(|need| need.listing == line.listing && need.offer == line.offer) {
            Some(need) => need.quantity += line.quantity,
            None => {
                let (shards, version) = offer(&line.listing, &line.offer).unwrap_or((1, None));
                needs.push(Need::new(line.listing.clone(), line.offer.clone(), line.quantity, shards, version));
            }
        }
    }
    needs
}

/// Most stock shards that one order claims at once. A line of many units may need units of several shards.
const MAX_SHARD_WRITES: usize = 60;
/// Most stock shards, tickets and people who are sent one of one order together, each of which is one write when it is
/// settled: a transaction has 100 at most, and up to 28 of that which places a free order are its own: ten promo codes, nine
/// entries of further listings, and order, number, receipt, idempotency record, customer's list, open orders, the day's list,
/// search and notification. What only a few orders write beside these takes its place from them: see [`rare`].
const MAX_SHARDS_AND_TICKETS: usize = 72;

/// Whether so many shards are more than the transactions of this order can write: the one that places it, and later the
/// one that settles it, which writes a look-up item for each ticket, too, and a notification for each who is sent one.
pub(crate) fn too_spread(order: &Order, shards: usize) -> bool {
    let tickets = usize::try_from(order.ticket_quantity()).unwrap_or(usize::MAX);
    let people =
        order.lines.iter().flat_map(|line| &line.attendees).filter(|attendee| attendee.email.is_some()).count();
    shards > MAX_SHARD_WRITES
        || shards.saturating_add(tickets).saturating_add(people) > MAX_SHARDS_AND_TICKETS.saturating_sub(rare(order))
}

/// The writes of an order that most orders do not have: a use of its presale code for each offer, and its buyer's count of each
/// show.
fn rare(order: &Order) -> usize {
    let uses = order.presale.as_ref().map_or(0, |presale| presale.counted.len());
    uses + order.buyer_count.as_ref().map_or(0, |count| count.listings.len())
}

/// What a failed condition on a shard means.
pub(crate) enum ShardFailure {
    /// It has fewer units than planned; now it is known how many.
    Short,
    /// The offer has changed or is gone.
    Changed,
}

/// Learns from a failed condition what the shard looks like.
pub(crate) fn learn(need: &mut Need, shard: u16, old: Option<Item>) -> Result<ShardFailure, StoreError> {
    let Some(old) = old else { return Ok(ShardFailure::Changed) };
    let old: Shard = items::read(old)?;
    if need.version.is_some_and(|version| version != old.offer_version) {
        return Ok(ShardFailure::Changed);
    }
    need.learn(shard, old.available);
    Ok(ShardFailure::Short)
}

impl Store {
    /// Reads all shards of an offer, consistently.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn shards(&self, listing: &ListingId, offer: &OfferId, count: u16) -> Result<Vec<Shard>, StoreError> {
        let keys: Vec<_> = (0..count).map(|n| stock::key(listing, offer, n)).collect();
        let mut shards = Vec::with_capacity(keys.len());
        for item in self.batch_get("read stock", &keys).await? {
            shards.push(items::read::<Shard>(item)?);
        }
        shards.sort_by_key(|shard| shard.shard);
        Ok(shards)
    }

    /// The stock of several offers, in no order.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn shards_of(&self, offers: &[Offer]) -> Result<Vec<Shard>, StoreError> {
        let keys = offers.iter().flat_map(|offer| (0..offer.shards).map(|n| stock::key(&offer.listing, &offer.id, n)));
        let found = self.batch_get_all("read stock", &keys.collect::<Vec<_>>()).await?;
        found.into_iter().map(items::read).collect()
    }

    /// Reads every shard of a need. True if together they have enough.
    pub(crate) async fn read_shards(&self, need: &mut Need) -> Result<bool, StoreError> {
        need.known.clear();
        for item in self.batch_get("read stock", &need.keys()).await? {
            let shard: Shard = items::read(item)?;
            need.learn(shard.shard, shard.available);
        }
        for shard in 0..need.shards {
            need.known.entry(shard).or_insert(0);
        }
        Ok(need.left() >= need.quantity)
    }
}

#[cfg(test)]
mod tests;
