//! Exports: tables of an organization's orders on their way into the bucket.

use domain::OrganizationId;

use crate::{
    ExportJob, ExportState, Item, Key, Store, StoreError, error,
    index::BY_ORGANIZATION,
    items::{self, export_job},
    value::{Change, of, s, text},
    write::{NEW, Write},
};

impl Store {
    /// Writes an export down, due at once.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn begin_export(&self, job: &ExportJob) -> Result<(), StoreError> {
        let item = export_job::item(job)?;
        self.write_or_leave("begin an export", Write::Put { item, condition: Some(NEW) }).await
    }

    /// An export of an organization, for as long as it is known.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn export_job(&self, organization: &OrganizationId, id: &str) -> Result<Option<ExportJob>, StoreError> {
        self.get("read an export", &export_job::key(organization, id)).await?.map(items::read).transpose()
    }

    /// The exports that an organization asked for last, the newest first, at most so many. A little late.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn exports_of(&self, organization: &OrganizationId, most: i32) -> Result<Vec<ExportJob>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(BY_ORGANIZATION)
            .key_condition_expression("org_shard = :shard")
            .expression_attribute_values(":shard", s(export_job::org_shard(organization)))
            .scan_index_forward(false)
            .limit(most)
            .send()
            .await
            .map_err(|error| error::plain("list exports", &error))?;
        let entries = answer.items.unwrap_or_default();
        let key = |item: &Item| Key::new(text(item, "pk"), text(item, "sk"));
        let keys: Vec<Key> = entries.iter().map(key).collect();
        let found = self.batch_get("list exports", &keys).await?;
        let mut jobs: Vec<ExportJob> = found.into_iter().map(items::read).collect::<Result<_, _>>()?;
        jobs.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        Ok(jobs)
    }

    /// Notes how far an export has come.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_export(&self, job: &ExportJob) -> Result<(), StoreError> {
        let change = Change::default().set("progress", of(&job.progress)?);
        self.note_running("note an export", job, change).await
    }

    /// Notes what has become of an export, and takes it off the agenda.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn finish_export(&self, job: &ExportJob, state: ExportState) -> Result<(), StoreError> {
        let change = Change::default()
            .set("progress", of(&job.progress)?)
            .set("state", s(state.as_str()))
            .remove("agenda_shard")
            .remove("due_at")
            .remove("due_since")
            .remove("sweeps");
        self.note_running("finish an export", job, change).await
    }

    async fn note_running(&self, operation: &'static str, job: &ExportJob, change: Change) -> Result<(), StoreError> {
        let change = change.given(":running", s(ExportState::Running.as_str())).naming("state");
        let key = export_job::key(&job.organization, &job.id);
        self.write_or_leave(operation, Write::Update { key, change, condition: "#state = :running" }).await
    }
}
