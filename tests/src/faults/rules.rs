//! Which calls go wrong, and how.

use std::time::Duration;

use super::calls::{Outward, Service};

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// No connection: it never left.
    Refused,
    /// The connection broke before it arrived.
    RequestLost,
    /// It was acted on, and the connection broke before the answer.
    AnswerLost,
    /// The service asks to come back later.
    Throttled,
    /// Another call is at the same item, or at the same key.
    Conflict,
    /// The transaction is acted on, its answer does not come, and a repeat under the same token is answered that it is still under
    /// way.
    InProgress,
    /// A 5xx, and nothing was done. Stripe repeats it for the same key.
    ServerError,
    /// A 5xx, but it was done. Stripe repeats it for the same key.
    ServerErrorDone,
    /// The process is gone right before the call.
    CrashBefore,
    /// The process is gone right after the call.
    CrashAfter,
    /// It is never answered, and never acted on.
    Hang,
    /// The caller has no right to the call.
    TurnedAway,
    /// Of several items that are asked for, the table reads the first half and leaves the others out, as it does under load.
    Half,
    /// It takes this long.
    Slow(Duration),
}

impl Fault {
    /// All that the sweep tries on each call.
    pub const ALL: [Self; 9] = [
        Self::Refused,
        Self::RequestLost,
        Self::AnswerLost,
        Self::Throttled,
        Self::Conflict,
        Self::ServerError,
        Self::ServerErrorDone,
        Self::CrashBefore,
        Self::CrashAfter,
    ];

    /// Whether the process ends by it.
    #[must_use]
    pub fn is_crash(self) -> bool {
        matches!(self, Self::CrashBefore | Self::CrashAfter)
    }

    /// Whether this can happen to such a call at all.
    #[must_use]
    pub fn befalls(self, call: &Outward) -> bool {
        match self {
            // Reads do not contend, nor do calls to a queue.
            Self::Conflict => call.writes && matches!(call.service, Service::Table | Service::Stripe),
            // To a call that changes nothing, both are the same.
            Self::ServerErrorDone | Self::CrashAfter | Self::AnswerLost => call.writes,
            _ => true,
        }
    }
}

/// Which calls go wrong, and how.
#[derive(Debug, Clone)]
pub struct Rule {
    pub(super) fault: Fault,
    service: Service,
    operation: Option<String>,
    /// How many that match pass unharmed before.
    skip: usize,
    /// How many go wrong then.
    times: usize,
    /// Whether from the first one on everything goes wrong at that service.
    sticks: bool,
}

impl Rule {
    /// Every call to a service.
    #[must_use]
    pub fn every(service: Service, fault: Fault) -> Self {
        Self { fault, service, operation: None, skip: 0, times: usize::MAX, sticks: false }
    }

    /// Only calls whose operation begins so, as `TransactWriteItems` or `POST /v1/refunds`.
    #[must_use]
    pub fn of(self, operation: &str) -> Self {
        Self { operation: Some(operation.to_owned()), ..self }
    }

    /// From the first call on that it breaks, every call to that service.
    #[must_use]
    pub fn sticking(self) -> Self {
        Self { sticks: true, ..self }
    }

    /// Only so many.
    #[must_use]
    pub fn times(self, times: usize) -> Self {
        Self { times, ..self }
    }

    /// After so many that pass.
    #[must_use]
    pub fn after(self, skip: usize) -> Self {
        Self { skip, ..self }
    }

    /// Whether this call goes wrong; counts it.
    pub(super) fn strikes(&mut self, call: &Outward) -> bool {
        let matches = self.service == call.service
            && self.operation.as_ref().is_none_or(|operation| call.operation.starts_with(operation.as_str()));
        if !matches || self.times == 0 {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        self.times -= 1;
        if self.sticks {
            self.operation = None;
        }
        true
    }
}
