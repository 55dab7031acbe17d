//! What SES says of the sender.

use aws_sdk_sesv2::error::DisplayErrorContext;
use runtime::{AwsSettings, Settings, SharedWire, aws};

use crate::{parameters::Parameters, report::Report};

/// Asks SES whether mail from the sender would leave, and to whom. `live`: whether strangers are going to buy.
pub(crate) async fn check(
    report: &mut Report,
    wire: &SharedWire,
    settings: &Settings,
    parameters: &Parameters,
    live: bool,
) {
    let aws = match AwsSettings::parse(settings) {
        Ok(aws) => aws,
        Err(error) => {
            let remedy = "Give credentials of the account: eval \"$(aws configure export-credentials --format env)\", and export AWS_REGION.";
            return report.missing(format!("SES cannot be asked: {error}"), remedy);
        }
    };
    let client = aws::ses(&aws, wire.clone());
    let region = &aws.region;
    match Box::pin(client.get_account().send()).await {
        Err(error) => {
            let remedy = "The credentials need ses:GetAccount, in the region of the deployment.";
            return report.missing(format!("SES does not answer: {}", DisplayErrorContext(error)), remedy);
        }
        Ok(account) => {
            if !account.sending_enabled() {
                report.missing("SES does not let this account send", "See the account's health in SES' console.");
            }
            let sandbox = format!("SES in {region} is in the sandbox: it sends to verified addresses alone");
            match (account.production_access_enabled(), live) {
                (true, _) => report.good(format!("SES in {region} has production access")),
                (false, true) => {
                    report.missing(sandbox, "Ask for production access in SES' console; AWS answers within a day.");
                }
                (false, false) => {
                    report.note(format!("{sandbox}. That is enough for test purchases with a verified address"));
                }
            }
        }
    }
    let sender = parameters.get("SenderAddress").unwrap_or_default();
    let identity = parameters.get("SenderIdentity").unwrap_or(sender);
    if identity != sender
        && !sender
            .split('@')
            .next_back()
            .is_some_and(|host| host == identity || host.ends_with(&format!(".{identity}")))
    {
        report.missing(
            format!("SenderAddress {sender} is not an address of SenderIdentity {identity}"),
            "Put one of them right.",
        );
    }
    match Box::pin(client.get_email_identity().email_identity(identity).send()).await {
        Ok(found) if found.verified_for_sending_status() => report.good(format!("SES may send as {identity}")),
        Ok(_) => report.missing(
            format!("{identity} is not verified"),
            "Enter the DNS records that SES' console shows for it, or follow the link in its mail.",
        ),
        Err(error) if error.as_service_error().is_some_and(|error| error.is_not_found_exception()) => report.missing(
            format!("SES in {region} does not know {identity}"),
            format!("aws sesv2 create-email-identity --email-identity {identity}"),
        ),
        Err(error) => report.missing(
            format!("SES does not say whether {identity} is verified: {}", DisplayErrorContext(error)),
            "The credentials need ses:GetEmailIdentity.",
        ),
    }
}
