//! Why a template cannot be used.

/// Why a template cannot be used. `at` is the path of the property, such as `Resources.Table.Properties.KeySchema`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The file is not YAML.
    #[error("the template is not YAML: {0}")]
    Yaml(String),
    /// A property is not there.
    #[error("the template has no {at}")]
    Missing {
        /// Where it should be.
        at: String,
    },
    /// A property is there but is not what is needed.
    #[error("{at} in the template is not {expected}")]
    Unexpected {
        /// The path to it from the top of the template, with dots.
        at: String,
        /// What would do.
        expected: &'static str,
    },
    /// There is no resource of this type, or not the only one.
    #[error("the template should declare {expected} of type {kind}, not {found}")]
    Resources {
        /// The resource type.
        kind: &'static str,
        /// How many there should be.
        expected: &'static str,
        /// How many there are.
        found: usize,
    },
}
