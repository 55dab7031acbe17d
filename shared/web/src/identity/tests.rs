mod issuers;
mod roles;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use bytes::Bytes;
use domain::{Code, OrganizationId};
use http::Request;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use runtime::{ClaimNames, Clock, IdentitySettings, Secret, TokenUse, Wire, WireError, WireFuture};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Caller, Identity, Issuer, Role, Verifier};
use crate::Problem;

/// A token that openssl signed with a 2048 bit key, good until 2100, and that key's modulus.
const RSA_TOKEN: &str = concat!(
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYS0xIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci8iLCJhdWQiOiJob2xkZmFz",
    "dCIsInN1YiI6ImFkYSIsImV4cCI6NDEwMjQ0NDgwMH0.fQ-0Hjg_MIevtUYVVjX1zauYWwerxFEDTKaBgiluNZlO8X5U1vqruvGgJkJPZmQT",
    "DPEc8a0QLKWt8loqVF2rkoa2GbIoeSZMmyNrEl0LnQzZ4tTE6d5-Za6M8PthG5OoRkZ0SyYjnSAmGfCQmds-CXUYsUv0kvoejAhLw5wN3yiY",
    "bGSJtVv3JYExMp89BA8_3Cf_99t1ZVUw8uUcG0Q6kF33sMJjjdDTnMCueyuOz42aZPt_D7_CFUH7GwwkvCovyq9HtBWbWoC-35f38339_CQE",
    "fddkfb-TMvO5TmmQ0PVjRwvKCB4XoiCA0BxdI2THwfO2WT5N--LlHIYC7OFhUQ",
);
const RSA_MODULUS: &str = concat!(
    "uka6pX_iFNC7fSBhsO-J_MwxszR2vhwXXKwfwJPTJwGTcxlwsobHaqSG3FjDGSyXuB1iVKeiCpSNMYsjcHpOTBIRRj8kVjroDFq0WVNVrn-Y",
    "nySK571xTPCiDv6NtoAv5O50Csypc14oWUt2Qma0rY6oItodcohdPx36YXNGl9gytatSMOiUBy6Cw1GX99rx_cJXGO0JWYoioxeP9rcWaN7I",
    "GulVHphUuTD8BIDySQ2z61T_gXqgMc4BriAx6OcZPhaJ6eb1gbb7-lQBdktAZlbSkw9nasxwGwCSRnRKGWxH9fwR8uq4Dusdi3ZjO-ioXafH",
    "YQSSMgp2tLwUgc0PPw",
);

/// The issuer's address: a document, or nothing.
#[derive(Debug, Default)]
struct Address {
    document: Mutex<Option<String>>,
    calls: AtomicUsize,
}

impl Address {
    fn publish(&self, document: impl Into<String>) {
        *self.document.lock().expect("no panic") = Some(document.into());
    }

    fn vanish(&self) {
        *self.document.lock().expect("no panic") = None;
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Wire for Address {
    fn send(&self, request: Request<Bytes>) -> WireFuture {
        assert_eq!(request.uri(), "https://issuer/jwks");
        self.calls.fetch_add(1, Ordering::SeqCst);
        let document = self.document.lock().expect("no panic").clone();
        Box::pin(async move {
            let document = document.ok_or_else(|| WireError::Refused("gone".to_owned()))?;
            Ok(http::Response::new(Bytes::from(document)))
        })
    }
}

struct Bench {
    address: Arc<Address>,
    clock: Clock,
    verifier: Arc<Verifier>,
    issuer: Issuer,
}

fn bench() -> Bench {
    bench_with(TokenUse::Access, ClaimNames::default())
}

fn bench_with(token_use: TokenUse, claims: ClaimNames) -> Bench {
    let address = Arc::new(Address::default());
    let clock = Clock::new();
    let settings = IdentitySettings {
        issuer: "https://issuer/".to_owned(),
        audience: "holdfast".to_owned(),
        jwks_url: "https://issuer/jwks".parse().expect("a URL"),
        token_use,
        claims,
    };
    let verifier = Arc::new(Verifier::new(&settings, address.clone(), clock.clone()));
    let issuer = Issuer::generate().expect("an issuer");
    address.publish(issuer.jwks());
    Bench { address, clock, verifier, issuer }
}

impl Bench {
    fn claims(&self) -> Value {
        json!({"iss": "https://issuer/", "aud": "holdfast", "sub": "ada", "exp": self.clock.now().as_second() + 600})
    }

    fn token(&self, changes: &Value) -> String {
        let mut claims = self.claims();
        for (name, value) in changes.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        self.issuer.issue(&claims).expect("a token")
    }

    async fn verify(&self, changes: &Value) -> Result<Identity, Problem> {
        self.verifier.verify(&self.token(changes)).await
    }

    async fn refused(&self, token: &str) -> Code {
        self.verifier.verify(token).await.expect_err("a bad token").code()
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()))
}

#[tokio::test]
async fn good_tokens_name_their_holder() {
    let bench = bench();
    let identity = bench
        .verify(&json!({"organization": "acme", "roles": ["staff", "expert", "owner"]}))
        .await
        .expect("an identity");
    assert_eq!(identity.subject, "ada");
    assert_eq!(identity.organization, OrganizationId::parse("acme").ok());
    assert_eq!(identity.roles.iter().copied().collect::<Vec<_>>(), [Role::Staff, Role::Expert]);
    let customer = bench
        .verify(&json!({"organization": "No Such Thing", "aud": ["other", "holdfast"]}))
        .await
        .expect("an identity");
    assert_eq!((customer.organization, customer.roles.len()), (None, 0));
}

#[tokio::test]
async fn roles_come_in_three_renderings() {
    let bench = bench();
    for roles in [json!(["admin", "staff"]), json!("admin staff"), json!("[admin staff]"), json!("admin,staff")] {
        let identity = bench.verify(&json!({ "roles": roles })).await.expect("an identity");
        assert_eq!(identity.roles.len(), 2, "{roles}");
    }
    for roles in [json!(null), json!(""), json!("[]"), json!([]), json!("administrator"), json!("Admin")] {
        let identity = bench.verify(&json!({ "roles": roles })).await.expect("an identity");
        assert!(identity.roles.is_empty(), "{roles}");
    }
    assert_eq!(
        bench.verify(&json!({"roles": {"admin": true}})).await.expect_err("no roles").code(),
        Code::Unauthenticated
    );
}

#[tokio::test]
async fn tokens_for_others_are_refused() {
    let bench = bench();
    for changes in [
        json!({"iss": "https://evil/"}),
        json!({"aud": "other"}),
        json!({"aud": []}),
        json!({"iss": null}),
        json!({"aud": null}),
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"sub": "a\nb"}),
        json!({"sub": "x".repeat(256)}),
        json!({"exp": null}),
        json!({"exp": "tomorrow"}),
    ] {
        assert_eq!(bench.refused(&bench.token(&changes)).await, Code::Unauthenticated, "{changes}");
    }
}

#[tokio::test]
async fn time_is_our_clocks() {
    let bench = bench();
    let token = bench.token(&json!({}));
    bench.clock.advance(600 + 25);
    assert!(bench.verifier.verify(&token).await.is_ok(), "within the leeway");
    bench.clock.advance(10);
    let problem = bench.verifier.verify(&token).await.expect_err("expired");
    assert_eq!((problem.code(), problem.detail()), (Code::Unauthenticated, "The token has expired"));
    let now = bench.clock.now().as_second();
    assert!(bench.verify(&json!({"nbf": now + 20})).await.is_ok());
    assert_eq!(
        bench.verify(&json!({"nbf": now + 60})).await.expect_err("early").detail(),
        "The token is not valid yet"
    );
    assert!(bench.verify(&json!({"exp": i64::MAX, "nbf": i64::MIN})).await.is_ok());
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let bench = bench();
    let token = bench.token(&json!({}));
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    let header: Value =
        serde_json::from_slice(&BASE64.decode(signed.split('.').next().expect("a header")).expect("base64"))
            .expect("JSON");
    let kid = header["kid"].clone();
    let other = Issuer::generate().expect("an issuer").issue(&bench.claims()).expect("a token");
    let mut promoted = bench.claims();
    promoted["roles"] = json!("platform");
    let header_like = |alg: &str| unsigned(&json!({"alg": alg, "kid": kid}), &bench.claims());
    for forged in [
        String::new(),
        "a.b.c".to_owned(),
        format!("{signed}."),
        signed.to_owned(),
        other,
        format!("{}.{signature}", unsigned(&header, &promoted)),
        format!("{}.", header_like("none")),
        format!("{}.{signature}", header_like("none")),
        format!("{}.{signature}", header_like("HS256")),
        format!("{}.{signature}", header_like("RS256")),
        format!("{}.{signature}", header_like("ES256")),
        format!("{}.{signature}", unsigned(&json!({"alg": "EdDSA", "kid": kid, "crit": ["x"]}), &bench.claims())),
    ] {
        assert_eq!(bench.refused(&forged).await, Code::Unauthenticated, "{forged}");
    }
}

#[tokio::test]
async fn public_keys_are_no_shared_secrets() {
    let bench = bench();
    // The oldest trick: the public key as the secret of an HMAC. A key of that kind in the document is no use either.
    bench.address.publish(
        json!({"keys": [{"kty": "oct", "kid": "k", "k": BASE64.encode("secret"), "alg": "HS256"}]}).to_string(),
    );
    let token = jsonwebtoken_hs256(&bench.claims());
    assert_eq!(bench.refused(&token).await, Code::Unauthenticated);
}

fn jsonwebtoken_hs256(claims: &Value) -> String {
    let message = unsigned(&json!({"alg": "HS256", "kid": "k"}), claims);
    let tag = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"secret"), message.as_bytes());
    format!("{message}.{}", BASE64.encode(tag))
}

#[tokio::test]
async fn rsa_and_elliptic_curves_are_read_too() {
    let bench = bench();
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).expect("a key");
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    bench.address.publish(
        json!({"keys": [
            {"kty": "EC", "crv": "P-256", "kid": "ec-1", "x": BASE64.encode(x), "y": BASE64.encode(y)},
            {"kty": "RSA", "kid": "rsa-1", "use": "sig", "n": RSA_MODULUS, "e": "AQAB"},
            {"kty": "RSA", "kid": "for-encryption", "use": "enc", "n": RSA_MODULUS, "e": "AQAB"},
            {"kty": "RSA", "kid": "for-others", "alg": "RS512", "n": RSA_MODULUS, "e": "AQAB"},
            {"kty": "of tomorrow", "kid": "new"},
        ]})
        .to_string(),
    );
    let sign = |kid: Option<&str>| {
        let message = unsigned(&json!({"alg": "ES256", "kid": kid}), &bench.claims());
        let signature = pair.sign(&random, message.as_bytes()).expect("a signature");
        format!("{message}.{}", BASE64.encode(signature))
    };
    assert_eq!(bench.verifier.verify(&sign(Some("ec-1"))).await.expect("an identity").subject, "ada");
    assert!(bench.verifier.verify(&sign(None)).await.is_ok(), "the only key of its kind needs no name");
    assert_eq!(bench.refused(&sign(Some("rsa-1"))).await, Code::Unauthenticated);
    assert_eq!(bench.verifier.verify(RSA_TOKEN).await.expect("an identity").subject, "ada");
    let (message, signature) = RSA_TOKEN.rsplit_once('.').expect("a token");
    let mut bytes = BASE64.decode(signature).expect("base64");
    bytes[7] ^= 1;
    assert_eq!(bench.refused(&format!("{message}.{}", BASE64.encode(bytes))).await, Code::Unauthenticated);
    for kid in ["for-encryption", "for-others"] {
        let claims = message.split('.').nth(1).expect("claims");
        let renamed =
            format!("{}.{claims}.{signature}", BASE64.encode(json!({"alg": "RS256", "kid": kid}).to_string()));
        assert_eq!(bench.refused(&renamed).await, Code::Unauthenticated, "{kid}");
    }
}

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_seldom_and_new_ones_found() {
    let bench = bench();
    let (one, two) = (bench.token(&json!({})), bench.token(&json!({"sub": "eve"})));
    let (a, b) = tokio::join!(bench.verifier.verify(&one), bench.verifier.verify(&two));
    assert!(a.is_ok() && b.is_ok());
    assert_eq!(bench.address.calls(), 1);

    // The issuer changes its key: the new one is unknown until half a minute has passed since the last fetch.
    let next = Issuer::generate().expect("an issuer");
    bench.address.publish(next.jwks());
    let token = next.issue(&bench.claims()).expect("a token");
    for _ in 0..5 {
        assert_eq!(bench.refused(&token).await, Code::Unauthenticated);
    }
    assert_eq!(bench.address.calls(), 1);
    tokio::time::advance(Duration::from_secs(31)).await;
    assert!(bench.verifier.verify(&token).await.is_ok());
    assert_eq!(bench.address.calls(), 2);

    // Old keys go with the next fetch, at the latest after ten minutes; and an outage then changes nothing.
    assert_eq!(bench.refused(&one).await, Code::Unauthenticated);
    bench.address.vanish();
    tokio::time::advance(Duration::from_secs(601)).await;
    for _ in 0..3 {
        assert!(bench.verifier.verify(&token).await.is_ok());
    }
    assert_eq!(bench.address.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_issuer_out_of_reach_is_not_the_callers_fault() {
    let bench = bench();
    bench.address.vanish();
    assert_eq!(bench.refused(&bench.token(&json!({}))).await, Code::StoreUnavailable);
    bench.address.publish("{}");
    tokio::time::advance(Duration::from_secs(31)).await;
    assert_eq!(bench.refused(&bench.token(&json!({}))).await, Code::StoreUnavailable);
    bench.address.publish(bench.issuer.jwks());
    tokio::time::advance(Duration::from_secs(31)).await;
    assert!(bench.verify(&json!({})).await.is_ok());
}

async fn call(verifier: Arc<Verifier>, uri: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let router = Router::new()
        .route(
            "/open",
            get(|caller: Caller| async move {
                format!(
                    "{:?} {:?}",
                    caller.identity.map(|i| i.subject),
                    caller.order_token.as_ref().map(Secret::expose)
                )
            }),
        )
        .route("/closed", get(|caller: Caller| async move { caller.require().map(|i| i.subject.clone()) }));
    let mut request = Request::get(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = crate::router_base(router).with_state(verifier).oneshot(request).await.expect("an answer");
    let status = response.status().as_u16();
    assert_eq!(response.headers().contains_key("www-authenticate"), status == 401);
    let body = axum::body::to_bytes(response.into_body(), 65_536).await.expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

#[tokio::test]
async fn callers_are_guests_or_known_and_never_half_known() {
    let bench = bench();
    let token = format!("Bearer {}", bench.token(&json!({})));
    let call = |uri: &'static str, headers: Vec<(&'static str, String)>| {
        let verifier = bench.verifier.clone();
        async move {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            call(verifier, uri, &headers).await
        }
    };
    assert_eq!(call("/open", vec![]).await, (200, "None None".to_owned()));
    assert_eq!(call("/open", vec![("authorization", token.clone())]).await, (200, "Some(\"ada\") None".to_owned()));
    assert_eq!(call("/open?token=t-1", vec![]).await, (200, "None Some(\"t-1\")".to_owned()));
    assert_eq!(
        call("/open?token=t-1", vec![("x-order-token", "t-2".to_owned())]).await,
        (200, "None Some(\"t-2\")".to_owned())
    );
    assert_eq!(
        call("/closed", vec![("authorization", token.replace("Bearer", "bearer"))]).await,
        (200, "ada".to_owned())
    );
    let (status, body) = call("/closed", vec![]).await;
    assert!(status == 401 && body.contains("\"unauthenticated\""), "{body}");
    for bad in ["Bearer x", "Bearer", "Bearer ", "Basic YTpi", "x"] {
        assert_eq!(call("/open", vec![("authorization", bad.to_owned())]).await.0, 401, "{bad}");
    }
    assert_eq!(call("/open", vec![("authorization", token.clone()), ("authorization", token.clone())]).await.0, 401);
    assert_eq!(call("/open?token=a%20b", vec![]).await.0, 400);
}
