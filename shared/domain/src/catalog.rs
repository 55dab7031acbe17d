//! What is for sale: organizations, listings, offers.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    Currency, DeliveryMode, ListingId, Minor, OfferId, OrganizationId, PresaleMode, Refusal, TaxTerms, Transferable,
    organization::{Contact, Profile},
};

/// Most tickets that any organization may allow in one order. Each ticket and each stock shard of an order is
/// one write, and all of them happen at once or not at all, at most 100 together with a handful more.
pub const MAX_TICKETS: u32 = 30;
/// Most lines of an order, for the same reason.
pub const MAX_LINES: usize = 10;
/// Most units of one line that are no tickets.
pub const MAX_UNITS: u32 = 1_000;
/// Most stock shards of an offer.
pub const MAX_SHARDS: u16 = 20;
/// Units that one shard carries before another one pays off. A shard is written by one order at a time, for some 7 to
/// 18 ms, and refuses the others. A crowd that comes for all units at once then meets a shard for a third of a
/// second.
pub const UNITS_PER_SHARD: u32 = 20;
/// Below so many units an offer has one shard: the crowd that comes for them is soon served.
pub const FIRST_SHARDED: u32 = 50;

/// The seller, and the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its name in ids and paths.
    pub id: OrganizationId,
    /// Its name for people.
    pub name: String,
    /// What it sells in. Fixed once set, because every stored amount is in it.
    pub currency: Currency,
    /// Where its money goes at Stripe. None sells free things only.
    pub stripe_account: Option<String>,
    /// The platform's fee for each paid ticket.
    pub platform_fee_per_ticket: Minor,
    /// The card processing fee's share, as `0.029`.
    pub processing_percent: Decimal,
    /// The card processing fee's fixed part.
    pub processing_fixed: Minor,
    /// Most tickets of one order, at most [`MAX_TICKETS`]. Of other things a line has at most [`MAX_UNITS`].
    pub max_tickets_per_order: u32,
    /// Most that one order may cost.
    pub max_order_amount: Minor,
    /// Most that a buyer may give for one ticket.
    pub max_donation_per_ticket: Minor,
    /// What a canceled booking gives back, by hours before its start.
    pub cancellation: Vec<CancellationTier>,
    /// Web origins that success and cancel pages may lie in, beside our own.
    pub allowed_origins: Vec<String>,
    /// What receipts and mails say of the organization besides its name.
    #[serde(default)]
    pub profile: Profile,
    /// How Stripe calculates tax on its sales.
    #[serde(default)]
    pub tax: TaxTerms,
    /// How its listings may be paid, where a listing does not say otherwise: on Stripe's page, or with a payment
    /// intent.
    #[serde(default = "all_modes")]
    pub payment_modes: Vec<PaymentMode>,
    /// Counts up by one with each change, from 1.
    pub version: u64,
}

/// Both ways to pay, which is what an organization takes unless it says otherwise.
#[must_use]
pub fn all_modes() -> Vec<PaymentMode> {
    vec![PaymentMode::Hosted, PaymentMode::Intent]
}

/// From so many hours before the start on, so much is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancellationTier {
    /// Hours before the start, the boundary included.
    pub from_hours_before: u32,
    /// Percent of what was paid, 0 to 100.
    pub percent: u8,
}

/// What a listing sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Tickets to a show.
    Show,
    /// Stock of a product.
    Product,
    /// An expert's time slots.
    Expert,
    /// Prepaid hours.
    Package,
}

impl Kind {
    /// The word for a sentence.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Product => "product",
            Self::Expert => "expert",
            Self::Package => "package",
        }
    }
}

/// What a buyer chooses from: a show, a product, an expert or a family of packages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Its name, unique over all organizations.
    pub id: ListingId,
    /// Whose it is. Never changes.
    pub organization: OrganizationId,
    /// What it sells. Never changes.
    pub kind: Kind,
    /// Its title for people.
    pub title: String,
    /// Free text for people.
    pub description: String,
    /// What its prices are in: its organization's currency.
    pub currency: Currency,
    /// Whether it is on sale.
    pub published: bool,
    /// When it begins.
    pub starts_at: Option<Timestamp>,
    /// When the doors of a show open; check-in is open from some hours before.
    pub doors_at: Option<Timestamp>,
    /// When it is over and nothing is sold any more.
    pub ends_at: Option<Timestamp>,
    /// Where a show takes place, as people write it.
    pub venue: Option<String>,
    /// The IANA name of the time zone there, in which tickets show its times.
    #[serde(default)]
    pub timezone: Option<String>,
    /// How buyers reach those who run it, where that is not how they reach its organization.
    #[serde(default, skip_serializing_if = "Contact::is_empty")]
    pub contact: Contact,
    /// An `https` address of its picture, where that is not its organization's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// The language of its mails, where that is not its organization's: a tag of BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The expert whose slots these are.
    pub expert: Option<String>,
    /// How it may be paid, where that is not what its organization says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_modes: Option<Vec<PaymentMode>>,
    /// How buyers get what it sells.
    #[serde(default, skip_serializing_if = "DeliveryMode::is_none")]
    pub delivery: DeliveryMode,
    /// When it was canceled. Then nothing is sold any more and all orders are refunded.
    pub canceled_at: Option<Timestamp>,
    /// Why it was canceled, as its buyers read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
    /// Until when buyers may ask for all of their money after it was moved, where its seller says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_until: Option<Timestamp>,
    /// Until when buyers may change who comes with a ticket, where that is not until its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendees_until: Option<Timestamp>,
    /// Whether buyers may hand their tickets over to other people.
    #[serde(default, skip_serializing_if = "Transferable::is_off")]
    pub transferable: Transferable,
    /// Most tickets of the show that one buyer may have, over all orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tickets_per_buyer: Option<u32>,
    /// Counts up by one with each change, from 1.
    pub version: u64,
}

/// How an order is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMode {
    /// On Stripe's own page.
    Hosted,
    /// On the seller's page, with a payment intent.
    Intent,
    /// Not at all: nothing is due.
    Free,
}

impl PaymentMode {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hosted => "hosted",
            Self::Intent => "intent",
            Self::Free => "free",
        }
    }
}

impl Listing {
    /// When this is over: its end, or without one its start.
    #[must_use]
    pub fn over_at(&self) -> Option<Timestamp> {
        self.ends_at.or(self.starts_at)
    }

    /// Whether buyers find it among what is for sale.
    #[must_use]
    pub fn is_for_sale(&self) -> bool {
        self.published && self.canceled_at.is_none()
    }

    /// Until when buyers may change who comes with a ticket: until it begins, unless its seller says otherwise.
    #[must_use]
    pub fn names_until(&self) -> Option<Timestamp> {
        self.attendees_until.or(self.starts_at)
    }

    /// How this may be paid: as it says itself, else as its organization does.
    #[must_use]
    pub fn takes<'a>(&'a self, organization: &'a Organization) -> &'a [PaymentMode] {
        self.payment_modes.as_deref().unwrap_or(&organization.payment_modes)
    }
}

/// One thing with one price inside a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its name, unique within its listing.
    pub id: OfferId,
    /// The listing it belongs to.
    pub listing: ListingId,
    /// Its name for people; buyers may order by it, in any case.
    pub name: String,
    /// The price of one, in the listing's currency.
    pub price: Minor,
    /// How many there are to sell in all. None is unlimited.
    pub capacity: Option<u32>,
    /// How many shards its stock has; 0 for an unlimited offer.
    pub shards: u16,
    /// Whether buyers may give more than the price.
    pub donation: bool,
    /// Whether its tickets carry the VIP mark.
    pub vip: bool,
    /// The hours that one unit of a package credits, above zero.
    pub hours: Option<Decimal>,
    /// When it begins, where that is not the listing's time.
    pub starts_at: Option<Timestamp>,
    /// When it is over, where that is not the listing's time.
    pub ends_at: Option<Timestamp>,
    /// The expert, where that is not the listing's.
    pub expert: Option<String>,
    /// Whether its tickets name who comes.
    #[serde(default, skip_serializing_if = "Attendees::is_none")]
    pub attendees: Attendees,
    /// The fewest of it that one order may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_per_order: Option<u32>,
    /// The most of it that one order may have, where that is less than its organization allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_per_order: Option<u32>,
    /// The first moment at which it can be bought; none if it always can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Timestamp>,
    /// The first moment at which it can be bought no longer; none if that is when it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Timestamp>,
    /// Whether holders of its presale codes buy it before others do, or they alone.
    #[serde(default, skip_serializing_if = "PresaleMode::is_none")]
    pub presale: PresaleMode,
    /// Taken from sale for good.
    pub deleted: bool,
    /// Grows with each change of the offer or its listing. Every stock shard carries it too, and placing an order is
    /// conditional on it, so that no order slips in at an old price or after the sale has closed.
    pub version: u64,
}

/// Whether the tickets of an offer name who comes with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attendees {
    /// They do not.
    #[default]
    None,
    /// As many of them as the buyer likes.
    Optional,
    /// All of them.
    Required,
}

impl Attendees {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Optional => "optional",
            Self::Required => "required",
        }
    }

    fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Whether so many may be named for so many tickets.
    ///
    /// # Errors
    /// `invalid_request` that names `field`.
    pub fn check(self, field: &str, named: usize, tickets: u32) -> Result<(), Refusal> {
        let tickets = tickets as usize;
        match self {
            Self::None if named > 0 => Err(Refusal::field(field, "These tickets name no one")),
            Self::Required if named != tickets => {
                Err(Refusal::field(field, format!("Each of the {tickets} tickets must name who comes")))
            }
            _ if named > tickets => Err(Refusal::field(field, format!("There are only {tickets} tickets"))),
            _ => Ok(()),
        }
    }
}

impl Offer {
    /// From when on it can be bought no longer because what it sells is over, if that is said.
    #[must_use]
    pub fn sold_until(&self, listing: &Listing) -> Option<Timestamp> {
        match listing.kind {
            // A slot is over for buyers as soon as it has begun.
            Kind::Expert => self.starts_at.or(listing.starts_at),
            _ => self.over_at(listing),
        }
    }

    /// When what this offer of a listing is for is over.
    #[must_use]
    pub fn over_at(&self, listing: &Listing) -> Option<Timestamp> {
        self.ends_at.or(self.starts_at).or_else(|| listing.over_at())
    }

    /// How many shards a new offer of this capacity gets, unless its seller says otherwise.
    #[must_use]
    pub fn default_shards(capacity: u32) -> u16 {
        if capacity < FIRST_SHARDED {
            return 1;
        }
        u16::try_from(capacity.div_ceil(UNITS_PER_SHARD)).unwrap_or(MAX_SHARDS).min(MAX_SHARDS)
    }

    /// Splits a capacity over `shards` as evenly as whole units go, the first ones taking one more.
    #[must_use]
    pub fn split(capacity: u32, shards: u16) -> Vec<u32> {
        let n = u32::from(shards.max(1));
        (0..n).map(|i| capacity / n + u32::from(i < capacity % n)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Offer;

    #[test]
    fn shards_follow_capacity() {
        assert_eq!(Offer::default_shards(0), 1);
        assert_eq!(Offer::default_shards(49), 1);
        assert_eq!(Offer::default_shards(50), 3);
        assert_eq!(Offer::default_shards(100), 5);
        assert_eq!(Offer::default_shards(400), 20);
        assert_eq!(Offer::default_shards(u32::MAX), 20);
    }

    proptest! {
        #[test]
        fn a_split_loses_nothing_and_is_even(capacity in 0_u32..1_000_000, shards in 1_u16..=20) {
            let parts = Offer::split(capacity, shards);
            prop_assert_eq!(parts.len(), usize::from(shards));
            prop_assert_eq!(parts.iter().sum::<u32>(), capacity);
            let (least, most) = (parts.iter().min().expect("some"), parts.iter().max().expect("some"));
            prop_assert!(most - least <= 1);
        }
    }
}
