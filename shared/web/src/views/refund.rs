//! How a refund looks to clients.

use domain::{Order, RefundState, order};
use serde::Serialize;
use utoipa::ToSchema;

/// Money that goes back to the buyer. Amounts are decimal, in major units of `currency`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Refund)]
pub struct RefundView {
    /// For programs; opaque.
    pub id: String,
    /// The id of the order that it is of.
    pub order: String,
    /// `pending`, `succeeded` or `failed`.
    pub status: &'static str,
    /// How much.
    #[schema(example = "25.00")]
    pub amount: String,
    /// In the currency that was paid.
    #[schema(example = "usd")]
    pub currency: String,
    /// The part that the prices of what comes back make up.
    pub goods: String,
    /// The part that the platform's and the processing fees make up.
    pub fees: String,
    /// What of it is tax: beside goods and fees, or, where the order's total contains its tax, in them.
    pub tax: String,
    /// The goods that come back.
    pub items: Vec<RefundItemView>,
    /// Stripe's id of it, once accepted.
    pub stripe_refund_id: Option<String>,
    /// Staff's words, or why it was made by itself.
    pub reason: Option<String>,
    /// Stripe's code for why it failed.
    pub failure: Option<String>,
    /// When it was asked for.
    pub created_at: String,
}

/// Units of one line that come back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RefundItem)]
pub struct RefundItemView {
    /// As `l1`, within its order.
    pub line: String,
    /// How many.
    pub quantity: u32,
}

impl RefundView {
    /// A refund of that order.
    #[must_use]
    pub fn of(order: &Order, refund: &order::Refund) -> Self {
        Self {
            id: refund.id.to_string(),
            order: order.id.to_string(),
            status: match refund.state {
                RefundState::Pending => "pending",
                RefundState::Succeeded => "succeeded",
                RefundState::Failed => "failed",
            },
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
