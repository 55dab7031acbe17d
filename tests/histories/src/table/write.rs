//! Writes: of one item, and of several in a transaction.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{
    answer::{Reason, Refused},
    items::Table,
};

/// Most parts of a transaction.
const PARTS: usize = 100;
/// How long a transaction's token is remembered, in milliseconds.
const TOKENS_KEPT: u64 = 600_000;

impl Table {
    pub(super) fn write(&mut self, operation: &str, request: &Value, now: u64) -> Result<Value, Refused> {
        let part = operation.trim_end_matches("Item");
        let planned = self.plan(part, request)?.map_err(Refused::Condition)?;
        let after = planned.1.clone();
        self.apply(vec![planned], now);
        Ok(match (request["ReturnValues"].as_str(), after) {
            (Some("ALL_NEW"), Some(item)) => json!({ "Attributes": item.as_ref() }),
            _ => json!({}),
        })
    }

    pub(super) fn transact(&mut self, request: &Value, now: u64) -> Result<Value, Refused> {
        let parts = request["TransactItems"].as_array().map(Vec::as_slice).unwrap_or_default();
        if parts.is_empty() || parts.len() > PARTS {
            return Err(Refused::Validation(format!("a transaction of {} parts", parts.len())));
        }
        let token = request["ClientRequestToken"].as_str().map(str::to_owned);
        let said = request["TransactItems"].to_string();
        if let Some(token) = &token {
            match self.tokens.get(token) {
                Some((_, at)) if *at + TOKENS_KEPT < now => {}
                Some((before, _)) if *before == said => return Ok(json!({})),
                Some(_) => return Err(Refused::OtherRequest),
                None => {}
            }
        }
        let (mut reasons, mut planned) = (Vec::with_capacity(parts.len()), Vec::with_capacity(parts.len()));
        let mut keys = HashSet::new();
        for part in parts {
            let Some((operation, of)) = part.as_object().and_then(|part| part.iter().next()) else {
                return Err(Refused::Validation("an empty part of a transaction".to_owned()));
            };
            let key = self.key_of(if operation == "Put" { &of["Item"] } else { &of["Key"] })?;
            if !keys.insert(key) {
                let message = "Transaction request cannot include multiple operations on one item";
                return Err(Refused::Validation(message.to_owned()));
            }
            match self.plan(operation, of) {
                Ok(Ok(plan)) => {
                    if operation != "ConditionCheck" {
                        planned.push(plan);
                    }
                    reasons.push(Reason::None);
                }
                Ok(Err(item)) => reasons.push(Reason::Condition(item)),
                Err(Refused::Validation(message)) => reasons.push(Reason::Validation(message)),
                Err(other) => return Err(other),
            }
        }
        if reasons.iter().any(|reason| *reason != Reason::None) {
            return Err(Refused::Canceled(reasons));
        }
        self.apply(planned, now);
        if let Some(token) = token {
            self.tokens.insert(token, (said, now));
        }
        Ok(json!({}))
    }
}
