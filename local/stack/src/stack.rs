//! The stack: everything started, wired and driven. Many of them fit into one process; none needs a socket.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use audit::Audit;
use axum::Router;
use cleanup::Cleanup;
use cloud_stand_ins::{
    CloudError, LocalCloud, Mail,
    template::{Grant, Schedule, Template},
};
use engine::{Engine, EngineError, SweepReport};
use futures::future::try_join_all;
use payments::events::EventKind;
use runtime::{Clock, IdentitySettings, MailSettings, SharedWire};
use stripe_stand_in::{StandIn, StandInConfig, WebhookTarget};
use tokio::task::JoinSet;
use web::{Issuer, Verifier};

use crate::{
    elsewhere,
    functions::Functions,
    gateway::{self, Client},
    issuer::{LocalIssuer, PagesClient},
    keep::Keeper,
    options::{Options, StackError, TokenFields},
    poller::{Consumer, Poller, QueueError},
    roles::Roles,
    settings::LocalSettings,
    wire::{LocalWire, authority},
};

/// Most rounds of [`Stack::settle`]: a bound for webhooks and messages that cause each other without end.
const SETTLE_ROUNDS: usize = 20;

/// The whole system. Clones share it; what runs in the background ends with the last of them.
#[derive(Clone)]
pub struct Stack {
    pub(crate) inner: Arc<Inner>,
    pub(crate) background: Arc<Mutex<JoinSet<()>>>,
}

pub(crate) struct Inner {
    clock: Clock,
    cloud: LocalCloud,
    stripe: StandIn,
    engine: Engine,
    issuer: Arc<LocalIssuer>,
    pub(crate) gateway: Router,
    /// One for each queue.
    pub(crate) pollers: [Poller; 2],
    pub(crate) cleanup: Cleanup,
    pub(crate) sweep_time: Duration,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) options: Options,
    keeper: Option<Keeper>,
    settings: LocalSettings,
    roles: Roles,
}

impl Drop for Inner {
    /// The stand-in holds the webhook, which holds the wire, which holds the stand-in: a stack would never be freed
    /// unless the circle is broken here.
    fn drop(&mut self) {
        self.stripe.set_webhook_target(None);
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack").field("options", &self.inner.options).finish_non_exhaustive()
    }
}

impl Stack {
    /// Builds and wires all parts, of which none does anything by itself yet.
    ///
    /// # Errors
    /// [`StackError`] names the setting or the file at fault.
    pub(crate) async fn build(options: Options) -> Result<Self, StackError> {
        let template = Template::embedded()?;
        let clock = Clock::new();
        let keeper = options.data.clone().map(Keeper::open).transpose()?;
        let cloud = LocalCloud::start(&template, clock.clone(), options.data.as_deref()).await?;

        let mut overrides = options.settings.clone();
        for (setting, value) in &options.secrets {
            overrides.push((format!("{setting}_ARN"), cloud.secrets.create(&secret_name(setting), value).await?));
        }
        let mut settings = LocalSettings::new(&cloud, &options.api_url, &options.stripe_url, &overrides);
        // The webhook's router is one of those that are built on the wire, which leads to the stand-in.
        let stripe = stand_in(&clock, &settings, &options);
        if let Some(keeper) = &keeper {
            keeper.restore(&clock, &stripe)?;
        }
        let issuer = Arc::new(LocalIssuer::new(
            Issuer::generate()?,
            clock.clone(),
            &options.api_url,
            pages_client(&settings, &options),
        ));
        let wire: SharedWire = Arc::new(LocalWire {
            cloud: cloud.clone(),
            stripe: (authority(&options.stripe_url), stripe.clone()),
            issuer: issuer.clone(),
            elsewhere: elsewhere::authorities(&settings),
            network: OnceLock::new(),
        });
        elsewhere::prepare(&mut settings, &template, &wire).await?;
        cloud.mailbox.verify_sender(&MailSettings::parse(&settings.all())?.sender);

        let outward = options.wrap.as_ref().map_or_else(|| wire.clone(), |wrap| wrap(wire.clone()));
        let roles = Roles::default();
        let functions = Functions::build(&template, &settings, &outward, &roles, &clock).await?;
        let verifier = Verifier::new(&IdentitySettings::parse(&settings.all())?, wire.clone(), clock.clone());
        let origins = settings.get("ALLOWED_ORIGINS");
        let gateway = gateway::router(&template, &functions.routers, &Arc::new(verifier), origins)?;
        if let Some(webhook) = functions.routers.get("webhook") {
            let (router, path) = (webhook.clone(), gateway::EVENTS.to_owned());
            stripe.set_webhook_target(Some(WebhookTarget::Router { router, path }));
        }

        let all = settings.all();
        let own = |source| StackError::Function { function: "local", source };
        let engine = engine::wiring::engine(&all, wire.clone(), clock.clone()).await.map_err(own)?;
        let sqs = runtime::aws::sqs(&runtime::AwsSettings::parse(&all)?, wire);
        let poller = |queue: &str, name: &str, function| Poller {
            client: sqs.clone(),
            queue_url: settings.get(queue).unwrap_or_default().to_owned(),
            batch: batch(&template, name),
            function,
        };
        let pollers = [
            poller("QUEUE_URL", "notify", Consumer::Notify(functions.notify)),
            poller("WORK_QUEUE_URL", "worker", Consumer::Worker(functions.worker)),
        ];
        let inner = Inner {
            clock,
            cloud,
            stripe,
            engine,
            issuer,
            gateway,
            pollers,
            cleanup: functions.cleanup,
            sweep_time: functions.sweep_time,
            schedule: template.function("cleanup").and_then(|function| function.schedule),
            options,
            keeper,
            settings,
            roles,
        };
        Ok(Self { inner: Arc::new(inner), background: Arc::default() })
    }

    /// The API alone, as a guest's client calls it, without a socket.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.inner.gateway.clone())
    }

    /// The stand-in for Stripe.
    #[must_use]
    pub fn stripe(&self) -> &StandIn {
        &self.inner.stripe
    }

    /// The clock of all parts.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Replaces a secret of [`Options::secrets`], as a rotation does. Running functions read the new value by themselves.
    ///
    /// # Errors
    /// If there is no such secret.
    pub async fn rotate(&self, setting: &str, value: &str) -> Result<(), CloudError> {
        self.cloud().secrets.replace(&secret_name(setting), value).await
    }

    /// What each function has done so far with what its role allows.
    #[must_use]
    pub fn used(&self) -> BTreeMap<String, BTreeSet<Grant>> {
        self.inner.roles.used()
    }

    /// The embedded services.
    #[must_use]
    pub fn cloud(&self) -> &LocalCloud {
        &self.inner.cloud
    }

    /// An engine on the bare wire, for reading what the API does not show.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// The issuer, for tokens of any kind.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        self.inner.issuer.keys()
    }

    /// The same, as browsers and the pages speak with it.
    pub(crate) fn local_issuer(&self) -> &LocalIssuer {
        &self.inner.issuer
    }

    /// How the stack was started.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.inner.options
    }

    /// The value of a setting, as the functions have it.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.inner.settings.get(name)
    }

    /// A token that the gateway and the functions accept.
    #[must_use]
    pub fn token(&self, claims: &TokenFields) -> String {
        self.inner.issuer.access_token(claims)
    }

    /// Handles what is in the queues now, as Lambda's pollers do, each on its own: a long row of mail holds up no job. Says
    /// how many messages were handled well.
    ///
    /// # Errors
    /// If a queue gives no answer.
    pub async fn drain_queue(&self) -> Result<usize, QueueError> {
        let drained = self.inner.pollers.iter().map(|poller| async move {
            let mut handled = 0;
            loop {
                let batch = poller.poll(false).await?;
                handled += batch.handled;
                if batch.received == 0 {
                    return Ok(handled);
                }
            }
        });
        Ok(try_join_all(drained).await?.into_iter().sum())
    }

    /// One batch of each queue, with functions that have no more time than that, and how many messages need not come back.
    ///
    /// # Errors
    /// If the queue gives no answer.
    pub async fn poll_queues_for(&self, time: Duration) -> Result<usize, QueueError> {
        let mut handled = 0;
        for poller in &self.inner.pollers {
            handled += poller.poll_for(false, time).await?.handled;
        }
        Ok(handled)
    }

    /// Puts all dead letters back into their queues, and says how many there were.
    ///
    /// # Errors
    /// If a queue gives no answer.
    pub async fn send_dead_letters_again(&self) -> Result<usize, QueueError> {
        let mut moved = 0;
        for poller in &self.inner.pollers {
            moved += poller.send_dead_letters_again().await?;
        }
        Ok(moved)
    }

    /// Runs the cleanup function as its schedule does.
    ///
    /// # Errors
    /// As the function.
    pub async fn sweep(&self) -> Result<SweepReport, EngineError> {
        self.inner.cleanup.run(self.inner.sweep_time).await
    }

    /// The same, with another time limit than the schedule's.
    ///
    /// # Errors
    /// As the function.
    pub async fn sweep_for(&self, time: Duration) -> Result<SweepReport, EngineError> {
        self.inner.cleanup.run(time).await
    }

    /// Delivers webhooks and queued messages until none is left.
    ///
    /// # Errors
    /// If the queue gives no answer.
    pub async fn settle(&self) -> Result<(), QueueError> {
        for _ in 0..SETTLE_ROUNDS {
            self.stripe().tick();
            self.stripe().settle_webhooks().await;
            if self.drain_queue().await? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Moves the clock of all parts, and has Stripe do what is due then.
    pub async fn advance(&self, seconds: i64) {
        self.clock().advance(seconds);
        self.stripe().tick();
    }

    /// Checks every invariant over the whole table.
    ///
    /// # Errors
    /// If the table gives no answer.
    pub async fn audit(&self) -> Result<Audit, EngineError> {
        Ok(audit::audit(self.engine().store(), self.clock().now()).await?)
    }

    /// The mail sent so far, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.cloud().mailbox.mails()
    }

    /// Writes down what is kept over restarts and is not in the table. Nothing to do without a data directory.
    ///
    /// # Errors
    /// If the files cannot be written.
    pub fn save(&self) -> Result<(), StackError> {
        match &self.inner.keeper {
            Some(keeper) => keeper.save(self.clock(), self.stripe()),
            None => Ok(()),
        }
    }
}

/// What a setting's secret is called in the embedded Secrets Manager.
fn secret_name(setting: &str) -> String {
    format!("local/{setting}")
}

fn batch(template: &Template, function: &str) -> i32 {
    let batch = template.function(function).and_then(|function| function.queue_batch.as_ref());
    batch.and_then(|batch| i32::try_from(batch.size).ok()).unwrap_or(10)
}

fn stand_in(clock: &Clock, settings: &LocalSettings, options: &Options) -> StandIn {
    let shared = clock.clone();
    let stripe = StandIn::new(StandInConfig {
        clock: stripe_stand_in::Clock::of(move || shared.now()),
        webhook_secret: settings.get("STRIPE_WEBHOOK_SECRET").unwrap_or("whsec_local").to_owned(),
        webhooks: None,
        public_url: options.stripe_url.clone(),
    });
    // As the endpoint is entered in Stripe's dashboard: the types that are worked on, and no others.
    stripe.set_webhook_events(Some(EventKind::names().map(str::to_owned).collect()));
    stripe
}

/// The pages, as the issuer of this machine knows them.
fn pages_client(settings: &LocalSettings, options: &Options) -> PagesClient {
    let stored = options.secrets.iter().find(|(name, _)| name == "OIDC_CLIENT_SECRET").map(|(_, value)| value.as_str());
    PagesClient {
        id: settings.get("OIDC_CLIENT_ID").unwrap_or_default().to_owned(),
        secret: stored.or_else(|| settings.get("OIDC_CLIENT_SECRET")).map(str::to_owned),
        pages: settings.get("PAGES_URL").unwrap_or_default().to_owned(),
    }
}
