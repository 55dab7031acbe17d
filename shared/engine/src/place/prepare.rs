//! What is to be written for an order, all of it decided by what was read. Nothing is read or written here.

use domain::{
    Code, DeliveryMode, Kind, NotificationKind, OrderId, Organization, OrganizationId, Presale, Refusal,
    order::{PaymentMode, Placing, Step},
    pricing::{RequestedLine, price},
    text::same,
};
use jiff::Timestamp;
use runtime::Clock;
use store::{CatalogItems, IdempotencyRecord, Placement};
use url::Url;

use super::{CheckoutRequest, RequestedPayment, resume::LEASE};
use crate::{base::BaseUrls, error::EngineError, fresh::fresh, idempotency::ttl};

fn new_order_id(clock: &Clock) -> Result<OrderId, EngineError> {
    OrderId::parse(fresh("ord", clock)).map_err(|error| EngineError::Broken(error.to_string()))
}

pub(super) fn unknown_listing() -> Refusal {
    Refusal::not_found("listing").at("listing")
}

/// Finds each requested item's listing and offer.
pub(super) fn match_offers<'a>(
    requested: &'a CheckoutRequest,
    found: &'a CatalogItems,
    seller: &OrganizationId,
) -> Result<Vec<RequestedLine<'a>>, Refusal> {
    let mut matched = Vec::new();
    for item in requested.items.iter() {
        let listing = found.listings.iter().find(|listing| listing.id == item.listing).ok_or_else(unknown_listing)?;
        if &listing.organization != seller {
            let field = format!("items[{}].listing", item.index);
            return Err(Refusal::field(field, "All items of an order must be of one organization"));
        }
        let offers = || found.offers.iter().filter(|offer| offer.listing == listing.id);
        let name = same(&item.offer);
        let offer = offers()
            .find(|offer| offer.id.as_str() == item.offer)
            .or_else(|| offers().find(|offer| !offer.deleted && same(&offer.name) == name))
            .or_else(|| offers().find(|offer| !offer.deleted && offer.id.as_str() == name))
            .ok_or_else(|| Refusal::not_found("offer").at(format!("items[{}].offer", item.index)))?;
        let (index, quantity, donation) = (item.index, item.quantity, item.donation.as_deref());
        let of_offer = |presale: &&Presale| presale.listing == listing.id && presale.offer == offer.id;
        let presale = found.presales.iter().find(of_offer);
        matched.push(RequestedLine { index, listing, offer, quantity, donation, presale });
    }
    Ok(matched)
}

/// What is to be written, all of it decided by what was read.
pub(super) fn prepare(
    requested: &CheckoutRequest,
    organization: &Organization,
    found: &CatalogItems,
    matched: &[RequestedLine<'_>],
    (scope, pages): (Option<String>, &BaseUrls),
    (clock, now): (&Clock, Timestamp),
) -> Result<Placement, EngineError> {
    check_url(organization, pages, "success_url", requested.success_url.as_deref())?;
    check_url(organization, pages, "cancel_url", requested.cancel_url.as_deref())?;
    check_payment(requested, organization, matched)?;
    let minimum = payments::units::minimum(organization.currency);
    let quote = price(organization, matched, requested.promo_code.as_ref(), &found.promos, minimum, now)?;
    check_delivery(requested, matched)?;
    let placing = Placing {
        id: new_order_id(clock)?,
        seed: hex::encode(clock.chance().bytes::<32>()),
        organization,
        buyer: requested.buyer.clone(),
        requested_lines: matched,
        quote,
        intent: requested.payment.confirmer(),
        success_url: requested.success_url.clone(),
        cancel_url: requested.cancel_url.clone(),
    };
    let mut order = placing.order(now);
    order.delivery.clone_from(&requested.delivery);
    // The lines are those of the request, one for each of its items.
    for ((line, item), RequestedLine { offer, quantity, .. }) in
        order.lines.iter_mut().zip(requested.items.iter()).zip(matched)
    {
        let field = format!("items[{}].attendees", item.index);
        offer.attendees.check(&field, item.attendees.len(), *quantity)?;
        line.attendees.clone_from(&item.attendees);
    }
    order.note(Step { at: now, what: "placed".to_owned(), by: order.buyer.actor(), cause: None });
    let (mut notifications, mut ledger) = (Vec::new(), Vec::new());
    if order.payment.mode == PaymentMode::Free && order.booking.is_some() {
        order = order.request_free(now);
        notifications.push(NotificationKind::BookingRequested);
    } else if order.payment.mode == PaymentMode::Free {
        order = order.settle_free(now);
        ledger.extend(order.credit());
        notifications.push(NotificationKind::Confirmation);
    } else if order.payment.mode == PaymentMode::Hosted && organization.profile.remind_of_open_payment {
        notifications.push(NotificationKind::PaymentOpen);
    }
    let idempotency = scope.zip(requested.key.clone()).map(|(scope, key)| IdempotencyRecord {
        scope,
        key,
        fingerprint: requested.fingerprint.clone(),
        order: order.id.clone(),
        refund: None,
        lease_until: now + LEASE,
        ttl: ttl(now),
    });
    let mut offers: Vec<_> = Vec::new();
    for RequestedLine { listing, offer, .. } in matched {
        let entry = (listing.id.clone(), offer.id.clone(), offer.version, offer.shards);
        if !offers.contains(&entry) {
            offers.push(entry);
        }
    }
    let promo = order.promo.clone().map(|promo| (promo.code, promo.counted)).filter(|(_, l)| !l.is_empty());
    let presale = order.presale.clone().map(|presale| (presale.code, presale.counted));
    // What is asked of Stripe is made once the order has its tax.
    Ok(Placement {
        order,
        call: None,
        idempotency,
        offers,
        promo,
        presale,
        notifications,
        ledger,
        limit: None,
        shares: Vec::new(),
    })
}

/// Which ways to pay there are for what: those that the seller takes, and Stripe's page alone for tickets.
fn check_payment(
    requested: &CheckoutRequest,
    organization: &Organization,
    matched: &[RequestedLine<'_>],
) -> Result<(), Refusal> {
    let has = |kind: Kind| matched.iter().any(|line| line.listing.kind == kind);
    let refused = |message: &str| Err(Refusal::field("payment.mode", message));
    if has(Kind::Expert) && matched.len() > 1 {
        return Err(Refusal::field("items", "A slot is bought alone"));
    }
    if has(Kind::Package) && requested.buyer.customer.is_none() {
        let message = "Hours are credited to a customer's balance: sign in, so that a token names the customer";
        return Err(Refusal::new(Code::Unauthenticated, message));
    }
    let mode = if requested.payment == RequestedPayment::Hosted { PaymentMode::Hosted } else { PaymentMode::Intent };
    if mode == PaymentMode::Intent && has(Kind::Show) {
        return refused("Tickets are paid with payment.mode hosted");
    }
    for RequestedLine { listing, .. } in matched {
        // Tickets are sold on Stripe's page, whatever else the organization takes.
        let takes = listing.takes(organization);
        if listing.kind != Kind::Show && !takes.contains(&mode) {
            let words: Vec<_> = takes.iter().map(|mode| mode.as_str()).collect();
            return refused(&format!("{} is paid with payment.mode {}", listing.title, words.join(" or ")));
        }
    }
    Ok(())
}

/// An order says where it is sent if something of it is sent, and only then.
fn check_delivery(requested: &CheckoutRequest, matched: &[RequestedLine<'_>]) -> Result<(), Refusal> {
    let sent = matched.iter().find(|line| line.listing.delivery == DeliveryMode::Address);
    match (sent, &requested.delivery) {
        (Some(line), None) => {
            let message = format!("{} is sent to an address, which is required", line.listing.title);
            Err(Refusal::field("delivery.address", message))
        }
        (None, Some(_)) => Err(Refusal::field("delivery", "Nothing in this order is sent to an address")),
        _ => Ok(()),
    }
}

fn check_url(organization: &Organization, pages: &BaseUrls, field: &str, url: Option<&str>) -> Result<(), Refusal> {
    let Some(text) = url else { return Ok(()) };
    let refused = |message: &str| Err(Refusal::field(field, message));
    let Ok(url) = Url::parse(text) else { return refused("Must be an absolute URL") };
    if text.len() > 2_000 || !matches!(url.scheme(), "https" | "http") || !url.username().is_empty() {
        return refused("Must be an http(s) URL of at most 2000 characters");
    }
    let own = [pages.pages.as_str(), pages.api.as_str()];
    let allowed = organization.allowed_origins.iter().map(String::as_str).chain(own);
    let origin = url.origin();
    if allowed.filter_map(|allowed| Url::parse(allowed).ok()).any(|allowed| allowed.origin() == origin) {
        Ok(())
    } else {
        refused("Must lie in one of the organization's allowed origins")
    }
}
