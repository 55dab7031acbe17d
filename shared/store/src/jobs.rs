//! Jobs over many orders. How far each has come is kept, so that the next run of the sweeper or the worker goes on from
//! there.

use domain::{ListingId, LogEntry, OrganizationId};

use crate::{
    CancelJob, CheckJob, ErasureJob, Store, StoreError,
    error::NotApplied,
    items::{self, cancel_job, check_job, erasure_job},
    log,
    value::{Change, of, s},
    write::Write,
};

impl Store {
    /// Writes an erasure down, due at once, and what the log says of it. A second one for the same customer replaces the first.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn begin_erasure(&self, job: &ErasureJob, log: Option<&LogEntry>) -> Result<(), StoreError> {
        let mut writes = vec![Write::Put { item: erasure_job::item(job)?, condition: None }];
        writes.extend(log::put(log)?);
        match self.transact("begin an erasure", &writes).await {
            // Neither has a condition.
            Ok(()) | Err(NotApplied::Conditions(_)) => Ok(()),
            Err(NotApplied::Conflict) => Err(StoreError::out_of_time("begin an erasure")),
            Err(NotApplied::Store(error)) => Err(error),
        }
    }

    /// An erasure that is under way.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn erasure(
        &self,
        organization: &OrganizationId,
        customer: &str,
    ) -> Result<Option<ErasureJob>, StoreError> {
        let item = self.get("read an erasure", &erasure_job::key(organization, customer)).await?;
        item.map(items::read).transpose()
    }

    /// Notes how far an erasure has come, unless it was begun anew meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_erasure(&self, job: &ErasureJob, cursor: Option<&str>) -> Result<(), StoreError> {
        let change = Change::default()
            .set_or_remove("cursor", cursor.map(s))
            .given(":at", s(job.created_at.to_string()))
            .naming("created_at");
        let key = erasure_job::key(&job.organization, &job.customer);
        self.write_or_leave("note an erasure", Write::Update { key, change, condition: "#created_at = :at" }).await
    }

    /// Ends an erasure, unless it was begun anew meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn finish_erasure(&self, job: &ErasureJob) -> Result<(), StoreError> {
        let given = Change::default().given(":at", s(job.created_at.to_string())).naming("created_at");
        let key = erasure_job::key(&job.organization, &job.customer);
        self.write_or_leave("end an erasure", Write::Delete { key, condition: "#created_at = :at", given }).await
    }

    /// The job of a canceled listing, if it is not finished.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn cancel_job(&self, listing: &ListingId) -> Result<Option<CancelJob>, StoreError> {
        self.get("read a job", &cancel_job::key(listing)).await?.map(items::read).transpose()
    }

    /// Notes how far the refunding of a listing has come, unless it is finished.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_cancel_job(&self, job: &CancelJob) -> Result<(), StoreError> {
        let change = Change::default().set("progress", of(&job.progress)?);
        let key = cancel_job::key(&job.listing);
        self.write_or_leave("note a job", Write::Update { key, change, condition: "attribute_exists(pk)" }).await
    }

    /// Ends the job of a canceled listing.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn finish_cancel_job(&self, listing: &ListingId) -> Result<(), StoreError> {
        let (key, given) = (cancel_job::key(listing), Change::default());
        self.write_or_leave("end a job", Write::Delete { key, condition: "attribute_exists(pk)", given }).await
    }

    /// How far the check of a listing has come, if one is under way.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn check_job(&self, listing: &ListingId) -> Result<Option<CheckJob>, StoreError> {
        self.get("read a job", &check_job::key(listing)).await?.map(items::read).transpose()
    }

    /// Notes how far the check of a listing has come.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_check_job(&self, job: &CheckJob) -> Result<(), StoreError> {
        let item = check_job::item(job)?;
        self.write_or_leave("note a job", Write::Put { item, condition: None }).await
    }

    /// Ends the check of a listing.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn finish_check_job(&self, listing: &ListingId) -> Result<(), StoreError> {
        let (key, given) = (check_job::key(listing), Change::default());
        self.write_or_leave("end a job", Write::Delete { key, condition: "attribute_exists(pk)", given }).await
    }
}
