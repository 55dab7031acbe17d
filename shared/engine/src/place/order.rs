//! The order itself: what it needs is read in one round trip, it is priced, and written in one transaction.
//!
//! If the process dies before that, nothing happened. Another request with the same key in the same moment loses the
//! transaction and goes on with the order of this one.

use std::time::{Duration, Instant};

use domain::{
    Buyer, Code, Kind, ListingId, NotificationKind, Offer, OfferId, Order, OrganizationId, PresaleMode, Refusal,
    limits::hour_of,
    order::{BuyerCount, PaymentMode},
    pricing::{RequestedLine, share_exceeded},
};
use jiff::Timestamp;
use store::{CatalogItems, CatalogKeys, IdempotencyRecord, PlaceError, Placement, Store};

use super::{
    CheckoutRequest, Placed, RequestedItem, RequestedPayment,
    prepare::{match_offers, prepare, unknown_listing},
};
use crate::{
    base::{BaseUrls, Engine},
    calls::{intent, record::RecordedCall, session},
    change::due_at_once,
    error::EngineError,
    limits,
};

/// What is left of a request's time for Stripe's answer: as long as its client tries.
const STRIPE_TIME: Duration = Duration::from_secs(9);
/// How often an order is priced anew because an offer changed under it.
const ROUNDS: usize = 5;

impl Engine {
    /// Places an order and opens Stripe's page for it, or finishes what an earlier call with the same key began.
    ///
    /// # Errors
    /// [`EngineError::Refused`] with nothing written; [`EngineError::Payment`] and [`EngineError::Store`] when the same
    /// request should be repeated, which then resumes.
    pub async fn place(&self, requested: &CheckoutRequest, pages: &BaseUrls) -> Result<Placed, EngineError> {
        let started = Instant::now();
        // On the heap: with all that placing may lead to, its state is large.
        let placed = Box::pin(self.place_in_rounds(requested, pages)).await?;
        let order = &placed.order;
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(
            order = %order.id,
            organization = %order.organization,
            status = order.status.as_str(),
            repeated = placed.repeated,
            milliseconds,
            "order placed"
        );
        Ok(placed)
    }

    async fn place_in_rounds(&self, requested: &CheckoutRequest, pages: &BaseUrls) -> Result<Placed, EngineError> {
        if requested.payment != RequestedPayment::Hosted && requested.key.is_none() {
            let message = "The header Idempotency-Key is required for payments with an intent";
            return Err(Refusal::field("Idempotency-Key", message).into());
        }
        let seller = self.seller(&requested.items.first().listing).await?;
        let mut reckoned = None;
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let (found, scope) = self.read_for(requested, &seller).await?;
            if let (Some(record), Some(_)) = (&found.idempotency, &scope) {
                return Box::pin(self.resume(record.clone(), requested, now)).await;
            }
            let lease = scope.clone().zip(requested.key.clone());
            let organization =
                found.organization.clone().ok_or_else(|| EngineError::Broken(format!("no organization {seller}")))?;
            let matched = match_offers(requested, &found, &seller)?;
            let mut placement =
                prepare(requested, &organization, &found, &matched, (scope.clone(), pages), (&self.clock, now))?;
            if placement.order.payment.mode != PaymentMode::Free {
                if let Some(refusal) = self.slowed(&organization.id, &found.declines, now).await {
                    return Err(refusal.into());
                }
                let counts = self.limits.declines_per_hour > 0;
                placement.order.source = counts.then(|| limits::source(requested.source));
            }
            self.count_for_buyer(&mut placement, &matched, &requested.buyer).await?;
            self.reckon_tax(&mut placement.order, requested, &mut reckoned).await?;
            let call = opening(&placement.order, pages, now)?;
            placement.call = call.as_ref().map(|call| call.record.clone());
            placement.limit = self.limits.holds(&organization.id, &requested.buyer, found.holds.clone());
            match Box::pin(self.store_for(&placement).place(placement, now)).await {
                Ok(order) => {
                    let placed = Box::pin(self.placed(order, call, &requested.payment, now)).await;
                    return self.end_lease_if_unclear(placed, lease, now).await;
                }
                // With its uses read anew, a used up presale code is the same as none.
                Err(PlaceError::OfferChanged | PlaceError::PresaleUsedUp) => {}
                Err(PlaceError::Duplicate(record)) => return Box::pin(self.resume(*record, requested, now)).await,
                Err(PlaceError::OutOfStock { listing, offer, left }) => {
                    if let Some(twin) = self.twin(scope.as_deref(), requested).await? {
                        return Box::pin(self.resume(twin, requested, now)).await;
                    }
                    return Err(out_of_stock(&matched, &listing, &offer, left).into());
                }
                Err(PlaceError::TooManyHolds { until }) => {
                    if let Some(twin) = self.twin(scope.as_deref(), requested).await? {
                        return Box::pin(self.resume(twin, requested, now)).await;
                    }
                    return Err(limits::too_many_holds(until, now).into());
                }
                Err(PlaceError::PromoUsedUp) => {
                    let refusal = Refusal::new(Code::PromoInvalid, "Promo code no longer valid").at("promo_code");
                    return Err(refusal.into());
                }
                Err(PlaceError::ShareExceeded { listing, held }) => {
                    let listing = matched.iter().map(|line| line.listing).find(|known| known.id == listing);
                    return Err(listing.map_or(EngineError::Contended, |listing| {
                        share_exceeded(listing, listing.max_tickets_per_buyer.unwrap_or(held), held).into()
                    }));
                }
                Err(PlaceError::SlotOverlaps) => {
                    let message = "The expert's time is taken by another booking";
                    return Err(Refusal::new(Code::SlotOverlaps, message).into());
                }
                Err(PlaceError::TooSpread) => {
                    let message = "So many units cannot be bought in one order at the moment; buy them in several";
                    return Err(Refusal::new(Code::QuantityLimit, message).at("items").into());
                }
                Err(PlaceError::Store(error)) => return Err(error.into()),
            }
        }
        Err(EngineError::Contended)
    }

    /// What is missing to this request may be what another one with the same key took in this very moment.
    async fn twin(
        &self,
        scope: Option<&str>,
        requested: &CheckoutRequest,
    ) -> Result<Option<IdempotencyRecord>, EngineError> {
        match (scope, &requested.key) {
            (Some(scope), Some(key)) => Ok(self.store.idempotency(scope, key).await?),
            _ => Ok(None),
        }
    }

    /// Has an order count its tickets of each show that has a limit for one buyer.
    async fn count_for_buyer(
        &self,
        placement: &mut Placement,
        matched: &[RequestedLine<'_>],
        buyer: &Buyer,
    ) -> Result<(), EngineError> {
        placement.shares = limits::shares(matched);
        if placement.shares.is_empty() {
            return Ok(());
        }
        let order = &mut placement.order;
        let mark = self.store.mark_of_buyer(&order.organization, &limits::caller(buyer)).await?;
        let listings = placement.shares.iter().map(|share| share.listing.clone()).collect();
        order.buyer_count = Some(BuyerCount { mark, listings, card: None });
        Ok(())
    }

    /// The table for a placement: where Stripe is asked afterwards, its time is left over.
    fn store_for(&self, placement: &Placement) -> Store {
        match self.store.ends_at() {
            Some(end) if placement.call.is_some() => self.store.until(end.checked_sub(STRIPE_TIME).unwrap_or(end)),
            _ => self.store.clone(),
        }
    }

    /// Whose a listing is.
    async fn seller(&self, listing: &ListingId) -> Result<OrganizationId, EngineError> {
        let known = self.sellers.read().ok().and_then(|sellers| sellers.get(listing).cloned());
        if let Some(seller) = known {
            return Ok(seller);
        }
        let keys = CatalogKeys { listings: vec![listing.clone()], ..CatalogKeys::default() };
        let found = self.store.catalog_items(&keys).await?;
        let found = found.listings.into_iter().next().ok_or_else(unknown_listing)?;
        if let Ok(mut sellers) = self.sellers.write() {
            sellers.insert(listing.clone(), found.organization.clone());
        }
        Ok(found.organization)
    }

    /// Reads all that the order needs in one round trip; a second one if an offer is asked for by its name.
    async fn read_for(
        &self,
        requested: &CheckoutRequest,
        seller: &OrganizationId,
    ) -> Result<(CatalogItems, Option<String>), EngineError> {
        let scope = requested.key.as_ref().map(|_| scope(seller, &requested.buyer));
        let mut keys = CatalogKeys {
            organization: Some(seller.clone()),
            promo: requested.promo_code.clone(),
            presale: requested.presale_code.clone(),
            idempotency: scope.clone().zip(requested.key.clone()),
            holds: (self.limits.open_holds > 0).then(|| (seller.clone(), limits::caller(&requested.buyer))),
            declines: (self.limits.declines_per_hour > 0).then(|| {
                let whose = vec![limits::caller(&requested.buyer), limits::source(requested.source)];
                (seller.clone(), whose, hour_of(self.clock.now()).0)
            }),
            ..CatalogKeys::default()
        };
        for item in requested.items.iter() {
            if !keys.listings.contains(&item.listing) {
                keys.listings.push(item.listing.clone());
            }
            let by_id = OfferId::parse(item.offer.clone()).ok().map(|offer| (item.listing.clone(), offer));
            if let Some(offer) = by_id.filter(|offer| !keys.offers.contains(offer)) {
                keys.offers.push(offer);
            }
        }
        let mut found = self.store.catalog_items(&keys).await?;
        let by_name = |item: &&RequestedItem| {
            let known = |offer: &Offer| offer.listing == item.listing && offer.id.as_str() == item.offer;
            !found.offers.iter().any(known)
        };
        let mut named: Vec<_> = requested.items.iter().filter(by_name).map(|item| item.listing.clone()).collect();
        named.sort();
        named.dedup();
        let by_names = !named.is_empty();
        for listing in named {
            if let Some((_, offers)) = self.store.listing(&listing).await? {
                found.offers.retain(|offer| offer.listing != listing);
                found.offers.extend(offers);
            }
        }
        if let (true, Some(code)) = (by_names, &requested.presale_code) {
            let closed: Vec<Offer> = found.offers.iter().filter(|o| o.presale != PresaleMode::None).cloned().collect();
            found.presales = self.store.presales(&closed, code).await?;
        }
        Ok((found, scope))
    }

    /// Goes on after the order is in the table.
    async fn placed(
        &self,
        order: Order,
        call: Option<RecordedCall>,
        payment: &RequestedPayment,
        now: Timestamp,
    ) -> Result<Placed, EngineError> {
        let Some(call) = call else {
            let notification = if order.paid_at.is_some() {
                NotificationKind::Confirmation
            } else {
                NotificationKind::BookingRequested
            };
            self.queue.send_or_leave(&due_at_once(&order, &[notification], now)).await;
            return Ok(Placed { order, repeated: false, client_secret: None });
        };
        let (order, client_secret) = Box::pin(self.open_payment(order, call, payment, false, now)).await?;
        Ok(Placed { order, repeated: false, client_secret })
    }
}

/// The call that opens the order's payment; none for a free order.
fn opening(order: &Order, pages: &BaseUrls, now: Timestamp) -> Result<Option<RecordedCall>, EngineError> {
    Ok(match order.payment.mode {
        PaymentMode::Free => None,
        PaymentMode::Intent => Some(intent::record(order, now)?),
        PaymentMode::Hosted => Some(session::record(order, pages, now)?),
    })
}

/// To whom an idempotency key belongs: the organization, and the customer or the guest.
fn scope(organization: &OrganizationId, buyer: &Buyer) -> String {
    format!("{organization}#{}", limits::caller(buyer))
}

fn out_of_stock(matched: &[RequestedLine<'_>], listing: &ListingId, offer: &OfferId, left: u32) -> Refusal {
    let found = matched.iter().find(|line| &line.listing.id == listing && &line.offer.id == offer);
    let (name, index) = found.map_or((offer.as_str(), 0), |line| (line.offer.name.as_str(), line.index));
    let message = match left {
        0 => format!("{name} is not available: sold out"),
        left => format!("{name} is not available in that quantity: only {left} left"),
    };
    let slot = found.is_some_and(|line| line.listing.kind == Kind::Expert);
    if slot && left == 0 {
        return Refusal::new(Code::SlotTaken, "The slot is taken");
    }
    Refusal::new(Code::InsufficientStock, message).at(format!("items[{index}].quantity"))
}
