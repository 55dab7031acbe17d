//! How often a source address has tried to check out in one minute of Unix time. No transaction writes it, so any number
//! of updates at once succeed.

use jiff::SignedDuration;

use crate::{
    Key,
    value::{Change, n, s},
};

pub(crate) const ENTITY: &str = "attempts";

/// For how long after its minute the counter is kept.
const KEEP: SignedDuration = SignedDuration::from_hours(1);

/// The source is a hash, so that no address stands in a key.
pub(crate) fn key(source: &str, minute: i64) -> Key {
    Key::new(format!("ATTEMPTS#{source}#{minute}"), "ATTEMPTS")
}

/// One attempt more.
pub(crate) fn count(minute: i64) -> Change {
    let ttl = minute.saturating_mul(60).saturating_add(KEEP.as_secs());
    Change::default().set("entity", s(ENTITY)).set("ttl", n(ttl)).add("attempts", 1)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let minute = super::examples::now().as_second() / 60;
    super::described::Described {
        entity: ENTITY,
        source: include_str!("attempts.rs"),
        pk: "ATTEMPTS#{source}#{minute}",
        sk: "ATTEMPTS",
        attributes: &[("attempts", "how many attempts there were")],
        indexes: &[],
        ttl: Some("an hour after the minute; the source in the key is a hash"),
        example: count(minute).applied(&key("8e1bd2c4", minute)),
    }
}
