//! Orders: reading one, and committing what was decided about it.

use domain::{
    EventId, ListingId, OfferId, Order, OrderId, TicketCode,
    order::{Decision, MoveKind},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CallRecord, EventDone, EventRecord, IdempotencyRecord, Item, NEW, Store, StoreError, Write, WriteError,
    calendar::{self, Calendar, CalendarError},
    error::Cancelled,
    events,
    items::{self, OrderItem, due_second},
    keys,
    ledger::LedgerPart,
    outbox,
    place::GUESSES,
    stock::{self, ShardFailure},
    value::{Change, n, s},
};

/// A condition that always holds.
const ANYHOW: &str = "attribute_exists(pk) OR attribute_not_exists(pk)";

/// What is written together with a decision.
#[derive(Debug)]
pub struct Commit<'a> {
    /// The order that was decided on. The commit is conditional on its version.
    pub before: &'a Order,
    /// What was decided.
    pub decision: Decision,
    /// Intent records of the calls that follow.
    pub calls: Vec<CallRecord>,
    /// The Stripe event that this settles.
    pub event: Option<EventDone>,
    /// The idempotency record of the request that asked for it.
    pub idempotency: Option<IdempotencyRecord>,
    /// For late payments: how many shards the offers of the lines have now. An offer that is missing here is gone.
    pub shards: Vec<(ListingId, OfferId, u16)>,
}

/// Why nothing was committed.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The order changed since it was read. Read it and decide again.
    #[error("the order has changed")]
    Version,
    /// The event took effect already, by somebody else's hand.
    #[error("the event is done")]
    EventDone,
    /// A late payment finds no stock. Decide again without.
    #[error("there is no stock left")]
    OutOfStock,
    /// The hours that go back were spent.
    #[error("the hours are spent")]
    InsufficientHours,
    /// The idempotency key was used before.
    #[error("the request was made before")]
    Duplicate(Box<IdempotencyRecord>),
    /// The table gave no answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CalendarError> for CommitError {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::Overlaps(_) => Self::OutOfStock,
            CalendarError::Store(error) => Self::Store(error),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Part {
    Order,
    Event,
    Idempotency,
    Promo,
    Drawn { need: usize, shard: u16 },
    Day(usize),
    DayBack(usize),
    Receipt,
    Ledger(LedgerPart),
    Other,
}

#[derive(Debug, Serialize, Deserialize)]
struct Reference {
    order: OrderId,
}

impl Store {
    /// Reads an order.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order(&self, id: &OrderId) -> Result<Option<Order>, StoreError> {
        let item = self.get("read an order", &keys::order(id)).await?;
        item.map(read_order).transpose()
    }

    /// Reads an order and what has become of an event, in one round trip.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order_and_event(
        &self,
        order: &OrderId,
        event: &EventId,
    ) -> Result<(Option<Order>, Option<EventRecord>), StoreError> {
        let mut found = (None, None);
        for item in self.batch_get("read an order", &[keys::order(order), keys::event(event)]).await? {
            match item.get("entity").and_then(|entity| entity.as_s().ok()).map(String::as_str) {
                Some("order") => found.0 = Some(read_order(item)?),
                _ => found.1 = Some(items::read(item)?),
            }
        }
        Ok(found)
    }

    /// Reads several orders, in no order; those that are gone are missing.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn orders(&self, ids: &[OrderId]) -> Result<Vec<Order>, StoreError> {
        let mut orders = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(100) {
            let keys: Vec<_> = chunk.iter().map(keys::order).collect();
            for item in self.batch_get("read orders", &keys).await? {
                orders.push(read_order(item)?);
            }
        }
        Ok(orders)
    }

    /// The order that a Stripe object belongs to, if we have seen it before.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order_of_stripe(&self, id: &str) -> Result<Option<OrderId>, StoreError> {
        let item = self.get("look up a payment", &keys::stripe(id)).await?;
        Ok(item.map(items::read::<Reference>).transpose()?.map(|reference| reference.order))
    }

    /// Notes the session that Stripe made for an order, only where none is yet, touching neither status nor version: a
    /// webhook may have been faster. From then on the order is looked after when its hold runs out.
    ///
    /// # Errors
    /// [`StoreError`]. That there is a session already is not an error.
    pub async fn record_session(&self, order: &Order, session: &str, url: Option<&str>) -> Result<(), StoreError> {
        let key = keys::order(&order.id);
        let note = || Change::default().set_once("session_id", Some(s(session))).set_once("checkout_url", url.map(s));
        let hold = order.hold.as_ref().map(|hold| n(due_second(hold.expires_at)));
        let fresh = note()
            .set_or_remove("due_at", hold)
            .given(":version", n(order.version))
            .naming("version")
            .naming("session_id");
        let condition = "#version = :version AND attribute_not_exists(#session_id)";
        match self.write("note a session", Write::Update { key: key.clone(), change: fresh, condition }).await {
            Ok(()) => return Ok(()),
            Err(WriteError::Condition) => {}
            Err(WriteError::Store(error)) => return Err(error),
        }
        // Something has happened to the order meanwhile, and with it when it is due.
        let write = Write::Update { key, change: note(), condition: "attribute_exists(pk)" };
        match self.write("note a session", write).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// The order that a ticket code belongs to, however its O, 0, I, 1 and L were read.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order_of_ticket(&self, code: &TicketCode) -> Result<Option<OrderId>, StoreError> {
        let keys: Vec<_> = code.candidates().iter().map(keys::ticket).collect();
        let (first, older) = keys.split_at(1.min(keys.len()));
        for key in first {
            if let Some(item) = self.get("look up a ticket", key).await? {
                return Ok(Some(items::read::<Reference>(item)?.order));
            }
        }
        let found = if older.is_empty() { Vec::new() } else { self.batch_get("look up a ticket", older).await? };
        Ok(found.into_iter().next().map(items::read::<Reference>).transpose()?.map(|reference| reference.order))
    }

    /// Notes the payment intent that Stripe made for an order, only where none is yet, touching neither status nor
    /// version; and with it the intent record of its confirmation, if the server is to confirm.
    ///
    /// # Errors
    /// [`StoreError`]. That it was noted before is not an error.
    pub async fn record_intent(
        &self,
        order: &OrderId,
        intent: &str,
        confirm: Option<&CallRecord>,
    ) -> Result<(), StoreError> {
        let change = Change::default().set_once("payment_intent_id", Some(s(intent)));
        let note = Write::Update { key: keys::order(order), change, condition: "attribute_exists(pk)" };
        let Some(call) = confirm else {
            return match self.write("note a payment", note).await {
                Ok(()) | Err(WriteError::Condition) => Ok(()),
                Err(WriteError::Store(error)) => Err(error),
            };
        };
        let item = items::write(&keys::call(order, call.n), "call", call)?;
        let writes = [note, Write::Put { item, condition: Some(NEW) }];
        match self.transact("note a payment", &writes).await {
            Ok(()) | Err(Cancelled::Conditions(_)) => Ok(()),
            Err(Cancelled::Conflict) => Err(StoreError::gave_up("note a payment")),
            Err(Cancelled::Store(error)) => Err(error),
        }
    }

    /// Commits a decision: order, stock, promo uses, tickets, intent records, notifications and the event, or nothing.
    ///
    /// # Errors
    /// [`CommitError`]; nothing is written then.
    pub async fn commit(&self, commit: Commit<'_>, now: Timestamp) -> Result<Order, CommitError> {
        let Commit { before, decision, calls, event, idempotency, shards } = commit;
        let mut order = decision.order;
        let mut fixed: Vec<(Part, Write)> = Vec::new();
        if let Some(event) = &event {
            fixed.push((Part::Event, events::done(event, &order.id, now)));
        }
        if let Some(record) = &idempotency {
            let item = items::write(&keys::idempotency(&record.scope, &record.key), "idempotency", record)?;
            fixed.push((Part::Idempotency, Write::Put { item, condition: Some(NEW) }));
        }
        for call in &calls {
            let item = items::write(&keys::call(&order.id, call.n), "call", call)?;
            fixed.push((Part::Other, Write::Put { item, condition: Some(NEW) }));
        }
        for write in stock::moves(&decision.stock) {
            fixed.push((Part::Other, write));
        }
        if let Some(promo) = &order.promo {
            for listing in &decision.promo_back {
                let change = Change::default().add("uses", -1).given(":none", n(0));
                let key = keys::promo(listing, &promo.code);
                fixed.push((Part::Promo, Write::Update { key, change, condition: "#uses > :none" }));
            }
        }
        if before.tickets.is_empty() {
            fixed.extend(ticket_refs(&order)?.into_iter().map(|write| (Part::Other, write)));
        }
        for refund in order.refunds.iter().skip(before.refunds.len()) {
            // The order's own payment carries the order's id; a second one, made by hand, may not.
            let other = refund.payment_intent.as_ref().filter(|i| Some(*i) != order.payment.payment_intent_id.as_ref());
            if let Some(intent) = other {
                fixed.push((Part::Other, reference(intent, &order.id)?));
            }
        }
        if let (Some(customer), None) = (&before.buyer.customer, &order.buyer.customer) {
            // The customer is forgotten, and so is that the order was theirs.
            let key = keys::customer_order(&order.organization, customer, order.created_at, &order.id);
            fixed.push((Part::Other, Write::Delete { key, condition: ANYHOW, given: Change::default() }));
        }
        if before.review.is_some() != order.review.is_some() {
            fixed.push((Part::Other, review_entry(&order, now)?));
        }
        for notification in &decision.notifications {
            fixed.push((Part::Other, outbox::put(&order, notification, now)?));
        }
        // A booking takes its expert's time for as long as it claims a seat.
        if before.taken_time().is_some() && order.taken_time().is_none() {
            let back = calendar::give_back(before).into_iter().enumerate();
            fixed.extend(back.map(|(day, write)| (Part::DayBack(day), write)));
        }
        let mut days = if decision.draw { self.calendar(&order).await? } else { Calendar::default() };

        let mut receipts = 0;
        let mut ledger = Vec::new();
        let mut needs = Vec::new();
        if decision.draw {
            if order.lines.iter().any(|line| !line.unlimited && !has(&shards, &line.listing, &line.offer)) {
                return Err(CommitError::OutOfStock);
            }
            needs = stock::needs(&order, |listing, offer| {
                shards.iter().find(|(l, o, _)| l == listing && o == offer).map(|(_, _, shards)| (*shards, None))
            });
        }
        let mut round = 0;
        let mut backoff = self.backoff();
        loop {
            let mut parts = vec![Part::Order];
            let mut writes = Vec::new();
            let mut drawn = Vec::new();
            for (index, need) in needs.iter_mut().enumerate() {
                let draws = match need.plan(order.id.as_str()) {
                    Ok(draws) if round < GUESSES => draws,
                    _ if self.read_shards(need).await? => {
                        need.plan(order.id.as_str()).map_err(|_| CommitError::OutOfStock)?
                    }
                    _ => return Err(CommitError::OutOfStock),
                };
                for draw in &draws {
                    parts.push(Part::Drawn { need: index, shard: draw.shard });
                    drawn.push(stock::movement(
                        &need.listing,
                        &need.offer,
                        draw.shard,
                        draw.quantity,
                        MoveKind::Take,
                        None,
                    ));
                }
                let (listing, offer) = (need.listing.clone(), need.offer.clone());
                stock::assign(&mut order, &listing, &offer, draws);
            }
            if stock::too_spread(&order, drawn.len()) {
                return Err(CommitError::OutOfStock);
            }
            writes.push(replace(before, &order)?);
            writes.extend(drawn);
            for (index, write) in days.take(now)?.into_iter().enumerate() {
                parts.push(Part::Day(index));
                writes.push(write);
            }
            if before.receipt.is_none()
                && let Some(number) = &order.receipt
            {
                parts.push(Part::Receipt);
                writes.push(receipt_ref(number, &order.id)?);
            }
            if !decision.ledger.is_empty() && ledger.is_empty() {
                ledger = self.ledger_writes(before, &decision.ledger, now).await?;
            }
            for part in &ledger {
                parts.push(Part::Ledger(part.kind));
                writes.push(part.write.clone());
            }
            for (part, write) in &fixed {
                parts.push(*part);
                writes.push(write.clone());
            }
            let failed = match self.transact_once("settle an order", &writes).await {
                Ok(()) => return Ok(order),
                Err(Cancelled::Conditions(failed)) => failed,
                Err(Cancelled::Conflict) => {
                    needs.iter_mut().for_each(stock::Need::move_on);
                    if backoff.pause().await {
                        continue;
                    }
                    return Err(StoreError::gave_up("settle an order").into());
                }
                Err(Cancelled::Store(error)) => return Err(error.into()),
            };
            round += 1;
            for (index, old) in failed {
                match parts.get(index) {
                    Some(Part::Event) => return Err(CommitError::EventDone),
                    Some(Part::Order) => return Err(CommitError::Version),
                    Some(Part::Idempotency) => {
                        let old = old.ok_or_else(|| StoreError::gave_up("settle an order"))?;
                        return Err(CommitError::Duplicate(Box::new(items::read(old)?)));
                    }
                    // A promo code that is gone takes no use back; that must not stop the release.
                    Some(Part::Promo) => fixed.retain(|(part, _)| !matches!(part, Part::Promo)),
                    Some(Part::Receipt) => {
                        // Eight characters are few enough that two receipts of a day may meet. The next number, then.
                        receipts += 1;
                        order.receipt = order.paid_at.map(|at| order.receipt_number(at, receipts));
                    }
                    Some(Part::Day(day)) => days.learn(*day, old)?,
                    // A day that is over and forgotten takes no time back; that must not stop the release.
                    Some(Part::DayBack(day)) => {
                        let gone = *day;
                        fixed.retain(|(part, _)| !matches!(part, Part::DayBack(day) if *day == gone));
                    }
                    Some(Part::Ledger(LedgerPart::Enough)) => return Err(CommitError::InsufficientHours),
                    // The balance is another one by now: read it again.
                    Some(Part::Ledger(LedgerPart::Seen)) => ledger.clear(),
                    Some(Part::Drawn { need, shard }) => {
                        if matches!(stock::learn(&mut needs[*need], *shard, old)?, ShardFailure::Changed) {
                            return Err(CommitError::OutOfStock);
                        }
                    }
                    Some(Part::Ledger(LedgerPart::Entry) | Part::Other) | None => {
                        let reason = format!("write {index} of the decision {} did not apply", decision.outcome);
                        return Err(StoreError::Refused { operation: "settle an order", reason }.into());
                    }
                }
            }
            if round >= GUESSES && !backoff.pause().await {
                return Err(StoreError::gave_up("settle an order").into());
            }
        }
    }
}

fn has(shards: &[(ListingId, OfferId, u16)], listing: &ListingId, offer: &OfferId) -> bool {
    shards.iter().any(|(l, o, _)| l == listing && o == offer)
}

pub(crate) fn read_order(item: Item) -> Result<Order, StoreError> {
    Ok(items::read::<OrderItem>(item)?.into_order())
}

/// The order as decided, in the place of the one that it was decided from. Stripe's ids are noted without a new
/// version, so they must be the same as well: whoever read the order before they were noted reads it again.
fn replace(before: &Order, after: &Order) -> Result<Write, StoreError> {
    let item = items::write(&keys::order(&after.id), "order", &OrderItem::new(after))?;
    let (session, intent) = (&before.payment.session_id, &before.payment.payment_intent_id);
    let condition = match (session, intent) {
        (Some(_), Some(_)) => "#version = :before AND #session_id = :session AND #payment_intent_id = :intent",
        (Some(_), None) => "#version = :before AND #session_id = :session AND attribute_not_exists(#payment_intent_id)",
        (None, Some(_)) => "#version = :before AND attribute_not_exists(#session_id) AND #payment_intent_id = :intent",
        (None, None) => {
            "#version = :before AND attribute_not_exists(#session_id) AND attribute_not_exists(#payment_intent_id)"
        }
    };
    let mut given = Change::default()
        .given(":before", n(before.version))
        .naming("version")
        .naming("session_id")
        .naming("payment_intent_id");
    for (placeholder, id) in [(":session", session), (":intent", intent)] {
        if let Some(id) = id {
            given = given.given(placeholder, s(id));
        }
    }
    Ok(Write::PutIf { item, condition, given })
}

/// A look-up item for each ticket.
pub(crate) fn ticket_refs(order: &Order) -> Result<Vec<Write>, StoreError> {
    let put = |code: &TicketCode| {
        let item = items::write(&keys::ticket(code), "ticket", &Reference { order: order.id.clone() })?;
        Ok(Write::Put { item, condition: Some(NEW) })
    };
    order.tickets.iter().map(|ticket| put(&ticket.code)).collect()
}

/// Where an order is found besides its own item: a customer's list, if a customer placed it, and the lists of all its
/// listings but the first, whose entry the order's own item is.
pub(crate) fn list_refs(order: &Order) -> Result<Vec<Write>, StoreError> {
    let mut writes = Vec::new();
    if let Some(customer) = &order.buyer.customer {
        let key = keys::customer_order(&order.organization, customer, order.created_at, &order.id);
        let item = items::write(&key, "customer_order", &Reference { order: order.id.clone() })?;
        writes.push(Write::Put { item, condition: None });
    }
    for listing in items::listings_of(order).iter().skip(1) {
        let key = keys::order_listing(&order.id, listing);
        let mut item = items::write(&key, "order_listing", &Reference { order: order.id.clone() })?;
        item.insert("listing_shard".to_owned(), s(keys::listing_orders(listing, order.id.as_str())));
        item.insert("org_time".to_owned(), s(keys::by_time(order.created_at, order.id.as_str())));
        writes.push(Write::Put { item, condition: None });
    }
    Ok(writes)
}

/// A receipt's number, which nobody else has.
pub(crate) fn receipt_ref(number: &str, order: &OrderId) -> Result<Write, StoreError> {
    let item = items::write(&keys::receipt(number), "receipt", &Reference { order: order.clone() })?;
    Ok(Write::Put { item, condition: Some(NEW) })
}

/// For how long the entry of a review that has ended stays.
const ENDED_REVIEW: i64 = 24 * 3_600;

/// The entry of an order in review in its organization's list of them, or one that is in no list any more.
fn review_entry(order: &Order, now: Timestamp) -> Result<Write, StoreError> {
    let mut item = items::write(&keys::review(&order.id), "review", &Reference { order: order.id.clone() })?;
    if let Some(review) = &order.review {
        item.insert("org_shard".to_owned(), s(keys::org_reviews(&order.organization)));
        item.insert("org_time".to_owned(), s(keys::by_time(review.since, order.id.as_str())));
    } else {
        item.insert("ttl".to_owned(), n(now.as_second() + ENDED_REVIEW));
    }
    Ok(Write::Put { item, condition: None })
}

fn reference(stripe: &str, order: &OrderId) -> Result<Write, StoreError> {
    let item = items::write(&keys::stripe(stripe), "stripe", &Reference { order: order.clone() })?;
    // The same object always names the same order, so writing it again is no harm.
    Ok(Write::Put { item, condition: None })
}
