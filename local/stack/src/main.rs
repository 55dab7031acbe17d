//! Runs the whole system on this machine: `cargo run`.

use std::{io::Write as _, net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};

use axum::Router;
use clap::Parser;
use local::{Options, Stack, StackError};
use runtime::telemetry;
use serde_json::json;
use tokio::{
    net::TcpListener,
    sync::watch,
    time::{Instant, timeout},
};

/// How often data are written down while the process runs.
const SAVE_EVERY: Duration = Duration::from_secs(3);
/// How long requests under way may take once the process was asked to end.
const GRACE: Duration = Duration::from_secs(3);

/// Settings of the environment that replace the local ones.
const OVERRIDES: [&str; 28] = [
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    "AWS_ENDPOINT_URL_SESV2",
    "TABLE_NAME",
    "STRIPE_API_BASE",
    "STRIPE_SECRET_KEY",
    "STRIPE_SECRET_KEY_ARN",
    "STRIPE_PUBLISHABLE_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_WEBHOOK_SECRET_ARN",
    "CRON_SECRET",
    "CRON_SECRET_ARN",
    "TOKEN_SECRET",
    "TOKEN_SECRET_ARN",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_CLIENT_SECRET_ARN",
    "SIGN_OUT_URL",
    "RATE_LIMIT_PER_MINUTE",
    "MAX_OPEN_HOLDS_PER_BUYER",
    "MAX_DECLINES_PER_HOUR",
    "SENDER_ADDRESS",
    "MAIL_CONFIGURATION_SET",
    "PUBLIC_URL",
    "PAGES_URL",
    "ALLOWED_ORIGINS",
    "LOG_LEVEL",
];

/// Credentials for services that replace the embedded ones. Without such services they are the developer's own, and not read.
const CREDENTIALS: [&str; 4] = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// The embedded table allocates many small strings, which this allocator does fast.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The whole of Holdfast on this machine: API, console, table, queue, mailbox and a stand-in for Stripe.
#[derive(Debug, Parser)]
#[command(name = "holdfast")]
struct Arguments {
    /// Port of the API and the console; the stand-in for Stripe takes the next. 0 takes any
    #[arg(long, env = "PORT", default_value_t = 3_000)]
    port: u16,
    /// Directory that keeps the data over restarts. Without it they are in memory
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Start without the demo organization
    #[arg(long)]
    no_demo: bool,
    /// Serve table, queues, secrets, mail and the issuer's keys, too, on the port after Stripe's: for functions that `sam local` runs
    #[arg(long)]
    services: bool,
    /// How much is logged, as JSON on standard error: error, warn, info, debug or trace
    #[arg(long, env = "LOG_LEVEL", value_name = "LEVEL", default_value = "info")]
    log: tracing::Level,
}

#[tokio::main]
async fn main() -> ExitCode {
    let started = Instant::now();
    let arguments = Arguments::parse();
    telemetry::init_on_stderr(arguments.log);
    match run(&arguments, started).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // For people, whatever the log's level is.
            let _written = writeln!(std::io::stderr(), "holdfast: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments, started: Instant) -> Result<(), String> {
    let (api, stripe) = listeners(arguments.port).await?;
    let services = if arguments.services { Some(beside(arguments.port).await?) } else { None };
    let url = |listener: &TcpListener| listener.local_addr().map(|address| format!("http://{address}"));
    let api_url = url(&api).map_err(|error| format!("PORT: {error}"))?;
    let stripe_url = url(&stripe).map_err(|error| format!("PORT: {error}"))?;
    let services_url = services.as_ref().map(url).transpose().map_err(|error| format!("PORT: {error}"))?;
    let options = Options {
        data: arguments.data.clone(),
        demo: !arguments.no_demo,
        background: true,
        settings: overrides(),
        secrets: if services.is_some() { secrets() } else { Vec::new() },
        wrap: None,
        api_url: api_url.clone(),
        stripe_url: stripe_url.clone(),
    };
    let stack = Stack::start(options).await.map_err(|error| explain(&error))?;

    let (stop, stopped) = watch::channel(false);
    let mut served =
        vec![serve(api, stack.api(), stopped.clone()), serve(stripe, stack.stripe().router(), stopped.clone())];
    served.extend(services.map(|listener| serve(listener, stack.services(), stopped.clone())));
    let saver = arguments.data.is_some().then(|| tokio::spawn(save_now_and_then(stack.clone())));
    announce(&api_url, &stripe_url, services_url.as_deref())
        .map_err(|error| format!("standard output cannot be written to: {error}"))?;
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(api = api_url, stripe = stripe_url, milliseconds, "ready");

    requested_to_end().await;
    tracing::info!("ending");
    // If this fails, no server listens any more, and all has ended.
    let _all_gone = stop.send(true);
    for server in served {
        match timeout(GRACE, server).await {
            Ok(Ok(Err(error))) => tracing::warn!(%error, "a server ended badly"),
            Ok(_) => {}
            Err(_) => tracing::warn!("requests under way were cut off"),
        }
    }
    if let Some(saver) = saver {
        saver.abort();
    }
    stack.save().map_err(|error| explain(&error))
}

/// Listens on the loopback address alone, since this program gives a token to every caller.
async fn listeners(port: u16) -> Result<(TcpListener, TcpListener), String> {
    let listen = async |port: u16| TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await;
    let api = listen(port).await.map_err(|error| {
        format!(
            "PORT: nothing can listen on 127.0.0.1:{port} ({error}); choose another with --port, or any with --port 0"
        )
    })?;
    let next = if port == 0 { 0 } else { port.checked_add(1).unwrap_or(0) };
    let stripe = match listen(next).await {
        Ok(listener) => listener,
        // All parts get the address that it has in the end.
        Err(error) => {
            tracing::warn!(port = next, %error, "the stand-in for Stripe takes another port");
            listen(0).await.map_err(|error| format!("PORT: the stand-in for Stripe finds no port ({error})"))?
        }
    };
    Ok((api, stripe))
}

/// Listens for those who want the services.
async fn beside(port: u16) -> Result<TcpListener, String> {
    let port = if port == 0 { 0 } else { port.saturating_add(2) };
    let listening = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await;
    listening.map_err(|error| format!("--services: nothing can listen on 127.0.0.1:{port} ({error})"))
}

/// The secrets, as deployed functions read them: from Secrets Manager. `events/env.json` names them.
fn secrets() -> Vec<(String, String)> {
    [
        ("STRIPE_SECRET_KEY", "sk_test_local"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_local"),
        ("CRON_SECRET", "cron-local"),
        ("TOKEN_SECRET", "token-local"),
        ("OIDC_CLIENT_SECRET", "oidc-local"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// The settings that the environment may replace.
fn overrides() -> Vec<(String, String)> {
    let read = |names: &[&str]| -> Vec<_> {
        names.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?))).collect()
    };
    let mut found = read(&OVERRIDES);
    let set = |name: &str, found: &[(String, String)]| found.iter().any(|(n, value)| n == name && !value.is_empty());
    if found.iter().any(|(name, value)| name.starts_with("AWS_ENDPOINT_URL_") && !value.is_empty()) {
        found.extend(read(&CREDENTIALS));
    }
    if !set("STRIPE_API_BASE", &found) {
        // A key in the developer's environment is not meant for a stand-in.
        found.retain(|(name, _)| !name.starts_with("STRIPE_SECRET_KEY"));
    }
    found
}

fn explain(error: &StackError) -> String {
    match error {
        StackError::Data { .. } | StackError::Cloud(_) => format!("--data: {error}"),
        _ => error.to_string(),
    }
}

fn serve(
    listener: TcpListener,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) -> tokio::task::JoinHandle<std::io::Result<()>> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let stop = async move {
        // An error means that the sender is gone; that ends the server, too.
        let _said = stopped.wait_for(|stop| *stop).await;
    };
    tokio::spawn(axum::serve(listener, service).with_graceful_shutdown(stop).into_future())
}

async fn save_now_and_then(stack: Stack) {
    loop {
        tokio::time::sleep(SAVE_EVERY).await;
        if let Err(error) = stack.save() {
            tracing::error!(%error, "data were not written down");
        }
    }
}

/// One line for programs, then some for people.
fn announce(api: &str, stripe: &str, services: Option<&str>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let mut line = json!({ "api": api, "stripe": stripe, "console": format!("{api}/console") });
    if let Some(services) = services {
        line["services"] = json!(services);
    }
    writeln!(out, "{line}")?;
    writeln!(
        out,
        "
Holdfast is ready. Open {api}/ and buy something; Stripe's stand-in is at {stripe}.

  curl -s {api}/v1/checkout -H 'content-type: application/json' -H 'idempotency-key: first' -d '{{
    \"buyer\": {{\"name\": \"Ada Lovelace\", \"email\": \"ada@example.com\"}},
    \"listing\": \"summer-show\", \"items\": [{{\"offer\": \"general\", \"quantity\": 2}}],
    \"payment\": {{\"mode\": \"hosted\"}}}}'

Ctrl-C ends it."
    )?;
    out.flush()
}

async fn requested_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // Without any signal the process runs until it is killed.
        std::future::pending::<()>().await;
    }
}
