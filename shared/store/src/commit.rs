//! Committing what was decided about an order: everything or nothing, in one transaction.

use domain::{
    ListingId, LogEntry, OfferId, Order,
    order::{Decision, LedgerMove, MoveKind},
};
use jiff::Timestamp;

use crate::{
    CallRecord, EventDone, IdempotencyRecord, Item, ScannedTicket, Store, StoreError,
    buyer_tickets::Recount,
    calendar::{self, Calendar, CalendarError},
    calls,
    error::NotApplied,
    events,
    items::{self, order, presale, promo, ticket_scans},
    ledger::{LedgerPart, LedgerWrite},
    log, lookups, outbox,
    stock::{self, GUESSES, Need, ShardFailure},
    value::{Change, n, s},
    write::Write,
};

/// What a commit is called in logs.
const OPERATION: &str = "settle an order";

/// What is written together with a decision.
#[derive(Debug)]
pub struct Commit<'a> {
    /// The order that was decided on. The commit is conditional on its version.
    pub before: &'a Order,
    /// What was decided.
    pub decision: Decision,
    /// Call records of the calls that follow.
    pub calls: Vec<CallRecord>,
    /// The Stripe event that this settles.
    pub event: Option<EventDone>,
    /// The idempotency record of the request that led to it.
    pub idempotency: Option<IdempotencyRecord>,
    /// What the log says of it, if staff decided it.
    pub log: Option<LogEntry>,
    /// All scans of the ticket that the decision is about, with the new one.
    pub scanned: Option<ScannedTicket>,
    /// For late payments: how many shards the offers of the lines have now. An offer that is missing here is gone.
    pub shards: Vec<(ListingId, OfferId, u16)>,
}

/// Why nothing was committed.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The order changed since it was read. Read it and decide again.
    #[error("the order has changed")]
    Version,
    /// The event took effect already, through another request.
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

/// What an entry of the transaction is, to read its failure.
#[derive(Debug, Clone, Copy)]
enum Part {
    Order,
    Event,
    Idempotency,
    Promo,
    Presale(usize),
    Drawn { need: usize, shard: u16 },
    Recount(usize),
    Day(usize),
    DayBack(usize),
    Receipt,
    Ledger(LedgerPart),
    Other,
}

/// A commit under way, with what each try that failed has taught.
struct Settling<'a> {
    before: &'a Order,
    /// The order as decided. Draws and receipt number change with each try.
    order: Order,
    outcome: &'static str,
    /// What is the same in each try.
    fixed: Vec<(Part, Write)>,
    needs: Vec<Need>,
    days: Calendar,
    /// What changes of the counts of its buyer.
    recounts: Vec<Recount>,
    moves: Vec<LedgerMove>,
    /// The ledger's writes; empty until the balance is read.
    ledger: Vec<LedgerWrite>,
    /// How many receipt numbers were taken.
    receipts: u32,
    /// How many tries failed by a condition.
    round: usize,
}

impl Store {
    /// Commits a decision: order, stock, promo uses, tickets, call records, notifications and the event, or nothing.
    ///
    /// # Errors
    /// [`CommitError`]; nothing is written then.
    pub async fn commit(&self, commit: Commit<'_>, now: Timestamp) -> Result<Order, CommitError> {
        let mut settling = self.settling(commit, now).await?;
        let mut backoff = self.backoff();
        loop {
            let planned = self.planned_commit(&mut settling, now).await?;
            let (parts, writes): (Vec<_>, Vec<_>) = planned.into_iter().unzip();
            let pauses = match self.transact_once(OPERATION, &writes).await {
                Ok(()) => return Ok(settling.order),
                Err(NotApplied::Conditions(failed)) => {
                    settling.learn(&parts, failed)?;
                    settling.round >= GUESSES
                }
                Err(NotApplied::Conflict) => {
                    settling.needs.iter_mut().for_each(|need| need.move_on(self.chance()));
                    true
                }
                Err(NotApplied::Store(error)) => return Err(error.into()),
            };
            if pauses && !backoff.pause().await {
                return Err(StoreError::out_of_time(OPERATION).into());
            }
        }
    }

    async fn settling<'a>(&self, commit: Commit<'a>, now: Timestamp) -> Result<Settling<'a>, CommitError> {
        let fixed = fixed(&commit, now)?;
        let Commit { before, decision, shards, .. } = commit;
        let order = decision.order;
        let days = if decision.draw { self.calendar(&order).await? } else { Calendar::default() };
        let shards_of = |listing: &ListingId, offer: &OfferId| {
            shards.iter().find(|(l, o, _)| l == listing && o == offer).map(|(_, _, shards)| (*shards, None))
        };
        let mut needs = Vec::new();
        if decision.draw {
            if order.lines.iter().any(|line| !line.unlimited && shards_of(&line.listing, &line.offer).is_none()) {
                return Err(CommitError::OutOfStock);
            }
            needs = stock::needs(&order, shards_of);
        }
        Ok(Settling {
            before,
            outcome: decision.outcome.as_str(),
            fixed,
            needs,
            days,
            recounts: Recount::all(before, &order, now),
            moves: decision.ledger,
            ledger: Vec::new(),
            receipts: 0,
            round: 0,
            order,
        })
    }

    /// All writes of the next try, by what is known now.
    async fn planned_commit(
        &self,
        settling: &mut Settling<'_>,
        now: Timestamp,
    ) -> Result<Vec<(Part, Write)>, CommitError> {
        let drawn = self.drawn(settling).await?;
        let (before, order) = (settling.before, &settling.order);
        if stock::too_spread(order, drawn.len()) {
            return Err(CommitError::OutOfStock);
        }
        let mut planned = vec![(Part::Order, replace(before, order)?)];
        planned.extend(drawn);
        let days = settling.days.take(now)?.into_iter().enumerate();
        planned.extend(days.map(|(index, write)| (Part::Day(index), write)));
        if let (None, Some(number)) = (&before.receipt, &order.receipt) {
            planned.push((Part::Receipt, lookups::receipt(number, &order.id)?));
        }
        let recounts = settling.recounts.iter().map(Recount::write).enumerate();
        planned.extend(recounts.filter_map(|(place, write)| Some((Part::Recount(place), write?))));
        if !settling.moves.is_empty() && settling.ledger.is_empty() {
            settling.ledger = self.ledger_writes(before, &settling.moves, now).await?;
        }
        planned.extend(settling.ledger.iter().map(|part| (Part::Ledger(part.kind), part.write.clone())));
        planned.extend(settling.fixed.iter().cloned());
        Ok(planned)
    }

    /// Plans which shards the units of a late payment come from.
    async fn drawn(&self, settling: &mut Settling<'_>) -> Result<Vec<(Part, Write)>, CommitError> {
        let Settling { order, needs, round, .. } = settling;
        let mut drawn = Vec::new();
        for (index, need) in needs.iter_mut().enumerate() {
            let draws = match need.plan(order.id.as_str()) {
                Ok(draws) if *round < GUESSES => draws,
                _ if self.read_shards(need).await? => {
                    need.plan(order.id.as_str()).map_err(|_| CommitError::OutOfStock)?
                }
                _ => return Err(CommitError::OutOfStock),
            };
            for draw in &draws {
                let part = Part::Drawn { need: index, shard: draw.shard };
                drawn.push((part, need.movement(draw, MoveKind::Take)));
            }
            stock::assign(order, need, draws);
        }
        Ok(drawn)
    }
}

impl Settling<'_> {
    /// Learns from the conditions that failed, or says why the decision cannot be committed.
    fn learn(&mut self, parts: &[Part], failed: Vec<(usize, Option<Item>)>) -> Result<(), CommitError> {
        self.round += 1;
        for (index, old) in failed {
            match parts.get(index) {
                Some(Part::Event) => return Err(CommitError::EventDone),
                Some(Part::Order) => return Err(CommitError::Version),
                Some(Part::Idempotency) => {
                    let old = old.ok_or_else(|| StoreError::out_of_time(OPERATION))?;
                    return Err(CommitError::Duplicate(Box::new(items::read(old)?)));
                }
                // A code that is gone takes no use back; that must not stop the release.
                Some(Part::Promo) => self.fixed.retain(|(part, _)| !matches!(part, Part::Promo)),
                Some(Part::Presale(gone)) => {
                    self.fixed.retain(|(part, _)| !matches!(part, Part::Presale(code) if code == gone));
                }
                Some(Part::Receipt) => {
                    // Eight characters are few enough that two receipts of a day may meet. The next number, then.
                    self.receipts += 1;
                    self.order.receipt = self.order.paid_at.map(|at| self.order.receipt_number(at, self.receipts));
                }
                Some(Part::Recount(place)) => self.recounts[*place].learn(old)?,
                Some(Part::Day(day)) => self.days.learn(*day, old)?,
                // A day that is over and forgotten takes no time back; that must not stop the release.
                Some(Part::DayBack(gone)) => {
                    self.fixed.retain(|(part, _)| !matches!(part, Part::DayBack(day) if day == gone));
                }
                Some(Part::Ledger(LedgerPart::Enough)) => return Err(CommitError::InsufficientHours),
                // The balance is another one by now: it is read again.
                Some(Part::Ledger(LedgerPart::Seen)) => self.ledger.clear(),
                Some(Part::Drawn { need, shard }) => {
                    if matches!(stock::learn(&mut self.needs[*need], *shard, old)?, ShardFailure::Changed) {
                        return Err(CommitError::OutOfStock);
                    }
                }
                Some(Part::Ledger(LedgerPart::Entry) | Part::Other) | None => {
                    let reason = format!("write {index} of the decision {} did not apply", self.outcome);
                    return Err(StoreError::Refused { operation: OPERATION, reason }.into());
                }
            }
        }
        Ok(())
    }
}

/// What does not depend on the plan.
fn fixed(commit: &Commit<'_>, now: Timestamp) -> Result<Vec<(Part, Write)>, StoreError> {
    let order = &commit.decision.order;
    let mut fixed = records(commit, now)?;
    fixed.extend(given_back(commit));
    fixed.extend(found_by(commit.before, order, now)?.into_iter().map(|write| (Part::Other, write)));
    for notification in order.outbox(&commit.decision.notifications, now) {
        fixed.push((Part::Other, outbox::put(order, &notification, now)?));
    }
    // A booking takes its expert's time for as long as it claims a seat.
    if commit.before.taken_time().is_some() && order.taken_time().is_none() {
        let back = calendar::give_back(commit.before).into_iter().enumerate();
        fixed.extend(back.map(|(day, write)| (Part::DayBack(day), write)));
    }
    Ok(fixed)
}

/// What led to the decision, and what it will ask of Stripe. A ticket's scans were read with the order, whose version keeps others
/// from writing them meanwhile.
fn records(commit: &Commit<'_>, now: Timestamp) -> Result<Vec<(Part, Write)>, StoreError> {
    let mut records = Vec::new();
    if let Some(event) = &commit.event {
        records.push((Part::Event, events::done(event, &commit.decision.order.id, now)));
    }
    if let Some(record) = &commit.idempotency {
        records.push((Part::Idempotency, calls::put_idempotency(record)?));
    }
    if let Some(scanned) = &commit.scanned {
        records.push((Part::Other, Write::Put { item: ticket_scans::item(scanned, now)?, condition: None }));
    }
    for call in &commit.calls {
        records.push((Part::Other, calls::put(call)?));
    }
    records.extend(log::put(commit.log.as_ref())?.map(|write| (Part::Other, write)));
    Ok(records)
}

/// Stock and uses of codes of the decision.
fn given_back(commit: &Commit<'_>) -> Vec<(Part, Write)> {
    let decision = &commit.decision;
    let mut back: Vec<_> = stock::moves(&decision.stock).into_iter().map(|write| (Part::Other, write)).collect();
    if let Some(applied) = &decision.order.promo {
        for listing in &decision.promo_back {
            let change = Change::default().add("uses", -1).given(":none", n(0));
            let key = promo::key(listing, &applied.code);
            back.push((Part::Promo, Write::Update { key, change, condition: "#uses > :none" }));
        }
    }
    if let Some(applied) = &decision.order.presale {
        for (place, used) in decision.presale_back.iter().enumerate() {
            let change = Change::default().add("uses", -1).given(":none", n(0));
            let key = presale::key(&used.listing, &used.offer, &applied.code);
            back.push((Part::Presale(place), Write::Update { key, change, condition: "#uses > :none" }));
        }
    }
    back
}

/// What changes of the places where the order is found.
fn found_by(before: &Order, order: &Order, now: Timestamp) -> Result<Vec<Write>, StoreError> {
    let mut writes = lookups::tickets(Some(before), order)?;
    for refund in order.refunds.iter().skip(before.refunds.len()) {
        // The order's own payment carries the order's id; a second one, made by hand, may not.
        let other = refund.payment_intent.as_ref().filter(|i| Some(*i) != order.payment.payment_intent_id.as_ref());
        if let Some(intent) = other {
            writes.push(lookups::payment(intent, &order.id)?);
        }
    }
    if let (Some(customer), None) = (&before.buyer.customer, &order.buyer.customer) {
        writes.extend(lookups::forget_customer(order, customer));
    }
    if before.review.is_some() != order.review.is_some() {
        writes.push(lookups::review(order, now)?);
    }
    let deadline = |order: &Order| order.dispute_to_answer().map(|dispute| dispute.due_by);
    if deadline(before) != deadline(order) {
        writes.push(lookups::dispute(order, now)?);
    }
    writes.extend(lookups::tickets_changed(before, order, now)?);
    writes.extend(lookups::sold(Some(before), order, now)?);
    writes.extend(lookups::refunds_made(before, order, now)?);
    writes.extend(lookups::searched_anew(before, order, now));
    Ok(writes)
}

/// The order as decided, in the place of the one that it was decided from. Stripe's ids are noted without a new
/// version, so they must be the same as well: a caller who read the order before they were noted reads it again.
fn replace(before: &Order, after: &Order) -> Result<Write, StoreError> {
    let item = order::item(after)?;
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
