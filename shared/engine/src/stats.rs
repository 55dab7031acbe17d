//! Figures for staff, by day and status, out of the orders of a time range.
//!
//! It only reads. A page reads a bounded number of orders, so its cost does not grow with the range.

use std::collections::BTreeMap;

use domain::{Currency, Minor, OrderStatus, OrganizationId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use store::OrderFilter;

use crate::{base::Engine, error::EngineError};

/// How many pages of orders one page of figures reads, so that its cost does not grow with the range.
const PAGES: usize = 10;

/// What was ordered on one day and is in one status now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatsRow {
    /// The day of placing, in UTC.
    pub day: Date,
    /// The orders' status.
    pub status: OrderStatus,
    /// The currency of the sums.
    pub currency: Currency,
    /// How many orders.
    pub orders: u32,
    /// Units ordered.
    pub quantity: u64,
    /// What they cost, tax left out.
    pub total: Minor,
    /// What was captured, tax included.
    pub captured: Minor,
    /// What was given back.
    pub refunded: Minor,
}

/// A page of figures.
#[derive(Debug, Clone)]
pub struct StatsPage {
    /// The newest day first. The last day of a page may go on on the next one: add the two up.
    pub rows: Vec<StatsRow>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}

impl Engine {
    /// Counts and sums of an organization's orders by day and status.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn stats(
        &self,
        organization: &OrganizationId,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        cursor: Option<&str>,
    ) -> Result<StatsPage, EngineError> {
        let filter = OrderFilter { from, to, ..OrderFilter::default() };
        let mut rows: BTreeMap<(Date, &'static str), StatsRow> = BTreeMap::new();
        let mut cursor = cursor.map(str::to_owned);
        for _ in 0..PAGES {
            let page = self.store.orders_of(organization, &filter, cursor.as_deref()).await?;
            for order in &page.orders {
                let day = order.created_at.to_zoned(TimeZone::UTC).date();
                let row = rows.entry((day, order.status.as_str())).or_insert_with(|| StatsRow {
                    day,
                    status: order.status,
                    currency: order.currency,
                    orders: 0,
                    quantity: 0,
                    total: Minor::ZERO,
                    captured: Minor::ZERO,
                    refunded: Minor::ZERO,
                });
                row.orders += 1;
                row.quantity += order.lines.iter().map(|line| u64::from(line.quantity)).sum::<u64>();
                row.total += order.totals.total;
                // What arrived in another currency cannot be added up with the rest.
                if order.payment.currency.is_none() {
                    row.captured += order.payment.captured;
                    row.refunded += order.refunded();
                }
            }
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        Ok(StatsPage { rows: rows.into_values().rev().collect(), cursor })
    }
}
