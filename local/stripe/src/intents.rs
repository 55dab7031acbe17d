//! `/v1/payment_intents`.

use serde_json::Value;

use super::{
    errors::ApiError,
    form::{Params, merge},
    lists::{Page, list, no_customer},
    money,
    objects::{Intent, IntentStatus},
    paying::Presence,
    session::Buyer,
    sessions::{capture_method, no_destination, positive, transfer_data},
    state::{State, fresh, letters},
};

/// Parameters that change nothing here.
const IGNORED: [&str; 14] = [
    "allowed_payment_method_types",
    "amount_details",
    "excluded_payment_method_types",
    "hooks",
    "mandate",
    "mandate_data",
    "payment_details",
    "payment_method_configuration",
    "payment_method_data",
    "payment_method_options",
    "radar_options",
    "shipping",
    "confirmation_token",
    "customer_account",
];

/// How an intent is confirmed.
struct Confirmation {
    payment_method: Option<String>,
    presence: Presence,
    /// Fail where the buyer would have to authenticate.
    error_on_requires_action: bool,
    return_url: Option<String>,
}

impl Confirmation {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        let off_session = params.text("off_session")?.is_some_and(|said| said != "false");
        let scripted = params.boolean("use_stripe_sdk")?.unwrap_or(false);
        Ok(Self {
            payment_method: params.text("payment_method")?,
            presence: match (off_session, scripted) {
                (true, _) => Presence::Absent,
                (false, true) => Presence::Scripted,
                (false, false) => Presence::Present,
            },
            error_on_requires_action: params.boolean("error_on_requires_action")?.unwrap_or(false),
            return_url: params.text("return_url")?,
        })
    }
}

/// `POST /v1/payment_intents`.
pub(crate) fn create(state: &mut State, params: &mut Params) -> Result<Value, ApiError> {
    let amount = params.needed_integer("amount")?;
    let currency = money::currency(&params.needed("currency")?, "currency")?;
    let (automatic, types) = read_methods(params)?;
    let capture = capture_method(params)?.unwrap_or_default();
    let confirm = params.boolean("confirm")?.unwrap_or(false);
    let confirmation = Confirmation::read(params)?;
    no_customer(params)?;
    let mut intent = Intent {
        id: fresh("pi_3"),
        created: state.now(),
        secret: letters("", 25),
        amount,
        amount_capturable: 0,
        amount_received: 0,
        currency,
        capture_method: capture,
        confirmation_method: params
            .choice("confirmation_method", &["automatic", "manual"])?
            .unwrap_or_else(|| "automatic".to_owned()),
        status: IntentStatus::RequiresPaymentMethod,
        metadata: params.metadata("metadata")?,
        description: params.short("description", 1_000)?,
        receipt_email: params.text("receipt_email")?,
        statement_descriptor: params.short("statement_descriptor", 22)?,
        statement_descriptor_suffix: params.short("statement_descriptor_suffix", 22)?,
        transfer_data: transfer_data(params, true)?,
        transfer_group: params.text("transfer_group")?,
        on_behalf_of: params.text("on_behalf_of")?,
        application_fee_amount: positive(params, "application_fee_amount")?,
        payment_method: None,
        payment_method_types: types,
        automatic,
        return_url: None,
        setup_future_usage: params.choice("setup_future_usage", &["off_session", "on_session"])?,
        last_payment_error: None,
        next_action: None,
        canceled_at: None,
        cancellation_reason: None,
        charges: Vec::new(),
        session: None,
    };
    params.ignore(&IGNORED);
    std::mem::take(params).finish()?;
    if !confirm && confirmation.return_url.is_some() {
        return Err(ApiError::invalid(
            "The parameter `return_url` cannot be passed when creating a PaymentIntent unless `confirm` is set \
                                      to true.",
        )
        .param("return_url"));
    }
    money::check(intent.amount, &intent.currency, "amount", "Amount must be")?;
    check_fee(&intent)?;
    if let Some(token) = &confirmation.payment_method {
        intent.payment_method = Some(state.attach(token)?);
        intent.status = IntentStatus::RequiresConfirmation;
    }
    if confirm {
        check_confirmation(&intent, &confirmation)?;
    }
    let id = intent.id.clone();
    state.emit("payment_intent.created", &id, intent.to_json());
    state.intents.insert(intent);
    if confirm {
        confirm_now(state, &id, confirmation, None)?;
    }
    retrieve(state, &id)
}

fn read_methods(params: &mut Params) -> Result<(Option<String>, Vec<String>), ApiError> {
    let types = params.texts("payment_method_types")?;
    let automatic = match params.nested("automatic_payment_methods")? {
        None => types.is_empty().then(|| "always".to_owned()),
        Some(mut automatic) => {
            let enabled =
                automatic.boolean("enabled")?.ok_or_else(|| ApiError::missing("automatic_payment_methods[enabled]"))?;
            let redirects: Option<String> = automatic.choice("allow_redirects", &["always", "never"])?;
            automatic.finish()?;
            if enabled && !types.is_empty() {
                let message =
                    "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.";
                return Err(ApiError::invalid(message).code("parameters_exclusive"));
            }
            enabled.then(|| redirects.unwrap_or_else(|| "always".to_owned()))
        }
    };
    Ok((automatic, if types.is_empty() { vec!["card".to_owned()] } else { types }))
}

fn check_fee(intent: &Intent) -> Result<(), ApiError> {
    let Some(fee) = intent.application_fee_amount else { return Ok(()) };
    if intent.transfer_data.is_none() && intent.on_behalf_of.is_none() {
        return Err(no_destination("application_fee_amount"));
    }
    if fee > intent.amount {
        let message = "The application_fee_amount must be less than or equal to the PaymentIntent's amount.";
        return Err(ApiError::refused(message).param("application_fee_amount"));
    }
    Ok(())
}

/// What must be right before an intent can be confirmed at all.
fn check_confirmation(intent: &Intent, confirmation: &Confirmation) -> Result<(), ApiError> {
    match intent.status {
        IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation | IntentStatus::RequiresAction => {}
        IntentStatus::Succeeded | IntentStatus::RequiresCapture => {
            let message = "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.";
            return Err(ApiError::unexpected_state(message, intent.to_json()));
        }
        status => {
            let message = format!(
                "You cannot confirm this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of the following \
                 statuses may be confirmed: requires_confirmation, requires_action.",
                status.word()
            );
            return Err(ApiError::unexpected_state(message, intent.to_json()));
        }
    }
    if confirmation.payment_method.is_none() && intent.payment_method.is_none() {
        let message = "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the \
                       PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment \
                       method or ConfirmationToken.";
        return Err(ApiError::unexpected_state(message, intent.to_json()));
    }
    let may_redirect = intent.automatic.as_deref() == Some("always");
    if may_redirect && confirmation.return_url.is_none() && intent.return_url.is_none() {
        let message = "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these \
                       payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't \
                       want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and \
                       `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.";
        return Err(ApiError::refused(message));
    }
    Ok(())
}

fn confirm_now(state: &mut State, id: &str, confirmation: Confirmation, buyer: Option<&Buyer>) -> Result<(), ApiError> {
    let token = confirmation.payment_method.or_else(|| state.intents.get(id)?.payment_method.clone());
    let method = state.attach(&token.unwrap_or_default())?;
    if let Some(kept) = state.intents.get_mut(id)
        && confirmation.return_url.is_some()
    {
        kept.return_url = confirmation.return_url;
    }
    let presence = if confirmation.error_on_requires_action { Presence::Absent } else { confirmation.presence };
    state.attempt(id, &method, presence, buyer)?;
    state.session_paid(id);
    Ok(())
}

/// Confirms an intent as the seller's page does in the buyer's browser. Without an address to return to, what asks for
/// authentication asks for it on the seller's page.
pub(crate) fn confirm_by_client(
    state: &mut State,
    id: &str,
    token: String,
    return_url: Option<String>,
    buyer: &Buyer,
) -> Result<Value, ApiError> {
    let intent = state.intent(id)?;
    refuse_sessions(&intent, "confirm")?;
    let confirmation = Confirmation {
        payment_method: Some(token),
        presence: Presence::Present,
        error_on_requires_action: false,
        return_url: Some("https://example.com/return".to_owned()),
    };
    check_confirmation(&intent, &confirmation)?;
    confirm_now(state, id, Confirmation { return_url: return_url.or(intent.return_url), ..confirmation }, Some(buyer))?;
    retrieve(state, id)
}

/// `GET /v1/payment_intents/{id}`.
pub(crate) fn retrieve(state: &State, id: &str) -> Result<Value, ApiError> {
    Ok(state.intent(id)?.to_json())
}

/// `POST /v1/payment_intents/{id}`.
pub(crate) fn update(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let metadata = params.metadata("metadata")?;
    let description = params.short("description", 1_000)?;
    let receipt_email = params.text("receipt_email")?;
    let amount = params.integer("amount")?;
    let payment_method = params.text("payment_method")?;
    let transfer_group = params.text("transfer_group")?;
    params.ignore(&IGNORED);
    std::mem::take(params).finish()?;
    let mut intent = state.intent(id)?;
    if amount.is_some() || payment_method.is_some() {
        let open = matches!(
            intent.status,
            IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation | IntentStatus::RequiresAction
        );
        if !open {
            let param = if amount.is_some() { "amount" } else { "payment_method" };
            let message = format!(
                "This PaymentIntent's {param} could not be updated because it has a status of {}. You may only update the {param} of a \
                 PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.",
                intent.status.word()
            );
            return Err(ApiError::unexpected_state(message, intent.to_json()).param(param));
        }
    }
    if let Some(amount) = amount {
        money::check(amount, &intent.currency, "amount", "Amount must be")?;
        intent.amount = amount;
    }
    if let Some(token) = payment_method {
        intent.payment_method = Some(state.attach(&token)?);
        intent.status = IntentStatus::RequiresConfirmation;
    }
    merge(&mut intent.metadata, metadata);
    intent.description = description.or(intent.description);
    intent.receipt_email = receipt_email.or(intent.receipt_email);
    intent.transfer_group = transfer_group.or(intent.transfer_group);
    let encoded = intent.to_json();
    state.index(&encoded);
    if let Some(kept) = state.intents.get_mut(id) {
        *kept = intent;
    }
    Ok(encoded)
}

/// `POST /v1/payment_intents/{id}/confirm`.
pub(crate) fn confirm(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let confirmation = Confirmation::read(params)?;
    let capture = capture_method(params)?;
    params.ignore(&IGNORED);
    params.ignore(&["amount_to_confirm", "receipt_email", "setup_future_usage", "capture_method"]);
    std::mem::take(params).finish()?;
    let intent = state.intent(id)?;
    refuse_sessions(&intent, "confirm")?;
    check_confirmation(&intent, &confirmation)?;
    if let (Some(method), Some(kept)) = (capture, state.intents.get_mut(id)) {
        kept.capture_method = method;
    }
    confirm_now(state, id, confirmation, None)?;
    retrieve(state, id)
}

/// A session's intent is the session's own affair.
fn refuse_sessions(intent: &Intent, verb: &str) -> Result<(), ApiError> {
    if intent.session.is_none() || intent.status == IntentStatus::RequiresCapture {
        return Ok(());
    }
    let message = format!(
        "You cannot {verb} a PaymentIntent that was created by a Checkout Session. To cancel it, expire the session."
    );
    Err(ApiError::unexpected_state(message, intent.to_json()))
}

/// `POST /v1/payment_intents/{id}/capture`.
pub(crate) fn capture(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let amount = params.integer("amount_to_capture")?;
    let fee = positive(params, "application_fee_amount")?;
    let metadata = params.metadata("metadata")?;
    params.ignore(&["amount_details", "final_capture", "hooks", "payment_details", "statement_descriptor"]);
    params.ignore(&["statement_descriptor_suffix", "transfer_data"]);
    std::mem::take(params).finish()?;
    state.capture(id, amount, fee, metadata)?;
    retrieve(state, id)
}

/// `POST /v1/payment_intents/{id}/cancel`.
pub(crate) fn cancel(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let reasons = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"];
    let reason = params.text("cancellation_reason")?;
    if let Some(reason) = reason.as_deref().filter(|reason| !reasons.contains(reason)) {
        let message = format!(
            "Invalid cancellation_reason: must be one of duplicate, fraudulent, requested_by_customer, or abandoned, not {reason}"
        );
        return Err(ApiError::invalid(message).param("cancellation_reason"));
    }
    std::mem::take(params).finish()?;
    let intent = state.intent(id)?;
    if !matches!(intent.status, IntentStatus::Succeeded | IntentStatus::Canceled) {
        refuse_sessions(&intent, "cancel")?;
    }
    state.cancel_intent(id, reason.as_deref())?;
    retrieve(state, id)
}

/// `GET /v1/payment_intents`.
pub(crate) fn index(state: &State, params: &mut Params) -> Result<Value, ApiError> {
    let page = Page::read(params)?;
    no_customer(params)?;
    params.ignore(&["customer_account"]);
    std::mem::take(params).finish()?;
    let (found, has_more) = page.of(&state.intents, "payment_intent", |_| true)?;
    Ok(list("/v1/payment_intents", found.into_iter().map(Intent::to_json).collect(), has_more))
}
