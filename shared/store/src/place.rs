//! Placing an order: everything or nothing, in one transaction.

use domain::{
    ListingId, NotificationKind, OfferId, Order, PromoCode,
    order::{LedgerMove, MoveKind, StockState},
};
use jiff::Timestamp;

use crate::{
    CallRecord, HoldLimit, IdempotencyRecord, NEW, Store, StoreError, Write,
    calendar::{self, CalendarError},
    error::Cancelled,
    items::{self, OrderItem},
    keys, limits, orders, outbox,
    stock::{self, Need, ShardFailure},
    value::{Change, n},
};

/// After so many plans that came to nothing, or lost to others, one look at all shards is cheaper than meeting them one by
/// one.
pub(crate) const GUESSES: usize = 3;

/// All that is written when an order is placed.
#[derive(Debug)]
pub struct Placement {
    /// The order. Its draws are filled in here.
    pub order: Order,
    /// The intent record of the Stripe call that follows; none for a free order.
    pub call: Option<CallRecord>,
    /// The idempotency record, where the client sent a key.
    pub idempotency: Option<IdempotencyRecord>,
    /// The offers of its lines: listing, offer, version, and the number of shards, which is 0 for unlimited ones.
    pub offers: Vec<(ListingId, OfferId, u64, u16)>,
    /// The promo code and the listings in which a use is counted.
    pub promo: Option<(PromoCode, Vec<ListingId>)>,
    /// What is owed at once: the confirmation of a free order.
    pub notifications: Vec<NotificationKind>,
    /// What a free package puts on its customer's balance.
    pub ledger: Vec<LedgerMove>,
    /// How many orders its buyer may have open, where there is a limit.
    pub limit: Option<HoldLimit>,
}

/// Why an order was not placed. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The idempotency key was used before.
    #[error("the request was made before")]
    Duplicate(Box<IdempotencyRecord>),
    /// An offer changed since it was read. Read it again and decide again.
    #[error("an offer has changed")]
    OfferChanged,
    /// There are not enough units.
    #[error("only {left} left")]
    OutOfStock {
        /// The listing.
        listing: ListingId,
        /// The offer.
        offer: OfferId,
        /// How many units there are.
        left: u32,
    },
    /// Another slot has taken time that this one needs.
    #[error("the expert's time is taken")]
    SlotOverlaps,
    /// The promo code has no use left.
    #[error("the promo code is used up")]
    PromoUsedUp,
    /// The units lie in more shards than one transaction writes.
    #[error("too many units for one order")]
    TooSpread,
    /// The buyer has as many orders open as one may have.
    #[error("too many open orders until {until}")]
    TooManyHolds {
        /// When the first of them ends by itself.
        until: Timestamp,
    },
    /// The table gave no answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CalendarError> for PlaceError {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::Overlaps(_) => Self::SlotOverlaps,
            CalendarError::Store(error) => Self::Store(error),
        }
    }
}

/// What an entry of the transaction is, to read its failure.
#[derive(Debug, Clone, Copy)]
enum Part {
    Idempotency,
    Shard { need: usize, shard: u16 },
    Day(usize),
    Offer,
    Promo,
    Holds,
    Receipt,
    Other,
}

impl Store {
    /// Places the order: idempotency record, order, stock, promo use, intent record. A free order is placed already
    /// paid: its units go straight from available to sold.
    ///
    /// # Errors
    /// [`PlaceError`]; nothing is written then.
    pub async fn place(&self, placement: Placement, now: Timestamp) -> Result<Order, PlaceError> {
        let Placement { mut order, call, idempotency, offers, promo, notifications, ledger, mut limit } = placement;
        let shards_of = |listing: &ListingId, offer: &OfferId| {
            let found = offers.iter().find(|(l, o, ..)| l == listing && o == offer);
            found.map(|(_, _, version, shards)| (*shards, Some(*version)))
        };
        let kind = if order.stock == StockState::Sold { MoveKind::Take } else { MoveKind::Hold };
        let mut needs = stock::needs(&order, shards_of);
        // What does not depend on the plan.
        let mut fixed: Vec<(Part, Write)> = Vec::new();
        if let Some(record) = &idempotency {
            let item = items::write(&keys::idempotency(&record.scope, &record.key), "idempotency", record)?;
            fixed.push((Part::Idempotency, Write::Put { item, condition: Some(NEW) }));
        }
        for (listing, offer, version, _) in offers.iter().filter(|(.., shards)| *shards == 0) {
            let change = Change::default().given(":version", n(*version)).naming("version");
            let key = keys::offer(listing, offer);
            fixed.push((Part::Offer, Write::Check { key, condition: "#version = :version", change }));
        }
        if let Some((code, listings)) = &promo {
            for listing in listings {
                let change = Change::default().add("uses", 1).naming("max_uses");
                let key = keys::promo(listing, code);
                fixed.push((Part::Promo, Write::Update { key, change, condition: "#uses < #max_uses" }));
            }
        }
        if let Some(call) = &call {
            let item = items::write(&keys::call(&order.id, call.n), "call", call)?;
            fixed.push((Part::Other, Write::Put { item, condition: Some(NEW) }));
        }
        for write in orders::ticket_refs(&order)?.into_iter().chain(orders::list_refs(&order)?) {
            fixed.push((Part::Other, write));
        }
        for notification in &notifications {
            fixed.push((Part::Other, outbox::put(&order, notification, now)?));
        }
        fixed.extend(calendar::booking_entry(&order)?.map(|write| (Part::Other, write)));
        let mut days = self.calendar(&order).await?;

        for part in self.ledger_writes(&order, &ledger, now).await? {
            fixed.push((Part::Other, part.write));
        }

        let mut receipts = 0;
        let (mut round, mut conflicts) = (0, 0);
        let mut backoff = self.backoff();
        loop {
            let mut parts = Vec::new();
            let mut writes = Vec::new();
            for (index, need) in needs.iter_mut().enumerate() {
                let read_shards = conflicts >= GUESSES || round >= GUESSES && need.shards > 1;
                let draws = self.planned(need, order.id.as_str(), read_shards).await?;
                for draw in &draws {
                    parts.push(Part::Shard { need: index, shard: draw.shard });
                    writes.push(stock::movement(
                        &need.listing,
                        &need.offer,
                        draw.shard,
                        draw.quantity,
                        kind,
                        need.version,
                    ));
                }
                let (listing, offer) = (need.listing.clone(), need.offer.clone());
                stock::assign(&mut order, &listing, &offer, draws);
            }
            if stock::too_spread(&order, writes.len()) {
                return Err(PlaceError::TooSpread);
            }
            for (index, write) in days.take(now)?.into_iter().enumerate() {
                parts.push(Part::Day(index));
                writes.push(write);
            }
            let item = items::write(&keys::order(&order.id), "order", &OrderItem::new(&order))?;
            parts.push(Part::Other);
            writes.push(Write::Put { item, condition: Some(NEW) });
            if let Some(number) = &order.receipt {
                parts.push(Part::Receipt);
                writes.push(orders::receipt_ref(number, &order.id)?);
            }
            if let Some(limit) = &mut limit {
                self.make_room(limit, now).await?;
                parts.push(Part::Holds);
                writes.push(limits::put(limit, &order, now)?);
            }
            for (part, write) in &fixed {
                parts.push(*part);
                writes.push(write.clone());
            }
            let failed = match self.transact_once("place an order", &writes).await {
                Ok(()) => return Ok(order),
                Err(Cancelled::Conditions(failed)) => failed,
                // Others are at these items, which says nothing of how many units there are. Elsewhere, then.
                Err(Cancelled::Conflict) => {
                    conflicts += 1;
                    needs.iter_mut().for_each(Need::move_on);
                    if backoff.pause().await {
                        continue;
                    }
                    return Err(StoreError::gave_up("place an order").into());
                }
                Err(Cancelled::Store(error)) => return Err(error.into()),
            };
            round += 1;
            if failed.iter().any(|(index, _)| matches!(parts.get(*index), Some(Part::Receipt))) {
                receipts += 1;
                order.receipt = order.paid_at.map(|at| order.receipt_number(at, receipts));
            }
            for (index, old) in &failed {
                if let Some(Part::Day(day)) = parts.get(*index) {
                    days.learn(*day, old.clone())?;
                }
            }
            judge(&parts, failed, &mut needs, limit.as_mut())?;
            // What a plan was made from is outdated again and again only in a crowd.
            if round >= GUESSES && !backoff.pause().await {
                return Err(StoreError::gave_up("place an order").into());
            }
        }
    }

    /// A plan for one need. By what is known, or by a fresh look at the stock where that is not enough, or where a crowd
    /// is at the shards: reading is never refused, and who reads that all is gone need not wait for a turn to hear it.
    async fn planned(
        &self,
        need: &mut Need,
        order: &str,
        read_shards: bool,
    ) -> Result<Vec<domain::order::Draw>, PlaceError> {
        let known = need.plan(order);
        if let (false, Ok(draws)) = (read_shards, &known) {
            return Ok(draws.clone());
        }
        // A single shard's failed condition has told all there is to know.
        if (need.shards > 1 || known.is_ok())
            && self.read_shards(need).await?
            && let Ok(draws) = need.plan(order)
        {
            return Ok(draws);
        }
        Err(PlaceError::OutOfStock { listing: need.listing.clone(), offer: need.offer.clone(), left: need.left() })
    }
}

/// Reads the failed conditions of a placing: learns of short shards, or says why the order cannot be placed.
fn judge(
    parts: &[Part],
    failed: Vec<(usize, Option<crate::Item>)>,
    needs: &mut [Need],
    limit: Option<&mut HoldLimit>,
) -> Result<(), PlaceError> {
    // A repeat finds its own first call's stock taken, so the idempotency record is asked first.
    for (index, old) in &failed {
        if matches!(parts.get(*index), Some(Part::Idempotency)) {
            let old = old.clone().ok_or_else(|| StoreError::gave_up("place an order"))?;
            return Err(PlaceError::Duplicate(Box::new(items::read(old)?)));
        }
    }
    let mut held = None;
    for (index, old) in failed {
        match parts.get(index) {
            Some(Part::Shard { need, shard }) => match stock::learn(&mut needs[*need], *shard, old)? {
                ShardFailure::Short => {}
                ShardFailure::Changed => return Err(PlaceError::OfferChanged),
            },
            Some(Part::Receipt | Part::Day(_)) => {}
            Some(Part::Offer) => return Err(PlaceError::OfferChanged),
            Some(Part::Promo) => return Err(PlaceError::PromoUsedUp),
            // The same buyer has placed another order meanwhile.
            Some(Part::Holds) => held = Some(old),
            Some(Part::Idempotency | Part::Other) | None => {
                let reason = "an item that must be new is there already".to_owned();
                return Err(StoreError::Refused { operation: "place an order", reason }.into());
            }
        }
    }
    if let (Some(limit), Some(old)) = (limit, held) {
        limit.known = old.map(items::read).transpose()?;
    }
    Ok(())
}
