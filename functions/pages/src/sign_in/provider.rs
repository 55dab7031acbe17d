//! The issuer as the pages speak with it: its discovery document and keys, the address to sign in at, the exchange of a code, the
//! address to sign out at.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use chrono::DateTime;
use engine::{StartError, wiring};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout,
    RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreIdTokenClaims,
        CoreJwsSigningAlgorithm, CoreTokenResponse,
    },
};
use runtime::{Clock, Secrets, Settings, SharedWire, SignInSettings, WireError};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};
use url::Url;
use web::{Verified, Verifier};

use super::{attempts::Attempt, person::Person};

/// How long the discovery document and the keys are used before they are fetched again.
const KEEP: Duration = Duration::from_secs(600);
/// How long after a fetch the next one is made for a key that is new.
const PAUSE: Duration = Duration::from_secs(30);
/// How long the issuer may take for one answer.
const LIMIT: Duration = Duration::from_secs(5);
/// More than any issuer's answer.
const LONGEST_ANSWER: usize = 256 * 1024;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Why a person was not signed in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSignedIn {
    /// The issuer, or a secret of ours, cannot be had at the moment.
    #[error("the issuer cannot be asked: {0}")]
    Unavailable(String),
    /// The issuer refused the code, or what it gave for it is no good.
    #[error("the sign-in was refused: {0}")]
    Refused(String),
}

/// The issuer at which people sign in. One for a process.
pub(crate) struct Provider {
    settings: SignInSettings,
    verifier: Verifier,
    secrets: Secrets,
    wire: SharedWire,
    clock: Clock,
    known: Mutex<Option<(Instant, Arc<ProviderMetadataWithLogout>)>>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Provider {
    /// The issuer of these settings; none if they have no client.
    ///
    /// # Errors
    /// [`StartError`] names the setting that is missing or wrong.
    pub(crate) fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Option<Self>, StartError> {
        let Some(sign_in) = SignInSettings::parse(settings)? else { return Ok(None) };
        Ok(Some(Self {
            verifier: Verifier::new(&sign_in.identity, wire.clone(), clock.clone()),
            settings: sign_in,
            secrets: wiring::secrets(settings, wire.clone())?,
            wire,
            clock,
            known: Mutex::default(),
        }))
    }

    /// The issuer's name.
    pub(crate) fn issuer(&self) -> &str {
        &self.settings.identity.issuer
    }

    /// Begins a sign-in: where the browser goes, and what is kept until it comes back to `back`.
    ///
    /// # Errors
    /// [`NotSignedIn::Unavailable`].
    pub(crate) async fn begin(&self, back: &str, to: &str) -> Result<(Url, Attempt), NotSignedIn> {
        let metadata = self.metadata(KEEP).await?;
        let (challenge, proof) = PkceCodeChallenge::new_random_sha256();
        let client = self.client(&metadata, back, None)?;
        let request =
            client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random);
        let scopes = ["email", "profile"].map(|scope| Scope::new(scope.to_owned()));
        let (url, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        let attempt = Attempt {
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            proof: proof.secret().clone(),
            to: to.to_owned(),
            begun: self.clock.now(),
        };
        Ok((url, attempt))
    }

    /// Exchanges a code that the browser brought back to `back`.
    ///
    /// The ID token says who signed in. What they may do is said by the access token, if it is one that the API would take, so
    /// that pages and API agree; otherwise by the ID token, by the same names of claims.
    ///
    /// # Errors
    /// [`NotSignedIn`].
    pub(crate) async fn finish(&self, back: &str, code: &str, attempt: Attempt) -> Result<Person, NotSignedIn> {
        let metadata = self.metadata(KEEP).await?;
        let secret = match &self.settings.client_secret {
            Some(source) => {
                let secret = self.secrets.read(source).await.map_err(unavailable)?;
                Some(ClientSecret::new(secret.expose().to_owned()))
            }
            None => None,
        };
        let client = self.client(&metadata, back, secret)?;
        let http = |request| self.send(request);
        let request = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(refused)?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(attempt.proof));
        let tokens: CoreTokenResponse = request.request_async(&http).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => refused(answer),
            RequestTokenError::Request(error) => unavailable(error),
            other => unavailable(other),
        })?;
        let id_token = tokens.id_token().ok_or_else(|| NotSignedIn::Refused("there is no ID token".to_owned()))?;
        let nonce = Nonce::new(attempt.nonce);
        let claims = match self.claims(&client, id_token, &tokens, &nonce) {
            // A key that is newer than what we know.
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let metadata = self.metadata(PAUSE).await?;
                let client = self.client(&metadata, back, None)?;
                self.claims(&client, id_token, &tokens, &nonce)
            }
            other => other,
        };
        let claims = claims.map_err(refused)?;
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
        let email = claims.email().map(|email| email.as_str());
        let own = said_by(id_token)
            .and_then(|fields| self.verifier.of_claims(fields))
            .ok_or_else(|| NotSignedIn::Refused("the ID token names no one".to_owned()))?;
        let verified = self.granted(tokens.access_token().secret(), own).await?;
        Ok(Person::of(verified, name.as_deref(), email, self.clock.now()))
    }

    /// What the access token grants, if the API would take it; else what the ID token does.
    async fn granted(&self, access_token: &str, own: Verified) -> Result<Verified, NotSignedIn> {
        match self.verifier.read(access_token).await {
            Ok(granted) => Ok(granted),
            Err(problem) if problem.status().is_server_error() => Err(unavailable(problem.detail())),
            Err(_) => Ok(own),
        }
    }

    /// Checks an ID token: who signed it, for whom, until when, for which sign-in, and with which access token.
    fn claims(
        &self,
        client: &Client,
        token: &CoreIdToken,
        tokens: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
        let now = self.clock.now();
        // The algorithms that the API takes. None of them is made with a secret of ours.
        let algorithms = [
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EdDsa,
        ];
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(algorithms)
            .set_time_fn(move || DateTime::from_timestamp(now.as_second(), 0).unwrap_or_default())
            .set_other_audience_verifier_fn(|other| **other == self.settings.identity.audience);
        let claims = token.claims(&verifier, nonce)?;
        if let Some(expected) = claims.access_token_hash() {
            let key = token.signing_key(&verifier).map_err(ClaimsVerificationError::SignatureVerification)?;
            let algorithm = token.signing_alg().map_err(ClaimsVerificationError::SignatureVerification)?;
            // Where there is no such hash for the key's algorithm, there is none to compare.
            let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
            if hash.is_ok_and(|hash| hash != *expected) {
                return Err(ClaimsVerificationError::Other("the access token is another one's".to_owned()));
            }
        }
        Ok(claims.clone())
    }

    /// Where the issuer ends its own session and leads back to `back`; none where there is no such address.
    pub(crate) async fn sign_out(&self, back: &str) -> Option<Url> {
        if let Some(url) = &self.settings.sign_out_url {
            let mut url = url.clone();
            url.query_pairs_mut().append_pair("client_id", &self.settings.client_id).append_pair("logout_uri", back);
            return Some(url);
        }
        let metadata = self.metadata(KEEP).await.inspect_err(|error| tracing::warn!(%error, "no sign-out")).ok()?;
        let address = metadata.additional_metadata().end_session_endpoint.clone()?;
        let request = LogoutRequest::from(address).set_client_id(ClientId::new(self.settings.client_id.clone()));
        let back = PostLogoutRedirectUrl::new(back.to_owned()).ok()?;
        Some(request.set_post_logout_redirect_uri(back).http_get_url())
    }

    fn client(
        &self,
        metadata: &ProviderMetadataWithLogout,
        back: &str,
        secret: Option<ClientSecret>,
    ) -> Result<Client, NotSignedIn> {
        let back = RedirectUrl::new(back.to_owned()).map_err(refused)?;
        let id = ClientId::new(self.settings.client_id.clone());
        let client = CoreClient::from_provider_metadata(metadata.clone(), id, secret).set_redirect_uri(back);
        let methods = metadata.token_endpoint_auth_methods_supported();
        let in_body = methods.is_some_and(|methods| !methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        Ok(if in_body { client.set_auth_type(AuthType::RequestBody) } else { client })
    }

    /// The discovery document with the keys, unless older than that.
    async fn metadata(&self, age: Duration) -> Result<Arc<ProviderMetadataWithLogout>, NotSignedIn> {
        // Held across the fetch, so that many waiting visitors make one.
        let mut known = self.known.lock().await;
        if let Some((fetched, metadata)) = known.as_ref()
            && fetched.elapsed() < age
        {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(self.issuer().to_owned()).map_err(refused)?;
        let http = |request| self.send(request);
        match ProviderMetadataWithLogout::discover_async(issuer, &http).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *known = Some((Instant::now(), metadata.clone()));
                Ok(metadata)
            }
            Err(error) => {
                tracing::warn!(error = ?error, "the issuer's discovery document could not be fetched");
                known.as_ref().map(|(_, metadata)| metadata.clone()).ok_or_else(|| unavailable(error))
            }
        }
    }

    fn send(&self, request: HttpRequest) -> impl Future<Output = Result<HttpResponse, WireError>> + Send + 'static {
        let answer = self.wire.send(request.map(Bytes::from));
        async move {
            let late = |_| WireError::Lost("no answer in time".to_owned());
            let answer = timeout(LIMIT, answer).await.map_err(late)??;
            if answer.body().len() > LONGEST_ANSWER {
                return Err(WireError::Lost(format!("an answer of {} bytes", answer.body().len())));
            }
            Ok(answer.map(|body| body.to_vec()))
        }
    }
}

/// All that an ID token says, whose signature was checked.
fn said_by(token: &CoreIdToken) -> Option<serde_json::Map<String, serde_json::Value>> {
    let text = token.to_string();
    let body = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&body).ok()
}

#[expect(clippy::needless_pass_by_value, reason = "it takes what failed, as `map_err` gives it")]
fn unavailable(error: impl ToString) -> NotSignedIn {
    NotSignedIn::Unavailable(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "it takes what failed, as `map_err` gives it")]
fn refused(error: impl ToString) -> NotSignedIn {
    NotSignedIn::Refused(error.to_string())
}
