//! What was bought: lines, and the tickets that come of them.

use crate::forms::{
    DeliveryModeWord, InstantForm, LineIdForm, ListingIdForm, MoneyForm, OfferIdForm, TicketCodeForm, TicketStatusWord,
};
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
    #[schema(value_type = LineIdForm)]
    pub id: String,
    /// The id of its listing.
    #[schema(value_type = ListingIdForm)]
    pub listing: String,
    /// The id of its offer, unique within the listing.
    #[schema(value_type = OfferIdForm)]
    pub offer: String,
    /// The offer's name when ordered.
    #[schema(example = "General admission")]
    pub name: String,
    /// How many.
    #[schema(example = 2)]
    pub quantity: u32,
    /// What one unit costs, in major units of the order's currency.
    #[schema(value_type = MoneyForm)]
    pub unit_price: String,
    /// What the promo code takes off the line.
    #[schema(value_type = MoneyForm)]
    pub discount: String,
    /// What is paid for one instead of the price.
    #[schema(value_type = Option<MoneyForm>)]
    pub donation: Option<String>,
    /// What the line costs.
    #[schema(value_type = MoneyForm)]
    pub total: String,
    /// How many were given back.
    pub refunded_quantity: u32,
    /// How its buyer gets it: `none`, `address` or `pickup`.
    #[schema(value_type = DeliveryModeWord)]
    pub delivery: &'static str,
    /// Where it is collected.
    #[schema(example = "Lantern Hall, 1 Main Street")]
    pub pickup_at: Option<String>,
}

/// A seat at a show: what one scan at the door takes.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub struct TicketView {
    /// The code that opens the door. Of a ticket that was handed over, its buyer has the last one that opens nothing any more, by
    /// which the ticket is known to them.
    #[schema(value_type = TicketCodeForm)]
    pub code: String,
    /// The line it belongs to.
    #[schema(value_type = LineIdForm)]
    pub line: String,
    /// `valid`, `refunding` or `void`: whether that code opens the door.
    #[schema(value_type = TicketStatusWord)]
    pub status: &'static str,
    /// Who comes with it, if the order names that person.
    #[schema(example = "Grace Hopper")]
    pub attendee: Option<String>,
    /// When it was used.
    #[schema(value_type = Option<InstantForm>)]
    pub checked_in_at: Option<String>,
    /// When it was handed over to another person than the buyer.
    #[schema(value_type = Option<InstantForm>)]
    pub handed_over_at: Option<String>,
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
    /// All tickets of an order as the seller's staff see them.
    pub(super) fn all(order: &Order) -> Vec<Self> {
        (0..order.tickets.len()).filter_map(|place| Self::of(order, place)).collect()
    }

    /// All tickets of an order as its buyer sees them, who has no code of one that was handed over.
    pub(super) fn all_of_buyer(order: &Order) -> Vec<Self> {
        let mut all = Self::all(order);
        for (view, ticket) in all.iter_mut().zip(&order.tickets) {
            let known = ticket.code_of_buyer();
            if *known != ticket.code {
                view.code = known.to_string();
                view.status = TicketStatus::Void.as_str();
            }
        }
        all
    }

    fn of(order: &Order, place: usize) -> Option<Self> {
        let ticket = order.tickets.get(place)?;
        Some(Self {
            code: ticket.code.to_string(),
            line: ticket.line.clone(),
            status: ticket.status.as_str(),
            handed_over_at: ticket.handed_over_at.map(|at| at.to_string()),
            attendee: order.attendee(place).map(|attendee| attendee.name.clone()),
            checked_in_at: ticket.checked_in_at.map(|at| at.to_string()),
        })
    }
}
