//! The refund function: staff refund orders, and decide about orders in review.
//!
//! Refund and decision are written down before Stripe is asked. If the process dies, the sweeper asks; the same request with the
//! same key gets the same refund, and the same decision of the same person the same answer.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{FromRef, State},
};
use domain::{
    OrderId, Refusal,
    order::{RefundAsk, RefundItem, refund_reason},
};
use engine::{Engine, RefundCommand, ReviewDecision, StartError, wiring};
use http::StatusCode;
use runtime::{Clock, IdentitySettings, Settings, SharedWire};
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::ToSchema;
use web::forms::{KeyForm, MoneyForm, OrderIdForm};
use web::{
    Answer, Caller, IdempotencyKey, OptionalJson, Path, Role, Verifier, access,
    views::{OrderView, RefundView},
};

/// How long a request may work: the function's 29 seconds, less one to answer in.
pub const TIME: Duration = Duration::from_secs(28);

web::routes! { Refunds { list, ask, review } }

#[derive(Clone)]
struct Refunds {
    engine: Arc<Engine>,
    store: Store,
    verifier: Arc<Verifier>,
}

impl FromRef<Refunds> for Arc<Verifier> {
    fn from_ref(state: &Refunds) -> Self {
        state.verifier.clone()
    }
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let verifier = Arc::new(Verifier::new(&IdentitySettings::parse(settings)?, wire.clone(), clock.clone()));
    let engine = Arc::new(wiring::engine(settings, wire, clock).await?);
    Ok(web::router_base(routes()).with_state(Refunds { store: engine.store().clone(), engine, verifier }))
}

/// What to give back: items, or an amount, or with neither all that is left.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RefundRequest, examples(json!({ "items": [{ "line": "l1", "quantity": 1 }], "reason": "The buyer is ill." })))]
struct Body {
    /// Units of lines, with what was paid for them.
    #[serde(default)]
    items: Option<Vec<Item>>,
    /// An amount in major units; nothing is restocked.
    #[serde(default)]
    #[schema(value_type = Option<MoneyForm>)]
    amount: Option<String>,
    /// Why, for the record; at most 500 characters.
    #[serde(default)]
    #[schema(example = "The buyer is ill.")]
    reason: Option<String>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RefundRequestItem)]
struct Item {
    /// The line's id.
    #[schema(example = "l1")]
    line: String,
    /// How many of it.
    #[schema(minimum = 0, example = 1)]
    quantity: i64,
}

/// Refunds an order, in part or in full. With `amount`, the header `Idempotency-Key` is required.
#[utoipa::path(post, path = "/v1/orders/{order}/refunds", operation_id = "create_refund",
    request_body = Option<Body>,
    params(("order" = inline(OrderIdForm), Path), ("Idempotency-Key" = inline(Option<KeyForm>), Header)),
    responses((status = 201, description = "The refund", body = RefundView),
        (status = 409, description = "`not_paid`; `illegal_state`: refunded, disputed, or its goods are used; `request_in_progress`"),
        (status = 422, description = "`idempotency_mismatch`: the key stands for another request")), security(("token" = [])))]
async fn ask(
    State(state): State<Refunds>,
    caller: Caller,
    Path(id): Path<OrderId>,
    key: Option<IdempotencyKey>,
    OptionalJson(body): OptionalJson<Body>,
) -> Answer<(StatusCode, Json<RefundView>)> {
    let identity = caller.require()?;
    let may = |organization: &_| identity.has_org_role(organization, Role::Staff);
    let order = state.engine.order_for_staff(&id, may).await?;
    let body = body.unwrap_or_default();
    let ask = parse(&body, order.paid_currency())?;
    // Items and the rest can be given back only once. An amount that is asked for again after a lost answer would be
    // given back twice.
    if matches!(ask, RefundAsk::Amount(_)) && key.is_none() {
        let message = "The header Idempotency-Key is required for a refund with an amount";
        return Err(Refusal::field("Idempotency-Key", message).into());
    }
    let command = RefundCommand {
        ask,
        reason: refund_reason(body.reason.as_deref())?,
        staff: identity.staff(),
        key: key.map(|key| key.as_str().to_owned()),
        expected: None,
        fingerprint: access::fingerprint(&body),
        order: id,
    };
    let (order, refund) = Box::pin(state.engine.within(TIME).refund(&command)).await?;
    Ok((StatusCode::CREATED, Json(RefundView::of(&order, &refund))))
}

/// A page of refunds. An order has so few that there is only one.
#[derive(Debug, Serialize, ToSchema)]
struct RefundList {
    /// The refunds, in the order of asking.
    refunds: Vec<RefundView>,
}

/// An order's refunds.
#[utoipa::path(get, path = "/v1/orders/{order}/refunds", operation_id = "list_refunds", params(("order" = inline(OrderIdForm), Path)),
    responses((status = 200, description = "The refunds", body = RefundList)),
    security(("token" = []), ("order_token" = [])))]
async fn list(State(state): State<Refunds>, caller: Caller, Path(id): Path<OrderId>) -> Answer<Json<RefundList>> {
    let order = access::order(&state.store, &caller, &id).await?;
    Ok(Json(RefundList { refunds: order.refunds.iter().map(|refund| RefundView::of(&order, refund)).collect() }))
}

/// What staff decide about an order in review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewRequest)]
struct ReviewBody {
    /// True takes the payment as it is, with the goods, or takes note that a refund came to nothing. False gives all that
    /// is left back, or tries the refund again.
    #[schema(example = true)]
    accept: bool,
}

/// Ends an order's review. 409 `illegal_state` where there is nothing to decide, `out_of_stock` where the goods are gone:
/// the order then stays in review. The same decision sent again by the same person answers the same.
#[utoipa::path(post, path = "/v1/orders/{order}/review", request_body = ReviewBody, params(("order" = inline(OrderIdForm), Path)),
    responses((status = 200, description = "The order", body = OrderView),
        (status = 409, description = "`illegal_state`, `out_of_stock`, `request_in_progress`")), security(("token" = [])))]
async fn review(
    State(state): State<Refunds>,
    caller: Caller,
    Path(id): Path<OrderId>,
    web::Json(body): web::Json<ReviewBody>,
) -> Answer<Json<OrderView>> {
    let identity = caller.require()?;
    state.engine.order_for_staff(&id, |organization| identity.has_org_role(organization, Role::Staff)).await?;
    let decision = ReviewDecision { order: id, accept: body.accept, staff: identity.staff() };
    let order = Box::pin(state.engine.review(&decision)).await?;
    Ok(Json(OrderView::for_staff(&order)))
}

fn parse(body: &Body, currency: domain::Currency) -> Result<RefundAsk, Refusal> {
    match (&body.items, &body.amount) {
        (Some(_), Some(_)) => Err(Refusal::field("amount", "Give items or an amount, not both")),
        (Some(items), None) => {
            let items = items.iter().enumerate().map(|(n, item)| {
                let quantity = u32::try_from(item.quantity).map_err(|_| {
                    Refusal::field(format!("items[{n}].quantity"), "A quantity must be a whole number, not below zero")
                })?;
                Ok(RefundItem { line: item.line.clone(), quantity })
            });
            Ok(RefundAsk::Items(items.collect::<Result<_, Refusal>>()?))
        }
        (None, Some(amount)) => {
            let amount = currency
                .parse_amount(amount)
                .map_err(|error| Refusal::field("amount", format!("An amount {error}")))?;
            Ok(RefundAsk::Amount(amount))
        }
        (None, None) => Ok(RefundAsk::Rest),
    }
}
