//! Exports: tables that are too long for one answer are written into a bucket, part by part.
//!
//! The sweeper hands the job to the worker, which alone may write into the bucket. The job's item says how far it has come: the parts that are written, and up to which order rows were made. Rows that are too
//! few for a part when a slice ends lie in a file of their own until the next. If the process dies, the next slice writes the same
//! part under the same number again. If it dies between finishing the file and noting it, the upload is gone and the file is there.

use std::time::Duration;

use bucket::{Bucket, BucketError};
use domain::{Actor, ListingId, OrganizationId, SheetKind};
use jiff::{SignedDuration, Timestamp};
use sheets::{Sheet, SheetError};
use store::{ExportJob, ExportProgress, ExportState, OrderFilter, StoreError};
use tokio::time::Instant;
use url::Url;
use uuid::Uuid;

use crate::{
    base::Engine,
    error::{EngineError, broken},
    lanes::Finished,
};

/// How many bytes a part has at least, but for the last: what S3 asks for.
const PART: usize = 5 * 1_024 * 1_024;
/// After so long an export is not tried again.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// How long a link to a file is good.
const LINK: Duration = Duration::from_secs(600);

/// The request for a table: whose orders, as which rows, and between which times.
#[derive(Debug, Clone)]
pub struct ExportAsk {
    /// Whose orders.
    pub organization: OrganizationId,
    /// What a row is.
    pub kind: SheetKind,
    /// Only orders with this listing.
    pub listing: Option<ListingId>,
    /// Only orders placed then or later.
    pub from: Option<Timestamp>,
    /// Only orders placed before.
    pub to: Option<Timestamp>,
}

/// An export as those see it who asked for it.
#[derive(Debug)]
pub struct ExportSeen {
    /// What it is, and what has become of it.
    pub job: ExportJob,
    /// A link to its file and until when it is good, while there is one.
    pub link: Option<(Url, Timestamp)>,
}

/// The name of an export's file in the bucket.
fn file(job: &ExportJob) -> String {
    format!("{}/{}/{}.csv", job.organization, job.id, job.kind.as_str())
}

fn filter(job: &ExportJob) -> OrderFilter {
    OrderFilter { status: None, listing: job.listing.clone(), from: job.from, to: Some(job.to) }
}

impl Engine {
    /// The same engine, which writes exports into that bucket.
    #[must_use]
    pub fn with_exports(self, bucket: Bucket) -> Self {
        Self { exports: Some(bucket), ..self }
    }

    fn bucket(&self) -> Result<&Bucket, EngineError> {
        self.exports.as_ref().ok_or_else(|| broken("no bucket is known"))
    }

    /// Writes an export down; the sweeper and the worker write its file.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn begin_export(&self, ask: ExportAsk, by: &Actor) -> Result<ExportJob, EngineError> {
        let now = self.clock.now();
        let ExportAsk { organization, kind, listing, from, to } = ask;
        let id = format!("exp_{}", Uuid::from_bytes(self.clock.chance().bytes()).simple());
        let (by, state, progress) = (by.clone(), ExportState::Running, ExportProgress::default());
        let to = to.map_or(now, |to| to.min(now));
        let job = ExportJob { id, organization, kind, listing, from, to, by, created_at: now, state, progress };
        self.store.begin_export(&job).await?;
        tracing::info!(organization = %job.organization, export = job.id, by = job.by.as_str(), "export asked for");
        Ok(job)
    }

    /// What has become of an export, with a link to its file while there is one. None where it is not known any more.
    ///
    /// # Errors
    /// [`EngineError`] when table or bucket give no answer.
    pub async fn export(&self, organization: &OrganizationId, id: &str) -> Result<Option<ExportSeen>, EngineError> {
        let Some(job) = self.store.export_job(organization, id).await? else { return Ok(None) };
        let bucket = self.bucket()?;
        if job.state != ExportState::Done || !bucket.has(&file(&job)).await? {
            return Ok(Some(ExportSeen { job, link: None }));
        }
        let link = bucket.link(&file(&job), &format!("{}.csv", job.kind.as_str()), LINK);
        let until = self.clock.now() + LINK;
        Ok(Some(ExportSeen { job, link: Some((link, until)) }))
    }

    /// Goes on with an export until `until`, but for one page of orders at least.
    pub(crate) async fn run_export(
        &self,
        organization: &OrganizationId,
        id: &str,
        until: Instant,
    ) -> Result<Finished, EngineError> {
        let Some(mut job) = self.store.export_job(organization, id).await? else { return Ok(Finished::Done) };
        if self.clock.now().duration_since(job.created_at) > LONGEST {
            tracing::error!(export = job.id, "an export could not be written within a day");
            // What is left of its upload goes by the bucket's own rule.
            self.store.finish_export(&job, ExportState::Failed).await?;
            return Ok(Finished::Done);
        }
        let slice = Box::pin(self.write_export(&mut job, until)).await;
        match slice {
            Err(SliceError::Gone) => {
                if self.bucket()?.has(&file(&job)).await? {
                    return self.exported(&job).await;
                }
                // The upload ended without a file: all of it once more.
                job.progress = ExportProgress { rests: job.progress.rests, ..ExportProgress::default() };
                self.store.note_export(&job).await?;
                Ok(Finished::Progressed)
            }
            Err(SliceError::Failed(error)) => Err(error),
            Ok(Finished::Done) => self.exported(&job).await,
            Ok(Finished::Progressed) => Ok(Finished::Progressed),
        }
    }

    async fn exported(&self, job: &ExportJob) -> Result<Finished, EngineError> {
        self.store.finish_export(job, ExportState::Done).await?;
        tracing::info!(
            export = job.id,
            parts = job.progress.tags.len(),
            bytes = job.progress.bytes,
            "an export is written"
        );
        Ok(Finished::Done)
    }

    /// Writes parts of an export's file; done once the file is whole.
    async fn write_export(&self, job: &mut ExportJob, until: Instant) -> Result<Finished, SliceError> {
        let bucket = self.bucket()?;
        let name = file(job);
        let upload = match &job.progress.upload {
            Some(upload) => upload.clone(),
            None => {
                let upload = bucket.begin(&name).await?;
                job.progress.upload = Some(upload.clone());
                self.store.note_export(job).await?;
                upload
            }
        };
        let mut sheet = match &job.progress.rest {
            Some(rest) => Sheet::continued(job.kind, bucket.get(rest).await?),
            None if job.progress.tags.is_empty() => Sheet::new(job.kind)?,
            None => Sheet::further(job.kind),
        };
        loop {
            let page = self.store.orders_of(&job.organization, &filter(job), job.progress.cursor.as_deref()).await?;
            for order in &page.orders {
                sheet.add(order)?;
            }
            let last = page.cursor.is_none();
            job.progress.cursor = page.cursor;
            if last || sheet.len() >= PART {
                let whole = std::mem::replace(&mut sheet, Sheet::further(job.kind));
                if !whole.is_empty() {
                    let n = u16::try_from(job.progress.tags.len() + 1).map_err(broken)?;
                    job.progress.bytes += u64::try_from(whole.len()).map_err(broken)?;
                    let tag = bucket.put_part(&name, &upload, n, whole.bytes()).await?;
                    job.progress.tags.push(tag);
                }
                job.progress.rest = None;
                if last {
                    bucket.complete(&name, &upload, &job.progress.tags).await?;
                    return Ok(Finished::Done);
                }
                self.store.note_export(job).await?;
            }
            if Instant::now() >= until {
                if !sheet.is_empty() {
                    job.progress.rests += 1;
                    let rest = format!("{name}.{}", job.progress.rests);
                    bucket.put(&rest, sheet.bytes()).await?;
                    job.progress.rest = Some(rest);
                }
                self.store.note_export(job).await?;
                return Ok(Finished::Progressed);
            }
        }
    }
}

/// Why a slice of an export came to nothing.
enum SliceError {
    /// The upload is over, or what it needs is gone.
    Gone,
    Failed(EngineError),
}

impl From<BucketError> for SliceError {
    fn from(error: BucketError) -> Self {
        match error {
            BucketError::Missing { .. } => Self::Gone,
            other => Self::Failed(other.into()),
        }
    }
}

impl From<EngineError> for SliceError {
    fn from(error: EngineError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for SliceError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<SheetError> for SliceError {
    fn from(error: SheetError) -> Self {
        Self::Failed(error.into())
    }
}
