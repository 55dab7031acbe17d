//! What several letters say in the same words: when a slot is, units of a line, why a listing was canceled.

use domain::{Listing, order::Line};

use crate::{
    letter::{Block, Row},
    writer::Writer,
};

impl Writer<'_> {
    /// When the slot is, in the listing's zone.
    pub(crate) fn slot(&self) -> String {
        let Some(booking) = &self.order.booking else { return String::new() };
        let end = self.order.lines.first().and_then(|line| line.over_at);
        self.zone().span(self.language, booking.starts_at, end)
    }

    /// When the slot is on the clock of a buyer who is elsewhere; none where both clocks show the same.
    fn own_slot(&self) -> Option<String> {
        let (booking, own) = (self.order.booking.as_ref()?, self.own_zone.as_ref()?);
        let end = self.order.lines.first().and_then(|line| line.over_at);
        let elsewhere = !own.agrees(&self.zone(), booking.starts_at);
        elsewhere.then(|| own.span(self.language, booking.starts_at, end))
    }

    /// The same as a row of its own, beside a sentence that tells the listing's time.
    pub(crate) fn slot_of_reader(&self) -> Option<Block> {
        let own = self.own_slot()?;
        Some(Block::Facts { rows: vec![Row::new(self.phrase("slot-own", &[]), own)] })
    }

    /// When and where a slot is.
    pub(crate) fn slot_facts(&self) -> Block {
        let place = self.context.first().and_then(|listing| listing.venue.clone());
        let mut rows = vec![Row::new(self.phrase("slot", &[]), self.slot())];
        rows.extend(self.own_slot().map(|own| Row::new(self.phrase("slot-own", &[]), own)));
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
