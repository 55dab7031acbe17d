//! Placing an order.

use std::time::Instant;

use domain::{
    Buyer, Code, Decline, Fact, Listing, ListingId, NoticeKind, Offer, OfferId, Order, OrderId, OrderStatus,
    Organization, OrganizationId, PromoCode, Refusal,
    order::{PaymentMode, Placing},
    pricing::{Wish, price},
};
use jiff::{SignedDuration, Timestamp};
use payments::CallError;
use sha2::{Digest, Sha256};
use store::{CallRecord, IdempotencyRecord, PlaceError, Placement, Wanted, WantedKeys};
use url::Url;
use uuid::Uuid;

use crate::{Engine, EngineError, Pages, render};

/// How long the first call of an idempotency key is thought to be at work: longer than the function runs (29 s).
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// For how long a key is remembered.
const KEY_DAYS: i64 = 7;
/// How often an order is priced anew because an offer changed under it.
const ROUNDS: usize = 5;

/// What a buyer asks for, parsed.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who buys.
    pub buyer: Buyer,
    /// What, without items of quantity zero.
    pub items: Vec<AskedItem>,
    /// A promo code.
    pub promo_code: Option<PromoCode>,
    /// Where to go after paying.
    pub success_url: Option<String>,
    /// Where to go after giving up.
    pub cancel_url: Option<String>,
    /// The client's idempotency key.
    pub key: Option<String>,
    /// A hash of the request, to tell another one under the same key.
    pub fingerprint: String,
}

/// One thing that a buyer asks for.
#[derive(Debug, Clone)]
pub struct AskedItem {
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
}

impl Engine {
    /// Places an order and opens Stripe's page for it, or finishes what an earlier call with the same key began.
    ///
    /// # Errors
    /// [`EngineError::Refused`] with nothing written; [`EngineError::Payment`] and [`EngineError::Store`] when the same
    /// request should be repeated, which then resumes.
    pub async fn place(&self, asked: &Asked, pages: &Pages) -> Result<Placed, EngineError> {
        let started = Instant::now();
        let placed = self.place_in_rounds(asked, pages).await?;
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

    async fn place_in_rounds(&self, asked: &Asked, pages: &Pages) -> Result<Placed, EngineError> {
        let first = asked
            .items
            .first()
            .ok_or_else(|| Refusal::field("items", "At least one item with a quantity is required"))?;
        let seller = self.seller(&first.listing).await?;
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let (found, scope) = self.read_for(asked, &seller).await?;
            if let (Some(record), Some(_)) = (&found.idempotency, &scope) {
                return self.resume(record.clone(), asked, now).await;
            }
            let lease = scope.clone().zip(asked.key.clone());
            let organization =
                found.organization.clone().ok_or_else(|| EngineError::Broken(format!("no organization {seller}")))?;
            let matched = match_offers(asked, &found, &seller)?;
            let (placement, call) = prepare(asked, &organization, &found, &matched, (scope, pages), now)?;
            match self.store.place(placement, now).await {
                Ok(order) => {
                    let placed = self.placed(order, call, now).await;
                    return self.end_lease_if_unclear(placed, lease, now).await;
                }
                Err(PlaceError::OfferChanged) => {}
                Err(PlaceError::Duplicate(record)) => return self.resume(*record, asked, now).await,
                Err(PlaceError::OutOfStock { listing, offer, left }) => {
                    return Err(out_of_stock(&matched, &listing, &offer, left).into());
                }
                Err(PlaceError::PromoUsedUp) => {
                    let refusal = Refusal::new(Code::PromoInvalid, "Promo code no longer valid").at("promo_code");
                    return Err(refusal.into());
                }
                Err(PlaceError::Store(error)) => return Err(error.into()),
            }
        }
        Err(EngineError::Contended)
    }

    /// Whose a listing is.
    async fn seller(&self, listing: &ListingId) -> Result<OrganizationId, EngineError> {
        let known = self.sellers.read().ok().and_then(|sellers| sellers.get(listing).cloned());
        if let Some(seller) = known {
            return Ok(seller);
        }
        let keys = WantedKeys { listings: vec![listing.clone()], ..WantedKeys::default() };
        let found = self.store.wanted(&keys).await?;
        let found = found.listings.into_iter().next().ok_or_else(unknown_listing)?;
        if let Ok(mut sellers) = self.sellers.write() {
            sellers.insert(listing.clone(), found.organization.clone());
        }
        Ok(found.organization)
    }

    /// Reads all that the order needs in one round trip; a second one if an offer is asked for by its name.
    async fn read_for(&self, asked: &Asked, seller: &OrganizationId) -> Result<(Wanted, Option<String>), EngineError> {
        let scope = asked.key.as_ref().map(|_| scope(seller, &asked.buyer));
        let mut keys = WantedKeys {
            organization: Some(seller.clone()),
            promo: asked.promo_code.clone(),
            idempotency: scope.clone().zip(asked.key.clone()),
            ..WantedKeys::default()
        };
        for item in &asked.items {
            if !keys.listings.contains(&item.listing) {
                keys.listings.push(item.listing.clone());
            }
            let by_id = OfferId::parse(item.offer.clone()).ok().map(|offer| (item.listing.clone(), offer));
            if let Some(offer) = by_id.filter(|offer| !keys.offers.contains(offer)) {
                keys.offers.push(offer);
            }
        }
        let mut found = self.store.wanted(&keys).await?;
        let by_name = |item: &&AskedItem| {
            let known = |offer: &Offer| offer.listing == item.listing && offer.id.as_str() == item.offer;
            !found.offers.iter().any(known)
        };
        let mut named: Vec<_> = asked.items.iter().filter(by_name).map(|item| item.listing.clone()).collect();
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
    async fn placed(&self, order: Order, call: Option<CallRecord>, now: Timestamp) -> Result<Placed, EngineError> {
        let Some(call) = call else {
            self.queue.send(&[NoticeKind::Confirmation.id(&order.id)]).await;
            return Ok(Placed { order, repeated: false });
        };
        let order = self.open_session(order, &call, false, now).await?;
        Ok(Placed { order, repeated: false })
    }

    /// Finishes, or just tells, what an earlier call with the same key began.
    async fn resume(&self, record: IdempotencyRecord, asked: &Asked, now: Timestamp) -> Result<Placed, EngineError> {
        if record.fingerprint != asked.fingerprint {
            return Err(mismatch().into());
        }
        let order = self
            .store
            .order(&record.order)
            .await?
            .ok_or_else(|| EngineError::Broken(format!("no order {} of an idempotency record", record.order)))?;
        let settled = order.status != OrderStatus::Pending || order.payment.session_id.is_some();
        if settled || order.claim.is_some() {
            return Ok(Placed { order, repeated: true });
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
        let opened = self.open_session(order, &call, true, now).await.map(|order| Placed { order, repeated: true });
        self.end_lease_if_unclear(opened, Some((record.scope, record.key)), now).await
    }

    /// Asks Stripe for the order's page, under the key of its intent record, and notes it. `resumed` says that an
    /// earlier process may have asked before.
    async fn open_session(
        &self,
        mut order: Order,
        call: &CallRecord,
        resumed: bool,
        now: Timestamp,
    ) -> Result<Order, EngineError> {
        let request = render::request(call)?;
        let mut asked = self.stripe.create_session(&request, &call.key).await;
        if asked.as_ref().is_err_and(CallError::is_stuck) {
            // Stripe keeps its 5xx under the key. Only a list tells whether it made the session all the same.
            asked = match self.find_session(&order).await? {
                Some(session) => Ok(session),
                None => {
                    let key = next_key(&call.key);
                    match self.store.rekey_call(call, &key, now).await {
                        Ok(()) => self.stripe.create_session(&request, &key).await,
                        Err(store::WriteError::Condition) => return Err(EngineError::Contended),
                        Err(store::WriteError::Store(error)) => return Err(error.into()),
                    }
                }
            };
        }
        if resumed && asked.as_ref().is_err_and(|error| !error.is_unclear()) {
            // A no at the door, as to a key that was withdrawn meanwhile, says nothing of an earlier call whose answer
            // never came: that one may have made a session which can be paid.
            if let Some(session) = self.find_session(&order).await? {
                asked = Ok(session);
            }
        }
        match asked {
            Ok(session) => {
                self.store.record_session(&order, &session.id, session.url.as_deref()).await?;
                order.payment.session_id = Some(session.id);
                order.payment.checkout_url = session.url;
                Ok(order)
            }
            Err(error) if error.is_unclear() => Err(error.into()),
            Err(error) => {
                // A definite no: there is no session and will be none, so the stock need not wait.
                let decline = error.decline(now).unwrap_or_else(|| Decline {
                    code: "session_refused".to_owned(),
                    message: "The payment could not be started".to_owned(),
                    at: now,
                });
                tracing::error!(order = %order.id, code = decline.code, %error, "Stripe refused the order's session");
                let reason = decline.code.clone();
                let settled = self.settle(&order.id, Fact::Failed(decline), None, true).await?;
                let order = settled.order.unwrap_or(order);
                Err(EngineError::PaymentRefused { order: Box::new(order), reason })
            }
        }
    }

    /// The order's session at Stripe, by list: for calls whose answer never came.
    pub(crate) async fn find_session(&self, order: &Order) -> Result<Option<payments::sessions::Session>, EngineError> {
        let from = order.created_at - SignedDuration::from_mins(1);
        // Stripe takes no session that would end in less than half an hour, so none can be younger than this.
        let to = order.created_at + SignedDuration::from_mins(10);
        let sessions = self.stripe.list_sessions(from, to).await?;
        Ok(sessions.into_iter().find(|session| session.order.as_ref() == Some(&order.id)))
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

/// To whom an idempotency key belongs: the organization, and the customer or a hash of the guest's mail address.
fn scope(organization: &OrganizationId, buyer: &Buyer) -> String {
    let caller = match &buyer.customer {
        Some(subject) => format!("customer {subject}"),
        None => format!("guest {}", buyer.email.to_lowercase()),
    };
    // Hashed, so that no address stands in a key and no separator can be smuggled into one.
    format!("{organization}#{}", hex::encode(Sha256::digest(caller)))
}

fn new_order_id() -> Result<OrderId, EngineError> {
    OrderId::parse(format!("ord_{}", Uuid::now_v7().simple())).map_err(|error| EngineError::Broken(error.to_string()))
}

/// The key of a call that is made anew because nothing came of the one before: `{id}-{n}`.
pub(crate) fn next_key(key: &str) -> String {
    match key.rsplit_once("-r") {
        Some((base, n)) if n.chars().all(|c| c.is_ascii_digit()) && !n.is_empty() => {
            format!("{base}-r{}", n.parse::<u32>().unwrap_or(1).saturating_add(1))
        }
        _ => format!("{key}-r2"),
    }
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
    matched: &[(&AskedItem, &Listing, &Offer)],
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
    Refusal::new(Code::InsufficientStock, message).at(format!("items[{index}].quantity"))
}

/// Finds each asked item's listing and offer.
fn match_offers<'a>(
    asked: &'a Asked,
    found: &'a Wanted,
    seller: &OrganizationId,
) -> Result<Vec<(&'a AskedItem, &'a Listing, &'a Offer)>, Refusal> {
    let mut matched = Vec::with_capacity(asked.items.len());
    for item in &asked.items {
        let listing = found.listings.iter().find(|listing| listing.id == item.listing).ok_or_else(unknown_listing)?;
        if &listing.organization != seller {
            let field = format!("items[{}].listing", item.index);
            return Err(Refusal::field(field, "All items of an order must be of one organization"));
        }
        let offers = || found.offers.iter().filter(|offer| offer.listing == listing.id);
        let wanted = item.offer.trim().to_lowercase();
        let offer = offers()
            .find(|offer| offer.id.as_str() == item.offer)
            .or_else(|| offers().find(|offer| !offer.deleted && offer.name.to_lowercase() == wanted))
            .ok_or_else(|| Refusal::not_found("offer").at(format!("items[{}].offer", item.index)))?;
        matched.push((item, listing, offer));
    }
    Ok(matched)
}

/// What is to be written, all of it decided by what was read.
fn prepare(
    asked: &Asked,
    organization: &Organization,
    found: &Wanted,
    matched: &[(&AskedItem, &Listing, &Offer)],
    (scope, pages): (Option<String>, &Pages),
    now: Timestamp,
) -> Result<(Placement, Option<CallRecord>), EngineError> {
    check_url(organization, pages, "success_url", asked.success_url.as_deref())?;
    check_url(organization, pages, "cancel_url", asked.cancel_url.as_deref())?;
    let wishes: Vec<_> = matched
        .iter()
        .map(|(item, listing, offer)| Wish {
            index: item.index,
            listing,
            offer,
            quantity: item.quantity,
            donation: item.donation.as_deref(),
        })
        .collect();
    let minimum = payments::units::minimum(organization.currency);
    let quote = price(organization, &wishes, asked.promo_code.as_ref(), &found.promos, minimum, now)?;
    let placing = Placing {
        id: new_order_id()?,
        seed: hex::encode(rand::random::<[u8; 32]>()),
        organization,
        buyer: asked.buyer.clone(),
        wishes: &wishes,
        quote,
        success_url: asked.success_url.clone(),
        cancel_url: asked.cancel_url.clone(),
    };
    let mut order = placing.order(now);
    let mut notices = Vec::new();
    let mut call = None;
    if order.payment.mode == PaymentMode::Free {
        order = order.settle_free(now);
        notices.push(NoticeKind::Confirmation);
    } else {
        call = Some(render::session_call(&order, pages, now)?);
    }
    let idempotency = scope.zip(asked.key.clone()).map(|(scope, key)| IdempotencyRecord {
        scope,
        key,
        fingerprint: asked.fingerprint.clone(),
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
    Ok((Placement { order, call: call.clone(), idempotency, offers, promo, notices }, call))
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

#[cfg(test)]
mod tests {
    use super::next_key;

    #[test]
    fn keys_count_up() {
        assert_eq!(next_key("ref_1"), "ref_1-r2");
        assert_eq!(next_key("ref_1-r2"), "ref_1-r3");
        assert_eq!(next_key("ord_a-session"), "ord_a-session-r2");
        assert_eq!(next_key("ord-r-x"), "ord-r-x-r2");
    }
}
