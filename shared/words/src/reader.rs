//! Who reads: in which language, and by which clock.

use domain::{Listing, Order, Organization};

use crate::language::Language;

/// The language where neither buyer nor seller has named one that is spoken here.
const LOCALE: &str = "en";

/// A reader of a mail or a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentReader<'a> {
    /// The locale, as `de-CH`, which decides language, separators of numbers, and order of dates.
    pub locale: &'a str,
    /// The name of the time zone in which times are told that have none of their own.
    pub time_zone: Option<&'a str>,
}

impl<'a> DocumentReader<'a> {
    /// The buyer of an order: the own locale, else the listing's, else the seller's, each if it is spoken here; and the zone
    /// of the listing, else the seller's.
    #[must_use]
    pub fn buyer_of(order: &'a Order, listings: &'a [Listing], seller: Option<&'a Organization>) -> Self {
        let listing = first(order, listings);
        let own = order.buyer.locale.as_deref().filter(|tag| Language::from_tag(tag).is_some());
        let zone = listing.and_then(|listing| listing.timezone.as_deref());
        Self {
            locale: own.unwrap_or_else(|| seller_locale(order, listings, seller)),
            time_zone: zone.or_else(|| seller.and_then(|seller| seller.profile.time_zone.as_deref())),
        }
    }

    /// By the locale's first part; English where that is none of the six.
    #[must_use]
    pub fn language(&self) -> Language {
        Language::from_tag(self.locale).unwrap_or_default()
    }
}

fn first<'a>(order: &Order, listings: &'a [Listing]) -> Option<&'a Listing> {
    let line = order.lines.first()?;
    listings.iter().find(|listing| listing.id == line.listing)
}

/// The locale of an order's first listing, else of its seller, each if it is spoken here.
#[must_use]
pub fn seller_locale<'a>(order: &Order, listings: &'a [Listing], seller: Option<&'a Organization>) -> &'a str {
    let spoken = |tag: &&str| Language::from_tag(tag).is_some();
    let listing = first(order, listings).and_then(|listing| listing.locale.as_deref());
    let seller = seller.and_then(|seller| seller.profile.locale.as_deref());
    listing.filter(spoken).or(seller.filter(spoken)).unwrap_or(LOCALE)
}
