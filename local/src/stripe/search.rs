//! `/v1/payment_intents/search` and `/v1/charges/search`.
//!
//! Searches lag behind, as at Stripe: what is new or has changed is found, as it has become, only after a while. So
//! finding nothing proves nothing. What is found is shown as it is.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    errors::ApiError,
    form::{Metadata, Params},
    lists::limit,
    objects::{Charge, Intent},
    state::State,
    table::{Stored, Table},
};

/// One condition: a field, or a key of the metadata, that has a value (or, negated, has not).
#[derive(Debug, PartialEq, Eq)]
struct Clause {
    field: Field,
    value: String,
    negated: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Field {
    Metadata(String),
    Named(String),
}

/// Reads a query: conditions of the form `field:'value'` joined by `AND`.
fn parse(query: &str) -> Result<Vec<Clause>, ApiError> {
    let bad = || ApiError::refused(format!("We were unable to parse your search query: {query}")).param("query");
    let mut rest = query.trim();
    let mut clauses = Vec::new();
    loop {
        let (negated, after) = match rest.strip_prefix('-') {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let (field, after) = if let Some(after) = after.strip_prefix("metadata[") {
            let (key, after) = quoted(after).ok_or_else(bad)?;
            (Field::Metadata(key), after.strip_prefix(']').ok_or_else(bad)?)
        } else {
            let end = after.find(':').ok_or_else(bad)?;
            let (name, after) = after.split_at(end);
            (Field::Named(name.trim().to_owned()), after)
        };
        let after = after.trim_start().strip_prefix(':').ok_or_else(bad)?.trim_start();
        let (value, after) = match quoted(after) {
            Some(read) => read,
            None if after.starts_with(['\'', '"']) => return Err(bad()),
            None => {
                let end = after.find(' ').unwrap_or(after.len());
                let (value, after) = after.split_at(end);
                (value.to_owned(), after)
            }
        };
        if value.is_empty() {
            return Err(bad());
        }
        clauses.push(Clause { field, value, negated });
        rest = after.trim_start();
        if rest.is_empty() {
            return Ok(clauses);
        }
        rest = rest.strip_prefix("AND ").or_else(|| rest.strip_prefix("and ")).ok_or_else(bad)?.trim_start();
    }
}

/// Text in quotation marks of either kind, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '\'' | '"'))?;
    let mut value = String::new();
    let mut escaped = false;
    for (position, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            c if c == mark => return Some((value, text.get(position.saturating_add(1)..)?)),
            c => value.push(c),
        }
    }
    None
}

/// How long it takes until a search finds what has changed, in seconds. Stripe says: less than a minute, normally.
pub(crate) const LAG: i64 = 60;

/// The fields that can be searched by.
const FIELDS: [&str; 5] = ["status", "currency", "amount", "created", "disputed"];

/// What an object was at some time.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Version {
    since: i64,
    fields: Vec<(String, String)>,
    metadata: Metadata,
}

impl Version {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What payments and charges were, as far back as searches look, oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Index {
    versions: HashMap<String, VecDeque<Version>>,
}

impl Index {
    /// Notes what an object, if it can be searched for, is now.
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
        // What is older than the newest that searches see already is seen by none.
        while versions.get(1).is_some_and(|next| next.since.saturating_add(LAG) <= now) {
            versions.pop_front();
        }
    }

    /// What a search sees of an object.
    fn seen(&self, id: &str, now: i64) -> Option<&Version> {
        self.versions.get(id)?.iter().rev().find(|version| version.since.saturating_add(LAG) <= now)
    }
}

fn matches(clauses: &[Clause], seen: &Version) -> bool {
    clauses.iter().all(|clause| {
        let holds = match &clause.field {
            Field::Metadata(key) => seen.metadata.get(key) == Some(&clause.value),
            Field::Named(name) => seen.field(name) == Some(clause.value.as_str()),
        };
        holds != clause.negated
    })
}

fn search<T: Stored>(
    state: &State,
    table: &Table<T>,
    params: &mut Params,
    url: &str,
    render: impl Fn(&T) -> Value,
) -> Result<Value, ApiError> {
    let clauses = parse(&params.needed("query")?)?;
    let limit = limit(params)?;
    let page = params.text("page")?;
    std::mem::take(params).finish()?;
    let unknown = |clause: &Clause| matches!(&clause.field, Field::Named(name) if !FIELDS.contains(&name.as_str()));
    if clauses.iter().any(unknown) {
        return Err(ApiError::refused("Field is not searchable, or not played here.").param("query"));
    }
    let now = state.now();
    let matches = |item: &&T| state.searchable.seen(item.id(), now).is_some_and(|seen| matches(&clauses, seen));
    let before = match &page {
        None => u64::MAX,
        Some(id) => table.place(id).ok_or_else(|| ApiError::refused("Invalid page").param("page"))?,
    };
    let more = limit.saturating_add(1);
    let mut found: Vec<&T> = table.older(before).filter(matches).take(more).collect();
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|item| item.id().to_owned());
    let data: Vec<Value> = found.into_iter().map(render).collect();
    Ok(json!({"object": "search_result", "data": data, "has_more": has_more, "next_page": next, "url": url}))
}

/// `GET /v1/payment_intents/search`.
pub(crate) fn intents(state: &State, params: &mut Params) -> Result<Value, ApiError> {
    search(state, &state.intents, params, "/v1/payment_intents/search", Intent::to_json)
}

/// `GET /v1/charges/search`.
pub(crate) fn charges(state: &State, params: &mut Params) -> Result<Value, ApiError> {
    search(state, &state.charges, params, "/v1/charges/search", Charge::to_json)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Clause, Field, Index, LAG, parse};

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

    #[test]
    fn queries_are_read() {
        let clauses = parse(r#"metadata['order_id']:'o\'1' AND status:"succeeded" AND -amount:5"#).expect("a query");
        let named = |name: &str, value: &str, negated| Clause {
            field: Field::Named(name.to_owned()),
            value: value.to_owned(),
            negated,
        };
        let first = Clause { field: Field::Metadata("order_id".to_owned()), value: "o'1".to_owned(), negated: false };
        assert_eq!(clauses, [first, named("status", "succeeded", false), named("amount", "5", true)]);
        for bad in ["", "status", "status:'succeeded", "metadata[order]:'x'", "status:'a' OR status:'b'", "status:"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
