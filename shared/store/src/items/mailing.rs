//! What is known of the mail to one order's buyer: what was sent again, what is not welcome, and whether it arrives. There is
//! none for most orders.

use domain::{Mailing, OrderId};

use super::{codec, order};
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "mailing";

pub(crate) fn key(order: &OrderId) -> Key {
    Key::new(order::key(order).pk, "MAILING")
}

pub(crate) fn item(mailing: &Mailing) -> Result<Item, StoreError> {
    codec::write(&key(&mailing.order), ENTITY, mailing)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    let mailing = Mailing { version: 1, resent: 1, resent_at: vec![super::examples::now()], ..Mailing::new(order.id) };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("mailing.rs"),
        pk: "ORDER#{order}",
        sk: "MAILING",
        attributes: &[
            ("order", "the order"),
            ("version", "grows by one with each change; a change is conditional on it"),
            ("resent", "how often the confirmation was sent again"),
            ("resent_at", "when the buyer had it sent again, within the last hour"),
            ("no_reminders", "whether the buyer wants no reminders"),
            (
                "undeliverable?",
                "the addresses of the order that nothing more is sent to: a mark of each, why, and since when",
            ),
        ],
        indexes: &[],
        ttl: None,
        example: item(&mailing).expect("an item"),
    }
}
