//! The processes at work on one order, as far as each has come.

use crate::stripe::Message;

/// A process that has claimed an order, and is about to end its payment at Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ender {
    /// Whether money that it finds authorized is left alone: the buyer was in time, and only the event was lost.
    pub(crate) spares_authorized: bool,
}

/// All of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Processes {
    /// What was fetched and is not settled yet. It may be old by then.
    pub(crate) fetched: Vec<Message>,
    /// Those that are about to end the payment.
    pub(crate) enders: Vec<Ender>,
    /// Whether one is about to capture.
    pub(crate) capturing: bool,
}

impl Processes {
    pub(crate) fn note(&mut self, message: Option<Message>) {
        if let Some(message) = message.filter(|message| !self.fetched.contains(message)) {
            self.fetched.push(message);
            self.fetched.sort_unstable();
        }
    }

    pub(crate) fn begin_end(&mut self, ender: Ender) {
        if !self.enders.contains(&ender) {
            self.enders.push(ender);
            self.enders.sort_unstable();
        }
    }
}
