//! Expressions on an item.

use std::{cmp::Ordering, collections::BTreeMap};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::expression::{Condition, Operand, Path, Update};

/// An item as the protocol writes it: each attribute with its type.
pub(super) type Item = BTreeMap<String, Value>;

/// What a request gives its expressions: names and values behind placeholders.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) names: &'a Value,
    pub(super) values: &'a Value,
}

/// Why an expression cannot be applied: what DynamoDB answers with a `ValidationException`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invalid(pub(super) String);

impl<'a> Given<'a> {
    pub(super) fn of(request: &'a Value) -> Self {
        Self { names: &request["ExpressionAttributeNames"], values: &request["ExpressionAttributeValues"] }
    }

    fn name(&self, step: &'a str) -> Result<&'a str, Invalid> {
        match step.starts_with('#') {
            true => self.names[step].as_str().ok_or_else(|| Invalid(format!("the name {step} is not given"))),
            false => Ok(step),
        }
    }

    fn value(&self, placeholder: &str) -> Result<&'a Value, Invalid> {
        self.values.get(placeholder).ok_or_else(|| Invalid(format!("the value {placeholder} is not given")))
    }

    fn find<'i>(&self, item: &'i Item, path: &'a Path) -> Result<Option<&'i Value>, Invalid> {
        let mut steps = path.iter();
        let Some(first) = steps.next() else { return Ok(None) };
        let mut found = item.get(self.name(first)?);
        for step in steps {
            let name = self.name(step)?;
            found = found.and_then(|value| value.get("M")).and_then(|map| map.get(name));
        }
        Ok(found)
    }

    fn operand(&self, item: &Item, operand: &'a Operand) -> Result<Option<Value>, Invalid> {
        Ok(match operand {
            Operand::Path(path) => self.find(item, path)?.cloned(),
            Operand::Value(placeholder) => Some(self.value(placeholder)?.clone()),
            Operand::IfNotExists(path, other) => match self.find(item, path)? {
                Some(known) => Some(known.clone()),
                None => self.operand(item, other)?,
            },
            Operand::Plus(left, right) => Some(self.sum(item, left, right, Decimal::ONE)?),
            Operand::Minus(left, right) => Some(self.sum(item, left, right, Decimal::NEGATIVE_ONE)?),
        })
    }

    fn sum(&self, item: &Item, left: &'a Operand, right: &'a Operand, sign: Decimal) -> Result<Value, Invalid> {
        let number = |operand| -> Result<Decimal, Invalid> {
            let value = self.operand(item, operand)?;
            value.as_ref().and_then(number).ok_or_else(|| Invalid("an operand is no number".to_owned()))
        };
        Ok(json!({ "N": (number(left)? + sign * number(right)?).normalize().to_string() }))
    }

    /// Whether a condition holds of an item.
    pub(super) fn holds(&self, item: &Item, condition: &'a Condition) -> Result<bool, Invalid> {
        Ok(match condition {
            Condition::And(left, right) => self.holds(item, left)? && self.holds(item, right)?,
            Condition::Or(left, right) => self.holds(item, left)? || self.holds(item, right)?,
            Condition::Not(inner) => !self.holds(item, inner)?,
            Condition::Exists(path, exists) => self.find(item, path)?.is_some() == *exists,
            Condition::Compare(left, sign, right) => {
                match (self.operand(item, left)?, self.operand(item, right)?) {
                    (Some(left), Some(right)) => compares(&left, sign, &right),
                    // What is not there is unlike everything, and in no order with anything.
                    _ => sign == "<>",
                }
            }
            Condition::Between(middle, low, high) => {
                let (middle, low, high) =
                    (self.operand(item, middle)?, self.operand(item, low)?, self.operand(item, high)?);
                match (middle, low, high) {
                    (Some(middle), Some(low), Some(high)) => {
                        compares(&middle, ">=", &low) && compares(&middle, "<=", &high)
                    }
                    _ => false,
                }
            }
            Condition::Contains(path, value) => {
                let (found, value) = (self.find(item, path)?, self.operand(item, value)?);
                found.zip(value).is_some_and(|(found, value)| contains(found, &value))
            }
            Condition::BeginsWith(path, value) => {
                let (found, value) = (self.find(item, path)?, self.operand(item, value)?);
                let text = |value: &Value| value["S"].as_str().map(str::to_owned);
                found
                    .and_then(text)
                    .zip(value.as_ref().and_then(text))
                    .is_some_and(|(all, start)| all.starts_with(&start))
            }
        })
    }

    /// Applies an update. All that it reads is the item as it was.
    pub(super) fn apply(&self, item: &mut Item, update: &'a Update) -> Result<(), Invalid> {
        let before = item.clone();
        for (path, operand) in &update.set {
            let value = self.operand(&before, operand)?;
            let value = value.ok_or_else(|| Invalid("an operand of an update is not there".to_owned()))?;
            self.put(item, path, value)?;
        }
        for path in &update.remove {
            self.take(item, path)?;
        }
        for (path, operand) in &update.add {
            let added = self.operand(&before, operand)?;
            let added = added.as_ref().and_then(number).ok_or_else(|| Invalid("ADD of no number".to_owned()))?;
            let known = match self.find(&before, path)? {
                None => Decimal::ZERO,
                Some(known) => number(known).ok_or_else(|| Invalid("ADD to no number".to_owned()))?,
            };
            self.put(item, path, json!({ "N": (known + added).normalize().to_string() }))?;
        }
        Ok(())
    }

    fn put(&self, item: &mut Item, path: &'a Path, value: Value) -> Result<(), Invalid> {
        let invalid =
            || Invalid("The document path provided in the update expression is invalid for update".to_owned());
        let Some((first, rest)) = path.split_first() else { return Err(invalid()) };
        let Some((last, between)) = rest.split_last() else {
            item.insert(self.name(first)?.to_owned(), value);
            return Ok(());
        };
        let mut map = item.get_mut(self.name(first)?).and_then(|value| value.get_mut("M")).ok_or_else(invalid)?;
        for step in between {
            let name = self.name(step)?;
            map = map.get_mut(name).and_then(|value| value.get_mut("M")).ok_or_else(invalid)?;
        }
        map.as_object_mut().ok_or_else(invalid)?.insert(self.name(last)?.to_owned(), value);
        Ok(())
    }

    fn take(&self, item: &mut Item, path: &'a Path) -> Result<(), Invalid> {
        let Some((first, rest)) = path.split_first() else { return Ok(()) };
        let Some((last, between)) = rest.split_last() else {
            item.remove(self.name(first)?);
            return Ok(());
        };
        let mut map = item.get_mut(self.name(first)?).and_then(|value| value.get_mut("M"));
        for step in between {
            let name = self.name(step)?;
            map = map.and_then(|map| map.get_mut(name)).and_then(|value| value.get_mut("M"));
        }
        let last = self.name(last)?;
        if let Some(map) = map.and_then(Value::as_object_mut) {
            map.remove(last);
        }
        Ok(())
    }

    /// The item with these attributes alone.
    pub(super) fn project(&self, item: &Item, paths: &'a [Path]) -> Result<Item, Invalid> {
        let mut projected = Item::new();
        for path in paths {
            // No caller projects parts of an attribute.
            if let (Some(value), [name]) = (self.find(item, path)?, path.as_slice()) {
                projected.insert(self.name(name)?.to_owned(), value.clone());
            }
        }
        Ok(projected)
    }
}

/// A number of the protocol's.
pub(super) fn number(value: &Value) -> Option<Decimal> {
    value["N"].as_str()?.parse().ok()
}

fn compares(left: &Value, sign: &str, right: &Value) -> bool {
    let order = match (number(left), number(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left["S"].as_str().zip(right["S"].as_str()).map(|(left, right)| left.cmp(right)),
    };
    match (sign, order) {
        ("=", Some(order)) => order == Ordering::Equal,
        ("=", None) => left == right,
        ("<>", Some(order)) => order != Ordering::Equal,
        ("<>", None) => left != right,
        ("<", Some(order)) => order == Ordering::Less,
        ("<=", Some(order)) => order != Ordering::Greater,
        (">", Some(order)) => order == Ordering::Greater,
        (">=", Some(order)) => order != Ordering::Less,
        _ => false,
    }
}

fn contains(found: &Value, value: &Value) -> bool {
    if let (Some(text), Some(part)) = (found["S"].as_str(), value["S"].as_str()) {
        return text.contains(part);
    }
    if let Some(list) = found["L"].as_array() {
        return list.contains(value);
    }
    for (set, one) in [("SS", "S"), ("NS", "N")] {
        if let Some(set) = found[set].as_array() {
            return set.contains(&value[one]);
        }
    }
    false
}
