//! The table of the template, and the calls that create it.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::{
    error::BuildError,
    operation::{create_table::CreateTableInput, update_time_to_live::UpdateTimeToLiveInput},
    types::{
        self, AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, ProjectionType,
        ScalarAttributeType, TimeToLiveSpecification,
    },
};

use super::{error::TemplateError, node::Node};

/// What a key attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeKind {
    /// `S`.
    Text,
    /// `N`.
    Number,
}

/// A key: the attribute that picks the partition, and the one that sorts within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySpec {
    /// Partition key.
    pub hash: String,
    /// Sort key.
    pub range: Option<String>,
}

/// Which attributes an index copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Projection {
    /// All of them.
    All,
    /// Keys alone.
    KeysOnly,
    /// Keys and these.
    Include(Vec<String>),
}

/// A global secondary index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexSpec {
    /// `IndexName`.
    pub name: String,
    /// `KeySchema`.
    pub key: KeySpec,
    /// What it copies.
    pub projection: Projection,
}

/// The table as the template declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// Key attributes of the table and of its indexes.
    pub attributes: Vec<(String, AttributeKind)>,
    /// `KeySchema` of the items themselves.
    pub key: KeySpec,
    /// `GlobalSecondaryIndexes`, in the template's order.
    pub indexes: Vec<IndexSpec>,
    /// The attribute that says when DynamoDB may delete an item.
    pub ttl: String,
    /// Whether it can be restored to any time of the last weeks.
    pub recovery: bool,
    /// Whether it is protected against deletion.
    pub protection: bool,
    /// `Tags`, in the template's order.
    pub tags: Vec<TagSpec>,
}

/// A tag of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagSpec {
    /// At most 128 characters, which is what AWS takes.
    pub key: String,
    /// Its value; none where the parameter `Stage` is its value.
    pub value: Option<String>,
}

impl TableSpec {
    pub(super) fn read(properties: &Node<'_>, defaults: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        let mut attributes = Vec::new();
        for node in properties.get("AttributeDefinitions")?.list()? {
            let kind = node.get("AttributeType")?;
            let kind = match kind.text()? {
                "S" => AttributeKind::Text,
                "N" => AttributeKind::Number,
                _ => return Err(kind.unexpected("S or N")),
            };
            attributes.push((node.get("AttributeName")?.text()?.to_owned(), kind));
        }
        let mut indexes = Vec::new();
        if let Some(list) = properties.find("GlobalSecondaryIndexes")? {
            for node in list.list()? {
                indexes.push(IndexSpec {
                    name: node.get("IndexName")?.text()?.to_owned(),
                    key: read_key(&node)?,
                    projection: read_projection(&node.get("Projection")?)?,
                });
            }
        }
        let key = read_key(properties)?;
        for key in indexes.iter().map(|index| &index.key).chain([&key]) {
            for name in key.range.iter().chain([&key.hash]) {
                if !attributes.iter().any(|(attribute, _)| attribute == name) {
                    return Err(properties.get("AttributeDefinitions")?.unexpected("a list of all key attributes"));
                }
            }
        }
        Ok(Self {
            attributes,
            key,
            indexes,
            ttl: properties.get("TimeToLiveSpecification")?.get("AttributeName")?.text()?.to_owned(),
            recovery: is_on(properties, &["PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"], defaults)?,
            protection: is_on(properties, &["DeletionProtectionEnabled"], defaults)?,
            tags: read_tags(properties)?,
        })
    }

    /// The call that creates this table under the given name.
    ///
    /// # Errors
    /// If the SDK misses a field, which cannot happen with what is set here.
    pub fn create_table_input(&self, name: &str) -> Result<CreateTableInput, BuildError> {
        let mut input = CreateTableInput::builder()
            .table_name(name)
            .billing_mode(BillingMode::PayPerRequest)
            .set_key_schema(Some(key_schema(&self.key)?));
        for (attribute, kind) in &self.attributes {
            let kind = match kind {
                AttributeKind::Text => ScalarAttributeType::S,
                AttributeKind::Number => ScalarAttributeType::N,
            };
            input = input.attribute_definitions(
                AttributeDefinition::builder().attribute_name(attribute).attribute_type(kind).build()?,
            );
        }
        for index in &self.indexes {
            let projection = types::Projection::builder();
            let projection = match &index.projection {
                Projection::All => projection.projection_type(ProjectionType::All),
                Projection::KeysOnly => projection.projection_type(ProjectionType::KeysOnly),
                Projection::Include(names) => {
                    projection.projection_type(ProjectionType::Include).set_non_key_attributes(Some(names.clone()))
                }
            };
            input = input.global_secondary_indexes(
                GlobalSecondaryIndex::builder()
                    .index_name(&index.name)
                    .set_key_schema(Some(key_schema(&index.key)?))
                    .projection(projection.build())
                    .build()?,
            );
        }
        input.build()
    }

    /// The call that makes the table of the given name forget items by itself.
    ///
    /// # Errors
    /// If the SDK misses a field, which cannot happen with what is set here.
    pub fn time_to_live_input(&self, name: &str) -> Result<UpdateTimeToLiveInput, BuildError> {
        UpdateTimeToLiveInput::builder()
            .table_name(name)
            .time_to_live_specification(
                TimeToLiveSpecification::builder().enabled(true).attribute_name(&self.ttl).build()?,
            )
            .build()
    }
}

/// Whether a property is true: by itself, or by the default of the parameter that it refers to.
fn is_on(properties: &Node<'_>, path: &[&str], defaults: &BTreeMap<String, String>) -> Result<bool, TemplateError> {
    let Some(node) = properties.path(path)? else { return Ok(false) };
    let flag = match node.find_reference().and_then(|parameter| defaults.get(&parameter)) {
        Some(default) => default.clone(),
        None => node.scalar()?,
    };
    Ok(flag == "true")
}

fn read_tags(properties: &Node<'_>) -> Result<Vec<TagSpec>, TemplateError> {
    let Some(list) = properties.find("Tags")? else { return Ok(Vec::new()) };
    let tags = list.list()?.into_iter().map(|node| {
        let value = node.get("Value")?;
        let value = match value.find_reference().as_deref() {
            Some("Stage") => None,
            Some(_) => return Err(value.unexpected("a text, or a reference to Stage")),
            None => Some(value.text()?.to_owned()),
        };
        Ok(TagSpec { key: node.get("Key")?.text()?.to_owned(), value })
    });
    tags.collect()
}

fn read_key(node: &Node<'_>) -> Result<KeySpec, TemplateError> {
    let schema = node.get("KeySchema")?;
    let (mut hash, mut range) = (None, None);
    for element in schema.list()? {
        let name = Some(element.get("AttributeName")?.text()?.to_owned());
        let role = element.get("KeyType")?;
        match role.text()? {
            "HASH" => hash = name,
            "RANGE" => range = name,
            _ => return Err(role.unexpected("HASH or RANGE")),
        }
    }
    let hash = hash.ok_or_else(|| schema.unexpected("a key with a HASH attribute"))?;
    Ok(KeySpec { hash, range })
}

fn read_projection(node: &Node<'_>) -> Result<Projection, TemplateError> {
    let kind = node.get("ProjectionType")?;
    match kind.text()? {
        "ALL" => Ok(Projection::All),
        "KEYS_ONLY" => Ok(Projection::KeysOnly),
        "INCLUDE" => {
            let names = node.get("NonKeyAttributes")?.list()?;
            let names = names.iter().map(|name| name.text().map(str::to_owned)).collect::<Result<_, _>>()?;
            Ok(Projection::Include(names))
        }
        _ => Err(kind.unexpected("ALL, KEYS_ONLY or INCLUDE")),
    }
}

fn key_schema(key: &KeySpec) -> Result<Vec<KeySchemaElement>, BuildError> {
    let element = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    let mut schema = vec![element(&key.hash, KeyType::Hash)?];
    if let Some(range) = &key.range {
        schema.push(element(range, KeyType::Range)?);
    }
    Ok(schema)
}
