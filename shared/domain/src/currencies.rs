//! What Stripe charges in, and what a dollar is there, more or less.

use rust_decimal::Decimal;

use crate::{Currency, Minor};

/// Currencies that Stripe charges in (<https://docs.stripe.com/currencies#presentment-currencies>) and that the library
/// in use can name, each with the units that one dollar was worth in October 2026, in hundredths, rounded to the
/// nearest of 1, 1.5, 2, 3, 5 and 7 times a power of ten. Defaults are made of it and nothing else: a limit or a fee
/// that fits the currency, off by a quarter at most. A new rate changes no organization that exists.
#[rustfmt::skip]
const PER_DOLLAR: [(&str, i64); 136] = [
    ("aed", 300), ("afn", 7_000), ("all", 10_000), ("amd", 30_000), ("aoa", 100_000), ("ars", 150_000),
    ("aud", 150), ("awg", 200), ("azn", 150), ("bam", 150), ("bbd", 200), ("bdt", 10_000), ("bgn", 150), ("bhd", 30),
    ("bif", 300_000), ("bmd", 100), ("bnd", 150), ("bob", 700), ("brl", 500), ("bsd", 100), ("bwp", 1_500),
    ("byn", 300), ("bzd", 200), ("cad", 150), ("cdf", 300_000), ("chf", 70), ("clp", 100_000), ("cny", 700),
    ("cop", 500_000), ("crc", 50_000), ("cve", 10_000), ("czk", 2_000), ("djf", 20_000), ("dkk", 700), ("dop", 7_000),
    ("dzd", 15_000), ("egp", 5_000), ("etb", 15_000), ("eur", 100), ("fjd", 200), ("fkp", 70), ("gbp", 70),
    ("gel", 300), ("gip", 70), ("gmd", 7_000), ("gnf", 1_000_000), ("gtq", 700), ("gyd", 20_000), ("hkd", 700),
    ("hnl", 3_000), ("htg", 15_000), ("huf", 30_000), ("idr", 1_500_000), ("ils", 300), ("inr", 10_000),
    ("isk", 15_000), ("jmd", 15_000), ("jod", 70), ("jpy", 15_000), ("kes", 15_000), ("kgs", 10_000),
    ("khr", 500_000), ("kmf", 50_000), ("krw", 150_000), ("kwd", 30), ("kyd", 70), ("kzt", 50_000),
    ("lak", 2_000_000), ("lbp", 10_000_000), ("lkr", 30_000), ("lrd", 20_000), ("lsl", 1_500), ("mad", 1_000),
    ("mdl", 1_500), ("mga", 500_000), ("mkd", 5_000), ("mmk", 200_000), ("mnt", 300_000), ("mop", 700),
    ("mur", 5_000), ("mvr", 1_500), ("mwk", 200_000), ("mxn", 2_000), ("myr", 500), ("mzn", 7_000), ("nad", 1_500),
    ("ngn", 150_000), ("nio", 3_000), ("nok", 1_000), ("npr", 15_000), ("nzd", 200), ("omr", 30), ("pab", 100),
    ("pen", 300), ("pgk", 500), ("php", 5_000), ("pkr", 30_000), ("pln", 300), ("pyg", 700_000), ("qar", 300),
    ("ron", 500), ("rsd", 10_000), ("rub", 7_000), ("rwf", 150_000), ("sar", 300), ("sbd", 700), ("scr", 1_500),
    ("sek", 1_000), ("sgd", 150), ("shp", 70), ("sos", 50_000), ("srd", 5_000), ("szl", 1_500), ("thb", 3_000),
    ("tjs", 1_000), ("tnd", 300), ("top", 200), ("try", 5_000), ("ttd", 700), ("twd", 3_000), ("tzs", 300_000),
    ("uah", 5_000), ("ugx", 300_000), ("usd", 100), ("uyu", 5_000), ("uzs", 1_000_000), ("vnd", 3_000_000),
    ("vuv", 10_000), ("wst", 300), ("xaf", 50_000), ("xcd", 300), ("xof", 50_000), ("xpf", 10_000), ("yer", 20_000),
    ("zar", 1_500), ("zmw", 2_000),
];

impl Currency {
    /// All currencies that can be charged.
    pub fn charged() -> impl Iterator<Item = Self> {
        PER_DOLLAR.iter().filter_map(|(code, _)| Self::parse(code).ok())
    }

    /// Whether Stripe charges in this currency, and we can ask it to.
    #[must_use]
    pub fn is_charged(self) -> bool {
        self.per_dollar().is_some()
    }

    /// What so many cents of a dollar are worth in this currency, roughly: for defaults. In a currency that cannot be
    /// charged, the same number.
    #[must_use]
    pub fn worth(self, cents: i64) -> Minor {
        let rate = Decimal::new(self.per_dollar().unwrap_or(100), 2);
        self.round(Decimal::new(cents, 2) * rate).unwrap_or_default()
    }

    fn per_dollar(self) -> Option<i64> {
        let code = self.code();
        PER_DOLLAR.iter().find(|(known, _)| *known == code).map(|(_, rate)| *rate)
    }
}

#[cfg(test)]
mod tests {
    use super::PER_DOLLAR;
    use crate::Currency;

    fn worth(code: &str, cents: i64) -> String {
        let currency = Currency::parse(code).expect("a known currency");
        currency.format(currency.worth(cents))
    }

    #[test]
    fn defaults_are_worth_the_same_everywhere() {
        let all = |code| [500_000, 100_000, 150, 30].map(|cents| worth(code, cents));
        assert_eq!(all("usd"), ["5000.00", "1000.00", "1.50", "0.30"]);
        assert_eq!(all("eur"), ["5000.00", "1000.00", "1.50", "0.30"]);
        assert_eq!(all("jpy"), ["750000", "150000", "225", "45"]);
        assert_eq!(all("krw"), ["7500000", "1500000", "2250", "450"]);
        assert_eq!(all("kwd"), ["1500.000", "300.000", "0.450", "0.090"]);
        assert_eq!(all("mga"), ["25000000.00", "5000000.00", "7500.00", "1500.00"]);
    }

    #[test]
    fn every_rate_is_of_a_currency_and_is_round() {
        assert_eq!(Currency::charged().count(), PER_DOLLAR.len(), "each is a currency");
        assert!(PER_DOLLAR.is_sorted_by(|a, b| a.0 < b.0), "each is there once");
        for (code, rate) in PER_DOLLAR {
            let mut rate = rate;
            while rate % 10 == 0 {
                rate /= 10;
            }
            assert!([1, 15, 2, 3, 5, 7].contains(&rate), "{code}");
        }
        for code in ["iqd", "xcg", "cup", "lyd"] {
            assert!(!Currency::parse(code).expect("a known currency").is_charged(), "{code}");
        }
    }
}
