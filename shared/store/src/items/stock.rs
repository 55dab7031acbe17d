//! One stock shard of an offer. It has a partition of its own, because a partition takes 1,000 write units a second, and
//! `available + held + sold` is always its `capacity`.

use domain::{ListingId, OfferId};
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "stock";

/// Units of an offer's stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// The listing of its offer.
    pub listing: ListingId,
    /// Its id, unique within the listing.
    pub offer: OfferId,
    /// Its number within the offer, from 0.
    pub shard: u16,
    /// Units to sell in all.
    pub capacity: u32,
    /// Units that can be bought.
    pub available: u32,
    /// Units of orders that are not paid yet.
    pub held: u32,
    /// Units of paid orders.
    pub sold: u32,
    /// The version of the offer that these units are sold under.
    pub offer_version: u64,
}

pub(crate) fn key(listing: &ListingId, offer: &OfferId, n: u16) -> Key {
    Key::new(format!("STOCK#{listing}#{offer}#{n}"), "SHARD")
}

pub(crate) fn item(shard: &Shard) -> Result<Item, StoreError> {
    codec::write(&key(&shard.listing, &shard.offer, shard.shard), ENTITY, shard)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let offer = super::examples::offer();
    let shard = Shard {
        listing: offer.listing,
        offer: offer.id,
        shard: 3,
        capacity: 20,
        available: 15,
        held: 2,
        sold: 3,
        offer_version: offer.version,
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("stock.rs"),
        pk: "STOCK#{listing}#{offer}#{shard}",
        sk: "SHARD",
        attributes: &[
            ("listing", "the listing of its offer"),
            ("offer", "its offer"),
            ("shard", "its number within the offer, from 0"),
            ("capacity", "units to sell in all"),
            ("available", "units that can be bought"),
            ("held", "units of orders that are not paid yet"),
            ("sold", "units of paid orders"),
            ("offer_version", "the version of the offer that these units are sold under"),
        ],
        indexes: &[],
        ttl: None,
        example: item(&shard).expect("an item"),
    }
}
