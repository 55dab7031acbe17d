//! `setup doctor`: a deployed stack, asked from outside as buyers and Stripe ask it.

use bytes::Bytes;
use http::Request;
use runtime::{Settings, SharedWire};
use url::Url;

use crate::{address, arguments::Deployed, check, endpoint, key, parameters::Parameters, report::Report};

/// What stands in each of our own pages, and hardly in another's.
const OWN_PAGE: &str = "/assets/";

/// Everything that can be known of a stack from outside.
pub(crate) async fn examine(stack: &Deployed, settings: &Settings, wire: &SharedWire) -> Result<Report, String> {
    let (api, webhook) = (address::parse(&stack.api)?, address::parse(&stack.webhook)?);
    let mut report = Report::default();
    health(&mut report, wire, &api).await?;
    guards(&mut report, wire, &api, settings.optional("TOKEN").as_deref()).await?;
    events(&mut report, wire, &webhook).await;
    let stripe = check::open(&mut report, settings, wire).await;
    if let Some(stripe) = &stripe {
        key::check(&mut report, stripe).await;
        endpoint::check(&mut report, stripe, &webhook).await;
    }
    match &stack.parameters {
        Some(path) => {
            let parameters = Parameters::read(path)?;
            origins(&mut report, wire, &api, &parameters).await?;
            pages(&mut report, wire, &api, &parameters).await?;
            Box::pin(check::of_parameters(&mut report, path, settings, wire, stripe.as_ref())).await?;
        }
        None => report.note("Issuer and SES were not asked: give --parameters"),
    }
    Ok(report)
}

/// What everybody may read.
async fn health(report: &mut Report, wire: &SharedWire, api: &Url) -> Result<(), String> {
    let remedy = "See the function's log group and the alarm api-5xx in docs/runbook.md; with a domain, whether it names the output DomainTarget.";
    for (path, is_good) in [
        ("v1/health", (|body| body["status"] == "ok") as fn(&serde_json::Value) -> bool),
        ("openapi.json", |body| body["openapi"].is_string()),
        ("v1/listings", |body| body["listings"].is_array()),
    ] {
        match address::get(wire, &address::below(api, path)?, &[]).await {
            Ok((200, body)) if is_good(&body) => report.good(format!("The API answers GET /{path}")),
            Ok((status, _)) => report.missing(format!("The API answers GET /{path} with {status}"), remedy),
            Err(problem) => {
                report.missing(format!("The API gives no answer. {problem}"), remedy);
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Whether what is not for everybody is closed, and opens with a token.
async fn guards(report: &mut Report, wire: &SharedWire, api: &Url, token: Option<&str>) -> Result<(), String> {
    let guarded = address::below(api, "v1/organizations/setup-doctor")?;
    match address::get(wire, &guarded, &[]).await {
        Ok((401, _)) => report.good("Staff's routes are closed without a token"),
        Ok((status, _)) => report.missing(
            format!("A route of staff answers {status} without a token"),
            "That address is not this API's, or its authorizer is gone: deploy again.",
        ),
        // It was said already that there is no answer.
        Err(_) => return Ok(()),
    }
    let Some(token) = token else { return Ok(()) };
    match address::get(wire, &guarded, &[("authorization", &format!("Bearer {token}"))]).await {
        // Allowed and not there, or not allowed in that organization: the token itself was good.
        Ok((200 | 403 | 404, _)) => report.good("The token is accepted"),
        Ok((status, _)) => {
            report.missing(format!("The token is answered with {status}"), "With --parameters, this says why.");
        }
        Err(problem) => report.missing(format!("The API gives no answer. {problem}"), "Try again."),
    }
    Ok(())
}

/// Whether Stripe's events are taken.
async fn events(report: &mut Report, wire: &SharedWire, webhook: &Url) {
    match address::get(wire, webhook, &[]).await {
        Ok((200, body)) if body["status"] == "ok" => report.good("The webhook takes events"),
        Ok((503, body)) if body["status"] == "refusing" => report.missing(
            format!("The webhook refuses events: {}", body["reason"].as_str().unwrap_or_default()),
            "cargo run -p setup -- endpoint put, with the stack's outputs WebhookUrl and StripeWebhookSecretArn.",
        ),
        Ok((status, _)) => report.missing(
            format!("The webhook's address answers {status}"),
            "Give the stack's output WebhookUrl; see the webhook's log group.",
        ),
        Err(problem) => {
            report.missing(format!("The webhook gives no answer. {problem}"), "Give the stack's output WebhookUrl.");
        }
    }
}

/// Whether buyers find the pages where Stripe and mails lead them.
async fn pages(report: &mut Report, wire: &SharedWire, api: &Url, parameters: &Parameters) -> Result<(), String> {
    let base = match parameters.get("PagesUrl") {
        Some(given) => address::parse(given)?,
        None => api.clone(),
    };
    let request = Request::get(address::below(&base, "")?.as_str()).header("accept", "text/html").body(Bytes::new());
    let remedy = "Without PagesUrl, buyers are led to the API's own address, where the pages are.";
    let answer = match address::send(wire, request.map_err(|error| error.to_string())?).await {
        Ok(answer) => answer,
        Err(problem) => {
            report.missing(format!("Buyers are led to {base}, which gives no answer. {problem}"), remedy);
            return Ok(());
        }
    };
    let status = answer.status();
    if !status.is_success() && !status.is_redirection() {
        report.missing(format!("Buyers are led to {base}, which answers {}", status.as_u16()), remedy);
    } else if String::from_utf8_lossy(answer.body()).contains(OWN_PAGE) {
        report.good(format!("Buyers are led to {base}, where the pages are"));
    } else {
        report
            .note(format!("Buyers are led to {base}, which has pages other than this installation's. Are they yours?"));
    }
    Ok(())
}

/// Whether pages may call the API from a browser.
async fn origins(report: &mut Report, wire: &SharedWire, api: &Url, parameters: &Parameters) -> Result<(), String> {
    let url = address::below(api, "v1/checkout")?;
    for origin in parameters.get("AllowedOrigins").unwrap_or_default().split(',').map(str::trim) {
        let request = Request::options(url.as_str())
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
            .body(Bytes::new())
            .map_err(|error| error.to_string())?;
        let allowed = match address::send(wire, request).await {
            Ok(answer) => {
                answer.headers().get("access-control-allow-origin").is_some_and(|value| value == origin || value == "*")
            }
            Err(_) => return Ok(()),
        };
        if allowed {
            report.good(format!("Pages of {origin} may call the API"));
        } else {
            report.missing(
                format!("Pages of {origin} may not call the API"),
                "The stack has other AllowedOrigins: deploy again.",
            );
        }
    }
    Ok(())
}
