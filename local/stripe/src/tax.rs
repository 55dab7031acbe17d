//! Tax: what prices contain or not, who owes it, and `/v1/tax`.

use std::{collections::BTreeMap, net::IpAddr};

use http::StatusCode;
use serde_json::{Value, json};

use super::{
    errors::ApiError,
    form::Params,
    money,
    objects::{Calculation, TaxBehavior, TaxDefault, TaxLine, TaxTransaction},
    session::{LineItem, PaymentStatus},
    state::{State, fresh},
};

/// How long a calculation can be entered into the books (<https://docs.stripe.com/api/tax/calculations>).
const KEPT: i64 = 90 * 86_400;
/// How often a sale can be reversed in part (<https://docs.stripe.com/tax/custom#reversals>).
const MOST_PARTIAL_REVERSALS: usize = 10;
/// How many lines a calculation may have.
const LINES: usize = 100;

impl State {
    /// Gives prices without a behavior the account's default. Where tax is calculated, there must be one.
    pub(crate) fn settle_behavior(
        &self,
        items: &mut [LineItem],
        automatic: bool,
        currency: &str,
    ) -> Result<(), ApiError> {
        for (position, item) in items.iter_mut().enumerate() {
            if item.behavior != TaxBehavior::Unspecified {
                continue;
            }
            item.behavior = match self.tax_settings.behavior {
                TaxDefault::Exclusive => TaxBehavior::Exclusive,
                TaxDefault::Inclusive => TaxBehavior::Inclusive,
                TaxDefault::InferredByCurrency if matches!(currency, "usd" | "cad") => TaxBehavior::Exclusive,
                TaxDefault::InferredByCurrency => TaxBehavior::Inclusive,
                TaxDefault::Unspecified if automatic => {
                    let message = "In order to use automatic tax, every price must have a `tax_behavior` of inclusive or exclusive. Set it \
                                   on the price, or set a default tax behavior in your Tax Settings.";
                    let param = format!("line_items[{position}][price_data][tax_behavior]");
                    return Err(ApiError::refused(message).param(&param));
                }
                TaxDefault::Unspecified => TaxBehavior::Unspecified,
            };
        }
        Ok(())
    }

    /// The tax of amounts with one behavior, calculated for their sum, so that it is rounded once.
    pub(crate) fn taxes_of(&self, amounts: &[i64], behavior: TaxBehavior) -> Vec<i64> {
        let tax = |amount| match behavior {
            TaxBehavior::Inclusive => money::contained_tax(amount, self.tax_percent),
            TaxBehavior::Exclusive | TaxBehavior::Unspecified => money::tax(amount, self.tax_percent),
        };
        let mut left = tax(amounts.iter().fold(0, |sum: i64, amount| sum.saturating_add(*amount)));
        let last = amounts.len().saturating_sub(1);
        let of = |(position, amount): (usize, &i64)| {
            let own = if position == last { left } else { tax(*amount).min(left) };
            left -= own;
            own
        };
        amounts.iter().enumerate().map(of).collect()
    }

    /// The tax that was collected and not given back, by who owes it.
    pub(crate) fn tax_owed(&self) -> BTreeMap<String, i64> {
        let mut owed: BTreeMap<String, i64> = BTreeMap::new();
        let paid = self.sessions.iter().filter(|(_, session)| session.payment_status == PaymentStatus::Paid);
        for (_, session) in paid.filter(|(_, session)| session.automatic_tax) {
            let charges = session.intent.as_ref().and_then(|id| self.intents.get(id)).map(|intent| &intent.charges);
            let taken = charges.into_iter().flatten().filter_map(|id| self.charges.get(id)).filter(|c| c.captured);
            for charge in taken {
                let kept = charge.amount_captured - (charge.amount_refunded - charge.released);
                let tax = money::share(session.tax(), kept, charge.amount_captured);
                *owed.entry(session.liable.clone().unwrap_or_else(|| "self".to_owned())).or_default() += tax;
            }
        }
        for (_, booked) in self.tax_transactions.iter() {
            *owed.entry(booked.account.clone().unwrap_or_else(|| "self".to_owned())).or_default() += booked.tax();
        }
        owed.retain(|_, tax| *tax != 0);
        owed
    }

    /// The buyer's place. An address on this machine, or one that no buyer can have, is taken for the account's own
    /// country where it is this machine's, and for nowhere else.
    fn locate(&self, details: &mut Params) -> Result<Value, ApiError> {
        let invalid = |message: &str| {
            ApiError::refused(message).code("customer_tax_location_invalid").param("customer_details[address]")
        };
        let ip = details.text("ip_address")?;
        let source = details.text("address_source")?;
        let address = details.nested("address")?;
        details.ignore(&["tax_ids", "taxability_override"]);
        std::mem::take(details).finish()?;
        let Some(mut address) = address else {
            let Some(ip) = ip else {
                return Err(invalid("We could not determine the customer's tax location: no address was provided."));
            };
            let parsed: IpAddr = ip.parse().map_err(|_| {
                ApiError::invalid(format!("Invalid IP address: {ip}")).param("customer_details[ip_address]")
            })?;
            if !parsed.is_loopback() && !is_public(parsed) {
                return Err(invalid(
                    "We could not determine the customer's tax location based on the provided IP address.",
                ));
            }
            return Ok(json!({"country": self.tax_settings.country(), "ip_address": ip}));
        };
        if !matches!(source.as_deref(), Some("billing" | "shipping")) {
            return Err(ApiError::missing("customer_details[address_source]"));
        }
        let country = address.needed("country")?;
        let mut located = json!({"country": country});
        for name in ["line1", "line2", "city", "state", "postal_code"] {
            if let Some(text) = address.text(name)? {
                located[name] = json!(text);
            }
        }
        address.finish()?;
        let known = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) && country != "XX";
        // In North America the country alone does not say which tax holds.
        let needs_code = matches!(country.as_str(), "US" | "CA") && located.get("postal_code").is_none();
        if !known || needs_code {
            return Err(invalid(
                "The customer's location isn't recognized. Set a valid customer address in order to calculate tax.",
            ));
        }
        Ok(located)
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !ip.is_private() && !ip.is_link_local() && !ip.is_unspecified() && !ip.is_broadcast(),
        IpAddr::V6(ip) => !ip.is_unspecified() && (ip.segments()[0] & 0xfe00) != 0xfc00,
    }
}

/// `POST /v1/tax/calculations`.
pub(crate) fn calculate(state: &mut State, params: &mut Params, account: Option<&str>) -> Result<Value, ApiError> {
    let currency = money::currency(&params.needed("currency")?, "currency")?;
    let list = params.objects("line_items")?;
    if list.is_empty() {
        return Err(ApiError::missing("line_items"));
    }
    if list.len() > LINES {
        return Err(ApiError::refused(format!("You can only add up to {LINES} line items.")).param("line_items"));
    }
    let mut lines = Vec::with_capacity(list.len());
    for (position, mut item) in list.into_iter().enumerate() {
        let reference = item.short("reference", 500)?.unwrap_or_else(|| format!("L{}", position + 1));
        if lines.iter().any(|line: &TaxLine| line.reference == reference) {
            let message = "Each line item must have a unique `reference`.";
            return Err(ApiError::refused(message).param(&format!("line_items[{position}][reference]")));
        }
        lines.push(TaxLine {
            id: fresh("tax_li_"),
            reference,
            amount: item.needed_integer("amount")?,
            quantity: item.integer("quantity")?.unwrap_or(1),
            // The reference: the default is exclusive here, whatever the account's settings say of prices.
            behavior: TaxBehavior::read(&mut item)?
                .filter(|behavior| *behavior != TaxBehavior::Unspecified)
                .unwrap_or(TaxBehavior::Exclusive),
            tax: 0,
        });
        item.ignore(&["metadata", "performance_location", "product", "tax_code"]);
        item.finish()?;
    }
    let details = params.nested("customer_details")?;
    params.ignore(&["customer", "ship_from_details", "shipping_cost", "tax_date"]);
    std::mem::take(params).finish()?;
    let mut details = details.ok_or_else(|| ApiError::missing("customer_details"))?;
    let located = state.locate(&mut details)?;
    for behavior in [TaxBehavior::Exclusive, TaxBehavior::Inclusive] {
        let mut alike: Vec<_> = lines.iter_mut().filter(|line| line.behavior == behavior).collect();
        let amounts: Vec<i64> = alike.iter().map(|line| line.amount).collect();
        let taxes = state.taxes_of(&amounts, behavior);
        alike.iter_mut().zip(taxes).for_each(|(line, tax)| line.tax = tax);
    }
    let calculation = Calculation {
        id: fresh("taxcalc_1"),
        created: state.now(),
        expires_at: state.now().saturating_add(KEPT),
        currency,
        lines,
        located,
        account: account.map(str::to_owned),
    };
    let encoded = calculation.to_json();
    state.calculations.insert(calculation);
    Ok(encoded)
}

fn taken(state: &State, reference: &str) -> Result<(), ApiError> {
    if state.tax_transactions.iter().any(|(_, booked)| booked.reference == reference) {
        let message = format!("The reference '{reference}' is already in use by another tax transaction.");
        return Err(ApiError::refused(message).code("resource_already_exists").param("reference"));
    }
    Ok(())
}

/// `POST /v1/tax/transactions/create_from_calculation`.
pub(crate) fn book(state: &mut State, params: &mut Params, account: Option<&str>) -> Result<Value, ApiError> {
    let id = params.needed("calculation")?;
    let reference = params.needed("reference")?;
    let metadata = params.metadata("metadata")?;
    params.ignore(&["posted_at"]);
    std::mem::take(params).finish()?;
    let found = state.calculations.get(&id).filter(|found| found.account.as_deref() == account).cloned();
    let calculation = found.ok_or_else(|| ApiError {
        status: StatusCode::BAD_REQUEST,
        ..ApiError::no_such("tax calculation", &id, "calculation")
    })?;
    if calculation.expires_at <= state.now() {
        return Err(ApiError::refused("The tax calculation has expired.").param("calculation"));
    }
    taken(state, &reference)?;
    Ok(enter(
        state,
        TaxTransaction {
            id: String::new(),
            created: 0,
            reference,
            currency: calculation.currency,
            lines: calculation.lines,
            original: None,
            partial: false,
            metadata,
            account: calculation.account,
        },
    ))
}

/// `POST /v1/tax/transactions/create_reversal`.
pub(crate) fn reverse(state: &mut State, params: &mut Params, account: Option<&str>) -> Result<Value, ApiError> {
    let mode: Option<String> = params.text("mode")?;
    let original = params.needed("original_transaction")?;
    let reference = params.needed("reference")?;
    let flat = params.integer("flat_amount")?;
    let metadata = params.metadata("metadata")?;
    std::mem::take(params).finish()?;
    let found = state.tax_transactions.get(&original).filter(|found| found.account.as_deref() == account).cloned();
    let whole = found.ok_or_else(|| ApiError {
        status: StatusCode::BAD_REQUEST,
        ..ApiError::no_such("tax transaction", &original, "original_transaction")
    })?;
    taken(state, &reference)?;
    let of = |id: &str| state.tax_transactions.iter().filter(|(_, own)| own.original.as_deref() == Some(id)).count();
    if whole.original.is_some() {
        // What was refunded by mistake, or failed, is canceled out by a full reversal of its partial reversal.
        if mode.as_deref() != Some("full") || flat.is_some() || !whole.partial || of(&whole.id) > 0 {
            let message = "Only a full reversal of a partial reversal, and only once, is possible.";
            return Err(ApiError::refused(message).param("original_transaction"));
        }
        let lines = whole.lines.iter().map(|line| TaxLine {
            id: fresh("tax_li_"),
            reference: format!("{reference}-1"),
            amount: -line.amount,
            tax: -line.tax,
            ..line.clone()
        });
        let lines = lines.collect();
        return Ok(enter(state, TaxTransaction { lines, ..whole.reversal(reference, false, metadata) }));
    }
    let standing = || {
        let own = state.tax_transactions.iter().filter(|(_, own)| own.original.as_ref() == Some(&original));
        own.filter(|(_, own)| of(&own.id) == 0)
    };
    let left = whole.total() + standing().map(|(_, own)| own.total()).sum::<i64>();
    let tax_left = whole.tax() + standing().map(|(_, own)| own.tax()).sum::<i64>();
    let partial = match (mode.as_deref(), flat) {
        (Some("full"), None) if standing().next().is_none() => None,
        (Some("full"), None) => {
            let message = "This transaction has been partially reversed, so it cannot be fully reversed.";
            return Err(ApiError::refused(message).param("mode"));
        }
        (Some("partial"), Some(flat)) if flat < 0 => Some(-flat),
        (Some("partial"), Some(_)) => {
            return Err(ApiError::invalid("`flat_amount` must be negative.").param("flat_amount"));
        }
        (Some("partial"), None) => return Err(ApiError::missing("flat_amount")),
        (Some("full"), Some(_)) => {
            return Err(ApiError::invalid("`flat_amount` is only for mode partial.").param("flat_amount"));
        }
        _ => return Err(ApiError::invalid("Invalid mode: must be one of full or partial").param("mode")),
    };
    let amount = partial.unwrap_or(left);
    if amount > left {
        let message = "The amount to reverse is greater than what is left of the original transaction.";
        return Err(ApiError::refused(message).param("flat_amount"));
    }
    if partial.is_some() && of(&original) >= MOST_PARTIAL_REVERSALS {
        let message = "A transaction can have at most 10 partial reversals.";
        return Err(ApiError::refused(message).param("original_transaction"));
    }
    // By what is left, so that what reverses the last of the amount reverses the last of the tax.
    let tax = if amount == left { tax_left } else { money::share(tax_left, amount, left) };
    let behavior = whole.lines.first().map_or(TaxBehavior::Exclusive, |line| line.behavior);
    let before_tax = if behavior == TaxBehavior::Inclusive { amount } else { amount - tax };
    let line = TaxLine {
        id: fresh("tax_li_"),
        reference: format!("{reference}-1"),
        amount: -before_tax,
        quantity: 1,
        behavior,
        tax: -tax,
    };
    let entry = whole.reversal(reference, partial.is_some(), metadata);
    Ok(enter(state, TaxTransaction { lines: vec![line], ..entry }))
}

/// Enters a sale or a reversal into the books, with an id and at a time of its own.
fn enter(state: &mut State, entry: TaxTransaction) -> Value {
    let booked = TaxTransaction { id: fresh("tax_1"), created: state.now(), ..entry };
    let encoded = booked.to_json();
    state.tax_transactions.insert(booked);
    encoded
}

/// `GET /v1/tax/calculations/{id}`.
pub(crate) fn calculation(state: &State, id: &str) -> Result<Value, ApiError> {
    let found = state.calculations.get(id).filter(|found| found.expires_at > state.now());
    found.map(Calculation::to_json).ok_or_else(|| ApiError::no_such("tax calculation", id, "calculation"))
}

/// `GET /v1/tax/transactions/{id}`.
pub(crate) fn transaction(state: &State, id: &str) -> Result<Value, ApiError> {
    let found = state.tax_transactions.get(id);
    found.map(TaxTransaction::to_json).ok_or_else(|| ApiError::no_such("tax transaction", id, "transaction"))
}
