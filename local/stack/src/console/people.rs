//! The local issuer's page: who signs in.

use std::collections::HashMap;

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::Refusal;
use http::StatusCode;
use minijinja::context;
use web::{Problem, RawBody};

use super::{
    form::Typed,
    frame::{page, refused},
};
use crate::{
    demo::{CUSTOMER, EXPERT, ORGANIZATION},
    issuer::{AUTHORIZE, Authorization},
    options::TokenFields,
    stack::Stack,
};

/// Who can be chosen with one press: what they are called, their subject, and their role.
const PEOPLE: [(&str, &str, &str); 5] = [
    ("Grace, a customer", CUSTOMER, ""),
    ("Sam, at the box office", "demo-staff", "staff"),
    ("Alex, who runs the theatre", "demo-admin", "admin"),
    ("Mira, an expert", EXPERT, "expert"),
    ("Pat, of the platform", "demo-platform", "platform"),
];

fn authorization<'a>(get: impl Fn(&str) -> &'a str) -> Authorization {
    Authorization {
        client: get("client_id").to_owned(),
        back: get("redirect_uri").to_owned(),
        state: get("state").to_owned(),
        nonce: get("nonce").to_owned(),
        challenge: get("code_challenge").to_owned(),
    }
}

/// Shows who can be chosen.
pub(super) async fn choose(State(stack): State<Stack>, Query(query): Query<HashMap<String, String>>) -> Response {
    let authorization = authorization(|name| query.get(name).map_or("", String::as_str));
    match stack.local_issuer().check(&authorization) {
        Ok(()) => show(&stack, StatusCode::OK, &authorization, &Typed::default(), None),
        Err(refusal) => refused(&stack, &refusal.into()),
    }
}

fn show(
    stack: &Stack,
    status: StatusCode,
    authorization: &Authorization,
    typed: &Typed,
    problem: Option<&str>,
) -> Response {
    let people: Vec<_> = PEOPLE.iter().map(|(name, subject, role)| context! { name, subject, role }).collect();
    let content = context! {
        people,
        problem,
        hidden => [
            ("client_id", authorization.client.as_str()),
            ("redirect_uri", &authorization.back),
            ("state", &authorization.state),
            ("nonce", &authorization.nonce),
            ("code_challenge", &authorization.challenge),
        ],
        subject => typed.get("subject"),
        name => typed.get("name"),
        email => typed.get("email"),
        organization => typed.get("organization"),
        roles => typed.get("roles"),
        demo => ORGANIZATION,
    };
    page(stack, status, "people.html", "", AUTHORIZE, content)
}

/// Leads back to the pages with a code for who was chosen.
pub(super) async fn chosen(State(stack): State<Stack>, body: Result<RawBody, Problem>) -> Response {
    let typed = match body {
        Ok(RawBody(body)) => Typed::read(&body),
        Err(problem) => return refused(&stack, &problem),
    };
    let authorization = authorization(|name| typed.get(name));
    let led = match typed.given("deny") {
        Some(_) => stack.local_issuer().deny(&authorization),
        None => person(&typed).and_then(|(person, name)| {
            person.check()?;
            stack.local_issuer().permit(authorization.clone(), person, &name)
        }),
    };
    match led {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(refusal) => show(&stack, StatusCode::BAD_REQUEST, &authorization, &typed, Some(&refusal.message)),
    }
}

/// One of the people, or the person who was typed in, and their name.
fn person(typed: &Typed) -> Result<(TokenFields, String), Refusal> {
    if let Some(subject) = typed.given("person") {
        let (name, subject, role) = PEOPLE
            .iter()
            .find(|(_, known, _)| *known == subject)
            .ok_or_else(|| Refusal::field("person", "There is no such person"))?;
        let roles = [*role].into_iter().filter(|role| !role.is_empty()).map(str::to_owned).collect();
        let organization = matches!(*role, "staff" | "admin" | "expert").then(|| ORGANIZATION.to_owned());
        let name = name.split(',').next().unwrap_or(name).to_owned();
        let email = Some(format!("{subject}@example.com"));
        return Ok((TokenFields { sub: (*subject).to_owned(), email, organization, roles }, name));
    }
    let given = |name: &str| typed.given(name).map(str::to_owned);
    let roles = typed.get("roles").split([',', ' ']).filter(|role| !role.is_empty()).map(str::to_owned).collect();
    let person = TokenFields {
        sub: typed.get("subject").to_owned(),
        email: given("email"),
        organization: given("organization"),
        roles,
    };
    Ok((person, typed.get("name").to_owned()))
}

/// Ends the issuer's session, of which there is none, and leads back.
pub(super) async fn end(State(stack): State<Stack>, Query(query): Query<HashMap<String, String>>) -> Response {
    let back = query.get("post_logout_redirect_uri").map_or("", String::as_str);
    let to = stack.local_issuer().end(back).unwrap_or_else(|| "/console".to_owned());
    Redirect::to(&to).into_response()
}
