//! Building an engine from settings, apart from using it. Done once per process.

use bucket::Bucket;
use payments::{ConfigError, KeySource, Stripe, StripeConfig};
use runtime::{
    AwsSettings, Clock, QueueSettings, SecretError, Secrets, SettingError, Settings, SharedWire, StripeSettings,
    TableSettings, TlsError, WorkQueueSettings, aws,
};
use store::Store;

use crate::{addresses::Addresses, base::Engine, queue::Queue};

/// Why a function does not start. The message names the setting.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is missing or wrong.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A secret cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Stripe's client cannot be built from its settings.
    #[error("STRIPE_API_BASE or STRIPE_SECRET_KEY: {0}")]
    Stripe(#[from] ConfigError),
    /// Connections outward cannot be encrypted.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// The table of these settings.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub fn store(settings: &Settings, wire: SharedWire, clock: &Clock) -> Result<Store, StartError> {
    let aws = AwsSettings::parse(settings)?;
    let table = TableSettings::parse(settings)?;
    Ok(Store::new(aws::dynamodb(&aws, wire), table.name).by(clock.chance().clone()))
}

/// The secrets of these settings.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub fn secrets(settings: &Settings, wire: SharedWire) -> Result<Secrets, StartError> {
    let aws = AwsSettings::parse(settings)?;
    Ok(Secrets::new(move || aws::secrets_manager(&aws, wire)))
}

/// An engine of these settings, on that wire and clock.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn engine(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Engine, StartError> {
    let aws = AwsSettings::parse(settings)?;
    let stripe = StripeSettings::parse(settings)?;
    let queue = QueueSettings::parse(settings)?;
    let secrets = secrets(settings, wire.clone())?;
    // Read once now, so that a wrong name stops the function at its start and not at the first call.
    secrets.read(&stripe.key).await?;
    let key = KeySource::Stored { secrets, source: stripe.key };
    let stripe =
        StripeConfig { chance: clock.chance().clone(), ..StripeConfig::with_key(stripe.api_base.as_str(), key) };
    Ok(Engine::new(
        store(settings, wire.clone(), &clock)?,
        Stripe::new(wire.clone(), stripe)?,
        Queue::new(move || aws::sqs(&aws, wire), queue.url.as_str()),
        clock,
    ))
}

/// The queue of long jobs of these settings.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub fn work_queue(settings: &Settings, wire: SharedWire) -> Result<Queue, StartError> {
    let aws = AwsSettings::parse(settings)?;
    Ok(Queue::new(move || aws::sqs(&aws, wire), WorkQueueSettings::parse(settings)?.url.as_str()))
}

/// The bucket of exports of these settings.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub fn exports(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Bucket, StartError> {
    Ok(Bucket::build(settings, wire, clock)?)
}

/// Our addresses, by these settings.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub fn addresses(settings: &Settings) -> Result<Addresses, StartError> {
    Ok(Addresses::new(settings.public_url()?.as_ref(), settings.pages_url()?.as_ref()))
}
