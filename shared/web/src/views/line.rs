//! What was bought: lines, and the tickets that come of them.

use domain::{
    Order,
    order::{Line, TicketStatus},
};
use serde::Serialize;
use utoipa::ToSchema;

/// One line of an order.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Line)]
pub struct LineView {
    /// Its name within the order.
    #[schema(example = "l1")]
    pub id: String,
    /// The listing.
    pub listing: String,
    /// The offer.
    pub offer: String,
    /// The offer's name when ordered.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub unit_price: String,
    /// What the promo code takes off the line.
    pub discount: String,
    /// What is paid for one instead of the price.
    pub donation: Option<String>,
    /// What the line costs.
    pub total: String,
    /// How many were given back.
    pub refunded_quantity: u32,
    /// How its buyer gets it: `none`, `address` or `pickup`.
    #[schema(example = "none")]
    pub delivery: &'static str,
    /// Where it is collected.
    pub pickup_at: Option<String>,
}

/// One ticket.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub struct TicketView {
    /// The code that opens the door.
    pub code: String,
    /// The line it belongs to.
    pub line: String,
    /// `valid`, `refunding` or `void`.
    pub status: &'static str,
    /// Who comes with it, if the order names that person.
    pub attendee: Option<String>,
    /// When it was used.
    pub checked_in_at: Option<String>,
}

impl LineView {
    /// A line of this order.
    pub(super) fn of(order: &Order, line: &Line) -> Self {
        let money = |amount| order.currency.format(amount);
        Self {
            id: line.id.clone(),
            listing: line.listing.to_string(),
            offer: line.offer.to_string(),
            name: line.name.clone(),
            quantity: line.quantity,
            unit_price: money(line.unit_price),
            discount: money(line.discount),
            donation: line.donation.map(money),
            total: money(line.total),
            refunded_quantity: order.refunded_quantity(&line.id),
            delivery: line.delivery.as_str(),
            pickup_at: line.pickup_at.clone(),
        }
    }
}

impl TicketView {
    /// The order's ticket at this place, if there is one.
    pub(super) fn of(order: &Order, place: usize) -> Option<Self> {
        let ticket = order.tickets.get(place)?;
        Some(Self {
            code: ticket.code.to_string(),
            line: ticket.line.clone(),
            status: match ticket.status {
                TicketStatus::Valid => "valid",
                TicketStatus::Refunding => "refunding",
                TicketStatus::Void => "void",
            },
            attendee: order.attendee(place).map(|attendee| attendee.name.clone()),
            checked_in_at: ticket.checked_in_at.map(|at| at.to_string()),
        })
    }
}
