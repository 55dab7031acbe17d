//! Tokens in the shapes that issuers give them, each read by the settings that `docs/deploy.md` shows for it.

use domain::{Code, OrganizationId};
use runtime::{ClaimNames, Settings, TokenUse};
use serde_json::{Value, json};

use super::{
    super::{Role, TokenKind},
    Bench, bench_with,
};

/// A bench whose settings name these claims, as the template's parameters do, for access tokens.
fn bench(names: [&str; 3]) -> Bench {
    bench_for("access", names)
}

/// The same for tokens of this use.
fn bench_for(token_use: &str, names: [&str; 3]) -> Bench {
    let settings = ["JWT_AUDIENCE_CLAIM", "JWT_ROLES_CLAIM", "JWT_ORGANIZATION_CLAIM"];
    let settings = Settings::of(settings.into_iter().zip(names).chain([("JWT_TOKEN_USE", token_use)]));
    let token_use = TokenUse::parse(&settings).expect("a use");
    bench_with(token_use, ClaimNames::parse(&settings).expect("names of claims"))
}

/// Reads a token with these claims: the organization, the roles.
async fn read(bench: &Bench, claims: &Value) -> (Option<String>, Vec<Role>) {
    let identity = bench.verify(claims).await.expect("an identity");
    let organization = identity.organization.as_ref().map(|id| OrganizationId::as_str(id).to_owned());
    (organization, identity.roles.into_iter().collect())
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// An access token of a user pool has no `aud` and no attributes: the client's id is `client_id`, and groups are all that is
/// said of its holder.
#[tokio::test]
async fn access_tokens_of_cognito_name_the_client_and_groups() {
    let bench = bench(["client_id", "cognito:groups", "cognito:groups"]);
    let claims = |groups: &Value| {
        json!({
            "aud": null, "client_id": "holdfast", "token_use": "access", "username": "ada", "version": 2,
            "scope": "openid", "cognito:groups": groups,
        })
    };
    let own = json!(["eu-central-1_a1B2c3D4e_Google", "riverside", "staff"]);
    assert_eq!(read(&bench, &claims(&own)).await, (some("riverside"), vec![Role::Staff]));
    assert_eq!(read(&bench, &claims(&json!(["platform"]))).await, (None, vec![Role::Platform]));
    assert_eq!(read(&bench, &claims(&json!(["riverside", "hall", "staff"]))).await.0, None, "one of two");
    // A pool's ID token is for a client, too, and says it otherwise. It is no access token, even with the other claim in it.
    assert!(bench.verify(&json!({"aud": "holdfast", "token_use": "id"})).await.is_err());
    assert!(bench.verify(&json!({"aud": "holdfast", "token_use": "id", "client_id": "holdfast"})).await.is_err());
    assert!(bench.verify(&json!({"aud": "holdfast", "client_id": "another"})).await.is_err());
    // An access token that the client had bound to another resource (RFC 8707) is for that one.
    let bound = |audience: Value| json!({"aud": audience, "client_id": "holdfast", "token_use": "access"});
    assert!(bench.verify(&bound(json!("https://another.example.com"))).await.is_err());
    assert!(bench.verify(&bound(json!(["https://another.example.com"]))).await.is_err());
    assert!(bench.verify(&bound(json!({"for": "holdfast"}))).await.is_err());
    assert!(bench.verify(&bound(json!(["holdfast"]))).await.is_ok());
}

/// An ID token of a user pool: the audience is the client, attributes of one's own begin with `custom:`.
#[tokio::test]
async fn id_tokens_of_cognito_have_attributes() {
    let bench = bench_for("id", ["", "cognito:groups", "custom:organization"]);
    let claims = json!({
        "token_use": "id", "cognito:username": "ada", "cognito:groups": ["admin"], "custom:organization": "riverside",
        "email": "ada@example.com", "email_verified": true,
    });
    assert_eq!(read(&bench, &claims).await, (some("riverside"), vec![Role::Admin]));
    // The access token of the same client, bound to what is called so.
    assert!(bench.verify(&json!({"aud": "holdfast", "client_id": "holdfast", "token_use": "access"})).await.is_err());
}

/// Auth0 lets through what an action adds only under a name with an address in front, dots and all.
#[tokio::test]
async fn auth0_has_claims_with_a_namespace() {
    let space = "https://shop.example.com";
    let [roles, organization] = ["roles", "organization"].map(|name| format!("{space}/{name}"));
    let bench = bench(["", &roles, &organization]);
    let claims = json!({
        "sub": "auth0|6b016f10", "aud": ["holdfast", "https://shop.eu.auth0.com/userinfo"], "azp": "client",
        "scope": "openid profile", &roles: ["expert"], &organization: "riverside",
        "roles": ["platform"], "organization": "hall",
    });
    assert_eq!(read(&bench, &claims).await, (some("riverside"), vec![Role::Expert]));
}

/// Keycloak has roles inside an object, and its own organizations as a list of names or as an object of them.
#[tokio::test]
async fn keycloak_has_roles_inside_an_object() {
    let names = ["", "realm_access.roles", "organization"];
    let realm = json!({"roles": ["offline_access", "uma_authorization", "default-roles-shop", "admin"]});
    for organization in [json!("riverside"), json!(["riverside"]), json!({"riverside": {"id": "4c1f"}})] {
        let claims = json!({
            "aud": ["holdfast", "account"], "azp": "shop", "typ": "Bearer", "realm_access": realm,
            "organization": organization, "email": "ada@example.com", "preferred_username": "ada",
        });
        let found = read(&bench(names), &claims).await;
        assert_eq!(found, (some("riverside"), vec![Role::Admin]), "{organization}");
    }
    let several = json!({"realm_access": realm, "organization": {"riverside": {}, "hall": {}}});
    assert_eq!(read(&bench(names), &several).await.0, None);

    // Roles of one client, whose id may have dots in it.
    let bench = bench(["", "resource_access.shop.example.roles", "organization"]);
    let claims = json!({"resource_access": {"account": {"roles": ["admin"]}, "shop.example": {"roles": ["staff"]}}});
    assert_eq!(read(&bench, &claims).await.1, [Role::Staff]);
}

/// Entra names the tenant, which is the organization of an issuer of one tenant, and app roles.
#[tokio::test]
async fn entra_has_app_roles_and_a_tenant() {
    let bench = bench(["", "roles", "tid"]);
    let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    let claims = json!({
        "ver": "2.0", "tid": tenant, "oid": "9c3b", "azp": "client", "roles": ["admin", "staff"], "scp": "orders",
        "preferred_username": "ada@example.com",
    });
    assert_eq!(read(&bench, &claims).await, (some(tenant), vec![Role::Admin, Role::Staff]));
}

/// Both kinds of token of each issuer with the same, right audience: the one that is meant opens, the other one does not.
#[tokio::test]
async fn one_kind_of_token_is_not_taken_for_the_other() {
    let (access, id) = (bench(["", "", ""]), bench_for("id", ["", "", ""]));
    for (issuer, for_access, for_id) in [
        ("Cognito", json!({"token_use": "access", "scope": "openid"}), json!({"token_use": "id", "at_hash": "x"})),
        ("Keycloak", json!({"typ": "Bearer", "scope": "email"}), json!({"typ": "ID", "at_hash": "x"})),
        ("Keycloak up to 23", json!({"typ": "Bearer", "nonce": "x"}), json!({"typ": "ID", "nonce": "x"})),
        ("Auth0", json!({"scope": "openid profile", "azp": "client"}), json!({"nonce": "x", "sid": "y"})),
        ("Entra", json!({"scp": "orders", "azp": "client"}), json!({"nonce": "x", "c_hash": "y"})),
    ] {
        assert!(access.verify(&for_access).await.is_ok() && id.verify(&for_id).await.is_ok(), "{issuer}");
        for (bench, other) in [(&access, &for_id), (&id, &for_access)] {
            assert_eq!(bench.refused(&bench.token(other)).await, Code::Unauthenticated, "{issuer}");
        }
    }
    for bench in [&access, &id] {
        // Simple issuers say nothing of it, and have one kind.
        assert!(bench.verify(&json!({})).await.is_ok());
        for neither in [json!({"typ": "Refresh"}), json!({"typ": "Logout"}), json!({"token_use": true})] {
            assert!(bench.verify(&neither).await.is_err(), "{neither}");
        }
    }
}

/// What the header says of a token's kind comes first: RFC 9068, 2.1.
#[test]
fn the_header_may_name_the_kind() {
    let kind = |header: &str| TokenKind::of(Some(header), &serde_json::Map::new());
    assert_eq!((kind("JWT"), kind("jwt")), (None, None));
    assert_eq!((kind("at+jwt"), kind("application/AT+JWT")), (Some(TokenKind::Access), Some(TokenKind::Access)));
    assert_eq!((kind("logout+jwt"), kind("dpop+jwt")), (Some(TokenKind::Other), Some(TokenKind::Other)));
}

/// What is not in the form of any issuer gives no rights, and a claim of roles in no form at all is refused.
#[tokio::test]
async fn claims_of_other_forms_give_no_rights() {
    let bench = bench(["", "access.roles", "access.organization"]);
    for access in [json!(null), json!("admin"), json!([{"roles": ["admin"]}]), json!({}), json!({"roles": null})] {
        assert_eq!(read(&bench, &json!({"access": access, "roles": ["admin"]})).await, (None, vec![]), "{access}");
    }
    assert!(bench.verify(&json!({"access": {"roles": [1]}})).await.is_err());
    assert!(bench.verify(&json!({"access": {"roles": true}})).await.is_err());
    assert_eq!(read(&bench, &json!({"access": {"organization": 5}})).await, (None, vec![]));
}

#[test]
fn names_of_claims_are_words() {
    let parse = |name: &str, value: &str| ClaimNames::parse(&Settings::of([(name, value)]));
    let long = "x".repeat(129);
    for (name, value) in [
        ("JWT_AUDIENCE_CLAIM", "azp"),
        ("JWT_ROLES_CLAIM", "two words"),
        ("JWT_ORGANIZATION_CLAIM", "organisé"),
        ("JWT_ROLES_CLAIM", long.as_str()),
    ] {
        assert_eq!(parse(name, value).expect_err(value).name, name);
    }
    assert_eq!(parse("JWT_ROLES_CLAIM", ""), Ok(ClaimNames::default()));
}

/// What the pages read of an ID token that they checked: the same claims by the same names, and until when.
#[tokio::test]
async fn claims_of_a_token_that_was_checked_elsewhere_are_read_alike() {
    let bench = bench(["", "https://shop.example.com/roles", "https://shop.example.com/organization"]);
    let claims = |changes: Value| {
        let mut claims = json!({
            "iss": "https://issuer/", "aud": "pages", "sub": "auth0|6b016f10", "exp": 4_102_444_800_i64, "nonce": "n",
            "https://shop.example.com/roles": ["staff", "guest"], "https://shop.example.com/organization": "riverside",
            "roles": ["platform"], "email": "ada@example.com",
        });
        for (name, value) in changes.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        bench.verifier.of_claims(claims.as_object().expect("an object").clone())
    };
    let read = claims(json!({})).expect("an identity");
    assert_eq!(read.until.as_second(), 4_102_444_800);
    assert_eq!(read.identity.subject, "auth0|6b016f10");
    assert_eq!(read.identity.roles.into_iter().collect::<Vec<_>>(), [Role::Staff]);
    assert_eq!(read.identity.organization.as_ref().map(OrganizationId::as_str), Some("riverside"));
    let customer = claims(json!({ "https://shop.example.com/roles": null })).expect("an identity");
    assert!(customer.identity.roles.is_empty());
    for wrong in [
        json!({ "sub": "" }),
        json!({ "sub": "a\u{7}" }),
        json!({ "sub": null }),
        json!({ "exp": null }),
        json!({ "https://shop.example.com/roles": true }),
    ] {
        assert_eq!(claims(wrong.clone()), None, "{wrong}");
    }
}
