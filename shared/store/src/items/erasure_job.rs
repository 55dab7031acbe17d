//! The job that takes a customer's personal fields out of an organization's orders. A second one of the same customer
//! replaces the first.

use domain::{Actor, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError, index};

pub(crate) const ENTITY: &str = "erasure_job";

/// The work of taking a customer's personal fields out of an organization's orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureJob {
    /// Orders of all other sellers stay as they are.
    pub organization: OrganizationId,
    /// The customer's subject.
    pub customer: String,
    /// The subject of the person who asked for it.
    pub by: Actor,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// The entry of the customer's list that was dealt with last; none at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

pub(crate) fn key(organization: &OrganizationId, customer: &str) -> Key {
    Key::new(format!("JOB#ERASE#{organization}#{customer}"), "JOB")
}

/// The item of a job that is due at once.
pub(crate) fn item(job: &ErasureJob) -> Result<Item, StoreError> {
    let key = key(&job.organization, &job.customer);
    let mut item = codec::write(&key, ENTITY, job)?;
    index::due(&mut item, &key.pk, index::at_once(job.created_at));
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let job = ErasureJob {
        organization: super::examples::organization().id,
        customer: super::examples::CUSTOMER.to_owned(),
        by: Actor::person(super::examples::STAFF),
        created_at: super::examples::now(),
        cursor: Some("ORDER#2027-01-15T08:30:00.000Z#ord_1".to_owned()),
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("erasure_job.rs"),
        pk: "JOB#ERASE#{organization}#{customer}",
        sk: "JOB",
        attributes: &[
            ("organization", "the organization, also for fair turns on the agenda"),
            ("customer", "the customer's subject"),
            ("by", "the subject of the person who asked for it"),
            (
                "created_at",
                "when it was asked for; every change is conditional on it, so that a new job is never ended by an old run",
            ),
            ("cursor", "the entry of the customer's list that was dealt with last; missing at the beginning"),
        ],
        indexes: &[(index::AGENDA, "the sweeper and the worker go on with it until it is done")],
        ttl: None,
        example: item(&job).expect("an item"),
    }
}
