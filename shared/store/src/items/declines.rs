//! How many payments of one buyer, one source address or one card an organization saw declined in one hour of Unix time. No
//! transaction writes it, so any number of updates at once succeed.

use domain::OrganizationId;
use jiff::SignedDuration;

use crate::{
    Key,
    value::{Change, n, s},
};

pub(crate) const ENTITY: &str = "declines";

/// For how long after its hour the counter is kept.
const KEEP: SignedDuration = SignedDuration::from_hours(2);

/// Who it is, is a hash, so that no address and no card stands in a key.
pub(crate) fn key(organization: &OrganizationId, who: &str, hour: i64) -> Key {
    Key::new(format!("DECLINES#{organization}#{who}#{hour}"), "DECLINES")
}

/// One decline more.
pub(crate) fn count(hour: i64) -> Change {
    kept(hour).add("declines", 1)
}

/// One decline more, of a card that has so many now.
pub(crate) fn count_of_card(hour: i64, of_card: u32) -> Change {
    count(hour).set("of_card", n(of_card))
}

/// A buyer whose card has more tickets than a buyer may have.
pub(crate) fn over_share(hour: i64) -> Change {
    kept(hour).set("over_share", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
}

fn kept(hour: i64) -> Change {
    let ttl = hour.saturating_mul(3_600).saturating_add(KEEP.as_secs());
    Change::default().set("entity", s(ENTITY)).set("ttl", n(ttl))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let hour = super::examples::now().as_second() / 3_600;
    let key = key(&super::examples::organization().id, "8e1bd2c4", hour);
    super::described::Described {
        entity: ENTITY,
        source: include_str!("declines.rs"),
        pk: "DECLINES#{organization}#{who}#{hour}",
        sk: "DECLINES",
        attributes: &[
            ("declines", "how many payments were declined"),
            ("of_card?", "how many one of the cards had by then, by all who tried it; of a buyer or a source address"),
            ("over_share?", "whether the buyer's card has more tickets of a show than one buyer may have"),
        ],
        indexes: &[],
        ttl: Some("two hours after the hour began; who it is, is a hash"),
        example: count(hour).applied(&key),
    }
}
