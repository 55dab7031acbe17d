//! Jobs that take long, and so stand on the agenda: how far each has come is written down, so that whoever goes on with
//! one goes on from there.

use domain::{ListingId, OrderId, OrganizationId};

use crate::{
    CancelJob, CheckJob, ErasureJob, Store, StoreError, Write, WriteError,
    items::{self, due_second},
    keys,
    value::{Change, n, of, s},
};

impl Store {
    /// Writes an erasure down, due at once. A second one for the same customer takes the place of the first.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn begin_erasure(&self, job: &ErasureJob) -> Result<(), StoreError> {
        let key = keys::erasure_job(&job.organization, &job.customer);
        let mut item = items::write(&key, "erasure_job", job)?;
        item.insert("agenda_shard".to_owned(), s(keys::agenda(&key.pk)));
        item.insert("due_at".to_owned(), n(due_second(job.created_at)));
        match self.write("begin an erasure", Write::Put { item, condition: None }).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
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
        let item = self.get("read an erasure", &keys::erasure_job(organization, customer)).await?;
        item.map(items::read).transpose()
    }

    /// Notes how far an erasure has come, unless it was asked for anew meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_erasure(&self, job: &ErasureJob, cursor: Option<&str>) -> Result<(), StoreError> {
        let change = Change::default()
            .set_or_remove("cursor", cursor.map(s))
            .given(":at", s(job.created_at.to_string()))
            .naming("created_at");
        let key = keys::erasure_job(&job.organization, &job.customer);
        match self.write("note an erasure", Write::Update { key, change, condition: "#created_at = :at" }).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Ends an erasure, unless it was asked for anew meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn finish_erasure(&self, job: &ErasureJob) -> Result<(), StoreError> {
        let given = Change::default().given(":at", s(job.created_at.to_string())).naming("created_at");
        let key = keys::erasure_job(&job.organization, &job.customer);
        match self.write("end an erasure", Write::Delete { key, condition: "#created_at = :at", given }).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Notes how far the refunding of a listing has come, unless it is finished.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_cancel_job(&self, job: &CancelJob) -> Result<(), StoreError> {
        let change = Change::default().set("progress", of(&job.progress)?);
        let key = keys::cancel_job(&job.listing);
        match self.write("note a job", Write::Update { key, change, condition: "attribute_exists(pk)" }).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// How far the check of a listing has come, if one is under way.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn check_job(&self, listing: &ListingId) -> Result<Option<CheckJob>, StoreError> {
        self.get("read a job", &keys::check_job(listing)).await?.map(items::read).transpose()
    }

    /// Notes how far the check of a listing has come.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_check_job(&self, job: &CheckJob) -> Result<(), StoreError> {
        let item = items::write(&keys::check_job(&job.listing), "check_job", job)?;
        match self.write("note a job", Write::Put { item, condition: None }).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Ends the check of a listing.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn finish_check_job(&self, listing: &ListingId) -> Result<(), StoreError> {
        let given = Change::default();
        let write = Write::Delete { key: keys::check_job(listing), condition: "attribute_exists(pk)", given };
        match self.write("end a job", write).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Empties an order's intent records, which repeat the buyer's name and address. That they were made stays.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn redact_calls(&self, order: &OrderId, calls: u32) -> Result<(), StoreError> {
        for call in 1..=calls {
            let change = Change::default().set("request", aws_sdk_dynamodb::types::AttributeValue::Null(true));
            let write = Write::Update { key: keys::call(order, call), change, condition: "attribute_exists(pk)" };
            match self.write("empty an intent record", write).await {
                Ok(()) | Err(WriteError::Condition) => {}
                Err(WriteError::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }
}
