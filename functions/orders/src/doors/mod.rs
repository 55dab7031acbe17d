//! The doors of a listing: the devices there, what they have to know, what they hand in, and who has come.

pub(crate) mod check_ins;
pub(crate) mod codes;
pub(crate) mod devices;
pub(crate) mod doubles;
pub(crate) mod scans;

use domain::{
    ListingId, Order, OrganizationId,
    order::{Ticket, TicketStatus},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::forms::{CodeStateWord, InstantForm, ListingIdForm, OfferIdForm, SubjectForm};

/// The listing that a path names, and whose it is said to be.
#[derive(Debug, Deserialize)]
pub(crate) struct DoorsPath {
    organization: OrganizationId,
    listing: ListingId,
}

/// Whether a ticket opens the door, in one word.
fn state_of(order: &Order, ticket: &Ticket) -> &'static str {
    if ticket.status == TicketStatus::Valid && order.is_frozen() { "disputed" } else { ticket.status.as_str() }
}

/// A ticket as the doors see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketAtDoors)]
pub(crate) struct AtDoorsView {
    #[schema(value_type = ListingIdForm)]
    listing: String,
    /// The title of its listing, when it was ordered.
    #[schema(example = "Summer show")]
    title: String,
    #[schema(value_type = OfferIdForm)]
    offer: String,
    /// The kind of ticket.
    #[schema(example = "General admission")]
    name: String,
    /// Whether it carries the VIP mark.
    vip: bool,
    /// The name of the attendee, else the buyer's.
    #[schema(example = "Grace Hopper")]
    holder: String,
    #[schema(value_type = CodeStateWord)]
    state: &'static str,
    /// Time of the check-in that counts, RFC 3339 in UTC; null while no person is in with the ticket.
    #[schema(value_type = Option<InstantForm>)]
    checked_in_at: Option<String>,
    /// Who checked it in: the subject of their token, or of who registered the device.
    #[schema(value_type = Option<SubjectForm>)]
    checked_in_by: Option<String>,
    /// What people call the device that it was checked in with.
    #[schema(example = "Main entrance")]
    checked_in_with: Option<String>,
}

impl AtDoorsView {
    fn of(order: &Order, ticket: &Ticket) -> Self {
        let line = order.line(&ticket.line);
        let holder = order.ticket_place(&ticket.code).map_or("", |place| order.holder(place));
        Self {
            listing: line.map(|line| line.listing.to_string()).unwrap_or_default(),
            title: line.map(|line| line.title.clone()).unwrap_or_default(),
            offer: line.map(|line| line.offer.to_string()).unwrap_or_default(),
            name: line.map(|line| line.name.clone()).unwrap_or_default(),
            vip: line.is_some_and(|line| line.vip),
            holder: holder.to_owned(),
            state: state_of(order, ticket),
            checked_in_at: ticket.checked_in_at.map(|at| at.to_string()),
            checked_in_by: ticket.checked_in_by.as_ref().map(ToString::to_string),
            checked_in_with: ticket.checked_in_with.clone(),
        }
    }
}
