//! An organization: created by the platform, changed by its admins, and the end of its daily summaries.
//!
//! It is one transaction, with the job of its daily summary. If the process dies before it, nothing changed; the same change
//! again only counts the version up.

use domain::{
    LoggedKind, Organization, OrganizationId, Refusal, Staff, StaffAction,
    organization::SummaryParts,
    selling::{may_become, may_begin},
};

use super::{
    base::{CatalogEngine, Saved},
    refused::refused,
};
use crate::error::EngineError;

impl CatalogEngine {
    /// Creates or changes an organization: `make` says what it shall be, seeing what it was. The platform alone creates, and
    /// changes what is its own to change. What changes nothing is in no log.
    ///
    /// # Errors
    /// What `make` refuses; `forbidden` and `illegal_state` as with [`may_become`]; `store_unavailable` where another
    /// request was faster.
    pub async fn put_organization(
        &self,
        id: &OrganizationId,
        staff: &Staff,
        make: impl FnOnce(Option<&Organization>) -> Result<Organization, Refusal> + Send,
    ) -> Result<Saved<Organization>, EngineError> {
        let (before, by_platform) = (self.store.organization(id).await?, staff.is_platform());
        if before.is_none() {
            may_begin(by_platform)?;
        }
        let next = make(before.as_ref())?;
        if let Some(before) = &before {
            may_become(before, &next, by_platform)?;
        }
        let now = self.clock.now();
        let action = match &before {
            None => Some(StaffAction::OrganizationCreated),
            Some(before) if Organization { version: before.version, ..next.clone() } == *before => None,
            Some(_) => Some(StaffAction::OrganizationChanged),
        };
        let log = action.map(|action| staff.did(action, id, (LoggedKind::Organization, id.as_str()), now));
        self.store.put_organization(&next, before.as_ref(), log.as_ref(), now).await.map_err(refused)?;
        Ok(Saved { is_new: before.is_none(), now: next })
    }

    /// Ends an organization's daily summaries, for a reader who shows the secret of one: `is_secret` compares it. The
    /// organization's settings turn them on again.
    ///
    /// # Errors
    /// `not_found` for another secret, and where they have ended; `store_unavailable` where another request was faster.
    pub async fn end_summaries(
        &self,
        id: &OrganizationId,
        is_secret: impl Fn(&str) -> bool + Send,
    ) -> Result<(), EngineError> {
        let none = || Refusal::not_found("summary");
        let job = self.store.summary_job(id).await?;
        job.filter(|job| is_secret(&job.token)).ok_or_else(none)?;
        let before = self.store.organization(id).await?.ok_or_else(none)?;
        let mut next = before.clone();
        next.version += 1;
        next.profile.daily_summary = SummaryParts::NONE;
        self.store.put_organization(&next, Some(&before), None, self.clock.now()).await.map_err(refused)?;
        tracing::info!(organization = %id, "daily summaries are ended by their reader");
        Ok(())
    }
}
