//! Counting attempts to buy, before anything else is read or written for them.
//!
//! The count is one write to an item of the source address and the minute. A process that dies after it has counted an
//! attempt too many, and a request that runs twice counts twice: the limit is against floods, not exact.

use std::net::IpAddr;

use domain::{
    Code, Refusal,
    limits::{minute_of, source_of},
};
use sha2::{Digest, Sha256};

use crate::{base::Engine, error::EngineError};

impl Engine {
    /// Counts an attempt to buy from an address, before anything else is read or written for it.
    ///
    /// # Errors
    /// `rate_limited`, to come again when the minute is over; [`EngineError::Store`] when the table gives no answer.
    pub async fn attempt(&self, address: Option<IpAddr>) -> Result<(), EngineError> {
        let most = self.limits.attempts_per_minute;
        if most == 0 {
            return Ok(());
        }
        let (minute, left) = minute_of(self.clock.now());
        let source = hex::encode(Sha256::digest(source_of(address)));
        if self.store.count_attempt(&source, minute).await? <= u64::from(most) {
            return Ok(());
        }
        Err(Refusal::new(Code::RateLimited, "Too many attempts from your network; please wait a little")
            .retry_after(left)
            .into())
    }
}
