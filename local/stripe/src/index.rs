//! The index of searches: objects as they were a while ago.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::form::Metadata;

/// How long it takes until a search finds what has changed, in seconds. Stripe says: less than a minute, normally.
pub(crate) const LAG: i64 = 60;

/// The fields that can be searched by.
pub(crate) const FIELDS: [&str; 5] = ["status", "currency", "amount", "created", "disputed"];

/// What an object was at some time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    since: i64,
    fields: Vec<(String, String)>,
    pub(crate) metadata: Metadata,
}

impl Version {
    /// The value of a field, if the object had one.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What payments and charges were, as far back as searches look, oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Index {
    versions: HashMap<String, VecDeque<Version>>,
}

impl Index {
    /// Adds the present version of an object that can be searched for.
    pub(crate) fn note(&mut self, object: &Value, now: i64) {
        let kind = object.get("object").and_then(Value::as_str);
        let Some(id) = object.get("id").and_then(Value::as_str) else { return };
        if !matches!(kind, Some("payment_intent" | "charge")) {
            return;
        }
        let text = |name: &str| match object.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some((name.to_owned(), text.clone())),
            Some(value) => Some((name.to_owned(), value.to_string())),
        };
        let metadata = object.get("metadata").and_then(|metadata| Metadata::deserialize(metadata).ok());
        let version = Version {
            since: now,
            fields: FIELDS.into_iter().filter_map(text).collect(),
            metadata: metadata.unwrap_or_default(),
        };
        let versions = self.versions.entry(id.to_owned()).or_default();
        while versions.back().is_some_and(|last| last.since == now) {
            versions.pop_back();
        }
        versions.push_back(version);
        // Searches see the newest version that is old enough; what is older than that is not needed.
        while versions.get(1).is_some_and(|next| next.since.saturating_add(LAG) <= now) {
            versions.pop_front();
        }
    }

    /// The version of an object that a search sees.
    pub(crate) fn seen(&self, id: &str, now: i64) -> Option<&Version> {
        self.versions.get(id)?.iter().rev().find(|version| version.since.saturating_add(LAG) <= now)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Index, LAG};

    #[test]
    fn only_what_searches_may_still_see_is_kept() {
        let mut index = Index::default();
        let now = 1_000_000;
        for (since, status) in [(0, "requires_payment_method"), (10, "requires_capture"), (500, "succeeded")] {
            index.note(&json!({"id": "pi_1", "object": "payment_intent", "status": status}), now + since);
        }
        assert_eq!(index.versions["pi_1"].len(), 2, "the first is seen by none any more");
        let seen = |at: i64| index.seen("pi_1", now + at).and_then(|version| version.field("status"));
        assert_eq!(seen(500 + LAG - 1), Some("requires_capture"));
        assert_eq!(seen(500 + LAG), Some("succeeded"));
        index.note(&json!({"id": "re_1", "object": "refund", "status": "pending"}), now);
        assert!(!index.versions.contains_key("re_1"), "refunds cannot be searched for");
    }
}
