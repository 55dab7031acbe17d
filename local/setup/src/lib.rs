//! What an operator does before and after a deployment, and would else do by hand: writing parameters down, registering
//! Stripe's endpoint with the event types and the version that the code takes, rotating secrets; and what has to be right for
//! a deployment to work, asked of those who know: issuer, SES, Stripe, and the stack itself.
//!
//! No secret is shown or written anywhere but to Secrets Manager. Stripe's key and a token come from the environment.

mod address;
mod answers;
mod arguments;
mod check;
mod doctor;
mod endpoint;
mod issuer;
mod key;
mod ledger;
mod mail;
mod parameters;
mod report;
mod secret;
mod stripe;
mod terminal;
mod token;
mod vault;

use runtime::{Settings, SharedWire};

pub use arguments::{
    Arguments, Deployed, EndpointAction, EndpointPlace, ParameterAnswers, Prerequisites, SecretAction, SetupCommand,
};
pub use terminal::Terminal;

/// Does one command. Whether nothing is missing: what is, was said in the output.
///
/// # Errors
/// Why the command could not be done, in words.
pub async fn run(
    command: SetupCommand,
    settings: &Settings,
    wire: SharedWire,
    terminal: &mut Terminal<'_>,
) -> Result<bool, String> {
    match command {
        SetupCommand::Parameters(given) => answers::write(given, &wire, terminal).await,
        SetupCommand::Check(what) => {
            let report = Box::pin(check::prerequisites(&what.parameters, settings, &wire)).await?;
            terminal.line(&report.to_string())?;
            Ok(report.is_whole())
        }
        SetupCommand::Endpoint(action) => Box::pin(endpoint::act(action, settings, &wire, terminal)).await,
        SetupCommand::Secret(action) => Box::pin(secret::act(action, settings, &wire, terminal)).await,
        SetupCommand::Doctor(stack) => {
            let report = Box::pin(doctor::examine(&stack, settings, &wire)).await?;
            terminal.line(&report.to_string())?;
            Ok(report.is_whole())
        }
    }
}
