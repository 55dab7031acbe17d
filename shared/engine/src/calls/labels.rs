//! What the calls of one order have in common: the metadata and the sentence that the organization's books get, who owes
//! the tax, and when the money is taken. Made from the order alone, so that it is the same at each try.

use std::collections::BTreeMap;

use domain::{Kind, Order, TaxLiability};
use payments::intents::CaptureMethod;

/// Stripe's limit for one metadata value (<https://docs.stripe.com/metadata>).
const METADATA_VALUE: usize = 500;

/// What the organization's books need to know of an order: on the session, the intent, the charge and the transfer.
pub(crate) fn metadata(order: &Order) -> BTreeMap<String, String> {
    let show = order.lines.iter().find(|line| line.kind == Kind::Show).or(order.lines.first());
    let mut metadata = BTreeMap::from([
        ("order_id".to_owned(), order.id.to_string()),
        ("attendee_count".to_owned(), order.ticket_quantity().to_string()),
        ("order_name".to_owned(), order.buyer.name.clone()),
        ("order_email".to_owned(), order.buyer.email.clone()),
    ]);
    if let Some(show) = show {
        metadata.insert("show_id".to_owned(), show.listing.to_string());
        metadata.insert("show_title".to_owned(), show.title.chars().take(METADATA_VALUE).collect());
    }
    if let Some(calculation) = &order.calculation {
        metadata.insert("tax_calculation".to_owned(), calculation.id.clone());
        metadata.insert("tax".to_owned(), order.currency.format(calculation.tax));
    }
    metadata
}

/// One sentence for the organization's bank statement and books.
pub(crate) fn description(order: &Order) -> String {
    let titles: Vec<_> = order.lines.iter().map(|line| line.title.as_str()).collect();
    let title = titles.first().copied().unwrap_or_default();
    let others = titles.iter().any(|other| *other != title);
    let count: u32 = order.lines.iter().map(|line| line.quantity).sum();
    let and = if others { " and more" } else { "" };
    let text = format!("Order {}: {count} x {title}{and}", order.id);
    text.chars().take(METADATA_VALUE).collect()
}

/// The seller's account where the seller owes the tax.
pub(crate) fn liable(order: &Order) -> Option<String> {
    order.destination.clone().filter(|_| order.tax_terms.liability == TaxLiability::Seller)
}

/// An expert's time is paid for once the expert agrees.
pub(crate) fn capture(order: &Order) -> CaptureMethod {
    if order.booking.is_some() { CaptureMethod::Later } else { CaptureMethod::AtOnce }
}
