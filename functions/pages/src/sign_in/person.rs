//! Who is signed in.

use std::{collections::BTreeSet, fmt};

use domain::OrganizationId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use web::{Identity, Role, Verified};

/// The longest time that a person stays signed in: a working day.
const LONGEST: SignedDuration = SignedDuration::from_hours(8);

/// The longest mail address there is, in bytes (RFC 5321, 4.5.3.1.3, without its brackets).
const LONGEST_ADDRESS: usize = 254;

/// As much of a name as is shown.
const LONGEST_NAME: usize = 100;

/// Who is signed in, as the issuer's token says, until it expires.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    subject: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization: Option<OrganizationId>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    roles: BTreeSet<Role>,
    until: Timestamp,
}

impl Person {
    /// Whom a token names, for as long as it is good.
    pub(crate) fn of(verified: Verified, name: Option<&str>, email: Option<&str>, now: Timestamp) -> Self {
        let Identity { subject, organization, roles } = verified.identity;
        let email = email.filter(|email| (1..=LONGEST_ADDRESS).contains(&email.len())).map(str::to_owned);
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        let name = name.map(|name| name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect());
        Self { subject, email, name, organization, roles, until: verified.until.min(now + LONGEST) }
    }

    /// Whether the token has not expired.
    pub(crate) fn is_signed_in(&self, now: Timestamp) -> bool {
        now < self.until
    }

    /// As the API's checks take it.
    pub(crate) fn identity(&self) -> Identity {
        Identity { subject: self.subject.clone(), organization: self.organization.clone(), roles: self.roles.clone() }
    }

    /// The issuer's name for them.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// The mail address, if the token has one.
    pub(crate) fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The name, if the token has one.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What they are called on a page: their name, or address, or whatever the issuer calls them.
    pub(crate) fn called(&self) -> &str {
        self.name().or(self.email()).unwrap_or(&self.subject)
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("subject", &self.subject)
            .field("organization", &self.organization)
            .field("roles", &self.roles)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use web::{Identity, Verified};

    use super::Person;

    #[test]
    fn a_person_is_signed_in_as_long_as_the_token_and_for_a_day_of_work_at_most() {
        let now = Timestamp::UNIX_EPOCH;
        let identity = Identity { subject: "ada".to_owned(), organization: None, roles: [web::Role::Staff].into() };
        let after = |hours: i64| now + SignedDuration::from_hours(hours);
        let person =
            |until| Person::of(Verified { identity: identity.clone(), until }, Some(" Ada\u{7} Lovelace "), None, now);
        assert_eq!(person(after(1)).identity(), identity);
        assert!(person(after(1)).is_signed_in(now) && !person(after(1)).is_signed_in(after(1)));
        assert!(person(after(100)).is_signed_in(after(7)) && !person(after(100)).is_signed_in(after(8)));
        assert_eq!(person(after(1)).called(), "Ada Lovelace");
    }
}
