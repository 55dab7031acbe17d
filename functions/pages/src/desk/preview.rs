//! What of an order is to be given back, as the form of a refund says it.

use domain::{
    Order, Refusal,
    order::{RefundAsk, RefundItem},
};
use url::form_urlencoded;

use crate::typed::Typed;

/// The field that says what sort of refund it is.
const SORT: &str = "what";

/// Reads the choice. None where nothing is chosen yet.
///
/// # Errors
/// `invalid_request` at the field that is no number or amount.
pub(super) fn chosen(typed: &Typed, order: &Order) -> Result<Option<RefundAsk>, Refusal> {
    match typed.get(SORT) {
        "items" => {
            let given = typed.below("quantity.").filter(|(_, text)| !text.is_empty());
            let items = given.map(|(line, text)| {
                let quantity = text.parse().map_err(|_| {
                    Refusal::field(format!("quantity.{line}"), "A quantity must be a whole number, not below zero")
                })?;
                Ok(RefundItem { line: line.to_owned(), quantity })
            });
            Ok(Some(RefundAsk::Items(items.collect::<Result<_, Refusal>>()?)))
        }
        "amount" => {
            // A comma is what many people type for the decimal point.
            let text = typed.get("amount").replace(',', ".");
            let amount = order.paid_currency().parse_amount(&text);
            Ok(Some(RefundAsk::Amount(amount.map_err(|error| Refusal::field("amount", format!("An amount {error}")))?)))
        }
        "rest" => Ok(Some(RefundAsk::Rest)),
        _ => Ok(None),
    }
}

/// The choice as the query of the page that shows what it comes to.
pub(super) fn query(typed: &Typed) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(SORT, typed.get(SORT));
    if let Some(amount) = typed.given("amount") {
        query.append_pair("amount", amount);
    }
    for (line, quantity) in typed.below("quantity.") {
        query.append_pair(&format!("quantity.{line}"), quantity);
    }
    query.finish()
}
