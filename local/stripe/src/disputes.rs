//! Disputes: what a buyer's bank does to a charge, in any direction.

use serde_json::{Value, json};

use super::{
    errors::ApiError,
    form::Metadata,
    objects::Dispute,
    state::{State, fresh},
};

impl State {
    /// A buyer quarrels with a charge.
    pub(crate) fn open_dispute(&mut self, charge: &str, amount: Option<i64>, inquiry: bool) -> Option<String> {
        let now = self.now();
        let kept = self.charges.get_mut(charge)?;
        let mut dispute = Dispute {
            id: fresh("du_1"),
            created: now,
            amount: amount.unwrap_or(kept.amount_captured),
            currency: kept.currency.clone(),
            charge: kept.id.clone(),
            intent: kept.intent.clone(),
            status: if inquiry { "warning_needs_response" } else { "needs_response" }.to_owned(),
            reason: "fraudulent".to_owned(),
            metadata: Metadata::new(),
            moves: Vec::new(),
        };
        let id = dispute.id.clone();
        kept.disputed = !inquiry;
        kept.disputes.push(id.clone());
        let disputed = kept.to_json();
        self.index(&disputed);
        if !inquiry {
            dispute.moves.push((fresh("txn_1"), -dispute.amount));
        }
        let encoded = dispute.to_json();
        let group = dispute.intent.clone();
        self.disputes.insert(dispute);
        self.emit("charge.dispute.created", &group, encoded.clone());
        if !inquiry {
            self.emit("charge.dispute.funds_withdrawn", &group, encoded);
        }
        Some(id)
    }

    /// The quarrel ends: `won`, `lost`, `prevented` or `warning_closed`.
    pub(crate) fn close_dispute(&mut self, id: &str, status: &str) -> Result<Value, ApiError> {
        let dispute = self.disputes.get(id).ok_or_else(|| ApiError::no_such("dispute", id, "dispute"))?;
        if matches!(dispute.status.as_str(), "won" | "lost" | "prevented" | "warning_closed") {
            return Err(ApiError::refused("This dispute is closed."));
        }
        self.set_dispute(id, status, "charge.dispute.closed")
    }

    /// The bank, or Stripe, changes its mind: any status, with the money that goes with it.
    pub(crate) fn set_dispute(&mut self, id: &str, status: &str, event: &str) -> Result<Value, ApiError> {
        let Some(dispute) = self.disputes.get_mut(id) else { return Err(ApiError::no_such("dispute", id, "dispute")) };
        let before = std::mem::replace(&mut dispute.status, status.to_owned());
        let withdrawn = dispute.withdrawn();
        let gone = match status {
            "needs_response" | "under_review" | "lost" => true,
            "won" | "prevented" | "warning_closed" | "warning_needs_response" | "warning_under_review" => false,
            _ => withdrawn,
        };
        let moved = match (withdrawn, gone) {
            (false, true) => Some("charge.dispute.funds_withdrawn"),
            (true, false) => Some("charge.dispute.funds_reinstated"),
            _ => None,
        };
        if moved.is_some() {
            let amount = if gone { -dispute.amount } else { dispute.amount };
            dispute.moves.push((fresh("txn_1"), amount));
        }
        let (encoded, group) = (dispute.to_json(), dispute.intent.clone());
        if let Some(moved) = moved {
            self.emit(moved, &group, encoded.clone());
        }
        let change = json!({"status": before});
        self.emit_change(event, &group, encoded.clone(), Some(change));
        Ok(encoded)
    }

    /// A charge that was given back in full leaves nothing to ask about.
    pub(crate) fn end_inquiries(&mut self, disputes: &[String]) {
        for id in disputes {
            let open = self.disputes.get(id).is_some_and(|d| d.is_inquiry() && d.status != "warning_closed");
            if open {
                let _closed = self.close_dispute(id, "warning_closed");
            }
        }
    }
}
