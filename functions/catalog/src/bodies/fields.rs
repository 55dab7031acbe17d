//! Fields that several bodies have, parsed.

pub(super) use domain::free_text as text;
use domain::{Refusal, text::visible};
use jiff::Timestamp;
use rust_decimal::Decimal;

/// Most characters of a title or name.
pub(super) const MAX_TITLE: usize = 200;
/// Most characters of a subject, as tokens have them.
const MAX_SUBJECT: usize = 255;
/// Most hours that one package credits.
const MAX_HOURS: u32 = 10_000;

/// The subject that a token names its holder by. Compared to the letter, so nothing is trimmed.
pub(super) fn subject(field: &str, given: &str) -> Result<String, Refusal> {
    let legal = (1..=MAX_SUBJECT).contains(&given.chars().count()) && !given.chars().any(char::is_control);
    // One that was pasted with something invisible would be in no token, and no person could see why.
    if legal && given == visible(given) {
        return Ok(given.to_owned());
    }
    Err(Refusal::field(
        field,
        format!(
            "Must be the subject of the expert's tokens, of at most {MAX_SUBJECT} characters, without blanks around it \
             and without invisible ones"
        ),
    ))
}

/// Hours above zero, with at most two decimals.
pub(super) fn hours(field: &str, given: &str) -> Result<Decimal, Refusal> {
    let plain = given.len() <= 20 && given.chars().all(|c| c.is_ascii_digit() || c == '.');
    let parsed = Decimal::from_str_exact(given).ok().filter(|hours| plain && hours.scale() <= 2);
    parsed.filter(|hours| *hours > Decimal::ZERO && *hours <= Decimal::from(MAX_HOURS)).ok_or_else(|| {
        Refusal::field(
            field,
            format!("Must be a decimal above \"0\", at most \"{MAX_HOURS}\", with at most two decimals"),
        )
    })
}

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
