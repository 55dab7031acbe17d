//! Shows that were moved, or begin soon.

use domain::{
    Listing, ListingId, OrderStatus,
    notification::{MovedListing, Reminder},
    order::{Line, Refund, TicketStatus},
};

use crate::{
    letter::{Block, Letter, Row},
    writer::Writer,
};

impl Writer<'_> {
    /// The line of the order that has a ticket of this listing that opens its door, and the listing; none where there is none
    /// any more, or the show is canceled or over.
    fn attended(&self, listing: &ListingId) -> Option<(&Line, &Listing)> {
        let order = self.order;
        let valid = |line: &&Line| {
            let of_line = order.tickets.iter().filter(|ticket| ticket.line == line.id);
            &line.listing == listing && of_line.into_iter().any(|ticket| ticket.status == TicketStatus::Valid)
        };
        let line =
            order.lines.iter().find(valid).filter(|_| order.status == OrderStatus::Paid && !order.is_frozen())?;
        let listing = self.context.listing(line)?;
        let over = listing.over_at().is_some_and(|over| over <= self.context.now);
        (!over && listing.canceled_at.is_none()).then_some((line, listing))
    }

    /// What is new of a show that was moved; none if it was moved back before anyone heard of it.
    fn move_facts(&self, moved: &MovedListing, listing: &Listing) -> Option<Block> {
        let zone = self.context.zone(Some(listing));
        let mut rows = Vec::new();
        if moved.starts_at != listing.starts_at {
            let moment = |id: &str, at| Row::new(self.phrase(id, &[]), zone.moment(self.language, at));
            rows.extend(moved.starts_at.map(|at| moment("moved-when-before", at)));
            rows.extend(listing.starts_at.map(|at| moment("moved-when", at)));
            rows.extend(listing.doors_at.map(|at| moment("doors", at)));
        }
        if moved.venue != listing.venue {
            rows.extend(moved.venue.clone().map(|venue| Row::new(self.phrase("moved-where-before", &[]), venue)));
            rows.extend(listing.venue.clone().map(|venue| Row::new(self.phrase("moved-where", &[]), venue)));
        }
        (!rows.is_empty()).then_some(Block::Facts { rows })
    }

    /// The seller moved a show to another date or place.
    pub(crate) fn moved(&self, moved: &MovedListing) -> Option<Letter> {
        let (line, listing) = self.attended(&moved.listing)?;
        let facts = self.move_facts(moved, listing)?;
        let zone = self.context.zone(Some(listing));
        let until = listing.refund_until.filter(|until| *until > self.context.now);
        let refund =
            until.map(|until| self.phrase("moved-refund-until", &[("until", &zone.moment(self.language, until))]));
        let blocks = vec![
            Block::text(self.phrase("moved-text", &[("title", &line.title)])),
            facts,
            Block::text(self.phrase("moved-tickets", &[])),
            Block::text(refund.unwrap_or_else(|| self.phrase("moved-refund", &[]))),
        ];
        Some(self.letter_about("moved", &line.title, blocks))
    }

    /// The ticket of a person whom the buyer named, if that was not changed since: `change` says how often it was before.
    pub(crate) fn ticket(&self, place: usize, change: u32) -> Option<Letter> {
        self.ticket_from("ticket-text", None, place, change)
    }

    /// The ticket of a person whom it was handed over to, if that was not changed since.
    pub(crate) fn ticket_received(&self, place: usize, change: u32) -> Option<Letter> {
        self.ticket_from("ticket-received-text", Some("ticket-received-code"), place, change)
    }

    /// That a ticket was handed over, to whom, and which code died of it; none if its person was changed since.
    pub(crate) fn handed_over(&self, place: usize, change: u32) -> Option<Letter> {
        let order = self.order;
        let (ticket, receiver) = (order.tickets.get(place)?, order.attendee(place)?);
        let line = order.line(&ticket.line).filter(|_| ticket.attendee_changes == change)?;
        let email = receiver.email.as_deref()?;
        let to = [("title", line.title.as_str()), ("name", &receiver.name), ("email", email)];
        let blocks = vec![
            Block::text(self.phrase("handed-over-text", &to)),
            Block::text(self.phrase("handed-over-code", &[("code", ticket.code_of_buyer().as_str())])),
            Block::text(self.phrase("handed-over-unwanted", &[("seller", &order.seller)])),
        ];
        Some(self.letter_about("handed-over", &line.title, blocks))
    }

    fn ticket_from(&self, why: &str, code: Option<&str>, place: usize, change: u32) -> Option<Letter> {
        let order = self.order;
        let (ticket, attendee) = (order.tickets.get(place)?, order.attendee(place)?);
        if ticket.attendee_changes != change {
            return None;
        }
        let line = order.line(&ticket.line).filter(|_| ticket.status == TicketStatus::Valid && !order.is_frozen())?;
        let listing = self.context.listing(line)?;
        let from = self.phrase(why, &[("buyer", &order.buyer.name), ("title", &line.title)]);
        let mut blocks = vec![Block::text(from)];
        blocks.extend(self.occasion_of(listing));
        let rows = vec![Row::new(ticket.code.to_string(), &line.name)];
        blocks.push(Block::Codes { heading: self.phrase("ticket-code", &[]), rows });
        blocks.extend(code.map(|id| Block::text(self.phrase(id, &[]))));
        blocks.push(Block::text(self.phrase("attached-ticket", &[])));
        let greeting = self.phrase("greeting", &[("name", &attendee.name)]);
        Some(self.framed("ticket", &line.title, greeting, blocks))
    }

    /// The seller moved the show of a person's ticket. The money is its buyer's.
    pub(crate) fn ticket_moved(&self, place: usize, moved: &MovedListing) -> Option<Letter> {
        let order = self.order;
        let (ticket, attendee) = (order.tickets.get(place)?, order.attendee(place)?);
        let (line, listing) = self.attended(&moved.listing)?;
        let of_listing = order.line(&ticket.line).is_some_and(|line| line.listing == listing.id);
        if ticket.status != TicketStatus::Valid || !of_listing {
            return None;
        }
        let blocks = vec![
            Block::text(self.phrase("moved-text", &[("title", &line.title)])),
            self.move_facts(moved, listing)?,
            Block::text(self.phrase("moved-tickets", &[])),
            Block::text(self.phrase("ticket-moved-buyer", &[("buyer", &order.buyer.name)])),
        ];
        let greeting = self.phrase("greeting", &[("name", &attendee.name)]);
        Some(self.framed("moved", &line.title, greeting, blocks))
    }

    /// The seller canceled the show of a person's ticket. The money is its buyer's.
    pub(crate) fn ticket_canceled(&self, place: usize, refund: &Refund) -> Option<Letter> {
        let order = self.order;
        let (ticket, attendee) = (order.tickets.get(place)?, order.attendee(place)?);
        let line = order.line(&ticket.line)?;
        let mut blocks = self.cancellation(line, line.title.as_str());
        let id = if refund.amount.is_zero() { "ticket-canceled-free" } else { "ticket-canceled-paid" };
        blocks.push(Block::text(self.phrase(id, &[("buyer", &order.buyer.name)])));
        let greeting = self.phrase("greeting", &[("name", &attendee.name)]);
        Some(self.framed("canceled", &line.title, greeting, blocks))
    }

    /// A show begins soon.
    pub(crate) fn reminder(&self, reminder: &Reminder) -> Option<Letter> {
        let (line, listing) = self.attended(&reminder.listing)?;
        if listing.starts_at != Some(reminder.starts_at) || reminder.starts_at <= self.context.now {
            return None;
        }
        let mut blocks: Vec<_> = self.occasion_of(listing).into_iter().collect();
        blocks.extend(self.codes_of(Some(&reminder.listing)));
        Some(self.letter_about("reminder", &line.title, blocks))
    }
}
