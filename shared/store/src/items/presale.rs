//! A presale code of an offer. Its uses are counted in it, where it has a limit. The codes of an offer have a partition of their
//! own: there may be one for each member of a club, and no one who reads the listing reads them.

use domain::{ListingId, OfferId, Presale, PresaleCode};

use crate::{
    Key,
    value::{Change, n, s},
};

pub(crate) const ENTITY: &str = "presale";

/// What the sort keys of an offer's codes begin with.
pub(crate) const PREFIX: &str = "CODE#";

pub(crate) fn key(listing: &ListingId, offer: &OfferId, code: &PresaleCode) -> Key {
    Key::new(partition(listing, offer), format!("{PREFIX}{code}"))
}

/// The partition of all codes of an offer.
pub(crate) fn partition(listing: &ListingId, offer: &OfferId) -> String {
    format!("PRESALE#{listing}#{offer}")
}

/// Writes the code as it shall be. The uses so far stay counted.
pub(crate) fn change(presale: &Presale) -> Change {
    Change::default()
        .set("entity", s(ENTITY))
        .set("code", s(presale.code.as_str()))
        .set("listing", s(presale.listing.as_str()))
        .set("offer", s(presale.offer.as_str()))
        .set_or_remove("max_uses", presale.max_uses.map(n))
        .set_or_remove("valid_until", presale.valid_until.map(|time| s(time.to_string())))
        .set_once("uses", Some(n(0)))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let presale = super::examples::presale();
    super::described::Described {
        entity: ENTITY,
        source: include_str!("presale.rs"),
        pk: "PRESALE#{listing}#{offer}",
        sk: "CODE#{code}",
        attributes: &[
            ("code", "the code, in one plain form"),
            ("listing", "the listing of its offer"),
            ("offer", "the offer that it opens"),
            ("max_uses", "how many orders may use it; missing where there is no limit"),
            ("valid_until", "until when it is valid; missing where there is no end"),
            ("uses", "how many orders use it; placing an order with it is conditional on it"),
        ],
        indexes: &[],
        ttl: None,
        example: change(&presale).applied(&key(&presale.listing, &presale.offer, &presale.code)),
    }
}
