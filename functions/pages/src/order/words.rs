//! What an order's page says of its state: which message, for which state.

use domain::{
    Kind, Order, OrderStatus,
    order::{BookingStatus, CanceledBy, PaymentState},
};

/// The kind of all lines; none where they differ.
pub(crate) fn kind(order: &Order) -> Option<Kind> {
    let mut kinds = order.lines.iter().map(|line| line.kind);
    let first = kinds.next()?;
    kinds.all(|kind| kind == first).then_some(first)
}

/// What an order is of, in one line.
pub(crate) fn titles(order: &Order) -> String {
    let mut titles: Vec<&str> = Vec::new();
    for line in &order.lines {
        if !titles.contains(&line.title.as_str()) {
            titles.push(&line.title);
        }
    }
    titles.join(" · ")
}

/// The message that heads the page.
pub(crate) fn heading(order: &Order, listing_canceled: bool) -> &'static str {
    let booking = order.booking.as_ref();
    match (order.status, booking.map(|booking| booking.status)) {
        _ if listing_canceled => "page-order-listing-canceled",
        _ if order.review.is_some() => "page-order-review",
        (_, Some(BookingStatus::Declined)) => "page-order-declined",
        (_, Some(BookingStatus::TimedOut)) => "page-order-timed-out",
        (_, Some(BookingStatus::Canceled)) if booking.is_some_and(|booking| booking.canceled_by.is_some()) => {
            match booking.and_then(|booking| booking.canceled_by) {
                Some(CanceledBy::Expert) => "page-order-canceled-by-expert",
                _ => "page-order-canceled-by-you",
            }
        }
        (OrderStatus::Authorized, _) => "page-order-authorized",
        (OrderStatus::Pending, _) if order.payment.state == PaymentState::Processing => "page-order-processing",
        (OrderStatus::Pending, _) => "page-order-pending",
        (OrderStatus::Paid, _) => match kind(order) {
            Some(Kind::Show) => "page-order-paid-show",
            Some(Kind::Product) => "page-order-paid-product",
            Some(Kind::Expert) => "page-order-paid-expert",
            Some(Kind::Package) => "page-order-paid-package",
            None => "page-order-paid-mixed",
        },
        (OrderStatus::Refunded, _) => "page-order-refunded",
        (OrderStatus::Expired, _) => "page-order-expired",
        (OrderStatus::Failed, _) => "page-order-failed",
        (OrderStatus::Canceled, _) => "page-order-canceled",
    }
}

/// The message for a status, in one word or two.
pub(crate) fn status(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "page-status-pending",
        OrderStatus::Authorized => "page-status-authorized",
        OrderStatus::Paid => "page-status-paid",
        OrderStatus::Failed => "page-status-failed",
        OrderStatus::Expired => "page-status-expired",
        OrderStatus::Canceled => "page-status-canceled",
        OrderStatus::Refunded => "page-status-refunded",
    }
}

/// The message for a booking's status.
pub(crate) fn booking(status: BookingStatus) -> &'static str {
    match status {
        BookingStatus::Requested => "page-booking-requested",
        BookingStatus::Confirmed => "page-booking-confirmed",
        BookingStatus::Declined => "page-booking-declined",
        BookingStatus::Canceled => "page-booking-canceled",
        BookingStatus::TimedOut => "page-booking-timed-out",
    }
}
