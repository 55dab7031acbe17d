//! The agenda: everything that is due at some time, and only that. Read by the sweeper alone.

use domain::{ListingId, OrderId, OrganizationId};
use jiff::Timestamp;

use crate::{
    Store, StoreError, Write, WriteError, error,
    items::due_second,
    keys,
    value::{Change, n, s},
};

/// Something that is due. The index is a little late, so whoever acts on this reads the item again first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What it is.
    pub kind: DueKind,
    /// Since when it is due, in Unix seconds.
    pub due_at: i64,
}

/// A page of what is due.
#[derive(Debug)]
pub struct DuePage {
    /// What is due, the longest overdue first.
    pub due: Vec<Due>,
    /// Where the next page begins, if there is one.
    pub next: Option<crate::Item>,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueKind {
    /// An order: its hold, its payment under way, its claim or its refunds.
    Order(OrderId),
    /// A notice that nobody has done.
    Notice(String),
    /// A listing whose orders are to be refunded.
    CancelJob(ListingId),
    /// A customer whose personal fields are to go from an organization's orders.
    Erasure(OrganizationId, String),
    /// A listing whose stock is to be checked against its orders.
    Listing(ListingId),
    /// An item that names none of these. It is put off and reported, never lost.
    Unknown(crate::Key),
}

impl DueKind {
    /// What it is, for logs: never whom it is about.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Erasure(organization, _) => format!("an erasure of {organization}"),
            known => known.key().to_string(),
        }
    }

    fn key(&self) -> crate::Key {
        match self {
            Self::Order(id) => keys::order(id),
            Self::Notice(id) => keys::notice(id),
            Self::CancelJob(listing) => keys::cancel_job(listing),
            Self::Erasure(organization, customer) => keys::erasure_job(organization, customer),
            Self::Listing(listing) => keys::listing(listing),
            Self::Unknown(key) => key.clone(),
        }
    }
}

fn due_of(pk: &str, sk: &str) -> DueKind {
    let parsed = match pk.split_once('#') {
        Some(("ORDER", id)) => OrderId::parse(id).ok().map(DueKind::Order),
        Some(("LISTING", id)) => ListingId::parse(id).ok().map(DueKind::Listing),
        Some(("NOTICE", id)) => Some(DueKind::Notice(id.to_owned())),
        Some(("JOB", rest)) => match rest.split_once('#') {
            Some(("CANCEL", id)) => ListingId::parse(id).ok().map(DueKind::CancelJob),
            Some(("ERASE", of)) => of.split_once('#').and_then(|(organization, customer)| {
                let organization = OrganizationId::parse(organization).ok()?;
                Some(DueKind::Erasure(organization, customer.to_owned()))
            }),
            _ => None,
        },
        _ => None,
    };
    parsed.unwrap_or_else(|| DueKind::Unknown(crate::Key { pk: pk.to_owned(), sk: sk.to_owned() }))
}

impl Store {
    /// What is due at `now` in one of the agenda's partitions, at most `limit`, from `start` on.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn due(
        &self,
        partition: u8,
        now: Timestamp,
        limit: i32,
        start: Option<crate::Item>,
    ) -> Result<DuePage, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("agenda")
            .key_condition_expression("agenda_shard = :shard AND due_at <= :now")
            .expression_attribute_values(":shard", s(keys::agenda_shard(partition)))
            .expression_attribute_values(":now", n(now.as_second()))
            .limit(limit)
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(|error| error::plain("read the agenda", &error))?;
        let text = |item: &crate::Item, name: &str| {
            item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
        };
        let due = answer.items.unwrap_or_default().into_iter().map(|item| Due {
            kind: due_of(&text(&item, "pk"), &text(&item, "sk")),
            due_at: item
                .get("due_at")
                .and_then(|value| value.as_n().ok())
                .and_then(|number| number.parse().ok())
                .unwrap_or_default(),
        });
        Ok(DuePage { due: due.collect(), next: answer.last_evaluated_key })
    }

    /// Sets right when something is due. Only if it is still due as it was read.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn reschedule(&self, due: &Due, at: Option<Timestamp>) -> Result<(), StoreError> {
        let change = Change::default().given(":was", n(due.due_at)).naming("due_at");
        let change = match at {
            Some(at) => change.set("due_at", n(due_second(at))),
            None => change.remove("due_at").remove("agenda_shard"),
        };
        match self.write("reschedule", Write::Update { key: due.kind.key(), change, condition: "#due_at = :was" }).await
        {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Puts off what could not be finished, longer each time: half a minute doubling to an hour. Only if it is still
    /// due as it was read, so that a fresh change keeps its own time.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer; it is then due again at once.
    pub async fn put_off(&self, due: &Due, now: Timestamp) -> Result<(), StoreError> {
        let key = due.kind.key();
        let sweeps = self
            .get("read what is due", &key)
            .await?
            .and_then(|item| item.get("sweeps")?.as_n().ok()?.parse::<u32>().ok())
            .unwrap_or(0);
        let delay = jiff::SignedDuration::from_secs((30_i64 << sweeps.min(7)).min(3_600));
        let change =
            Change::default().set("due_at", n(due_second(now + delay))).add("sweeps", 1).given(":was", n(due.due_at));
        match self.write("put off", Write::Update { key, change, condition: "#due_at = :was" }).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DueKind, due_of};

    #[test]
    fn keys_name_what_is_due() {
        assert!(matches!(due_of("ORDER#ord_1", "META"), DueKind::Order(id) if id.as_str() == "ord_1"));
        assert!(matches!(due_of("NOTICE#ord_1-apology", "NOTICE"), DueKind::Notice(id) if id == "ord_1-apology"));
        assert!(matches!(due_of("JOB#CANCEL#summer", "JOB"), DueKind::CancelJob(_)));
        assert!(matches!(due_of("JOB#ERASE#box#cus#7", "JOB"), DueKind::Erasure(_, customer) if customer == "cus#7"));
        assert!(matches!(due_of("WHAT#1", "META"), DueKind::Unknown(_)));
    }
}
