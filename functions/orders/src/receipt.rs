//! Receipts: issued once, at payment; refunds appear on them as later entries.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use documents::receipt_pdf;
use domain::{
    Code, Order, OrderId, Refusal, TaxBehavior,
    order::{Refund, RefundCause},
};
use http::{HeaderMap, header};
use jiff::Timestamp;
use paperwork::DocumentReader;
use serde::Serialize;
use utoipa::ToSchema;
use web::forms::{
    CurrencyForm, InstantForm, MailAddressForm, MoneyForm, OrderIdForm, OrderPaymentModeWord, OrganizationIdForm,
    PdfForm, ReceiptNumberForm, RefundIdForm, RefundStatusWord, SignedMoneyForm, StripeIdForm,
};
use web::{Answer, Caller, Path, Problem, access};

use crate::state::Orders;

/// What a buyer has as proof of payment. Amounts are decimal, in major units.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Receipt)]
pub(crate) struct ReceiptView {
    /// Its number: the day of payment and eight characters.
    #[schema(value_type = ReceiptNumberForm)]
    number: String,
    /// When it was issued, which is when the order was paid.
    #[schema(value_type = InstantForm)]
    issued_at: String,
    /// The id of the order that it is of.
    #[schema(value_type = OrderIdForm)]
    order: String,
    /// Who sells.
    seller: Seller,
    /// Who bought.
    buyer: ReceiptBuyerView,
    /// ISO 4217, in lower case.
    #[schema(value_type = CurrencyForm)]
    currency: String,
    /// What was bought.
    lines: Vec<ReceiptLineView>,
    /// Prices and donations, before any discount.
    #[schema(value_type = MoneyForm)]
    subtotal: String,
    /// What a promo code took off.
    #[schema(value_type = MoneyForm)]
    discount: String,
    /// What the platform takes for its service.
    #[schema(value_type = MoneyForm)]
    platform_fees: String,
    /// The card processing fee.
    #[schema(value_type = MoneyForm)]
    processing_fees: String,
    /// Tax: on top of the lines and fees, or contained in them.
    #[schema(value_type = MoneyForm)]
    tax: String,
    /// Whether lines and fees contain the tax.
    tax_included: bool,
    /// What was paid, tax included.
    #[schema(value_type = MoneyForm)]
    total: String,
    /// How it was paid.
    payment: ReceiptPaymentView,
    /// What was given back since, and what is on its way.
    refunds: Vec<ReceiptRefundView>,
    /// What has been given back.
    #[schema(value_type = MoneyForm)]
    refunded: String,
    /// What is left of the total.
    #[schema(value_type = SignedMoneyForm)]
    net_total: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceiptSeller)]
struct Seller {
    /// The organization's id.
    #[schema(value_type = OrganizationIdForm)]
    id: String,
    /// Its name when ordered.
    #[schema(example = "Lantern Hall")]
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceiptBuyer)]
struct ReceiptBuyerView {
    #[schema(example = "Ada Lovelace")]
    name: String,
    /// The company that bought, if given.
    #[schema(example = "Analytical Engines Ltd.")]
    company: Option<String>,
    #[schema(value_type = MailAddressForm)]
    email: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceiptLine)]
struct ReceiptLineView {
    /// The listing's title and the offer's name.
    #[schema(example = "Summer show · General admission")]
    name: String,
    #[schema(example = 2)]
    quantity: u32,
    #[schema(value_type = MoneyForm)]
    unit_price: String,
    /// What was paid for one instead of the price.
    #[schema(value_type = Option<MoneyForm>)]
    donation: Option<String>,
    #[schema(value_type = MoneyForm)]
    discount: String,
    #[schema(value_type = MoneyForm)]
    total: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceiptPayment)]
struct ReceiptPaymentView {
    /// `hosted`, `intent` or `free`.
    #[schema(value_type = OrderPaymentModeWord)]
    mode: &'static str,
    /// Stripe's payment intent; the order's id for what was free.
    #[schema(value_type = StripeIdForm)]
    reference: String,
    #[schema(value_type = InstantForm)]
    paid_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceiptRefund)]
struct ReceiptRefundView {
    #[schema(value_type = RefundIdForm)]
    id: String,
    #[schema(value_type = MoneyForm)]
    amount: String,
    /// What of it is for goods, for fees, and tax; the tax beside the two or in them, as with the receipt's own sums.
    #[schema(value_type = MoneyForm)]
    goods: String,
    #[schema(value_type = MoneyForm)]
    fees: String,
    #[schema(value_type = MoneyForm)]
    tax: String,
    /// `pending`, `succeeded` or `failed`.
    #[schema(value_type = RefundStatusWord)]
    status: &'static str,
    #[schema(value_type = InstantForm)]
    created_at: String,
}

/// The order's receipt.
#[utoipa::path(get, path = "/v1/orders/{order}/receipt", params(("order" = inline(OrderIdForm), Path)),
    responses((status = 200, description = "The receipt; a PDF for `Accept: application/pdf`",
            content((ReceiptView = "application/json"), (PdfForm = "application/pdf"))),
        (status = 404, description = "There is none before the payment")),
    security(("token" = []), ("order_token" = [])))]
pub(crate) async fn receipt(
    State(state): State<Orders>,
    caller: Caller,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
) -> Answer<Response> {
    let order = access::order(&state.store, &caller, &id).await?;
    let issued = order.receipt.as_ref().zip(order.paid_at);
    let none = || Refusal::new(Code::NotFound, "The order has no receipt, because it is not paid");
    let (number, paid_at) = issued.ok_or_else(none)?;
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("application/pdf") {
        let found = crate::pdf::catalog_of(&state, &order).await?;
        let reader = DocumentReader::buyer_of(&order, &found.listings, found.organization.as_ref());
        let document = paperwork::receipt(&order, &reader).ok_or_else(none)?;
        let pdf = receipt_pdf(&document, &state.fonts).map_err(|error| {
            tracing::error!(order = %order.id, %error, "receipt not rendered");
            Problem::internal()
        })?;
        return Ok(crate::pdf::pdf(&format!("{number}.pdf"), pdf));
    }
    Ok(Json(view(&order, number, paid_at)).into_response())
}

fn refunds(order: &Order) -> impl Iterator<Item = &Refund> {
    order.refunds.iter().filter(|refund| refund.cause != RefundCause::DoublePayment)
}

fn view(order: &Order, number: &str, paid_at: Timestamp) -> ReceiptView {
    let money = |amount| order.currency.format(amount);
    ReceiptView {
        number: number.to_owned(),
        issued_at: paid_at.to_string(),
        order: order.id.to_string(),
        seller: Seller { id: order.organization.to_string(), name: order.seller.clone() },
        buyer: ReceiptBuyerView {
            name: order.buyer.name.clone(),
            company: order.buyer.company.clone(),
            email: order.buyer.email.clone(),
        },
        currency: order.currency.code(),
        lines: order
            .lines
            .iter()
            .map(|line| ReceiptLineView {
                name: format!("{} · {}", line.title, line.name),
                quantity: line.quantity,
                unit_price: money(line.unit_price),
                donation: line.donation.map(money),
                discount: money(line.discount),
                total: money(line.total),
            })
            .collect(),
        subtotal: money(order.totals.subtotal),
        discount: money(order.totals.discount),
        platform_fees: money(order.totals.platform_fees),
        processing_fees: money(order.totals.processing_fees),
        tax: money(order.tax.unwrap_or_default()),
        tax_included: order.tax_terms.behavior == TaxBehavior::Inclusive,
        total: money(order.to_pay()),
        payment: ReceiptPaymentView {
            mode: order.payment.mode.as_str(),
            reference: paperwork::receipt_reference(order),
            paid_at: paid_at.to_string(),
        },
        refunds: refunds(order)
            .map(|refund| ReceiptRefundView {
                id: refund.id.to_string(),
                amount: order.currency_of(refund).format(refund.amount),
                goods: order.currency_of(refund).format(refund.parts.goods),
                fees: order.currency_of(refund).format(refund.parts.fees),
                tax: order.currency_of(refund).format(refund.parts.tax),
                status: refund.state.as_str(),
                created_at: refund.created_at.to_string(),
            })
            .collect(),
        refunded: order.paid_currency().format(order.refunded()),
        net_total: order.paid_currency().format(order.due_sum().amount - order.refunded()),
    }
}
