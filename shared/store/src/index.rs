//! The table's indexes: what puts an item in one. All are sparse: an item without an index's attributes is not in it.
//! Which kinds are in which, `docs/table.md` says.

use jiff::Timestamp;

use crate::{
    Item, key,
    value::{n, s},
};

/// What is due, by partition and time. Read by the sweeper alone.
pub(crate) const AGENDA: &str = "agenda";
/// Lists of an organization, by time: its orders, reviews, bookings and exports; doubles of a listing; and all that is for sale.
pub(crate) const BY_ORGANIZATION: &str = "by_organization";
/// A listing's orders, and changes of its tickets, by time.
pub(crate) const BY_LISTING: &str = "by_listing";

/// How many partitions the agenda and each long list are spread over.
pub(crate) const SPREAD: u8 = 8;

/// Which of a list's partitions an id lies in.
pub(crate) fn partition(id: &str) -> u8 {
    u8::try_from(key::pick(id, SPREAD.into())).unwrap_or(0)
}

/// A part of the agenda, with partitions of its own. What waits for room in the queue of mail may be much and may wait for
/// long, so it lies where it hides nothing that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgendaPart {
    /// All that is worked on when it is due: orders, jobs, notifications that are no mail.
    Work,
    /// Mail of one order.
    Mail,
    /// Mail to all buyers of a listing.
    MailToMany,
    /// Orders whose search entries are to be written anew: each order is, some seconds after it was placed.
    Search,
}

/// The agenda's partition for an item that is worked on when it is due.
pub(crate) fn agenda(id: &str) -> String {
    agenda_shard(AgendaPart::Work, partition(id))
}

/// The `n`th partition of a part of the agenda.
pub(crate) fn agenda_shard(part: AgendaPart, n: u8) -> String {
    match part {
        AgendaPart::Work => format!("AGENDA#{n}"),
        AgendaPart::Mail => format!("AGENDA#MAIL#{n}"),
        AgendaPart::MailToMany => format!("AGENDA#MANY#{n}"),
        AgendaPart::Search => format!("AGENDA#SEARCH#{n}"),
    }
}

/// The agenda counts whole seconds, rounded up, so that the sweeper finds nothing before it is due.
pub(crate) fn due_second(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

/// The beginning of the second that it is: what is due at once is found by a run that begins in that same second.
pub(crate) fn at_once(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Puts an item on the agenda, in the partition of `id`.
pub(crate) fn due(item: &mut Item, id: &str, at: Timestamp) {
    due_in(AgendaPart::Work, item, id, at);
}

/// Puts an item on a part of the agenda, in the partition of `id`.
pub(crate) fn due_in(part: AgendaPart, item: &mut Item, id: &str, at: Timestamp) {
    item.insert("agenda_shard".to_owned(), s(agenda_shard(part, partition(id))));
    item.insert("due_at".to_owned(), n(due_second(at)));
}

/// Puts an item in a partition of the lists by organization, at a place.
pub(crate) fn list(item: &mut Item, partition: impl Into<String>, place: String) {
    item.insert("org_shard".to_owned(), s(partition));
    item.insert("org_time".to_owned(), s(place));
}

/// Has DynamoDB delete an item some time after that second of Unix time.
pub(crate) fn expire(item: &mut Item, second: i64) {
    item.insert("ttl".to_owned(), n(second));
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{at_once, due_second};

    #[test]
    fn what_is_due_at_once_is_found_in_its_own_second_and_what_is_due_later_not_before_it() {
        let now: Timestamp = "2027-03-01T09:00:00.9Z".parse().expect("a time");
        assert_eq!(due_second(at_once(now)), now.as_second());
        assert_eq!(due_second(now), now.as_second() + 1);
    }
}
