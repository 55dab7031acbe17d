//! Fields that several bodies have, parsed.

use domain::Refusal;
pub(super) use domain::free_text as text;
use jiff::Timestamp;
use rust_decimal::Decimal;

/// Most characters of a title or name.
pub(super) const MAX_TITLE: usize = 200;

/// A share between 0 and 1, such as `0.029`, with at most six decimals.
pub(super) fn share(field: &str, given: &str) -> Result<Decimal, Refusal> {
    let plain = given.chars().all(|c| c.is_ascii_digit() || c == '.') && given.len() <= 20;
    let parsed = Decimal::from_str_exact(given).ok().filter(|share| plain && share.scale() <= 6);
    parsed
        .filter(|share| *share <= Decimal::ONE)
        .ok_or_else(|| Refusal::field(field, "Must be a decimal between \"0\" and \"1\", with at most six decimals"))
}

pub(super) fn times(starts_at: Option<Timestamp>, ends_at: Option<Timestamp>) -> Result<(), Refusal> {
    if starts_at.zip(ends_at).is_some_and(|(start, end)| end <= start) {
        return Err(Refusal::field("ends_at", "Must be after the start"));
    }
    Ok(())
}
