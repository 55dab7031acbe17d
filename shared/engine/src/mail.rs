//! Mail: what it says, and sending it.
//!
//! Sending is one call, without a key: SES knows none. If the process dies during it, the mail may have left, and leaves once
//! more when its notification is tried again.

use aws_sdk_sesv2::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    types::{Body, Content, Destination, EmailContent, Message},
};
use domain::{
    Currency, NotificationKind, Order,
    order::{BookingStatus, CanceledBy, TicketStatus},
};

use crate::{base::Pages, error::EngineError};

/// A mail to one buyer, in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The subject, on one line.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Sends mail.
#[derive(Debug, Clone)]
pub struct Mailer {
    client: Client,
    sender: String,
    configuration_set: Option<String>,
}

impl Mailer {
    /// A mailer that sends from that address, through a client that is built once per process.
    #[must_use]
    pub fn new(client: Client, sender: impl Into<String>) -> Self {
        Self { client, sender: sender.into(), configuration_set: None }
    }

    /// The same, under one of SES' configuration sets.
    #[must_use]
    pub fn under(self, configuration_set: Option<String>) -> Self {
        Self { configuration_set, ..self }
    }

    /// Sends a mail.
    ///
    /// # Errors
    /// [`EngineError::Broken`] with the service's reason; the notification is tried again.
    pub async fn send(&self, mail: &Mail) -> Result<(), EngineError> {
        let broken = |reason: String| EngineError::Broken(format!("mail not sent: {reason}"));
        let content = |text: &str| Content::builder().data(text).charset("UTF-8").build();
        let subject = content(&mail.subject).map_err(|error| broken(error.to_string()))?;
        let text = content(&mail.text).map_err(|error| broken(error.to_string()))?;
        let message = Message::builder().subject(subject).body(Body::builder().text(text).build()).build();
        self.client
            .send_email()
            .from_email_address(&self.sender)
            .set_configuration_set_name(self.configuration_set.clone())
            .destination(Destination::builder().to_addresses(&mail.to).build())
            .content(EmailContent::builder().simple(message).build())
            .send()
            .await
            .map(drop)
            .map_err(|error| broken(reason(&error)))
    }
}

/// Why a mail did not leave. The service's own sentence stays unsaid: it names the buyer's address.
fn reason<E: ProvideErrorMetadata>(error: &SdkError<E>) -> String {
    let code = error.code().unwrap_or(match error {
        SdkError::TimeoutError(_) => "no answer in time",
        SdkError::DispatchFailure(_) => "no connection",
        SdkError::ResponseError(_) => "an answer that cannot be read",
        _ => "unknown",
    });
    code.to_owned()
}

/// What a notification says to the order's buyer. None if it says nothing to a buyer.
pub(crate) fn compose(order: &Order, notification: &NotificationKind, pages: &Pages) -> Option<Mail> {
    if order.buyer.email.is_empty() {
        // Archived: there is no buyer to write to any more.
        return None;
    }
    let title = order.lines.first().map_or("your order", |line| line.title.as_str());
    let shown = |currency: Currency, amount| format!("{} {}", currency.format(amount), currency.code().to_uppercase());
    let money = |amount| shown(order.currency, amount);
    let page = format!("{}/orders/{}?token={}", pages.pages, order.id, order.access_token());
    let (subject, body) = match notification {
        NotificationKind::Confirmation => (format!("Your order for {title} is confirmed"), confirmation(order, &money)),
        NotificationKind::Refund(id) => {
            let refund = order.refund(id)?;
            let body = if refund.amount.is_zero() {
                "Your tickets were taken back. Nothing had been charged for them.".to_owned()
            } else {
                let amount = shown(order.currency_of(refund), refund.amount);
                format!("We have refunded {amount} to the card that you paid with. Banks need a few days to show it.")
            };
            (format!("Refund for {title}"), body)
        }
        NotificationKind::Apology => (
            format!("Your payment for {title} came too late"),
            format!(
                "Your payment of {} arrived when your reservation had run out and nothing was left to sell. We are \
                 sorry. The whole amount goes back to the card that you paid with; banks need a few days to show it.",
                shown(order.paid_currency(), order.payment.captured)
            ),
        ),
        NotificationKind::PaymentFailed => (
            format!("Your payment for {title} failed"),
            "Your payment did not go through, so your order was canceled. Nothing was charged.".to_owned(),
        ),
        NotificationKind::BookingRequested => (format!("Your request for {title}"), booking_requested(order, &money)),
        NotificationKind::BookingOver => booking_over(order, title, &money)?,
        NotificationKind::TransferLabel => return None,
    };
    let text = format!("Hello {},\n\n{body}\n\nYour order: {page}\nOrder number: {}\n", order.buyer.name, order.id);
    // A subject is one line, whatever a title holds.
    let subject = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Some(Mail { to: order.buyer.email.clone(), subject, text })
}

fn booking_requested(order: &Order, money: &dyn Fn(domain::Minor) -> String) -> String {
    let until = order.booking.as_ref().and_then(|booking| booking.respond_by);
    let until = until.map(|until| format!(" until {}", time(until))).unwrap_or_default();
    format!(
        "We have asked for your time slot{}. The answer comes{until}. Your card is not charged yet: {} are authorized on it, \
         and released if the answer is no or none comes.",
        order.booking.as_ref().map(|booking| format!(" on {}", time(booking.starts_at))).unwrap_or_default(),
        money(order.totals.total)
    )
}

fn booking_over(order: &Order, title: &str, money: &dyn Fn(domain::Minor) -> String) -> Option<(String, String)> {
    let booking = order.booking.as_ref()?;
    let slot = time(booking.starts_at);
    let (subject, why) = match (booking.status, booking.canceled_by) {
        (BookingStatus::Declined, _) => ("was declined", format!("Your time slot on {slot} was declined.")),
        (BookingStatus::TimedOut, _) => {
            ("was not answered", format!("The expert did not answer in time for your slot on {slot}."))
        }
        (_, Some(CanceledBy::Expert)) => {
            ("is canceled", format!("Your time slot on {slot} was canceled by the expert."))
        }
        _ => ("is canceled", format!("Your time slot on {slot} is canceled.")),
    };
    let money = match booking.refund_percent {
        Some(0) => "By the cancellation policy nothing is refunded.".to_owned(),
        Some(percent) => format!(
            "We refund {percent} % of what you paid, {}. Banks need a few days to show it.",
            money(order.refunded() + order.refund_reserved())
        ),
        None => "Your card was not charged, and what was authorized on it is released.".to_owned(),
    };
    Some((format!("Your booking of {title} {subject}"), format!("{why} {money}")))
}

/// A time in UTC, to the minute.
fn time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn confirmation(order: &Order, money: &dyn Fn(domain::Minor) -> String) -> String {
    let mut text = String::from("Thank you. You have bought:\n\n");
    for line in &order.lines {
        text.push_str(&format!("  {} x {} - {}: {}\n", line.quantity, line.title, line.name, money(line.full())));
    }
    if !order.totals.discount.is_zero() {
        let code = order.promo.as_ref().map(|promo| format!(" {}", promo.code)).unwrap_or_default();
        text.push_str(&format!("  Promo code{code}: -{}\n", money(order.totals.discount)));
    }
    let sums = [
        ("Platform fee", order.totals.platform_fees),
        ("Processing fee", order.totals.processing_fees),
        ("Tax", order.tax_on_top()),
    ];
    for (name, amount) in sums.into_iter().filter(|(_, amount)| !amount.is_zero()) {
        text.push_str(&format!("  {name}: {}\n", money(amount)));
    }
    text.push_str(&format!("  Total: {}\n", money(order.to_pay())));
    let contained = order.tax.unwrap_or_default() - order.tax_on_top();
    if !contained.is_zero() {
        text.push_str(&format!("  Includes tax: {}\n", money(contained)));
    }
    if let Some(paid) = &order.payment.accepted {
        let amount = format!("{} {}", paid.currency.format(paid.amount), paid.currency.code().to_uppercase());
        text.push_str(&format!("  Paid, and accepted as it is: {amount}\n"));
    }
    let tickets: Vec<_> = order.tickets.iter().filter(|ticket| ticket.status == TicketStatus::Valid).collect();
    if !tickets.is_empty() {
        text.push_str("\nYour tickets, one code for each person:\n\n");
        for ticket in tickets {
            let name = order.line(&ticket.line).map_or("", |line| line.name.as_str());
            text.push_str(&format!("  {}  {name}\n", ticket.code));
        }
    }
    if let Some(hours) = order.hours() {
        text.push_str(&format!("\n{} hours were added to your balance.\n", hours.normalize()));
    }
    text
}
