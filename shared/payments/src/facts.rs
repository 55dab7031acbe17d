//! What events and fetched objects tell of an order, in our words.
//!
//! An event shows its object as it was; a fetched object shows it as it is. Where an event alone does not say enough,
//! it says what to fetch ([`Finding::Fetch`]).

use domain::{Authorization, Capture, Decline, DisputeSeen, Fact, Minor, OrderId, RefundSeen, RefundState, Source};
use jiff::Timestamp;

use crate::{
    ObjectError,
    charges::{Charge, StripeDispute},
    events::{About, Envelope, EventKind},
    intents::{Failure, Intent, IntentStatus},
    owners,
    refunds::StripeRefund,
    sessions::{PaymentStatus, Session, SessionStatus},
};

/// What one event or one object tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The order, where the object names it. Objects that Stripe's dashboard makes do not: find it by the payment
    /// intent.
    pub order: Option<OrderId>,
    /// Stripe's payment intent, where the object names it.
    pub payment_intent: Option<String>,
    /// Stripe's session, where the object is one.
    pub session: Option<String>,
    /// What it shows.
    pub finding: Finding,
}

/// What it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Something that happened to the order's payment.
    Fact(Fact),
    /// Too little: fetch this, and take what that tells.
    Fetch(Fetch),
    /// Nothing that concerns an order, and why.
    Nothing(&'static str),
}

/// The object that has to be read before there is a fact, by Stripe's id of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetch {
    /// [`crate::Stripe::retrieve_session`], then [`from_session`].
    Session(String),
    /// [`crate::Stripe::retrieve_intent`], then [`from_intent`].
    Intent(String),
    /// [`crate::Stripe::list_refunds`], then [`from_refunds`].
    Refunds {
        /// The payment that was given back from.
        payment_intent: String,
    },
    /// [`crate::Stripe::retrieve_dispute`], then [`from_dispute`]; and the refunds of the payment, if it was prevented.
    Dispute(String),
}

/// What there is to fetch for an event whose own words cannot be taken: its object is written in another version of the
/// API, or cannot be read. Nothing but names is read of it. None where it names nothing that can be fetched.
#[must_use]
pub fn pointer(event: &Envelope) -> Option<Fetch> {
    let named = |field: &str| owners::id(event.object.get(field));
    match event.kind.about()? {
        About::Session => named("id").map(Fetch::Session),
        About::Intent => named("id").map(Fetch::Intent),
        About::Charge if event.kind == EventKind::ChargeRefunded => {
            named("payment_intent").map(|payment_intent| Fetch::Refunds { payment_intent })
        }
        About::Charge => named("payment_intent").map(Fetch::Intent),
        About::Refund => named("payment_intent").map(|payment_intent| Fetch::Refunds { payment_intent }),
        About::Dispute => named("id").map(Fetch::Dispute),
    }
}

/// What an event tells.
///
/// # Errors
/// [`ObjectError`] when the event's object lacks what its type always has: fetch what [`pointer()`] says instead, it may be
/// about money.
pub fn from_event(event: &Envelope) -> Result<Observation, ObjectError> {
    match &event.kind {
        EventKind::SessionCompleted => {
            let session = Session::read(&event.object)?;
            let finding = match session.payment_status {
                PaymentStatus::Paid => captured_by_session(&session)?,
                // Under way, or authorized to be taken later: only the payment intent says which.
                PaymentStatus::Unpaid => Finding::Fetch(Fetch::Session(session.id.clone())),
                PaymentStatus::NoPaymentRequired => Finding::Nothing("there was nothing to pay"),
                PaymentStatus::Unknown => Finding::Fetch(Fetch::Session(session.id.clone())),
            };
            Ok(of_session(&session, finding))
        }
        EventKind::SessionAsyncPaymentSucceeded => {
            let session = Session::read(&event.object)?;
            let finding = match session.payment_status {
                PaymentStatus::Paid => captured_by_session(&session)?,
                _ => Finding::Fetch(Fetch::Session(session.id.clone())),
            };
            Ok(of_session(&session, finding))
        }
        EventKind::SessionAsyncPaymentFailed => {
            let session = Session::read(&event.object)?;
            let finding = Finding::Fact(Fact::Failed(session_failure(&session).at(event.created)));
            Ok(of_session(&session, finding))
        }
        EventKind::SessionExpired => {
            let session = Session::read(&event.object)?;
            Ok(of_session(&session, Finding::Fact(Fact::Unpayable)))
        }
        EventKind::IntentSucceeded => {
            let intent = Intent::read(&event.object)?;
            Ok(of_intent(&intent, captured_by_intent(&intent)))
        }
        EventKind::IntentPaymentFailed => {
            let intent = Intent::read(&event.object)?;
            Ok(of_intent(&intent, Finding::Fact(Fact::Declined(intent_failure(&intent, event.created)))))
        }
        // What the intent's state is now says more than what happened to it: whether the money is still authorized, until
        // when, or why it is not.
        EventKind::IntentCanceled | EventKind::IntentAmountCapturable => {
            let intent = Intent::read(&event.object)?;
            Ok(of_intent(&intent, Finding::Fetch(Fetch::Intent(intent.id.clone()))))
        }
        EventKind::ChargeSucceeded | EventKind::ChargeCaptured => Ok(charge_succeeded(&Charge::read(&event.object)?)),
        EventKind::ChargeExpired => {
            let charge = Charge::read(&event.object)?;
            let finding = match charge.payment_intent.clone() {
                None => Finding::Nothing("the charge belongs to no payment intent"),
                Some(intent) => Finding::Fetch(Fetch::Intent(intent)),
            };
            Ok(of_charge(&charge, finding))
        }
        EventKind::ChargeRefunded => Ok(charge_refunded(&Charge::read(&event.object)?)),
        EventKind::RefundCreated | EventKind::RefundUpdated | EventKind::RefundFailed => {
            Ok(refund_seen(&StripeRefund::read(&event.object)?, Source::Event { created: event.created }))
        }
        // A dispute may go back and forth. Its events come in any order, and only Stripe knows which was the last.
        EventKind::DisputeCreated
        | EventKind::DisputeUpdated
        | EventKind::DisputeClosed
        | EventKind::DisputeFundsWithdrawn
        | EventKind::DisputeFundsReinstated => {
            let dispute = StripeDispute::read(&event.object)?;
            let finding = match &dispute.payment_intent {
                None => Finding::Nothing(NO_INTENT),
                Some(_) => Finding::Fetch(Fetch::Dispute(dispute.id.clone())),
            };
            Ok(Observation { order: dispute.order, payment_intent: dispute.payment_intent, session: None, finding })
        }
        EventKind::Unknown(_) => Ok(Observation {
            order: None,
            payment_intent: None,
            session: None,
            finding: Finding::Nothing("events of this type are not used"),
        }),
    }
}

/// What a session tells that was fetched just now. `now` dates a failure, because a fetched object carries no time.
///
/// A complete but unpaid session shows neither success nor failure by itself; its payment intent, which
/// [`crate::Stripe::retrieve_session`] brings along, does.
///
/// # Errors
/// [`ObjectError`] when a paid session names no payment intent.
pub fn from_session(session: &Session, now: Timestamp) -> Result<Observation, ObjectError> {
    let finding = match (session.status, session.payment_status) {
        (_, PaymentStatus::Paid) => captured_by_session(session)?,
        (SessionStatus::Expired, _) => Finding::Fact(Fact::Unpayable),
        (SessionStatus::Complete, PaymentStatus::Unpaid) => unpaid(session, now),
        (SessionStatus::Complete, PaymentStatus::NoPaymentRequired) => Finding::Nothing("there was nothing to pay"),
        (SessionStatus::Open, _) => Finding::Nothing("the session is open"),
        (SessionStatus::Complete | SessionStatus::Unknown, _) => Finding::Nothing("the session's state is not known"),
    };
    Ok(of_session(session, finding))
}

/// What an intent tells that was fetched just now. `now` dates a failure, because a fetched object carries no time.
#[must_use]
pub fn from_intent(intent: &Intent, now: Timestamp) -> Observation {
    let finding = match intent.status {
        IntentStatus::Succeeded => captured_by_intent(intent),
        IntentStatus::Canceled => Finding::Fact(Fact::Unpayable),
        IntentStatus::Processing => Finding::Fact(Fact::Processing { payment_intent: Some(intent.id.clone()) }),
        IntentStatus::RequiresPaymentMethod if intent.last_error.is_some() => {
            Finding::Fact(Fact::Declined(intent_failure(intent, now)))
        }
        IntentStatus::RequiresCapture => authorized(intent, None),
        IntentStatus::RequiresAction => Finding::Fact(Fact::ActionRequired { payment_intent: intent.id.clone() }),
        IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation => {
            Finding::Nothing("the buyer has not paid yet")
        }
        IntentStatus::Unknown => Finding::Nothing("the payment's state is not known"),
    };
    of_intent(intent, finding)
}

/// What a refund tells that was fetched just now.
#[must_use]
pub fn from_refund(refund: &StripeRefund) -> Observation {
    refund_seen(refund, Source::Fetched)
}

/// What the refunds of a payment tell that were listed just now, the newest first as Stripe lists them. Those that failed come
/// first, since what they were to give may have been given again; then each after those before it. Otherwise an order could have
/// more given back than was taken, until the rest of the list is read.
#[must_use]
pub fn from_refunds(listed: &[StripeRefund]) -> Vec<Observation> {
    let failed = |refund: &&StripeRefund| refund.state == RefundState::Failed;
    let (failed, others): (Vec<_>, Vec<_>) = listed.iter().rev().partition(failed);
    failed.into_iter().chain(others).map(from_refund).collect()
}

/// The tax in an authorized amount stands on the session, where there is one.
fn authorized(intent: &Intent, tax: Option<Minor>) -> Finding {
    Finding::Fact(Fact::Authorized(Authorization {
        payment_intent: intent.id.clone(),
        charge: intent.latest_charge.clone(),
        amount: intent.amount_capturable,
        tax,
        currency: intent.currency,
        capture_before: intent.capture_before,
    }))
}

/// What a dispute tells that was asked for at `seen_at`, before the answer came.
#[must_use]
pub fn from_dispute(dispute: &StripeDispute, seen_at: Timestamp) -> Observation {
    let finding = match &dispute.payment_intent {
        None => Finding::Nothing(NO_INTENT),
        Some(payment_intent) => Finding::Fact(Fact::Dispute(DisputeSeen {
            stripe_id: dispute.id.clone(),
            payment_intent: payment_intent.clone(),
            amount: dispute.amount,
            state: dispute.state,
            word: dispute.word.clone(),
            taken: dispute.withdrawn,
            due_by: dispute.due_by,
            seen_at,
        })),
    };
    Observation { order: dispute.order.clone(), payment_intent: dispute.payment_intent.clone(), session: None, finding }
}

/// Why a dispute says nothing of an order.
const NO_INTENT: &str = "the dispute belongs to no payment intent";

fn of_session(session: &Session, finding: Finding) -> Observation {
    Observation {
        order: session.order.clone(),
        payment_intent: session.payment_intent.clone(),
        session: Some(session.id.clone()),
        finding,
    }
}

fn of_intent(intent: &Intent, finding: Finding) -> Observation {
    Observation { order: intent.order.clone(), payment_intent: Some(intent.id.clone()), session: None, finding }
}

fn captured_by_session(session: &Session) -> Result<Finding, ObjectError> {
    // A page without a price is paid too, but no money moved.
    let Some(payment_intent) = session.payment_intent.clone() else {
        return Err(ObjectError::Missing("payment_intent"));
    };
    Ok(Finding::Fact(Fact::Captured(Capture {
        payment_intent,
        charge: session.intent.as_ref().and_then(|intent| intent.latest_charge.clone()),
        session: Some(session.id.clone()),
        amount: session.amount_total,
        tax: session.tax,
        currency: session.currency,
    })))
}

fn captured_by_intent(intent: &Intent) -> Finding {
    captured_by(intent, None)
}

fn captured_by(intent: &Intent, tax: Option<Minor>) -> Finding {
    Finding::Fact(Fact::Captured(Capture {
        payment_intent: intent.id.clone(),
        charge: intent.latest_charge.clone(),
        session: None,
        amount: intent.amount_received,
        tax,
        currency: intent.currency,
    }))
}

/// A page on which the buyer has done all they can, and whose money is not there.
fn unpaid(session: &Session, now: Timestamp) -> Finding {
    let processing = || Finding::Fact(Fact::Processing { payment_intent: session.payment_intent.clone() });
    let Some(intent) = &session.intent else { return processing() };
    match intent.status {
        // The page is complete once the money is authorized, where it is taken by a call of its own
        // (<https://docs.stripe.com/payments/place-a-hold-on-a-payment-method>).
        IntentStatus::RequiresCapture => authorized(intent, session.tax),
        IntentStatus::Canceled if intent.capture_method_manual => Finding::Fact(Fact::Unpayable),
        // A buyer cannot try again on a page that is complete.
        IntentStatus::RequiresPaymentMethod | IntentStatus::Canceled => {
            Finding::Fact(Fact::Failed(session_failure(session).at(now)))
        }
        // The intent is ahead of the page it came with; the money counts.
        IntentStatus::Succeeded => captured_by(intent, session.tax),
        _ => processing(),
    }
}

fn session_failure(session: &Session) -> Failure {
    let known = session.intent.as_ref().and_then(|intent| intent.last_error.clone());
    known.unwrap_or_else(|| Failure {
        code: "async_payment_failed".to_owned(),
        message: "The payment failed.".to_owned(),
        card: None,
    })
}

fn intent_failure(intent: &Intent, at: Timestamp) -> Decline {
    let unnamed =
        || Failure { code: "payment_failed".to_owned(), message: "The payment failed.".to_owned(), card: None };
    intent.last_error.clone().unwrap_or_else(unnamed).at(at)
}

fn of_charge(charge: &Charge, finding: Finding) -> Observation {
    Observation { order: charge.order.clone(), payment_intent: charge.payment_intent.clone(), session: None, finding }
}

fn charge_succeeded(charge: &Charge) -> Observation {
    let finding = match &charge.payment_intent {
        _ if !charge.captured => Finding::Nothing("the money is authorized and not captured yet"),
        None => Finding::Nothing("the charge belongs to no payment intent"),
        Some(payment_intent) => Finding::Fact(Fact::Captured(Capture {
            payment_intent: payment_intent.clone(),
            charge: Some(charge.id.clone()),
            session: None,
            amount: charge.amount_captured,
            tax: None,
            currency: charge.currency,
        })),
    };
    of_charge(charge, finding)
}

/// Stripe's fingerprint of the card that an event's charge took money from, if it is of such a charge.
#[must_use]
pub fn card_that_paid(event: &Envelope) -> Option<String> {
    if !matches!(event.kind, EventKind::ChargeSucceeded | EventKind::ChargeCaptured) {
        return None;
    }
    Charge::read(&event.object).ok()?.payment_method?.fingerprint
}

/// The charge says how much was given back in all, but not by which refunds.
fn charge_refunded(charge: &Charge) -> Observation {
    let finding = match &charge.payment_intent {
        None => Finding::Nothing("the charge belongs to no payment intent"),
        Some(payment_intent) => Finding::Fetch(Fetch::Refunds { payment_intent: payment_intent.clone() }),
    };
    of_charge(charge, finding)
}

fn refund_seen(refund: &StripeRefund, source: Source) -> Observation {
    let finding = match &refund.payment_intent {
        None => Finding::Nothing("the refund belongs to no payment intent"),
        Some(payment_intent) => Finding::Fact(Fact::Refund(RefundSeen {
            stripe_id: refund.id.clone(),
            refund_id: refund.refund_id.clone(),
            payment_intent: payment_intent.clone(),
            amount: refund.amount,
            state: refund.state,
            failure: refund.failure.clone(),
            source,
        })),
    };
    Observation { order: refund.order.clone(), payment_intent: refund.payment_intent.clone(), session: None, finding }
}

#[cfg(test)]
mod tests;
