//! What sellers write down for people to read, and how it is bounded.

use rust_decimal::Decimal;

use crate::Refusal;

/// Most characters of why a listing is canceled.
const LONGEST_REASON: usize = 1_000;

/// Free text: kept as typed, without the blanks around it, and escaped where it is shown.
///
/// # Errors
/// `invalid_request` at the field for what is empty but required, too long, or holds control characters.
pub fn free_text(field: &str, text: &str, most: usize, required: bool) -> Result<String, Refusal> {
    let text = text.trim();
    if required && text.is_empty() {
        return Err(Refusal::field(field, "Must not be empty"));
    }
    if text.chars().count() > most {
        return Err(Refusal::field(field, format!("Must have at most {most} characters")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Refusal::field(field, "Must not have control characters"));
    }
    Ok(text.to_owned())
}

/// Why a listing is canceled, as its buyers read it; none where nothing is said.
///
/// # Errors
/// As with [`free_text`], at `reason`.
pub fn cancel_reason(text: Option<&str>) -> Result<Option<String>, Refusal> {
    let given = text.map(|reason| free_text("reason", reason, LONGEST_REASON, false)).transpose()?;
    Ok(given.filter(|reason| !reason.is_empty()))
}

/// A discount as people say it, in percent: `20` is a share of `0.20`.
///
/// # Errors
/// `invalid_request` at `percent` for what is no number from 0 to 100 with at most four decimals.
pub fn percent_off(text: &str) -> Result<Decimal, Refusal> {
    let plain = text.len() <= 20 && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let percent = Decimal::from_str_exact(text).ok().filter(|percent| plain && percent.scale() <= 4);
    percent
        .filter(|percent| *percent <= Decimal::ONE_HUNDRED)
        .map(|percent| (percent / Decimal::ONE_HUNDRED).normalize())
        .ok_or_else(|| Refusal::field("percent", "Must be a number from 0 to 100, with at most four decimals"))
}

#[cfg(test)]
mod tests {
    use super::{cancel_reason, free_text, percent_off};

    #[test]
    fn text_is_kept_within_bounds() {
        assert_eq!(free_text("name", " A\nb ", 3, true).expect("a text"), "A\nb");
        assert_eq!(free_text("name", " ", 3, false).expect("nothing"), "");
        for wrong in [" ", "abcd", "a\u{7}"] {
            assert!(free_text("name", wrong, 3, true).is_err(), "{wrong}");
        }
        assert_eq!(cancel_reason(Some(" ")).expect("none"), None);
        assert!(cancel_reason(Some(&"x".repeat(1_001))).is_err());
    }

    #[test]
    fn percent_become_shares() {
        for (typed, share) in [("20", "0.2"), ("0", "0"), ("100", "1"), ("12.5", "0.125")] {
            assert_eq!(percent_off(typed).expect(typed).to_string(), share);
        }
        for wrong in ["", "-1", "101", "1e1", "12.34567", "a fifth", "20 %"] {
            assert!(percent_off(wrong).is_err(), "{wrong}");
        }
    }
}
