//! Values that must never be shown.

use std::fmt;

/// A value that no log line and no error message shows: both ways to print it give a mask.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself. The caller answers for where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The values in a list separated by commas or white space: while a secret is rotated, the old and the new one.
    #[must_use]
    pub fn split(&self) -> Vec<Self> {
        self.0.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty()).map(Self::new).collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn printing_shows_a_mask() {
        let secret = Secret::new("sk_test_1");
        assert_eq!(format!("{secret} {secret:?}"), "*** Secret(***)");
        assert_eq!(secret.expose(), "sk_test_1");
    }

    #[test]
    fn lists_may_hold_several() {
        let values: Vec<_> = Secret::new(" a,b\n c ,, ").split().iter().map(|s| s.expose().to_owned()).collect();
        assert_eq!(values, ["a", "b", "c"]);
    }
}
