//! Amounts as the reader's locale writes them.

use domain::{Currency, Minor};
use icu_decimal::{DecimalFormatter, input::Decimal};
use icu_locale_core::Locale;

/// An amount with its currency's code, as `1,234.50 USD` or `1.234,50 EUR`. The code stands behind it in every
/// language: signs like `$` are several currencies' own. The blank between them does not break.
#[must_use]
pub fn format(locale: &str, currency: Currency, amount: Minor) -> String {
    let code = currency.code().to_uppercase();
    format!("{}\u{a0}{code}", number(locale, &currency.format(amount)))
}

/// A number written in ASCII, as `1234.5`, in the form of a locale.
#[must_use]
pub fn number(locale: &str, ascii: &str) -> String {
    let locale: Locale = locale.replace('_', "-").parse().unwrap_or(Locale::UNKNOWN);
    let formatter = DecimalFormatter::try_new(locale.into(), icu_decimal::options::DecimalFormatterOptions::default());
    match (formatter, ascii.parse::<Decimal>()) {
        (Ok(formatter), Ok(number)) => formatter.format(&number).to_string(),
        _ => ascii.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Currency, Minor};

    use super::{format, number};

    #[test]
    fn amounts_have_the_locales_separators_and_the_currencys_decimals() {
        let usd = Currency::parse("usd").unwrap();
        let said = |locale, minor| format(locale, usd, Minor(minor)).replace('\u{a0}', " ");
        assert_eq!(said("en", 123_450), "1,234.50 USD");
        assert_eq!(said("de", 123_450), "1.234,50 USD");
        assert_eq!(said("fr", 123_450), "1\u{202f}234,50 USD");
        assert_eq!(said("it", 5_484), "54,84 USD");
        assert_eq!(said("es", -5_484), "-54,84 USD");
        assert_eq!(format("ja", Currency::parse("jpy").unwrap(), Minor(5_000)), "5,000\u{a0}JPY");
        assert_eq!(format("en", Currency::parse("kwd").unwrap(), Minor(1_500)), "1.500\u{a0}KWD");
    }

    #[test]
    fn what_is_no_locale_or_no_number_is_said_all_the_same() {
        assert_eq!(number("not a locale", "1234.5"), "1,234.5");
        assert_eq!(number("de", "n/a"), "n/a");
    }
}
