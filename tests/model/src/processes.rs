//! The processes at work on one order, as far as each has come.

use crate::stripe::Message;

/// A process that has claimed an order, and is about to end its payment at Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ender {
    /// Whether money that it finds authorized is left alone: the buyer was in time, and only the event was lost.
    pub(crate) spares_authorized: bool,
}

/// A process at work on one order, by what it does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Process {
    /// It is about to settle what it fetched.
    Settler(Message),
    /// It is about to end the payment.
    Ender(Ender),
    /// It is about to capture.
    Capturer,
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
    /// Each of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = Process> {
        let settlers = self.fetched.iter().copied().map(Process::Settler);
        let capturer = self.capturing.then_some(Process::Capturer);
        settlers.chain(self.enders.iter().copied().map(Process::Ender)).chain(capturer)
    }

    /// One of them is no more.
    pub(crate) fn end(&mut self, process: Process) {
        match process {
            Process::Settler(message) => self.fetched.retain(|known| *known != message),
            Process::Ender(ender) => self.enders.retain(|known| *known != ender),
            Process::Capturer => self.capturing = false,
        }
    }

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
