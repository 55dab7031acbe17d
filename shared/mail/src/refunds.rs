//! Money that goes back, and payments that came to nothing.

use domain::{
    OrderStatus,
    order::{HOSTED_SESSION, PaymentState, Refund},
};
use jiff::SignedDuration;

use crate::{
    letter::{Block, Letter, Row},
    writer::Writer,
};

/// How long a payment page has to be open still for a mail about it to be of use.
const LEAST_LEFT: SignedDuration = SignedDuration::from_mins(5);

impl Writer<'_> {
    pub(crate) fn refunded(&self, refund: &Refund) -> Letter {
        if refund.amount.is_zero() {
            let mut blocks = vec![Block::text(self.phrase("refund-goods", &[("title", self.title)]))];
            blocks.extend(self.taken_back(refund));
            let mut letter = self.letter("refund", blocks);
            letter.heading = self.phrase("refund-goods-heading", &[]);
            return letter;
        }
        let text = self.phrase("refund-text", &[("amount", &self.refund_money(refund)), ("way", &self.way())]);
        let mut blocks = vec![Block::text(text)];
        blocks.extend(self.taken_back(refund));
        self.letter("refund", blocks)
    }

    /// What a refund gives the money of: lines and units. None for an amount alone.
    fn taken_back(&self, refund: &Refund) -> Option<Block> {
        let named = refund.items.iter().filter_map(|item| Some((self.order.line(&item.line)?, item.quantity)));
        let label = self.phrase("refund-for", &[]);
        let rows: Vec<_> = named.map(|(line, quantity)| Row::new(&label, Self::units(line, quantity))).collect();
        (!rows.is_empty()).then_some(Block::Facts { rows })
    }

    /// Stripe had taken the refund, and the bank gave it back.
    pub(crate) fn refund_failed(&self, refund: &Refund) -> Letter {
        let amount = self.refund_money(refund);
        let text = self.phrase("refund-failed-text", &[("amount", &amount), ("way", &self.way())]);
        let next = self.phrase("refund-failed-next", &[]);
        self.letter("refund-failed", vec![Block::text(text), Block::text(next)])
    }

    /// What was paid goes back: it came too late, or the table lost the order.
    pub(crate) fn late(&self) -> Letter {
        let amount = self.money_in(self.order.paid_currency(), self.order.payment.captured);
        let (about, text) = if self.order.was_lost() { ("lost", "lost-text") } else { ("late", "late-text") };
        self.letter(about, vec![Block::text(self.phrase(text, &[("amount", &amount), ("way", &self.way())]))])
    }

    /// The payment page was left open. Nothing is said of one that is paid, ended, or about to end.
    pub(crate) fn payment_open(&self) -> Option<Letter> {
        let order = self.order;
        let ends_at = order.created_at + HOSTED_SESSION;
        let open = order.status == OrderStatus::Pending
            && order.hold.is_some()
            && order.claim.is_none()
            && order.payment.state == PaymentState::Unpaid
            && ends_at - LEAST_LEFT > self.context.now;
        let reminds = self.context.organization.is_some_and(|seller| seller.profile.remind_of_open_payment);
        let url = order.payment.checkout_url.clone().filter(|_| open && reminds)?;
        let until = self.zone().moment(self.language, ends_at);
        let blocks = vec![
            Block::text(self.phrase("payment-open-text", &[("title", self.title)])),
            Block::text(self.phrase("payment-open-until", &[("until", &until)])),
            Block::Link { label: self.phrase("payment-open-pay", &[]), url },
        ];
        Some(self.letter("payment-open", blocks))
    }

    pub(crate) fn failed(&self) -> Letter {
        self.letter("failed", vec![Block::text(self.phrase("failed-text", &[]))])
    }
}
