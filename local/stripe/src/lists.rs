//! Pages of lists, filters by time, and expansion.

use serde_json::{Value, json};

use super::{
    errors::ApiError,
    form::Params,
    objects::object,
    state::State,
    table::{Stored, Table},
};

/// What every list understands.
#[derive(Debug)]
pub(crate) struct Page {
    limit: usize,
    starting_after: Option<String>,
    ending_before: Option<String>,
    created: Created,
}

/// Bounds of a time, in seconds.
#[derive(Debug, Default, Clone, Copy)]
struct Created {
    from: Option<i64>,
    to: Option<i64>,
}

impl Created {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        // Both `created=1700000000` and `created[gte]=1700000000` are legal.
        if let Ok(Some(exactly)) = params.clone().integer("created") {
            params.ignore(&["created"]);
            return Ok(Self { from: Some(exactly), to: Some(exactly) });
        }
        let Some(mut bounds) = params.nested("created")? else { return Ok(Self::default()) };
        let later = |a: Option<i64>, b: Option<i64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        let earlier = |a: Option<i64>, b: Option<i64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let from = later(bounds.integer("gte")?, bounds.integer("gt")?.map(|time| time.saturating_add(1)));
        let to = earlier(bounds.integer("lte")?, bounds.integer("lt")?.map(|time| time.saturating_sub(1)));
        bounds.finish()?;
        Ok(Self { from, to })
    }

    fn holds(self, time: i64) -> bool {
        self.from.is_none_or(|from| from <= time) && self.to.is_none_or(|to| time <= to)
    }
}

/// How many objects a page may have: 1 to 100, and 10 when a call names none.
pub(crate) fn limit(params: &mut Params) -> Result<usize, ApiError> {
    let limit = params.integer("limit")?.unwrap_or(10);
    let legal = usize::try_from(limit).ok().filter(|limit| (1..=100).contains(limit));
    legal.ok_or_else(|| {
        let bound = if limit < 1 { "greater than or equal to 1" } else { "less than or equal to 100" };
        let message = format!("This value must be {bound} (it currently is '{limit}').");
        ApiError::invalid(message).code("parameter_invalid_integer").param("limit")
    })
}

impl Page {
    /// Reads the parameters of a list.
    pub(crate) fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            limit: limit(params)?,
            starting_after: params.text("starting_after")?,
            ending_before: params.text("ending_before")?,
            created: Created::read(params)?,
        })
    }

    /// The page of a table, newest first.
    pub(crate) fn of<'a, T: Stored>(
        &self,
        table: &'a Table<T>,
        kind: &str,
        matches: impl Fn(&T) -> bool,
    ) -> Result<(Vec<&'a T>, bool), ApiError> {
        let place = |id: &str, param: &str| {
            table.place(id).ok_or_else(|| {
                let error = ApiError::no_such(kind, id, param);
                ApiError { status: http::StatusCode::BAD_REQUEST, ..error }
            })
        };
        let matches = |item: &&T| self.created.holds(item.created()) && matches(item);
        let more = self.limit.saturating_add(1);
        let mut found: Vec<&T> = match (&self.starting_after, &self.ending_before) {
            (Some(_), Some(_)) => {
                return Err(ApiError::invalid(
                    "You may only specify one of these parameters: starting_after, ending_before.",
                )
                .code("parameters_exclusive"));
            }
            (None, Some(before)) => {
                let mut found: Vec<&T> =
                    table.newer(place(before, "ending_before")?).filter(matches).take(more).collect();
                let has_more = found.len() > self.limit;
                found.truncate(self.limit);
                found.reverse();
                return Ok((found, has_more));
            }
            (Some(after), None) => table.older(place(after, "starting_after")?).filter(matches).take(more).collect(),
            (None, None) => table.older(u64::MAX).filter(matches).take(more).collect(),
        };
        let has_more = found.len() > self.limit;
        found.truncate(self.limit);
        Ok((found, has_more))
    }

    /// The page of a few objects that are known already, in the order of their creation.
    pub(crate) fn of_few<'a, T: Stored>(
        &self,
        table: &'a Table<T>,
        ids: &[String],
        kind: &str,
        matches: impl Fn(&T) -> bool,
    ) -> Result<(Vec<&'a T>, bool), ApiError> {
        if self.ending_before.is_some() {
            return self.of(table, kind, |item| ids.iter().any(|id| id == item.id()) && matches(item));
        }
        let end = match &self.starting_after {
            None => ids.len(),
            Some(after) => ids.iter().position(|id| id == after).ok_or_else(|| {
                let error = ApiError::no_such(kind, after, "starting_after");
                ApiError { status: http::StatusCode::BAD_REQUEST, ..error }
            })?,
        };
        let older = ids.get(..end).unwrap_or_default().iter().rev().filter_map(|id| table.get(id));
        let matches = |item: &&T| self.created.holds(item.created()) && matches(item);
        let mut found: Vec<&T> = older.filter(matches).take(self.limit.saturating_add(1)).collect();
        let has_more = found.len() > self.limit;
        found.truncate(self.limit);
        Ok((found, has_more))
    }
}

/// The page of a few objects that stand within another one, newest first.
pub(crate) fn page_of(page: &Page, all: &[(&str, Value)], kind: &str) -> Result<(Vec<Value>, bool), ApiError> {
    let at = |id: &str, param: &str| {
        let found = all.iter().position(|(known, _)| *known == id);
        found.ok_or_else(|| ApiError { status: http::StatusCode::BAD_REQUEST, ..ApiError::no_such(kind, id, param) })
    };
    let (begin, end) = match (&page.starting_after, &page.ending_before) {
        (Some(after), _) => (at(after, "starting_after")?.saturating_add(1), all.len()),
        (None, Some(before)) => {
            let end = at(before, "ending_before")?;
            (end.saturating_sub(page.limit), end)
        }
        (None, None) => (0, all.len()),
    };
    let some = all.get(begin..end).unwrap_or_default();
    let has_more = if page.ending_before.is_some() { begin > 0 } else { some.len() > page.limit };
    Ok((some.iter().take(page.limit).map(|(_, object)| object.clone()).collect(), has_more))
}

/// Refuses to look for the objects of a customer: there are no customers here.
pub(crate) fn no_customer(params: &mut Params) -> Result<(), ApiError> {
    match params.text("customer")? {
        None => Ok(()),
        Some(customer) => Err(ApiError {
            status: http::StatusCode::BAD_REQUEST,
            ..ApiError::no_such("customer", &customer, "customer")
        }),
    }
}

/// A list as the API answers it.
pub(crate) fn list(url: &str, data: Vec<Value>, has_more: bool) -> Value {
    object([
        ("object", json!("list")),
        ("data", Value::Array(data)),
        ("has_more", json!(has_more)),
        ("url", json!(url)),
    ])
}

impl State {
    /// Puts whole objects where ids stand, along a path as `data.payment_intent.latest_charge`.
    pub(crate) fn expand(&self, value: &mut Value, path: &str) -> Result<(), ApiError> {
        let parts: Vec<&str> = path.split('.').collect();
        if parts.len() > 4 {
            return Err(ApiError::invalid(format!(
                "You cannot expand more than 4 levels of a property. Property: {path}"
            )));
        }
        self.expand_parts(value, &parts, path)
    }

    fn expand_parts(&self, value: &mut Value, parts: &[&str], path: &str) -> Result<(), ApiError> {
        let Some((first, rest)) = parts.split_first() else { return Ok(()) };
        let no = || ApiError::invalid(format!("This property cannot be expanded ({path})."));
        match value {
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.expand_parts(item, parts, path)),
            Value::Null => Ok(()),
            Value::Object(fields) => {
                if !fields.contains_key(*first) {
                    let included = self.included(fields, first).ok_or_else(no)?;
                    fields.insert((*first).to_owned(), included);
                }
                let field = fields.get_mut(*first).ok_or_else(no)?;
                if let Value::String(id) = field {
                    if *first == "id" {
                        return Err(no());
                    }
                    match self.object(id) {
                        Some(object) => *field = object,
                        // Parts of Stripe that are not played here stay ids.
                        None if id.starts_with("txn_") || id.starts_with("acct_") || id.starts_with("py_") => {
                            return Ok(());
                        }
                        None => return Err(no()),
                    }
                } else if rest.is_empty() && !field.is_null() && !field.is_object() {
                    return Err(no());
                }
                self.expand_parts(field, rest, path)
            }
            _ => Err(no()),
        }
    }

    /// Lists that an object holds only when asked to.
    fn included(&self, fields: &serde_json::Map<String, Value>, name: &str) -> Option<Value> {
        let id = fields.get("id")?.as_str()?;
        match (fields.get("object")?.as_str()?, name) {
            ("checkout.session", "line_items") => Some(self.sessions.get(id)?.line_items(None, 10)),
            ("charge", "refunds") => {
                let charge = self.charges.get(id)?;
                let refunds = charge.refunds.iter().rev().filter_map(|id| self.refunds.get(id));
                let data: Vec<Value> = refunds.take(10).map(super::objects::Refund::to_json).collect();
                let has_more = charge.refunds.len() > 10;
                Some(list(&format!("/v1/charges/{id}/refunds"), data, has_more))
            }
            _ => None,
        }
    }
}
