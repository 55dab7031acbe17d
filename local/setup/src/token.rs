//! A token, as the gateway and the functions would take it. What it says is shown; the token itself is not.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use runtime::{Clock, IdentitySettings, SharedWire, TokenUse};
use serde_json::Value;
use web::{Role, TokenKind, Verifier};

use crate::report::Report;

/// Checks a token.
pub(crate) async fn check(report: &mut Report, wire: &SharedWire, identity: &IdentitySettings, token: &str) {
    let parts: Vec<_> = token.split('.').collect();
    let read =
        |at: usize| -> Option<Value> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts.get(at)?).ok()?).ok() };
    let (Some(header), Some(claims)) = (read(0), read(1)) else {
        let remedy = "Put an access token, or an ID token, of a person into TOKEN: three parts with dots between.";
        return report.missing("TOKEN is no token that can be read", remedy);
    };
    let algorithm = header["alg"].as_str().unwrap_or("nothing");
    if algorithm != "RS256" {
        report.missing(
            format!("The token is signed with {algorithm}"),
            "API Gateway takes RS256 alone, though the functions take ES256 and EdDSA, too: have the issuer sign with RS256.",
        );
    }
    let clock = Clock::new();
    let problems = problems(&header, &claims, identity, clock.now().as_second());
    for (what, remedy) in &problems {
        report.missing(what, remedy);
    }
    let verifier = Verifier::new(identity, wire.clone(), clock);
    let holder = match Box::pin(verifier.verify(token)).await {
        Ok(holder) => holder,
        // Its cause was said already.
        Err(_) if !problems.is_empty() => return,
        Err(problem) => {
            let remedy = "Its signature is not by one of the issuer's keys, or a claim is not in a form that is known: take a new one from this issuer.";
            return report.missing(format!("The token is refused: {}", problem.detail()), remedy);
        }
    };
    let names: Vec<_> = claims.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let names = names.join(", ");
    if holder.roles.is_empty() {
        report.missing(
            format!(
                "The token gives no role, so its holder is a customer: there is none in the claim {}",
                identity.claims.roles
            ),
            format!(
                "Give them platform, admin, staff or expert, or put JwtRolesClaim. The token has the claims {names}."
            ),
        );
        return;
    }
    let roles: Vec<_> = holder.roles.iter().map(|role| format!("{role:?}").to_lowercase()).collect();
    let roles = roles.join(" and ");
    match &holder.organization {
        Some(organization) => report.good(format!("The token's holder is {roles} of the organization {organization}")),
        None if holder.roles.contains(&Role::Platform) => report.good("The token's holder is the platform, and may make organizations"),
        None => report.missing(
            format!("The token names no organization, so its role {roles} is good for nothing"),
            format!(
                "The claim {} must hold one organization's id, or put JwtOrganizationClaim. The token has the claims {names}.",
                identity.claims.organization
            ),
        ),
    }
}

/// What of a token is not as the parameters say, each with what to do.
fn problems(header: &Value, claims: &Value, identity: &IdentitySettings, now: i64) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let kind = claims.as_object().and_then(|claims| TokenKind::of(header["typ"].as_str(), claims));
    if let Some(kind) = kind.filter(|kind| !kind.is_meant(identity.token_use)) {
        let what = match kind {
            TokenKind::Access => "an access token",
            TokenKind::Id => "an ID token",
            TokenKind::Other => "neither an access token nor an ID token",
        };
        let (meant, remedy) = match identity.token_use {
            TokenUse::Access => {
                ("access", "Take an access token; or put JwtTokenUse: id, if the pages send ID tokens.")
            }
            TokenUse::Id => ("id", "Take an ID token; or put JwtTokenUse: access, if the pages send access tokens."),
        };
        found.push((format!("The token is {what}, and JwtTokenUse is {meant}"), remedy.to_owned()));
    }
    let issuer = claims["iss"].as_str().unwrap_or("no issuer");
    if issuer != identity.issuer {
        found.push((
            format!("The token is by {issuer}, and JwtIssuer is {}", identity.issuer),
            "Put JwtIssuer as it stands in iss, to the last slash; with Entra, have the app ask for tokens of version 2.".to_owned(),
        ));
    }
    let claim = identity.claims.audience.as_str();
    let holds = |value: &Value| match value {
        Value::Array(several) => several.iter().any(|one| one == identity.audience.as_str()),
        one => one == identity.audience.as_str(),
    };
    if !holds(&claims[claim]) {
        let other = if claim == "aud" { "client_id" } else { "aud" };
        let remedy = if holds(&claims[other]) {
            format!("It is in {other}: put JwtAudienceClaim: {other}")
        } else {
            "Put JwtAudience to what the claim holds, or have the issuer add the audience (Keycloak: a mapper of audiences).".to_owned()
        };
        found.push((format!("The token is for {}, and JwtAudience is {}", claims[claim], identity.audience), remedy));
    }
    if claims["exp"].as_i64().is_none_or(|end| end <= now) {
        found.push(("The token has expired".to_owned(), "Take a new one.".to_owned()));
    }
    found
}
