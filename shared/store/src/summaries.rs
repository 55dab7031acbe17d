//! The daily summary for staff: its job, what it is made of, and its notification.

use domain::{
    DailySummary, Organization, OrganizationId,
    order::Sum,
    summary::{Counted, day_began_at, next_summary_at},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    CatalogError, Store, StoreError, SummaryJob, SummaryRecord, error,
    error::NotApplied,
    index::due_second,
    items::{self, daily_refund, notification, organization, summary_job},
    key,
    value::{Change, n, of, s},
    write::{ANYHOW, NEW, Write},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Whether an organization hears a summary each day: it wants a part of it, and says where to send it.
fn hears(organization: &Organization) -> bool {
    organization.profile.daily_summary.any() && organization.profile.contact.email.is_some()
}

fn zone(organization: &Organization) -> Option<&str> {
    organization.profile.time_zone.as_deref()
}

impl Store {
    /// Writes an organization, on condition that it is still the version before, or new; and with it, whether and when its
    /// staff hear a summary.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn put_organization(
        &self,
        organization: &Organization,
        before: Option<&Organization>,
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
            let token = hex::encode(self.chance().bytes::<16>());
            let moves = before.is_some_and(|before| zone(before) != zone(organization));
            let due = next_summary_at(zone(organization), now);
            writes.push(summary_job::ensure(organization, &token, moves, due, now));
        } else if before.is_some_and(hears) {
            writes.push(Write::Delete { key, condition: ANYHOW, given: Change::default() });
        }
        match self.transact("write an organization", &writes).await {
            Ok(()) => Ok(()),
            Err(NotApplied::Conditions(_) | NotApplied::Conflict) => Err(CatalogError::Version),
            Err(NotApplied::Store(error)) => Err(error.into()),
        }
    }

    /// An organization's job, if its staff hear a summary.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn summary_job(&self, organization: &OrganizationId) -> Result<Option<SummaryJob>, StoreError> {
        self.get("read a job", &summary_job::key(organization)).await?.map(items::read).transpose()
    }

    /// Notes how far a summary has come, unless another run has finished it.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_summary_job(&self, job: &SummaryJob) -> Result<(), StoreError> {
        let change = Change::default().set("progress", of(&job.progress)?).given(":seen", covered(job));
        let change = change.naming("covered_to");
        let key = summary_job::key(&job.organization);
        self.write_or_leave("note a job", Write::Update { key, change, condition: "#covered_to = :seen" }).await
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
            .remove("progress")
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
        let mut day = day_began_at(None, from);
        while day < to {
            let mut start = None;
            loop {
                let answer = self
                    .client
                    .query()
                    .table_name(&self.table)
                    .key_condition_expression("pk = :pk AND sk BETWEEN :low AND :high")
                    .expression_attribute_values(":pk", s(daily_refund::partition(organization, day)))
                    .expression_attribute_values(":low", s(key::instant(from)))
                    // Entries are a time and an id, so a time alone lies before all entries of that time.
                    .expression_attribute_values(":high", s(key::instant(to)))
                    .set_exclusive_start_key(start)
                    .send()
                    .await
                    .map_err(|error| error::plain("list refunds", &error))?;
                for item in answer.items.unwrap_or_default() {
                    let Sum { amount, currency } = items::read(item)?;
                    counted.add(1, 0, amount, currency);
                }
                start = answer.last_evaluated_key;
                if start.is_none() {
                    break;
                }
            }
            day += DAY;
        }
        Ok(counted)
    }
}

fn covered(job: &SummaryJob) -> aws_sdk_dynamodb::types::AttributeValue {
    s(job.covered_to.to_string())
}
