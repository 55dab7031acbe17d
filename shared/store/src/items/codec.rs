//! Records as items, and back.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Item, Key, StoreError,
    value::{s, text},
};

/// Reads an item as a `T`.
pub(crate) fn read<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    let key = format!("{}/{}", text(&item, "pk"), text(&item, "sk"));
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item)
        .map_err(|error| StoreError::Corrupt { key, reason: error.to_string() })
}

/// Writes a `T` under `key` as an item of that kind.
pub(crate) fn write<T: Serialize>(key: &Key, entity: &str, value: &T) -> Result<Item, StoreError> {
    let corrupt = |reason: String| StoreError::Corrupt { key: key.to_string(), reason };
    let mut item: Item =
        serde_dynamo::aws_sdk_dynamodb_1::to_item(value).map_err(|error| corrupt(error.to_string()))?;
    item.extend(key.attributes());
    item.insert("entity".to_owned(), s(entity));
    Ok(item)
}

/// A value as JSON text in one attribute: DynamoDB cannot ask for a part of it, and one attribute costs a fraction of a
/// hundred nested ones wherever the item is written, indexed or read.
pub(crate) mod json {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

    pub(crate) fn serialize<T: Serialize, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&serde_json::to_string(value).map_err(serde::ser::Error::custom)?)
    }

    pub(crate) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        serde_json::from_str(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}
