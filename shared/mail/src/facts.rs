//! What several letters say in the same words: when a slot is, units of a line, why a listing was canceled.

use domain::{
    Listing,
    order::{Booking, Line},
};
use words::Zone;

use crate::{
    letter::{Block, Row},
    writer::Writer,
};

impl Writer<'_> {
    /// When the slot is, in the listing's zone.
    pub(crate) fn slot(&self) -> String {
        self.order.booking.as_ref().map(|booking| self.span(&self.zone(), booking)).unwrap_or_default()
    }

    fn span(&self, zone: &Zone, booking: &Booking) -> String {
        let end = self.order.lines.first().and_then(|line| line.over_at);
        zone.span(self.language, booking.starts_at, end)
    }

    /// When the slot is on the clock of a buyer who is elsewhere; none where both clocks show the same.
    fn own_slot(&self) -> Option<Row> {
        let (booking, own) = (self.order.booking.as_ref()?, self.own_zone.as_ref()?);
        let elsewhere = !own.agrees(&self.zone(), booking.starts_at);
        elsewhere.then(|| Row::new(self.phrase("slot-own", &[]), self.span(own, booking)))
    }

    /// The same by itself, beside a sentence that tells the listing's time.
    pub(crate) fn slot_of_reader(&self) -> Option<Block> {
        self.own_slot().map(|row| Block::Facts { rows: vec![row] })
    }

    /// Rows of a slot: its time by the clock of its place, and that place.
    pub(crate) fn slot_facts(&self) -> Block {
        let place = self.context.first().and_then(|listing| listing.venue.clone());
        let mut rows = vec![Row::new(self.phrase("slot", &[]), self.slot())];
        rows.extend(self.own_slot());
        rows.extend(place.map(|place| Row::new(self.phrase("where", &[]), place)));
        Block::Facts { rows }
    }

    /// Why the seller canceled a listing, if that was said.
    pub(crate) fn reason(&self, listing: &Listing) -> Option<Block> {
        let reason = listing.cancel_reason.as_deref()?;
        Some(Block::text(self.phrase("canceled-reason", &[("reason", reason)])))
    }

    /// The name of a line and so many of its units, as on the receipt.
    pub(crate) fn units(line: &Line, quantity: u32) -> String {
        format!("{quantity} × {} – {}", line.title, line.name)
    }
}
