//! `/v1/checkout/sessions`.

use serde_json::{Map, Value, json};

use super::{
    errors::ApiError,
    form::{Params, merge},
    lists::{Page, list},
    money,
    objects::{CaptureMethod, TaxBehavior, TransferData},
    session::{IntentData, LineItem, PaymentStatus, Session, SessionStatus},
    state::{State, Timer, fresh, letters},
};

/// The longest that a session may last, and what it lasts when a call names none.
const LONGEST: i64 = 24 * 3_600;
/// The least that it may last, in seconds.
const SHORTEST: i64 = 30 * 60;
/// How many lines it may have.
const LINES: usize = 100;
/// Parameters that change nothing here.
const IGNORED: [&str; 22] = [
    "adaptive_pricing",
    "after_expiration",
    "allow_promotion_codes",
    "billing_address_collection",
    "branding_settings",
    "consent_collection",
    "custom_fields",
    "custom_text",
    "customer_creation",
    "customer_update",
    "integration_identifier",
    "invoice_creation",
    "name_collection",
    "payment_method_collection",
    "payment_method_configuration",
    "payment_method_data",
    "payment_method_options",
    "permissions",
    "phone_number_collection",
    "saved_payment_method_options",
    "tax_id_collection",
    "wallet_options",
];

/// `POST /v1/checkout/sessions`.
pub(crate) fn create(state: &mut State, params: &mut Params) -> Result<Value, ApiError> {
    let now = state.now();
    let mode: Option<String> = params.text("mode")?;
    match mode.as_deref() {
        Some("payment") => {}
        Some("setup" | "subscription") => {
            return Err(ApiError::invalid("Only payment mode is played here.").param("mode"));
        }
        Some(_) => {
            return Err(ApiError::invalid("Invalid mode: must be one of payment, setup, or subscription").param("mode"));
        }
        None => return Err(ApiError::missing("mode")),
    }
    if let Some(ui) = params.text("ui_mode")?
        && !matches!(ui.as_str(), "hosted" | "hosted_page")
    {
        return Err(ApiError::invalid("Only ui_mode hosted_page is played here.").param("ui_mode"));
    }
    let currency = params.text("currency")?.map(|code| money::currency(&code, "currency")).transpose()?;
    let (mut items, currency) = read_items(params, currency)?;
    let expires_at = match params.integer("expires_at")? {
        None => now.saturating_add(LONGEST),
        Some(at) if at.saturating_sub(now) < SHORTEST => {
            let message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.";
            return Err(ApiError::refused(message).param("expires_at"));
        }
        Some(at) if at.saturating_sub(now) > LONGEST => {
            let message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.";
            return Err(ApiError::refused(message).param("expires_at"));
        }
        Some(at) => at,
    };
    let (automatic_tax, liable) = read_automatic_tax(params)?;
    state.settle_behavior(&mut items, automatic_tax, &currency)?;
    let intent_data = match params.nested("payment_intent_data")? {
        Some(data) => read_intent_data(data)?,
        None => IntentData::default(),
    };
    let success_url = url(params.needed("success_url")?, "success_url")?;
    let cancel_url = params.text("cancel_url")?.map(|address| url(address, "cancel_url")).transpose()?;
    let customer_email = params.short("customer_email", 800)?;
    if let Some(email) = customer_email.as_ref().filter(|email| !email.contains('@')) {
        return Err(ApiError::refused(format!("Invalid email address: {email}"))
            .code("email_invalid")
            .param("customer_email"));
    }
    if let Some(customer) = params.text("customer")? {
        return Err(ApiError {
            status: http::StatusCode::BAD_REQUEST,
            ..ApiError::no_such("customer", &customer, "customer")
        });
    }
    let mut settings = Map::new();
    for name in ["locale", "submit_type", "origin_context"] {
        if let Some(value) = params.text(name)? {
            settings.insert(name.to_owned(), json!(value));
        }
    }
    let mut payment_method_types = params.texts("payment_method_types")?;
    if payment_method_types.is_empty() {
        payment_method_types = vec!["card".to_owned()];
    }
    let session = Session {
        id: letters("cs_test_a1", 56),
        created: now,
        expires_at,
        currency,
        items,
        automatic_tax,
        liable,
        status: SessionStatus::Open,
        payment_status: PaymentStatus::Unpaid,
        intent: None,
        intent_data,
        client_reference_id: params.short("client_reference_id", 200)?,
        customer_email,
        buyer: None,
        metadata: params.metadata("metadata")?,
        success_url,
        cancel_url,
        payment_method_types,
        settings,
    };
    params.ignore(&IGNORED);
    std::mem::take(params).finish()?;
    if session.total() > 0 {
        let subject = "The Checkout Session's total amount due must add up to";
        money::check(session.total(), &session.currency, "line_items", subject)?;
    }
    if session.intent_data.application_fee_amount.is_some_and(|fee| fee > session.total()) {
        let message =
            "The application_fee_amount must be less than or equal to the total amount of the Checkout Session.";
        return Err(ApiError::refused(message).param("payment_intent_data[application_fee_amount]"));
    }
    let encoded = state.session_json(&session);
    state.timers.insert((expires_at, Timer::ExpireSession(session.id.clone())));
    state.sessions.insert(session);
    Ok(encoded)
}

fn read_items(params: &mut Params, currency: Option<String>) -> Result<(Vec<LineItem>, String), ApiError> {
    let mut currency = currency;
    let list = params.objects("line_items")?;
    if list.is_empty() {
        return Err(ApiError::missing("line_items"));
    }
    if list.len() > LINES {
        return Err(ApiError::refused(format!("You can only add up to {LINES} line items.")).param("line_items"));
    }
    let mut items = Vec::with_capacity(list.len());
    for (position, mut item) in list.into_iter().enumerate() {
        let name = |field: &str| format!("line_items[{position}]{field}");
        if let Some(price) = item.text("price")? {
            let error = ApiError::no_such("price", &price, &name("[price]"));
            return Err(ApiError { status: http::StatusCode::BAD_REQUEST, ..error });
        }
        let quantity = item.integer("quantity")?.ok_or_else(|| ApiError::missing(&name("[quantity]")))?;
        if !(1..=999_999).contains(&quantity) {
            let message = format!("This value must be greater than or equal to 1 (it currently is '{quantity}').");
            return Err(ApiError::refused(message).code("parameter_invalid_integer").param(&name("[quantity]")));
        }
        let metadata = item.metadata("metadata")?;
        item.ignore(&["adjustable_quantity", "dynamic_tax_rates", "tax_rates"]);
        let Some(mut price) = item.nested("price_data")? else {
            return Err(ApiError::missing(&name("[price_data]")));
        };
        item.finish()?;
        let code = money::currency(&price.needed("currency")?, &name("[price_data][currency]"))?;
        if *currency.get_or_insert_with(|| code.clone()) != code {
            let message = "All line items must have the same currency.";
            return Err(ApiError::refused(message).param(&name("[price_data][currency]")));
        }
        let unit_amount = price.needed_integer("unit_amount")?;
        if unit_amount < 0 {
            let message = format!("This value must be greater than or equal to 0 (it currently is '{unit_amount}').");
            let error = ApiError::refused(message).code("parameter_invalid_integer");
            return Err(error.param(&name("[price_data][unit_amount]")));
        }
        let Some(mut product) = price.nested("product_data")? else {
            return Err(ApiError::missing(&name("[price_data][product_data]")));
        };
        let behavior = TaxBehavior::read(&mut price)?.unwrap_or_default();
        price.finish()?;
        let product_name = product.needed("name")?;
        let description = product.text("description")?;
        product.ignore(&["images", "metadata", "tax_code", "unit_label", "tax_details"]);
        product.finish()?;
        items.push(LineItem {
            id: fresh("li_1"),
            price: fresh("price_1"),
            product: letters("prod_", 14),
            name: product_name,
            description,
            unit_amount,
            quantity,
            tax: 0,
            behavior,
            metadata,
        });
    }
    Ok((items, currency.unwrap_or_default()))
}

/// Whether tax is worked out, and the connected account that owes it.
fn read_automatic_tax(params: &mut Params) -> Result<(bool, Option<String>), ApiError> {
    let Some(mut tax) = params.nested("automatic_tax")? else { return Ok((false, None)) };
    let enabled = tax.boolean("enabled")?.ok_or_else(|| ApiError::missing("automatic_tax[enabled]"))?;
    let liability = tax.nested("liability")?;
    tax.finish()?;
    let Some(mut liability) = liability else { return Ok((enabled, None)) };
    let kind: Option<String> = liability.text("type")?;
    let account = liability.text("account")?;
    liability.finish()?;
    let param = "automatic_tax[liability][account]";
    match (kind.as_deref(), account) {
        (Some("self"), None) => Ok((enabled, None)),
        (Some("self"), Some(_)) => {
            let message = "You may only specify `account` when `type` is `account`.";
            Err(ApiError::invalid(message).param(param))
        }
        (Some("account"), Some(account)) if account.starts_with("acct_") => Ok((enabled, Some(account))),
        (Some("account"), Some(account)) => {
            Err(ApiError { status: http::StatusCode::BAD_REQUEST, ..ApiError::no_such("account", &account, param) })
        }
        (Some("account"), None) => Err(ApiError::missing(param)),
        (Some(_), _) => {
            let message = "Invalid automatic_tax[liability][type]: must be one of account or self";
            Err(ApiError::invalid(message).param("automatic_tax[liability][type]"))
        }
        (None, _) => Err(ApiError::missing("automatic_tax[liability][type]")),
    }
}

fn read_intent_data(mut data: Params) -> Result<IntentData, ApiError> {
    let read = IntentData {
        application_fee_amount: positive(&mut data, "application_fee_amount")?,
        capture_method: capture_method(&mut data)?.unwrap_or_default(),
        description: data.short("description", 1_000)?,
        metadata: data.metadata("metadata")?,
        on_behalf_of: data.text("on_behalf_of")?,
        receipt_email: data.text("receipt_email")?,
        setup_future_usage: data.choice("setup_future_usage", &["off_session", "on_session"])?,
        statement_descriptor: data.short("statement_descriptor", 22)?,
        statement_descriptor_suffix: data.short("statement_descriptor_suffix", 22)?,
        transfer_data: transfer_data(&mut data, false)?,
        transfer_group: data.text("transfer_group")?,
    };
    data.ignore(&["shipping"]);
    data.finish()?;
    if read.application_fee_amount.is_some() && read.transfer_data.is_none() && read.on_behalf_of.is_none() {
        return Err(no_destination("payment_intent_data[application_fee_amount]"));
    }
    Ok(read)
}

/// A fee without a seller to take it from.
pub(crate) fn no_destination(param: &str) -> ApiError {
    let message = "Can only apply an application_fee_amount when the PaymentIntent is attempting a direct payment (using an OAuth \
                   key or Stripe-Account header) or destination payment (using `transfer_data[destination]`).";
    ApiError::refused(message).param(param)
}

/// One of Stripe's three values, else 400; none without the field.
pub(crate) fn capture_method(params: &mut Params) -> Result<Option<CaptureMethod>, ApiError> {
    params.choice("capture_method", &["automatic", "automatic_async", "manual"])
}

/// An amount that is not negative.
pub(crate) fn positive(params: &mut Params, name: &str) -> Result<Option<i64>, ApiError> {
    match params.integer(name)? {
        Some(amount) if amount < 0 => {
            Err(ApiError::refused("Invalid non-negative integer").code("parameter_invalid_integer").param(name))
        }
        amount => Ok(amount),
    }
}

/// `transfer_data`; an intent's may say what the transfer is called.
pub(crate) fn transfer_data(params: &mut Params, described: bool) -> Result<Option<TransferData>, ApiError> {
    let Some(mut data) = params.nested("transfer_data")? else { return Ok(None) };
    let read = TransferData {
        destination: data.needed("destination")?,
        amount: positive(&mut data, "amount")?,
        description: if described { data.text("description")? } else { None },
        metadata: if described { data.metadata("metadata")? } else { Default::default() },
    };
    if described {
        data.ignore(&["payment_data"]);
    }
    data.finish()?;
    if !read.destination.starts_with("acct_") {
        let message = format!("No such destination: '{}'", read.destination);
        return Err(ApiError::refused(message).code("resource_missing").param("transfer_data[destination]"));
    }
    Ok(Some(read))
}

/// An address that a browser can go to.
fn url(address: String, param: &str) -> Result<String, ApiError> {
    let legal = url::Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if legal {
        return Ok(address);
    }
    let message = "Not a valid URL. URLs must begin with http:// or https://.";
    Err(ApiError::refused(message).code("url_invalid").param(param))
}

/// `GET /v1/checkout/sessions/{id}`.
pub(crate) fn retrieve(state: &State, id: &str) -> Result<Value, ApiError> {
    Ok(state.session_json(&state.session(id)?))
}

/// `POST /v1/checkout/sessions/{id}`.
pub(crate) fn update(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let update = params.metadata("metadata")?;
    std::mem::take(params).finish()?;
    let mut session = state.session(id)?;
    merge(&mut session.metadata, update);
    let encoded = state.session_json(&session);
    if let Some(kept) = state.sessions.get_mut(id) {
        *kept = session;
    }
    Ok(encoded)
}

/// `GET /v1/checkout/sessions`.
pub(crate) fn index(state: &State, params: &mut Params) -> Result<Value, ApiError> {
    let page = Page::read(params)?;
    let intent = params.text("payment_intent")?;
    let status: Option<SessionStatus> = params.choice("status", &["complete", "expired", "open"])?;
    params.ignore(&["customer", "customer_account", "customer_details", "payment_link", "subscription"]);
    std::mem::take(params).finish()?;
    let matches = |session: &Session| status.is_none_or(|status| session.status == status);
    let (found, has_more) = match intent {
        None => page.of(&state.sessions, "checkout.session", matches)?,
        Some(intent) => {
            let id = state.intents.get(&intent).and_then(|intent| intent.session.clone());
            page.of_few(&state.sessions, id.as_slice(), "checkout.session", matches)?
        }
    };
    let data = found.into_iter().map(|session| state.session_json(session)).collect();
    Ok(list("/v1/checkout/sessions", data, has_more))
}

/// `POST /v1/checkout/sessions/{id}/expire`.
pub(crate) fn expire(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    std::mem::take(params).finish()?;
    let session = state.session(id)?;
    if session.status != SessionStatus::Open {
        let message = format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of {}.",
            session.status.word()
        );
        return Err(ApiError::refused(message));
    }
    state.timers.remove(&(session.expires_at, Timer::ExpireSession(session.id.clone())));
    state.expire_session(id);
    retrieve(state, id)
}

/// `GET /v1/checkout/sessions/{id}/line_items`.
pub(crate) fn line_items(state: &State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let limit = params.integer("limit")?.unwrap_or(10).clamp(1, 100);
    let after = params.text("starting_after")?;
    params.ignore(&["ending_before"]);
    std::mem::take(params).finish()?;
    Ok(state.session(id)?.line_items(after.as_deref(), usize::try_from(limit).unwrap_or(10)))
}
