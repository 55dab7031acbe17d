//! How a refund looks to clients.

use crate::forms::{
    CurrencyForm, InstantForm, LineIdForm, MoneyForm, OrderIdForm, RefundIdForm, RefundStatusWord, StripeIdForm,
};
use domain::{Order, order};
use serde::Serialize;
use utoipa::ToSchema;

/// Money that goes back to the buyer. Amounts are decimal, in major units of `currency`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Refund, examples(json!({
    "status": "succeeded", "amount": "25.00", "goods": "25.00", "fees": "0.00", "tax": "0.00",
    "stripe_refund_id": "re_3PtWvT2eZvKYlo2C", "reason": null, "failure": null
})))]
pub struct RefundView {
    /// For programs; opaque.
    #[schema(value_type = RefundIdForm)]
    pub id: String,
    /// The id of the order that it is of.
    #[schema(value_type = OrderIdForm)]
    pub order: String,
    /// `pending`, `succeeded` or `failed`.
    #[schema(value_type = RefundStatusWord)]
    pub status: &'static str,
    /// How much.
    #[schema(value_type = MoneyForm)]
    pub amount: String,
    /// In the currency that was paid.
    #[schema(value_type = CurrencyForm)]
    pub currency: String,
    /// The part that the prices of what comes back make up.
    #[schema(value_type = MoneyForm)]
    pub goods: String,
    /// The part that the platform's and the processing fees make up.
    #[schema(value_type = MoneyForm)]
    pub fees: String,
    /// What of it is tax: beside goods and fees, or, where the order's total contains its tax, in them.
    #[schema(value_type = MoneyForm)]
    pub tax: String,
    /// The goods that come back.
    pub items: Vec<RefundItemView>,
    /// Stripe's id of it, once accepted.
    #[schema(value_type = Option<StripeIdForm>)]
    pub stripe_refund_id: Option<String>,
    /// Staff's words, or why it was made by itself.
    #[schema(example = "the listing was canceled")]
    pub reason: Option<String>,
    /// Stripe's code for why it failed.
    #[schema(example = "lost_or_stolen_card")]
    pub failure: Option<String>,
    /// When it was asked for.
    #[schema(value_type = InstantForm)]
    pub created_at: String,
}

/// Units of one line that come back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RefundItem)]
pub struct RefundItemView {
    /// As `l1`, within its order.
    #[schema(value_type = LineIdForm)]
    pub line: String,
    /// How many.
    #[schema(example = 1)]
    pub quantity: u32,
}

impl RefundView {
    /// A refund of that order.
    #[must_use]
    pub fn of(order: &Order, refund: &order::Refund) -> Self {
        Self {
            id: refund.id.to_string(),
            order: order.id.to_string(),
            status: refund.state.as_str(),
            amount: order.currency_of(refund).format(refund.amount),
            currency: order.currency_of(refund).code(),
            goods: order.currency_of(refund).format(refund.parts.goods),
            fees: order.currency_of(refund).format(refund.parts.fees),
            tax: order.currency_of(refund).format(refund.parts.tax),
            items: refund
                .items
                .iter()
                .map(|item| RefundItemView { line: item.line.clone(), quantity: item.quantity })
                .collect(),
            stripe_refund_id: refund.stripe_id.clone(),
            reason: refund.reason.clone().or_else(|| cause(refund)),
            failure: refund.failure.clone(),
            created_at: refund.created_at.to_string(),
        }
    }
}

fn cause(refund: &order::Refund) -> Option<String> {
    use order::RefundCause as C;
    let text = match refund.cause {
        C::Staff => return None,
        C::LatePayment => "the payment came too late",
        C::ListingCanceled => "the listing was canceled",
        C::DoublePayment => "charged twice",
        C::Dashboard => "made in Stripe's dashboard",
        C::Cancellation => "the booking was canceled",
    };
    Some(text.to_owned())
}
