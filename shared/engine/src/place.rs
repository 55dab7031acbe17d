//! Placing an order.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use domain::{
    Buyer, Code, Kind, Listing, ListingId, NotificationKind, Offer, OfferId, Order, OrderId, OrderStatus, Organization,
    OrganizationId, PromoCode, Refusal,
    catalog::MAX_LINES,
    order::{Confirmer, PaymentMode, PaymentState, Placing, Step},
    pricing::{RequestedLine, price},
    tax::Address,
    text::same,
};
use jiff::{SignedDuration, Timestamp};
use payments::Secret;
use store::{CallRecord, CatalogItems, CatalogKeys, IdempotencyRecord, PlaceError, Placement, Store};
use url::Url;
use uuid::Uuid;

use crate::{Engine, EngineError, Pages, limits, pay::failed_for_good, requests};

/// How long the first call of an idempotency key is thought to be at work: longer than the function runs (29 s).
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// For how long a key is remembered.
const KEY_DAYS: i64 = 7;
/// What is left of a request's time for Stripe's answer: as long as its client tries.
const STRIPE_TIME: Duration = Duration::from_secs(9);
/// How often an order is priced anew because an offer changed under it.
const ROUNDS: usize = 5;

/// What a buyer asks for, parsed.
#[derive(Debug, Clone)]
pub struct CheckoutRequest {
    /// Who buys.
    pub buyer: Buyer,
    /// What, without items of quantity zero.
    pub items: Vec<RequestedItem>,
    /// A promo code.
    pub promo_code: Option<PromoCode>,
    /// How it is to be paid.
    pub payment: RequestedPayment,
    /// Where the buyer is, for the tax of a payment intent; Stripe's page asks for itself.
    pub address: Option<Address>,
    /// The network address that asks, where the buyer is thought to be without an address.
    pub source: Option<IpAddr>,
    /// Where to go after paying.
    pub success_url: Option<String>,
    /// Where to go after giving up.
    pub cancel_url: Option<String>,
    /// The client's idempotency key.
    pub key: Option<String>,
    /// A hash of the request, to tell another one under the same key.
    pub fingerprint: String,
}

/// How a buyer wants to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestedPayment {
    /// On Stripe's page.
    Hosted,
    /// With a payment intent that the buyer's browser confirms.
    ByClient,
    /// With a payment intent that the server confirms at once, with a payment method that the browser made.
    ByServer {
        /// Stripe's id of the payment method.
        payment_method: String,
    },
}

impl RequestedPayment {
    fn confirmer(&self) -> Option<Confirmer> {
        match self {
            Self::Hosted => None,
            Self::ByClient => Some(Confirmer::Client),
            Self::ByServer { .. } => Some(Confirmer::Server),
        }
    }
}

/// One thing that a buyer asks for.
#[derive(Debug, Clone)]
pub struct RequestedItem {
    /// Its place in the request, for messages.
    pub index: usize,
    /// The listing.
    pub listing: ListingId,
    /// The offer's id, or its name in any case.
    pub offer: String,
    /// How many; never zero.
    pub quantity: u32,
    /// What the buyer gives for one instead of the price.
    pub donation: Option<String>,
}

/// An order that was placed, now or by an earlier call with the same key.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The order.
    pub order: Order,
    /// Whether an earlier call placed it.
    pub repeated: bool,
    /// What the buyer's browser confirms the payment with, while that is for it to do.
    pub client_secret: Option<Secret>,
}

impl Engine {
    /// Places an order and opens Stripe's page for it, or finishes what an earlier call with the same key began.
    ///
    /// # Errors
    /// [`EngineError::Refused`] with nothing written; [`EngineError::Payment`] and [`EngineError::Store`] when the same
    /// request should be repeated, which then resumes.
    pub async fn place(&self, requested: &CheckoutRequest, pages: &Pages) -> Result<Placed, EngineError> {
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

    async fn place_in_rounds(&self, requested: &CheckoutRequest, pages: &Pages) -> Result<Placed, EngineError> {
        let first = requested
            .items
            .first()
            .ok_or_else(|| Refusal::field("items", "At least one item with a quantity is required"))?;
        if requested.items.len() > MAX_LINES {
            return Err(Refusal::field("items", format!("An order has at most {MAX_LINES} items")).into());
        }
        if requested.payment != RequestedPayment::Hosted && requested.key.is_none() {
            let message = "The header Idempotency-Key is required for payments with an intent";
            return Err(Refusal::field("Idempotency-Key", message).into());
        }
        let seller = self.seller(&first.listing).await?;
        let mut reckoned = None;
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let (found, scope) = self.read_for(requested, &seller).await?;
            if let (Some(record), Some(_)) = (&found.idempotency, &scope) {
                return self.resume(record.clone(), requested, now).await;
            }
            let lease = scope.clone().zip(requested.key.clone());
            let organization =
                found.organization.clone().ok_or_else(|| EngineError::Broken(format!("no organization {seller}")))?;
            let matched = match_offers(requested, &found, &seller)?;
            let (mut placement, mut call) =
                prepare(requested, &organization, &found, &matched, (scope.clone(), pages), now)?;
            if self.reckon_tax(&mut placement.order, requested, &mut reckoned).await? {
                call = Some(requests::intent_call(&placement.order, now)?);
                placement.call.clone_from(&call);
            }
            placement.limit = self.limits.holds(&organization.id, &requested.buyer, found.holds.clone());
            match Box::pin(self.store_for(&placement).place(placement, now)).await {
                Ok(order) => {
                    let placed = self.placed(order, call, &requested.payment, now).await;
                    return self.end_lease_if_unclear(placed, lease, now).await;
                }
                Err(PlaceError::OfferChanged) => {}
                Err(PlaceError::Duplicate(record)) => return self.resume(*record, requested, now).await,
                Err(PlaceError::OutOfStock { listing, offer, left }) => {
                    if let Some(twin) = self.twin(scope.as_deref(), requested).await? {
                        return self.resume(twin, requested, now).await;
                    }
                    return Err(out_of_stock(&matched, &listing, &offer, left).into());
                }
                Err(PlaceError::TooManyHolds { until }) => {
                    if let Some(twin) = self.twin(scope.as_deref(), requested).await? {
                        return self.resume(twin, requested, now).await;
                    }
                    return Err(limits::too_many_holds(until, now).into());
                }
                Err(PlaceError::PromoUsedUp) => {
                    let refusal = Refusal::new(Code::PromoInvalid, "Promo code no longer valid").at("promo_code");
                    return Err(refusal.into());
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
            idempotency: scope.clone().zip(requested.key.clone()),
            holds: (self.limits.open_holds > 0).then(|| (seller.clone(), limits::caller(&requested.buyer))),
            ..CatalogKeys::default()
        };
        for item in &requested.items {
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
        for listing in named {
            if let Some((_, offers)) = self.store.listing(&listing).await? {
                found.offers.retain(|offer| offer.listing != listing);
                found.offers.extend(offers);
            }
        }
        Ok((found, scope))
    }

    /// Goes on after the order is in the table.
    async fn placed(
        &self,
        order: Order,
        call: Option<CallRecord>,
        payment: &RequestedPayment,
        now: Timestamp,
    ) -> Result<Placed, EngineError> {
        let Some(call) = call else {
            let notification = if order.paid_at.is_some() {
                NotificationKind::Confirmation
            } else {
                NotificationKind::BookingRequested
            };
            self.queue.send_or_leave(&[notification.id(&order.id)]).await;
            return Ok(Placed { order, repeated: false, client_secret: None });
        };
        let (order, client_secret) = self.open_payment(order, &call, payment, false, now).await?;
        Ok(Placed { order, repeated: false, client_secret })
    }

    /// Finishes, or just tells, what an earlier call with the same key began.
    async fn resume(
        &self,
        record: IdempotencyRecord,
        requested: &CheckoutRequest,
        now: Timestamp,
    ) -> Result<Placed, EngineError> {
        if record.fingerprint != requested.fingerprint {
            return Err(mismatch().into());
        }
        let mut order = self
            .store
            .order(&record.order)
            .await?
            .ok_or_else(|| EngineError::Broken(format!("no order {} of an idempotency record", record.order)))?;
        let repeated = |order, client_secret| Placed { order, repeated: true, client_secret };
        if order.claim.as_ref().is_some_and(|claim| claim.ends_as == OrderStatus::Failed) {
            // The card was declined, and whoever was to end the payment did not get an answer.
            order = self.finish_claim(&order).await?.unwrap_or(order);
        }
        if let Some(error) = failed_for_good(&order) {
            return Err(error);
        }
        if order.status != OrderStatus::Pending || order.claim.is_some() || order.payment.state != PaymentState::Unpaid
        {
            return Ok(repeated(order, None));
        }
        match order.payment.confirmer {
            None if order.payment.session_id.is_some() => return Ok(repeated(order, None)),
            Some(Confirmer::Client) if order.payment.payment_intent_id.is_some() => {
                let secret = self.client_secret(&order).await?;
                return Ok(repeated(order, secret));
            }
            _ => {}
        }
        if now < record.lease_until {
            let seconds = record.lease_until.duration_since(now).as_secs().max(1);
            return Err(in_progress(seconds).into());
        }
        if !self.store.lease(&record, now + LEASE).await? {
            return Err(in_progress(2).into());
        }
        let call = self
            .store
            .call(&order.id, 1)
            .await?
            .ok_or_else(|| EngineError::Broken(format!("order {} has no intent record", order.id)))?;
        self.store.note_attempt(&call, now).await?;
        let call = CallRecord { tried_at: Some(now), ..call };
        let opened = self.open_payment(order, &call, &requested.payment, true, now).await;
        let opened = opened.map(|(order, secret)| repeated(order, secret));
        self.end_lease_if_unclear(opened, Some((record.scope, record.key)), now).await
    }

    /// Lets the client's repeat resume at once after an unclear answer. If this fails, it has to wait until the lease
    /// runs out.
    async fn end_lease_if_unclear(
        &self,
        placed: Result<Placed, EngineError>,
        lease: Option<(String, String)>,
        now: Timestamp,
    ) -> Result<Placed, EngineError> {
        if let (Err(EngineError::Payment(error)), Some((scope, key))) = (&placed, lease) {
            tracing::warn!(%error, "Stripe gave no clear answer; the client may repeat");
            if let Err(error) = self.store.end_lease(&scope, &key, now).await {
                tracing::warn!(%error, "lease not ended");
            }
        }
        placed
    }
}

/// To whom an idempotency key belongs: the organization, and the customer or the guest.
fn scope(organization: &OrganizationId, buyer: &Buyer) -> String {
    format!("{organization}#{}", limits::caller(buyer))
}

fn new_order_id() -> Result<OrderId, EngineError> {
    OrderId::parse(format!("ord_{}", Uuid::now_v7().simple())).map_err(|error| EngineError::Broken(error.to_string()))
}

fn unknown_listing() -> Refusal {
    Refusal::not_found("listing").at("listing")
}

fn mismatch() -> Refusal {
    Refusal::new(Code::IdempotencyMismatch, "The Idempotency-Key was used before, for another request")
}

pub(crate) fn in_progress(seconds: i64) -> Refusal {
    Refusal::new(Code::RequestInProgress, "The same request is being processed")
        .retry_after(u32::try_from(seconds).unwrap_or(1))
}

fn out_of_stock(
    matched: &[(&RequestedItem, &Listing, &Offer)],
    listing: &ListingId,
    offer: &OfferId,
    left: u32,
) -> Refusal {
    let found = matched.iter().find(|(_, l, o)| &l.id == listing && &o.id == offer);
    let (name, index) = found.map_or((offer.as_str(), 0), |(item, _, offer)| (offer.name.as_str(), item.index));
    let message = match left {
        0 => format!("{name} is not available: sold out"),
        left => format!("{name} is not available in that quantity: only {left} left"),
    };
    let slot = found.is_some_and(|(_, listing, _)| listing.kind == Kind::Expert);
    if slot && left == 0 {
        return Refusal::new(Code::SlotTaken, "The slot is taken");
    }
    Refusal::new(Code::InsufficientStock, message).at(format!("items[{index}].quantity"))
}

/// Finds each asked item's listing and offer.
fn match_offers<'a>(
    requested: &'a CheckoutRequest,
    found: &'a CatalogItems,
    seller: &OrganizationId,
) -> Result<Vec<(&'a RequestedItem, &'a Listing, &'a Offer)>, Refusal> {
    let mut matched = Vec::with_capacity(requested.items.len());
    for item in &requested.items {
        let listing = found.listings.iter().find(|listing| listing.id == item.listing).ok_or_else(unknown_listing)?;
        if &listing.organization != seller {
            let field = format!("items[{}].listing", item.index);
            return Err(Refusal::field(field, "All items of an order must be of one organization"));
        }
        let offers = || found.offers.iter().filter(|offer| offer.listing == listing.id);
        let needed = same(&item.offer);
        let offer = offers()
            .find(|offer| offer.id.as_str() == item.offer)
            .or_else(|| offers().find(|offer| !offer.deleted && same(&offer.name) == needed))
            .or_else(|| offers().find(|offer| !offer.deleted && offer.id.as_str() == needed))
            .ok_or_else(|| Refusal::not_found("offer").at(format!("items[{}].offer", item.index)))?;
        matched.push((item, listing, offer));
    }
    Ok(matched)
}

/// What is to be written, all of it decided by what was read.
fn prepare(
    requested: &CheckoutRequest,
    organization: &Organization,
    found: &CatalogItems,
    matched: &[(&RequestedItem, &Listing, &Offer)],
    (scope, pages): (Option<String>, &Pages),
    now: Timestamp,
) -> Result<(Placement, Option<CallRecord>), EngineError> {
    check_url(organization, pages, "success_url", requested.success_url.as_deref())?;
    check_url(organization, pages, "cancel_url", requested.cancel_url.as_deref())?;
    check_payment(requested, organization, matched)?;
    let requested_lines: Vec<_> = matched
        .iter()
        .map(|(item, listing, offer)| RequestedLine {
            index: item.index,
            listing,
            offer,
            quantity: item.quantity,
            donation: item.donation.as_deref(),
        })
        .collect();
    let minimum = payments::units::minimum(organization.currency);
    let quote = price(organization, &requested_lines, requested.promo_code.as_ref(), &found.promos, minimum, now)?;
    let placing = Placing {
        id: new_order_id()?,
        seed: hex::encode(rand::random::<[u8; 32]>()),
        organization,
        buyer: requested.buyer.clone(),
        requested_lines: &requested_lines,
        quote,
        intent: requested.payment.confirmer(),
        success_url: requested.success_url.clone(),
        cancel_url: requested.cancel_url.clone(),
    };
    let mut order = placing.order(now);
    let by = order.buyer.customer.clone().unwrap_or_else(|| "guest".to_owned());
    order.note(Step { at: now, what: "placed".to_owned(), by, cause: None });
    let (mut notifications, mut ledger) = (Vec::new(), Vec::new());
    let mut call = None;
    if order.payment.mode == PaymentMode::Free && order.booking.is_some() {
        order = order.request_free(now);
        notifications.push(NotificationKind::BookingRequested);
    } else if order.payment.mode == PaymentMode::Free {
        order = order.settle_free(now);
        ledger.extend(order.credit());
        notifications.push(NotificationKind::Confirmation);
    } else if order.payment.mode == PaymentMode::Intent {
        call = Some(requests::intent_call(&order, now)?);
    } else {
        call = Some(requests::session_call(&order, pages, now)?);
    }
    let idempotency = scope.zip(requested.key.clone()).map(|(scope, key)| IdempotencyRecord {
        scope,
        key,
        fingerprint: requested.fingerprint.clone(),
        order: order.id.clone(),
        refund: None,
        lease_until: now + LEASE,
        ttl: now.as_second() + KEY_DAYS * 24 * 3_600,
    });
    let mut offers: Vec<_> = Vec::new();
    for (_, listing, offer) in matched {
        let entry = (listing.id.clone(), offer.id.clone(), offer.version, offer.shards);
        if !offers.contains(&entry) {
            offers.push(entry);
        }
    }
    let promo = order.promo.clone().map(|promo| (promo.code, promo.counted)).filter(|(_, l)| !l.is_empty());
    Ok((Placement { order, call: call.clone(), idempotency, offers, promo, notifications, ledger, limit: None }, call))
}

/// Which ways to pay there are for what: those that the seller takes, and Stripe's page alone for tickets.
fn check_payment(
    requested: &CheckoutRequest,
    organization: &Organization,
    matched: &[(&RequestedItem, &Listing, &Offer)],
) -> Result<(), Refusal> {
    let has = |kind: Kind| matched.iter().any(|(_, listing, _)| listing.kind == kind);
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
    for (_, listing, _) in matched {
        // Tickets are sold on Stripe's page, whatever else the organization takes.
        let takes = listing.takes(organization);
        if listing.kind != Kind::Show && !takes.contains(&mode) {
            let words: Vec<_> = takes.iter().map(|mode| mode.as_str()).collect();
            return refused(&format!("{} is paid with payment.mode {}", listing.title, words.join(" or ")));
        }
    }
    Ok(())
}

fn check_url(organization: &Organization, pages: &Pages, field: &str, url: Option<&str>) -> Result<(), Refusal> {
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
