//! Stripe, as far as one payment of one order goes.

use domain::{Authorization, Capture, Currency, Fact, Minor, RefundId, RefundSeen, RefundState, Source};
use jiff::Timestamp;

/// Where a payment stands at Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Payment {
    /// Stripe was not asked for it yet.
    None,
    /// It can be paid.
    Open,
    /// Its money is authorized.
    Authorized,
    /// Its money was taken.
    Captured,
    /// It cannot be paid any more.
    Canceled,
}

/// A message about a payment: an event, or what was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Message {
    Authorized,
    Captured,
    Unpayable,
    /// The refund with that number was made.
    Refunded(u8),
}

/// One payment at Stripe, with all that Stripe has said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stripe {
    pub(crate) payment: Payment,
    pub(crate) amount: Minor,
    pub(crate) manual: bool,
    /// The keys of the refunds that were made, each with our name of it. All of them are of the whole amount.
    pub(crate) refunds: Vec<(String, RefundId)>,
    /// Messages that left. Any of them may arrive at any time, and again.
    pub(crate) sent: Vec<Message>,
}

impl Stripe {
    pub(crate) fn new(amount: Minor, manual: bool) -> Self {
        Self { payment: Payment::None, amount, manual, refunds: Vec::new(), sent: Vec::new() }
    }

    fn send(&mut self, message: Message) {
        if !self.sent.contains(&message) {
            self.sent.push(message);
            self.sent.sort_unstable();
        }
    }

    /// The same key opens the same payment.
    pub(crate) fn create(&mut self) {
        if self.payment == Payment::None {
            self.payment = Payment::Open;
        }
    }

    /// The buyer pays.
    pub(crate) fn pay(&mut self) {
        if self.payment == Payment::Open {
            self.payment = if self.manual { Payment::Authorized } else { Payment::Captured };
            self.send(if self.manual { Message::Authorized } else { Message::Captured });
        }
    }

    /// Takes authorized money.
    pub(crate) fn capture(&mut self) {
        if self.payment == Payment::Authorized {
            self.payment = Payment::Captured;
            self.send(Message::Captured);
        }
    }

    /// Ends what is not paid.
    pub(crate) fn cancel(&mut self) {
        if matches!(self.payment, Payment::Open | Payment::Authorized) {
            self.payment = Payment::Canceled;
            self.send(Message::Unpayable);
        }
    }

    /// Gives all of it back, once for each key. None if there is nothing to give.
    pub(crate) fn refund(&mut self, key: &str, id: &RefundId) -> Option<Message> {
        if !self.refunds.iter().any(|(known, _)| known == key) {
            // How much one key after the other gives back is not bounded here: that is for our side to see to.
            if self.payment != Payment::Captured {
                return None;
            }
            self.refunds.push((key.to_owned(), id.clone()));
        }
        let number = self.refunds.iter().position(|(known, _)| known == key)?;
        let message = Message::Refunded(u8::try_from(number).unwrap_or(u8::MAX));
        self.send(message);
        Some(message)
    }

    /// The whole amount or zero: a card is never captured in part.
    pub(crate) fn captured(&self) -> Minor {
        if self.payment == Payment::Captured { self.amount } else { Minor::ZERO }
    }

    /// What was given back.
    pub(crate) fn refunded(&self) -> Minor {
        self.refunds.iter().map(|_| self.amount).sum()
    }

    /// What a fetch shows; none while the buyer has not paid.
    pub(crate) fn fetched(&self) -> Option<Message> {
        match self.payment {
            Payment::None | Payment::Open => None,
            Payment::Authorized => Some(Message::Authorized),
            Payment::Captured => Some(Message::Captured),
            Payment::Canceled => Some(Message::Unpayable),
        }
    }

    /// A message as the domain reads it.
    pub(crate) fn fact(&self, message: Message, intent: &str, now: Timestamp) -> Fact {
        let payment_intent = intent.to_owned();
        match message {
            Message::Authorized => Fact::Authorized(Authorization {
                payment_intent,
                charge: None,
                amount: self.amount,
                tax: Some(Minor::ZERO),
                currency: Currency::USD,
                capture_before: None,
            }),
            Message::Captured => Fact::Captured(Capture {
                payment_intent,
                charge: None,
                session: None,
                amount: self.amount,
                tax: Some(Minor::ZERO),
                currency: Currency::USD,
            }),
            Message::Unpayable => Fact::Unpayable,
            Message::Refunded(n) => {
                let refund_id = self.refunds.get(usize::from(n)).map(|(_, id)| id.clone());
                Fact::Refund(RefundSeen {
                    stripe_id: format!("re_{n}_{intent}"),
                    refund_id,
                    payment_intent,
                    amount: self.amount,
                    state: RefundState::Succeeded,
                    failure: None,
                    source: Source::Event { created: now },
                })
            }
        }
    }
}
