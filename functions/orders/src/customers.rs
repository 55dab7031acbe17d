//! Customers: their hours, and the erasure of what names them.

use axum::{Json, extract::State};
use domain::{Currency, OrganizationId, Refusal};
use engine::EngineError;
use http::StatusCode;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::{Debit, LedgerEntry};
use utoipa::{IntoParams, ToSchema};
use web::forms::{
    CurrencyForm, CursorForm, ErasureWord, HoursForm, InstantForm, OrganizationIdForm, SignedMoneyForm, SubjectForm,
    TypedHoursForm,
};
use web::{Answer, Caller, Identity, List, Path, Query, Role, views::OrderView};

use crate::{list::OrderList, state::Orders};

/// Most entries of a page.
const PAGE: usize = 100;
/// Most characters of a subject.
const MOST: usize = 255;
/// Most characters of a reference, which is part of a key of 1,024 bytes.
const REFERENCE: usize = 200;

/// With whom.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct With {
    /// The organization; the token's own by default.
    #[param(value_type = Option<OrganizationIdForm>, inline)]
    organization: Option<OrganizationId>,
}

/// Which page of a list of a customer's with whom.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CustomerPage {
    /// The organization; the token's own by default.
    #[param(value_type = Option<OrganizationIdForm>, inline)]
    organization: Option<OrganizationId>,
    /// Where the page begins: the `cursor` of the page before.
    #[param(value_type = Option<CursorForm>, inline)]
    cursor: Option<String>,
}

/// What a customer has with an organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Balance)]
pub(crate) struct BalanceView {
    #[schema(value_type = SubjectForm)]
    customer: String,
    #[schema(value_type = OrganizationIdForm)]
    organization: String,
    /// Hours that are left.
    #[schema(value_type = HoursForm)]
    hours: String,
    /// What was paid for hours, less what was given back for them.
    #[schema(value_type = SignedMoneyForm)]
    amount: String,
    /// ISO 4217, in lower case.
    #[schema(value_type = CurrencyForm)]
    currency: String,
}

/// A change of a balance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerEntry)]
pub(crate) struct EntryView {
    /// What it is for: `order:…`, `refund:…`, `dispute:…` or `debit:…`. There is one entry for each cause.
    #[schema(pattern = "^(order|refund|dispute|debit):.+$", example = "order:ord_01a2183aa1c27807b9ca9d8a553845c6")]
    cause: String,
    /// Hours; below zero where they go out.
    #[schema(value_type = HoursForm)]
    hours: String,
    /// Money; below zero where it goes back.
    #[schema(value_type = SignedMoneyForm)]
    amount: String,
    /// The moment of the cause, RFC 3339 in UTC.
    #[schema(value_type = InstantForm)]
    at: String,
}

impl EntryView {
    fn of(entry: &LedgerEntry, currency: Currency) -> Self {
        Self {
            cause: entry.cause.clone(),
            hours: entry.hours().to_string(),
            amount: currency.format(entry.amount),
            at: entry.at.to_string(),
        }
    }
}

/// A page of a ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ledger)]
pub(crate) struct LedgerView {
    /// The entries, the newest first.
    entries: Vec<EntryView>,
    /// Where the next page begins; none on the last page.
    #[schema(value_type = Option<CursorForm>)]
    cursor: Option<String>,
}

/// Whether a text may be a token's subject. It becomes part of keys, whose length the table limits.
pub(crate) fn check_subject(field: &str, text: &str) -> Result<(), Refusal> {
    if (1..=MOST).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Refusal::field(field, format!("Must be a token's subject, of at most {MOST} characters")))
}

/// The organization that is meant.
fn meant(identity: &Identity, with: Option<OrganizationId>) -> Result<OrganizationId, Refusal> {
    let organization = with.or_else(|| identity.organization.clone());
    organization.ok_or_else(|| Refusal::field("organization", "Name the organization: ?organization="))
}

/// The organization that is meant, if the caller may see what this customer has there.
fn may_see(identity: &Identity, customer: &str, with: Option<OrganizationId>) -> Answer<OrganizationId> {
    let organization = meant(identity, with)?;
    if identity.subject != customer {
        identity.require_org_role(&organization, Role::Staff)?;
    }
    Ok(organization)
}

async fn currency(state: &Orders, organization: &OrganizationId) -> Answer<Currency> {
    let found = state.store.organization(organization).await.map_err(EngineError::from)?;
    Ok(found.ok_or_else(|| Refusal::not_found("organization"))?.currency)
}

/// A customer's hours with an organization.
#[utoipa::path(get, path = "/v1/customers/{customer}/balance", params(("customer" = inline(SubjectForm), Path), With),
    responses((status = 200, description = "The balance", body = BalanceView)), security(("token" = [])))]
pub(crate) async fn balance(
    State(state): State<Orders>,
    caller: Caller,
    Path(customer): Path<String>,
    Query(with): Query<With>,
) -> Answer<Json<BalanceView>> {
    check_subject("customer", &customer)?;
    let organization = may_see(caller.require()?, &customer, with.organization)?;
    let currency = currency(&state, &organization).await?;
    let balance = state.store.balance(&organization, &customer).await.map_err(EngineError::from)?;
    Ok(Json(BalanceView {
        customer,
        organization: organization.to_string(),
        hours: balance.hours.to_string(),
        amount: currency.format(balance.amount),
        currency: currency.code(),
    }))
}

/// The entries that a customer's balance is the sum of.
#[utoipa::path(get, path = "/v1/customers/{customer}/ledger", params(("customer" = inline(SubjectForm), Path), CustomerPage),
    responses((status = 200, description = "A page of entries", body = LedgerView)), security(("token" = [])))]
pub(crate) async fn ledger(
    State(state): State<Orders>,
    caller: Caller,
    Path(customer): Path<String>,
    Query(query): Query<CustomerPage>,
) -> Answer<Json<LedgerView>> {
    check_subject("customer", &customer)?;
    let organization = may_see(caller.require()?, &customer, query.organization)?;
    let list = List::new("ledger").by("organization", Some(&organization)).by("customer", Some(&customer));
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let currency = currency(&state, &organization).await?;
    let mut entries = state.store.ledger(&organization, &customer).await.map_err(EngineError::from)?;
    let place = |entry: &LedgerEntry| format!("{:.9}|{}", entry.at, entry.cause);
    if let Some(begin) = &begin {
        entries.retain(|entry| place(entry) < *begin);
    }
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let last = if more { entries.last().map(place) } else { None };
    let cursor = state.cursors.seal(&list, last).await?;
    Ok(Json(LedgerView { entries: entries.iter().map(|entry| EntryView::of(entry, currency)).collect(), cursor }))
}

/// A customer's orders with an organization, the newest first.
#[utoipa::path(get, path = "/v1/customers/{customer}/orders", params(("customer" = inline(SubjectForm), Path), CustomerPage),
    responses((status = 200, description = "A page of orders", body = OrderList)), security(("token" = [])))]
pub(crate) async fn customer_orders(
    State(state): State<Orders>,
    caller: Caller,
    Path(customer): Path<String>,
    Query(query): Query<CustomerPage>,
) -> Answer<Json<OrderList>> {
    check_subject("customer", &customer)?;
    let organization = may_see(caller.require()?, &customer, query.organization)?;
    let list = List::new("customer_orders").by("organization", Some(&organization)).by("customer", Some(&customer));
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let page = state.store.orders_of_customer(&organization, &customer, begin.as_deref()).await;
    let page = page.map_err(EngineError::from)?;
    let cursor = state.cursors.seal(&list, page.cursor).await?;
    Ok(Json(OrderList { orders: page.orders.iter().map(OrderView::from).collect(), cursor }))
}

/// Hours to be taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DebitRequest)]
pub(crate) struct DebitBody {
    /// With whom.
    #[schema(value_type = OrganizationIdForm)]
    organization: String,
    /// How many, above zero, with two decimals at the most.
    #[schema(value_type = TypedHoursForm)]
    hours: String,
    /// Your name for it: the same reference takes the hours once.
    #[schema(example = "lesson-2026-11-21")]
    reference: String,
}

/// Takes hours off a customer's balance, once for each reference.
#[utoipa::path(post, path = "/v1/customers/{customer}/debits", request_body = DebitBody,
    params(("customer" = inline(SubjectForm), Path)),
    responses((status = 201, description = "Taken, now or before under the same reference", body = EntryView),
        (status = 409, description = "There are not enough hours")), security(("token" = [])))]
pub(crate) async fn debit(
    State(state): State<Orders>,
    caller: Caller,
    Path(customer): Path<String>,
    web::Json(body): web::Json<DebitBody>,
) -> Answer<(StatusCode, Json<EntryView>)> {
    let identity = caller.require()?;
    check_subject("customer", &customer)?;
    let organization = OrganizationId::parse(body.organization.as_str())
        .map_err(|error| Refusal::field("organization", format!("An organization's id {error}")))?;
    identity.require_any_org_role(&organization, &[Role::Staff, Role::Expert])?;
    let plain = body.hours.len() <= 20 && body.hours.chars().all(|c| c.is_ascii_digit() || c == '.');
    let hours = Decimal::from_str_exact(&body.hours).ok().filter(|hours| plain && hours.scale() <= 2);
    let hours =
        hours.filter(|hours| *hours > Decimal::ZERO && *hours <= Decimal::from(1_000_000)).ok_or_else(|| {
            Refusal::field("hours", "Must be a decimal above \"0\" with at most two decimals, as \"1.5\"")
        })?;
    let reference = body.reference.trim();
    if !(1..=REFERENCE).contains(&reference.chars().count()) || reference.chars().any(char::is_control) {
        return Err(Refusal::field("reference", format!("Must have 1 to {REFERENCE} characters")).into());
    }
    let currency = currency(&state, &organization).await?;
    let reference = reference.to_owned();
    let debit = Debit { organization, customer, hours, reference, by: identity.actor() };
    let (entry, _) = state.engine.debit(&debit, &identity.staff()).await?;
    Ok((StatusCode::CREATED, Json(EntryView::of(&entry, currency))))
}

/// An erasure that was written down.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erasure)]
pub(crate) struct ErasureView {
    #[schema(value_type = SubjectForm)]
    customer: String,
    #[schema(value_type = OrganizationIdForm)]
    organization: String,
    /// `accepted`: the sweeper sees to it within minutes.
    #[schema(value_type = ErasureWord)]
    status: &'static str,
}

/// Takes a customer's personal fields out of their orders that are over; figures and the audit trail stay.
#[utoipa::path(post, path = "/v1/customers/{customer}/erasure", params(("customer" = inline(SubjectForm), Path), With),
    responses((status = 202, description = "Written down", body = ErasureView)), security(("token" = [])))]
pub(crate) async fn erasure(
    State(state): State<Orders>,
    caller: Caller,
    Path(customer): Path<String>,
    Query(with): Query<With>,
) -> Answer<(StatusCode, Json<ErasureView>)> {
    let identity = caller.require()?;
    check_subject("customer", &customer)?;
    let organization = meant(identity, with.organization)?;
    identity.require_org_role(&organization, Role::Staff)?;
    state.engine.erase(&organization, &customer, &identity.staff()).await?;
    let view = ErasureView { customer, organization: organization.to_string(), status: "accepted" };
    Ok((StatusCode::ACCEPTED, Json(view)))
}
