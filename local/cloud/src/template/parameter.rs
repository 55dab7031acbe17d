//! What a deployment is asked for.

use super::{error::TemplateError, node::Node};

/// A parameter of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterSpec {
    /// Its key below `Parameters`.
    pub name: String,
    /// Whether it is a list of texts, which are separated by commas.
    pub is_list: bool,
    /// Whether it is a number.
    pub is_number: bool,
    /// Its value where none is given. A parameter without one has to be given.
    pub default: Option<String>,
    /// The regular expression that the whole of a value matches.
    pub pattern: Option<String>,
    /// The only values that it may have; any where there are none.
    pub values: Vec<String>,
    /// The least and the largest number that it may be.
    pub bounds: (Option<u32>, Option<u32>),
    /// The fewest and the most characters that it may have.
    pub lengths: (Option<u32>, Option<u32>),
    /// What it is, for people.
    pub description: String,
}

impl ParameterSpec {
    pub(super) fn read(name: String, node: &Node<'_>) -> Result<Self, TemplateError> {
        let text = |field: &str| node.find(field)?.map(|found| found.scalar()).transpose();
        let number = |field: &str| node.find(field)?.map(|found| found.number()).transpose();
        let kind = node.get("Type")?.text()?;
        let values = node.find("AllowedValues")?.map(|list| list.list()).transpose()?.unwrap_or_default();
        Ok(Self {
            is_list: kind == "CommaDelimitedList",
            is_number: kind == "Number",
            default: text("Default")?,
            pattern: text("AllowedPattern")?,
            values: values.iter().map(Node::scalar).collect::<Result<_, _>>()?,
            bounds: (number("MinValue")?, number("MaxValue")?),
            lengths: (number("MinLength")?, number("MaxLength")?),
            description: text("Description")?.unwrap_or_default(),
            name,
        })
    }
}
