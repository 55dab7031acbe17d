//! The network as an operator's machine sees it: Stripe, AWS, an issuer of tokens and a deployed stack, all of them stand-ins.

use std::{
    collections::BTreeMap,
    fmt,
    io::Cursor,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{Router, body::Body};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use bytes::Bytes;
use clap::Parser as _;
use holdfast_tests::World;
use local::{Options, aws::SendingAccount};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents},
};
use runtime::{AwsSettings, Settings, SharedWire, Wire, WireError, WireFuture, aws};
use serde_json::{Value, json};
use tower::ServiceExt;

/// The key that the issuer signs with, made by openssl for these tests: PKCS 8, in base64.
const ISSUER_KEY: &str = include_str!("issuer_key.txt");
/// The name of the secret that a stack of the tests keeps the signing secret in.
pub(super) const SIGNING: &str = "local/STRIPE_WEBHOOK_SECRET";
/// Where the stack's API is, and its webhook.
pub(super) const API: &str = "https://api.holdfast.test/";
pub(super) const HOOK: &str = "https://hook.holdfast.test/";

/// Everything outside of the operator's machine.
#[derive(Clone)]
pub(super) struct Outside {
    pub(super) world: Arc<World>,
    webhook: Router,
    /// The issuer's documents, by path.
    documents: Arc<Mutex<BTreeMap<String, Value>>>,
    /// All that commands have written so far.
    written: Arc<Mutex<String>>,
    /// A folder of the operator's.
    pub(super) folder: PathBuf,
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside").finish_non_exhaustive()
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        // The last one clears up.
        if Arc::strong_count(&self.written) == 1 {
            let _gone = std::fs::remove_dir_all(&self.folder);
        }
    }
}

impl Outside {
    /// A stack with these signing secrets, as deployed, and an account of SES that may send.
    pub(super) async fn new(signing: &str) -> Self {
        let secrets = [
            ("STRIPE_SECRET_KEY", "sk_test_platform"),
            ("STRIPE_WEBHOOK_SECRET", signing),
            ("CRON_SECRET", "cron-old"),
            ("TOKEN_SECRET", "token-old"),
        ];
        let secrets = secrets.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let settings = vec![(
            "ALLOWED_ORIGINS".to_owned(),
            "https://shop.holdfast.test,https://www.shop.holdfast.test".to_owned(),
        )];
        let kept = Arc::new(std::sync::OnceLock::new());
        let keep = Arc::clone(&kept);
        let wrap: local::Wrap = Arc::new(move |wire: SharedWire| keep.get_or_init(|| wire).clone());
        let world = World::with(Options { secrets, settings, wrap: Some(wrap), ..Options::default() }).await;
        world.stack.stripe().set_accepted_keys(Some(vec!["sk_test_platform".to_owned()]));
        let wire = kept.get().cloned().unwrap();
        let own = Settings::of(world.settings());
        let webhook = webhook::build(&own, wire, world.stack.clock().clone()).await.unwrap();
        let account = SendingAccount {
            production: false,
            enabled: true,
            identities: [("shop.holdfast.test".to_owned(), true), ("new.holdfast.test".to_owned(), false)].into(),
        };
        world.stack.cloud().mailbox.set_account(account);
        let folder = std::env::temp_dir().join(format!("holdfast-setup-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir(&folder).unwrap();
        let outside =
            Self { world: Arc::new(world), webhook, documents: Arc::default(), written: Arc::default(), folder };
        outside.publish("RS256");
        outside
    }

    /// The issuer's documents.
    pub(super) fn documents(&self) -> MutexGuard<'_, BTreeMap<String, Value>> {
        self.documents.lock().unwrap()
    }

    /// Has the issuer publish its key as one of that algorithm.
    pub(super) fn publish(&self, algorithm: &str) {
        let issuer = "https://id.holdfast.test/";
        let discovery = json!({ "issuer": issuer, "jwks_uri": format!("{issuer}keys"), "authorization_endpoint": format!("{issuer}authorize") });
        let public: RsaPublicKeyComponents<Vec<u8>> = rsa().public().into();
        let key = json!({
            "kty": "RSA", "kid": "k1", "use": "sig", "alg": algorithm,
            "n": BASE64.encode(public.n), "e": BASE64.encode(public.e),
        });
        let mut documents = self.documents();
        documents.insert("/.well-known/openid-configuration".to_owned(), discovery);
        documents.insert("/keys".to_owned(), json!({ "keys": [key] }));
    }

    /// A token of the issuer's, with these claims beside the usual ones.
    pub(super) fn token(&self, changes: &Value) -> String {
        let now = jiff::Timestamp::now().as_second();
        let mut claims =
            json!({ "iss": "https://id.holdfast.test/", "aud": "holdfast", "sub": "ann", "exp": now + 600 });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let header = json!({ "alg": "RS256", "kid": "k1", "typ": "JWT" });
        let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let pair = rsa();
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", BASE64.encode(signature))
    }

    /// A parameter file that is whole, with other values for some.
    pub(super) fn parameters(&self, changes: &[(&str, &str)]) -> String {
        let path = self.folder.join(format!("{}.yaml", uuid::Uuid::new_v4().simple()));
        let mut values: BTreeMap<&str, &str> = [
            ("Stage", "dev"),
            ("JwtIssuer", "https://id.holdfast.test/"),
            ("JwksUrl", "https://id.holdfast.test/keys"),
            ("JwtAudience", "holdfast"),
            ("AllowedOrigins", "https://shop.holdfast.test"),
            ("SenderAddress", "tickets@shop.holdfast.test"),
            ("SenderIdentity", "shop.holdfast.test"),
        ]
        .into();
        values.extend(changes.iter().copied());
        std::fs::write(&path, serde_norway::to_string(&values).unwrap()).unwrap();
        path.display().to_string()
    }

    /// Runs a command as an operator does, with Stripe's key in the environment and what is more: whether nothing was missing,
    /// and what was written.
    pub(super) async fn run(
        &self,
        line: &str,
        environment: &[(&str, &str)],
        typed: &str,
    ) -> Result<(bool, String), String> {
        let arguments = setup::Arguments::try_parse_from(std::iter::once("setup").chain(line.split_whitespace()))
            .map_err(|error| error.to_string())?;
        let mut settings = BTreeMap::from([
            ("STRIPE_SECRET_KEY", "sk_test_platform"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "operator"),
            ("AWS_SECRET_ACCESS_KEY", "operator"),
        ]);
        settings.extend(environment.iter().copied());
        let (mut input, mut output) = (Cursor::new(typed.to_owned()), Vec::new());
        let mut terminal = setup::Terminal { input: &mut input, output: &mut output };
        let wire: SharedWire = Arc::new(self.clone());
        let done = setup::run(arguments.command, &Settings::of(settings), wire, &mut terminal).await;
        let written = String::from_utf8(output).unwrap();
        let mut all = self.written.lock().unwrap();
        all.push_str(&written);
        all.push_str(done.as_ref().err().map_or("", String::as_str));
        done.map(|whole| (whole, written))
    }

    /// The same, where nothing may be missing.
    pub(super) async fn well(&self, line: &str, environment: &[(&str, &str)], typed: &str) -> String {
        let (whole, written) =
            self.run(line, environment, typed).await.unwrap_or_else(|error| panic!("{line}: {error}"));
        assert!(whole, "{line}: {written}");
        written
    }

    /// The values of a secret, as the functions would read them.
    pub(super) async fn secret(&self, id: &str) -> Vec<String> {
        let client = aws::secrets_manager(&AwsSettings::local(), Arc::new(self.world.stack.cloud().secrets.clone()));
        let answer = client.get_secret_value().secret_id(id).send().await.unwrap();
        answer.secret_string().unwrap().split(',').map(str::to_owned).collect()
    }

    /// Another hand at Stripe: one call, of which the answer has to be good.
    pub(super) async fn stripe(&self, method: &str, path: &str, form: &str) -> Value {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("/v1/{path}"))
            .header("authorization", "Bearer sk_test_platform")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form.to_owned()));
        let answer = self.world.stack.stripe().send(request.unwrap()).await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{answer:?}");
        serde_json::from_slice(answer.body()).unwrap()
    }

    /// Ends a test: no secret was written to the operator's terminal, and none into a file.
    pub(super) fn showed_none_of(&self, secrets: &[&str]) {
        let mut texts = vec![self.written.lock().unwrap().clone()];
        for file in std::fs::read_dir(&self.folder).unwrap() {
            texts.push(std::fs::read_to_string(file.unwrap().path()).unwrap());
        }
        assert!(!texts[0].is_empty());
        for secret in secrets.iter().chain(&["sk_test_platform", "whsec_", "cron-old", "token-old"]) {
            let shown = texts.iter().find(|text| text.contains(secret));
            assert!(shown.is_none(), "{secret} was shown: {shown:?}");
        }
    }
}

fn rsa() -> RsaKeyPair {
    let document = base64::engine::general_purpose::STANDARD.decode(ISSUER_KEY.replace('\n', "")).unwrap();
    RsaKeyPair::from_pkcs8(&document).unwrap()
}

impl Wire for Outside {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let outside = self.clone();
        Box::pin(async move {
            let host = request.uri().host().unwrap_or_default().to_owned();
            match host.as_str() {
                "api.stripe.com" => {
                    let answer = outside.world.stack.stripe().send(request).await;
                    answer.map_err(|error| WireError::Lost(error.to_string()))
                }
                "id.holdfast.test" => {
                    let document = outside.documents().get(request.uri().path()).cloned();
                    let document = document.ok_or_else(|| WireError::Refused("gone".to_owned()))?;
                    Ok(http::Response::new(Bytes::from(document.to_string())))
                }
                "api.holdfast.test" | "pages.holdfast.test" => through(outside.world.stack.api(), request).await,
                "hook.holdfast.test" => through(outside.webhook.clone(), request).await,
                host if host.ends_with(".amazonaws.com") => outside.world.stack.cloud().send(request).await,
                host => Err(WireError::Refused(format!("no host {host}"))),
            }
        })
    }
}

async fn through(router: Router, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, WireError> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    parts.uri = path.parse().unwrap();
    let request = http::Request::from_parts(parts, Body::from(body));
    let (parts, body) = router.oneshot(request).await.unwrap_or_else(|never| match never {}).into_parts();
    let body = axum::body::to_bytes(body, 1 << 24).await.map_err(|error| WireError::Lost(error.to_string()))?;
    Ok(http::Response::from_parts(parts, body))
}
