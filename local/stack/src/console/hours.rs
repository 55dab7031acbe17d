//! A customer's prepaid hours, as the seller's staff see them.

use std::collections::HashMap;

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{Method, StatusCode};
use minijinja::{Value as Context, context};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};
use web::{Problem, RawBody};

use super::{
    form::{Typed, Wrong},
    frame::{page, refused},
};
use crate::{
    demo::{CUSTOMER, ORGANIZATION},
    gateway::{Answered, Client},
    options::TokenFields,
    stack::Stack,
};

/// Whose hours, with whom.
struct Whose {
    organization: String,
    customer: String,
}

impl Whose {
    /// The demo's, where the request names none.
    fn of(organization: Option<&str>, customer: Option<&str>) -> Self {
        let given = |text: Option<&str>, default: &str| {
            text.map(str::trim).filter(|text| !text.is_empty()).unwrap_or(default).to_owned()
        };
        Self { organization: given(organization, ORGANIZATION), customer: given(customer, CUSTOMER) }
    }

    /// A route of the API for them.
    fn path(&self, what: &str) -> String {
        // Subjects are chosen by the issuer of the tokens, and hold anything.
        let Ok(mut url) = Url::parse("http://api/v1/customers") else { return String::new() };
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(&self.customer).push(what);
        }
        url.query_pairs_mut().append_pair("organization", &self.organization);
        format!("{}?{}", url.path(), url.query().unwrap_or_default())
    }

    fn client(&self, stack: &Stack) -> Client {
        stack.client().with_token(stack.token(&TokenFields::of("console", "staff", Some(&self.organization))))
    }
}

/// The page of a customer's hours.
pub(super) fn hours_path(organization: &str, customer: &str) -> String {
    let pairs = [("organization", organization), ("customer", customer)];
    format!("/console/hours?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// A customer's balance and ledger.
pub(super) async fn hours(State(stack): State<Stack>, Query(query): Query<HashMap<String, String>>) -> Response {
    let given = |name: &str| query.get(name).map(String::as_str);
    show(&stack, &Whose::of(given("organization"), given("customer")), &Typed::default(), None).await
}

/// The page's content, or the page that shows a refusal.
fn body(answer: Answered) -> Result<Value, Wrong> {
    if answer.status == StatusCode::OK { Ok(answer.body) } else { Err(Wrong::of(&answer)) }
}

async fn show(stack: &Stack, whose: &Whose, typed: &Typed, wrong: Option<&Wrong>) -> Response {
    let client = whose.client(stack);
    let (balance, ledger) = (whose.path("balance"), whose.path("ledger"));
    let (balance, ledger) = futures::join!(client.get(&balance), client.get(&ledger));
    let read = body(balance).and_then(|balance| Ok((balance, body(ledger)?)));
    let at = |field: &str| wrong.and_then(|wrong| wrong.at(field));
    let problem = read.as_ref().err().or(wrong);
    let entries = read.as_ref().ok().and_then(|(_, ledger)| ledger["entries"].as_array());
    let content = context! {
        entries => entries.into_iter().flatten().map(entry).collect::<Vec<_>>(),
        more => read.as_ref().is_ok_and(|(_, ledger)| !ledger["cursor"].is_null()),
        balance => read.as_ref().ok().map(|(balance, _)| balance),
        organization => whose.organization,
        customer => whose.customer,
        hours => context! { value => typed.get("hours"), wrong => at("hours") },
        reference => context! { value => typed.get("reference"), wrong => at("reference") },
        problem => problem.map(|wrong| wrong.detail.as_str()),
    };
    let status = problem.map_or(StatusCode::OK, |wrong| wrong.status);
    page(stack, status, "hours.html", "hours", &hours_path(&whose.organization, &whose.customer), content)
}

/// An entry of the ledger, in words.
fn entry(entry: &Value) -> Context {
    let cause = entry["cause"].as_str().unwrap_or_default();
    let (what, of) = cause.split_once(':').unwrap_or((cause, ""));
    let what = match what {
        "order" => "Bought",
        "refund" => "Given back",
        "dispute" => "Disputed",
        "debit" => "Taken",
        other => other,
    };
    let out = entry["hours"].as_str().is_some_and(|hours| hours.starts_with('-'));
    context! { what, of, out, hours => entry["hours"], amount => entry["amount"], at => entry["at"] }
}

/// Takes hours by the API's own route. The reference makes a second press of the button the same debit.
pub(super) async fn take(State(stack): State<Stack>, body: Result<RawBody, Problem>) -> Response {
    let typed = match body {
        Ok(RawBody(body)) => Typed::read(&body),
        Err(problem) => return refused(&stack, &problem),
    };
    let whose = Whose::of(typed.given("organization"), typed.given("customer"));
    let body = json!({
        "organization": whose.organization,
        "hours": typed.get("hours"),
        "reference": typed.get("reference"),
    });
    let path = whose.path("debits");
    // Of the route's parameters, the organization stands in the body.
    let path = path.split('?').next().unwrap_or_default();
    let answer = whose.client(&stack).send(Method::POST, path, None, Some(&body)).await;
    if answer.status.is_success() {
        return Redirect::to(&hours_path(&whose.organization, &whose.customer)).into_response();
    }
    show(&stack, &whose, &typed, Some(&Wrong::of(&answer))).await
}

#[cfg(test)]
mod tests {
    use super::Whose;

    #[test]
    fn subjects_are_one_segment_of_a_path() {
        let whose = Whose::of(Some("demo"), Some("auth0|a/b ?c"));
        assert_eq!(whose.path("balance"), "/v1/customers/auth0|a%2Fb%20%3Fc/balance?organization=demo");
        assert_eq!(Whose::of(None, Some(" ")).path("ledger"), "/v1/customers/demo-customer/ledger?organization=demo");
    }
}
