//! Point-in-time recovery, as far as a table's settings go: whether it is on. The embedded table restores nothing by itself.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use dynoxide::{DynoxideError, Result};
use serde_json::{Value, json};

/// The tables that it is on for. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Recovery {
    on: Arc<Mutex<HashSet<String>>>,
}

impl Recovery {
    /// `DescribeContinuousBackups`.
    pub(crate) fn describe(&self, input: &Value) -> Result<Value> {
        let name = name(input)?;
        let on = self.on.lock().unwrap_or_else(PoisonError::into_inner).contains(name);
        Ok(description(on))
    }

    /// `UpdateContinuousBackups`.
    pub(crate) fn update(&self, input: &Value) -> Result<Value> {
        let name = name(input)?;
        let enabled = input.pointer("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled");
        let Some(enabled) = enabled.and_then(Value::as_bool) else {
            return Err(DynoxideError::ValidationException("PointInTimeRecoveryEnabled is missing".to_owned()));
        };
        let mut on = self.on.lock().unwrap_or_else(PoisonError::into_inner);
        if enabled {
            on.insert(name.to_owned());
        } else {
            on.remove(name);
        }
        Ok(description(enabled))
    }
}

fn name(input: &Value) -> Result<&str> {
    let name = input.get("TableName").and_then(Value::as_str);
    name.ok_or_else(|| DynoxideError::ValidationException("TableName is missing".to_owned()))
}

fn description(on: bool) -> Value {
    let status = if on { "ENABLED" } else { "DISABLED" };
    json!({ "ContinuousBackupsDescription": {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": status },
    } })
}
