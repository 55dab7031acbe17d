//! Payments: attempts, authentication, declines and approvals.

use serde_json::{Value, json};

use super::{
    cards::{self, Behaviour, Method},
    errors::ApiError,
    objects::{CaptureMethod, Charge, ChargeStatus, Intent, IntentStatus, UsedMethod},
    session::Buyer,
    state::{State, Timer, fresh},
};

/// How long a card's authorization lasts.
pub(crate) const AUTHORIZED: i64 = 7 * 86_400;

/// Where the buyer is when a payment is attempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// The buyer, who can authenticate on another page.
    Present,
    /// The buyer, on a page whose script asks for the authentication.
    Scripted,
    /// The server alone: a payment that asks for authentication is declined.
    Absent,
}

impl State {
    /// Turns a test token, or the id of a method that was used before, into a method that can be used.
    pub(crate) fn attach(&mut self, token: &str) -> Result<String, ApiError> {
        if self.methods.get(token).is_some() {
            return Ok(token.to_owned());
        }
        if cards::method(token).is_none() {
            return Err(ApiError::refused(format!("No such PaymentMethod: '{token}'"))
                .code("resource_missing")
                .param("payment_method"));
        }
        let id = fresh("pm_1");
        self.methods.insert(UsedMethod { id: id.clone(), created: self.now(), token: token.to_owned() });
        Ok(id)
    }

    fn behaviour(&self, method: &str) -> Result<Method, ApiError> {
        let used = self.methods.get(method).and_then(|used| cards::method(&used.token));
        used.ok_or_else(|| ApiError::no_such("PaymentMethod", method, "payment_method"))
    }

    /// Tries to pay an intent with its payment method. A decline is an error, and recorded on the intent.
    pub(crate) fn attempt(
        &mut self,
        id: &str,
        method: &str,
        presence: Presence,
        buyer: Option<&Buyer>,
    ) -> Result<(), ApiError> {
        let mut intent = self.intent(id)?;
        let behaviour = self.behaviour(method)?;
        intent.payment_method = Some(method.to_owned());
        intent.next_action = None;
        intent.last_payment_error = None;
        match behaviour.behaviour {
            Behaviour::Declines(code, reason, sentence) => {
                Err(self.decline(intent, &behaviour, ApiError::card(code, reason, sentence), buyer))
            }
            Behaviour::Authenticates { .. } if presence == Presence::Absent => {
                let sentence = "Your card was declined. This transaction requires authentication.";
                let error = ApiError::card("authentication_required", Some("authentication_required"), sentence);
                Err(self.decline(intent, &behaviour, error, buyer))
            }
            Behaviour::Authenticates { .. } => {
                intent.status = IntentStatus::RequiresAction;
                intent.next_action = Some(self.next_action(&intent, presence));
                self.keep(&intent, Some("payment_intent.requires_action"));
                Ok(())
            }
            Behaviour::Settles => {
                let charge = self.charge(&intent, &behaviour, ChargeStatus::Pending, buyer);
                intent.charges.push(charge.id.clone());
                intent.status = IntentStatus::Processing;
                self.emit("charge.pending", &intent.id, charge.to_json());
                self.charges.insert(charge);
                self.keep(&intent, Some("payment_intent.processing"));
                Ok(())
            }
            Behaviour::Pays | Behaviour::Disputes { .. } | Behaviour::RefundFails | Behaviour::RefundPends => {
                self.approve(intent, &behaviour, buyer);
                Ok(())
            }
        }
    }

    fn next_action(&self, intent: &Intent, presence: Presence) -> Value {
        match intent.return_url.as_ref().filter(|_| presence != Presence::Scripted) {
            Some(return_url) => {
                let url = format!("{}/authenticate/{}", self.public_url, intent.id);
                json!({"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}})
            }
            None => json!({
                "type": "use_stripe_sdk",
                "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": format!("{}/authenticate/{}", self.public_url, intent.id)},
            }),
        }
    }

    /// Ends an authentication, with success or without.
    pub(crate) fn authenticate(&mut self, id: &str, succeeded: bool) -> Result<(), ApiError> {
        let mut intent = self.intent(id)?;
        let method = intent.payment_method.clone().filter(|_| intent.status == IntentStatus::RequiresAction);
        let Some(method) = method else {
            return Err(ApiError::unexpected_state("This PaymentIntent awaits no authentication.", intent.to_json()));
        };
        let behaviour = self.behaviour(&method)?;
        intent.next_action = None;
        if !succeeded {
            let sentence = "We are unable to authenticate your payment method. Please choose a different payment method and try again.";
            intent.status = IntentStatus::RequiresPaymentMethod;
            intent.payment_method = None;
            let mut error = ApiError::invalid(sentence).code("payment_intent_authentication_failure").fields();
            error.insert("payment_method".to_owned(), json!(self.method_json(&method)));
            intent.last_payment_error = Some(Value::Object(error));
            self.keep(&intent, Some("payment_intent.payment_failed"));
            return Ok(());
        }
        if let Behaviour::Authenticates { pays: false } = behaviour.behaviour {
            let error =
                ApiError::card("card_declined", Some("insufficient_funds"), "Your card has insufficient funds.");
            self.decline(intent, &behaviour, error, None);
            return Ok(());
        }
        self.approve(intent, &behaviour, None);
        self.session_paid(id);
        Ok(())
    }

    /// A charge that belongs to an intent, as it is at first.
    fn charge(&self, intent: &Intent, method: &Method, status: ChargeStatus, buyer: Option<&Buyer>) -> Charge {
        let manual = intent.capture_method == CaptureMethod::Manual && status == ChargeStatus::Succeeded;
        let taken = status == ChargeStatus::Succeeded && !manual;
        let capture_before = manual.then(|| self.now().saturating_add(AUTHORIZED));
        Charge {
            id: fresh("ch_3"),
            created: self.now(),
            amount: intent.amount,
            amount_captured: if taken { intent.amount } else { 0 },
            amount_refunded: 0,
            released: 0,
            currency: intent.currency.clone(),
            captured: taken,
            status,
            disputed: false,
            intent: intent.id.clone(),
            description: intent.description.clone(),
            metadata: intent.metadata.clone(),
            receipt_email: intent.receipt_email.clone(),
            on_behalf_of: intent.on_behalf_of.clone(),
            statement_descriptor: intent.statement_descriptor.clone(),
            payment_method: intent.payment_method.clone().unwrap_or_default(),
            details: method.details(capture_before, (status == ChargeStatus::Succeeded).then_some(intent.amount)),
            billing: json!({
                "address": null,
                "email": buyer.and_then(|buyer| buyer.email.as_ref()),
                "name": buyer.and_then(|buyer| buyer.name.as_ref()),
                "phone": null,
                "tax_id": null,
            }),
            failure: None,
            decline_code: None,
            transfer: None,
            transfer_data: intent.transfer_data.clone(),
            transfer_group: intent.transfer_group.clone(),
            application_fee: None,
            application_fee_amount: intent.application_fee_amount,
            balance_transaction: None,
            refunds: Vec::new(),
            disputes: Vec::new(),
        }
    }

    /// Records a decline, and gives the error for the caller.
    fn decline(&mut self, mut intent: Intent, method: &Method, error: ApiError, buyer: Option<&Buyer>) -> ApiError {
        let mut charge = self.charge(&intent, method, ChargeStatus::Failed, buyer);
        charge.failure = Some((error.code.clone().unwrap_or_default(), error.message.clone()));
        charge.decline_code = error.more.get("decline_code").and_then(Value::as_str).map(str::to_owned);
        let method = intent.payment_method.take().and_then(|id| self.method_json(&id));
        let error = error.with("charge", json!(charge.id));
        let error = if let Some(method) = method { error.with("payment_method", method) } else { error };
        intent.charges.push(charge.id.clone());
        intent.status = IntentStatus::RequiresPaymentMethod;
        intent.last_payment_error = Some(Value::Object(error.fields()));
        self.emit("charge.failed", &intent.id, charge.to_json());
        self.charges.insert(charge);
        self.keep(&intent, Some("payment_intent.payment_failed"));
        error.with("payment_intent", intent.to_json())
    }

    /// Authorizes, and with automatic capture takes, the money.
    fn approve(&mut self, mut intent: Intent, method: &Method, buyer: Option<&Buyer>) {
        let mut charge = self.charge(&intent, method, ChargeStatus::Succeeded, buyer);
        let id = charge.id.clone();
        intent.charges.push(id.clone());
        if charge.captured {
            self.pay_out(&mut charge);
            intent.status = IntentStatus::Succeeded;
            intent.amount_received = intent.amount;
        } else {
            intent.status = IntentStatus::RequiresCapture;
            intent.amount_capturable = intent.amount;
            self.later(AUTHORIZED, Timer::ExpireIntent(intent.id.clone()));
        }
        self.emit("charge.succeeded", &intent.id, charge.to_json());
        let event =
            if charge.captured { "payment_intent.succeeded" } else { "payment_intent.amount_capturable_updated" };
        self.charges.insert(charge);
        self.keep(&intent, Some(event));
        if let Behaviour::Disputes { inquiry } = method.behaviour {
            self.open_dispute(&id, None, inquiry);
        }
    }

    /// Ends a processing payment.
    pub(crate) fn settle(&mut self, id: &str, succeeded: bool) -> Result<(), ApiError> {
        let mut intent = self.intent(id)?;
        let charge = intent.charges.last().and_then(|id| self.charges.get(id)).cloned();
        let Some(mut charge) = charge.filter(|_| intent.status == IntentStatus::Processing) else {
            return Err(ApiError::unexpected_state("This PaymentIntent is not processing.", intent.to_json()));
        };
        if succeeded {
            charge.status = ChargeStatus::Succeeded;
            charge.captured = true;
            charge.amount_captured = charge.amount;
            self.pay_out(&mut charge);
            intent.status = IntentStatus::Succeeded;
            intent.amount_received = intent.amount;
            self.emit("charge.succeeded", id, charge.to_json());
        } else {
            let sentence = "The customer's bank account could not be debited.";
            charge.status = ChargeStatus::Failed;
            charge.failure = Some(("insufficient_funds".to_owned(), sentence.to_owned()));
            let mut error = ApiError::invalid(sentence).code("payment_intent_payment_attempt_failed").fields();
            error.insert("charge".to_owned(), json!(charge.id));
            let method = intent.payment_method.take().and_then(|id| self.method_json(&id));
            error.insert("payment_method".to_owned(), json!(method));
            intent.status = IntentStatus::RequiresPaymentMethod;
            intent.last_payment_error = Some(Value::Object(error));
            self.emit("charge.failed", id, charge.to_json());
        }
        if let Some(kept) = self.charges.get_mut(&charge.id) {
            *kept = charge;
        }
        self.keep(&intent, Some(if succeeded { "payment_intent.succeeded" } else { "payment_intent.payment_failed" }));
        if succeeded {
            self.session_paid(id);
        } else {
            self.session_failed(id);
        }
        Ok(())
    }
}
