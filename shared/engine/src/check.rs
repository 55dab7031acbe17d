//! The daily check: does an offer's stock add up with the orders that claim it, and does each of these orders hold what
//! must hold of it?
//!
//! It mends nothing. What does not add up means a fault that is not known yet, and a person has to look.
//!
//! How far it has come is written down after each slice. If the process dies, the next one goes on from there; of two that check
//! at once one has the lease.

use std::collections::{BTreeMap, BTreeSet};

use domain::{ListingId, Offer, OfferId, Order, order::StockState};
use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use store::{CheckJob, Due, Shard};
use tokio::time::Instant;

use crate::{base::Engine, error::EngineError, lanes::Finished};

/// How often each listing is checked.
const EACH: SignedDuration = SignedDuration::from_hours(24);
/// For how long after its end a listing is checked: as long as its orders may change.
const AFTER_END: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How often a look is repeated because it found something, or because everything was being sold meanwhile.
const TALLIES: u32 = 3;
/// How old a look may be that is gone on with. An older one would compare with stock of another day.
const STALE: SignedDuration = SignedDuration::from_hours(6);
/// When a look that found something is repeated: by then the index shows all orders that were there at the first.
const INDEX_LATE: SignedDuration = SignedDuration::from_secs(60);
/// How far a look has come is written down after so many pages of a hundred orders.
const PAGES: u32 = 20;
/// The stock of how many offers is read at the same time.
const OFFERS_AT_ONCE: usize = 8;

/// Held and sold units by offer and shard.
type Units = BTreeMap<(OfferId, u16), (u32, u32)>;

/// What a look through a listing's orders came to.
enum Tally {
    /// Whether everything adds up that was not being sold meanwhile.
    Verdict(bool),
    /// Something does not add up, and there must be another look.
    Suspicion,
    /// Time was up before it was through.
    OutOfTime,
}

impl Engine {
    /// Checks a listing's stock against its orders, all at once. True if it adds up, or cannot be known because it is
    /// being sold just now.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn check_listing(&self, id: &ListingId) -> Result<bool, EngineError> {
        let Some((_, offers)) = self.store.listing(id).await? else { return Ok(true) };
        let mut job = begin(id, &self.stock_of(&offers).await?, self.clock.now());
        loop {
            if let Tally::Verdict(verdict) = self.tally(&mut job, None).await? {
                return Ok(verdict);
            }
        }
    }

    /// The check when it is due, until `until`; it goes on where it was, and once it is through it is due again a day
    /// later, until long after the listing's end.
    pub(crate) async fn check_due_listing(
        &self,
        id: &ListingId,
        due: &Due,
        until: Instant,
    ) -> Result<Finished, EngineError> {
        let now = self.clock.now();
        let Some((listing, offers)) = self.store.listing(id).await? else {
            self.store.reschedule(due, None).await?;
            return Ok(Finished::Done);
        };
        // Every seller has a listing, and each is seen to once a day.
        self.store.ensure_summary_job(&listing.organization, now).await?;
        let known = self.store.check_job(id).await?;
        let stored = known.is_some();
        let mut job = match known.filter(|job| now.duration_since(job.began_at) < STALE) {
            Some(job) if job.cursor.is_some() => job,
            // A look that begins compares with the stock of now, and with what the look before it found.
            Some(CheckJob { suspicion, fetches, .. }) => {
                CheckJob { suspicion, fetches, ..begin(id, &self.stock_of(&offers).await?, now) }
            }
            None => begin(id, &self.stock_of(&offers).await?, now),
        };
        match self.tally(&mut job, Some(until)).await? {
            // What does not add up has raised its alarm; the check itself is done.
            Tally::Verdict(_) => {}
            Tally::Suspicion => {
                self.store.note_check_job(&job).await?;
                self.store.reschedule(due, Some(now + INDEX_LATE)).await?;
                return Ok(Finished::Done);
            }
            Tally::OutOfTime => {
                self.store.note_check_job(&job).await?;
                return Ok(Finished::Progressed);
            }
        }
        if stored || job.cursor.is_some() {
            self.store.finish_check_job(id).await?;
        }
        // Whatever died between a change and what overviews show of it.
        self.store.renew_sale(&listing.organization, id, now).await?;
        self.store.list_for_seller(&listing).await?;
        let next = (now + EACH < listing.over_at().map_or(Timestamp::MAX, |over| over + AFTER_END)).then(|| now + EACH);
        self.store.reschedule(due, next).await?;
        Ok(Finished::Done)
    }

    async fn stock_of(&self, offers: &[Offer]) -> Result<Vec<Shard>, EngineError> {
        let counted: Vec<_> = offers.iter().filter(|offer| offer.shards > 0).cloned().collect();
        let mut read = stream::iter(counted)
            .map(|offer| async move { self.store.shards(&offer.listing, &offer.id, offer.shards).await })
            .buffered(OFFERS_AT_ONCE);
        let mut all = Vec::new();
        while let Some(shards) = read.next().await {
            all.extend(shards?);
        }
        Ok(all)
    }

    /// Goes on with a look through a listing's orders.
    async fn tally(&self, job: &mut CheckJob, until: Option<Instant>) -> Result<Tally, EngineError> {
        let mut pages = 0;
        loop {
            let page = self.store.order_ids_of_listing(&job.listing, None, job.cursor.as_ref()).await?;
            let mut units = units_of(job);
            for order in self.store.orders(&page.ids).await? {
                if job.fetches == 0 {
                    audit(&order, &job.listing);
                }
                for line in order.lines.iter().filter(|line| line.listing == job.listing) {
                    for draw in &line.draws {
                        let claim = units.entry((line.offer.clone(), draw.shard)).or_default();
                        match order.stock {
                            StockState::Held => claim.0 += draw.quantity,
                            StockState::Sold => claim.1 += draw.quantity,
                            StockState::None => {}
                        }
                    }
                }
            }
            job.units = units.into_iter().map(|((offer, shard), (held, sold))| (offer, shard, [held, sold])).collect();
            job.cursor = page.cursor;
            pages += 1;
            if job.cursor.is_some() {
                if until.is_some_and(|until| Instant::now() >= until) {
                    return Ok(Tally::OutOfTime);
                }
                if until.is_some() && pages % PAGES == 0 {
                    self.store.note_check_job(job).await?;
                }
                continue;
            }
            return Ok(self.judge(job).await?.map_or(Tally::Suspicion, Tally::Verdict));
        }
    }

    /// What a look through all orders comes to. None if there must be another look, which is then begun.
    async fn judge(&self, job: &mut CheckJob) -> Result<Option<bool>, EngineError> {
        let Some((_, offers)) = self.store.listing(&job.listing).await? else { return Ok(Some(true)) };
        let now = self.stock_of(&offers).await?;
        let wrong = differences(&offers, &now, &counters(job), &units_of(job));
        if wrong.is_empty() {
            return Ok(Some(true));
        }
        // The list of orders is a little late, and an order may be placed and released while others are read. So what does
        // not add up must not do so twice in the same way.
        let twice: Vec<_> = wrong.iter().filter(|what| job.suspicion.contains(what)).collect();
        for what in &twice {
            tracing::error!(alarm = "stock_mismatch", listing = %job.listing, what, "stock does not add up");
        }
        if !twice.is_empty() {
            return Ok(Some(false));
        }
        job.fetches += 1;
        if job.fetches >= TALLIES {
            return Ok(Some(true));
        }
        let fetches = job.fetches;
        *job = CheckJob { suspicion: wrong, fetches, ..begin(&job.listing, &now, self.clock.now()) };
        Ok(None)
    }
}

/// Raises an alarm for each thing that is wrong with an order by itself.
fn audit(order: &Order, listing: &ListingId) {
    for what in order.audit() {
        tracing::error!(alarm = "audit_violation", order = %order.id, %listing, what, "an order does not add up");
    }
}

fn begin(listing: &ListingId, stock: &[Shard], now: Timestamp) -> CheckJob {
    let counters = |shard: &Shard| (shard.offer.clone(), shard.shard, [shard.available, shard.held, shard.sold]);
    CheckJob {
        listing: listing.clone(),
        began_at: now,
        cursor: None,
        stock: stock.iter().map(counters).collect(),
        units: Vec::new(),
        suspicion: Vec::new(),
        fetches: 0,
    }
}

fn units_of(job: &CheckJob) -> Units {
    job.units.iter().map(|(offer, shard, [held, sold])| ((offer.clone(), *shard), (*held, *sold))).collect()
}

/// The stock when a look began.
fn counters(job: &CheckJob) -> BTreeSet<(OfferId, u16, [u32; 3])> {
    job.stock.iter().cloned().collect()
}

/// What does not add up, in words. Of shards that were sold from since the check began nothing is known.
fn differences(
    offers: &[Offer],
    stock: &[Shard],
    before: &BTreeSet<(OfferId, u16, [u32; 3])>,
    units: &Units,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut units = units.clone();
    for shard in stock {
        let name = format!("{} shard {}", shard.offer, shard.shard);
        let sum = u64::from(shard.available) + u64::from(shard.held) + u64::from(shard.sold);
        if sum != u64::from(shard.capacity) {
            wrong.push(format!("{name}: available + held + sold is {sum}, capacity {}", shard.capacity));
        }
        let (held, sold) = units.remove(&(shard.offer.clone(), shard.shard)).unwrap_or_default();
        let quiet = before.contains(&(shard.offer.clone(), shard.shard, [shard.available, shard.held, shard.sold]));
        if quiet && (held, sold) != (shard.held, shard.sold) {
            let (has_held, has_sold) = (shard.held, shard.sold);
            wrong.push(format!("{name}: held {has_held} and sold {has_sold}, orders claim {held} and {sold}"));
        }
    }
    let claimed = units.into_iter().filter(|(_, claim)| *claim != (0, 0));
    wrong.extend(claimed.map(|((offer, shard), _)| format!("{offer} shard {shard}: claimed, but not there")));
    for offer in offers.iter().filter(|offer| !offer.deleted) {
        let found: u32 = stock.iter().filter(|shard| shard.offer == offer.id).map(|shard| shard.capacity).sum();
        if offer.capacity.is_some_and(|capacity| capacity != found) {
            wrong.push(format!("{}: capacity {:?}, stock for {found}", offer.id, offer.capacity));
        }
    }
    wrong
}
