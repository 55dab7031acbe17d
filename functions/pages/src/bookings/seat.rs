//! Who answers bookings: an expert of one organization, as the issuer's claims say.

use axum::response::Response;
use domain::OrganizationId;
use web::{Identity, Role};

use crate::{
    state::Pages,
    visit::Visit,
    ways::{closed, known},
};

/// The expert and the organization that the slots are of; a page that says why not for all others.
pub(super) fn expert(pages: &Pages, visit: &Visit) -> Result<(Identity, OrganizationId), Box<Response>> {
    let identity = known(pages, visit, "/bookings")?.identity();
    let own = identity.organization.clone().filter(|_| identity.roles.contains(&Role::Expert));
    match own {
        Some(organization) => Ok((identity, organization)),
        None => Err(Box::new(closed(pages, visit))),
    }
}
