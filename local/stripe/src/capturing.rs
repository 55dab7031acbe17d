//! Authorized money: captured, released, or paid out to sellers.

use super::{
    errors::ApiError,
    form::{Metadata, merge},
    money,
    objects::{Charge, Fee, Intent, IntentStatus, Refund, RefundStatus, Transfer, TransferData},
    state::{State, fresh},
};

impl State {
    /// Sends the seller's part to the seller and the platform's part to the platform.
    pub(crate) fn pay_out(&mut self, charge: &mut Charge) {
        charge.balance_transaction = Some(fresh("txn_3"));
        let Some(TransferData { destination, amount, description, metadata }) = charge.transfer_data.clone() else {
            return;
        };
        let transfer = Transfer {
            id: fresh("tr_3"),
            created: self.now(),
            // With a fee the whole amount is transferred, and the fee taken from it.
            amount: amount.unwrap_or(charge.amount_captured).min(charge.amount_captured),
            amount_reversed: 0,
            currency: charge.currency.clone(),
            description,
            destination: destination.clone(),
            charge: Some(charge.id.clone()),
            metadata,
            transfer_group: charge.transfer_group.clone().or_else(|| Some(format!("group_{}", charge.intent))),
            reversals: Vec::new(),
        };
        charge.transfer = Some(transfer.id.clone());
        charge.transfer_group.clone_from(&transfer.transfer_group);
        self.emit("transfer.created", &charge.intent, transfer.to_json());
        self.book_account(&destination, transfer.amount);
        self.transfers.insert(transfer);
        if let Some(amount) = charge.application_fee_amount.filter(|amount| *amount > 0) {
            let fee = Fee {
                id: fresh("fee_1"),
                created: self.now(),
                amount,
                amount_refunded: 0,
                currency: charge.currency.clone(),
                account: destination,
                charge: charge.id.clone(),
                refunds: Vec::new(),
            };
            self.book_account(&fee.account, -fee.amount);
            charge.application_fee = Some(fee.id.clone());
            self.emit("application_fee.created", &charge.intent, fee.to_json());
            self.fees.insert(fee);
        }
    }

    /// Captures what was authorized, or a part of it; the rest is released.
    pub(crate) fn capture(
        &mut self,
        id: &str,
        amount: Option<i64>,
        fee: Option<i64>,
        metadata: Metadata,
    ) -> Result<(), ApiError> {
        let mut intent = self.intent(id)?;
        if intent.status != IntentStatus::RequiresCapture {
            let message = if intent.status == IntentStatus::Succeeded {
                "This PaymentIntent could not be captured because it has already been captured.".to_owned()
            } else {
                format!(
                    "This PaymentIntent could not be captured because it has a status of {}. Only a PaymentIntent with one of the \
                     following statuses may be captured: requires_capture.",
                    intent.status.word()
                )
            };
            return Err(ApiError::unexpected_state(message, intent.to_json()));
        }
        let taken = amount.unwrap_or(intent.amount_capturable);
        if taken > intent.amount_capturable {
            let message = format!(
                "The provided capture amount is greater than the amount you can capture from this PaymentIntent. Please retry with \
                 an `amount_to_capture` less than or equal to {}.",
                money::shown(intent.amount_capturable, &intent.currency)
            );
            return Err(ApiError::refused(message).code("amount_too_large").param("amount_to_capture"));
        }
        if taken < 1 {
            return Err(ApiError::refused("Invalid positive integer")
                .code("parameter_invalid_integer")
                .param("amount_to_capture"));
        }
        // No more can be captured than was authorized.
        let fee = fee.or(intent.application_fee_amount).map(|fee| fee.min(taken));
        let Some(mut charge) = intent.charges.last().and_then(|id| self.charges.get(id)).cloned() else {
            return Err(ApiError::internal());
        };
        charge.captured = true;
        charge.amount_captured = taken;
        charge.application_fee_amount = fee;
        self.pay_out(&mut charge);
        self.let_go(&mut charge, None);
        merge(&mut intent.metadata, metadata);
        intent.application_fee_amount = fee;
        intent.amount_capturable = 0;
        intent.amount_received = taken;
        intent.status = IntentStatus::Succeeded;
        self.emit("charge.captured", id, charge.to_json());
        if let Some(kept) = self.charges.get_mut(&charge.id) {
            *kept = charge;
        }
        self.keep(&intent, Some("payment_intent.succeeded"));
        self.session_paid(id);
        Ok(())
    }

    /// Cancels an intent that has captured nothing.
    pub(crate) fn cancel_intent(&mut self, id: &str, reason: Option<&str>) -> Result<(), ApiError> {
        let mut intent = self.intent(id)?;
        if matches!(intent.status, IntentStatus::Succeeded | IntentStatus::Canceled) {
            let message = format!(
                "You cannot cancel this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of the following \
                 statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, \
                 processing.",
                intent.status.word()
            );
            return Err(ApiError::unexpected_state(message, intent.to_json()));
        }
        self.release(&intent, None, "charge.refunded");
        intent.status = IntentStatus::Canceled;
        intent.amount_capturable = 0;
        intent.next_action = None;
        intent.canceled_at = Some(self.now());
        intent.cancellation_reason = reason.map(str::to_owned);
        self.keep(&intent, Some("payment_intent.canceled"));
        Ok(())
    }

    /// Releases what an intent has authorized.
    fn release(&mut self, intent: &Intent, reason: Option<&str>, event: &str) {
        let charge = intent.charges.last().and_then(|id| self.charges.get(id)).cloned();
        let Some(mut charge) = charge.filter(|_| intent.status == IntentStatus::RequiresCapture) else { return };
        self.let_go(&mut charge, reason);
        self.emit(event, &intent.id, charge.to_json());
        if let Some(kept) = self.charges.get_mut(&charge.id) {
            *kept = charge;
        }
    }

    /// Releases what was not captured; Stripe writes that down as a refund.
    fn let_go(&mut self, charge: &mut Charge, reason: Option<&str>) {
        let amount = charge.amount - charge.amount_captured;
        if amount <= 0 {
            return;
        }
        let refund = Refund {
            id: fresh("re_3"),
            created: self.now(),
            amount,
            currency: charge.currency.clone(),
            charge: charge.id.clone(),
            intent: charge.intent.clone(),
            status: RefundStatus::Succeeded,
            reason: reason.map(str::to_owned),
            failure_reason: None,
            metadata: Metadata::new(),
            instructions_email: None,
            reversal: None,
            fee_refunded: 0,
        };
        charge.amount_refunded += amount;
        charge.released += amount;
        charge.refunds.push(refund.id.clone());
        self.emit("refund.created", &charge.intent, refund.to_json());
        self.refunds.insert(refund);
    }

    /// Ends an authorization that was not captured in time.
    pub(crate) fn expire_authorization(&mut self, id: &str) {
        let Some(mut intent) = self.intents.get(id).cloned() else { return };
        if intent.status != IntentStatus::RequiresCapture {
            return;
        }
        self.release(&intent, Some("expired_uncaptured_charge"), "charge.expired");
        intent.status = IntentStatus::Canceled;
        intent.amount_capturable = 0;
        intent.canceled_at = Some(self.now());
        intent.cancellation_reason = Some("automatic".to_owned());
        self.keep(&intent, Some("payment_intent.canceled"));
    }
}
