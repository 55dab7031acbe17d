//! The names of most tests.

/// The organization of most tests.
pub const ORGANIZATION: &str = "acme";
/// The show of most tests.
pub const SHOW: &str = "summer-show";
