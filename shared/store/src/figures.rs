//! What a day of an organization has had so far, hour by hour: for its desk. It reads the lists that the daily summary is added up
//! from, no orders.

use domain::{OrganizationId, order::Sum, summary::Counted};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    items::{self, daily_refund, daily_sale},
    summaries::days,
    value::text,
};

/// How many pages of entries, of up to a megabyte each, are read for one sort of figures: some hundred thousand entries. A day that
/// has more is not counted to its end.
const PAGES: usize = 20;

const HOUR: i64 = 3_600;

/// What a time had.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayFigures {
    /// Sales of each hour since its beginning, as many hours as have begun.
    pub hours: Vec<Counted>,
    /// Those of all hours together.
    pub sales: Counted,
    /// Refunds that were made in it.
    pub refunds: Counted,
    /// Whether there was more than was read.
    pub more: bool,
}

impl Store {
    /// What was sold and given back in a time, most often from a day's beginning until now.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn day_figures(
        &self,
        organization: &OrganizationId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<DayFigures, StoreError> {
        let began = to.as_second().saturating_sub(from.as_second()) / HOUR + 1;
        let mut figures = DayFigures::default();
        figures.hours.resize(usize::try_from(began).unwrap_or(1), Counted::default());
        let partitions = days(from, to).flat_map(|day| daily_sale::partitions(organization, day));
        let sales_whole = self
            .entries(partitions, from, to, PAGES, |item| {
                let place = text(&item, "sk");
                let at = place.split_once('#').and_then(|(at, _)| at.parse::<Timestamp>().ok());
                let daily_sale::DailySale { units, amount, currency } = items::read(item)?;
                figures.sales.add(1, units, amount, currency);
                let hour = at.map_or(0, |at| at.as_second().saturating_sub(from.as_second()) / HOUR);
                if let Some(hour) = usize::try_from(hour).ok().and_then(|hour| figures.hours.get_mut(hour)) {
                    hour.add(1, units, amount, currency);
                }
                Ok(())
            })
            .await?;
        let partitions = days(from, to).map(|day| daily_refund::partition(organization, day));
        let refunds_whole = self
            .entries(partitions, from, to, PAGES, |item| {
                let Sum { amount, currency } = items::read(item)?;
                figures.refunds.add(1, 0, amount, currency);
                Ok(())
            })
            .await?;
        figures.more = !(sales_whole && refunds_whole);
        Ok(figures)
    }
}
