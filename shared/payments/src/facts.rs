//! What events and fetched objects tell of an order, in our words.
//!
//! An event shows its object as it was; a fetched object shows it as it is. Where an event alone does not say enough,
//! it says what to fetch ([`Say::Look`]).

use domain::{Authorization, Capture, Decline, DisputeSeen, Fact, Minor, OrderId, RefundSeen, Source};
use jiff::Timestamp;

use crate::{
    ObjectError,
    charges::{Charge, Dispute},
    events::{About, Envelope, EventKind},
    intents::{Failure, Intent, IntentStatus},
    owners,
    refunds::Refund,
    sessions::{PaymentStatus, Session, SessionStatus},
};

/// What one event or one object tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The order, where the object names it. Objects that Stripe's dashboard makes do not: find it by the payment
    /// intent.
    pub order: Option<OrderId>,
    /// Stripe's payment intent, where the object names it.
    pub payment_intent: Option<String>,
    /// Stripe's session, where the object is one.
    pub session: Option<String>,
    /// What is told.
    pub say: Say,
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Say {
    /// Something that happened to the order's payment.
    Fact(Fact),
    /// Too little: fetch this, and take what that tells.
    Look(Look),
    /// Nothing that concerns an order, and why.
    Nothing(&'static str),
}

/// What is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// [`crate::Stripe::retrieve_session`], then [`from_session`].
    Session(String),
    /// [`crate::Stripe::retrieve_intent`], then [`from_intent`].
    Intent(String),
    /// [`crate::Stripe::list_refunds`], then [`from_refund`] for each.
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
pub fn pointer(event: &Envelope) -> Option<Look> {
    let named = |field: &str| owners::id(event.object.get(field));
    match event.kind.about()? {
        About::Session => named("id").map(Look::Session),
        About::Intent => named("id").map(Look::Intent),
        About::Charge if event.kind == EventKind::ChargeRefunded => {
            named("payment_intent").map(|payment_intent| Look::Refunds { payment_intent })
        }
        About::Charge => named("payment_intent").map(Look::Intent),
        About::Refund => named("payment_intent").map(|payment_intent| Look::Refunds { payment_intent }),
        About::Dispute => named("id").map(Look::Dispute),
    }
}

/// What an event tells.
///
/// # Errors
/// [`ObjectError`] when the event's object lacks what its type always has: fetch what [`pointer()`] says instead, it may be
/// about money.
pub fn from_event(event: &Envelope) -> Result<Told, ObjectError> {
    match &event.kind {
        EventKind::SessionCompleted => {
            let session = Session::read(&event.object)?;
            let say = match session.payment_status {
                PaymentStatus::Paid => captured_by_session(&session)?,
                // Under way, or authorized to be taken later: only the payment intent says which.
                PaymentStatus::Unpaid => Say::Look(Look::Session(session.id.clone())),
                PaymentStatus::NoPaymentRequired => Say::Nothing("there was nothing to pay"),
                PaymentStatus::Unknown => Say::Look(Look::Session(session.id.clone())),
            };
            Ok(of_session(&session, say))
        }
        EventKind::SessionAsyncPaymentSucceeded => {
            let session = Session::read(&event.object)?;
            let say = match session.payment_status {
                PaymentStatus::Paid => captured_by_session(&session)?,
                _ => Say::Look(Look::Session(session.id.clone())),
            };
            Ok(of_session(&session, say))
        }
        EventKind::SessionAsyncPaymentFailed => {
            let session = Session::read(&event.object)?;
            let say = Say::Fact(Fact::Failed(session_failure(&session).at(event.created)));
            Ok(of_session(&session, say))
        }
        EventKind::SessionExpired => {
            let session = Session::read(&event.object)?;
            Ok(of_session(&session, Say::Fact(Fact::Unpayable)))
        }
        EventKind::IntentSucceeded => {
            let intent = Intent::read(&event.object)?;
            Ok(of_intent(&intent, captured_by_intent(&intent)))
        }
        EventKind::IntentPaymentFailed => {
            let intent = Intent::read(&event.object)?;
            Ok(of_intent(&intent, Say::Fact(Fact::Declined(intent_failure(&intent, event.created)))))
        }
        // What the intent's state is now says more than what happened to it: whether the money is still set aside, until
        // when, or why it is not.
        EventKind::IntentCanceled | EventKind::IntentAmountCapturable => {
            let intent = Intent::read(&event.object)?;
            Ok(of_intent(&intent, Say::Look(Look::Intent(intent.id.clone()))))
        }
        EventKind::ChargeSucceeded | EventKind::ChargeCaptured => Ok(charge_succeeded(&Charge::read(&event.object)?)),
        EventKind::ChargeExpired => {
            let charge = Charge::read(&event.object)?;
            let say = match charge.payment_intent.clone() {
                None => Say::Nothing("the charge belongs to no payment intent"),
                Some(intent) => Say::Look(Look::Intent(intent)),
            };
            Ok(of_charge(&charge, say))
        }
        EventKind::ChargeRefunded => Ok(charge_refunded(&Charge::read(&event.object)?)),
        EventKind::RefundCreated | EventKind::RefundUpdated | EventKind::RefundFailed => {
            Ok(refund_seen(&Refund::read(&event.object)?, Source::Event { created: event.created }))
        }
        // A dispute may go back and forth. Its events come in any order, and only Stripe knows which was the last.
        EventKind::DisputeCreated
        | EventKind::DisputeUpdated
        | EventKind::DisputeClosed
        | EventKind::DisputeFundsWithdrawn
        | EventKind::DisputeFundsReinstated => {
            let dispute = Dispute::read(&event.object)?;
            let say = match &dispute.payment_intent {
                None => Say::Nothing(NO_INTENT),
                Some(_) => Say::Look(Look::Dispute(dispute.id.clone())),
            };
            Ok(Told { order: dispute.order, payment_intent: dispute.payment_intent, session: None, say })
        }
        EventKind::Unknown(_) => Ok(Told {
            order: None,
            payment_intent: None,
            session: None,
            say: Say::Nothing("events of this type are not used"),
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
pub fn from_session(session: &Session, now: Timestamp) -> Result<Told, ObjectError> {
    let say = match (session.status, session.payment_status) {
        (_, PaymentStatus::Paid) => captured_by_session(session)?,
        (SessionStatus::Expired, _) => Say::Fact(Fact::Unpayable),
        (SessionStatus::Complete, PaymentStatus::Unpaid) => unpaid(session, now),
        (SessionStatus::Complete, PaymentStatus::NoPaymentRequired) => Say::Nothing("there was nothing to pay"),
        (SessionStatus::Open, _) => Say::Nothing("the session is open"),
        (SessionStatus::Complete | SessionStatus::Unknown, _) => Say::Nothing("the session's state is not known"),
    };
    Ok(of_session(session, say))
}

/// What an intent tells that was fetched just now. `now` dates a failure, because a fetched object carries no time.
#[must_use]
pub fn from_intent(intent: &Intent, now: Timestamp) -> Told {
    let say = match intent.status {
        IntentStatus::Succeeded => captured_by_intent(intent),
        IntentStatus::Canceled => Say::Fact(Fact::Unpayable),
        IntentStatus::Processing => Say::Fact(Fact::Processing { payment_intent: Some(intent.id.clone()) }),
        IntentStatus::RequiresPaymentMethod if intent.last_error.is_some() => {
            Say::Fact(Fact::Declined(intent_failure(intent, now)))
        }
        IntentStatus::RequiresCapture => authorized(intent, None),
        IntentStatus::RequiresAction => Say::Fact(Fact::ActionRequired { payment_intent: intent.id.clone() }),
        IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation => {
            Say::Nothing("the buyer has not paid yet")
        }
        IntentStatus::Unknown => Say::Nothing("the payment's state is not known"),
    };
    of_intent(intent, say)
}

/// What a refund tells that was fetched just now.
#[must_use]
pub fn from_refund(refund: &Refund) -> Told {
    refund_seen(refund, Source::Fetched)
}

/// The tax in an authorized amount stands on the session, where there is one.
fn authorized(intent: &Intent, tax: Option<Minor>) -> Say {
    Say::Fact(Fact::Authorized(Authorization {
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
pub fn from_dispute(dispute: &Dispute, seen_at: Timestamp) -> Told {
    let say = match &dispute.payment_intent {
        None => Say::Nothing(NO_INTENT),
        Some(payment_intent) => Say::Fact(Fact::Dispute(DisputeSeen {
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
    Told { order: dispute.order.clone(), payment_intent: dispute.payment_intent.clone(), session: None, say }
}

/// Why a dispute says nothing of an order.
const NO_INTENT: &str = "the dispute belongs to no payment intent";

fn of_session(session: &Session, say: Say) -> Told {
    Told {
        order: session.order.clone(),
        payment_intent: session.payment_intent.clone(),
        session: Some(session.id.clone()),
        say,
    }
}

fn of_intent(intent: &Intent, say: Say) -> Told {
    Told { order: intent.order.clone(), payment_intent: Some(intent.id.clone()), session: None, say }
}

fn captured_by_session(session: &Session) -> Result<Say, ObjectError> {
    // A page without a price is paid too, but no money moved.
    let Some(payment_intent) = session.payment_intent.clone() else {
        return Err(ObjectError::Missing("payment_intent"));
    };
    Ok(Say::Fact(Fact::Captured(Capture {
        payment_intent,
        charge: session.intent.as_ref().and_then(|intent| intent.latest_charge.clone()),
        session: Some(session.id.clone()),
        amount: session.amount_total,
        tax: session.tax,
        currency: session.currency,
    })))
}

fn captured_by_intent(intent: &Intent) -> Say {
    captured_by(intent, None)
}

fn captured_by(intent: &Intent, tax: Option<Minor>) -> Say {
    Say::Fact(Fact::Captured(Capture {
        payment_intent: intent.id.clone(),
        charge: intent.latest_charge.clone(),
        session: None,
        amount: intent.amount_received,
        tax,
        currency: intent.currency,
    }))
}

/// A page on which the buyer has done all they can, and whose money is not there.
fn unpaid(session: &Session, now: Timestamp) -> Say {
    let processing = || Say::Fact(Fact::Processing { payment_intent: session.payment_intent.clone() });
    let Some(intent) = &session.intent else { return processing() };
    match intent.status {
        // The page is complete once the money is authorized, where it is taken by a call of its own
        // (<https://docs.stripe.com/payments/place-a-hold-on-a-payment-method>).
        IntentStatus::RequiresCapture => authorized(intent, session.tax),
        IntentStatus::Canceled if intent.capture_method_manual => Say::Fact(Fact::Unpayable),
        // Nobody can try again on a page that is complete.
        IntentStatus::RequiresPaymentMethod | IntentStatus::Canceled => {
            Say::Fact(Fact::Failed(session_failure(session).at(now)))
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
    })
}

fn intent_failure(intent: &Intent, at: Timestamp) -> Decline {
    let failure = intent
        .last_error
        .clone()
        .unwrap_or_else(|| Failure { code: "payment_failed".to_owned(), message: "The payment failed.".to_owned() });
    failure.at(at)
}

fn of_charge(charge: &Charge, say: Say) -> Told {
    Told { order: charge.order.clone(), payment_intent: charge.payment_intent.clone(), session: None, say }
}

fn charge_succeeded(charge: &Charge) -> Told {
    let say = match &charge.payment_intent {
        _ if !charge.captured => Say::Nothing("the money is set aside and not taken yet"),
        None => Say::Nothing("the charge belongs to no payment intent"),
        Some(payment_intent) => Say::Fact(Fact::Captured(Capture {
            payment_intent: payment_intent.clone(),
            charge: Some(charge.id.clone()),
            session: None,
            amount: charge.amount_captured,
            tax: None,
            currency: charge.currency,
        })),
    };
    of_charge(charge, say)
}

/// The charge says how much was given back in all, but not by which refunds.
fn charge_refunded(charge: &Charge) -> Told {
    let say = match &charge.payment_intent {
        None => Say::Nothing("the charge belongs to no payment intent"),
        Some(payment_intent) => Say::Look(Look::Refunds { payment_intent: payment_intent.clone() }),
    };
    of_charge(charge, say)
}

fn refund_seen(refund: &Refund, source: Source) -> Told {
    let say = match &refund.payment_intent {
        None => Say::Nothing("the refund belongs to no payment intent"),
        Some(payment_intent) => Say::Fact(Fact::Refund(RefundSeen {
            stripe_id: refund.id.clone(),
            refund_id: refund.refund_id.clone(),
            payment_intent: payment_intent.clone(),
            amount: refund.amount,
            state: refund.state,
            failure: refund.failure.clone(),
            source,
        })),
    };
    Told { order: refund.order.clone(), payment_intent: refund.payment_intent.clone(), session: None, say }
}

#[cfg(test)]
mod tests;
