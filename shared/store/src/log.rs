//! The log of what staff did in an organization.

use domain::{LogEntry, OrganizationId};

use crate::{
    Store, StoreError, error,
    items::{self, log_entry},
    value::{s, text},
    write::Write,
};

/// How many entries a page has at the most.
const PAGE: i32 = 50;

/// A page of a log, the newest entry first.
#[derive(Debug, Clone)]
pub struct LogPage {
    /// At most as many as one page has.
    pub entries: Vec<LogEntry>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}

/// The write of an entry, for the transaction of the action that it is of. None where staff did nothing.
pub(crate) fn put(entry: Option<&LogEntry>) -> Result<Option<Write>, StoreError> {
    let put = |entry| Ok(Write::Put { item: log_entry::item(entry)?, condition: None });
    entry.map(put).transpose()
}

impl Store {
    /// What staff did in an organization, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn log_of(&self, organization: &OrganizationId, cursor: Option<&str>) -> Result<LogPage, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk < :before")
            .expression_attribute_values(":pk", s(log_entry::partition(organization)))
            // Above every digit.
            .expression_attribute_values(":before", s(cursor.unwrap_or("~")))
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(PAGE)
            .send()
            .await
            .map_err(|error| error::plain("read a log", &error))?;
        let more = answer.last_evaluated_key.is_some();
        let found = answer.items.unwrap_or_default();
        let cursor = if more { found.last().map(|item| text(item, "sk")) } else { None };
        Ok(LogPage { entries: found.into_iter().map(items::read).collect::<Result<_, _>>()?, cursor })
    }
}
