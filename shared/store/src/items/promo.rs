//! A promo code of a listing. Its uses are counted in it, where it has a limit.

use domain::{ListingId, Promo, PromoCode};
use jiff::Timestamp;

use crate::{
    Key, StoreError,
    value::{Change, n, of, s},
};

pub(crate) const ENTITY: &str = "promo";

/// What the sort keys of a listing's codes begin with.
pub(crate) const PREFIX: &str = "PROMO#";

pub(crate) fn key(listing: &ListingId, code: &PromoCode) -> Key {
    Key::new(format!("LISTING#{listing}"), format!("{PREFIX}{code}"))
}

/// Writes the code as it shall be. The uses so far stay counted.
pub(crate) fn change(promo: &Promo) -> Result<Change, StoreError> {
    let optional = |time: Option<Timestamp>| time.map(|time| s(time.to_string()));
    Ok(Change::default()
        .set("entity", s(ENTITY))
        .set("code", s(promo.code.as_str()))
        .set("listing", s(promo.listing.as_str()))
        .set("percent_off", of(promo.percent_off)?)
        .set_or_remove("max_uses", promo.max_uses.map(n))
        .set_or_remove("valid_from", optional(promo.valid_from))
        .set_or_remove("valid_until", optional(promo.valid_until))
        .set_once("uses", Some(n(0))))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let promo = super::examples::promo();
    super::described::Described {
        entity: ENTITY,
        source: include_str!("promo.rs"),
        pk: "LISTING#{listing}",
        sk: "PROMO#{code}",
        attributes: &[
            ("code", "the code, in one plain form"),
            ("listing", "the listing whose offers it makes cheaper"),
            ("percent_off", "the share taken off, as text, 0 to 1"),
            ("max_uses", "how many orders may use it; missing where there is no limit"),
            ("valid_from?", "from when it is valid"),
            ("valid_until", "until when it is valid; missing where there is no end"),
            ("uses", "how many orders use it; placing an order is conditional on it"),
        ],
        indexes: &[],
        ttl: None,
        example: change(&promo).expect("a change").applied(&key(&promo.listing, &promo.code)),
    }
}
