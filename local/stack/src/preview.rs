//! One mail, as its reader's program shows it: HTML, text, headers and files.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use cloud_stand_ins::Mail;
use domain::Refusal;
use http::{HeaderValue, header};
use minijinja::{Environment, context};
use web::{Answer, Problem};

use crate::stack::Stack;

/// Nothing of a mail runs, and it loads pictures alone.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src https:; frame-src 'self'; base-uri 'none'; form-action 'none'";

fn mail(stack: &Stack, number: &str) -> Answer<Mail> {
    let found = number.parse::<usize>().ok().and_then(|number| stack.mails().into_iter().nth(number));
    Ok(found.ok_or_else(|| Refusal::not_found("mail"))?)
}

fn shown(html: String) -> Response {
    let mut response = Html(html).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// All of one mail, counted from 0.
pub(crate) async fn page(State(stack): State<Stack>, Path(number): Path<String>) -> Answer<Response> {
    let mail = mail(&stack, &number)?;
    let headers: Vec<_> = mail.headers().into_iter().map(|(name, value)| context! { name, value }).collect();
    let files: Vec<_> = mail
        .files()
        .into_iter()
        .enumerate()
        .map(|(index, file)| context! { index, name => file.name, kind => file.kind, size => file.content.len() })
        .collect();
    let mut pages = Environment::new();
    let rendered = pages
        .add_template("preview.html", include_str!("preview.html"))
        .and_then(|()| pages.get_template("preview.html"))
        .and_then(|page| page.render(context! { mail, headers, files, number }));
    match rendered {
        Ok(html) => Ok(shown(html)),
        Err(error) => {
            tracing::error!(%error, "a mail cannot be shown");
            Err(Problem::internal())
        }
    }
}

/// The HTML alone.
pub(crate) async fn html(State(stack): State<Stack>, Path(number): Path<String>) -> Answer<Response> {
    Ok(shown(mail(&stack, &number)?.html))
}

/// One file, counted from 0.
pub(crate) async fn file(
    State(stack): State<Stack>,
    Path((number, index)): Path<(String, String)>,
) -> Answer<Response> {
    let files = mail(&stack, &number)?.files();
    let file = index.parse::<usize>().ok().and_then(|index| files.into_iter().nth(index));
    let file = file.ok_or_else(|| Refusal::not_found("file"))?;
    let mut response = file.content.into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_str(&file.kind);
    headers.insert(header::CONTENT_TYPE, kind.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    Ok(response)
}
