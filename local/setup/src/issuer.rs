//! What the issuer of tokens says of itself: its discovery document and its keys
//! (<https://openid.net/specs/openid-connect-discovery-1_0.html>).

use cloud_stand_ins::template::ParameterSpec;
use runtime::{IdentitySettings, Settings, SharedWire};
use serde_json::Value;

use crate::{address, parameters::Parameters, report::Report};

/// What the functions are told of the issuer, as the template tells them.
pub(crate) fn settings(parameters: &Parameters, specs: &[ParameterSpec]) -> Result<IdentitySettings, String> {
    let value = |name: &str| parameters.in_force(name, specs).unwrap_or_default().to_owned();
    let (issuer, keys) =
        match parameters.get("CognitoUserPoolId").and_then(|pool| Some((pool, pool.split_once('_')?.0))) {
            Some((pool, region)) => {
                let issuer = format!("https://cognito-idp.{region}.amazonaws.com/{pool}");
                (issuer.clone(), format!("{issuer}/.well-known/jwks.json"))
            }
            None => (value("JwtIssuer"), value("JwksUrl")),
        };
    let named = [
        ("JWT_ISSUER", issuer),
        ("JWT_AUDIENCE", value("JwtAudience")),
        ("JWKS_URL", keys),
        ("JWT_AUDIENCE_CLAIM", value("JwtAudienceClaim")),
        ("JWT_ROLES_CLAIM", value("JwtRolesClaim")),
        ("JWT_ORGANIZATION_CLAIM", value("JwtOrganizationClaim")),
        ("JWT_TOKEN_USE", value("JwtTokenUse")),
    ];
    IdentitySettings::parse(&Settings::of(named)).map_err(|error| error.to_string())
}

/// Where the issuer says that its keys are.
pub(crate) async fn keys_url(wire: &SharedWire, issuer: &str) -> Result<String, String> {
    let document = discovery(wire, issuer).await?;
    let url = document["jwks_uri"].as_str().ok_or_else(|| format!("{issuer} names no jwks_uri"))?;
    Ok(url.to_owned())
}

async fn discovery(wire: &SharedWire, issuer: &str) -> Result<Value, String> {
    let url = address::below(&address::parse(issuer)?, ".well-known/openid-configuration")?;
    let (status, document) = address::get(wire, &url, &[]).await?;
    if status == 200 && document.is_object() {
        Ok(document)
    } else {
        Err(format!("{url} answers {status}, and no document"))
    }
}

/// Asks for the document and the keys.
pub(crate) async fn check(report: &mut Report, wire: &SharedWire, identity: &IdentitySettings) {
    let issuer = &identity.issuer;
    let document = match discovery(wire, issuer).await {
        Ok(document) => document,
        Err(problem) => {
            let remedy = "API Gateway finds the keys there: put JwtIssuer as it stands in the tokens' iss, and make the document public.";
            return report.missing(format!("The issuer's discovery document cannot be had. {problem}"), remedy);
        }
    };
    let said = document["issuer"].as_str().unwrap_or_default();
    if said == issuer {
        report.good(format!("The issuer {issuer} has a discovery document"));
    } else {
        report.missing(
            format!("JwtIssuer is {issuer}, and the issuer calls itself {said}"),
            format!("Put JwtIssuer: {said}, to the last slash."),
        );
    }
    match document["jwks_uri"].as_str() {
        Some(url) if url == identity.jwks_url.as_str() => {}
        Some(url) => report.missing(
            format!("JwksUrl is {}, and the issuer has its keys at {url}", identity.jwks_url),
            format!("Put JwksUrl: {url}"),
        ),
        None => report.missing(
            "The discovery document names no jwks_uri",
            "API Gateway cannot find the keys there: ask who runs the issuer.",
        ),
    }
    keys(report, wire, identity).await;
}

async fn keys(report: &mut Report, wire: &SharedWire, identity: &IdentitySettings) {
    let url = &identity.jwks_url;
    let keys = match address::get(wire, url, &[]).await {
        Ok((200, document)) if document["keys"].is_array() => document["keys"].as_array().cloned().unwrap_or_default(),
        Ok((status, _)) => {
            return report.missing(
                format!("{url} answers {status}, and no keys"),
                "Put JwksUrl to jwks_uri of the discovery document.",
            );
        }
        Err(problem) => {
            return report.missing(
                format!("The issuer's keys cannot be had. {problem}"),
                "Put JwksUrl to jwks_uri of the discovery document.",
            );
        }
    };
    let signs = |key: &&Value| key["use"].as_str().is_none_or(|purpose| purpose == "sig");
    let rsa = |key: &&Value| key["kty"] == "RSA" && key["alg"].as_str().is_none_or(|algorithm| algorithm == "RS256");
    if keys.iter().filter(signs).any(|key| rsa(&key)) {
        report.good(format!("The issuer has {} keys, and signs with RS256", keys.len()));
    } else {
        report.missing(
            format!("None of the issuer's {} keys is for RS256", keys.len()),
            "API Gateway takes RS256 alone, though the functions take ES256 and EdDSA, too: have the issuer sign with RS256.",
        );
    }
}
