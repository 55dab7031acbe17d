//! What a request waits for, so that one whose time is up can say who kept it waiting.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

tokio::task_local! {
    static PENDING: Pending;
}

/// What a request was waiting for when it was ended.
#[derive(Debug, Clone, Default)]
pub struct Pending {
    payment: Arc<AtomicBool>,
}

impl Pending {
    /// Runs a request. A call to Stripe that is still open when the future is dropped is noted here.
    pub async fn watch<F: Future>(&self, request: F) -> F::Output {
        PENDING.scope(self.clone(), request).await
    }

    /// Whether a call to Stripe was cut off.
    #[must_use]
    pub fn was_payment(&self) -> bool {
        self.payment.load(Ordering::Relaxed)
    }
}

/// A call to Stripe that has no answer yet. Dropped before [`PaymentCall::answered`], it was cut off.
#[derive(Debug)]
#[must_use]
pub struct PaymentCall(Option<Pending>);

impl PaymentCall {
    /// The call begins. Outside of a request this notes nothing.
    pub fn begin() -> Self {
        Self(PENDING.try_with(Pending::clone).ok())
    }

    /// The call has ended, whatever came of it.
    pub fn answered(mut self) {
        self.0 = None;
    }
}

impl Drop for PaymentCall {
    fn drop(&mut self) {
        if let Some(pending) = &self.0 {
            pending.payment.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, time::Duration};

    use tokio::time::timeout;

    use super::{PaymentCall, Pending};

    #[tokio::test]
    async fn a_call_that_did_not_end_is_known_and_one_that_ended_is_not() {
        let short = Duration::from_millis(5);
        let (open, ended) = (Pending::default(), Pending::default());
        let hangs = async {
            let _call = PaymentCall::begin();
            pending::<()>().await;
        };
        assert!(timeout(short, open.watch(hangs)).await.is_err());
        let hangs_after = async {
            PaymentCall::begin().answered();
            pending::<()>().await;
        };
        assert!(timeout(short, ended.watch(hangs_after)).await.is_err());
        assert!(open.was_payment() && !ended.was_payment());
        // Outside of a request there is no one to tell.
        drop(PaymentCall::begin());
    }
}
