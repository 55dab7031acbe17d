//! How a cancellation looks to clients.

use domain::{
    Order,
    order::{CancelQuote, RefundCause},
};
use serde::Serialize;
use utoipa::ToSchema;
use web::forms::{CurrencyForm, InstantForm, MoneyForm, OrderIdForm};
use web::views::{OrderView, RefundView};

/// An order whose booking was canceled.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CanceledBooking)]
pub(crate) struct CanceledView {
    #[serde(flatten)]
    order: OrderView,
    /// The refund; null if the card was released instead, or nothing comes back.
    refund: Option<RefundView>,
}

impl From<&Order> for CanceledView {
    fn from(order: &Order) -> Self {
        let refund = order.refunds.iter().rfind(|refund| refund.cause == RefundCause::Cancellation);
        Self { order: OrderView::from(order), refund: refund.map(|refund| RefundView::of(order, refund)) }
    }
}

/// What canceling a booking would give back now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cancellation)]
pub(crate) struct CancellationView {
    /// The id of the booking's order.
    #[schema(value_type = OrderIdForm)]
    order: String,
    /// How much of the price comes back, in percent.
    #[schema(maximum = 100, example = 50)]
    refund_percent: u8,
    /// How much money that is, in major units.
    #[schema(value_type = MoneyForm)]
    refund_amount: String,
    /// ISO 4217, in lower case.
    #[schema(value_type = CurrencyForm)]
    currency: String,
    /// Whether the money is only authorized: then the card is released, and nothing has to be refunded.
    releases: bool,
    /// The last moment at which this holds, RFC 3339 in UTC; null if it stays so.
    #[schema(value_type = Option<InstantForm>)]
    until: Option<String>,
}

impl CancellationView {
    pub(crate) fn of(order: &Order, quote: &CancelQuote) -> Self {
        Self {
            order: order.id.to_string(),
            refund_percent: quote.percent,
            refund_amount: order.currency.format(quote.amount),
            currency: order.currency.code(),
            releases: quote.releases,
            until: quote.until.map(|until| until.to_string()),
        }
    }
}
