//! The issuer of this machine: OpenID Connect with its discovery document, codes, tokens and the end of a session. Whom a token names
//! is chosen on a page of the console.
//!
//! Browsers reach it at the API's address, programs at its own, which is answered inside the process.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use domain::Refusal;
use http::{HeaderValue, Method, StatusCode, header};
use runtime::Clock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded};
use uuid::Uuid;
use web::Issuer;

use crate::{
    options::TokenFields,
    settings::{AUDIENCE, ISSUER, KEYS_URL},
};

/// The issuer's host, for programs.
pub(crate) const HOST: &str = "issuer.localhost";
/// Where a person is chosen.
pub(crate) const AUTHORIZE: &str = "/local/issuer/authorize";
/// Where its session ends.
pub(crate) const END: &str = "/local/issuer/end-session";

/// How long a token is valid, in seconds: longer than tests move the clock.
const TOKEN_SECONDS: i64 = 400 * 86_400;
/// How long a code is good, in seconds.
const CODE_SECONDS: i64 = 60;

/// What a browser brings along from the pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Authorization {
    pub(crate) client: String,
    pub(crate) back: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) challenge: String,
}

/// What a code stands for.
struct Permit {
    person: TokenFields,
    name: String,
    authorization: Authorization,
    until: i64,
}

/// The client that the pages are: its id, its secret, and where it is led back to.
#[derive(Debug, Clone)]
pub(crate) struct PagesClient {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) pages: String,
}

/// Signs tokens for people who are chosen on a page, as an issuer does with those who prove who they are.
pub(crate) struct LocalIssuer {
    keys: Issuer,
    clock: Clock,
    api: String,
    client: PagesClient,
    permits: Mutex<HashMap<String, Permit>>,
}

impl fmt::Debug for LocalIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalIssuer").field("api", &self.api).field("client", &self.client.id).finish_non_exhaustive()
    }
}

impl LocalIssuer {
    pub(crate) fn new(keys: Issuer, clock: Clock, api: &str, client: PagesClient) -> Self {
        Self { keys, clock, api: api.trim_end_matches('/').to_owned(), client, permits: Mutex::default() }
    }

    /// What signs its tokens.
    pub(crate) fn keys(&self) -> &Issuer {
        &self.keys
    }

    /// A token that the gateway and the functions accept.
    pub(crate) fn access_token(&self, person: &TokenFields) -> String {
        self.token(person, AUDIENCE, &json!({}))
    }

    fn token(&self, person: &TokenFields, audience: &str, more: &Value) -> String {
        let now = self.clock.now().as_second();
        let mut claims = json!({
            "iss": ISSUER,
            "aud": audience,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "sub": person.sub,
            "email": person.email,
            "organization": person.organization,
            "roles": person.roles,
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        self.keys.issue(&claims).unwrap_or_else(|error| {
            tracing::error!(%error, "a token could not be signed");
            String::new()
        })
    }

    /// Refuses what the pages did not ask for, or asked without a proof.
    pub(crate) fn check(&self, authorization: &Authorization) -> Result<(), Refusal> {
        if authorization.client != self.client.id {
            return Err(Refusal::field("client_id", "There is no such client"));
        }
        if !self.is_own(&authorization.back) {
            return Err(Refusal::field("redirect_uri", "This address is not one of the pages"));
        }
        if authorization.challenge.is_empty() || authorization.state.is_empty() {
            return Err(Refusal::field("code_challenge", "A challenge (PKCE) and a state are required"));
        }
        Ok(())
    }

    fn is_own(&self, address: &str) -> bool {
        [self.api.as_str(), self.client.pages.trim_end_matches('/')]
            .into_iter()
            .any(|own| address.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }

    /// Where the browser goes with a code for that person.
    pub(crate) fn permit(
        &self,
        authorization: Authorization,
        person: TokenFields,
        name: &str,
    ) -> Result<String, Refusal> {
        self.check(&authorization)?;
        let code = Uuid::new_v4().to_string();
        let back = led_back(&authorization, ("code", &code))?;
        let until = self.clock.now().as_second() + CODE_SECONDS;
        let permit = Permit { person, name: name.to_owned(), authorization, until };
        self.permits.lock().unwrap_or_else(PoisonError::into_inner).insert(code, permit);
        Ok(back)
    }

    /// Where the browser goes without one.
    pub(crate) fn deny(&self, authorization: &Authorization) -> Result<String, Refusal> {
        self.check(authorization)?;
        led_back(authorization, ("error", "access_denied"))
    }

    /// Where the browser goes after its session ended: back to the pages, or nowhere.
    pub(crate) fn end(&self, back: &str) -> Option<String> {
        self.is_own(back).then(|| back.to_owned())
    }

    /// Answers a program.
    pub(crate) fn answer(&self, request: &http::Request<Bytes>) -> http::Response<Bytes> {
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/.well-known/openid-configuration") => json_answer(StatusCode::OK, &self.discovery()),
            (&Method::GET, "/.well-known/jwks.json") => text_answer(StatusCode::OK, self.keys.jwks()),
            (&Method::POST, "/token") => match self.exchange(request) {
                Ok(tokens) => json_answer(StatusCode::OK, &tokens),
                Err(error) => json_answer(StatusCode::BAD_REQUEST, &json!({ "error": error })),
            },
            _ => json_answer(StatusCode::NOT_FOUND, &json!({ "error": "not_found" })),
        }
    }

    fn discovery(&self) -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": format!("{}{AUTHORIZE}", self.api),
            "token_endpoint": format!("{ISSUER}token"),
            "end_session_endpoint": format!("{}{END}", self.api),
            "jwks_uri": KEYS_URL,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
            "scopes_supported": ["openid", "email", "profile"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
        })
    }

    /// Exchanges a code, which is good once, for tokens.
    fn exchange(&self, request: &http::Request<Bytes>) -> Result<Value, &'static str> {
        let fields: HashMap<String, String> = form_urlencoded::parse(request.body()).into_owned().collect();
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        if field("grant_type") != "authorization_code" {
            return Err("unsupported_grant_type");
        }
        if !self.is_client(request, field("client_id")) {
            return Err("invalid_client");
        }
        let permit = self.permits.lock().unwrap_or_else(PoisonError::into_inner).remove(field("code"));
        let permit = permit.filter(|permit| self.clock.now().as_second() < permit.until).ok_or("invalid_grant")?;
        let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
        if proof != permit.authorization.challenge || field("redirect_uri") != permit.authorization.back {
            return Err("invalid_grant");
        }
        let more = json!({ "nonce": permit.authorization.nonce, "name": permit.name });
        Ok(json!({
            "access_token": self.access_token(&permit.person),
            "id_token": self.token(&permit.person, &self.client.id, &more),
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
        }))
    }

    /// Whether the pages ask: they show their secret where they have one, else they name themselves.
    fn is_client(&self, request: &http::Request<Bytes>, named: &str) -> bool {
        let Some(secret) = &self.client.secret else { return named == self.client.id };
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let expected = STANDARD.encode(format!("{}:{}", encoded(&self.client.id), encoded(secret)));
        request.headers().get(header::AUTHORIZATION).is_some_and(|shown| *shown == format!("Basic {expected}").as_str())
    }
}

fn led_back(authorization: &Authorization, with: (&str, &str)) -> Result<String, Refusal> {
    let mut back = Url::parse(&authorization.back)
        .map_err(|_| Refusal::field("redirect_uri", "This address is not one of the pages"))?;
    back.query_pairs_mut()
        .append_pair(with.0, with.1)
        .append_pair("state", &authorization.state)
        .append_pair("iss", ISSUER);
    Ok(back.into())
}

fn json_answer(status: StatusCode, body: &Value) -> http::Response<Bytes> {
    text_answer(status, body.to_string())
}

fn text_answer(status: StatusCode, body: String) -> http::Response<Bytes> {
    let mut answer = http::Response::new(Bytes::from(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}
