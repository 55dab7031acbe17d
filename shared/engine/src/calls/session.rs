//! The Checkout Session: Stripe's page, where a buyer pays an order.
//!
//! If the process dies before the page is noted, the client's repeat opens the same page under the same key; without a
//! repeat, the sweeper asks for the page once more at the end of the hold, and expires it. Two callers at once get the same
//! page.

use domain::{Order, order::HOSTED_SESSION};
use jiff::{SignedDuration, Timestamp};
use payments::{
    CallError, EncodedRequest, Stripe,
    sessions::{Session, SessionLine, SessionRequest, SessionTax},
};
use store::CallRecord;

use super::{
    labels::{capture, description, liable, metadata},
    ladder::{Begin, Call, Doubt, Replayed},
    record::RecordedCall,
};
use crate::{
    base::{BaseUrls, Engine},
    error::{EngineError, broken},
};

/// How long before the first try a list at Stripe begins: clocks differ.
const BEFORE: SignedDuration = SignedDuration::from_mins(1);
/// How long after a try a list at Stripe ends: longer than any try takes.
const AFTER: SignedDuration = SignedDuration::from_mins(2);

/// What is asked: a page for this order. Its key is `{order}-session`.
pub(crate) fn record(order: &Order, pages: &BaseUrls, now: Timestamp) -> Result<RecordedCall, EngineError> {
    // What Stripe gets opens nothing by itself but the way back: the order's token is not among it.
    let proof = format!("order={}&mac={}", order.id, order.return_mac());
    let request = SessionRequest {
        order: order.id.clone(),
        organization: order.organization.clone(),
        currency: order.currency,
        lines: session_lines(order),
        destination: order.destination.clone(),
        application_fee: order.application_fee(),
        metadata: metadata(order),
        transfer_description: description(order),
        buyer_email: order.buyer.email.clone(),
        success_url: format!("{}/v1/checkout/success?session_id={{CHECKOUT_SESSION_ID}}&{proof}", pages.api),
        cancel_url: order.cancel_url.clone().unwrap_or_else(|| format!("{}/v1/checkout/return?{proof}", pages.api)),
        expires_at: order.created_at + HOSTED_SESSION,
        tax: SessionTax {
            automatic: order.tax_terms.automatic,
            behavior: order.tax_terms.behavior,
            liable: liable(order),
        },
        capture: capture(order),
    };
    let encoded = request.encode().map_err(broken)?;
    RecordedCall::new(order, 1, format!("{}-session", order.id), encoded, now)
}

/// The lines of Stripe's page; they add up to the total exactly.
fn session_lines(order: &Order) -> Vec<SessionLine> {
    let goods = order.lines.iter().filter(|line| !line.total.is_zero()).map(|line| {
        let unit = line.donation.unwrap_or(line.unit_price);
        let name = format!("{} · {}", line.title, line.name);
        if line.discount.is_zero() {
            return SessionLine { name, unit_amount: unit, quantity: line.quantity };
        }
        // A discounted line need not divide by its quantity, so it is one position.
        SessionLine { name: format!("{} × {name}", line.quantity), unit_amount: line.total, quantity: 1 }
    });
    let fees = [("Platform fee", order.totals.platform_fees), ("Processing fee", order.totals.processing_fees)];
    let fees = fees.into_iter().filter(|(_, amount)| !amount.is_zero()).map(|(name, amount)| SessionLine {
        name: name.to_owned(),
        unit_amount: amount,
        quantity: 1,
    });
    goods.chain(fees).collect()
}

/// When an order's session or payment intent was made, if any was: about the first try, or about a later one that the
/// buyer came back for.
pub(crate) fn about(order: &Order, call: &CallRecord) -> (Timestamp, Timestamp) {
    let first = order.created_at.min(call.created_at);
    let last = call.tried_at.map_or(call.created_at, |tried| tried.max(call.created_at));
    (first - BEFORE, last + AFTER)
}

/// Opening an order's page.
struct Open<'a> {
    order: &'a Order,
    about: (Timestamp, Timestamp),
    /// Whether an earlier process may have asked before.
    resumed: bool,
}

impl Call for Open<'_> {
    type Made = Session;

    async fn send(&self, stripe: &Stripe, request: &EncodedRequest, key: &str) -> Result<Session, CallError> {
        stripe.create_session(request, key).await
    }

    /// By list: it holds what was made about the time of the tries, and nothing else.
    async fn find(&mut self, engine: &Engine, _: Doubt) -> Result<Option<Session>, EngineError> {
        let (from, to) = self.about;
        let sessions = engine.stripe.list_sessions(from, to).await?;
        Ok(sessions.into_iter().find(|session| session.order.as_ref() == Some(&self.order.id)))
    }

    fn may_have_come_through(&self, _: &CallError) -> bool {
        // A refusal, as of a key that was withdrawn meanwhile, says nothing of an earlier call whose answer never came:
        // that one may have made a page which can be paid.
        self.resumed
    }
}

impl Engine {
    /// Opens the order's page. `resumed` says that an earlier process may have asked before.
    pub(crate) async fn open_session(
        &self,
        order: &Order,
        mut call: RecordedCall,
        resumed: bool,
    ) -> Result<Result<Session, CallError>, EngineError> {
        let mut open = Open { order, about: about(order, &call.record), resumed };
        self.make(&mut call, &mut open, Begin::SEND).await
    }

    /// The order's page, by list.
    pub(crate) async fn find_session(&self, order: &Order) -> Result<Option<Session>, EngineError> {
        let call = self.call_record(&order.id, 1).await?;
        Open { order, about: about(order, &call), resumed: true }.find(self, Doubt::Before).await
    }

    /// The page of an order that has noted none, as it is now. See [`Engine::replay`].
    pub(crate) async fn replay_session(&self, order: &Order) -> Result<Replayed<Session>, EngineError> {
        let call = self.call_record(&order.id, 1).await?;
        let mut open = Open { order, about: about(order, &call), resumed: true };
        Ok(match self.replay(&call, &mut open).await? {
            Replayed::Repeated(old) => Replayed::Listed(self.stripe.retrieve_session(&old.id).await?),
            other => other,
        })
    }

    /// Expires a page, so that it cannot be paid any more. It needs no record: a page that is expired or paid already is
    /// fetched instead.
    pub(crate) async fn expire_session(&self, id: &str) -> Result<Session, EngineError> {
        match self.stripe.expire_session(id).await {
            Ok(session) => Ok(session),
            // Paid or expired in this very moment.
            Err(error) if error.is_unexpected_state() => Ok(self.stripe.retrieve_session(id).await?),
            Err(error) => Err(error.into()),
        }
    }
}
