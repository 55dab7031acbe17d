//! A planted bug.

/// One break, made by hand: a piece of the source, and what stands there instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bug {
    /// Its name, which also switches it on.
    pub(crate) name: &'static str,
    /// What is broken, in one sentence.
    pub(crate) what: &'static str,
    /// The file, from the root of the repository.
    pub(crate) file: &'static str,
    /// A text that is in the file once. What stands between « and » in it is broken: an expression, or whole statements.
    pub(crate) text: &'static str,
    /// What stands there instead.
    pub(crate) instead: &'static str,
    /// The test that finds it, named as in `docs/coverage.md`.
    pub(crate) test: &'static str,
}
