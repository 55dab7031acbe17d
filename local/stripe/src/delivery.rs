//! Sending the outbox: signed, in order within a payment, with retries by the clock.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::{
    shared::{Shared, WebhookTarget},
    webhooks::{Delivery, signature},
};

/// How many webhooks are under way at once.
const AT_ONCE: usize = 32;
/// How long the webhook may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to sleep at most, since the program's clock may be moved without a call.
const NAP: Duration = Duration::from_secs(1);

impl Shared {
    /// Starts or wakes the worker. Outside of a runtime nothing is sent until the next call.
    pub(crate) fn kick(self: &Arc<Self>) {
        let mut state = self.enter();
        let Ok(handle) = tokio::runtime::Handle::try_current() else { return };
        let mut listener = self.listener();
        // A worker ends by itself, under the state's lock, or with its runtime.
        let works = state.outbox.is_worked_on && listener.worker.as_ref().is_some_and(|worker| !worker.is_finished());
        if works {
            self.wake.notify_one();
        } else if state.outbox.next_due().is_some() {
            state.outbox.is_worked_on = true;
            listener.worker = Some(handle.spawn(work(Arc::downgrade(self), Arc::clone(&self.wake))));
        }
    }

    /// Takes what can leave now, with the bodies, and says how long to wait for more; not at all when nothing waits.
    fn take(&self, under_way: usize) -> (Vec<(Delivery, String)>, Option<Duration>) {
        let mut state = self.enter();
        let now = state.now_ms;
        let taken = state.outbox.take(now, AT_ONCE.saturating_sub(under_way));
        let with_body = |delivery: Delivery| {
            let body = state.events.get(&delivery.event).map(|event| event.payload.clone());
            // An event that is no longer kept has no body.
            (delivery, body.unwrap_or_default())
        };
        let taken: Vec<_> = taken.into_iter().map(with_body).collect();
        let wait = state.outbox.next_due().map(|due| {
            let wait = u64::try_from(due.saturating_sub(now)).unwrap_or(0);
            Duration::from_millis(wait).clamp(Duration::from_millis(1), NAP)
        });
        if taken.is_empty() && under_way == 0 && wait.is_none() {
            // The next event starts another worker.
            state.outbox.is_worked_on = false;
        }
        (taken, wait)
    }

    /// Sends one delivery and notes the answer.
    async fn deliver(self: Arc<Self>, delivery: Delivery, body: String) {
        let (target, header) = {
            let listener = self.listener();
            let header = signature(&listener.secrets, self.clock.now().as_second(), &body);
            (listener.target.clone(), header)
        };
        let status = match target {
            Some(target) => tokio::time::timeout(PATIENCE, post(target, header, body)).await.ok().flatten(),
            None => None,
        };
        let mut state = self.enter();
        let now = state.now_ms;
        state.outbox.answered(delivery.id, status.unwrap_or(0), now);
        drop(state);
        self.idle.notify_waiters();
    }
}

/// Sends one body, and says with which status it was answered, if it was.
async fn post(target: WebhookTarget, signature: String, body: String) -> Option<u16> {
    let (WebhookTarget::Router { path: address, .. } | WebhookTarget::Url(address)) = &target;
    let request = http::Request::post(address.as_str())
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
        .header("stripe-signature", signature)
        .body(Bytes::from(body))
        .ok()?;
    match target {
        WebhookTarget::Router { router, .. } => {
            let response = router.oneshot(request.map(Body::from)).await.ok()?;
            Some(response.status().as_u16())
        }
        WebhookTarget::Url(_) => {
            let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
            let response = client.request(request.map(Full::new)).await.ok()?;
            Some(response.status().as_u16())
        }
    }
}

/// Empties the outbox, and ends when nothing waits.
async fn work(shared: Weak<Shared>, wake: Arc<tokio::sync::Notify>) {
    let mut under_way = JoinSet::new();
    loop {
        let Some(strong) = shared.upgrade() else { return };
        let (taken, wait) = strong.take(under_way.len());
        for (delivery, body) in taken {
            under_way.spawn(Arc::clone(&strong).deliver(delivery, body));
        }
        if under_way.is_empty() && wait.is_none() {
            strong.idle.notify_waiters();
            return;
        }
        // The worker alone may not keep a stand-in alive.
        drop(strong);
        // What is due and was not taken waits for the answer to another delivery.
        let blocked = wait.is_some_and(|wait| wait <= Duration::from_millis(1)) && !under_way.is_empty();
        let nap = wait.filter(|_| !blocked).unwrap_or(NAP);
        tokio::select! {
            Some(_) = under_way.join_next(), if !under_way.is_empty() => {}
            () = wake.notified() => {}
            () = tokio::time::sleep(nap) => {}
        }
        while under_way.try_join_next().is_some() {}
    }
}
