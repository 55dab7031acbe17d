//! Bookings by their slots' start: an expert's own, and all of an organization's. Each booking has one entry, written when
//! it is placed, so a page costs what it shows.

use domain::{Order, OrderId, OrganizationId};
use futures::future::try_join_all;
use jiff::Timestamp;

use crate::{
    OrderPage, Store, StoreError, error, index,
    items::{booking, expert_day},
    key,
    value::s,
};

/// How many entries a page has at the most.
const PAGE: usize = 50;

/// Which bookings a list shows.
#[derive(Debug, Clone, Default)]
pub struct BookingFilter {
    /// Only of this expert's time.
    pub expert: Option<String>,
    /// Only of slots that begin then or later.
    pub from: Option<Timestamp>,
    /// Only of slots that begin before.
    pub to: Option<Timestamp>,
}

/// A partition of a list: of the table, for one expert, or of the index.
struct Part {
    index: bool,
    pk: String,
    prefix: &'static str,
}

impl Store {
    /// Bookings by their slots' start, the earliest first. The cursor is the last entry's place.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn bookings_of(
        &self,
        organization: &OrganizationId,
        filter: &BookingFilter,
        cursor: Option<&str>,
    ) -> Result<OrderPage, StoreError> {
        // Entries are a time and an id, so a time alone lies before all entries of that time.
        let low = filter.from.map_or_else(|| "!".to_owned(), key::instant);
        let low = cursor.map_or(low.clone(), |cursor| low.max(format!("{cursor} ")));
        let high = filter.to.map_or_else(|| "~".to_owned(), key::instant);
        if low > high {
            return Ok(OrderPage { orders: Vec::new(), cursor: None });
        }
        let parts: Vec<Part> = match &filter.expert {
            Some(expert) => {
                let pk = expert_day::partition(organization, expert);
                vec![Part { index: false, pk, prefix: booking::PREFIX }]
            }
            None => (0..index::SPREAD)
                .map(|n| Part { index: true, pk: booking::org_shard(organization, n), prefix: "" })
                .collect(),
        };
        let found = parts.iter().map(|part| self.booking_places(part, &low, &high));
        let mut places: Vec<String> = try_join_all(found).await?.into_iter().flatten().collect();
        places.sort();
        let more = places.len() > PAGE;
        places.truncate(PAGE);
        let cursor = places.last().filter(|_| more).cloned();
        let ids: Vec<OrderId> =
            places.iter().filter_map(|place| OrderId::parse(place.split_once('#')?.1).ok()).collect();
        let mut orders = self.orders(&ids).await?;
        let place = |order: &Order| ids.iter().position(|id| *id == order.id);
        orders.sort_by_key(place);
        Ok(OrderPage { orders, cursor })
    }

    /// Up to a page and one more of one partition's places, the earliest first.
    async fn booking_places(&self, part: &Part, low: &str, high: &str) -> Result<Vec<String>, StoreError> {
        let (condition, sort) = if part.index {
            ("org_shard = :pk AND org_time BETWEEN :low AND :high", "org_time")
        } else {
            ("pk = :pk AND sk BETWEEN :low AND :high", "sk")
        };
        let mut places = Vec::new();
        let mut start = None;
        loop {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .set_index_name(part.index.then(|| index::BY_ORGANIZATION.to_owned()))
                .key_condition_expression(condition)
                .expression_attribute_values(":pk", s(&part.pk))
                .expression_attribute_values(":low", s(format!("{}{low}", part.prefix)))
                .expression_attribute_values(":high", s(format!("{}{high}", part.prefix)))
                .consistent_read(!part.index)
                .limit(i32::try_from(PAGE + 1).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| error::plain("list bookings", &error))?;
            let texts = page.items.unwrap_or_default();
            let texts = texts.iter().filter_map(|item| item.get(sort)?.as_s().ok()?.strip_prefix(part.prefix));
            places.extend(texts.map(str::to_owned));
            start = page.last_evaluated_key;
            if start.is_none() || places.len() > PAGE {
                return Ok(places);
            }
        }
    }
}
