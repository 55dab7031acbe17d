//! The agenda: everything that is due at some time, and only that. Read by the sweeper alone.

use domain::{ListingId, OrderId, OrganizationId};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use crate::{
    Item, Key, MailingKind, Store, StoreError, WriteError, error,
    index::{self, AgendaPart, due_second},
    items::{
        cancel_job, erasure_job, export_job, listing, mailing_job, notification, order, search_state, summary_job,
    },
    value::{Change, n, s, text},
    write::Write,
};

/// How long a lease is at least: longer than the sweeper works on any one thing, and short enough that the run after the
/// next finds what a crash has left.
const LEASE_SECONDS: i64 = 45;
/// How long a lease is at most, of something that fails again and again.
const LONGEST_WAIT_SECONDS: i64 = 3_600;

/// Something that is due. The index is a little late, so the item itself is read again before anything is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// With the id by which the item is read again.
    pub kind: DueKind,
    /// Until when it was put off last, in Unix seconds.
    pub due_at: i64,
    /// Since when it is due, in Unix seconds: before it was leased or put off.
    pub since: i64,
    /// How often it was taken on in vain.
    pub sweeps: u32,
    /// Its organization; empty where the item names none.
    pub organization: String,
}

/// What is due, the longest overdue first.
#[derive(Debug, Default)]
pub struct DueList {
    /// At most as many as were asked for.
    pub due: Vec<Due>,
    /// Whether there is more than was read.
    pub more: bool,
}

/// Which item of the agenda, and so what the sweeper does with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueKind {
    /// An order: its hold, its payment under way, its claim, its refunds or its archiving.
    Order(OrderId),
    /// An order whose search entries are to be written anew.
    Search(OrderId),
    /// A notification that is not sent.
    Notification(String),
    /// A listing whose orders are to be refunded.
    CancelJob(ListingId),
    /// A listing whose buyers are to be written to.
    Mailing(ListingId, MailingKind),
    /// An organization whose staff hear of the day before.
    Summary(OrganizationId),
    /// A customer whose personal fields are to go from an organization's orders.
    Erasure(OrganizationId, String),
    /// A table of an organization's orders that is being written into the bucket.
    Export(OrganizationId, String),
    /// A listing whose stock is to be checked against its orders.
    Listing(ListingId),
    /// An item that names none of these. It is put off and reported, never lost.
    Unknown(Key),
}

impl DueKind {
    /// What it is, for logs: never a customer.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Erasure(organization, _) => format!("an erasure of {organization}"),
            known => known.key().to_string(),
        }
    }

    /// The key of the item that stands on the agenda.
    #[must_use]
    pub fn key(&self) -> Key {
        match self {
            Self::Order(id) => order::key(id),
            Self::Search(id) => search_state::key(id),
            Self::Notification(id) => notification::key(id),
            Self::CancelJob(listing) => cancel_job::key(listing),
            Self::Mailing(listing, kind) => mailing_job::key(listing, *kind),
            Self::Summary(organization) => summary_job::key(organization),
            Self::Erasure(organization, customer) => erasure_job::key(organization, customer),
            Self::Export(organization, id) => export_job::key(organization, id),
            Self::Listing(listing) => listing::key(listing),
            Self::Unknown(key) => key.clone(),
        }
    }

    /// What an item with that key is due for.
    #[must_use]
    pub fn of(pk: &str, sk: &str) -> Self {
        let parsed = match pk.split_once('#') {
            Some(("ORDER", id)) if sk == search_state::SORT => OrderId::parse(id).ok().map(Self::Search),
            Some(("ORDER", id)) => OrderId::parse(id).ok().map(Self::Order),
            Some(("LISTING", id)) => ListingId::parse(id).ok().map(Self::Listing),
            Some(("NOTIFICATION", id)) => Some(Self::Notification(id.to_owned())),
            Some(("JOB", rest)) => match rest.split_once('#') {
                Some(("CANCEL", id)) => ListingId::parse(id).ok().map(Self::CancelJob),
                Some(("MAILING", of)) => of.split_once('#').and_then(|(kind, listing)| {
                    Some(Self::Mailing(ListingId::parse(listing).ok()?, MailingKind::of(kind)?))
                }),
                Some(("SUMMARY", id)) => OrganizationId::parse(id).ok().map(Self::Summary),
                Some(("EXPORT", of)) => of.split_once('#').and_then(|(organization, id)| {
                    let organization = OrganizationId::parse(organization).ok()?;
                    Some(Self::Export(organization, id.to_owned()))
                }),
                Some(("ERASE", of)) => of.split_once('#').and_then(|(organization, customer)| {
                    let organization = OrganizationId::parse(organization).ok()?;
                    Some(Self::Erasure(organization, customer.to_owned()))
                }),
                _ => None,
            },
            _ => None,
        };
        parsed.unwrap_or_else(|| Self::Unknown(Key { pk: pk.to_owned(), sk: sk.to_owned() }))
    }
}

impl Due {
    fn read(item: &Item) -> Self {
        let number = |name: &str| item.get(name).and_then(|value| value.as_n().ok()?.parse::<i64>().ok());
        let due_at = number("due_at").unwrap_or_default();
        Self {
            kind: DueKind::of(&text(item, "pk"), &text(item, "sk")),
            due_at,
            since: number("due_since").unwrap_or(due_at),
            sweeps: number("sweeps").and_then(|sweeps| u32::try_from(sweeps).ok()).unwrap_or(0),
            organization: text(item, "organization"),
        }
    }

    /// The same, due at once, as [`Store::reschedule`] leaves it.
    #[must_use]
    pub fn at_once(self, now: Timestamp) -> Self {
        Self { due_at: due_second(now), since: due_second(now), sweeps: 0, ..self }
    }

    /// The same for an item that was written anew: it keeps how often it was taken on in vain.
    #[must_use]
    pub fn written_at(&self, at: Timestamp) -> Self {
        Self { due_at: due_second(at), ..self.clone() }
    }

    /// Until when a lease of it runs that is taken now, and until when it is put off if that comes to nothing: 45 seconds at first,
    /// twice as long each further time, an hour at most.
    #[must_use]
    pub fn leased_until(&self, now: Timestamp) -> Timestamp {
        now + SignedDuration::from_secs((LEASE_SECONDS << self.sweeps.min(7)).min(LONGEST_WAIT_SECONDS))
    }
}

impl Store {
    /// What is due at `now` of a part of the agenda, over all of its partitions, from each at most `most`. A partition that
    /// gives no answer keeps none of the others: then there is more.
    ///
    /// # Errors
    /// [`StoreError`] when no partition can be read.
    pub async fn due(&self, part: AgendaPart, now: Timestamp, most: usize) -> Result<DueList, StoreError> {
        let shards = (0..index::SPREAD).map(|n| index::agenda_shard(part, n));
        let parts = join_all(shards.map(|shard| self.due_in(shard, now, most))).await;
        let mut list = DueList::default();
        let (mut answered, mut failure) = (false, None);
        for part in parts {
            match part {
                Ok(part) => {
                    answered = true;
                    list.more |= part.more;
                    list.due.extend(part.due);
                }
                Err(error) => failure = Some(error),
            }
        }
        if let Some(error) = failure {
            if !answered {
                return Err(error);
            }
            tracing::warn!(%error, "a part of the agenda cannot be read");
            list.more = true;
        }
        list.due.sort_by_key(|due| due.since);
        Ok(list)
    }

    async fn due_in(&self, shard: String, now: Timestamp, most: usize) -> Result<DueList, StoreError> {
        let mut list = DueList::default();
        let mut start = None;
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(index::AGENDA)
                .key_condition_expression("agenda_shard = :shard AND due_at <= :now")
                .expression_attribute_values(":shard", s(&shard))
                .expression_attribute_values(":now", n(now.as_second()))
                .limit(i32::try_from(most - list.due.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| error::plain("read the agenda", &error))?;
            list.due.extend(answer.items.unwrap_or_default().iter().map(Due::read));
            start = answer.last_evaluated_key;
            if start.is_none() || list.due.len() >= most {
                list.more = start.is_some();
                return Ok(list);
            }
        }
    }

    /// What stands on the agenda under a key, whether it is due yet or not.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn on_agenda(&self, key: &Key) -> Result<Option<Due>, StoreError> {
        let item = self.get("read what is due", key).await?;
        Ok(item.filter(|item| item.contains_key("due_at")).map(|item| Due::read(&item)))
    }

    /// Leases something: no other run finds it due before `until`, and if the process dies, the next one does then. The
    /// one write is to the agenda's keys alone; the rest of the item and its version stay. None if it is not due any more
    /// as it was read: another run has leased it, or it has changed.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn lease_due(&self, due: &Due, until: Timestamp) -> Result<Option<Due>, StoreError> {
        let leased = Due { due_at: due_second(until), sweeps: due.sweeps.saturating_add(1), ..due.clone() };
        let change = Change::default()
            .set("due_at", n(leased.due_at))
            .set("due_since", n(leased.since))
            .set("sweeps", n(leased.sweeps))
            .given(":was", n(due.due_at));
        let write = Write::Update { key: due.kind.key(), change, condition: "#due_at = :was" };
        match self.write("take on what is due", write).await {
            Ok(()) => Ok(Some(leased)),
            Err(WriteError::Condition) => Ok(None),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Sets when something is due, and forgets how often it was taken on in vain. Only if it is still due as it was read,
    /// so that a change made meanwhile keeps its own time.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn reschedule(&self, due: &Due, at: Option<Timestamp>) -> Result<(), StoreError> {
        let change =
            Change::default().given(":was", n(due.due_at)).naming("due_at").remove("sweeps").remove("due_since");
        let change = match at {
            Some(at) => change.set("due_at", n(due_second(at))),
            None => change.remove("due_at").remove("agenda_shard"),
        };
        let write = Write::Update { key: due.kind.key(), change, condition: "#due_at = :was" };
        self.write_or_leave("reschedule", write).await
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Due, DueKind};

    #[test]
    fn keys_name_what_is_due() {
        let due_of = DueKind::of;
        assert!(matches!(due_of("ORDER#ord_1", "META"), DueKind::Order(id) if id.as_str() == "ord_1"));
        assert!(
            matches!(due_of("NOTIFICATION#ord_1-apology", "NOTIFICATION"), DueKind::Notification(id) if id == "ord_1-apology")
        );
        assert!(matches!(due_of("JOB#CANCEL#summer", "JOB"), DueKind::CancelJob(_)));
        assert!(matches!(due_of("JOB#ERASE#box#cus#7", "JOB"), DueKind::Erasure(_, customer) if customer == "cus#7"));
        assert!(matches!(due_of("WHAT#1", "META"), DueKind::Unknown(_)));
    }

    #[test]
    fn every_key_names_itself() {
        for (pk, sk) in [
            ("ORDER#ord_1", "META"),
            ("ORDER#ord_1", "SEARCH"),
            ("LISTING#l", "META"),
            ("JOB#CANCEL#l", "JOB"),
            ("JOB#MAILING#DAY#l", "JOB"),
            ("JOB#SUMMARY#o", "JOB"),
            ("JOB#EXPORT#o#exp_1", "JOB"),
            ("WHAT#1", "X"),
        ] {
            let kind = DueKind::of(pk, sk);
            assert_eq!(kind.key().to_string(), format!("{pk}/{sk}"));
            // What is not known keeps its key, too.
            assert_eq!(matches!(kind, DueKind::Unknown(_)), pk == "WHAT#1", "{pk}/{sk}");
        }
    }

    #[test]
    fn leases_grow_with_each_time_in_vain_and_never_beyond_an_hour() {
        let waits = (0..10).map(|sweeps| {
            let kind = DueKind::of("ORDER#o", "META");
            let due = Due { kind, due_at: 0, since: 0, sweeps, organization: String::new() };
            due.leased_until(Timestamp::UNIX_EPOCH).duration_since(Timestamp::UNIX_EPOCH).as_secs()
        });
        assert_eq!(waits.collect::<Vec<_>>(), [45, 90, 180, 360, 720, 1_440, 2_880, 3_600, 3_600, 3_600]);
    }
}
