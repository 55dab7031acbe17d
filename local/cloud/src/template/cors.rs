//! What the template says of pages on other origins that call the API.

use super::{error::TemplateError, node::Node};

/// An HTTP API's `CorsConfiguration`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorsSpec {
    /// Who may call.
    pub origins: Origins,
    /// `AllowMethods`.
    pub methods: Vec<String>,
    /// `AllowHeaders`.
    pub headers: Vec<String>,
    /// `ExposeHeaders`.
    pub expose: Vec<String>,
    /// `MaxAge`: seconds that a browser may keep an answer for.
    pub max_age: Option<u32>,
}

/// `AllowOrigins`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// A list in the template itself, as `https://shop.example`.
    Listed(Vec<String>),
    /// Those in the parameter of this name.
    Parameter(String),
}

impl CorsSpec {
    pub(super) fn read(node: &Node<'_>) -> Result<Self, TemplateError> {
        let texts = |name: &str| match node.find(name)? {
            Some(list) => list.list()?.iter().map(|entry| Ok(entry.text()?.to_owned())).collect(),
            None => Ok::<Vec<String>, TemplateError>(Vec::new()),
        };
        let origins = node.get("AllowOrigins")?;
        Ok(Self {
            origins: match origins.find_reference() {
                Some(parameter) => Origins::Parameter(parameter),
                None => Origins::Listed(texts("AllowOrigins")?),
            },
            methods: texts("AllowMethods")?,
            headers: texts("AllowHeaders")?,
            expose: texts("ExposeHeaders")?,
            max_age: node.find("MaxAge")?.map(|seconds| seconds.number()).transpose()?,
        })
    }
}
