//! The orders of the model, placed as the engine places them.

use domain::{
    Buyer, Currency, Kind as ListingKind, Listing, ListingId, Minor, Offer, OfferId, OrderId, Organization,
    OrganizationId, TaxBehavior, TaxLiability, TaxTerms,
    catalog::all_modes,
    order::{Confirmer, Draw, Order, Placing},
    organization::Profile,
    pricing::{RequestedLine, price},
};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

/// What is sold, and how it is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A ticket, paid on Stripe's page.
    Ticket,
    /// A product, paid with an intent that the buyer's browser confirms.
    Product,
    /// An expert's slot, whose money is authorized first.
    Slot,
}

/// When all is placed.
pub(crate) fn start() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(500_000)
}

/// An order of the one unit, as it is placed at `now`: pending, and holding it.
pub(crate) fn order(kind: Kind, n: usize, now: Timestamp) -> Order {
    let id = |text: String| OrderId::parse(text).unwrap_or_else(|_| unreachable!("a legal id"));
    let organization = organization();
    let listing = listing(kind, &organization);
    let offer = offer(kind, &listing);
    let lines =
        [RequestedLine { index: 0, listing: &listing, offer: &offer, quantity: 1, donation: None, presale: None }];
    let quote =
        price(&organization, &lines, None, &[], Minor(1), now).unwrap_or_else(|refusal| unreachable!("{refusal:?}"));
    let placing = Placing {
        id: id(format!("ord_{n}")),
        seed: "00".repeat(32),
        organization: &organization,
        buyer: Buyer {
            name: "Ada".to_owned(),
            email: "ada@example.com".to_owned(),
            phone: None,
            company: None,
            locale: None,
            time_zone: None,
            customer: None,
        },
        requested_lines: &lines,
        quote,
        intent: (kind != Kind::Ticket).then_some(Confirmer::Client),
        success_url: None,
        cancel_url: None,
    };
    let mut order = placing.order(now);
    // How a payment is shared is another machine: without a seller there is nothing to share.
    order.destination = None;
    // The store draws the unit in the placing transaction.
    order.lines[0].draws = vec![Draw { shard: 0, quantity: 1 }];
    order
}

fn organization() -> Organization {
    Organization {
        id: OrganizationId::parse("acme").unwrap_or_else(|_| unreachable!("a legal id")),
        name: "Acme".to_owned(),
        currency: Currency::USD,
        stripe_account: Some("acct_1".to_owned()),
        platform_fee_per_ticket: Minor::ZERO,
        processing_percent: Decimal::ZERO,
        processing_fixed: Minor::ZERO,
        max_tickets_per_order: 10,
        max_order_amount: Minor(1_000_000),
        max_donation_per_ticket: Minor(1_000_000),
        cancellation: Vec::new(),
        allowed_origins: Vec::new(),
        profile: Profile::default(),
        tax: TaxTerms { automatic: false, behavior: TaxBehavior::Exclusive, liability: TaxLiability::Platform },
        payment_modes: all_modes(),
        version: 1,
    }
}

fn listing(kind: Kind, organization: &Organization) -> Listing {
    Listing {
        id: ListingId::parse("listing").unwrap_or_else(|_| unreachable!("a legal id")),
        organization: organization.id.clone(),
        kind: match kind {
            Kind::Ticket => ListingKind::Show,
            Kind::Product => ListingKind::Product,
            Kind::Slot => ListingKind::Expert,
        },
        title: "Listing".to_owned(),
        description: String::new(),
        currency: organization.currency,
        published: true,
        starts_at: None,
        doors_at: None,
        ends_at: None,
        venue: None,
        timezone: None,
        contact: domain::organization::Contact::default(),
        logo_url: None,
        locale: None,
        expert: (kind == Kind::Slot).then(|| "expert".to_owned()),
        payment_modes: None,
        canceled_at: None,
        cancel_reason: None,
        refund_until: None,
        delivery: domain::DeliveryMode::None,
        attendees_until: None,
        transferable: domain::Transferable::Off,
        max_tickets_per_buyer: None,
        version: 1,
    }
}

fn offer(kind: Kind, listing: &Listing) -> Offer {
    // Later than the model ever is.
    let far = (kind == Kind::Slot).then(|| start() + SignedDuration::from_hours(200_000));
    Offer {
        id: OfferId::parse("offer").unwrap_or_else(|_| unreachable!("a legal id")),
        listing: listing.id.clone(),
        name: "Offer".to_owned(),
        price: Minor(1_000),
        capacity: Some(1),
        shards: 1,
        donation: false,
        vip: false,
        hours: None,
        starts_at: far,
        ends_at: far.map(|far| far + SignedDuration::from_hours(1)),
        expert: None,
        attendees: domain::catalog::Attendees::default(),
        min_per_order: None,
        max_per_order: None,
        opens_at: None,
        closes_at: None,
        presale: domain::PresaleMode::None,
        deleted: false,
        version: 1,
    }
}
