//! Paying a Checkout Session, and its end without a payment.

use super::{
    errors::ApiError,
    objects::{Intent, IntentStatus, TaxBehavior},
    paying::Presence,
    session::{Buyer, PaymentStatus, Session, SessionStatus},
    state::{State, fresh, letters},
};

impl State {
    /// Pays a session as a buyer on its page does. A decline is an error, and leaves the session open.
    pub(crate) fn pay_session(&mut self, id: &str, token: &str, buyer: Buyer) -> Result<(), ApiError> {
        let mut session = self.session(id)?;
        if session.status != SessionStatus::Open {
            let message =
                format!("This Checkout Session has a status of {} and cannot be paid.", session.status.word());
            return Err(ApiError::refused(message));
        }
        let buyer = Buyer { email: buyer.email.or_else(|| session.customer_email.clone()), ..buyer };
        if session.automatic_tax && session.intent.is_none() {
            self.work_tax_out(&mut session);
        }
        session.buyer = Some(buyer.clone());
        if session.total() == 0 {
            session.status = SessionStatus::Complete;
            session.payment_status = PaymentStatus::NoPaymentRequired;
            self.keep_session(&session, "checkout.session.completed");
            return Ok(());
        }
        let method = self.attach(token)?;
        let intent = match session.intent.clone() {
            Some(intent) => intent,
            None => self.intent_of(&mut session),
        };
        if let Some(kept) = self.sessions.get_mut(id) {
            kept.clone_from(&session);
        }
        self.attempt(&intent, &method, Presence::Present, Some(&buyer))?;
        match self.intent(&intent)?.status {
            IntentStatus::Succeeded => self.complete(session, PaymentStatus::Paid),
            IntentStatus::Processing | IntentStatus::RequiresCapture => self.complete(session, PaymentStatus::Unpaid),
            _ => {}
        }
        Ok(())
    }

    /// Calculates the tax line by line, so that the lines add up.
    fn work_tax_out(&self, session: &mut Session) {
        for behavior in [TaxBehavior::Exclusive, TaxBehavior::Inclusive] {
            let mut items: Vec<_> = session.items.iter_mut().filter(|item| item.behavior == behavior).collect();
            let amounts: Vec<i64> = items.iter().map(|item| item.subtotal()).collect();
            let taxes = self.taxes_of(&amounts, behavior);
            for (item, tax) in items.iter_mut().zip(taxes) {
                item.tax = tax;
            }
        }
    }

    /// What a buyer would pay in all, tax included.
    pub(crate) fn quote(&self, session: &Session) -> Session {
        let mut quoted = session.clone();
        if quoted.automatic_tax && quoted.status == SessionStatus::Open {
            self.work_tax_out(&mut quoted);
        }
        quoted
    }

    /// Makes the intent of a session, which has none until the buyer pays.
    fn intent_of(&mut self, session: &mut Session) -> String {
        let data = session.intent_data.clone();
        let intent = Intent {
            id: fresh("pi_3"),
            created: self.now(),
            secret: letters("", 25),
            amount: session.total(),
            amount_capturable: 0,
            amount_received: 0,
            currency: session.currency.clone(),
            capture_method: data.capture_method,
            confirmation_method: "automatic".to_owned(),
            status: IntentStatus::RequiresPaymentMethod,
            metadata: data.metadata,
            description: data.description,
            receipt_email: data.receipt_email,
            statement_descriptor: data.statement_descriptor,
            statement_descriptor_suffix: data.statement_descriptor_suffix,
            transfer_data: data.transfer_data,
            transfer_group: data.transfer_group,
            on_behalf_of: data.on_behalf_of,
            application_fee_amount: data.application_fee_amount,
            payment_method: None,
            payment_method_types: session.payment_method_types.clone(),
            automatic: None,
            return_url: Some(session.success_address()),
            setup_future_usage: data.setup_future_usage,
            last_payment_error: None,
            next_action: None,
            canceled_at: None,
            cancellation_reason: None,
            charges: Vec::new(),
            session: Some(session.id.clone()),
        };
        let id = intent.id.clone();
        session.intent = Some(id.clone());
        self.emit("payment_intent.created", &id, intent.to_json());
        self.intents.insert(intent);
        id
    }

    /// Ends an open session, by its time or by its seller. An attempt that was not finished is canceled with it.
    pub(crate) fn expire_session(&mut self, id: &str) {
        let Some(mut session) = self.sessions.get(id).cloned() else { return };
        if session.status != SessionStatus::Open {
            return;
        }
        session.status = SessionStatus::Expired;
        if let Some(kept) = self.sessions.get_mut(id) {
            kept.clone_from(&session);
        }
        if let Some(intent) = session.intent.clone() {
            // It has taken no money, or the session would not be open.
            let _ended = self.cancel_intent(&intent, Some("automatic"));
        }
        self.keep_session(&session, "checkout.session.expired");
    }
}
