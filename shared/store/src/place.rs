//! Placing an order: everything or nothing, in one transaction.

use domain::{
    ListingId, NotificationKind, OfferId, Order, PresaleCode, PresaleUse, PromoCode,
    order::{Draw, LedgerMove, MoveKind, StockState},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    CallRecord, HoldLimit, IdempotencyRecord, Item, ShareLimit, Store, StoreError, buyer_tickets,
    calendar::{Calendar, CalendarError},
    calls,
    error::NotApplied,
    items::{self, offer, order, presale, promo},
    limits, lookups, outbox,
    stock::{self, GUESSES, Need, ShardFailure},
    value::{Change, n},
    write::{NEW, Write},
};

/// What placing is called in logs.
const OPERATION: &str = "place an order";

/// By when Stripe's session of an order is noted, if all goes well.
const SESSION_KNOWN: SignedDuration = SignedDuration::from_secs(15);

/// All that is written when an order is placed.
#[derive(Debug)]
pub struct Placement {
    /// The order. Its draws are filled in here.
    pub order: Order,
    /// The call record of the call that follows; none for a free order.
    pub call: Option<CallRecord>,
    /// The idempotency record, where the client sent a key.
    pub idempotency: Option<IdempotencyRecord>,
    /// The offers of its lines: listing, offer, version, and the number of shards, which is 0 for unlimited ones.
    pub offers: Vec<(ListingId, OfferId, u64, u16)>,
    /// The promo code and the listings in which a use is counted.
    pub promo: Option<(PromoCode, Vec<ListingId>)>,
    /// The presale code and where a use is counted.
    pub presale: Option<(PresaleCode, Vec<PresaleUse>)>,
    /// What the buyer is sent at once: the confirmation of a free order.
    pub notifications: Vec<NotificationKind>,
    /// What a free package puts on its customer's balance.
    pub ledger: Vec<LedgerMove>,
    /// How many orders its buyer may have open, where there is a limit.
    pub limit: Option<HoldLimit>,
    /// How many tickets its buyer may have of each show that it counts.
    pub shares: Vec<ShareLimit>,
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
        /// Its id.
        listing: ListingId,
        /// Its id, unique within the listing.
        offer: OfferId,
        /// How many units there are.
        left: u32,
    },
    /// Another slot of the expert has taken time that this one needs.
    #[error("the expert's time is taken")]
    SlotOverlaps,
    /// The promo code has no use left.
    #[error("the promo code is used up")]
    PromoUsedUp,
    /// The presale code has no use left. Read it again and decide again.
    #[error("the presale code is used up")]
    PresaleUsedUp,
    /// The buyer would have more tickets of a show than one may have.
    #[error("the buyer has {held} tickets of {listing} already")]
    ShareExceeded {
        /// The show.
        listing: ListingId,
        /// How many the buyer has.
        held: u32,
    },
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
    Presale,
    Share(usize),
    Holds,
    Receipt,
    Number,
    Other,
}

/// A placing under way, with what each try that failed has taught.
struct Placing {
    /// The order. Draws, number and receipt number change with each try.
    order: Order,
    /// What is the same in each try.
    fixed: Vec<(Part, Write)>,
    needs: Vec<Need>,
    days: Calendar,
    limit: Option<HoldLimit>,
    /// How many receipt numbers were taken.
    receipts: u32,
    /// How many of its numbers were taken.
    numbers: u32,
    /// How many tries failed by a condition.
    round: usize,
    /// How many tries lost to other transactions.
    conflicts: usize,
}

impl Store {
    /// Places the order: idempotency record, order, stock, promo use, call record. A free order is placed already paid:
    /// its units go straight from available to sold.
    ///
    /// # Errors
    /// [`PlaceError`]; nothing is written then.
    pub async fn place(&self, placement: Placement, now: Timestamp) -> Result<Order, PlaceError> {
        let mut placing = self.placing(placement, now).await?;
        let mut backoff = self.backoff();
        loop {
            let planned = self.planned_placing(&mut placing, now).await?;
            let (parts, writes): (Vec<_>, Vec<_>) = planned.into_iter().unzip();
            let pauses = match self.transact_once(OPERATION, &writes).await {
                Ok(()) => return Ok(placing.order),
                Err(NotApplied::Conditions(failed)) => {
                    placing.learn(&parts, failed)?;
                    // What a plan was made from is outdated again and again only in a crowd.
                    placing.round >= GUESSES
                }
                // Others are at these items, which says nothing of how many units there are. Elsewhere, then.
                Err(NotApplied::Conflict) => {
                    placing.conflicts += 1;
                    placing.needs.iter_mut().for_each(|need| need.move_on(self.chance()));
                    true
                }
                Err(NotApplied::Store(error)) => return Err(error.into()),
            };
            if pauses && !backoff.pause().await {
                return Err(StoreError::out_of_time(OPERATION).into());
            }
        }
    }

    async fn placing(&self, placement: Placement, now: Timestamp) -> Result<Placing, PlaceError> {
        let mut fixed = fixed(&placement, now)?;
        let Placement { order, offers, ledger, limit, .. } = placement;
        let shards_of = |listing: &ListingId, offer: &OfferId| {
            let found = offers.iter().find(|(l, o, ..)| l == listing && o == offer);
            found.map(|(_, _, version, shards)| (*shards, Some(*version)))
        };
        let needs = stock::needs(&order, shards_of);
        let days = self.calendar(&order).await?;
        let entries = self.ledger_writes(&order, &ledger, now).await?;
        fixed.extend(entries.into_iter().map(|part| (Part::Other, part.write)));
        Ok(Placing { order, fixed, needs, days, limit, receipts: 0, numbers: 0, round: 0, conflicts: 0 })
    }

    /// All writes of the next try, by what is known now.
    async fn planned_placing(&self, placing: &mut Placing, now: Timestamp) -> Result<Vec<(Part, Write)>, PlaceError> {
        let mut planned = self.drawn_units(placing).await?;
        let order = &placing.order;
        if stock::too_spread(order, planned.len()) {
            return Err(PlaceError::TooSpread);
        }
        let days = placing.days.take(now)?.into_iter().enumerate();
        planned.extend(days.map(|(index, write)| (Part::Day(index), write)));
        planned.push((Part::Other, Write::Put { item: order::item(order)?, condition: Some(NEW) }));
        if let Some(number) = &order.receipt {
            planned.push((Part::Receipt, lookups::receipt(number, &order.id)?));
        }
        if let Some(number) = &order.number {
            planned.push((Part::Number, lookups::number(number, order)?));
        }
        if let Some(limit) = &mut placing.limit {
            if let Some(until) = self.make_room(limit, now).await? {
                return Err(PlaceError::TooManyHolds { until });
            }
            planned.push((Part::Holds, limits::put(limit, order, now)?));
        }
        planned.extend(placing.fixed.iter().cloned());
        Ok(planned)
    }

    /// Plans which shards the units come from.
    async fn drawn_units(&self, placing: &mut Placing) -> Result<Vec<(Part, Write)>, PlaceError> {
        let Placing { order, needs, round, conflicts, .. } = placing;
        let kind = if order.stock == StockState::Sold { MoveKind::Take } else { MoveKind::Hold };
        let mut drawn = Vec::new();
        for (index, need) in needs.iter_mut().enumerate() {
            let read_shards = *conflicts >= GUESSES || *round >= GUESSES && need.shards > 1;
            let draws = self.planned(need, order.id.as_str(), read_shards).await?;
            for draw in &draws {
                drawn.push((Part::Shard { need: index, shard: draw.shard }, need.movement(draw, kind)));
            }
            stock::assign(order, need, draws);
        }
        Ok(drawn)
    }

    /// A plan for one need: by what is known, or by a fresh read of the stock where that is not enough, or where a crowd
    /// is at the shards. Reading is never refused, and a buyer for whom all is gone hears it without waiting for a turn.
    async fn planned(&self, need: &mut Need, order: &str, read_shards: bool) -> Result<Vec<Draw>, PlaceError> {
        let known = need.plan(order);
        if let (false, Ok(draws)) = (read_shards, &known) {
            return Ok(draws.clone());
        }
        // A single shard's failed condition says all there is to know.
        if (need.shards > 1 || known.is_ok())
            && self.read_shards(need).await?
            && let Ok(draws) = need.plan(order)
        {
            return Ok(draws);
        }
        Err(PlaceError::OutOfStock { listing: need.listing.clone(), offer: need.offer.clone(), left: need.left() })
    }
}

impl Placing {
    /// Learns from the conditions that failed, or says why the order cannot be placed.
    fn learn(&mut self, parts: &[Part], failed: Vec<(usize, Option<Item>)>) -> Result<(), PlaceError> {
        self.round += 1;
        // A repeat finds its own first call's stock taken, so the idempotency record is asked first.
        for (index, old) in &failed {
            if matches!(parts.get(*index), Some(Part::Idempotency)) {
                let old = old.clone().ok_or_else(|| StoreError::out_of_time(OPERATION))?;
                return Err(PlaceError::Duplicate(Box::new(items::read(old)?)));
            }
        }
        for (index, old) in failed {
            match parts.get(index) {
                Some(Part::Shard { need, shard }) => match stock::learn(&mut self.needs[*need], *shard, old)? {
                    ShardFailure::Short => {}
                    ShardFailure::Changed => return Err(PlaceError::OfferChanged),
                },
                Some(Part::Day(day)) => self.days.learn(*day, old)?,
                Some(Part::Receipt) => {
                    self.receipts += 1;
                    self.order.receipt = self.order.paid_at.map(|at| self.order.receipt_number(at, self.receipts));
                }
                // Numbers are short, so of a hundred thousand orders a few have met another one's.
                Some(Part::Number) => {
                    self.numbers += 1;
                    self.order.number = Some(self.order.new_number(self.numbers));
                }
                Some(Part::Offer) => return Err(PlaceError::OfferChanged),
                Some(Part::Promo) => return Err(PlaceError::PromoUsedUp),
                Some(Part::Share(place)) => {
                    let listing = self.order.buyer_count.as_ref().and_then(|count| count.listings.get(*place));
                    let listing = listing.cloned().ok_or_else(|| StoreError::out_of_time(OPERATION))?;
                    return Err(PlaceError::ShareExceeded { listing, held: buyer_tickets::held(old)? });
                }
                Some(Part::Presale) => return Err(PlaceError::PresaleUsedUp),
                // The same buyer has placed another order meanwhile.
                Some(Part::Holds) => {
                    if let Some(limit) = &mut self.limit {
                        limit.known = old.map(items::read).transpose()?;
                    }
                }
                Some(Part::Idempotency | Part::Other) | None => {
                    let reason = "an item that must be new is there already".to_owned();
                    return Err(StoreError::Refused { operation: OPERATION, reason }.into());
                }
            }
        }
        Ok(())
    }
}

/// What does not depend on the plan.
fn fixed(placement: &Placement, now: Timestamp) -> Result<Vec<(Part, Write)>, StoreError> {
    let order = &placement.order;
    let mut fixed = Vec::new();
    if let Some(record) = &placement.idempotency {
        fixed.push((Part::Idempotency, calls::put_idempotency(record)?));
    }
    for (listing, offer, version, _) in placement.offers.iter().filter(|(.., shards)| *shards == 0) {
        let change = Change::default().given(":version", n(*version)).naming("version");
        let key = offer::key(listing, offer);
        fixed.push((Part::Offer, Write::Check { key, condition: "#version = :version", change }));
    }
    if let Some((code, listings)) = &placement.promo {
        for listing in listings {
            let change = Change::default().add("uses", 1).naming("max_uses");
            let key = promo::key(listing, code);
            fixed.push((Part::Promo, Write::Update { key, change, condition: "#uses < #max_uses" }));
        }
    }
    if let Some((code, offers)) = &placement.presale {
        for PresaleUse { listing, offer } in offers {
            let change = Change::default().add("uses", 1).naming("max_uses");
            let key = presale::key(listing, offer, code);
            fixed.push((Part::Presale, Write::Update { key, change, condition: "#uses < #max_uses" }));
        }
    }
    for (count, limit) in
        order.buyer_count.iter().flat_map(|count| placement.shares.iter().map(move |limit| (count, limit)))
    {
        let place = count.listings.iter().position(|listing| listing == &limit.listing).unwrap_or_default();
        fixed.push((Part::Share(place), buyer_tickets::take(count, limit, order)));
    }
    let mut others = Vec::new();
    if let Some(call) = &placement.call {
        others.push(calls::put(call)?);
    }
    others.extend(lookups::tickets(None, order)?);
    others.extend(lookups::lists(order)?);
    others.extend(lookups::sold(None, order, now)?);
    others.push(lookups::searchable(order, now + SESSION_KNOWN));
    for notification in order.outbox(&placement.notifications, now) {
        others.push(outbox::put(order, &notification, now)?);
    }
    others.extend(lookups::booking(order));
    fixed.extend(others.into_iter().map(|write| (Part::Other, write)));
    Ok(fixed)
}
