//! Orders confirmed, and listings canceled.

use domain::{
    Kind, Listing, ListingId, Minor,
    order::{Line, Refund, Ticket},
};
use rust_decimal::Decimal;

use crate::{
    letter::{Block, Letter, Row},
    writer::Writer,
};

impl Writer<'_> {
    pub(crate) fn confirmed(&self) -> Letter {
        let mut blocks = vec![Block::text(self.phrase("confirmed-text", &[])), self.sums()];
        blocks.extend(self.occasions());
        blocks.extend(self.delivered());
        blocks.extend(self.codes_of(None));
        blocks.extend(self.attached());
        if let Some(hours) = self.order.hours() {
            let amount = self.number(&hours.normalize().to_string());
            // One hour or several: what number exactly matters to no language here.
            let n = if hours == Decimal::ONE { 1.0 } else { 2.0 };
            blocks.push(Block::text(self.language.count("hours-added", ("hours", n), &[("amount", &amount)])));
        }
        self.letter("confirmed", blocks)
    }

    /// Where what was bought is sent, and where it is collected.
    fn delivered(&self) -> Option<Block> {
        let order = self.order;
        let mut rows = Vec::new();
        if let Some(to) = &order.delivery {
            rows.push(Row::new(self.phrase("deliver-to", &[]), to.lines(&order.buyer.name).join(", ")));
        }
        let mut venues: Vec<&String> = order.lines.iter().filter_map(|line| line.pickup_at.as_ref()).collect();
        venues.dedup();
        rows.extend(venues.into_iter().map(|venue| Row::new(self.phrase("collect-at", &[]), venue)));
        (!rows.is_empty()).then_some(Block::Facts { rows })
    }

    /// When and where the order's shows are, each listing once.
    fn occasions(&self) -> Vec<Block> {
        let mut seen = Vec::new();
        let shows = self.order.lines.iter().filter(|line| line.kind == Kind::Show);
        let first_of_each = shows.filter(|line| {
            let new = !seen.contains(&&line.listing);
            seen.push(&line.listing);
            new
        });
        first_of_each.filter_map(|line| self.occasion(line)).collect()
    }

    fn occasion(&self, line: &Line) -> Option<Block> {
        let listing = self.context.listing(line)?;
        let mut occasion = self.occasion_of(listing)?;
        // Where there is one alone, its title is in the subject already.
        if let (Block::Facts { rows }, false) =
            (&mut occasion, self.order.lines.iter().all(|other| other.listing == line.listing))
        {
            rows.insert(0, Row::new("", &line.title));
        }
        Some(occasion)
    }

    /// When and where a listing is; none where neither is said.
    pub(crate) fn occasion_of(&self, listing: &Listing) -> Option<Block> {
        let zone = self.context.zone(Some(listing));
        let mut rows = Vec::new();
        let moment = |id: &str, at| Row::new(self.phrase(id, &[]), zone.moment(self.language, at));
        rows.extend(listing.starts_at.map(|at| moment("when", at)));
        rows.extend(listing.doors_at.map(|at| moment("doors", at)));
        rows.extend(listing.venue.clone().map(|venue| Row::new(self.phrase("where", &[]), venue)));
        (!rows.is_empty()).then_some(Block::Facts { rows })
    }

    /// What was bought, so that the rows add up to the sum as printed.
    fn sums(&self) -> Block {
        let order = self.order;
        let mut rows: Vec<Row> = order
            .lines
            .iter()
            .map(|line| Row::new(Self::units(line, line.quantity), self.money(line.full())))
            .collect();
        if !order.totals.discount.is_zero() {
            let code = order.promo.as_ref().map(|promo| promo.code.to_string()).unwrap_or_default();
            let discount = self.money(Minor::ZERO - order.totals.discount);
            rows.push(Row::new(self.phrase("discount", &[("code", &code)]), discount));
        }
        let more = [
            ("platform-fee", order.totals.platform_fees),
            ("processing-fee", order.totals.processing_fees),
            ("tax", order.tax_on_top()),
        ];
        let more = more.into_iter().filter(|(_, amount)| !amount.is_zero());
        rows.extend(more.map(|(id, amount)| Row::new(self.phrase(id, &[]), self.money(amount))));
        let total = Row::new(self.phrase("total", &[]), self.money(order.to_pay()));
        let mut notes = Vec::new();
        let contained = order.tax.unwrap_or_default() - order.tax_on_top();
        if !contained.is_zero() {
            notes.push(Row::new(self.phrase("tax-included", &[]), self.money(contained)));
        }
        if let Some(paid) = &order.payment.accepted {
            let amount = self.money_in(paid.currency, paid.amount);
            notes.push(Row::new(self.phrase("paid-accepted", &[]), amount));
        }
        Block::Sums { rows, total, notes }
    }

    /// The codes that open a door for the buyer: of one listing, or of all.
    pub(crate) fn codes_of(&self, listing: Option<&ListingId>) -> Option<Block> {
        let concerned = |line: &str| {
            listing.is_none_or(|listing| self.order.line(line).is_some_and(|line| &line.listing == listing))
        };
        let valid = self.order.tickets.iter().filter(|ticket| ticket.is_buyers());
        let valid = valid.filter(|ticket| concerned(&ticket.line));
        let rows: Vec<Row> = valid
            .map(|ticket| {
                let name = self.order.line(&ticket.line).map_or("", |line| line.name.as_str());
                Row::new(ticket.code.to_string(), name)
            })
            .collect();
        (!rows.is_empty()).then(|| Block::Codes { heading: self.phrase("tickets-heading", &[]), rows })
    }

    /// What hangs on a confirmation.
    fn attached(&self) -> Vec<Block> {
        let tickets = self.order.tickets.iter().any(Ticket::is_buyers);
        let dated = self.order.lines.iter().any(|line| {
            line.kind == Kind::Show && self.context.listing(line).is_some_and(|listing| listing.starts_at.is_some())
        });
        let files = [("attached-tickets", tickets), ("attached-calendar", dated)];
        files.into_iter().filter(|(_, there)| *there).map(|(id, _)| Block::text(self.phrase(id, &[]))).collect()
    }

    /// The seller canceled what was bought; free orders hear of it as well.
    pub(crate) fn listing_canceled(&self, refund: &Refund) -> Letter {
        let order = self.order;
        let canceled = |line: &&Line| self.context.listing(line).is_some_and(|listing| listing.canceled_at.is_some());
        let of_refund = |line: &&Line| refund.items.iter().any(|item| item.line == line.id);
        let line = order.lines.iter().find(of_refund).or_else(|| order.lines.iter().find(canceled));
        let line = line.or_else(|| order.lines.first());
        let title = line.map_or(self.title, |line| line.title.as_str());
        let money = if refund.amount.is_zero() {
            self.phrase("canceled-free", &[])
        } else {
            self.phrase("canceled-refund", &[("amount", &self.refund_money(refund)), ("way", &self.way())])
        };
        let mut blocks = line.map_or_else(Vec::new, |line| self.cancellation(line, title));
        blocks.push(Block::text(money));
        if line.is_some_and(|line| line.kind == Kind::Show) {
            blocks.push(Block::text(self.phrase("canceled-tickets", &[])));
        }
        self.letter_about("canceled", title, blocks)
    }

    /// That what a line bought is canceled, and why.
    pub(crate) fn cancellation(&self, line: &Line, title: &str) -> Vec<Block> {
        let listing = self.context.listing(line);
        let begins = listing.and_then(|listing| listing.starts_at);
        // A slot has its time in the order: its listing has many, and none of its own.
        let when = match &self.order.booking {
            Some(_) => Some(self.slot()),
            None => begins.map(|at| self.context.zone(listing).moment(self.language, at)),
        };
        let text = match (line.kind, when) {
            (Kind::Product | Kind::Package, _) => self.phrase("canceled-product", &[("title", title)]),
            (_, Some(when)) => self.phrase("canceled-text-when", &[("title", title), ("when", &when)]),
            _ => self.phrase("canceled-text", &[("title", title)]),
        };
        let mut blocks = vec![Block::text(text)];
        blocks.extend(self.slot_of_reader());
        blocks.extend(listing.and_then(|listing| self.reason(listing)));
        blocks
    }
}
