//! Money: whole minor units and a currency, decimals only on the way in and out.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Sub, SubAssign},
};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// The largest amount we take in, in minor units: Stripe charges at most eight digits, twelve for some currencies.
pub const MAX_AMOUNT: Minor = Minor(999_999_999_999);

/// An amount in the smallest unit of the currency that stands beside it: cents of a dollar, yen, fils of a dinar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minor(pub i64);

impl Minor {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Whether this is nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// This amount, `quantity` times. Saturates, far above [`MAX_AMOUNT`].
    #[must_use]
    pub fn times(self, quantity: u32) -> Self {
        Self(self.0.saturating_mul(i64::from(quantity)))
    }
}

impl Add for Minor {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Minor {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Minor {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Minor {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Minor {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

/// Text that is no amount of the currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three letters of ISO 4217, or money that no buyer can pay with (gold, test codes).
    #[error("must be an ISO 4217 currency code in lower case")]
    Currency,
    /// Not a plain decimal number, such as `1e5`, `NaN` or `1,50`.
    #[error("must be a decimal number such as \"12.50\"")]
    Number,
    /// More decimals than the currency has, or, for three decimals, than Stripe takes.
    #[error("must be a multiple of {0} in this currency")]
    Precision(String),
    /// Below zero or beyond anything that can be charged.
    #[error("must be between 0 and 9999999999.99")]
    Range,
}

/// A currency of ISO 4217 that has a smallest unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// US dollars, the default of a new organization.
    pub const USD: Self = Self(iso_currency::Currency::USD);

    /// Parses a lower case code.
    ///
    /// # Errors
    /// [`MoneyError::Currency`] for anything else.
    pub fn parse(code: &str) -> Result<Self, MoneyError> {
        if code.len() != 3 || !code.chars().all(|c| c.is_ascii_lowercase()) {
            return Err(MoneyError::Currency);
        }
        let found = iso_currency::Currency::from_code(&code.to_ascii_uppercase()).ok_or(MoneyError::Currency)?;
        // Funds, metals and test codes have no minor unit.
        found.exponent().filter(|decimals| *decimals <= 3).ok_or(MoneyError::Currency)?;
        Ok(Self(found))
    }

    /// The code in lower case, as Stripe and our contract write it.
    #[must_use]
    pub fn code(self) -> String {
        self.0.code().to_ascii_lowercase()
    }

    /// How many decimals an amount in major units has: 2 for dollars, 0 for yen, 3 for dinars.
    #[must_use]
    pub fn decimals(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(2))
    }

    /// The smallest step that can be charged, in minor units. Stripe takes three-decimal currencies in tens only
    /// (<https://docs.stripe.com/currencies#three-decimal>), and ariary, which have two decimals by ISO 4217, whole
    /// (<https://docs.stripe.com/currencies#zero-decimal>).
    #[must_use]
    pub fn step(self) -> i64 {
        match (self.decimals(), self.0) {
            (3, _) => 10,
            (_, iso_currency::Currency::MGA) => 100,
            _ => 1,
        }
    }

    /// Parses an amount in major units, as `"54.84"`. Plain digits with at most one point; never an exponent or a sign.
    ///
    /// # Errors
    /// [`MoneyError`] says what is wrong with it.
    pub fn parse_amount(self, text: &str) -> Result<Minor, MoneyError> {
        let plain = !text.is_empty()
            && text.len() <= 32
            && text.chars().all(|c| c.is_ascii_digit() || c == '.')
            && text.starts_with(|c: char| c.is_ascii_digit())
            && !text.ends_with('.');
        if !plain {
            return Err(MoneyError::Number);
        }
        let amount = Decimal::from_str_exact(text).map_err(|_| MoneyError::Number)?;
        self.exact(amount)
    }

    /// An amount of major units that must not need rounding.
    ///
    /// # Errors
    /// [`MoneyError`] when it is finer than the currency, negative or too large.
    pub fn exact(self, major: Decimal) -> Result<Minor, MoneyError> {
        if major.is_sign_negative() && !major.is_zero() {
            return Err(MoneyError::Range);
        }
        let rounded = self.round(major).ok_or(MoneyError::Range)?;
        if self.major(rounded) != major {
            return Err(MoneyError::Precision(self.format(Minor(self.step()))));
        }
        if rounded > MAX_AMOUNT { Err(MoneyError::Range) } else { Ok(rounded) }
    }

    /// Rounds major units half up (away from zero) to the smallest step that can be charged. None when too large.
    #[must_use]
    pub fn round(self, major: Decimal) -> Option<Minor> {
        let step = Decimal::new(self.step(), self.decimals());
        let steps = major.checked_div(step)?.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        i64::try_from(steps).ok()?.checked_mul(self.step()).map(Minor)
    }

    /// The amount in major units.
    #[must_use]
    pub fn major(self, amount: Minor) -> Decimal {
        Decimal::new(amount.0, self.decimals())
    }

    /// The amount in major units with all its decimals, as `"54.84"`.
    #[must_use]
    pub fn format(self, amount: Minor) -> String {
        self.major(amount).to_string()
    }

    /// The amount for a sentence: with the currency's symbol, without empty decimals, as `$5000`.
    #[must_use]
    pub fn display(self, amount: Minor) -> String {
        let number = self.major(amount);
        let number = if number.is_integer() { number.trunc().to_string() } else { number.to_string() };
        format!("{}{number}", self.0.symbol())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(code: String) -> Result<Self, MoneyError> {
        Self::parse(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::{Currency, MAX_AMOUNT, Minor, MoneyError};

    fn currency(code: &str) -> Currency {
        Currency::parse(code).expect("a known currency")
    }

    #[test]
    fn decimals_follow_the_currency() {
        assert_eq!(currency("usd").parse_amount("54.84"), Ok(Minor(5484)));
        assert_eq!(currency("jpy").parse_amount("500"), Ok(Minor(500)));
        assert_eq!(currency("kwd").parse_amount("1.500"), Ok(Minor(1500)));
        assert_eq!(currency("kwd").format(Minor(1500)), "1.500");
        assert_eq!(currency("jpy").format(Minor(500)), "500");
        assert_eq!(currency("usd").format(Minor(5)), "0.05");
    }

    #[test]
    fn finer_than_the_currency_is_refused() {
        assert!(matches!(currency("usd").parse_amount("1.005"), Err(MoneyError::Precision(_))));
        assert!(matches!(currency("jpy").parse_amount("1.5"), Err(MoneyError::Precision(_))));
        // Stripe takes ariary whole.
        assert!(matches!(currency("mga").parse_amount("500.50"), Err(MoneyError::Precision(_))));
        assert_eq!(currency("mga").parse_amount("500.00"), Ok(Minor(50_000)));
        // Stripe takes dinars in tens of fils.
        assert!(matches!(currency("kwd").parse_amount("1.501"), Err(MoneyError::Precision(_))));
    }

    #[test]
    fn only_plain_numbers_are_amounts() {
        for bad in ["", ".", ".5", "5.", "1e5", "1e400", "NaN", "inf", "-1", "+1", "1,50", " 1", "0x10", "1_000"] {
            assert_eq!(currency("usd").parse_amount(bad), Err(MoneyError::Number), "{bad:?}");
        }
        let thirty = format!("1.{}", "0".repeat(29));
        assert!(currency("usd").parse_amount(&thirty).is_err());
        assert_eq!(currency("usd").parse_amount("99999999999999"), Err(MoneyError::Range));
    }

    #[test]
    fn amounts_have_a_range() {
        let usd = Currency::USD;
        let most = usd.major(MAX_AMOUNT);
        assert_eq!(usd.exact(most), Ok(MAX_AMOUNT));
        assert_eq!(usd.exact(most + Decimal::new(1, 2)), Err(MoneyError::Range));
        assert_eq!(usd.exact(Decimal::new(-1, 2)), Err(MoneyError::Range));
        assert_eq!(usd.exact(-Decimal::ZERO), Ok(Minor::ZERO), "there is nothing below zero in it");
        let long = format!("0000000000000000000000000000000{}", "1.5");
        assert_eq!((long.len(), usd.parse_amount(&long)), (34, Err(MoneyError::Number)));
        assert_eq!(usd.parse_amount(&long[2..]), Ok(Minor(150)), "32 characters are enough for every amount");
    }

    #[test]
    fn amounts_add_up_and_are_taken_off() {
        let mut sum = Minor(100);
        sum += Minor(30);
        sum -= Minor(45);
        assert_eq!(sum, Minor(85));
    }

    #[test]
    fn only_what_stripe_charges_in_is_charged() {
        assert!(Currency::USD.is_charged() && currency("eur").is_charged());
        assert!(!currency("irr").is_charged());
    }

    #[test]
    fn codes_are_lower_case_and_real() {
        for bad in ["USD", "us", "usdx", "zzz", "xau", "xts", ""] {
            assert_eq!(Currency::parse(bad), Err(MoneyError::Currency), "{bad:?}");
        }
    }

    #[test]
    fn sentences_have_no_empty_decimals() {
        assert_eq!(Currency::USD.display(Minor(500_000)), "$5000");
        assert_eq!(Currency::USD.display(Minor(1050)), "$10.50");
    }

    #[test]
    fn halves_round_up() {
        assert_eq!(Currency::USD.round(Decimal::new(1835, 3)), Some(Minor(184)));
        assert_eq!(Currency::USD.round(Decimal::new(18349, 4)), Some(Minor(183)));
        assert_eq!(currency("kwd").round(Decimal::new(1005, 3)), Some(Minor(1010)));
    }

    proptest! {
        #[test]
        fn written_amounts_read_back(steps in 0_i64..9_999_999_999, code in prop::sample::select(vec!["usd", "jpy", "kwd", "eur", "mga"])) {
            let currency = currency(code);
            let amount = Minor(steps * currency.step());
            prop_assert_eq!(currency.parse_amount(&currency.format(amount)), Ok(amount));
        }

        #[test]
        fn rounding_is_off_by_half_a_step_at_most(units in 0_i64..1_000_000_000, scale in 0_u32..9, code in prop::sample::select(vec!["usd", "jpy", "kwd", "mga"])) {
            let currency = currency(code);
            let exact = Decimal::new(units, scale);
            let rounded = currency.major(currency.round(exact).expect("in range"));
            let half = Decimal::new(currency.step(), currency.decimals()) / Decimal::TWO;
            prop_assert!((rounded - exact).abs() <= half);
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,40}") {
            let _ = Currency::USD.parse_amount(&text);
        }
    }
}
