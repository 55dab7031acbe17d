//! An offer: one thing with one price in a listing. A deleted one stays, so that its orders can still be read.

use domain::{ListingId, Offer, OfferId};

use super::codec;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "offer";

pub(crate) fn key(listing: &ListingId, id: &OfferId) -> Key {
    Key::new(format!("LISTING#{listing}"), format!("OFFER#{id}"))
}

pub(crate) fn item(offer: &Offer) -> Result<Item, StoreError> {
    codec::write(&key(&offer.listing, &offer.id), ENTITY, offer)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("offer.rs"),
        pk: "LISTING#{listing}",
        sk: "OFFER#{offer}",
        attributes: &[
            ("id", "its id, unique in its listing"),
            ("listing", "its listing"),
            ("name", "its name for people"),
            ("price", "the price of one, in minor units"),
            ("capacity", "how many there are to sell in all; null is unlimited"),
            ("shards", "how many stock shards it has; 0 where it is unlimited"),
            ("donation", "whether buyers may give more than the price"),
            ("vip", "whether its tickets carry the VIP mark"),
            ("hours", "the hours that one credits, as text, or null"),
            ("starts_at", "when it begins, where that is not the listing's time, or null"),
            ("ends_at", "when it is over, where that is not the listing's time, or null"),
            ("expert", "its expert's subject, where that is not the listing's, or null"),
            ("attendees?", "whether its tickets name who comes, if they may or must"),
            ("min_per_order?", "the fewest of it that one order may have"),
            ("max_per_order?", "the most of it that one order may have"),
            ("opens_at?", "from when on it can be bought"),
            ("closes_at?", "from when on it can be bought no longer"),
            ("presale?", "whether holders of its presale codes buy it before others (`early`), or they alone (`only`)"),
            ("deleted", "whether it was taken from sale for good"),
            (
                "version",
                "grows by one with each change of the offer or its listing; placing an order is conditional on it",
            ),
        ],
        indexes: &[],
        ttl: None,
        example: item(&super::examples::offer()).expect("an item"),
    }
}
