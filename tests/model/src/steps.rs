//! The steps: what one process, one message or one person does at once.

use domain::{
    Actor, Fact, OrderStatus, RefundId, RefundState, Refusal,
    order::{
        CanceledBy, ClaimKind, DecideError, Decision, Draw, Event, MoveKind, Order, PaymentState, RefundAsk,
        RefundCause, StockState, Supply, cancel_booking, claim, confirm_booking, decide, decide_refund,
        decline_booking,
        transitions::{State, Transition, rule},
        unclaim,
    },
};
use jiff::SignedDuration;

use crate::{
    breaks::Break,
    local::{Local, Taken},
    orders::{Kind, order},
    processes::{Ender, Process},
    stripe::{Message, Payment},
};

/// Longer than any hold, claim, lease or time to answer.
const TICK: SignedDuration = SignedDuration::from_hours(1);

/// What one of the two buyers, Stripe or the sweeper may do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The buyer's request is placed: order, hold and call record in one transaction.
    Place,
    /// Stripe is asked for the payment, by the request or by a repeat of it.
    Create,
    /// The buyer pays.
    Pay,
    /// An event arrives.
    Deliver(Message),
    /// Somewhere the payment is fetched.
    Fetch,
    /// What was fetched is settled.
    Settle(Message),
    /// The sweeper finds the order due.
    Sweep,
    /// Who claimed the order ends its payment.
    End(Ender),
    /// The expert confirms.
    Confirm,
    /// Who confirmed captures.
    Capture,
    /// The expert declines.
    Decline,
    /// The buyer cancels.
    Cancel,
    /// Staff refund all of it.
    AskRefund,
    /// Stripe is asked for a refund that is written down.
    Refund,
    /// Time passes.
    Tick,
    /// One process at work on the order dies; any others go on.
    Die(Process),
    /// A process reads the order, and pauses. Only with [`Break::UnconditionalWrite`].
    Read,
    /// It writes what it decides on that. Only with [`Break::UnconditionalWrite`].
    Write(Message),
}

impl Step {
    /// Whether the system takes it by itself, without a buyer, an expert or staff.
    pub(crate) fn is_ours(self) -> bool {
        !matches!(
            self,
            Self::Place | Self::Pay | Self::Confirm | Self::Decline | Self::Cancel | Self::AskRefund | Self::Read
        )
    }

    /// All steps that may be possible in a state.
    pub(crate) fn of(local: &Local, planted: Option<Break>) -> Vec<Self> {
        let mut steps = vec![Self::Place, Self::Create, Self::Pay, Self::Fetch, Self::Sweep, Self::Confirm];
        steps.extend([Self::Capture, Self::Decline, Self::Cancel, Self::AskRefund, Self::Refund, Self::Tick]);
        steps.extend(local.processes.all().map(Self::Die));
        steps.extend(local.stripe.sent.iter().copied().map(Self::Deliver));
        steps.extend(local.processes.fetched.iter().copied().map(Self::Settle));
        steps.extend(local.processes.enders.iter().copied().map(Self::End));
        if planted == Some(Break::UnconditionalWrite) {
            steps.push(Self::Read);
            steps.extend(local.stripe.sent.iter().copied().map(Self::Write));
        }
        steps
    }

    /// What it comes to. None if it is not possible, or changes nothing. `left` says whether there is a unit to take.
    ///
    /// # Errors
    /// What the domain's table of transitions does not allow, and the domain does.
    pub(crate) fn take(self, local: &Local, left: bool, planted: Option<Break>) -> Result<Option<Taken>, String> {
        let mut next = local.clone();
        let run = Run { left, planted };
        let moves = match self {
            Self::Place => {
                if local.order.is_some() || !left {
                    return Ok(None);
                }
                next.order = Some(order(local.kind, local.n, local.now));
                let held = planted != Some(Break::PlaceWithoutHold);
                Some(held.then_some(MoveKind::Hold).into_iter().collect())
            }
            Self::Create => {
                let fresh = local.order.is_some() && local.stripe.payment == Payment::None;
                next.stripe.create();
                fresh.then(Vec::new)
            }
            Self::Pay => {
                next.stripe.pay();
                (next.stripe != local.stripe).then(Vec::new)
            }
            Self::Deliver(message) => run.deliver(&mut next, message)?,
            Self::Fetch => {
                let message = local.stripe.fetched().filter(|_| local.order.is_some());
                next.processes.note(message);
                (next.processes != local.processes).then(Vec::new)
            }
            Self::Settle(message) => {
                next.processes.fetched.retain(|known| *known != message);
                Some(run.settle(&mut next, message)?.unwrap_or_default())
            }
            Self::Sweep => run.sweep(&mut next)?,
            Self::End(ender) => {
                next.processes.enders.retain(|known| *known != ender);
                run.end(&mut next, ender);
                Some(Vec::new())
            }
            Self::Confirm => {
                let Some(order) = &local.order else { return Ok(None) };
                let answer = confirm_booking(order, &Actor::person("expert"), local.now);
                obeys(Event::ConfirmBooking, order, answered(order, &answer))?;
                next.processes.capturing = true;
                write(&mut next, answer.ok())
            }
            Self::Capture => {
                next.stripe.capture();
                next.processes.capturing = false;
                next.processes.note(next.stripe.fetched());
                local.processes.capturing.then(Vec::new)
            }
            Self::Decline => {
                let Some(order) = &local.order else { return Ok(None) };
                let answer = decline_booking(order, &Actor::person("expert"), local.now);
                obeys(Event::DeclineBooking, order, answered(order, &answer))?;
                next.processes.begin_end(Ender { spares_authorized: false });
                write(&mut next, answer.ok())
            }
            Self::Cancel => run.cancel(&mut next)?,
            Self::AskRefund => {
                let Some(order) = &local.order else { return Ok(None) };
                let answer = decide_refund(order, &RefundAsk::Rest, new_id(order), RefundCause::Staff, None, local.now);
                obeys(Event::RequestRefund, order, answered(order, &answer))?;
                write(&mut next, answer.ok())
            }
            Self::Refund => run.refund(&mut next)?,
            Self::Tick => {
                next.now += TICK;
                Some(Vec::new())
            }
            Self::Die(process) => {
                next.processes.end(process);
                Some(Vec::new())
            }
            Self::Read => {
                next.read = next.order.clone().map(Box::new);
                (local.read.is_none() && next.read.is_some()).then(Vec::new)
            }
            Self::Write(message) => {
                let Some(read) = next.read.take() else { return Ok(None) };
                next.order = Some(*read);
                run.settle(&mut next, message)?
            }
        };
        Ok(moves.map(|moves| Taken { local: next, moves }))
    }
}

/// What a step rests on besides its order.
#[derive(Clone, Copy)]
struct Run {
    left: bool,
    planted: Option<Break>,
}

impl Run {
    /// An event is taken at its word, or only says that the payment is to be fetched.
    fn deliver(self, next: &mut Local, message: Message) -> Result<Option<Vec<MoveKind>>, String> {
        let fetches = match message {
            Message::Authorized => true,
            Message::Unpayable => next.kind != Kind::Ticket,
            Message::Captured | Message::Refunded(_) => false,
        };
        if !fetches {
            return self.settle(next, message);
        }
        let before = next.processes.clone();
        next.processes.note(next.stripe.fetched());
        Ok((next.processes != before).then(Vec::new))
    }

    /// Settles a message as the engine does. None if it changes nothing.
    fn settle(self, next: &mut Local, message: Message) -> Result<Option<Vec<MoveKind>>, String> {
        let fact = next.stripe.fact(message, &next.intent(), next.now);
        self.apply(next, &fact)
    }

    fn apply(self, next: &mut Local, fact: &Fact) -> Result<Option<Vec<MoveKind>>, String> {
        let Some(order) = next.order.clone() else { return Ok(None) };
        let mut decided = decide(&order, fact, Supply::Untried, next.now);
        if decided.as_ref().is_ok_and(|decision| decision.draw) && !self.left {
            decided = decide(&order, fact, Supply::Gone, next.now);
        }
        obeys(Event::of(fact), &order, effect(&order, &decided))?;
        // What cannot be true of this order has it fetched, which is a step of its own.
        let Ok(mut decision) = decided else { return Ok(None) };
        let mut drawn = Vec::new();
        if decision.draw {
            for line in &mut decision.order.lines {
                line.draws = vec![Draw { shard: 0, quantity: 1 }];
            }
            drawn.push(MoveKind::Take);
        }
        if self.planted == Some(Break::ReleaseKeepsHold) {
            decision.stock.retain(|moved| moved.kind != MoveKind::Release);
        }
        Ok(write(next, Some(decision)).map(|mut moves| {
            moves.extend(drawn);
            moves
        }))
    }

    /// The sweeper works on an order that is due.
    fn sweep(self, next: &mut Local) -> Result<Option<Vec<MoveKind>>, String> {
        let Some(order) = next.order.clone() else { return Ok(None) };
        if order.due_at().is_none_or(|at| at > next.now) || !order.is_waiting() {
            return Ok(None);
        }
        if self.planted == Some(Break::ClaimForEver) && order.claim.is_some() {
            return Ok(None);
        }
        let capturing = order.claim.as_ref().is_some_and(|claim| claim.kind == ClaimKind::Capturing);
        if capturing && next.stripe.payment == Payment::Authorized {
            let until = order.booking.as_ref().and_then(|booking| booking.respond_by);
            if let Some(until) = until.filter(|until| *until > next.now) {
                let decision = unclaim(&order, until);
                obeys(Event::Unclaim, &order, changed(&order, &decision))?;
                return Ok(write(next, Some(decision)));
            }
        } else if capturing && next.stripe.payment == Payment::Captured {
            let before = next.processes.clone();
            next.processes.note(next.stripe.fetched());
            return Ok((next.processes != before).then(Vec::new));
        }
        let decided = claim(&order, ClaimKind::Expiring, &Actor::Sweeper, "it is due", next.now);
        obeys(Event::Claim, &order, effect(&order, &decided))?;
        let Ok(decision) = decided else { return Ok(None) };
        let expiring = decision.order.claim.as_ref().is_some_and(|claim| claim.kind == ClaimKind::Expiring);
        let open = order.status == OrderStatus::Pending && order.payment.state != PaymentState::Authorized;
        next.processes.begin_end(Ender { spares_authorized: expiring && open });
        Ok(write(next, Some(decision)))
    }

    /// Ends the payment at Stripe. One that Stripe was never asked for is asked for once more, and then ended.
    fn end(self, next: &mut Local, ender: Ender) {
        if self.planted == Some(Break::ReleaseBeforeEnd) {
            next.processes.note(Some(Message::Unpayable));
            return;
        }
        next.stripe.create();
        if !(ender.spares_authorized && next.stripe.payment == Payment::Authorized) {
            next.stripe.cancel();
        }
        next.processes.note(next.stripe.fetched());
    }

    fn cancel(self, next: &mut Local) -> Result<Option<Vec<MoveKind>>, String> {
        let Some(order) = next.order.clone() else { return Ok(None) };
        let answer = cancel_booking(&order, CanceledBy::Buyer, &Actor::person("buyer"), new_id(&order), next.now);
        obeys(Event::CancelBooking, &order, answered(&order, &answer))?;
        let Ok(decision) = answer else { return Ok(None) };
        if decision.order.claim.is_some() {
            next.processes.begin_end(Ender { spares_authorized: false });
        }
        Ok(write(next, Some(decision)))
    }

    /// Asks Stripe for the first refund that is written down and not known to be made.
    fn refund(self, next: &mut Local) -> Result<Option<Vec<MoveKind>>, String> {
        let Some(order) = next.order.clone() else { return Ok(None) };
        if self.planted == Some(Break::RefundForgotten) {
            return Ok(None);
        }
        let due = order.refunds.iter().find(|r| r.state == RefundState::Pending && r.stripe_id.is_none());
        let Some(refund) = due else { return Ok(None) };
        let tries = next.stripe.refunds.len();
        // One more is enough to find it.
        let fresh = self.planted == Some(Break::FreshRefundKey) && tries < 2;
        let key = if fresh { format!("{}-{tries}", refund.id) } else { refund.id.to_string() };
        let before = (next.stripe.clone(), next.processes.clone());
        let Some(message) = next.stripe.refund(&key, &refund.id) else {
            let fact = Fact::RefundRefused { refund: refund.id.clone(), failure: "charge_already_refunded".to_owned() };
            return self.apply(next, &fact);
        };
        next.processes.note(Some(message));
        Ok((before != (next.stripe.clone(), next.processes.clone())).then(Vec::new))
    }
}

/// Writes a decision: the order and its units, or nothing if it changes nothing.
fn write(next: &mut Local, decision: Option<Decision>) -> Option<Vec<MoveKind>> {
    let decision = decision.filter(|decision| decision.changed)?;
    let moves = decision.stock.iter().map(|moved| moved.kind).collect();
    next.order = Some(decision.order);
    Some(moves)
}

/// Each request has a name of its own.
fn new_id(order: &Order) -> RefundId {
    RefundId::parse(format!("ref_{}", order.refunds.len())).unwrap_or_else(|_| unreachable!("a legal id"))
}

/// What came of an event is among what the domain's table says.
fn obeys(event: Event, before: &Order, effect: Transition) -> Result<(), String> {
    let at = State::of(before);
    let allowed = rule(event, at).effects.contains(&effect);
    if allowed { Ok(()) } else { Err(format!("{} of {at:?} comes to {effect:?}", event.as_str())) }
}

fn changed(before: &Order, decision: &Decision) -> Transition {
    match decision.order.status {
        _ if !decision.changed => Transition::Unchanged,
        status if status == before.status => Transition::Stay,
        status => Transition::To(status),
    }
}

fn effect(before: &Order, decided: &Result<Decision, DecideError>) -> Transition {
    match decided {
        Ok(decision) => changed(before, decision),
        Err(DecideError::Illegal { .. }) => Transition::Illegal,
        Err(DecideError::CaptureUnknown { .. }) => Transition::PaymentFirst,
        Err(DecideError::TaxUnknown) => Transition::TaxFirst,
        Err(DecideError::NotClaimable { .. }) => Transition::NotClaimable,
    }
}

fn answered(before: &Order, answer: &Result<Decision, Refusal>) -> Transition {
    match answer {
        Ok(decision) => changed(before, decision),
        Err(refusal) => Transition::Refused(refusal.code),
    }
}

/// The units that an order claims: held and sold.
pub(crate) fn claims(order: Option<&Order>) -> (u32, u32) {
    let units =
        order.map_or(0, |order| order.lines.iter().flat_map(|line| &line.draws).map(|draw| draw.quantity).sum());
    match order.map(|order| order.stock) {
        Some(StockState::Held) => (units, 0),
        Some(StockState::Sold) => (0, units),
        Some(StockState::None) | None => (0, 0),
    }
}
