//! One cell.

/// A text as a cell that no spreadsheet takes for a formula: what begins as one gets an apostrophe in front. These are the
/// beginnings that OWASP names (<https://owasp.org/www-community/attacks/CSV_Injection>), the full-width ones among them.
pub(crate) fn text(text: &str) -> String {
    let formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    if text.starts_with(formula) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn no_text_is_a_formula() {
        for typed in ["=1+1", "+44 20 7946", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert_eq!(text(typed), format!("'{typed}"));
        }
        for plain in ["", "Ada", "a=1", "1-2", "'=1"] {
            assert_eq!(text(plain), plain);
        }
    }
}
