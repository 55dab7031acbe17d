//! A value of the template that knows where it stands, so that errors can say so.

use serde_norway::Value;

use super::error::TemplateError;

/// A value and its path from the top of the file.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    at: String,
}

impl<'a> Node<'a> {
    /// The whole file.
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, at: String::new() }
    }

    fn child(&self, name: &str, value: &'a Value) -> Self {
        let at = if self.at.is_empty() { name.to_owned() } else { format!("{}.{name}", self.at) };
        Self { value, at }
    }

    /// An error that points here.
    pub(super) fn unexpected(&self, expected: &'static str) -> TemplateError {
        TemplateError::Unexpected { at: self.at.clone(), expected }
    }

    /// A property that has to be there.
    pub(super) fn get(&self, name: &str) -> Result<Self, TemplateError> {
        self.find(name)?.ok_or_else(|| TemplateError::Missing {
            at: if self.at.is_empty() { name.to_owned() } else { format!("{}.{name}", self.at) },
        })
    }

    /// A property that may be there.
    pub(super) fn find(&self, name: &str) -> Result<Option<Self>, TemplateError> {
        let map = self.value.as_mapping().ok_or_else(|| self.unexpected("a mapping"))?;
        Ok(map.get(name).map(|value| self.child(name, value)))
    }

    /// A property some levels down that may be there.
    pub(super) fn path(&self, names: &[&str]) -> Result<Option<Self>, TemplateError> {
        let mut node = self.clone();
        for name in names {
            match node.find(name)? {
                Some(next) => node = next,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    /// The properties of a mapping, in the file's order.
    pub(super) fn entries(&self) -> Result<Vec<(String, Self)>, TemplateError> {
        let map = self.value.as_mapping().ok_or_else(|| self.unexpected("a mapping"))?;
        map.iter()
            .map(|(name, value)| {
                let name = name.as_str().ok_or_else(|| self.unexpected("a mapping with text for keys"))?;
                Ok((name.to_owned(), self.child(name, value)))
            })
            .collect()
    }

    /// The elements of a list.
    pub(super) fn list(&self) -> Result<Vec<Self>, TemplateError> {
        let list = self.value.as_sequence().ok_or_else(|| self.unexpected("a list"))?;
        Ok(list.iter().enumerate().map(|(index, value)| self.child(&index.to_string(), value)).collect())
    }

    /// A literal text; intrinsic functions are none.
    pub(super) fn text(&self) -> Result<&'a str, TemplateError> {
        self.value.as_str().ok_or_else(|| self.unexpected("a text"))
    }

    /// A literal number.
    pub(super) fn number(&self) -> Result<u32, TemplateError> {
        self.value
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| self.unexpected("a whole number"))
    }

    /// A literal text, number or truth value, as text.
    pub(super) fn scalar(&self) -> Result<String, TemplateError> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(flag) => Ok(flag.to_string()),
            _ => Err(self.unexpected("a text or a number")),
        }
    }

    /// Whether this is an intrinsic function, as `!Ref`. YAML's lists and texts are still seen behind one.
    pub(super) fn is_tagged(&self) -> bool {
        matches!(self.value, Value::Tagged(_))
    }

    /// The text behind a tag, as of `!Sub text`.
    pub(super) fn tagged_text(&self, tag: &str) -> Option<&'a str> {
        match self.value {
            Value::Tagged(tagged) if tagged.tag == tag => tagged.value.as_str(),
            _ => None,
        }
    }

    /// The list behind a tag, as of `!If [a, b, c]`.
    pub(super) fn arguments(&self, tag: &str) -> Option<Vec<Self>> {
        match self.value {
            Value::Tagged(tagged) if tagged.tag == tag => {
                let list = tagged.value.as_sequence()?;
                Some(list.iter().enumerate().map(|(index, value)| self.child(&index.to_string(), value)).collect())
            }
            _ => None,
        }
    }

    /// The logical id that `!Ref Id`, `!Ref Id.Alias` or `!GetAtt Id.Attribute` names.
    pub(super) fn reference(&self) -> Result<String, TemplateError> {
        self.find_reference().ok_or_else(|| self.unexpected("a reference to a resource"))
    }

    /// The same, if this is a reference.
    pub(super) fn find_reference(&self) -> Option<String> {
        let Value::Tagged(tagged) = self.value else {
            return None;
        };
        let target = tagged.value.as_str()?;
        if tagged.tag == "Ref" {
            // SAM's name for a function's alias.
            Some(target.strip_suffix(".Alias").unwrap_or(target).to_owned())
        } else if tagged.tag == "GetAtt" {
            target.split_once('.').map(|(id, _)| id.to_owned())
        } else {
            None
        }
    }
}
