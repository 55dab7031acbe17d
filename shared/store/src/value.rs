//! Attribute values and update expressions.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use crate::{Item, StoreError};

pub(crate) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

#[expect(clippy::needless_pass_by_value, reason = "numbers are small, and callers read better without ampersands")]
pub(crate) fn n(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// A text of an item; empty where there is none of that name.
pub(crate) fn text(item: &Item, name: &str) -> String {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
}

pub(crate) fn of<T: Serialize>(value: T) -> Result<AttributeValue, StoreError> {
    serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(value)
        .map_err(|error| StoreError::Corrupt { key: "value".to_owned(), reason: error.to_string() })
}

/// An update expression in the making. Every attribute goes in by a placeholder, because DynamoDB reserves many words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    set: Vec<String>,
    remove: Vec<String>,
    add: Vec<String>,
    pub(crate) names: HashMap<String, String>,
    pub(crate) values: HashMap<String, AttributeValue>,
}

impl Change {
    fn name(&mut self, attribute: &str) -> String {
        let name = format!("#{attribute}");
        self.names.insert(name.clone(), attribute.to_owned());
        name
    }

    fn value(&mut self, attribute: &str, value: AttributeValue) -> String {
        let name = format!(":{attribute}");
        self.values.insert(name.clone(), value);
        name
    }

    pub(crate) fn set(mut self, attribute: &str, value: AttributeValue) -> Self {
        let (name, value) = (self.name(attribute), self.value(attribute, value));
        self.set.push(format!("{name} = {value}"));
        self
    }

    /// Sets the attribute if there is a value, else removes it.
    pub(crate) fn set_or_remove(self, attribute: &str, value: Option<AttributeValue>) -> Self {
        match value {
            Some(value) => self.set(attribute, value),
            None => self.remove(attribute),
        }
    }

    /// Sets the attribute only where it is missing.
    pub(crate) fn set_once(mut self, attribute: &str, value: Option<AttributeValue>) -> Self {
        let Some(value) = value else { return self };
        let (name, value) = (self.name(attribute), self.value(attribute, value));
        self.set.push(format!("{name} = if_not_exists({name}, {value})"));
        self
    }

    pub(crate) fn remove(mut self, attribute: &str) -> Self {
        let name = self.name(attribute);
        self.remove.push(name);
        self
    }

    /// Adds to a number, which may be missing.
    pub(crate) fn add(mut self, attribute: &str, amount: i64) -> Self {
        let (name, value) = (self.name(attribute), self.value(attribute, n(amount)));
        self.add.push(format!("{name} {value}"));
        self
    }

    pub(crate) fn expression(&self) -> String {
        let parts = [("SET", &self.set), ("REMOVE", &self.remove), ("ADD", &self.add)];
        let parts = parts.iter().filter(|(_, list)| !list.is_empty());
        parts.map(|(word, list)| format!("{word} {}", list.join(", "))).collect::<Vec<_>>().join(" ")
    }

    /// Sets something by an expression of its own, whose names and values are given apart.
    pub(crate) fn clause(mut self, expression: &str) -> Self {
        self.set.push(expression.to_owned());
        self
    }

    /// A name for an attribute that is no word, such as the key of a map.
    pub(crate) fn alias(mut self, placeholder: &str, attribute: &str) -> Self {
        self.names.insert(placeholder.to_owned(), attribute.to_owned());
        self
    }

    /// Adds a value that only the condition uses.
    pub(crate) fn given(mut self, placeholder: &str, value: AttributeValue) -> Self {
        self.values.insert(placeholder.to_owned(), value);
        self
    }

    /// Adds a name that only the condition uses.
    pub(crate) fn naming(mut self, attribute: &str) -> Self {
        self.name(attribute);
        self
    }

    /// The item that it makes where there was none.
    #[cfg(test)]
    pub(crate) fn applied(&self, key: &crate::Key) -> Item {
        let mut item = key.attributes();
        for clause in self.set.iter().chain(&self.add) {
            let name = clause.split(' ').next().and_then(|placeholder| self.names.get(placeholder)).expect("a name");
            item.insert(name.clone(), self.values[&format!(":{name}")].clone());
        }
        item
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, n, s};

    #[test]
    fn an_expression_has_each_clause_once() {
        let change =
            Change::default().set("a", s("x")).set_once("b", Some(n(1))).remove("c").add("d", 2).set_once("e", None);
        assert_eq!(change.expression(), "SET #a = :a, #b = if_not_exists(#b, :b) REMOVE #c ADD #d :d");
        assert_eq!(change.names["#c"], "c");
    }
}
