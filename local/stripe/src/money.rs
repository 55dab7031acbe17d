//! Currencies, Stripe's limits, and tax.

use rust_decimal::{Decimal, RoundingStrategy};

use super::errors::ApiError;

/// The currencies that Stripe can present.
const CURRENCIES: &str = "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd \
cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk htg huf idr ils \
inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad \
ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd \
top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw";
/// Those without a smaller unit. (`isk` and `ugx` have none either, but are asked for in hundredths.)
const WHOLE: &str = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf";
/// Those with three decimals, the last of which must be zero.
const THREE_DECIMALS: &str = "bhd jod kwd omr tnd";
/// The least that can be charged. Others have no limit here.
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
/// The most, in the smallest unit.
const MAXIMUM: i64 = 99_999_999;

/// Reads a currency, in any case.
pub(crate) fn currency(code: &str, param: &str) -> Result<String, ApiError> {
    let lower = code.to_ascii_lowercase();
    if lower.len() == 3 && CURRENCIES.split(' ').any(|known| known == lower) {
        return Ok(lower);
    }
    let known = CURRENCIES.replace(' ', ", ");
    Err(ApiError::invalid(format!("Invalid currency: {lower}. Stripe currently supports these currencies: {known}"))
        .param(param))
}

/// How many decimals the currency's smallest unit stands for.
fn decimals(currency: &str) -> u32 {
    let among = |list: &str| list.split(' ').any(|known| known == currency);
    if among(WHOLE) {
        0
    } else if among(THREE_DECIMALS) {
        3
    } else {
        2
    }
}

/// An amount for people: `54.84 USD`.
pub(crate) fn shown(amount: i64, currency: &str) -> String {
    format!("{} {}", Decimal::new(amount, decimals(currency)), currency.to_ascii_uppercase())
}

/// Checks what is to be charged.
pub(crate) fn check(amount: i64, currency: &str, param: &str, subject: &str) -> Result<(), ApiError> {
    let least = MINIMUMS.iter().find(|(known, _)| *known == currency).map_or(1, |(_, least)| *least);
    if amount < least {
        let message = format!("{subject} at least {}", shown(least, currency));
        return Err(ApiError::refused(message).code("amount_too_small").param(param));
    }
    if amount > MAXIMUM {
        let message = format!("{subject} no more than {}", shown(MAXIMUM, currency));
        return Err(ApiError::refused(message).code("amount_too_large").param(param));
    }
    if decimals(currency) == 3 && amount % 10 != 0 {
        let message = format!("Invalid amount: the last digit of an amount in {currency} must be 0");
        return Err(ApiError::refused(message).param(param));
    }
    Ok(())
}

/// The tax on top of an amount, rounded half up.
pub(crate) fn tax(amount: i64, percent: Decimal) -> i64 {
    let tax = Decimal::from(amount).checked_mul(percent).and_then(|product| product.checked_div(Decimal::ONE_HUNDRED));
    tax.map(|tax| tax.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero))
        .and_then(|tax| i64::try_from(tax).ok())
        .unwrap_or(0)
}

/// The tax that an amount contains, rounded half up.
pub(crate) fn contained_tax(amount: i64, percent: Decimal) -> i64 {
    let whole = Decimal::ONE_HUNDRED.checked_add(percent);
    let tax = Decimal::from(amount).checked_mul(percent).zip(whole).and_then(|(part, whole)| part.checked_div(whole));
    tax.map(|tax| tax.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero))
        .and_then(|tax| i64::try_from(tax).ok())
        .unwrap_or(0)
}

/// `part` of `whole` as a share of `amount`, rounded down, as fees and transfers are given back.
pub(crate) fn share(amount: i64, part: i64, whole: i64) -> i64 {
    if whole == 0 {
        return 0;
    }
    i64::try_from(i128::from(amount) * i128::from(part) / i128::from(whole)).unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use super::{check, contained_tax, currency, shown, tax};

    #[test]
    fn amounts_for_people() {
        assert_eq!(shown(5_484, "usd"), "54.84 USD");
        assert_eq!(shown(5_484, "jpy"), "5484 JPY");
        assert_eq!(shown(5_480, "kwd"), "5.480 KWD");
    }

    #[test]
    fn limits() {
        assert!(check(50, "usd", "amount", "Amount must be").is_ok());
        let error = check(49, "usd", "amount", "Amount must be").expect_err("too small");
        assert_eq!(error.code.as_deref(), Some("amount_too_small"));
        assert_eq!(error.message, "Amount must be at least 0.50 USD");
        assert!(check(100_000_000, "usd", "amount", "Amount must be").is_err());
        assert!(check(5_485, "kwd", "amount", "Amount must be").is_err());
        assert!(currency("xyz", "currency").is_err());
        assert_eq!(currency("EUR", "currency").expect("known"), "eur");
    }

    #[test]
    fn tax_is_rounded_half_up() {
        assert_eq!(tax(5_484, "8.875".parse().expect("a number")), 487);
        assert_eq!(tax(50, "1".parse().expect("a number")), 1);
        assert_eq!(tax(5_484, "0".parse().expect("a number")), 0);
        assert_eq!(contained_tax(5_484, "10".parse().expect("a number")), 499);
        assert_eq!(contained_tax(5_484, "0".parse().expect("a number")), 0);
    }
}
