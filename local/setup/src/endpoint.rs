//! `setup endpoint`: Stripe's webhook endpoint, with exactly the event types and the version of the code. Its signing secret
//! goes from Stripe's answer into Secrets Manager, and is seen nowhere in between.

use runtime::{Clock, Secret, Settings, SharedWire};
use url::Url;

use crate::{
    address,
    arguments::{EndpointAction, EndpointPlace},
    ledger::{self, Entry},
    report::Report,
    stripe::{NoObject, StripeApi},
    terminal::Terminal,
    vault::Vault,
};

/// For how long Stripe repeats an event that was not taken, in seconds, in live mode
/// (<https://docs.stripe.com/webhooks#automatic-retries>).
const REPEATED: i64 = 3 * 24 * 3_600;

/// Does one action. Whether nothing is missing.
pub(crate) async fn act(
    action: EndpointAction,
    settings: &Settings,
    wire: &SharedWire,
    terminal: &mut Terminal<'_>,
) -> Result<bool, String> {
    let stripe = StripeApi::open(settings, wire).await?;
    let mut report = Report::default();
    match action {
        EndpointAction::List => {
            for entry in ledger::all(&stripe).await.map_err(words)? {
                show(&mut report, &entry);
            }
        }
        EndpointAction::Put { place, again } => {
            let (url, vault) = open(&place, settings, wire)?;
            put(&mut report, &stripe, &url, &vault, again).await?;
        }
        EndpointAction::Retire { place, now } => {
            let (url, vault) = open(&place, settings, wire)?;
            let latest = if now { i64::MAX } else { Clock::new().now().as_second() - REPEATED };
            retire(&mut report, &stripe, &url, &vault, latest).await?;
        }
    }
    terminal.line(&report.to_string())?;
    Ok(report.is_whole())
}

fn open(place: &EndpointPlace, settings: &Settings, wire: &SharedWire) -> Result<(Url, Vault), String> {
    Ok((address::parse(&place.url)?, Vault::open(&place.secret, settings, wire)?))
}

fn words(no: NoObject) -> String {
    match no {
        NoObject::Refused(403, _) => {
            "Stripe's key has no right to Webhook Endpoints: give it Write, or use the secret key for this".to_owned()
        }
        other => other.to_string(),
    }
}

fn show(report: &mut Report, entry: &Entry) {
    let problems = entry.problems();
    let line = format!("{} at {}", entry.id, entry.url);
    // Other products' endpoints are none of ours.
    report.note(if problems.is_empty() {
        format!("{line} sends what the code needs")
    } else {
        format!("{line} {}", problems.join("; "))
    });
}

/// Registers an endpoint, or has the one that is there send what the code needs.
async fn put(report: &mut Report, stripe: &StripeApi, url: &Url, vault: &Vault, again: bool) -> Result<(), String> {
    // First, whether there is a place for the secret: Stripe shows it once.
    let mut secrets = vault.read().await?;
    let all = ledger::all(stripe).await.map_err(words)?;
    let here: Vec<_> = all.iter().filter(|entry| entry.is_at(url)).collect();
    let Some(newest) = here.first().filter(|_| !again) else {
        if secrets.len() > 1 {
            return Err("the secret has two values already: `retire` ends the rotation that was begun".to_owned());
        }
        let (id, secret) = ledger::create(stripe, url).await.map_err(words)?;
        secrets.insert(0, Secret::new(secret));
        if let Err(problem) = vault.write(&secrets).await {
            ledger::remove(stripe, &id).await.map_err(words)?;
            return Err(format!("{problem}. The endpoint was removed again"));
        }
        report.good(format!("{id} is registered at {url}, and its signing secret is in Secrets Manager"));
        if !here.is_empty() {
            report.note("The older endpoint goes on beside it, and each event comes twice. In three days: setup endpoint retire");
        }
        return Ok(());
    };
    if secrets.is_empty() {
        report.missing(
            format!("{} is registered, and its signing secret is not in Secrets Manager", newest.id),
            "Stripe shows it in the dashboard: setup secret put. Or register another one: setup endpoint put --again.",
        );
    }
    if !newest.is_in_version() {
        report.missing(
            format!("{} {}", newest.id, newest.problems().join("; ")),
            "A version stays: setup endpoint put --again, and three days later setup endpoint retire.",
        );
        return Ok(());
    }
    let problems = newest.problems();
    if problems.is_empty() {
        report.good(format!("{} is registered at {url}, and sends what the code needs", newest.id));
    } else {
        ledger::correct(stripe, newest).await.map_err(words)?;
        report.good(format!("{} is corrected: it {}", newest.id, problems.join("; ")));
    }
    Ok(())
}

/// Ends a rotation: the older endpoints go, and then their secrets. The newest must be `latest` at most, and each endpoint must
/// have a secret in the vault, or else the one that stays could be one whose events are refused.
async fn retire(report: &mut Report, stripe: &StripeApi, url: &Url, vault: &Vault, latest: i64) -> Result<(), String> {
    let mut secrets = vault.read().await?;
    let all = ledger::all(stripe).await.map_err(words)?;
    let count = all.iter().filter(|entry| entry.is_at(url)).count();
    let mut here = all.iter().filter(|entry| entry.is_at(url));
    let Some(newest) = here.next() else { return Err(format!("no endpoint is registered at {url}")) };
    if count > secrets.len() {
        return Err(format!(
            "{count} endpoints are registered at {url}, and {} signing secrets are known: remove the one in Stripe's dashboard \
             whose secret is not in Secrets Manager",
            secrets.len()
        ));
    }
    if count > 1 && newest.created > latest {
        return Err(format!(
            "{} is not three days old, for which Stripe repeats what the older one did not deliver: --now does not wait",
            newest.id
        ));
    }
    if !newest.problems().is_empty() {
        return Err(format!("the newest endpoint {} {}: correct it first", newest.id, newest.problems().join("; ")));
    }
    for older in here {
        ledger::remove(stripe, &older.id).await.map_err(words)?;
        report.good(format!("{} is removed", older.id));
    }
    if secrets.len() > 1 {
        secrets.truncate(1);
        vault.write(&secrets).await?;
        report.good("The older signing secret is gone");
    }
    report.good(format!("{} alone is registered at {url}", newest.id));
    Ok(())
}

/// Whether the stack's endpoint is registered, once, and sends what the code needs.
pub(crate) async fn check(report: &mut Report, stripe: &StripeApi, url: &Url) {
    let all = match ledger::all(stripe).await {
        Ok(all) => all,
        Err(NoObject::Refused(403, _)) => {
            return report.missing(
                "Stripe's key has no right to Webhook Endpoints, so the endpoint is not known",
                "Give the key \"Webhook Endpoints\": Read, or ask with another one.",
            );
        }
        Err(no) => return report.missing(format!("Stripe's endpoints are not known. {no}"), "Try again."),
    };
    let here: Vec<_> = all.iter().filter(|entry| entry.is_at(url)).collect();
    if here.is_empty() {
        return report.missing(
            format!("Stripe has no endpoint at {url}, in the mode of this key"),
            format!("cargo run -p setup -- endpoint put --url {url} --secret ARN, with the stack's output StripeWebhookSecretArn."),
        );
    }
    for entry in &here {
        let problems = entry.problems();
        if problems.is_empty() {
            report.good(format!("Stripe's endpoint {} sends exactly the events of the code, in its version", entry.id));
        } else {
            let remedy = "cargo run -p setup -- endpoint put corrects it.";
            report.missing(format!("Stripe's endpoint {} {}", entry.id, problems.join("; ")), remedy);
        }
    }
    if here.len() > 1 {
        report.note(
            "There are two endpoints at this address, so each event comes twice: setup endpoint retire ends that",
        );
    }
}
