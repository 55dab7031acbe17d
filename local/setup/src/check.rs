//! `setup check`: what a deployment needs of others, asked of them.

use std::path::Path;

use cloud_stand_ins::template::Template;
use runtime::{Settings, SharedWire};

use crate::{issuer, key, mail, parameters::Parameters, report::Report, stripe::StripeApi, token};

/// Everything that can be known before a deployment.
pub(crate) async fn prerequisites(path: &Path, settings: &Settings, wire: &SharedWire) -> Result<Report, String> {
    let mut report = Report::default();
    let stripe = open(&mut report, settings, wire).await;
    Box::pin(of_parameters(&mut report, path, settings, wire, stripe.as_ref())).await?;
    if let Some(stripe) = &stripe {
        key::check(&mut report, stripe).await;
    }
    Ok(report)
}

/// Stripe with the key of the settings, if there is one.
pub(crate) async fn open(report: &mut Report, settings: &Settings, wire: &SharedWire) -> Option<StripeApi> {
    match StripeApi::open(settings, wire).await {
        Ok(stripe) => Some(stripe),
        Err(problem) => {
            let remedy = "read -rs STRIPE_SECRET_KEY && export STRIPE_SECRET_KEY; or STRIPE_SECRET_KEY_ARN for the key that the stack has.";
            report.missing(format!("Stripe cannot be asked: {problem}"), remedy);
            None
        }
    }
}

/// What issuer and SES say of the parameters.
pub(crate) async fn of_parameters(
    report: &mut Report,
    path: &Path,
    settings: &Settings,
    wire: &SharedWire,
    stripe: Option<&StripeApi>,
) -> Result<(), String> {
    let template = Template::embedded().map_err(|error| error.to_string())?;
    let specs = &template.parameters;
    let parameters = Parameters::read(path)?;
    let problems = parameters.problems(&template);
    for problem in &problems {
        report.missing(problem, format!("cargo run -p setup -- parameters --out {}", path.display()));
    }
    if problems.is_empty() {
        report.good(format!("{} is as the template needs it", path.display()));
    }
    let pages = parameters.get("PagesUrl").unwrap_or("the API's own address");
    report.note(format!("Buyers are led to the pages at {pages}"));
    let token = settings.optional("TOKEN");
    match issuer::settings(&parameters, specs) {
        Err(problem) => {
            report.missing(format!("The issuer cannot be asked: {problem}"), "Put the issuer's parameters.");
        }
        Ok(identity) => {
            issuer::check(report, wire, &identity).await;
            match token {
                Some(token) => Box::pin(token::check(report, wire, &identity, &token)).await,
                None => report.note("No token was checked: export TOKEN with one of a person who works here"),
            }
        }
    }
    let live = parameters.get("Stage") == Some("prod") || stripe.is_some_and(StripeApi::is_live);
    Box::pin(mail::check(report, wire, settings, &parameters, live)).await;
    Ok(())
}
