//! Moving money between platform and sellers: transfers, reversals, refunds of application fees, and what sellers have.

use serde_json::{Value, json};

use super::{
    errors::ApiError,
    form::{Metadata, Params},
    lists::{Page, list, page_of},
    money,
    objects::{FeeRefund, Reversal, Transfer},
    state::{State, fresh},
};

/// `POST /v1/transfers`.
pub(crate) fn create_transfer(state: &mut State, params: &mut Params) -> Result<Value, ApiError> {
    let amount = params.integer("amount")?.ok_or_else(|| ApiError::missing("amount"))?;
    let currency = params.text("currency")?.ok_or_else(|| ApiError::missing("currency"))?;
    let currency = money::currency(&currency, "currency")?;
    let destination = params.text("destination")?.ok_or_else(|| ApiError::missing("destination"))?;
    let source = params.text("source_transaction")?;
    let group = params.text("transfer_group")?;
    let description = params.text("description")?;
    let metadata = params.metadata("metadata")?;
    params.ignore(&["source_type"]);
    std::mem::take(params).finish()?;
    positive(amount)?;
    if !destination.starts_with("acct_") {
        return Err(ApiError::no_such("destination", &destination, "destination"));
    }
    if let Some(source) = &source {
        let charge =
            state.charges.get(source).ok_or_else(|| ApiError::no_such("charge", source, "source_transaction"))?;
        let sent: i64 =
            state.transfers.iter().filter(|(_, t)| t.charge.as_ref() == Some(source)).map(|(_, t)| t.amount).sum();
        if sent.saturating_add(amount) > charge.amount_captured {
            let message = "The transfer amount is greater than what is left of the source transaction.";
            return Err(ApiError::refused(message).param("amount"));
        }
    }
    let transfer = Transfer {
        id: fresh("tr_1"),
        created: state.now(),
        amount,
        amount_reversed: 0,
        currency,
        description,
        destination,
        charge: source,
        metadata,
        transfer_group: group,
        reversals: Vec::new(),
    };
    let encoded = transfer.to_json();
    state.book_account(&transfer.destination, amount);
    state.emit("transfer.created", &transfer.id, encoded.clone());
    state.transfers.insert(transfer);
    Ok(encoded)
}

/// `POST /v1/transfers/{id}/reversals`.
pub(crate) fn create_reversal(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let amount = params.integer("amount")?;
    let metadata = params.metadata("metadata")?;
    params.ignore(&["description"]);
    let with_fee = params.boolean("refund_application_fee")?.unwrap_or(false);
    std::mem::take(params).finish()?;
    let transfer = state.transfers.get(id).cloned().ok_or_else(|| ApiError::no_such("transfer", id, "id"))?;
    let left = transfer.amount - transfer.amount_reversed;
    let amount = amount.unwrap_or(left);
    positive(amount)?;
    if amount > left {
        let (amount, left) = (money::shown(amount, &transfer.currency), money::shown(left, &transfer.currency));
        let message =
            format!("Transfer reversal amount ({amount}) is greater than unreversed amount on transfer ({left}).");
        return Err(ApiError::refused(message).param("amount"));
    }
    let balance = state.account(&transfer.destination);
    if balance < amount {
        let message = format!(
            "Insufficient funds in the connected account {} to reverse this transfer; it has {}.",
            transfer.destination,
            money::shown(balance, &transfer.currency)
        );
        return Err(ApiError::refused(message).code("balance_insufficient"));
    }
    if with_fee {
        let charge = transfer.charge.as_ref().and_then(|id| state.charges.get(id));
        let fee = charge.and_then(|charge| charge.application_fee.as_ref()).and_then(|id| state.fees.get(id)).cloned();
        if let Some(fee) = fee {
            let share = money::share(fee.amount, amount, transfer.amount).min(fee.amount - fee.amount_refunded);
            state.give_fee_back(&fee.id, share, Metadata::new());
        }
    }
    let reversal = state.reverse_transfer(id, amount, None, metadata).ok_or_else(ApiError::internal)?;
    Ok(reversal.to_json())
}

/// `GET /v1/transfers/{id}/reversals`.
pub(crate) fn reversals(state: &State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let page = Page::read(params)?;
    std::mem::take(params).finish()?;
    let transfer = state.transfers.get(id).ok_or_else(|| ApiError::no_such("transfer", id, "id"))?;
    let all: Vec<(&str, Value)> =
        transfer.reversals.iter().rev().map(|reversal| (reversal.id.as_str(), reversal.to_json())).collect();
    let (found, has_more) = page_of(&page, &all, "transfer reversal")?;
    Ok(list(&format!("/v1/transfers/{id}/reversals"), found, has_more))
}

/// `POST /v1/application_fees/{id}/refunds`.
pub(crate) fn refund_fee(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let amount = params.integer("amount")?;
    let metadata = params.metadata("metadata")?;
    std::mem::take(params).finish()?;
    let fee = state.fees.get(id).ok_or_else(|| ApiError::no_such("application_fee", id, "id"))?;
    let left = fee.amount - fee.amount_refunded;
    let amount = amount.unwrap_or(left);
    positive(amount)?;
    if amount > left {
        let (amount, left) = (money::shown(amount, &fee.currency), money::shown(left, &fee.currency));
        let message = format!("Refund amount ({amount}) is greater than unrefunded amount on fee ({left}).");
        return Err(ApiError::refused(message).param("amount"));
    }
    let refund = state.give_fee_back(id, amount, metadata).ok_or_else(ApiError::internal)?;
    Ok(refund.to_json())
}

/// `GET /v1/application_fees/{id}/refunds`.
pub(crate) fn fee_refunds(state: &State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let page = Page::read(params)?;
    std::mem::take(params).finish()?;
    let fee = state.fees.get(id).ok_or_else(|| ApiError::no_such("application_fee", id, "id"))?;
    let all: Vec<(&str, Value)> =
        fee.refunds.iter().rev().map(|refund| (refund.id.as_str(), refund.to_json())).collect();
    let (found, has_more) = page_of(&page, &all, "fee refund")?;
    Ok(list(&format!("/v1/application_fees/{id}/refunds"), found, has_more))
}

fn positive(amount: i64) -> Result<(), ApiError> {
    if amount < 1 {
        return Err(ApiError::refused("Invalid positive integer").code("parameter_invalid_integer").param("amount"));
    }
    Ok(())
}

impl State {
    /// What a seller has on the account.
    pub(crate) fn account(&self, id: &str) -> i64 {
        self.accounts.get(id).copied().unwrap_or_else(|| self.sum_of(id))
    }

    /// What the objects say that a seller has, if nothing was paid out.
    fn sum_of(&self, account: &str) -> i64 {
        let transfers = self.transfers.iter().filter(|(_, transfer)| transfer.destination == account);
        let fees = self.fees.iter().filter(|(_, fee)| fee.account == account);
        transfers.map(|(_, transfer)| transfer.amount - transfer.amount_reversed).sum::<i64>()
            - fees.map(|(_, fee)| fee.amount - fee.amount_refunded).sum::<i64>()
    }

    /// Changes what a seller has. To be called before the object that says so is written.
    pub(crate) fn book_account(&mut self, id: &str, amount: i64) {
        let balance = self.account(id).saturating_add(amount);
        self.accounts.insert(id.to_owned(), balance);
    }

    /// Sends all that a seller has to the seller's bank, and says how much that was.
    pub(crate) fn pay_account_out(&mut self, id: &str) -> i64 {
        let balance = self.account(id);
        self.accounts.insert(id.to_owned(), 0);
        balance
    }

    /// Takes a part of a transfer back.
    pub(crate) fn reverse_transfer(
        &mut self,
        id: &str,
        amount: i64,
        refund: Option<String>,
        metadata: Metadata,
    ) -> Option<Reversal> {
        let now = self.now();
        let destination = self.transfers.get(id)?.destination.clone();
        self.book_account(&destination, -amount);
        let transfer = self.transfers.get_mut(id)?;
        let reversal = Reversal {
            id: fresh("trr_1"),
            created: now,
            amount,
            currency: transfer.currency.clone(),
            transfer: transfer.id.clone(),
            refund,
            metadata,
        };
        transfer.amount_reversed += amount;
        transfer.reversals.push(reversal.clone());
        let (encoded, charge) = (transfer.to_json(), transfer.charge.clone());
        let charge = charge.and_then(|charge| self.charges.get(&charge));
        let group = charge.map_or_else(|| id.to_owned(), |charge| charge.intent.clone());
        self.emit("transfer.reversed", &group, encoded);
        Some(reversal)
    }

    /// Gives a part of an application fee to the seller.
    pub(crate) fn give_fee_back(&mut self, id: &str, amount: i64, metadata: Metadata) -> Option<FeeRefund> {
        let now = self.now();
        let account = self.fees.get(id)?.account.clone();
        self.book_account(&account, amount);
        let fee = self.fees.get_mut(id)?;
        let refund = FeeRefund {
            id: fresh("fr_1"),
            created: now,
            amount,
            currency: fee.currency.clone(),
            fee: fee.id.clone(),
            metadata,
        };
        fee.amount_refunded += amount;
        fee.refunds.push(refund.clone());
        let (encoded, charge) = (fee.to_json(), fee.charge.clone());
        let group = self.charges.get(&charge).map_or_else(|| id.to_owned(), |charge| charge.intent.clone());
        self.emit("application_fee.refunded", &group, encoded);
        Some(refund)
    }
}

/// `POST /_test/accounts/{id}/payout`.
pub(crate) fn payout(state: &mut State, id: &str) -> Value {
    let amount = state.pay_account_out(id);
    json!({"account": id, "amount": amount})
}
