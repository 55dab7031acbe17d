//! What the kinds of a customer's partition share: its key, and hours in hundredths, so that the table adds whole numbers.

use domain::OrganizationId;
use rust_decimal::{Decimal, prelude::ToPrimitive};

/// The partition of all that is a customer's: the balance, its entries, and the list of orders.
pub(crate) fn partition(organization: &OrganizationId, customer: &str) -> String {
    format!("CUSTOMER#{organization}#{customer}")
}

pub(crate) fn hundredths(hours: Decimal) -> i64 {
    (hours * Decimal::ONE_HUNDRED).to_i64().unwrap_or(i64::MAX)
}

pub(crate) fn hours(hundredths: i64) -> Decimal {
    Decimal::new(hundredths, 2).normalize()
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{hours, hundredths};

    #[test]
    fn hours_are_kept_to_the_hundredth() {
        for text in ["1", "0.25", "10.5", "0.01"] {
            let decimal: Decimal = text.parse().expect("a decimal");
            assert_eq!(hours(hundredths(decimal)).to_string(), text);
        }
        assert_eq!(hundredths(Decimal::new(125, 2)), 125);
    }
}
