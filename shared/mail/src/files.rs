//! Which calendar file goes with a notification.

use domain::{
    Kind, NotificationKind, OrderStatus,
    order::{BookingStatus, Line},
};

use crate::{
    calendar::{self, CalendarMethod, Entry},
    mime::Attachment,
    writer::Context,
};

/// The calendar file that goes with a notification: the order's shows or its slot, or their end. None where a calendar has
/// nothing of it. Of the same context it is the same, byte for byte.
#[must_use]
pub fn calendar_file(notification: &NotificationKind, context: &Context<'_>) -> Option<Attachment> {
    let order = context.order;
    let over = order.status == OrderStatus::Refunded;
    let method = match notification {
        NotificationKind::Confirmation
        | NotificationKind::Resend(_)
        | NotificationKind::Moved(_)
        | NotificationKind::Ticket(_)
        | NotificationKind::TicketChanged(_)
        | NotificationKind::TicketReceived(_)
        | NotificationKind::TicketMoved(_) => CalendarMethod::Publish,
        NotificationKind::ListingCanceled(_) | NotificationKind::TicketCanceled(_) => CalendarMethod::Cancel,
        NotificationKind::Refund(_) if over => CalendarMethod::Cancel,
        // Before the confirmation nothing was in a calendar.
        NotificationKind::BookingOver
            if order.booking.as_ref()?.status == BookingStatus::Canceled && order.paid_at.is_some() =>
        {
            CalendarMethod::Cancel
        }
        // A booking that ends with its listing is one that is refunded.
        NotificationKind::ExpertCanceled if order.paid_at.is_some() => CalendarMethod::Cancel,
        _ => return None,
    };
    // Who comes with a ticket hears of nothing else in the order.
    let own = match notification.ticket_place() {
        Some(place) => Some(&order.line(&order.tickets.get(place)?.line)?.listing),
        None => None,
    };
    let concerned = |line: &&Line| {
        if own.is_some_and(|own| *own != line.listing) {
            return false;
        }
        let gone = context.listing(line).is_some_and(|listing| listing.canceled_at.is_some());
        let dated = matches!(line.kind, Kind::Show | Kind::Expert);
        dated && (method == CalendarMethod::Publish || over || order.booking.is_some() || gone)
    };
    let mut seen = Vec::new();
    let first_of_each = order.lines.iter().filter(concerned).filter(|line| {
        let new = !seen.contains(&&line.listing);
        seen.push(&line.listing);
        new
    });
    let entries: Vec<_> = first_of_each.filter_map(|line| entry(context, line)).collect();
    (!entries.is_empty()).then(|| Attachment {
        name: if method == CalendarMethod::Cancel { "canceled.ics" } else { "event.ics" }.to_owned(),
        content_type: format!("text/calendar; charset=utf-8; method={}", method.as_str()),
        content: calendar::file(method, &entries, context.now).into_bytes(),
    })
}

fn entry(context: &Context<'_>, line: &Line) -> Option<Entry> {
    let order = context.order;
    let listing = context.listing(line)?;
    let booked = order.booking.as_ref();
    Some(Entry {
        organizer: context.organizer(),
        uid: format!("{}-{}", order.id, line.id),
        // Both grow alone, so their sum grows with each change of either.
        sequence: order.version + listing.version,
        title: line.title.clone(),
        place: listing.venue.clone(),
        starts_at: booked.map(|booking| booking.starts_at).or(listing.starts_at)?,
        ends_at: booked.map_or(listing.ends_at, |_| line.over_at),
        url: format!("{}/orders/{}", context.pages, order.id),
    })
}
