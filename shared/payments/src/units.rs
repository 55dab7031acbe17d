//! Our minor units and Stripe's, which are not always the same.
//!
//! Ours are ISO 4217's. Stripe counts most currencies in hundredths, sixteen in whole units and five in thousandths
//! (<https://docs.stripe.com/currencies>). Where the two differ, one step of ours is several of Stripe's, or the other
//! way round: krónur and shillings have no cents, yet Stripe wants two decimals that are zero; ariary have cents on
//! paper, yet Stripe counts them whole.

use domain::{Currency, Minor};

/// Currencies that Stripe counts in whole units. UGX stands in Stripe's list too, but is charged like ISK: see
/// "special cases" on the same page.
const WHOLE: [&str; 15] =
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"];

/// Currencies that Stripe counts in thousandths, of which the last digit must be zero.
const THOUSANDTHS: [&str; 5] = ["bhd", "jod", "kwd", "omr", "tnd"];

/// The least that Stripe charges, in our minor units
/// (<https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts>).
const MINIMUMS: [(&str, i64); 24] = [
    ("usd", 50),
    ("aed", 200),
    ("aud", 50),
    ("bgn", 100),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("czk", 1_500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17_500),
    ("inr", 50),
    ("jpy", 50),
    ("mxn", 1_000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1_000),
];

/// An amount that cannot be said in the other side's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// Stripe does not know the currency.
    #[error("Stripe does not take {0}")]
    Unsupported(Currency),
    /// Below zero.
    #[error("{amount} is no amount of {currency}")]
    Negative {
        /// The amount, in the units of the side that it came from.
        amount: i64,
        /// Says how many decimals each side counts.
        currency: Currency,
    },
    /// Finer than the other side counts.
    #[error("{amount} is no multiple of {step} in {currency}")]
    Fraction {
        /// The amount, in the units of the side that it came from.
        amount: i64,
        /// What it should be a multiple of.
        step: i64,
        /// Says how many decimals each side counts.
        currency: Currency,
    },
    /// Too large to count.
    #[error("{amount} is too much in {currency}")]
    Overflow {
        /// The amount, in the units of the side that it came from.
        amount: i64,
        /// Says how many decimals each side counts.
        currency: Currency,
    },
}

/// An amount in Stripe's units.
///
/// # Errors
/// [`UnitError`] when Stripe cannot charge it exactly. It is never rounded.
pub fn to_stripe(amount: Minor, currency: Currency) -> Result<i64, UnitError> {
    let scale = Scale::of(currency)?;
    // Three decimals are charged in tens.
    let step = scale.down.max(if scale.stripe_decimals == 3 { 10 } else { 1 });
    let minor = non_negative(amount.0, currency)?;
    multiple_of(minor, step, currency)?;
    (minor / scale.down).checked_mul(scale.up).ok_or(UnitError::Overflow { amount: minor, currency })
}

/// Stripe's amount in our units.
///
/// # Errors
/// [`UnitError`] when our currency has no such amount, as with half a króna.
pub fn from_stripe(units: i64, currency: Currency) -> Result<Minor, UnitError> {
    let scale = Scale::of(currency)?;
    let units = non_negative(units, currency)?;
    multiple_of(units, scale.up, currency)?;
    (units / scale.up).checked_mul(scale.down).map(Minor).ok_or(UnitError::Overflow { amount: units, currency })
}

/// The least that Stripe charges at once.
///
/// For a currency without a published minimum this is its smallest step: Stripe then converts the amount and compares
/// it with the minimum of the account's own currency, which only Stripe can do. What is too small for that is refused
/// by the call itself ([`crate::StripeRefusal::is_amount`]).
#[must_use]
pub fn minimum(currency: Currency) -> Minor {
    let code = currency.code();
    let listed = MINIMUMS.iter().find(|(known, _)| *known == code).map(|(_, amount)| Minor(*amount));
    listed.unwrap_or_else(|| {
        let down = Scale::of(currency).map_or(1, |scale| scale.down);
        Minor(down.max(currency.step()))
    })
}

/// The currency as async-stripe names it. Its list lacks those of three decimals, which Stripe takes all the same.
pub(crate) fn stripe_currency(currency: Currency) -> Result<stripe_types::Currency, UnitError> {
    let code = currency.code();
    match code.parse() {
        Ok(stripe_types::Currency::Unknown(_)) if !THOUSANDTHS.contains(&code.as_str()) => {
            Err(UnitError::Unsupported(currency))
        }
        Ok(known) => Ok(known),
        Err(never) => match never {},
    }
}

/// How our units become Stripe's: divide by `down`, multiply by `up`. One of them is 1.
struct Scale {
    up: i64,
    down: i64,
    stripe_decimals: u32,
}

impl Scale {
    fn of(currency: Currency) -> Result<Self, UnitError> {
        stripe_currency(currency)?;
        let code = currency.code();
        let stripe_decimals: u32 = if WHOLE.contains(&code.as_str()) {
            0
        } else if THOUSANDTHS.contains(&code.as_str()) {
            3
        } else {
            2
        };
        let ours = currency.decimals();
        Ok(Self {
            up: 10_i64.pow(stripe_decimals.saturating_sub(ours)),
            down: 10_i64.pow(ours.saturating_sub(stripe_decimals)),
            stripe_decimals,
        })
    }
}

fn non_negative(amount: i64, currency: Currency) -> Result<i64, UnitError> {
    if amount < 0 { Err(UnitError::Negative { amount, currency }) } else { Ok(amount) }
}

fn multiple_of(amount: i64, step: i64, currency: Currency) -> Result<(), UnitError> {
    if amount % step == 0 { Ok(()) } else { Err(UnitError::Fraction { amount, step, currency }) }
}

#[cfg(test)]
mod tests {
    use domain::{Currency, Minor};
    use proptest::prelude::*;

    use super::{UnitError, from_stripe, minimum, to_stripe};

    fn currency(code: &str) -> Currency {
        Currency::parse(code).expect("a known currency")
    }

    #[test]
    fn amounts_translate_as_on_stripes_page() {
        // What, in which currency, is charged as.
        let table = [
            ("10.00", "usd", 1_000),
            ("54.84", "usd", 5_484),
            ("500", "jpy", 500),
            ("5", "isk", 500),
            ("1", "isk", 100),
            ("5000", "ugx", 500_000),
            ("5.120", "kwd", 5_120),
            ("1.000", "bhd", 1_000),
            ("1.000", "tnd", 1_000),
            ("12.34", "eur", 1_234),
            ("45.00", "huf", 4_500),
            ("1000", "xof", 1_000),
            ("1000", "clp", 1_000),
            ("500.00", "mga", 500),
        ];
        for (major, code, units) in table {
            let currency = currency(code);
            let minor = currency.parse_amount(major).expect("an amount");
            assert_eq!(to_stripe(minor, currency), Ok(units), "{major} {code}");
            assert_eq!(from_stripe(units, currency), Ok(minor), "{units} {code}");
        }
    }

    #[test]
    fn every_whole_unit_currency_is_charged_whole() {
        for code in super::WHOLE {
            let currency = currency(code);
            let one = currency.parse_amount("1").expect("an amount");
            assert_eq!(to_stripe(one, currency), Ok(1), "{code}");
        }
    }

    #[test]
    fn every_currency_that_can_be_set_up_can_be_charged() {
        for currency in Currency::charged() {
            for amount in [currency.worth(500_000), currency.worth(30), minimum(currency), Minor(currency.step())] {
                assert!(to_stripe(amount, currency).is_ok(), "{amount:?} {currency}");
            }
        }
    }

    #[test]
    fn what_stripe_does_not_take_is_refused() {
        for code in ["iqd", "lyd", "cup"] {
            assert_eq!(to_stripe(Minor(1_000), currency(code)), Err(UnitError::Unsupported(currency(code))), "{code}");
        }
        for code in super::THOUSANDTHS {
            assert_eq!(to_stripe(Minor(1_000), currency(code)), Ok(1_000), "{code}");
        }
    }

    #[test]
    fn finer_than_stripe_counts_is_refused() {
        assert_eq!(
            to_stripe(Minor(5_124), currency("kwd")),
            Err(UnitError::Fraction { amount: 5_124, step: 10, currency: currency("kwd") })
        );
        assert!(matches!(to_stripe(Minor(50), currency("mga")), Err(UnitError::Fraction { step: 100, .. })));
        assert!(matches!(from_stripe(550, currency("isk")), Err(UnitError::Fraction { step: 100, .. })));
        assert!(matches!(from_stripe(1, currency("ugx")), Err(UnitError::Fraction { .. })));
    }

    #[test]
    fn what_is_no_amount_is_an_error_and_no_panic() {
        assert!(matches!(to_stripe(Minor(-1), currency("usd")), Err(UnitError::Negative { .. })));
        assert!(matches!(from_stripe(-1, currency("usd")), Err(UnitError::Negative { .. })));
        assert!(matches!(to_stripe(Minor(i64::MAX), currency("isk")), Err(UnitError::Overflow { .. })));
    }

    #[test]
    fn minimums_are_stripes() {
        assert_eq!(minimum(currency("usd")), Minor(50));
        assert_eq!(minimum(currency("gbp")), Minor(30));
        assert_eq!(minimum(currency("jpy")), Minor(50));
        assert_eq!(minimum(currency("huf")), Minor(17_500));
        // Not published: the smallest that can be said.
        assert_eq!(minimum(currency("kwd")), Minor(10));
        assert_eq!(minimum(currency("mga")), Minor(100));
        assert_eq!(minimum(currency("isk")), Minor(1));
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same(
            steps in 0_i64..1_000_000_000,
            code in prop::sample::select(vec!["usd", "jpy", "kwd", "isk", "ugx", "mga", "eur"]),
        ) {
            let currency = currency(code);
            let amount = Minor(steps * 100);
            let units = to_stripe(amount, currency).expect("hundreds can be said anywhere");
            prop_assert_eq!(from_stripe(units, currency), Ok(amount));
        }
    }
}
