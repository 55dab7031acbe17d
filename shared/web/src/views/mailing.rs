//! What staff see of the mail to an order's buyer.

use crate::forms::{InstantForm, TicketCodeForm, UndeliverableCauseWord};
use domain::{Mailing, Order};
use serde::Serialize;
use store::UnreachableAddress;
use utoipa::ToSchema;

/// The mail to an order's buyer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Mailing)]
pub struct MailingView {
    /// How often the confirmation was sent again.
    pub resent: u32,
    /// Whether the buyer wants no reminders.
    pub no_reminders: bool,
    /// Why nothing more is sent to the buyer's address: `bounce` or `complaint`.
    #[schema(value_type = Option<UndeliverableCauseWord>)]
    pub undeliverable: Option<&'static str>,
    /// When the address was found so, RFC 3339 in UTC.
    #[schema(value_type = Option<InstantForm>)]
    pub undeliverable_since: Option<String>,
    /// The codes of tickets that nothing more is sent to the people of, for the same reasons.
    #[schema(value_type = Vec<TicketCodeForm>)]
    pub undeliverable_tickets: Vec<String>,
}

impl MailingView {
    /// What is known of the mail to an order's buyer and to the people of its tickets. `elsewhere` is what is known of the
    /// buyer's address from any order of the organization.
    #[must_use]
    pub fn of(mailing: &Mailing, order: &Order, elsewhere: Option<&UnreachableAddress>) -> Self {
        let known = |address: &str| mailing.undeliverable(&order.address_mark(address));
        let here = known(&order.buyer.email).map(|known| (known.cause, known.at));
        let undeliverable = here.or_else(|| elsewhere.map(|known| (known.cause, known.at)));
        let returned = (0..order.tickets.len()).filter(|place| {
            let address = order.attendee(*place).and_then(|attendee| attendee.email.as_deref());
            address.is_some_and(|address| known(address).is_some())
        });
        Self {
            resent: mailing.resent,
            no_reminders: mailing.no_reminders,
            undeliverable: undeliverable.map(|(cause, _)| cause.as_str()),
            undeliverable_since: undeliverable.map(|(_, at)| at.to_string()),
            undeliverable_tickets: returned.map(|place| order.tickets[place].code.to_string()).collect(),
        }
    }
}
