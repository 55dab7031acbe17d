//! Why staff refund an order, in their own words.

use crate::Refusal;

/// Most characters of a reason, so that the order stays small.
const LONGEST: usize = 500;

/// A reason as it was typed, without the blanks around it; none where there is none.
///
/// # Errors
/// `invalid_request` at `reason` for one that is too long or holds control characters.
pub fn refund_reason(text: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > LONGEST || text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::field("reason", "A reason has at most 500 characters, none of them control characters"));
    }
    Ok(Some(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::refund_reason;

    #[test]
    fn a_reason_is_kept_as_typed_within_bounds() {
        assert_eq!(refund_reason(None).expect("none"), None);
        assert_eq!(refund_reason(Some(" \n ")).expect("none"), None);
        assert_eq!(refund_reason(Some(" ill\nagain ")).expect("a reason").as_deref(), Some("ill\nagain"));
        assert!(refund_reason(Some(&"é".repeat(500))).is_ok());
        for wrong in ["x".repeat(501), "a\u{7}b".to_owned(), "a\rb".to_owned()] {
            assert!(refund_reason(Some(&wrong)).is_err(), "{wrong}");
        }
    }
}
