//! Runs the stand-in for Stripe on an address of this machine.

use std::{io::Write as _, net::SocketAddr, process::ExitCode, time::Duration};

use clap::Parser;
use serde_json::json;
use stripe_stand_in::{Clock, StandIn, StandInConfig, WebhookTarget};
use tokio::{net::TcpListener, time::MissedTickBehavior};

/// How often the stand-in does what the clock brings: sessions that end, webhooks that are tried again.
const TICK: Duration = Duration::from_millis(500);

/// A stand-in for Stripe's API, in memory: sessions, payment intents, refunds, transfers, disputes, tax, webhooks.
#[derive(Debug, Parser)]
#[command(name = "stripe-stand-in")]
struct Arguments {
    /// Address to listen on. Port 0 takes any
    #[arg(long, default_value = "127.0.0.1:3001")]
    listen: SocketAddr,
    /// Address of the stand-in in the links that it writes, where that is not the one it listens on
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Where events are sent, as `http://127.0.0.1:3000/webhooks`. Without it they are kept and sent nowhere
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// What webhooks are signed with
    #[arg(long, value_name = "SECRET", default_value = "whsec_local")]
    webhook_secret: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Where standard error is closed, the exit code says it alone.
            let _written = writeln!(std::io::stderr(), "stripe-stand-in: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let Arguments { listen, public_url, webhook, webhook_secret } = arguments;
    if webhook.as_ref().is_some_and(|url| !url.starts_with("http://")) {
        return Err("--webhook: the address begins with http://".to_owned());
    }
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("--listen {listen}: {error}"))?;
    let address = listener.local_addr().map_err(|error| format!("--listen {listen}: {error}"))?;
    let public_url = public_url.unwrap_or_else(|| format!("http://{address}"));
    let stand_in = StandIn::new(StandInConfig {
        clock: Clock::new(),
        webhook_secret,
        webhooks: webhook.map(WebhookTarget::Url),
        public_url: public_url.trim_end_matches('/').to_owned(),
    });
    tokio::spawn(tick(stand_in.clone()));
    // One line for programs: where the stand-in is.
    writeln!(std::io::stdout(), "{}", json!({ "stripe": format!("http://{address}") }))
        .map_err(|error| format!("standard output: {error}"))?;
    let ended = async {
        // Without a signal handler the process runs until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        served = axum::serve(listener, stand_in.router()).into_future() => served.map_err(|error| error.to_string()),
        () = ended => Ok(()),
    }
}

async fn tick(stand_in: StandIn) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        stand_in.tick();
    }
}
