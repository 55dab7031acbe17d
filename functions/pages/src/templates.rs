//! The pages' templates, and how words get into them.

use std::sync::LazyLock;

use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, value::Kwargs};
use words::Language;

/// Each template by its name.
pub(crate) const TEMPLATES: [(&str, &str); 34] = [
    ("base.html", include_str!("../templates/base.html")),
    ("fields.html", include_str!("../templates/fields.html")),
    ("overview.html", include_str!("../templates/overview.html")),
    ("calendar.html", include_str!("../templates/calendar.html")),
    ("listing.html", include_str!("../templates/listing.html")),
    ("slots.html", include_str!("../templates/slots.html")),
    ("cart.html", include_str!("../templates/cart.html")),
    ("order.html", include_str!("../templates/order.html")),
    ("pay.html", include_str!("../templates/pay.html")),
    ("sums.html", include_str!("../templates/sums.html")),
    ("tickets.html", include_str!("../templates/tickets.html")),
    ("account.html", include_str!("../templates/account.html")),
    ("slots-own.html", include_str!("../templates/slots-own.html")),
    ("slots-week.html", include_str!("../templates/slots-week.html")),
    ("week-form.html", include_str!("../templates/week-form.html")),
    ("bookings.html", include_str!("../templates/bookings.html")),
    ("desk.html", include_str!("../templates/desk.html")),
    ("desk-which.html", include_str!("../templates/desk-which.html")),
    ("desk-today.html", include_str!("../templates/desk-today.html")),
    ("desk-orders.html", include_str!("../templates/desk-orders.html")),
    ("desk-order.html", include_str!("../templates/desk-order.html")),
    ("desk-refund.html", include_str!("../templates/desk-refund.html")),
    ("desk-listings.html", include_str!("../templates/desk-listings.html")),
    ("desk-listing.html", include_str!("../templates/desk-listing.html")),
    ("desk-offer.html", include_str!("../templates/desk-offer.html")),
    ("desk-edit.html", include_str!("../templates/desk-edit.html")),
    ("desk-new.html", include_str!("../templates/desk-new.html")),
    ("desk-settings.html", include_str!("../templates/desk-settings.html")),
    ("desk-team.html", include_str!("../templates/desk-team.html")),
    ("desk-exports.html", include_str!("../templates/desk-exports.html")),
    ("desk-export.html", include_str!("../templates/desk-export.html")),
    ("desk-cancel.html", include_str!("../templates/desk-cancel.html")),
    ("doors.html", include_str!("../templates/doors.html")),
    ("message.html", include_str!("../templates/message.html")),
];

/// All of them, read once per process.
pub(crate) static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    pages.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    pages.set_auto_escape_callback(|_| AutoEscape::Html);
    pages.add_function("t", phrase);
    for (name, text) in TEMPLATES {
        if let Err(error) = pages.add_template(name, text) {
            tracing::error!(name, %error, "a page's template is malformed");
        }
    }
    pages
});

/// A message in the page's language: `t("cart-empty")`, `t("tickets-left", n=3)`. The number `n` decides between one and many.
#[expect(clippy::needless_pass_by_value, reason = "the signature that the template engine calls")]
fn phrase(state: &State<'_, '_>, id: &str, args: Kwargs) -> Result<String, Error> {
    let language = state.lookup("language").and_then(|tag| Language::from_tag(tag.as_str()?)).unwrap_or_default();
    let names: Vec<&'static str> = ARGS.iter().copied().filter(|name| args.has(name)).collect();
    let mut values = Vec::new();
    let mut number = None;
    for name in names {
        let value: minijinja::Value = args.get(name)?;
        match i64::try_from(value.clone()) {
            Ok(n) if name == COUNT => number = Some((name, n)),
            _ => values.push((name, value.to_string())),
        }
    }
    args.assert_all_used().map_err(|error| Error::new(ErrorKind::UnknownFunction, format!("{id}: {error}")))?;
    let values: Vec<(&'static str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Ok(match number {
        Some((name, n)) => language.count_whole(id, (name, n), &values),
        None => language.phrase(id, &values),
    })
}

/// The number that decides the form of the words.
const COUNT: &str = "n";

/// What messages of pages hold.
const ARGS: [&str; 12] =
    ["n", "name", "amount", "price", "date", "seller", "percent", "hours", "code", "number", "email", "most"];

#[cfg(test)]
mod tests {
    use super::{PAGES, TEMPLATES};

    #[test]
    fn templates_are_well_formed() {
        for (name, _) in TEMPLATES {
            assert!(PAGES.get_template(name).is_ok(), "{name}");
        }
    }
}
