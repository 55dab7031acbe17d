//! `/v1/payment_intents/search` and `/v1/charges/search`.
//!
//! Searches lag behind, as at Stripe: what is new or has changed is found, as it has become, only after a while. So
//! finding nothing proves nothing. What is found is shown as it is.

use serde_json::{Value, json};

use super::{
    errors::ApiError,
    form::Params,
    index::{FIELDS, Version},
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
    use super::{Clause, Field, parse};

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
