//! What an overview shows of a listing that is for sale: its dates and place, the span of its prices, and whether anything is
//! left. All of an organization's lie in one partition, so an overview is one query. It follows from the listing, its offers
//! and their stock, is written anew after each change of them by sellers, and is looked over when buyers see more than it
//! says; so it may be seconds old. Nothing is decided by it.

use domain::{Currency, Kind, Listing, ListingId, Minor, Offer, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "sale";

/// What an overview shows of a listing that is for sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Its id, unique over all sellers.
    pub listing: ListingId,
    /// The seller, whose overview it stands in.
    pub organization: OrganizationId,
    /// What it sells.
    pub kind: Kind,
    /// One line, as the seller wrote it.
    pub title: String,
    /// The currency of its prices.
    pub currency: Currency,
    /// When it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// When it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// In one line, as the seller wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// The IANA name of the time zone there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// An `https` address of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// The lowest price of its offers that were not over when it was written; none without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest: Option<Minor>,
    /// The highest price of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub highest: Option<Minor>,
    /// Whether anything of it could be bought, now or once its sale opens.
    pub left: bool,
    /// The moment of the read that `left` comes from.
    pub seen_at: Timestamp,
    /// Grows by one with each change.
    pub version: u64,
}

impl Sale {
    /// Of a listing, with its offers that are not deleted and what is left of each; none is unlimited.
    pub(crate) fn of<'a>(
        listing: &Listing,
        offers: impl IntoIterator<Item = (&'a Offer, Option<u32>)>,
        now: Timestamp,
        version: u64,
    ) -> Self {
        let open: Vec<_> = offers.into_iter().filter(|(offer, _)| is_open(listing, offer, now)).collect();
        let prices = || open.iter().map(|(offer, _)| offer.price);
        Self {
            listing: listing.id.clone(),
            organization: listing.organization.clone(),
            kind: listing.kind,
            title: listing.title.clone(),
            currency: listing.currency,
            starts_at: listing.starts_at,
            ends_at: listing.ends_at,
            venue: listing.venue.clone(),
            timezone: listing.timezone.clone(),
            logo_url: listing.logo_url.clone(),
            lowest: prices().min(),
            highest: prices().max(),
            left: open.iter().any(|(_, left)| *left != Some(0)),
            seen_at: now,
            version,
        }
    }

    /// The same after one of the listing's offers changed from `before` to `after`, of which so many are left; none is
    /// unlimited. None where that cannot be said without the other offers.
    pub(crate) fn with(
        &self,
        listing: &Listing,
        before: Option<&Offer>,
        (after, left): (&Offer, Option<u32>),
        now: Timestamp,
    ) -> Option<Self> {
        let at_an_end = |offer: &Offer| [self.lowest, self.highest].contains(&Some(offer.price));
        let moved = before.is_some_and(|before| before.price != after.price && at_an_end(before));
        let sells_out = left == Some(0) && self.left;
        if moved || sells_out || after.deleted || !is_open(listing, after, now) {
            return None;
        }
        let lowest = self.lowest.map_or(after.price, |lowest| lowest.min(after.price));
        let highest = self.highest.map_or(after.price, |highest| highest.max(after.price));
        Some(Self {
            lowest: Some(lowest),
            highest: Some(highest),
            left: self.left || left != Some(0),
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// Whether both show the same, whenever that was seen.
    pub(crate) fn shows(&self, other: &Self) -> bool {
        let Self { seen_at, version, .. } = other.clone();
        *other == Self { seen_at, version, ..self.clone() }
    }
}

/// Whether an offer can be bought, or will be.
fn is_open(listing: &Listing, offer: &Offer, now: Timestamp) -> bool {
    [offer.sold_until(listing), offer.closes_at].into_iter().flatten().all(|ends_at| now < ends_at)
}

/// The partition of an organization's sales.
pub(crate) fn partition(organization: &OrganizationId) -> String {
    format!("SALE#{organization}")
}

pub(crate) fn key(organization: &OrganizationId, listing: &ListingId) -> Key {
    Key::new(partition(organization), listing.as_str())
}

pub(crate) fn item(sale: &Sale) -> Result<Item, StoreError> {
    codec::write(&key(&sale.organization, &sale.listing), ENTITY, sale)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let sale =
        Sale::of(&super::examples::listing(), [(&super::examples::offer(), Some(80))], super::examples::now(), 4);
    super::described::Described {
        entity: ENTITY,
        source: include_str!("sale.rs"),
        pk: "SALE#{organization}",
        sk: "{listing}",
        attributes: &[
            ("listing", "the listing"),
            ("organization", "its organization"),
            ("kind", "`show`, `product`, `expert` or `package`"),
            ("title", "its title for people"),
            ("currency", "the currency of its prices"),
            ("starts_at", "when it begins; may be missing"),
            ("ends_at", "when it is over; may be missing"),
            ("venue", "where it is; may be missing"),
            ("timezone", "the IANA name of the time zone there; may be missing"),
            ("logo_url?", "an https address of its picture"),
            ("lowest", "the lowest price of what was not over, in minor units; missing without any"),
            ("highest", "the highest price of it; missing without any"),
            ("left", "whether anything of it could be bought"),
            ("seen_at", "when that was seen"),
            ("version", "grows by one with each change; a change is conditional on it"),
        ],
        indexes: &[],
        ttl: None,
        example: item(&sale).expect("an item"),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Minor, Offer};

    use super::Sale;
    use crate::items::examples;

    fn offer(price: i64) -> Offer {
        Offer { price: Minor(price), ..examples::offer() }
    }

    fn sale(offers: &[(Offer, Option<u32>)]) -> Sale {
        let offers = offers.iter().map(|(offer, left)| (offer, *left));
        Sale::of(&examples::listing(), offers, examples::now(), 1)
    }

    #[test]
    fn what_is_over_or_closed_counts_for_nothing() {
        let over = Offer { ends_at: Some(examples::now()), ..offer(100) };
        let closed = Offer { closes_at: Some(examples::now()), ..offer(9_000) };
        let both = sale(&[(over, Some(5)), (closed, None), (offer(2_000), Some(0))]);
        assert_eq!((both.lowest, both.highest, both.left), (Some(Minor(2_000)), Some(Minor(2_000)), false));
        let none = sale(&[]);
        assert_eq!((none.lowest, none.highest, none.left), (None, None, false));
    }

    #[test]
    fn a_change_of_one_offer_comes_to_what_all_of_them_show_or_to_nothing() {
        let listing = examples::listing();
        let others = [(offer(2_000), Some(0)), (offer(3_000), Some(1)), (offer(5_000), None)];
        let beside = |own: Option<(&Offer, Option<u32>)>| {
            let own = own.map(|(offer, left)| (offer.clone(), left));
            sale(&others.iter().cloned().chain(own).collect::<Vec<_>>())
        };
        let mut known = 0;
        for (before, left_before) in [(None, None), (Some(offer(2_000)), Some(3)), (Some(offer(4_000)), Some(0))] {
            for (price, left) in [(1_000, Some(0)), (2_000, Some(2)), (4_500, None), (9_000, Some(1))] {
                let after = offer(price);
                let sale = beside(before.as_ref().map(|before| (before, left_before)));
                if let Some(next) = sale.with(&listing, before.as_ref(), (&after, left), examples::now()) {
                    assert!(next.shows(&beside(Some((&after, left)))), "{before:?} {after:?}");
                    assert_eq!(next.version, 2);
                    known += 1;
                }
            }
        }
        assert_eq!(known, 7);
        let deleted = Offer { deleted: true, ..offer(2_500) };
        let next = sale(&others).with(&listing, Some(&offer(2_500)), (&deleted, None), examples::now());
        assert!(next.is_none());
    }
}
