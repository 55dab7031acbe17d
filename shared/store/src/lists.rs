//! Lists for people: what is for sale, and an organization's orders. Both are read from an index, so they are a little late.

use domain::{Kind, Listing, ListingId, Order, OrderId, OrderStatus, OrganizationId};
use futures::future::try_join_all;
use jiff::Timestamp;

use crate::{
    ListingCursor, Store, StoreError, error, index,
    items::{self, customer, customer_order, listing, order, review},
    key,
    value::{s, text},
};

/// How many entries a page has at the most.
const PAGE: usize = 50;

/// How many of a listing's or a customer's orders are read at a time: as many as one `BatchGetItem` then takes.
const LISTING_PAGE: usize = 100;

/// A page of ids.
#[derive(Debug, Clone)]
pub struct IdPage {
    /// The orders.
    pub ids: Vec<OrderId>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<ListingCursor>,
}

/// A page of what is for sale.
#[derive(Debug, Clone)]
pub struct ListingPage {
    /// The listings, by organization and id.
    pub listings: Vec<Listing>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}

/// Which orders a list shows.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// Only of this status.
    pub status: Option<OrderStatus>,
    /// Only with this listing.
    pub listing: Option<ListingId>,
    /// Only placed then or later.
    pub from: Option<Timestamp>,
    /// Only placed before.
    pub to: Option<Timestamp>,
}

impl OrderFilter {
    /// Whether the list shows this order.
    #[must_use]
    pub fn takes(&self, order: &Order) -> bool {
        self.status.is_none_or(|status| order.status == status)
            && self.listing.as_ref().is_none_or(|needed| order.lines.iter().any(|line| &line.listing == needed))
            && self.from.is_none_or(|from| order.created_at >= from)
            && self.to.is_none_or(|to| order.created_at < to)
    }
}

/// A page of orders, the newest first.
#[derive(Debug, Clone)]
pub struct OrderPage {
    /// At most as many as one page has.
    pub orders: Vec<Order>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}

impl Store {
    /// Published listings.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn published(
        &self,
        organization: Option<&OrganizationId>,
        kind: Option<Kind>,
        cursor: Option<&str>,
    ) -> Result<ListingPage, StoreError> {
        let (ids, cursor) = self.published_ids(organization, cursor).await?;
        let keys: Vec<_> = ids.iter().map(|(_, id)| listing::key(id)).collect();
        let mut listings: Vec<Listing> = Vec::new();
        for item in self.batch_get("list what is for sale", &keys).await? {
            listings.push(items::read(item)?);
        }
        // The index may lag behind a listing that was just taken from sale.
        listings.retain(|listing| listing.is_for_sale() && kind.is_none_or(|kind| kind == listing.kind));
        listings.sort_by(|a, b| (&a.organization, &a.id).cmp(&(&b.organization, &b.id)));
        Ok(ListingPage { listings, cursor })
    }

    /// The ids of a page of published listings, by organization and id, as the index has them.
    pub(crate) async fn published_ids(
        &self,
        organization: Option<&OrganizationId>,
        cursor: Option<&str>,
    ) -> Result<(Vec<(OrganizationId, ListingId)>, Option<String>), StoreError> {
        // Below the first legal character, and above the last.
        let (low, high) = match organization {
            Some(id) => (format!("{id}#"), format!("{id}#~")),
            None => ("!".to_owned(), "~".to_owned()),
        };
        // The cursor is the last entry of the page before; a space follows it before anything else can.
        let low = cursor.map_or(low.clone(), |cursor| low.max(format!("{cursor} ")));
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index::BY_ORGANIZATION)
            .key_condition_expression("org_shard = :shard AND org_time BETWEEN :low AND :high")
            .expression_attribute_values(":shard", s(listing::PUBLISHED))
            .expression_attribute_values(":low", s(low))
            .expression_attribute_values(":high", s(high))
            .limit(50)
            .send()
            .await
            .map_err(|error| error::plain("list what is for sale", &error))?;
        let more = answer.last_evaluated_key.is_some();
        let entries = answer.items.unwrap_or_default();
        let cursor = if more { entries.last().map(|item| text(item, "org_time")) } else { None };
        let ids = entries.iter().filter_map(|item| {
            let place = text(item, "org_time");
            let (organization, id) = place.split_once('#')?;
            OrganizationId::parse(organization).ok().zip(ListingId::parse(id).ok())
        });
        Ok((ids.collect(), cursor))
    }

    /// An organization's orders, the newest first. The cursor is the last entry's place by time.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn orders_of(
        &self,
        organization: &OrganizationId,
        filter: &OrderFilter,
        cursor: Option<&str>,
    ) -> Result<OrderPage, StoreError> {
        let (ids, cursor) = self.order_ids_of(organization, filter, cursor).await?;
        let mut orders = self.orders(&ids).await?;
        orders.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        Ok(OrderPage { orders, cursor })
    }

    /// An organization's orders in review, the newest review first.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn orders_in_review(
        &self,
        organization: &OrganizationId,
        cursor: Option<&str>,
    ) -> Result<OrderPage, StoreError> {
        let (mut orders, cursor) = self.listed_orders(review::org_shard(organization), cursor).await?;
        // The list may lag behind a decision of this moment.
        orders.retain(|order| order.review.is_some());
        let since = |order: &Order| order.review.as_ref().map(|review| review.since);
        orders.sort_by(|a, b| (since(b), &b.id).cmp(&(since(a), &a.id)));
        Ok(OrderPage { orders, cursor })
    }

    /// A page of the orders of a list that has one partition.
    async fn listed_orders(
        &self,
        partition: String,
        cursor: Option<&str>,
    ) -> Result<(Vec<Order>, Option<String>), StoreError> {
        let high = cursor.unwrap_or("~").to_owned();
        let mut entries = self.order_entries(partition, &OrderFilter::default(), "!".to_owned(), high).await?;
        let more = entries.len() > PAGE;
        entries.truncate(PAGE);
        let cursor = if more { entries.last().map(|(time, _)| time.clone()) } else { None };
        let ids = entries.iter().filter_map(|(_, pk)| OrderId::parse(pk.strip_prefix("ORDER#")?).ok());
        Ok((self.orders(&ids.collect::<Vec<_>>()).await?, cursor))
    }

    /// The ids of an organization's orders, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order_ids_of(
        &self,
        organization: &OrganizationId,
        filter: &OrderFilter,
        cursor: Option<&str>,
    ) -> Result<(Vec<OrderId>, Option<String>), StoreError> {
        let low = filter.from.map_or_else(|| "!".to_owned(), key::instant);
        let high = filter.to.map_or_else(|| "~".to_owned(), key::instant);
        let high = cursor.map_or(high.clone(), |cursor| high.min(cursor.to_owned()));
        let parts = (0..index::SPREAD)
            .map(|n| self.order_entries(order::org_shard(organization, n), filter, low.clone(), high.clone()));
        let mut entries: Vec<(String, String)> = try_join_all(parts).await?.into_iter().flatten().collect();
        entries.sort_by(|a, b| b.cmp(a));
        let more = entries.len() > PAGE;
        entries.truncate(PAGE);
        let cursor = if more { entries.last().map(|(time, _)| time.clone()) } else { None };
        let ids = entries.iter().filter_map(|(_, pk)| OrderId::parse(pk.strip_prefix("ORDER#")?).ok());
        Ok((ids.collect(), cursor))
    }

    /// A listing's orders, by ids alone: partition by partition, in each the oldest first, a hundred at a time. From
    /// `from` on, if that is set, and after the cursor. The last page has no cursor. Read from the index `by_listing`, so
    /// a little late: an order may be missing for some seconds after it was placed.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order_ids_of_listing(
        &self,
        listing: &ListingId,
        from: Option<Timestamp>,
        cursor: Option<&ListingCursor>,
    ) -> Result<IdPage, StoreError> {
        let low = from.map_or_else(|| "!".to_owned(), key::instant);
        let mut place = cursor.cloned().unwrap_or(ListingCursor { shard: 0, after: low.clone() });
        let mut ids = Vec::new();
        while place.shard < index::SPREAD {
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(index::BY_LISTING)
                .key_condition_expression("listing_shard = :shard AND org_time > :after")
                .expression_attribute_values(":shard", s(order::listing_shard(listing, place.shard)))
                .expression_attribute_values(":after", s(&place.after))
                .limit(i32::try_from(LISTING_PAGE - ids.len()).unwrap_or(1))
                .send()
                .await
                .map_err(|error| error::plain("list a listing's orders", &error))?;
            let more = answer.last_evaluated_key.is_some();
            for item in answer.items.unwrap_or_default() {
                place.after = text(&item, "org_time");
                ids.extend(text(&item, "pk").strip_prefix("ORDER#").and_then(|id| OrderId::parse(id).ok()));
            }
            if more {
                return Ok(IdPage { ids, cursor: Some(place) });
            }
            place = ListingCursor { shard: place.shard + 1, after: low.clone() };
            if ids.len() >= LISTING_PAGE {
                break;
            }
        }
        let cursor = (place.shard < index::SPREAD).then_some(place);
        Ok(IdPage { ids, cursor })
    }

    /// A customer's orders with an organization, by ids, the oldest first, a hundred at a time, after the cursor, which
    /// is the last entry of the page before. Consistent: an order is here as soon as it is placed.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order_ids_of_customer(
        &self,
        organization: &OrganizationId,
        customer: &str,
        cursor: Option<&str>,
    ) -> Result<(Vec<OrderId>, Option<String>), StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :low AND :high")
            .expression_attribute_values(":pk", s(customer::partition(organization, customer)))
            // A space comes before anything else that could follow.
            .expression_attribute_values(
                ":low",
                s(cursor.map_or(customer_order::PREFIX.to_owned(), |after| format!("{after} "))),
            )
            .expression_attribute_values(":high", s(format!("{}~", customer_order::PREFIX)))
            .consistent_read(true)
            .limit(100)
            .send()
            .await
            .map_err(|error| error::plain("list a customer's orders", &error))?;
        let more = answer.last_evaluated_key.is_some();
        let entries = answer.items.unwrap_or_default();
        let cursor = if more { entries.last().map(|item| text(item, "sk")) } else { None };
        let ids = entries.iter().filter_map(|item| OrderId::parse(text(item, "order")).ok());
        Ok((ids.collect(), cursor))
    }

    /// A customer's orders with an organization, the newest first, after the cursor, which is the last entry of the page
    /// before: one query, and one read of what it names. Consistent: an order is here as soon as it is placed.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn orders_of_customer(
        &self,
        organization: &OrganizationId,
        customer: &str,
        cursor: Option<&str>,
    ) -> Result<OrderPage, StoreError> {
        let high = cursor.map_or_else(|| format!("{}~", customer_order::PREFIX), str::to_owned);
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :low AND :high")
            .expression_attribute_values(":pk", s(customer::partition(organization, customer)))
            .expression_attribute_values(":low", s(customer_order::PREFIX))
            .expression_attribute_values(":high", s(&high))
            .consistent_read(true)
            .scan_index_forward(false)
            // One more than a page, because the cursor itself was on the page before.
            .limit(i32::try_from(PAGE + 1).unwrap_or(1))
            .send()
            .await
            .map_err(|error| error::plain("list a customer's orders", &error))?;
        let mut more = answer.last_evaluated_key.is_some();
        let mut entries = answer.items.unwrap_or_default();
        entries.retain(|item| text(item, "sk") < high);
        more = more || entries.len() > PAGE;
        entries.truncate(PAGE);
        let cursor = if more { entries.last().map(|item| text(item, "sk")) } else { None };
        let ids: Vec<_> = entries.iter().filter_map(|item| OrderId::parse(text(item, "order")).ok()).collect();
        let mut orders = self.orders(&ids).await?;
        orders.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        Ok(OrderPage { orders, cursor })
    }

    /// Up to a page and one more of one partition's entries below `high`, the newest first: place by time, and key.
    async fn order_entries(
        &self,
        partition: String,
        filter: &OrderFilter,
        low: String,
        high: String,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let mut entries = Vec::new();
        // DynamoDB refuses such a range; nothing lies in it.
        if low > high {
            return Ok(entries);
        }
        let mut start = None;
        loop {
            let mut query = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(index::BY_ORGANIZATION)
                .key_condition_expression("org_shard = :shard AND org_time BETWEEN :low AND :high")
                .expression_attribute_values(":shard", s(&partition))
                .expression_attribute_values(":low", s(&low))
                .expression_attribute_values(":high", s(&high))
                .scan_index_forward(false)
                .limit(200)
                .set_exclusive_start_key(start);
            let mut conditions = Vec::new();
            if let Some(status) = filter.status {
                conditions.push("order_status = :status");
                query = query.expression_attribute_values(":status", s(status.as_str()));
            }
            if let Some(listing) = &filter.listing {
                conditions.push("contains(listings, :listing)");
                query = query.expression_attribute_values(":listing", s(listing.as_str()));
            }
            if !conditions.is_empty() {
                query = query.filter_expression(conditions.join(" AND "));
            }
            let page = query.send().await.map_err(|error| error::plain("list orders", &error))?;
            let found = page.items.unwrap_or_default();
            // `BETWEEN` includes its ends; the cursor itself was on the page before.
            entries.extend(
                found.iter().map(|item| (text(item, "org_time"), text(item, "pk"))).filter(|(time, _)| *time < high),
            );
            start = page.last_evaluated_key;
            if start.is_none() || entries.len() > PAGE {
                return Ok(entries);
            }
        }
    }
}
