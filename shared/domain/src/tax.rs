//! Tax: how an organization has it calculated, and which part of it belongs to what.
//!
//! Nothing rests on a default of Stripe's account. What was in force when an order was placed stays with the order, and
//! the order settles by that.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Currency, Minor, Refusal};

/// How an organization has tax calculated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTerms {
    /// Whether Stripe calculates tax at all.
    pub automatic: bool,
    /// Whether prices contain it.
    pub behavior: TaxBehavior,
    /// Who owes it to the state.
    pub liability: TaxLiability,
}

/// Whether prices contain their tax (<https://docs.stripe.com/tax/products-prices-tax-codes-tax-behavior>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxBehavior {
    /// Tax comes on top of the total.
    Exclusive,
    /// The total is what the buyer pays, and the tax is a part of it.
    Inclusive,
}

impl TaxBehavior {
    /// The word in the contract, which is Stripe's.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exclusive => "exclusive",
            Self::Inclusive => "inclusive",
        }
    }
}

/// Who owes the tax to the state (<https://docs.stripe.com/tax/connect>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxLiability {
    /// The platform, as a marketplace. It withholds the tax from the seller.
    Platform,
    /// The seller, who keeps the tax.
    Seller,
}

impl TaxLiability {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Seller => "seller",
        }
    }
}

impl Default for TaxTerms {
    fn default() -> Self {
        Self { automatic: true, behavior: TaxBehavior::Exclusive, liability: TaxLiability::Platform }
    }
}

impl TaxTerms {
    /// What of a tax comes on top of an order's total: all of it, or nothing where prices contain it.
    #[must_use]
    pub fn on_top(self, tax: Minor) -> Minor {
        match self.behavior {
            TaxBehavior::Exclusive => tax,
            TaxBehavior::Inclusive => Minor::ZERO,
        }
    }
}

/// What Stripe calculated for a payment intent before it was made: a Tax Calculation
/// (<https://docs.stripe.com/api/tax/calculations>).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxCalculation {
    /// Stripe's id of it, as `taxcalc_1`.
    pub id: String,
    /// The tax that it came to.
    pub tax: Minor,
    /// Until when the sale can be entered into the tax books from it; Stripe says 90 days. A payment is taken within
    /// hours: an intent's hold lasts minutes, and a slot's money is taken within the card's authorization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A postal address: where a buyer is, as far as tax needs it, which is asked of Stripe and not kept; or where an order is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The first line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line1: Option<String>,
    /// The second line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    /// City or town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, county or province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Up to 20 characters, as its country writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2, in upper case.
    pub country: String,
}

impl Address {
    /// Parses what a buyer typed. Blanks around it are taken off, and empty texts are none.
    ///
    /// # Errors
    /// `invalid_request` that names the field below `field`.
    pub fn parse(field: &str, typed: TypedAddress<'_>) -> Result<Self, Refusal> {
        let short = |name: &str, text: Option<&str>, most: usize| {
            let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
            if text.chars().count() > most || text.chars().any(char::is_control) {
                let message = format!("Must have at most {most} characters, on one line");
                return Err(Refusal::field(format!("{field}.{name}"), message));
            }
            Ok(Some(text.to_owned()))
        };
        let country = typed.country.trim().to_ascii_uppercase();
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let message = "Must be a country's code of two letters, as US (ISO 3166-1)";
            return Err(Refusal::field(format!("{field}.country"), message));
        }
        Ok(Self {
            line1: short("line1", typed.line1, 200)?,
            line2: short("line2", typed.line2, 200)?,
            city: short("city", typed.city, 100)?,
            state: short("state", typed.state, 100)?,
            postal_code: short("postal_code", typed.postal_code, 20)?,
            country,
        })
    }
}

/// An address as a buyer typed it.
#[derive(Debug, Clone, Copy)]
pub struct TypedAddress<'a> {
    /// The first line.
    pub line1: Option<&'a str>,
    /// The second line.
    pub line2: Option<&'a str>,
    /// City or town.
    pub city: Option<&'a str>,
    /// State, county or province.
    pub state: Option<&'a str>,
    /// As typed; more than 20 characters are refused.
    pub postal_code: Option<&'a str>,
    /// The country's code.
    pub country: &'a str,
}

/// The share of `tax` that belongs to the part of a whole from `from` to `to`, all in the same smallest unit.
///
/// Shares of parts that lie side by side add up to `tax` exactly, whatever the parts are: each is the difference of two
/// points that are rounded half up.
#[must_use]
pub fn tax_share(currency: Currency, tax: Minor, (from, to): (Minor, Minor), whole: Minor) -> Minor {
    let point = |at: Minor| proportion(currency, tax, at, whole);
    point(to) - point(from)
}

/// `amount x part / whole`, rounded half up to the smallest step that can be charged, and never more than `amount`.
/// Nothing of an empty whole.
#[must_use]
pub fn proportion(currency: Currency, amount: Minor, part: Minor, whole: Minor) -> Minor {
    if whole <= Minor::ZERO || part <= Minor::ZERO {
        return Minor::ZERO;
    }
    if part >= whole {
        return amount;
    }
    let exact = currency
        .major(amount)
        .checked_mul(rust_decimal::Decimal::from(part.0))
        .and_then(|product| product.checked_div(rust_decimal::Decimal::from(whole.0)));
    exact.and_then(|exact| currency.round(exact)).map_or(amount, |share| share.min(amount))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Address, TaxBehavior, TaxTerms, TypedAddress, proportion, tax_share};
    use crate::{Currency, Minor};

    #[test]
    fn tax_is_on_top_only_where_prices_do_not_contain_it() {
        let terms = TaxTerms::default();
        assert_eq!(terms.on_top(Minor(548)), Minor(548));
        assert_eq!(TaxTerms { behavior: TaxBehavior::Inclusive, ..terms }.on_top(Minor(548)), Minor::ZERO);
    }

    #[test]
    fn an_address_is_bounded() {
        let typed = TypedAddress {
            line1: Some(" 1 Main St "),
            line2: Some(""),
            city: None,
            state: Some("NY"),
            postal_code: Some("10001"),
            country: "us",
        };
        let address = Address::parse("buyer.address", typed).expect("an address");
        assert_eq!(
            (address.line1.as_deref(), address.line2, address.country.as_str()),
            (Some("1 Main St"), None, "US")
        );
        let (most, long) = ("\u{fc}".repeat(20), "x".repeat(21));
        let full = Address::parse("buyer.address", TypedAddress { postal_code: Some(&most), ..typed });
        assert_eq!(full.expect("an address").postal_code, Some(most));
        for (typed, field) in [
            (TypedAddress { country: "USA", ..typed }, "buyer.address.country"),
            (TypedAddress { postal_code: Some(&long), ..typed }, "buyer.address.postal_code"),
            (TypedAddress { city: Some("a\nb"), ..typed }, "buyer.address.city"),
        ] {
            let refusal = Address::parse("buyer.address", typed).expect_err("refused");
            assert_eq!(refusal.errors.first().map(|error| error.field.as_str()), Some(field));
        }
    }

    #[test]
    fn a_share_is_rounded_half_up() {
        assert_eq!(proportion(Currency::USD, Minor(548), Minor(2_500), Minor(5_484)), Minor(250));
        assert_eq!(proportion(Currency::USD, Minor(5), Minor(1), Minor(2)), Minor(3));
        assert_eq!(proportion(Currency::USD, Minor(5), Minor(1), Minor::ZERO), Minor::ZERO);
        let dinar = Currency::parse("kwd").expect("a currency");
        assert_eq!(proportion(dinar, Minor(1_000), Minor(1), Minor(3)), Minor(330), "in steps that can be charged");
    }

    proptest! {
        #[test]
        fn shares_of_all_parts_add_up(
            tax in 0_i64..1_000_000,
            parts in prop::collection::vec(0_i64..100_000, 1..12),
        ) {
            let whole: i64 = parts.iter().sum();
            let mut from = 0;
            let mut sum = Minor::ZERO;
            for part in parts {
                let share = tax_share(Currency::USD, Minor(tax), (Minor(from), Minor(from + part)), Minor(whole));
                prop_assert!(share >= Minor::ZERO);
                sum += share;
                from += part;
            }
            prop_assert_eq!(sum, if whole == 0 { Minor::ZERO } else { Minor(tax) });
        }
    }
}
