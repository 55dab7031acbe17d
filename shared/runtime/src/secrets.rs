//! Secrets from Secrets Manager, fetched when first needed and kept for a while.

use std::{collections::HashMap, sync::Arc, time::Duration};

use aws_sdk_secretsmanager::{Client, error::DisplayErrorContext};
use jiff::Timestamp;
use tokio::{sync::Mutex, time::Instant};

use crate::{
    aws::{OnFirstUse, on_first_use},
    secret::Secret,
    settings::{SecretSource, SettingError},
};

/// How long a fetched value is used before it is fetched again: a rotated secret is in use this much later.
const KEEP: Duration = Duration::from_secs(5 * 60);

/// How often a value that was refused is fetched anew at most. A caller who sends wrong passwords must not make us ask
/// Secrets Manager for each.
const REFRESH: Duration = Duration::from_secs(1);

/// What the template puts into a secret that people have to fill.
const UNSET: &str = "unset";

/// How long after a failed fetch the next one is tried, while an older value is at hand.
const PAUSE: Duration = Duration::from_secs(30);

/// Reads secrets, wherever their settings say they are. Clones share what was fetched.
#[derive(Debug, Clone)]
pub struct Secrets {
    client: OnFirstUse<Client>,
    slots: Arc<Mutex<HashMap<String, Slot>>>,
}

/// One secret's value, if it was ever fetched. Locked while it is being fetched.
type Slot = Arc<Mutex<Known>>;

#[derive(Debug, Default)]
struct Known {
    fetched: Option<Fetched>,
    /// Until when a secret without a value is not asked for again.
    unset_until: Option<Instant>,
}

#[derive(Debug, Clone)]
struct Fetched {
    value: Secret,
    good_until: Instant,
    /// When it was last fetched because it had been refused.
    refreshed: Option<Instant>,
}

/// A secret that cannot be had.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum SecretError {
    /// Secrets Manager did not give it, now or ever before.
    #[error("secret {arn} cannot be read: {problem}")]
    Unavailable {
        /// The secret's name.
        arn: String,
        /// What the service said.
        problem: String,
    },
    /// It has no value yet: it was made by the template, to be filled by people.
    #[error("secret {arn} has no value yet")]
    Unset {
        /// The secret's name.
        arn: String,
    },
    /// It is there but cannot be right.
    #[error(transparent)]
    Invalid(#[from] SettingError),
}

impl Secrets {
    /// Secrets, none fetched yet, over a client that is built for the first one that has to be fetched.
    #[must_use]
    pub fn new(client: impl FnOnce() -> Client + Send + 'static) -> Self {
        Self { client: on_first_use(client), slots: Arc::default() }
    }

    /// The secret's value, from the environment or from Secrets Manager.
    ///
    /// A value that was fetched before is used on while the service does not answer: a secret that was good five
    /// minutes ago is better than an outage.
    ///
    /// # Errors
    /// [`SecretError`], if it was never fetched or is malformed.
    pub async fn read(&self, source: &SecretSource) -> Result<Secret, SecretError> {
        let Some(arn) = source.arn() else {
            return source.value().cloned().ok_or_else(|| unavailable("", "is nowhere"));
        };
        let slot = self.slots.lock().await.entry(arn.to_owned()).or_default().clone();
        // Held across the call, so that many waiting readers make one request.
        let mut slot = slot.lock().await;
        if let Some(fetched) = slot.fetched.as_ref().filter(|fetched| Instant::now() < fetched.good_until) {
            return Ok(fetched.value.clone());
        }
        if slot.unset_until.is_some_and(|until| Instant::now() < until) {
            return Err(SecretError::Unset { arn: arn.to_owned() });
        }
        let fresh = match self.fetch(arn).await {
            Ok(value) => source.check(&value).map_err(SecretError::Invalid),
            Err(error) => Err(error),
        };
        match (fresh, slot.fetched.as_mut()) {
            (Ok(value), _) => {
                let good_until = Instant::now() + KEEP;
                slot.fetched = Some(Fetched { value: value.clone(), good_until, refreshed: None });
                Ok(value)
            }
            (Err(error), Some(old)) => {
                tracing::warn!(arn, %error, "a secret could not be read again; the older value is used on");
                old.good_until = Instant::now() + PAUSE;
                Ok(old.value.clone())
            }
            (Err(error), None) => {
                slot.unset_until = matches!(error, SecretError::Unset { .. }).then(|| Instant::now() + REFRESH);
                Err(error)
            }
        }
    }

    /// The secret's value, fetched anew because `refused` did not open what it should: the secret may have been rotated
    /// since it was fetched. Gives the same value back if there is no other one, or it was asked for a moment ago.
    ///
    /// # Errors
    /// [`SecretError`], if it was never fetched or is malformed.
    pub async fn refresh(&self, source: &SecretSource, refused: &Secret) -> Result<Secret, SecretError> {
        let Some(arn) = source.arn() else { return self.read(source).await };
        let slot = self.slots.lock().await.entry(arn.to_owned()).or_default().clone();
        let mut slot = slot.lock().await;
        let Some(known) = slot.fetched.as_mut() else {
            drop(slot);
            return self.read(source).await;
        };
        let lately = known.refreshed.is_some_and(|at| Instant::now() < at + REFRESH);
        if &known.value != refused || lately {
            return Ok(known.value.clone());
        }
        let fresh = match self.fetch(arn).await {
            Ok(value) => source.check(&value).map_err(SecretError::Invalid),
            Err(error) => Err(error),
        };
        known.refreshed = Some(Instant::now());
        match fresh {
            Ok(value) => {
                if value != known.value {
                    tracing::info!(arn, "a secret was rotated; the new value is in use");
                }
                known.value = value;
                known.good_until = Instant::now() + KEEP;
            }
            Err(error) => tracing::warn!(arn, %error, "a secret that was refused could not be read again"),
        }
        Ok(known.value.clone())
    }

    /// The values in a secret that may hold several, while it is rotated.
    ///
    /// # Errors
    /// As [`Secrets::read`].
    pub async fn read_list(&self, source: &SecretSource) -> Result<Vec<Secret>, SecretError> {
        Ok(self.read(source).await?.split())
    }

    async fn fetch(&self, arn: &str) -> Result<Secret, SecretError> {
        let answer = self.client.get_secret_value().secret_id(arn).send().await;
        let answer = answer.map_err(|error| unavailable(arn, &DisplayErrorContext(error).to_string()))?;
        // How old it is may be read from the log; nothing else of it is.
        if let Some(created) = answer.created_date {
            let age_days = (Timestamp::now().as_second() - created.secs()) / 86_400;
            tracing::info!(arn, age_days, "a secret was read");
        }
        let value = answer.secret_string.ok_or_else(|| unavailable(arn, "it holds no text"))?;
        if value.trim() == UNSET {
            return Err(SecretError::Unset { arn: arn.to_owned() });
        }
        Ok(Secret::from(value))
    }
}

fn unavailable(arn: &str, problem: &str) -> SecretError {
    SecretError::Unavailable { arn: arn.to_owned(), problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc, Mutex,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use bytes::Bytes;

    use super::{SecretError, Secrets};
    use crate::{
        Settings,
        aws::{AwsSettings, secrets_manager},
        wire::{Wire, WireFuture},
    };

    /// A Secrets Manager with one secret, or none.
    #[derive(Debug, Default)]
    struct Manager {
        value: Mutex<Option<&'static str>>,
        calls: AtomicUsize,
    }

    impl Manager {
        fn set(&self, value: Option<&'static str>) {
            *self.value.lock().expect("no panic") = value;
        }
        fn calls(&self) -> usize {
            self.calls.load(Ordering::SeqCst)
        }
    }

    impl Wire for Manager {
        fn send(&self, _: http::Request<Bytes>) -> WireFuture {
            self.calls.fetch_add(1, Ordering::SeqCst);
            let value = *self.value.lock().expect("no panic");
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(10)).await;
                let (status, body) = match value {
                    Some(value) => (200, serde_json::json!({ "SecretString": value })),
                    None => (400, serde_json::json!({ "__type": "ResourceNotFoundException" })),
                };
                Ok(http::Response::builder().status(status).body(Bytes::from(body.to_string())).expect("an answer"))
            })
        }
    }

    fn set_up() -> (Arc<Manager>, Secrets) {
        let manager = Arc::new(Manager::default());
        let wire = manager.clone();
        (manager, Secrets::new(move || secrets_manager(&AwsSettings::local(), wire)))
    }

    fn stored() -> crate::SecretSource {
        Settings::of([("STRIPE_WEBHOOK_SECRET_ARN", "arn:w")]).webhook_secret().expect("a source")
    }

    #[tokio::test(start_paused = true)]
    async fn many_readers_make_one_request_until_it_is_old() {
        let (manager, secrets) = set_up();
        manager.set(Some("whsec_1, whsec_0"));
        let source = stored();
        let (a, b) = tokio::join!(secrets.read_list(&source), secrets.read_list(&source));
        assert_eq!((a.expect("two").len(), b.expect("two").len(), manager.calls()), (2, 2, 1));
        manager.set(Some("whsec_2"));
        tokio::time::advance(Duration::from_secs(299)).await;
        assert_eq!(secrets.read_list(&source).await.expect("two").len(), 2);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(secrets.read(&source).await.expect("one").expose(), "whsec_2");
        assert_eq!(manager.calls(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_value_is_fetched_anew_at_once_and_not_for_each_that_was_refused() {
        let (manager, secrets) = set_up();
        manager.set(Some("whsec_1"));
        let source = stored();
        let old = secrets.read(&source).await.expect("one");
        manager.set(Some("whsec_2"));
        let (a, b) = tokio::join!(secrets.refresh(&source, &old), secrets.refresh(&source, &old));
        let new = a.expect("the new one");
        assert_eq!((new.expose(), b.expect("the new one"), manager.calls()), ("whsec_2", new.clone(), 2));
        assert_eq!(secrets.read(&source).await.expect("the new one"), new);
        // A value that stays refused is not asked for again and again.
        for _ in 0..50 {
            assert_eq!(secrets.refresh(&source, &new).await.expect("the same"), new);
        }
        assert_eq!(manager.calls(), 2);
        tokio::time::advance(Duration::from_secs(2)).await;
        manager.set(None);
        assert_eq!(secrets.refresh(&source, &new).await.expect("the older one"), new);
        assert_eq!(manager.calls(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn an_older_value_outlives_an_outage() {
        let (manager, secrets) = set_up();
        manager.set(Some("whsec_1"));
        let source = stored();
        secrets.read(&source).await.expect("one");
        manager.set(None);
        tokio::time::advance(Duration::from_secs(301)).await;
        for _ in 0..3 {
            assert_eq!(secrets.read(&source).await.expect("the older one").expose(), "whsec_1");
        }
        assert_eq!(manager.calls(), 2, "no request for each reader while it lasts");
        // Nor does a malformed value replace a good one.
        manager.set(Some("drop_webhooks"));
        tokio::time::advance(Duration::from_secs(31)).await;
        assert_eq!(secrets.read(&source).await.expect("the older one").expose(), "whsec_1");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_never_fetched_is_an_error() {
        let (manager, secrets) = set_up();
        let error = secrets.read(&stored()).await.expect_err("no secret");
        assert!(
            matches!(&error, SecretError::Unavailable { arn, problem } if arn == "arn:w" && problem.contains("ResourceNotFound")),
            "{error}"
        );
        manager.set(Some("drop_webhooks"));
        let error = secrets.read(&stored()).await.expect_err("malformed");
        assert!(matches!(error, SecretError::Invalid(_)) && !error.to_string().contains("drop_webhooks"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_secret_that_people_have_not_filled_is_read_once_a_second() {
        let (manager, secrets) = set_up();
        manager.set(Some("unset\n"));
        let source = stored();
        for _ in 0..20 {
            let error = secrets.read(&source).await.expect_err("no value");
            assert_eq!(error, SecretError::Unset { arn: "arn:w".to_owned() });
        }
        assert_eq!(manager.calls(), 1);
        manager.set(Some("whsec_1"));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(secrets.read(&source).await.expect("it was filled").expose(), "whsec_1");
    }

    #[tokio::test]
    async fn values_in_the_environment_need_no_request() {
        let (manager, secrets) = set_up();
        let source = Settings::of([("CRON_SECRET", "cron-local")]).cron_secret().expect("a source");
        assert_eq!(secrets.read(&source).await.expect("a secret").expose(), "cron-local");
        assert_eq!(manager.calls(), 0);
    }
}
