//! `/v1/refunds`.

use serde_json::{Value, json};

use super::{
    cards::{self, Behaviour},
    errors::ApiError,
    form::{Metadata, Params, merge},
    lists::{Page, list},
    money,
    objects::{Charge, ChargeStatus, Dispute, Refund, RefundStatus, Reversal},
    state::{State, Timer, fresh},
};

/// How long a refund that takes its time takes, by the clock.
const PENDING: i64 = 600;

/// A requested refund.
#[derive(Debug, Default)]
pub(crate) struct Requested {
    pub(crate) charge: Option<String>,
    pub(crate) intent: Option<String>,
    pub(crate) amount: Option<i64>,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) instructions_email: Option<String>,
    pub(crate) reverse_transfer: bool,
    pub(crate) refund_fee: bool,
}

/// `POST /v1/refunds`.
pub(crate) fn create(state: &mut State, params: &mut Params) -> Result<Value, ApiError> {
    let reason = params.text("reason")?;
    if reason.as_ref().is_some_and(|r| !matches!(r.as_str(), "duplicate" | "fraudulent" | "requested_by_customer")) {
        let message = "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer";
        return Err(ApiError::invalid(message).param("reason"));
    }
    let requested = Requested {
        charge: params.text("charge")?,
        intent: params.text("payment_intent")?,
        amount: params.integer("amount")?,
        reason,
        metadata: params.metadata("metadata")?,
        instructions_email: params.text("instructions_email")?,
        reverse_transfer: params.boolean("reverse_transfer")?.unwrap_or(false),
        refund_fee: params.boolean("refund_application_fee")?.unwrap_or(false),
    };
    params.ignore(&["currency", "customer", "origin"]);
    std::mem::take(params).finish()?;
    let id = state.refund(requested)?;
    retrieve(state, &id)
}

impl State {
    fn charge_of(&self, requested: &Requested) -> Result<Charge, ApiError> {
        if let Some(id) = &requested.charge {
            return self.charges.get(id).cloned().ok_or_else(|| ApiError::no_such("charge", id, "charge"));
        }
        let Some(id) = &requested.intent else {
            return Err(ApiError::invalid(
                "One of the following params should be provided for this request: payment_intent or charge.",
            )
            .code("parameter_missing"));
        };
        let no_intent = || ApiError::no_such("payment_intent", id, "payment_intent");
        let intent = self.intents.get(id).ok_or_else(no_intent)?;
        let charge = intent.charges.last().and_then(|id| self.charges.get(id)).cloned();
        charge.filter(|charge| charge.status == ChargeStatus::Succeeded && charge.captured).ok_or_else(|| {
            let message = format!("This PaymentIntent ({id}) does not have a successful charge to refund.");
            ApiError::unexpected_state(message, intent.to_json())
        })
    }

    /// Makes a refund, and returns its id.
    pub(crate) fn refund(&mut self, requested: Requested) -> Result<String, ApiError> {
        let mut charge = self.charge_of(&requested)?;
        let whole = self.check(&charge, &requested)?;
        let amount = requested.amount.unwrap_or(whole);
        let behaviour = self
            .methods
            .get(&charge.payment_method)
            .and_then(|used| cards::method(&used.token))
            .map_or(Behaviour::Pays, |method| method.behaviour);
        let begins = self.next_refunds.pop_front();
        let status = match (begins, behaviour) {
            (Some(status), _) => status,
            (None, Behaviour::RefundPends) => RefundStatus::Pending,
            (None, _) => RefundStatus::Succeeded,
        };
        let mut refund = Refund {
            id: fresh("re_3"),
            created: self.now(),
            amount,
            currency: charge.currency.clone(),
            charge: charge.id.clone(),
            intent: charge.intent.clone(),
            status,
            reason: requested.reason,
            failure_reason: None,
            metadata: requested.metadata,
            instructions_email: requested.instructions_email,
            reversal: None,
            fee_refunded: 0,
        };
        if requested.reverse_transfer {
            refund.reversal = self.reverse(&charge, &refund);
        }
        if requested.refund_fee {
            refund.fee_refunded = self.refund_fee(&charge, amount);
        }
        match behaviour {
            Behaviour::RefundFails => self.later(PENDING, Timer::FailRefund(refund.id.clone())),
            Behaviour::RefundPends if begins.is_none() => self.later(PENDING, Timer::SucceedRefund(refund.id.clone())),
            _ => {}
        }
        let previous = charge.amount_refunded;
        charge.amount_refunded += amount;
        charge.refunds.push(refund.id.clone());
        let id = refund.id.clone();
        let group = charge.intent.clone();
        self.emit("refund.created", &group, refund.to_json());
        self.refunds.insert(refund);
        let change = json!({"amount_refunded": previous});
        self.emit_change("charge.refunded", &group, charge.to_json(), Some(change));
        let whole = charge.amount_refunded >= charge.amount;
        let inquiries = charge.disputes.clone();
        if let Some(kept) = self.charges.get_mut(&charge.id) {
            *kept = charge;
        }
        if whole {
            self.end_inquiries(&inquiries);
        }
        Ok(id)
    }

    fn reverse(&mut self, charge: &Charge, refund: &Refund) -> Option<Reversal> {
        let transfer = self.transfers.get(charge.transfer.as_ref()?)?;
        let left = transfer.amount - transfer.amount_reversed;
        // What returns the last of the charge returns the last of the transfer too.
        let last = refund.amount >= charge.refundable();
        let amount =
            if last { left } else { money::share(transfer.amount, refund.amount, charge.amount_captured).min(left) };
        let id = transfer.id.clone();
        self.reverse_transfer(&id, amount, Some(refund.id.clone()), Metadata::new())
    }

    fn refund_fee(&mut self, charge: &Charge, amount: i64) -> i64 {
        let Some(fee) = charge.application_fee.as_ref().and_then(|id| self.fees.get(id)) else { return 0 };
        let left = fee.amount - fee.amount_refunded;
        let last = amount >= charge.refundable();
        let back = if last { left } else { money::share(fee.amount, amount, charge.amount_captured).min(left) };
        let id = fee.id.clone();
        self.give_fee_back(&id, back, Metadata::new()).map_or(0, |refund| refund.amount)
    }

    /// Ends a pending refund, or lets one fail that had succeeded.
    pub(crate) fn finish_refund(&mut self, id: &str, status: RefundStatus) {
        let Some(mut refund) = self.refunds.get(id).cloned() else { return };
        if refund.status == status || refund.status.is_undone() {
            return;
        }
        let before = refund.status;
        refund.status = status;
        if status.is_undone() {
            refund.failure_reason = (status == RefundStatus::Failed).then(|| "expired_or_canceled_card".to_owned());
            self.undo(&refund);
        }
        let group = refund.intent.clone();
        let change = || Some(json!({"status": before}));
        self.emit_change("refund.updated", &group, refund.to_json(), change());
        self.emit_change("charge.refund.updated", &group, refund.to_json(), change());
        if status == RefundStatus::Failed {
            self.emit("refund.failed", &group, refund.to_json());
        }
        if let Some(kept) = self.refunds.get_mut(id) {
            *kept = refund;
        }
    }

    /// Puts the money of a failed refund back on the platform's balance.
    fn undo(&mut self, refund: &Refund) {
        let Some(charge) = self.charges.get_mut(&refund.charge) else { return };
        charge.amount_refunded -= refund.amount;
        // What was reversed and refunded to the seller along with it stays where it is
        // (<https://docs.stripe.com/connect/destination-charges#failed-refunds>).
    }

    /// Checks that a charge can give so much back, and says how much it can.
    fn check(&self, charge: &Charge, requested: &Requested) -> Result<i64, ApiError> {
        let id = &charge.id;
        if charge.status != ChargeStatus::Succeeded {
            return Err(ApiError::refused(format!("Charge {id} is not refundable.")).code("charge_not_refundable"));
        }
        if self.is_charged_back(charge) {
            let message = format!("Charge {id} has been charged back; cannot issue a refund.");
            return Err(ApiError::refused(message).code("charge_disputed"));
        }
        let left = charge.refundable();
        if left <= 0 {
            return Err(
                ApiError::refused(format!("Charge {id} has already been refunded.")).code("charge_already_refunded")
            );
        }
        match requested.amount {
            Some(amount) if amount < 1 => {
                return Err(ApiError::refused("Invalid positive integer")
                    .code("parameter_invalid_integer")
                    .param("amount"));
            }
            Some(amount) if amount > left => {
                let (amount, left) = (money::shown(amount, &charge.currency), money::shown(left, &charge.currency));
                let message = format!("Refund amount ({amount}) is greater than unrefunded amount on charge ({left})");
                return Err(ApiError::refused(message).param("amount"));
            }
            _ => {}
        }
        if requested.reverse_transfer && charge.transfer.is_none() {
            let message =
                format!("Cannot reverse transfer on charge {id} because it does not have an associated transfer.");
            return Err(ApiError::refused(message).param("reverse_transfer"));
        }
        if requested.refund_fee && charge.application_fee.is_none() {
            let message =
                format!("Attempting to refund_application_fee on charge {id}, but it has no application fee.");
            return Err(ApiError::refused(message).param("refund_application_fee"));
        }
        Ok(left)
    }

    /// Whether the buyer's bank has the money: a dispute is open or lost. After a won one it is the seller's again.
    fn is_charged_back(&self, charge: &Charge) -> bool {
        let mut disputes = charge.disputes.iter().filter_map(|id| self.disputes.get(id));
        disputes.any(Dispute::withdrawn)
    }
}

/// `GET /v1/refunds/{id}`.
pub(crate) fn retrieve(state: &State, id: &str) -> Result<Value, ApiError> {
    state.refunds.get(id).map(Refund::to_json).ok_or_else(|| ApiError::no_such("refund", id, "id"))
}

/// `POST /v1/refunds/{id}`.
pub(crate) fn update(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let metadata = params.metadata("metadata")?;
    std::mem::take(params).finish()?;
    if let Some(refund) = state.refunds.get_mut(id) {
        merge(&mut refund.metadata, metadata);
    }
    retrieve(state, id)
}

/// `POST /v1/refunds/{id}/cancel`.
pub(crate) fn cancel(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    std::mem::take(params).finish()?;
    let refund = state.refunds.get(id).ok_or_else(|| ApiError::no_such("refund", id, "id"))?;
    if refund.status != RefundStatus::RequiresAction {
        return Err(ApiError::refused("You can only cancel a refund with a status of requires_action."));
    }
    state.finish_refund(id, RefundStatus::Canceled);
    retrieve(state, id)
}

/// `GET /v1/refunds`.
pub(crate) fn index(state: &State, params: &mut Params) -> Result<Value, ApiError> {
    let page = Page::read(params)?;
    let (charge, intent) = (params.text("charge")?, params.text("payment_intent")?);
    std::mem::take(params).finish()?;
    let (found, has_more) = match (&charge, &intent) {
        (None, None) => page.of(&state.refunds, "refund", |_| true)?,
        (Some(charge), _) => {
            let ids = state.charges.get(charge).map(|charge| charge.refunds.clone()).unwrap_or_default();
            page.of_few(&state.refunds, &ids, "refund", |refund| intent.as_ref().is_none_or(|id| *id == refund.intent))?
        }
        (None, Some(intent)) => {
            let charges = state.intents.get(intent).map(|intent| intent.charges.as_slice()).unwrap_or_default();
            let ids: Vec<String> = charges
                .iter()
                .filter_map(|id| state.charges.get(id))
                .flat_map(|charge| charge.refunds.iter().cloned())
                .collect();
            page.of_few(&state.refunds, &ids, "refund", |_| true)?
        }
    };
    Ok(list("/v1/refunds", found.into_iter().map(Refund::to_json).collect(), has_more))
}
