//! A content delivery network in front of the API.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use engine::{StartError, wiring};
use http::HeaderMap;
use runtime::{OriginSettings, Secret, SecretSource, Secrets, Settings, SharedWire};
use subtle::ConstantTimeEq;
use tokio::time::Instant;

use crate::source::SourceAddress;

/// What the network shows us with each request, so that no other can pass for it. It puts ours in the place of a client's.
const ORIGIN_SECRET: &str = "x-origin-secret";

/// Where CloudFront says who its viewer is: address and port.
const VIEWER_ADDRESS: &str = "cloudfront-viewer-address";

/// How often a secret that is shown and not known makes us ask for the newest one, at most. Any client may show one, before its
/// attempts are counted. A rotation needs none of it: it waits until every process has read both values.
const REFRESH: Duration = Duration::from_secs(60);

/// How long the secret is not asked for after it could not be read.
const PAUSE: Duration = Duration::from_secs(1);

/// Knows the client's own address where the gateway sees only that of a network in front of it.
#[derive(Debug, Clone)]
pub struct Front {
    known: Option<(Secrets, SecretSource)>,
    /// When the secret was last asked for because of what a client showed. Clones share it.
    tries: Arc<Mutex<Tries>>,
}

#[derive(Debug, Default)]
struct Tries {
    /// For one that was not known.
    anew: Option<Instant>,
    /// When reading the secret failed last.
    in_vain: Option<Instant>,
}

impl Front {
    /// What stands before the API by these settings; nothing without `ORIGIN_SECRET`.
    ///
    /// # Errors
    /// [`StartError`] names the setting that is missing or wrong.
    pub fn build(settings: &Settings, wire: SharedWire) -> Result<Self, StartError> {
        let source = OriginSettings::parse(settings)?.secret;
        let known = source.map(|source| Ok::<_, StartError>((wiring::secrets(settings, wire)?, source))).transpose()?;
        Ok(Self { known, tries: Arc::default() })
    }

    /// Who sent a request: the viewer that the network names, if it shows the secret; else the address that the gateway saw.
    pub async fn client(&self, gateway: SourceAddress, headers: &HeaderMap) -> SourceAddress {
        match viewer(headers) {
            Some(viewer) if self.is_shown(headers).await => SourceAddress(Some(viewer)),
            _ => gateway,
        }
    }

    /// Whether a request shows the secret. One that does not match is compared with the secret's newest value, too, as it may
    /// have been rotated; but no more often than [`REFRESH`].
    async fn is_shown(&self, headers: &HeaderMap) -> bool {
        let (Some((secrets, source)), Some(shown)) = (&self.known, text(headers, ORIGIN_SECRET)) else { return false };
        if self.with_tries(|tries| is_within(tries.in_vain, PAUSE)) {
            return false;
        }
        let unreadable = |error| {
            tracing::error!(%error, "the secret of the network in front of the API cannot be read");
            self.with_tries(|tries| tries.in_vain = Some(Instant::now()));
        };
        let Ok(known) = secrets.read(source).await.map_err(unreadable) else { return false };
        if matches(&known, shown) {
            return true;
        }
        let is_too_soon = self.with_tries(|tries| {
            let is_too_soon = is_within(tries.anew, REFRESH);
            if !is_too_soon {
                tries.anew = Some(Instant::now());
            }
            is_too_soon
        });
        let good = !is_too_soon && {
            let fresh = secrets.refresh(source, &known).await.map_err(unreadable);
            fresh.is_ok_and(|fresh| matches(&fresh, shown))
        };
        if !good {
            tracing::warn!("a request with a wrong origin secret; its own word on its address is not believed");
        }
        good
    }

    fn with_tries<T>(&self, with: impl FnOnce(&mut Tries) -> T) -> T {
        with(&mut self.tries.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether something happened in the last so many seconds.
fn is_within(at: Option<Instant>, time: Duration) -> bool {
    at.is_some_and(|at| at.elapsed() < time)
}

/// Whether one of the values that are shown is one of those that are good: during a rotation both may be two. The time that it
/// takes says nothing of the values.
fn matches(known: &Secret, shown: &str) -> bool {
    let shown = Secret::new(shown).split();
    let pairs = known.split().into_iter().flat_map(|good| shown.iter().map(move |one| (good.clone(), one)));
    pairs.fold(false, |found, (good, one)| found | bool::from(good.expose().as_bytes().ct_eq(one.expose().as_bytes())))
}

/// The address in `198.51.100.7:46532`, or in `2001:db8::7:46532`, where the port is what stands behind the last colon.
fn viewer(headers: &HeaderMap) -> Option<IpAddr> {
    let (address, _port) = text(headers, VIEWER_ADDRESS)?.rsplit_once(':')?;
    address.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// A header's only value.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())?.to_str().ok()
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
    use http::HeaderMap;
    use runtime::{Settings, Wire, WireFuture};

    use super::Front;
    use crate::SourceAddress;

    /// Counts what leaves the process.
    #[derive(Debug, Default)]
    struct Silent(AtomicUsize);

    impl Wire for Silent {
        fn send(&self, _: http::Request<Bytes>) -> WireFuture {
            self.0.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Err(runtime::WireError::Refused("nothing is here".to_owned())) })
        }
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("a value"));
        }
        headers
    }

    async fn client(secret: &str, sent: &[(&'static str, &str)]) -> String {
        let wire = Arc::new(Silent::default());
        let front = Front::build(&settings("ORIGIN_SECRET", secret), wire).expect("a front");
        let gateway = SourceAddress("192.0.2.1".parse().ok());
        let SourceAddress(client) = front.client(gateway, &headers(sent)).await;
        client.expect("an address").to_string()
    }

    fn settings(name: &str, value: &str) -> Settings {
        let aws = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| (name, "local"));
        Settings::of(aws.into_iter().chain([(name, value)]))
    }

    const VIEWER: (&str, &str) = ("cloudfront-viewer-address", "198.51.100.7:46532");

    #[tokio::test]
    async fn the_networks_word_is_believed_with_its_secret_alone() {
        let shown = |secret: &'static str| [VIEWER, ("x-origin-secret", secret)];
        assert_eq!(client("the-secret", &shown("the-secret")).await, "198.51.100.7");
        for forged in ["", "the-secre", "the-secret-", "THE-SECRET", "x", ","] {
            assert_eq!(client("the-secret", &shown(forged)).await, "192.0.2.1", "{forged}");
        }
        assert_eq!(client("the-secret", &[VIEWER]).await, "192.0.2.1");
        assert_eq!(client("", &shown("the-secret")).await, "192.0.2.1", "nothing stands before the API");
        assert_eq!(client("", &shown("")).await, "192.0.2.1");
        let twice = [VIEWER, ("x-origin-secret", "the-secret"), ("x-origin-secret", "another")];
        assert_eq!(client("the-secret", &twice).await, "192.0.2.1", "no client adds to what the network sends");
    }

    #[tokio::test]
    async fn while_it_is_rotated_there_may_be_two() {
        for (known, shown) in [("new,old", "old"), ("new,old", "new,old"), ("new", "new,old")] {
            assert_eq!(client(known, &[VIEWER, ("x-origin-secret", shown)]).await, "198.51.100.7", "{known} {shown}");
        }
        assert_eq!(client("new", &[VIEWER, ("x-origin-secret", "old")]).await, "192.0.2.1");
    }

    #[tokio::test]
    async fn an_address_is_read_with_its_port_or_not_at_all() {
        for (text, address) in [
            ("198.51.100.7:1", "198.51.100.7"),
            ("2001:db8:0:0:0:8a2e:370:7334:46532", "2001:db8::8a2e:370:7334"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("198.51.100.7", "192.0.2.1"),
            ("somewhere:443", "192.0.2.1"),
            ("", "192.0.2.1"),
        ] {
            let sent = [("cloudfront-viewer-address", text), ("x-origin-secret", "the-secret")];
            assert_eq!(client("the-secret", &sent).await, address, "{text}");
        }
    }

    #[tokio::test]
    async fn no_secret_is_fetched_without_need_and_one_that_cannot_be_read_opens_nothing() {
        let wire = Arc::new(Silent::default());
        let front = Front::build(&settings("ORIGIN_SECRET_ARN", "arn:origin"), wire.clone()).expect("a front");
        let gateway = SourceAddress("192.0.2.1".parse().ok());
        assert_eq!(front.client(gateway, &headers(&[VIEWER])).await, gateway);
        assert_eq!(wire.0.load(Ordering::SeqCst), 0);
        assert_eq!(front.client(gateway, &headers(&[VIEWER, ("x-origin-secret", "arn:origin")])).await, gateway);
        assert!(wire.0.load(Ordering::SeqCst) > 0);
    }

    /// A Secrets Manager with this secret, which counts how often it is asked.
    #[derive(Debug)]
    struct Manager {
        value: Mutex<Option<&'static str>>,
        calls: AtomicUsize,
    }

    impl Wire for Manager {
        fn send(&self, _: http::Request<Bytes>) -> WireFuture {
            self.calls.fetch_add(1, Ordering::SeqCst);
            let value = *self.value.lock().expect("no panic");
            Box::pin(async move {
                let value = value.ok_or_else(|| runtime::WireError::Refused("gone".to_owned()))?;
                Ok(http::Response::new(Bytes::from(serde_json::json!({ "SecretString": value }).to_string())))
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn wrong_secrets_do_not_make_us_ask_for_each() {
        let manager = Arc::new(Manager { value: Mutex::new(Some("old")), calls: AtomicUsize::new(0) });
        let front = Front::build(&settings("ORIGIN_SECRET_ARN", "arn:origin"), manager.clone()).expect("a front");
        let gateway = SourceAddress("192.0.2.1".parse().ok());
        let shows = async |secret: &str| {
            front.clone().client(gateway, &headers(&[VIEWER, ("x-origin-secret", secret)])).await != gateway
        };
        let calls = || manager.calls.load(Ordering::SeqCst);
        assert!(shows("old").await);
        assert_eq!(calls(), 1);
        for n in 0..200 {
            assert!(!shows(&format!("guess-{n}")).await);
            tokio::time::advance(Duration::from_millis(200)).await;
        }
        assert_eq!(calls(), 2, "in 40 seconds");
        // Nor is the network's own word lost for it, and a new secret is found within a minute.
        assert!(shows("old").await);
        *manager.value.lock().expect("no panic") = Some("new");
        assert!(!shows("new").await);
        tokio::time::advance(Duration::from_secs(21)).await;
        assert!(shows("new").await && !shows("old").await);
        assert_eq!(calls(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_secret_that_cannot_be_read_is_tried_once_a_second() {
        let manager = Arc::new(Manager { value: Mutex::new(None), calls: AtomicUsize::new(0) });
        let front = Front::build(&settings("ORIGIN_SECRET_ARN", "arn:origin"), manager.clone()).expect("a front");
        let gateway = SourceAddress("192.0.2.1".parse().ok());
        let shown = headers(&[VIEWER, ("x-origin-secret", "old")]);
        assert_eq!(front.client(gateway, &shown).await, gateway);
        let first = manager.calls.load(Ordering::SeqCst);
        for _ in 0..50 {
            assert_eq!(front.client(gateway, &shown).await, gateway);
        }
        assert_eq!(manager.calls.load(Ordering::SeqCst), first);
        *manager.value.lock().expect("no panic") = Some("old");
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_ne!(front.client(gateway, &shown).await, gateway);
    }
}
