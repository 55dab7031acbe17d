//! Roles, and the secret of maintenance calls.

use domain::{Code, OrganizationId};
use runtime::Secret;

use crate::identity::{Identity, Role, require_bearer};

#[test]
fn roles_count_in_their_own_organization() {
    let acme = OrganizationId::parse("acme").expect("an id");
    let other = OrganizationId::parse("other").expect("an id");
    let with = |roles: &[Role]| Identity {
        subject: "ada".to_owned(),
        organization: Some(acme.clone()),
        roles: roles.iter().copied().collect(),
    };
    assert!(with(&[Role::Staff]).require_org_role(&acme, Role::Staff).is_ok());
    assert!(with(&[Role::Admin]).require_org_role(&acme, Role::Staff).is_ok());
    for (roles, organization, needed) in [
        (vec![Role::Staff], &acme, Role::Admin),
        (vec![Role::Admin], &other, Role::Staff),
        (vec![Role::Admin], &acme, Role::Expert),
        (vec![Role::Admin], &acme, Role::Platform),
        (vec![Role::Expert], &acme, Role::Staff),
        (vec![], &acme, Role::Staff),
    ] {
        let problem = with(&roles).require_org_role(organization, needed).expect_err("no right");
        assert_eq!(problem.code(), Code::Forbidden, "{roles:?} {needed:?}");
    }
    let platform = Identity { organization: None, ..with(&[Role::Platform]) };
    for needed in [Role::Platform, Role::Admin, Role::Staff, Role::Expert] {
        assert!(platform.require_org_role(&other, needed).is_ok());
    }
    assert!(platform.require_platform().is_ok() && with(&[Role::Admin]).require_platform().is_err());
    assert!(with(&[Role::Expert]).require_any_org_role(&acme, &[Role::Staff, Role::Expert]).is_ok());
}

#[test]
fn without_an_organization_there_is_no_role_in_one() {
    let lost = Identity { subject: "x".to_owned(), organization: None, roles: [Role::Admin].into() };
    assert!(!lost.has_org_role(&OrganizationId::parse("acme").expect("an id"), Role::Staff));
}

#[test]
fn secrets_open_the_maintenance_route() {
    let with = |value: Option<&str>, secrets: &[&str]| {
        let mut headers = http::HeaderMap::new();
        if let Some(value) = value {
            headers.insert("authorization", value.parse().expect("a value"));
        }
        let secrets: Vec<_> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        require_bearer(&headers, &secrets).map_err(|problem| problem.code())
    };
    assert_eq!(with(Some("Bearer b"), &["a", "b"]), Ok(()));
    for (value, secrets) in [
        (Some("Bearer c"), &["a", "b"] as &[&str]),
        (None, &["a"]),
        (None, &[""]),
        (None, &[]),
        (Some("Bearer a"), &[]),
    ] {
        assert_eq!(with(value, secrets), Err(Code::Unauthenticated), "{value:?}");
    }
}
