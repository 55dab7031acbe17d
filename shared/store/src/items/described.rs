//! What a kind of item says of itself, for `docs/table.md`.

use crate::Item;

/// A kind of item, for people. Its file's first lines say what it is.
pub(super) struct Described {
    /// The text of the attribute `entity`.
    pub(super) entity: &'static str,
    /// The text of the kind's file.
    pub(super) source: &'static str,
    /// The partition key, with what is filled in in braces.
    pub(super) pk: &'static str,
    /// The sort key, likewise.
    pub(super) sk: &'static str,
    /// Its attributes but those that any kind may have: name and meaning. The example lacks those whose name ends with `?`.
    pub(super) attributes: &'static [(&'static str, &'static str)],
    /// Each with what finds the item there.
    pub(super) indexes: &'static [(&'static str, &'static str)],
    /// When DynamoDB may delete it; none is never.
    pub(super) ttl: Option<&'static str>,
    /// One of them, as it is written.
    pub(super) example: Item,
}
