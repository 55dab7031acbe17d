//! AWS clients, built by hand over one [`Wire`](crate::Wire): region, credentials and addresses come from the
//! environment that Lambda sets, so nothing has to be looked up when a function starts.

mod connector;

use std::{
    fmt,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, SharedAsyncSleep, SharedHttpClient, StalledStreamProtectionConfig,
    retry::{ReconnectMode, RetryConfig, RetryPartition},
    timeout::TimeoutConfig,
};
use aws_smithy_async::rt::sleep::TokioSleep;
use url::Url;

use self::connector::WireClient;
use crate::{
    secret::Secret,
    settings::{SettingError, Settings},
    wire::SharedWire,
};

/// How long one try may take.
const ATTEMPT: Duration = Duration::from_secs(2);

/// How long all tries together may take. Less than the shortest of the functions' own limits, so that a function
/// answers 503 rather than being killed in the middle.
const OPERATION: Duration = Duration::from_secs(8);

/// Tries in all. Repeats are harmless: reads are reads, single writes are conditional, and `TransactWriteItems` carries
/// the `ClientRequestToken` that the SDK chooses once for all tries of a call.
const ATTEMPTS: u32 = 3;

/// Where AWS is and who we are.
#[derive(Debug, Clone)]
pub struct AwsSettings {
    /// The region, as `AWS_REGION` says.
    pub region: String,
    /// The key that requests are signed with.
    pub credentials: AwsCredentials,
    /// Addresses other than AWS's own, if any.
    pub endpoints: Endpoints,
}

/// A key pair, with its session token where it is temporary.
#[derive(Clone)]
pub struct AwsCredentials {
    /// The public half.
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: Secret,
    /// The token of temporary credentials, as Lambda's are.
    pub session_token: Option<Secret>,
}

/// Addresses that replace AWS's own, service by service, by the names that all SDKs know.
#[derive(Debug, Clone, Default)]
pub struct Endpoints {
    /// `AWS_ENDPOINT_URL_DYNAMODB`
    pub dynamodb: Option<Url>,
    /// `AWS_ENDPOINT_URL_SQS`
    pub sqs: Option<Url>,
    /// `AWS_ENDPOINT_URL_SECRETS_MANAGER`
    pub secrets_manager: Option<Url>,
    /// `AWS_ENDPOINT_URL_S3`
    pub s3: Option<Url>,
    /// `AWS_ENDPOINT_URL_SESV2`
    pub ses: Option<Url>,
}

impl AwsSettings {
    /// Settings for services inside this process, which check neither region nor key.
    #[must_use]
    pub fn local() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            credentials: AwsCredentials {
                access_key_id: "local".to_owned(),
                secret_access_key: Secret::new("local"),
                session_token: None,
            },
            endpoints: Endpoints::default(),
        }
    }

    /// Reads the settings that Lambda provides.
    ///
    /// # Errors
    /// The name of the setting that is missing or wrong.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        Ok(Self {
            region: settings.required("AWS_REGION")?,
            credentials: AwsCredentials {
                access_key_id: settings.required("AWS_ACCESS_KEY_ID")?,
                secret_access_key: settings.required("AWS_SECRET_ACCESS_KEY")?.into(),
                session_token: settings.optional("AWS_SESSION_TOKEN").map(Secret::from),
            },
            endpoints: Endpoints {
                dynamodb: settings.optional_url("AWS_ENDPOINT_URL_DYNAMODB")?,
                sqs: settings.optional_url("AWS_ENDPOINT_URL_SQS")?,
                secrets_manager: settings.optional_url("AWS_ENDPOINT_URL_SECRETS_MANAGER")?,
                s3: settings.optional_url("AWS_ENDPOINT_URL_S3")?,
                ses: settings.optional_url("AWS_ENDPOINT_URL_SESV2")?,
            },
        })
    }

    fn credentials(&self) -> Credentials {
        let AwsCredentials { access_key_id, secret_access_key, session_token } = &self.credentials;
        let token = session_token.as_ref().map(|token| token.expose().to_owned());
        Credentials::new(access_key_id, secret_access_key.expose(), token, None, "environment")
    }
}

impl fmt::Debug for AwsCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AwsCredentials(***)")
    }
}

/// A client that is built when it is first used, and shared by clones. Of one that a process may never need: building one reads the
/// SDK's table of all regions, some 420,000 instructions.
pub type OnFirstUse<C> = Arc<LazyLock<C, Box<dyn FnOnce() -> C + Send>>>;

/// Puts off building a client.
pub fn on_first_use<C>(build: impl FnOnce() -> C + Send + 'static) -> OnFirstUse<C> {
    Arc::new(LazyLock::new(Box::new(build)))
}

/// One client's settings. Every SDK crate has a builder type of its own with the same methods, hence a macro.
macro_rules! client {
    ($sdk:ident, $settings:expr, $endpoint:expr, $wire:expr) => {{
        let settings: &AwsSettings = $settings;
        let mut config = $sdk::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(settings.region.clone()))
            .credentials_provider(settings.credentials())
            .http_client(SharedHttpClient::new(WireClient::new($wire)))
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .retry_config(
                // The wire lets go of a connection that broke or whose answer is waited for no longer. The SDK cannot mark
                // one, and would say on each retry that it could not.
                RetryConfig::standard()
                    .with_max_attempts(ATTEMPTS)
                    .with_reconnect_mode(ReconnectMode::ReuseAllConnections),
            )
            .retry_partition(partition())
            .timeout_config(
                TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).operation_timeout(OPERATION).build(),
            )
            // Bodies arrive whole; there is no stream that could stall.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url($endpoint.as_ref().map(|url: &Url| url.as_str().to_owned()));
        $sdk::Client::from_conf(config.build())
    }};
}

/// A client for DynamoDB.
///
/// It repeats lost and throttled calls. It does not repeat `TransactionCanceledException` or a failed condition: those
/// are answers.
#[must_use]
pub fn dynamodb(settings: &AwsSettings, wire: SharedWire) -> aws_sdk_dynamodb::Client {
    client!(aws_sdk_dynamodb, settings, settings.endpoints.dynamodb, wire)
}

/// A client for SQS.
#[must_use]
pub fn sqs(settings: &AwsSettings, wire: SharedWire) -> aws_sdk_sqs::Client {
    client!(aws_sdk_sqs, settings, settings.endpoints.sqs, wire)
}

/// A client for Secrets Manager.
#[must_use]
pub fn secrets_manager(settings: &AwsSettings, wire: SharedWire) -> aws_sdk_secretsmanager::Client {
    client!(aws_sdk_secretsmanager, settings, settings.endpoints.secrets_manager, wire)
}

/// A client for SES.
#[must_use]
pub fn ses(settings: &AwsSettings, wire: SharedWire) -> aws_sdk_sesv2::Client {
    client!(aws_sdk_sesv2, settings, settings.endpoints.ses, wire)
}

/// The SDK's budget of retries is shared by all clients of a partition. A function has one client per service, so a
/// partition each changes nothing there; in a process with many, one that meets many faults must not starve the rest.
fn partition() -> RetryPartition {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    RetryPartition::new(format!("holdfast-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

#[cfg(test)]
mod tests;
