//! All that may happen to an order: each event, in which states it changes something, and what becomes of it in the
//! others.
//!
//! The code asks this table before it decides: [`decide`](super::decide()) and [`claim`](super::claim()) refuse what it
//! calls illegal and leave alone what it calls unchanged. A test tries every event on every kind of order that can be
//! reached: what the functions do is what the table says. `docs/transitions.md` is this table, printed.

use self::Transition::{Illegal, NotClaimable, PaymentFirst, Refused, Stay, TaxFirst, To, Unchanged};
use super::{
    aggregate::{
        booking::BookingStatus,
        order::Order,
        payment::PaymentState,
        status::OrderStatus::{self, Authorized, Canceled, Expired, Failed, Paid, Pending, Refunded},
    },
    decision::DecideError,
    event::Event,
};
use crate::Code::{
    self, AlreadyCheckedIn, ExceedsCaptured, ExceedsPurchased, IllegalState, InvalidRequest, NotFound, NotPaid,
    OutOfStock, OutsideCheckIn, RequestInProgress, WrongListing,
};
use crate::catalog::PaymentMode;

/// What of an order says which events it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct State {
    /// The order's status.
    pub status: OrderStatus,
    /// What has happened to its money.
    pub payment: PaymentState,
    /// Where its booking stands, if it is one.
    pub booking: Option<BookingStatus>,
    /// Whether nothing is due for it.
    pub free: bool,
}

impl State {
    /// An order's state.
    #[must_use]
    pub fn of(order: &Order) -> Self {
        Self {
            status: order.status,
            payment: order.payment.state,
            booking: order.booking.as_ref().map(|booking| booking.status),
            free: order.payment.mode == PaymentMode::Free,
        }
    }
}

/// What an event may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transition {
    /// The order changes, and its status is this one then.
    To(OrderStatus),
    /// The order changes, but not its status.
    Stay,
    /// Nothing changes.
    Unchanged,
    /// [`DecideError::Illegal`]: no order in that state can have it.
    Illegal,
    /// [`DecideError::CaptureUnknown`]: the payment has to be settled first.
    PaymentFirst,
    /// [`DecideError::TaxUnknown`]: the session has to be fetched first.
    TaxFirst,
    /// [`DecideError::NotClaimable`].
    NotClaimable,
    /// Refused with that code.
    Refused(Code),
}

/// A row of the table: what an event may come to in some states. Of several rows for a state the first counts.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What happens.
    pub event: Event,
    /// In which statuses of the order; empty for all.
    pub statuses: &'static [OrderStatus],
    /// In which states of the payment; empty for all.
    pub payments: &'static [PaymentState],
    /// In which statuses of the booking, where None is an order without one; empty for all.
    pub bookings: &'static [Option<BookingStatus>],
    /// For orders that cost nothing alone, or for those that cost something; none for both.
    pub free: Option<bool>,
    /// What it may come to. Which of them, the event's data and the rest of the order say.
    pub effects: &'static [Transition],
}

impl Rule {
    /// Whether the row is about that event in that state.
    #[must_use]
    pub fn covers(&self, event: Event, at: State) -> bool {
        self.event == event
            && (self.statuses.is_empty() || self.statuses.contains(&at.status))
            && (self.payments.is_empty() || self.payments.contains(&at.payment))
            && (self.bookings.is_empty() || self.bookings.contains(&at.booking))
            && self.free.is_none_or(|free| free == at.free)
    }
}

/// The row that says what becomes of an event in a state.
#[must_use]
pub fn rule(event: Event, at: State) -> &'static Rule {
    TABLE
        .iter()
        .find(|rule| rule.covers(event, at))
        .unwrap_or_else(|| unreachable!("the last row of an event is for all"))
}

/// Whether an event may change an order in its state.
///
/// # Errors
/// [`DecideError::Illegal`] or [`DecideError::NotClaimable`], if that is all it can come to.
pub(super) fn may_change(event: Event, order: &Order) -> Result<bool, DecideError> {
    match rule(event, State::of(order)).effects {
        [Transition::Illegal] => Err(DecideError::Illegal { status: order.status, fact: event.as_str() }),
        [Transition::NotClaimable] => Err(DecideError::NotClaimable { status: order.status }),
        effects => Ok(effects != [Transition::Unchanged]),
    }
}

const fn on(event: Event, effects: &'static [Transition]) -> Rule {
    Rule { event, statuses: &[], payments: &[], bookings: &[], free: None, effects }
}

impl Rule {
    const fn status(self, statuses: &'static [OrderStatus]) -> Self {
        Self { statuses, ..self }
    }

    const fn payment(self, payments: &'static [PaymentState]) -> Self {
        Self { payments, ..self }
    }

    const fn booking(self, bookings: &'static [Option<BookingStatus>]) -> Self {
        Self { bookings, ..self }
    }

    const fn free(self, free: bool) -> Self {
        Self { free: Some(free), ..self }
    }
}

const NO_BOOKING: &[Option<BookingStatus>] = &[None];
const BOOKED: &[Option<BookingStatus>] = &[
    Some(BookingStatus::Requested),
    Some(BookingStatus::Confirmed),
    Some(BookingStatus::Declined),
    Some(BookingStatus::Canceled),
    Some(BookingStatus::TimedOut),
];
const CAPTURED: &[PaymentState] = &[PaymentState::Captured];
const AUTHORIZED: &[PaymentState] = &[PaymentState::Authorized];
const CONFIRMED: &[Option<BookingStatus>] = &[Some(BookingStatus::Confirmed)];

/// Every row, the events in the order of [`Event::ALL`].
pub static TABLE: &[Rule] = &[
    on(Event::Authorized, &[Unchanged]).payment(CAPTURED),
    on(Event::Authorized, &[Unchanged]).status(&[Authorized]).booking(BOOKED),
    on(Event::Authorized, &[Unchanged]).status(&[Pending]).payment(AUTHORIZED).booking(BOOKED),
    on(Event::Authorized, &[To(Authorized), Stay, TaxFirst]).status(&[Pending]).booking(BOOKED),
    on(Event::Authorized, &[Illegal]),
    on(Event::Captured, &[Stay, Unchanged]).payment(CAPTURED),
    on(Event::Captured, &[To(Paid), Stay, TaxFirst]).status(&[Pending]).booking(NO_BOOKING),
    on(Event::Captured, &[To(Paid), To(Canceled), Stay]).status(&[Pending]).payment(AUTHORIZED),
    on(Event::Captured, &[To(Paid), To(Canceled), Stay, TaxFirst]).status(&[Pending]),
    on(Event::Captured, &[To(Paid), To(Canceled), Stay]).status(&[Authorized]).free(false),
    on(Event::Captured, &[To(Paid), Stay, TaxFirst]).status(&[Failed, Expired]).booking(NO_BOOKING),
    on(Event::Captured, &[Stay, TaxFirst]).status(&[Failed, Expired, Canceled]).free(false),
    on(Event::Captured, &[Illegal]),
    on(Event::ActionRequired, &[Unchanged]).payment(CAPTURED),
    on(Event::ActionRequired, &[Stay, Unchanged]).status(&[Pending]),
    on(Event::ActionRequired, &[Unchanged]),
    on(Event::Processing, &[Stay]).status(&[Pending]).payment(&[PaymentState::Unpaid]),
    on(Event::Processing, &[Unchanged]).payment(&[
        PaymentState::Processing,
        PaymentState::Authorized,
        PaymentState::Captured,
    ]),
    on(Event::Processing, &[Illegal]),
    on(Event::Declined, &[Unchanged]).payment(CAPTURED),
    on(Event::Declined, &[Stay, Unchanged]).status(&[Pending]),
    on(Event::Declined, &[Unchanged]),
    on(Event::Failed, &[Unchanged]).payment(CAPTURED),
    on(Event::Failed, &[To(Failed)]).status(&[Pending]),
    on(Event::Failed, &[Unchanged]),
    on(Event::Unpayable, &[Unchanged]).payment(CAPTURED),
    on(Event::Unpayable, &[To(Failed), To(Expired), To(Canceled)]).status(&[Pending]),
    on(Event::Unpayable, &[To(Canceled)]).status(&[Authorized]).free(true),
    on(Event::Unpayable, &[To(Failed), To(Canceled)]).status(&[Authorized]),
    on(Event::Unpayable, &[Unchanged]),
    on(Event::Refund, &[To(Paid), To(Expired), Stay, Unchanged, PaymentFirst, Illegal])
        .status(&[Refunded])
        .payment(CAPTURED)
        .booking(NO_BOOKING),
    on(Event::Refund, &[To(Paid), To(Canceled), Stay, Unchanged, PaymentFirst, Illegal])
        .status(&[Refunded])
        .payment(CAPTURED),
    on(Event::Refund, &[To(Refunded), Stay, Unchanged, PaymentFirst, Illegal])
        .status(&[Pending, Authorized, Paid, Failed, Expired, Canceled])
        .payment(CAPTURED),
    on(Event::Refund, &[PaymentFirst]),
    on(Event::RefundRefused, &[Stay, Unchanged]).payment(CAPTURED),
    on(Event::RefundRefused, &[Unchanged]),
    on(Event::RefundDelayed, &[Stay, Unchanged]).payment(CAPTURED),
    on(Event::RefundDelayed, &[Unchanged]),
    on(Event::Dispute, &[To(Paid), To(Expired), Stay, Unchanged, PaymentFirst])
        .status(&[Refunded])
        .payment(CAPTURED)
        .booking(NO_BOOKING),
    on(Event::Dispute, &[To(Paid), To(Canceled), Stay, Unchanged, PaymentFirst]).status(&[Refunded]).payment(CAPTURED),
    on(Event::Dispute, &[To(Canceled), Stay, Unchanged, PaymentFirst]).status(&[Pending, Authorized]).payment(CAPTURED),
    on(Event::Dispute, &[Stay, Unchanged, PaymentFirst]).payment(CAPTURED),
    on(Event::Dispute, &[PaymentFirst]),
    on(Event::Split, &[Stay, Unchanged]),
    on(Event::Adjusted, &[Stay, Unchanged]).payment(CAPTURED),
    on(Event::Adjusted, &[Unchanged]),
    on(Event::AdjustmentRefused, &[Stay, Unchanged]).payment(CAPTURED),
    on(Event::AdjustmentRefused, &[Unchanged]),
    on(Event::Claim, &[NotClaimable]).payment(CAPTURED),
    on(Event::Claim, &[Stay, NotClaimable]).status(&[Pending, Authorized]),
    on(Event::Claim, &[NotClaimable]),
    on(Event::Unclaim, &[Unchanged]).payment(CAPTURED),
    on(Event::Unclaim, &[Stay, Unchanged]).status(&[Pending, Authorized]),
    on(Event::Unclaim, &[Unchanged]),
    on(Event::Lapse, &[Unchanged]).payment(CAPTURED),
    on(Event::Lapse, &[Stay, Unchanged]).status(&[Pending, Authorized]),
    on(Event::Lapse, &[Unchanged]),
    on(Event::ConfirmBooking, &[Refused(NotFound)]).booking(NO_BOOKING),
    on(Event::ConfirmBooking, &[To(Paid), Refused(IllegalState)]).status(&[Authorized]).payment(AUTHORIZED).free(true),
    on(Event::ConfirmBooking, &[Stay, Refused(IllegalState), Refused(RequestInProgress)])
        .status(&[Authorized])
        .payment(AUTHORIZED),
    on(Event::ConfirmBooking, &[Unchanged, Refused(IllegalState)]).booking(CONFIRMED),
    on(Event::ConfirmBooking, &[Refused(IllegalState)]),
    on(Event::DeclineBooking, &[Refused(NotFound)]).booking(NO_BOOKING),
    on(Event::DeclineBooking, &[Stay, Refused(IllegalState), Refused(RequestInProgress)])
        .status(&[Authorized])
        .payment(AUTHORIZED),
    on(Event::DeclineBooking, &[Unchanged, Refused(IllegalState)]).booking(&[Some(BookingStatus::Declined)]),
    on(Event::DeclineBooking, &[Refused(IllegalState)]),
    on(Event::CancelBooking, &[Refused(NotFound)]).booking(NO_BOOKING),
    on(Event::CancelBooking, &[Refused(IllegalState)]).status(&[Pending, Authorized]).payment(CAPTURED),
    on(Event::CancelBooking, &[Stay, Refused(IllegalState), Refused(RequestInProgress)]).status(&[Pending, Authorized]),
    on(Event::CancelBooking, &[Stay]).status(&[Paid]).booking(CONFIRMED).free(true),
    on(Event::CancelBooking, &[Stay, Refused(IllegalState)]).status(&[Paid]).booking(CONFIRMED),
    on(Event::CancelBooking, &[Unchanged, Refused(IllegalState)]).booking(&[Some(BookingStatus::Canceled)]),
    on(Event::CancelBooking, &[Refused(IllegalState)]),
    on(
        Event::RequestRefund,
        &[To(Refunded), Stay, Refused(ExceedsCaptured), Refused(ExceedsPurchased), Refused(InvalidRequest)],
    )
    .status(&[Paid])
    .booking(&[None, Some(BookingStatus::Confirmed)])
    .free(true),
    on(Event::RequestRefund, &[Refused(ExceedsCaptured), Refused(ExceedsPurchased), Refused(InvalidRequest)])
        .status(&[Paid, Refunded])
        .free(true),
    on(
        Event::RequestRefund,
        &[Refused(IllegalState), Refused(ExceedsCaptured), Refused(ExceedsPurchased), Refused(InvalidRequest)],
    )
    .status(&[Refunded])
    .payment(CAPTURED),
    on(
        Event::RequestRefund,
        &[Stay, Refused(IllegalState), Refused(ExceedsCaptured), Refused(ExceedsPurchased), Refused(InvalidRequest)],
    )
    .payment(CAPTURED),
    on(Event::RequestRefund, &[Refused(NotPaid)]),
    on(Event::AcceptReview, &[To(Authorized), Refused(IllegalState)]).status(&[Pending]).payment(AUTHORIZED),
    on(Event::AcceptReview, &[To(Paid), Refused(IllegalState), Refused(OutOfStock)])
        .status(&[Pending, Authorized])
        .payment(CAPTURED)
        .booking(BOOKED),
    on(Event::AcceptReview, &[To(Paid), Refused(IllegalState)]).status(&[Pending]).payment(CAPTURED),
    on(Event::AcceptReview, &[Stay, Refused(IllegalState), Refused(OutOfStock)])
        .status(&[Failed, Expired, Canceled])
        .payment(CAPTURED)
        .booking(BOOKED),
    on(Event::AcceptReview, &[To(Paid), Stay, Refused(IllegalState), Refused(OutOfStock)])
        .status(&[Failed, Expired, Canceled])
        .payment(CAPTURED),
    on(Event::AcceptReview, &[Stay, Refused(IllegalState)]).payment(CAPTURED),
    on(Event::AcceptReview, &[Refused(IllegalState)]),
    on(Event::RefuseReview, &[Stay, Refused(IllegalState)]).payment(CAPTURED),
    on(Event::RefuseReview, &[Stay, Refused(IllegalState)]).status(&[Pending]).payment(AUTHORIZED),
    on(Event::RefuseReview, &[Refused(IllegalState)]),
    on(Event::Remind, &[Stay, Unchanged]).payment(CAPTURED),
    on(Event::Remind, &[Stay, Unchanged]).status(&[Pending]).payment(AUTHORIZED),
    on(Event::Remind, &[Unchanged]),
    on(Event::CheckIn, &[Refused(NotFound)]).booking(BOOKED),
    on(
        Event::CheckIn,
        &[Stay, Refused(WrongListing), Refused(OutsideCheckIn), Refused(IllegalState), Refused(AlreadyCheckedIn)],
    )
    .status(&[Paid])
    .free(true),
    on(
        Event::CheckIn,
        &[
            Stay,
            Refused(NotFound),
            Refused(WrongListing),
            Refused(OutsideCheckIn),
            Refused(IllegalState),
            Refused(AlreadyCheckedIn),
        ],
    )
    .status(&[Paid]),
    on(Event::CheckIn, &[Refused(NotFound), Refused(WrongListing), Refused(IllegalState)]).status(&[Refunded]),
    on(Event::CheckIn, &[Refused(NotFound)]),
    on(Event::UndoCheckIn, &[Refused(NotFound)]).booking(BOOKED),
    on(Event::UndoCheckIn, &[Stay, Unchanged, Refused(NotFound), Refused(IllegalState)]).status(&[Paid, Refunded]),
    on(Event::UndoCheckIn, &[Refused(NotFound)]),
    on(Event::Scan, &[Refused(NotFound)]).booking(BOOKED),
    on(Event::Scan, &[Stay, Unchanged, Refused(NotFound)]).status(&[Paid, Refunded]),
    on(Event::Scan, &[Refused(NotFound)]),
    on(Event::RetryAdjustment, &[Stay, Unchanged]).payment(CAPTURED),
    on(Event::RetryAdjustment, &[Unchanged]),
    on(Event::ChangeAddress, &[Stay, Unchanged]).status(&[Pending, Authorized]),
    on(Event::ChangeAddress, &[Stay, Unchanged, Refused(IllegalState)]),
    on(Event::Archive, &[Unchanged]).status(&[Pending, Authorized]),
    on(Event::Archive, &[Stay, Unchanged]),
];
