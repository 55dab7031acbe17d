//! The daily summary for staff: its job, what it is made of, and its notification.

use domain::{
    DailySummary, LogEntry, Order, OrderId, Organization, OrganizationId,
    order::Sum,
    summary::{Counted, day_began_at, next_summary_at},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    CatalogError, Item, Store, StoreError, SummaryJob, SummaryRecord, WriteError, error,
    error::NotApplied,
    index::{self, due_second},
    items::{
        self, daily_refund,
        daily_sale::{self, DailySale},
        dispute, notification, organization, review,
        summary_job::{self, Renewed},
    },
    key, log,
    value::{Change, n, s, text},
    write::{ANYHOW, NEW, Write},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How many entries of a list are read at a time.
const PAGE: usize = 50;

fn hears(organization: &Organization) -> bool {
    organization.profile.hears_summary().is_some()
}

fn zone(organization: &Organization) -> Option<&str> {
    organization.profile.time_zone.as_deref()
}

impl Store {
    /// Writes an organization, on condition that it is still the version before, or new; and with it, whether and when its
    /// staff hear a summary, and what the log says of it.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn put_organization(
        &self,
        organization: &Organization,
        before: Option<&Organization>,
        log: Option<&LogEntry>,
        now: Timestamp,
    ) -> Result<(), CatalogError> {
        let item = organization::item(organization)?;
        let written = match organization.version {
            1 => Write::Put { item, condition: Some(NEW) },
            version => Write::replace(item, version - 1),
        };
        let key = summary_job::key(&organization.id);
        let mut writes = vec![written];
        if hears(organization) {
            let reader = |organization: &Organization| organization.profile.contact.email.clone();
            let new = Renewed {
                time: before.is_some_and(|before| zone(before) != zone(organization)),
                token: before.is_some_and(|before| reader(before) != reader(organization)),
            };
            writes.push(self.summary_due(organization, new, now));
        } else if before.is_some_and(hears) {
            writes.push(Write::Delete { key, condition: ANYHOW, given: Change::default() });
        }
        writes.extend(log::put(log)?);
        match self.transact("write an organization", &writes).await {
            Ok(()) => Ok(()),
            Err(NotApplied::Conditions(_) | NotApplied::Conflict) => Err(CatalogError::Version),
            Err(NotApplied::Store(error)) => Err(error.into()),
        }
    }

    fn summary_due(&self, organization: &Organization, new: Renewed, now: Timestamp) -> Write {
        let token = hex::encode(self.chance().bytes::<16>());
        summary_job::ensure(organization, &token, new, next_summary_at(zone(organization), now), now)
    }

    /// Sees to it that an organization whose staff hear a summary has the job for it: one that was written before there were
    /// summaries has none. One that is there stays as it is.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn ensure_summary_job(&self, id: &OrganizationId, now: Timestamp) -> Result<(), StoreError> {
        if self.summary_job(id).await?.is_some() {
            return Ok(());
        }
        let Some(organization) = self.organization(id).await?.filter(hears) else { return Ok(()) };
        match self.write("write a job", self.summary_due(&organization, Renewed::default(), now)).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// An organization's job, if its staff hear a summary.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn summary_job(&self, organization: &OrganizationId) -> Result<Option<SummaryJob>, StoreError> {
        self.get("read a job", &summary_job::key(organization)).await?.map(items::read).transpose()
    }

    /// Ends a job whose organization wants no summary any more. One that was begun anew since it was read stays.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn end_summary_job(&self, job: &SummaryJob) -> Result<(), StoreError> {
        let key = summary_job::key(&job.organization);
        let given = Change::default().given(":seen", covered(job)).naming("covered_to");
        self.write_or_leave("end a job", Write::Delete { key, condition: "#covered_to = :seen", given }).await
    }

    /// Writes a summary's notification, if it has anything to tell, and when the next one begins and is due: all of it once,
    /// however many runs come so far. True if it was this one.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn finish_summary(
        &self,
        job: &SummaryJob,
        summary: &DailySummary,
        next: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let change = Change::default()
            .set("covered_to", s(summary.to.to_string()))
            .set("due_at", n(due_second(next)))
            .remove("sweeps")
            .remove("due_since")
            .given(":seen", covered(job));
        let key = summary_job::key(&job.organization);
        let mut writes = vec![Write::Update { key, change, condition: "#covered_to = :seen" }];
        if !summary.is_empty() {
            let item = notification::summary_item(summary, &job.token, now)?;
            writes.push(Write::Put { item, condition: Some(NEW) });
        }
        match self.transact("finish a summary", &writes).await {
            Ok(()) => Ok(true),
            Err(NotApplied::Conditions(_) | NotApplied::Conflict) => Ok(false),
            Err(NotApplied::Store(error)) => Err(error),
        }
    }

    /// Takes the notification of a summary on, as [`Self::take_notification`] does others.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn take_summary(&self, id: &str, now: Timestamp) -> Result<Option<SummaryRecord>, StoreError> {
        self.take(id, now).await
    }

    /// What was sold in a time: the orders that were paid then. It reads the days' own lists, no orders.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn sales_made(
        &self,
        organization: &OrganizationId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Counted, StoreError> {
        let mut counted = Counted::default();
        let partitions = days(from, to).flat_map(|day| daily_sale::partitions(organization, day));
        self.entries(partitions, from, to, usize::MAX, |item| {
            let DailySale { units, amount, currency } = items::read(item)?;
            counted.add(1, units, amount, currency);
            Ok(())
        })
        .await?;
        Ok(counted)
    }

    /// What was given back in a time: the refunds that were made then. It reads the days' own lists, no orders.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn refunds_made(
        &self,
        organization: &OrganizationId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Counted, StoreError> {
        let mut counted = Counted::default();
        let partitions = days(from, to).map(|day| daily_refund::partition(organization, day));
        self.entries(partitions, from, to, usize::MAX, |item| {
            let Sum { amount, currency } = items::read(item)?;
            counted.add(1, 0, amount, currency);
            Ok(())
        })
        .await?;
        Ok(counted)
    }

    /// Reads the entries of a time from lists of days, in so many pages at most. False if there are more.
    pub(crate) async fn entries(
        &self,
        partitions: impl Iterator<Item = String>,
        from: Timestamp,
        to: Timestamp,
        most: usize,
        mut each: impl FnMut(Item) -> Result<(), StoreError>,
    ) -> Result<bool, StoreError> {
        let mut read = 0;
        for partition in partitions {
            let mut start = None;
            loop {
                let answer = self
                    .client
                    .query()
                    .table_name(&self.table)
                    .key_condition_expression("pk = :pk AND sk BETWEEN :low AND :high")
                    .expression_attribute_values(":pk", s(&partition))
                    .expression_attribute_values(":low", s(key::instant(from)))
                    // Entries are a time and an id, so a time alone lies before all entries of that time.
                    .expression_attribute_values(":high", s(key::instant(to)))
                    .set_exclusive_start_key(start)
                    .send()
                    .await
                    .map_err(|error| error::plain("list what a day had", &error))?;
                let found = answer.items.unwrap_or_default();
                // Days without entries cost nothing, so they do not count.
                read += usize::from(!found.is_empty());
                found.into_iter().try_for_each(&mut each)?;
                start = answer.last_evaluated_key;
                if start.is_none() {
                    break;
                }
                if read >= most {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// An organization's orders with a dispute that has to be answered, the first deadline first, at most so many.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn most_urgent_disputes(
        &self,
        organization: &OrganizationId,
        most: usize,
    ) -> Result<Vec<Order>, StoreError> {
        self.first_listed(dispute::org_shard(organization), |order| order.dispute_to_answer().is_some(), most).await
    }

    /// An organization's orders in review, the longest review first, at most so many.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn longest_in_review(
        &self,
        organization: &OrganizationId,
        most: usize,
    ) -> Result<Vec<Order>, StoreError> {
        self.first_listed(review::org_shard(organization), |order| order.review.is_some(), most).await
    }

    /// The first orders of a list that has one partition, the earliest place first: those that stand there rightly, as the
    /// list may lag behind a decision of this moment.
    async fn first_listed(
        &self,
        partition: String,
        stands: impl Fn(&Order) -> bool,
        most: usize,
    ) -> Result<Vec<Order>, StoreError> {
        let (mut first, mut start) = (Vec::new(), None);
        loop {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(index::BY_ORGANIZATION)
                .key_condition_expression("org_shard = :shard")
                .expression_attribute_values(":shard", s(&partition))
                .limit(i32::try_from(PAGE).unwrap_or(1))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| error::plain("list orders", &error))?;
            let entries = page.items.unwrap_or_default();
            let ids = entries.iter().filter_map(|item| OrderId::parse(text(item, "pk").strip_prefix("ORDER#")?).ok());
            let ids: Vec<_> = ids.collect();
            let mut found = self.orders(&ids).await?;
            found.sort_by_key(|order| ids.iter().position(|id| *id == order.id));
            first.extend(found.into_iter().filter(&stands));
            start = page.last_evaluated_key;
            if start.is_none() || first.len() >= most {
                first.truncate(most);
                return Ok(first);
            }
        }
    }
}

/// The days in UTC that a time touches, each by a moment of it.
pub(crate) fn days(from: Timestamp, to: Timestamp) -> impl Iterator<Item = Timestamp> {
    std::iter::successors(Some(day_began_at(None, from)), |day| Some(*day + DAY)).take_while(move |day| *day < to)
}

fn covered(job: &SummaryJob) -> aws_sdk_dynamodb::types::AttributeValue {
    s(job.covered_to.to_string())
}
