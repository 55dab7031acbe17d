//! Taking hours off a customer's balance.
//!
//! Entry and balance are one transaction, and the entry's key is the caller's reference. If the process dies before it,
//! nothing was taken; if it runs twice, the second one gets the entry of the first.

use domain::{Code, LoggedKind, Refusal, Staff, StaffAction};
use store::{Debit, Debited, LedgerEntry};

use crate::{base::Engine, error::EngineError};

impl Engine {
    /// Takes hours off a customer's balance, once for their reference. True beside the entry if that was now.
    ///
    /// # Errors
    /// `insufficient_hours`; `idempotency_mismatch` for a reference that was used for other hours.
    pub async fn debit(&self, debit: &Debit, staff: &Staff) -> Result<(LedgerEntry, bool), EngineError> {
        let now = self.clock.now();
        let of = (LoggedKind::Customer, debit.customer.as_str());
        // The reference is what staff typed, so it is not in the log.
        let log = staff.did(StaffAction::HoursTaken, &debit.organization, of, now).with(debit.hours.to_string());
        match self.store.debit(debit, &log, now).await? {
            Debited::Now(entry) => {
                tracing::info!(organization = %debit.organization, outcome = "debited", "hours taken");
                Ok((entry, true))
            }
            Debited::Before(entry) if entry.hours() == -debit.hours => {
                let first = entry.at.to_string();
                tracing::info!(organization = %debit.organization, first, "already processed");
                Ok((entry, false))
            }
            Debited::Before(_) => {
                let message = "The reference was used before, for other hours";
                Err(Refusal::new(Code::IdempotencyMismatch, message).at("reference").into())
            }
            Debited::Insufficient(balance) => {
                let message = format!("Only {} hours are left", balance.hours);
                Err(Refusal::new(Code::InsufficientHours, message).at("hours").into())
            }
        }
    }
}
