//! The search of an organization's orders: its entries are written after an order's commit.
//!
//! The commit sets the order's search state due, in its own transaction. The sweeper leases it, reads the order, notes the
//! terms, writes the entries and takes out those of no more use, and only then is it not due any more. If the process dies in
//! between, the lease runs out and the next run does all of it again, which changes nothing that was done. A commit meanwhile
//! sets it due anew; the run sees that when it is through.

use std::time::Duration;

use domain::{OrderId, OrderNumber, OrganizationId, TicketCode};
use futures::{StreamExt, stream};
use jiff::Timestamp;
use store::{AgendaPart, Due, DueKind, OrderPage};
use tokio::time::{Instant, timeout};

use crate::{
    base::Engine,
    error::EngineError,
    lanes::{Finished, SweepReport, by_organization},
};

/// How many orders' entries are written at the same time.
const AT_ONCE: usize = 16;
/// How long one order's entries may take: less than their lease, so that no two runs write them at once.
const LIMIT: Duration = Duration::from_secs(20);
/// How long what is under way may take once the run's time is up.
const GRACE: Duration = Duration::from_secs(10);
/// How many are read from each partition of the agenda: what a run has time for.
const MOST: usize = 1_000;
/// A ticket's code has more characters than this, and hardly anything else that is searched has.
const CODE: usize = 16;
/// How an order's id begins.
const ORDER: &str = "ord_";

impl Engine {
    /// Writes the search entries of what is due, several at a time, and begins none after `until`. What a run has no time for,
    /// or what fails, is due still.
    pub(crate) async fn search_lane(&self, now: Timestamp, until: Instant) -> SweepReport {
        let mut report = SweepReport::default();
        let found = match self.store.due(AgendaPart::Search, now, MOST).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, "what is due for the search cannot be read");
                return report;
            }
        };
        let mut written = stream::iter(by_organization(found.due))
            .map(|due| async move {
                if Instant::now() >= until {
                    return Ok(false);
                }
                let limit = LIMIT.min((until + GRACE).saturating_duration_since(Instant::now()));
                timeout(limit, Box::pin(self.take_search(&due))).await.unwrap_or(Ok(false))
            })
            .buffer_unordered(AT_ONCE);
        while let Some(one) = written.next().await {
            match one {
                Ok(done) => report.searches += u32::from(done),
                Err(error) => tracing::warn!(%error, "an order's search entries are not written; put off"),
            }
        }
        report
    }

    /// Leases an order's search and writes its entries. False if another run has it, or if there is more to do.
    async fn take_search(&self, due: &Due) -> Result<bool, EngineError> {
        let DueKind::Search(id) = &due.kind else { return Ok(false) };
        let until = due.leased_until(self.clock.now());
        let Some(leased) = self.store.lease_due(due, until).await? else { return Ok(false) };
        match self.write_search(id, &leased).await? {
            Finished::Done => Ok(true),
            Finished::Progressed => {
                self.store.reschedule(&leased, Some(self.clock.now())).await?;
                Ok(false)
            }
        }
    }

    async fn write_search(&self, id: &OrderId, leased: &Due) -> Result<Finished, EngineError> {
        let Some(state) = self.store.search_state(id).await? else { return Ok(Finished::Done) };
        // Read after the state: an order that changes from now on has set it due anew by then.
        let terms = self.store.order(id).await?.map(|order| order.search_terms()).unwrap_or_default();
        let done = self.store.write_search(&state, &terms, leased).await?;
        Ok(if done { Finished::Done } else { Finished::Progressed })
    }

    /// An organization's orders that people mean by what they typed: first the one that has this number, this ticket or this
    /// id, as soon as it is placed, then what the search finds, which may be a minute late.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn search_orders(
        &self,
        organization: &OrganizationId,
        typed: &str,
        cursor: Option<&str>,
    ) -> Result<OrderPage, EngineError> {
        let mut page = self.store.search_orders(organization, typed, cursor).await?;
        if cursor.is_some() {
            return Ok(page);
        }
        let Some(id) = self.named(organization, typed).await? else { return Ok(page) };
        let mut orders = match page.orders.iter().position(|order| order.id == id) {
            Some(place) => vec![page.orders.remove(place)],
            None => self.store.orders(std::slice::from_ref(&id)).await?,
        };
        orders.retain(|order| &order.organization == organization);
        orders.append(&mut page.orders);
        Ok(OrderPage { orders, cursor: page.cursor })
    }

    /// The order whose number, ticket or id this is, however it is typed.
    async fn named(&self, organization: &OrganizationId, typed: &str) -> Result<Option<OrderId>, EngineError> {
        if let Ok(number) = OrderNumber::typed(typed)
            && let Some(id) = self.store.order_of_number(organization, &number).await?
        {
            return Ok(Some(id));
        }
        if let Ok(code) = TicketCode::typed(typed)
            && code.as_str().len() >= CODE
            && let Some(id) = self.store.order_of_ticket(&code).await?
        {
            return Ok(Some(id));
        }
        let typed = typed.trim();
        Ok(if typed.starts_with(ORDER) { OrderId::parse(typed).ok() } else { None })
    }
}
